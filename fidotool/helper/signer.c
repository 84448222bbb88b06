/* SPDX-License-Identifier: Apache-2.0 */
/* signer.c - what a key answers is checked against the public key that the
 * client gave, never against what the key says of itself. */
#include "fidotool/helper/signer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>
#include <sys/random.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/types.h"

#define AUTH_DATA 37
/* Longest credential id (WebAuthn, section 4). */
#define CREDENTIAL_MAX 1023

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

static bool
read_signer(const FidotoolJson *row, const char *rp_id,
            FidotoolSigner *ret_signer, GError **error)
{
  const char *cred = fidotool_json_get_text(row, "cred");
  const char *key = fidotool_json_get_text(row, "key");
  g_autoptr(GBytes) bytes = key ? fidotool_bytes_unbase64(key) : NULL;
  g_autoptr(GBytes) id = cred ? fidotool_bytes_unbase64(cred) : NULL;
  FidotoolSigner signer = {.rp_id = rp_id};

  if (!bytes || !id || g_bytes_get_size(id) == 0 ||
      g_bytes_get_size(id) > CREDENTIAL_MAX)
    return set_error(error, FIDOTOOL_ERROR_USAGE,
                     "the request: \"cred\" or \"key\" is missing or wrong");
  if (!recovery_sshsig_read_key(g_bytes_get_data(bytes, NULL),
                                g_bytes_get_size(bytes), &signer.key, error))
    return false;
  if (strcmp(signer.key.application, rp_id) != 0)
    return set_error(error, FIDOTOOL_ERROR_USAGE,
                     "the request: the public key is for another RP ID");
  signer.cred = g_steal_pointer(&id);
  *ret_signer = signer;
  return true;
}

static void
clear_signer(void *data)
{
  FidotoolSigner *signer = data;

  g_bytes_unref(signer->cred);
}

static bool
append_signer(GArray *list, const FidotoolJson *row, const char *rp_id,
              GError **error)
{
  FidotoolSigner signer;

  if (!read_signer(row, rp_id, &signer, error))
    return false;
  g_array_append_val(list, signer);
  return true;
}

static GArray *
new_list(void)
{
  GArray *list = g_array_new(FALSE, FALSE, sizeof(FidotoolSigner));

  g_array_set_clear_func(list, clear_signer);
  return list;
}

GArray *
fidotool_signer_read_one(const FidotoolJson *row, const char *rp_id,
                         GError **error)
{
  g_autoptr(GArray) list = new_list();

  return append_signer(list, row, rp_id, error) ? g_steal_pointer(&list) : NULL;
}

GArray *
fidotool_signer_read_list(const FidotoolJson *rows, const char *rp_id,
                          GError **error)
{
  g_autoptr(GArray) list = new_list();
  size_t n = fidotool_json_size(rows);

  if (n == 0 || n > FIDOTOOL_SIGNER_MAX) {
    (void)set_error(error, FIDOTOOL_ERROR_USAGE,
                    "the request: too few or too many signers");
    return NULL;
  }
  for (size_t i = 0; i < n; i++)
    if (!append_signer(list, fidotool_json_at(rows, i), rp_id, error))
      return NULL;
  return g_steal_pointer(&list);
}

static EVP_PKEY *
new_p256(const uint8_t point[65])
{
  OSSL_PARAM params[3];
  g_autoptr(EVP_PKEY_CTX) context =
      EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  EVP_PKEY *pkey = NULL;
  char group[] = "prime256v1";
  uint8_t copy[65];

  memcpy(copy, point, sizeof(copy));
  params[0] =
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
  params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy,
                                                sizeof(copy));
  params[2] = OSSL_PARAM_construct_end();
  if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
    return NULL;
  return pkey;
}

