/* SPDX-License-Identifier: Apache-2.0 */
/* test-newcomer.c - a key that signs here, after the founding: made where an
 * officer is, judged, and proved by itself, for one person and no other. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/jcs.h"
#include "recovery/trial.h"

#define HOUR ATTACK_HOUR_MS

static FidotoolJson *
parse(const char *line)
{
  return fidotool_json_parse(line, strlen(line), NULL);
}

static FidotoolJson *
change(AttackWorld *world, const char *officer, bool away, const char *line)
{
  return attack_world_change(world, "roster.change", officer, away, "roster",
                             line);
}

static void
a_new_key_is_made_where_an_officer_is(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  RecoverySession *mine = world->session;
  AttackKey *key = attack_key_new();
  g_autoptr(FidotoolJson) made = NULL, proposal = NULL;
  g_autofree char *hex = NULL;

  (void)state;
  attack_world_expect(attack_world_new_key(world, "p-new", key, true),
                      "role-not-active");
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(attack_world_new_key(world, "p-new", key, true),
                      "role-not-active");
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(attack_world_new_key(world, "P New", key, true),
                      "actor-unknown");
  made = attack_world_new_key(world, "p-new", key, true);
  hex = attack_world_registration(made);
  proposal = attack_world_propose(
      world, "{\"act\":\"roster.enrol\",\"actor\":\"p-new\",\"object\":\"%s\"}",
      hex);
  assert_string_equal(attack_world_outcome(proposal), "ok");
  /* Elsewhere, and later. */
  world->session = recovery_session_new(RECOVERY_PEER_KIOSK);
  attack_world_expect(attack_world_prove(world, "p-new", hex, key),
                      "role-not-active");
  attack_world_expect(attack_world_sign(world, proposal, key, NULL),
                      "role-not-active");
  attack_world_expect(
      attack_world_query(world,
                         "{\"what\":\"roster-with\",\"person\":\"p-new\"}"),
      "role-not-active");
  attack_world_activate(world, "p-agent", "agent");
  attack_world_expect(
      attack_world_query(world,
                         "{\"what\":\"roster-with\",\"person\":\"p-new\"}"),
      "role-not-active");
  recovery_session_free(world->session);
  world->session = mine;
  world->now_ms += 61 * 60 * 1000;
  attack_world_expect(attack_world_prove(world, "p-new", hex, key),
                      "role-not-active");
  attack_key_free(key);
  attack_world_free(world);
}

/* Before every key of the first roster has proved itself there is nothing else
 * to be proved. */
static void
the_first_roster_comes_first(void **state)
{
  AttackWorld *world = attack_world_new(true);
  AttackKey *key = attack_key_new();

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    attack_world_ok(
        attack_world_founding_key(world, one->person, one->key, true));
  for (int i = 0; i < 2; i++)
    attack_world_ok(
        attack_world_act(world, i == 0 ? "p-so-one" : "p-so-two", i == 1,
                         "{\"act\":\"station.init\",\"actor\":\"%s\"}",
                         i == 0 ? "p-so-one" : "p-so-two"));
  attack_world_expect(attack_world_new_key(world, "p-new", key, true),
                      "enrol-first");
  attack_key_free(key);
  attack_world_free(world);
}

static void
a_new_key_is_judged(void **state)
{
  static const uint8_t other[16] = {9, 9, 9};
  static const struct {
    uint8_t flags;
    const char *rule;
  } rows[] = {{0x01, "registration/R12"},
              {0x04, "registration/R11"},
              {0x0d, "floor.roster-key"},
              {0x1d, "floor.roster-key"}};
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();
  AttackBatch *fake = attack_key_batch_new(key->aaguid, false);
  AttackBatch *model = attack_key_batch_new(other, true);

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(attack_world_new_key(world, "p-new", key, false),
                      "floor.roster-key");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    world->flags = rows[i].flags;
    attack_world_expect(attack_world_new_key(world, "p-new", key, true),
                        rows[i].rule);
  }
  world->flags = 0x05;
  key->batch = fake;
  attack_world_expect(attack_world_new_key(world, "p-new", key, true),
                      "floor.roster-key");
  key->batch = model;
  memcpy(key->aaguid, other, 16);
  attack_world_expect(attack_world_new_key(world, "p-new", key, true),
                      "class.roster");
  world->judge_fails = true;
  attack_world_expect(attack_world_new_key(world, "p-new", key, true), "error");
  attack_key_free(key);
  attack_key_batch_free(fake);
  attack_key_batch_free(model);
  attack_world_free(world);
}

