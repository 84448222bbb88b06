/* SPDX-License-Identifier: Apache-2.0 */
/* test-row.c - a new key gets its row on the roster: from two officers, for the
 * person that proved it, a day later. Nobody adds, re-keys or promotes
 * themselves. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/jcs.h"
#include "recovery/trial.h"

#define HOUR ATTACK_HOUR_MS

static FidotoolJson *
parse(const char *line)
{
  return fidotool_json_parse(line, strlen(line), NULL);
}

static FidotoolJson *
find_row(FidotoolJson *roster, const char *person, const AttackKey *key)
{
  FidotoolJson *rows = fidotool_json_get(roster, "keys");
  g_autofree char *hex = NULL;
  uint8_t cred[32];

  attack_key_cred(key, cred);
  hex = fidotool_bytes_hex(cred, 32);
  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    FidotoolJson *row = fidotool_json_at(rows, i);

    if (strcmp(fidotool_json_get_text(row, "person"), person) == 0 &&
        strcmp(fidotool_json_get_text(row, "cred"), hex) == 0)
      return row;
  }
  fail_msg("no row of %s", person);
  return NULL;
}

static FidotoolJson *
change(AttackWorld *world, const char *officer, bool away, const char *line)
{
  return attack_world_change(world, "roster.change", officer, away, "roster",
                             line);
}

static FidotoolJson *
approve(AttackWorld *world, const char *person, AttackKey *key, bool away)
{
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"%s\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"seen\"}",
      person, world->case_id);

  if (fidotool_json_get(proposal, "statement") == NULL)
    return g_steal_pointer(&proposal);
  return attack_world_sign(world, proposal, key, away ? &world->away : NULL);
}

static GPtrArray *
export_bundle(AttackWorld *world)
{
  g_autoptr(FidotoolJson) made = NULL;
  g_autofree char *request = NULL;
  GPtrArray *files;

  attack_world_activate(world, "p-audit", "auditor");
  made = attack_world_act(world, "p-audit", true,
                          "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  files =
      recovery_station_export(world->station, world->session, request, NULL);
  assert_non_null(files);
  return files;
}

/* The whole way, and what the auditor says to it. */
static void
a_new_person_approves_a_day_later(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();
  g_autofree char *line = NULL, *said = NULL;
  g_autoptr(GPtrArray) files = NULL;

  (void)state;
  attack_world_enrol_new(world, "p-new", key);
  line = attack_world_roster_with(world, "p-new", "E-200", "new", "other-team");
  attack_world_ok(change(world, "p-so-one", false, line));
  attack_world_ok(change(world, "p-so-two", true, line));
  attack_world_pass(world, 23 * HOUR);
  attack_world_reach(world, "one-approval");
  attack_world_expect(approve(world, "p-new", key, true), "actor-unknown");
  attack_world_pass(world, HOUR + 60000);
  attack_world_restart(world, NULL);
  attack_world_ok(approve(world, "p-new", key, true));
  attack_world_activate(world, "p-release", "releaser");
  attack_world_ok(attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id));
  files = export_bundle(world);
  if (attack_world_verify(world, files, true, &said) != 0)
    fail_msg("verify.py refuses: %s", said);
  attack_key_free(key);
  attack_world_free(world);
}

/* Two officers cannot give a row to a key that did not prove itself, nor to
 * another person, nor under the registration of another key. */
