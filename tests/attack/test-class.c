/* SPDX-License-Identifier: Apache-2.0 */
/* test-class.c - classes that ask for more than a key shows by itself, at a
 * station: when it is made, when it is issued, and of staff. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define HOUR (INT64_C(3600) * 1000)
#define LEVEL(level)                                                           \
  "{\"certification\":{\"source\":\"attested\",\"value\":\"" level "\"}}"
#define MARK "\"weaker\":1,\"why\":\"restricted-class\"}"
#define ENDING "attested: true, aaguid_list: practice-keys}}\n"
#define STAFF "  - {id: roster"
#define PERMITS "permits:"

/* A policy of these words in force, and the case there. */
static AttackWorld *
world_with(const char *const *words, const char *state)
{
  AttackWorld *world = attack_world_at(NULL);

  attack_world_policy(world, 2, words);
  attack_world_pass(world, 25 * HOUR);
  if (state != NULL)
    attack_world_reach(world, state);
  return world;
}

static const char *const certified[] = {
    ENDING STAFF, "attested: true, min_cert: L2}}\n" STAFF, NULL};
static const char *const certified_staff[] = {
    ENDING PERMITS, "attested: true, min_cert: L2}}\n" PERMITS, NULL};
static const char *const restricted[] = {
    ENDING STAFF,
    "attested: true, aaguid_list: practice-keys}, restricted: {alternative: a, "
    "notice: n, risk_assessment: r, migration_plan: m}}\n" STAFF,
    NULL};

/* The clock of the tests stands in this or a later year. */
#define DUE(date)                                                              \
  "{\"metadata\":{\"no\":7,\"known\":true,\"next_update\":\"" date "\"}}"
static const char *const timely[] = {
    PERMITS, "metadata: {max_stale_days: 7}\n" PERMITS, NULL};

static FidotoolJson *
make(AttackWorld *world, const char *facts)
{
  g_autoptr(FidotoolJson) options = NULL;

  attack_world_activate(world, "p-agent", "agent");
  options = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
  world->judge_facts = facts;
  return attack_world_made(world, options, world->fresh, true);
}