/* Options are of one person and one connection, and live a quarter of an hour.
 */
static void
options_are_of_one_person(void **state)
{
  static const char *const bad[] = {
      "{\"act\":\"roster.key\",\"person\":\"p-new\"}",
      "{\"act\":\"roster.key\",\"person\":\"p-new\",\"cdh\":\"00\"}",
  };
  AttackWorld *world = attack_world_at(NULL);
  RecoverySession *mine = world->session;
  AttackKey *key = attack_key_new();
  g_autoptr(FidotoolJson) offer = NULL;
  const char *hex;
  g_autoptr(GBytes) att = NULL;
  g_autofree char *text = NULL;
  uint8_t cdh[32];

#define HAND_IN(person)                                                        \
  attack_world_submit(world,                                                   \
                      "{\"act\":\"roster.key\",\"person\":\"" person           \
                      "\",\"cdh\":\"%s\",\"attestation\":\"%s\"}",             \
                      hex, text)
  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
    attack_world_expect(attack_world_submit(world, "%s", bad[i]),
                        "statement-unknown");
  offer = attack_world_propose(world,
                               "{\"act\":\"roster.key\",\"person\":\"p-new\"}");
  hex = fidotool_json_get_text(fidotool_json_get(offer, "options"), "cdh");
  assert_true(fidotool_bytes_unhex(hex, cdh, 32));
  att = attack_key_attest(key, ATTACK_WORLD_APPROVAL, cdh, 0x45, true);
  text =
      fidotool_bytes_base64(g_bytes_get_data(att, NULL), g_bytes_get_size(att));
  attack_world_expect(HAND_IN("p-other"), "statement-unknown");
  world->session = recovery_session_new(RECOVERY_PEER_ADMIN);
  attack_world_expect(HAND_IN("p-new"), "role-not-active");
  attack_world_activate(world, "p-so-two", "security");
  attack_world_expect(HAND_IN("p-new"), "statement-unknown");
  recovery_session_free(world->session);
  world->session = mine;
  world->now_ms += 15 * 60 * 1000 + 60000;
  attack_world_expect(HAND_IN("p-new"), "statement-unknown");
#undef HAND_IN
  attack_key_free(key);
  attack_world_free(world);
}

/* The nonce of a statement is no client data hash of ours. */
static void
a_statement_is_no_offer(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"role.activate\",\"actor\":\"p-lead\",\"person\":"
             "\"p-new\",\"role\":\"helpdesk-lead\"}");
  const char *line = fidotool_json_get_text(proposal, "statement");
  g_autoptr(FidotoolJson) fields = parse(line);

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"roster.key\",\"person\":\"p-new\","
                          "\"cdh\":\"%s\",\"attestation\":\"AAAA\"}",
                          fidotool_json_get_text(fields, "nonce")),
      "statement-unknown");
  attack_world_free(world);
}

static void
a_new_key_signs_for_itself_alone(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new(), *stranger = attack_key_new();
  g_autoptr(FidotoolJson) made = NULL, proposal = NULL;
  const FidotoolJson *signers;
  g_autofree char *hex = NULL, *id = NULL;

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  made = attack_world_new_key(world, "p-lead", key, true);
  hex = attack_world_registration(made);
  proposal = attack_world_propose(
      world,
      "{\"act\":\"roster.enrol\",\"actor\":\"p-lead\",\"object\":\"%s\"}", hex);
  /* The lead's own key in the roster does not prove the new one. */
  signers = fidotool_json_get(proposal, "signers");
  id = fidotool_bytes_base64(key->id, sizeof(key->id));
  assert_int_equal(fidotool_json_size(signers), 1);
  assert_string_equal(
      fidotool_json_get_text(fidotool_json_at(signers, 0), "cred"), id);
  attack_world_expect(
      attack_world_sign(world, proposal,
                        attack_world_person(world, "p-lead")->key, NULL),
      "signature");
  attack_world_expect(attack_world_sign(world, proposal, stranger, NULL),
                      "signature");
  world->flags = 0x01;
  attack_world_expect(attack_world_sign(world, proposal, key, NULL),
                      "user-verification");
  world->flags = 0x05;
  attack_world_ok(attack_world_sign(world, proposal, key, NULL));
  attack_world_expect(attack_world_prove(world, "p-lead", hex, key),
                      "nothing-to-enrol");
  /* It stands in no roster: for anything else it is no key of the lead. */
  attack_world_expect(
      attack_world_act(
          world, "p-lead", false,
          "{\"act\":\"role.activate\",\"actor\":\"p-lead\",\"role\":"
          "\"helpdesk-lead\"}"),
      "ok");
  g_clear_pointer(&proposal, fidotool_json_free);
  proposal = attack_world_propose(
      world, "{\"act\":\"role.activate\",\"actor\":\"p-lead\",\"role\":"
             "\"helpdesk-lead\"}");
  attack_world_expect(attack_world_sign(world, proposal, key, NULL),
                      "signature");
  attack_key_free(key);
  attack_key_free(stranger);
  attack_world_free(world);
}

