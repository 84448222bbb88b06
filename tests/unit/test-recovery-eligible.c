/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-eligible.c - the rows of lint that need to know the people, the
 * keys in use or the metadata: persons are counted, and not keys. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/policy/eligible.h"
#include "recovery/policy/lint.h"

#define NOW 1794700800 /* 2026-11-15 */
#define DAY 86400
#define MODEL "00000000-0000-4000-8000-000000000001" /* of approved-2026 */
#define OTHER "00000000-0000-4000-8000-0000000000ff"

/* The example, with every permit for bound-key taken away where narrow. */
static RecoveryDocument *
read_as(bool narrow)
{
  g_autofree char *path = g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests",
                                           "data", "policy-example.yaml", NULL);
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autofree char *text = NULL;
  RecoveryDocument *document;
  GString *edited;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  edited = g_string_new(text);
  if (narrow)
    assert_int_equal(g_string_replace(edited, "bound-key, attested-key]",
                                      "attested-key]", 0),
                     2);
  document = recovery_document_read(edited->str, edited->len, problems);
  assert_non_null(document);
  g_string_free(edited, TRUE);
  return document;
}

static RecoveryDocument *
read_example(void)
{
  return read_as(false);
}

typedef struct {
  const char *person, *team, *roles;
  int64_t from_s, until_s; /* 0: from long ago; for long */
} Person;

/* Enough for every slot of the example. */
static const Person enough[] = {
    {"ada", "desk", "agent", 0, 0},
    {"ben", "leads", "helpdesk-lead", 0, 0},
    {"bob", "leads", "helpdesk-lead", 0, 0},
    {"bo", "night", "helpdesk-lead", 0, 0},
    {"cleo", "network", "other-team", 0, 0},
    {"cy", "network", "other-team", 0, 0},
    {"cora", "field", "other-team", 0, 0},
    {"dan", "apps", "app-owner", 0, 0},
    {"dora", "apps", "app-owner", 0, 0},
    {"doug", "apps", "app-owner", 0, 0},
    {"ria", "stores", "releaser", 0, 0},
    {"sid", "security", "security", 0, 0},
    {"sol", "security", "security", 0, 0},
    {"sue", "board", "security", 0, 0},
    {"zed", "board", "break-glass", 0, 0},
};

static void
add(RecoveryRoster *roster, const Person *person)
{
  RecoveryRosterKey *row = recovery_roster_add_key(roster);

  row->person = g_strdup(person->person);
  row->team = g_strdup(person->team);
  row->roles = g_strsplit(person->roles, " ", -1);
  row->valid_after_ms = person->from_s * 1000;
  row->valid_before_ms =
      (person->until_s != 0 ? person->until_s : NOW + 365 * DAY) * 1000;
}

/* The example's people, without some, and with one more (may be NULL). */
static RecoveryRoster *
people(const char *const *gone, const Person *more)
{
  RecoveryRoster *roster = recovery_roster_new("st-01");

  for (size_t i = 0; i < G_N_ELEMENTS(enough); i++)
    if (gone == NULL || !g_strv_contains(gone, enough[i].person))
      add(roster, &enough[i]);
  if (more != NULL)
    add(roster, more);
  return roster;
}

static RecoveryProblems *
review(const RecoveryLintOptions *options)
{
  g_autoptr(RecoveryDocument) document = read_example();
  RecoveryProblems *problems = recovery_problem_new();

  recovery_lint_review(document, options, problems);
  return problems;
}

static RecoveryProblems *
review_people(const char *const *gone, const Person *more, bool practice)
{
  g_autoptr(RecoveryRoster) roster = people(gone, more);
  const RecoveryLintOptions options = {
      .now_s = NOW, .practice = practice, .roster = roster};

  return review(&options);
}

/* "E L06: ...": the first finding that begins so. */
static bool
has(const RecoveryProblems *problems, const char *finding)
{
  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);
    g_autofree char *line = g_strdup_printf("%s %s: %s",
                                            problem->unchecked ? "U"
                                            : problem->error   ? "E"
                                                               : "W",
                                            problem->rule, problem->text);

    if (g_str_has_prefix(line, finding))
      return true;
  }
  return false;
}