static FidotoolJson *
approve(AttackWorld *world, const char *person, const char *slot, bool away)
{
  return attack_world_act(
      world, person, away,
      "{\"act\":\"case.approve\",\"actor\":\"%s\",\"case\":\"%s\",\"slot\":"
      "\"%s\",\"contact\":\"seen\"}",
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

static FidotoolJson *
see_case(AttackWorld *world)
{
  attack_world_activate(world, "p-agent", "agent");
  return attack_world_query(world, "{\"what\":\"case\",\"case\":\"%s\"}",
                            world->case_id);
}

static void
a_new_key_is_certified_as_the_class_wants(void **state)
{
  AttackWorld *world = world_with(certified, "awaiting_approval");
  FidotoolJson *answer = make(world, NULL);
  g_autofree char *text = attack_world_text(answer);

  (void)state;
  assert_non_null(strstr(text,
                         "no certification of its model is known, and L2 is "
                         "wanted"));
  attack_world_expect(answer, "no-permit");
  attack_world_expect(make(world, LEVEL("L1")), "no-permit");
  attack_world_ok(make(world, LEVEL("L2")));
  attack_world_free(world);
}

/* A model may lose its certification while the case waits. */
static void
a_key_is_issued_as_it_stands_then(void **state)
{
  AttackWorld *world = world_with(certified, "awaiting_approval");

  (void)state;
  attack_world_ok(make(world, LEVEL("L2")));
  attack_world_ok(approve(world, "p-lead", "helpdesk-lead", false));
  attack_world_ok(approve(world, "p-other", "other-team", true));
  world->judge_facts = LEVEL("L1");
  attack_world_expect(release(world), "no-permit");
  world->judge_facts = LEVEL("L3");
  attack_world_ok(release(world));
  attack_world_free(world);
}

static void
a_key_of_staff_is_certified_as_the_class_wants(void **state)
{
  AttackWorld *world = world_with(certified_staff, NULL);
  AttackKey *key = attack_key_new();

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  world->judge_facts = LEVEL("L1");
  attack_world_expect(attack_world_new_key(world, "p-nia", key, true),
                      "class.roster");
  world->judge_facts = LEVEL("L2");
  attack_world_ok(attack_world_new_key(world, "p-nia", key, true));
  attack_key_free(key);
  attack_world_free(world);
}

/* When it is made, when it is issued, and for a key of staff. */
static void
overdue_metadata_register_nobody(void **state)
{
  AttackWorld *world = world_with(timely, "awaiting_approval");
  AttackKey *key = attack_key_new();

  (void)state;
  attack_world_expect(make(world, DUE("2020-03-01")), "metadata-overdue");
  attack_world_ok(make(world, DUE("2099-03-01")));
  attack_world_ok(approve(world, "p-lead", "helpdesk-lead", false));
  attack_world_ok(approve(world, "p-other", "other-team", true));
  world->judge_facts = DUE("2020-03-01");
  attack_world_expect(release(world), "metadata-overdue");
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(attack_world_new_key(world, "p-nia", key, true),
                      "metadata-overdue");
  world->judge_facts = NULL;
  attack_world_ok(attack_world_new_key(world, "p-nia", key, true));
  attack_world_ok(release(world));
  attack_key_free(key);
  attack_world_free(world);
}

/* The case shows it, and so do both entries, for ever. */
static void
a_restricted_class_is_a_weaker_path(void **state)
{
  AttackWorld *world = world_with(restricted, "awaiting_approval");
  g_autoptr(FidotoolJson) before = see_case(world);
  g_autoptr(FidotoolJson) after = NULL, issued = NULL;

  (void)state;
  assert_int_equal(fidotool_json_get_int(before, "weaker", -1), 0);
  attack_world_ok(make(world, NULL));
  assert_int_equal(attack_world_entries(world, MARK), 1);
  after = see_case(world);
  assert_int_equal(fidotool_json_get_int(after, "weaker", -1), 1);
  attack_world_ok(approve(world, "p-lead", "helpdesk-lead", false));
  attack_world_ok(approve(world, "p-other", "other-team", true));
  attack_world_restart(world, world->boot);
  attack_world_ok(release(world));
  issued = see_case(world);
  assert_int_equal(fidotool_json_get_int(issued, "weaker", -1), 1);
  assert_int_equal(attack_world_entries(world, MARK), 2);
  attack_world_free(world);
}

/* What only a registration shows is hoped for, and that is said. */
static void
advice_says_what_it_does_not_know(void **state)
{
  static const char key[] =
      "{\"what\":\"preflight\",\"case\":\"%s\",\"aaguid\":"
      "\"6b657974-7572-4e20-8000-70726163746b\",\"versions\":[\"FIDO_2_1\"],"
      "\"pin\":\"set\"}";
  AttackWorld *world = world_with(certified, "awaiting_approval");
  g_autoptr(FidotoolJson) answer = NULL;

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  answer = attack_world_query(world, key, world->case_id);
  assert_int_equal(fidotool_json_get_int(answer, "fits", -1), 1);
  assert_non_null(strstr(fidotool_json_get_text(answer, "text"),
                         "its model's certification and status"));
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_key_is_certified_as_the_class_wants),
      cmocka_unit_test(a_key_is_issued_as_it_stands_then),
      cmocka_unit_test(a_key_of_staff_is_certified_as_the_class_wants),
      cmocka_unit_test(overdue_metadata_register_nobody),
      cmocka_unit_test(a_restricted_class_is_a_weaker_path),
      cmocka_unit_test(advice_says_what_it_does_not_know),
  };

  return cmocka_run_group_tests_name("class", tests, NULL, NULL);
}
