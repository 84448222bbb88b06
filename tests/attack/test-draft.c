/* SPDX-License-Identifier: Apache-2.0 */
/* test-draft.c - what founds a station is looked at piece by piece: each draft
 * here is right but for one thing. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/statement.h"
#include "recovery/trial.h"

#define INIT(person) "{\"act\":\"station.init\",\"actor\":\"" person "\"}"

/* A member of the draft, or of its first person or machine, is another; NULL:
 * it is missing. */
static const struct {
  const char *list, *member, *value; /* value is JSON */
  const char *says;
} faults[] = {
    {NULL, "station", "\"two words\"", "station is no id"},
    {NULL, "station", NULL, "station is no id"},
    {NULL, "log", NULL, "log is missing"},
    {NULL, "rp_id", "\"\"", "rp_id is missing"},
    {NULL, "origin", "7", "origin is missing"},
    {NULL, "valid_after", NULL, "are no window"},
    {NULL, "valid_after", "\"yesterday\"", "are no window"},
    {NULL, "valid_before", NULL, "are no window"},
    {NULL, "valid_before", "\"tomorrow\"", "are no window"},
    {NULL, "valid_before", "\"2026-01-01T00:00:00.000Z\"", "are no window"},
    {NULL, "policy", "\"schema: other\"", "schema"},
    {NULL, "roots", NULL, "roots are missing"},
    {NULL, "roots", "[7]", "a root is no DER"},
    {NULL, "roots", "[\"no base64\"]", "a root is no DER"},
    {NULL, "roots", "[\"\"]", "a root is no DER"},
    {NULL, "machines", "[]", "no other machine"},
    {NULL, "founders", "[\"p-so-one\"]", "at least two different persons"},
    {NULL, "founders", "[\"p-so-one\",\"p-so-one\"]", "two different persons"},
    {NULL, "founders", "[\"p-so-one\",\"p-lead\"]", "two different persons"},
    {NULL, "founders", "[\"p-so-one\",\"p-none\"]", "two different persons"},
    {NULL, "founders", "[\"p-so-one\",7]", "two different persons"},
    {"machines", "id", NULL, "is a machine without a good key"},
    {"machines", "id", "\"Desk Two\"", "is a machine without a good key"},
    {"machines", "key", NULL, "is a machine without a good key"},
    {"machines", "key", "\"AAAA\"", "is a machine without a good key"},
    {"persons", "person", NULL, "lacks employee, team or roles"},
    {"persons", "person", "\"P Agent\"", "lacks employee, team or roles"},
    {"persons", "employee", NULL, "lacks employee, team or roles"},
    {"persons", "team", NULL, "lacks employee, team or roles"},
    {"persons", "team", "\"The Desk\"", "lacks employee, team or roles"},
    {"persons", "roles", NULL, "lacks employee, team or roles"},
    {"persons", "roles", "[]", "lacks employee, team or roles"},
};

static void
each_piece_of_a_draft_is_looked_at(void **state)
{
  AttackWorld *world = attack_world_new(true);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
    FidotoolJson *draft = attack_world_founding(world);
    FidotoolJson *place =
        faults[i].list == NULL
            ? draft
            : fidotool_json_at(fidotool_json_get(draft, faults[i].list), 0);
    const char *value = faults[i].value;

    if (value == NULL)
      fidotool_json_remove(place, faults[i].member);
    else
      fidotool_json_set(place, faults[i].member,
                        fidotool_json_parse(value, strlen(value), NULL));
    attack_world_says(attack_world_send(world, draft), faults[i].says);
    /* And none of them begins a founding. */
    attack_world_says(attack_world_propose(world, INIT("p-so-one")),
                      "the founding has not begun");
  }
  attack_world_free(world);
}

/* Bounded: what is handed in, and how much of it. */
static void
a_draft_has_its_size(void **state)
{
  AttackWorld *world = attack_world_new(true);
  FidotoolJson *draft = attack_world_founding(world), *list;
  g_autofree char *large = g_strnfill((1 << 20) + 1, 'x');
  g_autofree uint8_t *der = g_malloc0(8193);
  g_autofree char *root = fidotool_bytes_base64(der, 8193);

  (void)state;
  fidotool_json_set_text(draft, "log", large);
  attack_world_says(attack_world_send(world, draft), "log is missing");
  draft = attack_world_founding(world);
  list = fidotool_json_set(draft, "roots", fidotool_json_new_array());
  fidotool_json_append_text(list, root);
  attack_world_says(attack_world_send(world, draft), "a root is no DER");
  draft = attack_world_founding(world);
  list = fidotool_json_get(draft, "persons");
  while (fidotool_json_size(list) <= 1000)
    fidotool_json_append(list, fidotool_json_copy(fidotool_json_at(list, 0)));
  attack_world_says(attack_world_send(world, draft), "too many persons");
  attack_world_free(world);
}

/* A machine signs with a plain key, no person's. */
static void
a_machine_is_no_person(void **state)
{
  AttackWorld *world = attack_world_new(true);
  FidotoolJson *draft = attack_world_founding(world);
  RecoverySshsigKey key = {.type = RECOVERY_SSHSIG_SK_ED25519};
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  (void)state;
  g_strlcpy(key.application, ATTACK_WORLD_APPROVAL, sizeof(key.application));
  bytes = recovery_sshsig_write_key(&key);
  text = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                               g_bytes_get_size(bytes));
  fidotool_json_set_text(
      fidotool_json_at(fidotool_json_get(draft, "machines"), 0), "key", text);
  attack_world_says(attack_world_send(world, draft),
                    "is a machine without a good key");
  attack_world_free(world);
}

