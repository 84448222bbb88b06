/* SPDX-License-Identifier: Apache-2.0 */
/* cose.h - credential public keys (COSE_Key) and signatures by algorithm. */
#pragma once

#include <openssl/evp.h>

#include "fidotool/judge/cbor.h"

/* RSA with SHA-1: never a credential's, in old statements only. */
#define FIDOTOOL_COSE_RS1 INT64_C(-65535)

/* What became of a COSE_Key. */
typedef enum {
  FIDOTOOL_COSE_GOOD,
  FIDOTOOL_COSE_UNSUPPORTED, /* well formed, an algorithm we do not verify */
  FIDOTOOL_COSE_MALFORMED,
} FidotoolCoseResult;

typedef struct {
  FidotoolSlice raw; /* as received */
  int64_t alg;
  bool canonical; /* labels in CTAP2 canonical order, shortest forms */
  bool good;
  bool is_ec;
  FidotoolSlice x, y; /* EC2 and OKP; slices of raw */
  EVP_PKEY *pkey;     /* fidotool_cose_pkey(); not of EC keys */
} FidotoolCose;

/*
 * Reads the key at the front of bytes; what follows it is not looked at.
 *
 * ret_key   filled as far as it was read; to be cleared in every case
 * ret_why   words for what is wrong with it; static, NULL when GOOD
 * ret_short true where the bytes ended inside the key
 * standard  RFC 9052, 7; RFC 9053, 7; WebAuthn Level 3, 5.8.5
 */
FidotoolCoseResult fidotool_cose_parse(FidotoolSlice bytes,
                                       FidotoolCose *ret_key,
                                       const char **ret_why, bool *ret_short);
void fidotool_cose_clear(FidotoolCose *key);

/* OpenSSL's form of a key that is good, a reference to be freed; NULL for any
 * other. Of an EC key it is made here: most registrations only need to know
 * that its point is on the curve. */
EVP_PKEY *fidotool_cose_pkey(const FidotoolCose *key);

/* True for algorithms whose signatures fidotool_cose_verify() checks. */
bool fidotool_cose_supports(int64_t alg);

/* True where the algorithm is supported and goes with such a key. */
bool fidotool_cose_fits(int64_t alg, EVP_PKEY *pkey);

/*
 * Checks a key from outside against our bounds: EC on P-256, P-384, P-521
 * with a named curve, RSA of 2048 to 8192 bits with an odd exponent above 2,
 * Ed25519, Ed448.
 */
bool fidotool_cose_is_strong(EVP_PKEY *pkey);

/* What one verification with a strong key costs, in verifications on P-256,
 * rounded up: to be counted before any is begun. */
unsigned fidotool_cose_cost(EVP_PKEY *pkey);

/*
 * Verifies sig over first || second. The algorithm must fit the key; ECDSA
 * signatures are strict DER with nothing after it, EdDSA's are raw.
 *
 * returns   NULL when the signature is right, else what is wrong (static)
 * standard  WebAuthn Level 3, 6.5.5
 */
const char *fidotool_cose_verify(int64_t alg, EVP_PKEY *pkey,
                                 FidotoolSlice first, FidotoolSlice second,
                                 FidotoolSlice sig);
/* The same with a key that is good and its own algorithm. */
const char *fidotool_cose_verify_own(const FidotoolCose *key,
                                     FidotoolSlice first, FidotoolSlice second,
                                     FidotoolSlice sig);
/* The same for FIDOTOOL_COSE_RS1 alone, which fidotool_cose_verify() refuses:
 * for who asked for it by name. */
const char *fidotool_cose_verify_sha1(EVP_PKEY *pkey, FidotoolSlice first,
                                      FidotoolSlice second, FidotoolSlice sig);

/* OpenSSL's name of the digest that an algorithm signs over, RS1's too; NULL
 * where there is none. */
const char *fidotool_cose_digest_name(int64_t alg);

/* What can be seen of a signature alone: its length, and for ECDSA its strict
 * DER. NULL, else what is wrong with it (static). */
const char *fidotool_cose_check_form(int64_t alg, FidotoolSlice sig);

/*
 * The SSH public key of a security key ("sk-ecdsa-sha2-nistp256@openssh.com",
 * "sk-ssh-ed25519@openssh.com") with this application; NULL where there is no
 * such SSH key type.
 * standard  OpenSSH PROTOCOL.u2f
 */
GBytes *fidotool_cose_ssh_key(const FidotoolCose *key, const char *application);
