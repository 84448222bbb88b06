/* SPDX-License-Identifier: Apache-2.0 */
/* test-staff.c - a person's roles, keys and connection: what each of them
 * opens, and what it leaves closed. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/trial.h"

static FidotoolJson *
approve(AttackWorld *world, const char *person, const char *slot)
{
  return attack_world_act(world, person, false,
                          "{\"act\":\"case.approve\",\"actor\":\"%s\","
                          "\"case\":\"%s\",\"slot\":\"%s\",\"contact\":"
                          "\"seen\"}",
                          person, world->case_id, slot);
}

/* Opens a case in the name of one agent; another proves, adds and submits, as
 * the rows say; the new key is made. */
static AttackWorld *
shared_case(const char *opens, const char *proves, const char *adds,
            const char *submits)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) opened = NULL, options = NULL;

  attack_world_activate(world, "p-agent", "agent");
  attack_world_activate(world, "p-both", "agent");
  opened = attack_world_act(world, opens, false,
                            "{\"act\":\"case.open\",\"actor\":\"%s\","
                            "\"op\":\"recover\",\"sub\":\"%s\",\"reason\":"
                            "\"lost\"}",
                            opens, world->sub);
  world->case_id = g_strdup(
      fidotool_json_get_text(fidotool_json_get(opened, "done"), "case"));
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.start_proofing\",\"actor\":\"%s\",\"case\":\"%s\","
      "\"branch\":\"c\",\"ial\":1}",
      proves, world->case_id));
  attack_world_ok(attack_world_submit(
      world,
      "{\"act\":\"case.add_evidence\",\"actor\":\"%s\",\"case\":\"%s\","
      "\"type\":\"passport\",\"method\":\"visual\",\"result\":\"ok\"}",
      adds, world->case_id));
  attack_world_ok(attack_world_act(
      world, submits, false,
      "{\"act\":\"case.submit\",\"actor\":\"%s\",\"case\":\"%s\"}", submits,
      world->case_id));
  options = attack_world_propose(
      world, "{\"act\":\"case.made\",\"case\":\"%s\"}", world->case_id);
  attack_world_ok(attack_world_made(world, options, world->fresh, true));
  return world;
}

/* Any hand in a case is one too many, also the first and the last. */
static void
whoever_worked_on_a_case_does_not_decide_it(void **state)
{
  static const char *const rows[][4] = {
      {"p-both", "p-agent", "p-agent", "p-agent"},
      {"p-agent", "p-both", "p-agent", "p-agent"},
      {"p-agent", "p-agent", "p-both", "p-agent"},
      {"p-agent", "p-agent", "p-agent", "p-both"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackWorld *world =
        shared_case(rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
    g_autofree char *code = attack_world_code(world);

    attack_world_expect(approve(world, "p-both", "helpdesk-lead"), "own-work");
    attack_world_expect(
        attack_world_act(world, "p-both", false,
                         "{\"act\":\"case.refuse\",\"actor\":\"p-both\","
                         "\"case\":\"%s\",\"reason\":\"doubt\"}",
                         world->case_id),
        "own-work");
    attack_world_ok(attack_world_submit(
        world, "{\"act\":\"case.contest\",\"code\":\"%s\"}", code));
    attack_world_expect(
        attack_world_act(
            world, "p-both", false,
            "{\"act\":\"case.uphold\",\"actor\":\"p-both\",\"case\":\"%s\"}",
            world->case_id),
        "not-on-case");
    attack_world_free(world);
  }
}

/* The active role is one that may do it, not any. */
static void
another_active_role_opens_nothing(void **state)
{
  AttackWorld *world = attack_world_at("ready");

  (void)state;
  attack_world_activate(world, "p-both", "agent");
  attack_world_expect(
      attack_world_act(
          world, "p-both", false,
          "{\"act\":\"case.activate\",\"actor\":\"p-both\",\"case\":\"%s\"}",
          world->case_id),
      "role-not-active");
  attack_world_expect(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"role.activate\",\"actor\":\"p-agent\"}"),
      "role");
  attack_world_free(world);
}

static void
a_role_ends_after_an_hour(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");

  (void)state;
  attack_world_expect(attack_world_query(world, "{\"what\":\"cases\"}"), "ok");
  world->now_ms += 60 * 60 * 1000;
  attack_world_expect(attack_world_query(world, "{\"what\":\"cases\"}"),
                      "role-not-active");
  attack_world_expect(
      attack_world_propose(world, "{\"act\":\"case.made\",\"case\":\"%s\"}",
                           world->case_id),
      "role-not-active");
  attack_world_free(world);
}

/* A slot is filled, or refused for, by the role that is called like it. */
static void
a_slot_is_its_own_role(void **state)
{
  AttackWorld *world = attack_world_at("made");

  (void)state;
  attack_world_expect(approve(world, "p-agent", "agent"), "role");
  attack_world_expect(
      attack_world_act(world, "p-lead", false,
                       "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                       "\"case\":\"%s\",\"contact\":\"seen\"}",
                       world->case_id),
      "role");
  /* An officer's role is a slot elsewhere, not in this case. */
  attack_world_expect(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"case.refuse\",\"actor\":\"p-so-one\","
                       "\"case\":\"%s\",\"reason\":\"doubt\"}",
                       world->case_id),
      "role");
  attack_world_expect(
      attack_world_act(world, "p-so-one", false,
                       "{\"act\":\"case.refuse\",\"actor\":\"p-so-one\","
                       "\"case\":\"%s\",\"slot\":\"security\",\"reason\":"
                       "\"doubt\"}",
                       world->case_id),
      "slot");
  attack_world_free(world);
}

