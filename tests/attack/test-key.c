/* SPDX-License-Identifier: Apache-2.0 */
/* test-key.c - the new key: what it is, what it answers, when, and whether it
 * is the one that was approved. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

static FidotoolJson *
ask(AttackWorld *world, const char *case_id)
{
  return attack_world_propose(world, "{\"act\":\"case.made\",\"case\":\"%s\"}",
                              case_id);
}

/* Nothing came of it: no key of the case is there to be approved. */
static void
expect_nothing_made(AttackWorld *world)
{
  attack_world_expect(
      attack_world_propose(
          world,
          "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
          "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
          world->case_id),
      "next-at-station-not-yet");
}

static void
expect_made(AttackWorld *world, const char *rule, bool attested)
{
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);

  attack_world_expect(attack_world_made(world, options, world->fresh, attested),
                      rule);
}

static void
a_key_that_attests_itself_is_refused(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");

  (void)state;
  expect_made(world, "attestation", false);
  expect_nothing_made(world);
  expect_made(world, "ok", true);
  attack_world_free(world);
}

/* Right in every word, under a root that nobody trusts. */
static void
a_look_alike_is_refused(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  AttackBatch *batch = attack_key_batch_new(world->fresh->aaguid, false);

  (void)state;
  world->fresh->batch = batch;
  expect_made(world, "attestation", true);
  expect_nothing_made(world);
  attack_key_batch_free(batch);
  attack_world_free(world);
}

static void
a_model_that_the_policy_does_not_list_is_refused(void **state)
{
  static const uint8_t other[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  AttackWorld *world = attack_world_at("awaiting_approval");
  AttackBatch *batch = attack_key_batch_new(other, true);

  (void)state;
  /* Its certificate is about another model than it says. */
  memcpy(world->fresh->aaguid, other, 16);
  expect_made(world, "packed/P7", true);
  world->fresh->batch = batch;
  expect_made(world, "no-permit", true);
  expect_nothing_made(world);
  attack_key_batch_free(batch);
  attack_world_free(world);
}

static void
the_flags_of_a_new_key_are_looked_at(void **state)
{
  static const struct {
    uint8_t flags;
    const char *rule;
  } rows[] = {{0x01, "registration/R12"},
              {0x04, "registration/R11"},
              {0x0d, "no-permit"},
              {0x15, "registration/R13"},
              {0x1d, "no-permit"}};
  AttackWorld *world = attack_world_at("awaiting_approval");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    world->flags = rows[i].flags;
    expect_made(world, rows[i].rule, true);
  }
  world->flags = 0x05;
  expect_nothing_made(world);
  expect_made(world, "ok", true);
  attack_world_free(world);
}

static void
another_site_is_another_key(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");

  (void)state;
  world->origin = "https://keys.example.org.evil.example";
  expect_made(world, "registration/R5", true);
  world->origin = ATTACK_WORLD_ORIGIN;
  world->rp_id = "evil.example";
  expect_made(world, "registration/R10", true);
  world->rp_id = ATTACK_WORLD_RP_ID;
  expect_nothing_made(world);
  attack_world_free(world);
}

/* A key of anybody here, in any state, is no new key. */
static void
no_key_comes_back(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);

  (void)state;
  attack_world_expect(attack_world_made(world, options, world->lost, true),
                      "registration/R23");
  expect_made(world, "ok", true);
  expect_made(world, "registration/R23", true);
  /* What was made in a case that ended is retired, and stays so. */
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  attack_world_reach(world, "awaiting_approval");
  expect_made(world, "registration/R23", true);
  attack_world_free(world);
}

/* The key that was lost is revoked, and does not come back either. */
static void
a_revoked_key_does_not_come_back(void **state)
{
  AttackWorld *world = attack_world_at("issued");
  AttackKey *lost = world->lost;
  g_autoptr(FidotoolJson) options = NULL;

  (void)state;
  attack_world_reach(world, "awaiting_approval");
  options = ask(world, world->case_id);
  attack_world_expect(attack_world_made(world, options, lost, true),
                      "registration/R23");
  attack_world_free(world);
}

