/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-apple.c - Apple's anonymous statements (WebAuthn Level 3, 8.8): a
 * certificate for this one credential and nothing else, so the chain is all
 * that is signed. */
#include "fidotool/judge/attestation.h"

#include <string.h>

#include "fidotool/judge/der.h"
#include "fidotool/judge/statement.h"

#define OID_NONCE "1.2.840.113635.100.8.2"

/* SEQUENCE { [1] { OCTET STRING } }; NULL where it is not that. */
static const char *
read_nonce(FidotoolSlice value, FidotoolSlice *ret_nonce)
{
  static const char why[] = "the nonce in the certificate is unreadable";
  FidotoolSlice body;
  FidotoolDer element;

  if (!fidotool_der_take(&value, FIDOTOOL_DER_SEQUENCE, &body) ||
      value.len > 0 || !fidotool_der_next(&body, &element) || body.len > 0 ||
      !element.is_context || !element.is_constructed || element.tag != 1)
    return why;
  body = element.body;
  return fidotool_der_take(&body, FIDOTOOL_DER_OCTETS, ret_nonce) &&
                 body.len == 0
             ? NULL
             : why;
}

static const char *
compare_nonce(const FidotoolCeremony *ceremony)
{
  FidotoolSlice value, nonce;
  uint8_t digest[64];
  size_t len = fidotool_statement_digest(ceremony, "SHA256", digest);
  const char *why;

  if (!fidotool_certificate_extension(fidotool_statement_leaf(ceremony),
                                      OID_NONCE, &value))
    return "there is none in the certificate";
  why = read_nonce(value, &nonce);
  if (why != NULL)
    return why;
  return len > 0 && nonce.len == len && memcmp(nonce.data, digest, len) == 0
             ? NULL
             : "it is another";
}

static FidotoolOutcome
check_nonce(FidotoolCeremony *ceremony)
{
  ceremony->detail = fidotool_statement_x5c(ceremony);
  if (ceremony->detail == NULL)
    ceremony->detail = fidotool_statement_load(ceremony);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  ceremony->verdict->type = FIDOTOOL_ATTESTATION_ANONCA;
  if (ceremony->auth.sign_count != 0)
    fidotool_verdict_warn(ceremony->verdict, "apple/L2",
                          "such a credential has no counter, and this one has");
  return fidotool_ceremony_outcome(ceremony, compare_nonce(ceremony));
}

/* Early versions had alg beside x5c; the standard has not, and neither has
 * anything that would be signed with it. */
static FidotoolOutcome
check_key(FidotoolCeremony *ceremony)
{
  const char *why = fidotool_statement_size(ceremony, 1);

  if (why == NULL && !ceremony->auth.key.good) /* R17 said so */
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, why ? why : fidotool_statement_same_key(ceremony));
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "apple/L1", FIDOTOOL_CHECK_HARD, check_nonce, "the leaf's nonce is the digest of authData and client data" },
  { "apple/L2", FIDOTOOL_CHECK_HARD, check_key,   "the leaf's key is the credential's, and there is nothing else" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_apple_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
