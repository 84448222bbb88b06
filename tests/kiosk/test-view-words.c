/* SPDX-License-Identifier: Apache-2.0 */
/* What a statement says is said in words; nothing of it is lost or bent. */
#include "tests/testing.h"

#include <glib.h>
#include <stdlib.h>
#include <time.h>

#include "kiosk/view-words.h"

static void
words_and_moments_are_readable(void **state)
{
  static const struct {
    const char *label, *text, *shown;
  } rows[] = {
      /* clang-format off */
      { "Reason",       "lost", "Lost" },
      { "Kind of case", "recover", "Recovery of a lost key" },
      { "Slots",        "helpdesk-lead, other-team", "Help-desk lead, Another team" },
      { "Your contact", "called_back", "I have called this person back" },
      { "Lost since",   "2026-11-27T00:00:00.000Z", "27 November 2026, 00:00" },
      { "Expires",      "2026-11-28T15:21:41.457Z", "28 November 2026, 15:21" },
      { "Evidence",     "method chip, result ok, type passport", "Passport · Chip read · In order" },
      { "Evidence",     "issuer NL, method visual, result failed, type id-card",
        "Identity card · Looked at · Not in order · Issued by (country or office): NL" },
      /* clang-format on */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = kiosk_view_words_text(rows[i].label, rows[i].text);

    assert_string_equal(text, rows[i].shown);
  }
}

/* Also where somebody typed it to look like another line. */
static void
what_is_not_known_stands_as_it_is(void **state)
{
  static const struct {
    const char *label, *text;
  } rows[] = {
      /* clang-format off */
      { "Reason",       "a-new-reason" },
      { "Person",       "lost" },
      { "Station",      "st-01" },
      { "Lost since",   "yesterday" },
      { "Evidence",     "method chip, mood good, type passport" },
      { "Evidence",     "issuer NL, result ok, method chip, result failed, type passport" },
      { "Evidence",     "passport" },
      { "Evidence",     "" },
      { "No such line", "ok" },
      /* clang-format on */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = kiosk_view_words_text(rows[i].label, rows[i].text);

    assert_string_equal(text, rows[i].text);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_and_moments_are_readable),
      cmocka_unit_test(what_is_not_known_stands_as_it_is),
  };

  (void)setenv("TZ", "UTC", 1);
  tzset();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
