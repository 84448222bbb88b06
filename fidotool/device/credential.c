/* SPDX-License-Identifier: Apache-2.0 */
/* credential.c - makeCredential and getAssertion through libfido2, and what
 * they answer in the form that WebAuthn gives it. */
#include "fidotool/device/credential.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/es384.h>
#include <fido/rs256.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

#include "fidotool/device/cbor-item.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap-make.h"
#include "fidotool/device/u2f.h"
#include "fidotool/error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

static void
free_assert(fido_assert_t *assertion)
{
  fido_assert_free(&assertion);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(fido_assert_t, free_assert)

static const char *
find_pin(FidotoolCredentialUv uv, const FidotoolSecret *pin)
{
  return uv == FIDOTOOL_CREDENTIAL_UV_PIN ? fidotool_secret_text(pin) : NULL;
}

static fido_opt_t
find_uv(FidotoolCredentialUv uv)
{
  return uv == FIDOTOOL_CREDENTIAL_UV_BUILTIN ? FIDO_OPT_TRUE : FIDO_OPT_OMIT;
}

static const void *
bytes_ptr(GBytes *bytes)
{
  return g_bytes_get_data(bytes, NULL);
}

static int
set_names(fido_cred_t *cred, const FidotoolCredentialMake *what, int alg)
{
  int r = fido_cred_set_type(cred, alg);

  if (r == FIDO_OK)
    r = fido_cred_set_clientdata_hash(cred, what->client_data_hash, 32);
  if (r == FIDO_OK)
    r = fido_cred_set_rp(cred, what->rp_id, what->rp_name);
  if (r == FIDO_OK)
    r = fido_cred_set_user(cred, bytes_ptr(what->user_id),
                           g_bytes_get_size(what->user_id), what->user_name,
                           what->user_display_name, NULL);
  return r;
}

static int
set_options(fido_cred_t *cred, const FidotoolCredentialMake *what,
            const FidotoolInfo *info)
{
  int r = FIDO_OK;

  if (what->discoverable)
    r = fido_cred_set_rk(cred, FIDO_OPT_TRUE);
  if (r == FIDO_OK)
    r = fido_cred_set_uv(cred, find_uv(what->uv));
  if (r == FIDO_OK)
    r = fidotool_extension_set_make(cred, &what->extensions, info);
  for (guint i = 0; r == FIDO_OK && what->exclude && i < what->exclude->len;
       i++)
    r = fido_cred_exclude(cred, bytes_ptr(what->exclude->pdata[i]),
                          g_bytes_get_size(what->exclude->pdata[i]));
  return r;
}

/* What a key answered, by libfido2 or by us. What is not in cred: */
typedef struct {
  fido_cred_t *cred;
  FidotoolCtapMade *own; /* NULL: by libfido2 */
} Answer;

static void
clear_answer(Answer *answer)
{
  fido_cred_free(&answer->cred);
  g_clear_pointer(&answer->own, fidotool_ctap_made_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, clear_answer)

static bool
make_by_libfido2(FidotoolKey *key, const FidotoolCredentialMake *what, int alg,
                 Answer *answer, GError **error)
{
  int r = set_names(answer->cred, what, alg);

  if (r == FIDO_OK)
    r = set_options(answer->cred, what, fidotool_key_info(key));
  if (!fidotool_error_from_fido(r, "prepare the credential", error))
    return false;
  fidotool_key_set_timeout(key, what->timeout_ms);
  r = fido_dev_make_cred(fidotool_key_dev(key), answer->cred,
                         find_pin(what->uv, what->pin));
  return fidotool_key_check(key, r, "make the credential", error);
}

/* libfido2 takes the authenticator data apart for us all the same. */
static bool
make_by_ctap(FidotoolKey *key, const FidotoolCredentialMake *what, int alg,
             Answer *answer, GError **error)
{
  gsize len;
  const uint8_t *data;
  int r;

  answer->own = fidotool_ctap_make(key, what, alg, error);
  if (!answer->own)
    return false;
  data = g_bytes_get_data(answer->own->auth_data, &len);
  r = fido_cred_set_type(answer->cred, alg);
  if (r == FIDO_OK)
    r = fido_cred_set_authdata_raw(answer->cred, data, len);
  if (r == FIDO_OK)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "the key's answer holds no credential");
  return false;
}

/* One try with one algorithm. */
static bool
make_with(FidotoolKey *key, const FidotoolCredentialMake *what, int alg,
          Answer *answer, GError **error)
{
  answer->cred = fido_cred_new();
  if (!answer->cred)
    return fidotool_error_from_fido(FIDO_ERR_INTERNAL, "prepare the credential",
                                    error);
  return fidotool_ctap_make_is_needed(fidotool_key_info(key), what)
             ? make_by_ctap(key, what, alg, answer, error)
             : make_by_libfido2(key, what, alg, answer, error);
}

static const char *
find_format(const Answer *answer)
{
  return answer->own ? answer->own->format : fido_cred_fmt(answer->cred);
}

/* Its attestation statement, a CBOR map; an empty one where there is none. */
static void
write_statement(GByteArray *out, const Answer *answer)
{
  const uint8_t *statement = answer->own ? bytes_ptr(answer->own->statement)
                                         : fido_cred_attstmt_ptr(answer->cred);
  size_t len = answer->own ? g_bytes_get_size(answer->own->statement)
                           : fido_cred_attstmt_len(answer->cred);

  if (statement && len > 0)
    fidotool_cbor_write_raw(out, statement, len);
  else
    fidotool_cbor_write_map(out, 0);
}

/* {"fmt": ..., "attStmt": ..., "authData": ...} (WebAuthn, section 6.5.4). */
static GBytes *
write_attestation(const Answer *answer)
{
  g_autoptr(GByteArray) out = g_byte_array_new();

  fidotool_cbor_write_map(out, 3);
  fidotool_cbor_write_text(out, "fmt");
  fidotool_cbor_write_text(out, find_format(answer));
  fidotool_cbor_write_text(out, "attStmt");
  write_statement(out, answer);
  fidotool_cbor_write_text(out, "authData");
  fidotool_cbor_write_bytes(out, fido_cred_authdata_raw_ptr(answer->cred),
                            fido_cred_authdata_raw_len(answer->cred));
  return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static EVP_PKEY *
new_pkey(const fido_cred_t *cred)
{
  const void *data = fido_cred_pubkey_ptr(cred);
  size_t len = fido_cred_pubkey_len(cred);
  EVP_PKEY *pkey = NULL;

  if (fido_cred_type(cred) == COSE_ES256) {
    es256_pk_t *pk = es256_pk_new();
    if (pk && es256_pk_from_ptr(pk, data, len) == FIDO_OK)
      pkey = es256_pk_to_EVP_PKEY(pk);
    es256_pk_free(&pk);
  } else if (fido_cred_type(cred) == COSE_EDDSA) {
    eddsa_pk_t *pk = eddsa_pk_new();
    if (pk && eddsa_pk_from_ptr(pk, data, len) == FIDO_OK)
      pkey = eddsa_pk_to_EVP_PKEY(pk);
    eddsa_pk_free(&pk);
  } else if (fido_cred_type(cred) == COSE_ES384) {
    es384_pk_t *pk = es384_pk_new();
    if (pk && es384_pk_from_ptr(pk, data, len) == FIDO_OK)
      pkey = es384_pk_to_EVP_PKEY(pk);
    es384_pk_free(&pk);
  } else if (fido_cred_type(cred) == COSE_RS256) {
    rs256_pk_t *pk = rs256_pk_new();
    if (pk && rs256_pk_from_ptr(pk, data, len) == FIDO_OK)
      pkey = rs256_pk_to_EVP_PKEY(pk);
    rs256_pk_free(&pk);
  }
  return pkey;
}

static GBytes *
write_public_key(const fido_cred_t *cred)
{
  g_autoptr(EVP_PKEY) pkey = new_pkey(cred);
  unsigned char *der = NULL;
  int len = pkey ? i2d_PUBKEY(pkey, &der) : -1;
  GBytes *bytes = NULL;

  if (len > 0)
    bytes = g_bytes_new(der, (gsize)len);
  OPENSSL_free(der);
  return bytes;
}

static FidotoolCredentialMade *
read_made(const Answer *answer, GError **error)
{
  const fido_cred_t *cred = answer->cred;
  g_autoptr(FidotoolCredentialMade) made = g_new0(FidotoolCredentialMade, 1);

  if (!find_format(answer) || fido_cred_id_len(cred) == 0 ||
      fido_cred_authdata_raw_len(cred) == 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the key's answer holds no credential");
    return NULL;
  }
  made->attestation = write_attestation(answer);
  made->auth_data = g_bytes_new(fido_cred_authdata_raw_ptr(cred),
                                fido_cred_authdata_raw_len(cred));
  made->id = g_bytes_new(fido_cred_id_ptr(cred), fido_cred_id_len(cred));
  made->public_key = write_public_key(cred);
  made->alg = fido_cred_type(cred);
  made->enterprise = answer->own && answer->own->enterprise;
  made->blob_key = answer->own ? answer->own->blob_key
                               : fido_cred_largeblob_key_len(cred) > 0;
  if (!fidotool_extension_read(made->auth_data, &made->extensions)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the key's answer about extensions makes no sense");
    return NULL;
  }
  return g_steal_pointer(&made);
}

/* Those that the key lists first, in the caller's order; then the others. */
static GArray *
order_algorithms(const FidotoolInfo *info, const GArray *algs)
{
  GArray *order = g_array_new(FALSE, FALSE, sizeof(int));

  for (int listed = 1; listed >= 0; listed--)
    for (guint i = 0; i < algs->len; i++) {
      int alg = g_array_index(algs, int, i);

      if ((fidotool_info_algorithm(info, alg) == 1) == (listed == 1))
        g_array_append_val(order, alg);
    }
  return order;
}

FidotoolCredentialMade *
fidotool_credential_make(FidotoolKey *key, const FidotoolCredentialMake *what,
                         GError **error)
{
  g_autoptr(GArray) order =
      order_algorithms(fidotool_key_info(key), what->algs);
  g_autoptr(GError) local = NULL;

  if (fidotool_key_is_u2f(key))
    return fidotool_u2f_make(key, what, error);
  for (guint i = 0; i < order->len; i++) {
    g_auto(Answer) answer = {NULL, NULL};

    g_clear_error(&local);
    if (make_with(key, what, g_array_index(order, int, i), &answer, &local))
      return read_made(&answer, error);
    if (fidotool_key_status(key) != FIDO_ERR_UNSUPPORTED_ALGORITHM)
      break;
  }
  if (local)
    g_propagate_error(error, g_steal_pointer(&local));
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "no algorithm was asked for");
  return NULL;
}

void
fidotool_credential_made_free(FidotoolCredentialMade *made)
{
  if (!made)
    return;
  g_clear_pointer(&made->attestation, g_bytes_unref);
  g_clear_pointer(&made->auth_data, g_bytes_unref);
  g_clear_pointer(&made->id, g_bytes_unref);
  g_clear_pointer(&made->public_key, g_bytes_unref);
  g_free(made);
}

/* Credentials in a list where the key does not say how many it takes. */
#define LIST_UNSAID 8
/* Bytes of a message that are not the list: command, RP ID, hash, options; and
 * around each id in the list. CTAP 2.1, section 6.2. */
#define AROUND_LIST 256
#define AROUND_ID 32
/* The longest message that libfido2 writes. */
#define MESSAGE_MAX 2048

guint
fidotool_credential_portion(const FidotoolKey *key, const GPtrArray *ids)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  int64_t room = fidotool_json_get_int(info->json, "max_msg_size", 1024);
  guint max = info->max_list > 0 ? (guint)info->max_list : LIST_UNSAID, n = 0;

  if (fidotool_key_is_u2f(key))
    return ids->len;
  room = MIN(room, MESSAGE_MAX) - AROUND_LIST;
  while (n < ids->len && n < max) {
    room -= (int64_t)g_bytes_get_size(ids->pdata[n]) + AROUND_ID;
    if (room < 0 && n > 0)
      break;
    n++;
  }
  return n;
}

