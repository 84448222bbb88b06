/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-attestation-packed.c - every row of P1 to P10, accepted and
 * refused by the one fault it is for. */
#include "judge-rows.h"

#include <string.h>

#include "fidotool/judge/request.h"

#define P(n) "packed/P" #n

/* clang-format off */
static const JudgeRow rows[] = {
  GOOD("a chain", 0),
  GOOD("self attestation", .style = MAKE_SELF, .chain = MAKE_CHAIN_NO_ANCHORS),

  BAD(P(1), "no alg", .statement = MAKE_STATEMENT_NO_ALG),
  BAD(P(1), "alg in words", .statement = MAKE_STATEMENT_TEXT_ALG),
  BAD(P(1), "no sig", .statement = MAKE_STATEMENT_NO_SIG),
  BAD(P(1), "ecdaaKeyId", .statement = MAKE_STATEMENT_ECDAA),
  BAD(P(1), "a fourth member", .statement = MAKE_STATEMENT_FOURTH),
  BAD(P(1), "an array", .statement = MAKE_STATEMENT_ARRAY),
  BAD(P(1), "x5c a text", .statement = MAKE_STATEMENT_X5C_TEXT),
  BAD(P(1), "x5c of texts", .statement = MAKE_STATEMENT_X5C_TEXTS),
  BAD(P(1), "nine certificates", .statement = MAKE_STATEMENT_X5C_MANY),
  BAD(P(1), "a certificate over 8 KiB", .statement = MAKE_STATEMENT_X5C_LARGE),
  BAD(P(2), "x5c empty", .statement = MAKE_STATEMENT_X5C_EMPTY),

  BAD(P(3), "signed over other authData", .sig = MAKE_SIG_OTHER_DATA),
  BAD(P(3), "signed over other client data", .sig = MAKE_SIG_OTHER_HASH),
  BAD(P(3), "signed by another key", .sig = MAKE_SIG_OTHER_KEY),
  BAD(P(3), "a byte after the signature", .sig = MAKE_SIG_TAIL),
  BAD(P(3), "a length spelled too long", .sig = MAKE_SIG_LONG_FORM),
  BAD(P(3), "an empty signature", .sig = MAKE_SIG_EMPTY),
  BAD(P(3), "a raw signature", .sig = MAKE_SIG_RAW),
  BAD(P(3), "a signature of zeros", .sig = MAKE_SIG_ZERO),
  BAD(P(3), "alg of another key", .statement_alg = -257),
  BAD(P(3), "alg of another curve", .statement_alg = -35),
  BAD(P(3), "alg of SHA-1", .statement_alg = -65535),
  BAD(P(3), "alg that nobody knows", .statement_alg = -4711),
  BAD(P(3), "a certificate that is none", .statement = MAKE_STATEMENT_X5C_JUNK),
  BAD(P(3), "a byte after the certificate", .statement = MAKE_STATEMENT_X5C_TAIL),
  GOOD("a leaf on P-384", .leaf = { .key = "P-384" }),
  GOOD("a leaf with Ed25519", .leaf = { .key = "ED25519" }),

  BAD(P(5), "another OU", .leaf = { .unit = "Authenticator Attestation CA" }),
  BAD(P(5), "OU in small letters", .leaf = { .unit = "authenticator attestation" }),
  BAD(P(5), "no OU", .leaf = { .unit = "" }),
  BAD(P(5), "a second OU", .leaf = { .second_unit = "Other" }),
  BAD(P(5), "no C", .leaf = { .country = "" }),
  BAD(P(5), "no O", .leaf = { .organization = "" }),
  BAD(P(5), "no CN", .leaf = { .name = "" }),
  BAD(P(5), "C in small letters", .leaf = { .country = "se" }),

  BAD(P(6), "no Basic Constraints", .leaf = { .constraints = MAKE_CONSTRAINTS_ABSENT }),
  BAD(P(6), "a CA", .leaf = { .constraints = MAKE_CONSTRAINTS_CA }),
  GOOD("CA false spelled out is a warning", .leaf = { .constraints = MAKE_CONSTRAINTS_EXPLICIT }),

  BAD(P(7), "another model", .leaf = { .model = MAKE_MODEL_OTHER }),
  BAD(P(7), "not wrapped", .leaf = { .model = MAKE_MODEL_BARE }),
  BAD(P(7), "seventeen bytes", .leaf = { .model = MAKE_MODEL_LONG }),
  BAD(P(7), "missing where it is needed", .leaf = { .model = MAKE_MODEL_ABSENT }, .options = "{\"model_needed\":1}"),
  GOOD("no AAGUID extension is a warning", .leaf = { .model = MAKE_MODEL_ABSENT }),

  GOOD("firmware", .leaf = { .firmware = true }),
  { P(9) ": a serial that nobody asked for", { .leaf = { .serial = true } }, P(9), "valid", "anchored" },
  { P(9) ": a serial asked for and not given", { .options = "{\"attestation\":\"enterprise\"}" }, P(9), "valid", "anchored" },
  { P(9) ": a serial that is not wrapped", { .leaf = { .bare_serial = true }, .options = "{\"attestation\":\"enterprise\"}" }, P(9), "valid", "anchored" },
  { P(9) ": a serial twice", { .leaf = { .serial = true, .bare_serial = true }, .options = "{\"attestation\":\"enterprise\"}" }, P(9), "valid", "anchored" },
  GOOD("a serial that was asked for", .leaf = { .serial = true }, .options = "{\"attestation\":\"enterprise\"}"),

  BAD(P(10), "alg of another key", .style = MAKE_SELF, .chain = MAKE_CHAIN_NO_ANCHORS, .statement_alg = -35),
  BAD(P(10), "signed by another key", .style = MAKE_SELF, .sig = MAKE_SIG_OTHER_KEY, .options = "{\"attestation\":\"none\"}", .chain = MAKE_CHAIN_NO_ANCHORS),
  BAD(P(10), "signed over other authData", .style = MAKE_SELF, .sig = MAKE_SIG_OTHER_DATA, .chain = MAKE_CHAIN_NO_ANCHORS),
  GOOD("self attestation by EdDSA", .style = MAKE_SELF, .alg = -8, .chain = MAKE_CHAIN_NO_ANCHORS),
  GOOD("self attestation by RSA", .style = MAKE_SELF, .alg = -257, .chain = MAKE_CHAIN_NO_ANCHORS),
  { "self attestation where a chain is demanded", { .style = MAKE_SELF, .options = "{\"attestation\":\"enterprise\"}" },
    "registration/R21", "valid", "self" },

  /* Both say no: P7 to the extension, the chain to what it does not know. */
  { P(7) ": critical", { .leaf = { .model = MAKE_MODEL_CRITICAL } }, P(7) " registration/R21", NULL, "untrusted" },
  { P(6) ": unreadable", { .leaf = { .constraints = MAKE_CONSTRAINTS_BROKEN } }, P(6) " registration/R21", NULL, "untrusted" },
};
/* clang-format on */

