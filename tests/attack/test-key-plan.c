/* SPDX-License-Identifier: Apache-2.0 */
/* test-key-plan.c - leave to take something off a key: who gets it, what for,
 * and that the record tells of it first. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "recovery/format/jcs.h"
#include "recovery/format/key-plan.h"

#define KEY "1111111111111111111111111111111111111111111111111111111111111111"
#define CRED "2222222222222222222222222222222222222222222222222222222222222222"
#define RESET "\"plan\":\"key.reset\",\"target\":\"" KEY "\""
#define DELETE                                                                 \
  "\"plan\":\"key.credential.delete\",\"target\":\"" KEY                       \
  "\",\"credential\":\"" CRED "\""

static FidotoolJson *
ask(AttackWorld *world, const char *actor, const char *members)
{
  return attack_world_submit(
      world, "{\"act\":\"key.plan\",\"actor\":\"%s\",%s}", actor, members);
}

static const char *
done_text(const FidotoolJson *answer, const char *name)
{
  const char *text =
      fidotool_json_get_text(fidotool_json_get(answer, "done"), name);

  assert_non_null(text);
  return text;
}

static bool
holds(AttackWorld *world, bool practice, const char *line,
      const char *signature)
{
  g_autofree char *text = recovery_key_plan_write_key(world->config.plan_key);
  RecoverySshsigKey key;

  assert_true(recovery_key_plan_read_key(text, &key, NULL));
  return recovery_key_plan_verify(&key, practice, line, signature, NULL);
}

static void
a_plan_is_signed_and_names_its_entry(void **state)
{
  static const struct {
    const char *members, *act;
    bool cred;
  } rows[] = {{RESET, "key.reset", false},
              {DELETE, "key.credential.delete", true}};
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) answer = ask(world, "p-agent", rows[i].members);
    const char *line = done_text(answer, "plan");
    g_autoptr(FidotoolJson) plan = recovery_key_plan_read(line, NULL);

    assert_non_null(plan);
    assert_string_equal(fidotool_json_get_text(plan, "act"), rows[i].act);
    assert_string_equal(fidotool_json_get_text(plan, "target"), KEY);
    assert_int_equal(fidotool_json_get(plan, "cred") != NULL, rows[i].cred);
    assert_int_equal(
        fidotool_json_get_int(plan, "seq", -1),
        fidotool_json_get_int(fidotool_json_get(answer, "done"), "seq", -2));
    assert_true(holds(world, world->config.practice, line,
                      done_text(answer, "signature")));
    assert_false(holds(world, !world->config.practice, line,
                       done_text(answer, "signature")));
    assert_int_equal(
        attack_world_entries(world, fidotool_json_get_text(plan, "nonce")), 1);
  }
  attack_world_free(world);
}

static void
nobody_gets_a_plan_without_the_right_role(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_expect(ask(world, "p-both", RESET), "role-not-active");
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(ask(world, "p-lead", RESET), "role");
  attack_world_expect(ask(world, "nobody", RESET), "actor-unknown");
  attack_world_expect(ask(world, "p-agent", RESET), "ok");
  world->now_ms += 61 * 60 * INT64_C(1000);
  attack_world_expect(ask(world, "p-agent", RESET), "role-not-active");
  assert_int_equal(attack_world_entries(world, "key.plan"), 1);
  attack_world_free(world);
}

static void
a_security_officer_gets_one_too(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(ask(world, "p-so-one", DELETE), "ok");
  attack_world_free(world);
}

static void
what_is_no_plan_is_not_recorded(void **state)
{
  static const char *const rows[] = {
      "\"plan\":\"key.reset\"",
      "\"target\":\"" KEY "\"",
      "\"plan\":\"key.pin.set\",\"target\":\"" KEY "\"",
      "\"plan\":\"key.reset\",\"target\":\"11\"",
      "\"plan\":\"key.reset\",\"target\":7",
      RESET ",\"credential\":\"" CRED "\"",
      RESET ",\"credential\":7",
      "\"plan\":\"key.credential.delete\",\"target\":\"" KEY "\"",
      "\"plan\":\"key.credential.delete\",\"target\":\"" KEY
      "\",\"credential\":\"22\"",
      "\"plan\":\"key.credential.delete\",\"target\":\"" KEY
      "\",\"credential\":7",
  };
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    attack_world_expect(ask(world, "p-agent", rows[i]), "key-plan");
  assert_int_equal(attack_world_entries(world, "key.plan"), 0);
  attack_world_free(world);
}

/* The key is in the open, for keyhelper's configuration. */
static void
the_status_tells_the_key_of_the_plans(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) status =
      attack_world_query(world, "{\"what\":\"status\"}");
  g_autofree char *key = recovery_key_plan_write_key(world->config.plan_key);

  (void)state;
  assert_string_equal(fidotool_json_get_text(status, "plan_key"), key);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plan_is_signed_and_names_its_entry),
      cmocka_unit_test(nobody_gets_a_plan_without_the_right_role),
      cmocka_unit_test(a_security_officer_gets_one_too),
      cmocka_unit_test(what_is_no_plan_is_not_recorded),
      cmocka_unit_test(the_status_tells_the_key_of_the_plans),
  };

  return cmocka_run_group_tests_name("key-plan", tests, NULL, NULL);
}