static void
a_row_is_of_the_key_that_proved_itself(void **state)
{
  static const struct {
    const char *member;
    int from; /* 0: a stranger's, 1: the lead's own row, 2: a user's */
    const char *says;
  } rows[] = {
      {"key", 0, "is not the one of its registration"},
      {"cred", 0, "is not the one of its registration"},
      {"registration", 1, "did not prove itself"},
      {"registration", 2, "did not prove itself"},
  };
  AttackWorld *world = attack_world_at("made");
  const RecoveryCase *of =
      recovery_model_case(world->station->model, world->case_id);
  const RecoveryCaseMade *credential = g_ptr_array_index(of->made, 0);
  AttackKey *key = attack_key_new(), *unproved = attack_key_new();
  g_autofree char *line = NULL, *users = NULL, *hex = NULL;
  g_autoptr(FidotoolJson) made = NULL;

  (void)state;
  users = fidotool_bytes_hex(credential->registration, 32);
  attack_world_enrol_new(world, "p-new", key);
  line = attack_world_roster_with(world, "p-new", "E-200", "new", "other-team");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) roster = parse(line);
    FidotoolJson *row = find_row(roster, "p-new", key);
    FidotoolJson *lead =
        find_row(roster, "p-lead", attack_world_person(world, "p-lead")->key);
    g_autofree char *changed = NULL;

    fidotool_json_set_text(
        row, rows[i].member,
        rows[i].from == 2   ? users
        : rows[i].from == 1 ? fidotool_json_get_text(lead, rows[i].member)
        : strcmp(rows[i].member, "cred") == 0
            ? "0000000000000000000000000000000000000000000000000000000000000001"
            : "AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlz"
              "dHAyNTYAAABBBGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC"
              "4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfUAAAAZa2V5dHVybi1wcmFj"
              "dGljZTphcHByb3ZhbA==");
    changed = recovery_jcs_write(roster, NULL, NULL);
    if (rows[i].from == 1) { /* one registration stands once */
      fidotool_json_set_text(lead, "registration", users);
      g_free(changed);
      changed = recovery_jcs_write(roster, NULL, NULL);
    }
    attack_world_says(change(world, "p-so-one", false, changed), rows[i].says);
  }
  /* Proved by another, in another name. */
  {
    g_autoptr(FidotoolJson) roster = parse(line);
    g_autofree char *changed = NULL;

    fidotool_json_set_text(find_row(roster, "p-new", key), "person", "p-newer");
    changed = recovery_jcs_write(roster, NULL, NULL);
    attack_world_says(change(world, "p-so-one", false, changed),
                      "did not prove itself");
  }
  /* Made and judged, and no more. */
  attack_world_activate(world, "p-so-one", "security");
  made = attack_world_new_key(world, "p-new", unproved, true);
  hex = attack_world_registration(made);
  {
    g_autoptr(FidotoolJson) roster = parse(line);
    g_autofree char *changed = NULL;

    fidotool_json_set_text(find_row(roster, "p-new", key), "registration", hex);
    changed = recovery_jcs_write(roster, NULL, NULL);
    attack_world_says(change(world, "p-so-one", false, changed),
                      "did not prove itself");
  }
  attack_world_ok(change(world, "p-so-one", false, line));
  attack_key_free(key);
  attack_key_free(unproved);
  attack_world_free(world);
}

/* A row of before, under which another key is put: it was judged once, that
 * key was not. */
static void
an_old_row_keeps_its_key(void **state)
{
  static const char *const members[] = {"key", "registration"};
  AttackWorld *world = attack_world_at("made");
  AttackKey *key = attack_key_new();
  AttackKey *lead = attack_world_person(world, "p-lead")->key;
  g_autofree char *line = NULL;

  (void)state;
  attack_world_enrol_new(world, "p-lead", key);
  line = attack_world_roster_with(world, "p-lead", "", "", "helpdesk-lead");
  for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
    g_autoptr(FidotoolJson) roster = parse(line);
    FidotoolJson *fresh = find_row(roster, "p-lead", key);
    FidotoolJson *old = find_row(roster, "p-lead", lead);
    FidotoolJson *rows = fidotool_json_get(roster, "keys");
    FidotoolJson *left = fidotool_json_new_array();
    g_autofree char *changed = NULL;

    fidotool_json_set_text(old, members[i],
                           fidotool_json_get_text(fresh, members[i]));
    for (size_t k = 0; k < fidotool_json_size(rows); k++)
      if (fidotool_json_at(rows, k) != fresh)
        fidotool_json_append(left,
                             fidotool_json_copy(fidotool_json_at(rows, k)));
    fidotool_json_set(roster, "keys", left);
    changed = recovery_jcs_write(roster, NULL, NULL);
    attack_world_says(change(world, "p-so-one", false, changed),
                      "is not the one of its registration");
  }
  attack_key_free(key);
  attack_world_free(world);
}

