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

struct SoftkeyAttestation {
  EVP_PKEY *key;
  GByteArray *certificate; /* DER */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)

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
  uint8_t *at;
  int len;

  if (!read_pem(folder, SOFTKEY_CA_BATCH_KEY, &attestation->key, NULL, error))
    return NULL;
  leaf = load_certificate(folder, attestation->key, aaguid, error);
  if (leaf == NULL)
    return NULL;
  len = i2d_X509(leaf, NULL);
  attestation->certificate = g_byte_array_new();
  g_byte_array_set_size(attestation->certificate, (guint)len);
  at = attestation->certificate->data;
  (void)i2d_X509(leaf, &at); /* the same length once more */
  return g_steal_pointer(&attestation);
}

void
softkey_attestation_free(SoftkeyAttestation *attestation)
{
  if (attestation == NULL)
    return;
  EVP_PKEY_free(attestation->key);
  g_clear_pointer(&attestation->certificate, g_byte_array_unref);
  g_free(attestation);
}

static bool
put_packed(const SoftkeyAttestation *attestation, bool is_self,
           const GByteArray *signed_data, EVP_PKEY *key, int64_t alg,
           GByteArray *out)
{
  g_autoptr(GByteArray) signature = softkey_cose_sign(
      is_self ? key : attestation->key, signed_data->data, signed_data->len);

  if (signature == NULL)
    return false;
  softkey_cbor_put_map(out, is_self ? 2 : 3);
  softkey_cbor_put_text(out, "alg");
  softkey_cbor_put_integer(out, is_self ? alg : SOFTKEY_COSE_ES256);
  softkey_cbor_put_text(out, "sig");
  softkey_cbor_put_bytes(out, signature->data, signature->len);
  if (is_self)
    return true;
  softkey_cbor_put_text(out, "x5c");
  softkey_cbor_put_array(out, 1);
  softkey_cbor_put_bytes(out, attestation->certificate->data,
                         attestation->certificate->len);
  return true;
}

bool
softkey_attestation_put(const SoftkeyAttestation *attestation,
                        SoftkeyAttestationKind kind,
                        const GByteArray *signed_data, EVP_PKEY *key,
                        int64_t alg, GByteArray *out)
{
  bool is_none = kind == SOFTKEY_ATTESTATION_NONE;

  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_text(out, is_none ? "none" : "packed");
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_bytes(out, signed_data->data, signed_data->len - 32);
  softkey_cbor_put_integer(out, 3);
  if (is_none) {
    softkey_cbor_put_map(out, 0);
    return true;
  }
  return put_packed(attestation, kind == SOFTKEY_ATTESTATION_SELF, signed_data,
                    key, alg, out);
}

bool
softkey_attestation_put_u2f(const SoftkeyAttestation *attestation,
                            const GByteArray *bytes, GByteArray *out)
{
  g_autoptr(GByteArray) signature =
      softkey_cose_sign(attestation->key, bytes->data, bytes->len);

  if (signature == NULL)
    return false;
  g_byte_array_append(out, attestation->certificate->data,
                      attestation->certificate->len);
  g_byte_array_append(out, signature->data, signature->len);
  return true;
}
