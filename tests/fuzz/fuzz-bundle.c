/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-bundle.c - an archive as a whole bundle, judged to the end. Without a
 * trust folder no bundle is ever good. */
#include <sys/mman.h>
#include <unistd.h>

#include "recovery/audit/verify.h"
#include "recovery/error.h"
#include "recovery/format/tar.h"
#include "tests/fuzz/fuzz.h"

static RecoveryBag *
read_bag(const uint8_t *data, size_t len)
{
  int fd = memfd_create("fuzz-bundle", 0);
  g_autoptr(GPtrArray) files = NULL;
  RecoveryBag *bag = recovery_bag_new();

  g_assert(fd >= 0 && write(fd, data, len) == (ssize_t)len);
  g_assert(lseek(fd, 0, SEEK_SET) == 0);
  files = recovery_tar_read(fd, 1 << 22, NULL);
  close(fd);
  for (unsigned i = 0; files != NULL && i < files->len; i++) {
    const RecoveryTarFile *file = g_ptr_array_index(files, i);

    recovery_bag_put(bag, file->path, file->data);
  }
  return bag;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(RecoveryBag) bag = read_bag(data, len);
  g_autoptr(RecoveryTrust) trust = recovery_trust_open(NULL, NULL);
  g_autoptr(RecoveryVerdict) verdict =
      recovery_verify_bag(bag, trust, NULL, 0, false);
  g_autofree char *headline = recovery_verdict_headline(verdict);

  g_assert(headline != NULL);
  g_assert(recovery_verdict_code(verdict) == RECOVERY_ERROR_INVALID ||
           recovery_verdict_code(verdict) == RECOVERY_ERROR_INCOMPLETE);
  if (verdict->entries > 0)
    fuzz_accepted(data, len); /* never good, but read as far as the record */
  return 0;
}