/* An officer's own second key, or a role more: it takes two others. */
static void
nobody_adds_rekeys_or_promotes_themselves(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();
  g_autofree char *line = NULL;
  static const struct {
    const char *officer;
    bool away;
    const char *rule;
  } rows[] = {
      {"p-so-one", false, "not-for-oneself"},
      {"p-so-two", false, "ok"},
      {"p-so-one", true, "not-for-oneself"},
      {"p-so-two", true, "two-people"},
  };

  (void)state;
  attack_world_enrol_new(world, "p-so-one", key);
  line = attack_world_roster_with(world, "p-so-one", "", "", "security");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    attack_world_expect(change(world, rows[i].officer, rows[i].away, line),
                        rows[i].rule);
  /* Somebody who is no officer cannot sign it at all. */
  attack_world_expect(
      attack_world_act(world, "p-lead", true,
                       "{\"act\":\"roster.change\",\"actor\":\"p-lead\"}"),
      "role");
  assert_int_equal(attack_world_entries(world, "\"act\":\"roster.change\""), 0);
  attack_key_free(key);
  attack_world_free(world);
}

static void
one_officer_vetoes_a_newcomer(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackKey *key = attack_key_new();
  g_autofree char *line = NULL, *target = NULL;
  g_autoptr(FidotoolJson) waiting = NULL;

  (void)state;
  attack_world_enrol_new(world, "p-new", key);
  line = attack_world_roster_with(world, "p-new", "E-200", "new", "other-team");
  attack_world_change_both(world, "roster.change", "roster", line);
  waiting = attack_world_query(world, "{\"what\":\"changes\"}");
  target = g_strdup(fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(waiting, "changes"), 0), "statement"));
  attack_world_ok(attack_world_change(world, "change.veto", "p-so-two", false,
                                      "change", target));
  attack_world_pass(world, 25 * HOUR);
  attack_world_expect(
      attack_world_propose(world, "{\"act\":\"role.activate\",\"actor\":"
                                  "\"p-new\",\"role\":\"other-team\"}"),
      "actor-unknown");
  attack_key_free(key);
  attack_world_free(world);
}

/* The second officer sees what the first one signed, and signs that. */
static void
a_change_waits_for_its_second_signature(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();
  g_autofree char *line = NULL;
  g_autoptr(FidotoolJson) waiting = NULL, later = NULL;
  const FidotoolJson *one;

  (void)state;
  attack_world_enrol_new(world, "p-new", key);
  line = attack_world_roster_with(world, "p-new", "E-200", "new", "other-team");
  attack_world_ok(change(world, "p-so-one", false, line));
  waiting = attack_world_query(world, "{\"what\":\"changes\"}");
  one = fidotool_json_at(fidotool_json_get(waiting, "proposed"), 0);
  assert_string_equal(fidotool_json_get_text(one, "actor"), "p-so-one");
  assert_string_equal(fidotool_json_get_text(one, "text"), line);
  attack_world_pass(world, 25 * HOUR);
  attack_world_activate(world, "p-so-two", "security");
  later = attack_world_query(world, "{\"what\":\"changes\"}");
  assert_int_equal(fidotool_json_size(fidotool_json_get(later, "proposed")), 0);
  attack_world_ok(change(world, "p-so-two", true, line)); /* the first, anew */
  assert_int_equal(attack_world_entries(world, "\"act\":\"roster.change\""), 0);
  attack_key_free(key);
  attack_world_free(world);
}

/* A subject becomes staff while their case is open: they stay that subject,
 * and decide nothing about themselves. */
