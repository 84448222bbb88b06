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

static void
change_roster(AttackWorld *world, const char *act, FidotoolJson *whole)
{
  g_autoptr(FidotoolJson) taken = whole;
  g_autofree char *line = recovery_jcs_write(taken, NULL, NULL);

  attack_world_change_both(world, act, "roster", line);
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
    attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                            false, "roster", line),
                        "not-for-oneself");
    attack_world_expect(attack_world_change(world, "roster.change", "p-so-two",
                                            false, "roster", line),
                        "ok");
    attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                            true, "roster", line),
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
  attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                          false, "roster", line),
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
  attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                          false, "roster", line),
                      "changed-hands");
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
    attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                            false, "roster", bad[i]),
                        "error");
  /* Without anybody, without the station itself, of another station. */
  {
    g_autoptr(FidotoolJson) empty = fidotool_json_copy(whole);
    g_autoptr(FidotoolJson) headless = fidotool_json_copy(whole);
    g_autofree char *nobody = NULL, *away = NULL;

    fidotool_json_set(empty, "keys", fidotool_json_new_array());
    nobody = recovery_jcs_write(empty, NULL, NULL);
    attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                            false, "roster", nobody),
                        "L06");
    fidotool_json_set_text(find_row(headless, "machines", "id", "st-01"), "id",
                           "st-02");
    away = recovery_jcs_write(headless, NULL, NULL);
    attack_world_says(attack_world_change(world, "roster.change", "p-so-one",
                                          false, "roster", away),
                      "is not one of this station");
  }
  fidotool_json_set_text(whole, "station", "desk-two");
  line = recovery_jcs_write(whole, NULL, NULL);
  attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                          false, "roster", line),
                      "error");
  attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                          false, "other", "x"),
                      "error");
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
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  attack_world_expect(approve(world, "p-twin", "helpdesk-lead", false), "role");
  attack_world_pass(world, 59 * 60 * 1000);
  attack_world_expect(approve(world, "p-twin", "helpdesk-lead", false), "role");
  attack_world_free(world);
}

/* What is in force at once: a change that gives nobody anything. Each of these
 * gives somebody something, and waits. */
static void
only_a_tightening_takes_effect_at_once(void **state)
{
  static const struct {
    const char *list, *name, *value, *member, *to;
  } rows[] = {
      {"keys", "person", "p-twin", "team", "other"},
      {"keys", "person", "p-twin", "valid_after", "2025-01-01T00:00:00.000Z"},
      {"keys", "person", "p-twin", "valid_before", "2029-01-01T00:00:00.000Z"},
      {"machines", "id", "desk-two", "id", "desk-new"},
      {"machines", "id", "desk-two", "key", NULL},
      {"machines", "id", "desk-two", "valid_after", "2025-01-01T00:00:00.000Z"},
      {"machines", "id", "desk-two", "valid_before",
       "2029-01-01T00:00:00.000Z"},
  };
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolJson *whole = roster(world);
    FidotoolJson *row =
        find_row(whole, rows[i].list, rows[i].name, rows[i].value);
    g_autofree char *key = NULL;
    unsigned waiting = world->station->model->changes->len;

    if (rows[i].to == NULL) {
      RecoverySshsigKey other = {.type = RECOVERY_SSHSIG_ED25519,
                                 .point = {7, 7, 7}};
      g_autoptr(GBytes) bytes = recovery_sshsig_write_key(&other);

      key = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                  g_bytes_get_size(bytes));
    }
    fidotool_json_set_text(row, rows[i].member,
                           rows[i].to == NULL ? key : rows[i].to);
    change_roster(world, "roster.change", whole);
    assert_int_equal(world->station->model->changes->len, waiting + 1);
  }
  {
    FidotoolJson *whole = roster(world);
    unsigned waiting = world->station->model->changes->len;

    fidotool_json_set_text(find_row(whole, "machines", "id", "desk-two"),
                           "valid_before", "2027-06-01T00:00:00.000Z");
    change_roster(world, "roster.machine", whole);
    assert_int_equal(world->station->model->changes->len, waiting);
  }
  attack_world_free(world);
}

/* A roster and a policy are kept as what they are. */
static void
a_change_is_kept_as_what_it_is(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  FidotoolJson *whole = roster(world);
  g_autofree char *kind = NULL;
  g_autoptr(GBytes) body = NULL;

  (void)state;
  fidotool_json_set(find_row(whole, "keys", "person", "p-twin"), "roles",
                    fidotool_json_parse("[\"other-team\"]", 14, NULL));
  change_roster(world, "roster.change", whole);
  assert_true(recovery_store_object(world->station->store,
                                    world->station->model->roster_digest, &body,
                                    &kind, NULL));
  assert_string_equal(kind, "roster");
  attack_world_free(world);
}

