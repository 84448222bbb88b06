/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-note.c - a private note is of one length, whatever it says. */
#include "recovery/format/note.h"
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"

static void
a_note_is_of_one_length(void **state)
{
  g_autofree char *full = g_strnfill(RECOVERY_NOTE_BYTES, 'x');
  const char *const texts[] = {NULL, "", "x", "\"\\\"", "\xc3\xa9", full};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *note = recovery_note_fill(texts[i], &error);

    assert_null(error);
    assert_int_equal(strlen(note), RECOVERY_NOTE_BYTES);
    /* It is as long in JSON, too. */
    assert_null(strpbrk(note, "\"\\"));
  }
}

static void
what_is_no_line_is_no_note(void **state)
{
  g_autofree char *long_one = g_strnfill(RECOVERY_NOTE_BYTES + 1, 'x');
  const char *const texts[] = {"two\nlines", "\x7f", "\xff", long_one};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;

    assert_null(recovery_note_fill(texts[i], &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE));
  }
}

static void
blanks_say_nothing(void **state)
{
  g_autofree char *empty = recovery_note_fill(NULL, NULL);
  g_autofree char *note = recovery_note_fill(" somebody  waits ", NULL);
  g_autofree char *text = recovery_note_text(note);

  (void)state;
  assert_null(recovery_note_text(empty));
  assert_null(recovery_note_text(""));
  assert_string_equal(text, " somebody  waits");
}

static void
the_steps_of_staff_carry_one(void **state)
{
  static const char *const steps[] = {
      "case.open",   "case.start_proofing", "case.add_evidence",
      "case.amend",  "case.submit",         "case.approve",
      "case.refuse", "case.activate"};
  static const char *const others[] = {"case.check", "case.withdraw",
                                       "case.made", "role.activate", "no.such"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
    assert_true(recovery_note_is_carried(steps[i]));
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
    assert_false(recovery_note_is_carried(others[i]));
  assert_false(recovery_note_is_carried(NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_note_is_of_one_length),
      cmocka_unit_test(what_is_no_line_is_no_note),
      cmocka_unit_test(blanks_say_nothing),
      cmocka_unit_test(the_steps_of_staff_carry_one),
  };

  return cmocka_run_group_tests_name("recovery-note", tests, NULL, NULL);
}
