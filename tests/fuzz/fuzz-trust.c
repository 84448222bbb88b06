/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-trust.c - the bytes as each file of the trust folder. */
#include "recovery/audit/trust.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const char *const names[] = {"station.vkey", "genesis",
                                      "officers.allowed_signers", "roots.pem"};
  g_autoptr(GBytes) bytes = g_bytes_new(data, len);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(RecoveryTrust) trust = recovery_trust_new();
    bool known;

    recovery_trust_add(trust, names[i], bytes);
    known = trust->vkey != NULL || trust->genesis != NULL ||
            trust->officers != NULL || trust->roots != NULL;
    g_assert(known == (trust->lacking->len == 0));
    if (known)
      fuzz_accepted(data, len);
  }
  return 0;
}
