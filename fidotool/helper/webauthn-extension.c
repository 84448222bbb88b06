/* SPDX-License-Identifier: Apache-2.0 */
/* webauthn-extension.c - extensions in options and in results. */
#include "fidotool/helper/webauthn-extension.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"

#define SALT 32

static const char *const creation_members[] = {
    "credentialProtectionPolicy",
    "enforceCredentialProtectionPolicy",
    "credProps",
    "minPinLength",
    "credBlob",
    "prf",
    "hmacCreateSecret",
    "largeBlob",
    NULL,
};
static const char *const request_members[] = {
    "appid", "getCredBlob", "prf", "hmacGetSecret", "largeBlob", NULL,
};

static bool
set_usage(GError **error, const char *name)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "the options: \"extensions.%s\" is wrong", name);
  return false;
}

static void
note_ignored(const FidotoolJson *object, const char *const *known,
             GPtrArray *ignored)
{
  for (size_t i = 0; i < fidotool_json_size(object); i++)
    if (!g_strv_contains(known, fidotool_json_name(object, i)))
      g_ptr_array_add(ignored, g_strdup(fidotool_json_name(object, i)));
}

/* base64url, padding or not. */
static GBytes *
read_bytes(const FidotoolJson *object, const char *name)
{
  const char *text = fidotool_json_get_text(object, name);
  g_autofree char *bare = g_strdup(text ? text : "");

  g_strdelimit(bare, "=", '\0');
  return text ? fidotool_bytes_unbase64url(bare) : NULL;
}

static bool
set_protection(const FidotoolJson *extensions, FidotoolJson *request,
               GError **error)
{
  static const char *const levels[] = {
      "userVerificationOptional",
      "userVerificationOptionalWithCredentialIDList",
      "userVerificationRequired",
  };
  const char *policy =
      fidotool_json_get_text(extensions, "credentialProtectionPolicy");

  if (!fidotool_json_get(extensions, "credentialProtectionPolicy"))
    return true;
  for (int i = 0; i < (int)G_N_ELEMENTS(levels); i++)
    if (g_strcmp0(policy, levels[i]) == 0) {
      fidotool_json_set_int(request, "protect", i + 1);
      return true;
    }
  return set_usage(error, "credentialProtectionPolicy");
}

/* {support: "required" or "preferred"}; the latter is meant where none of them
 * is named (WebAuthn, section 10.1.5). */
static bool
set_large_blob(const FidotoolJson *extensions, FidotoolJson *wanted,
               GError **error)
{
  const FidotoolJson *large = fidotool_json_get(extensions, "largeBlob");
  const char *support = fidotool_json_get_text(large, "support");

  if (!large)
    return true;
  if (fidotool_json_type(large) != FIDOTOOL_JSON_OBJECT ||
      fidotool_json_get(large, "read") || fidotool_json_get(large, "write") ||
      (fidotool_json_get(large, "support") && !support))
    return set_usage(error, "largeBlob");
  fidotool_json_set_text(wanted, "large_blob",
                         g_strcmp0(support, "required") == 0 ? "required"
                                                             : "preferred");
  return true;
}

bool
fidotool_webauthn_extension_read_creation(const FidotoolJson *extensions,
                                          FidotoolJson *request,
                                          GPtrArray *ignored, GError **error)
{
  g_autoptr(FidotoolJson) wanted = fidotool_json_new_object();

  note_ignored(extensions, creation_members, ignored);
  if (!set_protection(extensions, request, error) ||
      !set_large_blob(extensions, wanted, error))
    return false;
  if (fidotool_json_get_bool(extensions, "minPinLength", false))
    fidotool_json_set_bool(wanted, "min_pin_length", true);
  if (fidotool_json_get(extensions, "prf") ||
      fidotool_json_get_bool(extensions, "hmacCreateSecret", false))
    fidotool_json_set_bool(wanted, "hmac_secret", true);
  if (fidotool_json_get(extensions, "credBlob")) {
    g_autoptr(GBytes) blob = read_bytes(extensions, "credBlob");
    g_autofree char *text = NULL;

    if (!blob || g_bytes_get_size(blob) == 0)
      return set_usage(error, "credBlob");
    text = fidotool_bytes_base64url(g_bytes_get_data(blob, NULL),
                                    g_bytes_get_size(blob));
    fidotool_json_set_text(wanted, "blob", text);
  }
  if (fidotool_json_size(wanted) > 0)
    fidotool_json_set(request, "extensions", g_steal_pointer(&wanted));
  return true;
}

