/* SPDX-License-Identifier: Apache-2.0 */
/* test-query.c - what a screen is told, so that it needs no rule of its own;
 * and what nobody is told. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"

/* The answer as text; free with g_free(). */
static char *
text_of(const FidotoolJson *json)
{
  return fidotool_json_write(json, NULL);
}

static FidotoolJson *
find_row(const FidotoolJson *list, const char *name, const char *value)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    FidotoolJson *row = fidotool_json_at(list, i);

    if (g_strcmp0(fidotool_json_get_text(row, name), value) == 0)
      return row;
  }
  return NULL;
}

/* --- signers --------------------------------------------------------------
 */

/* The credential of a person's key as "signers" gives it. */
static char *
cred_of(AttackWorld *world, const char *person)
{
  AttackKey *key = attack_world_person(world, person)->key;

  return fidotool_bytes_base64(key->id, sizeof(key->id));
}

static void
signers_are_shown_before_anybody_signed_in(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) answer = NULL;
  const FidotoolJson *signers;
  size_t n = 0;

  (void)state;
  attack_world_restart(world, NULL); /* no role is active any more */
  answer = attack_world_query(world, "{\"what\":\"signers\"}");
  signers = fidotool_json_get(answer, "signers");
  assert_string_equal(fidotool_json_get_text(answer, "rp_id"),
                      ATTACK_WORLD_APPROVAL);
  for (AttackPerson *one = world->people; one->person != NULL; one++, n++) {
    g_autofree char *cred =
        fidotool_bytes_base64(one->key->id, sizeof(one->key->id));
    const FidotoolJson *row = find_row(signers, "cred", cred);
    g_auto(GStrv) roles = g_strsplit(one->roles, " ", -1);

    assert_non_null(row);
    assert_non_null(fidotool_json_get_text(row, "key"));
    assert_int_equal(fidotool_json_size(fidotool_json_get(row, "roles")),
                     g_strv_length(roles));
    assert_int_equal(fidotool_json_size(row), 3);
  }
  assert_int_equal(fidotool_json_size(signers), n);
  attack_world_free(world);
}

/* Nothing in it says who it is. */
static void
signers_name_nobody(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) answer =
      attack_world_query(world, "{\"what\":\"signers\"}");
  g_autofree char *text = text_of(answer);

  (void)state;
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    assert_null(strstr(text, one->person));
  attack_world_free(world);
}

static void
signers_have_proved_themselves_and_are_in_time(void **state)
{
  AttackWorld *world = attack_world_new(true);
  g_autoptr(FidotoolJson) early = NULL, late = NULL;

  (void)state;
  attack_world_expect(attack_world_query(world, "{\"what\":\"signers\"}"),
                      "state");
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  attack_world_ok(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"station.init\",\"actor\":\"p-so-one\"}"));
  attack_world_ok(
      attack_world_act(world, "p-so-two", true,
                       "{\"act\":\"station.init\",\"actor\":\"p-so-two\"}"));
  early = attack_world_query(world, "{\"what\":\"signers\"}");
  assert_non_null(fidotool_json_get(early, "signers"));
  assert_int_equal(fidotool_json_size(fidotool_json_get(early, "signers")), 0);
  attack_world_free(world);
  world = attack_world_at(NULL);
  world->now_ms += INT64_C(20) * 365 * 86400 * 1000;
  late = attack_world_query(world, "{\"what\":\"signers\"}");
  assert_int_equal(fidotool_json_size(fidotool_json_get(late, "signers")), 0);
  attack_world_free(world);
}

/* --- the key names its person ---------------------------------------------
 */

static void
a_key_names_its_person(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autofree char *cred = cred_of(world, "p-lead");
  g_autoptr(FidotoolJson) role = NULL, approve = NULL, statement = NULL;
  const char *line;

  (void)state;
  role = attack_world_propose(
      world,
      "{\"act\":\"role.activate\",\"cred\":\"%s\",\"role\":\"helpdesk-lead\"}",
      cred);
  assert_string_equal(attack_world_outcome(role), "ok");
  approve = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"cred\":\"%s\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      cred, world->case_id);
  line = fidotool_json_get_text(approve, "statement");
  assert_non_null(line);
  statement = fidotool_json_parse(line, strlen(line), NULL);
  assert_string_equal(fidotool_json_get_text(statement, "actor"), "p-lead");
  /* The lead has two keys; the statement is for the one that is there. */
  assert_int_equal(fidotool_json_size(fidotool_json_get(approve, "signers")),
                   1);
  assert_non_null(
      find_row(fidotool_json_get(approve, "signers"), "cred", cred));
  attack_world_expect(
      attack_world_sign(world, approve,
                        attack_world_person(world, "p-lead")->key, NULL),
      "ok");
  attack_world_free(world);
}

