/* SPDX-License-Identifier: Apache-2.0 */
/* test-plan.c - the evidence of a case, and a key before its PIN. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

/* --- plan -----------------------------------------------------------------
 */

static FidotoolJson *
ask_plan(AttackWorld *world)
{
  return attack_world_query(world, "{\"what\":\"plan\",\"case\":\"%s\"}",
                            world->case_id);
}

static void
add_evidence(AttackWorld *world, const char *piece)
{
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.add_evidence\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "%s}",
      world->case_id, piece));
}

static void
a_plan_says_what_is_there_and_what_is_missing(void **state)
{
  AttackWorld *world = attack_world_at("open");
  g_autoptr(FidotoolJson) before = ask_plan(world);
  g_autoptr(FidotoolJson) empty = NULL, failed = NULL, enough = NULL;
  g_autofree char *words = NULL, *have = NULL;

  (void)state;
  /* No plan yet. */
  assert_int_equal(fidotool_json_get_int(before, "enough", 1), 0);
  assert_null(fidotool_json_get(before, "branch"));
  assert_int_equal(fidotool_json_size(fidotool_json_get(before, "branches")),
                   3);
  words = attack_world_text(fidotool_json_get(before, "types"));
  assert_string_equal(
      words, "[\"passport\",\"id-card\",\"driving-licence\","
             "\"saved-code\",\"issued-code\",\"bound-authenticator\"]");
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.start_proofing\",\"actor\":\"p-agent\",\"case\":\"%s\","
      "\"branch\":\"c\",\"ial\":2}",
      world->case_id));
  empty = ask_plan(world);
  assert_string_equal(fidotool_json_get_text(empty, "branch"), "c");
  assert_int_equal(fidotool_json_get_int(empty, "ial", 0), 2);
  assert_int_equal(fidotool_json_get_int(empty, "enough", 1), 0);
  assert_non_null(strstr(fidotool_json_get_text(empty, "enough_text"), "chip"));
  /* What failed is shown and does not count. */
  add_evidence(world, "\"type\":\"passport\",\"method\":\"chip\","
                      "\"result\":\"failed\",\"issuer\":\"NL\","
                      "\"number_end\":\"4711\"");
  failed = ask_plan(world);
  assert_int_equal(fidotool_json_get_int(failed, "enough", 1), 0);
  have = attack_world_text(fidotool_json_get(failed, "have"));
  assert_string_equal(have, "[{\"issuer\":\"NL\",\"method\":\"chip\","
                            "\"result\":\"failed\",\"type\":\"passport\"}]");
  add_evidence(world, "\"type\":\"id-card\",\"method\":\"chip\","
                      "\"result\":\"ok\"");
  enough = ask_plan(world);
  assert_int_equal(fidotool_json_get_int(enough, "enough", 0), 1);
  assert_int_equal(fidotool_json_size(fidotool_json_get(enough, "have")), 2);
  /* And the rule is of the same mind. */
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"case.submit\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      world->case_id));
  attack_world_free(world);
}

static void
a_plan_is_for_a_role(void **state)
{
  AttackWorld *world = attack_world_at("proofing");

  (void)state;
  attack_world_expect(attack_world_query(world, "{\"what\":\"plan\"}"),
                      "case-unknown");
  attack_world_restart(world, NULL);
  attack_world_expect(ask_plan(world), "role-not-active");
  attack_world_free(world);
}

/* --- preflight ------------------------------------------------------------
 */

#define LISTED "\"aaguid\":\"6b657974-7572-4e20-8000-70726163746b\","
#define VERSIONS "\"versions\":[\"U2F_V2\",\"FIDO_2_0\",\"FIDO_2_1\"],"

