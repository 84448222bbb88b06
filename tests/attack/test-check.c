/* SPDX-License-Identifier: Apache-2.0 */
/* test-check.c - the routine check: which cases go there, who looks at them,
 * and how long they wait for it. */
#include "recovery/routine-check.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define PCT(number) "routine_check_pct: " number
#define WAITS "waits for the routine check"
#define MINUTE_MS (60 * INT64_C(1000))

static FidotoolJson *
check(AttackWorld *world, const char *person)
{
  return attack_world_act(
      world, person, false,
      "{\"act\":\"case.check\",\"actor\":\"%s\",\"case\":\"%s\"}", person,
      world->case_id);
}

static FidotoolJson *
refuse(AttackWorld *world, const char *person, const char *slot)
{
  return attack_world_act(world, person, false,
                          "{\"act\":\"case.refuse\",\"actor\":\"%s\",\"case\":"
                          "\"%s\",\"reason\":\"doubt\"%s%s%s}",
                          person, world->case_id,
                          slot == NULL ? "" : ",\"slot\":\"",
                          slot == NULL ? "" : slot, slot == NULL ? "" : "\"");
}

static FidotoolJson *
release(AttackWorld *world, const char *person)
{
  attack_world_activate(world, person, "releaser");
  return attack_world_act(
      world, person, false,
      "{\"act\":\"case.activate\",\"actor\":\"%s\",\"case\":\"%s\"}", person,
      world->case_id);
}

static void
see_state(AttackWorld *world, const char *wanted)
{
  attack_world_activate(world, "p-audit", "auditor");
  assert_string_equal(attack_world_state(world), wanted);
}

/* A founded station where the agent, two approvers and a releaser are officers
 * too; its policy, in force, has these words. */
static AttackWorld *
world_with(const char *const *words)
{
  AttackWorld *world = attack_world_new(true);

  attack_world_person(world, "p-agent")->roles = "agent security";
  attack_world_person(world, "p-release")->roles = "releaser security";
  attack_world_person(world, "p-mate")->roles = "other-team security";
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    if (strcmp(one->person, "p-lead") == 0) /* has two keys */
      one->roles = "helpdesk-lead security";
  attack_world_found(world);
  attack_world_policy(world, 2, words);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  return world;
}

/* A case in the routine check, of a policy that sends every one there. */
static AttackWorld *
checked(void)
{
  AttackWorld *world = world_with((const char *[]){PCT("0"), PCT("100"), NULL});

  attack_world_reach(world, "ready");
  see_state(world, "routine_check");
  return world;
}

/* --- the draw --------------------------------------------------------------
 */

static void
none_and_all_are_exact(void **state)
{
  size_t drawn = 0, tries = 0;

  (void)state;
  for (size_t i = 0; i < 20000; i++) {
    assert_false(recovery_routine_check_is_drawn(0));
    assert_true(recovery_routine_check_is_drawn(100));
  }
  /* Neither 1 nor 99 is one of them. */
  while (!recovery_routine_check_is_drawn(1))
    assert_true(++tries < 20000);
  while (recovery_routine_check_is_drawn(99))
    assert_true(++drawn < 20000);
}

/* Like case after like case, under one policy: both ways are gone. */
static void
each_case_is_drawn_for_itself(void **state)
{
  AttackWorld *world = world_with((const char *[]){PCT("0"), PCT("50"), NULL});
  bool some = false, others = false;

  (void)state;
  for (int i = 0; !(some && others); i++) {
    assert_true(i < 64);
    attack_world_reach(world, "ready");
    attack_world_activate(world, "p-agent", "agent");
    some = some || strcmp(attack_world_state(world), "ready") != 0;
    others = others || strcmp(attack_world_state(world), "ready") == 0;
    attack_world_ok(attack_world_act(
        world, "p-agent", false,
        "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
        world->case_id));
    attack_key_free(world->fresh);
    world->fresh = attack_key_new();
  }
  attack_world_free(world);
}

