/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-packed.c - packed statements, with a chain and self (WebAuthn
 * Level 3, 8.2). */
#include "fidotool/judge/attestation.h"

#include "fidotool/bytes.h"
#include "fidotool/judge/der.h"
#include "fidotool/judge/statement.h"

#define OID_SERIAL "1.3.6.1.4.1.45724.1.1.2"
#define OID_FIRMWARE "1.3.6.1.4.1.45724.1.1.5"
#define SERIAL_MAX 64

#define X509_VERSION 2 /* "3" on paper */

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
  if (why == NULL &&
      fidotool_cbor_find_text(&ceremony->statement, "x5c", &value))
    why = fidotool_statement_x5c(ceremony);
  return why ? why
             : fidotool_statement_size(ceremony, ceremony->has_x5c ? 3 : 2);
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

static FidotoolOutcome
check_signature(FidotoolCeremony *ceremony)
{
  if (!ceremony->has_x5c)
    return FIDOTOOL_OUTCOME_SKIP;
  ceremony->detail = fidotool_statement_load(ceremony);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  return fidotool_ceremony_outcome(
      ceremony, fidotool_statement_verify(ceremony, "packed/P3"));
}

static FidotoolOutcome
check_version(FidotoolCeremony *ceremony)
{
  if (fidotool_statement_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony,
      X509_get_version(fidotool_statement_leaf(ceremony)) == X509_VERSION
          ? NULL
          : "it is of another version");
}

static FidotoolOutcome
check_subject(FidotoolCeremony *ceremony)
{
  if (fidotool_statement_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony,
      fidotool_certificate_list_profile(ceremony->certificates)->subject);
}

static FidotoolOutcome
check_not_ca(FidotoolCeremony *ceremony)
{
  const FidotoolLeafProfile *profile;

  if (fidotool_statement_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  profile = fidotool_certificate_list_profile(ceremony->certificates);
  if (profile->not_ca == NULL && profile->loose)
    fidotool_verdict_warn(ceremony->verdict, "packed/P6",
                          "Basic Constraints are not in DER");
  return fidotool_ceremony_outcome(ceremony, profile->not_ca);
}

static FidotoolOutcome
check_model(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  const char *why;

  if (fidotool_statement_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  why = fidotool_certificate_check_aaguid(fidotool_statement_leaf(ceremony),
                                          ceremony->auth.aaguid.data,
                                          &verdict->has_model);
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

  if (fidotool_statement_leaf(ceremony) == NULL ||
      !fidotool_certificate_extension(fidotool_statement_leaf(ceremony),
                                      OID_FIRMWARE, &value))
    return FIDOTOOL_OUTCOME_SKIP;
  if (value.len < 3 || value.len > 8 || value.data[0] != 0x02 ||
      value.data[1] != value.len - 2 || value.data[2] >= 0x80) {
    ceremony->detail = "unreadable";
    return FIDOTOOL_OUTCOME_PASS; /* recorded, never a reason */
  }
  for (size_t i = 2; i < value.len; i++)
    firmware = firmware << 8 | value.data[i];
  fidotool_verdict_attest_int(ceremony->verdict, "firmware", (int64_t)firmware);
  ceremony->detail_owned = g_strdup_printf("%" G_GUINT64_FORMAT, firmware);
  return FIDOTOOL_OUTCOME_PASS;
}

/* An OCTET STRING inside the extension's (WebAuthn Level 3, 8.2.2), and not
 * more than anybody could mean by a serial number. */
static bool
read_serial(FidotoolSlice value, FidotoolSlice *ret_serial)
{
  return fidotool_der_take(&value, FIDOTOOL_DER_OCTETS, ret_serial) &&
         value.len == 0 && ret_serial->len > 0 && ret_serial->len <= SERIAL_MAX;
}

static FidotoolOutcome
check_serial(FidotoolCeremony *ceremony)
{
  bool asked = ceremony->options->enterprise;
  FidotoolSlice value, serial;

  if (fidotool_statement_leaf(ceremony) == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  if (!fidotool_certificate_has(fidotool_statement_leaf(ceremony), OID_SERIAL))
    return asked
               ? fidotool_ceremony_outcome(ceremony, "asked for and not given")
               : FIDOTOOL_OUTCOME_SKIP;
  if (!fidotool_certificate_extension(fidotool_statement_leaf(ceremony),
                                      OID_SERIAL, &value) ||
      !read_serial(value, &serial))
    return fidotool_ceremony_outcome(ceremony, "the serial is unreadable");
  ceremony->verdict->serial = fidotool_bytes_hex(serial.data, serial.len);
  fidotool_verdict_attest_text(ceremony->verdict, "enterprise_serial",
                               ceremony->verdict->serial);
  return fidotool_ceremony_outcome(ceremony,
                                   asked ? NULL : "given and not asked for");
}

static FidotoolOutcome
check_self(FidotoolCeremony *ceremony)
{
  const char *why;

  if (ceremony->has_x5c || !ceremony->auth.key.good) /* R17 said so */
    return FIDOTOOL_OUTCOME_SKIP;
  if (ceremony->statement_alg != ceremony->auth.key.alg)
    why = "alg is not the credential's";
  else
    why = fidotool_statement_verify_self(ceremony);
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