static void
the_same_key_answers_the_test(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  AttackKey *other = attack_key_new();
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);
  FidotoolJson *request, *test;

  (void)state;
  attack_world_expect(
      attack_world_send(world, attack_world_made_request(
                                   world, options, world->fresh, other, true)),
      "assertion/A14");
  /* The same key under another name. */
  request = attack_world_made_request(world, options, world->fresh,
                                      world->fresh, true);
  test = fidotool_json_get(request, "test");
  fidotool_json_set_text(test, "id", "AAAAAAAAAAAAAAAAAAAAAA");
  fidotool_json_set_text(test, "rawId", "AAAAAAAAAAAAAAAAAAAAAA");
  attack_world_expect(attack_world_send(world, request), "assertion/A1");
  expect_nothing_made(world);
  attack_key_free(other);
  attack_world_free(world);
}

/* The test is one of its own: an old assertion of the key is none. */
static void
an_old_test_is_no_test(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) one = ask(world, world->case_id);
  g_autoptr(FidotoolJson) two = ask(world, world->case_id);
  g_autoptr(FidotoolJson) old = NULL;
  FidotoolJson *request;

  (void)state;
  old = attack_world_made_request(world, one, world->fresh, world->fresh, true);
  request =
      attack_world_made_request(world, two, world->fresh, world->fresh, true);
  fidotool_json_set(request, "test",
                    fidotool_json_copy(fidotool_json_get(old, "test")));
  attack_world_expect(attack_world_send(world, request), "assertion/A5");
  request =
      attack_world_made_request(world, two, world->fresh, world->fresh, true);
  fidotool_json_set(request, "registration",
                    fidotool_json_copy(fidotool_json_get(old, "registration")));
  attack_world_expect(attack_world_send(world, request), "registration/R4");
  expect_nothing_made(world);
  attack_world_free(world);
}

static void
creation_options_are_ours_and_fresh(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  RecoverySession *mine = world->session;
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);
  FidotoolJson *request;

  (void)state;
  request = attack_world_made_request(world, options, world->fresh,
                                      world->fresh, true);
  fidotool_json_set_text(request, "nonce", "00112233445566778899aabbccddeeff");
  attack_world_expect(attack_world_send(world, request), "statement-unknown");
  /* Asked for by the owner, handed in by the kiosk. */
  world->session = recovery_session_new(RECOVERY_PEER_KIOSK);
  attack_world_activate(world, "p-both", "agent");
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "statement-unknown");
  recovery_session_free(world->session);
  world->session = mine;
  world->now_ms += 15 * 60 * 1000 + 1;
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "statement-unknown");
  expect_made(world, "ok", true);
  attack_world_free(world);
}

/* Options of one case are none of another, not even of the same subject. */
static void
creation_options_are_of_one_case(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);

  (void)state;
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  attack_world_reach(world, "awaiting_approval");
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "statement-unknown");
  attack_world_free(world);
}

/* Nor are those of the case as it stood before an edit. */
static void
creation_options_are_of_one_freeze(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);

  (void)state;
  attack_world_ok(attack_world_submit(
      world, "{\"act\":\"case.amend\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "state");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.submit\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "registration/R4");
  attack_world_free(world);
}

static void
an_incomplete_answer_is_refused(void **state)
{
  static const char *const members[] = {"nonce", "registration", "test"};
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
    FidotoolJson *request = attack_world_made_request(
        world, options, world->fresh, world->fresh, true);

    fidotool_json_remove(request, members[i]);
    attack_world_expect(attack_world_send(world, request), "registration/R1");
  }
  attack_world_free(world);
}

static void
a_new_key_is_made_where_staff_are(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  RecoverySession *mine = world->session;
  g_autoptr(FidotoolJson) options = ask(world, world->case_id);

  (void)state;
  world->session = recovery_session_new(RECOVERY_PEER_ADMIN);
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "role-not-active");
  attack_world_expect(ask(world, world->case_id), "role-not-active");
  recovery_session_free(world->session);
  world->session = mine;
  attack_world_expect(ask(world, "c-00000000"), "case-unknown");
  world->now_ms -= 300 * 1000;
  attack_world_expect(ask(world, world->case_id), "clock");
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "clock");
  attack_world_free(world);
}

