/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-webauthn.c - WebAuthn JSON to requests and results to
 * responses. */
#include <string.h>

#include "fidotool/error.h"
#include "fidotool/helper/webauthn.h"
#include "tests/testing.h"

#define CHALLENGE "AAECAwQFBgcICQoLDA0ODw"
#define RP "\"rp\":{\"id\":\"example.org\",\"name\":\"Example\"}"
#define USER                                                                   \
  "\"user\":{\"id\":\"AQID\",\"name\":\"sam\",\"displayName\":\"Sam\"}"
#define REST                                                                   \
  "\"challenge\":\"" CHALLENGE "\",\"pubKeyCredParams\":"                      \
  "[{\"type\":\"public-key\",\"alg\":-7},{\"type\":\"x\",\"alg\":-8}]"
#define GOOD RP "," USER "," REST

static FidotoolWebauthn *
read_creation(const char *text, GError **error)
{
  return fidotool_webauthn_read_creation(text, strlen(text), NULL, error);
}

/* WebAuthn Level 3, section 5.8.1.1: order and spelling are fixed. */
static void
client_data_is_spelled_as_the_standard_does(void **state)
{
  g_autofree char *text = fidotool_webauthn_client_data(
      "webauthn.create", "abc", "https://a.example\"");

  (void)state;
  assert_string_equal(text, "{\"type\":\"webauthn.create\",\"challenge\":"
                            "\"abc\",\"origin\":\"https://a.example\\\"\","
                            "\"crossOrigin\":false}");
}

static void
creation_options_become_a_request(void **state)
{
  g_autoptr(FidotoolWebauthn) webauthn = read_creation(
      "{\"publicKey\":{" GOOD
      ",\"excludeCredentials\":[{\"type\":\"public-key\",\"id\":\"_w==\"}],"
      "\"authenticatorSelection\":{\"residentKey\":\"required\","
      "\"userVerification\":\"required\"},\"hints\":[],"
      "\"extensions\":{\"credentialProtectionPolicy\":"
      "\"userVerificationRequired\",\"payment\":{}}}}",
      NULL);
  g_autofree char *request = NULL;

  (void)state;
  assert_non_null(webauthn);
  request = fidotool_json_write(webauthn->request, NULL);
  /* SHA-256 of the client data by sha256sum */
  assert_string_equal(
      request,
      "{\"algs\":[-7],\"discoverable\":true,\"exclude\":[\"_w\"],\"hash\":"
      "\"853046b8f6625eac2086b83c7b5071016b98f7b3d29f294a07e3e2fc0c1ab97f\","
      "\"job\":\"make\",\"protect\":3,\"rp_id\":\"example.org\",\"rp_name\":"
      "\"Example\",\"user\":{\"display_name\":\"Sam\",\"id\":\"AQID\","
      "\"name\":\"sam\"},\"uv\":\"required\"}");
  assert_int_equal(webauthn->ignored->len, 2);
  assert_string_equal(webauthn->ignored->pdata[0], "payment");
  assert_string_equal(webauthn->ignored->pdata[1], "hints");
}

/* clang-format off */
static const struct {
  const char *name;
  const char *text;
} refused[] = {
  { "no JSON", "{" },
  { "an array", "[]" },
  { "no challenge", "{" RP "," USER ",\"pubKeyCredParams\":[]}" },
  { "a short challenge", "{" RP "," USER ",\"challenge\":\"AAAA\"}" },
  { "a challenge in base64", "{" RP "," USER ",\"challenge\":\"++++++++++++++++++++++\"}" },
  { "no RP ID", "{" USER "," REST "}" },
  { "no user", "{" RP "," REST "}" },
  { "a user without name", "{" RP ",\"user\":{\"id\":\"AQID\"}," REST "}" },
  { "an algorithm in words", "{" RP "," USER ",\"challenge\":\"" CHALLENGE "\",\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":\"ES256\"}]}" },
  { "no public key at all", "{" RP "," USER ",\"challenge\":\"" CHALLENGE "\",\"pubKeyCredParams\":[{\"type\":\"x\",\"alg\":-7}]}" },
  { "an excluded id that is none", "{" GOOD ",\"excludeCredentials\":[{\"type\":\"public-key\",\"id\":\"!\"}]}" },
  { "a large blob that is read when made", "{" GOOD ",\"extensions\":{\"largeBlob\":{\"read\":true}}}" },
  { "a large blob in words", "{" GOOD ",\"extensions\":{\"largeBlob\":\"required\"}}" },
  { "an unknown protection", "{" GOOD ",\"extensions\":{\"credentialProtectionPolicy\":\"much\"}}" },
};
/* clang-format on */

