/* SPDX-License-Identifier: Apache-2.0 */
/* pam-u2f.c - fields of pam_u2f's authfile. */
#include "fidotool/export/pam-u2f.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/types.h"

bool
fidotool_pam_u2f_is_user(const char *user)
{
  for (const char *p = user; *p; p++)
    if ((unsigned char)*p <= ' ' || *p == ':' || *p == 0x7f)
      return false;
  return *user && *user != '#';
}

char *
fidotool_pam_u2f_field(const FidotoolExported *credential,
                       const FidotoolPamU2f *how, GError **error)
{
  const FidotoolCose *key = &credential->auth.key;
  g_autoptr(GByteArray) raw = g_byte_array_new();
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;
  const char *type;

  if (key->alg == FIDOTOOL_ALG_ES256)
    type = "es256";
  else if (key->alg == FIDOTOOL_ALG_EDDSA &&
           EVP_PKEY_is_a(key->pkey, "ED25519"))
    type = "eddsa";
  else {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                        "only keys of ES256 and EdDSA (Ed25519) are written "
                        "for pam_u2f");
    return NULL;
  }
  g_byte_array_append(raw, key->x.data, (guint)key->x.len);
  if (key->y.len > 0)
    g_byte_array_append(raw, key->y.data, (guint)key->y.len);
  id = fidotool_bytes_base64(credential->auth.id.data, credential->auth.id.len);
  text = fidotool_bytes_base64(raw->data, raw->len);
  return g_strdup_printf("%s,%s,%s,+presence%s%s", id, text, type,
                         how->verification ? "+verification" : "",
                         how->pin ? "+pin" : "");
}
