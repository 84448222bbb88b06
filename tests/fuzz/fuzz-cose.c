/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-cose.c - public keys, their SSH form, and a signature that is none. */
#include "fidotool/judge/cose.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolSlice all = {data, len}, none = {data, 0};
  FidotoolCose key;
  const char *why;
  bool cut;

  if (fidotool_cose_parse(all, &key, &why, &cut) == FIDOTOOL_COSE_GOOD) {
    g_autoptr(GBytes) ssh = fidotool_cose_ssh_key(&key, "keyturn:approval");

    g_assert(ssh == NULL || g_bytes_get_size(ssh) > 16);
    EVP_PKEY *pkey = fidotool_cose_pkey(&key);

    g_assert(pkey != NULL);
    g_assert(fidotool_cose_verify(key.alg, pkey, all, none, all) != NULL);
    EVP_PKEY_free(pkey);
    fuzz_accepted(data, len);
  }
  fidotool_cose_clear(&key);
  return 0;
}
