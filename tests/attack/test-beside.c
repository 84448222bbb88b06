/* SPDX-License-Identifier: Apache-2.0 */
/* test-beside.c - a draft is tried beside the policy in force: it decides
 * nothing, and what is counted of it outlives a restart. */
#include <string.h>

#include "recovery/beside.h"
#include "recovery/format/time.h"
#include "recovery/trial.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

static int64_t
version_of(AttackWorld *world)
{
  g_autoptr(FidotoolJson) status =
      attack_world_query(world, "{\"what\":\"status\"}");

  return fidotool_json_get_int(status, "policy_version", 0);
}

static FidotoolJson *
try_for(AttackWorld *world, const char *officer, const char *role,
        const char *yaml, int days)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *whole = NULL;

  fidotool_json_set_text(request, "act", "policy.trial");
  fidotool_json_set_text(request, "actor", officer);
  fidotool_json_set_text(request, "policy", yaml);
  fidotool_json_set_int(request, "days", days);
  whole = fidotool_json_write(request, NULL);
  attack_world_activate(world, officer, role);
  return attack_world_act(world, officer, false, "%s", whole);
}

static int64_t
count_of(AttackWorld *world, const char *name)
{
  g_autoptr(FidotoolJson) answer =
      attack_world_query(world, "{\"what\":\"policy-trial\"}");

  return fidotool_json_get_int(fidotool_json_get(answer, "decisions"), name,
                               -1);
}

static int64_t
is_ended(AttackWorld *world)
{
  g_autoptr(FidotoolJson) answer =
      attack_world_query(world, "{\"what\":\"policy-trial\"}");

  return fidotool_json_get_int(fidotool_json_get(answer, "trial"), "ended", -1);
}

static void
a_draft_is_tried_by_one_officer_for_a_time(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *draft =
      attack_world_policy_text(world, 2, "wait_h: 0", "wait_h: 2");

  (void)state;
  attack_world_expect(try_for(world, "p-lead", "helpdesk-lead", draft, 7),
                      "role");
  attack_world_expect(try_for(world, "p-so-one", "security", draft, 91),
                      "error");
  attack_world_expect(try_for(world, "p-so-one", "security", draft, -1),
                      "error");
  attack_world_expect(try_for(world, "p-so-one", "security", "x: 1\n", 7),
                      "error");
  assert_int_equal(is_ended(world), -1);
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 7));
  assert_int_equal(is_ended(world), 0);
  assert_int_equal(version_of(world), 1);
  attack_world_pass(world, 6 * 24 * ATTACK_HOUR_MS);
  attack_world_activate(world, "p-so-one", "security");
  assert_int_equal(is_ended(world), 0);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  attack_world_activate(world, "p-so-one", "security");
  assert_int_equal(is_ended(world), 1);
  /* Again, and ended before its time. */
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 7));
  assert_int_equal(is_ended(world), 0);
  attack_world_ok(try_for(world, "p-so-two", "security", draft, 0));
  assert_int_equal(is_ended(world), 1);
  assert_int_equal(version_of(world), 1);
  attack_world_free(world);
}

/* A sign-in with a key that may be copied, as the decision point asks. */
static RecoveryRequest *
new_request(FidotoolJson **ret_json)
{
  static const char text[] =
      "{\"id\":\"1\",\"time\":\"2026-11-15T12:00:00Z\",\"journey\":"
      "\"sign-in\",\"app\":\"none\",\"person\":{\"id\":\"p\","
      "\"groups\":[],\"attributes\":{},\"keys\":[]},\"authenticator\":"
      "{\"method\":\"webauthn\",\"uv\":true,\"be\":true,\"bs\":false,"
      "\"attested\":false,\"at\":\"2026-11-15T11:59:30Z\"},\"signals\":"
      "{},\"record\":{\"key_state\":\"active\",\"recovered_at\":null}}";
  g_autofree char *fault = NULL;
  RecoveryRequest *request;

  *ret_json = fidotool_json_parse(text, strlen(text), NULL);
  request = recovery_request_read(*ret_json, &fault);
  assert_null(fault);
  return request;
}