static void
nobody_decides_on_themselves_under_another_id(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();
  g_autoptr(FidotoolJson) roster = NULL;
  g_autofree char *line = NULL, *changed = NULL;
  FidotoolJson *row;

  (void)state;
  attack_world_enrol_new(world, "p-sam", key);
  line = attack_world_roster_with(world, "p-sam", "E-100", "new", "other-team");
  roster = parse(line);
  row = find_row(roster, "p-sam", key);
  assert_string_equal(fidotool_json_get_text(row, "sub"), world->sub);
  fidotool_json_set_text(row, "sub", "s-0000ffff");
  changed = recovery_jcs_write(roster, NULL, NULL);
  attack_world_expect(change(world, "p-so-one", false, changed), "own-subject");
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_pass(world, 23 * HOUR);
  attack_world_reach(world, "one-approval");
  attack_world_pass(world, 2 * HOUR);
  attack_world_expect(approve(world, "p-sam", key, true), "own-case");
  attack_world_expect(
      attack_world_act(world, "p-so-one", true,
                       "{\"act\":\"case.refuse\",\"actor\":\"p-sam\","
                       "\"case\":\"%s\",\"reason\":\"doubt\"}",
                       world->case_id),
      "own-case");
  attack_key_free(key);
  attack_world_free(world);
}

/* Whoever was on the roster has one subject id for ever, and nobody else has
 * it, also when they have left. */
static void
a_subject_id_stays_with_its_person(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new(), *twin = NULL, *other = NULL;
  g_autofree char *line = NULL, *sub = NULL, *changed = NULL;
  g_autoptr(FidotoolJson) roster = NULL;
  FidotoolJson *left = fidotool_json_new_array(), *rows;

  (void)state;
  twin = attack_world_person(world, "p-twin")->key;
  other = attack_world_person(world, "p-other")->key;
  attack_world_enrol_new(world, "p-new", key);
  line = attack_world_roster_with(world, "p-new", "E-200", "new", "other-team");
  roster = parse(line);
  sub =
      g_strdup(fidotool_json_get_text(find_row(roster, "p-twin", twin), "sub"));
  /* The twin leaves, and the newcomer takes over whom they were. */
  rows = fidotool_json_get(roster, "keys");
  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    if (strcmp(fidotool_json_get_text(fidotool_json_at(rows, i), "person"),
               "p-twin") != 0)
      fidotool_json_append(left, fidotool_json_copy(fidotool_json_at(rows, i)));
  fidotool_json_set(roster, "keys", left);
  fidotool_json_set_text(find_row(roster, "p-new", key), "sub", sub);
  changed = recovery_jcs_write(roster, NULL, NULL);
  attack_world_expect(change(world, "p-so-one", false, changed), "own-subject");
  {
    g_autoptr(FidotoolJson) again = parse(line);
    g_autofree char *moved = NULL;

    fidotool_json_set_text(find_row(again, "p-other", other), "sub",
                           "s-0000ffff");
    moved = recovery_jcs_write(again, NULL, NULL);
    attack_world_expect(change(world, "p-so-one", false, moved), "own-subject");
  }
  attack_key_free(key);
  attack_world_free(world);
}

static void
a_row_says_who_the_person_is(void **state)
{
  static const struct {
    const char *more, *says;
  } rows[] = {
      {"", "the employee number is missing"},
      {",\"employee\":\"\",\"team\":\"new\",\"roles\":[\"agent\"]",
       "the employee number is missing"},
      {",\"employee\":\"E-200\"", "the team is missing"},
      {",\"employee\":\"E-200\",\"team\":\"new\"", "the roles are missing"},
      {",\"employee\":\"E-200\",\"team\":\"new\",\"roles\":[\"agent\"],"
       "\"days\":0",
       "1 to 3650 days"},
      {",\"employee\":\"E-200\",\"team\":\"new\",\"roles\":[\"agent\"],"
       "\"days\":3651",
       "1 to 3650 days"},
      {",\"employee\":\"E-200\",\"team\":\"A team\",\"roles\":[\"agent\"]",
       "roster"},
  };
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(
      attack_world_query(world,
                         "{\"what\":\"roster-with\",\"person\":\"p-new\"}"),
      "key-not-enrolled");
  attack_world_enrol_new(world, "p-new", key);
  attack_world_expect(
      attack_world_query(world,
                         "{\"what\":\"roster-with\",\"person\":\"p-newer\"}"),
      "key-not-enrolled");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    attack_world_says(
        attack_world_query(world,
                           "{\"what\":\"roster-with\",\"person\":\"p-new\"%s}",
                           rows[i].more),
        rows[i].says);
  attack_key_free(key);
  attack_world_free(world);
}

