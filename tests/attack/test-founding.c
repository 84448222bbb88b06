/* SPDX-License-Identifier: Apache-2.0 */
/* test-founding.c - a station is founded by two officers at least, over one
 * draft, with judged keys, and once. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/sshsig.h"

#define INIT(person) "{\"act\":\"station.init\",\"actor\":\"" person "\"}"

/* A draft is in, and every person has made a key. */
static AttackWorld *
drafted(void)
{
  AttackWorld *world = attack_world_new(true);

  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  return world;
}

static AttackKey *
key_of(AttackWorld *world, const char *person)
{
  return attack_world_person(world, person)->key;
}

static void
only_the_owner_founds(void **state)
{
  AttackWorld *world = attack_world_new(true);
  RecoverySession *mine = world->session;

  (void)state;
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "error");
  attack_world_expect(
      attack_world_founding_key(world, "p-lead", key_of(world, "p-lead"), true),
      "error");
  attack_world_expect(
      attack_world_propose(world, "{\"act\":\"role.activate\",\"actor\":"
                                  "\"p-lead\",\"role\":\"helpdesk-lead\"}"),
      "state");
  for (RecoveryPeer peer = RECOVERY_PEER_KIOSK; peer <= RECOVERY_PEER_STAFF;
       peer++) {
    world->session = recovery_session_new(peer);
    attack_world_expect(attack_world_send(world, attack_world_founding(world)),
                        "role");
    attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "role");
    recovery_session_free(world->session);
  }
  world->session = mine;
  attack_world_free(world);
}

/* ---- enough people ---- */

/* The draft with rows of its people changed: who has the first role is given
 * the second in its place, or another team. */
static void
give(FidotoolJson *draft, const char *role, const char *other, const char *team)
{
  const FidotoolJson *persons = fidotool_json_get(draft, "persons");

  for (size_t i = 0; i < fidotool_json_size(persons); i++) {
    FidotoolJson *row = fidotool_json_at(persons, i);
    FidotoolJson *roles = fidotool_json_get(row, "roles");

    for (size_t j = 0; j < fidotool_json_size(roles); j++) {
      if (strcmp(fidotool_json_text(fidotool_json_at(roles, j)), role) != 0)
        continue;
      if (team != NULL)
        fidotool_json_set_text(row, "team", team);
      if (other == NULL)
        continue;
      roles = fidotool_json_set(row, "roles", fidotool_json_new_array());
      fidotool_json_append_text(roles, other);
    }
  }
}

/* As a change of roster or policy is refused later, and before anybody makes a
 * key; the draft of before is still there. */
static void
a_station_begins_with_enough_people(void **state)
{
  AttackWorld *world = attack_world_new(true);
  FidotoolJson *draft = attack_world_founding(world);

  (void)state;
  give(draft, "helpdesk-lead", "auditor", NULL);
  attack_world_expect(attack_world_send(world, draft), "L06");
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "error");
  /* One team has both slots, and nobody else has one of them. */
  draft = attack_world_founding(world);
  give(draft, "helpdesk-lead", NULL, "lead");
  give(draft, "other-team", NULL, "lead");
  attack_world_expect(attack_world_send(world, draft), "L05");
  /* Theirs is a time that has run out. */
  draft = attack_world_founding(world);
  fidotool_json_set_text(draft, "valid_before", "2026-01-02T00:00:00.000Z");
  attack_world_expect(attack_world_send(world, draft), "L06");
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  attack_world_free(world);
}

/* Outside practice a slot takes two: here one of them also releases keys, and
 * then does that alone. */
static void
a_real_station_begins_with_two_for_each_slot(void **state)
{
  static const struct {
    bool released, twinned;
    const char *outcome;
  } rows[] = {
      {false, false, "ok"},
      {true, false, "ok"}, /* p-lead, p-twin; two keys are one person */
      {true, true, "L06"}, /* p-lead */
  };
  AttackWorld *world = attack_world_new(false);

  (void)state;
  world->policy = "policy-real.yaml";
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolJson *draft = attack_world_founding(world);
    FidotoolJson *roots =
        fidotool_json_set(draft, "roots", fidotool_json_new_array());
    FidotoolJson *twin = attack_world_row(fidotool_json_get(draft, "persons"),
                                          "person", "p-twin");
    FidotoolJson *roles;

    fidotool_json_append_text(roots, "MAA=");
    if (rows[i].released)
      give(draft, "releaser", "releaser", NULL);
    if (rows[i].twinned) {
      roles = fidotool_json_set(twin, "roles", fidotool_json_new_array());
      fidotool_json_append_text(roles, "other-team");
    }
    attack_world_expect(attack_world_send(world, draft), rows[i].outcome);
  }
  attack_world_free(world);
}

