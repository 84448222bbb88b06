/* SPDX-License-Identifier: Apache-2.0 */
/* test-directory.c - a policy that tells people by what the directory does not
 * have would deny everybody: it is refused, and so is a directory that loses
 * what the policy in force asks for. */
#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/columns.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

#define COLUMNS "employee,name,team,address,person,credential,aaguid"

static FidotoolJson *
bring(AttackWorld *world, const char *more, const char *rows)
{
  recovery_session_free(world->session);
  world->session = recovery_session_new(RECOVERY_PEER_ADMIN);
  attack_world_activate(world, "p-agent", "agent");
  return attack_world_act(world, "p-agent", false,
                          "{\"act\":\"key.import\",\"actor\":\"p-agent\","
                          "\"csv\":\"" COLUMNS "%s\\n%s\"}",
                          more, rows);
}

static const char *const all =
    "E-100,Sam Okafor,sales,,,,,staff,contract\\n"
    "E-1,Ann Agent,desk,,p-agent,,,staff;iam-admins,fixed\\n"
    "E-101,Eve Stone,sales,,,,,domain-admins,fixed\\n"
    "E-102,Kim Reed,sales,,,,,,\\n";

static AttackWorld *
new_world(void)
{
  AttackWorld *world = attack_world_new(true);

  world->policy = "policy-point.yaml";
  attack_world_found(world);
  return world;
}

/* The policy of the world with one word changed, as version 2. */
static char *
write_policy(AttackWorld *world, const char *was, const char *is)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  GString *text = g_string_new(fidotool_json_get_text(founding, "policy"));

  assert_int_equal(g_string_replace(text, "version: 1", "version: 2", 0), 1);
  assert_int_equal(g_string_replace(text, was, is, 0), 1);
  return g_string_free(text, FALSE);
}

static FidotoolJson *
propose(AttackWorld *world, const char *yaml)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *whole = NULL;

  fidotool_json_set_text(request, "act", "policy.load");
  fidotool_json_set_text(request, "actor", "p-so-one");
  fidotool_json_set_text(request, "policy", yaml);
  whole = fidotool_json_write(request, NULL);
  attack_world_activate(world, "p-so-one", "security");
  return attack_world_propose(world, "%s", whole);
}

/* Nobody is refused in silence: the words of a warning, each in German too. */
static bool
warns(AttackWorld *world, const char *was, const char *is, const char *text)
{
  g_autofree char *yaml = write_policy(world, was, is);
  g_autoptr(FidotoolJson) proposal = propose(world, yaml);
  const FidotoolJson *list = fidotool_json_get(proposal, "warnings");
  bool found = false;

  assert_string_equal(attack_world_outcome(proposal), "ok");
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);
    g_autofree char *line = attack_world_text(row);

    attack_world_words(row);
    found = found || (strcmp(fidotool_json_get_text(row, "rule"), "L45") == 0 &&
                      strstr(line, text) != NULL);
  }
  return found;
}

static FidotoolJson *
load(AttackWorld *world, const char *was, const char *is)
{
  g_autofree char *yaml = write_policy(world, was, is);

  return attack_world_change(world, "policy.load", "p-so-one", false, "policy",
                             yaml);
}

static void
a_policy_by_a_column_that_nobody_has_is_refused(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  /* Its first directory has neither column, which was so before. */
  assert_true(warns(world, "owner: practice", "owner: somebody",
                    "The directory has no column groups"));
  attack_world_expect(
      load(world, "{groups: [staff]}", "{attributes: {grade: [a]}}"), "L45");
  attack_world_ok(bring(world, ",groups,attribute:employment", all));
  attack_world_expect(
      load(world, "{employment: contract}", "{employmnt: contract}"), "L45");
  attack_world_expect(
      load(world, "{groups: [staff]}", "{attributes: {grade: [a]}}"), "L45");
  attack_world_ok(load(world, "owner: practice", "owner: somebody"));
  attack_world_free(world);
}

/* Between the two signatures the directory is what it was. */
static void
the_second_signature_meets_the_rule_as_well(void **state)
{
  AttackWorld *world = new_world();
  g_autofree char *yaml = NULL;

  (void)state;
  attack_world_ok(bring(world, ",groups", "E-102,Kim Reed,,,,,,staff\\n"));
  yaml = write_policy(world, "{attributes: {employment: contract}}",
                      "{groups: [contractors]}");
  attack_world_change_both(world, "policy.load", "policy", yaml);
  attack_world_free(world);
}

