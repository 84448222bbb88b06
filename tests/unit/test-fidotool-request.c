/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-request.c - requests that cannot be read, and what an answer
 * holds. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/judge/request.h"
#include "make-assertion.h"

static FidotoolJson *
judge_text(const char *text, size_t len)
{
  size_t answer_len;
  g_autofree char *answer = fidotool_request_judge(text, len, &answer_len);

  return fidotool_json_parse(answer, answer_len, NULL);
}

static FidotoolJson *
judge(const FidotoolJson *request)
{
  size_t len;
  g_autofree char *text = fidotool_json_write(request, &len);

  return judge_text(text, len);
}

static void
unreadable_requests_say_so(void **state)
{
  static const struct {
    const char *text;
    int code;
  } cases[] = {
      {"", FIDOTOOL_ERROR_INVALID},
      {"{", FIDOTOOL_ERROR_INVALID},
      {"[]", FIDOTOOL_ERROR_INVALID},
      {"{\"kind\":\"birth\"}", FIDOTOOL_ERROR_INVALID},
      {"{\"kind\":\"registration\"}", FIDOTOOL_ERROR_USAGE},
      {"{\"kind\":\"registration\",\"kind\":\"assertion\"}",
       FIDOTOOL_ERROR_INVALID},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(FidotoolJson) answer =
        judge_text(cases[i].text, strlen(cases[i].text));

    assert_int_equal(fidotool_json_get_int(answer, "error_code", 0),
                     cases[i].code);
    assert_string_not_equal(fidotool_json_get_text(answer, "error"), "");
    assert_null(fidotool_json_get(answer, "statement"));
  }
}

static void
a_request_over_a_mebibyte_is_refused(void **state)
{
  g_autofree char *text = g_strnfill(FIDOTOOL_REQUEST_MAX + 1, ' ');
  g_autoptr(FidotoolJson) answer = judge_text(text, FIDOTOOL_REQUEST_MAX + 1);

  (void)state;
  assert_string_equal(fidotool_json_get_text(answer, "error"),
                      "the request is too large");
}

/* Refused as a whole: nothing is judged with less than was asked. */
static void
bad_anchors_and_times_are_errors(void **state)
{
  static const MakeRegistration spec = {0};
  static const char *const over[] = {
      "{\"anchors\":{}}",
      "{\"anchors\":[1]}",
      "{\"anchors\":[\"AAAA\"]}",
      "{\"anchors\":[\"?\"]}",
      "{\"at\":null}",
      "{\"at\":\"2026\"}",
      "{\"metadata\":{}}",
      "{\"metadata\":7}",
      "{\"metadata\":{\"now\":1,\"own\":{}}}",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(over); i++) {
    g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);
    g_autoptr(FidotoolJson) answer = NULL;

    make_registration_merge(request, over[i]);
    answer = judge(request);
    assert_string_not_equal(fidotool_json_get_text(answer, "error"), "");
  }
}

static void
a_response_that_is_none_is_refused(void **state)
{
  static const MakeRegistration spec = {0};
  static const char *const over[] = {"{\"response\":null}", "{\"response\":[]}",
                                     "{\"response\":\"text\"}"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(over); i++) {
    g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);

    make_registration_merge(request, over[i]);
    assert_true(make_registration_judges(request, "invalid", "not-checked",
                                         "registration/R1"));
  }
}

static void
bad_stored_credentials_are_errors(void **state)
{
  static const MakeAssertion spec = {0};
  static const char *const over[] = {"{\"public_key\":null}",
                                     "{\"public_key\":\"?\"}", "{\"id\":\"?\"}",
                                     "{\"user\":1}"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(over); i++) {
    g_autoptr(FidotoolJson) request = make_assertion(&spec);
    g_autoptr(FidotoolJson) answer = NULL;

    make_registration_merge(fidotool_json_get(request, "stored"), over[i]);
    answer = judge(request);
    assert_string_not_equal(fidotool_json_get_text(answer, "error"), "");
  }
}

static void
an_answer_holds_the_facts(void **state)
{
  static const MakeRegistration spec = {.count = 7};
  g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);
  g_autoptr(FidotoolJson) answer = judge(request);
  const char *anchor = fidotool_json_text(
      fidotool_json_at(fidotool_json_get(request, "anchors"), 0));
  g_autoptr(GBytes) der = fidotool_bytes_unbase64(anchor);
  g_autofree char *digest = fidotool_bytes_sha256_hex(
      g_bytes_get_data(der, NULL), g_bytes_get_size(der));

  (void)state;
  assert_string_equal(fidotool_json_get_text(answer, "error"), "");
  assert_string_equal(fidotool_json_get_text(answer, "type"), "basic");
  assert_string_equal(fidotool_json_get_text(answer, "anchor"), digest);
  assert_string_equal(fidotool_json_get_text(answer, "aaguid"),
                      "6b657974-7572-4e20-8000-746573740001");
  assert_string_equal(fidotool_json_get_text(answer, "cred"),
                      "AQIDBAUGBwgJCgsMDQ4PEA==");
  assert_int_equal(fidotool_json_get_int(answer, "alg", 0), -7);
  assert_int_equal(fidotool_json_get_int(answer, "up", 9), 1);
  assert_int_equal(fidotool_json_get_int(answer, "uv", 9), 1);
  assert_int_equal(fidotool_json_get_int(answer, "be", 9), 0);
  assert_int_equal(fidotool_json_get_int(answer, "bs", 9), 0);
  assert_int_equal(fidotool_json_get_int(answer, "sign_count", 0), 7);
  assert_true(g_str_has_prefix(
      fidotool_json_get_text(answer, "ssh_key"),
      "AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYA"));
}

/* A refused registration leaves no key behind that somebody could store. */
static void
a_malformed_key_is_not_handed_on(void **state)
{
  static const MakeRegistration spec = {.key = "a0"};
  g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);
  g_autoptr(FidotoolJson) answer = judge(request);

  (void)state;
  assert_string_equal(fidotool_json_get_text(answer, "statement"),
                      "malformed-cose-key");
  assert_string_equal(fidotool_json_get_text(answer, "public_key"), "");
  assert_string_equal(fidotool_json_get_text(answer, "ssh_key"), "");
}

static void
two_faults_are_invalid_whatever_their_names(void **state)
{
  static const MakeRegistration spec = {
      .style = MAKE_NONE, .alg = -65535, .other_challenge = true};
  g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);

  (void)state;
  assert_true(make_registration_judges(request, "invalid", NULL,
                                       "registration/R4 registration/R17"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unreadable_requests_say_so),
      cmocka_unit_test(a_request_over_a_mebibyte_is_refused),
      cmocka_unit_test(bad_anchors_and_times_are_errors),
      cmocka_unit_test(a_response_that_is_none_is_refused),
      cmocka_unit_test(bad_stored_credentials_are_errors),
      cmocka_unit_test(an_answer_holds_the_facts),
      cmocka_unit_test(a_malformed_key_is_not_handed_on),
      cmocka_unit_test(two_faults_are_invalid_whatever_their_names),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
