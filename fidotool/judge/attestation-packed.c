/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-packed.c - packed statements, with a chain and self (WebAuthn
 * Level 3, 8.2). */
#include "fidotool/judge/attestation.h"

#include "fidotool/bytes.h"

#define OID_SERIAL "1.3.6.1.4.1.45724.1.1.2"
#define OID_FIRMWARE "1.3.6.1.4.1.45724.1.1.5"
#define SERIAL_MAX 64

#define X509_VERSION 2 /* "3" on paper */

/* The certificates into ceremony->x5c; too many or too long ones never get
 * as far as a signature. */
static const char *
read_x5c(FidotoolCeremony *ceremony, const FidotoolCbor *list)
{
  FidotoolSlice rest = list->body;
  FidotoolCbor item;

  if (list->type != FIDOTOOL_CBOR_ARRAY)
    return "x5c is no array";
  if (list->argument > FIDOTOOL_CERTIFICATE_MAX_COUNT)
    return "x5c has too many certificates";
  while (fidotool_cbor_next(&rest, &item)) {
    if (item.type != FIDOTOOL_CBOR_BYTES ||
        item.body.len > FIDOTOOL_CERTIFICATE_MAX_LEN)
      return "a certificate in x5c is no byte string, or too long";
    ceremony->x5c[ceremony->x5c_count++] = item.body;
  }
  ceremony->has_x5c = true;
  return NULL;
}

static const char *
read_statement(FidotoolCeremony *ceremony)
{
  const FidotoolCbor *map = &ceremony->statement;
  FidotoolCbor value;
  uint64_t known = 2;

  if (map->type != FIDOTOOL_CBOR_MAP)
    return "it is no map";
  if (fidotool_cbor_find_text(map, "ecdaaKeyId", &value))
    return "ecdaaKeyId was removed from the standard";
  if (!fidotool_cbor_find_text(map, "alg", &value) ||
      !fidotool_cbor_int(&value, &ceremony->statement_alg))
    return "alg is missing, or is no number";
  if (!fidotool_cbor_find_text(map, "sig", &value) ||
      value.type != FIDOTOOL_CBOR_BYTES)
    return "sig is missing, or is no byte string";
  ceremony->statement_sig = value.body;
  if (fidotool_cbor_find_text(map, "x5c", &value)) {
    const char *why = read_x5c(ceremony, &value);

    if (why != NULL)
      return why;
    known = 3;
  }
  return map->argument == known ? NULL : "it has an unknown member";
}

static FidotoolOutcome
check_members(FidotoolCeremony *ceremony)
{
  ceremony->detail = read_statement(ceremony);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  ceremony->verdict->type = ceremony->has_x5c ? FIDOTOOL_ATTESTATION_BASIC
                                              : FIDOTOOL_ATTESTATION_SELF;
  return FIDOTOOL_OUTCOME_PASS;
}

static FidotoolOutcome
check_not_empty(FidotoolCeremony *ceremony)
{
  if (!ceremony->has_x5c)
    return FIDOTOOL_OUTCOME_SKIP;
  if (ceremony->x5c_count > 0)
    return FIDOTOOL_OUTCOME_PASS;
  ceremony->detail = "it is";
  return FIDOTOOL_OUTCOME_STOP;
}

static X509 *
get_leaf(const FidotoolCeremony *ceremony)
{
  return ceremony->certificates ? ceremony->certificates->x509[0] : NULL;
}

static const char *
verify(const FidotoolCeremony *ceremony, EVP_PKEY *pkey)
{
  FidotoolSlice hash = {ceremony->hash, sizeof(ceremony->hash)};

  return fidotool_cose_verify(ceremony->statement_alg, pkey, ceremony->auth.raw,
                              hash, ceremony->statement_sig);
}

