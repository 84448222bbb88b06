/* SPDX-License-Identifier: Apache-2.0 */
/* test-settle.c - what the station does by itself: notices, checkpoints, the
 * end of a case, changes whose time has come. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/trial.h"

static const char *
state_now(AttackWorld *world)
{
  attack_world_activate(world, "p-agent", "agent");
  return attack_world_state(world);
}

static FidotoolJson *
by_code(AttackWorld *world, const char *act)
{
  g_autofree char *code = attack_world_code(world);

  return attack_world_submit(world,
                             "{\"act\":\"%s\",\"case\":\"%s\",\"code\":\"%s\"}",
                             act, world->case_id, code);
}

static FidotoolJson *
decide(AttackWorld *world, const char *act, const char *person, bool away)
{
  return attack_world_act(world, person, away,
                          "{\"act\":\"%s\",\"actor\":\"%s\",\"case\":\"%s\"}",
                          act, person, world->case_id);
}

static RecoveryModelKey *
find_key(AttackWorld *world, const AttackKey *key)
{
  uint8_t cred[32];
  g_autofree char *hex = NULL;

  attack_key_cred(key, cred);
  hex = fidotool_bytes_hex(cred, 32);
  return recovery_model_key(world->station->model, hex);
}

/* A world in which the issue of a key can be contested for a day. */
static AttackWorld *
issued(void)
{
  static const char *const words[] = {"contest_h: 0", "contest_h: 24", NULL};
  AttackWorld *world = attack_world_at(NULL);

  attack_world_policy(world, 2, words);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  attack_world_reach(world, "issued");
  assert_string_equal(attack_world_state(world), "issued");
  return world;
}

/* Each end of a case has a notice of its own. */
static void
the_subject_is_told_of_every_end(void **state)
{
  AttackWorld *world = attack_world_at("open");

  (void)state;
  attack_world_pass(world, 9 * ATTACK_HOUR_MS);
  assert_int_equal(attack_world_notices(world, "not finished in time"), 1);
  attack_world_free(world);
  world = attack_world_at("made");
  attack_world_ok(by_code(world, "case.withdraw"));
  assert_int_equal(attack_world_notices(world, "was withdrawn"), 1);
  attack_world_free(world);
  world = attack_world_at("made");
  attack_world_ok(by_code(world, "case.contest"));
  assert_int_equal(attack_world_notices(world, "is not yours"), 1);
  assert_int_equal(attack_world_notices(world, "was withdrawn"), 0);
  attack_world_ok(decide(world, "case.uphold", "p-twin", false));
  attack_world_ok(decide(world, "case.uphold", "p-so-one", true));
  assert_int_equal(attack_world_notices(world, "contest of your case"), 1);
  attack_world_free(world);
}

static void
a_contest_after_the_issue_takes_the_key(void **state)
{
  AttackWorld *world = issued();

  (void)state;
  assert_int_equal(find_key(world, world->fresh)->state, RECOVERY_KEY_ACTIVE);
  assert_int_equal(find_key(world, world->lost)->state, RECOVERY_KEY_REVOKED);
  attack_world_ok(by_code(world, "case.contest"));
  assert_int_equal(find_key(world, world->fresh)->state,
                   RECOVERY_KEY_SUSPENDED);
  attack_world_ok(decide(world, "case.uphold", "p-twin", false));
  attack_world_ok(decide(world, "case.uphold", "p-so-one", true));
  assert_string_equal(state_now(world), "undone");
  assert_int_equal(find_key(world, world->fresh)->state, RECOVERY_KEY_REVOKED);
  attack_world_free(world);
}

/* A rejected contest gives nothing back by itself. */
static void
a_rejected_contest_leaves_the_key_suspended(void **state)
{
  AttackWorld *world = issued();

  (void)state;
  attack_world_ok(by_code(world, "case.contest"));
  attack_world_ok(decide(world, "case.reject", "p-twin", false));
  attack_world_ok(decide(world, "case.reject", "p-so-one", true));
  assert_string_equal(state_now(world), "issued");
  assert_int_equal(find_key(world, world->fresh)->state,
                   RECOVERY_KEY_SUSPENDED);
  attack_world_free(world);
}