/* One employee is one person, whatever they are called. */
static void
one_employee_is_one_officer(void **state)
{
  AttackWorld *world = attack_world_new(true);
  FidotoolJson *draft = attack_world_founding(world);
  const FidotoolJson *persons = fidotool_json_get(draft, "persons");

  (void)state;
  for (size_t i = 0; i < fidotool_json_size(persons); i++) {
    FidotoolJson *row = fidotool_json_at(persons, i);

    if (g_str_has_prefix(fidotool_json_get_text(row, "person"), "p-so-"))
      fidotool_json_set_text(row, "employee", "E-77");
  }
  attack_world_ok(attack_world_send(world, draft));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "error");
  attack_world_free(world);
}

/* The other machine is another one. */
static void
one_key_is_one_machine(void **state)
{
  AttackWorld *world = attack_world_new(true);

  (void)state;
  EVP_PKEY_free(world->away.key);
  (void)EVP_PKEY_up_ref(world->config.machine_key);
  world->away.key = world->config.machine_key;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "error");
  attack_world_free(world);
}

static void
keys_of_staff_are_judged(void **state)
{
  static const uint8_t other[16] = {9, 9, 9};
  AttackWorld *world = attack_world_new(true);
  AttackKey *key = key_of(world, "p-lead");
  AttackBatch *fake = attack_key_batch_new(key->aaguid, false);
  AttackBatch *model = attack_key_batch_new(other, true);

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  attack_world_expect(attack_world_founding_key(world, "p-lead", key, false),
                      "floor.roster-key");
  world->flags = 0x01;
  attack_world_expect(attack_world_founding_key(world, "p-lead", key, true),
                      "registration/R12");
  world->flags = 0x0d;
  attack_world_expect(attack_world_founding_key(world, "p-lead", key, true),
                      "floor.roster-key");
  world->flags = 0x05;
  key->batch = fake;
  attack_world_expect(attack_world_founding_key(world, "p-lead", key, true),
                      "floor.roster-key");
  key->batch = model;
  memcpy(key->aaguid, other, 16);
  attack_world_expect(attack_world_founding_key(world, "p-lead", key, true),
                      "class.roster");
  attack_world_expect(attack_world_founding_key(world, "p-nobody", key, true),
                      "actor-unknown");
  world->judge_fails = true;
  attack_world_expect(attack_world_founding_key(world, "p-lead", key, true),
                      "error");
  world->judge_fails = false;
  /* None of these is a key of the draft. */
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "error");
  attack_key_batch_free(fake);
  attack_key_batch_free(model);
  attack_world_free(world);
}

static void
one_key_is_one_persons(void **state)
{
  AttackWorld *world = attack_world_new(true);
  AttackKey *key = key_of(world, "p-so-one");

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  attack_world_ok(attack_world_founding_key(world, "p-so-one", key, true));
  attack_world_expect(attack_world_founding_key(world, "p-so-two", key, true),
                      "one-person");
  attack_world_free(world);
}

/* The same key pair under two credential ids. */
static void
one_key_pair_is_one_persons(void **state)
{
  AttackWorld *world = attack_world_new(true);
  AttackKey *one = key_of(world, "p-so-one"), *two = key_of(world, "p-so-two");

  (void)state;
  EVP_PKEY_free(two->key);
  (void)EVP_PKEY_up_ref(one->key);
  two->key = one->key;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *each = world->people; each->person != NULL; each++)
    attack_world_ok(
        attack_world_founding_key(world, each->person, each->key, true));
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "error");
  attack_world_free(world);
}

static void
a_registration_answers_our_options(void **state)
{
  AttackWorld *world = attack_world_new(true);
  AttackKey *key = key_of(world, "p-lead");
  g_autoptr(FidotoolJson) theirs = NULL;
  const char *hex;
  uint8_t cdh[32] = {1};
  g_autoptr(GBytes) att = NULL;
  g_autofree char *text = NULL;

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  theirs = attack_world_propose(
      world, "{\"act\":\"roster.key\",\"person\":\"p-other\"}");
  hex = fidotool_json_get_text(fidotool_json_get(theirs, "options"), "cdh");
  att = attack_key_attest(key, ATTACK_WORLD_APPROVAL, cdh, 0x45, true);
  text =
      fidotool_bytes_base64(g_bytes_get_data(att, NULL), g_bytes_get_size(att));
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"roster.key\",\"person\":\"p-lead\","
                          "\"cdh\":\"%s\",\"attestation\":\"%s\"}",
                          hex, text),
      "statement-unknown");
  /* Made for other options than it says. */
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"roster.key\",\"person\":\"p-other\","
                          "\"cdh\":\"%s\",\"attestation\":\"%s\"}",
                          hex, text),
      "packed/P3");
  attack_world_free(world);
}