static void
options_that_make_no_sense_are_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolWebauthn) webauthn =
        read_creation(refused[i].text, &error);

    if (webauthn || error->code != (int)FIDOTOOL_ERROR_USAGE)
      fail_msg("%s: accepted", refused[i].name);
  }
}

static void
what_is_not_named_is_the_standards_default(void **state)
{
  g_autoptr(FidotoolWebauthn) webauthn =
      read_creation("{" RP "," USER ",\"challenge\":\"" CHALLENGE "\"}", NULL);
  g_autofree char *algs = NULL;

  (void)state;
  assert_non_null(webauthn);
  algs =
      fidotool_json_write(fidotool_json_get(webauthn->request, "algs"), NULL);
  assert_string_equal(algs, "[-7,-257]");
  assert_string_equal(fidotool_json_get_text(webauthn->request, "uv"),
                      "preferred");
  assert_false(fidotool_json_get_bool(webauthn->request, "discoverable", true));
}

static void
the_rp_id_of_a_request_may_come_from_the_origin(void **state)
{
  static const char text[] = "{\"challenge\":\"" CHALLENGE "\"}";
  g_autoptr(FidotoolWebauthn) webauthn = fidotool_webauthn_read_request(
      text, sizeof(text) - 1, "https://login.example.org:8443", NULL);

  (void)state;
  assert_string_equal(fidotool_json_get_text(webauthn->request, "rp_id"),
                      "login.example.org");
  assert_null(
      fidotool_webauthn_read_request(text, sizeof(text) - 1, NULL, NULL));
}

static FidotoolJson *
write_with(const char *attestation)
{
  static const char result[] =
      "{\"cred\":\"AQ\",\"auth_data\":\"qg\",\"attestation\":\"uw\","
      "\"alg\":-7,\"public_key\":\"zA\",\"discoverable\":true}";
  g_autofree char *text = g_strdup_printf(
      "{" GOOD ",\"attestation\":\"%s\",\"extensions\":{\"credProps\":true}}",
      attestation);
  g_autoptr(FidotoolWebauthn) webauthn = read_creation(text, NULL);
  g_autoptr(FidotoolJson) json =
      fidotool_json_parse(result, sizeof(result) - 1, NULL);

  return fidotool_webauthn_write_registration(webauthn, json, NULL);
}

static void
attestation_none_takes_the_statement_out(void **state)
{
  g_autoptr(FidotoolJson) direct = write_with("direct");
  g_autoptr(FidotoolJson) none = write_with("none");

  (void)state;
  assert_string_equal(
      fidotool_json_get_text(fidotool_json_get(direct, "response"),
                             "attestationObject"),
      "uw");
  /* {"fmt": "none", "attStmt": {}, "authData": h'aa'} */
  assert_string_equal(
      fidotool_json_get_text(fidotool_json_get(none, "response"),
                             "attestationObject"),
      "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUGq");
  assert_true(fidotool_json_get_bool(
      fidotool_json_get(fidotool_json_get(direct, "clientExtensionResults"),
                        "credProps"),
      "rk", false));
}