/* Whatever else a request says, it is about the text that its act names. */
static void
a_second_signature_is_about_its_own_text(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  FidotoolJson *whole = roster(world);
  g_autofree char *line = NULL, *text = NULL;
  FidotoolJson *request = fidotool_json_new_object();

  (void)state;
  fidotool_json_set(find_row(whole, "keys", "person", "p-twin"), "roles",
                    fidotool_json_parse("[\"other-team\"]", 14, NULL));
  line = recovery_jcs_write(whole, NULL, NULL);
  fidotool_json_free(whole);
  attack_world_ok(attack_world_change(world, "roster.change", "p-so-one", false,
                                      "roster", line));
  fidotool_json_set_text(request, "act", "roster.change");
  fidotool_json_set_text(request, "actor", "p-so-two");
  fidotool_json_set_text(request, "roster", line);
  fidotool_json_set_text(request, "policy", "something else");
  text = fidotool_json_write(request, NULL);
  fidotool_json_free(request);
  attack_world_activate(world, "p-so-two", "security");
  attack_world_ok(attack_world_act(world, "p-so-two", true, "%s", text));
  assert_int_equal(attack_world_entries(world, "\"change.effect\""), 1);
  attack_world_free(world);
}

/* An officer who has left the roster is none, though they signed before. */
static void
an_officer_who_has_left_is_none(void **state)
{
  AttackWorld *world = attack_world_at("made");
  FidotoolJson *whole = roster(world), *keys = fidotool_json_get(whole, "keys");
  FidotoolJson *left = fidotool_json_new_array();
  g_autofree char *code = attack_world_code(world), *line = NULL;

  (void)state;
  attack_world_ok(attack_world_submit(
      world, "{\"act\":\"case.contest\",\"code\":\"%s\"}", code));
  attack_world_ok(attack_world_act(
      world, "p-so-two", false,
      "{\"act\":\"case.uphold\",\"actor\":\"p-so-two\",\"case\":\"%s\"}",
      world->case_id));
  for (size_t i = 0; i < fidotool_json_size(keys); i++)
    if (strcmp(fidotool_json_get_text(fidotool_json_at(keys, i), "person"),
               "p-so-two") != 0)
      fidotool_json_append(left, fidotool_json_copy(fidotool_json_at(keys, i)));
  fidotool_json_set(whole, "keys", left);
  line = recovery_jcs_write(whole, NULL, NULL);
  fidotool_json_free(whole);
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_expect(
      attack_world_act(
          world, "p-twin", true,
          "{\"act\":\"case.uphold\",\"actor\":\"p-twin\",\"case\":\"%s\"}",
          world->case_id),
      "officer-and-approver");
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

/* A case frozen under a strict policy stays strict. */
static void
the_stricter_policy_judges(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_policy(world, 2,
                      (const char *[]){"off_kiosk: 1", "off_kiosk: 0", NULL});
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  attack_world_reach(world, "one-approval");
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
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
  attack_world_policy(
      world, 2,
      (const char *[]){"70726163746b, note", "70726163746c, note", NULL});
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  attack_world_reach(world, "ready");
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
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
  attack_world_expect(
      attack_world_change(world, "policy.load", "p-so-one", false, "policy",
                          fidotool_json_get_text(founding, "policy")),
      "policy-version");
  attack_world_expect(attack_world_change(world, "policy.load", "p-so-one",
                                          false, "other", "x"),
                      "error");
  attack_world_expect(attack_world_change(world, "policy.load", "p-so-one",
                                          false, "policy",
                                          "schema: keyturn-policy/1\n"),
                      "error");
  attack_world_expect(attack_world_change(world, "change.veto", "p-so-one",
                                          false, "change", "00"),
                      "error");
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
      cmocka_unit_test(a_roster_is_of_this_station),
      cmocka_unit_test(a_key_is_taken_out_at_once),
      cmocka_unit_test(only_a_tightening_takes_effect_at_once),
      cmocka_unit_test(a_change_is_kept_as_what_it_is),
      cmocka_unit_test(a_second_signature_is_about_its_own_text),
      cmocka_unit_test(an_officer_who_has_left_is_none),
      cmocka_unit_test(a_machine_out_of_its_time_signs_nothing),
      cmocka_unit_test(a_key_out_of_its_time_signs_nothing),
      cmocka_unit_test(the_stricter_policy_judges),
      cmocka_unit_test(a_key_is_judged_by_both_policies),
      cmocka_unit_test(a_policy_goes_forward),
      cmocka_unit_test(a_bundle_is_taken_by_an_auditor),
  };

  return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