static void
decisions_are_counted_and_not_changed(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *draft =
      attack_world_policy_text(world, 2, "wait_h: 0", "wait_h: 2");
  g_autoptr(FidotoolJson) json = NULL;
  g_autoptr(RecoveryRequest) request = new_request(&json);

  (void)state;
  /* No draft is tried: nothing is counted. */
  recovery_beside_note(world->station, world->now_ms, request,
                       RECOVERY_DECIDE_ALLOW);
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 7));
  assert_int_equal(count_of(world, "decided"), 0);
  /* The draft knows no app "none": an error, which denies. */
  recovery_beside_note(world->station, world->now_ms, request,
                       RECOVERY_DECIDE_ALLOW);
  recovery_beside_note(world->station, world->now_ms, request,
                       RECOVERY_DECIDE_STEP_UP);
  recovery_beside_note(world->station, world->now_ms, request,
                       RECOVERY_DECIDE_DENY);
  assert_int_equal(count_of(world, "decided"), 3);
  assert_int_equal(count_of(world, "refused"), 2);
  assert_int_equal(count_of(world, "same"), 1);
  assert_int_equal(count_of(world, "less"), 0);
  /* Its time is over. */
  recovery_beside_note(world->station, world->now_ms + 8 * 24 * ATTACK_HOUR_MS,
                       request, RECOVERY_DECIDE_ALLOW);
  assert_int_equal(count_of(world, "decided"), 3);
  /* Another trial begins at nought. */
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 8));
  recovery_beside_note(world->station, world->now_ms, request,
                       RECOVERY_DECIDE_DENY);
  assert_int_equal(count_of(world, "decided"), 1);
  attack_world_free(world);
}

/* ---- its counts after a restart ---- */

#define COUNTS "trial-counts.json"

static void
note(AttackWorld *world, RecoveryDecideOutcome outcome, int n)
{
  g_autoptr(FidotoolJson) json = NULL;
  g_autoptr(RecoveryRequest) request = new_request(&json);

  while (n-- > 0)
    recovery_beside_note(world->station, world->now_ms, request, outcome);
}

static FidotoolJson *
decisions_of(AttackWorld *world)
{
  g_autoptr(FidotoolJson) answer = NULL;

  attack_world_activate(world, "p-so-one", "security");
  answer = attack_world_query(world, "{\"what\":\"policy-trial\"}");
  return fidotool_json_take(answer, "decisions");
}

/* So many were counted, and so many gaps are told of, the last since then; the
 * clock of the world goes on by a millisecond whenever it is asked. */
static void
check_counts(AttackWorld *world, int64_t decided, size_t gaps, int64_t from_ms)
{
  g_autoptr(FidotoolJson) counts = decisions_of(world);
  const FidotoolJson *list = fidotool_json_get(counts, "gaps");
  const FidotoolJson *last = fidotool_json_at(list, gaps - 1);
  int64_t last_ms = 0;

  assert_int_equal(fidotool_json_get_int(counts, "decided", -1), decided);
  assert_int_equal(fidotool_json_size(list), gaps);
  if (gaps == 0)
    return;
  assert_true(
      recovery_time_read(fidotool_json_get_text(last, "from"), &last_ms));
  assert_in_range(last_ms, from_ms - 50, from_ms + 50);
}

