/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-facts.c - what may be believed of a registration, and why. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/request.h"
#include "make-registration.h"

/* The facts of a registration; more members of the request as JSON, or NULL. */
static FidotoolJson *
facts_of(const MakeRegistration *spec, const char *more)
{
  g_autoptr(FidotoolJson) request = make_registration(spec, NULL);
  g_autoptr(FidotoolJson) answer = NULL;
  g_autoptr(FidotoolJson) result = NULL;
  g_autofree char *text = NULL, *answer_text = NULL;
  const char *result_text;
  size_t len, answer_len;

  make_registration_merge(request, more);
  text = fidotool_json_write(request, &len);
  answer_text = fidotool_request_judge(text, len, &answer_len);
  answer = fidotool_json_parse(answer_text, answer_len, NULL);
  result_text = fidotool_json_get_text(answer, "result");
  assert_non_null(result_text);
  result = fidotool_json_parse(result_text, strlen(result_text), NULL);
  assert_non_null(fidotool_json_get(result, "facts"));
  return fidotool_json_take(result, "facts");
}

/* "source value", or the source alone. */
static void
assert_fact(const FidotoolJson *facts, const char *name, const char *expected)
{
  const FidotoolJson *fact = fidotool_json_get(facts, name);
  const FidotoolJson *value = fidotool_json_get(fact, "value");
  g_autofree char *text = value ? fidotool_json_write(value, NULL) : NULL;
  g_autofree char *said =
      g_strdup_printf("%s%s%s", fidotool_json_get_text(fact, "source"),
                      text ? " " : "", text ? text : "");

  if (strcmp(said, expected) != 0)
    fail_msg("%s: %s, not %s", name, said, expected);
}

static void
what_an_anchor_vouches_for_is_attested(void **state)
{
  g_autoptr(FidotoolJson) facts =
      facts_of(&(MakeRegistration){.response = NULL}, NULL);

  (void)state;
  assert_fact(facts, "aaguid",
              "attested \"6b657974-7572-4e20-8000-746573740001\"");
  assert_fact(facts, "alg", "attested -7");
  assert_fact(facts, "attestation", "attested \"basic\"");
  assert_fact(facts, "be", "attested false");
  assert_fact(facts, "bs", "attested false");
  assert_fact(facts, "format", "attested \"packed\"");
  assert_fact(facts, "u2f_only", "attested false");
  assert_fact(facts, "uv", "attested true");
  /* nobody was asked about the model, and nobody said more */
  assert_fact(facts, "certification", "unknown");
  assert_fact(facts, "certification_now", "unknown");
  assert_fact(facts, "firmware", "unknown");
  assert_fact(facts, "key_protection", "unknown");
  assert_fact(facts, "model", "unknown");
  assert_fact(facts, "serial", "unknown");
  assert_fact(facts, "statuses", "unknown");
  assert_fact(facts, "statuses_now", "unknown");
  assert_fact(facts, "transports", "unknown");
  assert_int_equal(fidotool_json_size(facts), 17);
}

static void
what_no_anchor_vouches_for_is_the_keys_word(void **state)
{
  const MakeRegistration specs[] = {
      {.style = MAKE_SELF},
      {.style = MAKE_NONE},
      {.chain = MAKE_CHAIN_OTHER_ROOT},
      {.chain = MAKE_CHAIN_NO_ANCHORS},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(specs); i++) {
    g_autoptr(FidotoolJson) facts = facts_of(&specs[i], NULL);

    assert_fact(facts, "aaguid",
                "self-reported \"6b657974-7572-4e20-8000-746573740001\"");
    assert_fact(facts, "uv", "self-reported true");
    assert_fact(facts, "be", "self-reported false");
    assert_fact(facts, "serial", "unknown");
  }
}

/* The anchor vouches for somebody of that maker, not for this model. */
static void
a_certificate_that_names_no_model_proves_none(void **state)
{
  g_autoptr(FidotoolJson) facts =
      facts_of(&(MakeRegistration){.leaf = {.model = MAKE_MODEL_ABSENT}}, NULL);

  (void)state;
  assert_fact(facts, "aaguid",
              "self-reported \"6b657974-7572-4e20-8000-746573740001\"");
  assert_fact(facts, "uv", "attested true");
}

static void
what_is_not_valid_says_nothing(void **state)
{
  g_autoptr(FidotoolJson) facts = facts_of(
      &(MakeRegistration){
          .sig = MAKE_SIG_OTHER_DATA,
          .inner = "{\"transports\":[\"usb\"]}",
      },
      "{\"info\":{\"firmware_version\":5}}");

  (void)state;
  for (size_t i = 0; i < fidotool_json_size(facts); i++)
    assert_fact(facts, fidotool_json_name(facts, i), "unknown");
}

static void
what_client_and_key_say_stays_their_word(void **state)
{
  g_autoptr(FidotoolJson) facts = facts_of(
      &(MakeRegistration){
          .inner = "{\"transports\":[\"usb\",7,\"nfc\","
                   "\"much-longer-than-any-transport\"]}",
      },
      "{\"info\":{\"firmware_version\":328966}}");

  (void)state;
  assert_fact(facts, "transports", "self-reported [\"usb\",\"nfc\"]");
  assert_fact(facts, "firmware", "self-reported 328966");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_an_anchor_vouches_for_is_attested),
      cmocka_unit_test(what_no_anchor_vouches_for_is_the_keys_word),
      cmocka_unit_test(a_certificate_that_names_no_model_proves_none),
      cmocka_unit_test(what_is_not_valid_says_nothing),
      cmocka_unit_test(what_client_and_key_say_stays_their_word),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
