/* SPDX-License-Identifier: Apache-2.0 */
/* tpm.h - reads what a TPM signs about a key, in slices of what was received.
 * standard  TPM 2.0 Library, Part 2: 10.12.8 (TPMS_ATTEST), 12.2.4
 *           (TPMT_PUBLIC) */
#pragma once

#include "fidotool/judge/cose.h"

#define FIDOTOOL_TPM_MAGIC 0xff544347u
#define FIDOTOOL_TPM_ST_ATTEST_CERTIFY 0x8017u

/* A public area: the key as the TPM holds it. */
typedef struct {
  uint16_t type; /* TPM_ALG_RSA 0x0001, TPM_ALG_ECC 0x0023 */
  uint16_t name_alg;
  uint16_t bits;               /* RSA */
  uint32_t exponent;           /* RSA; 65537 where the TPM says 0 */
  uint16_t curve;              /* ECC */
  FidotoolSlice first, second; /* n; or x and y: without leading zeros */
} FidotoolTpmPublic;

/* The head of an attestation; what was attested follows it. */
typedef struct {
  uint32_t magic;
  uint16_t type;
  FidotoolSlice extra_data;
  FidotoolSlice attested; /* the rest, by type */
} FidotoolTpmAttest;

/*
 * Both read all bytes; returns NULL, else what is wrong (static).
 */
const char *fidotool_tpm_public(FidotoolSlice bytes,
                                FidotoolTpmPublic *ret_public);
const char *fidotool_tpm_attest(FidotoolSlice bytes,
                                FidotoolTpmAttest *ret_attest);

/* The name in what a certification attests (TPMS_CERTIFY_INFO), read to its
 * end. */
const char *fidotool_tpm_certified(FidotoolSlice attested,
                                   FidotoolSlice *ret_name);

/* What a public area that stands in a TPM2B has inside; false where the bytes
 * are not such a thing. */
bool fidotool_tpm_unwrap(FidotoolSlice bytes, FidotoolSlice *ret_inner);

/* OpenSSL's name of a TPM's digest; NULL for one that we do not read. */
const char *fidotool_tpm_digest_name(uint16_t alg);

/* NULL where the credential's key, a good one, is this one. */
const char *fidotool_tpm_same_key(const FidotoolTpmPublic *area,
                                  const FidotoolCose *key);
