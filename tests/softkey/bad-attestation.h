/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bad-attestation.h - attestations with one fault each, for those who judge
 * them. A key that makes them is told to, by its profile or over the control
 * channel.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/x509.h>

typedef enum {
  SOFTKEY_FAULT_NONE,
  /* chains */
  SOFTKEY_FAULT_UNKNOWN_ROOT, /* another root issued it */
  SOFTKEY_FAULT_WRONG_ISSUER, /* it names the root, which did not sign it */
  SOFTKEY_FAULT_EXPIRED,
  SOFTKEY_FAULT_NOT_YET_VALID,
  SOFTKEY_FAULT_NO_AAGUID,
  SOFTKEY_FAULT_OTHER_AAGUID,
  SOFTKEY_FAULT_CRITICAL_AAGUID,
  SOFTKEY_FAULT_CA_LEAF,
  SOFTKEY_FAULT_VERSION_1,
  SOFTKEY_FAULT_WRONG_UNIT,    /* OU of the subject */
  SOFTKEY_FAULT_OUT_OF_ORDER,  /* leaf, root, and what lies between */
  SOFTKEY_FAULT_PATH_TOO_LONG, /* the root lets nobody issue for it */
  SOFTKEY_FAULT_IMPOSTOR,      /* expired, self-signed, CA, another AAGUID */
  /* statements */
  SOFTKEY_FAULT_WRONG_SIGNATURE, /* over other bytes */
  SOFTKEY_FAULT_SHA1,            /* RSASSA-PKCS1-v1_5 with SHA-1 */
  SOFTKEY_FAULT_FULL_NONE,       /* "none", and a statement in it */
  SOFTKEY_FAULT_EP_IGNORED,      /* epAtt, and the batch's certificate */
  /* authenticator data */
  SOFTKEY_FAULT_NO_UP,
  SOFTKEY_FAULT_NO_UV,
  SOFTKEY_FAULT_NO_AT,
  SOFTKEY_FAULT_LEFT_OVER, /* a byte behind its last member */
  /* no fault: a chain that makes the reply longer than 2048 bytes */
  SOFTKEY_FAULT_LONG_CHAIN,
} SoftkeyFault;

/* "expired"; "good" is SOFTKEY_FAULT_NONE. */
bool softkey_bad_attestation_parse(const char *name, SoftkeyFault *ret_fault);

/* What such a chain is made from and with. */
typedef struct {
  X509 *root;
  EVP_PKEY *root_key;
  EVP_PKEY *key; /* the leaf's */
  const uint8_t *aaguid;
} SoftkeyFaultMakers;

/*
 * The chain with this fault, leaf first, as DER (GBytes).
 * returns  NULL when libcrypto fails
 */
GPtrArray *softkey_bad_attestation_chain(SoftkeyFault fault,
                                         const SoftkeyFaultMakers *makers);

/* Spoils authenticator data before it is signed; nothing for other faults. */
void softkey_bad_attestation_spoil(SoftkeyFault fault, GByteArray *auth_data);
