/* SPDX-License-Identifier: Apache-2.0 */
/* attestation.c - the batch certificate, and the statements made with it. */
#include "tests/softkey/attestation.h"

#include <openssl/pem.h>
#include <string.h>

#include "tests/softkey/ca.h"
#include "tests/softkey/cbor.h"
#include "tests/softkey/cose.h"
#include "tests/softkey/embedded.h"
#include "tests/softkey/error.h"

#define RS1 (-65535)

struct SoftkeyAttestation {
  char *folder; /* NULL: the embedded ones */
  uint8_t aaguid[16];
  EVP_PKEY *key;
  GBytes *certificate; /* DER */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

static char *
read_text(const char *folder, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  GError *fault = NULL;
  char *text;

  if (folder == NULL)
    return g_strdup(softkey_embedded_find(name));
  path = g_build_filename(folder, name, NULL);
  if (g_file_get_contents(path, &text, NULL, &fault))
    return text;
  g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_FILE, "attestation: %s",
              fault->message);
  g_error_free(fault);
  return NULL;
}

/* Exactly one of ret_key and ret_certificate is wanted. */
static bool
read_pem(const char *folder, const char *name, EVP_PKEY **ret_key,
         X509 **ret_certificate, GError **error)
{
  g_autofree char *text = read_text(folder, name, error);
  g_autoptr(BIO) bio = NULL;

  if (text == NULL)
    return false;
  bio = BIO_new_mem_buf(text, -1);
  if (ret_key != NULL)
    *ret_key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
  else
    *ret_certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
  if ((ret_key != NULL && *ret_key != NULL) ||
      (ret_certificate != NULL && *ret_certificate != NULL))
    return true;
  g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED,
              "attestation: %s is no PEM", name);
  return false;
}

/* The batch certificate as it is, or a new one when it names another model. */
static X509 *
load_certificate(const char *folder, EVP_PKEY *key, const uint8_t aaguid[16],
                 GError **error)
{
  g_autoptr(X509) batch = NULL;
  g_autoptr(X509) root = NULL;
  g_autoptr(EVP_PKEY) root_key = NULL;
  uint8_t found[16];
  X509 *leaf;

  if (!read_pem(folder, SOFTKEY_CA_BATCH, NULL, &batch, error))
    return NULL;
  if (softkey_ca_read_aaguid(batch, found) && memcmp(found, aaguid, 16) == 0)
    return g_steal_pointer(&batch);
  if (!read_pem(folder, SOFTKEY_CA_ROOT, NULL, &root, error) ||
      !read_pem(folder, SOFTKEY_CA_ROOT_KEY, &root_key, NULL, error))
    return NULL;
  leaf = softkey_ca_issue(root, root_key, key, aaguid);
  if (leaf == NULL)
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_CRYPTO,
                "attestation: cannot make a batch certificate");
  return leaf;
}

SoftkeyAttestation *
softkey_attestation_load(const char *folder, const uint8_t aaguid[16],
                         GError **error)
{
  g_autoptr(SoftkeyAttestation) attestation = g_new0(SoftkeyAttestation, 1);
  g_autoptr(X509) leaf = NULL;

  attestation->folder = g_strdup(folder);
  memcpy(attestation->aaguid, aaguid, 16);
  if (!read_pem(folder, SOFTKEY_CA_BATCH_KEY, &attestation->key, NULL, error))
    return NULL;
  leaf = load_certificate(folder, attestation->key, aaguid, error);
  if (leaf == NULL)
    return NULL;
  attestation->certificate = softkey_ca_der(leaf);
  if (attestation->certificate != NULL)
    return g_steal_pointer(&attestation);
  g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_CRYPTO,
              "attestation: cannot write the batch certificate");
  return NULL;
}

void
softkey_attestation_free(SoftkeyAttestation *attestation)
{
  if (attestation == NULL)
    return;
  EVP_PKEY_free(attestation->key);
  g_free(attestation->folder);
  g_clear_pointer(&attestation->certificate, g_bytes_unref);
  g_free(attestation);
}