/* A version 1 leaf has no extensions, so Basic Constraints miss as well. */
static void
a_leaf_of_version_1_is_refused(void **state)
{
  static const MakeRegistration spec = {.leaf = {.version_1 = true}};
  g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);

  (void)state;
  assert_true(make_registration_judges(request, "invalid", NULL,
                                       "packed/P4 packed/P6"));
}

/* What a check of signatures alone lets pass: the certificate is its own. */
static void
an_expired_ca_of_its_own_making_is_refused(void **state)
{
  static const MakeRegistration spec = {
      .chain = MAKE_CHAIN_SELF_SIGNED,
      .leaf = {.constraints = MAKE_CONSTRAINTS_CA,
               .model = MAKE_MODEL_OTHER,
               .not_after = MAKE_AT - MAKE_DAY}};
  g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);

  (void)state;
  assert_true(make_registration_judges(request, "invalid", "untrusted",
                                       "packed/P6 packed/P7 registration/R21"));
}

/* The answer to a request, as text. */
static char *
judge(const MakeRegistration *spec)
{
  g_autoptr(FidotoolJson) request = make_registration(spec, NULL);
  size_t len;
  g_autofree char *text = fidotool_json_write(request, &len);

  return fidotool_request_judge(text, len, NULL);
}

static void
firmware_and_serial_are_recorded(void **state)
{
  static const MakeRegistration spec = {
      .leaf = {.firmware = true, .serial = true}};
  g_autofree char *answer = judge(&spec);

  (void)state;
  assert_non_null(strstr(answer, "\"serial\":\"deadbeef\""));
  assert_non_null(strstr(answer, "{\\\"enterprise_serial\\\":\\\"deadbeef\\\","
                                 "\\\"firmware\\\":328707}"));
  assert_non_null(strstr(answer, "firmware: 328707")); /* 0x050403 */
  assert_non_null(strstr(answer, "\"model\":1"));
}

static void
loose_constraints_are_a_warning(void **state)
{
  static const MakeRegistration spec = {
      .leaf = {.constraints = MAKE_CONSTRAINTS_EXPLICIT}};
  g_autofree char *answer = judge(&spec);

  (void)state;
  assert_non_null(strstr(answer, "Basic Constraints are not in DER"));
}

int
main(void)
{
  const struct CMUnitTest more[] = {
      cmocka_unit_test(a_leaf_of_version_1_is_refused),
      cmocka_unit_test(an_expired_ca_of_its_own_making_is_refused),
      cmocka_unit_test(firmware_and_serial_are_recorded),
      cmocka_unit_test(loose_constraints_are_a_warning),
  };

  return judge_rows_run(rows, G_N_ELEMENTS(rows), more, G_N_ELEMENTS(more));
}