/* A second key for somebody who is known: who they are need not be said, and
 * the older key goes on. */
static void
a_second_key_is_the_same_persons(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();
  g_autofree char *line = NULL;
  g_autoptr(FidotoolJson) answer = NULL;

  (void)state;
  attack_world_enrol_new(world, "p-other", key);
  answer = attack_world_query(
      world, "{\"what\":\"roster-with\",\"person\":\"p-other\"}");
  line = g_strdup(fidotool_json_get_text(answer, "roster"));
  assert_non_null(line);
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_pass(world, 23 * HOUR);
  attack_world_reach(world, "one-approval");
  attack_world_pass(world, 2 * HOUR);
  attack_world_ok(approve(world, "p-other", key, true));
  {
    attack_world_activate(world, "p-agent", "agent");
    g_autoptr(FidotoolJson) shown =
        attack_world_query(world, "{\"what\":\"roster\"}");

    assert_int_equal(fidotool_json_size(fidotool_json_get(shown, "newcomers")),
                     0);
    assert_int_equal(fidotool_json_size(fidotool_json_get(shown, "enrolled")),
                     12);
  }
  attack_key_free(key);
  attack_world_free(world);
}

/* A policy that no longer takes the keys of staff does not keep them on the
 * roster: who was judged once is not judged again. */
static void
a_person_leaves_whatever_the_policy_says(void **state)
{
  static const char *const words[] = {"      - {aaguid: 6b657974-7572",
                                      "      - {aaguid: 6b657974-7573", NULL};
  AttackWorld *world = attack_world_at(NULL);
  GPtrArray *lines = world->station->model->rosters;
  GBytes *last = g_ptr_array_index(lines, lines->len - 1);
  g_autoptr(FidotoolJson) roster = fidotool_json_parse(
      g_bytes_get_data(last, NULL), g_bytes_get_size(last), NULL);
  FidotoolJson *rows = fidotool_json_get(roster, "keys");
  FidotoolJson *left = fidotool_json_new_array();
  g_autofree char *line = NULL;

  (void)state;
  attack_world_policy(world, 2, words);
  attack_world_pass(world, 25 * HOUR);
  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    if (strcmp(fidotool_json_get_text(fidotool_json_at(rows, i), "person"),
               "p-twin") != 0)
      fidotool_json_append(left, fidotool_json_copy(fidotool_json_at(rows, i)));
  fidotool_json_set(roster, "keys", left);
  line = recovery_jcs_write(roster, NULL, NULL);
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_expect(
      attack_world_propose(world, "{\"act\":\"role.activate\",\"actor\":"
                                  "\"p-twin\",\"role\":\"other-team\"}"),
      "actor-unknown");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_person_approves_a_day_later),
      cmocka_unit_test(a_row_is_of_the_key_that_proved_itself),
      cmocka_unit_test(an_old_row_keeps_its_key),
      cmocka_unit_test(nobody_adds_rekeys_or_promotes_themselves),
      cmocka_unit_test(one_officer_vetoes_a_newcomer),
      cmocka_unit_test(a_change_waits_for_its_second_signature),
      cmocka_unit_test(nobody_decides_on_themselves_under_another_id),
      cmocka_unit_test(a_subject_id_stays_with_its_person),
      cmocka_unit_test(a_row_says_who_the_person_is),
      cmocka_unit_test(a_second_key_is_the_same_persons),
      cmocka_unit_test(a_person_leaves_whatever_the_policy_says),
  };

  return cmocka_run_group_tests_name("row", tests, NULL, NULL);
}
