/* SPDX-License-Identifier: Apache-2.0 */
/* What recoveryd says is said in the language of the screen, and what stands
 * in it stays where it is put. */
#include "tests/testing.h"

#include <string.h>

#include "kiosk/language.h"
#include "kiosk/message.h"

#define FSI "\u2068"
#define PDI "\u2069"

static void
expect(const char *language, const char *row, const char *text)
{
  g_autofree char *json = g_strdelimit(g_strdup(row), "'", '"');
  g_autoptr(FidotoolJson) parsed =
      fidotool_json_parse(json, strlen(json), NULL);
  g_autofree char *said = NULL;

  assert_non_null(parsed);
  for (int i = 0; i < 5 && strcmp(kiosk_language_current(), language) != 0; i++)
    kiosk_language_next();
  said = kiosk_message_text(parsed, "text");
  assert_string_equal(said, text);
}

#define NO_PERMIT                                                              \
  "{'text':'whole','text_says':{'format':'no permit of journey recovery "      \
  "accepts this key: its class is {class}','args':{'class':'"

static void
a_text_is_said_in_each_language(void **state)
{
  (void)state;
  expect("en", "{'text':'There is no such case.'}", "There is no such case.");
  expect("de", "{'text':'There is no such case.'}",
         "Diesen Fall gibt es nicht.");
  expect("de", NO_PERMIT "synced'}}}",
         "keine Erlaubnis für die Wiederherstellung nimmt diesen Schlüssel an: "
         "er ist von der Klasse " FSI "synced" PDI);
  expect("en", NO_PERMIT "synced'}}}",
         "no permit of journey recovery accepts this key: its class is " FSI
         "synced" PDI);
  /* A word of ours is one in what stands in it, too. */
  expect("de",
         "{'text_says':{'format':'{class} ({facts})','args':{'class':'k',"
         "'facts':{'between':'{one}, {other}','items':["
         "{'format':'attested'},{'format':'device-bound'}]}}}}",
         FSI "k" PDI " (attestiert, gerätegebunden)");
  expect("de",
         "{'text_says':{'format':'Not yet: this version does not carry out "
         "{act}.','args':{'act':'nonsense'}}}",
         "Noch nicht: Diese Version führt " FSI "nonsense" PDI " nicht aus.");
}

/* Neither the one nor the other turns what stands around it. */
static void
what_stands_in_it_is_hostile(void **state)
{
  g_autoptr(GString) row = g_string_new(NO_PERMIT);
  g_autoptr(GString) text = g_string_new(
      "no permit of journey recovery accepts this key: its class is " FSI);

  (void)state;
  expect("en", NO_PERMIT "a\u202eb\u2069c\\nd {class}'}}}",
         "no permit of journey recovery accepts this key: its class is " FSI
         "a\ufffdb\ufffdc d {class}" PDI);
  expect("en", "{'text_says':{'format':'x\u2067y\u202e'}}", "x\ufffdy\ufffd");
  for (int i = 0; i < 500; i++)
    g_string_append(row, "ä");
  for (int i = 0; i < 60; i++)
    g_string_append(text, "ä");
  g_string_append(row, "'}}}");
  g_string_append(text, "…" PDI);
  expect("en", row->str, text->str);
}

/* What makes no sense is no message; the whole text is there. */
static void
nonsense_is_the_text_as_it_came(void **state)
{
  (void)state;
  expect("de", "{}", "");
  expect("de", "{'text':'as it\u202e came'}", "as it\ufffd came");
  expect("de", "{'text':'There is no such case.','text_says':{'args':1}}",
         "Diesen Fall gibt es nicht.");
  expect("de", "{'text':'There is no such case.','text_says':'x'}",
         "Diesen Fall gibt es nicht.");
}

static void
a_cut_closes_what_it_opened(void **state)
{
  static const struct {
    const char *text;
    int max;
    const char *cut;
  } rows[] = {
      {"abc", 3, "abc"},
      {"abcd", 3, "abc…"},
      {FSI "ab" PDI "c", 3, FSI "ab" PDI "c"},
      {FSI "abcd" PDI, 2, FSI "ab…" PDI},
      {FSI "a" FSI "bcd" PDI PDI, 2, FSI "a" FSI "b…" PDI PDI},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *cut = kiosk_message_cut(rows[i].text, rows[i].max);

    assert_string_equal(cut, rows[i].cut);
  }
}

static void
nothing_is_said_that_only_the_eye_needs(void **state)
{
  g_autofree char *spoken = kiosk_message_spoken("is " FSI "a\u2069b" PDI " c");

  (void)state;
  assert_string_equal(spoken, "is ab c");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_text_is_said_in_each_language),
      cmocka_unit_test(what_stands_in_it_is_hostile),
      cmocka_unit_test(nonsense_is_the_text_as_it_came),
      cmocka_unit_test(a_cut_closes_what_it_opened),
      cmocka_unit_test(nothing_is_said_that_only_the_eye_needs),
  };

  kiosk_language_init("en");
  return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
