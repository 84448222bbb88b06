/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-exception-line.c - the line of an exception: its one form, and
 * the floors that no signature moves. */
#include "recovery/format/exception-line.h"

#include <string.h>

#include "recovery/error.h"
#include "tests/testing.h"

#define LINE                                                                   \
  "{\"app\":[\"wiki\"],\"compensating\":\"network limited to the wiki\","      \
  "\"from\":\"2026-11-01T00:00:00.000Z\",\"id\":\"E1\",\"owner\":\"j-doe\","   \
  "\"population\":[\"contractors\",\"guests\"],\"reason\":\"laptops join in "  \
  "December\",\"review_every_d\":14,\"schema\":\"keyturn-exception/1\","       \
  "\"until\":\"2026-12-01T00:00:00.000Z\",\"waives\":[\"R2\",\"R4\"]}"
#define FROM_S INT64_C(1793491200) /* 2026-11-01 */
#define DAY_S INT64_C(86400)

static char *
with(const char *from, const char *to)
{
  g_auto(GStrv) parts = g_strsplit(LINE, from, -1);

  assert_int_equal(g_strv_length(parts), 2);
  return g_strjoinv(to, parts);
}

static RecoveryExceptionLine *
read_line(const char *text)
{
  g_autoptr(GError) error = NULL;
  RecoveryExceptionLine *line =
      recovery_exception_line_read(text, strlen(text), &error);

  if (line == NULL)
    fail_msg("%s: %s", text, error->message);
  return line;
}

static void
what_is_read_is_written_alike(void **state)
{
  g_autoptr(RecoveryExceptionLine) line = read_line(LINE);
  g_autofree char *again = recovery_exception_line_write(line, NULL);

  (void)state;
  assert_string_equal(again, LINE);
  assert_string_equal(line->id, "E1");
  assert_string_equal(line->waives[1], "R4");
  assert_string_equal(line->scope[RECOVERY_EXCEPTION_LINE_POPULATION][0],
                      "contractors");
  assert_null(line->scope[RECOVERY_EXCEPTION_LINE_JOURNEY]);
  assert_true(line->from_s == FROM_S);
  assert_true(line->until_s == FROM_S + 30 * DAY_S);
}

static void
what_is_written_is_sorted_and_once(void **state)
{
  g_autoptr(RecoveryExceptionLine) line = read_line(LINE);
  g_autofree char *again = NULL;

  (void)state;
  g_strfreev(line->waives);
  line->waives = g_strsplit("R4 R2 R4", " ", -1);
  again = recovery_exception_line_write(line, NULL);
  assert_string_equal(again, LINE);
  g_free(line->waives[0]);
  line->waives[0] = g_strdup("R 4");
  assert_null(recovery_exception_line_write(line, NULL));
}

static void
other_lines_are_refused(void **state)
{
  static const struct {
    const char *from, *to;
  } rows[] = {
      {"exception/1", "exception/2"},
      {"{\"app\"", "{\"a\":1,\"app\""},
      {"\"app\":[\"wiki\"],", "\"app\":[],"},
      {"\"app\":[\"wiki\"],", "\"app\":\"wiki\","},
      {"\"app\":[\"wiki\"],", "\"app\":[\"*\"],"},
      {"\"app\":[\"wiki\"],", "\"app\":[1],"},
      {"[\"contractors\",\"guests\"]", "[\"guests\",\"contractors\"]"},
      {"[\"R2\",\"R4\"]", "[\"R2\",\"R2\"]"},
      {"[\"R2\",\"R4\"]", "[]"},
      {",\"waives\":[\"R2\",\"R4\"]", ""},
      {"\"id\":\"E1\",", ""},
      {"\"E1\"", "\"\""},
      {"\"E1\"", "\"-1\""},
      {"\"E1\"", "\"E 1\""},
      {"\"E1\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaa\""},
      {"\"j-doe\"", "\"J Doe\""},
      {"\"owner\":\"j-doe\",", ""},
      {"\"laptops join in December\"", "\"\""},
      {"\"laptops join in December\"", "\"  \""},
      {"\"network limited to the wiki\"", "7"},
      {"\"compensating\":\"network limited to the wiki\",", ""},
      {"2026-11-01T00:00:00.000Z", "2026-11-01"},
      {"2026-11-01T00:00:00.000Z", "2026-11-01T00:00:00.001Z"},
      {"2026-12-01T00:00:00.000Z", "2026-12-32T00:00:00.000Z"},
      {"\"review_every_d\":14", "\"review_every_d\":0"},
      {"\"review_every_d\":14", "\"review_every_d\":-14"},
      {"\"review_every_d\":14", "\"review_every_d\":3661"},
      {"\"review_every_d\":14,", ""},
      {",\"waives\"", ", \"waives\""},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = with(rows[i].from, rows[i].to);
    g_autoptr(GError) error = NULL;

    if (recovery_exception_line_read(text, strlen(text), &error) != NULL)
      fail_msg("taken: %s", text);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  }
  assert_null(recovery_exception_line_read(LINE "\n", strlen(LINE) + 1, NULL));
  assert_null(recovery_exception_line_read("", 0, NULL));
}

