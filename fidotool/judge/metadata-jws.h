/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-jws.h - a signed BLOB in its compact form: three parts of base64url
 * with the certificates in the header. Knows nothing of what is signed. */
#pragma once

#include "fidotool/judge/certificate.h"

/* Largest BLOB, and largest header in it, in bytes of base64url. The service's
 * own was 4 MB in 2023 and grows. */
#define FIDOTOOL_METADATA_JWS_MAX (64 * 1024 * 1024)
#define FIDOTOOL_METADATA_JWS_HEADER_MAX (128 * 1024)

typedef struct {
  FidotoolSlice signed_part; /* header.payload, of the caller's text */
  int64_t alg;               /* COSE's number for ES256 or RS256 */
  GBytes *payload;
  GBytes *sig;   /* as COSE has it: ECDSA in DER */
  bool is_loose; /* it came like that, as in the specification's example, and
                    not as two numbers (RFC 7518, 3.4) */
  FidotoolCertificates *certificates;
} FidotoolMetadataJws;

/*
 * Reads the parts; no signature is verified. White space at the end of text is
 * allowed, as editors and downloads leave it there.
 *
 * ret_jws   to be cleared in every case; its slice is of text
 * ret_id    the check that failed, "metadata/M1" or "metadata/M2"
 * returns   NULL, or what is wrong (static)
 * standard  RFC 7515, 3.1 and 4.1.6; MDS 3.1.1, 3.1.7 and 3.2
 */
const char *fidotool_metadata_jws_parse(FidotoolSlice text,
                                        FidotoolMetadataJws *ret_jws,
                                        const char **ret_id);

/* NULL when the first certificate's key signed it, else what is wrong. */
const char *fidotool_metadata_jws_verify(const FidotoolMetadataJws *jws);

void fidotool_metadata_jws_clear(FidotoolMetadataJws *jws);

/* base64url without padding, the one spelling only; NULL otherwise. For texts
 * of megabytes, which need no zero at their end. */
GBytes *fidotool_metadata_jws_decode(FidotoolSlice text);
