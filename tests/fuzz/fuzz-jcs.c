/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-jcs.c - a canonical line: what is read is written in the same bytes. */
#include <string.h>

#include "recovery/format/jcs.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolJson) json =
      recovery_jcs_read(data, len, RECOVERY_JCS_MAX, NULL);
  g_autofree char *again = NULL;
  size_t again_len;

  if (json == NULL)
    return 0;
  again = recovery_jcs_write(json, &again_len, NULL);
  g_assert(again != NULL && again_len == len && memcmp(again, data, len) == 0);
  fuzz_accepted(data, len);
  return 0;
}
