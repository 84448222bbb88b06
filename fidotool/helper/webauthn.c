/* SPDX-License-Identifier: Apache-2.0 */
/* webauthn.c - options read, client data built, responses written. */
#include "fidotool/helper/webauthn.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/helper/webauthn-extension.h"

/* Shortest challenge (WebAuthn, section 13.4.3). */
#define CHALLENGE_MIN 16

/* Members that are read; all others are named to the caller. */
static const char *const creation_members[] = {
    "rp",
    "user",
    "challenge",
    "pubKeyCredParams",
    "excludeCredentials",
    "authenticatorSelection",
    "attestation",
    "extensions",
    NULL,
};
static const char *const request_members[] = {
    "challenge",        "rpId",       "allowCredentials",
    "userVerification", "extensions", NULL,
};
static bool
set_usage(GError **error, const char *name)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "the options: \"%s\" is missing or wrong", name);
  return false;
}

/* base64url as others write it, padding or not; ours has none. */
static char *
read_base64url(const char *text, size_t min)
{
  g_autofree char *bare = g_strdup(text ? text : "");
  g_autoptr(GBytes) bytes = NULL;

  g_strdelimit(bare, "=", '\0');
  bytes = fidotool_bytes_unbase64url(bare);
  return bytes && g_bytes_get_size(bytes) >= min ? g_steal_pointer(&bare)
                                                 : NULL;
}

static void
append_quoted(GString *out, const char *text)
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_text(text);
  g_autofree char *quoted = fidotool_json_write(json, NULL);

  g_string_append(out, quoted);
}

char *
fidotool_webauthn_client_data(const char *type, const char *challenge,
                              const char *origin)
{
  GString *out = g_string_new("{\"type\":");

  append_quoted(out, type);
  g_string_append(out, ",\"challenge\":");
  append_quoted(out, challenge);
  g_string_append(out, ",\"origin\":");
  append_quoted(out, origin);
  g_string_append(out, ",\"crossOrigin\":false}");
  return g_string_free(out, FALSE);
}

static void
note_ignored(FidotoolWebauthn *webauthn, const FidotoolJson *object,
             const char *const *known)
{
  for (size_t i = 0; i < fidotool_json_size(object); i++)
    if (!g_strv_contains(known, fidotool_json_name(object, i)))
      g_ptr_array_add(webauthn->ignored,
                      g_strdup(fidotool_json_name(object, i)));
}

/* Parses, and takes the options out of a wrapper. */
static FidotoolWebauthn *
start(const char *text, size_t len, const char *job, GError **error)
{
  g_autoptr(FidotoolWebauthn) webauthn = g_new0(FidotoolWebauthn, 1);
  g_autoptr(FidotoolJson) json = NULL;
  g_autoptr(GError) local = NULL;
  const FidotoolJson *inner;

  if (len > FIDOTOOL_WEBAUTHN_MAX) {
    (void)set_usage(error, "its length");
    return NULL;
  }
  json = fidotool_json_parse(text, len, &local);
  if (!json) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "the options: %s",
                local->message);
    return NULL;
  }
  inner = fidotool_json_get(json, "publicKey");
  webauthn->options = fidotool_json_copy(inner ? inner : json);
  webauthn->request = fidotool_json_new_object();
  webauthn->ignored = g_ptr_array_new_with_free_func(g_free);
  fidotool_json_set_text(webauthn->request, "job", job);
  if (fidotool_json_type(webauthn->options) == FIDOTOOL_JSON_OBJECT)
    return g_steal_pointer(&webauthn);
  (void)set_usage(error, "publicKey");
  return NULL;
}

/* The client data, and its hash into the request. */
static bool
set_client_data(FidotoolWebauthn *webauthn, const char *type,
                const char *origin, GError **error)
{
  g_autofree char *challenge = read_base64url(
      fidotool_json_get_text(webauthn->options, "challenge"), CHALLENGE_MIN);
  g_autofree char *own = NULL;
  g_autofree char *hash = NULL;

  if (!challenge)
    return set_usage(error, "challenge");
  if (!origin)
    origin = own = g_strconcat(
        "https://", fidotool_json_get_text(webauthn->request, "rp_id"), NULL);
  webauthn->client_data =
      fidotool_webauthn_client_data(type, challenge, origin);
  hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, webauthn->client_data,
                                       -1);
  fidotool_json_set_text(webauthn->request, "hash", hash);
  return true;
}

