/* SPDX-License-Identifier: Apache-2.0 */
/* make-registration.c - builds registrations from the inside out: key,
 * authData, statement, object, request. */
#include "make-registration.h"

#include <stdio.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/request.h"
#include "make-credential.h"

#define CHALLENGE "AAECAwQFBgcICQoLDA0ODw"
#define OTHER_CHALLENGE "AAECAwQFBgcICQoLDA0ODg"
#define ORIGIN "https://keys.example.org"
#define RP_ID "keys.example.org"
#define LIST_MAX 9
/* UP, UV, AT */
#define FLAGS 0x45
#define FLAG_ED 0x80

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

const uint8_t make_registration_aaguid[16] = {
    0x6b, 0x65, 0x79, 0x74, 0x75, 0x72, 0x4e, 0x20,
    0x80, 0x00, 0x74, 0x65, 0x73, 0x74, 0x00, 0x01};

typedef struct {
  const MakeRegistration *spec;
  int64_t alg;
  EVP_PKEY *pkey; /* the credential's */
  char *client;
  size_t client_len;
  uint8_t hash[32];
  GByteArray *id;
  GByteArray *auth;
  EVP_PKEY *leaf_key;
  GBytes *x5c[LIST_MAX];
  size_t x5c_count;
  GBytes *anchor; /* NULL: none */
} Maker;

static void
make_client(Maker *maker)
{
  const MakeRegistration *spec = maker->spec;
  GString *text = g_string_new(spec->mark ? "\xef\xbb\xbf" : NULL);

  if (spec->client != NULL) {
    g_string_append(text, spec->client);
  } else {
    g_string_append_printf(
        text, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"",
        spec->type ? spec->type : "webauthn.create",
        spec->other_challenge ? OTHER_CHALLENGE : CHALLENGE,
        spec->origin ? spec->origin : ORIGIN);
    if (spec->top_origin != NULL)
      g_string_append_printf(text, ",\"topOrigin\":\"%s\"", spec->top_origin);
    g_string_append_printf(text, ",\"crossOrigin\":%s}",
                           spec->cross_origin ? "true" : "false");
  }
  for (size_t i = 0; i < spec->client_padding; i++)
    g_string_append_c(text, ' ');
  maker->client_len = text->len;
  maker->client = g_string_free(text, false);
  fidotool_bytes_sha256(maker->client, maker->client_len, maker->hash);
}

static void
make_auth(Maker *maker)
{
  const MakeRegistration *spec = maker->spec;
  const char *rp_id = spec->rp_id ? spec->rp_id : RP_ID;
  uint8_t head[37], size[2];
  size_t id_len = spec->id_empty ? 0 : spec->id_len ? spec->id_len : 16;
  uint32_t count = GUINT32_TO_BE(spec->count);

  fidotool_bytes_sha256(rp_id, strlen(rp_id), head);
  head[32] = (uint8_t)((FLAGS | spec->flags_set | (spec->ext ? FLAG_ED : 0)) &
                       ~spec->flags_clear);
  memcpy(head + 33, &count, 4);
  g_byte_array_append(maker->auth, head, sizeof(head));
  for (size_t i = 0; i < id_len; i++) {
    uint8_t byte = (uint8_t)(i + 1);

    g_byte_array_append(maker->id, &byte, 1);
  }
  if (head[32] & 0x40) {
    size[0] = (uint8_t)(id_len >> 8);
    size[1] = (uint8_t)id_len;
    g_byte_array_append(maker->auth, make_registration_aaguid, 16);
    g_byte_array_append(maker->auth, size, 2);
    if (id_len > 0)
      g_byte_array_append(maker->auth, maker->id->data, (guint)id_len);
    if (spec->key != NULL)
      make_credential_hex(maker->auth, spec->key);
    else
      make_credential_cose(maker->auth, maker->alg, maker->pkey);
  }
  make_credential_hex(maker->auth, spec->ext ? spec->ext : "");
  make_credential_hex(maker->auth, spec->tail ? spec->tail : "");
  g_byte_array_set_size(maker->auth, maker->auth->len - (guint)spec->cut);
}

