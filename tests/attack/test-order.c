/* SPDX-License-Identifier: Apache-2.0 */
/* test-order.c - every act in every state of a case: what is no step of the
 * state is refused, by whoever it is asked. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"

/* Where each act is a step (governance, 6.1, as far as it is carried out). */
static const struct {
  const char *act, *person;
  const char *more; /* members besides act, actor and case */
  const char *states;
} acts[] = {
    {"case.start_proofing", "p-agent", "\"branch\":\"c\",\"ial\":1", "open"},
    {"case.add_evidence", "p-agent",
     "\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\"",
     "proofing"},
    {"case.submit", "p-agent", "\"x\":1", "proofing"},
    {"case.amend", "p-agent", "\"x\":1", "awaiting_approval"},
    {"case.made", "p-agent", "\"x\":1", "awaiting_approval"},
    {"case.approve", "p-lead",
     "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"", "awaiting_approval"},
    {"case.refuse", "p-lead", "\"reason\":\"doubt\"",
     "awaiting_approval routine_check"},
    {"case.activate", "p-release", "\"x\":1", "ready"},
    {"case.withdraw", "p-agent", "\"x\":1",
     "open proofing awaiting_approval routine_check waiting ready"},
    {"case.check", "p-so-one", "\"x\":1", "routine_check"},
    {"case.uphold", "p-so-one", "\"x\":1", "contested"},
    {"case.reject", "p-so-one", "\"x\":1", "contested"},
};

static bool
is_step(const char *states, const char *state)
{
  g_auto(GStrv) words = g_strsplit(states, " ", -1);

  return g_strv_contains((const char *const *)words, state);
}

/* A policy whose wait and contest window are some hours. */
static void
load_waits(AttackWorld *world)
{
  static const char *const words[] = {"wait_h: 0", "wait_h: 2", "contest_h: 0",
                                      "contest_h: 168", NULL};

  attack_world_policy(world, 2, words);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
}

static FidotoolJson *
by_code(AttackWorld *world, const char *act)
{
  g_autofree char *code = attack_world_code(world);

  return attack_world_submit(world,
                             "{\"act\":\"%s\",\"case\":\"%s\",\"code\":\"%s\"}",
                             act, world->case_id, code);
}

static void
activate_all(AttackWorld *world)
{
  attack_world_activate(world, "p-agent", "agent");
  attack_world_activate(world, "p-release", "releaser");
}

/* Each act that is no step of the state, by both methods. */
static void
try_all(AttackWorld *world, const char *state)
{
  activate_all(world);
  assert_string_equal(attack_world_state(world), state);
  for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
    g_autofree char *request = g_strdup_printf(
        "{\"act\":\"%s\",\"actor\":\"%s\",\"case\":\"%s\",%s}", acts[i].act,
        acts[i].person, world->case_id, acts[i].more);
    g_autoptr(FidotoolJson) proposed =
        attack_world_propose(world, "%s", request);
    g_autoptr(FidotoolJson) submitted = NULL;

    if (is_step(acts[i].states, state))
      continue;
    submitted = attack_world_submit(world, "%s", request);
    if (strcmp(attack_world_outcome(proposed), "state") != 0 &&
        strcmp(attack_world_outcome(submitted), "state") != 0)
      fail_msg("%s in state %s is not refused", acts[i].act, state);
    assert_string_not_equal(attack_world_outcome(submitted), "ok");
  }
  if (!is_step("open proofing awaiting_approval routine_check waiting ready "
               "issued",
               state))
    attack_world_expect(by_code(world, "case.contest"), "state");
  if (!is_step("open proofing awaiting_approval routine_check waiting ready",
               state))
    attack_world_expect(by_code(world, "case.withdraw"), "state");
  activate_all(world);
  assert_string_equal(attack_world_state(world), state);
}

static void
live_states_have_their_steps_alone(void **state)
{
  AttackWorld *world = attack_world_at("open");

  (void)state;
  try_all(world, "open");
  attack_world_free(world);
  world = attack_world_at("proofing");
  try_all(world, "proofing");
  attack_world_free(world);
  world = attack_world_at("one-approval");
  try_all(world, "awaiting_approval");
  attack_world_free(world);
  world = attack_world_at("ready");
  try_all(world, "ready");
  attack_world_free(world);
  world = attack_world_at(NULL);
  attack_world_policy(
      world, 2,
      (const char *[]){"routine_check_pct: 0", "routine_check_pct: 100", NULL});
  attack_world_reach(world, "ready");
  try_all(world, "routine_check");
  attack_world_free(world);
}

static void
a_wait_has_no_steps_but_its_end(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  load_waits(world);
  attack_world_reach(world, "ready");
  try_all(world, "waiting");
  attack_world_pass(world, 3 * ATTACK_HOUR_MS);
  attack_world_activate(world, "p-release", "releaser");
  attack_world_ok(attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id));
  try_all(world, "issued");
  attack_world_ok(by_code(world, "case.contest"));
  try_all(world, "contested");
  attack_world_free(world);
}

