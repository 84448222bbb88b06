/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-tpm.c - statements of TPMs (WebAuthn Level 3, 8.3): a TPM says
 * of the credential's key that it lives in it. Certificates of attestation
 * keys last months, so the chain is judged at the ceremony's time (T11). */
#include "fidotool/judge/attestation.h"

#include <string.h>

#include "fidotool/judge/aik.h"
#include "fidotool/judge/statement.h"
#include "fidotool/judge/tpm.h"

#define MEMBERS 6

static const char *
read_statement(FidotoolCeremony *ceremony)
{
  FidotoolCbor value;
  const char *why;

  if (ceremony->statement.type != FIDOTOOL_CBOR_MAP)
    return "it is no map";
  if (fidotool_cbor_find_text(&ceremony->statement, "ecdaaKeyId", &value))
    return "ecdaaKeyId was removed from the standard";
  why = fidotool_statement_alg(ceremony);
  if (why == NULL)
    why = fidotool_statement_sig(ceremony);
  if (why == NULL)
    why = fidotool_statement_x5c(ceremony);
  if (why == NULL)
    why = fidotool_statement_bytes(ceremony, "certInfo", &ceremony->cert_info);
  if (why == NULL)
    why = fidotool_statement_bytes(ceremony, "pubArea", &ceremony->pub_area);
  if (why == NULL &&
      !fidotool_cbor_find_text(&ceremony->statement, "ver", &value))
    why = "ver is missing";
  if (why == NULL)
    why = fidotool_statement_size(ceremony, MEMBERS);
  return why ? why : fidotool_statement_load(ceremony);
}

static FidotoolOutcome
check_members(FidotoolCeremony *ceremony)
{
  FidotoolCbor version;

  ceremony->detail = read_statement(ceremony);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  ceremony->verdict->type = FIDOTOOL_ATTESTATION_ATTCA;
  (void)fidotool_cbor_find_text(&ceremony->statement, "ver",
                                &version); /* it was there */
  return fidotool_ceremony_outcome(
      ceremony,
      fidotool_cbor_is_text(&version, "2.0") ? NULL : "ver is not \"2.0\"");
}

/* A length before it is a TPM2B, which is another structure. The other checks
 * go on with what is inside. */
static FidotoolOutcome
check_bare(FidotoolCeremony *ceremony)
{
  return fidotool_ceremony_outcome(
      ceremony, fidotool_tpm_unwrap(ceremony->pub_area, &ceremony->pub_area)
                    ? "a length stands before it"
                    : NULL);
}

