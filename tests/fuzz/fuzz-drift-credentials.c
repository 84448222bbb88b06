/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-drift-credentials.c - the bytes as a list of credentials: what is read
 * is text, and every one of it is found or explained. */
#include <string.h>

#include "recovery/policy/drift/drift-credentials.h"
#include "recovery/policy/drift/drift-keys.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GPtrArray) list =
      recovery_drift_credentials_read("x", (const char *)data, len, NULL);
  g_autoptr(FidotoolJson) found = NULL;
  g_autofree char *csv = NULL;

  if (list == NULL)
    return 0;
  for (guint i = 0; i < list->len; i++) {
    const RecoveryDriftCredential *one = g_ptr_array_index(list, i);

    g_assert(strlen(one->cred) == 64 && *one->user != '\0');
  }
  found = recovery_drift_keys_compare(NULL, list);
  csv = recovery_drift_keys_csv(found);
  g_assert(fidotool_json_size(found) == list->len);
  g_assert(g_utf8_validate(csv, -1, NULL));
  fuzz_accepted(data, len);
  return 0;
}