static void
officers_sign_once_each_and_not_all_here(void **state)
{
  AttackWorld *world = drafted();

  (void)state;
  attack_world_expect(attack_world_propose(world, INIT("p-lead")), "role");
  attack_world_ok(attack_world_act(world, "p-so-one", false, INIT("p-so-one")));
  attack_world_expect(
      attack_world_act(world, "p-so-one", true, INIT("p-so-one")),
      "two-people");
  attack_world_expect(
      attack_world_act(world, "p-so-two", false, INIT("p-so-two")),
      "change-off-kiosk");
  attack_world_ok(attack_world_act(world, "p-so-two", true, INIT("p-so-two")));
  /* Once. */
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "state");
  attack_world_expect(attack_world_send(world, attack_world_founding(world)),
                      "state");
  attack_world_expect(
      attack_world_founding_key(world, "p-lead", key_of(world, "p-lead"), true),
      "enrol-first");
  attack_world_restart(world, NULL);
  attack_world_expect(attack_world_send(world, attack_world_founding(world)),
                      "state");
  attack_world_free(world);
}

static void
founding_signatures_are_checked(void **state)
{
  AttackWorld *world = drafted();
  AttackMachine mine = {"mine", EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
  AttackKey *one = key_of(world, "p-so-one");
  g_autoptr(FidotoolJson) first = NULL, second = NULL, answer = NULL;
  g_autofree char *line = NULL;

  (void)state;
  first = attack_world_propose(world, INIT("p-so-one"));
  attack_world_expect(
      attack_world_sign(world, first, key_of(world, "p-so-two"), NULL),
      "signature");
  attack_world_expect(attack_world_sign(world, first, one, &mine), "machine");
  world->flags = 0x01;
  attack_world_expect(attack_world_sign(world, first, one, NULL),
                      "user-verification");
  world->flags = 0x05;
  line = g_strdup(fidotool_json_get_text(first, "statement"));
  line[strlen(line) / 2] ^= 1;
  answer = attack_world_send(
      world, attack_world_signed(
                 world, line, "keyturn-practice-station.init@v1", one, NULL));
  assert_string_not_equal(attack_world_outcome(answer), "ok");
  world->now_ms += 15 * 60 * 1000 + 1;
  attack_world_expect(attack_world_sign(world, first, one, NULL),
                      "statement-expired");
  second = attack_world_propose(world, INIT("p-so-one"));
  attack_world_ok(attack_world_sign(world, second, one, NULL));
  EVP_PKEY_free(mine.key);
  attack_world_free(world);
}

/* Officers sign one and the same draft: a key that is made after the first
 * signature is in none that was signed. */
static void
a_draft_that_changes_is_signed_anew(void **state)
{
  AttackWorld *world = drafted();
  AttackKey *mine = attack_key_new();
  g_autoptr(FidotoolJson) one = NULL, two = NULL;

  (void)state;
  two = attack_world_propose(world, INIT("p-so-two"));
  attack_world_ok(attack_world_founding_key(world, "p-lead", mine, true));
  attack_world_expect(
      attack_world_sign(world, two, key_of(world, "p-so-two"), &world->away),
      "changed");
  attack_world_ok(attack_world_act(world, "p-so-one", false, INIT("p-so-one")));
  attack_world_ok(attack_world_founding_key(world, "p-other",
                                            key_of(world, "p-other"), true));
  one = attack_world_act(world, "p-so-two", true, INIT("p-so-two"));
  assert_int_equal(
      fidotool_json_get_int(fidotool_json_get(one, "done"), "signatures", 0),
      1);
  attack_key_free(mine);
  attack_world_free(world);
}

static void
another_draft_is_signed_anew(void **state)
{
  AttackWorld *world = drafted();
  FidotoolJson *draft = attack_world_founding(world);
  g_autoptr(FidotoolJson) one = attack_world_propose(world, INIT("p-so-one"));

  (void)state;
  fidotool_json_set_text(draft, "rp_id", "other.example.org");
  attack_world_ok(attack_world_send(world, draft));
  for (AttackPerson *each = world->people; each->person != NULL; each++)
    attack_world_ok(
        attack_world_founding_key(world, each->person, each->key, true));
  attack_world_expect(
      attack_world_sign(world, one, key_of(world, "p-so-one"), NULL),
      "changed");
  attack_world_free(world);
}

static void
nothing_before_every_key_proved_itself(void **state)
{
  AttackWorld *world = drafted();
  AttackPerson *lead = attack_world_person(world, "p-lead");
  uint8_t cred[32];
  g_autofree char *hex = NULL;
  g_autoptr(FidotoolJson) one = NULL;

  (void)state;
  attack_world_ok(attack_world_act(world, "p-so-one", false, INIT("p-so-one")));
  attack_world_ok(attack_world_act(world, "p-so-two", true, INIT("p-so-two")));
  attack_world_expect(
      attack_world_propose(world, "{\"act\":\"role.activate\",\"actor\":"
                                  "\"p-lead\",\"role\":\"helpdesk-lead\"}"),
      "enrol-first");
  attack_key_cred(lead[1].key, cred);
  hex = fidotool_bytes_hex(cred, 32);
  one = attack_world_propose(world,
                             "{\"act\":\"roster.enrol\",\"actor\":"
                             "\"p-lead\",\"cred\":\"%s\"}",
                             hex);
  /* The lead's other key. */
  attack_world_expect(attack_world_sign(world, one, lead[0].key, NULL),
                      "other-key");
  attack_world_ok(attack_world_sign(world, one, lead[1].key, NULL));
  attack_world_expect(attack_world_propose(world,
                                           "{\"act\":\"roster.enrol\","
                                           "\"actor\":\"p-lead\",\"cred\":"
                                           "\"%s\"}",
                                           hex),
                      "nothing-to-enrol");
  attack_world_free(world);
}

/* Until the first case, and to the owner alone: a station that is somebody
 * else's by then hands out no other anchors. */
static void
the_auditors_folder_is_said_again_until_the_first_case(void **state)
{
  static const char *const members[] = {"genesis", "vkey", "officers", "roots"};
  AttackWorld *world = attack_world_new(true);
  RecoverySession *mine = world->session;
  const char *ask = "{\"what\":\"trust\"}";
  g_autoptr(FidotoolJson) again = NULL;

  (void)state;
  attack_world_expect(attack_world_query(world, "%s", ask), "state");
  attack_world_found(world);
  attack_world_restart(world, NULL);
  mine = world->session;
  again = attack_world_query(world, "%s", ask);
  assert_int_equal(fidotool_json_size(again), G_N_ELEMENTS(members));
  assert_string_equal(fidotool_json_get_text(again, "genesis"), world->genesis);
  assert_string_equal(fidotool_json_get_text(again, "vkey"), world->vkey);
  assert_string_equal(fidotool_json_get_text(again, "officers"),
                      world->officers);
  assert_string_equal(fidotool_json_get_text(again, "roots"), world->roots);
  for (RecoveryPeer peer = RECOVERY_PEER_KIOSK; peer <= RECOVERY_PEER_STAFF;
       peer++) {
    world->session = recovery_session_new(peer);
    attack_world_expect(attack_world_query(world, "%s", ask), "role");
    recovery_session_free(world->session);
  }
  world->session = mine;
  attack_world_reach(world, "open");
  attack_world_expect(attack_world_query(world, "%s", ask), "state");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_the_owner_founds),
      cmocka_unit_test(a_station_begins_with_enough_people),
      cmocka_unit_test(a_real_station_begins_with_two_for_each_slot),
      cmocka_unit_test(one_employee_is_one_officer),
      cmocka_unit_test(one_key_is_one_machine),
      cmocka_unit_test(keys_of_staff_are_judged),
      cmocka_unit_test(one_key_is_one_persons),
      cmocka_unit_test(one_key_pair_is_one_persons),
      cmocka_unit_test(a_registration_answers_our_options),
      cmocka_unit_test(officers_sign_once_each_and_not_all_here),
      cmocka_unit_test(founding_signatures_are_checked),
      cmocka_unit_test(a_draft_that_changes_is_signed_anew),
      cmocka_unit_test(another_draft_is_signed_anew),
      cmocka_unit_test(nothing_before_every_key_proved_itself),
      cmocka_unit_test(the_auditors_folder_is_said_again_until_the_first_case),
  };

  return cmocka_run_group_tests_name("founding", tests, NULL, NULL);
}
