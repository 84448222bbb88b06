/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-jcs.c - one spelling of each line: what is read is what would
 * be written, and nothing else is read. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/format/jcs.h"

static void
what_is_read_is_written_alike(void **state)
{
  static const char *const lines[] = {
      "{}",
      "{\"a\":0}",
      "{\"a\":-1}",
      "{\"a\":9007199254740991,\"b\":-9007199254740991}",
      "{\"a\":[],\"a_b\":{},\"b\":[1,\"x\",{\"c\":[]}]}",
      "{\"a\":\"\\\"\\\\/\"}",
      "{\"a\":\"\xc3\xa9 \xe2\x80\x94 \xf0\x9f\x94\x91\"}",
      "{\"_\":1,\"a\":2,\"aa\":3}",
      "{\"a\":[[[[[[[]]]]]]]}",
      "{\"a\":\"\xc2\x80\"}",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(FidotoolJson) json =
        recovery_jcs_read(lines[i], strlen(lines[i]), RECOVERY_JCS_MAX, NULL);
    g_autofree char *again = NULL;
    size_t len;

    assert_non_null(json);
    again = recovery_jcs_write(json, &len, NULL);
    assert_int_equal(len, strlen(lines[i]));
    assert_string_equal(again, lines[i]);
  }
}

#define LINE(text)                                                             \
  {                                                                            \
    text, sizeof(text) - 1                                                     \
  }

static void
every_other_spelling_is_refused(void **state)
{
  static const struct {
    const char *text;
    size_t len;
  } lines[] = {
      LINE(""),
      LINE("{"),
      LINE("}"),
      LINE("[]"),
      LINE("10"),
      LINE("\"ab\""),
      LINE("{}\n"),
      LINE(" {}"),
      LINE("{} "),
      LINE("{ }"),
      LINE("{}{}"),
      LINE("\xef\xbb\xbf{}"),
      LINE("{\"a\": 1}"),
      LINE("{\"a\" :1}"),
      LINE("{\"a\":1,}"),
      LINE("{,\"a\":1}"),
      LINE("{\"a\":1 ,\"b\":2}"),
      LINE("{\"a\":[1,]}"),
      LINE("{\"a\":[,1]}"),
      LINE("{\"a\":[1 ]}"),
      LINE("{\"a\":[1}"),
      LINE("{\"a\":01}"),
      LINE("{\"a\":00}"),
      LINE("{\"a\":-0}"),
      LINE("{\"a\":-01}"),
      LINE("{\"a\":+1}"),
      LINE("{\"a\":-}"),
      LINE("{\"a\":1.0}"),
      LINE("{\"a\":1e3}"),
      LINE("{\"a\":0x1}"),
      LINE("{\"a\":9007199254740992}"),
      LINE("{\"a\":-9007199254740992}"),
      LINE("{\"a\":99999999999999999999}"),
      LINE("{\"a\":true}"),
      LINE("{\"a\":false}"),
      LINE("{\"a\":null}"),
      LINE("{\"a\":NaN}"),
      LINE("{\"a\":}"),
      LINE("{\"a\"}"),
      LINE("{a:1}"),
      LINE("{'a':1}"),
      LINE("{\"\":1}"),
      LINE("{\"A\":1}"),
      LINE("{\"a1\":1}"),
      LINE("{\"a-b\":1}"),
      LINE("{\"\\u0061\":1}"),
      LINE("{\"b\":1,\"a\":1}"),
      LINE("{\"a\":1,\"a\":1}"),
      LINE("{\"aa\":1,\"a\":1}"),
      LINE("{\"a\":\"\\n\"}"),
      LINE("{\"a\":\"\\/\"}"),
      LINE("{\"a\":\"\\u0041\"}"),
      LINE("{\"a\":\"\\u001f\"}"),
      LINE("{\"a\":\"\t\"}"),
      LINE("{\"a\":\"\x7f\"}"),
      LINE("{\"a\":\"\x01\"}"),
      LINE("{\"a\":\"\0\"}"),
      LINE("{\"a\":1}\0"),
      LINE("{\"a\":\"x}"),
      LINE("{\"a\":\"x\\\"}"),
      LINE("{\"a\":\"\\"),
      LINE("{\"a\":\"\xff\"}"),
      LINE("{\"a\":\"\xc0\x80\"}"),
      LINE("{\"a\":\"\xed\xa0\x80\"}"),
      LINE("{\"a\":\"\xf4\x90\x80\x80\"}"),
      LINE("{\"a\":\"\xc3\"}"),
      LINE("{\"a\":[[[[[[[[]]]]]]]]}"),
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(FidotoolJson) json = recovery_jcs_read(
        lines[i].text, lines[i].len, RECOVERY_JCS_MAX, &error);

    if (json != NULL)
      fail_msg("read: %s", lines[i].text);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  }
}

