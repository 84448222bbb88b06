/* SPDX-License-Identifier: Apache-2.0 */
/* test-staffing.c - no change leaves a slot without the persons for it, or the
 * keys that are out without a use; what is only near that is told. In practice
 * one person a slot will do. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/jcs.h"
#include "recovery/trial.h"

/* The roster in force without some persons, as a line. */
static char *
roster_without(AttackWorld *world, const char *const *gone)
{
  GPtrArray *lines = world->station->model->rosters;
  GBytes *line = g_ptr_array_index(lines, lines->len - 1);
  g_autoptr(FidotoolJson) whole = fidotool_json_parse(
      g_bytes_get_data(line, NULL), g_bytes_get_size(line), NULL);
  FidotoolJson *left = fidotool_json_new_array();

  for (size_t i = 0; i < fidotool_json_size(fidotool_json_get(whole, "keys"));
       i++) {
    const FidotoolJson *row =
        fidotool_json_at(fidotool_json_get(whole, "keys"), i);

    if (!g_strv_contains(gone, fidotool_json_get_text(row, "person")))
      fidotool_json_append(left, fidotool_json_copy(row));
  }
  fidotool_json_set(whole, "keys", left);
  return recovery_jcs_write(whole, NULL, NULL);
}

static FidotoolJson *
remove_people(AttackWorld *world, const char *officer, bool away,
              const char *const *gone)
{
  g_autofree char *line = roster_without(world, gone);

  return attack_world_change(world, "roster.change", officer, away, "roster",
                             line);
}

/* One change of the practice policy, by one officer. */
static FidotoolJson *
load_policy(AttackWorld *world, const char *from, const char *to)
{
  g_autoptr(FidotoolJson) founding = attack_world_founding(world);
  const char *yaml = fidotool_json_get_text(founding, "policy");
  g_auto(GStrv) versions = g_strsplit(yaml, "version: 1", -1);
  g_autofree char *second = g_strjoinv("version: 2", versions);
  g_auto(GStrv) parts = g_strsplit(second, from, -1);
  g_autofree char *changed = g_strjoinv(to, parts);

  assert_int_equal(g_strv_length(parts), 2);
  return attack_world_change(world, "policy.load", "p-so-one", false, "policy",
                             changed);
}

static void
the_last_one_of_a_slot_stays(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  /* helpdesk-lead: p-lead, p-both, p-twin. Their second key is no second
   * person. */
  attack_world_expect(remove_people(world, "p-so-one", false,
                                    (const char *[]){"p-both", "p-twin", NULL}),
                      "ok");
  attack_world_expect(
      remove_people(world, "p-so-one", false,
                    (const char *[]){"p-lead", "p-both", "p-twin", NULL}),
      "L06");
  attack_world_free(world);
}

static void
one_team_does_not_fill_two_slots(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  /* p-lead and p-mate are left: both slots, and one team. */
  attack_world_expect(
      remove_people(world, "p-so-one", false,
                    (const char *[]){"p-other", "p-both", "p-twin", NULL}),
      "L05");
  /* With p-twin alone there is a person for each slot, and one in all. */
  attack_world_expect(
      remove_people(
          world, "p-so-one", false,
          (const char *[]){"p-lead", "p-mate", "p-other", "p-both", NULL}),
      "L05");
  attack_world_expect(
      remove_people(world, "p-so-one", false,
                    (const char *[]){"p-other", "p-both", NULL}),
      "ok");
  attack_world_free(world);
}

/* Who signs second is refused as well: people have left since. */
static void
it_is_asked_again_at_the_second_signature(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  const char *const lead[] = {"p-lead", "p-both", NULL};
  const char *const twin[] = {"p-twin", NULL};
  g_autofree char *without_lead = roster_without(world, lead);
  g_autofree char *without_twin = roster_without(world, twin);
  g_autofree char *now_without_lead = NULL;

  (void)state;
  attack_world_ok(attack_world_change(world, "roster.change", "p-so-one", false,
                                      "roster", without_lead));
  /* It takes p-lead in for the gone p-twin: not fewer than there are now. */
  attack_world_change_both(world, "roster.change", "roster", without_twin);
  attack_world_expect(attack_world_change(world, "roster.change", "p-so-two",
                                          true, "roster", without_lead),
                      "ok");
  now_without_lead = roster_without(world, lead);
  attack_world_expect(attack_world_change(world, "roster.change", "p-so-one",
                                          false, "roster", now_without_lead),
                      "L06");
  attack_world_free(world);
}

static void
a_policy_asks_for_nobody_who_is_not_there(void **state)
{
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_expect(load_policy(world, "[helpdesk-lead, other-team]",
                                  "[helpdesk-lead, app-owner]"),
                      "L06");
  attack_world_expect(load_policy(world, "[helpdesk-lead, other-team]",
                                  "[helpdesk-lead, security]"),
                      "ok");
  attack_world_free(world);
}

/* The only model in use is dropped, and no door is left for it. */
static void
keys_that_are_out_stay_good_for_something(void **state)
{
  static const char sign_in[] =
      "accept: [synced-passkey, bound-key, attested-key]";
  static const char permit[] = "journey: sign-in,  population: \"*\", app: "
                               "\"*\", ";
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *from = g_strconcat(permit, sign_in, NULL);
  g_autofree char *to = g_strconcat(permit, "accept: [synced-passkey]", NULL);
  GHashTableIter iter;
  void *value;
  unsigned models = 0;

  (void)state;
  attack_world_reach(world, "issued");
  attack_world_pass(world, 200 * ATTACK_HOUR_MS);
  g_hash_table_iter_init(&iter, world->station->model->keys);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryModelKey *key = value;

    models += key->state == RECOVERY_KEY_ACTIVE && key->aaguid != NULL;
  }
  assert_true(models > 0);
  attack_world_expect(load_policy(world, from, to), "L09");
  attack_world_expect(load_policy(world, "off_kiosk: 1", "off_kiosk: 0"), "ok");
  attack_world_free(world);
}

static void
what_is_near_is_told_before_it_is_signed(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *few =
      roster_without(world, (const char *[]){"p-both", "p-twin", NULL});
  g_autofree char *same = roster_without(world, (const char *[]){NULL});
  const char *const lines[] = {few, same};

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(FidotoolJson) request = fidotool_json_new_object();
    g_autofree char *text = NULL;
    g_autoptr(FidotoolJson) answer = NULL;
    const FidotoolJson *warnings;

    fidotool_json_set_text(request, "act", "roster.change");
    fidotool_json_set_text(request, "actor", "p-so-one");
    fidotool_json_set_text(request, "roster", lines[i]);
    text = fidotool_json_write(request, NULL);
    answer = attack_world_propose(world, "%s", text);
    warnings = fidotool_json_get(answer, "warnings");
    assert_int_equal(fidotool_json_size(warnings), i == 0 ? 1 : 0);
    if (i > 0)
      continue;
    attack_world_words(fidotool_json_at(warnings, 0));
    assert_string_equal(
        fidotool_json_get_text(fidotool_json_at(warnings, 0), "text"),
        "Persons who could fill the slot helpdesk-lead after this change: "
        "1.");
  }
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_last_one_of_a_slot_stays),
      cmocka_unit_test(one_team_does_not_fill_two_slots),
      cmocka_unit_test(it_is_asked_again_at_the_second_signature),
      cmocka_unit_test(a_policy_asks_for_nobody_who_is_not_there),
      cmocka_unit_test(keys_that_are_out_stay_good_for_something),
      cmocka_unit_test(what_is_near_is_told_before_it_is_signed),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