/* Seven days after the issue a code contests no more. */
static void
a_late_contest_is_refused(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  load_waits(world);
  attack_world_reach(world, "ready");
  attack_world_pass(world, 3 * ATTACK_HOUR_MS);
  attack_world_activate(world, "p-release", "releaser");
  attack_world_ok(attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id));
  /* The wall clock alone: the window is not over for the case. */
  world->now_ms += (7 * 24 + 1) * ATTACK_HOUR_MS;
  attack_world_expect(by_code(world, "case.contest"), "contest-late");
  attack_world_free(world);
}

static void
a_case_that_is_over_has_no_steps(void **state)
{
  AttackWorld *world = attack_world_at("issued");

  (void)state;
  try_all(world, "completed");
  attack_world_free(world);
  world = attack_world_at("open");
  attack_world_ok(by_code(world, "case.withdraw"));
  try_all(world, "withdrawn");
  attack_world_free(world);
  world = attack_world_at("made");
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  try_all(world, "expired");
  attack_world_free(world);
  world = attack_world_at("made");
  attack_world_ok(attack_world_act(
      world, "p-lead", false,
      "{\"act\":\"case.refuse\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"reason\":\"doubt\"}",
      world->case_id));
  try_all(world, "refused");
  attack_world_free(world);
  world = attack_world_at("ready");
  attack_world_ok(by_code(world, "case.contest"));
  for (int i = 0; i < 2; i++)
    attack_world_ok(attack_world_act(
        world, i == 0 ? "p-so-one" : "p-twin", i == 1,
        "{\"act\":\"case.uphold\",\"actor\":\"%s\",\"case\":\"%s\"}",
        i == 0 ? "p-so-one" : "p-twin", world->case_id));
  try_all(world, "undone");
  attack_world_free(world);
}

/* One subject, one case; and only what is known and asked for rightly. */
static void
a_case_is_opened_rightly(void **state)
{
  static const struct {
    const char *more, *rule;
  } rows[] = {
      {"\"op\":\"enrol\",\"reason\":\"lost\"", "not-yet"},
      {"\"reason\":\"lost\"", "not-yet"},
      {"\"op\":\"recover\",\"reason\":\"no words!\"", "reason"},
      {"\"op\":\"recover\"", "reason"},
      {"\"op\":\"recover\",\"reason\":\"lost\",\"tier\":\"remote\"", "tier"},
      {"\"op\":\"recover\",\"reason\":\"lost\",\"creds\":[\"00\"]",
       "reported-keys"},
  };
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *kim = attack_world_sub(world, "kim reed");

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    attack_world_expect(
        attack_world_act(world, "p-agent", false,
                         "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                         "\"sub\":\"%s\",%s}",
                         world->sub, rows[i].more),
        rows[i].rule);
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                       "\"sub\":\"s-00000000\",\"op\":\"recover\","
                       "\"reason\":\"lost\"}"),
      "subject-unknown");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                       "\"op\":\"recover\",\"reason\":\"lost\"}"),
      "subject-unknown");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                       "\"sub\":\"%s\",\"op\":\"recover\","
                       "\"reason\":\"lost\"}",
                       kim),
      "reported-keys");
  attack_world_reach(world, "open");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                       "\"sub\":\"%s\",\"op\":\"recover\","
                       "\"reason\":\"lost\"}",
                       world->sub),
      "case-open-already");
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"actor\":"
                          "\"p-agent\",\"case\":\"c-00000000\",\"branch\":"
                          "\"c\",\"ial\":1}"),
      "case-unknown");
  attack_world_free(world);
}

static void
a_plan_and_its_evidence_are_known_words(void **state)
{
  static const char *const plans[] = {
      "\"branch\":\"d\",\"ial\":1", "\"branch\":\"c\",\"ial\":3",
      "\"branch\":\"\",\"ial\":1", "\"branch\":\"c\"", "\"ial\":1"};
  static const char *const evidence[] = {
      "\"type\":\"mothers-name\",\"method\":\"visual\",\"result\":\"ok\"",
      "\"type\":\"passport\",\"method\":\"voice\",\"result\":\"ok\"",
      "\"type\":\"passport\",\"result\":\"ok\"",
      "\"type\":\"passport\",\"method\":\"chip\"",
      "\"type\":\"passport\",\"method\":\"chip\",\"result\":\"maybe\"",
      "\"result\":\"ok\""};
  AttackWorld *world = attack_world_at("open");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(plans); i++)
    attack_world_expect(
        attack_world_submit(world,
                            "{\"act\":\"case.start_proofing\",\"actor\":"
                            "\"p-agent\",\"case\":\"%s\",%s}",
                            world->case_id, plans[i]),
        "plan");
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.start_proofing\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "\"branch\":\"c\",\"ial\":2}",
      world->case_id));
  for (size_t i = 0; i < G_N_ELEMENTS(evidence); i++)
    attack_world_expect(
        attack_world_submit(world,
                            "{\"act\":\"case.add_evidence\",\"actor\":"
                            "\"p-agent\",\"case\":\"%s\",%s}",
                            world->case_id, evidence[i]),
        "evidence-type");
  attack_world_free(world);
}

