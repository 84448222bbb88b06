/* SPDX-License-Identifier: Apache-2.0 */
/* aik.h - certificates of TPMs' attestation keys: their profile, and which TPM
 * they name.
 * standard  WebAuthn Level 3, 8.3.1; TCG EK Credential Profile, 3.2.9 */
#pragma once

#include "fidotool/judge/certificate.h"

/* What the certificate says of the TPM, as text; free with g_free(). */
typedef struct {
  char *manufacturer; /* "id:494E5443" */
  char *model;
  char *version; /* "id:00020000" */
} FidotoolAik;

/*
 * Checks the profile: version 3, no subject, the TPM in a critical SAN, the
 * key's use, no CA; and the AAGUID extension where there is one.
 *
 * ret_aik    filled as far as it was read; to be cleared in every case
 * ret_model  the certificate names the AAGUID
 * returns    NULL, else what is wrong (static)
 */
const char *fidotool_aik_check(X509 *leaf, const uint8_t aaguid[16],
                               FidotoolAik *ret_aik, bool *ret_model);
void fidotool_aik_clear(FidotoolAik *aik);

/* The name of the vendor of such an id in the TCG's registry; NULL where it is
 * not there. */
const char *fidotool_aik_vendor(const char *manufacturer);
