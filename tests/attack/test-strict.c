/* SPDX-License-Identifier: Apache-2.0 */
/* test-strict.c - a case is judged by the stricter of the policy at its freeze
 * and the policy now, whichever of the two that is. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "recovery/format/time.h"

#define HOUR ATTACK_HOUR_MS

/* One value of the tier: strict at the freeze and lax now, or the other way
 * round. */
typedef struct {
  const char *lax, *strict;
  bool at_freeze;
} Pair;

static void
load(AttackWorld *world, int version, const Pair *pair, bool strict)
{
  const char *const words[] = {pair->lax, strict ? pair->strict : pair->lax,
                               NULL};

  attack_world_policy(world, version, words);
}

/* A case that was frozen under one policy, a moment before the other came into
 * force; it has reached the state. */
static AttackWorld *
frozen_between(const Pair *pair, const char *state)
{
  AttackWorld *world = attack_world_at(NULL);

  load(world, 2, pair, pair->at_freeze);
  attack_world_pass(world, 25 * HOUR);
  load(world, 3, pair, !pair->at_freeze);
  attack_world_pass(world, 23 * HOUR);
  attack_world_reach(world, state);
  attack_world_pass(world, 2 * HOUR);
  {
    g_autoptr(FidotoolJson) status =
        attack_world_query(world, "{\"what\":\"status\"}");

    assert_int_equal(fidotool_json_get_int(status, "policy_version", 0), 3);
  }
  return world;
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

static FidotoolJson *
release(AttackWorld *world)
{
  attack_world_activate(world, "p-release", "releaser");
  return attack_world_act(
      world, "p-release", false,
      "{\"act\":\"case.activate\",\"actor\":\"p-release\",\"case\":\"%s\"}",
      world->case_id);
}

static const char *
state_now(AttackWorld *world)
{
  attack_world_activate(world, "p-agent", "agent");
  return attack_world_state(world);
}

static FidotoolJson *
see_case(AttackWorld *world)
{
  attack_world_activate(world, "p-agent", "agent");
  return attack_world_query(world, "{\"what\":\"case\",\"case\":\"%s\"}",
                            world->case_id);
}

/* A wait is over when the wall clock and the time that surely passed agree. */
static void
a_case_waits_the_longer_of_both(void **state)
{
  static const Pair rows[] = {{"wait_h: 0", "wait_h: 2", true},
                              {"wait_h: 0", "wait_h: 2", false}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = frozen_between(&rows[i], "one-approval");
    g_autoptr(FidotoolJson) seen = NULL;
    int64_t not_before_ms = 0;

    attack_world_ok(approve(world, "p-other", "other-team", true));
    seen = see_case(world);
    assert_string_equal(fidotool_json_get_text(seen, "state"), "waiting");
    assert_true(recovery_time_read(fidotool_json_get_text(seen, "not_before"),
                                   &not_before_ms));
    assert_in_range(not_before_ms - world->now_ms, 2 * HOUR - 60000, 2 * HOUR);
    world->now_ms += 3 * HOUR; /* somebody moved the wall clock */
    assert_true(recovery_station_tick(world->station, NULL));
    assert_string_equal(state_now(world), "waiting");
    attack_world_pass(world, 2 * HOUR + 60000);
    assert_string_equal(state_now(world), "ready");
    attack_world_free(world);
  }
}

static void
a_key_can_be_contested_the_longer_of_both(void **state)
{
  static const Pair rows[] = {
      {"contest_h: 0", "contest_h: 24", true},
      {"contest_h: 0", "contest_h: 24", false},
      {"restrict_h: 0", "restrict_h: 24", true},
      {"restrict_h: 0", "restrict_h: 24", false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = frozen_between(&rows[i], "one-approval");

    attack_world_ok(approve(world, "p-other", "other-team", true));
    attack_world_ok(release(world));
    attack_world_pass(world, 23 * HOUR);
    assert_string_equal(state_now(world), "issued");
    attack_world_pass(world, 2 * HOUR);
    assert_string_equal(state_now(world), "completed");
    attack_world_free(world);
  }
}

static void
an_approver_reads_the_longer_of_both(void **state)
{
  static const Pair rows[] = {{"read_s: 0", "read_s: 60", true},
                              {"read_s: 0", "read_s: 60", false}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = frozen_between(&rows[i], "made");

    attack_world_expect(approve(world, "p-lead", "helpdesk-lead", false),
                        "read-time");
    attack_world_free(world);
  }
}

static void
as_many_sign_elsewhere_as_either_asks(void **state)
{
  static const Pair rows[] = {{"off_kiosk: 1", "off_kiosk: 0", true},
                              {"off_kiosk: 1", "off_kiosk: 0", false}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = frozen_between(&rows[i], "one-approval");

    attack_world_expect(approve(world, "p-other", "other-team", false),
                        "off-kiosk");
    attack_world_ok(approve(world, "p-other", "other-team", true));
    attack_world_free(world);
  }
}

/* Where neither asks for it, the case is marked for ever. */
static void
a_weaker_path_is_marked(void **state)
{
  static const char *const words[] = {"off_kiosk: 1", "off_kiosk: 0", NULL};

  (void)state;
  for (int away = 0; away < 2; away++) {
    AttackWorld *world = attack_world_at(NULL);
    g_autoptr(FidotoolJson) seen = NULL;

    attack_world_policy(world, 2, words);
    attack_world_pass(world, 25 * HOUR);
    attack_world_reach(world, "one-approval");
    attack_world_ok(approve(world, "p-other", "other-team", away == 1));
    seen = see_case(world);
    assert_int_equal(fidotool_json_get_int(seen, "weaker", -1), 1 - away);
    attack_world_free(world);
  }
}

/* The key of a model that came onto the list after the freeze. */
static void
a_key_meets_the_policy_of_the_freeze(void **state)
{
  static const uint8_t model[16] = {9, 9, 9, 9, 9, 9, 9, 9,
                                    9, 9, 9, 9, 9, 9, 9, 9};
  const Pair pair = {
      "      - {aaguid: 6b657974",
      "      - {aaguid: 09090909-0909-0909-0909-090909090909, note: new}\n"
      "      - {aaguid: 6b657974",
      false};
  AttackWorld *world = frozen_between(&pair, "awaiting_approval");
  AttackBatch *batch = attack_key_batch_new(model, true);
  g_autoptr(FidotoolJson) options = NULL;

  (void)state;
  memcpy(world->fresh->aaguid, model, sizeof(model));
  world->fresh->batch = batch;
  attack_world_activate(world, "p-agent", "agent");
  options = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
  attack_world_expect(attack_world_made(world, options, world->fresh, true),
                      "no-permit");
  attack_key_batch_free(batch);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_case_waits_the_longer_of_both),
      cmocka_unit_test(a_key_can_be_contested_the_longer_of_both),
      cmocka_unit_test(an_approver_reads_the_longer_of_both),
      cmocka_unit_test(as_many_sign_elsewhere_as_either_asks),
      cmocka_unit_test(a_weaker_path_is_marked),
      cmocka_unit_test(a_key_meets_the_policy_of_the_freeze),
  };

  return cmocka_run_group_tests_name("strict", tests, NULL, NULL);
}