/* Is it the key's signature over authenticator data and hash? */
static bool
verify(const RecoverySshsigKey *key, const FidotoolCredentialAsserted *given,
       const uint8_t hash[32])
{
  bool ecdsa = key->type == RECOVERY_SSHSIG_SK_ECDSA;
  g_autoptr(EVP_PKEY) pkey =
      ecdsa
          ? new_p256(key->point)
          : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->point, 32);
  g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
  uint8_t signed_bytes[AUTH_DATA + 32];

  if (!pkey || !context || g_bytes_get_size(given->auth_data) != AUTH_DATA)
    return false;
  memcpy(signed_bytes, g_bytes_get_data(given->auth_data, NULL), AUTH_DATA);
  memcpy(signed_bytes + AUTH_DATA, hash, 32);
  return EVP_DigestVerifyInit(context, NULL, ecdsa ? EVP_sha256() : NULL, NULL,
                              pkey) == 1 &&
         EVP_DigestVerify(context, g_bytes_get_data(given->signature, NULL),
                          g_bytes_get_size(given->signature), signed_bytes,
                          sizeof(signed_bytes)) == 1;
}

bool
fidotool_signer_check(const FidotoolSigner *signer,
                      const FidotoolCredentialAsserted *given,
                      const uint8_t hash[32], uint8_t mask, uint8_t flags,
                      GError **error)
{
  const uint8_t *auth_data = g_bytes_get_data(given->auth_data, NULL);
  uint8_t rp[32];

  fidotool_bytes_sha256(signer->rp_id, strlen(signer->rp_id), rp);
  if (!verify(&signer->key, given, hash) || memcmp(auth_data, rp, 32) != 0)
    return set_error(error, FIDOTOOL_ERROR_NOT_TRUSTED,
                     "this is not the key that it says it is");
  return (auth_data[32] & mask) == flags ||
         set_error(error, FIDOTOOL_ERROR_INVALID,
                   "the key's answer has the wrong flags");
}

/* Those of the list from `from` on that one message can carry. */
static GPtrArray *
next_portion(const FidotoolJob *job, const GArray *list, guint from)
{
  GPtrArray *ids = g_ptr_array_new();

  for (guint i = from; i < list->len && ids->len < FIDOTOOL_CREDENTIAL_LIST;
       i++)
    g_ptr_array_add(ids, g_array_index(list, FidotoolSigner, i).cred);
  g_ptr_array_set_size(ids, (gint)fidotool_credential_portion(job->key, ids));
  return ids;
}

/* The row that the answer is for: the key chose one of n. */
static const FidotoolSigner *
find_answered(const GArray *list, guint from, guint n, GBytes *id,
              size_t *ret_index)
{
  for (guint i = from; i < from + n; i++) {
    const FidotoolSigner *signer = &g_array_index(list, FidotoolSigner, i);

    if (!g_bytes_equal(signer->cred, id))
      continue;
    *ret_index = i;
    return signer;
  }
  return NULL;
}

/* One question, for n signers. */
static bool
prove_some(FidotoolJob *job, const GArray *list, guint from, GPtrArray *allow,
           size_t *ret_index, GError **error)
{
  FidotoolCredentialAssert ask = {
      .rp_id = g_array_index(list, FidotoolSigner, from).rp_id,
      .allow = allow,
      .timeout_ms = FIDOTOOL_KEY_QUICK_MS};
  g_autoptr(FidotoolCredentialAsserted) given = NULL;
  const FidotoolSigner *signer;

  if (getentropy(ask.client_data_hash, sizeof(ask.client_data_hash)) != 0)
    return set_error(error, FIDOTOOL_ERROR_FAILED, "no random bytes");
  given = fidotool_credential_assert(job->key, &ask, error);
  if (!given)
    return false;
  signer = find_answered(list, from, allow->len, given->id, ret_index);
  if (!signer)
    return set_error(error, FIDOTOOL_ERROR_NOT_TRUSTED,
                     "the key answers for a credential that it was not asked "
                     "for");
  return fidotool_signer_check(signer, given, ask.client_data_hash,
                               FIDOTOOL_FLAG_UP, 0, error);
}

bool
fidotool_signer_prove(FidotoolJob *job, const GArray *list, size_t *ret_index,
                      GError **error)
{
  guint from = 0;

  for (;;) {
    g_autoptr(GPtrArray) allow = next_portion(job, list, from);
    g_autoptr(GError) own = NULL;

    if (prove_some(job, list, from, allow, ret_index, &own))
      return true;
    from += allow->len;
    if (from < list->len && !job->session->cancelled &&
        g_error_matches(own, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND))
      continue;
    g_propagate_error(error, g_steal_pointer(&own));
    return false;
  }
}
