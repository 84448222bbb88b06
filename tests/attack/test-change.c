/* SPDX-License-Identifier: Apache-2.0 */
/* test-change.c - roster and policy change by two officers, never in their own
 * favour, and what that does to keys, machines and open cases. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"
#include "recovery/trial.h"

#define HOUR (3600 * 1000)

static void
pass(AttackWorld *world, int64_t ms)
{
  world->now_ms += ms;
  world->mono_ms += ms;
  assert_true(recovery_station_tick(world->station, NULL));
}

/* The roster in force, to be changed. */
static FidotoolJson *
roster(AttackWorld *world)
{
  GPtrArray *lines = world->station->model->rosters;
  GBytes *line = g_ptr_array_index(lines, lines->len - 1);

  return fidotool_json_parse(g_bytes_get_data(line, NULL),
                             g_bytes_get_size(line), NULL);
}

static FidotoolJson *
find_row(FidotoolJson *whole, const char *list, const char *member,
         const char *value)
{
  FidotoolJson *rows = fidotool_json_get(whole, list);

  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    if (strcmp(fidotool_json_get_text(fidotool_json_at(rows, i), member),
               value) == 0)
      return fidotool_json_at(rows, i);
  fail_msg("no row of %s", value);
  return NULL;
}

static char *
request_text(const char *act, const char *actor, const char *member,
             const char *value)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", act);
  fidotool_json_set_text(request, "actor", actor);
  fidotool_json_set_text(request, member, value);
  return fidotool_json_write(request, NULL);
}

/* One officer's half of a change; the answer. */
static FidotoolJson *
change(AttackWorld *world, const char *act, const char *actor, bool away,
       const char *member, const char *value)
{
  g_autofree char *text = request_text(act, actor, member, value);

  attack_world_activate(world, actor, "security");
  return attack_world_act(world, actor, away, "%s", text);
}

static void
change_both(AttackWorld *world, const char *act, const char *member,
            const char *value)
{
  attack_world_ok(change(world, act, "p-so-one", false, member, value));
  attack_world_ok(change(world, act, "p-so-two", true, member, value));
}

static void
change_roster(AttackWorld *world, const char *act, FidotoolJson *whole)
{
  g_autoptr(FidotoolJson) taken = whole;
  g_autofree char *line = recovery_jcs_write(taken, NULL, NULL);

  change_both(world, act, "roster", line);
}

static void
change_policy(AttackWorld *world, const char *from, const char *to)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  g_auto(GStrv) parts =
      g_strsplit(fidotool_json_get_text(founding, "policy"), from, -1);
  g_autofree char *changed = g_strjoinv(to, parts);
  g_auto(GStrv) versions = g_strsplit(changed, "version: 1", -1);
  g_autofree char *yaml = g_strjoinv("version: 2", versions);

  change_both(world, "policy.load", "policy", yaml);
}

static FidotoolJson *
approve(AttackWorld *world, const char *person, const char *slot, bool away)
{
  return attack_world_act(world, person, away,
                          "{\"act\":\"case.approve\",\"actor\":\"%s\","
                          "\"case\":\"%s\",\"slot\":\"%s\",\"contact\":"
                          "\"seen\"}",
                          person, world->case_id, slot);
}

static void
nobody_changes_themselves(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  static const struct {
    const char *member, *value;
  } rows[] = {{"valid_before", "2029-01-01T00:00:00.000Z"},
              {"valid_after", "2025-01-01T00:00:00.000Z"},
              {"roles", "[\"releaser\",\"security\"]"}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) whole = roster(world);
    FidotoolJson *row = find_row(whole, "keys", "person", "p-so-one");
    g_autofree char *line = NULL;

    if (*rows[i].value == '[')
      fidotool_json_set(
          row, rows[i].member,
          fidotool_json_parse(rows[i].value, strlen(rows[i].value), NULL));
    else
      fidotool_json_set_text(row, rows[i].member, rows[i].value);
    line = recovery_jcs_write(whole, NULL, NULL);
    attack_world_expect(
        change(world, "roster.change", "p-so-one", false, "roster", line),
        "not-for-oneself");
    attack_world_expect(
        change(world, "roster.change", "p-so-two", false, "roster", line),
        "ok");
    attack_world_expect(
        change(world, "roster.change", "p-so-one", true, "roster", line),
        "not-for-oneself");
  }
  attack_world_free(world);
}

