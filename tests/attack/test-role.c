/* SPDX-License-Identifier: Apache-2.0 */
/* test-role.c - what a policy makes of the roles of staff: it narrows their
 * acts, shortens their time and keeps them apart. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define MINUTE_MS (60 * INT64_C(1000))
#define ROLE(person, role)                                                     \
  "{\"act\":\"role.activate\",\"actor\":\"" person "\",\"role\":\"" role "\"}"
#define OF_CASE(act, person)                                                   \
  "{\"act\":\"" act "\",\"actor\":\"" person "\",\"case\":\"%s\"}",            \
      world->case_id

/* A founded station whose policy, in force by now, says this of roles. */
static AttackWorld *
world_with(const char *roles)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *lines = g_strdup_printf("\nroles:\n%s\nrecovery:", roles);

  attack_world_policy(world, 2, (const char *[]){"\nrecovery:", lines, NULL});
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  return world;
}

static void
grants_narrow_the_acts_of_a_case(void **state)
{
  AttackWorld *world = world_with(
      "  - {id: agent, grants: [case.open, case.submit, case.start_proofing, "
      "case.add_evidence]}");

  (void)state;
  attack_world_reach(world, "made");
  attack_world_expect(attack_world_act(world, "p-agent", false,
                                       OF_CASE("case.withdraw", "p-agent")),
                      "role");
  attack_world_expect(
      attack_world_submit(world, OF_CASE("case.amend", "p-agent")), "role");
  /* What is no act of a case is left alone. */
  g_clear_pointer(&world->sub, g_free);
  attack_world_founding_import(world);
  attack_world_free(world);
}

static void
a_role_lasts_as_long_as_the_policy_says(void **state)
{
  AttackWorld *world = world_with("  - {id: agent, activation: {max_min: 5}}");

  (void)state;
  attack_world_reach(world, "proofing");
  attack_world_pass(world, 4 * MINUTE_MS);
  attack_world_expect(
      attack_world_submit(
          world,
          "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":"
          "\"%s\",\"type\":\"passport\",\"method\":\"visual\",\"result\":"
          "\"ok\"}",
          world->case_id),
      "ok");
  attack_world_pass(world, 2 * MINUTE_MS);
  attack_world_expect(attack_world_act(world, "p-agent", false,
                                       OF_CASE("case.submit", "p-agent")),
                      "role-not-active");
  attack_world_free(world);
}

static void
two_roles_apart_are_not_active_at_once(void **state)
{
  AttackWorld *world =
      world_with("  - {id: agent}\n"
                 "  - {id: releaser, conflicts_with: [agent]}");

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  attack_world_activate(world, "p-release", "releaser"); /* another person */
  attack_world_activate(world, "p-both", "agent");
  attack_world_expect(
      attack_world_act(world, "p-both", false, ROLE("p-both", "releaser")),
      "role-conflict");
  attack_world_pass(world, ATTACK_HOUR_MS + MINUTE_MS);
  attack_world_expect(
      attack_world_act(world, "p-both", false, ROLE("p-both", "releaser")),
      "ok");
  /* It holds from both ends, whichever of the two names the other. */
  attack_world_expect(
      attack_world_act(world, "p-both", false, ROLE("p-both", "agent")),
      "role-conflict");
  attack_world_free(world);
}

