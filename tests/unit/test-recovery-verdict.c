/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-verdict.c - the verdict is the worst of what was found. */
#include "tests/testing.h"

#include "recovery/audit/verdict.h"
#include "recovery/audit/verify.h"
#include "recovery/error.h"

#define NOWHERE RECOVERY_VERDICT_NO_SEQ

static void
nothing_found_is_good(void **state)
{
  g_autoptr(RecoveryVerdict) verdict = recovery_verdict_new();
  g_autofree char *head = NULL;

  (void)state;
  verdict->entries = 3;
  verdict->origin = g_strdup("example.org/st/1");
  head = recovery_verdict_headline(verdict);
  assert_int_equal(recovery_verdict_code(verdict), 0);
  assert_string_equal(head, "GOOD: 3 entries of example.org/st/1, 0 signatures "
                            "checked, nothing was changed");
}

static void
a_part_of_the_trust_that_lacks_is_not_anchored(void **state)
{
  g_autoptr(RecoveryVerdict) verdict = recovery_verdict_new();
  g_autofree char *head = NULL;

  (void)state;
  verdict->practice = true;
  g_ptr_array_add(verdict->lacking, g_strdup("genesis is not there"));
  head = recovery_verdict_headline(verdict);
  assert_int_equal(recovery_verdict_code(verdict), RECOVERY_ERROR_INCOMPLETE);
  assert_string_equal(head, "PRACTICE NOT ANCHORED: consistent, not anchored: "
                            "genesis is not there");
}

static void
tampering_wins_and_the_first_entry_leads(void **state)
{
  g_autoptr(RecoveryVerdict) verdict = recovery_verdict_new();

  (void)state;
  recovery_verdict_note(verdict, g_strdup("only a remark"));
  assert_int_equal(recovery_verdict_code(verdict), 0);
  recovery_verdict_missing(verdict, 1, "entry 1", "lacks");
  recovery_verdict_missing(verdict, 1, "entry 1", "lacks");
  assert_int_equal(verdict->findings->len, 1);
  assert_int_equal(recovery_verdict_code(verdict), RECOVERY_ERROR_INCOMPLETE);
  assert_false(recovery_verdict_is_tampered(verdict));
  recovery_verdict_tampered(verdict, 7, "entry 7", "bad");
  recovery_verdict_tampered(verdict, 4, "entry 4", "bad");
  assert_int_equal(recovery_verdict_code(verdict), RECOVERY_ERROR_INVALID);
  assert_string_equal(recovery_verdict_worst(verdict)->place, "entry 4");
  recovery_verdict_tampered(verdict, NOWHERE, "export.json", "bad");
  assert_string_equal(recovery_verdict_worst(verdict)->place, "export.json");
}

static void
an_anchor_is_a_size_and_a_root(void **state)
{
  static const char root[] =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  static const char *const sizes[] = {
      "01", "-1", "", " 1", "1 ", "x", "99999999999999999999"};
  RecoveryVerifyAnchor anchor;
  g_autofree char *good = g_strdup_printf("42:%s", root);

  (void)state;
  assert_true(recovery_verify_read_anchor(good, &anchor, NULL));
  assert_int_equal(anchor.size, 42);
  assert_string_equal(anchor.root, root);
  for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree char *text = g_strdup_printf("%s:%s", sizes[i], root);
    g_autoptr(GError) error = NULL;

    assert_false(recovery_verify_read_anchor(text, &anchor, &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE));
  }
  assert_false(recovery_verify_read_anchor("42", &anchor, NULL));
  assert_false(recovery_verify_read_anchor("42:", &anchor, NULL));
  assert_false(recovery_verify_read_anchor("42:00", &anchor, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_found_is_good),
      cmocka_unit_test(a_part_of_the_trust_that_lacks_is_not_anchored),
      cmocka_unit_test(tampering_wins_and_the_first_entry_leads),
      cmocka_unit_test(an_anchor_is_a_size_and_a_root),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
