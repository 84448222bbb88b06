/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-options.c - options in both spellings, and what is refused. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/error.h"
#include "fidotool/judge/options.h"

#define BASE "\"challenge\":\"AAAA\",\"origin\":\"https://a.example\","

static FidotoolOptions *
parse(const char *text, FidotoolCeremonyKind kind, GError **error)
{
  g_autoptr(FidotoolJson) json = fidotool_json_parse(text, strlen(text), NULL);

  return fidotool_options_parse(json, kind, error);
}

static void
creation_options_are_read(void **state)
{
  g_autoptr(FidotoolOptions) options = parse(
      "{" BASE "\"rp\":{\"id\":\"a.example\"},\"pubKeyCredParams\":["
      "{\"type\":\"public-key\",\"alg\":-8},{\"type\":\"other\",\"alg\":-7}],"
      "\"authenticatorSelection\":{\"userVerification\":\"required\"},"
      "\"excludeCredentials\":[{\"id\":\"AQID\"}],\"attestation\":"
      "\"enterprise\"}",
      FIDOTOOL_CEREMONY_REGISTRATION, NULL);

  (void)state;
  assert_string_equal(options->rp_id, "a.example");
  assert_string_equal(options->origins[0], "https://a.example");
  assert_null(options->origins[1]);
  assert_true(options->require_uv);
  assert_true(options->enterprise);
  assert_int_equal(options->algs->len, 1);
  assert_int_equal(g_array_index(options->algs, int64_t, 0), -8);
  assert_int_equal(options->known->len, 1);
}

static void
request_options_are_read(void **state)
{
  g_autoptr(FidotoolOptions) options = parse(
      "{" BASE "\"rpId\":\"a.example\",\"userVerification\":\"preferred\","
      "\"allowCredentials\":[{\"id\":\"AQID\"},{\"id\":\"AAAA\"}]}",
      FIDOTOOL_CEREMONY_ASSERTION, NULL);

  (void)state;
  assert_string_equal(options->rp_id, "a.example");
  assert_false(options->require_uv);
  assert_int_equal(options->allowed->len, 2);
  assert_true(options->user_known);
}

static void
nobody_is_known_without_a_list(void **state)
{
  g_autoptr(FidotoolOptions) options = parse("{" BASE "\"rpId\":\"a.example\"}",
                                             FIDOTOOL_CEREMONY_ASSERTION, NULL);

  (void)state;
  assert_false(options->user_known);
  assert_null(options->algs);
}

static void
what_only_some_formats_have_is_read(void **state)
{
  g_autoptr(FidotoolOptions) plain =
      parse("{" BASE "\"rpId\":\"a\"}", FIDOTOOL_CEREMONY_REGISTRATION, NULL);
  g_autoptr(FidotoolOptions) options =
      parse("{" BASE "\"rpId\":\"a\",\"allow_sha1\":1,\"hardware_key\":true,"
            "\"compound\":3,\"tpm_manufacturers\":[\"id:494E5443\"]}",
            FIDOTOOL_CEREMONY_REGISTRATION, NULL);
  g_autoptr(FidotoolOptions) any =
      parse("{" BASE "\"rpId\":\"a\",\"compound\":\"any\"}",
            FIDOTOOL_CEREMONY_REGISTRATION, NULL);

  (void)state;
  assert_false(plain->allow_sha1 || plain->hardware_key);
  assert_null(plain->tpm_manufacturers[0]);
  assert_int_equal(plain->compound_needed, 0);
  assert_true(options->allow_sha1 && options->hardware_key);
  assert_int_equal(options->compound_needed, 3);
  assert_string_equal(options->tpm_manufacturers[0], "id:494E5443");
  assert_int_equal(any->compound_needed, 1);
}

static void
missing_expectations_are_usage_errors(void **state)
{
  static const char *const cases[] = {
      "[]",
      "{}",
      "{\"origin\":\"https://a.example\",\"rpId\":\"a.example\"}",
      "{\"challenge\":\"AAAA\",\"rpId\":\"a.example\"}",
      "{\"challenge\":\"AAAA\",\"origin\":\"https://a.example\"}",
      "{\"challenge\":\"\",\"origin\":\"https://a.example\",\"rpId\":\"a\"}",
      "{\"challenge\":\"AA==\",\"origin\":\"https://"
      "a.example\",\"rpId\":\"a\"}",
      "{\"challenge\":1,\"origin\":\"https://a.example\",\"rpId\":\"a\"}",
      "{" BASE "\"rpId\":\"\"}",
      "{" BASE "\"rpId\":\"a\",\"algs\":[\"ES256\"]}",
      "{" BASE "\"rpId\":\"a\",\"origins\":[1]}",
      "{" BASE "\"rpId\":\"a\",\"known\":[\"?\"]}",
      "{" BASE "\"rpId\":\"a\",\"extensions\":"
      "{\"credentialProtectionPolicy\":\"no\"}}",
      "{" BASE "\"rpId\":\"a\",\"compound\":0}",
      "{" BASE "\"rpId\":\"a\",\"compound\":9}",
      "{" BASE "\"rpId\":\"a\",\"compound\":\"some\"}",
      "{" BASE "\"rpId\":\"a\",\"tpm_manufacturers\":[1]}",
      "{\"cdh\":\"00\",\"rpId\":\"a\"}",
      "{\"cdh\":\"ABCDEF0000000000000000000000000000000000000000000000000000000"
      "000\",\"rpId\":\"a\"}",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    assert_null(parse(cases[i], FIDOTOOL_CEREMONY_REGISTRATION, &error));
    assert_int_equal(error->code, FIDOTOOL_ERROR_USAGE);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(creation_options_are_read),
      cmocka_unit_test(request_options_are_read),
      cmocka_unit_test(nobody_is_known_without_a_list),
      cmocka_unit_test(what_only_some_formats_have_is_read),
      cmocka_unit_test(missing_expectations_are_usage_errors),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
