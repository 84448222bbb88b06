/* SPDX-License-Identifier: Apache-2.0 */
/* certificate.h - attestation certificates: reading them, their bounds, and
 * the profile of a packed leaf. Chains are chain.h's. */
#pragma once

#include <openssl/x509.h>

#include "fidotool/judge/cbor.h"
#include "fidotool/judge/revocation.h"
#include "fidotool/judge/verifier.h"

/* Bounds before any signature is verified. */
#define FIDOTOOL_CERTIFICATE_MAX_COUNT 8
#define FIDOTOOL_CERTIFICATE_MAX_LEN 8192

/* What chain.c remembers of its last answer about these certificates. */
typedef struct {
  bool known;
  uint8_t anchors[32]; /* digest of the anchors it was asked for */
  uint8_t anchor[32];  /* SHA-256 of the anchor that was found */
  FidotoolRevocation revocation;
  int64_t not_before, not_after; /* every one valid: from, and until */
} FidotoolChainMemo;

/* What is wrong with a packed leaf, whoever asks; static, NULL: nothing. */
typedef struct {
  bool known; /* the others are filled in */
  const char *subject, *not_ca;
  bool loose; /* as fidotool_certificate_check_not_ca() says */
} FidotoolLeafProfile;

/* An x5c list, leaf first. Counted references; not for two threads. */
typedef struct {
  int references;
  uint8_t digest[32]; /* SHA-256 over every length and certificate */
  unsigned cost;      /* of a signature by each key (fidotool_cose_cost()) */
  size_t count;
  X509 *x509[FIDOTOOL_CERTIFICATE_MAX_COUNT];
  FidotoolVerifier *leaf; /* with the key of the first */
  FidotoolLeafProfile profile;
  FidotoolChainMemo memo;
} FidotoolCertificates;

/*
 * Reads DER certificates: nothing after them, keys within
 * fidotool_cose_is_strong()'s bounds.
 *
 * ret_why  words for what is wrong (static)
 * returns  the list, released with fidotool_certificate_list_unref(); or NULL
 */
FidotoolCertificates *fidotool_certificate_list_parse(const FidotoolSlice *x5c,
                                                      size_t count,
                                                      const char **ret_why);
FidotoolCertificates *fidotool_certificate_list_ref(FidotoolCertificates *list);
void fidotool_certificate_list_unref(FidotoolCertificates *list);

/* The digest such a list would have. */
void fidotool_certificate_list_digest(const FidotoolSlice *x5c, size_t count,
                                      uint8_t ret_digest[32]);

/* One certificate in DER and nothing after it; NULL otherwise. */
X509 *fidotool_certificate_parse(FidotoolSlice der);

/*
 * Parts of the profile of a packed leaf. Each returns NULL when it holds, else
 * what is wrong (static).
 * standard  WebAuthn Level 3, 8.2.1
 */
const char *fidotool_certificate_check_subject(X509 *leaf);
/* ret_loose: CA = false stands there explicitly, which is not DER. */
const char *fidotool_certificate_check_not_ca(X509 *leaf, bool *ret_loose);
/* Both of the list's first, which are looked at once. */
const FidotoolLeafProfile *
fidotool_certificate_list_profile(FidotoolCertificates *list);
/* ret_present: the extension is there (1.3.6.1.4.1.45724.1.1.4). */
const char *fidotool_certificate_check_aaguid(X509 *leaf,
                                              const uint8_t aaguid[16],
                                              bool *ret_present);

/* An extension of this OID is there, once or more. */
bool fidotool_certificate_has(X509 *leaf, const char *oid);
/* The value of an extension by its OID, as a slice of the certificate; false
 * where it is not there, or there twice. */
bool fidotool_certificate_extension(X509 *leaf, const char *oid,
                                    FidotoolSlice *ret_value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolCertificates,
                              fidotool_certificate_list_unref)