static void
a_line_has_a_size(void **state)
{
  g_autofree char *text = g_malloc(RECOVERY_JCS_MAX + 2);
  size_t len = RECOVERY_JCS_MAX;
  g_autoptr(FidotoolJson) json = NULL;

  (void)state;
  memset(text, 'x', RECOVERY_JCS_MAX + 1);
  memcpy(text, "{\"a\":\"", 6);
  memcpy(text + len - 2, "\"}", 2);
  json = recovery_jcs_read(text, len, RECOVERY_JCS_MAX, NULL);
  assert_non_null(json);
  assert_null(recovery_jcs_read(text, len, RECOVERY_JCS_MAX - 1, NULL));
}

static void
what_a_line_cannot_hold_is_not_written(void **state)
{
  FidotoolJson *values[] = {
      fidotool_json_new_null(),
      fidotool_json_new_bool(true),
      fidotool_json_new_text("a\nb"),
      fidotool_json_new_text("\x7f"),
      fidotool_json_parse("1.5", 3, NULL),
      fidotool_json_parse("[[[[[[[[1]]]]]]]]", 17, NULL),
      fidotool_json_parse("{\"A\":1}", 7, NULL),
      fidotool_json_parse("[null]", 6, NULL),
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autoptr(FidotoolJson) object = fidotool_json_new_object();
    g_autoptr(GError) error = NULL;

    assert_non_null(values[i]);
    fidotool_json_set(object, "a", values[i]);
    assert_null(recovery_jcs_write(object, NULL, &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  }
}

static void
an_array_is_no_line(void **state)
{
  g_autoptr(FidotoolJson) array = fidotool_json_new_array();

  (void)state;
  assert_null(recovery_jcs_write(array, NULL, NULL));
}

static void
ids_and_digests_have_one_form(void **state)
{
  char long_id[66];

  (void)state;
  memset(long_id, 'a', sizeof(long_id));
  long_id[65] = '\0';
  assert_false(recovery_jcs_is_id(long_id));
  long_id[64] = '\0';
  assert_true(recovery_jcs_is_id(long_id));
  assert_true(recovery_jcs_is_id("a"));
  assert_true(recovery_jcs_is_id("0-a-"));
  assert_false(recovery_jcs_is_id(""));
  assert_false(recovery_jcs_is_id(NULL));
  assert_false(recovery_jcs_is_id("-a"));
  assert_false(recovery_jcs_is_id("A"));
  assert_false(recovery_jcs_is_id("a.b"));
  assert_false(recovery_jcs_is_id("a,b"));
  assert_false(recovery_jcs_is_id("a*"));
  assert_true(recovery_jcs_is_hex("00ff", 2));
  assert_false(recovery_jcs_is_hex("00FF", 2));
  assert_false(recovery_jcs_is_hex("00f", 2));
  assert_false(recovery_jcs_is_hex("00fff", 2));
  assert_false(recovery_jcs_is_hex("00fg", 2));
  assert_false(recovery_jcs_is_hex(NULL, 2));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_read_is_written_alike),
      cmocka_unit_test(every_other_spelling_is_refused),
      cmocka_unit_test(a_line_has_a_size),
      cmocka_unit_test(what_a_line_cannot_hold_is_not_written),
      cmocka_unit_test(an_array_is_no_line),
      cmocka_unit_test(ids_and_digests_have_one_form),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
