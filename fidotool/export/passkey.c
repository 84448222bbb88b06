/* SPDX-License-Identifier: Apache-2.0 */
/* passkey.c - SSSD's mapping of a credential. */
#include "fidotool/export/passkey.h"

#include <openssl/x509.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"

char *
fidotool_passkey_mapping(const FidotoolExported *credential, GError **error)
{
  const FidotoolSlice id = credential->auth.id;
  g_autofree char *id_text = fidotool_bytes_base64(id.data, id.len);
  g_autofree char *key_text = NULL;
  g_autofree char *user_text = NULL;
  uint8_t *der = NULL;
  EVP_PKEY *pkey = fidotool_cose_pkey(&credential->auth.key);
  const int len = i2d_PUBKEY(pkey, &der);

  EVP_PKEY_free(pkey);
  if (len <= 0) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                        "the public key could not be written");
    return NULL;
  }
  key_text = fidotool_bytes_base64(der, (size_t)len);
  OPENSSL_free(der);
  if (!credential->discoverable)
    return g_strdup_printf("passkey:%s,%s", id_text, key_text);
  if (credential->user_id == NULL) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "the credential is discoverable: its mapping needs "
                        "the user id, which the options in the file hold");
    return NULL;
  }
  user_text = fidotool_bytes_base64(g_bytes_get_data(credential->user_id, NULL),
                                    g_bytes_get_size(credential->user_id));
  return g_strdup_printf("passkey:%s,%s,%s", id_text, key_text, user_text);
}
