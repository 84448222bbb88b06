/* SPDX-License-Identifier: Apache-2.0 */
/* witness.h - the authenticators that a policy can tell apart, one of each
 * kind. What holds for all of them holds for every authenticator. */
#pragma once

#include "recovery/policy/document.h"

/* Classes and lists of a document that are told apart: one bit each. */
#define RECOVERY_WITNESS_BITS 64
/* Combinations of facts that are tried. */
#define RECOVERY_WITNESS_TRIES 400000

/* Two documents at most, so that they can be compared. */
#define RECOVERY_WITNESS_DOCUMENTS 2

typedef struct {
  const char *method; /* "webauthn" */
  bool uv, be, bs, attested;
  const char *aaguid;        /* NULL: of a model on no list */
  const char *fw;            /* NULL: not known */
  RecoveryDocumentCert cert; /* NONE: not known */
  bool mds_known;
  const char *mds[32];   /* ends with NULL */
  const char *transport; /* NULL: not known */
  /* In each document: its class, or RECOVERY_DOCUMENT_NONE; the lists it is
   * on, a bit each. */
  uint32_t class_of[RECOVERY_WITNESS_DOCUMENTS];
  uint64_t lists[RECOVERY_WITNESS_DOCUMENTS];
} RecoveryWitness;

/*
 * One authenticator for every pair of class and lists that there can be, save
 * those without any class.
 *
 * now_s    entries that have ended are not there; INT64_MIN: none has ended
 * returns  of RecoveryWitness; NULL where there are too many facts to try. Free
 *          with g_array_unref()
 */
GArray *recovery_witness_all(const RecoveryDocument *const *documents,
                             size_t count, int64_t now_s);

/* Is it an authenticator that needs no WebAuthn? */
bool recovery_witness_is_webauthn(const RecoveryWitness *witness);
