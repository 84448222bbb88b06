/* SPDX-License-Identifier: Apache-2.0 */
/* test-reply.c - what comes back to the station: from the judge, from a new
 * key, from whoever holds a statement or a code. */
#include "tests/attack/world.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"

static FidotoolJson *
ask_options(AttackWorld *world)
{
  return attack_world_propose(world, "{\"act\":\"case.made\",\"case\":\"%s\"}",
                              world->case_id);
}

/* The judge is another process: its answer is read like anybody's. */
static void
the_judges_word_is_read(void **state)
{
  static const struct {
    const char *says, *rule; /* rule NULL: an error */
  } rows[] = {
      {"no object", NULL},
      {"{\"error\":\"no CBOR\"}", "judged"},
      {"{}", "judged"},
      {"{\"statement\":\"invalid\"}", "judged"},
      {"{\"statement\":\"invalid\",\"failed\":[\"registration/R9\"]}",
       "registration/R9"},
      {"{\"statement\":\"valid\",\"cred\":\"AAAA\",\"error\":\"late\"}",
       "judged"},
      {"{\"statement\":\"valid\"}", NULL},
      {"{\"statement\":\"valid\",\"cred\":\"?\"}", NULL},
      /* What it found is kept: there has to be something. */
      {"{\"statement\":\"valid\",\"cred\":\"AAAA\"}", NULL},
      {"{\"statement\":\"valid\",\"cred\":\"AAAA\",\"result\":\"{\"}", NULL},
      {"{\"statement\":\"valid\",\"cred\":\"AAAA\",\"result\":\"{"
       "\\\"metadata\\\":"
       "{\\\"then\\\":{\\\"bad\\\":[\\\"REVOKED\\\"]}}}\"}",
       "registration/R20"},
  };
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = ask_options(world);
  g_autofree uint8_t *id = g_malloc0(1024);
  g_autofree char *id_text = fidotool_bytes_base64(id, 1024);
  g_autofree char *long_id =
      g_strdup_printf("{\"statement\":\"valid\",\"cred\":\"%s\"}", id_text);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    world->judge_says = rows[i].says;
    attack_world_expect(attack_world_made(world, options, world->fresh, true),
                        rows[i].rule == NULL ? "error" : rows[i].rule);
  }
  world->judge_says = long_id;
  attack_world_says(attack_world_made(world, options, world->fresh, true),
                    "has no credential");
  world->judge_says = NULL;
  attack_world_ok(attack_world_made(world, options, world->fresh, true));
  attack_world_free(world);
}

/* Everything is right about the key, as a judge would say. */
#define GOOD                                                                   \
  "{\"statement\":\"valid\",\"trust\":\"anchored\",\"cred\":\"AAAA\","         \
  "\"uv\":1,\"be\":0,\"bs\":0,\"result\":\"{}\","                              \
  "\"aaguid\":\"6b657974-7572-4e20-8000-70726163746b\""

static FidotoolJson *
hand_in_key(AttackWorld *world)
{
  return attack_world_founding_key(
      world, "p-lead", attack_world_person(world, "p-lead")->key, true);
}

static void
a_key_of_staff_can_sign(void **state)
{
  AttackWorld *world = attack_world_new(true);

  (void)state;
  attack_world_ok(attack_world_send(world, attack_world_founding(world)));
  world->judge_says = GOOD "}";
  attack_world_says(hand_in_key(world), "algorithm cannot sign here");
  world->judge_says = GOOD ",\"ssh_key\":\"AAAA\"}";
  attack_world_says(hand_in_key(world), "algorithm cannot sign here");
  attack_world_free(world);
}