static int
fill_assert(fido_assert_t *assertion, const FidotoolCredentialAssert *what,
            const FidotoolInfo *info)
{
  int r = fido_assert_set_rp(assertion, what->rp_id);

  if (r == FIDO_OK)
    r = fido_assert_set_clientdata_hash(assertion, what->client_data_hash, 32);
  if (r == FIDO_OK && !what->touch)
    r = fido_assert_set_up(assertion, FIDO_OPT_FALSE);
  if (r == FIDO_OK)
    r = fido_assert_set_uv(assertion, find_uv(what->uv));
  if (r == FIDO_OK)
    r = fidotool_extension_set_assert(assertion, &what->extensions, info);
  for (guint i = 0; r == FIDO_OK && what->allow && i < what->allow->len; i++)
    r = fido_assert_allow_cred(assertion, bytes_ptr(what->allow->pdata[i]),
                               g_bytes_get_size(what->allow->pdata[i]));
  return r;
}

/* libfido2 1.12 gives authenticator data as a CBOR byte string. */
static GBytes *
read_auth_data(const fido_assert_t *assertion, size_t i)
{
  FidotoolCborItemCursor cursor = {fido_assert_authdata_ptr(assertion, i),
                                   fido_assert_authdata_len(assertion, i),
                                   true};
  FidotoolCborItem item;

  if (!cursor.data || !fidotool_cbor_item_next(&cursor, &item) ||
      item.type != FIDOTOOL_CBOR_ITEM_BYTES || cursor.len != 0)
    return NULL;
  return g_bytes_new(item.data, item.len);
}

