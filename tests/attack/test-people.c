/* SPDX-License-Identifier: Apache-2.0 */
/* test-people.c - who may do what: two people, never two keys of one, none of
 * them the subject, the agent or a team mate. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define APPROVE(person, slot)                                                  \
  "{\"act\":\"case.approve\",\"actor\":\"" person "\",\"case\":\"%s\","        \
  "\"slot\":\"" slot "\",\"contact\":\"seen\"}",                               \
      world->case_id

static void
one_person_with_two_keys_is_one_person(void **state)
{
  AttackWorld *world = attack_world_at("made");

  (void)state;
  attack_world_expect(attack_world_act(world, "p-twin", false,
                                       APPROVE("p-twin", "helpdesk-lead")),
                      "ok");
  attack_world_expect(
      attack_world_act(world, "p-twin", true, APPROVE("p-twin", "other-team")),
      "one-person");
  attack_world_free(world);
}

/* The lead's second key signs what was proposed to the lead: it is the same
 * person, so the slot is theirs already. */
static void
a_second_key_fills_no_second_slot(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackPerson *lead = attack_world_person(world, "p-lead");
  g_autoptr(FidotoolJson) one = NULL, two = NULL;

  (void)state;
  one = attack_world_propose(world, APPROVE("p-lead", "helpdesk-lead"));
  two = attack_world_propose(world, APPROVE("p-lead", "helpdesk-lead"));
  attack_world_expect(attack_world_sign(world, one, lead[0].key, NULL), "ok");
  attack_world_expect(attack_world_sign(world, two, lead[1].key, &world->away),
                      "one-person");
  attack_world_free(world);
}

static void
the_agent_of_a_case_does_not_approve_it(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) opened = NULL;

  (void)state;
  attack_world_activate(world, "p-both", "agent");
  opened = attack_world_act(world, "p-both", false,
                            "{\"act\":\"case.open\",\"actor\":\"p-both\","
                            "\"op\":\"recover\",\"sub\":\"%s\",\"reason\":"
                            "\"lost\"}",
                            world->sub);
  world->case_id = g_strdup(
      fidotool_json_get_text(fidotool_json_get(opened, "done"), "case"));
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"actor\":"
                          "\"p-both\",\"case\":\"%s\",\"branch\":\"c\","
                          "\"ial\":1}",
                          world->case_id),
      "ok");
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.add_evidence\",\"actor\":"
                          "\"p-both\",\"case\":\"%s\",\"type\":\"passport\","
                          "\"method\":\"visual\",\"result\":\"ok\"}",
                          world->case_id),
      "ok");
  attack_world_expect(
      attack_world_act(
          world, "p-both", false,
          "{\"act\":\"case.submit\",\"actor\":\"p-both\",\"case\":\"%s\"}",
          world->case_id),
      "ok");
  {
    g_autoptr(FidotoolJson) options = attack_world_propose(
        world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);

    attack_world_expect(attack_world_made(world, options, world->fresh, true),
                        "ok");
  }
  attack_world_expect(attack_world_act(world, "p-both", false,
                                       APPROVE("p-both", "helpdesk-lead")),
                      "own-work");
  attack_world_expect(
      attack_world_act(world, "p-both", false,
                       "{\"act\":\"case.refuse\",\"actor\":\"p-both\","
                       "\"case\":\"%s\",\"reason\":\"doubt\"}",
                       world->case_id),
      "own-work");
  /* Nor does who verified it release it. */
  attack_world_expect(attack_world_act(world, "p-lead", false,
                                       APPROVE("p-lead", "helpdesk-lead")),
                      "ok");
  attack_world_expect(attack_world_act(world, "p-other", true,
                                       APPROVE("p-other", "other-team")),
                      "ok");
  attack_world_activate(world, "p-both", "releaser");
  attack_world_expect(
      attack_world_act(
          world, "p-both", false,
          "{\"act\":\"case.activate\",\"actor\":\"p-both\",\"case\":\"%s\"}",
          world->case_id),
      "releaser-verified");
  attack_world_free(world);
}

