/* SPDX-License-Identifier: Apache-2.0 */
/* make-assertion.c - builds assertions and the credential they are of. */
#include "make-assertion.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "make-credential.h"

#define CHALLENGE "EBESExQVFhcYGRobHB0eHw"
#define OTHER_CHALLENGE "EBESExQVFhcYGRobHB0eHg"
#define ORIGIN "https://keys.example.org"
#define RP_ID "keys.example.org"
#define ID "AQIDBAUGBwgJCgsMDQ4PEA"
/* UP, UV */
#define FLAGS 0x05

static char *
make_client(const MakeAssertion *spec)
{
  GString *text = g_string_new(NULL);

  g_string_append_printf(
      text, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"",
      spec->type ? spec->type : "webauthn.get",
      spec->other_challenge ? OTHER_CHALLENGE : CHALLENGE,
      spec->origin ? spec->origin : ORIGIN);
  if (spec->top_origin != NULL)
    g_string_append_printf(text, ",\"topOrigin\":\"%s\"", spec->top_origin);
  g_string_append_printf(text, ",\"crossOrigin\":%s}",
                         spec->cross_origin ? "true" : "false");
  return g_string_free(text, false);
}

static GByteArray *
make_auth(const MakeAssertion *spec)
{
  GByteArray *auth = g_byte_array_new();
  const char *rp_id = spec->rp_id ? spec->rp_id : RP_ID;
  uint32_t count = spec->count_zero ? 0 : spec->count ? spec->count : 8;
  uint8_t head[37];

  count = GUINT32_TO_BE(count);
  fidotool_bytes_sha256(rp_id, strlen(rp_id), head);
  head[32] = (uint8_t)((FLAGS | spec->flags_set) & ~spec->flags_clear);
  memcpy(head + 33, &count, 4);
  g_byte_array_append(auth, head, sizeof(head));
  make_credential_hex(auth, spec->tail ? spec->tail : "");
  return auth;
}

static GBytes *
make_sig(const MakeAssertion *spec, int64_t alg, EVP_PKEY *pkey,
         const GByteArray *auth, const uint8_t hash[32])
{
  GByteArray *data = g_byte_array_new();
  EVP_PKEY *other = make_credential_key(alg);
  GBytes *sig;

  g_byte_array_append(data, auth->data, auth->len);
  g_byte_array_append(data, hash, 32);
  if (spec->sig == MAKE_SIG_OTHER_DATA)
    data->data[36] ^= 1;
  if (spec->sig == MAKE_SIG_OTHER_HASH)
    data->data[data->len - 1] ^= 1;
  sig =
      make_credential_sign(alg, spec->sig == MAKE_SIG_OTHER_KEY ? other : pkey,
                           data->data, data->len);
  if (spec->sig == MAKE_SIG_TAIL) {
    GByteArray *longer = g_bytes_unref_to_array(sig);

    g_byte_array_append(longer, (const uint8_t *)"\0", 1);
    sig = g_byte_array_free_to_bytes(longer);
  }
  g_byte_array_unref(data);
  EVP_PKEY_free(other);
  return sig;
}

static void
set_bytes(FidotoolJson *json, const char *name, const void *data, size_t len)
{
  g_autofree char *text = fidotool_bytes_base64url(data, len);

  fidotool_json_set_text(json, name, text);
}

static void
add_options(FidotoolJson *request, const MakeAssertion *spec,
            const uint8_t hash[32])
{
  static const char text[] =
      "{\"challenge\":\"" CHALLENGE "\",\"origins\":[\"" ORIGIN
      "\"],\"rp_id\":\"" RP_ID "\",\"require_uv\":1}";
  FidotoolJson *options = fidotool_json_parse(text, strlen(text), NULL);
  g_autofree char *hex = fidotool_bytes_hex(hash, 32);

  if (spec->hashed) {
    make_registration_merge(options, "{\"challenge\":null,\"origins\":null}");
    fidotool_json_set_text(options, "cdh", hex);
  }
  make_registration_merge(options, spec->options);
  fidotool_json_set(request, "options", options);
}

static void
add_response(FidotoolJson *request, const MakeAssertion *spec,
             const char *client, const GByteArray *auth, GBytes *sig)
{
  FidotoolJson *response =
      fidotool_json_set(request, "response", fidotool_json_new_object());
  FidotoolJson *inner = response;

  if (!spec->hashed) {
    fidotool_json_set_text(response, "id", ID);
    fidotool_json_set_text(response, "rawId", ID);
    fidotool_json_set_text(response, "type", "public-key");
    inner = fidotool_json_set(response, "response", fidotool_json_new_object());
    set_bytes(inner, "clientDataJSON", client, strlen(client));
  }
  set_bytes(inner, "authenticatorData", auth->data, auth->len);
  set_bytes(inner, "signature", g_bytes_get_data(sig, NULL),
            g_bytes_get_size(sig));
  make_registration_merge(inner, spec->inner);
  make_registration_merge(response, spec->response);
}

static void
add_stored(FidotoolJson *request, const MakeAssertion *spec, int64_t alg,
           EVP_PKEY *pkey)
{
  FidotoolJson *stored =
      fidotool_json_set(request, "stored", fidotool_json_new_object());
  g_autoptr(GByteArray) cose = g_byte_array_new();
  g_autofree char *text = NULL;

  make_credential_cose(cose, alg, pkey);
  text = fidotool_bytes_base64(cose->data, cose->len);
  fidotool_json_set_text(stored, "public_key", text);
  fidotool_json_set_int(stored, "sign_count", 7);
  fidotool_json_set_int(stored, "be", 0);
  fidotool_json_set_int(stored, "bs", 0);
  make_registration_merge(stored, spec->stored);
}

FidotoolJson *
make_assertion(const MakeAssertion *spec)
{
  int64_t alg = spec->alg ? spec->alg : -7;
  EVP_PKEY *own = spec->pkey ? NULL : make_credential_key(alg);
  EVP_PKEY *pkey = spec->pkey ? spec->pkey : own;
  g_autofree char *client = make_client(spec);
  g_autoptr(GByteArray) auth = make_auth(spec);
  g_autoptr(GBytes) sig = NULL;
  uint8_t hash[32];
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_bytes_sha256(client, strlen(client), hash);
  sig = make_sig(spec, alg, pkey, auth, hash);
  fidotool_json_set_text(request, "kind", "assertion");
  add_options(request, spec, hash);
  add_response(request, spec, client, auth, sig);
  add_stored(request, spec, alg, pkey);
  EVP_PKEY_free(own);
  return request;
}