static void
read_extensions(const fido_assert_t *assertion,
                FidotoolCredentialAsserted *asserted)
{
  size_t blob = fido_assert_blob_len(assertion, 0);
  size_t secrets = fido_assert_hmac_secret_len(assertion, 0);
  size_t blob_key = fido_assert_largeblob_key_len(assertion, 0);

  if (blob > 0)
    asserted->blob = g_bytes_new(fido_assert_blob_ptr(assertion, 0), blob);
  if (secrets > 0)
    asserted->secrets = fidotool_secret_new_copy(
        fido_assert_hmac_secret_ptr(assertion, 0), secrets);
  if (blob_key > 0)
    asserted->blob_key = fidotool_secret_new_copy(
        fido_assert_largeblob_key_ptr(assertion, 0), blob_key);
}

/* The credential is one that was asked for, or the key's own choice where none
 * was named: else another's id would pass for it. */
static bool
check_id(const FidotoolCredentialAsserted *asserted,
         const FidotoolCredentialAssert *what, GError **error)
{
  guint n = what->allow ? what->allow->len : 0;

  if (n == 0)
    return true;
  for (guint i = 0; i < n; i++)
    if (g_bytes_equal(asserted->id, what->allow->pdata[i]))
      return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "the key answered with a credential that was not asked for");
  return false;
}

