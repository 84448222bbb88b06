/* SPDX-License-Identifier: Apache-2.0 */
/* exported.c - reads a registration as far as an export needs it. */
#include "fidotool/export/exported.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/judge/ceremony.h"
#include "fidotool/judge/registration.h"
#include "fidotool/types.h"

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

static GBytes *
read_bytes(const FidotoolJson *json, const char *name)
{
  const char *text = fidotool_json_get_text(json, name);

  return text ? fidotool_bytes_unbase64url(text) : NULL;
}

static bool
read_auth_data(FidotoolExported *credential, GError **error)
{
  const FidotoolSlice bytes = fidotool_ceremony_slice(credential->object);
  FidotoolAuthData *auth = &credential->auth;
  FidotoolCbor object, item;
  const char *why;

  if (fidotool_cbor_scan(bytes, &object, NULL) != FIDOTOOL_CBOR_OK ||
      object.raw.len != bytes.len ||
      !fidotool_cbor_find_text(&object, "authData", &item) ||
      item.type != FIDOTOOL_CBOR_BYTES ||
      !fidotool_auth_data_head(item.body, auth))
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the attestation object holds no authenticator data");
  why = fidotool_auth_data_rest(auth);
  if (why != NULL)
    return fail(error, FIDOTOOL_ERROR_INVALID, why);
  if (!(auth->flags & FIDOTOOL_FLAG_AT) || auth->id.len == 0 ||
      auth->id.len > FIDOTOOL_REGISTRATION_MAX_ID)
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the authenticator data holds no credential");
  if (auth->key_result == FIDOTOOL_COSE_UNSUPPORTED)
    return fail(error, FIDOTOOL_ERROR_UNSUPPORTED, auth->key_why);
  return auth->key_result == FIDOTOOL_COSE_GOOD ||
         fail(error, FIDOTOOL_ERROR_INVALID, auth->key_why);
}

static const char *
find_rp_id(const FidotoolJson *options)
{
  const char *rp_id =
      fidotool_json_get_text(fidotool_json_get(options, "rp"), "id");

  return rp_id ? rp_id : fidotool_json_get_text(options, "rp_id");
}

static bool
check_rp_id(FidotoolExported *credential, const char *rp_id, GError **error)
{
  uint8_t hash[FIDOTOOL_BYTES_SHA256];

  if (rp_id == NULL)
    return fail(error, FIDOTOOL_ERROR_USAGE,
                "the file does not say for which RP ID the credential was "
                "made: give --rp-id");
  fidotool_bytes_sha256(rp_id, strlen(rp_id), hash);
  if (memcmp(hash, credential->auth.rp_id_hash.data, sizeof(hash)) != 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the credential was not made for the RP ID \"%s\"", rp_id);
    return false;
  }
  credential->rp_id = g_strdup(rp_id);
  return true;
}

/* The key's own word counts more than what was asked for. */
static bool
find_discoverable(const FidotoolJson *options, const FidotoolJson *response)
{
  const FidotoolJson *props = fidotool_json_get(
      fidotool_json_get(response, "clientExtensionResults"), "credProps");
  const FidotoolJson *selection =
      fidotool_json_get(options, "authenticatorSelection");

  if (fidotool_json_get(props, "rk") != NULL)
    return fidotool_json_bool(fidotool_json_get(props, "rk"), false);
  return fidotool_json_bool(fidotool_json_get(selection, "requireResidentKey"),
                            false) ||
         g_strcmp0(fidotool_json_get_text(selection, "residentKey"),
                   "required") == 0;
}

FidotoolExported *
fidotool_exported_read(const FidotoolJson *file, const char *rp_id,
                       GError **error)
{
  g_autoptr(FidotoolExported) credential = g_new0(FidotoolExported, 1);
  const FidotoolJson *options = fidotool_json_get(file, "options");
  const FidotoolJson *response = fidotool_json_get(file, "response");

  if (fidotool_json_get(options, "publicKey") != NULL)
    options = fidotool_json_get(options, "publicKey");
  credential->object =
      read_bytes(fidotool_json_get(response, "response"), "attestationObject");
  if (credential->object == NULL ||
      g_bytes_get_size(credential->object) > FIDOTOOL_CEREMONY_OBJECT_MAX) {
    fail(error, FIDOTOOL_ERROR_INVALID,
         "this is no registration: response.attestationObject is missing, no "
         "base64url, or too long");
    return NULL;
  }
  if (!read_auth_data(credential, error) ||
      !check_rp_id(credential, rp_id ? rp_id : find_rp_id(options), error))
    return NULL;
  credential->discoverable = find_discoverable(options, response);
  credential->user_id = read_bytes(fidotool_json_get(options, "user"), "id");
  return g_steal_pointer(&credential);
}

void
fidotool_exported_free(FidotoolExported *credential)
{
  if (credential == NULL)
    return;
  fidotool_auth_data_clear(&credential->auth);
  g_clear_pointer(&credential->object, g_bytes_unref);
  g_clear_pointer(&credential->user_id, g_bytes_unref);
  g_free(credential->rp_id);
  g_free(credential);
}