/* The chain for key: of the batch, of this one key, or a bad one. */
static GPtrArray *
make_chain(const SoftkeyAttestation *attestation, const SoftkeyStatement *what,
           EVP_PKEY *key)
{
  g_autoptr(GPtrArray) chain =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  const SoftkeyCaLeaf own = {.aaguid = attestation->aaguid,
                             .serial = what->serial};
  g_autoptr(EVP_PKEY) root_key = NULL;
  g_autoptr(X509) root = NULL;
  g_autoptr(X509) leaf = NULL;

  if (what->serial == NULL && (what->fault == SOFTKEY_FAULT_NONE ||
                               what->fault == SOFTKEY_FAULT_WRONG_SIGNATURE)) {
    g_ptr_array_add(chain, g_bytes_ref(attestation->certificate));
    return g_steal_pointer(&chain);
  }
  if (!read_pem(attestation->folder, SOFTKEY_CA_ROOT, NULL, &root, NULL) ||
      !read_pem(attestation->folder, SOFTKEY_CA_ROOT_KEY, &root_key, NULL,
                NULL))
    return NULL;
  if (what->serial == NULL) {
    const SoftkeyFaultMakers makers = {root, root_key, key,
                                       attestation->aaguid};

    return softkey_bad_attestation_chain(what->fault, &makers);
  }
  leaf = softkey_ca_issue_leaf(root, root_key, key, &own);
  if (leaf == NULL)
    return NULL;
  g_ptr_array_add(chain, softkey_ca_der(leaf));
  return g_steal_pointer(&chain);
}

static void
put_chain(GByteArray *out, const GPtrArray *chain)
{
  softkey_cbor_put_text(out, "x5c");
  softkey_cbor_put_array(out, chain->len);
  for (guint i = 0; i < chain->len; i++) {
    gsize len;
    const void *der = g_bytes_get_data(chain->pdata[i], &len);

    softkey_cbor_put_bytes(out, der, len);
  }
}

static GByteArray *
sign_sha1(EVP_PKEY *key, const uint8_t *data, size_t len)
{
  g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
  uint8_t signature[256];
  size_t signature_len = sizeof signature;

  if (context == NULL ||
      EVP_DigestSignInit(context, NULL, EVP_sha1(), NULL, key) != 1 ||
      EVP_DigestSign(context, signature, &signature_len, data, len) != 1)
    return NULL;
  return g_byte_array_append(g_byte_array_new(), signature,
                             (guint)signature_len);
}

static GByteArray *
sign(const SoftkeyStatement *what, EVP_PKEY *key)
{
  const GByteArray *data = what->signed_data;
  size_t len = data->len;

  if (what->fault == SOFTKEY_FAULT_SHA1)
    return sign_sha1(key, data->data, len);
  if (what->fault == SOFTKEY_FAULT_WRONG_SIGNATURE)
    len--; /* all but the last byte */
  return softkey_cose_sign(key, data->data, len);
}

static bool
put_packed(const SoftkeyAttestation *attestation, const SoftkeyStatement *what,
           GByteArray *out)
{
  bool is_self = what->kind == SOFTKEY_ATTESTATION_SELF && what->serial == NULL;
  bool is_sha1 = what->fault == SOFTKEY_FAULT_SHA1;
  g_autoptr(EVP_PKEY) rsa = is_sha1 ? EVP_RSA_gen(2048) : NULL;
  EVP_PKEY *key = is_sha1 ? rsa : is_self ? what->key : attestation->key;
  g_autoptr(GByteArray) signature = sign(what, key);
  g_autoptr(GPtrArray) chain =
      is_self ? NULL : make_chain(attestation, what, key);

  if (signature == NULL || (!is_self && chain == NULL))
    return false;
  softkey_cbor_put_map(out, is_self ? 2 : 3);
  softkey_cbor_put_text(out, "alg");
  softkey_cbor_put_integer(out, is_sha1   ? RS1
                                : is_self ? what->alg
                                          : SOFTKEY_COSE_ES256);
  softkey_cbor_put_text(out, "sig");
  softkey_cbor_put_bytes(out, signature->data, signature->len);
  if (!is_self)
    put_chain(out, chain);
  return true;
}

bool
softkey_attestation_put(const SoftkeyAttestation *attestation,
                        const SoftkeyStatement *what, GByteArray *out)
{
  bool is_full = what->fault == SOFTKEY_FAULT_FULL_NONE;
  bool is_none = is_full || (what->kind == SOFTKEY_ATTESTATION_NONE &&
                             what->serial == NULL);

  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_text(out, is_none ? "none" : "packed");
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_bytes(out, what->signed_data->data,
                         what->signed_data->len - 32);
  softkey_cbor_put_integer(out, 3);
  if (!is_none || is_full)
    return put_packed(attestation, what, out);
  softkey_cbor_put_map(out, 0);
  return true;
}

bool
softkey_attestation_put_u2f(const SoftkeyAttestation *attestation,
                            const GByteArray *bytes, GByteArray *out)
{
  g_autoptr(GByteArray) signature =
      softkey_cose_sign(attestation->key, bytes->data, bytes->len);

  if (signature == NULL)
    return false;
  g_byte_array_append(out, g_bytes_get_data(attestation->certificate, NULL),
                      (guint)g_bytes_get_size(attestation->certificate));
  g_byte_array_append(out, signature->data, signature->len);
  return true;
}