static void
add_certificate(Maker *maker, X509 *x509)
{
  g_assert(maker->x5c_count < LIST_MAX);
  maker->x5c[maker->x5c_count++] = make_certificate_der(x509);
}

/* Intermediates 1 to count under the root; issuers[0] is the root. */
static void
make_issuers(MakeChain chain, MakeIssuer *issuers, int count)
{
  static const MakeCertificate expired = {.not_after = MAKE_AT - MAKE_DAY};
  static const MakeCertificate no_ca = {.constraints =
                                            MAKE_CONSTRAINTS_EXPLICIT};
  static const MakeCertificate bare = {.constraints = MAKE_CONSTRAINTS_ABSENT};
  static const MakeCertificate sha1 = {.sha1 = true};
  const MakeCertificate *spec = NULL;

  if (chain == MAKE_CHAIN_INTERMEDIATE_EXPIRED)
    spec = &expired;
  if (chain == MAKE_CHAIN_INTERMEDIATE_NO_CA)
    spec = &no_ca;
  if (chain == MAKE_CHAIN_INTERMEDIATE_BARE)
    spec = &bare;
  if (chain == MAKE_CHAIN_INTERMEDIATE_SHA1)
    spec = &sha1;
  issuers[0] = make_certificate_issuer(
      "Test Root", NULL, chain == MAKE_CHAIN_ROOT_EXPIRED ? &expired : NULL);
  for (int i = 1; i <= count; i++) {
    g_autofree char *name = g_strdup_printf("Test CA %d", i);

    issuers[i] = make_certificate_issuer(name, &issuers[i - 1], spec);
  }
}

static int
count_intermediates(MakeChain chain)
{
  switch (chain) {
  case MAKE_CHAIN_ROOT:
  case MAKE_CHAIN_LEAF_TRUSTED:
  case MAKE_CHAIN_WITH_ROOT:
  case MAKE_CHAIN_NO_ANCHORS:
  case MAKE_CHAIN_OTHER_ROOT:
  case MAKE_CHAIN_SAME_NAME:
  case MAKE_CHAIN_SELF_SIGNED:
  case MAKE_CHAIN_STRANGER:
  case MAKE_CHAIN_ROOT_EXPIRED:
    return 0;
  case MAKE_CHAIN_INTERMEDIATE:
  case MAKE_CHAIN_INTERMEDIATE_TRUSTED:
  case MAKE_CHAIN_MISSING:
  case MAKE_CHAIN_INTERMEDIATE_EXPIRED:
  case MAKE_CHAIN_INTERMEDIATE_NO_CA:
  case MAKE_CHAIN_INTERMEDIATE_BARE:
  case MAKE_CHAIN_INTERMEDIATE_SHA1:
    return 1;
  case MAKE_CHAIN_UNORDERED:
    return 2;
  case MAKE_CHAIN_FIVE:
    return 4;
  case MAKE_CHAIN_SIX:
    return 5;
  }
  return 0; /* not reached: every chain has its count */
}

static GBytes *
make_anchor(MakeChain chain, const MakeIssuer *issuers, GBytes *leaf)
{
  MakeIssuer other;
  GBytes *anchor;

  if (chain == MAKE_CHAIN_NO_ANCHORS)
    return NULL;
  if (chain == MAKE_CHAIN_LEAF_TRUSTED)
    return g_bytes_ref(leaf);
  if (chain == MAKE_CHAIN_INTERMEDIATE_TRUSTED)
    return make_certificate_der(issuers[1].x509);
  if (chain != MAKE_CHAIN_OTHER_ROOT && chain != MAKE_CHAIN_SAME_NAME)
    return make_certificate_der(issuers[0].x509);
  other = make_certificate_issuer(
      chain == MAKE_CHAIN_SAME_NAME ? "Test Root" : "Other Root", NULL, NULL);
  anchor = make_certificate_der(other.x509);
  make_certificate_issuer_clear(&other);
  return anchor;
}