static void
counts_outlive_a_restart(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *draft =
      attack_world_policy_text(world, 2, "wait_h: 0", "wait_h: 2");
  g_autoptr(FidotoolJson) counts = NULL;
  const FidotoolJson *row;
  int64_t saved_ms;

  (void)state;
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 7));
  note(world, RECOVERY_DECIDE_ALLOW, 3);
  note(world, RECOVERY_DECIDE_DENY, 1);
  /* Stopped: nothing is missing. */
  assert_true(recovery_station_close(world->station, NULL));
  attack_world_restart(world, NULL);
  check_counts(world, 4, 0, 0);
  note(world, RECOVERY_DECIDE_ALLOW, 2);
  /* Written once a minute, and not before. */
  attack_world_pass(world, 59 * 1000);
  note(world, RECOVERY_DECIDE_ALLOW, 1);
  attack_world_pass(world, 1000);
  saved_ms = world->now_ms;
  note(world, RECOVERY_DECIDE_ALLOW, 5);
  attack_world_pass(world, 59 * 1000);
  /* Killed: what came since is lost, and that is said. */
  attack_world_restart(world, NULL);
  check_counts(world, 7, 1, saved_ms);
  counts = decisions_of(world);
  assert_int_equal(fidotool_json_get_int(counts, "refused", -1), 6);
  assert_int_equal(fidotool_json_get_int(counts, "same", -1), 1);
  row = fidotool_json_at(fidotool_json_get(counts, "by"), 0);
  assert_int_equal(fidotool_json_size(fidotool_json_get(counts, "by")), 1);
  assert_string_equal(fidotool_json_get_text(row, "before"), "allow");
  assert_string_equal(fidotool_json_get_text(row, "after"), "deny");
  assert_string_equal(fidotool_json_get_text(row, "reason"), "error");
  assert_int_equal(fidotool_json_get_int(row, "n", -1), 6);
  attack_world_free(world);
}

static void
counts_that_are_gone_begin_anew(void **state)
{
  static const char *const bad[] = {"", "{", "[]",
                                    "{\"schema\":\"keyturn-trial-counts/1\"}"};
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *draft =
      attack_world_policy_text(world, 2, "wait_h: 0", "wait_h: 2");
  int64_t from_ms = world->now_ms;

  (void)state;
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 7));
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    attack_world_pass(world, 1000);
    note(world, RECOVERY_DECIDE_ALLOW, 1);
    g_hash_table_replace(world->files, g_strdup(COUNTS),
                         g_bytes_new(bad[i], strlen(bad[i])));
    attack_world_restart(world, NULL);
    check_counts(world, 0, 1, from_ms);
  }
  /* The file of another trial is not this one's, though the draft is. */
  note(world, RECOVERY_DECIDE_ALLOW, 1);
  assert_true(recovery_station_close(world->station, NULL));
  attack_world_restart(world, NULL);
  check_counts(world, 1, 1, from_ms);
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 9));
  attack_world_pass(world, 1000);
  from_ms = world->now_ms;
  attack_world_pass(world, 1000);
  attack_world_restart(world, NULL);
  check_counts(world, 0, 1, from_ms);
  attack_world_free(world);
}

/* What is over is closed, and stays to be seen. */
static void
counts_of_what_is_over_stay(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *draft =
      attack_world_policy_text(world, 2, "wait_h: 0", "wait_h: 2");

  (void)state;
  attack_world_ok(try_for(world, "p-so-one", "security", draft, 1));
  note(world, RECOVERY_DECIDE_ALLOW, 2);
  attack_world_pass(world, 24 * ATTACK_HOUR_MS);
  attack_world_pass(world, 1000);
  attack_world_restart(world, NULL);
  check_counts(world, 2, 0, 0);
  note(world, RECOVERY_DECIDE_ALLOW, 1);
  attack_world_restart(world, NULL);
  check_counts(world, 2, 0, 0);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_draft_is_tried_by_one_officer_for_a_time),
      cmocka_unit_test(decisions_are_counted_and_not_changed),
      cmocka_unit_test(counts_outlive_a_restart),
      cmocka_unit_test(counts_that_are_gone_begin_anew),
      cmocka_unit_test(counts_of_what_is_over_stay),
  };

  return cmocka_run_group_tests_name("beside", tests, NULL, NULL);
}