static void
expect(RecoveryProblems *taken, const char *finding)
{
  g_autoptr(RecoveryProblems) problems = taken;

  if (has(problems, finding))
    return;
  for (guint i = 0; i < problems->items->len; i++) {
    g_autofree char *line =
        recovery_problem_write(g_ptr_array_index(problems->items, i));

    print_message("%s\n", line);
  }
  fail_msg("not found: %s", finding);
}

/* ---- the roster ---- */

static void
test_with_enough_people_nothing_is_found(void **state)
{
  g_autoptr(RecoveryProblems) problems = review_people(NULL, NULL, false);
  static const char *const rows[] = {"E L05", "E L06", "W L06",
                                     "E L07", "W L10", "U L05",
                                     "U L06", "U L07", "U L10"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_false(has(problems, rows[i]));
  assert_true(has(problems, "U L09: not checked, needs the register"));
  assert_true(has(problems, "U L36: not checked, needs the metadata"));
}

static void
test_each_slot_needs_two_persons(void **state)
{
  const char *const one[] = {"doug", NULL};
  const char *const two[] = {"doug", "dora", NULL};
  const char *const all[] = {"doug", "dora", "dan", NULL};
  /* A second key of the same person, and a key that has run out, or will begin
   * after any change. */
  const Person second = {"dan", "apps", "app-owner", 0, 0};
  const Person gone = {"dee", "apps", "app-owner", 0, NOW};
  const Person later = {"dee", "apps", "app-owner", NOW + DAY + 1, 0};
  const Person soon = {"dee", "apps", "app-owner", NOW + DAY, 0};

  (void)state;
  expect(review_people(one, NULL, false),
         "W L06: slot app-owner: 2 of the roster can fill it; 3 are better.");
  expect(review_people(two, NULL, false),
         "E L06: slot app-owner: 1 of the roster can fill it, and 2 are");
  expect(review_people(two, &second, false), "E L06: slot app-owner: 1 of");
  expect(review_people(two, &gone, false), "E L06: slot app-owner: 1 of");
  expect(review_people(two, &later, false), "E L06: slot app-owner: 1 of");
  expect(review_people(two, &soon, false), "W L06: slot app-owner: 2 of");
  expect(review_people(all, NULL, false), "E L06: slot app-owner: 0 of");
  /* In practice one may do for all. */
  expect(review_people(two, NULL, true), "W L06: slot app-owner: 1 of");
  expect(review_people(all, NULL, true), "E L06: slot app-owner: 0 of");
}

static void
test_slots_are_filled_by_different_teams(void **state)
{
  /* Two leads and two of another team, and all of them of one team. */
  const char *const gone[] = {"bo", "cora", "cleo", "cy", NULL};
  const Person leads = {"carl", "leads", "other-team", 0, 0};
  /* One person for both slots is one person. */
  const char *const but_one[] = {"ben", "bob",  "bo", "cleo",
                                 "cy",  "cora", NULL};
  const Person both = {"max", "alone", "helpdesk-lead other-team", 0, 0};

  (void)state;
  expect(review_people(gone, &leads, false),
         "E L05: recovery.standard has 2 slots, and different persons of "
         "different teams fill 1 of them at once.");
  expect(review_people(but_one, &both, false),
         "E L05: recovery.standard has 2 slots");
}

static void
test_a_team_is_moved_to_where_it_is_needed(void **state)
{
  static const Person few[] = {{"a", "red", "helpdesk-lead other-team", 0, 0},
                               {"b", "blue", "helpdesk-lead", 0, 0},
                               {"c", "green", "app-owner other-team", 0, 0},
                               {"d", "red", "security app-owner", 0, 0}};
  g_autoptr(RecoveryDocument) document = read_example();
  g_autoptr(RecoveryRoster) roster = recovery_roster_new("st-01");
  g_autoptr(RecoveryEligible) eligible = NULL;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(few); i++)
    add(roster, &few[i]);
  eligible = recovery_eligible_new(roster, NOW);
  /* lead: blue; owner: green; security: red. Any other way one is left out. */
  assert_int_equal(recovery_eligible_fill(eligible, document,
                                          &document->recovery.privileged.slots),
                   3);
  assert_int_equal(recovery_eligible_fill(eligible, document,
                                          &document->recovery.standard.slots),
                   2);
}