static void
make_chain(Maker *maker)
{
  const MakeRegistration *spec = maker->spec;
  MakeIssuer issuers[6] = {0};
  int count = count_intermediates(spec->chain);
  X509 *leaf;

  make_issuers(spec->chain, issuers, count);
  maker->leaf_key = make_certificate_key(spec->leaf.key);
  leaf = make_certificate_leaf(
      &spec->leaf, maker->leaf_key, make_registration_aaguid,
      spec->chain == MAKE_CHAIN_SELF_SIGNED ? NULL : &issuers[count]);
  add_certificate(maker, leaf);
  maker->anchor = make_anchor(spec->chain, issuers, maker->x5c[0]);
  if (spec->chain == MAKE_CHAIN_UNORDERED) {
    add_certificate(maker, issuers[1].x509);
    add_certificate(maker, issuers[2].x509);
  } else if (spec->chain != MAKE_CHAIN_MISSING) {
    for (int i = count; i > 0; i--)
      add_certificate(maker, issuers[i].x509);
  }
  if (spec->chain == MAKE_CHAIN_WITH_ROOT)
    add_certificate(maker, issuers[0].x509);
  if (spec->chain == MAKE_CHAIN_STRANGER) {
    MakeIssuer other = make_certificate_issuer("Stranger", NULL, NULL);

    add_certificate(maker, other.x509);
    make_certificate_issuer_clear(&other);
  }
  X509_free(leaf);
  for (int i = 0; i <= count; i++)
    make_certificate_issuer_clear(&issuers[i]);
}

/* A DER signature whose outer length takes one byte more than it needs. */
static GBytes *
spell_longer(GBytes *sig)
{
  size_t len;
  const uint8_t *data = g_bytes_get_data(sig, &len);
  GByteArray *out = g_byte_array_new();
  uint8_t head[] = {0x30, 0x81, data[1]};

  g_byte_array_append(out, head, sizeof(head));
  g_byte_array_append(out, data + 2, (guint)len - 2);
  g_bytes_unref(sig);
  return g_byte_array_free_to_bytes(out);
}

static GBytes *
add_tail(GBytes *sig)
{
  GByteArray *out = g_bytes_unref_to_array(sig);

  g_byte_array_append(out, (const uint8_t *)"\0", 1);
  return g_byte_array_free_to_bytes(out);
}

static GBytes *
make_sig(Maker *maker, int64_t alg, EVP_PKEY *pkey)
{
  static const uint8_t zero[] = {0x30, 0x06, 0x02, 0x01, 0, 0x02, 0x01, 0};
  static const uint8_t raw[64] = {1};
  MakeSig fault = maker->spec->sig;
  g_autoptr(GByteArray) data = g_byte_array_new();
  g_autoptr(EVP_PKEY) other = NULL;
  GBytes *sig;

  g_byte_array_append(data, maker->auth->data, maker->auth->len);
  g_byte_array_append(data, maker->hash, sizeof(maker->hash));
  if (fault == MAKE_SIG_OTHER_DATA)
    data->data[36] ^= 1;
  if (fault == MAKE_SIG_OTHER_HASH)
    data->data[data->len - 1] ^= 1;
  if (fault == MAKE_SIG_OTHER_KEY)
    pkey = other = make_credential_key(alg);
  if (fault == MAKE_SIG_EMPTY)
    return g_bytes_new(NULL, 0);
  if (fault == MAKE_SIG_RAW)
    return g_bytes_new(raw, sizeof(raw));
  if (fault == MAKE_SIG_ZERO)
    return g_bytes_new(zero, sizeof(zero));
  sig = make_credential_sign(alg, pkey, data->data, data->len);
  if (fault == MAKE_SIG_TAIL)
    sig = add_tail(sig);
  if (fault == MAKE_SIG_LONG_FORM)
    sig = spell_longer(sig);
  return sig;
}