/* A key goes from hand to hand: its new holder would sign as another. */
static void
a_key_stays_with_its_person(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  FidotoolJson *whole = roster(world), *row, *to;
  g_autofree char *line = NULL;

  (void)state;
  row = find_row(whole, "keys", "person", "p-twin");
  to = find_row(whole, "keys", "person", "p-mate");
  {
    static const char *const what[] = {"cred", "key", "registration"};

    for (size_t i = 0; i < G_N_ELEMENTS(what); i++) {
      g_autofree char *one = g_strdup(fidotool_json_get_text(row, what[i]));

      fidotool_json_set_text(row, what[i], fidotool_json_get_text(to, what[i]));
      fidotool_json_set_text(to, what[i], one);
    }
  }
  line = recovery_jcs_write(whole, NULL, NULL);
  fidotool_json_free(whole);
  attack_world_expect(
      change(world, "roster.change", "p-so-one", false, "roster", line),
      "changed-hands");
  attack_world_free(world);
}

static void
an_employee_stays_one_person(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) whole = roster(world);
  FidotoolJson *keys = fidotool_json_get(whole, "keys");
  g_autofree char *line = NULL, *employee = NULL;

  (void)state;
  /* The mate leaves the roster; the twin takes over who they were. */
  employee = g_strdup(fidotool_json_get_text(
      find_row(whole, "keys", "person", "p-mate"), "employee"));
  fidotool_json_set_text(find_row(whole, "keys", "person", "p-twin"),
                         "employee", employee);
  for (size_t i = 0; i < fidotool_json_size(keys); i++)
    if (strcmp(fidotool_json_get_text(fidotool_json_at(keys, i), "person"),
               "p-mate") == 0)
      fidotool_json_set_text(
          fidotool_json_at(keys, i), "employee",
          "00000000000000000000000000000000000000000000000000000000000000ff");
  line = recovery_jcs_write(whole, NULL, NULL);
  attack_world_expect(
      change(world, "roster.change", "p-so-one", false, "roster", line),
      "changed-hands");
  attack_world_free(world);
}

/* No key comes in that was not judged: another key under the registration of
 * one that was, or the user's key. */
static void
keys_of_a_new_roster_were_judged(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) whole = roster(world);
  AttackKey *mine = attack_key_new();
  const RecoveryCase *of =
      recovery_model_case(world->station->model, world->case_id);
  const RecoveryCaseMade *credential = g_ptr_array_index(of->made, 0);
  g_autofree char *line = NULL;
  FidotoolJson *row;
  uint8_t cred[32];

  (void)state;
  row = find_row(whole, "keys", "person", "p-lead");
  attack_key_cred(mine, cred);
  recovery_trial_set_hex(row, "cred", cred, 32);
  line = recovery_jcs_write(whole, NULL, NULL);
  attack_world_expect(
      change(world, "roster.change", "p-so-one", false, "roster", line),
      "error");
  recovery_trial_set_hex(row, "registration", credential->registration, 32);
  g_free(line);
  line = recovery_jcs_write(whole, NULL, NULL);
  attack_world_expect(
      change(world, "roster.change", "p-so-one", false, "roster", line),
      "error");
  attack_key_free(mine);
  attack_world_free(world);
}

static void
a_roster_is_of_this_station(void **state)
{
  static const char *const bad[] = {"", "{}", "{\"v\":1}"};
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) whole = roster(world);
  g_autofree char *line = NULL;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
    attack_world_expect(
        change(world, "roster.change", "p-so-one", false, "roster", bad[i]),
        "error");
  fidotool_json_set_text(whole, "station", "desk-two");
  line = recovery_jcs_write(whole, NULL, NULL);
  attack_world_expect(
      change(world, "roster.change", "p-so-one", false, "roster", line),
      "error");
  attack_world_expect(
      change(world, "roster.change", "p-so-one", false, "other", "x"), "error");
  attack_world_expect(
      attack_world_act(world, "p-lead", false,
                       "{\"act\":\"roster.change\",\"actor\":\"p-lead\"}"),
      "role");
  attack_world_free(world);
}