/* The RP ID that is named, else the host of the origin. */
static bool
set_rp_id(FidotoolWebauthn *webauthn, const char *rp_id, const char *origin,
          const char *name, GError **error)
{
  g_autoptr(GUri) uri = NULL;

  if (!rp_id && origin)
    uri = g_uri_parse(origin, G_URI_FLAGS_NONE, NULL);
  if (uri)
    rp_id = g_uri_get_host(uri);
  if (!rp_id || !*rp_id)
    return set_usage(error, name);
  fidotool_json_set_text(webauthn->request, "rp_id", rp_id);
  return true;
}

static bool
set_user(FidotoolWebauthn *webauthn, GError **error)
{
  const FidotoolJson *user = fidotool_json_get(webauthn->options, "user");
  g_autofree char *id = read_base64url(fidotool_json_get_text(user, "id"), 1);
  const char *name = fidotool_json_get_text(user, "name");
  const char *display_name = fidotool_json_get_text(user, "displayName");
  FidotoolJson *into;

  if (!id)
    return set_usage(error, "user.id");
  if (!name)
    return set_usage(error, "user.name");
  into =
      fidotool_json_set(webauthn->request, "user", fidotool_json_new_object());
  fidotool_json_set_text(into, "id", id);
  fidotool_json_set_text(into, "name", name);
  if (display_name && *display_name)
    fidotool_json_set_text(into, "display_name", display_name);
  return true;
}

/* The algorithms in the relying party's order; ES256 and RS256 where it names
 * none, as WebAuthn has it. */
static bool
set_algs(FidotoolWebauthn *webauthn, GError **error)
{
  const FidotoolJson *list =
      fidotool_json_get(webauthn->options, "pubKeyCredParams");
  FidotoolJson *algs =
      fidotool_json_set(webauthn->request, "algs", fidotool_json_new_array());

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *one = fidotool_json_at(list, i);
    int64_t alg;

    if (!fidotool_json_int(fidotool_json_get(one, "alg"), &alg))
      return set_usage(error, "pubKeyCredParams");
    if (g_strcmp0(fidotool_json_get_text(one, "type"), "public-key") == 0)
      fidotool_json_append(algs, fidotool_json_new_int(alg));
  }
  if (fidotool_json_size(list) == 0) {
    fidotool_json_append(algs, fidotool_json_new_int(-7));
    fidotool_json_append(algs, fidotool_json_new_int(-257));
  }
  return fidotool_json_size(algs) > 0 || set_usage(error, "pubKeyCredParams");
}

/* excludeCredentials or allowCredentials. */
static bool
set_list(FidotoolWebauthn *webauthn, const char *from, const char *to,
         GError **error)
{
  const FidotoolJson *list = fidotool_json_get(webauthn->options, from);
  FidotoolJson *ids =
      fidotool_json_set(webauthn->request, to, fidotool_json_new_array());

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *one = fidotool_json_at(list, i);
    g_autofree char *id = read_base64url(fidotool_json_get_text(one, "id"), 1);

    if (!id)
      return set_usage(error, from);
    if (g_strcmp0(fidotool_json_get_text(one, "type"), "public-key") == 0)
      fidotool_json_append_text(ids, id);
  }
  return true;
}

static void
set_selection(FidotoolWebauthn *webauthn)
{
  const FidotoolJson *selection =
      fidotool_json_get(webauthn->options, "authenticatorSelection");
  const char *resident = fidotool_json_get_text(selection, "residentKey");
  const char *uv = fidotool_json_get_text(selection, "userVerification");

  if (g_strcmp0(resident, "preferred") == 0)
    fidotool_json_set_text(webauthn->request, "discoverable", "preferred");
  else
    fidotool_json_set_bool(
        webauthn->request, "discoverable",
        g_strcmp0(resident, "required") == 0 ||
            (!resident &&
             fidotool_json_get_bool(selection, "requireResidentKey", false)));
  fidotool_json_set_text(webauthn->request, "uv", uv ? uv : "preferred");
}

