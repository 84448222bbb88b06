/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-csv.c - a cell ends where it was meant to, and starts no
 * formula. */
#include "recovery/format/csv.h"

#include "tests/testing.h"

static const struct {
  const char *text, *cell;
} rows[] = {
    {NULL, "\"\""},
    {"", "\"\""},
    {"plain", "\"plain\""},
    {"a, b; c", "\"a, b; c\""},
    {"say \"no\"", "\"say \"\"no\"\"\""},
    {"two\r\nlines", "\"two\r\nlines\""},
    {"=1+1", "\"'=1+1\""},
    {"+1", "\"'+1\""},
    {"-1", "\"'-1\""},
    {"@sum", "\"'@sum\""},
    {"\t=1", "\"'\t=1\""},
    {"\r=1", "\"'\r=1\""},
    {"\n=1", "\"'\n=1\""},
    {"=\"\",\"", "\"'=\"\"\"\",\"\"\""},
    {"a=1", "\"a=1\""},
};

static void
cells_are_quoted(G_GNUC_UNUSED void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *line = g_strconcat(rows[i].cell, "\r\n", NULL);

    recovery_csv_add(out, rows[i].text, true);
    assert_string_equal(out->str, line);
  }
}

static void
a_comma_is_between(G_GNUC_UNUSED void **state)
{
  g_autoptr(GString) out = g_string_new(NULL);

  recovery_csv_add(out, "a", false);
  recovery_csv_add(out, "b", true);
  assert_string_equal(out->str, "\"a\",\"b\"\r\n");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_are_quoted),
      cmocka_unit_test(a_comma_is_between),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
