/* SPDX-License-Identifier: Apache-2.0 */
/* test-base.c - the base: three officers sign it, no policy goes below it, and
 * none leaves it out. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#define DAY_MS (24 * ATTACK_HOUR_MS)
#define FORBID                                                                 \
  "\nforbids:\n  - {id: F1, journey: admin, why: nobody from outside}\n"       \
  "recovery:"

typedef struct {
  AttackWorld *world;
  AttackKey *third; /* of p-three, an officer who came later */
} Officers;

/* The practice policy with other words: pairs, NULL at the end. */
static char *
text_of(AttackWorld *world, const char *const *words)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  char *yaml = g_strdup(fidotool_json_get_text(founding, "policy"));

  for (const char *const *word = words; *word != NULL; word += 2) {
    g_auto(GStrv) parts = g_strsplit(yaml, word[0], -1);

    assert_int_equal(g_strv_length(parts), 2);
    g_free(yaml);
    yaml = g_strjoinv(word[1], parts);
  }
  return yaml;
}

/* That policy as a base; with a forbid and a restriction where more is true. */
static char *
base_of(AttackWorld *world, int version, bool more)
{
  g_autofree char *name = g_strdup_printf("{id: floor, version: %d,", version);

  return text_of(
      world, (const char *[]){
                 "{id: keyturn-practice, version: 1,", name,
                 "\nrecovery:", more ? FORBID : "\nrecovery:", "restrict_h: 0",
                 more ? "restrict_h: 1" : "restrict_h: 0", NULL});
}

/* A policy that names that base, or none. */
static char *
policy_of(AttackWorld *world, int version, const char *base, bool more)
{
  g_autofree char *head =
      g_strdup_printf("{id: keyturn-practice, version: %d,%s%s", version,
                      base == NULL ? "" : " base: ", base == NULL ? "" : base);
  g_autofree char *whole = g_strconcat(head, base == NULL ? "" : ",", NULL);

  return text_of(
      world, (const char *[]){
                 "{id: keyturn-practice, version: 1,", whole,
                 "\nrecovery:", more ? FORBID : "\nrecovery:", "restrict_h: 0",
                 more ? "restrict_h: 1" : "restrict_h: 0", NULL});
}

static FidotoolJson *
load_base(AttackWorld *world, const char *officer, bool away, const char *text)
{
  return attack_world_change(world, "base.load", officer, away, "base", text);
}

static FidotoolJson *
load_policy(AttackWorld *world, const char *officer, bool away,
            const char *text)
{
  return attack_world_change(world, "policy.load", officer, away, "policy",
                             text);
}

/* An act of p-three, whose key the world does not know. */
static FidotoolJson *
act_of_third(Officers *officers, const char *member, const char *act,
             const char *text, bool away)
{
  AttackWorld *world = officers->world;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autofree char *whole = NULL;
  FidotoolJson *proposal, *answer;

  fidotool_json_set_text(request, "act", act);
  fidotool_json_set_text(request, "actor", "p-three");
  fidotool_json_set_text(request, member, text);
  whole = fidotool_json_write(request, NULL);
  proposal = attack_world_propose(world, "%s", whole);
  if (fidotool_json_get(proposal, "statement") == NULL)
    return proposal;
  answer = attack_world_sign(world, proposal, officers->third,
                             away ? &world->away : NULL);
  fidotool_json_free(proposal);
  return answer;
}

static FidotoolJson *
load_third(Officers *officers, bool away, const char *text)
{
  attack_world_ok(
      act_of_third(officers, "role", "role.activate", "security", false));
  return act_of_third(officers, "base", "base.load", text, away);
}

/* A founded station with a third officer. */
static Officers
three_officers(void)
{
  Officers officers = {attack_world_at(NULL), attack_key_new()};
  AttackWorld *world = officers.world;
  g_autofree char *line = NULL;

  attack_world_enrol_new(world, "p-three", officers.third);
  line =
      attack_world_roster_with(world, "p-three", "E-300", "third", "security");
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_pass(world, DAY_MS + 1000);
  return officers;
}

static void
end(Officers *officers)
{
  attack_key_free(officers->third);
  attack_world_free(officers->world);
}

/* All three sign; it waits then. */
static void
sign_base(Officers *officers, const char *text)
{
  attack_world_ok(load_base(officers->world, "p-so-one", false, text));
  attack_world_ok(load_base(officers->world, "p-so-two", false, text));
  attack_world_ok(load_third(officers, true, text));
}