/* Taking away is immediate; giving takes a day. */
static void
a_key_is_taken_out_at_once(void **state)
{
  AttackWorld *world = attack_world_at("made");
  FidotoolJson *whole = roster(world);

  (void)state;
  fidotool_json_set(find_row(whole, "keys", "person", "p-twin"), "roles",
                    fidotool_json_parse("[\"other-team\"]", 14, NULL));
  change_roster(world, "roster.change", whole);
  attack_world_expect(approve(world, "p-twin", "helpdesk-lead", false), "role");
  whole = roster(world);
  fidotool_json_set(
      find_row(whole, "keys", "person", "p-twin"), "roles",
      fidotool_json_parse("[\"helpdesk-lead\",\"other-team\"]", 30, NULL));
  change_roster(world, "roster.change", whole);
  attack_world_expect(approve(world, "p-twin", "helpdesk-lead", false), "role");
  pass(world, 23 * HOUR);
  attack_world_expect(approve(world, "p-twin", "helpdesk-lead", false), "role");
  pass(world, 59 * 60 * 1000);
  attack_world_expect(approve(world, "p-twin", "helpdesk-lead", false), "role");
  attack_world_free(world);
}

static void
a_machine_out_of_its_time_signs_nothing(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");
  FidotoolJson *whole = roster(world);

  (void)state;
  fidotool_json_set_text(find_row(whole, "machines", "id", "desk-two"),
                         "valid_before", "2026-11-18T12:00:00.000Z");
  change_roster(world, "roster.machine", whole);
  {
    int64_t end_ms = 0;

    assert_true(recovery_time_read("2026-11-18T12:00:00.000Z", &end_ms));
    assert_true(end_ms > world->now_ms);
    world->now_ms = end_ms + 1000;
  }
  attack_world_expect(approve(world, "p-other", "other-team", true),
                      "machine-expired");
  attack_world_free(world);
}

static void
a_key_out_of_its_time_signs_nothing(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");
  FidotoolJson *whole = roster(world);

  (void)state;
  fidotool_json_set_text(find_row(whole, "keys", "person", "p-other"),
                         "valid_before", "2026-11-18T12:00:00.000Z");
  change_roster(world, "roster.change", whole);
  {
    int64_t end_ms = 0;

    assert_true(recovery_time_read("2026-11-18T12:00:00.000Z", &end_ms));
    world->now_ms = end_ms + 1000;
  }
  attack_world_expect(approve(world, "p-other", "other-team", true),
                      "key-expired");
  attack_world_free(world);
}

/* Somebody becomes staff while their own case is open. */
static void
nobody_approves_their_own_case(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  FidotoolJson *whole = roster(world);

  (void)state;
  fidotool_json_set_text(find_row(whole, "keys", "person", "p-other"), "sub",
                         world->sub);
  change_roster(world, "roster.change", whole);
  pass(world, 23 * HOUR);
  attack_world_reach(world, "one-approval");
  pass(world, 2 * HOUR);
  attack_world_expect(approve(world, "p-other", "other-team", true),
                      "own-case");
  attack_world_expect(
      attack_world_act(world, "p-other", true,
                       "{\"act\":\"case.refuse\",\"actor\":\"p-other\","
                       "\"case\":\"%s\",\"reason\":\"doubt\"}",
                       world->case_id),
      "own-case");
  attack_world_free(world);
}

/* A roster in force whose key never signed roster.enrol (not to be had from
 * outside today: it is made so by hand). */
static void
a_key_that_never_proved_itself_signs_nothing(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackKey *key = attack_world_person(world, "p-twin")->key;
  uint8_t cred[32];
  g_autofree char *hex = NULL;

  (void)state;
  attack_key_cred(key, cred);
  hex = fidotool_bytes_hex(cred, 32);
  assert_true(g_hash_table_remove(world->station->model->enrolled, hex));
  attack_world_expect(approve(world, "p-twin", "helpdesk-lead", false),
                      "key-not-enrolled");
  attack_world_free(world);
}