static void
a_key_is_made_between_submit_and_approval(void **state)
{
  AttackWorld *world = attack_world_at("proofing");
  AttackKey *second = attack_key_new(), *third = attack_key_new();
  g_autoptr(FidotoolJson) options = NULL, spare = NULL;

  (void)state;
  attack_world_expect(ask(world, world->case_id), "state");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  attack_world_reach(world, "made");
  spare = ask(world, world->case_id);
  options = ask(world, world->case_id);
  attack_world_expect(attack_world_made(world, spare, second, true), "ok");
  attack_world_expect(attack_world_made(world, options, third, true),
                      "made-already");
  attack_key_free(second);
  attack_key_free(third);
  attack_world_free(world);
}

/* Approved is one credential: none may be added or put in its place. */
static void
an_approval_names_the_credential(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackKey *other = attack_key_new();
  g_autoptr(FidotoolJson) early = ask(world, world->case_id);
  g_autoptr(FidotoolJson) late = ask(world, world->case_id);
  g_autoptr(FidotoolJson) approval = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id);
  AttackKey *lead = attack_world_person(world, "p-lead")->key;

  (void)state;
  attack_world_expect(attack_world_made(world, early, other, true), "ok");
  attack_world_expect(attack_world_sign(world, approval, lead, NULL),
                      "changed");
  attack_world_ok(
      attack_world_act(world, "p-lead", false,
                       "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                       "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                       "\"contact\":\"seen\"}",
                       world->case_id));
  attack_key_free(other);
  other = attack_key_new();
  attack_world_expect(attack_world_made(world, late, other, true),
                      "made-after-approval");
  attack_key_free(other);
  attack_world_free(world);
}

/* What the judge worker does wrong costs an answer and nothing else. */
static void
a_judge_that_is_gone_judges_nothing(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");

  (void)state;
  world->judge_fails = true;
  expect_made(world, "error", true);
  world->judge_fails = false;
  expect_nothing_made(world);
  expect_made(world, "ok", true);
  attack_world_free(world);
}

/* The key is judged again when it is issued, as of then. */
static void
a_key_is_judged_again_at_its_issue(void **state)
{
  AttackWorld *world = attack_world_at("ready");

  (void)state;
  attack_world_activate(world, "p-release", "releaser");
  world->judge_fails = true;
  attack_world_expect(
      attack_world_act(world, "p-release", false,
                       "{\"act\":\"case.activate\",\"actor\":\"p-release\","
                       "\"case\":\"%s\"}",
                       world->case_id),
      "error");
  world->judge_fails = false;
  /* The anchor was taken out meanwhile. */
  g_hash_table_remove(world->files, "roots.pem");
  attack_world_restart(world, NULL);
  attack_world_activate(world, "p-release", "releaser");
  attack_world_expect(
      attack_world_act(world, "p-release", false,
                       "{\"act\":\"case.activate\",\"actor\":\"p-release\","
                       "\"case\":\"%s\"}",
                       world->case_id),
      "attestation");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_that_attests_itself_is_refused),
      cmocka_unit_test(a_look_alike_is_refused),
      cmocka_unit_test(a_model_that_the_policy_does_not_list_is_refused),
      cmocka_unit_test(the_flags_of_a_new_key_are_looked_at),
      cmocka_unit_test(another_site_is_another_key),
      cmocka_unit_test(no_key_comes_back),
      cmocka_unit_test(a_revoked_key_does_not_come_back),
      cmocka_unit_test(the_same_key_answers_the_test),
      cmocka_unit_test(an_old_test_is_no_test),
      cmocka_unit_test(creation_options_are_ours_and_fresh),
      cmocka_unit_test(creation_options_are_of_one_case),
      cmocka_unit_test(creation_options_are_of_one_freeze),
      cmocka_unit_test(an_incomplete_answer_is_refused),
      cmocka_unit_test(a_new_key_is_made_where_staff_are),
      cmocka_unit_test(a_key_is_made_between_submit_and_approval),
      cmocka_unit_test(an_approval_names_the_credential),
      cmocka_unit_test(a_judge_that_is_gone_judges_nothing),
      cmocka_unit_test(a_key_is_judged_again_at_its_issue),
  };

  return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