/* Behind a label that no other use has (WebAuthn, section 10.1.4). By GLib:
 * OpenSSL would take longer to load than all that its caller does. */
static void
digest_for_prf(GBytes *input, uint8_t ret_salt[SALT])
{
  static const guchar label[] = "WebAuthn PRF"; /* and its zero byte */
  GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
  gsize len = SALT;

  g_checksum_update(checksum, label, sizeof(label));
  g_checksum_update(checksum, g_bytes_get_data(input, NULL),
                    (gssize)g_bytes_get_size(input));
  g_checksum_get_digest(checksum, ret_salt, &len);
  g_checksum_free(checksum);
}

/* A salt as the key gets it. */
static bool
append_salt(FidotoolJson *salts, const FidotoolJson *from, const char *name,
            bool is_prf, GError **error)
{
  g_autoptr(GBytes) input = read_bytes(from, name);
  g_autofree char *text = NULL;
  uint8_t salt[SALT];

  if (!input)
    return set_usage(error, name);
  if (is_prf) {
    digest_for_prf(input, salt);
  } else if (g_bytes_get_size(input) == SALT) {
    memcpy(salt, g_bytes_get_data(input, NULL), SALT);
  } else {
    return set_usage(error, name);
  }
  text = fidotool_bytes_base64url(salt, SALT);
  fidotool_json_append_text(salts, text);
  return true;
}

/* Two salts under their names; the second may be missing. */
static bool
set_salts(FidotoolJson *wanted, const FidotoolJson *from, const char *first,
          const char *second, bool is_prf, GError **error)
{
  FidotoolJson *salts =
      fidotool_json_set(wanted, "salts", fidotool_json_new_array());

  return append_salt(salts, from, first, is_prf, error) &&
         (!fidotool_json_get(from, second) ||
          append_salt(salts, from, second, is_prf, error));
}

static bool
is_below(const char *host, const char *domain)
{
  g_autofree char *end = g_strconcat(".", domain, NULL);

  return g_str_equal(host, domain) || g_str_has_suffix(host, end);
}

/* The relying party's name in U2F (WebAuthn, section 10.1.1): an address at its
 * own domain, or at one above that has a name to itself. */