/* What the station says is in force; "" for none. */
static char *
in_force(AttackWorld *world)
{
  g_autoptr(FidotoolJson) answer = NULL;
  const FidotoolJson *base;

  attack_world_activate(world, "p-so-one", "security");
  answer = attack_world_query(world, "{\"what\":\"policy\"}");
  assert_non_null(fidotool_json_get(answer, "digest"));
  base = fidotool_json_get(answer, "base");
  return base == NULL
             ? g_strdup("")
             : g_strdup_printf("%s/%d", fidotool_json_get_text(base, "id"),
                               (int)fidotool_json_get_int(base, "version", 0));
}

#define expect_base(world, name)                                               \
  do {                                                                         \
    g_autofree char *is = in_force(world);                                     \
                                                                               \
    assert_string_equal(is, name);                                             \
  } while (0)

static GPtrArray *
export_bundle(AttackWorld *world)
{
  g_autoptr(FidotoolJson) made = NULL;
  g_autofree char *request = NULL;
  GPtrArray *files;

  attack_world_activate(world, "p-audit", "auditor");
  made = attack_world_act(world, "p-audit", true,
                          "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  assert_string_equal(attack_world_outcome(made), "ok");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  files =
      recovery_station_export(world->station, world->session, request, NULL);
  assert_non_null(files);
  return files;
}

static void
three_officers_sign_a_base(void **state)
{
  Officers officers = three_officers();
  AttackWorld *world = officers.world;
  g_autofree char *text = base_of(world, 1, false);
  g_autoptr(FidotoolJson) changes = NULL;
  const FidotoolJson *row;

  (void)state;
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"base.load\",\"actor\":\"p-agent\","
                       "\"base\":\"x\"}"),
      "role");
  attack_world_ok(load_base(world, "p-so-one", false, text));
  attack_world_expect(load_base(world, "p-so-one", true, text), "two-people");
  attack_world_ok(load_base(world, "p-so-two", false, text));
  attack_world_expect(load_base(world, "p-so-one", true, text), "two-people");
  attack_world_expect(load_base(world, "p-so-two", true, text), "two-people");
  /* One row of two signatures, and nothing that waits yet. */
  changes = attack_world_query(world, "{\"what\":\"changes\"}");
  assert_int_equal(fidotool_json_size(fidotool_json_get(changes, "changes")),
                   0);
  assert_int_equal(fidotool_json_size(fidotool_json_get(changes, "proposed")),
                   1);
  row = fidotool_json_at(fidotool_json_get(changes, "proposed"), 0);
  assert_int_equal(fidotool_json_get_int(row, "signatures", 0), 2);
  attack_world_expect(load_third(&officers, false, text), "change-off-kiosk");
  attack_world_restart(world, world->boot);
  attack_world_ok(load_third(&officers, true, text));
  attack_world_pass(world, DAY_MS - 60000);
  expect_base(world, "");
  attack_world_pass(world, 2 * 60000);
  expect_base(world, "floor/1");
  attack_world_restart(world, world->boot);
  expect_base(world, "floor/1");
  end(&officers);
}

/* The second does not outlive the first. */
static void
three_sign_within_a_day(void **state)
{
  Officers officers = three_officers();
  AttackWorld *world = officers.world;
  g_autofree char *text = base_of(world, 1, false);

  (void)state;
  attack_world_ok(load_base(world, "p-so-one", true, text));
  attack_world_pass(world, DAY_MS - ATTACK_HOUR_MS);
  attack_world_ok(load_base(world, "p-so-two", false, text));
  attack_world_pass(world, 2 * ATTACK_HOUR_MS);
  attack_world_ok(load_third(&officers, false, text)); /* a first one */
  attack_world_ok(load_base(world, "p-so-one", true, text));
  attack_world_ok(load_base(world, "p-so-two", false, text));
  attack_world_pass(world, DAY_MS + 1000);
  expect_base(world, "floor/1");
  end(&officers);
}

static void
no_base_is_above_the_policy_in_force(void **state)
{
  Officers officers = three_officers();
  AttackWorld *world = officers.world;
  g_autofree char *text = base_of(world, 1, true);

  (void)state;
  attack_world_expect(load_base(world, "p-so-one", false, text), "base-kept");
  attack_world_says(load_base(world, "p-so-one", false, "nothing"), "L01");
  attack_world_says(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"base.load\",\"actor\":\"p-so-one\"}"),
      "the base is missing");
  {
    g_autofree char *named = policy_of(world, 1, "floor/1", false);

    attack_world_says(load_base(world, "p-so-one", false, named),
                      "a base names no base of its own");
  }
  end(&officers);
}

