/* SPDX-License-Identifier: Apache-2.0 */
/* What a directory can tell populations by, and L45. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/policy/columns.h"
#include "recovery/policy/lint.h"

#define NOW 1794700800 /* 2026-11-15 */

static const char directory[] =
    "[{\"sub\":\"s-1\",\"groups\":[\"staff\"],"
    "\"attributes\":{\"employment\":[\"contract\"],\"site\":[]}},"
    "{\"sub\":\"s-2\",\"groups\":[\"domain-admins\",\"iam-admins\"],"
    "\"attributes\":{\"employment\":[],\"site\":[\"north\"]}}]";

static RecoveryColumns *
count(const char *text)
{
  RecoveryColumns *columns = recovery_columns_new();
  g_autoptr(FidotoolJson) people =
      fidotool_json_parse(text, strlen(text), NULL);

  assert_non_null(people);
  for (size_t i = 0; i < fidotool_json_size(people); i++)
    recovery_columns_add(columns, fidotool_json_at(people, i));
  return columns;
}

static RecoveryDocument *
read_example(const char *was, const char *is)
{
  g_autofree char *path = g_build_filename(
      g_getenv("KEYTURN_SOURCE"), "tests/data/policy-example.yaml", NULL);
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autofree char *text = NULL;
  g_autoptr(GString) edited = NULL;
  RecoveryDocument *document;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  edited = g_string_new(text);
  assert_int_equal(g_string_replace(edited, was, is, 0), 1);
  document = recovery_document_read(edited->str, edited->len, problems);
  assert_non_null(document);
  return document;
}

/* The first finding of L45, "E 25 ..."; free with g_free(). */
static char *
review(const RecoveryColumns *columns, const char *was, const char *is)
{
  g_autoptr(RecoveryDocument) document = read_example(was, is);
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  const RecoveryLintOptions options = {.now_s = NOW, .columns = columns};

  recovery_lint_review(document, &options, problems);
  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);

    if (strcmp(problem->rule, "L45") == 0)
      return g_strdup_printf("%s %u %s",
                             problem->unchecked ? "U"
                             : problem->error   ? "E"
                                                : "W",
                             problem->at.line, problem->text);
  }
  return g_strdup("");
}

static void
expect(const char *people, const char *was, const char *is, const char *finding)
{
  g_autoptr(RecoveryColumns) columns = count(people);
  g_autofree char *found = review(columns, was, is);

  if (!g_str_has_prefix(found, finding) || (*finding == '\0' && *found != '\0'))
    fail_msg("expected \"%s\", found \"%s\"", finding, found);
}

static void
test_a_directory_that_has_it_all_is_clean(void **state)
{
  (void)state;
  expect(directory, "version: 7", "version: 8", "");
}

static void
test_a_column_that_nobody_has_is_an_error(void **state)
{
  (void)state;
  expect(directory, "{employment: contract}", "{employmnt: contract}",
         "E 23 contractors: the directory has no column for attribute "
         "employmnt, so that every decision would be an error and a denial, "
         "for everybody; did you mean \"employment\"?");
  expect(directory, "{employment: contract}", "{grade: a}",
         "E 23 contractors: the directory has no column for attribute grade, "
         "so that every decision would be an error and a denial, for "
         "everybody. Import it with that column");
  expect("[{\"attributes\":{\"employment\":[\"contract\"]}}]", "version: 7",
         "version: 8", "E 21 staff: the directory has no column for groups");
}

static void
test_a_value_that_nobody_has_is_a_warning(void **state)
{
  (void)state;
  expect(directory, "{groups: [staff]}", "{groups: [staf]}",
         "W 21 staff: groups: nobody of the directory has \"staf\", so that no "
         "rule finds these people; did you mean \"staff\"?");
  expect(directory, "{groups: [staff]}", "{groups: [Staff]}",
         "W 21 staff: groups: nobody of the directory has \"Staff\", so that "
         "no rule finds these people; did you mean \"staff\"?");
  expect(directory, "{employment: contract}", "{employment: [contract, lease]}",
         "W 23 contractors: attribute employment: nobody of the directory has "
         "\"lease\"");
}

