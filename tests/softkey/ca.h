/* SPDX-License-Identifier: Apache-2.0 */
/* ca.h - makes the certificates of a test root. For tests and practice. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/x509.h>

#define SOFTKEY_CA_ROOT "softkey-root.pem"
#define SOFTKEY_CA_ROOT_KEY "softkey-root-key.pem"
#define SOFTKEY_CA_BATCH "softkey-batch.pem"
#define SOFTKEY_CA_BATCH_KEY "softkey-batch-key.pem"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

/*
 * A batch certificate: for key, signed by the root, with the AAGUID extension,
 * as section 8.2.1 of WebAuthn wants it; without that extension for an AAGUID
 * of zeros, which names no model. NULL when libcrypto fails.
 */
X509 *softkey_ca_issue(X509 *root, EVP_PKEY *root_key, EVP_PKEY *key,
                       const uint8_t aaguid[16]);

/* What else can stand in a leaf, right and wrong. Zeroed members are as
 * softkey_ca_issue() has them; without aaguid it names no model. */
typedef struct {
  const uint8_t *aaguid; /* 16 bytes */
  bool aaguid_critical;
  GBytes *serial; /* of the one key it is for: enterprise attestation */
  bool is_ca;
  bool is_version_1;
  const char *unit;       /* OU of the subject */
  const char *not_before; /* ASN.1, "20260101000000Z" */
  const char *not_after;
  size_t padding; /* bytes of a comment that make it long */
} SoftkeyCaLeaf;

/* issuer NULL: it is its own, and signed by issuer_key all the same. */
X509 *softkey_ca_issue_leaf(X509 *issuer, EVP_PKEY *issuer_key, EVP_PKEY *key,
                            const SoftkeyCaLeaf *what);

/* A root of this common name; a certificate of one that may issue others. */
X509 *softkey_ca_make_root(EVP_PKEY *key, const char *common_name);

/*
 * Makes a new root and a batch certificate for aaguid, and writes the four
 * files above into folder, which is made when absent. Never overwrites.
 *
 * errors    SOFTKEY_ERROR_FILE, SOFTKEY_ERROR_CRYPTO
 */
bool softkey_ca_make(const char *folder, const uint8_t aaguid[16],
                     GError **error);

/* The AAGUID of a certificate's extension; false when it has none. */
bool softkey_ca_read_aaguid(X509 *certificate, uint8_t ret_aaguid[16]);

/* A certificate as DER; NULL when libcrypto fails. */
GBytes *softkey_ca_der(X509 *certificate);
