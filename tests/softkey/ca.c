/* SPDX-License-Identifier: Apache-2.0 */
/* ca.c - makes the certificates of a test root. For tests and practice. */
#include "tests/softkey/ca.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/softkey/cose.h"
#include "tests/softkey/error.h"

#define NOT_BEFORE "20260101000000Z"
#define NOT_AFTER "20560101000000Z"
#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"
#define SERIAL_OID "1.3.6.1.4.1.45724.1.1.2"
#define UNIT "Authenticator Attestation"
#define ROOT_NAME "Keyturn softkey root"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_EXTENSION, X509_EXTENSION_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_OBJECT, ASN1_OBJECT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)

typedef struct {
  const char *field;
  const char *value;
} NamePart;

static bool
set_name(X509_NAME *name, const char *unit, const char *common_name)
{
  const NamePart parts[] = {
      {"C", "CH"},
      {"O", "Keyturn practice"},
      {"OU", unit},
      {"CN", common_name},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
    if (X509_NAME_add_entry_by_txt(name, parts[i].field, MBSTRING_UTF8,
                                   (const uint8_t *)parts[i].value, -1, -1,
                                   0) != 1)
      return false;
  return true;
}

static bool
set_serial(X509 *certificate)
{
  g_autoptr(BIGNUM) number = BN_new();

  return number != NULL &&
         BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
}

static bool
add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
  g_autoptr(X509_EXTENSION) extension = NULL;
  X509V3_CTX context;

  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  return extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
}

/* An OCTET STRING within the extension's own. */
static bool
add_octets(X509 *certificate, const char *name, bool critical, GBytes *octets)
{
  g_autoptr(ASN1_OBJECT) oid = OBJ_txt2obj(name, 1);
  g_autoptr(ASN1_OCTET_STRING) value = ASN1_OCTET_STRING_new();
  g_autoptr(X509_EXTENSION) extension = NULL;
  g_autoptr(GByteArray) inner = g_byte_array_new();
  const uint8_t head[2] = {V_ASN1_OCTET_STRING,
                           (uint8_t)g_bytes_get_size(octets)};

  g_byte_array_append(inner, head, sizeof head);
  g_byte_array_append(inner, g_bytes_get_data(octets, NULL), head[1]);
  if (oid == NULL || value == NULL ||
      ASN1_OCTET_STRING_set(value, inner->data, (int)inner->len) != 1)
    return false;
  extension = X509_EXTENSION_create_by_OBJ(NULL, oid, critical, value);
  return extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
}

/* All that root and batch certificate have in common, still without issuer,
 * extensions and signature. */
static X509 *
start_certificate(EVP_PKEY *key, const char *unit, const char *common_name)
{
  g_autoptr(X509) certificate = X509_new();

  if (certificate == NULL ||
      X509_set_version(certificate, X509_VERSION_3) != 1 ||
      !set_serial(certificate) ||
      !set_name(X509_get_subject_name(certificate), unit, common_name) ||
      ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), NOT_BEFORE) !=
          1 ||
      ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), NOT_AFTER) !=
          1 ||
      X509_set_pubkey(certificate, key) != 1)
    return NULL;
  return g_steal_pointer(&certificate);
}

static bool
set_validity(X509 *certificate, const SoftkeyCaLeaf *what)
{
  return (what->not_before == NULL ||
          ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate),
                                    what->not_before) == 1) &&
         (what->not_after == NULL ||
          ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate),
                                    what->not_after) == 1);
}

static bool
add_padding(X509 *leaf, X509 *issuer, size_t len)
{
  g_autofree char *text = g_strnfill(len, 'x');

  return len == 0 || add_extension(leaf, issuer, NID_netscape_comment, text);
}

static bool
add_leaf_extensions(X509 *leaf, X509 *issuer, const SoftkeyCaLeaf *what)
{
  g_autoptr(GBytes) aaguid =
      what->aaguid != NULL ? g_bytes_new(what->aaguid, 16) : NULL;

  return add_extension(leaf, issuer, NID_basic_constraints,
                       what->is_ca ? "critical,CA:TRUE"
                                   : "critical,CA:FALSE") &&
         add_extension(leaf, issuer, NID_key_usage,
                       what->is_ca ? "critical,digitalSignature,keyCertSign"
                                   : "critical,digitalSignature") &&
         (!what->is_ca ||
          add_extension(leaf, leaf, NID_subject_key_identifier, "hash")) &&
         (issuer == leaf ||
          add_extension(leaf, issuer, NID_authority_key_identifier, "keyid")) &&
         add_padding(leaf, issuer, what->padding) &&
         (aaguid == NULL ||
          add_octets(leaf, AAGUID_OID, what->aaguid_critical, aaguid)) &&
         (what->serial == NULL ||
          add_octets(leaf, SERIAL_OID, false, what->serial));
}

