/* SPDX-License-Identifier: Apache-2.0 */
/* test-acts.c - what a screen is told of the acts, so that it needs no rule of
 * its own. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

/* --- acts -----------------------------------------------------------------
 */

static FidotoolJson *
person_of(const FidotoolJson *answer, const char *act, const char *person)
{
  const FidotoolJson *row =
      attack_world_row(fidotool_json_get(answer, "acts"), "act", act);

  assert_non_null(row);
  return attack_world_row(fidotool_json_get(row, "persons"), "person", person);
}

static const FidotoolJson *
takes_of(const FidotoolJson *answer, const char *act, const char *name)
{
  const FidotoolJson *row =
      attack_world_row(fidotool_json_get(answer, "acts"), "act", act);

  assert_non_null(row);
  return attack_world_row(fidotool_json_get(row, "takes"), "name", name);
}

static void
acts_without_a_case_are_shown(void **state)
{
  static const struct {
    const char *act, *person, *rule, *role;
  } rows[] = {
      {"case.open", "p-agent", NULL, NULL},
      {"case.open", "p-both", "role-not-active", "agent"},
      {"case.open", "p-lead", "role", NULL},
      {"export.made", "p-audit", "role-not-active", "auditor"},
      {"export.made", "p-agent", "role", NULL},
      {"role.activate", "p-lead", NULL, NULL},
      {"roster.change", "p-so-one", "role-not-active", "security"},
  };
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) answer = NULL;

  (void)state;
  attack_world_activate(world, "p-agent", "agent");
  answer = attack_world_query(world, "{\"what\":\"acts\"}");
  assert_null(fidotool_json_get(answer, "case"));
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    const FidotoolJson *row = person_of(answer, rows[i].act, rows[i].person);
    bool open = rows[i].rule == NULL || rows[i].role != NULL;

    assert_non_null(row);
    assert_int_equal(fidotool_json_get_int(row, "open", -1), open);
    if (g_strcmp0(fidotool_json_get_text(row, "rule"), rows[i].rule) != 0 ||
        g_strcmp0(fidotool_json_get_text(row, "role"), rows[i].role) != 0)
      fail_msg("%s, %s: %s", rows[i].act, rows[i].person,
               attack_world_text(row));
    assert_int_equal(fidotool_json_size(fidotool_json_get(row, "roles")) > 0,
                     open);
  }
  /* Whose keys have all proved themselves has nothing to enrol. */
  assert_int_equal(fidotool_json_get_int(
                       person_of(answer, "roster.enrol", "p-lead"), "open", -1),
                   0);
  assert_string_equal(fidotool_json_get_text(
                          person_of(answer, "roster.enrol", "p-lead"), "rule"),
                      "nothing-to-enrol");
  /* None of a case, and every one says what it takes. */
  assert_null(attack_world_row(fidotool_json_get(answer, "acts"), "act",
                               "case.approve"));
  assert_non_null(takes_of(answer, "case.open", "sub"));
  assert_int_equal(fidotool_json_get_int(
                       takes_of(answer, "case.open", "lost_at"), "must", 1),
                   0);
  attack_world_free(world);
}

/* With the person it would be about, case.open is tried as a whole. */
static void
a_second_case_is_known_beforehand(void **state)
{
  AttackWorld *world = attack_world_at("open");
  g_autoptr(FidotoolJson) answer = attack_world_query(
      world, "{\"what\":\"acts\",\"sub\":\"%s\"}", world->sub);
  const FidotoolJson *row = person_of(answer, "case.open", "p-agent");

  (void)state;
  assert_string_equal(fidotool_json_get_text(row, "rule"), "case-open-already");
  assert_int_equal(fidotool_json_get_int(row, "open", 1), 0);
  attack_world_free(world);
}

/* What "takes" offers is what the rules let through, word by word. */
static void
every_word_that_is_offered_is_taken(void **state)
{
  static const char *const names[] = {"type", "method", "result"};
  AttackWorld *world = attack_world_at("proofing");
  g_autoptr(FidotoolJson) answer = attack_world_query(
      world, "{\"what\":\"acts\",\"case\":\"%s\"}", world->case_id);
  size_t tried = 0;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const FidotoolJson *words = fidotool_json_get(
        takes_of(answer, "case.add_evidence", names[i]), "words");

    for (size_t k = 0; k < fidotool_json_size(words); k++, tried++) {
      g_autoptr(FidotoolJson) request = fidotool_json_new_object();

      fidotool_json_set_text(request, "act", "case.add_evidence");
      fidotool_json_set_text(request, "actor", "p-agent");
      fidotool_json_set_text(request, "case", world->case_id);
      fidotool_json_set_text(request, "type", "passport");
      fidotool_json_set_text(request, "method", "visual");
      fidotool_json_set_text(request, "result", "ok");
      fidotool_json_set_text(request, names[i],
                             fidotool_json_text(fidotool_json_at(words, k)));
      attack_world_ok(attack_world_send(world, g_steal_pointer(&request)));
    }
  }
  assert_int_equal(tried, 6 + 4 + 2);
  attack_world_free(world);
}

