/* SPDX-License-Identifier: Apache-2.0 */
/* test-tier.c - of which tier a case is: by what the directory says of the
 * person, and never by what the desk would like. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define OPEN(more)                                                             \
  "{\"act\":\"case.open\",\"actor\":\"p-agent\",\"op\":\"recover\",\"sub\":"   \
  "\"%s\",\"reason\":\"lost\"" more "}"
#define DAY_MS (25 * ATTACK_HOUR_MS)

static AttackWorld *
new_world(const char *const *words)
{
  AttackWorld *world = attack_world_new(true);

  world->policy = "policy-tiers.yaml";
  attack_world_found(world);
  attack_world_founding_columns(world,
                                ",groups,attribute:shift,attribute:employment",
                                ",staff,day,fixed");
  if (words != NULL) {
    attack_world_policy(world, 2, words);
    attack_world_pass(world, DAY_MS);
  }
  return world;
}

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

/* Asked, and not signed: nothing of it is there afterwards. */
static FidotoolJson *
ask(AttackWorld *world)
{
  return attack_world_propose(world, OPEN(""), world->sub);
}

static void
check(AttackWorld *world, const char *columns, const char *values,
      const char *says)
{
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *text = NULL;

  say_of_sam(world, columns, values);
  answer = ask(world);
  text = attack_world_text(answer);
  if (strcmp(attack_world_outcome(answer), says == NULL ? "ok" : "tier") != 0 ||
      (says != NULL && strstr(text, says) == NULL))
    fail_msg("\"%s\", \"%s\": not %s but %s", columns, values,
             says == NULL ? "standard" : says, text);
}

#define GROUPS ",groups"
#define SHIFT ",groups,attribute:shift"
#define BOTH ",groups,attribute:shift,attribute:employment"
#define BY(permit, journey) "permit " permit " lets them do " journey
#define MAY(fact, permit)                                                      \
  "does not say " fact                                                         \
  " of this person, so they count as privileged: permit " permit               \
  " may let them"

static void
who_may_administer_is_privileged(void **state)
{
  /* clang-format off */
  static const struct {
    const char *columns, *values, *says; /* NULL: standard */
  } rows[] = {
    { GROUPS, ",staff", NULL },
    { GROUPS, ",", NULL },
    { GROUPS, ",staff;iam-admins", BY("P2", "admin") },
    { GROUPS, ",domain-admins", BY("P2", "admin") },
    { GROUPS, ",Domain-Admins", NULL },
    { ",attribute:shift", ",night", MAY("the groups", "P2") },
    { "", "", MAY("the groups", "P2") },
  };
  /* clang-format on */
  AttackWorld *world = new_world(NULL);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    check(world, rows[i].columns, rows[i].values, rows[i].says);
  attack_world_free(world);
}

static void
populations_by_attributes_are_privileged_too(void **state)
{
  static const char *const words[] = {
      "  - {id: P3,",
      "  - {id: P4, journey: [sign-in, admin], population: [nights, stand-in], "
      "accept: [best-key]}\n  - {id: P3,",
      NULL};
  /* clang-format off */
  static const struct {
    const char *columns, *values, *says;
  } rows[] = {
    { SHIFT, ",staff,late", BY("P4", "admin") },
    { SHIFT, ",staff,day", NULL },
    { SHIFT, ",staff,", NULL },
    { GROUPS, ",guests", MAY("the attribute shift", "P4") },
    /* Surely privileged by one rule, whatever another one asks. */
    { GROUPS, ",iam-admins", BY("P2", "admin") },
    { BOTH, ",staff,day,contract", NULL },
    { ",groups,attribute:employment", ",staff,contract", MAY("the attribute shift", "P4") },
  };
  /* clang-format on */
  AttackWorld *world = new_world(words);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    check(world, rows[i].columns, rows[i].values, rows[i].says);
  attack_world_free(world);
}

/* Groups and attributes together: both, and what is not so settles it. */
static void
a_population_wants_all_that_it_names(void **state)
{
  static const char *const words[] = {"journey: admin,    population: admins,",
                                      "journey: admin, population: stand-in,",
                                      NULL};
  /* clang-format off */
  static const struct {
    const char *columns, *values, *says;
  } rows[] = {
    { BOTH, ",staff,night,contract", BY("P2", "admin") },
    { BOTH, ",staff,night,fixed", NULL },
    { BOTH, ",staff,day,contract", NULL },
    { BOTH, ",guests,night,contract", NULL },
    { SHIFT, ",guests,night", NULL },
    { SHIFT, ",staff,night", MAY("the attribute employment", "P2") },
    { ",attribute:shift,attribute:employment", ",night,contract", MAY("the groups", "P2") },
    { ",attribute:shift,attribute:employment", ",day,contract", NULL },
  };
  /* clang-format on */
  AttackWorld *world = new_world(words);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    check(world, rows[i].columns, rows[i].values, rows[i].says);
  attack_world_free(world);
}

/* A journey that was raised, a fallback, a rule for everybody: one policy each,
 * and what it makes of an admin and of somebody in no group. */
