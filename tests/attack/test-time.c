/* SPDX-License-Identifier: Apache-2.0 */
/* test-time.c - waits, expiry and doubt about the clock, with a clock that is
 * handed in; contests, withdrawals, notices; and what a restart keeps. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define OTHER_BOOT "00000000-0000-4000-8000-00000000000b"

static FidotoolJson *
code_request(AttackWorld *world, const char *act, const char *code)
{
  return attack_world_submit(world,
                             "{\"act\":\"%s\",\"case\":\"%s\",\"code\":\"%s\"}",
                             act, world->case_id, code);
}

static void
see_case(AttackWorld *world)
{
  attack_world_activate(world, "p-agent", "agent");
}

static void
unfinished_cases_expire(void **state)
{
  static const struct {
    const char *at;
    int hours;
  } rows[] = {{"open", 8}, {"proofing", 24}, {"made", 24}, {"ready", 24}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at(rows[i].at);

    attack_world_pass(world, (int64_t)rows[i].hours * ATTACK_HOUR_MS - 60000);
    see_case(world);
    assert_string_not_equal(attack_world_state(world), "expired");
    attack_world_pass(world, 120000);
    assert_string_equal(attack_world_state(world), "expired");
    attack_world_free(world);
  }
}

static void
the_clock_does_not_go_back(void **state)
{
  AttackWorld *world = attack_world_at("made");

  (void)state;
  world->now_ms -= 60 * 1000;
  attack_world_expect(
      attack_world_act(world, "p-lead", false,
                       "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                       "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                       "\"contact\":\"seen\"}",
                       world->case_id),
      "ok");
  world->now_ms -= 300 * 1000;
  attack_world_expect(
      attack_world_act(world, "p-other", true,
                       "{\"act\":\"case.approve\",\"actor\":\"p-other\","
                       "\"case\":\"%s\",\"slot\":\"other-team\","
                       "\"contact\":\"seen\"}",
                       world->case_id),
      "clock");
  attack_world_free(world);
}

static void
a_loosening_waits_a_day(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) before = NULL, after = NULL;

  (void)state;
  attack_world_policy(world, 2,
                      (const char *[]){"2034-01-01", "2035-01-01", NULL});
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  before = attack_world_query(world, "{\"what\":\"status\"}");
  assert_int_equal(fidotool_json_get_int(before, "policy_version", 0), 1);
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  after = attack_world_query(world, "{\"what\":\"status\"}");
  assert_int_equal(fidotool_json_get_int(after, "policy_version", 0), 2);
  attack_world_free(world);
}

static void
both_signatures_of_a_change_on_one_station_are_refused(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  g_auto(GStrv) versions =
      g_strsplit(fidotool_json_get_text(founding, "policy"), "version: 1", -1);
  g_autofree char *yaml = g_strjoinv("version: 2", versions);
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *one = NULL, *two = NULL;

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  attack_world_activate(world, "p-so-two", "security");
  fidotool_json_set_text(request, "act", "policy.load");
  fidotool_json_set_text(request, "policy", yaml);
  fidotool_json_set_text(request, "actor", "p-so-one");
  one = fidotool_json_write(request, NULL);
  fidotool_json_set_text(request, "actor", "p-so-two");
  two = fidotool_json_write(request, NULL);
  attack_world_expect(attack_world_act(world, "p-so-one", false, "%s", one),
                      "ok");
  attack_world_expect(attack_world_act(world, "p-so-one", true, "%s", one),
                      "two-people");
  attack_world_expect(attack_world_act(world, "p-so-two", false, "%s", two),
                      "change-off-kiosk");
  attack_world_expect(attack_world_act(world, "p-so-two", true, "%s", two),
                      "ok");
  attack_world_free(world);
}

static void
one_officer_vetoes(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) status = NULL, done = NULL;
  g_autofree char *target = NULL;

  (void)state;
  attack_world_policy(world, 2,
                      (const char *[]){"2034-01-01", "2035-01-01", NULL});
  attack_world_activate(world, "p-so-one", "security");
  done = attack_world_query(world, "{\"what\":\"changes\"}");
  target = g_strdup(fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(done, "changes"), 0), "statement"));
  assert_non_null(target);
  attack_world_expect(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"change.veto\",\"actor\":\"p-so-one\","
                       "\"change\":\"%s\"}",
                       target),
      "ok");
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  status = attack_world_query(world, "{\"what\":\"status\"}");
  assert_int_equal(fidotool_json_get_int(status, "policy_version", 0), 1);
  attack_world_free(world);
}

/* A wait runs on time that surely passed: not on a wall clock set forward, not
 * on the hours between two boots. */