/* On a real station the software keys are refused by their root too. */
static void
a_software_key_is_no_key_on_a_real_station(void **state)
{
  static const uint8_t model[16] = {1};
  AttackWorld *world = attack_world_new(false);
  AttackBatch *batch = attack_key_batch_new(model, false);
  FidotoolJson *draft = attack_world_founding(world);
  FidotoolJson *roots = fidotool_json_get(draft, "roots");
  g_autoptr(GBytes) shipped =
      fidotool_bytes_unbase64(fidotool_json_text(fidotool_json_at(roots, 0)));
  g_autofree char *hex = fidotool_bytes_sha256_hex(
      g_bytes_get_data(shipped, NULL), g_bytes_get_size(shipped));
  g_autofree char *ours = fidotool_bytes_base64(
      g_bytes_get_data(batch->root, NULL), g_bytes_get_size(batch->root));
  g_autofree char *path = g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests",
                                           "data", "policy-real.yaml", NULL);
  g_autofree char *policy = NULL, *says = NULL;

  (void)state;
  assert_true(g_file_get_contents(path, &policy, NULL, NULL));
  fidotool_json_set_text(draft, "policy", policy);
  roots = fidotool_json_set(draft, "roots", fidotool_json_new_array());
  fidotool_json_append_text(roots, ours);
  attack_world_ok(attack_world_send(world, draft));
  says = g_strdup_printf(GOOD ",\"anchor\":\"%s\"}", hex);
  world->judge_says = says;
  attack_world_expect(hand_in_key(world), "software-key");
  attack_key_batch_free(batch);
  attack_world_free(world);
}

/* Refused before anybody judges it. */
static void
expect_incomplete(FidotoolJson *answer)
{
  g_autoptr(FidotoolJson) taken = answer;
  const FidotoolJson *refused =
      fidotool_json_at(fidotool_json_get(taken, "refused"), 0);

  assert_string_equal(fidotool_json_get_text(refused, "rule"),
                      "registration/R1");
  assert_non_null(
      strstr(fidotool_json_get_text(refused, "text"), "is incomplete"));
}

/* Without any one part of it the answer of a key is none. */
static void
an_answer_is_whole(void **state)
{
  static const char *const parts[][3] = {
      {"registration", "response", "attestationObject"},
      {"registration", "response", "clientDataJSON"},
      {"test", "response", "authenticatorData"},
      {"test", "response", "clientDataJSON"},
      {"test", "response", "signature"},
      {"test", "id", NULL},
      {"nonce", NULL, NULL},
  };
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = ask_options(world);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    FidotoolJson *request = attack_world_made_request(
        world, options, world->fresh, world->fresh, true);
    FidotoolJson *place = request;
    int last = 0;

    for (; last < 2 && parts[i][last + 1] != NULL; last++)
      place = fidotool_json_get(place, parts[i][last]);
    fidotool_json_remove(place, parts[i][last]);
    expect_incomplete(attack_world_send(world, request));
  }
  {
    FidotoolJson *request = attack_world_made_request(
        world, options, world->fresh, world->fresh, true);

    fidotool_json_set_text(request, "nonce", "no digits");
    expect_incomplete(attack_world_send(world, request));
  }
  attack_world_free(world);
}

/* The key in hand is asked whether it is one of the subject's, not whether it
 * is somebody else's. */
static void
options_exclude_the_subjects_keys_alone(void **state)
{
  AttackWorld *world = attack_world_at("awaiting_approval");
  g_autoptr(FidotoolJson) options = ask_options(world);
  const FidotoolJson *exclude =
      fidotool_json_get(fidotool_json_get(options, "options"), "exclude");
  g_autofree char *id =
      fidotool_bytes_base64url(world->lost->id, sizeof(world->lost->id));

  (void)state;
  assert_int_equal(fidotool_json_size(exclude), 1);
  assert_string_equal(fidotool_json_text(fidotool_json_at(exclude, 0)), id);
  attack_world_free(world);
}

/* The head of the record and the times move on, so a statement is not compared
 * by them: it is the one that was handed out, or none. */
static void
a_signer_changes_nothing_of_a_statement(void **state)
{
  static const struct {
    const char *member, *value; /* value NULL: another number */
  } rows[] = {
      {"exp", "2026-11-18T00:00:00.000Z"},
      {"iat", "2026-11-18T00:00:00.000Z"},
      {"head_size", NULL},
      {"head_root", "00000000000000000000000000000000"
                    "00000000000000000000000000000000"},
      {"slot", "other-team"},
  };
  AttackWorld *world = attack_world_at("made");
  AttackKey *lead = attack_world_person(world, "p-lead")->key;
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id);
  const char *line = fidotool_json_get_text(proposal, "statement");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) fields =
        fidotool_json_parse(line, strlen(line), NULL);
    g_autofree char *changed = NULL;
    g_autoptr(FidotoolJson) answer = NULL;

    if (rows[i].value == NULL)
      fidotool_json_set_int(fields, rows[i].member, 3);
    else
      fidotool_json_set_text(fields, rows[i].member, rows[i].value);
    changed = fidotool_json_write(fields, NULL);
    answer = attack_world_send(
        world,
        attack_world_signed(world, changed, "keyturn-practice-case.approve@v1",
                            lead, NULL));
    /* A life of more than 15 minutes is no statement at all. */
    if (i >= 2)
      assert_string_equal(attack_world_outcome(answer), "statement-unknown");
    else
      assert_string_not_equal(attack_world_outcome(answer), "ok");
  }
  attack_world_ok(attack_world_sign(world, proposal, lead, NULL));
  attack_world_free(world);
}