static void
acts_of_a_case_say_what_they_take(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) answer = attack_world_query(
      world, "{\"what\":\"acts\",\"case\":\"%s\"}", world->case_id);
  const FidotoolJson *acts = fidotool_json_get(answer, "acts");
  g_autofree char *contact =
      attack_world_text(takes_of(answer, "case.approve", "contact"));
  g_autofree char *ial =
      attack_world_text(takes_of(answer, "case.start_proofing", "ial"));
  const FidotoolJson *row;

  (void)state;
  assert_string_equal(contact,
                      "{\"form\":\"word\",\"must\":1,\"name\":\"contact\","
                      "\"words\":[\"seen\",\"called_back\",\"none\"]}");
  assert_string_equal(ial, "{\"form\":\"number\",\"must\":1,\"name\":\"ial\","
                           "\"numbers\":[1,2]}");
  assert_int_equal(
      fidotool_json_get_int(attack_world_row(acts, "act", "case.approve"),
                            "signed", 0),
      1);
  assert_int_equal(
      fidotool_json_get_int(attack_world_row(acts, "act", "case.amend"),
                            "signed", 1),
      0);
  /* Roles that would open it: the slot's. */
  row = person_of(answer, "case.approve", "p-lead");
  assert_string_equal(
      fidotool_json_text(fidotool_json_at(fidotool_json_get(row, "roles"), 0)),
      "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(row, "roles")), 1);
  assert_null(attack_world_row(acts, "act", "case.open"));
  assert_null(attack_world_row(acts, "act", "role.activate"));
  attack_world_free(world);
}

static void
the_new_key_is_an_act_of_its_own(void **state)
{
  static const struct {
    const char *state;
    int open;
    const char *rule;
  } rows[] = {
      {"proofing", 0, "state"},
      {"awaiting_approval", 1, NULL},
      {"made", 1, NULL}, /* a spare */
      {"one-approval", 0, "made-after-approval"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at(rows[i].state);
    g_autoptr(FidotoolJson) answer = attack_world_query(
        world, "{\"what\":\"acts\",\"case\":\"%s\"}", world->case_id);
    const FidotoolJson *row =
        attack_world_row(fidotool_json_get(answer, "acts"), "act", "case.made");

    assert_non_null(row);
    assert_int_equal(fidotool_json_get_int(row, "open", -1), rows[i].open);
    assert_int_equal(
        g_strcmp0(fidotool_json_get_text(row, "rule"), rows[i].rule), 0);
    attack_world_free(world);
  }
}

/* Without its role an act is judged as if the role were there. */
static void
a_role_to_come_opens_no_more_than_the_rules(void **state)
{
  static const struct {
    const char *state, *rule;
    int open;
  } rows[] = {
      {"proofing", "state", 0},
      {"made", "state", 0},
      {"ready", "role-not-active", 1},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world = attack_world_at(rows[i].state);
    g_autoptr(FidotoolJson) answer = attack_world_query(
        world, "{\"what\":\"acts\",\"case\":\"%s\"}", world->case_id);
    const FidotoolJson *row = person_of(answer, "case.activate", "p-release");

    assert_string_equal(fidotool_json_get_text(row, "rule"), rows[i].rule);
    assert_int_equal(fidotool_json_get_int(row, "open", -1), rows[i].open);
    assert_int_equal(fidotool_json_get_text(row, "role") != NULL, rows[i].open);
    attack_world_free(world);
  }
}

/* How long it is read, where that is asked for. */
static void
an_approval_says_how_long_it_is_read(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) answer = attack_world_query(
      world, "{\"what\":\"acts\",\"case\":\"%s\"}", world->case_id);
  const FidotoolJson *acts = fidotool_json_get(answer, "acts");

  (void)state;
  assert_non_null(fidotool_json_get(
      attack_world_row(acts, "act", "case.approve"), "read_s"));
  assert_null(fidotool_json_get(attack_world_row(acts, "act", "case.refuse"),
                                "read_s"));
  attack_world_free(world);
}

static void
acts_of_one_person_are_theirs_alone(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autofree char *cred = attack_world_cred(world, "p-other");
  g_autoptr(FidotoolJson) answer = attack_world_query(
      world, "{\"what\":\"acts\",\"case\":\"%s\",\"cred\":\"%s\"}",
      world->case_id, cred);
  const FidotoolJson *acts = fidotool_json_get(answer, "acts");

  (void)state;
  assert_true(fidotool_json_size(acts) > 5);
  for (size_t i = 0; i < fidotool_json_size(acts); i++) {
    const FidotoolJson *persons =
        fidotool_json_get(fidotool_json_at(acts, i), "persons");

    for (size_t k = 0; k < fidotool_json_size(persons); k++)
      assert_string_equal(
          fidotool_json_get_text(fidotool_json_at(persons, k), "person"),
          "p-other");
  }
  attack_world_expect(
      attack_world_query(world, "{\"what\":\"acts\",\"actor\":\"p-nobody\"}"),
      "actor-unknown");
  attack_world_expect(
      attack_world_query(world, "{\"what\":\"acts\",\"case\":\"c-00000000\"}"),
      "case-unknown");
  attack_world_restart(world, NULL);
  attack_world_expect(attack_world_query(world, "{\"what\":\"acts\"}"),
                      "role-not-active");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(acts_without_a_case_are_shown),
      cmocka_unit_test(a_second_case_is_known_beforehand),
      cmocka_unit_test(every_word_that_is_offered_is_taken),
      cmocka_unit_test(acts_of_a_case_say_what_they_take),
      cmocka_unit_test(the_new_key_is_an_act_of_its_own),
      cmocka_unit_test(a_role_to_come_opens_no_more_than_the_rules),
      cmocka_unit_test(an_approval_says_how_long_it_is_read),
      cmocka_unit_test(acts_of_one_person_are_theirs_alone),
  };

  return cmocka_run_group_tests_name("acts", tests, NULL, NULL);
}