/* The three ways of having had a hand in a case. */
static void
nobody_is_in_two_roles_apart_in_one_case(void **state)
{
  static const char *const approval =
      "{\"act\":\"case.approve\",\"actor\":\"p-both\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"called_back\"}";
  AttackWorld *world =
      world_with("  - {id: agent, conflicts_with: [releaser]}\n"
                 "  - {id: other-team, conflicts_with: [agent]}\n"
                 "  - {id: releaser, conflicts_with: [other-team]}");

  (void)state;
  /* Evidence, by somebody who did not open it. */
  attack_world_reach(world, "proofing");
  attack_world_activate(world, "p-both", "agent");
  attack_world_expect(
      attack_world_submit(
          world,
          "{\"act\":\"case.add_evidence\",\"actor\":\"p-both\",\"case\":"
          "\"%s\",\"type\":\"passport\",\"method\":\"visual\",\"result\":"
          "\"ok\",\"issuer\":\"NL\"}",
          world->case_id),
      "ok");
  attack_world_expect(attack_world_act(world, "p-both", false,
                                       OF_CASE("case.submit", "p-both")),
                      "ok");
  attack_world_expect(
      attack_world_act(world, "p-both", true, approval, world->case_id),
      "role-conflict");
  attack_world_expect(attack_world_act(world, "p-agent", false,
                                       OF_CASE("case.withdraw", "p-agent")),
                      "ok");
  /* An approval, and then the release. */
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  attack_world_reach(world, "one-approval");
  attack_world_expect(
      attack_world_act(world, "p-both", true, approval, world->case_id), "ok");
  attack_world_activate(world, "p-both", "releaser");
  attack_world_expect(attack_world_act(world, "p-both", false,
                                       OF_CASE("case.activate", "p-both")),
                      "role-conflict");
  attack_world_free(world);
}

static void
who_opened_a_case_has_a_hand_in_it(void **state)
{
  AttackWorld *world =
      world_with("  - {id: agent, conflicts_with: [releaser]}\n"
                 "  - {id: releaser}");
  g_autoptr(FidotoolJson) opened = NULL;

  (void)state;
  attack_world_activate(world, "p-both", "agent");
  opened = attack_world_act(world, "p-both", false,
                            "{\"act\":\"case.open\",\"actor\":\"p-both\","
                            "\"op\":\"recover\",\"sub\":\"%s\",\"reason\":"
                            "\"lost\"}",
                            world->sub);
  g_free(world->case_id);
  world->case_id = g_strdup(
      fidotool_json_get_text(fidotool_json_get(opened, "done"), "case"));
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.start_proofing\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "\"branch\":\"c\",\"ial\":1}",
      world->case_id));
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\","
      "\"issuer\":\"NL\"}",
      world->case_id));
  attack_world_ok(attack_world_act(world, "p-agent", false,
                                   OF_CASE("case.submit", "p-agent")));
  {
    g_autoptr(FidotoolJson) options = attack_world_propose(
        world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);

    attack_world_ok(attack_world_made(world, options, world->fresh, true));
  }
  attack_world_ok(attack_world_act(
      world, "p-lead", false,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id));
  attack_world_ok(attack_world_act(
      world, "p-other", true,
      "{\"act\":\"case.approve\",\"actor\":\"p-other\",\"case\":\"%s\","
      "\"slot\":\"other-team\",\"contact\":\"none\"}",
      world->case_id));
  attack_world_pass(world, ATTACK_HOUR_MS + MINUTE_MS); /* no agent any more */
  attack_world_activate(world, "p-both", "releaser");
  attack_world_expect(attack_world_act(world, "p-both", false,
                                       OF_CASE("case.activate", "p-both")),
                      "role-conflict");
  attack_world_free(world);
}

/* p-agent activates agent with it; reason is put between quotes. */
static void
expect_reason(AttackWorld *world, const char *reason, const char *rule)
{
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"role.activate\",\"actor\":\"p-agent\","
                       "\"role\":\"agent\",\"reason\":\"%s\"}",
                       reason),
      rule);
}

/* What a role is activated for is said behind a commitment, and in one line. */
static void
the_reason_of_a_role_is_one_line(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *text = g_strnfill(257, 'x');

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"role.activate\",\"actor\":\"p-agent\","
                       "\"role\":\"agent\",\"reason\":\"desk, morning\"}"),
      "ok");
  assert_int_equal(attack_world_entries(world, "desk, morning"), 0);
  expect_reason(world, text, "role-reason");
  expect_reason(world, text + 1, "ok");
  expect_reason(world, "desk\\nmorning", "role-reason");
  expect_reason(world, "", "ok"); /* nobody asks for one */
  attack_world_free(world);
}

