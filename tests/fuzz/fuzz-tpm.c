/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-tpm.c - a public area, bare or in a TPM2B, and what a TPM certifies. */
#include "fidotool/judge/tpm.h"
#include "tests/fuzz/fuzz.h"

static bool
is_within(FidotoolSlice part, FidotoolSlice whole)
{
  return part.len == 0 || (part.data >= whole.data &&
                           part.data + part.len <= whole.data + whole.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolSlice all = {data, len}, inner, name;
  FidotoolTpmPublic area;
  FidotoolTpmAttest attest;
  bool good = false;

  if (fidotool_tpm_public(all, &area) == NULL) {
    g_assert(is_within(area.first, all) && is_within(area.second, all));
    good = true;
  }
  if (fidotool_tpm_unwrap(all, &inner)) {
    g_assert(inner.len == len - 2 && is_within(inner, all));
    good = true;
  }
  if (fidotool_tpm_attest(all, &attest) == NULL) {
    g_assert(is_within(attest.extra_data, all));
    g_assert(is_within(attest.attested, all));
    if (fidotool_tpm_certified(attest.attested, &name) == NULL) {
      g_assert(is_within(name, all));
      good = true;
    }
  }
  if (good)
    fuzz_accepted(data, len);
  return 0;
}