/* While the old case can still be contested, the new key may be lost too. */
static void
an_issued_case_is_no_open_one(void **state)
{
  AttackWorld *world = issued();

  (void)state;
  attack_world_reach(world, "open");
  assert_string_equal(attack_world_state(world), "open");
  assert_int_equal(find_key(world, world->fresh)->state,
                   RECOVERY_KEY_SUSPENDED);
  attack_world_free(world);
}

/* The lost key was put back by hand: the case is not closed over it. */
static void
a_case_closes_when_the_lost_key_is_gone(void **state)
{
  AttackWorld *world = issued();

  (void)state;
  find_key(world, world->lost)->state = RECOVERY_KEY_ACTIVE;
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  assert_string_equal(state_now(world), "issued");
  find_key(world, world->lost)->state = RECOVERY_KEY_REVOKED;
  attack_world_pass(world, 60000);
  assert_string_equal(state_now(world), "completed");
  attack_world_free(world);
}

static void
an_approval_is_followed_by_a_checkpoint(void **state)
{
  AttackWorld *world = attack_world_at("made");
  unsigned before = attack_world_entries(world, "\"checkpoint.made\"");

  (void)state;
  attack_world_ok(
      attack_world_act(world, "p-lead", false,
                       "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                       "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                       "\"contact\":\"seen\"}",
                       world->case_id));
  assert_int_equal(attack_world_entries(world, "\"checkpoint.made\""),
                   before + 1);
  attack_world_free(world);
}

static void
the_station_says_that_it_lives(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  unsigned before = attack_world_entries(world, "\"heartbeat\"");

  (void)state;
  attack_world_pass(world, 14 * 60 * 1000);
  attack_world_pass(world, 2 * 60 * 1000);
  attack_world_pass(world, 14 * 60 * 1000);
  assert_in_range(attack_world_entries(world, "\"heartbeat\""), before + 1,
                  before + 2);
  attack_world_free(world);
}

/* Nothing of it before the founding is whole. */
static void
a_station_that_has_not_begun_does_nothing(void **state)
{
  AttackWorld *world = attack_world_new(true);

  (void)state;
  attack_world_pass(world, 60 * 60 * 1000);
  assert_int_equal(recovery_station_size(world->station), 0);
  assert_true(recovery_station_close(world->station, NULL));
  assert_int_equal(recovery_station_size(world->station), 0);
  attack_world_free(world);
}

static void
officers_are_told_of_a_change_and_nobody_else(void **state)
{
  static const char *const words[] = {"2034-01-01", "2035-01-01", NULL};
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_policy(world, 2, words);
  assert_int_equal(attack_world_notices(world, "Any officer may veto it"), 2);
  assert_int_equal(attack_world_notices(world, "staff:p-so-"), 2);
  attack_world_free(world);
}

static void
a_veto_names_the_change(void **state)
{
  static const char *const words[] = {"2034-01-01", "2035-01-01", NULL};
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_policy(world, 2, words);
  attack_world_says(attack_world_change(world, "change.veto", "p-so-one", false,
                                        "change", "00"),
                    "no such change waits");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_subject_is_told_of_every_end),
      cmocka_unit_test(a_contest_after_the_issue_takes_the_key),
      cmocka_unit_test(a_rejected_contest_leaves_the_key_suspended),
      cmocka_unit_test(an_issued_case_is_no_open_one),
      cmocka_unit_test(a_case_closes_when_the_lost_key_is_gone),
      cmocka_unit_test(an_approval_is_followed_by_a_checkpoint),
      cmocka_unit_test(the_station_says_that_it_lives),
      cmocka_unit_test(a_station_that_has_not_begun_does_nothing),
      cmocka_unit_test(officers_are_told_of_a_change_and_nobody_else),
      cmocka_unit_test(a_veto_names_the_change),
  };

  return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
