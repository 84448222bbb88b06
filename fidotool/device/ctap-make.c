/* SPDX-License-Identifier: Apache-2.0 */
/* ctap-make.c - one flat request, and the five members of its answer. */
#include "fidotool/device/ctap-make.h"

#include "fidotool/device/cbor-item.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap.h"
#include "fidotool/device/token.h"

#define WHAT "make the credential"
/* The longest answer that libfido2 1.12 reads. */
#define LIBFIDO2_MAX 2048
#define BLOB_KEY 32

bool
fidotool_ctap_make_is_needed(const FidotoolInfo *info,
                             const FidotoolCredentialMake *what)
{
  return what->enterprise != FIDOTOOL_CREDENTIAL_ENTERPRISE_NO ||
         fidotool_json_get_int(info->json, "max_msg_size", 0) > LIBFIDO2_MAX;
}

static void
write_named(GByteArray *out, const char *name, const char *text)
{
  fidotool_cbor_write_text(out, name);
  fidotool_cbor_write_text(out, text);
}

static void
write_rp(GByteArray *out, const FidotoolCredentialMake *what)
{
  fidotool_cbor_write_int(out, 2);
  fidotool_cbor_write_map(out, what->rp_name ? 2 : 1);
  write_named(out, "id", what->rp_id);
  if (what->rp_name)
    write_named(out, "name", what->rp_name);
}

static void
write_user(GByteArray *out, const FidotoolCredentialMake *what)
{
  gsize len;
  const void *id = g_bytes_get_data(what->user_id, &len);

  fidotool_cbor_write_int(out, 3);
  fidotool_cbor_write_map(out, 1 + (size_t)(what->user_name != NULL) +
                                   (size_t)(what->user_display_name != NULL));
  fidotool_cbor_write_text(out, "id");
  fidotool_cbor_write_bytes(out, id, len);
  if (what->user_name)
    write_named(out, "name", what->user_name);
  if (what->user_display_name)
    write_named(out, "displayName", what->user_display_name);
}

static void
write_alg(GByteArray *out, int alg)
{
  fidotool_cbor_write_int(out, 4);
  fidotool_cbor_write_array(out, 1);
  fidotool_cbor_write_map(out, 2);
  fidotool_cbor_write_text(out, "alg");
  fidotool_cbor_write_int(out, alg);
  write_named(out, "type", "public-key");
}

static void
write_exclude(GByteArray *out, const GPtrArray *exclude)
{
  fidotool_cbor_write_int(out, 5);
  fidotool_cbor_write_array(out, exclude->len);
  for (guint i = 0; i < exclude->len; i++) {
    gsize len;
    const void *id = g_bytes_get_data(exclude->pdata[i], &len);

    fidotool_cbor_write_map(out, 2);
    fidotool_cbor_write_text(out, "id");
    fidotool_cbor_write_bytes(out, id, len);
    write_named(out, "type", "public-key");
  }
}

static void
write_options(GByteArray *out, bool rk, bool uv)
{
  fidotool_cbor_write_int(out, 7);
  fidotool_cbor_write_map(out, (size_t)rk + (size_t)uv);
  if (rk) {
    fidotool_cbor_write_text(out, "rk");
    fidotool_cbor_write_bool(out, true);
  }
  if (uv) {
    fidotool_cbor_write_text(out, "uv");
    fidotool_cbor_write_bool(out, true);
  }
}

/* The MAC is over the client data hash alone: what else is asked is not
 * covered by it. Here it stands before the protocol. */
static void
write_token(GByteArray *out, const FidotoolToken *token,
            const FidotoolCredentialMake *what)
{
  uint8_t mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX];
  size_t len = fidotool_token_mac(token, what->client_data_hash, 32, mac);

  fidotool_cbor_write_int(out, 8);
  fidotool_cbor_write_bytes(out, mac, len);
  fidotool_cbor_write_int(out, 9);
  fidotool_cbor_write_int(out, fidotool_token_protocol(token));
}

