/* SPDX-License-Identifier: Apache-2.0 */
/* What a new policy changes, beside the tables of today too: that which comes
 * to light on a later day is looser now. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/change.h"

#define NOW 1794700800 /* 2026-11-15 */

static char *
load(const char *name)
{
  g_autofree char *path =
      g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests", "data", name, NULL);
  char *text;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

/* Words that stand once are exchanged; NULL: as it is. */
static GBytes *
with_words(const char *yaml, const char *was, const char *is)
{
  g_auto(GStrv) parts = g_strsplit(yaml, was == NULL ? "\n" : was, -1);
  char *text = g_strjoinv(was == NULL ? "\n" : is, parts);

  if (was != NULL && g_strv_length(parts) != 2)
    fail_msg("\"%s\" stands there %u times", was, g_strv_length(parts) - 1);
  return g_bytes_new_take(text, strlen(text));
}

static bool
has_point(const RecoveryChange *change, RecoveryDiffWay way, const char *text)
{
  for (guint i = 0; i < change->diff->points->len; i++) {
    const RecoveryDiffPoint *point = g_ptr_array_index(change->diff->points, i);

    if (point->way == way && strcmp(point->text, text) == 0)
      return true;
  }
  return false;
}

/* was and is: of the policy before, then of the policy after. */
/* clang-format off */
typedef struct {
  const char *before[2], *after[2];
  RecoveryDiffWay way;
  const char *text;
} Row;

static const Row rows[] = {
  { { NULL, NULL }, { "id: acme-keys", "id: other" }, RECOVERY_DIFF_BOTH, "policy: its id is other, was acme-keys" },
  { { NULL, NULL }, { "acme-base/3", "acme-base/4" }, RECOVERY_DIFF_BOTH, "policy: its base is acme-base/4, was acme-base/3" },
  { { NULL, NULL }, { "2027-02-01", "2027-03-01" }, RECOVERY_DIFF_LOOSER, "policy: review_by is 2027-03-01, was 2027-02-01" },
  { { NULL, NULL }, { "2027-02-01", "2027-01-01" }, RECOVERY_DIFF_STRICTER, "policy: review_by is 2027-01-01, was 2027-02-01" },
  { { NULL, NULL }, { "valid_from: 2026-11-01", "valid_from: 2026-11-16" }, RECOVERY_DIFF_STRICTER, "policy: is not valid before 2026-11-16, and denies everything until then" },
  { { "valid_from: 2026-11-01", "valid_from: 2026-11-20" }, { NULL, NULL }, RECOVERY_DIFF_LOOSER, "policy: is valid now, or sooner than 2026-11-20; until then everything would be denied" },
  { { NULL, NULL }, { ", review_by: 2027-02-01", "" }, RECOVERY_DIFF_LOOSER, "policy: review_by was taken out" },
  { { NULL, NULL }, { "2028-01-01", "2029-01-01" }, RECOVERY_DIFF_LOOSER, "aaguid list approved-2026: 00000000-0000-4000-8000-000000000001 stays on it until 2029-01-01" },
  { { NULL, NULL }, { ", until: 2028-01-01", "" }, RECOVERY_DIFF_LOOSER, "aaguid list approved-2026: 00000000-0000-4000-8000-000000000001 stays on it for good" },
  { { NULL, NULL }, { "2028-01-01", "2027-01-01" }, RECOVERY_DIFF_STRICTER, "aaguid list approved-2026: 00000000-0000-4000-8000-000000000001 leaves it earlier" },
  { { NULL, NULL }, { "{id: P4,", "{id: P9," }, RECOVERY_DIFF_LOOSER, "fallback P9: is new" },
  { { NULL, NULL }, { "{id: E1,", "{id: E2," }, RECOVERY_DIFF_LOOSER, "exception E2: is new" },
  /* E1 waives R4 today; one day it does not. */
  { { NULL, NULL }, { "unless_good: device_managed, min_class: attested-key", "unless_good: device_managed, min_class: bound-key" }, RECOVERY_DIFF_BOTH, "requirement R4: is another, and it is waived today by an exception" },
  { { NULL, NULL }, { "rp_id: payroll.example.org", "rp_id: pay.example.org" }, RECOVERY_DIFF_BOTH, "app payroll: is another relying party" },
  { { "activation: {max_min: 60, reason: true}, conflicts_with: [agent, helpdesk-lead]}", "activation: {max_min: 60, reason: true}, conflicts_with: [agent, helpdesk-lead]}" }, { "activation: {max_min: 60, reason: true}, conflicts_with: [agent, helpdesk-lead]}", "activation: {max_min: 60}, conflicts_with: [agent, helpdesk-lead]}" }, RECOVERY_DIFF_LOOSER, "role other-team: activation no longer takes a reason" },
  { { "min_keys: 2, limits", "min_keys: 2, present_at_issue: true, limits" }, { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.privileged: present_at_issue was taken out" },
  /* Who is given a key, at no app. */
  { { NULL, NULL }, { "{id: P5, journey: recovery,", "{id: P5, journey: recovery, population: staff," }, RECOVERY_DIFF_STRICTER, "recovery.standard: a key of class attested-key is no longer issued" },
  { { "{id: P5, journey: recovery,", "{id: P5, journey: recovery, population: staff," }, { "{id: P5, journey: recovery,", "{id: P5, journey: recovery, population: [staff, contractors]," }, RECOVERY_DIFF_LOOSER, "recovery.remote: a key of class attested-key is issued now to contractors" },
  { { "forbids:\n", "forbids:\n  - {id: F9, journey: recovery, unless_good: recovery_settled, population: admins, why: w}\n" }, { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.privileged: a key of class attested-key is issued now to admins, while not known to be good: recovery_settled" },
  { { NULL, NULL }, { "keep: 7y", "keep: 8y" }, RECOVERY_DIFF_SAME, "retention of record: is 8y, was 7y" },
};

/* Of a policy without apps: what is issued is compared all the same. */
#define BIND(rule) { "recovery:\n", rule "\nrecovery:\n" }
static const Row issue_rows[] = {
  { { NULL, NULL }, BIND("requires: [{id: R1, journey: recovery, population: nights, min_class: best-key}]"), RECOVERY_DIFF_STRICTER, "recovery.standard: a key of class attested-key is no longer issued to nights" },
  { BIND("requires: [{id: R1, journey: recovery, min_class: best-key}]"), { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.remote: a key of class attested-key is issued now" },
  { BIND("requires: [{id: R1, journey: recovery, aaguid_list: other-keys}]"), { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.standard: a key of class best-key is issued now" },
  { BIND("requires: [{id: R1, journey: recovery, unless_good: device_managed, min_class: best-key}]"), { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.standard: a key of class attested-key is issued now, while not known to be good: device_managed" },
  { BIND("forbids: [{id: F1, journey: recovery, why: w}]"), { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.privileged: a key of class best-key is issued now" },
  { BIND("forbids: [{id: F1, journey: recovery, population: stand-in, why: w}]"), { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.standard: a key of class attested-key is issued now to staff and nights and stand-in" },
  { { "journey: recovery, accept", "journey: recovery, population: staff, accept" }, { NULL, NULL }, RECOVERY_DIFF_LOOSER, "recovery.standard: a key of class attested-key is issued now" },
  { { NULL, NULL }, { "accept: [attested-key, best-key]}\nrecovery", "accept: [best-key]}\nrecovery" }, RECOVERY_DIFF_STRICTER, "recovery.standard: a key of class attested-key is no longer issued" },
};
/* clang-format on */

static void
check_row(const char *yaml, const Row *row)
{
  g_autoptr(GBytes) before = with_words(yaml, row->before[0], row->before[1]);
  g_autoptr(GBytes) after = with_words(yaml, row->after[0], row->after[1]);
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryChange) change =
      recovery_change_new(before, after, NOW, &error);
  g_autofree char *words = NULL;

  if (error != NULL)
    fail_msg("%s: %s", row->text, error->message);
  words = recovery_diff_write(change->diff);
  if (!has_point(change, row->way, row->text))
    fail_msg("not said: %s\n%s", row->text, words);
  assert_int_equal(change->looser > 0, row->way != RECOVERY_DIFF_STRICTER);
}

static void
each_change_beside_the_table_is_seen(void **state)
{
  g_autofree char *yaml = load("policy-example.yaml");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    check_row(yaml, &rows[i]);
}

static void
who_is_given_which_key_is_compared(void **state)
{
  g_autofree char *yaml = load("policy-tiers.yaml");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(issue_rows); i++)
    check_row(yaml, &issue_rows[i]);
}

static void
nothing_changed_is_nothing(void **state)
{
  g_autofree char *yaml = load("policy-example.yaml");
  g_autoptr(GBytes) before = with_words(yaml, NULL, NULL);
  g_autoptr(GBytes) after = with_words(yaml, "version: 7", "version: 8");
  g_autoptr(RecoveryChange) change =
      recovery_change_new(before, after, NOW, NULL);
  g_autoptr(FidotoolJson) statement = fidotool_json_new_object();

  (void)state;
  assert_non_null(change);
  assert_int_equal(change->looser, 0);
  assert_int_equal(change->stricter, 0);
  recovery_change_state(change, statement);
  assert_true(recovery_change_is_at_once(statement));
  assert_true(recovery_change_fits(change, statement, true, NULL));
  /* No number is no nought. */
  fidotool_json_remove(statement, "looser");
  assert_false(recovery_change_is_at_once(statement));
  assert_false(recovery_change_fits(change, statement, false, NULL));
}

/* The cells and what stands beside them are one number. */
static void
cells_and_points_are_counted(void **state)
{
  g_autofree char *yaml = load("policy-example.yaml");
  g_autoptr(GBytes) before = with_words(yaml, NULL, NULL);
  g_autoptr(GBytes) after =
      with_words(yaml,
                 "app: [wiki, payroll], min_class: attested-key, "
                 "max_age_s: 900",
                 "app: [wiki, payroll], min_class: attested-key, "
                 "max_age_s: 901");
  g_autoptr(RecoveryChange) change =
      recovery_change_new(before, after, NOW, NULL);

  (void)state;
  assert_true(change->diff->looser > 0);
  assert_int_equal(change->looser, change->diff->looser);
  assert_int_equal(change->stricter, 0);
}

/* So many people that not every set of them is looked at. */
static char *
load_large(void)
{
  g_autofree char *yaml = load("policy-example.yaml");
  g_auto(GStrv) parts = g_strsplit(yaml, "populations:\n", 2);
  GString *text = g_string_new(parts[0]);

  g_string_append(text, "populations:\n");
  for (int i = 0; i < 40; i++)
    g_string_append_printf(
        text, "  - {id: team%d, kind: enterprise, rule: {groups: [g%d]}}\n", i,
        i);
  g_string_append(text, parts[1]);
  return g_string_free(text, FALSE);
}

static void
large_ones_are_counted_cell_by_cell(G_GNUC_UNUSED void **state)
{
  g_autofree char *yaml = load_large();
  g_autoptr(GBytes) before = with_words(yaml, NULL, NULL);
  g_autoptr(GBytes) after =
      with_words(yaml, "max_age_s: 300, approvals: 1", "max_age_s: 900");
  g_autoptr(RecoveryChange) change =
      recovery_change_new(before, after, NOW, NULL);
  g_autoptr(FidotoolJson) statement = fidotool_json_new_object();

  assert_true(change->diff->whole && change->diff->by_cell);
  assert_true(change->looser > 0);
  assert_int_equal(change->stricter, 0);
  recovery_change_state(change, statement);
  assert_true(recovery_change_fits(change, statement, true, NULL));
  fidotool_json_set_int(statement, "looser", 0);
  assert_false(recovery_change_fits(change, statement, true, NULL));
  fidotool_json_remove(statement, "looser");
  assert_false(recovery_change_fits(change, statement, true, NULL));
  /* As a station says that counted none: then it waits. */
  fidotool_json_remove(statement, "stricter");
  assert_true(recovery_change_fits(change, statement, true, NULL));
  assert_false(recovery_change_is_at_once(statement));
}

static void
what_cannot_be_read_is_an_error(void **state)
{
  g_autofree char *yaml = load("policy-example.yaml");
  g_autoptr(GBytes) good = with_words(yaml, NULL, NULL);
  g_autoptr(GBytes) bad = g_bytes_new_static("version: 1\n", 11);
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(recovery_change_new(good, bad, NOW, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  assert_non_null(strstr(error->message, "to be loaded"));
  g_clear_error(&error);
  assert_null(recovery_change_new(bad, good, NOW, &error));
  assert_non_null(strstr(error->message, "in force"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_change_beside_the_table_is_seen),
      cmocka_unit_test(who_is_given_which_key_is_compared),
      cmocka_unit_test(nothing_changed_is_nothing),
      cmocka_unit_test(cells_and_points_are_counted),
      cmocka_unit_test(large_ones_are_counted_cell_by_cell),
      cmocka_unit_test(what_cannot_be_read_is_an_error),
  };

  return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