static FidotoolJson *
open_with(AttackWorld *world, const char *sub, const char *cred)
{
  return attack_world_act(world, "p-agent", false,
                          "{\"act\":\"case.open\",\"actor\":\"p-agent\","
                          "\"sub\":\"%s\",\"op\":\"recover\",\"reason\":"
                          "\"lost\",\"creds\":[\"%s\"]}",
                          sub, cred);
}

/* Reported is a key that the person has: not another's, not one long gone. */
static void
a_reported_key_is_the_subjects(void **state)
{
  AttackWorld *world = attack_world_at("issued");
  g_autofree char *eve = attack_world_sub(world, "eve stone");
  g_autofree char *lost = NULL, *fresh = NULL;
  uint8_t cred[32];

  (void)state;
  attack_key_cred(world->lost, cred);
  lost = fidotool_bytes_hex(cred, 32);
  attack_key_cred(world->fresh, cred);
  fresh = fidotool_bytes_hex(cred, 32);
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(open_with(world, eve, fresh), "reported-keys");
  attack_world_expect(open_with(world, world->sub, lost), "reported-keys");
  attack_world_expect(open_with(world, world->sub, fresh), "ok");
  attack_world_free(world);
}

/* Evidence of each plan: one piece short, then enough. */
static void
a_case_is_submitted_on_enough_evidence(void **state)
{
  static const struct {
    const char *plan;
    const char *pieces[3]; /* enough with the last */
  } rows[] = {
      {"\"branch\":\"a\",\"ial\":1",
       {"\"type\":\"saved-code\",\"method\":\"code\"",
        "\"type\":\"saved-code\",\"method\":\"code\"",
        "\"type\":\"issued-code\",\"method\":\"code\""}},
      {"\"branch\":\"a\",\"ial\":1",
       {"\"type\":\"issued-code\",\"method\":\"code\"",
        "\"type\":\"issued-code\",\"method\":\"code\"",
        "\"type\":\"saved-code\",\"method\":\"code\""}},
      {"\"branch\":\"b\",\"ial\":1",
       {"\"type\":\"bound-authenticator\",\"method\":\"code\"",
        "\"type\":\"passport\",\"method\":\"visual\"",
        "\"type\":\"saved-code\",\"method\":\"code\""}},
      {"\"branch\":\"b\",\"ial\":1",
       {"\"type\":\"issued-code\",\"method\":\"code\"",
        "\"type\":\"passport\",\"method\":\"visual\"",
        "\"type\":\"bound-authenticator\",\"method\":\"code\""}},
      {"\"branch\":\"c\",\"ial\":1",
       {"\"type\":\"saved-code\",\"method\":\"code\"",
        "\"type\":\"bound-authenticator\",\"method\":\"code\"",
        "\"type\":\"driving-licence\",\"method\":\"visual\""}},
      {"\"branch\":\"c\",\"ial\":2",
       {"\"type\":\"driving-licence\",\"method\":\"visual\"",
        "\"type\":\"driving-licence\",\"method\":\"visual\"",
        "\"type\":\"passport\",\"method\":\"visual\""}},
      {"\"branch\":\"c\",\"ial\":2",
       {"\"type\":\"id-card\",\"method\":\"visual\"",
        "\"type\":\"saved-code\",\"method\":\"code\"",
        "\"type\":\"passport\",\"method\":\"chip\""}},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at("open");
    g_autofree char *submit = g_strdup_printf(
        "{\"act\":\"case.submit\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
        world->case_id);

    attack_world_ok(attack_world_submit(
        world,
        "{\"act\":\"case.start_proofing\",\"actor\":\"p-agent\",\"case\":"
        "\"%s\",%s}",
        world->case_id, rows[i].plan));
    /* A document that failed its check counts for nothing. */
    attack_world_ok(attack_world_submit(
        world,
        "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":\"%s\","
        "\"type\":\"passport\",\"method\":\"chip\",\"result\":\"failed\"}",
        world->case_id));
    for (size_t k = 0; k < 3; k++) {
      attack_world_expect(
          attack_world_act(world, "p-agent", false, "%s", submit), "evidence");
      attack_world_ok(attack_world_submit(
          world,
          "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":"
          "\"%s\",%s,\"result\":\"ok\"}",
          world->case_id, rows[i].pieces[k]));
    }
    attack_world_ok(attack_world_act(world, "p-agent", false, "%s", submit));
    attack_world_free(world);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(live_states_have_their_steps_alone),
      cmocka_unit_test(a_wait_has_no_steps_but_its_end),
      cmocka_unit_test(a_late_contest_is_refused),
      cmocka_unit_test(a_case_that_is_over_has_no_steps),
      cmocka_unit_test(a_case_is_opened_rightly),
      cmocka_unit_test(a_reported_key_is_the_subjects),
      cmocka_unit_test(a_plan_and_its_evidence_are_known_words),
      cmocka_unit_test(a_case_is_submitted_on_enough_evidence),
  };

  return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