FidotoolWebauthn *
fidotool_webauthn_read_creation(const char *text, size_t len,
                                const char *origin, GError **error)
{
  g_autoptr(FidotoolWebauthn) webauthn = start(text, len, "make", error);
  const FidotoolJson *rp;
  const char *name;

  if (!webauthn)
    return NULL;
  rp = fidotool_json_get(webauthn->options, "rp");
  name = fidotool_json_get_text(rp, "name");
  if (!set_rp_id(webauthn, fidotool_json_get_text(rp, "id"), origin, "rp.id",
                 error) ||
      !set_user(webauthn, error) || !set_algs(webauthn, error) ||
      !set_list(webauthn, "excludeCredentials", "exclude", error) ||
      !set_client_data(webauthn, "webauthn.create", origin, error) ||
      !fidotool_webauthn_extension_read_creation(
          fidotool_json_get(webauthn->options, "extensions"), webauthn->request,
          webauthn->ignored, error))
    return NULL;
  if (name && *name)
    fidotool_json_set_text(webauthn->request, "rp_name", name);
  set_selection(webauthn);
  note_ignored(webauthn, webauthn->options, creation_members);
  return g_steal_pointer(&webauthn);
}

FidotoolWebauthn *
fidotool_webauthn_read_request(const char *text, size_t len, const char *origin,
                               GError **error)
{
  g_autoptr(FidotoolWebauthn) webauthn = start(text, len, "assert", error);
  const char *uv;

  if (!webauthn)
    return NULL;
  uv = fidotool_json_get_text(webauthn->options, "userVerification");
  if (!set_rp_id(webauthn, fidotool_json_get_text(webauthn->options, "rpId"),
                 origin, "rpId", error) ||
      !set_list(webauthn, "allowCredentials", "allow", error) ||
      !set_client_data(webauthn, "webauthn.get", origin, error) ||
      !fidotool_webauthn_extension_read_request(
          fidotool_json_get(webauthn->options, "extensions"), webauthn->request,
          webauthn->ignored, error))
    return NULL;
  fidotool_json_set_text(webauthn->request, "uv", uv ? uv : "preferred");
  note_ignored(webauthn, webauthn->options, request_members);
  return g_steal_pointer(&webauthn);
}

void
fidotool_webauthn_free(FidotoolWebauthn *webauthn)
{
  if (!webauthn)
    return;
  fidotool_json_free(webauthn->request);
  fidotool_json_free(webauthn->options);
  g_free(webauthn->client_data);
  g_clear_pointer(&webauthn->ignored, g_ptr_array_unref);
  g_free(webauthn);
}

char *
fidotool_webauthn_add_test(FidotoolWebauthn *webauthn, const char *challenge,
                           const char *origin)
{
  g_autofree char *own = NULL;
  g_autofree char *hash = NULL;
  char *client_data;
  FidotoolJson *test;

  if (!origin)
    origin = own = g_strconcat(
        "https://", fidotool_json_get_text(webauthn->request, "rp_id"), NULL);
  client_data =
      fidotool_webauthn_client_data("webauthn.get", challenge, origin);
  hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, client_data, -1);
  test =
      fidotool_json_set(webauthn->request, "test", fidotool_json_new_object());
  fidotool_json_set_text(test, "hash", hash);
  return client_data;
}

#define VENDOR 1
#define PLATFORM 2

bool
fidotool_webauthn_ask_enterprise(FidotoolWebauthn *webauthn, const char *how,
                                 const char *const *rp_ids, GError **error)
{
  const char *wish = fidotool_json_get_text(webauthn->options, "attestation");
  const char *rp_id = fidotool_json_get_text(webauthn->request, "rp_id");
  bool listed = rp_ids && g_strv_contains(rp_ids, rp_id);
  bool platform = how ? strcmp(how, "platform") == 0 : listed;

  if (!how && g_strcmp0(wish, "enterprise") != 0)
    return true;
  if (how && !platform && strcmp(how, "vendor") != 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "enterprise attestation is the vendor's or the platform's");
    return false;
  }
  if (how && g_strcmp0(wish, "none") == 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "the options want no attestation at all");
    return false;
  }
  if (platform && !listed) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY,
                "%s is not named among those that may learn which key it is",
                rp_id);
    return false;
  }
  fidotool_json_set_int(webauthn->request, "enterprise",
                        platform ? PLATFORM : VENDOR);
  return true;
}

/* Copies a member of the result under another name; false where it misses. */
static bool
copy_text(const FidotoolJson *from, const char *name, FidotoolJson *to,
          const char *as)
{
  const char *text = fidotool_json_get_text(from, name);

  if (text)
    fidotool_json_set_text(to, as, text);
  return text != NULL;
}