static void
test_who_is_without_the_column_is_told_of(void **state)
{
  (void)state;
  expect("[{\"groups\":[\"staff\",\"domain-admins\",\"iam-admins\"],"
         "\"attributes\":{\"employment\":[\"contract\"]}},{\"sub\":\"s-2\"}]",
         "version: 7", "version: 8",
         "W 21 staff: groups: known of 1 of 2 in the directory");
}

static void
test_without_persons_nothing_is_looked_at(void **state)
{
  (void)state;
  expect("[]", "{employment: contract}", "{employmnt: contract}",
         "U 0 not checked, needs a directory");
}

static void
test_columns_come_through_json_as_they_are(void **state)
{
  g_autoptr(RecoveryColumns) columns = count(directory), again = NULL;
  g_autoptr(FidotoolJson) json = recovery_columns_write(columns);
  g_autofree char *text = fidotool_json_write(json, NULL);
  const RecoveryColumn *site;

  (void)state;
  assert_string_equal(
      text, "{\"attributes\":{\"employment\":{\"known\":2,\"values\":["
            "\"contract\"]},\"site\":{\"known\":2,\"values\":[\"north\"]}},"
            "\"groups\":{\"known\":2,\"values\":[\"domain-admins\","
            "\"iam-admins\",\"staff\"]},\"persons\":2}");
  again = recovery_columns_read(json);
  assert_non_null(again);
  site = g_hash_table_lookup(again->attributes, "site");
  assert_true(g_hash_table_contains(site->values, "north"));
}

/* Of an attribute with many values none is told, and lint says that it could
 * not look. */
static void
test_many_values_are_not_told(void **state)
{
  g_autoptr(RecoveryColumns) columns = count(directory), told = NULL;
  g_autoptr(FidotoolJson) json = NULL;
  g_autofree char *found = NULL;

  (void)state;
  for (int i = 0; i < 64; i++) {
    g_autofree char *text = g_strdup_printf(
        "{\"groups\":[],\"attributes\":{\"employment\":[\"e%d\"],\"site\":[]}}",
        i);
    g_autoptr(FidotoolJson) person =
        fidotool_json_parse(text, strlen(text), NULL);

    recovery_columns_add(columns, person);
  }
  json = recovery_columns_write(columns);
  told = recovery_columns_read(json);
  assert_non_null(told);
  found = review(told, "{employment: contract}", "{employment: contarct}");
  assert_true(g_str_has_prefix(found, "U 0 not checked: does anybody have"));
}

static void
test_what_is_no_survey_is_not_read(void **state)
{
  static const char *const bad[] = {
      "{}",
      "{\"persons\":-1,\"groups\":{\"known\":0}}",
      "{\"persons\":1}",
      "{\"persons\":1,\"groups\":{\"known\":2}}",
      "{\"persons\":1,\"groups\":{\"known\":1},\"attributes\":{\"a\":{}}}",
      "{\"persons\":1,\"groups\":{\"known\":1},\"attributes\":{\"a\":3}}",
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(FidotoolJson) json =
        fidotool_json_parse(bad[i], strlen(bad[i]), NULL);
    g_autoptr(RecoveryColumns) columns = recovery_columns_read(json);

    if (columns != NULL)
      fail_msg("was read: %s", bad[i]);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_directory_that_has_it_all_is_clean),
      cmocka_unit_test(test_a_column_that_nobody_has_is_an_error),
      cmocka_unit_test(test_a_value_that_nobody_has_is_a_warning),
      cmocka_unit_test(test_who_is_without_the_column_is_told_of),
      cmocka_unit_test(test_without_persons_nothing_is_looked_at),
      cmocka_unit_test(test_columns_come_through_json_as_they_are),
      cmocka_unit_test(test_many_values_are_not_told),
      cmocka_unit_test(test_what_is_no_survey_is_not_read),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