static void
a_wait_counts_time_that_surely_passed(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_policy(world, 2,
                      (const char *[]){"wait_h: 0", "wait_h: 2", NULL});
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  attack_world_reach(world, "ready");
  assert_string_equal(attack_world_state(world), "waiting");
  attack_world_pass(world, ATTACK_HOUR_MS);
  see_case(world);
  assert_string_equal(attack_world_state(world), "waiting");
  world->now_ms += 5 * ATTACK_HOUR_MS; /* the wall clock alone */
  assert_true(recovery_station_tick(world->station, NULL));
  see_case(world);
  assert_string_equal(attack_world_state(world), "waiting");
  attack_world_restart(world, OTHER_BOOT);
  world->now_ms += ATTACK_HOUR_MS;
  assert_true(recovery_station_tick(world->station, NULL));
  see_case(world);
  assert_string_equal(attack_world_state(world), "waiting");
  attack_world_pass(world, ATTACK_HOUR_MS);
  see_case(world);
  assert_string_equal(attack_world_state(world), "ready");
  attack_world_free(world);
}

static void
an_approval_takes_time_to_read(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) one = NULL;

  (void)state;
  attack_world_policy(world, 2,
                      (const char *[]){"read_s: 0", "read_s: 60", NULL});
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  attack_world_reach(world, "made");
  one = attack_world_propose(world,
                             "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                             "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                             "\"contact\":\"seen\"}",
                             world->case_id);
  attack_world_expect(
      attack_world_sign(world, one, attack_world_person(world, "p-lead")->key,
                        NULL),
      "read-time");
  world->now_ms += 61000;
  attack_world_expect(
      attack_world_sign(world, one, attack_world_person(world, "p-lead")->key,
                        NULL),
      "ok");
  attack_world_free(world);
}

static void
the_policy_limits_cases_and_approvals(void **state)
{
  static const struct {
    const char *limit, *rule;
  } rows[] = {{"limits: {subject: 1/30d}, evidence:", "limit-subject"},
              {"limits: {agent: 1/1d}, evidence:", "limit-agent"},
              {"limits: {approver: 1/1d}, evidence:", "limit-approver"}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at(NULL);

    attack_world_policy(world, 2,
                        (const char *[]){"evidence:", rows[i].limit, NULL});
    attack_world_pass(world, 25 * ATTACK_HOUR_MS);
    attack_world_reach(world, "one-approval");
    attack_world_expect(
        attack_world_act(world, "p-agent", false,
                         "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\","
                         "\"case\":\"%s\"}",
                         world->case_id),
        "ok");
    if (i < 2) {
      attack_world_expect(
          attack_world_act(world, "p-agent", false,
                           "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                           "\"op\":\"recover\",\"sub\":\"%s\",\"reason\":"
                           "\"lost\"}",
                           world->sub),
          rows[i].rule);
    } else {
      attack_key_free(world->fresh);
      world->fresh = attack_key_new();
      attack_world_reach(world, "made");
      attack_world_expect(
          attack_world_act(world, "p-lead", false,
                           "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                           "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                           "\"contact\":\"seen\"}",
                           world->case_id),
          rows[i].rule);
    }
    attack_world_free(world);
  }
}

static void
whoever_has_a_notice_can_contest(void **state)
{
  AttackWorld *world = attack_world_at("ready");
  g_autofree char *code = attack_world_code(world);

  (void)state;
  attack_world_expect(
      code_request(world, "case.contest", "00000000000000000000000000000000"),
      "code");
  attack_world_expect(code_request(world, "case.contest", code), "ok");
  see_case(world);
  assert_string_equal(attack_world_state(world), "contested");
  attack_world_activate(world, "p-release", "releaser");
  attack_world_expect(
      attack_world_act(world, "p-release", false,
                       "{\"act\":\"case.activate\",\"actor\":\"p-release\","
                       "\"case\":\"%s\"}",
                       world->case_id),
      "state");
  attack_world_free(world);
}

#define DECIDE(act, person)                                                    \
  "{\"act\":\"" act "\",\"actor\":\"" person "\",\"case\":\"%s\"}",            \
      world->case_id