/* Issue and expiry moved together: as long a life, but another one. */
static void
a_statement_is_not_made_younger(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackKey *lead = attack_world_person(world, "p-lead")->key;
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id);
  g_autoptr(FidotoolJson) later = NULL, fields = NULL;
  const char *line = fidotool_json_get_text(proposal, "statement");
  g_autofree char *changed = NULL;

  (void)state;
  world->now_ms += 60000;
  later = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id);
  fields = fidotool_json_parse(line, strlen(line), NULL);
  line = fidotool_json_get_text(later, "statement");
  {
    g_autoptr(FidotoolJson) other =
        fidotool_json_parse(line, strlen(line), NULL);

    fidotool_json_set_text(fields, "iat", fidotool_json_get_text(other, "iat"));
    fidotool_json_set_text(fields, "exp", fidotool_json_get_text(other, "exp"));
  }
  changed = fidotool_json_write(fields, NULL);
  attack_world_expect(
      attack_world_send(world,
                        attack_world_signed(world, changed,
                                            "keyturn-practice-case.approve@v1",
                                            lead, NULL)),
      "statement-unknown");
  attack_world_free(world);
}

static void
a_signature_is_there_and_can_be_read(void **state)
{
  AttackWorld *world = attack_world_at("made");
  AttackKey *lead = attack_world_person(world, "p-lead")->key;
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world,
      "{\"act\":\"case.approve\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"slot\":\"helpdesk-lead\",\"contact\":\"seen\"}",
      world->case_id);
  const char *line = fidotool_json_get_text(proposal, "statement");
  FidotoolJson *result = attack_world_signed(
      world, line, "keyturn-practice-case.approve@v1", lead, NULL);

  (void)state;
  fidotool_json_set_text(result, "machine_sig", "no base64!");
  attack_world_says(attack_world_send(world, result),
                    "the signature is missing, or no base64");
  result = attack_world_signed(world, line, "keyturn-practice-case.approve@v1",
                               lead, NULL);
  fidotool_json_remove(result, "sig");
  attack_world_says(attack_world_send(world, result),
                    "the signature is missing, or no base64");
  attack_world_free(world);
}

/* A good statement about what this version does not do. */
static void
an_act_of_a_later_version_is_not_done(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  AttackKey *auditor = attack_world_person(world, "p-audit")->key;
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world, "{\"act\":\"role.activate\",\"actor\":\"p-audit\",\"role\":"
             "\"auditor\"}");
  const char *line = fidotool_json_get_text(proposal, "statement");
  g_autoptr(FidotoolJson) fields =
      fidotool_json_parse(line, strlen(line), NULL);
  g_autofree char *other = NULL;

  (void)state;
  fidotool_json_remove(fields, "role");
  fidotool_json_set_text(fields, "act", "checkpoint.cosign");
  fidotool_json_set_int(fields, "size", 3);
  fidotool_json_set_text(fields, "root",
                         fidotool_json_get_text(fields, "genesis"));
  other = fidotool_json_write(fields, NULL);
  attack_world_expect(
      attack_world_send(
          world, attack_world_signed(world, other,
                                     "keyturn-practice-checkpoint.cosign@v1",
                                     auditor, NULL)),
      "not-yet");
  attack_world_free(world);
}