static void
texts_and_lists_have_an_end(void **state)
{
  g_autofree char *most = g_strnfill(RECOVERY_EXCEPTION_LINE_TEXT, 'x');
  g_autofree char *good = with("laptops join in December", most);
  g_autofree char *more = g_strconcat(most, "x", NULL);
  g_autofree char *bad = with("laptops join in December", more);
  g_autoptr(GString) ids = g_string_new("[\"A00\"");
  g_autofree char *many = NULL;

  (void)state;
  recovery_exception_line_free(read_line(good));
  assert_null(recovery_exception_line_read(bad, strlen(bad), NULL));
  for (int i = 1; i <= RECOVERY_EXCEPTION_LINE_IDS; i++)
    g_string_append_printf(ids, ",\"A%02d\"", i);
  g_string_append_c(ids, ']');
  many = with("[\"wiki\"]", ids->str);
  assert_null(recovery_exception_line_read(many, strlen(many), NULL));
}

static void
the_floors_are_what_they_are(void **state)
{
  static const struct {
    int64_t days, more_s, review_every_d;
    RecoveryExceptionLineFlaw flaw;
  } rows[] = {
      {90, 0, 30, RECOVERY_EXCEPTION_LINE_SOUND},
      {0, 1, 1, RECOVERY_EXCEPTION_LINE_SOUND},
      {90, 1, 30, RECOVERY_EXCEPTION_LINE_LONG},
      {90, 0, 31, RECOVERY_EXCEPTION_LINE_UNSEEN},
      {0, 0, 1, RECOVERY_EXCEPTION_LINE_BACKWARDS},
      {-1, 0, 1, RECOVERY_EXCEPTION_LINE_BACKWARDS},
  };
  g_autoptr(RecoveryExceptionLine) line = read_line(LINE);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    line->until_s = line->from_s + rows[i].days * DAY_S + rows[i].more_s;
    line->review_every_d = rows[i].review_every_d;
    assert_int_equal(recovery_exception_line_flaw(line), rows[i].flaw);
  }
}

static void
a_review_counts_from_the_later(void **state)
{
  g_autoptr(RecoveryExceptionLine) line = read_line(LINE);

  (void)state;
  assert_true(recovery_exception_line_due(line, 0) == FROM_S + 14 * DAY_S);
  assert_true(recovery_exception_line_due(line, FROM_S - 5) ==
              FROM_S + 14 * DAY_S);
  assert_true(recovery_exception_line_due(line, FROM_S + 5) ==
              FROM_S + 5 + 14 * DAY_S);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_read_is_written_alike),
      cmocka_unit_test(what_is_written_is_sorted_and_once),
      cmocka_unit_test(other_lines_are_refused),
      cmocka_unit_test(texts_and_lists_have_an_end),
      cmocka_unit_test(the_floors_are_what_they_are),
      cmocka_unit_test(a_review_counts_from_the_later),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
