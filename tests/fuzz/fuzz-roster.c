/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-roster.c - a roster: what is read is written in the same bytes. */
#include <string.h>

#include "recovery/format/roster.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(RecoveryRoster) roster = recovery_roster_read(data, len, NULL);
  g_autofree char *again = NULL, *lines = NULL;
  size_t again_len;

  if (roster == NULL)
    return 0;
  lines = recovery_roster_allowed_signers(&roster, 1);
  again = recovery_roster_write(roster, &again_len, NULL);
  g_assert(again != NULL && again_len == len && memcmp(again, data, len) == 0);
  fuzz_accepted(data, len);
  return 0;
}