/* What is enrolled is a key of staff, by its own registration: none that is
 * not here, none of a user, none of another person. */
static void
only_a_registration_of_a_new_key_is_proved(void **state)
{
  AttackWorld *world = attack_world_at("made");
  const RecoveryCase *of =
      recovery_model_case(world->station->model, world->case_id);
  const RecoveryCaseMade *credential = g_ptr_array_index(of->made, 0);
  AttackKey *key = attack_world_person(world, "p-lead")->key;
  g_autofree char *users = fidotool_bytes_hex(credential->registration, 32);
  g_autofree char *policy =
      fidotool_bytes_hex(world->station->model->policy_digest, 32);
  g_autoptr(FidotoolJson) made = NULL;

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(attack_world_prove(world, "p-new",
                                         "00000000000000000000000000000000"
                                         "00000000000000000000000000000000",
                                         key),
                      "actor-unknown");
  attack_world_expect(attack_world_prove(world, "p-new", policy, key),
                      "actor-unknown");
  attack_world_expect(attack_world_prove(world, "p-new", "00", key),
                      "actor-unknown");
  attack_world_expect(attack_world_prove(world, "p-new", users, world->fresh),
                      "registration/R10");
  /* A key of somebody who has it already. */
  attack_world_expect(attack_world_new_key(world, "p-new", key, true),
                      "one-person");
  made = attack_world_new_key(world, "p-lead", key, true);
  {
    g_autofree char *hex = attack_world_registration(made);

    attack_world_expect(attack_world_prove(world, "p-new", hex, key),
                        "one-person");
    attack_world_expect(attack_world_prove(world, "P New", hex, key),
                        "actor-unknown");
  }
  attack_world_free(world);
}

/* Of a key that is refused nothing is kept. */
static void
a_refused_key_leaves_no_registration(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_world_person(world, "p-lead")->key;
  g_autoptr(FidotoolJson) offer = NULL;
  g_autoptr(GBytes) att = NULL, registration = NULL, body = NULL;
  g_autofree char *text = NULL;
  const char *hex;
  uint8_t cdh[32], digest[32];

  (void)state;
  attack_world_activate(world, "p-so-one", "security");
  offer = attack_world_propose(world,
                               "{\"act\":\"roster.key\",\"person\":\"p-new\"}");
  hex = fidotool_json_get_text(fidotool_json_get(offer, "options"), "cdh");
  assert_true(fidotool_bytes_unhex(hex, cdh, 32));
  att = attack_key_attest(key, ATTACK_WORLD_APPROVAL, cdh, 0x45, true);
  text =
      fidotool_bytes_base64(g_bytes_get_data(att, NULL), g_bytes_get_size(att));
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"roster.key\",\"person\":\"p-new\","
                          "\"cdh\":\"%s\",\"attestation\":\"%s\"}",
                          hex, text),
      "one-person");
  registration = recovery_judging_registration(att, cdh, NULL);
  fidotool_bytes_sha256(g_bytes_get_data(registration, NULL),
                        g_bytes_get_size(registration), digest);
  assert_true(
      recovery_store_object(world->station->store, digest, &body, NULL, NULL));
  assert_null(body);
  attack_world_free(world);
}

/* One key in two names: whoever has the row first has it, also when the other
 * was about to prove it. */
static void
a_key_goes_to_one_of_two(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new();
  g_autofree char *line = NULL, *hex = NULL;
  g_autoptr(FidotoolJson) made = NULL, proposal = NULL;

  (void)state;
  attack_world_enrol_new(world, "p-one", key);
  line = attack_world_roster_with(world, "p-one", "E-200", "new", "other-team");
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_pass(world, 24 * HOUR - 5 * 60 * 1000);
  attack_world_activate(world, "p-so-one", "security");
  made = attack_world_new_key(world, "p-two", key, true);
  hex = attack_world_registration(made);
  proposal = attack_world_propose(
      world, "{\"act\":\"roster.enrol\",\"actor\":\"p-two\",\"object\":\"%s\"}",
      hex);
  assert_string_equal(attack_world_outcome(proposal), "ok");
  attack_world_pass(world, 10 * 60 * 1000);
  attack_world_expect(attack_world_sign(world, proposal, key, NULL),
                      "one-person");
  assert_int_equal(attack_world_entries(world, "\"actor\":\"p-two\""), 0);
  attack_key_free(key);
  attack_world_free(world);
}

