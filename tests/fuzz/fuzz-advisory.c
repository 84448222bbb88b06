/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-advisory.c - the bytes as a file of advisories, and a key against it. */
#include "fidotool/advisory/advisory-check.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();
  const guint before = advisories->from->len;
  const bool added =
      fidotool_advisory_add(advisories, (const char *)data, len, NULL);
  const FidotoolAdvisoryKey key = {"2fc0579f-8113-47ea-b116-bb5a8db9202a",
                                   0x1050, 0x0407, 0x050402, 0x0542};
  FidotoolAdvisoryStatus status;
  g_autoptr(FidotoolJson) result =
      fidotool_advisory_check(advisories, &key, &status);

  g_assert(added == (advisories->from->len == before + 1));
  g_assert(result != NULL);
  if (added)
    fuzz_accepted(data, len);
  return 0;
}
