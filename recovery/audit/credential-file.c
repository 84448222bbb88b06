/* SPDX-License-Identifier: Apache-2.0 */
/* credential-file.c - reads registrations and assertions as files. */
#include "recovery/audit/credential-file.h"

#include "fidotool/judge/auth-data.h"
#include "recovery/error.h"

/* Longest client data that is read. */
#define CLIENT_MAX 65536

static bool
fail(GError **error, const RecoveryBagFile *file, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s %s",
              file->path, why);
  return false;
}

static FidotoolSlice *
find_part(RecoveryCredentialFile *parts, const FidotoolCbor *key,
          bool registration)
{
  if (fidotool_cbor_is_text(key, "cdh"))
    return &parts->cdh;
  if (fidotool_cbor_is_text(key, "cdj"))
    return &parts->cdj;
  if (registration)
    return fidotool_cbor_is_text(key, "att") ? &parts->att : NULL;
  if (fidotool_cbor_is_text(key, "sig"))
    return &parts->sig;
  if (fidotool_cbor_is_text(key, "cred"))
    return &parts->cred;
  return fidotool_cbor_is_text(key, "authData") ? &parts->auth_data : NULL;
}

bool
recovery_credential_file_read(const RecoveryBagFile *file, bool registration,
                              RecoveryCredentialFile *ret_parts, GError **error)
{
  gsize len;
  const uint8_t *data = g_bytes_get_data(file->data, &len);
  FidotoolCbor map, key, value;
  FidotoolSlice rest;
  bool canonical, good;
  RecoveryCredentialFile parts = {0};

  if (fidotool_cbor_scan((FidotoolSlice){data, len}, &map, &canonical) !=
          FIDOTOOL_CBOR_OK ||
      !canonical || map.type != FIDOTOOL_CBOR_MAP || map.raw.len != len)
    return fail(error, file, "is not canonical CBOR");
  rest = map.body;
  while (fidotool_cbor_next(&rest, &key)) {
    FidotoolSlice *part = find_part(&parts, &key, registration);

    if (!fidotool_cbor_next(&rest, &value) || part == NULL ||
        value.type != FIDOTOOL_CBOR_BYTES)
      return fail(error, file, "has other fields than it may");
    *part = value.body;
  }
  good = registration ? parts.att.data != NULL
                      : parts.sig.data != NULL && parts.cred.data != NULL &&
                            parts.auth_data.data != NULL;
  if (!good || parts.cdh.len != 32 || parts.cdj.len > CLIENT_MAX)
    return fail(error, file, "has not all its fields");
  *ret_parts = parts;
  return true;
}

bool
recovery_credential_file_id(FidotoolSlice att, FidotoolSlice *ret_id)
{
  FidotoolCbor map, value;
  FidotoolAuthData auth = {0};
  bool good;

  if (fidotool_cbor_scan(att, &map, NULL) != FIDOTOOL_CBOR_OK ||
      map.raw.len != att.len ||
      !fidotool_cbor_find_text(&map, "authData", &value) ||
      value.type != FIDOTOOL_CBOR_BYTES ||
      !fidotool_auth_data_head(value.body, &auth))
    return false;
  good = fidotool_auth_data_rest(&auth) == NULL && auth.id.data != NULL;
  *ret_id = auth.id; /* points into att */
  fidotool_auth_data_clear(&auth);
  return good;
}
