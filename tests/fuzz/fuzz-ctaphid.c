/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-ctaphid.c - reports of a key: the answer to INIT, then one message. The
 * input is one report after another; the last one may be short. */
#include <string.h>

#include "fidotool/device/ctaphid.h"
#include "fidotool/error.h"
#include "tests/fuzz/fuzz.h"

/* The nonce of the corpus. */
static const uint8_t nonce[FIDOTOOL_CTAPHID_NONCE] = {1, 2, 3, 4, 5, 6, 7, 8};

typedef struct {
  FidotoolReport base;
  const uint8_t *data;
  size_t len;
} Script;

static bool
write_nowhere(FidotoolReport *base, const uint8_t report[FIDOTOOL_REPORT_SIZE],
              GError **error)
{
  (void)base;
  (void)report;
  (void)error;
  return true;
}

/* Nothing lies there before it is waited for; after the last one the key is
 * gone. */
static int
read_next(FidotoolReport *base, uint8_t report[FIDOTOOL_REPORT_SIZE],
          int timeout_ms, GError **error)
{
  Script *script = (Script *)base;
  size_t n = MIN(script->len, FIDOTOOL_REPORT_SIZE);

  if (timeout_ms == 0)
    return 0;
  if (n == 0) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_LOST, "gone");
    return -1;
  }
  memset(report, 0, FIDOTOOL_REPORT_SIZE);
  memcpy(report, script->data, n);
  script->data += n;
  script->len -= n;
  return 1;
}

static void
close_nothing(FidotoolReport *base)
{
  (void)base;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const FidotoolReportOps ops = {write_nowhere, read_next,
                                        close_nothing};
  Script script = {{&ops}, data, len};
  g_autoptr(FidotoolCtaphid) hid = fidotool_ctaphid_new(&script.base, NULL);
  uint8_t reply[FIDOTOOL_CTAPHID_INIT_REPLY];
  g_autoptr(GBytes) message = NULL;

  if (!fidotool_ctaphid_ask_channel(hid, nonce, NULL) ||
      !fidotool_ctaphid_read_channel(hid, 1000, reply, NULL))
    return 0;
  g_assert(memcmp(reply, nonce, sizeof(nonce)) == 0);
  if (!fidotool_ctaphid_send(hid, FIDOTOOL_CTAPHID_CBOR, nonce, 1, NULL))
    return 0;
  message = fidotool_ctaphid_receive(hid, FIDOTOOL_CTAPHID_CBOR, -1, NULL);
  if (!message)
    return 0;
  g_assert(g_bytes_get_size(message) <= MIN(len, FIDOTOOL_CTAPHID_MAX));
  if (script.len == 0)
    fuzz_accepted(data, len);
  return 0;
}