static FidotoolOutcome
check_signature(FidotoolCeremony *ceremony)
{
  const char *why = NULL;

  if (!ceremony->has_x5c)
    return FIDOTOOL_OUTCOME_SKIP;
  ceremony->certificates = fidotool_chain_load(
      ceremony->cache, ceremony->x5c, ceremony->x5c_count, &ceremony->detail);
  if (ceremony->certificates == NULL)
    return FIDOTOOL_OUTCOME_STOP;
  why = verify(ceremony, X509_get0_pubkey(get_leaf(ceremony)));
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_version(FidotoolCeremony *ceremony)
{
  if (get_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, X509_get_version(get_leaf(ceremony)) == X509_VERSION
                    ? NULL
                    : "it is of another version");
}

static FidotoolOutcome
check_subject(FidotoolCeremony *ceremony)
{
  if (get_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, fidotool_certificate_check_subject(get_leaf(ceremony)));
}

static FidotoolOutcome
check_not_ca(FidotoolCeremony *ceremony)
{
  const char *why;
  bool loose;

  if (get_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  why = fidotool_certificate_check_not_ca(get_leaf(ceremony), &loose);
  if (why == NULL && loose)
    fidotool_verdict_warn(ceremony->verdict, "packed/P6",
                          "Basic Constraints are not in DER");
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_model(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  const char *why;

  if (get_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  why = fidotool_certificate_check_aaguid(
      get_leaf(ceremony), ceremony->auth.aaguid.data, &verdict->has_model);
  if (!verdict->has_model && ceremony->options->model_needed)
    why = "the extension is missing";
  else if (!verdict->has_model)
    fidotool_verdict_warn(verdict, "packed/P7",
                          "the certificate does not name the model");
  return fidotool_ceremony_outcome(ceremony, why);
}

static FidotoolOutcome
check_firmware(FidotoolCeremony *ceremony)
{
  FidotoolSlice value;
  uint64_t firmware = 0;

  if (get_leaf(ceremony) == NULL ||
      !fidotool_certificate_extension(get_leaf(ceremony), OID_FIRMWARE, &value))
    return FIDOTOOL_OUTCOME_SKIP;
  if (value.len < 3 || value.len > 8 || value.data[0] != 0x02 ||
      value.data[1] != value.len - 2 || value.data[2] >= 0x80) {
    ceremony->detail = "unreadable";
    return FIDOTOOL_OUTCOME_PASS; /* recorded, never a reason */
  }
  for (size_t i = 2; i < value.len; i++)
    firmware = firmware << 8 | value.data[i];
  ceremony->detail_owned = g_strdup_printf("%" G_GUINT64_FORMAT, firmware);
  return FIDOTOOL_OUTCOME_PASS;
}

static FidotoolOutcome
check_serial(FidotoolCeremony *ceremony)
{
  bool asked = ceremony->options->enterprise, there;
  FidotoolSlice value = {0};

  if (get_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  there =
      fidotool_certificate_extension(get_leaf(ceremony), OID_SERIAL, &value);
  if (there)
    ceremony->verdict->serial =
        fidotool_bytes_hex(value.data, MIN(value.len, SERIAL_MAX));
  if (!there && !asked)
    return FIDOTOOL_OUTCOME_SKIP;
  if (!there)
    return fidotool_ceremony_outcome(ceremony, "asked for and not given");
  return fidotool_ceremony_outcome(ceremony,
                                   asked ? NULL : "given and not asked for");
}

static FidotoolOutcome
check_self(FidotoolCeremony *ceremony)
{
  const char *why;

  if (ceremony->has_x5c || ceremony->auth.key.pkey == NULL) /* R17 said so */
    return FIDOTOOL_OUTCOME_SKIP;
  if (ceremony->statement_alg != ceremony->auth.key.alg)
    why = "alg is not the credential's";
  else
    why = verify(ceremony, ceremony->auth.key.pkey);
  return fidotool_ceremony_outcome(ceremony, why);
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "packed/P1",  FIDOTOOL_CHECK_HARD, check_members,   "the statement has alg, sig and at most x5c" },
  { "packed/P2",  FIDOTOOL_CHECK_HARD, check_not_empty, "x5c is not empty" },
  { "packed/P3",  FIDOTOOL_CHECK_HARD, check_signature, "the leaf's key signed authData and client data" },
  { "packed/P4",  FIDOTOOL_CHECK_HARD, check_version,   "the leaf is X.509 version 3" },
  { "packed/P5",  FIDOTOOL_CHECK_HARD, check_subject,   "the leaf's subject is an authenticator's" },
  { "packed/P6",  FIDOTOOL_CHECK_HARD, check_not_ca,    "the leaf is no CA" },
  { "packed/P7",  FIDOTOOL_CHECK_HARD, check_model,     "the leaf's AAGUID is authData's" },
  { "packed/P8",  FIDOTOOL_CHECK_INFO, check_firmware,  "firmware" },
  { "packed/P9",  FIDOTOOL_CHECK_POLICY, check_serial,  "enterprise attestation" },
  { "packed/P10", FIDOTOOL_CHECK_HARD, check_self,      "the credential's key signed authData and client data" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_packed_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