static FidotoolCredentialAsserted *
read_asserted(const fido_assert_t *assertion,
              const FidotoolCredentialAssert *what, GError **error)
{
  g_autoptr(FidotoolCredentialAsserted) asserted =
      g_new0(FidotoolCredentialAsserted, 1);

  asserted->count = fido_assert_count(assertion);
  if (asserted->count > 0 && fido_assert_id_len(assertion, 0) > 0)
    asserted->id = g_bytes_new(fido_assert_id_ptr(assertion, 0),
                               fido_assert_id_len(assertion, 0));
  else if (asserted->count > 0 && what->allow && what->allow->len == 1)
    asserted->id = g_bytes_ref(what->allow->pdata[0]); /* may be left out */
  if (asserted->id)
    asserted->auth_data = read_auth_data(assertion, 0);
  if (!asserted->auth_data || fido_assert_sig_len(assertion, 0) == 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the key's answer holds no assertion");
    return NULL;
  }
  if (!check_id(asserted, what, error))
    return NULL;
  asserted->signature = g_bytes_new(fido_assert_sig_ptr(assertion, 0),
                                    fido_assert_sig_len(assertion, 0));
  if (fido_assert_user_id_len(assertion, 0) > 0)
    asserted->user_id = g_bytes_new(fido_assert_user_id_ptr(assertion, 0),
                                    fido_assert_user_id_len(assertion, 0));
  read_extensions(assertion, asserted);
  return g_steal_pointer(&asserted);
}

FidotoolCredentialAsserted *
fidotool_credential_assert(FidotoolKey *key,
                           const FidotoolCredentialAssert *what, GError **error)
{
  g_autoptr(fido_assert_t) assertion = NULL;
  int r = FIDO_ERR_INTERNAL;

  if (fidotool_key_is_u2f(key))
    return fidotool_u2f_assert(key, what, error);
  assertion = fido_assert_new();
  if (assertion)
    r = fill_assert(assertion, what, fidotool_key_info(key));
  if (!fidotool_error_from_fido(r, "prepare the assertion", error))
    return NULL;
  fidotool_key_set_timeout(key, what->timeout_ms);
  r = fido_dev_get_assert(fidotool_key_dev(key), assertion,
                          find_pin(what->uv, what->pin));
  if (!fidotool_key_check(key, r, "ask for an assertion", error))
    return NULL;
  return read_asserted(assertion, what, error);
}

