/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-json.c - JSON is read strictly and written in one spelling;
 * bytes as text have one spelling too. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/json.h"

static void
what_is_written_has_one_spelling(void **state)
{
  static const struct {
    const char *read, *written;
  } rows[] = {
      {"{}", "{}"},
      {" [ 1 , -2 , true , null ] ", "[1,-2,true,null]"},
      {"{\"b\":1,\"a\":{\"d\":[],\"c\":\"\"}}",
       "{\"a\":{\"c\":\"\",\"d\":[]},\"b\":1}"},
      {"\"\\u0041\\n\\/\\\"\\u00e9\\ud83d\\ude00\"",
       "\"A\\n/\\\"\xc3\xa9\xf0\x9f\x98\x80\""},
      {"1.50e3", "1.50e3"},
      {"9007199254740993", "9007199254740993"},
      {"\"\\u001f\"", "\"\\u001f\""},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) json =
        fidotool_json_parse(rows[i].read, strlen(rows[i].read), NULL);
    g_autofree char *text = NULL;

    assert_non_null(json);
    text = fidotool_json_write(json, NULL);
    assert_string_equal(text, rows[i].written);
  }
}

static void
what_is_no_json_is_refused(void **state)
{
  static const char *const rows[] = {
      "",
      "{",
      "[1,]",
      "{\"a\":1,}",
      "{\"a\"1}",
      "{a:1}",
      "01",
      "-",
      "1.",
      "1e",
      "+1",
      "tru",
      "\"\x01\"",
      "\"\\x\"",
      "\"\\u12\"",
      "\"\\ud800\"",
      "\"\\udc00\"",
      "\"\\u0000\"",
      "\"\xff\"",
      "1 2",
      "{} {}",
      "\"a",
      "nul",
      "[1 2]",
      "{\"a\":1,\"a\":2}",
      "{\"a\":1,\"b\":2,\"a\":3}",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    if (fidotool_json_parse(rows[i], strlen(rows[i]), NULL) != NULL)
      fail_msg("read: %s", rows[i]);
}

static void
nesting_has_a_limit(void **state)
{
  g_autofree char *open = g_strnfill(FIDOTOOL_JSON_DEPTH + 1, '[');
  g_autofree char *close = g_strnfill(FIDOTOOL_JSON_DEPTH + 1, ']');
  g_autofree char *deep = g_strconcat(open, close, NULL);
  g_autoptr(FidotoolJson) fine = NULL;

  (void)state;
  assert_null(fidotool_json_parse(deep, strlen(deep), NULL));
  deep[strlen(deep) - 1] = '\0';
  fine = fidotool_json_parse(deep + 1, strlen(deep + 1), NULL);
  assert_non_null(fine);
}

/* Members in falling order were once quadratic. */
static void
many_members_are_read_and_found(void **state)
{
  g_autoptr(GString) text = g_string_new("{");
  g_autoptr(FidotoolJson) json = NULL;

  (void)state;
  for (int i = 60000; i > 0; i--)
    g_string_append_printf(text, "\"%06d\":%d%s", i, i, i > 1 ? "," : "}");
  json = fidotool_json_parse(text->str, text->len, NULL);
  assert_non_null(json);
  assert_int_equal(fidotool_json_size(json), 60000);
  assert_int_equal(fidotool_json_get_int(json, "000042", 0), 42);
  assert_string_equal(fidotool_json_name(json, 0), "000001");
}

static void
getters_take_what_is_not_there(void **state)
{
  g_autoptr(FidotoolJson) json = fidotool_json_parse("{\"a\":[1]}", 9, NULL);

  (void)state;
  assert_null(fidotool_json_get_text(json, "a"));
  assert_null(fidotool_json_get(NULL, "a"));
  assert_null(fidotool_json_at(fidotool_json_get(json, "a"), 1));
  assert_int_equal(fidotool_json_get_int(json, "b", 7), 7);
  assert_true(fidotool_json_get_bool(json, "b", true));
}

/* However many there are: few are sorted in another way than many. */
static void
members_are_in_order_and_there_once(void **state)
{
  (void)state;
  for (unsigned n = 1; n <= 40; n++) {
    g_autoptr(GString) text = g_string_new("{");
    g_autoptr(FidotoolJson) json = NULL;

    for (unsigned i = 0; i < n; i++)
      g_string_append_printf(text, "\"%02u\":%u,", i * 23 % 41, i);
    text->str[text->len - 1] = '}';
    json = fidotool_json_parse(text->str, text->len, NULL);
    assert_int_equal(fidotool_json_size(json), n);
    for (unsigned i = 1; i < n; i++)
      assert_true(strcmp(fidotool_json_name(json, i - 1),
                         fidotool_json_name(json, i)) < 0);
    text->str[text->len - 1] = ',';
    g_string_append(text, "\"00\":1}"); /* 0 * 23 was the first */
    assert_null(fidotool_json_parse(text->str, text->len, NULL));
  }
}

/* Texts are looked at eight bytes at a time: each byte in each place. */
static void
every_byte_counts_wherever_it_stands(void **state)
{
  (void)state;
  for (unsigned at = 0; at < 20; at++)
    for (unsigned byte = 0; byte < 256; byte++) {
      char text[22 + 2];
      g_autoptr(FidotoolJson) json = NULL;
      const bool good =
          byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';

      memset(text, 'a', sizeof(text));
      text[0] = text[sizeof(text) - 1] = '"';
      text[1 + at] = (char)byte;
      json = fidotool_json_parse(text, sizeof(text), NULL);
      assert_int_equal(json != NULL, good);
      if (good)
        assert_int_equal(fidotool_json_text(json)[at], byte);
      if (byte > 0 && byte < 0x80) { /* as we write it ourselves */
        g_autoptr(GString) again = g_string_new(NULL);
        g_autoptr(FidotoolJson) read = NULL;

        text[sizeof(text) - 1] = '\0';
        fidotool_json_write_text(again, text + 1);
        read = fidotool_json_parse(again->str, again->len, NULL);
        assert_string_equal(fidotool_json_text(read), text + 1);
      }
    }
}

static void
bytes_have_one_spelling(void **state)
{
  static const char *const bad64[] = {"AA",    "AA=",  "AB==",    "AA==\n",
                                      " AA==", "A===", "AA=A",    "A-==",
                                      "====",  "AAB=", "A\xff==", "AAAA=AAA"};
  static const char *const badurl[] = {
      "A", "AB", "AA==", "A+", "A/", "AA\n", "AAB", "AAAAA", "A\xc3", "AAAA="};
  uint8_t two[2];

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(bad64); i++)
    assert_null(fidotool_bytes_unbase64(bad64[i]));
  for (size_t i = 0; i < G_N_ELEMENTS(badurl); i++)
    assert_null(fidotool_bytes_unbase64url(badurl[i]));
  assert_true(fidotool_bytes_unhex("00ff", two, 2));
  assert_false(fidotool_bytes_unhex("00FF", two, 2));
  assert_false(fidotool_bytes_unhex("00ff0", two, 2));
  assert_false(fidotool_bytes_unhex("0", two, 2));
  {
    g_autoptr(GBytes) bytes = fidotool_bytes_unbase64url("_-8");
    g_autofree char *hex = fidotool_bytes_hex(g_bytes_get_data(bytes, NULL), 2);

    assert_string_equal(hex, "ffef");
  }
}