static void
approvers_are_of_different_teams(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-mate", true, APPROVE("p-mate", "other-team")),
      "same-team");
  attack_world_free(world);
}

static void
a_filled_slot_stays_filled(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");

  (void)state;
  attack_world_expect(attack_world_act(world, "p-twin", true,
                                       APPROVE("p-twin", "helpdesk-lead")),
                      "slot-filled");
  attack_world_expect(
      attack_world_act(world, "p-twin", true, APPROVE("p-twin", "security")),
      "role");
  attack_world_expect(attack_world_act(world, "p-so-one", true,
                                       APPROVE("p-so-one", "security")),
                      "slot");
  attack_world_free(world);
}

static void
both_approvals_on_the_station_are_refused(void **state)
{
  AttackWorld *world = attack_world_at("one-approval");

  (void)state;
  attack_world_expect(attack_world_act(world, "p-other", false,
                                       APPROVE("p-other", "other-team")),
                      "off-kiosk");
  attack_world_expect(attack_world_act(world, "p-other", true,
                                       APPROVE("p-other", "other-team")),
                      "ok");
  attack_world_free(world);
}

static void
one_approver_had_contact(void **state)
{
  AttackWorld *world = attack_world_at("made");

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-lead", false,
                       "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                       "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                       "\"contact\":\"none\"}",
                       world->case_id),
      "ok");
  attack_world_expect(
      attack_world_act(world, "p-other", true,
                       "{\"act\":\"case.approve\",\"actor\":\"p-other\","
                       "\"case\":\"%s\",\"slot\":\"other-team\","
                       "\"contact\":\"none\"}",
                       world->case_id),
      "contact");
  attack_world_expect(
      attack_world_act(world, "p-other", true,
                       "{\"act\":\"case.approve\",\"actor\":\"p-other\","
                       "\"case\":\"%s\",\"slot\":\"other-team\","
                       "\"contact\":\"dreamt\"}",
                       world->case_id),
      "contact-word");
  attack_world_free(world);
}

static void
an_approver_does_not_release(void **state)
{
  AttackWorld *world = attack_world_at("made");

  (void)state;
  attack_world_expect(attack_world_act(world, "p-both", false,
                                       APPROVE("p-both", "helpdesk-lead")),
                      "ok");
  attack_world_expect(attack_world_act(world, "p-other", true,
                                       APPROVE("p-other", "other-team")),
                      "ok");
  attack_world_activate(world, "p-both", "releaser");
  attack_world_expect(
      attack_world_act(
          world, "p-both", false,
          "{\"act\":\"case.activate\",\"actor\":\"p-both\",\"case\":\"%s\"}",
          world->case_id),
      "releaser-approved");
  attack_world_free(world);
}

static void
staff_of_the_roster_are_no_standard_subjects(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) found = NULL;
  const char *sub;

  (void)state;
  attack_world_activate(world, "p-both", "agent");
  found = attack_world_query(world,
                             "{\"what\":\"persons\",\"text\":\"ann agent\"}");
  sub = fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(found, "persons"), 0), "sub");
  assert_non_null(sub);
  attack_world_expect(
      attack_world_act(world, "p-both", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-both\",\"op\":"
                       "\"recover\",\"sub\":\"%s\",\"reason\":\"lost\"}",
                       sub),
      "tier");
  /* And nobody opens their own. */
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-agent\",\"op\":"
                       "\"recover\",\"sub\":\"%s\",\"reason\":\"lost\"}",
                       sub),
      "own-case");
  attack_world_free(world);
}

