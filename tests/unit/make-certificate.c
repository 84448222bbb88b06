/* SPDX-License-Identifier: Apache-2.0 */
/* make-certificate.c - test certificates over OpenSSL. */
#include "make-certificate.h"

#include <string.h>

#include <openssl/x509v3.h>

/* Serial numbers only have to differ. */
static long next_serial = 1;

EVP_PKEY *
make_certificate_key(const char *kind)
{
  EVP_PKEY *pkey;

  if (kind == NULL)
    kind = "P-256";
  if (g_str_has_prefix(kind, "RSA-"))
    pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA",
                             (size_t)g_ascii_strtoull(kind + 4, NULL, 10));
  else if (g_str_has_prefix(kind, "ED"))
    pkey = EVP_PKEY_Q_keygen(NULL, NULL, kind);
  else
    pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
  g_assert(pkey != NULL);
  return pkey;
}

static void
add_name(X509_NAME *name, const char *type, const char *text,
         const char *otherwise)
{
  const char *value = text ? text : otherwise;

  if (*value != '\0')
    g_assert(X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8,
                                        (const uint8_t *)value, -1, -1,
                                        0) == 1);
}

static void
add_raw(X509 *x509, const char *oid, bool critical, const void *data,
        size_t len)
{
  ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
  ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
  X509_EXTENSION *extension;

  ASN1_OCTET_STRING_set(value, data, (int)len);
  extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical, value);
  g_assert(X509_add_ext(x509, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  ASN1_OCTET_STRING_free(value);
  ASN1_OBJECT_free(object);
}

static void
add_constraints(X509 *x509, MakeConstraints constraints)
{
  static const uint8_t leaf[] = {0x30, 0x00};
  static const uint8_t ca[] = {0x30, 0x03, 0x01, 0x01, 0xff};
  static const uint8_t explicit_false[] = {0x30, 0x03, 0x01, 0x01, 0x00};
  static const uint8_t broken[] = {0x31, 0x00};
  static const struct {
    const uint8_t *data;
    size_t len;
  } values[] = {
      [MAKE_CONSTRAINTS_LEAF] = {leaf, sizeof(leaf)},
      [MAKE_CONSTRAINTS_CA] = {ca, sizeof(ca)},
      [MAKE_CONSTRAINTS_EXPLICIT] = {explicit_false, sizeof(explicit_false)},
      [MAKE_CONSTRAINTS_BROKEN] = {broken, sizeof(broken)},
  };

  if (constraints != MAKE_CONSTRAINTS_ABSENT)
    add_raw(x509, "2.5.29.19", true, values[constraints].data,
            values[constraints].len);
}

static void
add_model(X509 *x509, MakeModel model, const uint8_t aaguid[16])
{
  uint8_t value[19] = {0x04, 16};

  memcpy(value + 2, aaguid, 16);
  if (model == MAKE_MODEL_ABSENT)
    return;
  if (model == MAKE_MODEL_OTHER)
    value[5] ^= 0x01;
  if (model == MAKE_MODEL_LONG)
    value[1] = 17;
  add_raw(x509, "1.3.6.1.4.1.45724.1.1.4", model == MAKE_MODEL_CRITICAL,
          model == MAKE_MODEL_BARE ? value + 2 : value,
          model == MAKE_MODEL_BARE   ? 16
          : model == MAKE_MODEL_LONG ? 19
                                     : 18);
}

static X509 *
new_certificate(const MakeCertificate *spec, EVP_PKEY *pkey)
{
  X509 *x509 = X509_new();

  X509_set_version(x509, spec->version_1 ? 0 : 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), next_serial++);
  ASN1_TIME_set(X509_getm_notBefore(x509), spec->not_before
                                               ? spec->not_before
                                               : MAKE_AT - 1000 * MAKE_DAY);
  ASN1_TIME_set(X509_getm_notAfter(x509),
                spec->not_after ? spec->not_after : MAKE_AT + 1000 * MAKE_DAY);
  X509_set_pubkey(x509, pkey);
  return x509;
}

