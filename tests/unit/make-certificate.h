/* SPDX-License-Identifier: Apache-2.0 */
/* make-certificate.h - certificates for tests, right or with one fault. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

/* The tests' time: 2026-03-01T09:00:00Z. */
#define MAKE_AT INT64_C(1772355600)
#define MAKE_DAY INT64_C(86400)

/* Basic Constraints of a leaf. */
typedef enum {
  MAKE_CONSTRAINTS_LEAF, /* CA false, in DER */
  MAKE_CONSTRAINTS_CA,
  MAKE_CONSTRAINTS_ABSENT,
  MAKE_CONSTRAINTS_EXPLICIT, /* CA false, spelled out: not DER */
  MAKE_CONSTRAINTS_BROKEN,
} MakeConstraints;

/* The AAGUID extension. */
typedef enum {
  MAKE_MODEL_SAME,
  MAKE_MODEL_ABSENT,
  MAKE_MODEL_OTHER,
  MAKE_MODEL_CRITICAL,
  MAKE_MODEL_BARE, /* without the OCTET STRING inside */
  MAKE_MODEL_LONG, /* one byte more */
} MakeModel;

/* A certificate; what is 0 or NULL is as it should be. */
typedef struct {
  const char *country, *organization, *unit, *name; /* "" leaves it out */
  const char *second_unit;
  bool version_1;
  MakeConstraints constraints;
  MakeModel model;
  bool serial;      /* enterprise attestation: 0xdeadbeef */
  bool bare_serial; /* without the OCTET STRING inside */
  bool firmware;    /* 5.4.3, as 0x050403 */
  bool critical;    /* an unknown critical extension */
  bool sha1;
  int64_t not_before, not_after; /* seconds UTC */
  const char *key;               /* "P-256", "P-384", "ED25519", "RSA-1024" */
} MakeCertificate;

/* A key that signs certificates, with its own. */
typedef struct {
  EVP_PKEY *pkey;
  X509 *x509;
} MakeIssuer;

EVP_PKEY *make_certificate_key(const char *kind);

/* An issuer under another, or under itself (NULL). spec may be NULL; its
 * constraints are a CA's unless it says EXPLICIT or ABSENT. */
MakeIssuer make_certificate_issuer(const char *name, const MakeIssuer *under,
                                   const MakeCertificate *spec);
void make_certificate_issuer_clear(MakeIssuer *issuer);

/* A leaf for a key, signed by an issuer; NULL: by its own key. */
X509 *make_certificate_leaf(const MakeCertificate *spec, EVP_PKEY *pkey,
                            const uint8_t aaguid[16], const MakeIssuer *issuer);

GBytes *make_certificate_der(X509 *x509);