static GByteArray *
write_request(const FidotoolInfo *info, const FidotoolCredentialMake *what,
              int alg, const FidotoolToken *token)
{
  GByteArray *out = g_byte_array_new();
  size_t n_extensions = fidotool_extension_count(&what->extensions, info);
  bool uv = what->uv == FIDOTOOL_CREDENTIAL_UV_BUILTIN && !token;
  bool with_list = what->exclude && what->exclude->len > 0;
  bool with_options = what->discoverable || uv;
  bool enterprise = what->enterprise != FIDOTOOL_CREDENTIAL_ENTERPRISE_NO;

  fidotool_cbor_write_map(
      out, 4 + (size_t)with_list + (size_t)(n_extensions > 0) +
               (size_t)with_options + (token ? 2 : 0) + (size_t)enterprise);
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_bytes(out, what->client_data_hash, 32);
  write_rp(out, what);
  write_user(out, what);
  write_alg(out, alg);
  if (with_list)
    write_exclude(out, what->exclude);
  if (n_extensions > 0) {
    fidotool_cbor_write_int(out, 6);
    fidotool_extension_write(&what->extensions, info, out);
  }
  if (with_options)
    write_options(out, what->discoverable, uv);
  if (token)
    write_token(out, token, what);
  if (enterprise) {
    fidotool_cbor_write_int(out, 10);
    fidotool_cbor_write_int(out, what->enterprise);
  }
  return out;
}

/* A token for the PIN, or for the finger where the key gives one; a key from
 * before CTAP 2.1 is told "uv" instead. False and error where it is wanted and
 * not had. */
static bool
buy_token(FidotoolKey *key, const FidotoolCredentialMake *what,
          FidotoolToken **ret_token, GError **error)
{
  bool pin = what->uv == FIDOTOOL_CREDENTIAL_UV_PIN;

  if (!pin &&
      (what->uv == FIDOTOOL_CREDENTIAL_UV_NONE ||
       fidotool_info_option(fidotool_key_info(key), "pinUvAuthToken") != 1))
    return true;
  *ret_token =
      fidotool_token_buy(key, pin ? what->pin : NULL, FIDOTOOL_TOKEN_MAKE,
                         what->rp_id, what->timeout_ms, error);
  return *ret_token != NULL;
}

FidotoolCtapMade *
fidotool_ctap_make_read(GBytes *reply, GError **error)
{
  FidotoolCborItem format, auth_data, statement, enterprise, blob_key;
  const FidotoolCborItemField fields[] = {
      {NULL, 1, FIDOTOOL_CBOR_ITEM_TEXT, true, &format},
      {NULL, 2, FIDOTOOL_CBOR_ITEM_BYTES, true, &auth_data},
      {NULL, 3, FIDOTOOL_CBOR_ITEM_MAP, true, &statement},
      {NULL, 4, FIDOTOOL_CBOR_ITEM_SIMPLE, false, &enterprise},
      {NULL, 5, FIDOTOOL_CBOR_ITEM_BYTES, false, &blob_key},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);
  FidotoolCtapMade *made;

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      !g_utf8_validate((const char *)format.data, (gssize)format.len, NULL) ||
      (blob_key.present && blob_key.len != BLOB_KEY)) {
    (void)fidotool_ctap_refuse(WHAT, error);
    return NULL;
  }
  made = g_new0(FidotoolCtapMade, 1);
  made->format = g_strndup((const char *)format.data, format.len);
  made->statement = g_bytes_new(statement.data, statement.len);
  made->auth_data = g_bytes_new(auth_data.data, auth_data.len);
  made->enterprise = fidotool_cbor_item_is_true(&enterprise);
  made->blob_key = blob_key.present;
  return made;
}

FidotoolCtapMade *
fidotool_ctap_make(FidotoolKey *key, const FidotoolCredentialMake *what,
                   int alg, GError **error)
{
  g_autoptr(FidotoolToken) token = NULL;
  g_autoptr(GByteArray) parameters = NULL;
  g_autoptr(GBytes) reply = NULL;
  FidotoolCtapCommand command = {FIDOTOOL_CTAP_MAKE_CREDENTIAL, NULL,
                                 what->timeout_ms, WHAT};

  if (!buy_token(key, what, &token, error))
    return NULL;
  parameters = write_request(fidotool_key_info(key), what, alg, token);
  command.parameters = parameters;
  reply = fidotool_ctap_send(key, &command, error);
  return reply ? fidotool_ctap_make_read(reply, error) : NULL;
}

void
fidotool_ctap_made_free(FidotoolCtapMade *made)
{
  if (!made)
    return;
  g_free(made->format);
  g_clear_pointer(&made->statement, g_bytes_unref);
  g_clear_pointer(&made->auth_data, g_bytes_unref);
  g_free(made);
}