/* A step in session, by the key alone. */
static void
a_key_names_its_person_in_session(void **state)
{
  AttackWorld *world = attack_world_at("open");
  g_autofree char *cred = cred_of(world, "p-agent");
  g_autofree char *other = cred_of(world, "p-lead");

  (void)state;
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"cred\":\"%s\","
                          "\"case\":\"%s\",\"branch\":\"c\",\"ial\":1}",
                          other, world->case_id),
      "role");
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.start_proofing\",\"cred\":\"%s\","
                          "\"case\":\"%s\",\"branch\":\"c\",\"ial\":1}",
                          cred, world->case_id),
      "ok");
  attack_world_free(world);
}

static void
an_unknown_key_is_nobody(void **state)
{
  AttackWorld *world = attack_world_at("made");
  static const char *const creds[] = {"AAAA", "", "!", "p-lead"};
  g_autofree char *lost =
      fidotool_bytes_base64(world->lost->id, sizeof(world->lost->id));

  (void)state;
  for (size_t i = 0; i <= G_N_ELEMENTS(creds); i++)
    attack_world_expect(
        attack_world_propose(world,
                             "{\"act\":\"case.refuse\",\"cred\":\"%s\","
                             "\"case\":\"%s\",\"reason\":\"doubt\"}",
                             i < G_N_ELEMENTS(creds) ? creds[i] : lost,
                             world->case_id),
        "actor-unknown");
  attack_world_free(world);
}

/* --- acts -----------------------------------------------------------------
 */

static FidotoolJson *
person_of(const FidotoolJson *answer, const char *act, const char *person)
{
  const FidotoolJson *row =
      find_row(fidotool_json_get(answer, "acts"), "act", act);

  assert_non_null(row);
  return find_row(fidotool_json_get(row, "persons"), "person", person);
}

static const FidotoolJson *
takes_of(const FidotoolJson *answer, const char *act, const char *name)
{
  const FidotoolJson *row =
      find_row(fidotool_json_get(answer, "acts"), "act", act);

  assert_non_null(row);
  return find_row(fidotool_json_get(row, "takes"), "name", name);
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
      fail_msg("%s, %s: %s", rows[i].act, rows[i].person, text_of(row));
    assert_int_equal(fidotool_json_size(fidotool_json_get(row, "roles")) > 0,
                     open);
  }
  /* None of a case, and every one says what it takes. */
  assert_null(
      find_row(fidotool_json_get(answer, "acts"), "act", "case.approve"));
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
      text_of(takes_of(answer, "case.approve", "contact"));
  g_autofree char *ial =
      text_of(takes_of(answer, "case.start_proofing", "ial"));
  const FidotoolJson *row;

  (void)state;
  assert_string_equal(contact,
                      "{\"form\":\"word\",\"must\":1,\"name\":\"contact\","
                      "\"words\":[\"seen\",\"called_back\",\"none\"]}");
  assert_string_equal(ial, "{\"form\":\"number\",\"must\":1,\"name\":\"ial\","
                           "\"numbers\":[1,2]}");
  assert_int_equal(
      fidotool_json_get_int(find_row(acts, "act", "case.approve"), "signed", 0),
      1);
  assert_int_equal(
      fidotool_json_get_int(find_row(acts, "act", "case.amend"), "signed", 1),
      0);
  /* Roles that would open it: the slot's. */
  row = person_of(answer, "case.approve", "p-lead");
  assert_string_equal(
      fidotool_json_text(fidotool_json_at(fidotool_json_get(row, "roles"), 0)),
      "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(row, "roles")), 1);
  assert_null(find_row(acts, "act", "case.open"));
  assert_null(find_row(acts, "act", "role.activate"));
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
        find_row(fidotool_json_get(answer, "acts"), "act", "case.made");

    assert_non_null(row);
    assert_int_equal(fidotool_json_get_int(row, "open", -1), rows[i].open);
    assert_int_equal(
        g_strcmp0(fidotool_json_get_text(row, "rule"), rows[i].rule), 0);
    attack_world_free(world);
  }
}

static void
acts_of_one_person_are_theirs_alone(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autofree char *cred = cred_of(world, "p-other");
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
      cmocka_unit_test(signers_are_shown_before_anybody_signed_in),
      cmocka_unit_test(signers_name_nobody),
      cmocka_unit_test(signers_have_proved_themselves_and_are_in_time),
      cmocka_unit_test(a_key_names_its_person),
      cmocka_unit_test(a_key_names_its_person_in_session),
      cmocka_unit_test(an_unknown_key_is_nobody),
      cmocka_unit_test(acts_without_a_case_are_shown),
      cmocka_unit_test(a_second_case_is_known_beforehand),
      cmocka_unit_test(every_word_that_is_offered_is_taken),
      cmocka_unit_test(acts_of_a_case_say_what_they_take),
      cmocka_unit_test(the_new_key_is_an_act_of_its_own),
      cmocka_unit_test(acts_of_one_person_are_theirs_alone),
  };

  return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