static void
a_value_that_nobody_has_is_told_to_who_signs(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(bring(world, ",groups,attribute:employment", all));
  assert_true(warns(world, "{groups: [staff]}", "{groups: [staf]}",
                    "Perhaps it is staff."));
  assert_true(
      warns(world, "{groups: [staff]}", "{groups: [pirates]}",
            "Nobody of the directory has pirates in its column groups"));
  assert_true(warns(world, "{employment: contract}", "{employment: contarct}",
                    "Perhaps it is contract."));
  /* As it is, nothing is amiss. */
  assert_false(warns(world, "owner: practice", "owner: somebody", ""));
  attack_world_free(world);
}

static void
who_was_brought_without_the_column_is_told_of(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(bring(world, ",groups,attribute:employment",
                        "E-102,Kim Reed,sales,,,,,staff,fixed\\n"));
  assert_true(warns(world, "owner: practice", "owner: somebody",
                    "Of some persons of the directory the column "
                    "attribute:employment is not known"));
  attack_world_free(world);
}

static void
a_directory_does_not_lose_what_the_policy_asks_for(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(bring(world, ",groups,attribute:employment",
                        "E-102,Kim Reed,sales,,,,,staff,fixed\\n"));
  attack_world_expect(bring(world, ",groups", "E-102,Kim Reed,,,,,,staff\\n"),
                      "directory-column");
  attack_world_expect(
      bring(world, ",attribute:employment", "E-102,Kim Reed,,,,,,fixed\\n"),
      "directory-column");
  attack_world_expect(
      bring(world, "", "E-103,Lee,,,,,\\nE-102,Kim Reed,,,,,\\n"),
      "directory-column");
  /* Kim still has them. */
  attack_world_ok(bring(world, "", "E-103,Lee,,,,,\\n"));
  /* Nobody comes, so nobody is without. */
  attack_world_ok(bring(world, "", ""));
  /* A value that is new is no fault, nor is a column that is more. */
  attack_world_ok(bring(world, ",groups,attribute:employment,attribute:site",
                        "E-103,Lee,,,,,,visitors,loan,north\\n"));
  /* What nobody asks for may go. */
  attack_world_ok(bring(world, ",groups,attribute:employment",
                        "E-103,Lee,,,,,,visitors,loan\\n"));
  attack_world_free(world);
}

/* A station that issues keys alone needs no groups: it is told, not stopped. */
static void
the_first_directory_may_be_without(void **state)
{
  AttackWorld *world = new_world();
  g_autoptr(FidotoolJson) proposal = NULL;
  const FidotoolJson *row;

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  proposal = attack_world_propose(
      world, "%s",
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"" COLUMNS
      "\\nE-104,Max,,,,,\\n\"}");
  row = attack_world_row(fidotool_json_get(proposal, "warnings"), "rule",
                         "directory-column");
  assert_non_null(row);
  attack_world_words(row);
  attack_world_free(world);
}

/* Lint is told columns and values, and nothing that is a person's own. */
static void
columns_are_told_and_persons_are_not(void **state)
{
  AttackWorld *world = new_world();
  GString *rows = g_string_new(NULL);
  g_autoptr(FidotoolJson) answer = NULL;
  g_autoptr(RecoveryColumns) columns = NULL;
  g_autofree char *text = NULL;
  const RecoveryColumn *employment, *mail;

  (void)state;
  for (int i = 0; i < 65; i++)
    g_string_append_printf(rows, "E-%d,Person %d,,,,,,staff,fixed,m%d\\n",
                           200 + i, i, i);
  attack_world_ok(
      bring(world, ",groups,attribute:employment,attribute:mail", rows->str));
  attack_world_activate(world, "p-agent", "agent");
  answer = attack_world_query(world, "{\"what\":\"directory-columns\"}");
  text = attack_world_text(answer);
  assert_null(strstr(text, "m64"));
  assert_null(strstr(text, "Person"));
  columns = recovery_columns_read(answer);
  assert_non_null(columns);
  assert_int_equal(columns->persons, 65 + 4);
  assert_int_equal(columns->groups.known, 65);
  assert_true(g_hash_table_contains(columns->groups.values, "staff"));
  employment = g_hash_table_lookup(columns->attributes, "employment");
  assert_true(g_hash_table_contains(employment->values, "fixed"));
  mail = g_hash_table_lookup(columns->attributes, "mail");
  assert_int_equal(mail->known, 65);
  assert_null(mail->values);
  g_string_free(rows, TRUE);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_policy_by_a_column_that_nobody_has_is_refused),
      cmocka_unit_test(the_second_signature_meets_the_rule_as_well),
      cmocka_unit_test(a_value_that_nobody_has_is_told_to_who_signs),
      cmocka_unit_test(who_was_brought_without_the_column_is_told_of),
      cmocka_unit_test(a_directory_does_not_lose_what_the_policy_asks_for),
      cmocka_unit_test(the_first_directory_may_be_without),
      cmocka_unit_test(columns_are_told_and_persons_are_not),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