static void
test_a_recovery_needs_people_from_end_to_end(void **state)
{
  (void)state;
  expect(review_people((const char *[]){"ada", NULL}, NULL, false),
         "E L07: no way back for anybody: nobody of the roster opens a case.");
  expect(review_people((const char *[]){"ria", NULL}, NULL, false),
         "E L07: no way back for anybody: nobody of the roster releases a new "
         "key.");
}

static void
test_break_glass_has_a_holder_and_two_who_review(void **state)
{
  const char *const nobody[] = {"zed", NULL};
  const char *const few[] = {"zed", "sid", "sue", NULL};
  const Person holder = {"zoe", "board", "break-glass security", 0, 0};

  (void)state;
  expect(review_people(nobody, NULL, false),
         "W L10: nobody of the roster holds a break-glass key");
  expect(review_people(few, &holder, false),
         "W L10: zoe holds a break-glass key, and 1 besides");
}

/* ---- models ---- */

static RecoveryProblems *
review_models(bool narrow, const char *const *models)
{
  const RecoveryLintOptions options = {.now_s = NOW, .models = models};
  g_autoptr(RecoveryDocument) document = read_as(narrow);
  RecoveryProblems *problems = recovery_problem_new();

  recovery_lint_review(document, &options, problems);
  return problems;
}

static void
test_keys_in_use_stay_good_for_something(void **state)
{
  static const char *const both[] = {MODEL, OTHER, NULL};
  static const char *const other[] = {OTHER, NULL};
  static const char *const none[] = {NULL};
  g_autoptr(RecoveryProblems) fine = review_models(false, both);
  g_autoptr(RecoveryProblems) empty = review_models(true, none);
  static const char *const rows[] = {"W L09", "E L09", "U L09"};

  (void)state;
  /* OTHER is on no list, and still a key that cannot be copied: bound-key. */
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    assert_false(has(fine, rows[i]));
    assert_false(has(empty, rows[i]));
  }
  expect(review_models(true, both), "W L09: keys of the model " OTHER
                                    " are in use, and no permit accepts them.");
  expect(review_models(true, other),
         "E L09: no key that is in use is good for anything: none of their 1 "
         "models");
}

static char *
find_bad(void *data, const char *aaguid)
{
  return strcmp(aaguid, data) == 0 ? g_strdup("REVOKED") : NULL;
}

static void
test_a_model_with_a_bad_status_is_told(void **state)
{
  char model[] = MODEL, other[] = OTHER;
  RecoveryLintOptions options = {
      .now_s = NOW, .find_bad = find_bad, .find_bad_data = model};
  g_autoptr(RecoveryProblems) good = NULL;

  (void)state;
  expect(review(&options),
         "W L36: the model " MODEL " on approved-2026 has the status REVOKED");
  options.find_bad_data = other;
  good = review(&options);
  assert_false(has(good, "W L36"));
  assert_false(has(good, "U L36"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_with_enough_people_nothing_is_found),
      cmocka_unit_test(test_each_slot_needs_two_persons),
      cmocka_unit_test(test_slots_are_filled_by_different_teams),
      cmocka_unit_test(test_a_team_is_moved_to_where_it_is_needed),
      cmocka_unit_test(test_a_recovery_needs_people_from_end_to_end),
      cmocka_unit_test(test_break_glass_has_a_holder_and_two_who_review),
      cmocka_unit_test(test_keys_in_use_stay_good_for_something),
      cmocka_unit_test(test_a_model_with_a_bad_status_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