/* Who leaves the signature out has not signed. */
static void
what_is_signed_is_not_done_without(void **state)
{
  static const char *const requests[] = {
      "{\"act\":\"role.activate\",\"actor\":\"p-lead\",\"role\":"
      "\"helpdesk-lead\"}",
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\",\"slot\":"
      "\"helpdesk-lead\",\"contact\":\"seen\"}",
      "{\"act\":\"case.withdraw\",\"actor\":\"p-agent\",\"case\":\"%s\"}",
      "{\"act\":\"case.nothing\",\"actor\":\"p-lead\"}",
  };
  AttackWorld *world = attack_world_at("made");
  int64_t size = recovery_station_size(world->station);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
    g_auto(GStrv) parts = g_strsplit(requests[i], "%s", -1);
    g_autofree char *request = g_strjoinv(world->case_id, parts);
    g_autoptr(FidotoolJson) answer = attack_world_submit(world, "%s", request);

    if (strstr(request, "withdraw") != NULL)
      assert_string_equal(attack_world_outcome(answer), "code");
    else
      attack_world_says(g_steal_pointer(&answer), "needs a signed statement");
  }
  assert_int_equal(recovery_station_size(world->station), size);
  attack_world_free(world);
}

/* A proposal names the actor's credentials, nobody else's. */
static void
a_proposal_names_the_actors_keys(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id);
  const FidotoolJson *signers = fidotool_json_get(proposal, "signers");
  AttackPerson *lead = attack_world_person(world, "p-lead");

  (void)state;
  assert_int_equal(fidotool_json_size(signers), 2); /* a key and a second */
  for (size_t i = 0; i < 2; i++) {
    const char *id =
        fidotool_json_get_text(fidotool_json_at(signers, i), "cred");
    bool known = false;

    for (size_t k = 0; k < 2; k++) {
      g_autofree char *text =
          fidotool_bytes_base64(lead[k].key->id, sizeof(lead[k].key->id));

      known = known || strcmp(text, id) == 0;
    }
    assert_true(known);
  }
  attack_world_free(world);
}

/* A key in the roster that never signed roster.enrol: not to be had from
 * outside, so it is made so by hand. */
static void
forget_enrolment(AttackWorld *world, AttackKey *key)
{
  GPtrArray *rows = world->station->model->roster->keys;
  uint8_t cred[32];

  attack_key_cred(key, cred);
  for (unsigned i = 0; i < rows->len; i++) {
    const RecoveryRosterKey *row = g_ptr_array_index(rows, i);
    g_autofree char *hex = fidotool_bytes_hex(row->registration, 32);

    if (memcmp(row->cred, cred, 32) == 0)
      assert_true(g_hash_table_remove(world->station->model->enrolled, hex));
  }
}