bool
fidotool_credential_find(FidotoolKey *key, const char *rp_id,
                         const GPtrArray *ids, GBytes **ret_id, GError **error)
{
  FidotoolCredentialAssert ask = {.rp_id = rp_id,
                                  .timeout_ms = FIDOTOOL_KEY_QUICK_MS};
  guint portion;

  *ret_id = NULL;
  if (fidotool_key_is_u2f(key)) {
    GBytes *found = NULL;
    bool ok = fidotool_u2f_find(key, rp_id, ids, &found, error);

    *ret_id = found ? g_bytes_ref(found) : NULL;
    return ok;
  }
  portion = MAX(fidotool_credential_portion(key, ids), 1);
  for (guint i = 0; i < ids->len; i += portion) {
    g_autoptr(GPtrArray) some = g_ptr_array_new();
    g_autoptr(FidotoolCredentialAsserted) found = NULL;
    g_autoptr(GError) local = NULL;

    for (guint k = i; k < MIN(i + portion, ids->len); k++)
      g_ptr_array_add(some, ids->pdata[k]);
    ask.allow = some;
    found = fidotool_credential_assert(key, &ask, &local);
    if (found) {
      *ret_id = g_bytes_ref(found->id);
      return true;
    }
    if (!g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return false;
    }
  }
  return true;
}

/* The signature is over the authenticator data and the hash. */
static bool
verify_asserted(const FidotoolCredentialAsserted *given,
                const FidotoolCredentialMade *made, const uint8_t hash[32])
{
  const unsigned char *der =
      made->public_key ? bytes_ptr(made->public_key) : NULL;
  g_autoptr(EVP_PKEY) pkey =
      der ? d2i_PUBKEY(NULL, &der, (long)g_bytes_get_size(made->public_key))
          : NULL;
  g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
  g_autoptr(GByteArray) text = g_byte_array_new();
  const EVP_MD *md = made->alg == COSE_EDDSA   ? NULL
                     : made->alg == COSE_ES384 ? EVP_sha384()
                                               : EVP_sha256();

  g_byte_array_append(text, bytes_ptr(given->auth_data),
                      (guint)g_bytes_get_size(given->auth_data));
  g_byte_array_append(text, hash, 32);
  return pkey && EVP_DigestVerifyInit(context, NULL, md, NULL, pkey) == 1 &&
         EVP_DigestVerify(context, bytes_ptr(given->signature),
                          g_bytes_get_size(given->signature), text->data,
                          text->len) == 1;
}

static bool
set_other(GError **error)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_TRUSTED,
              "another key was put on the reader");
  return false;
}

bool
fidotool_credential_prove(FidotoolKey *key, const FidotoolCredentialMade *made,
                          const char *rp_id, GError **error)
{
  g_autoptr(GPtrArray) allow = g_ptr_array_new();
  FidotoolCredentialAssert ask = {
      .rp_id = rp_id, .allow = allow, .timeout_ms = FIDOTOOL_KEY_QUICK_MS};
  g_autoptr(FidotoolCredentialAsserted) given = NULL;
  g_autoptr(GError) local = NULL;

  g_ptr_array_add(allow, made->id);
  if (fidotool_key_is_u2f(key)) {
    GBytes *found = NULL;

    if (!fidotool_u2f_find(key, rp_id, allow, &found, error))
      return false;
    return found || set_other(error);
  }
  if (RAND_bytes(ask.client_data_hash, sizeof(ask.client_data_hash)) != 1)
    return fidotool_error_from_fido(FIDO_ERR_INTERNAL, "random bytes", error);
  given = fidotool_credential_assert(key, &ask, &local);
  if (given && verify_asserted(given, made, ask.client_data_hash))
    return true;
  if (local &&
      !g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND)) {
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
  }
  return set_other(error);
}

void
fidotool_credential_asserted_free(FidotoolCredentialAsserted *asserted)
{
  if (!asserted)
    return;
  g_clear_pointer(&asserted->id, g_bytes_unref);
  g_clear_pointer(&asserted->auth_data, g_bytes_unref);
  g_clear_pointer(&asserted->signature, g_bytes_unref);
  g_clear_pointer(&asserted->user_id, g_bytes_unref);
  g_clear_pointer(&asserted->blob, g_bytes_unref);
  g_clear_pointer(&asserted->blob_key, fidotool_secret_free);
  g_clear_pointer(&asserted->secrets, fidotool_secret_free);
  g_free(asserted);
}
