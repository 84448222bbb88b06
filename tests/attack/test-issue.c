/* SPDX-License-Identifier: Apache-2.0 */
/* test-issue.c - the rules of journey recovery, for the person that a case is
 * about: when the key is made, when it is approved, when it is issued, and as
 * advice before. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define DAY_MS (25 * ATTACK_HOUR_MS)
#define LEVEL(level)                                                           \
  "{\"certification\":{\"source\":\"attested\",\"value\":\"" level "\"}}"
#define PERMIT "journey: recovery, accept:"
#define RECOVERY "recovery:\n"
#define ADD(rules) RECOVERY, rules "\n" RECOVERY, NULL
#define APPS                                                                   \
  "apps: [{id: a, capabilities: {webauthn: true, acr: true, max_age: "         \
  "true}}]\n"

static const char *const for_staff[] = {
    PERMIT, "journey: recovery, population: [staff, nights], accept:", NULL};

/* What the directory says of Sam from now on. */
static void
say_of_sam(AttackWorld *world, const char *columns, const char *values)
{
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,name,"
      "team,address,person,credential,aaguid%s\\nE-100,Sam "
      "Okafor,sales,sam@example.org,,,%s\\n\"}",
      columns, values));
}

static void
put_in_force(AttackWorld *world, int version, const char *const *words)
{
  attack_world_policy(world, version, words);
  attack_world_pass(world, DAY_MS);
}

/* Sam is of the staff and works by day; the case waits for its key. */
static AttackWorld *
world_with(const char *const *words, const char *state)
{
  AttackWorld *world = attack_world_new(true);

  world->policy = "policy-tiers.yaml";
  attack_world_found(world);
  attack_world_founding_columns(world,
                                ",groups,attribute:shift,attribute:employment",
                                ",staff,day,fixed");
  if (words != NULL)
    put_in_force(world, 2, words);
  say_of_sam(world, ",groups,attribute:shift", ",staff,day");
  if (state != NULL)
    attack_world_reach(world, state);
  return world;
}

static FidotoolJson *
make(AttackWorld *world)
{
  g_autoptr(FidotoolJson) options = NULL;

  attack_world_activate(world, "p-agent", "agent");
  options = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
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

/* Would a key of that model do? */
static FidotoolJson *
advise(AttackWorld *world)
{
  attack_world_activate(world, "p-agent", "agent");
  return attack_world_query(
      world,
      "{\"what\":\"preflight\",\"case\":\"%s\",\"aaguid\":"
      "\"6b657974-7572-4e20-8000-70726163746b\",\"versions\":[\"FIDO_2_1\"],"
      "\"pin\":\"set\"}",
      world->case_id);
}

/* Advice and answer say the same; advice knows no certification. */
static void
expect(AttackWorld *world, const char *rule, const char *says)
{
  g_autoptr(FidotoolJson) advice = advise(world);
  g_autoptr(FidotoolJson) answer = make(world);
  g_autofree char *text = attack_world_text(answer);
  const char *is = attack_world_outcome(answer);

  if (strcmp(is, rule) != 0 || (says != NULL && strstr(text, says) == NULL))
    fail_msg("not %s (%s) but %s", rule, says != NULL ? says : "", text);
  if (strcmp(rule, "ok") == 0) {
    assert_int_equal(fidotool_json_get_int(advice, "fits", -1), 1);
    return;
  }
  attack_world_words(advice);
  assert_int_equal(fidotool_json_get_int(advice, "fits", -1), 0);
  assert_string_equal(fidotool_json_get_text(advice, "rule"), rule);
}

/* ---- permits ---- */

static void
a_key_is_for_whom_a_permit_is_for(void **state)
{
  /* clang-format off */
  static const struct {
    const char *columns, *values, *rule, *says;
  } rows[] = {
    { ",groups,attribute:shift", ",guests,day", "person-no-permit", "no permit of journey recovery is for this person" },
    { ",groups,attribute:shift", ",,", "person-no-permit", NULL },
    { "", "", "person-unknown", "rule P3 of the policy asks for it" },
    { ",attribute:shift", ",day", "person-unknown", "does not say the groups" },
    { ",groups", ",guests", "person-unknown", "does not say the attribute shift" },
    /* One of the two is enough, and then the other is not asked. */
    { ",attribute:shift", ",late", "ok", NULL },
    { ",groups", ",staff", "ok", NULL },
  };
  /* clang-format on */
  AttackWorld *world = world_with(for_staff, "awaiting_approval");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    say_of_sam(world, rows[i].columns, rows[i].values);
    if (i < 5) {
      expect(world, rows[i].rule, rows[i].says);
    } else {
      attack_world_ok(make(world));
      attack_key_free(world->fresh);
      world->fresh = attack_key_new(); /* and a spare */
    }
  }
  attack_world_free(world);
}

