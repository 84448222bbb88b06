/* SPDX-License-Identifier: Apache-2.0 */
/* test-policy.c - a policy is changed with open eyes: what it loosens is
 * counted, signed by both, shown from the two documents, and waits. */
#include <string.h>

#include "recovery/error.h"
#include "recovery/format/time.h"
#include "recovery/format/viewer.h"
#include "recovery/policy/change.h"
#include "recovery/trial.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

static FidotoolJson *
load(AttackWorld *world, const char *officer, bool away, const char *yaml)
{
  return attack_world_change(world, "policy.load", officer, away, "policy",
                             yaml);
}

static int64_t
version_of(AttackWorld *world)
{
  g_autoptr(FidotoolJson) status =
      attack_world_query(world, "{\"what\":\"status\"}");

  return fidotool_json_get_int(status, "policy_version", 0);
}

static FidotoolJson *
propose(AttackWorld *world, const char *officer, const char *yaml)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *whole = NULL;

  fidotool_json_set_text(request, "act", "policy.load");
  fidotool_json_set_text(request, "actor", officer);
  fidotool_json_set_text(request, "policy", yaml);
  whole = fidotool_json_write(request, NULL);
  attack_world_activate(world, officer, "security");
  return attack_world_propose(world, "%s", whole);
}

/* What tightens alone does not wait; what is neither, or cannot be compared,
 * does. */
static void
only_what_tightens_is_in_force_at_once(void **state)
{
  static const struct {
    const char *was, *is;
    int64_t looser, stricter;
  } rows[] = {
      {"wait_h: 0", "wait_h: 2", 0, 1},
      {"read_s: 0", "read_s: 9", 0, 1},
      {"owner: practice", "owner: somebody", 0, 0},
      {"off_kiosk: 1", "off_kiosk: 0", 1, 0},
      {"keep: 90d-after-close", "keep: 91d-after-close", 1, 1},
      {"2034-01-01", "2034-01-02", 1, 0},
      {"2034-01-01", "2033-12-31", 0, 1},
      {"id: keyturn-practice", "id: another", 1, 1},
      {"slots: [helpdesk-lead, other-team]", "slots: [helpdesk-lead, security]",
       1, 1},
      {"rank: 80", "rank: 90", 0, 0},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at(NULL);
    g_autoptr(FidotoolJson) proposal = NULL, statement = NULL;
    g_autofree char *yaml = NULL;
    const char *line;

    yaml = attack_world_policy_text(world, 2, rows[i].was, rows[i].is);
    proposal = propose(world, "p-so-one", yaml);
    line = fidotool_json_get_text(proposal, "statement");
    assert_non_null(line);
    statement = fidotool_json_parse(line, strlen(line), NULL);
    assert_int_equal(fidotool_json_get_int(statement, "looser", -1),
                     rows[i].looser);
    assert_int_equal(fidotool_json_get_int(statement, "stricter", -1),
                     rows[i].stricter);
    attack_world_ok(load(world, "p-so-one", false, yaml));
    assert_int_equal(version_of(world), 1);
    attack_world_ok(load(world, "p-so-two", true, yaml));
    assert_int_equal(version_of(world), rows[i].looser == 0 ? 2 : 1);
    attack_world_pass(world, 23 * ATTACK_HOUR_MS);
    assert_int_equal(version_of(world), rows[i].looser == 0 ? 2 : 1);
    attack_world_pass(world, 2 * ATTACK_HOUR_MS);
    assert_int_equal(version_of(world), 2);
    /* And so it is after a restart. */
    attack_world_restart(world, world->boot);
    assert_int_equal(version_of(world), 2);
    attack_world_free(world);
  }
}

static void
one_policy_waits_at_a_time(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *loose =
      attack_world_policy_text(world, 3, "2034-01-01", "2035-01-01");
  g_autofree char *tight =
      attack_world_policy_text(world, 2, "wait_h: 0", "wait_h: 2");
  g_autofree char *target = NULL;
  g_autoptr(FidotoolJson) changes = NULL;

  (void)state;
  /* Signed once beside the first policy, before the other waited. */
  attack_world_ok(load(world, "p-so-one", false, tight));
  attack_world_ok(load(world, "p-so-one", false, loose));
  attack_world_ok(load(world, "p-so-two", true, loose));
  attack_world_expect(load(world, "p-so-two", true, tight), "policy-waits");
  changes = attack_world_query(world, "{\"what\":\"changes\"}");
  target = g_strdup(fidotool_json_get_text(
      fidotool_json_at(fidotool_json_get(changes, "changes"), 0), "statement"));
  attack_world_ok(attack_world_act(world, "p-so-two", false,
                                   "{\"act\":\"change.veto\",\"actor\":"
                                   "\"p-so-two\",\"change\":\"%s\"}",
                                   target));
  attack_world_ok(load(world, "p-so-two", true, tight));
  assert_int_equal(version_of(world), 2);
  attack_world_free(world);
}