/* Where the policy asks for it, and there alone. A zero-width space and a
 * soft hyphen are seen by nobody. */
static void
a_role_says_what_it_is_activated_for(void **state)
{
  static const char *const none[] = {
      "", " ", "...", "\xc2\xa0", " - ", "?!?", "\xe2\x80\x8b\xc2\xad"};
  static const char *const some[] = {"desk", " 7 ", "\xe6\xa1\x8c",
                                     "\xd8\xb9\xd9\x85\xd9\x84"};
  AttackWorld *world =
      world_with("  - {id: agent, activation: {max_min: 60, reason: true}}\n"
                 "  - {id: releaser, activation: {max_min: 9}}");

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-agent", false, ROLE("p-agent", "agent")),
      "role-reason");
  for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
    expect_reason(world, none[i], "role-reason");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-agent\",\"op\":"
                       "\"recover\",\"sub\":\"%s\",\"reason\":\"lost\"}",
                       world->sub),
      "role-not-active");
  for (size_t i = 0; i < G_N_ELEMENTS(some); i++)
    expect_reason(world, some[i], "ok");
  assert_int_equal(attack_world_entries(world, "desk"), 0);
  attack_world_activate(world, "p-release", "releaser");
  attack_world_free(world);
}

/* What was given with the proposal is gone with a restart. */
static void
a_reason_that_was_forgotten_is_none(void **state)
{
  AttackWorld *world =
      world_with("  - {id: agent, activation: {max_min: 60, reason: true}}");
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"role.activate\",\"actor\":\"p-agent\",\"role\":"
             "\"agent\",\"reason\":\"desk\"}");

  (void)state;
  attack_world_restart(world, world->boot);
  attack_world_expect(
      attack_world_sign(world, proposal,
                        attack_world_person(world, "p-agent")->key, NULL),
      "role-reason");
  attack_world_free(world);
}

/* Whoever asks what is open to them has not said yet what for; which of their
 * roles want it is said. */
static void
a_reason_is_no_hindrance_before_it_is_asked_for(void **state)
{
  AttackWorld *world =
      world_with("  - {id: releaser, activation: {max_min: 60, reason: true}}");
  g_autofree char *cred = attack_world_cred(world, "p-release");
  g_autoptr(FidotoolJson) acts = NULL;
  g_autoptr(FidotoolJson) signers = NULL;
  g_autofree char *reasons = NULL;
  const FidotoolJson *row;

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  acts = attack_world_query(world, "{\"what\":\"acts\"}");
  row =
      attack_world_row(fidotool_json_get(acts, "acts"), "act", "role.activate");
  row = attack_world_row(fidotool_json_get(row, "persons"), "person",
                         "p-release");
  assert_int_equal(fidotool_json_get_int(row, "open", 0), 1);
  signers = attack_world_query(world, "{\"what\":\"signers\"}");
  row = attack_world_row(fidotool_json_get(signers, "signers"), "cred", cred);
  reasons = attack_world_text(fidotool_json_get(row, "reasons"));
  assert_string_equal(reasons, "[\"releaser\"]");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grants_narrow_the_acts_of_a_case),
      cmocka_unit_test(a_role_lasts_as_long_as_the_policy_says),
      cmocka_unit_test(two_roles_apart_are_not_active_at_once),
      cmocka_unit_test(nobody_is_in_two_roles_apart_in_one_case),
      cmocka_unit_test(who_opened_a_case_has_a_hand_in_it),
      cmocka_unit_test(the_reason_of_a_role_is_one_line),
      cmocka_unit_test(a_role_says_what_it_is_activated_for),
      cmocka_unit_test(a_reason_that_was_forgotten_is_none),
      cmocka_unit_test(a_reason_is_no_hindrance_before_it_is_asked_for),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