static bool
set_app_id(const FidotoolJson *extensions, FidotoolJson *request,
           GError **error)
{
  const char *app_id = fidotool_json_get_text(extensions, "appid");
  const char *rp_id = fidotool_json_get_text(request, "rp_id");
  g_autoptr(GUri) uri =
      app_id ? g_uri_parse(app_id, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri ? g_uri_get_host(uri) : NULL;

  if (!fidotool_json_get(extensions, "appid"))
    return true;
  if (!host || !g_str_has_prefix(app_id, "https://") ||
      !(is_below(host, rp_id) || (strchr(host, '.') && is_below(rp_id, host))))
    return set_usage(error, "appid");
  fidotool_json_set_text(request, "app_id", app_id);
  return true;
}

/* {read: true} or {write: bytes}, one of them (section 10.1.5); read false is
 * neither. */
static bool
ask_large_blob(const FidotoolJson *extensions, FidotoolJson *wanted,
               GError **error)
{
  const FidotoolJson *large = fidotool_json_get(extensions, "largeBlob");
  bool read = fidotool_json_get_bool(large, "read", false);
  g_autoptr(GBytes) bytes = read_bytes(large, "write");
  g_autofree char *text = NULL;
  FidotoolJson *into;

  if (!large)
    return true;
  if (fidotool_json_type(large) != FIDOTOOL_JSON_OBJECT ||
      fidotool_json_get(large, "support") ||
      (fidotool_json_get(large, "write") && (read || !bytes)))
    return set_usage(error, "largeBlob");
  if (!read && !bytes)
    return true;
  into = fidotool_json_set(wanted, "large_blob", fidotool_json_new_object());
  if (read) {
    fidotool_json_set_bool(into, "read", true);
    return true;
  }
  text = fidotool_bytes_base64url(g_bytes_get_data(bytes, NULL),
                                  g_bytes_get_size(bytes));
  fidotool_json_set_text(into, "write", text);
  return true;
}

bool
fidotool_webauthn_extension_read_request(const FidotoolJson *extensions,
                                         FidotoolJson *request,
                                         GPtrArray *ignored, GError **error)
{
  g_autoptr(FidotoolJson) wanted = fidotool_json_new_object();
  const FidotoolJson *prf = fidotool_json_get(extensions, "prf");
  const FidotoolJson *hmac = fidotool_json_get(extensions, "hmacGetSecret");

  note_ignored(extensions, request_members, ignored);
  if (fidotool_json_get(prf, "evalByCredential"))
    g_ptr_array_add(ignored, g_strdup("prf.evalByCredential"));
  if (!set_app_id(extensions, request, error))
    return false;
  if (fidotool_json_get_bool(extensions, "getCredBlob", false))
    fidotool_json_set_bool(wanted, "blob", true);
  if (!ask_large_blob(extensions, wanted, error))
    return false;
  if (fidotool_json_get(prf, "eval") &&
      !set_salts(wanted, fidotool_json_get(prf, "eval"), "first", "second",
                 true, error))
    return false;
  if (hmac && !fidotool_json_get(prf, "eval") &&
      !set_salts(wanted, hmac, "salt1", "salt2", false, error))
    return false;
  if (fidotool_json_size(wanted) > 0)
    fidotool_json_set(request, "extensions", g_steal_pointer(&wanted));
  return true;
}

FidotoolJson *
fidotool_webauthn_extension_write_creation(const FidotoolJson *extensions,
                                           const FidotoolJson *result)
{
  const FidotoolJson *given = fidotool_json_get(result, "extensions");
  FidotoolJson *results = fidotool_json_new_object();
  bool hmac = fidotool_json_get_bool(given, "hmac_secret", false);

  if (fidotool_json_get_bool(extensions, "credProps", false))
    fidotool_json_set_bool(
        fidotool_json_set(results, "credProps", fidotool_json_new_object()),
        "rk", fidotool_json_get_bool(result, "discoverable", false));
  if (fidotool_json_get(extensions, "credBlob"))
    fidotool_json_set_bool(results, "credBlob",
                           fidotool_json_get_bool(given, "blob", false));
  if (fidotool_json_get(extensions, "prf"))
    fidotool_json_set_bool(
        fidotool_json_set(results, "prf", fidotool_json_new_object()),
        "enabled", hmac);
  if (fidotool_json_get_bool(extensions, "hmacCreateSecret", false))
    fidotool_json_set_bool(results, "hmacCreateSecret", hmac);
  if (fidotool_json_get(extensions, "largeBlob"))
    fidotool_json_set_bool(
        fidotool_json_set(results, "largeBlob", fidotool_json_new_object()),
        "supported", fidotool_json_get_bool(given, "large_blob", false));
  return results;
}

/* The secrets under the names that were asked under. */
static void
set_secrets(FidotoolJson *into, const FidotoolJson *secrets, const char *first,
            const char *second)
{
  const char *one = fidotool_json_text(fidotool_json_at(secrets, 0));
  const char *two = fidotool_json_text(fidotool_json_at(secrets, 1));

  if (one)
    fidotool_json_set_text(into, first, one);
  if (two)
    fidotool_json_set_text(into, second, two);
}

/* What was read, where there was one; or that it was written. */
static void
set_large_result(FidotoolJson *results, const FidotoolJson *given)
{
  const char *data = fidotool_json_get_text(given, "data");
  FidotoolJson *into;

  if (!given)
    return;
  into = fidotool_json_set(results, "largeBlob", fidotool_json_new_object());
  if (data)
    fidotool_json_set_text(into, "blob", data);
  if (fidotool_json_get_bool(given, "written", false))
    fidotool_json_set_bool(into, "written", true);
}

FidotoolJson *
fidotool_webauthn_extension_write_request(const FidotoolJson *extensions,
                                          const FidotoolJson *result)
{
  const FidotoolJson *given = fidotool_json_get(result, "extensions");
  const FidotoolJson *secrets = fidotool_json_get(given, "secrets");
  const char *blob = fidotool_json_get_text(given, "blob");
  FidotoolJson *results = fidotool_json_new_object();

  if (fidotool_json_get(extensions, "appid"))
    fidotool_json_set_bool(results, "appid",
                           fidotool_json_get_bool(result, "app_id", false));
  if (blob)
    fidotool_json_set_text(results, "getCredBlob", blob);
  set_large_result(results, fidotool_json_get(result, "large_blob"));
  if (!secrets)
    return results;
  if (fidotool_json_get(fidotool_json_get(extensions, "prf"), "eval"))
    set_secrets(fidotool_json_set(fidotool_json_set(results, "prf",
                                                    fidotool_json_new_object()),
                                  "results", fidotool_json_new_object()),
                secrets, "first", "second");
  else
    set_secrets(
        fidotool_json_set(results, "hmacGetSecret", fidotool_json_new_object()),
        secrets, "output1", "output2");
  return results;
}