X509 *
softkey_ca_issue_leaf(X509 *issuer, EVP_PKEY *issuer_key, EVP_PKEY *key,
                      const SoftkeyCaLeaf *what)
{
  g_autoptr(X509) leaf =
      start_certificate(key, what->unit != NULL ? what->unit : UNIT,
                        what->serial != NULL ? "Keyturn softkey, one key"
                                             : "Keyturn softkey batch");
  X509 *by = issuer != NULL ? issuer : leaf;

  if (leaf == NULL || !set_validity(leaf, what) ||
      X509_set_issuer_name(leaf, X509_get_subject_name(by)) != 1 ||
      !add_leaf_extensions(leaf, by, what) ||
      (what->is_version_1 && X509_set_version(leaf, X509_VERSION_1) != 1) ||
      X509_sign(leaf, issuer_key, EVP_sha256()) == 0)
    return NULL;
  return g_steal_pointer(&leaf);
}

X509 *
softkey_ca_issue(X509 *root, EVP_PKEY *root_key, EVP_PKEY *key,
                 const uint8_t aaguid[16])
{
  static const uint8_t none[16];
  const SoftkeyCaLeaf what = {
      .aaguid = memcmp(aaguid, none, sizeof none) == 0 ? NULL : aaguid};

  return softkey_ca_issue_leaf(root, root_key, key, &what);
}

X509 *
softkey_ca_make_root(EVP_PKEY *key, const char *common_name)
{
  g_autoptr(X509) root =
      start_certificate(key, "Practice only, keys are public", common_name);

  if (root == NULL ||
      X509_set_issuer_name(root, X509_get_subject_name(root)) != 1 ||
      !add_extension(root, root, NID_basic_constraints,
                     "critical,CA:TRUE,pathlen:0") ||
      !add_extension(root, root, NID_key_usage,
                     "critical,keyCertSign,cRLSign") ||
      !add_extension(root, root, NID_subject_key_identifier, "hash") ||
      X509_sign(root, key, EVP_sha256()) == 0)
    return NULL;
  return g_steal_pointer(&root);
}

bool
softkey_ca_read_aaguid(X509 *certificate, uint8_t ret_aaguid[16])
{
  g_autoptr(ASN1_OBJECT) oid = OBJ_txt2obj(AAGUID_OID, 1);
  int at = X509_get_ext_by_OBJ(certificate, oid, -1);
  const ASN1_OCTET_STRING *value;

  if (at < 0)
    return false;
  value = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
  if (ASN1_STRING_length(value) != 18)
    return false;
  memcpy(ret_aaguid, ASN1_STRING_get0_data(value) + 2, 16);
  return true;
}

GBytes *
softkey_ca_der(X509 *certificate)
{
  uint8_t *der = NULL;
  int len = i2d_X509(certificate, &der);
  GBytes *bytes = len > 0 ? g_bytes_new(der, (gsize)len) : NULL;

  OPENSSL_free(der);
  return bytes;
}

/* One of key and certificate is written as PEM. */
static bool
write_pem(const char *folder, const char *name, EVP_PKEY *key,
          X509 *certificate, GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
  char *text;
  long len;
  int fd;
  bool ok;

  ok = bio != NULL &&
       (key != NULL ? PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0,
                                                    NULL, NULL) == 1
                    : PEM_write_bio_X509(bio, certificate) == 1);
  if (!ok) {
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_CRYPTO, "cannot make %s",
                name);
    return false;
  }
  len = BIO_get_mem_data(bio, &text);
  fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
            key != NULL ? 0600 : 0644);
  if (fd < 0)
    return softkey_error_file(error, "make", path);
  ok = write(fd, text, (size_t)len) == len;
  if (close(fd) != 0 || !ok)
    return softkey_error_file(error, "write", path);
  return true;
}

bool
softkey_ca_make(const char *folder, const uint8_t aaguid[16], GError **error)
{
  g_autoptr(EVP_PKEY) root_key = EVP_EC_gen("P-256");
  g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
  g_autoptr(X509) root = NULL;
  g_autoptr(X509) leaf = NULL;

  if (root_key != NULL && key != NULL)
    root = softkey_ca_make_root(root_key, ROOT_NAME);
  if (root != NULL)
    leaf = softkey_ca_issue(root, root_key, key, aaguid);
  if (leaf == NULL) {
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_CRYPTO,
                "cannot make the certificates");
    return false;
  }
  if (mkdir(folder, 0700) != 0 && errno != EEXIST)
    return softkey_error_file(error, "make", folder);
  return write_pem(folder, SOFTKEY_CA_ROOT, NULL, root, error) &&
         write_pem(folder, SOFTKEY_CA_ROOT_KEY, root_key, NULL, error) &&
         write_pem(folder, SOFTKEY_CA_BATCH, NULL, leaf, error) &&
         write_pem(folder, SOFTKEY_CA_BATCH_KEY, key, NULL, error);
}