static void
a_code_is_of_one_case(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autofree char *code = attack_world_code(world);
  static const char *const bad[] = {"", "1234",
                                    "00000000000000000000000000000000"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
    attack_world_expect(
        attack_world_submit(world, "{\"act\":\"case.contest\",\"code\":\"%s\"}",
                            bad[i]),
        "code");
  attack_world_expect(
      attack_world_submit(world,
                          "{\"act\":\"case.contest\",\"code\":\"%s\","
                          "\"case\":\"c-00000000\"}",
                          code),
      "code");
  attack_world_ok(attack_world_submit(
      world, "{\"act\":\"case.contest\",\"code\":\"%s\"}", code));
  attack_world_free(world);
}

/* What a refusal refuses can be seen before it is signed. */
static void
a_refusal_opens_what_it_refuses(void **state)
{
  AttackWorld *world = attack_world_at("made");
  g_autoptr(FidotoolJson) proposal = attack_world_propose(
      world,
      "{\"act\":\"case.refuse\",\"actor\":\"p-lead\",\"case\":\"%s\","
      "\"reason\":\"doubt\"}",
      world->case_id);
  const char *line =
      fidotool_json_get_text(fidotool_json_get(proposal, "openings"), "target");

  (void)state;
  assert_non_null(line);
  assert_non_null(strstr(line, "\"act\":\"case.submit\""));
  attack_world_free(world);
}

/* Each line of a directory is whole, and of whom it says. */
static void
a_directory_is_read_strictly(void **state)
{
  static const struct {
    const char *line, *says;
  } rows[] = {
      {"E-9,Eve,x,,,,,", "not as many columns as the first line has"},
      {"E-9,Eve,x", "not as many columns as the first line has"},
      {"E-9,\\\"Eve\\\"x,,,,", "not as many columns as the first line has"},
      {",Eve,x,,,,", "employee or name is missing"},
      {"E-9,,x,,,,", "employee or name is missing"},
      {"E-900,Eve,x,,p-lead,,", "has another employee id"},
  };
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    attack_world_says(
        attack_world_act(world, "p-agent", false,
                         "{\"act\":\"key.import\",\"actor\":\"p-agent\","
                         "\"csv\":\"employee,name,team,address,person,"
                         "credential,aaguid\\n%s\\n\"}",
                         rows[i].line),
        rows[i].says);
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\","
      "\"csv\":\"employee,name,team,address,person,"
      "credential,aaguid\\nE-9,\\\"Stone, Eve\\\",x,,,,\\n\"}"));
  attack_world_free(world);
}

/* The next import says who people are now. */
static void
a_directory_is_replaced_by_the_next(void **state)
{
  AttackWorld *world = attack_world_at(NULL);
  g_autofree char *before = attack_world_sub(world, "kim reed");
  g_autofree char *after = NULL;

  (void)state;
  attack_world_ok(
      attack_world_act(world, "p-agent", false,
                       "{\"act\":\"key.import\",\"actor\":\"p-agent\","
                       "\"csv\":\"employee,name,team,address,person,"
                       "credential,aaguid\\nE-102,Kim Lark,sales,,,,\\n\"}"));
  after = attack_world_sub(world, "kim lark");
  assert_string_equal(after, before);
  attack_world_free(world);
}

static void
a_bundle_is_one_that_was_made(void **state)
{
  static const char *const requests[] = {"", "{}", "{\"statement\":\"00\"}"};
  AttackWorld *world = attack_world_at(NULL);

  (void)state;
  attack_world_activate(world, "p-audit", "auditor");
  for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
    g_autoptr(GError) error = NULL;

    assert_null(recovery_station_export(world->station, world->session,
                                        requests[i], &error));
    assert_non_null(error);
  }
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_judges_word_is_read),
      cmocka_unit_test(a_key_of_staff_can_sign),
      cmocka_unit_test(a_software_key_is_no_key_on_a_real_station),
      cmocka_unit_test(an_answer_is_whole),
      cmocka_unit_test(options_exclude_the_subjects_keys_alone),
      cmocka_unit_test(a_signer_changes_nothing_of_a_statement),
      cmocka_unit_test(a_statement_is_not_made_younger),
      cmocka_unit_test(a_signature_is_there_and_can_be_read),
      cmocka_unit_test(an_act_of_a_later_version_is_not_done),
      cmocka_unit_test(a_code_is_of_one_case),
      cmocka_unit_test(a_refusal_opens_what_it_refuses),
      cmocka_unit_test(a_directory_is_read_strictly),
      cmocka_unit_test(a_directory_is_replaced_by_the_next),
      cmocka_unit_test(a_bundle_is_one_that_was_made),
  };

  return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
