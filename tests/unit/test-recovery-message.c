/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-message.c */
#include "recovery/format/message.h"

#include <glib.h>
#include <string.h>

#include "tests/testing.h"

static FidotoolJson *
parse(const char *text)
{
  return fidotool_json_parse(text, strlen(text), NULL);
}

static void
what_stands_in_a_place_is_put_there(void **state)
{
  static const struct {
    const char *message, *text;
  } rows[] = {
      {"{'format':'all of it'}", "all of it"},
      {"{'format':'a {b} c','args':{'b':'x'}}", "a x c"},
      {"{'format':'{b}{b}','args':{'b':'x'}}", "xx"},
      /* What was put in is not looked at again. */
      {"{'format':'{a} {b}','args':{'a':'{b}','b':'%s {a}'}}", "{b} %s {a}"},
      /* Nothing is there for it, or it is no place. */
      {"{'format':'{a} {A} {} { %s','args':{'A':'x'}}", "{a} {A} {} { %s"},
      {"{'format':'is {c}','args':{'c':{'format':'in {d}','args':{'d':'e'}}}}",
       "is in e"},
      {"{'format':'{l}','args':{'l':{'between':'{one}, {other}','items':[]}}}",
       ""},
      {"{'format':'{l}','args':{'l':{'between':'{one}, {other}','items':"
       "['{other}','b',{'format':'c'}]}}}",
       "{other}, b, c"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strdelimit(g_strdup(rows[i].message), "'", '"');
    g_autoptr(FidotoolJson) message = parse(text);
    g_autofree char *said = recovery_message_write(message, NULL);

    assert_non_null(message);
    assert_non_null(said);
    assert_string_equal(said, rows[i].text);
  }
}

static void
what_makes_no_sense_is_no_message(void **state)
{
  static const char *const rows[] = {
      "{}",
      "[]",
      "{'format':1}",
      "{'args':{'a':'b'}}",
      "{'format':'{a}','args':{'a':1}}",
      "{'format':'{a}','args':{'a':null}}",
      "{'format':'{a}','args':{'a':[]}}",
      "{'format':'{a}','args':{'a':{'between':'{one}','items':['x',2]}}}",
  };

  (void)state;
  assert_null(recovery_message_write(NULL, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strdelimit(g_strdup(rows[i]), "'", '"');
    g_autoptr(FidotoolJson) message = parse(text);

    assert_non_null(message);
    assert_null(recovery_message_write(message, NULL));
  }
}

/* It may come from anywhere. */
static void
a_message_has_an_end(void **state)
{
  FidotoolJson *deep = recovery_message_new("x");
  FidotoolJson *list = recovery_message_list("{one}{one}{other}");
  FidotoolJson *wide = recovery_message_new("{list}");

  (void)state;
  for (int i = 0; i < 30; i++) {
    FidotoolJson *around = recovery_message_new("{in}");

    recovery_message_put(around, "in", deep);
    deep = around;
  }
  assert_null(recovery_message_write(deep, NULL));
  fidotool_json_free(deep);
  for (int i = 0; i < 40; i++) /* would double each time */
    recovery_message_add(list, fidotool_json_new_text("x"));
  recovery_message_put(wide, "list", list);
  assert_null(recovery_message_write(wide, NULL));
  fidotool_json_free(wide);
}

static char *
shout(const char *format)
{
  return g_ascii_strup(format, -1);
}

static char *
name_it(const char *name, const char *text)
{
  return g_strdup_printf("<%s=%s>", name, text);
}

/* Formats are said in another language, and arguments are told by name. */
static void
a_language_words_each_part(void **state)
{
  static const RecoveryMessageWords words = {shout, name_it};
  g_autoptr(FidotoolJson) message = recovery_message_new("for {A} now");
  g_autofree char *said = NULL;

  (void)state;
  recovery_message_put_text(message, "A", "none");
  said = recovery_message_write(message, &words);
  assert_string_equal(said, "FOR {A} NOW"); /* names are small letters */
  g_free(said);
  fidotool_json_free(message);
  message = parse("{\"format\":\"1 {a}\",\"args\":{\"a\":{\"between\":\"{one}/"
                  "{other}\",\"items\":[\"x\",\"y\"]}}}");
  said =
      recovery_message_write(message, &(RecoveryMessageWords){NULL, name_it});
  assert_string_equal(said, "1 <a=x>/<a=y>");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_stands_in_a_place_is_put_there),
      cmocka_unit_test(what_makes_no_sense_is_no_message),
      cmocka_unit_test(a_message_has_an_end),
      cmocka_unit_test(a_language_words_each_part),
  };

  return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