/* Against GLib's encoder, which shares nothing with our reader. */
static void
every_length_and_every_digit_comes_back(void **state)
{
  uint8_t data[192];

  (void)state;
  for (size_t i = 0; i < sizeof(data); i++)
    data[i] = (uint8_t)(i * 151 + i / 3);
  for (size_t len = 0; len <= sizeof(data); len++) {
    g_autofree char *text = fidotool_bytes_base64(data, len);
    g_autofree char *url = fidotool_bytes_base64url(data, len);
    g_autoptr(GBytes) wanted = g_bytes_new(data, len);
    g_autoptr(GBytes) read = fidotool_bytes_unbase64(text);
    g_autoptr(GBytes) of_url = fidotool_bytes_unbase64url(url);
    g_autoptr(GBytes) of_part =
        fidotool_bytes_unbase64url_of(url, strlen(url) / 4 * 4);

    assert_true(g_bytes_equal(read, wanted));
    assert_true(g_bytes_equal(of_url, wanted));
    assert_int_equal(g_bytes_get_size(of_part), len / 3 * 3);
  }
}

/* RFC 4231, test case 2; FIPS 180-2, "abc". */
static void
digests_are_those_of_the_standards(void **state)
{
  uint8_t mac[32];
  g_autofree char *hex = NULL;
  g_autofree char *abc = fidotool_bytes_sha256_hex("abc", 3);

  (void)state;
  assert_string_equal(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb4"
                           "10ff61f20015ad");
  fidotool_bytes_hmac("Jefe", 4, "what do ya want for nothing?", 28, mac);
  hex = fidotool_bytes_hex(mac, 32);
  assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839d"
                           "ec58b964ec3843");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_written_has_one_spelling),
      cmocka_unit_test(what_is_no_json_is_refused),
      cmocka_unit_test(nesting_has_a_limit),
      cmocka_unit_test(many_members_are_read_and_found),
      cmocka_unit_test(getters_take_what_is_not_there),
      cmocka_unit_test(members_are_in_order_and_there_once),
      cmocka_unit_test(every_byte_counts_wherever_it_stands),
      cmocka_unit_test(bytes_have_one_spelling),
      cmocka_unit_test(every_length_and_every_digit_comes_back),
      cmocka_unit_test(digests_are_those_of_the_standards),
  };

  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