static FidotoolOutcome
check_key(FidotoolCeremony *ceremony)
{
  FidotoolTpmPublic area;
  const char *why = fidotool_tpm_public(ceremony->pub_area, &area);

  if (why == NULL && !ceremony->auth.key.good) /* R17 said so */
    return FIDOTOOL_OUTCOME_SKIP;
  if (why == NULL)
    why = fidotool_tpm_same_key(&area, &ceremony->auth.key);
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_signature(FidotoolCeremony *ceremony)
{
  FidotoolSlice none = {NULL, 0};

  return fidotool_ceremony_outcome(
      ceremony, fidotool_statement_verify_bytes(ceremony, ceremony->cert_info,
                                                none, "tpm/T3"));
}

static FidotoolOutcome
check_magic(FidotoolCeremony *ceremony)
{
  FidotoolTpmAttest attest;

  ceremony->detail = fidotool_tpm_attest(ceremony->cert_info, &attest);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  return fidotool_ceremony_outcome(
      ceremony, attest.magic == FIDOTOOL_TPM_MAGIC ? NULL : "it was not");
}

static FidotoolOutcome
check_kind(FidotoolCeremony *ceremony)
{
  FidotoolTpmAttest attest;

  (void)fidotool_tpm_attest(ceremony->cert_info, &attest); /* T4 read it */
  return fidotool_ceremony_outcome(
      ceremony, attest.type == FIDOTOOL_TPM_ST_ATTEST_CERTIFY
                    ? NULL
                    : "it is something else that a TPM signs");
}

static FidotoolOutcome
check_extra_data(FidotoolCeremony *ceremony)
{
  const char *name = fidotool_cose_digest_name(ceremony->statement_alg);
  FidotoolTpmAttest attest;
  uint8_t digest[64];
  size_t len;

  if (name == NULL)
    return fidotool_ceremony_outcome(ceremony, "alg has no digest");
  (void)fidotool_tpm_attest(ceremony->cert_info, &attest); /* T4 read it */
  len = fidotool_statement_digest(ceremony, name, digest);
  return fidotool_ceremony_outcome(
      ceremony, len > 0 && attest.extra_data.len == len &&
                        memcmp(attest.extra_data.data, digest, len) == 0
                    ? NULL
                    : "it is another");
}

static const char *
compare_name(const FidotoolCeremony *ceremony, FidotoolSlice name)
{
  FidotoolSlice area = ceremony->pub_area;
  uint16_t alg = (uint16_t)(area.data[2] << 8 | area.data[3]);
  const char *digest_name = fidotool_tpm_digest_name(alg);
  uint8_t digest[64];
  size_t len = 0;

  if (digest_name == NULL)
    return "its digest is of no kind we read";
  if (alg == 0x0004)
    fidotool_verdict_warn(ceremony->verdict, "tpm/T7",
                          "the key's name is a SHA-1 digest, which is weak");
  if (EVP_Q_digest(NULL, digest_name, NULL, area.data, area.len, digest,
                   &len) != 1 ||
      name.len != 2 + len || memcmp(name.data, area.data + 2, 2) != 0 ||
      memcmp(name.data + 2, digest, len) != 0)
    return "it is another key's";
  return NULL;
}

static FidotoolOutcome
check_name(FidotoolCeremony *ceremony)
{
  FidotoolTpmAttest attest;
  FidotoolTpmPublic area;
  FidotoolSlice name;
  const char *why;

  (void)fidotool_tpm_attest(ceremony->cert_info, &attest);    /* T4 read it */
  if (attest.type != FIDOTOOL_TPM_ST_ATTEST_CERTIFY ||        /* T5 said so */
      fidotool_tpm_public(ceremony->pub_area, &area) != NULL) /* and T2 */
    return FIDOTOOL_OUTCOME_SKIP;
  why = fidotool_tpm_certified(attest.attested, &name);
  return fidotool_ceremony_outcome(ceremony,
                                   why ? why : compare_name(ceremony, name));
}

static void
record_tpm(FidotoolVerdict *verdict, const FidotoolAik *aik)
{
  if (aik->manufacturer != NULL)
    fidotool_verdict_attest_text(verdict, "tpm_manufacturer",
                                 aik->manufacturer);
  if (aik->model != NULL)
    fidotool_verdict_attest_text(verdict, "tpm_model", aik->model);
  if (aik->version != NULL)
    fidotool_verdict_attest_text(verdict, "tpm_version", aik->version);
}

static FidotoolOutcome
check_certificate(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  FidotoolAik aik;
  const char *why =
      fidotool_aik_check(fidotool_statement_leaf(ceremony),
                         ceremony->auth.aaguid.data, &aik, &verdict->has_model);

  record_tpm(verdict, &aik);
  fidotool_aik_clear(&aik);
  return fidotool_ceremony_outcome(ceremony, why);
}

/* Which vendors will do is the policy's affair; one that is in no registry is
 * only shown (a vector of the standard has id:00000000). */
static FidotoolOutcome
check_vendor(FidotoolCeremony *ceremony)
{
  const char *id =
      fidotool_json_get_text(ceremony->verdict->attested, "tpm_manufacturer");
  char **wanted = ceremony->options->tpm_manufacturers;

  if (id == NULL) /* T8 said so */
    return FIDOTOOL_OUTCOME_SKIP;
  if (wanted[0] != NULL)
    return fidotool_ceremony_outcome(
        ceremony, g_strv_contains((const char *const *)wanted, id)
                      ? NULL
                      : "it is not on the list");
  if (fidotool_aik_vendor(id) == NULL)
    fidotool_verdict_warn(ceremony->verdict, "tpm/T9",
                          "the TPM's manufacturer is in no registry");
  else
    ceremony->detail = fidotool_aik_vendor(id);
  return FIDOTOOL_OUTCOME_PASS;
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "tpm/T1",  FIDOTOOL_CHECK_HARD, check_members,     "the statement has its six members, ver is 2.0" },
  { "tpm/T10", FIDOTOOL_CHECK_HARD, check_bare,        "pubArea is the bare structure" },
  { "tpm/T2",  FIDOTOOL_CHECK_HARD, check_key,         "pubArea holds the credential's key" },
  { "tpm/T3",  FIDOTOOL_CHECK_HARD, check_signature,   "the attestation key signed certInfo" },
  { "tpm/T4",  FIDOTOOL_CHECK_HARD, check_magic,       "certInfo was made inside a TPM" },
  { "tpm/T5",  FIDOTOOL_CHECK_HARD, check_kind,        "certInfo certifies a key" },
  { "tpm/T6",  FIDOTOOL_CHECK_HARD, check_extra_data,  "certInfo has the digest of authData and client data" },
  { "tpm/T7",  FIDOTOOL_CHECK_HARD, check_name,        "certInfo names the key in pubArea" },
  { "tpm/T8",  FIDOTOOL_CHECK_HARD, check_certificate, "the certificate is an attestation key's" },
  { "tpm/T9",  FIDOTOOL_CHECK_POLICY, check_vendor,    "the TPM's manufacturer" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_tpm_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