/* Where one permit is surely for the person, no other is asked. */
static void
what_is_not_known_does_not_matter_beside_a_permit(void **state)
{
  static const char *const words[] = {
      PERMIT " [attested-key, best-key]}\n",
      PERMIT " [attested-key, best-key]}\n  - {id: P4, journey: recovery, "
             "population: nights, accept: [attested-key, best-key]}\n",
      NULL};
  AttackWorld *world = world_with(words, "awaiting_approval");

  (void)state;
  say_of_sam(world, "", "");
  expect(world, "ok", NULL);
  attack_world_free(world);
}

/* To sign in somewhere is no recovery. */
static void
a_permit_of_another_journey_is_none(void **state)
{
  static const char *const words[] = {
      PERMIT, "journey: recovery, population: nights, accept:", NULL};
  AttackWorld *world = world_with(words, "awaiting_approval");

  (void)state;
  expect(world, "person-no-permit", NULL);
  attack_world_free(world);
}

/* Another class for others: by the class that the person's own permits take. */
static void
each_permit_is_for_its_own_classes(void **state)
{
  static const char *const words[] = {
      PERMIT " [attested-key, best-key]}\n",
      PERMIT " [best-key]}\n  - {id: P4, journey: recovery, population: "
             "nights, accept: [attested-key]}\n",
      NULL};
  AttackWorld *world = world_with(words, "awaiting_approval");

  (void)state;
  /* It would have to be certified, and that is all that is proposed. */
  world->judge_facts = LEVEL("L1");
  {
    g_autoptr(FidotoolJson) answer = make(world);
    g_autofree char *text = attack_world_text(answer);

    assert_string_equal(attack_world_outcome(answer), "no-permit");
    assert_non_null(strstr(text, "a key of class best-key ("));
    assert_null(strstr(text, "or attested-key"));
  }
  say_of_sam(world, ",groups,attribute:shift", ",staff,night");
  attack_world_ok(make(world));
  attack_world_free(world);
}

/* A key is issued at no app, and for no transaction. */
static void
a_permit_at_an_app_opens_no_recovery(void **state)
{
#define TRANSACTION "transactions: [{id: t, kind: payment, apps: a}]\n"
#define ELSEWHERE(where)                                                       \
  PERMIT " [attested-key, best-key]}\n",                                       \
      PERMIT " [best-key]}\n  - {id: P4, journey: recovery, " where            \
             ", accept: [bound-key, attested-key, best-key]}\n",               \
      NULL
  static const char *const words[][5] = {
      {"permits:\n", APPS "permits:\n", ELSEWHERE("app: a")},
      {"permits:\n", APPS TRANSACTION "permits:\n",
       ELSEWHERE("transaction: t")},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    AttackWorld *world = world_with(words[i], "awaiting_approval");

    world->judge_facts = LEVEL("L1");
    attack_world_expect(make(world), "no-permit");
    attack_world_free(world);
  }
}

/* ---- forbids ---- */

static void
a_forbid_ends_it(void **state)
{
#define FORBID(scope) ADD("forbids: [{id: F1, journey: recovery, " scope "}]")
  /* clang-format off */
  static const struct {
    const char *words[6], *rule, *says;
  } rows[] = {
    { { FORBID("why: nobody") }, "recovery-forbid", "rule F1 of the policy forbids it: nobody" },
    { { FORBID("population: staff, why: no staff") }, "recovery-forbid", "no staff" },
    { { FORBID("population: [nights, admins], why: not they") }, "ok", NULL },
    { { FORBID("population: stand-in, why: not they") }, "ok", NULL },
    { { FORBID("unless_good: device_managed, why: nobody tells") }, "recovery-forbid", "that device_managed is good" },
    { { FORBID("unless_good: key_active, why: it is not yet") }, "recovery-forbid", NULL },
    { { FORBID("unless_good: recovery_settled, why: twice") }, "ok", NULL },
    /* About access, and about other journeys. */
    { { ADD("forbids: [{id: F1, why: nobody}]") }, "ok", NULL },
    { { ADD("forbids: [{id: F1, journey: admin, why: nobody}]") }, "ok", NULL },
    { { "permits:\n", APPS "permits:\n", FORBID("app: a, why: there alone") }, "ok", NULL },
  };
  /* clang-format on */

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = world_with(rows[i].words, "awaiting_approval");

    expect(world, rows[i].rule, rows[i].says);
    attack_world_free(world);
  }
}

