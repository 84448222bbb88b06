/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-fido-u2f.c - statements of U2F keys (WebAuthn Level 3, 8.6): the
 * bytes that such a key signs are put together from authData. Old leaves have
 * no OU, so there is no rule for the subject (U8); metadata are found by the
 * key identifier (U7), which is the caller's affair. */
#include "fidotool/judge/attestation.h"

#include <string.h>

#include "fidotool/judge/statement.h"

#define ALG_ES256 -7
#define FIELD_LEN 32

static const char *
read_statement(FidotoolCeremony *ceremony)
{
  const char *why = fidotool_statement_x5c(ceremony);

  if (why == NULL)
    why = fidotool_statement_sig(ceremony);
  if (why == NULL)
    why = fidotool_statement_size(ceremony, 2);
  if (why == NULL && ceremony->x5c_count != 1)
    why = "x5c has not exactly one certificate";
  return why ? why : fidotool_statement_load(ceremony);
}

static FidotoolOutcome
check_members(FidotoolCeremony *ceremony)
{
  ceremony->detail = read_statement(ceremony);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  ceremony->verdict->type = FIDOTOOL_ATTESTATION_BASIC;
  return FIDOTOOL_OUTCOME_PASS;
}

static FidotoolOutcome
check_leaf_key(FidotoolCeremony *ceremony)
{
  EVP_PKEY *pkey = X509_get0_pubkey(fidotool_statement_leaf(ceremony));

  return fidotool_ceremony_outcome(
      ceremony, fidotool_cose_fits(ALG_ES256, pkey) ? NULL : "it is another");
}

static bool
has_point(const FidotoolCeremony *ceremony)
{
  const FidotoolCose *key = &ceremony->auth.key;

  return key->x.len == FIELD_LEN && key->y.len == FIELD_LEN;
}

/* The key of the credential as its bytes stand; R17 judged it as a key. */
static FidotoolOutcome
check_point(FidotoolCeremony *ceremony)
{
  return fidotool_ceremony_outcome(ceremony,
                                   has_point(ceremony) ? NULL : "they are not");
}

static FidotoolOutcome
check_signature(FidotoolCeremony *ceremony)
{
  static const uint8_t zero = 0x00, uncompressed = 0x04;
  const FidotoolAuthData *auth = &ceremony->auth;
  const struct {
    const uint8_t *data;
    size_t len;
  } pieces[] = {
      {&zero, 1},
      {auth->rp_id_hash.data, auth->rp_id_hash.len},
      {ceremony->hash, sizeof(ceremony->hash)},
      {auth->id.data, auth->id.len},
      {&uncompressed, 1},
      {auth->key.x.data, auth->key.x.len},
      {auth->key.y.data, auth->key.y.len},
  };
  EVP_PKEY *pkey = X509_get0_pubkey(fidotool_statement_leaf(ceremony));
  g_autoptr(GByteArray) all = g_byte_array_new();
  FidotoolSlice none = {NULL, 0};

  /* U2 and U3 have said that no such signature can be. */
  if (!fidotool_cose_fits(ALG_ES256, pkey) || !has_point(ceremony))
    return FIDOTOOL_OUTCOME_SKIP;
  for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++)
    g_byte_array_append(all, pieces[i].data, (guint)pieces[i].len);
  return fidotool_ceremony_outcome(
      ceremony, fidotool_verifier_check(ceremony->certificates->leaf, ALG_ES256,
                                        (FidotoolSlice){all->data, all->len},
                                        none, ceremony->statement_sig));
}

/* Some keys name a model here, and so does a vector of the standard. Nothing
 * signs it: it proves nothing. */
static FidotoolOutcome
check_no_model(FidotoolCeremony *ceremony)
{
  static const uint8_t zero[FIDOTOOL_AUTH_DATA_AAGUID];

  if (memcmp(ceremony->auth.aaguid.data, zero, sizeof(zero)) == 0)
    return FIDOTOOL_OUTCOME_PASS;
  fidotool_verdict_warn(ceremony->verdict, "u2f/U5",
                        "a U2F key has no AAGUID, and this one is not zero");
  ceremony->detail = "it is not, which is only shown";
  return FIDOTOOL_OUTCOME_PASS;
}

static FidotoolOutcome
check_algorithm(FidotoolCeremony *ceremony)
{
  if (!has_point(ceremony)) /* U3 has said so */
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, ceremony->auth.key.alg == ALG_ES256 ? NULL : "it is another");
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "u2f/U1", FIDOTOOL_CHECK_HARD, check_members,   "the statement has sig and x5c, with one certificate" },
  { "u2f/U2", FIDOTOOL_CHECK_HARD, check_leaf_key,  "the leaf's key is on P-256" },
  { "u2f/U3", FIDOTOOL_CHECK_HARD, check_point,     "x and y are of 32 bytes" },
  { "u2f/U4", FIDOTOOL_CHECK_HARD, check_signature, "the leaf's key signed the registration" },
  { "u2f/U5", FIDOTOOL_CHECK_WARN, check_no_model,  "the AAGUID is zero" },
  { "u2f/U6", FIDOTOOL_CHECK_HARD, check_algorithm, "the credential's algorithm is ES256" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_fido_u2f_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
