/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-exception-line.c - the line of an exception: what is read is written in
 * the same bytes, and what lives is looked at before it ends. */
#include <string.h>

#include "recovery/format/exception-line.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(RecoveryExceptionLine) line =
      recovery_exception_line_read((const char *)data, len, NULL);
  g_autofree char *again = NULL;

  if (line == NULL)
    return 0;
  again = recovery_exception_line_write(line, NULL);
  g_assert(again != NULL && strlen(again) == len &&
           memcmp(again, data, len) == 0);
  g_assert(recovery_exception_line_due(line, 0) > line->from_s);
  if (recovery_exception_line_flaw(line) == RECOVERY_EXCEPTION_LINE_SOUND)
    g_assert(line->from_s < line->until_s);
  fuzz_accepted(data, len);
  return 0;
}