static void
each_key_proves_itself(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackPerson *lead = attack_world_person(world, "p-lead");
  g_autoptr(FidotoolJson) one = NULL;

  (void)state;
  forget_enrolment(world, lead[1].key);
  one = attack_world_propose(world,
                             "{\"act\":\"case.approve\",\"actor\":\"p-lead\","
                             "\"case\":\"%s\",\"slot\":\"helpdesk-lead\","
                             "\"contact\":\"seen\"}",
                             world->case_id);
  assert_string_equal(attack_world_outcome(one), "ok");
  attack_world_expect(attack_world_sign(world, one, lead[1].key, NULL),
                      "key-not-enrolled");
  attack_world_expect(attack_world_sign(world, one, lead[0].key, NULL), "ok");
  forget_enrolment(world, lead[0].key);
  attack_world_expect(
      attack_world_propose(world,
                           "{\"act\":\"role.activate\",\"actor\":\"p-lead\","
                           "\"role\":\"helpdesk-lead\"}"),
      "key-not-enrolled");
  attack_world_free(world);
}

static void
nobody_enrols_the_key_of_another(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_world_person(world, "p-other")->key;
  g_autoptr(FidotoolJson) acts = NULL;
  const FidotoolJson *persons, *mine, *other;
  uint8_t cred[32];
  g_autofree char *hex = NULL;

  (void)state;
  forget_enrolment(world, key);
  attack_key_cred(key, cred);
  hex = fidotool_bytes_hex(cred, 32);
  attack_world_expect(attack_world_propose(world,
                                           "{\"act\":\"roster.enrol\","
                                           "\"actor\":\"p-lead\","
                                           "\"cred\":\"%s\"}",
                                           hex),
                      "nothing-to-enrol");
  /* So it is said beforehand: to the one and to the other. */
  attack_world_activate(world, "p-agent", "agent");
  acts = attack_world_query(world, "{\"what\":\"acts\"}");
  persons = fidotool_json_get(
      attack_world_row(fidotool_json_get(acts, "acts"), "act", "roster.enrol"),
      "persons");
  mine = attack_world_row(persons, "person", "p-other");
  other = attack_world_row(persons, "person", "p-lead");
  assert_int_equal(fidotool_json_get_int(mine, "open", -1), 1);
  assert_int_equal(fidotool_json_get_int(other, "open", -1), 0);
  assert_string_equal(fidotool_json_get_text(other, "rule"),
                      "nothing-to-enrol");
  attack_world_words(other);
  attack_world_ok(attack_world_propose(
      world, "{\"act\":\"roster.enrol\",\"actor\":\"p-other\"}"));
  attack_world_free(world);
}

/* One connection cannot keep the others from proposing, nor all together for
 * longer than a statement lives. */
static void
nobody_keeps_the_others_from_proposing(void **state)
{
  AttackWorld *world = attack_world_at("made");
  RecoverySession *mine = world->session;
  AttackKey *lead = attack_world_person(world, "p-lead")->key;
  g_autoptr(GPtrArray) sessions =
      g_ptr_array_new_with_free_func((GDestroyNotify)recovery_session_free);
  g_autoptr(FidotoolJson) one = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id);
  const char *request = "{\"act\":\"role.activate\",\"actor\":\"p-lead\","
                        "\"role\":\"helpdesk-lead\"}";

  (void)state;
  for (int i = 0; i < 32; i++) {
    world->session = recovery_session_new(RECOVERY_PEER_STAFF);
    g_ptr_array_add(sessions, world->session);
    for (int k = 0; k < 33; k++)
      fidotool_json_free(attack_world_propose(world, "%s", request));
  }
  world->session = recovery_session_new(RECOVERY_PEER_STAFF);
  g_ptr_array_add(sessions, world->session);
  attack_world_expect(attack_world_propose(world, "%s", request), "busy");
  world->session = mine;
  attack_world_expect(attack_world_sign(world, one, lead, NULL), "ok");
  world->now_ms += 15 * 60 * 1000 + 60000;
  attack_world_expect(attack_world_propose(world, "%s", request), "ok");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whoever_worked_on_a_case_does_not_decide_it),
      cmocka_unit_test(another_active_role_opens_nothing),
      cmocka_unit_test(a_role_ends_after_an_hour),
      cmocka_unit_test(a_slot_is_its_own_role),
      cmocka_unit_test(what_is_signed_is_not_done_without),
      cmocka_unit_test(a_proposal_names_the_actors_keys),
      cmocka_unit_test(each_key_proves_itself),
      cmocka_unit_test(nobody_enrols_the_key_of_another),
      cmocka_unit_test(nobody_keeps_the_others_from_proposing),
  };

  return cmocka_run_group_tests_name("staff", tests, NULL, NULL);
}