static void
every_policy_names_the_base_and_keeps_it(void **state)
{
  Officers officers = three_officers();
  AttackWorld *world = officers.world;
  g_autofree char *first = policy_of(world, 2, NULL, true);
  g_autofree char *base = base_of(world, 4, true);
  const struct {
    const char *base;
    bool more;
    const char *rule;
  } rows[] = {{NULL, true, "base-named"},
              {"floor/3", true, "base-named"},
              {"other/4", true, "base-named"},
              {"floor/4", false, "base-named"},
              {"floor/4", true, "ok"}};

  (void)state;
  {
    g_autofree char *early = policy_of(world, 2, "floor/4", true);

    attack_world_expect(load_policy(world, "p-so-one", false, early),
                        "base-named");
  }
  attack_world_change_both(world, "policy.load", "policy", first);
  attack_world_pass(world, DAY_MS + 1000);
  sign_base(&officers, base);
  attack_world_pass(world, DAY_MS + 1000);
  expect_base(world, "floor/4");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = policy_of(world, 3, rows[i].base, rows[i].more);

    attack_world_expect(load_policy(world, "p-so-one", false, text),
                        rows[i].rule);
    attack_world_expect(load_policy(world, "p-so-two", true, text),
                        rows[i].rule);
  }
  attack_world_pass(world, DAY_MS + 1000);
  for (int version = 1; version <= 4; version++) {
    g_autofree char *again = base_of(world, version, false);

    attack_world_expect(load_base(world, "p-so-one", false, again),
                        "base-version");
  }
  attack_world_reach(world, "issued");
  {
    g_autofree char *said = NULL;
    g_autoptr(GPtrArray) files = export_bundle(world);

    if (attack_world_verify(world, files, true, &said) != 0)
      fail_msg("refused: %s", said);
  }
  end(&officers);
}

static void
base_and_policy_wait_for_one_another(void **state)
{
  Officers officers = three_officers();
  AttackWorld *world = officers.world;
  g_autofree char *text = base_of(world, 1, false);
  g_autofree char *other = base_of(world, 2, false);
  g_autofree char *policy = policy_of(world, 2, NULL, true);
  g_autofree char *looser = policy_of(world, 3, NULL, false);
  g_autofree char *named = policy_of(world, 4, "floor/1", false);
  g_autoptr(FidotoolJson) changes = NULL;

  (void)state;
  attack_world_ok(load_policy(world, "p-so-one", false, policy));
  sign_base(&officers, text);
  attack_world_expect(load_policy(world, "p-so-two", true, policy),
                      "base-waits");
  attack_world_expect(load_base(world, "p-so-one", false, other), "base-waits");
  changes = attack_world_query(world, "{\"what\":\"changes\"}");
  attack_world_ok(attack_world_act(
      world, "p-so-one", false,
      "{\"act\":\"change.veto\",\"actor\":\"p-so-one\",\"change\":\"%s\"}",
      fidotool_json_get_text(
          fidotool_json_at(fidotool_json_get(changes, "changes"), 0),
          "statement")));
  attack_world_ok(load_policy(world, "p-so-two", true, policy)); /* at once */
  attack_world_change_both(world, "policy.load", "policy", looser);
  attack_world_expect(load_base(world, "p-so-one", false, text), "base-waits");
  attack_world_pass(world, DAY_MS + 1000);
  sign_base(&officers, text);
  attack_world_pass(world, DAY_MS + 1000);
  expect_base(world, "floor/1");
  attack_world_change_both(world, "policy.load", "policy", named);
  end(&officers);
}

/* What one officer signed of a policy was beside another base. */
static void
a_base_makes_halves_of_policies_void(void **state)
{
  Officers officers = three_officers();
  AttackWorld *world = officers.world;
  g_autofree char *text = base_of(world, 1, false);
  g_autofree char *policy = policy_of(world, 2, NULL, false);

  (void)state;
  sign_base(&officers, text);
  attack_world_pass(world, DAY_MS - 60 * 60000);
  attack_world_expect(load_policy(world, "p-so-one", false, policy),
                      "base-waits");
  attack_world_pass(world, 2 * 60 * 60000);
  attack_world_expect(load_policy(world, "p-so-one", false, policy),
                      "base-named");
  end(&officers);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(three_officers_sign_a_base),
      cmocka_unit_test(three_sign_within_a_day),
      cmocka_unit_test(no_base_is_above_the_policy_in_force),
      cmocka_unit_test(every_policy_names_the_base_and_keeps_it),
      cmocka_unit_test(base_and_policy_wait_for_one_another),
      cmocka_unit_test(a_base_makes_halves_of_policies_void),
  };

  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