static void
add_x5c(const Maker *maker, GByteArray *out)
{
  MakeStatement fault = maker->spec->statement;
  g_autofree uint8_t *large = g_malloc0(8193);
  bool many = fault == MAKE_STATEMENT_X5C_MANY;
  size_t count = many ? 9 : maker->x5c_count;

  make_credential_text(out, "x5c");
  if (fault == MAKE_STATEMENT_X5C_TEXT) {
    make_credential_text(out, "leaf");
    return;
  }
  if (fault == MAKE_STATEMENT_X5C_EMPTY)
    count = 0;
  make_credential_head(out, 4, count);
  for (size_t i = 0; i < count; i++) {
    size_t len;
    const uint8_t *der = g_bytes_get_data(maker->x5c[many ? 0 : i], &len);

    if (fault == MAKE_STATEMENT_X5C_TEXTS) {
      make_credential_text(out, "leaf");
    } else if (fault == MAKE_STATEMENT_X5C_LARGE) {
      make_credential_bytes(out, large, 8193);
    } else if (fault == MAKE_STATEMENT_X5C_JUNK) {
      make_credential_bytes(out, large, 100);
    } else if (fault == MAKE_STATEMENT_X5C_TAIL) {
      make_credential_head(out, 2, len + 1);
      g_byte_array_append(out, der, (guint)len);
      g_byte_array_append(out, large, 1);
    } else {
      make_credential_bytes(out, der, len);
    }
  }
}

static void
add_packed(Maker *maker, GByteArray *out)
{
  const MakeRegistration *spec = maker->spec;
  MakeStatement fault = spec->statement;
  bool full = spec->style == MAKE_FULL;
  int64_t leaf_alg = g_strcmp0(spec->leaf.key, "ED25519") == 0 ? -8
                     : g_strcmp0(spec->leaf.key, "P-384") == 0 ? -35
                                                               : -7;
  int64_t alg = full ? leaf_alg : maker->alg;
  g_autoptr(GBytes) sig =
      make_sig(maker, alg, full ? maker->leaf_key : maker->pkey);
  int count = full ? 3 : 2;

  count += (fault == MAKE_STATEMENT_ECDAA) + (fault == MAKE_STATEMENT_FOURTH);
  count -= (fault == MAKE_STATEMENT_NO_ALG) + (fault == MAKE_STATEMENT_NO_SIG);
  make_credential_head(out, 5, (uint64_t)count);
  if (fault != MAKE_STATEMENT_NO_ALG)
    make_credential_text(out, "alg");
  if (fault == MAKE_STATEMENT_TEXT_ALG)
    make_credential_text(out, "ES256");
  else if (fault != MAKE_STATEMENT_NO_ALG)
    make_credential_int(out, spec->statement_alg ? spec->statement_alg : alg);
  if (fault != MAKE_STATEMENT_NO_SIG) {
    make_credential_text(out, "sig");
    make_credential_bytes(out, g_bytes_get_data(sig, NULL),
                          g_bytes_get_size(sig));
  }
  if (full)
    add_x5c(maker, out);
  if (fault == MAKE_STATEMENT_FOURTH) {
    make_credential_text(out, "zeal");
    make_credential_int(out, 1);
  }
  if (fault == MAKE_STATEMENT_ECDAA) {
    make_credential_text(out, "ecdaaKeyId");
    make_credential_bytes(out, "id", 2);
  }
}

static void
add_statement(Maker *maker, GByteArray *out)
{
  if (maker->spec->object == MAKE_OBJECT_STMT_TEXT) {
    make_credential_text(out, "statement");
  } else if (maker->spec->object == MAKE_OBJECT_DEEP) {
    for (int i = 0; i < 40; i++)
      make_credential_head(out, 4, 1);
    make_credential_head(out, 4, 0);
  } else if (maker->spec->statement == MAKE_STATEMENT_ARRAY) {
    make_credential_head(out, 4, 0);
  } else if (maker->spec->style != MAKE_NONE) {
    add_packed(maker, out);
  } else if (maker->spec->statement == MAKE_STATEMENT_NOT_EMPTY) {
    make_credential_head(out, 5, 1);
    make_credential_text(out, "alg");
    make_credential_int(out, -7);
  } else {
    make_credential_head(out, 5, 0);
  }
}