/* The policy at the time of the proof, and at that of the change. */
static void
a_new_key_meets_the_policy_each_time(void **state)
{
  static const char *const words[] = {"      - {aaguid: 6b657974-7572",
                                      "      - {aaguid: 6b657974-7573", NULL};
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *key = attack_key_new(), *late = attack_key_new();
  g_autoptr(FidotoolJson) made = NULL;
  g_autofree char *line = NULL, *hex = NULL;

  (void)state;
  attack_world_enrol_new(world, "p-new", key);
  line = attack_world_roster_with(world, "p-new", "E-200", "new", "other-team");
  made = attack_world_new_key(world, "p-late", late, true);
  hex = attack_world_registration(made);
  attack_world_policy(world, 2, words);
  attack_world_pass(world, 25 * HOUR);
  attack_world_says(change(world, "p-so-one", false, line),
                    "is not of the class for staff");
  attack_world_activate(world, "p-so-one", "security");
  attack_world_expect(attack_world_prove(world, "p-late", hex, late),
                      "class.roster");
  attack_world_expect(
      attack_world_query(world,
                         "{\"what\":\"roster-with\",\"person\":\"p-new\","
                         "\"employee\":\"E-200\",\"team\":\"new\",\"roles\":["
                         "\"other-team\"]}"),
      "class.roster");
  attack_key_free(key);
  attack_key_free(late);
  attack_world_free(world);
}

/* A new key proves itself, and says this of itself; what it is kept as, or NULL
 * where it is not. */
static char *
kept_as(AttackWorld *world, const char *person, const char *said, size_t len)
{
  AttackKey *key = attack_key_new();
  g_autofree char *hex = NULL, *kind = NULL;
  g_autofree char *info = fidotool_bytes_base64(said, len);
  g_autoptr(FidotoolJson) made = NULL, proposal = NULL;
  g_autoptr(GBytes) body = NULL;
  FidotoolJson *handed_in;
  uint8_t digest[32];

  attack_world_activate(world, "p-so-one", "security");
  made = attack_world_new_key(world, person, key, true);
  hex = attack_world_registration(made);
  proposal = attack_world_propose(
      world, "{\"act\":\"roster.enrol\",\"actor\":\"%s\",\"object\":\"%s\"}",
      person, hex);
  handed_in =
      attack_world_signed(world, fidotool_json_get_text(proposal, "statement"),
                          "keyturn-practice-roster.enrol@v1", key, NULL);
  fidotool_json_set_text(handed_in, "info", len == 0 ? "not base64!" : info);
  attack_world_ok(attack_world_send(world, handed_in));
  attack_key_free(key);
  fidotool_bytes_sha256(said, len, digest);
  assert_true(
      recovery_store_object(world->station->store, digest, &body, &kind, NULL));
  return g_steal_pointer(&kind);
}

/* Beside the proof that it is the one, as with the key of a case. */
static void
what_a_key_of_staff_says_of_itself_is_kept(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *large = g_strnfill(16385, 'x');
  g_autofree char *kept = kept_as(world, "p-one", "\241\1\200", 3);
  g_autofree char *most = kept_as(world, "p-two", large, 16384);
  g_autofree char *more = kept_as(world, "p-three", large, 16385);
  g_autofree char *none = kept_as(world, "p-four", "", 0);

  (void)state;
  assert_string_equal(kept, "getinfo");
  assert_string_equal(most, "getinfo");
  assert_null(more);
  assert_null(none);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_key_is_made_where_an_officer_is),
      cmocka_unit_test(the_first_roster_comes_first),
      cmocka_unit_test(a_new_key_is_judged),
      cmocka_unit_test(options_are_of_one_person),
      cmocka_unit_test(a_statement_is_no_offer),
      cmocka_unit_test(a_new_key_signs_for_itself_alone),
      cmocka_unit_test(only_a_registration_of_a_new_key_is_proved),
      cmocka_unit_test(a_refused_key_leaves_no_registration),
      cmocka_unit_test(a_key_goes_to_one_of_two),
      cmocka_unit_test(what_a_key_of_staff_says_of_itself_is_kept),
      cmocka_unit_test(a_new_key_meets_the_policy_each_time),
  };

  return cmocka_run_group_tests_name("newcomer", tests, NULL, NULL);
}
