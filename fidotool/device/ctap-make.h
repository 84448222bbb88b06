/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctap-make.h - makeCredential of our own, for what libfido2 1.12 can neither
 * ask nor read: enterprise attestation, and answers of more than 2048 bytes.
 * CTAP 2.1, section 6.1.
 */
#pragma once

#include "fidotool/device/credential.h"

/* What the key answered. */
typedef struct {
  char *format;
  GBytes *statement; /* CBOR map */
  GBytes *auth_data;
  bool enterprise; /* epAtt: the statement is about this very key */
  bool blob_key;   /* it gave one for large blobs, which is not kept here */
} FidotoolCtapMade;

/* Whether libfido2 might not do for this key and this request. */
bool fidotool_ctap_make_is_needed(const FidotoolInfo *info,
                                  const FidotoolCredentialMake *what);

/*
 * Makes it, with one algorithm.
 * errors  those of fidotool_token_buy() and fidotool_ctap_send();
 *         FIDOTOOL_ERROR_INVALID
 */
FidotoolCtapMade *fidotool_ctap_make(FidotoolKey *key,
                                     const FidotoolCredentialMake *what,
                                     int alg, GError **error);
void fidotool_ctap_made_free(FidotoolCtapMade *made);

/* For the fuzzer too. errors  FIDOTOOL_ERROR_INVALID */
FidotoolCtapMade *fidotool_ctap_make_read(GBytes *reply, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolCtapMade, fidotool_ctap_made_free)