/* A case frozen under a strict policy stays strict. */
static void
the_stricter_policy_judges(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  change_policy(world, "off_kiosk: 1", "off_kiosk: 0");
  pass(world, 23 * HOUR);
  attack_world_reach(world, "one-approval");
  pass(world, 2 * HOUR);
  {
    g_autoptr(FidotoolJson) status =
        attack_world_query(world, "{\"what\":\"status\"}");

    assert_int_equal(fidotool_json_get_int(status, "policy_version", 0), 2);
  }
  attack_world_expect(approve(world, "p-other", "other-team", false),
                      "off-kiosk");
  attack_world_expect(approve(world, "p-other", "other-team", true), "ok");
  attack_world_free(world);
}

/* What was judged good at the freeze and no longer is, is not issued; and the
 * other way round. */
static void
a_key_is_judged_by_both_policies(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  change_policy(world, "70726163746b, note", "70726163746c, note");
  pass(world, 23 * HOUR);
  attack_world_reach(world, "ready");
  pass(world, 2 * HOUR);
  attack_world_activate(world, "p-release", "releaser");
  attack_world_expect(
      attack_world_act(world, "p-release", false,
                       "{\"act\":\"case.activate\",\"actor\":\"p-release\","
                       "\"case\":\"%s\"}",
                       world->case_id),
      "no-permit");
  attack_world_free(world);
}

static void
a_policy_goes_forward(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);

  (void)state;
  attack_world_expect(change(world, "policy.load", "p-so-one", false, "policy",
                             fidotool_json_get_text(founding, "policy")),
                      "error");
  attack_world_expect(
      change(world, "policy.load", "p-so-one", false, "other", "x"), "error");
  attack_world_expect(change(world, "policy.load", "p-so-one", false, "policy",
                             "schema: keyturn-policy/1\n"),
                      "error");
  attack_world_expect(
      change(world, "change.veto", "p-so-one", false, "change", "00"), "error");
  attack_world_free(world);
}

/* The bundle goes to the auditor, on the auditor's connection. */
static void
a_bundle_is_taken_by_an_auditor(void **state)
{
  AttackWorld *world = attack_world_at("issued");
  RecoverySession *mine = world->session;
  g_autoptr(FidotoolJson) made = NULL;
  g_autoptr(GPtrArray) files = NULL;
  g_autofree char *request = NULL;

  (void)state;
  attack_world_activate(world, "p-audit", "auditor");
  made = attack_world_act(world, "p-audit", false,
                          "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  world->session = recovery_session_new(RECOVERY_PEER_ADMIN);
  assert_null(
      recovery_station_export(world->station, world->session, request, NULL));
  attack_world_activate(world, "p-lead", "helpdesk-lead");
  assert_null(
      recovery_station_export(world->station, world->session, request, NULL));
  recovery_session_free(world->session);
  world->session = mine;
  files =
      recovery_station_export(world->station, world->session, request, NULL);
  assert_non_null(files);
  /* Once. */
  assert_null(
      recovery_station_export(world->station, world->session, request, NULL));
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_changes_themselves),
      cmocka_unit_test(a_key_stays_with_its_person),
      cmocka_unit_test(an_employee_stays_one_person),
      cmocka_unit_test(keys_of_a_new_roster_were_judged),
      cmocka_unit_test(a_roster_is_of_this_station),
      cmocka_unit_test(a_key_is_taken_out_at_once),
      cmocka_unit_test(a_machine_out_of_its_time_signs_nothing),
      cmocka_unit_test(a_key_out_of_its_time_signs_nothing),
      cmocka_unit_test(nobody_approves_their_own_case),
      cmocka_unit_test(a_key_that_never_proved_itself_signs_nothing),
      cmocka_unit_test(the_stricter_policy_judges),
      cmocka_unit_test(a_key_is_judged_by_both_policies),
      cmocka_unit_test(a_policy_goes_forward),
      cmocka_unit_test(a_bundle_is_taken_by_an_auditor),
  };

  return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
