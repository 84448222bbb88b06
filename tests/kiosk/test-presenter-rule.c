/* SPDX-License-Identifier: Apache-2.0 */
/* A refusal is worded for the user by its rule, whatever the rule is. */
#include "tests/testing.h"

#include <glib.h>

#include "kiosk/presenter-rule.h"
#include "kiosk/words.h"

static void
each_rule_has_plain_words(void **state)
{
  static const struct {
    const char *rule, *word;
  } rows[] = {
      {"preflight-version", "rule.user.old"},
      {"preflight-verification", "key.lacks.pin"},
      {"registration/R21", "rule.user.attest"},
      {"registration/R23", "key.known"},
      {"assertion/A1", "rule.user.attest"},
      {"software-key", "rule.user.attest"},
      {"attestation", "rule.user.attest"},
      {"preflight-attestation", "rule.user.attest"},
      {"class", "rule.user.model"},
      {"no-permit", "rule.user.model"},
      {"recovery.issue", "rule.user.model"},
      {"recovery-requirement", "rule.user.model"},
      {"recovery-forbid", "rule.user.other"},
      {"person-unknown", "rule.user.other"},
      {"person-no-permit", "rule.user.other"},
      {"state", "rule.user.late"},
      {"made-after-approval", "rule.user.late"},
      {"made-already", "rule.user.enough"},
      {"statement-unknown", "rule.user.again"},
      {"clock", "rule.user.other"},
      {"a-rule-of-next-year", "rule.user.other"},
      {"", "rule.user.other"},
      {NULL, "rule.user.other"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *word = kiosk_presenter_rule_word(rows[i].rule);

    assert_string_equal(word, rows[i].word);
    assert_non_null(kiosk_words_find(word));
    assert_int_not_equal(kiosk_words_find(word)->audience, KIOSK_FOR_STAFF);
  }
}

/* Nobody learns from the words whether there is such a case. */
static void
a_code_that_is_none_is_worded_like_one_of_no_case(void **state)
{
  (void)state;
  assert_string_equal(kiosk_presenter_rule_contest_word("code"), "code.format");
  assert_string_equal(kiosk_presenter_rule_contest_word("state"),
                      "contest.late");
  assert_string_equal(kiosk_presenter_rule_contest_word("contested-before"),
                      "contest.late");
  assert_string_equal(kiosk_presenter_rule_contest_word(NULL), "contest.late");
}

/* Nobody at a screen can type a command. */
static void
staff_are_told_what_can_be_done_here(void **state)
{
  (void)state;
  assert_string_equal(kiosk_presenter_rule_staff_word("case-unknown"),
                      "case.unknown");
  assert_non_null(kiosk_words_find("case.unknown"));
  assert_null(kiosk_presenter_rule_staff_word("tier"));
  assert_null(kiosk_presenter_rule_staff_word(NULL));
  assert_string_equal(
      kiosk_presenter_rule_enough("fidotool case list shows them."), "");
  assert_string_equal(kiosk_presenter_rule_enough("Somebody of another team."),
                      "Somebody of another team.");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_rule_has_plain_words),
      cmocka_unit_test(staff_are_told_what_can_be_done_here),
      cmocka_unit_test(a_code_that_is_none_is_worded_like_one_of_no_case),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
