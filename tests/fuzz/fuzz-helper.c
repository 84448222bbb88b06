/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-helper.c - frames between keyhelper and its client. The first byte says
 * who is reading. */
#include <sys/mman.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/protocol.h"
#include "tests/fuzz/fuzz.h"

/* All that is there, as frames; true when the last one ends it. */
static bool
read_frames(int fd, bool from_client)
{
  g_autoptr(GError) error = NULL;
  int n = 0;

  for (;;) {
    g_auto(FidotoolProtocolFrame) frame = {0};
    int r = fidotool_protocol_read(fd, from_client, 0, &frame, &error);

    if (r <= 0)
      return n > 0 &&
             g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED);
    g_assert((frame.type < FIDOTOOL_PROTOCOL_EVENT) == from_client);
    g_assert(!frame.json || !frame.pin);
    n++;
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  int fd = memfd_create("frames", MFD_CLOEXEC);
  bool whole;

  g_assert(fd >= 0);
  whole = len > 0 && write(fd, data + 1, len - 1) == (ssize_t)(len - 1) &&
          lseek(fd, 0, SEEK_SET) == 0 && read_frames(fd, (data[0] & 1) == 0);
  close(fd);
  if (whole)
    fuzz_accepted(data, len);
  return 0;
}