/* Outside practice the shipped root of the software keys is no anchor. */
static void
software_keys_found_no_real_station(void **state)
{
  AttackWorld *world = attack_world_new(false);

  (void)state;
  attack_world_says(attack_world_send(world, attack_world_founding(world)),
                    "the root of software keys is for practice alone");
  attack_world_free(world);
}

static void
nothing_comes_before_the_draft(void **state)
{
  AttackWorld *world = attack_world_new(true);

  (void)state;
  attack_world_says(attack_world_submit(world,
                                        "{\"act\":\"roster.key\",\"person\":"
                                        "\"p-lead\",\"cdh\":\"00\"}"),
                    "the founding has not begun");
  attack_world_says(
      attack_world_submit(world, "{\"act\":\"case.made\",\"case\":\"c-1\"}"),
      "the founding has not begun");
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  attack_world_says(
      attack_world_submit(world, "{\"act\":\"case.made\",\"case\":\"c-1\"}"),
      "this station was not initialised");
  attack_world_expect(attack_world_propose(world, "{\"act\":\"station.init\"}"),
                      "role");
  attack_world_says(attack_world_propose(world, INIT("p-so-one")),
                    "p-agent has not made a key yet");
  attack_world_free(world);
}

/* All keys of the draft but one, which was refused. */
static void
a_refused_key_is_no_key(void **state)
{
  AttackWorld *world = attack_world_new(true);
  AttackPerson *lead = attack_world_person(world, "p-lead");

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *one = world->people; one->person != NULL; one++)
    if (one != lead)
      attack_world_ok(
          attack_world_founding_key(world, one->person, one->key, true));
  attack_world_expect(
      attack_world_founding_key(world, "p-lead", lead->key, false),
      "floor.roster-key");
  attack_world_expect(
      attack_world_founding_key(world, "p-lead", lead[1].key, true),
      "one-person");
  attack_world_says(attack_world_propose(world, INIT("p-so-one")),
                    "p-lead has not made a key yet");
  attack_world_ok(attack_world_founding_key(world, "p-lead", lead->key, true));
  attack_world_expect(attack_world_propose(world, INIT("p-so-one")), "ok");
  attack_world_free(world);
}

static void
a_key_answers_options_of_its_person(void **state)
{
  static const char *const requests[] = {
      "{\"act\":\"roster.key\",\"person\":\"p-none\",\"cdh\":\"00\"}",
      "{\"act\":\"roster.key\",\"cdh\":\"00\"}",
      "{\"act\":\"roster.key\",\"person\":\"p-lead\"}",
      "{\"act\":\"roster.key\",\"person\":\"p-lead\",\"cdh\":\"00\"}",
  };
  AttackWorld *world = attack_world_new(true);

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (size_t i = 0; i < G_N_ELEMENTS(requests); i++)
    attack_world_expect(attack_world_submit(world, "%s", requests[i]),
                        "statement-unknown");
  attack_world_free(world);
}

/* An officer signs the statement that was handed out, not one like it. */
static void
a_founding_statement_is_the_one_handed_out(void **state)
{
  static const char *const members[] = {"iat", "exp"};
  AttackWorld *world = attack_world_new(true);
  AttackKey *one = attack_world_person(world, "p-so-one")->key;
  g_autoptr(FidotoolJson) proposal = NULL;
  const char *line;

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *each = world->people; each->person != NULL; each++)
    attack_world_ok(
        attack_world_founding_key(world, each->person, each->key, true));
  proposal = attack_world_propose(world, INIT("p-so-one"));
  line = fidotool_json_get_text(proposal, "statement");
  assert_int_equal(fidotool_json_size(fidotool_json_get(proposal, "signers")),
                   1);
  for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
    g_autoptr(FidotoolJson) fields =
        fidotool_json_parse(line, strlen(line), NULL);
    g_autofree char *changed = NULL;

    /* Both a minute later: as long as before. */
    for (size_t k = 0; k <= i; k++)
      recovery_trial_set_time(fields, members[k],
                              world->now_ms +
                                  (k == 0 ? 0 : RECOVERY_STATEMENT_LIFE_MS));
    changed = fidotool_json_write(fields, NULL);
    attack_world_expect(
        attack_world_send(
            world,
            attack_world_signed(world, changed,
                                "keyturn-practice-station.init@v1", one, NULL)),
        "statement-unknown");
  }
  attack_world_ok(attack_world_sign(world, proposal, one, NULL));
  /* The draft has begun anew, and nobody has a key in it yet. */
  g_clear_pointer(&proposal, fidotool_json_free);
  proposal = attack_world_propose(world, INIT("p-so-two"));
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  for (AttackPerson *each = world->people; each->person != NULL; each++)
    if (strcmp(each->person, "p-lead") != 0)
      attack_world_ok(
          attack_world_founding_key(world, each->person, each->key, true));
  attack_world_expect(
      attack_world_sign(world, proposal,
                        attack_world_person(world, "p-so-two")->key, NULL),
      "changed");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_piece_of_a_draft_is_looked_at),
      cmocka_unit_test(a_draft_has_its_size),
      cmocka_unit_test(a_machine_is_no_person),
      cmocka_unit_test(software_keys_found_no_real_station),
      cmocka_unit_test(nothing_comes_before_the_draft),
      cmocka_unit_test(a_refused_key_is_no_key),
      cmocka_unit_test(a_key_answers_options_of_its_person),
      cmocka_unit_test(a_founding_statement_is_the_one_handed_out),
  };

  return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
