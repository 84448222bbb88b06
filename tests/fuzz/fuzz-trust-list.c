/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-trust-list.c - a list of what keys are judged by: what is read is
 * written in the same bytes, and lets in no more than itself. */
#include <string.h>

#include "recovery/format/trust-list.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(RecoveryTrustList) list =
      recovery_trust_list_read((const char *)data, len, NULL);
  g_autofree char *again = NULL;

  if (list == NULL)
    return 0;
  again = recovery_trust_list_write(list, NULL);
  g_assert(again != NULL && strlen(again) == len &&
           memcmp(again, data, len) == 0);
  g_assert(recovery_trust_list_tightens(list, list));
  fuzz_accepted(data, len);
  return 0;
}