static void
add_key_name(const Maker *maker, GByteArray *out, int number, const char *name)
{
  if (maker->spec->object == MAKE_OBJECT_CTAP)
    make_credential_int(out, number);
  else
    make_credential_text(out, name);
}

static void
add_fmt(const Maker *maker, GByteArray *out)
{
  const char *fmt = maker->spec->fmt;

  if (fmt == NULL)
    fmt = maker->spec->style == MAKE_NONE ? "none" : "packed";
  add_key_name(maker, out, 1, "fmt");
  if (maker->spec->object == MAKE_OBJECT_FMT_BYTES)
    make_credential_bytes(out, fmt, strlen(fmt));
  else
    make_credential_text(out, fmt);
}

static void
add_auth(const Maker *maker, GByteArray *out)
{
  add_key_name(maker, out, 2, "authData");
  if (maker->spec->object == MAKE_OBJECT_AUTH_TEXT)
    make_credential_text(out, "authData");
  else
    make_credential_bytes(
        out, maker->auth->data,
        maker->spec->object == MAKE_OBJECT_AUTH_SHORT ? 36 : maker->auth->len);
}

static GByteArray *
make_object(Maker *maker)
{
  MakeObject fault = maker->spec->object;
  GByteArray *out = g_byte_array_new();

  if (fault == MAKE_OBJECT_INDEFINITE)
    make_credential_hex(out, "bf");
  else
    make_credential_head(out, 5,
                         fault == MAKE_OBJECT_FOURTH ||
                                 fault == MAKE_OBJECT_DUPLICATE ||
                                 fault == MAKE_OBJECT_LARGE
                             ? 4
                             : 3);
  if (fault == MAKE_OBJECT_UNORDERED)
    add_auth(maker, out);
  add_fmt(maker, out);
  if (fault == MAKE_OBJECT_DUPLICATE)
    add_fmt(maker, out);
  add_key_name(maker, out, 3, "attStmt");
  add_statement(maker, out);
  if (fault != MAKE_OBJECT_UNORDERED)
    add_auth(maker, out);
  if (fault == MAKE_OBJECT_FOURTH || fault == MAKE_OBJECT_LARGE) {
    g_autofree uint8_t *large = g_malloc0(65536);

    make_credential_text(out, "authDatum");
    make_credential_bytes(out, large, fault == MAKE_OBJECT_LARGE ? 65536 : 1);
  }
  if (fault == MAKE_OBJECT_INDEFINITE)
    make_credential_hex(out, "ff");
  if (fault == MAKE_OBJECT_TAIL)
    make_credential_hex(out, "00");
  if (fault == MAKE_OBJECT_CUT)
    g_byte_array_set_size(out, out->len - 1);
  return out;
}

void
make_registration_merge(FidotoolJson *object, const char *over)
{
  g_autoptr(FidotoolJson) json = NULL;

  if (over == NULL)
    return;
  json = fidotool_json_parse(over, strlen(over), NULL);
  g_assert(json != NULL);
  for (size_t i = 0; i < fidotool_json_size(json); i++) {
    const char *name = fidotool_json_name(json, i);
    const FidotoolJson *value = fidotool_json_member(json, i);

    if (fidotool_json_type(value) == FIDOTOOL_JSON_NULL)
      fidotool_json_remove(object, name);
    else
      fidotool_json_set(object, name, fidotool_json_copy(value));
  }
}

static void
set_bytes(FidotoolJson *json, const char *name, const void *data, size_t len)
{
  g_autofree char *text = fidotool_bytes_base64url(data, len);

  fidotool_json_set_text(json, name, text);
}