/* That of the freeze where it is higher, and that of now where it is. */
static void
the_stricter_policy_draws(void **state)
{
  g_autoptr(FidotoolJson) status = NULL;
  AttackWorld *world = world_with((const char *[]){PCT("0"), PCT("100"), NULL});

  (void)state;
  /* Its words are those of practice, with 0. */
  attack_world_policy(world, 3, (const char *[]){NULL});
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  attack_world_reach(world, "made");
  attack_world_pass(world, 2 * ATTACK_HOUR_MS); /* 0 is in force */
  attack_world_ok(attack_world_act(
      world, "p-twin", false,
      "{\"act\":\"case.approve\",\"actor\":\"p-twin\",\"case\":\"%s\",\"slot\":"
      "\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id));
  status = attack_world_query(world, "{\"what\":\"status\"}");
  assert_int_equal(fidotool_json_get_int(status, "policy_version", 0), 3);
  attack_world_ok(attack_world_act(
      world, "p-other", true,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"none\"}",
      world->case_id));
  see_state(world, "routine_check");
  attack_world_free(world);

  world = attack_world_at("one-approval");
  attack_world_policy(world, 2, (const char *[]){PCT("0"), PCT("100"), NULL});
  attack_world_ok(attack_world_act(
      world, "p-other", true,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"none\"}",
      world->case_id));
  see_state(world, "routine_check");
  attack_world_free(world);
}

/* --- by whom ---------------------------------------------------------------
 */

static void
an_officer_who_had_no_hand_in_it_passes_it(void **state)
{
  AttackWorld *world = checked();

  (void)state;
  attack_world_expect(release(world, "p-release"), "state");
  attack_world_expect(check(world, "p-other"), "role");
  attack_world_expect(check(world, "p-agent"), "own-work");
  attack_world_expect(check(world, "p-lead"), "checker-approved");
  attack_world_expect(check(world, "p-so-one"), "ok");
  see_state(world, "ready");
  attack_world_expect(check(world, "p-so-two"), "state");
  attack_world_expect(release(world, "p-release"), "ok");
  see_state(world, "completed");
  assert_int_equal(attack_world_entries(world, "\"act\":\"case.check\""), 1);
  attack_world_free(world);
}

static void
who_passed_it_does_not_release_it(void **state)
{
  AttackWorld *world = checked();

  (void)state;
  attack_world_expect(check(world, "p-release"), "ok");
  attack_world_expect(release(world, "p-release"), "releaser-checked");
  attack_world_restart(world, NULL); /* the record says who */
  attack_world_expect(release(world, "p-release"), "releaser-checked");
  attack_world_expect(release(world, "p-both"), "ok");
  attack_world_free(world);
}

static void
an_officer_refuses_it_for_no_slot(void **state)
{
  AttackWorld *world = checked();

  (void)state;
  attack_world_expect(refuse(world, "p-twin", NULL), "role");
  attack_world_expect(refuse(world, "p-twin", "other-team"), "role");
  attack_world_expect(refuse(world, "p-so-one", "other-team"), "check-slot");
  attack_world_expect(refuse(world, "p-agent", NULL), "own-work");
  attack_world_expect(refuse(world, "p-lead", NULL), "checker-approved");
  /* Neither for one that the officer could fill. */
  attack_world_expect(refuse(world, "p-mate", NULL), "ok");
  see_state(world, "refused");
  assert_int_equal(attack_world_entries(world, "\"act\":\"case.refuse\""), 1);
  assert_int_equal(attack_world_entries(world, "\"slot\":\"other-team\","
                                               "\"state\":\"refused\""),
                   0);
  assert_int_equal(attack_world_notices(world, "Your case was refused"), 1);
  attack_world_free(world);
}

/* Before the check an officer who fills no slot refuses nothing. */
static void
nobody_checks_before_the_approvals(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");

  (void)state;
  attack_world_expect(check(world, "p-so-one"), "state");
  attack_world_expect(refuse(world, "p-so-one", NULL), "role");
  attack_world_expect(refuse(world, "p-lead", NULL), "ok");
  attack_world_free(world);
}

/* The subject has become an officer meanwhile. */
static void
nobody_checks_their_own_case(void **state)
{
  AttackWorld *world = world_with((const char *[]){PCT("0"), PCT("100"), NULL});
  AttackKey *key = attack_key_new();
  g_autofree char *line = NULL;

  (void)state;
  attack_world_enrol_new(world, "p-sam", key);
  line = attack_world_roster_with(world, "p-sam", "E-100", "new", "security");
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  attack_world_reach(world, "ready");
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  attack_world_expect(
      attack_world_propose(
          world, "{\"act\":\"case.check\",\"actor\":\"p-sam\",\"case\":\"%s\"}",
          world->case_id),
      "own-case");
  see_state(world, "routine_check");
  attack_key_free(key);
  attack_world_free(world);
}

/* The station has forgotten that it handed the statement out: it says it all.
 */
static void
a_check_may_be_signed_after_a_restart(void **state)
{
  AttackWorld *world = checked();
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"case.check\",\"actor\":\"p-so-one\",\"case\":\"%s\"}",
      world->case_id);

  (void)state;
  attack_world_restart(world, NULL);
  attack_world_expect(
      attack_world_sign(world, proposal,
                        attack_world_person(world, "p-so-one")->key,
                        &world->away),
      "ok");
  see_state(world, "ready");
  attack_world_free(world);
}

/* --- how long --------------------------------------------------------------
 */

static void
the_wait_runs_from_the_approvals(void **state)
{
  AttackWorld *world = world_with(
      (const char *[]){PCT("0"), PCT("100"), "wait_h: 0", "wait_h: 4", NULL});
  g_autoptr(FidotoolJson) before = NULL, after = NULL;

  (void)state;
  attack_world_reach(world, "ready");
  attack_world_activate(world, "p-audit", "auditor");
  before = attack_world_query(world, "{\"what\":\"case\",\"case\":\"%s\"}",
                              world->case_id);
  attack_world_pass(world, 3 * ATTACK_HOUR_MS);
  attack_world_expect(check(world, "p-so-one"), "ok");
  see_state(world, "waiting");
  after = attack_world_query(world, "{\"what\":\"case\",\"case\":\"%s\"}",
                             world->case_id);
  assert_string_equal(fidotool_json_get_text(after, "not_before"),
                      fidotool_json_get_text(before, "not_before"));
  attack_world_pass(world, ATTACK_HOUR_MS);
  see_state(world, "ready");
  attack_world_free(world);
}

static void
officers_are_told_every_day(void **state)
{
  AttackWorld *world = checked();
  unsigned officers = attack_world_notices(world, WAITS);

  (void)state;
  assert_int_equal(officers, 6);
  assert_int_equal(attack_world_notices(world, "for more than a day"), 0);
  attack_world_pass(world, 24 * ATTACK_HOUR_MS - MINUTE_MS);
  assert_int_equal(attack_world_notices(world, WAITS), officers);
  attack_world_pass(world, 2 * MINUTE_MS);
  assert_int_equal(attack_world_notices(world, "for more than a day"),
                   officers);
  attack_world_restart(world, NULL);
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  assert_int_equal(attack_world_notices(world, WAITS), 2 * officers);
  attack_world_pass(world, ATTACK_HOUR_MS);
  assert_int_equal(attack_world_notices(world, WAITS), 3 * officers);
  attack_world_expect(check(world, "p-so-two"), "ok");
  attack_world_pass(world, 25 * ATTACK_HOUR_MS); /* it expires */
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  assert_int_equal(attack_world_notices(world, WAITS), 3 * officers);
  attack_world_free(world);
}

static void
a_late_check_is_shown(void **state)
{
  AttackWorld *world = checked();

  (void)state;
  for (int late = 0; late < 2; late++) {
    g_autoptr(FidotoolJson) list = NULL, report = NULL;
    const FidotoolJson *rows;

    attack_world_activate(world, "p-audit", "auditor");
    list = attack_world_query(world, "{\"what\":\"cases\"}");
    report =
        attack_world_query(world, "{\"what\":\"report\",\"of\":\"overdue\"}");
    assert_int_equal(fidotool_json_get_int(
                         fidotool_json_at(fidotool_json_get(list, "cases"), 0),
                         "overdue", 0),
                     late);
    rows = fidotool_json_get(report, "overdue");
    assert_int_equal(fidotool_json_size(rows), late);
    if (late == 1)
      assert_string_equal(
          fidotool_json_get_text(fidotool_json_at(rows, 0), "case"),
          world->case_id);
    attack_world_pass(world, 24 * ATTACK_HOUR_MS + MINUTE_MS);
  }
  attack_world_free(world);
}

static void
a_case_lives_for_seven_days(void **state)
{
  AttackWorld *world = checked();

  (void)state;
  attack_world_pass(world, 7 * 24 * ATTACK_HOUR_MS - MINUTE_MS);
  see_state(world, "routine_check");
  attack_world_pass(world, 2 * MINUTE_MS);
  see_state(world, "expired");
  attack_world_free(world);
}

/* A contest that was no use takes the check away from nobody. */
static void
a_rejected_contest_leads_back_to_the_check(void **state)
{
  AttackWorld *world = checked();
  g_autofree char *code = attack_world_code(world);

  (void)state;
  attack_world_ok(attack_world_submit(
      world, "{\"act\":\"case.contest\",\"code\":\"%s\"}", code));
  attack_world_expect(check(world, "p-so-one"), "state");
  attack_world_pass(world, 8 * 24 * ATTACK_HOUR_MS);
  for (size_t i = 0; i < 2; i++) {
    const char *person = i == 0 ? "p-so-one" : "p-twin";

    attack_world_ok(attack_world_act(
        world, person, i == 1,
        "{\"act\":\"case.reject\",\"actor\":\"%s\",\"case\":\"%s\"}", person,
        world->case_id));
  }
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  see_state(world, "routine_check");
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  see_state(world, "expired");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(none_and_all_are_exact),
      cmocka_unit_test(each_case_is_drawn_for_itself),
      cmocka_unit_test(the_stricter_policy_draws),
      cmocka_unit_test(an_officer_who_had_no_hand_in_it_passes_it),
      cmocka_unit_test(who_passed_it_does_not_release_it),
      cmocka_unit_test(an_officer_refuses_it_for_no_slot),
      cmocka_unit_test(nobody_checks_before_the_approvals),
      cmocka_unit_test(nobody_checks_their_own_case),
      cmocka_unit_test(a_check_may_be_signed_after_a_restart),
      cmocka_unit_test(the_wait_runs_from_the_approvals),
      cmocka_unit_test(officers_are_told_every_day),
      cmocka_unit_test(a_late_check_is_shown),
      cmocka_unit_test(a_case_lives_for_seven_days),
      cmocka_unit_test(a_rejected_contest_leads_back_to_the_check),
  };

  return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