static void
sign(X509 *x509, EVP_PKEY *pkey, bool sha1)
{
  const EVP_MD *digest = sha1 ? EVP_sha1() : EVP_sha256();

  if (EVP_PKEY_is_a(pkey, "ED25519"))
    digest = NULL;
  g_assert(X509_sign(x509, pkey, digest) > 0);
}

MakeIssuer
make_certificate_issuer(const char *name, const MakeIssuer *under,
                        const MakeCertificate *spec)
{
  static const MakeCertificate plain = {0};
  MakeIssuer issuer;
  MakeConstraints constraints = MAKE_CONSTRAINTS_CA;

  if (spec == NULL)
    spec = &plain;
  if (spec->constraints != MAKE_CONSTRAINTS_LEAF)
    constraints = spec->constraints;
  issuer.pkey = make_certificate_key(spec->key);
  issuer.x509 = new_certificate(spec, issuer.pkey);
  add_name(X509_get_subject_name(issuer.x509), "CN", name, "");
  X509_set_issuer_name(
      issuer.x509, X509_get_subject_name(under ? under->x509 : issuer.x509));
  if (!spec->version_1)
    add_constraints(issuer.x509, constraints);
  sign(issuer.x509, under ? under->pkey : issuer.pkey, spec->sha1);
  return issuer;
}

void
make_certificate_issuer_clear(MakeIssuer *issuer)
{
  EVP_PKEY_free(issuer->pkey);
  X509_free(issuer->x509);
  *issuer = (MakeIssuer){0};
}

static void
add_extensions(X509 *x509, const MakeCertificate *spec,
               const uint8_t aaguid[16])
{
  static const uint8_t firmware[] = {0x02, 0x03, 0x05, 0x04, 0x03};
  static const uint8_t serial[] = {0x04, 0x04, 0xde, 0xad, 0xbe, 0xef};
  static const uint8_t null[] = {0x05, 0x00};

  add_constraints(x509, spec->constraints);
  add_model(x509, spec->model, aaguid);
  if (spec->firmware)
    add_raw(x509, "1.3.6.1.4.1.45724.1.1.5", false, firmware, sizeof(firmware));
  if (spec->serial)
    add_raw(x509, "1.3.6.1.4.1.45724.1.1.2", false, serial, sizeof(serial));
  if (spec->bare_serial)
    add_raw(x509, "1.3.6.1.4.1.45724.1.1.2", false, serial + 2,
            sizeof(serial) - 2);
  if (spec->critical)
    add_raw(x509, "1.3.6.1.4.1.99999.7", true, null, sizeof(null));
}

X509 *
make_certificate_leaf(const MakeCertificate *spec, EVP_PKEY *pkey,
                      const uint8_t aaguid[16], const MakeIssuer *issuer)
{
  X509 *x509 = new_certificate(spec, pkey);
  X509_NAME *name = X509_get_subject_name(x509);

  add_name(name, "C", spec->country, "SE");
  add_name(name, "O", spec->organization, "Keyturn Tests");
  add_name(name, "OU", spec->unit, "Authenticator Attestation");
  add_name(name, "OU", spec->second_unit, "");
  add_name(name, "CN", spec->name, "batch 1");
  X509_set_issuer_name(x509,
                       issuer ? X509_get_subject_name(issuer->x509) : name);
  if (!spec->version_1)
    add_extensions(x509, spec, aaguid);
  sign(x509, issuer ? issuer->pkey : pkey, spec->sha1);
  return x509;
}

GBytes *
make_certificate_der(X509 *x509)
{
  uint8_t *der = NULL;
  int len = i2d_X509(x509, &der);
  GBytes *bytes;

  g_assert(len > 0);
  bytes = g_bytes_new(der, (size_t)len);
  OPENSSL_free(der);
  return bytes;
}
