/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogues are found beside a program that was not installed, and the
 * language changes while it runs, whatever it was before. */
#include "tests/testing.h"

#include <glib/gi18n.h>
#include <stdbool.h>
#include <string.h>

#include "kiosk/language.h"
#include "kiosk/words.h"

static void
go_to(const char *id)
{
  for (int i = 0; i < 5 && strcmp(kiosk_language_current(), id) != 0; i++)
    kiosk_language_next();
  assert_string_equal(kiosk_language_current(), id);
}

static void
a_message_follows_the_language(void **state)
{
  static const struct {
    const char *id, *text;
  } rows[] = {{"en", "Take the key out."},
              {"de", "Nehmen Sie den Schlüssel heraus."},
              {"ar", "أخرج المفتاح."},
              {"en", "Take the key out."}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = NULL;

    go_to(rows[i].id);
    text = kiosk_words_text("key.remove", 0, NULL);
    assert_string_equal(text, rows[i].text);
    assert_true(kiosk_language_is_rtl() == (strcmp(rows[i].id, "ar") == 0));
  }
}

/* GLib's way is what templates take: it must not have decided for good in the
 * first language that there is nothing to translate. */
static void
a_template_follows_the_language(void **state)
{
  (void)state;
  go_to("en");
  assert_string_equal(g_dgettext(GETTEXT_PACKAGE, "Staff"), "Staff");
  go_to("de");
  assert_string_equal(g_dgettext(GETTEXT_PACKAGE, "Staff"), "Mitarbeitende");
}

static void
numbers_have_their_forms(void **state)
{
  g_autofree char *one = NULL, *seven = NULL, *three = NULL, *eleven = NULL;

  (void)state;
  go_to("de");
  one = kiosk_words_text("pin.wrong.n", 1, NULL);
  seven = kiosk_words_text("pin.wrong.n", 7, NULL);
  assert_string_equal(one, "Falsche PIN. Noch 1 Versuch.");
  assert_string_equal(seven, "Falsche PIN. Noch 7 Versuche.");
  go_to("ar");
  three = kiosk_words_text("pin.wrong.n", 3, NULL);
  eleven = kiosk_words_text("pin.wrong.n", 11, NULL);
  assert_string_equal(three, "رمز PIN خاطئ. بقيت 3 محاولات.");
  assert_string_equal(eleven, "رمز PIN خاطئ. بقيت 11 محاولة.");
}

static void
names_have_their_context(void **state)
{
  g_autofree char *open = NULL, *lost = NULL, *unknown = NULL;

  (void)state;
  go_to("de");
  open = kiosk_words_name("state", "open");
  lost = kiosk_words_name("key", "lost");
  unknown = kiosk_words_name("key", "new");
  assert_string_equal(open, "Eröffnet");
  assert_string_equal(lost, "Verloren");
  assert_string_equal(unknown, "new");
}

/* What recoveryd says in English is shown in the language; what is not known
 * stays as it came. */
static void
a_refusal_is_translated(void **state)
{
  (void)state;
  go_to("de");
  assert_string_equal(
      kiosk_language_text("Somebody of the same team approved this case "
                          "already."),
      "Jemand aus demselben Team hat diesen Fall schon genehmigt.");
  assert_string_equal(kiosk_language_text("An approver of another team."),
                      "Jemand aus einem anderen Team.");
  assert_string_equal(kiosk_language_text("Approve the recovery of a lost key"),
                      "Den Ersatz eines verlorenen Schlüssels genehmigen");
  assert_string_equal(kiosk_language_text("Evidence"), "Nachweis");
  assert_string_equal(kiosk_language_text("no such text"), "no such text");
  assert_string_equal(kiosk_language_text(""), "");
}

static void
the_next_person_begins_in_the_stations_language(void **state)
{
  (void)state;
  go_to("ar");
  kiosk_language_reset();
  assert_string_equal(kiosk_language_current(), "en");
  assert_string_equal(kiosk_language_next_name(), "Deutsch");
}

static void
an_unknown_language_is_not_known(void **state)
{
  (void)state;
  assert_true(kiosk_language_known("de"));
  assert_false(kiosk_language_known("DE"));
  assert_false(kiosk_language_known(""));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_follows_the_language),
      cmocka_unit_test(a_template_follows_the_language),
      cmocka_unit_test(numbers_have_their_forms),
      cmocka_unit_test(names_have_their_context),
      cmocka_unit_test(a_refusal_is_translated),
      cmocka_unit_test(the_next_person_begins_in_the_stations_language),
      cmocka_unit_test(an_unknown_language_is_not_known),
  };

  kiosk_language_init("en");
  return cmocka_run_group_tests(tests, NULL, NULL);
}