static void
what_lets_people_do_more_makes_them_privileged(void **state)
{
#define RAISED                                                                 \
  "permits:", "journeys: [{id: step-up, kind: step-up, risk: privileged}]\n"   \
              "permits:"
#define FALLBACK(risk, expires)                                                \
  "  - {id: P2, journey: admin,    population: admins, accept: "               \
  "[attested-key, best-key]}\n",                                               \
      "", "recovery:\n",                                                       \
      "fallbacks: [{id: B1, journey: admin, population: admins, accept: "      \
      "[best-key], max_risk: " risk ", expires: " expires                      \
      ", uses_per_30d: 3}]\nrecovery:\n",                                      \
      NULL
#define ADMIN "journey: admin,    population: admins,"
  static const struct {
    const char *words[8];
    const char *admin, *nobody;
  } rows[] = {
      {{RAISED, ADMIN, "journey: step-up, population: admins,", NULL},
       BY("P2", "step-up"),
       NULL},
      {{ADMIN, "journey: step-up, population: admins,", NULL}, NULL, NULL},
      {{"permits:", "journeys: [{id: ops, kind: admin, risk: high}]\npermits:",
        ADMIN, "journey: ops, population: admins,", NULL},
       BY("P2", "ops"),
       NULL},
      {{"permits:",
        "journeys: [{id: anew, kind: recovery, risk: privileged}]\npermits:",
        ADMIN, "journey: anew, population: admins,", NULL},
       NULL,
       NULL},
      {{ADMIN, "population: admins,", NULL}, BY("P2", "admin"), NULL},
      {{ADMIN, "journey: admin,", NULL}, BY("P2", "admin"), BY("P2", "admin")},
      {{FALLBACK("privileged", "2034-01-01")}, BY("B1", "admin"), NULL},
      {{FALLBACK("privileged", "2024-01-01")}, NULL, NULL},
      {{FALLBACK("high", "2034-01-01")}, NULL, NULL},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = new_world(rows[i].words);

    check(world, GROUPS, ",iam-admins", rows[i].admin);
    check(world, GROUPS, ",", rows[i].nobody);
    attack_world_free(world);
  }
}

/* Nobody is more than others where the policy has no such tier. */
static void
without_the_tier_all_are_standard(void **state)
{
  AttackWorld *world = attack_world_new(true);

  (void)state;
  world->policy = "policy-point.yaml"; /* it has admins, and one tier */
  attack_world_found(world);
  attack_world_founding_columns(world, GROUPS, ",staff");
  check(world, GROUPS, ",iam-admins", NULL);
  check(world, "", "", NULL);
  attack_world_free(world);
}

/* The desk raises a case, by a word that there is; it lowers none. */
static void
the_desk_only_raises(void **state)
{
  /* clang-format off */
  static const struct {
    const char *tier, *says;
  } rows[] = {
    { "\"remote\"", "who is not at the desk" },
    { "\"privileged\"", "was raised to privileged" },
    { "\"standard\"", "no such tier" },
    { "\"\"", "no such tier" },
    { "0", "no such tier" },
    { "null", "no such tier" },
  };
  /* clang-format on */
  AttackWorld *world = new_world(NULL);

  (void)state;
  say_of_sam(world, GROUPS, ",staff");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) answer = attack_world_propose(
        world, OPEN(",\"tier\":%s"), world->sub, rows[i].tier);
    g_autofree char *text = attack_world_text(answer);

    if (strcmp(attack_world_outcome(answer), "tier") != 0 ||
        strstr(text, rows[i].says) == NULL)
      fail_msg("%s: %s", rows[i].tier, text);
  }
  say_of_sam(world, GROUPS, ",iam-admins");
  attack_world_expect(
      attack_world_propose(world, OPEN(",\"tier\":\"standard\""), world->sub),
      "tier");
  attack_world_free(world);
}

/* No entry, no suspended key, no notice; and another directory opens it. */
static void
what_is_refused_leaves_nothing_behind(void **state)
{
  AttackWorld *world = new_world(NULL);
  const unsigned notices = world->notices->len;

  (void)state;
  say_of_sam(world, GROUPS, ",iam-admins");
  attack_world_expect(
      attack_world_act(world, "p-agent", false, OPEN(""), world->sub), "tier");
  assert_int_equal(attack_world_entries(world, "case.open"), 0);
  assert_int_equal(attack_world_entries(world, "case.suspend_keys"), 0);
  assert_int_equal(world->notices->len, notices);
  say_of_sam(world, GROUPS, ",staff");
  attack_world_ok(
      attack_world_act(world, "p-agent", false, OPEN(""), world->sub));
  assert_int_equal(attack_world_entries(world, "\"tier\":\"standard\""), 1);
  attack_world_free(world);
}

/* Between the proposal and its signature the directory is brought up to date.
 */
static void
the_tier_is_asked_again_when_it_is_signed(void **state)
{
  AttackWorld *world = new_world(NULL);
  g_autoptr(FidotoolJson) proposal = NULL;

  (void)state;
  say_of_sam(world, GROUPS, ",staff");
  proposal = ask(world);
  say_of_sam(world, GROUPS, ",iam-admins");
  attack_world_expect(
      attack_world_sign(world, proposal,
                        attack_world_person(world, "p-agent")->key, NULL),
      "tier");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_may_administer_is_privileged),
      cmocka_unit_test(populations_by_attributes_are_privileged_too),
      cmocka_unit_test(a_population_wants_all_that_it_names),
      cmocka_unit_test(what_lets_people_do_more_makes_them_privileged),
      cmocka_unit_test(without_the_tier_all_are_standard),
      cmocka_unit_test(the_desk_only_raises),
      cmocka_unit_test(what_is_refused_leaves_nothing_behind),
      cmocka_unit_test(the_tier_is_asked_again_when_it_is_signed),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