static void
a_forbid_for_whom_nobody_knows_holds(void **state)
{
  static const char *const words[] = {
      ADD("forbids: [{id: F1, journey: recovery, population: nights, why: "
          "not they}]")};
  AttackWorld *world = world_with(words, "awaiting_approval");

  (void)state;
  say_of_sam(world, ",groups", ",staff");
  expect(world, "person-unknown", "rule F1 of the policy asks for it");
  attack_world_free(world);
}

/* Signals of the record, as they stand: good may be false. */
static void
what_the_record_tells_is_good_or_not(void **state)
{
  static const char *const settled[] = {
      "permits:\n  - {id: P1,", "permits:\n  - {id: P1,",
      ADD("forbids: [{id: F1, journey: [sign-in, recovery], unless_good: "
          "recovery_settled, why: twice}]")};
  static const char *const inactive[] = {
      "key_active,       good: true", "key_active, good: false",
      ADD("forbids: [{id: F1, journey: recovery, unless_good: key_active, why: "
          "it is active}]")};
  AttackWorld *world = world_with(settled, "issued");

  (void)state;
  /* A second time, while the key of the first is on probation. */
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  attack_key_free(world->fresh);
  world->fresh = attack_key_new();
  attack_world_reach(world, "awaiting_approval");
  expect(world, "recovery-forbid", "twice");
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  expect(world, "ok", NULL);
  attack_world_free(world);
  world = world_with(inactive, "awaiting_approval");
  expect(world, "ok", NULL);
  attack_world_free(world);
}

/* ---- requirements ---- */

static void
a_requirement_has_to_be_met(void **state)
{
#define REQUIRE(scope) ADD("requires: [{id: R1, journey: recovery, " scope "}]")
  /* clang-format off */
  static const struct {
    const char *words[4], *facts, *rule, *says;
  } rows[] = {
    { { REQUIRE("min_class: best-key") }, LEVEL("L1"), "recovery-requirement",
      "rule R1 of the policy asks for a key of class best-key or a stronger one, and this one is of class attested-key" },
    { { REQUIRE("min_class: best-key") }, LEVEL("L2"), "ok", NULL },
    { { REQUIRE("min_class: attested-key") }, LEVEL("L1"), "ok", NULL },
    { { REQUIRE("population: staff, min_class: best-key") }, LEVEL("L1"), "recovery-requirement", "a key of class best-key (" },
    { { REQUIRE("population: nights, min_class: best-key") }, LEVEL("L1"), "ok", NULL },
    { { REQUIRE("aaguid_list: practice-keys") }, NULL, "ok", NULL },
    { { REQUIRE("aaguid_list: other-keys") }, NULL, "recovery-requirement", "a model of the list other-keys" },
    { { REQUIRE("unless_good: device_managed, min_class: best-key") }, LEVEL("L1"), "recovery-requirement", NULL },
    { { REQUIRE("unless_good: recovery_settled, min_class: best-key") }, LEVEL("L1"), "ok", NULL },
    { { ADD("requires: [{id: R1, min_class: best-key}]") }, LEVEL("L1"), "ok", NULL },
  };
  /* clang-format on */

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = world_with(rows[i].words, "awaiting_approval");
    g_autoptr(FidotoolJson) answer = NULL;
    g_autofree char *text = NULL;

    world->judge_facts = rows[i].facts;
    answer = make(world);
    text = attack_world_text(answer);
    if (strcmp(attack_world_outcome(answer), rows[i].rule) != 0 ||
        (rows[i].says != NULL && strstr(text, rows[i].says) == NULL))
      fail_msg("row %zu: not %s but %s", i, rows[i].rule, text);
    attack_world_free(world);
  }
}

static void
a_requirement_for_whom_nobody_knows_holds(void **state)
{
  static const char *const words[] = {
      ADD("requires: [{id: R1, journey: recovery, population: nights, "
          "min_class: best-key}]")};
  AttackWorld *world = world_with(words, "awaiting_approval");

  (void)state;
  say_of_sam(world, ",groups", ",staff");
  expect(world, "person-unknown", "rule R1 of the policy asks for it");
  attack_world_free(world);
}

/* Of two requirements the stricter one, in whichever order. */
static void
what_would_be_enough_meets_every_requirement(void **state)
{
  static const char *const words[] = {
      ADD("requires:\n  - {id: R1, journey: recovery, min_class: best-key}\n"
          "  - {id: R2, journey: recovery, min_class: attested-key}")};
  AttackWorld *world = world_with(words, "awaiting_approval");
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *text = NULL;

  (void)state;
  world->judge_facts = LEVEL("L1");
  answer = make(world);
  text = attack_world_text(answer);
  assert_string_equal(attack_world_outcome(answer), "recovery-requirement");
  assert_non_null(strstr(text, "a key of class best-key ("));
  assert_null(strstr(text, "attested-key ("));
  attack_world_free(world);
}