static void
a_key_is_looked_at_before_its_pin(void **state)
{
  static const struct {
    const char *key;
    int fits;
    const char *rule;
  } rows[] = {
      {LISTED VERSIONS "\"pin\":\"set\"", 1, ""},
      {LISTED VERSIONS "\"pin\":\"not-set\"", 1, ""},
      {LISTED VERSIONS "\"pin\":\"unsupported\",\"options\":{\"uv\":true}", 1,
       ""},
      {LISTED VERSIONS "\"pin\":\"set\",\"algorithms\":[{\"alg\":-257},"
                       "{\"alg\":-8}]",
       1, ""},
      {LISTED VERSIONS "\"pin\":\"unsupported\",\"options\":{\"uv\":false}", 0,
       "preflight-verification"},
      {LISTED VERSIONS "\"pin\":\"unsupported\"", 0, "preflight-verification"},
      {LISTED "\"versions\":[\"U2F_V2\"],\"pin\":\"set\"", 0,
       "preflight-version"},
      {LISTED "\"pin\":\"set\"", 0, "preflight-version"},
      {LISTED VERSIONS "\"pin\":\"set\",\"algorithms\":[{\"alg\":-257}]", 0,
       "preflight-algorithm"},
      {"\"aaguid\":\"00000000-0000-0000-0000-000000000001\"," VERSIONS
       "\"pin\":\"set\"",
       0, "no-permit"},
      /* It says of itself that it proves its make to nobody. */
      {LISTED VERSIONS "\"pin\":\"set\",\"attestation_formats\":[\"none\"]", 0,
       "preflight-attestation"},
      {LISTED VERSIONS "\"pin\":\"set\",\"attestation_formats\":[\"none\","
                       "\"packed\"]",
       1, ""},
      {LISTED VERSIONS "\"pin\":\"set\",\"attestation_formats\":[]", 1, ""},
      {"\"aaguid\":\"00000000-0000-0000-0000-000000000001\"," VERSIONS
       "\"pin\":\"set\",\"attestation_formats\":[\"none\"]",
       0, "no-permit"},
      {VERSIONS "\"pin\":\"set\"", 0, NULL}, /* no sense */
      {LISTED VERSIONS "\"options\":{}", 0, NULL},
      {"\"aaguid\":\"nonsense\"," VERSIONS "\"pin\":\"set\"", 0, NULL},
  };
  AttackWorld *world = attack_world_at("awaiting_approval");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) answer =
        attack_world_query(world, "{\"what\":\"preflight\",\"case\":\"%s\",%s}",
                           world->case_id, rows[i].key);

    if (rows[i].rule == NULL) {
      assert_string_equal(attack_world_outcome(answer), "error");
      continue;
    }
    if (g_strcmp0(fidotool_json_get_text(answer, "rule"), rows[i].rule) != 0)
      fail_msg("%s: %s", rows[i].key, attack_world_text(answer));
    assert_int_equal(fidotool_json_get_int(answer, "fits", -1), rows[i].fits);
    assert_int_equal(fidotool_json_get_int(answer, "advisory", 0), 1);
    assert_non_null(
        strstr(fidotool_json_get_text(answer, "text"), "says of itself"));
    attack_world_words(answer);
  }
  attack_world_free(world);
}

/* Advice is no fact: a key that said it fits is judged all the same. */
static void
advice_is_no_fact(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) advice = attack_world_query(
      world,
      "{\"what\":\"preflight\",\"case\":\"%s\"," LISTED VERSIONS
      "\"pin\":\"set\"}",
      world->case_id);
  g_autoptr(FidotoolJson) offer = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
  g_autoptr(FidotoolJson) answer = NULL;

  (void)state;
  assert_int_equal(fidotool_json_get_int(advice, "fits", 0), 1);
  answer = attack_world_made(world, offer, world->fresh, false);
  assert_string_not_equal(attack_world_outcome(answer), "ok");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plan_says_what_is_there_and_what_is_missing),
      cmocka_unit_test(a_plan_is_for_a_role),
      cmocka_unit_test(a_key_is_looked_at_before_its_pin),
      cmocka_unit_test(advice_is_no_fact),
  };

  return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