static FidotoolJson *
new_response(const FidotoolJson *result, const char *client_data,
             FidotoolJson **ret_inner)
{
  FidotoolJson *response = fidotool_json_new_object();
  g_autofree char *encoded =
      fidotool_bytes_base64url(client_data, strlen(client_data));

  copy_text(result, "cred", response, "id");
  copy_text(result, "cred", response, "rawId");
  fidotool_json_set_text(response, "type", "public-key");
  fidotool_json_set_text(response, "authenticatorAttachment", "cross-platform");
  *ret_inner =
      fidotool_json_set(response, "response", fidotool_json_new_object());
  fidotool_json_set_text(*ret_inner, "clientDataJSON", encoded);
  return response;
}

/* {"fmt": "none", "attStmt": {}, "authData": ...}. */
static char *
write_none(const char *auth_data)
{
  static const uint8_t front[] = "\xa3\x63"
                                 "fmt\x64none\x67"
                                 "attStmt\xa0\x68"
                                 "authData";
  g_autoptr(GBytes) bytes =
      auth_data ? fidotool_bytes_unbase64url(auth_data) : NULL;
  g_autoptr(GByteArray) out = g_byte_array_new();
  gsize len;
  const uint8_t *data;
  uint8_t head[3];

  if (!bytes)
    return NULL;
  data = g_bytes_get_data(bytes, &len);
  g_byte_array_append(out, front, sizeof(front) - 1);
  /* A byte string; the shortest form of its length alone is canonical. */
  head[0] = len < 24 ? 0x40 | (uint8_t)len : len < 256 ? 0x58 : 0x59;
  head[1] = (uint8_t)(len >> 8);
  head[2] = (uint8_t)len;
  g_byte_array_append(out, head, 1);
  if (len >= 256)
    g_byte_array_append(out, head + 1, 2);
  else if (len >= 24)
    g_byte_array_append(out, head + 2, 1);
  g_byte_array_append(out, data, (guint)len);
  return fidotool_bytes_base64url(out->data, out->len);
}

FidotoolJson *
fidotool_webauthn_write_registration(const FidotoolWebauthn *webauthn,
                                     const FidotoolJson *result, GError **error)
{
  FidotoolJson *inner;
  g_autoptr(FidotoolJson) response =
      new_response(result, webauthn->client_data, &inner);
  const char *wish = fidotool_json_get_text(webauthn->options, "attestation");
  const FidotoolJson *transports = fidotool_json_get(result, "transports");
  g_autofree char *none = NULL;
  bool ok = copy_text(result, "cred", response, "id") &&
            copy_text(result, "auth_data", inner, "authenticatorData") &&
            copy_text(result, "attestation", inner, "attestationObject");

  if (!ok) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "keyhelper's answer makes no sense");
    return NULL;
  }
  if (g_strcmp0(wish, "none") == 0)
    none = write_none(fidotool_json_get_text(result, "auth_data"));
  if (none)
    fidotool_json_set_text(inner, "attestationObject", none);
  copy_text(result, "public_key", inner, "publicKey");
  fidotool_json_set_int(inner, "publicKeyAlgorithm",
                        fidotool_json_get_int(result, "alg", 0));
  fidotool_json_set(inner, "transports",
                    transports ? fidotool_json_copy(transports)
                               : fidotool_json_new_array());
  fidotool_json_set(
      response, "clientExtensionResults",
      fidotool_webauthn_extension_write_creation(
          fidotool_json_get(webauthn->options, "extensions"), result));
  return g_steal_pointer(&response);
}

FidotoolJson *
fidotool_webauthn_write_assertion(const FidotoolWebauthn *webauthn,
                                  const FidotoolJson *result, GError **error)
{
  FidotoolJson *inner;
  g_autoptr(FidotoolJson) response =
      new_response(result, webauthn->client_data, &inner);

  if (!copy_text(result, "cred", response, "id") ||
      !copy_text(result, "auth_data", inner, "authenticatorData") ||
      !copy_text(result, "signature", inner, "signature")) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "keyhelper's answer makes no sense");
    return NULL;
  }
  copy_text(result, "user_id", inner, "userHandle");
  fidotool_json_set(
      response, "clientExtensionResults",
      fidotool_webauthn_extension_write_request(
          fidotool_json_get(webauthn->options, "extensions"), result));
  return g_steal_pointer(&response);
}