static void
add_response(const Maker *maker, FidotoolJson *request,
             const GByteArray *object)
{
  FidotoolJson *response =
      fidotool_json_set(request, "response", fidotool_json_new_object());
  FidotoolJson *inner;

  set_bytes(response, "id", maker->id->data, maker->id->len);
  set_bytes(response, "rawId", maker->id->data, maker->id->len);
  fidotool_json_set_text(response, "type", "public-key");
  fidotool_json_set(response, "clientExtensionResults",
                    fidotool_json_new_object());
  inner = fidotool_json_set(response, "response", fidotool_json_new_object());
  set_bytes(inner, "clientDataJSON", maker->client, maker->client_len);
  set_bytes(inner, "attestationObject", object->data, object->len);
  make_registration_merge(inner, maker->spec->inner);
  make_registration_merge(response, maker->spec->response);
}

static FidotoolJson *
make_request(const Maker *maker, const GByteArray *object)
{
  static const char options[] =
      "{\"challenge\":\"" CHALLENGE "\",\"origins\":[\"https://other.example\","
      "\"" ORIGIN "\"],\"rp_id\":\"" RP_ID "\",\"require_uv\":1,"
      "\"algs\":[-7,-8,-257]}";
  FidotoolJson *request = fidotool_json_new_object();
  FidotoolJson *own = fidotool_json_parse(options, strlen(options), NULL);
  FidotoolJson *anchors;

  fidotool_json_set_text(request, "kind", "registration");
  fidotool_json_set_int(request, "at", MAKE_AT);
  make_registration_merge(own, maker->spec->options);
  fidotool_json_set(request, "options", own);
  anchors = fidotool_json_set(request, "anchors", fidotool_json_new_array());
  if (maker->anchor != NULL) {
    g_autofree char *der = fidotool_bytes_base64(
        g_bytes_get_data(maker->anchor, NULL), g_bytes_get_size(maker->anchor));

    fidotool_json_append_text(anchors, der);
  }
  add_response(maker, request, object);
  return request;
}

FidotoolJson *
make_registration(const MakeRegistration *spec, EVP_PKEY **ret_pkey)
{
  Maker maker = {.spec = spec,
                 .alg = spec->alg ? spec->alg : -7,
                 .id = g_byte_array_new(),
                 .auth = g_byte_array_new()};
  g_autoptr(GByteArray) object = NULL;
  FidotoolJson *request;

  maker.pkey = make_credential_key(maker.alg);
  make_client(&maker);
  make_auth(&maker);
  if (spec->style == MAKE_FULL)
    make_chain(&maker);
  object = make_object(&maker);
  request = make_request(&maker, object);
  g_free(maker.client);
  g_byte_array_unref(maker.id);
  g_byte_array_unref(maker.auth);
  EVP_PKEY_free(maker.leaf_key);
  for (size_t i = 0; i < maker.x5c_count; i++)
    g_bytes_unref(maker.x5c[i]);
  g_clear_pointer(&maker.anchor, g_bytes_unref);
  if (ret_pkey != NULL)
    *ret_pkey = maker.pkey;
  else
    EVP_PKEY_free(maker.pkey);
  return request;
}

bool
make_registration_judges(const FidotoolJson *request, const char *statement,
                         const char *trust, const char *failed)
{
  size_t len, answer_len;
  g_autofree char *text = fidotool_json_write(request, &len);
  g_autofree char *answer_text = fidotool_request_judge(text, len, &answer_len);
  g_autoptr(FidotoolJson) answer =
      fidotool_json_parse(answer_text, answer_len, NULL);
  const FidotoolJson *list = fidotool_json_get(answer, "failed");
  g_autoptr(GString) got = g_string_new(NULL);
  bool same;

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(got, "%s%s", i > 0 ? " " : "",
                           fidotool_json_text(fidotool_json_at(list, i)));
  same =
      g_strcmp0(fidotool_json_get_text(answer, "statement"), statement) == 0 &&
      (trust == NULL ||
       g_strcmp0(fidotool_json_get_text(answer, "trust"), trust) == 0) &&
      strcmp(got->str, failed) == 0;
  if (!same)
    fprintf(stderr, "wanted %s, %s, failed: %s\ngot %s\n", statement,
            trust ? trust : "any trust", failed, answer_text);
  return same;
}