static void
an_officer_and_an_approver_decide_a_contest(void **state)
{
  AttackWorld *world = attack_world_at("ready");
  g_autofree char *code = attack_world_code(world);

  (void)state;
  attack_world_expect(code_request(world, "case.contest", code), "ok");
  attack_world_expect(
      attack_world_act(world, "p-lead", false, DECIDE("case.uphold", "p-lead")),
      "not-on-case");
  attack_world_expect(
      attack_world_act(world, "p-twin", false, DECIDE("case.uphold", "p-twin")),
      "ok");
  attack_world_expect(
      attack_world_act(world, "p-twin", true, DECIDE("case.uphold", "p-twin")),
      "two-people");
  attack_world_expect(
      attack_world_act(world, "p-mate", true, DECIDE("case.uphold", "p-mate")),
      "officer-and-approver");
  attack_world_expect(attack_world_act(world, "p-so-one", true,
                                       DECIDE("case.uphold", "p-so-one")),
                      "ok");
  see_case(world);
  assert_string_equal(attack_world_state(world), "undone");
  attack_world_free(world);
}

static void
after_a_rejected_contest_a_code_stops_nothing(void **state)
{
  AttackWorld *world = attack_world_at("ready");
  g_autofree char *code = attack_world_code(world);

  (void)state;
  attack_world_expect(code_request(world, "case.contest", code), "ok");
  attack_world_expect(attack_world_act(world, "p-so-one", false,
                                       DECIDE("case.reject", "p-so-one")),
                      "ok");
  attack_world_expect(
      attack_world_act(world, "p-twin", true, DECIDE("case.reject", "p-twin")),
      "ok");
  see_case(world);
  assert_string_equal(attack_world_state(world), "ready");
  attack_world_expect(code_request(world, "case.contest", code),
                      "contested-before");
  attack_world_activate(world, "p-release", "releaser");
  attack_world_expect(attack_world_act(world, "p-release", false,
                                       DECIDE("case.activate", "p-release")),
                      "ok");
  attack_world_free(world);
}

static void
a_case_is_withdrawn_by_staff_or_code(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autofree char *code = attack_world_code(world);

  (void)state;
  attack_world_expect(code_request(world, "case.withdraw", code), "ok");
  assert_string_equal(attack_world_state(world), "withdrawn");
  attack_key_free(world->fresh);
  world->fresh = attack_key_new();
  attack_world_reach(world, "made");
  attack_world_expect(attack_world_act(world, "p-agent", false,
                                       DECIDE("case.withdraw", "p-agent")),
                      "ok");
  assert_string_equal(attack_world_state(world), "withdrawn");
  attack_world_free(world);
}

static void
an_approver_refuses(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-other", false,
                       "{\"act\":\"case.refuse\",\"actor\":\"p-other\","
                       "\"case\":\"%s\",\"reason\":\"no words!\"}",
                       world->case_id),
      "reason");
  attack_world_expect(
      attack_world_act(world, "p-other", false,
                       "{\"act\":\"case.refuse\",\"actor\":\"p-other\","
                       "\"case\":\"%s\",\"reason\":\"not-the-person\"}",
                       world->case_id),
      "ok");
  assert_string_equal(attack_world_state(world), "refused");
  attack_world_free(world);
}

/* At each step the process ends without a word, and starts again. */
static void
a_restart_at_any_step_loses_nothing(void **state)
{
  static const char *const steps[] = {
      "open", "proofing", "awaiting_approval", "made", "one-approval", "ready"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
    AttackWorld *world = attack_world_at(steps[i]);
    const char *before = attack_world_state(world);

    attack_world_restart(world, OTHER_BOOT);
    see_case(world);
    assert_string_equal(attack_world_state(world), before);
    attack_world_free(world);
  }
}

static void
a_notice_that_cannot_be_written_shows(void **state)
{
  AttackWorld *world = attack_world_at("made");

  (void)state;
  world->notice_fails = true;
  attack_world_expect(
      attack_world_act(world, "p-lead", false,
                       "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                       "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                       "\"contact\":\"seen\"}",
                       world->case_id),
      "ok");
  world->notice_fails = false;
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unfinished_cases_expire),
      cmocka_unit_test(the_clock_does_not_go_back),
      cmocka_unit_test(a_loosening_waits_a_day),
      cmocka_unit_test(both_signatures_of_a_change_on_one_station_are_refused),
      cmocka_unit_test(one_officer_vetoes),
      cmocka_unit_test(a_wait_counts_time_that_surely_passed),
      cmocka_unit_test(an_approval_takes_time_to_read),
      cmocka_unit_test(the_policy_limits_cases_and_approvals),
      cmocka_unit_test(whoever_has_a_notice_can_contest),
      cmocka_unit_test(an_officer_and_an_approver_decide_a_contest),
      cmocka_unit_test(after_a_rejected_contest_a_code_stops_nothing),
      cmocka_unit_test(a_case_is_withdrawn_by_staff_or_code),
      cmocka_unit_test(an_approver_refuses),
      cmocka_unit_test(a_restart_at_any_step_loses_nothing),
      cmocka_unit_test(a_notice_that_cannot_be_written_shows),
  };

  return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