static void
a_version_is_never_used_again(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *five =
      attack_world_policy_text(world, 5, "wait_h: 0", "wait_h: 2");
  g_autofree char *again =
      attack_world_policy_text(world, 5, "wait_h: 0", "wait_h: 3");
  g_autofree char *lower =
      attack_world_policy_text(world, 4, "wait_h: 0", "wait_h: 3");
  g_autofree char *other =
      attack_world_policy_text(world, 1, "id: keyturn-practice", "id: another");

  (void)state;
  attack_world_change_both(world, "policy.load", "policy", five);
  attack_world_restart(world, world->boot);
  attack_world_expect(load(world, "p-so-one", false, again), "policy-version");
  attack_world_expect(load(world, "p-so-one", false, lower), "policy-version");
  /* Nor by another id. */
  attack_world_expect(load(world, "p-so-one", false, other), "policy-version");
  attack_world_free(world);
}

/* Or one load would be the last for ever. */
static void
a_version_leaves_room_for_the_next(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  static const struct {
    int version;
    const char *outcome;
  } rows[] = {
      {999999999, "policy-version-step"},
      {10002, "policy-version-step"},
      {10001, "ok"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *yaml = attack_world_policy_text(world, rows[i].version,
                                                     "wait_h: 0", "wait_h: 2");

    attack_world_expect(load(world, "p-so-one", false, yaml), rows[i].outcome);
  }
  attack_world_free(world);
}

static void
no_station_is_founded_with_the_last_version(void **state)
{
  static const struct {
    const char *version;
    bool taken;
  } rows[] = {{"version: 100000000,", false}, {"version: 99999999,", true}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_new(true);
    FidotoolJson *founding = attack_world_founding(world);
    g_autoptr(GString) yaml =
        g_string_new(fidotool_json_get_text(founding, "policy"));

    assert_int_equal(g_string_replace(yaml, "version: 1,", rows[i].version, 0),
                     1);
    fidotool_json_set_text(founding, "policy", yaml->str);
    if (rows[i].taken)
      attack_world_ok(attack_world_send(world, founding));
    else
      attack_world_says(attack_world_send(world, founding),
                        "policy has a version above 99999999");
    attack_world_free(world);
  }
}

static char *
time_after(const AttackWorld *world, int64_t hours)
{
  g_autofree char *text =
      recovery_time_write(world->now_ms + hours * ATTACK_HOUR_MS);

  return g_strdup_printf("%.19sZ", text);
}

/* Until then it would deny everything, and nobody could load another. */
static void
a_policy_is_valid_by_the_time_it_is_in_force(void **state)
{
  static const struct {
    const char *was, *is;
    int64_t hours;
    const char *outcome;
  } rows[] = {
      {"wait_h: 0", "wait_h: 2", 1, "policy-valid-from"},
      {"wait_h: 0", "wait_h: 2", 0, "ok"},
      {"off_kiosk: 1", "off_kiosk: 0", 25, "policy-valid-from"},
      {"off_kiosk: 1", "off_kiosk: 0", 24, "ok"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at(NULL);
    g_autofree char *time = time_after(world, rows[i].hours);
    g_autofree char *from = g_strdup_printf("valid_from: \"%s\"", time);
    g_autofree char *plain =
        attack_world_policy_text(world, 2, rows[i].was, rows[i].is);
    g_autoptr(GString) yaml = g_string_new(plain);

    assert_int_equal(g_string_replace(yaml, "valid_from: 2024-01-01", from, 0),
                     1);
    attack_world_expect(load(world, "p-so-one", false, yaml->str),
                        rows[i].outcome);
    if (strcmp(rows[i].outcome, "ok") == 0) {
      attack_world_ok(load(world, "p-so-two", true, yaml->str));
      attack_world_pass(world, 25 * ATTACK_HOUR_MS);
      assert_int_equal(version_of(world), 2);
    }
    attack_world_free(world);
  }
}

static void
no_station_is_founded_with_a_policy_of_later(void **state)
{
  AttackWorld *world = attack_world_new(true);
  FidotoolJson *founding = attack_world_founding(world);
  g_autoptr(GString) yaml =
      g_string_new(fidotool_json_get_text(founding, "policy"));

  (void)state;
  assert_int_equal(g_string_replace(yaml, "valid_from: 2024-01-01",
                                    "valid_from: 2033-01-01", 0),
                   1);
  fidotool_json_set_text(founding, "policy", yaml->str);
  attack_world_says(attack_world_send(world, founding),
                    "policy has a valid_from that has not come yet");
  attack_world_free(world);
}

/* The first signature says what changes beside the policy of then. */
static void
a_first_signature_beside_another_policy_counts_for_nothing(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *tight =
      attack_world_policy_text(world, 2, "wait_h: 0", "wait_h: 2");
  g_autofree char *later =
      attack_world_policy_text(world, 3, "wait_h: 0", "wait_h: 1");

  (void)state;
  attack_world_ok(load(world, "p-so-one", false, later));
  attack_world_change_both(world, "policy.load", "policy", tight);
  assert_int_equal(version_of(world), 2);
  /* Beside the first policy it was stricter, beside this one it is looser. */
  attack_world_ok(load(world, "p-so-two", true, later));
  assert_int_equal(version_of(world), 2);
  attack_world_ok(load(world, "p-so-one", false, later));
  assert_int_equal(version_of(world), 2);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  assert_int_equal(version_of(world), 3);
  attack_world_free(world);
}

static const char *
line_of(const RecoveryView *view, const char *label, unsigned nth)
{
  for (unsigned i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = g_ptr_array_index(view->lines, i);

    if (strcmp(line->label, label) == 0 && nth-- == 0)
      return line->text;
  }
  return NULL;
}

static void
both_signers_are_told_in_words(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *yaml = attack_world_policy_text(
      world, 2, "off_kiosk: 1, wait_h: 0", "off_kiosk: 0, wait_h: 2");

  (void)state;
  for (int i = 0; i < 2; i++) {
    const char *officer = i == 0 ? "p-so-one" : "p-so-two";
    g_autoptr(FidotoolJson) proposal = NULL;
    g_autoptr(RecoveryView) view = NULL, blind = NULL;
    g_autoptr(GError) error = NULL;

    /* Time passes: the second is told of the moment of the first. */
    world->now_ms += i * 3600000;
    world->mono_ms += i * 3600000;
    proposal = propose(world, officer, yaml);
    view = recovery_viewer_read_with(proposal, recovery_change_view, &error);
    assert_null(error);
    assert_string_equal(line_of(view, "Change", 0),
                        "keyturn-practice, version 1 -> keyturn-practice, "
                        "version 2");
    assert_string_equal(line_of(view, "Takes effect", 0),
                        "24 hours after the second signature, unless an "
                        "officer vetoes it");
    assert_string_equal(line_of(view, "Places that become looser", 0), "1");
    assert_string_equal(line_of(view, "Looser", 0),
                        "recovery.standard: off_kiosk is 0, was 1");
    assert_null(line_of(view, "Looser", 1));
    assert_string_equal(line_of(view, "Stricter", 0),
                        "recovery.standard: wait_h is 2, was 0");
    assert_non_null(line_of(view, "Warning", 0)); /* L38 */
    /* Who cannot read policies signs none. */
    blind = recovery_viewer_read(proposal, &error);
    assert_null(blind);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
    if (i == 0)
      attack_world_ok(load(world, officer, false, yaml));
  }
  attack_world_free(world);
}

/* A station that lies about what changes is not believed. */
static void
a_number_that_is_not_so_is_not_signed(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *yaml =
      attack_world_policy_text(world, 2, "off_kiosk: 1", "off_kiosk: 0");
  g_autoptr(FidotoolJson) proposal = propose(world, "p-so-one", yaml);
  g_autofree char *good =
      g_strdup(fidotool_json_get_text(proposal, "statement"));
  static const char *const names[] = {"looser", "stricter", "warnings"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    for (int gone = 0; gone < 2; gone++) {
      g_autoptr(FidotoolJson) statement =
          fidotool_json_parse(good, strlen(good), NULL);
      g_autoptr(RecoveryView) view = NULL;
      g_autofree char *line = NULL;
      int64_t is = fidotool_json_get_int(statement, names[i], -1);

      if (gone)
        fidotool_json_remove(statement, names[i]);
      else
        fidotool_json_set_int(statement, names[i], is == 0 ? 1 : 0);
      line = fidotool_json_write(statement, NULL);
      fidotool_json_set_text(proposal, "statement", line);
      view = recovery_viewer_read_with(proposal, recovery_change_view, NULL);
      assert_null(view);
    }
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_what_tightens_is_in_force_at_once),
      cmocka_unit_test(one_policy_waits_at_a_time),
      cmocka_unit_test(a_version_is_never_used_again),
      cmocka_unit_test(a_version_leaves_room_for_the_next),
      cmocka_unit_test(no_station_is_founded_with_the_last_version),
      cmocka_unit_test(a_policy_is_valid_by_the_time_it_is_in_force),
      cmocka_unit_test(no_station_is_founded_with_a_policy_of_later),
      cmocka_unit_test(
          a_first_signature_beside_another_policy_counts_for_nothing),
      cmocka_unit_test(both_signers_are_told_in_words),
      cmocka_unit_test(a_number_that_is_not_so_is_not_signed),
  };

  return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
