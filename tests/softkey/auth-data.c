/* SPDX-License-Identifier: Apache-2.0 */
/* auth-data.c - authenticator data (WebAuthn Level 3, section 6.1). */
#include "tests/softkey/auth-data.h"

#define FLAGS 32

GByteArray *
softkey_auth_data_new(const uint8_t rp_hash[32], uint8_t flags,
                      uint32_t counter)
{
  GByteArray *data = g_byte_array_new();
  uint32_t big = GUINT32_TO_BE(counter);

  g_byte_array_append(data, rp_hash, 32);
  g_byte_array_append(data, &flags, 1);
  g_byte_array_append(data, (const uint8_t *)&big, sizeof big);
  return data;
}

void
softkey_auth_data_put_credential(GByteArray *data, const uint8_t aaguid[16],
                                 const SoftkeyHandle *handle, EVP_PKEY *key)
{
  uint8_t len[2] = {0, SOFTKEY_HANDLE_SIZE};

  g_byte_array_append(data, aaguid, 16);
  g_byte_array_append(data, len, sizeof len);
  g_byte_array_append(data, handle->id, SOFTKEY_HANDLE_SIZE);
  softkey_cose_put_public(data, key, handle->alg);
  data->data[FLAGS] |= SOFTKEY_AUTH_DATA_AT;
}