/* Where no class of the tier is left, nothing is proposed. */
static void
nothing_is_proposed_that_would_not_do(void **state)
{
  static const char *const words[] = {
      "issue: [attested-key, best-key], slots: [helpdesk-lead, other-team], "
      "off_kiosk: 1, wait_h: 0",
      "issue: [attested-key], slots: [helpdesk-lead, other-team], off_kiosk: "
      "1, wait_h: 0",
      ADD("requires: [{id: R1, journey: recovery, min_class: best-key}]")};
  AttackWorld *world = world_with(words, "awaiting_approval");
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *text = NULL;

  (void)state;
  world->judge_facts = LEVEL("L1");
  answer = make(world);
  text = attack_world_text(answer);
  assert_string_equal(attack_world_outcome(answer), "recovery-requirement");
  assert_non_null(strstr(text, "another policy: by this one"));
  attack_world_free(world);
}

/* ---- when ---- */

static void
the_person_is_looked_at_each_time(void **state)
{
  static const char columns[] = ",groups,attribute:shift";
  AttackWorld *world = world_with(for_staff, "made");

  (void)state;
  say_of_sam(world, columns, ",guests,day");
  attack_world_expect(approve(world, "p-lead", "helpdesk-lead", false),
                      "person-no-permit");
  say_of_sam(world, columns, ",staff,day");
  attack_world_ok(approve(world, "p-lead", "helpdesk-lead", false));
  attack_world_ok(approve(world, "p-other", "other-team", true));
  say_of_sam(world, columns, ",guests,day");
  attack_world_expect(release(world), "person-no-permit");
  say_of_sam(world, ",groups", ",guests");
  attack_world_expect(release(world), "person-unknown");
  say_of_sam(world, columns, ",staff,day");
  attack_world_ok(release(world));
  attack_world_free(world);
}

/* What the case was frozen under holds, though it is no longer in force; and
 * so does what is in force, though the case was frozen before. What is taken
 * away waits a day, and what is added holds at once. */
static void
the_stricter_policy_counts(void **state)
{
  static const char *const loose[] = {NULL};
  static const char *const strict[] = {
      ADD("forbids: [{id: F1, journey: recovery, population: staff, why: no "
          "staff}]")};
  AttackWorld *world = world_with(strict, NULL);

  (void)state;
  attack_world_policy(world, 3, loose);
  attack_world_pass(world, 20 * ATTACK_HOUR_MS);
  attack_world_reach(world, "awaiting_approval");
  expect(world, "recovery-forbid", "no staff");
  attack_world_pass(world, 5 * ATTACK_HOUR_MS);
  expect(world, "recovery-forbid", "no staff");
  attack_world_free(world);
  world = world_with(NULL, "made");
  attack_world_policy(world, 2, strict);
  attack_world_expect(approve(world, "p-lead", "helpdesk-lead", false),
                      "recovery-forbid");
  attack_world_policy(world, 3, loose);
  attack_world_expect(approve(world, "p-lead", "helpdesk-lead", false),
                      "recovery-forbid");
  attack_world_free(world);
}

/* Advice is there before anything is frozen, too. */
static void
advice_needs_no_freeze(void **state)
{
  AttackWorld *world = world_with(for_staff, "proofing");
  g_autoptr(FidotoolJson) fits = advise(world);
  g_autoptr(FidotoolJson) refused = NULL;

  (void)state;
  assert_int_equal(fidotool_json_get_int(fits, "fits", -1), 1);
  say_of_sam(world, ",groups,attribute:shift", ",guests,day");
  refused = advise(world);
  assert_string_equal(fidotool_json_get_text(refused, "rule"),
                      "person-no-permit");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_for_whom_a_permit_is_for),
      cmocka_unit_test(what_is_not_known_does_not_matter_beside_a_permit),
      cmocka_unit_test(a_permit_of_another_journey_is_none),
      cmocka_unit_test(each_permit_is_for_its_own_classes),
      cmocka_unit_test(a_permit_at_an_app_opens_no_recovery),
      cmocka_unit_test(a_forbid_ends_it),
      cmocka_unit_test(a_forbid_for_whom_nobody_knows_holds),
      cmocka_unit_test(what_the_record_tells_is_good_or_not),
      cmocka_unit_test(a_requirement_has_to_be_met),
      cmocka_unit_test(a_requirement_for_whom_nobody_knows_holds),
      cmocka_unit_test(what_would_be_enough_meets_every_requirement),
      cmocka_unit_test(nothing_is_proposed_that_would_not_do),
      cmocka_unit_test(the_person_is_looked_at_each_time),
      cmocka_unit_test(the_stricter_policy_counts),
      cmocka_unit_test(advice_needs_no_freeze),
  };

  return cmocka_run_group_tests_name("issue", tests, NULL, NULL);
}