static void
a_result_without_credential_is_no_response(void **state)
{
  g_autoptr(FidotoolJson) result = fidotool_json_new_object();
  g_autoptr(GError) error = NULL;

  char client_data[] = "{}";
  const FidotoolWebauthn webauthn = {.client_data = client_data};

  (void)state;
  assert_null(fidotool_webauthn_write_assertion(&webauthn, result, &error));
  assert_int_equal(error->code, FIDOTOOL_ERROR_FAILED);
}

/* WebAuthn Level 3, section 10.1.5: what is no "required" is "preferred". */
static void
a_large_blob_is_required_or_preferred(void **state)
{
  static const struct {
    const char *text;
    const char *support;
  } rows[] = {
      {"{\"support\":\"required\"}", "required"},
      {"{\"support\":\"preferred\"}", "preferred"},
      {"{\"support\":\"perhaps\"}", "preferred"},
      {"{}", "preferred"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strdup_printf(
        "{" GOOD ",\"extensions\":{\"largeBlob\":%s}}", rows[i].text);
    g_autoptr(FidotoolWebauthn) webauthn = read_creation(text, NULL);

    assert_non_null(webauthn);
    assert_string_equal(
        fidotool_json_get_text(
            fidotool_json_get(webauthn->request, "extensions"), "large_blob"),
        rows[i].support);
    assert_int_equal(webauthn->ignored->len, 0);
  }
}

/* 0: nothing is asked for. */
/* clang-format off */
static const struct {
  const char *attestation;
  const char *how;
  const char *rp_id; /* the one that is named, or NULL */
  int asked;
  int code;
} enterprises[] = {
  { "direct",     NULL,       NULL,          0, 0 },
  { "direct",     NULL,       "example.org", 0, 0 },
  { "enterprise", NULL,       NULL,          1, 0 },
  { "enterprise", NULL,       "example.com", 1, 0 },
  { "enterprise", NULL,       "example.org", 2, 0 },
  { "enterprise", "vendor",   "example.org", 1, 0 },
  { "enterprise", "platform", "example.org", 2, 0 },
  { "direct",     "vendor",   NULL,          1, 0 },
  { "direct",     "platform", "example.org", 2, 0 },
  { "direct",     "platform", NULL,          0, FIDOTOOL_ERROR_POLICY },
  { "enterprise", "platform", "example.com", 0, FIDOTOOL_ERROR_POLICY },
  { "none",       "vendor",   NULL,          0, FIDOTOOL_ERROR_USAGE },
  { "none",       NULL,       "example.org", 0, 0 },
  { "direct",     "all",      "example.org", 0, FIDOTOOL_ERROR_USAGE },
};
/* clang-format on */

static void
only_those_that_are_meant_to_learn_which_key_it_is(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(enterprises); i++) {
    g_autofree char *text = g_strdup_printf("{" GOOD ",\"attestation\":\"%s\"}",
                                            enterprises[i].attestation);
    g_autoptr(FidotoolWebauthn) webauthn = read_creation(text, NULL);
    const char *rp_ids[] = {enterprises[i].rp_id, NULL};
    g_autoptr(GError) error = NULL;
    bool ok = fidotool_webauthn_ask_enterprise(webauthn, enterprises[i].how,
                                               rp_ids, &error);

    if (ok != (enterprises[i].code == 0) ||
        (error && error->code != enterprises[i].code) ||
        fidotool_json_get_int(webauthn->request, "enterprise", 0) !=
            enterprises[i].asked)
      fail_msg("row %zu: %s", i, error ? error->message : "asked");
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_large_blob_is_required_or_preferred),
      cmocka_unit_test(only_those_that_are_meant_to_learn_which_key_it_is),
      cmocka_unit_test(client_data_is_spelled_as_the_standard_does),
      cmocka_unit_test(creation_options_become_a_request),
      cmocka_unit_test(options_that_make_no_sense_are_refused),
      cmocka_unit_test(what_is_not_named_is_the_standards_default),
      cmocka_unit_test(the_rp_id_of_a_request_may_come_from_the_origin),
      cmocka_unit_test(attestation_none_takes_the_statement_out),
      cmocka_unit_test(a_result_without_credential_is_no_response),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