static void
a_role_is_needed_held_and_active(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-audit", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-audit\",\"op\":"
                       "\"recover\",\"sub\":\"%s\",\"reason\":\"lost\"}",
                       world->sub),
      "role");
  attack_world_expect(
      attack_world_act(world, "p-both", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-both\",\"op\":"
                       "\"recover\",\"sub\":\"%s\",\"reason\":\"lost\"}",
                       world->sub),
      "role-not-active");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"role.activate\",\"actor\":\"p-agent\","
                       "\"role\":\"releaser\"}"),
      "role");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"role.activate\",\"actor\":\"p-nobody\","
                       "\"role\":\"agent\"}"),
      "actor-unknown");
  world->now_ms += 61 * 60 * 1000;
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"case.open\",\"actor\":\"p-agent\",\"op\":"
                       "\"recover\",\"sub\":\"%s\",\"reason\":\"lost\"}",
                       world->sub),
      "role-not-active");
  attack_world_free(world);
}

static void
a_role_belongs_to_its_connection(void **state)
{
  AttackWorld *world = attack_world_at("open");
  RecoverySession *mine = world->session;

  (void)state;
  world->session = recovery_session_new(RECOVERY_PEER_KIOSK);
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"actor\":"
                          "\"p-agent\",\"case\":\"%s\",\"branch\":\"c\","
                          "\"ial\":1}",
                          world->case_id),
      "role-not-active");
  attack_world_expect(attack_world_query(world,
                                         "{\"what\":\"case\",\"case\":\"%s\"}",
                                         world->case_id),
                      "role-not-active");
  attack_world_expect(attack_world_query(world, "{\"what\":\"status\"}"), "ok");
  recovery_session_free(world->session);
  world->session = mine;
  attack_world_free(world);
}

static void
an_auditor_does_not_browse_the_directory(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  RecoverySession *mine = world->session;

  (void)state;
  world->session = recovery_session_new(RECOVERY_PEER_KIOSK);
  attack_world_activate(world, "p-audit", "auditor");
  attack_world_expect(
      attack_world_query(world, "{\"what\":\"persons\",\"text\":\"okafor\"}"),
      "role-not-active");
  recovery_session_free(world->session);
  world->session = mine;
  attack_world_free(world);
}

static void
keys_of_a_directory_come_in_once(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  RecoverySession *mine = world->session;

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"key.import\",\"actor\":\"p-agent\","
                       "\"csv\":\"employee,name,team,address,person,"
                       "credential,aaguid\\nE-9,Eve,x,,,AAAAAAAAAAAAAAAAAAAAAA,"
                       "6b657974-7572-4e20-8000-70726163746b\\n\"}"),
      "import-keys-once");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"key.import\",\"actor\":\"p-agent\","
                       "\"csv\":\"employee,name,team,address,person,"
                       "credential,aaguid\\nE-9,Eve,x,,,,\\n\"}"),
      "ok");
  world->session = recovery_session_new(RECOVERY_PEER_KIOSK);
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"key.import\",\"actor\":\"p-agent\","
                       "\"csv\":\"employee,name,team,address,person,"
                       "credential,aaguid\\nE-8,Eve,x,,,,\\n\"}"),
      "import-owner");
  recovery_session_free(world->session);
  world->session = mine;
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_person_with_two_keys_is_one_person),
      cmocka_unit_test(a_second_key_fills_no_second_slot),
      cmocka_unit_test(the_agent_of_a_case_does_not_approve_it),
      cmocka_unit_test(approvers_are_of_different_teams),
      cmocka_unit_test(a_filled_slot_stays_filled),
      cmocka_unit_test(both_approvals_on_the_station_are_refused),
      cmocka_unit_test(one_approver_had_contact),
      cmocka_unit_test(an_approver_does_not_release),
      cmocka_unit_test(staff_of_the_roster_are_no_standard_subjects),
      cmocka_unit_test(a_role_is_needed_held_and_active),
      cmocka_unit_test(a_role_belongs_to_its_connection),
      cmocka_unit_test(an_auditor_does_not_browse_the_directory),
      cmocka_unit_test(keys_of_a_directory_come_in_once),
  };

  return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
