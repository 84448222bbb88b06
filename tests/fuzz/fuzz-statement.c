/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-statement.c - a line as a statement, and as an entry; where it is one
 * it also fits itself. */
#include "recovery/format/statement.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolJson) statement = recovery_statement_read(data, len, NULL);
  g_autoptr(FidotoolJson) entry =
      recovery_statement_read_entry(data, len, NULL);

  g_assert(statement == NULL || recovery_statement_check(statement, NULL));
  g_assert(entry == NULL || recovery_statement_check_entry(entry, NULL));
  /* No line is both: a statement has iat, an entry t. */
  g_assert(statement == NULL || entry == NULL);
  if (statement != NULL || entry != NULL)
    fuzz_accepted(data, len);
  return 0;
}
