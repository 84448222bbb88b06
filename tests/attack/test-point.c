/* SPDX-License-Identifier: Apache-2.0 */
/* test-point.c - the decision point: who may ask, what a question may bring,
 * what the station adds of its own, and what is in the record afterwards. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "fidotool/bytes.h"
#include "recovery/format/time.h"
#include "recovery/trial.h"
#include "tests/attack/exception.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

static char mdm_name[] = "mdm", vpn_name[] = "vpn";
static char *mdm_signals[] = {(char *)"device_managed", NULL};
static char *no_signals[] = {NULL};
static const RecoveryCaller mdm = {mdm_name, 2001, mdm_signals};
static const RecoveryCaller vpn = {vpn_name, 2002, no_signals};

static void
come_as(AttackWorld *world, RecoveryPeer peer, const RecoveryCaller *caller)
{
  recovery_session_free(world->session);
  world->session = recovery_session_new(peer);
  recovery_session_set_caller(world->session, caller);
}

static void
bring_people(AttackWorld *world, const char *rows)
{
  come_as(world, RECOVERY_PEER_ADMIN, NULL);
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,name,"
      "team,address,person,credential,aaguid,groups,attribute:employment\\n"
      "%s\"}",
      rows));
}

/* A station whose policy decides over apps; Sam has a key that was given in a
 * case, and is of the staff. */
static AttackWorld *
new_world(const char *groups)
{
  AttackWorld *world = attack_world_new(true);
  g_autofree char *row = g_strdup_printf(
      "E-100,Sam Okafor,sales,sam@example.org,,,,%s,fixed\\n", groups);

  world->policy = "policy-point.yaml";
  attack_world_found(world);
  attack_world_reach(world, "issued");
  bring_people(world, row);
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  return world;
}

static char *
seconds_of(int64_t ms)
{
  g_autofree char *text = recovery_time_write(ms);

  return g_strdup_printf("%.19sZ", text);
}

/* ---- questions ---- */

typedef struct {
  const char *subject, *journey, *app;
  const char *more; /* of the context, with a comma at its end */
  bool asserted, unmanaged;
  AttackKey *key; /* NULL: Sam's new one */
} Ask;

static FidotoolJson *
propose(AttackWorld *world, const char *subject)
{
  return attack_world_propose(
      world,
      "{\"act\":\"decide\",\"subject\":{\"type\":\"user\",\"id\":\"%s\"}}",
      subject);
}

static char *
new_challenge(AttackWorld *world, const char *subject)
{
  g_autoptr(FidotoolJson) answer = propose(world, subject);

  attack_world_ok(fidotool_json_copy(answer));
  return g_strdup(fidotool_json_get_text(fidotool_json_get(answer, "publicKey"),
                                         "challenge"));
}

static char *
write_proof(AttackWorld *world, AttackKey *key, const char *challenge)
{
  g_autoptr(FidotoolJson) assertion =
      attack_world_assertion(world, key, challenge);
  g_autofree char *text = attack_world_text(assertion);

  return g_strdup_printf("\"challenge\":\"%s\",\"assertion\":%s,", challenge,
                         text);
}

static FidotoolJson *
submit(AttackWorld *world, const Ask *ask, const char *proof)
{
  AttackKey *key = ask->key != NULL ? ask->key : world->fresh;
  g_autofree char *id = fidotool_bytes_base64url(key->id, sizeof(key->id));
  g_autofree char *at = seconds_of(world->now_ms - 60000);
  g_autofree char *signals =
      ask->unmanaged ? g_strdup("{}")
                     : g_strdup_printf("{\"device_managed\":{\"value\":true,"
                                       "\"at\":\"%s\"}}",
                                       at);
  FidotoolJson *answer = attack_world_submit(
      world,
      "{\"act\":\"decide\",\"subject\":{\"type\":\"user\",\"id\":\"%s\"},"
      "\"action\":{\"name\":\"%s\"},\"resource\":{\"type\":\"app\",\"id\":"
      "\"%s\"},\"context\":{%s%s\"id\":\"q-1\",\"key\":\"%s\",\"signals\":%s}}",
      ask->subject != NULL ? ask->subject : "E-100", ask->journey, ask->app,
      ask->more != NULL ? ask->more : "", proof, id, signals);
  FidotoolJson *done;

  if (fidotool_json_get(answer, "done") == NULL)
    return answer;
  done = fidotool_json_take(answer, "done");
  fidotool_json_free(answer);
  return done;
}

static FidotoolJson *
decide(AttackWorld *world, const Ask *ask)
{
  g_autofree char *proof = NULL, *challenge = NULL;

  if (ask->asserted) {
    challenge = new_challenge(world, "E-100");
    proof = write_proof(world, ask->key != NULL ? ask->key : world->fresh,
                        challenge);
  }
  return submit(world, ask, proof != NULL ? proof : "");
}

static char *
join(const FidotoolJson *list)
{
  GString *out = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(out, "%s%s", i > 0 ? " " : "",
                           fidotool_json_text(fidotool_json_at(list, i)));
  return g_string_free(out, false);
}

/* Taken. error: a part of it, or NULL. */
static void
expect(FidotoolJson *answer, const char *outcome, const char *decided,
       const char *weaker, const char *error)
{
  g_autoptr(FidotoolJson) taken = answer;
  const FidotoolJson *context = fidotool_json_get(taken, "context");
  g_autofree char *text = attack_world_text(taken);
  g_autofree char *rules = join(fidotool_json_get(context, "decided"));
  g_autofree char *reasons = join(fidotool_json_get(context, "weaker_reasons"));
  const char *said = fidotool_json_get_text(context, "error");
  bool ok =
      g_strcmp0(fidotool_json_get_text(context, "outcome"), outcome) == 0 &&
      strcmp(rules, decided) == 0 && strcmp(reasons, weaker) == 0 &&
      (error == NULL ? said == NULL
                     : said != NULL && strstr(said, error) != NULL) &&
      fidotool_json_get_bool(taken, "decision", true) ==
          (strcmp(outcome, "allow") == 0) &&
      fidotool_json_get_text(context, "text") != NULL;

  if (!ok)
    fail_msg("not %s by %s (%s) %s but %s", outcome, decided, weaker,
             error != NULL ? error : "", text);
}

static void
expect_error(FidotoolJson *answer, const char *error)
{
  expect(answer, "deny", "", "", error);
}

/* ---- who may ask ---- */

static void
only_callers_ask_and_they_ask_nothing_else(void **state)
{
  static const char *const queries[] = {"acts",    "cases", "persons", "roster",
                                        "signers", "trust", "report"};
  AttackWorld *world = new_world("staff");
  const Ask ask = {.journey = "sign-in", .app = "wiki"};

  (void)state;
  for (int peer = RECOVERY_PEER_KIOSK; peer <= RECOVERY_PEER_CALLER; peer++) {
    come_as(world, (RecoveryPeer)peer, NULL);
    attack_world_expect(decide(world, &ask), "caller");
    attack_world_expect(propose(world, "E-100"), "caller");
  }
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  attack_world_expect(
      attack_world_propose(world, "{\"act\":\"role.activate\",\"actor\":"
                                  "\"p-agent\",\"role\":\"agent\"}"),
      "caller");
  attack_world_expect(
      attack_world_submit(world, "{\"act\":\"case.contest\",\"code\":\"x\"}"),
      "caller");
  attack_world_expect(attack_world_propose(world, "{\"act\":\"station.init\"}"),
                      "caller");
  for (size_t i = 0; i < G_N_ELEMENTS(queries); i++)
    attack_world_expect(
        attack_world_query(world, "{\"what\":\"%s\"}", queries[i]), "caller");
  {
    g_autoptr(FidotoolJson) status =
        attack_world_query(world, "{\"what\":\"status\"}");

    assert_string_equal(fidotool_json_get_text(status, "class"), "caller");
  }
  attack_world_free(world);
}

static void
before_the_founding_nothing_is_decided(void **state)
{
  AttackWorld *world = attack_world_new(true);
  const Ask ask = {.journey = "sign-in", .app = "wiki"};

  (void)state;
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  attack_world_expect(decide(world, &ask), "state");
  attack_world_expect(propose(world, "E-100"), "state");
  attack_world_free(world);
}

/* ---- what a question may bring ---- */

static void
a_question_is_read_strictly(void **state)
{
#define WHO "\"subject\":{\"type\":\"user\",\"id\":\"E-100\"},"
#define DO "\"action\":{\"name\":\"sign-in\"},"
#define ON "\"resource\":{\"type\":\"app\",\"id\":\"wiki\"}"
  /* clang-format off */
  static const struct {
    const char *members, *error;
  } rows[] = {
    { DO ON, "subject: is missing" },
    { WHO ON, "action: is missing" },
    { WHO "\"action\":{\"name\":\"sign-in\"}", "resource: is missing" },
    { WHO DO ON ",\"more\":1", "more: is no member" },
    { "\"subject\":\"E-100\"," DO ON, "subject: expected an object" },
    { "\"subject\":{\"type\":\"group\",\"id\":\"E-100\"}," DO ON, "subject.type: expected \"user\"" },
    { "\"subject\":{\"type\":\"user\",\"id\":7}," DO ON, "subject.id: expected a text" },
    { "\"subject\":{\"type\":\"user\",\"id\":\"E-100\",\"properties\":{}}," DO ON, "context.key: is missing" },
    { "\"subject\":{\"type\":\"user\",\"id\":\"E-100\",\"properties\":{\"groups\":[]}}," DO ON, "subject.properties.groups: nothing is taken" },
    { "\"subject\":{\"type\":\"user\",\"id\":\"E-100\",\"properties\":[]}," DO ON, "subject.properties: expected an object" },
    { WHO "\"action\":{\"name\":\"sign-in\",\"properties\":{\"method\":1}}," ON, "action.properties.method: nothing is taken" },
    { "\"subject\":{\"type\":\"user\",\"id\":\"E-999\"}," DO ON, "subject.id: nobody" },
    { WHO "\"action\":{\"name\":\"fly\"}," ON, "context.key: is missing" },
    { WHO DO "\"resource\":{\"type\":\"host\",\"id\":\"wiki\"}", "resource.type: expected \"app\"" },
    { WHO DO ON ",\"context\":[]", "context: expected an object" },
    { WHO DO ON ",\"context\":{\"policy_version\":\"1\"}", "context.policy_version: expected a number" },
    { WHO DO ON ",\"context\":{\"key\":\"AAAA\"}", "context.key: is no key of this person" },
    { WHO DO ON ",\"context\":{\"key\":\"AA==\"}", "context.key: expected a credential id" },
    { WHO DO ON ",\"context\":{\"challenge\":\"x\"}", "belong together" },
    { WHO DO ON ",\"context\":{\"signals\":[]}", "context.signals: expected an object" },
    { WHO DO ON ",\"context\":{\"signals\":{\"device_managed\":{\"value\":true,\"at\":\"2026-01-01T00:00:00Z\",\"source\":\"mdm\"}}}", "leave it out" },
    { WHO DO ON ",\"context\":{\"signals\":{\"key_active\":{\"value\":true,\"at\":\"2026-01-01T00:00:00Z\"}}}", "mdm is not its source" },
    { WHO DO ON ",\"context\":{\"record\":{\"key_state\":\"active\"}}", "context.record: the station's record says it" },
    { WHO DO ON ",\"context\":{\"approvals\":[{\"by\":\"p-una\"}]}", "context.approvals: the station's record" },
    { WHO DO ON ",\"context\":{\"uses\":{\"P4\":0}}", "context.uses: the station's record" },
    { WHO DO ON ",\"context\":{\"reviews\":{}}", "context.reviews: the station's record" },
    { WHO DO ON ",\"context\":{\"authenticator\":{\"uv\":true}}", "context.authenticator: the station's record" },
    { WHO DO ON ",\"context\":{\"break_glass\":true}", "context.break_glass: the station's record" },
    { WHO DO ON ",\"context\":{\"time\":\"2026-01-01T00:00:00Z\"}", "context.time: the station's record" },
    { WHO DO ON ",\"context\":{\"groups\":[\"admins\"]}", "context.groups: the station's record" },
  };
  /* clang-format on */
  AttackWorld *world = new_world("staff");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) answer =
        attack_world_submit(world, "{\"act\":\"decide\",%s}", rows[i].members);

    expect_error(fidotool_json_take(answer, "done"), rows[i].error);
  }
  assert_int_equal(attack_world_entries(world, "decision.weaker"), 0);
  attack_world_free(world);
}

static void
a_signal_counts_from_its_source_alone(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask ask = {.journey = "sign-in", .app = "wiki", .asserted = true};
  const Ask silent = {
      .journey = "sign-in", .app = "wiki", .asserted = true, .unmanaged = true};

  (void)state;
  come_as(world, RECOVERY_PEER_CALLER, &vpn);
  expect_error(decide(world, &ask), "caller vpn is not its source");
  expect(decide(world, &silent), "allow", "P1 R4", "", NULL);
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &ask), "allow", "P1", "", NULL);
  attack_world_free(world);
}

/* ---- the example's table, as far as a station can make its facts ---- */

static void
the_table_holds(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask plain = {.journey = "sign-in", .app = "wiki", .asserted = true};
  const Ask admin = {.journey = "admin", .app = "wiki", .asserted = true};
  const Ask data = {.journey = "step-up",
                    .app = "payroll",
                    .more = "\"transaction\":\"data-export\",",
                    .asserted = true};
  const Ask other = {.journey = "sign-in",
                     .app = "wiki",
                     .more = "\"transaction\":\"data-export\",",
                     .asserted = true};
  const Ask version = {.journey = "sign-in",
                       .app = "wiki",
                       .more = "\"policy_version\":2,",
                       .asserted = true};
  const Ask nowhere = {
      .journey = "sign-in", .app = "intranet", .asserted = true};
  const Ask flying = {.journey = "fly", .app = "wiki", .asserted = true};

  (void)state;
  expect(decide(world, &plain), "allow", "P1", "", NULL); /* 1 */
  expect(decide(world, &admin), "deny", "", "", NULL);
  expect(decide(world, &data), "deny", "F2", "", NULL); /* 13 */
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  expect(decide(world, &data), "need-approval", "R3", "", NULL); /* 11 */
  expect_error(decide(world, &other), "transaction");
  expect_error(decide(world, &nowhere), "app: \"intranet\" is not known");
  expect_error(decide(world, &version), "policy_version");
  expect_error(decide(world, &flying), "journey: \"fly\" is not known");
  bring_people(world,
               "E-100,Sam Okafor,sales,,,,,staff;domain-admins,fixed\\n");
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &admin), "allow", "P2 R1", "", NULL); /* 8 */
  bring_people(world, "E-100,Sam Okafor,sales,,,,,,\\n");
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &plain), "deny", "", "", NULL); /* 15 */
  attack_world_free(world);
}

static void
groups_that_the_directory_does_not_have_are_unknown(void **state)
{
  AttackWorld *world = attack_world_new(true);
  const Ask ask = {.journey = "sign-in", .app = "wiki", .asserted = true};

  (void)state;
  world->policy = "policy-point.yaml";
  attack_world_found(world);
  attack_world_reach(world, "issued");
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect_error(decide(world, &ask), "person.groups: is not there");
  attack_world_free(world);
}

static void
a_directory_is_read_strictly(void **state)
{
  static const char *const heads[] = {
      "groups,groups", "attribute:",    "attribute:a,attribute:a",
      "group",         "attribute:a b", "Groups"};
  AttackWorld *world = new_world("staff");

  (void)state;
  come_as(world, RECOVERY_PEER_ADMIN, NULL);
  attack_world_activate(world, "p-agent", "agent");
  for (size_t i = 0; i < G_N_ELEMENTS(heads); i++)
    attack_world_says(
        attack_world_act(
            world, "p-agent", false,
            "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,"
            "name,team,address,person,credential,aaguid,%s\\n\"}",
            heads[i]),
        "the first line must be");
  attack_world_says(
      attack_world_act(
          world, "p-agent", false,
          "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,"
          "name,team,address,person,credential,aaguid,groups\\n"
          "E-7,Ann,,,,,,a\\nE-7,Ann,,,,,,b\\n\"}"),
      "line 3: other groups");
  {
    g_autoptr(FidotoolJson) answer =
        attack_world_query(world, "{\"what\":\"persons\",\"text\":\"okafor\"}");
    g_autofree char *text = attack_world_text(answer);

    assert_non_null(strstr(text, "Okafor"));
    assert_null(strstr(text, "groups"));
    assert_null(strstr(text, "employment"));
  }
  attack_world_free(world);
}

/* ---- with what: the register, and what a key answers now ---- */

static void
what_no_key_proved_is_not_known(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask named = {.journey = "sign-in", .app = "wiki"};
  const Ask board = {.journey = "sign-in", .app = "board", .asserted = true};
  const Ask wiki = {.journey = "sign-in", .app = "wiki", .asserted = true};

  (void)state;
  expect_error(decide(world, &named), "authenticator: is of no class");
  /* Without verification it is another class. */
  world->flags = 0x01;
  expect(decide(world, &wiki), "deny", "P1", "", NULL);
  expect(decide(world, &board), "allow", "P6", "stronger-key-not-used", NULL);
  assert_int_equal(attack_world_entries(world, "decision.weaker"), 1);
  attack_world_free(world);
}

/* A key of the directory that was reported; and the new one, contested. */
static void
a_key_that_is_not_active_opens_nothing(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask lost = {.journey = "sign-in", .app = "wiki", .key = world->lost};
  const Ask fresh = {.journey = "sign-in", .app = "wiki", .asserted = true};
  g_autofree char *code = attack_world_code(world);

  (void)state;
  /* There is no registration of it: what it is, nobody knows. */
  expect_error(decide(world, &lost), "no registration of this key");
  come_as(world, RECOVERY_PEER_ADMIN, NULL);
  attack_world_ok(attack_world_submit(
      world, "{\"act\":\"case.contest\",\"code\":\"%s\"}", code));
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &fresh), "deny", "F1", "", NULL); /* 14 */
  attack_world_free(world);
}

static void
a_challenge_is_answered_once_by_whom_it_was_for(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask ask = {.journey = "sign-in", .app = "wiki"};
  const Ask eve = {.subject = "E-101", .journey = "sign-in", .app = "wiki"};
  g_autofree char *first = new_challenge(world, "E-100");
  g_autofree char *proof = write_proof(world, world->fresh, first);
  g_autofree char *late = NULL, *late_proof = NULL, *other = NULL,
                  *other_proof = NULL, *made_up = NULL, *spent = NULL;

  (void)state;
  /* Of another caller, who does not spend it. */
  come_as(world, RECOVERY_PEER_CALLER, &vpn);
  {
    const Ask silent = {.journey = "sign-in", .app = "wiki", .unmanaged = true};

    expect_error(submit(world, &silent, proof),
                 "context.challenge: was not handed out");
  }
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(submit(world, &ask, proof), "allow", "P1", "", NULL);
  expect_error(submit(world, &ask, proof), "or was used before");
  /* For another person. */
  other = new_challenge(world, "E-101");
  other_proof = write_proof(world, world->fresh, other);
  expect_error(submit(world, &ask, other_proof), "is for another person");
  expect_error(submit(world, &eve, other_proof), "is no key of this person");
  /* Late, made up, signed by another key, signed for another one. */
  late = new_challenge(world, "E-100");
  late_proof = write_proof(world, world->fresh, late);
  attack_world_pass(world, 4 * 60 * 1000);
  expect_error(submit(world, &ask, late_proof), "context.challenge");
  made_up = write_proof(world, world->fresh,
                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  expect_error(submit(world, &ask, made_up), "context.challenge: was not");
  spent = new_challenge(world, "E-100");
  {
    g_autofree char *wrong = write_proof(world, world->lost, spent);

    expect_error(submit(world, &ask, wrong),
                 "context.assertion: is of another key");
  }
  attack_world_free(world);
}

static void
an_assertion_is_judged(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask ask = {.journey = "sign-in", .app = "wiki", .asserted = true};
  const struct {
    const char *rp_id, *origin;
    uint8_t flags;
  } rows[] = {{"evil.example", ATTACK_WORLD_ORIGIN, 0x05},
              {ATTACK_WORLD_RP_ID, "https://evil.example", 0x05},
              {ATTACK_WORLD_RP_ID, ATTACK_WORLD_ORIGIN, 0x04},
              {ATTACK_WORLD_RP_ID, ATTACK_WORLD_ORIGIN, 0x1d}};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    world->rp_id = rows[i].rp_id;
    world->origin = rows[i].origin;
    world->flags = rows[i].flags;
    expect_error(decide(world, &ask), "context.assertion: ");
  }
  world->rp_id = ATTACK_WORLD_RP_ID;
  world->origin = ATTACK_WORLD_ORIGIN;
  world->flags = 0x05;
  expect(decide(world, &ask), "allow", "P1", "", NULL);
  world->judge_fails = true;
  expect_error(decide(world, &ask), "context.assertion: ");
  attack_world_free(world);
}

static void
challenges_that_wait_are_bounded(void **state)
{
  AttackWorld *world = new_world("staff");

  (void)state;
  for (int i = 0; i < 256; i++)
    attack_world_ok(propose(world, "E-100"));
  attack_world_expect(propose(world, "E-100"), "challenges");
  come_as(world, RECOVERY_PEER_CALLER, &vpn);
  attack_world_ok(propose(world, "E-100"));
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  attack_world_pass(world, 3 * 60 * 1000);
  attack_world_ok(propose(world, "E-100"));
  attack_world_expect(propose(world, "E-999"), "subject");
  attack_world_free(world);
}

/* ---- what is in the record ---- */

static void
a_fallback_is_there_as_often_as_it_may_be_used(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask ask = {.journey = "sign-in", .app = "old-vpn", .asserted = true};

  (void)state;
  for (int i = 0; i < 3; i++) {
    expect(decide(world, &ask), "allow", "P4", "fallback", NULL);
    attack_world_pass(world, ATTACK_HOUR_MS);
  }
  expect(decide(world, &ask), "deny", "", "", NULL);
  attack_world_restart(world, NULL); /* as after kill -9 */
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &ask), "deny", "", "", NULL);
  assert_int_equal(attack_world_entries(world, "\"fallbacks\":[\"P4\"]"), 3);
  attack_world_pass(world, 30 * DAY_MS - 3 * ATTACK_HOUR_MS);
  expect(decide(world, &ask), "allow", "P4", "fallback", NULL);
  expect(decide(world, &ask), "deny", "", "", NULL);
  attack_world_free(world);
}

/* What is signed off as recorded can be opened by the station alone. */
static void
nothing_personal_is_in_the_entry(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask ask = {.journey = "sign-in", .app = "old-vpn", .asserted = true};

  (void)state;
  expect(decide(world, &ask), "allow", "P4", "fallback", NULL);
  assert_int_equal(attack_world_entries(world, "\"caller\":\"mdm\""), 1);
  assert_int_equal(attack_world_entries(world, "E-100"), 0);
  assert_int_equal(attack_world_entries(world, "Okafor"), 0);
  assert_int_equal(attack_world_entries(world, "device_managed"), 0);
  attack_world_free(world);
}

/* What is no signal, though its source tells it. */
static void
a_signal_has_a_value_and_a_time(void **state)
{
  /* clang-format off */
  static const struct {
    const char *signal, *error;
  } rows[] = {
    { "true", "signals.device_managed" },
    { "{\"value\":[],\"at\":\"2026-01-01T00:00:00Z\"}", "value" },
    { "{\"value\":true,\"at\":\"now\"}", "at" },
    { "{\"value\":true}", "at" },
    { "{\"value\":true,\"at\":\"2026-01-01T00:00:00Z\",\"more\":1}", "more" },
  };
  /* clang-format on */
  AttackWorld *world = new_world("staff");
  g_autofree char *id =
      fidotool_bytes_base64url(world->fresh->id, sizeof(world->fresh->id));

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) answer = attack_world_submit(
        world,
        "{\"act\":\"decide\"," WHO DO ON ",\"context\":{\"key\":\"%s\","
        "\"signals\":{\"device_managed\":%s}}}",
        id, rows[i].signal);

    expect_error(fidotool_json_take(answer, "done"), rows[i].error);
  }
  attack_world_free(world);
}

/* ---- no room ---- */

/* Nothing can be written any more: nothing is allowed that would have to be,
 * and what cannot be decided meanwhile is denied in so many words. */
static void
no_record_no_weaker_path(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask weaker = {.journey = "sign-in", .app = "old-vpn"};
  const Ask asserted = {
      .journey = "sign-in", .app = "old-vpn", .asserted = true};
  g_autofree char *first = new_challenge(world, "E-100");
  g_autofree char *second = new_challenge(world, "E-100");
  g_autofree char *proof = write_proof(world, world->fresh, first);
  g_autofree char *other = write_proof(world, world->fresh, second);
  struct rlimit before, none;
  FidotoolJson *denied, *denied_again;

  (void)state;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  none = (struct rlimit){0, before.rlim_max};
  (void)signal(SIGXFSZ, SIG_IGN); /* a write fails instead */
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
  denied = submit(world, &weaker, proof);
  denied_again = submit(world, &weaker, other);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  expect_error(denied, "could not be written");
  expect_error(denied_again, "disk I/O error");
  expect(decide(world, &asserted), "allow", "P4", "fallback", NULL);
  assert_int_equal(attack_world_entries(world, "decision.weaker"), 1);
  attack_world_free(world);
}

/* ---- exceptions of the record ---- */

static FidotoolJson *
report(AttackWorld *world, const char *of, const char *more)
{
  return attack_world_query(world, "{\"what\":\"report\",\"of\":\"%s\"%s}", of,
                            more);
}

static void
an_exception_of_the_record_waives_and_is_counted(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask ask = {
      .journey = "sign-in", .app = "wiki", .asserted = true, .unmanaged = true};
  AttackExceptionWanted wanted = attack_world_exception_usual("E1");
  g_autofree char *object = NULL;
  g_autoptr(FidotoolJson) exceptions = NULL;
  const FidotoolJson *row;

  (void)state;
  expect(decide(world, &ask), "allow", "P1 R4", "", NULL);
  come_as(world, RECOVERY_PEER_STAFF, NULL);
  wanted.waives = "R4";
  object = attack_world_exception_grant(world, wanted);
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &ask), "allow", "P1", "exception", NULL);
  assert_int_equal(attack_world_entries(world, "\"exceptions\":[\"E1\"]"), 1);
  assert_int_equal(attack_world_entries(world, "\"waived\":[\"R4\"]"), 1);
  /* No review in time: it is not there any more. */
  attack_world_pass(world, 15 * DAY_MS);
  expect(decide(world, &ask), "allow", "P1 R4", "", NULL);
  come_as(world, RECOVERY_PEER_STAFF, NULL);
  attack_world_activate(world, "p-so-one", "security");
  exceptions = report(world, "exceptions", "");
  row =
      attack_world_row(fidotool_json_get(exceptions, "exceptions"), "id", "E1");
  assert_int_equal(fidotool_json_get_int(row, "uses", -1), 1);
  assert_int_equal(fidotool_json_get_int(row, "in_force", -1), 0);
  assert_string_equal(fidotool_json_get_text(row, "state"), "overdue");
  attack_world_free(world);
}

/* ---- many questions at once ---- */

static void
a_batch_is_answered_in_its_order_over_one_assertion(void **state)
{
  AttackWorld *world = new_world("staff");
  g_autofree char *challenge = new_challenge(world, "E-100");
  g_autofree char *proof = write_proof(world, world->fresh, challenge);
  const Ask again = {.journey = "sign-in", .app = "wiki", .unmanaged = true};
  g_autoptr(FidotoolJson) answer = attack_world_submit(
      world,
      "{\"act\":\"decide\",\"subject\":{\"type\":\"user\",\"id\":\"E-100\"},"
      "\"action\":{\"name\":\"sign-in\"},\"context\":{%s\"id\":\"all\"},"
      "\"evaluations\":[{\"resource\":{\"type\":\"app\",\"id\":\"wiki\"}},"
      "{\"resource\":{\"type\":\"app\",\"id\":\"old-vpn\"}},"
      "{\"resource\":{\"type\":\"app\",\"id\":\"wiki\"},\"action\":{\"name\":"
      "\"admin\"}},{\"more\":1},7,{\"resource\":{\"type\":\"app\",\"id\":"
      "\"wiki\"},\"subject\":{\"type\":\"user\",\"id\":\"E-101\"}}]}",
      proof);
  FidotoolJson *list =
      fidotool_json_get(fidotool_json_get(answer, "done"), "evaluations");

  (void)state;
  assert_int_equal(fidotool_json_size(list), 6);
  expect(fidotool_json_copy(fidotool_json_at(list, 0)), "allow", "P1 R4", "",
         NULL);
  expect(fidotool_json_copy(fidotool_json_at(list, 1)), "allow", "P4",
         "fallback", NULL);
  expect(fidotool_json_copy(fidotool_json_at(list, 2)), "deny", "", "", NULL);
  expect_error(fidotool_json_copy(fidotool_json_at(list, 3)), "more: is no");
  expect_error(fidotool_json_copy(fidotool_json_at(list, 4)), "evaluation");
  expect_error(fidotool_json_copy(fidotool_json_at(list, 5)), "context.key");
  /* With that request it is spent. */
  expect_error(submit(world, &again, proof), "or was used before");
  attack_world_free(world);
}

/* ---- reports ---- */

static void
reports_tell_what_was_weaker_and_nobodys_name(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask vpn_ask = {
      .journey = "sign-in", .app = "old-vpn", .asserted = true};
  const Ask board = {.journey = "sign-in", .app = "board", .asserted = true};
  g_autoptr(FidotoolJson) all = NULL, fallbacks = NULL, exceptions = NULL,
                          later = NULL;
  const FidotoolJson *row;
  g_autofree char *text = NULL;

  (void)state;
  expect(decide(world, &vpn_ask), "allow", "P4", "fallback", NULL);
  expect(decide(world, &vpn_ask), "allow", "P4", "fallback", NULL);
  world->flags = 0x01;
  expect(decide(world, &board), "allow", "P6", "stronger-key-not-used", NULL);
  world->flags = 0x05;
  come_as(world, RECOVERY_PEER_STAFF, NULL);
  attack_world_expect(report(world, "weaker", ""), "role-not-active");
  attack_world_activate(world, "p-so-one", "security");
  attack_world_says(report(world, "people", ""), "a report is of");
  attack_world_expect(report(world, "weaker", ",\"since\":\"soon\""), "since");
  all = report(world, "weaker", "");
  text = attack_world_text(all);
  assert_int_equal(fidotool_json_size(fidotool_json_get(all, "weaker")), 3);
  row = fidotool_json_at(fidotool_json_get(all, "weaker"), 2);
  assert_string_equal(fidotool_json_get_text(row, "why"),
                      "stronger-key-not-used");
  assert_string_equal(fidotool_json_get_text(row, "sub"), world->sub);
  assert_null(strstr(text, "Okafor"));
  assert_null(strstr(text, "E-100"));
  fallbacks = report(world, "fallbacks", "");
  row = attack_world_row(fidotool_json_get(fallbacks, "fallbacks"), "id", "P4");
  assert_int_equal(fidotool_json_get_int(row, "uses", -1), 2);
  assert_int_equal(fidotool_json_get_int(row, "persons", -1), 1);
  assert_int_equal(fidotool_json_get_int(row, "most_of_one", -1), 2);
  assert_int_equal(fidotool_json_get_int(row, "uses_per_30d", -1), 3);
  assert_int_equal(fidotool_json_get_int(row, "in_force", -1), 1);
  exceptions = report(world, "exceptions", "");
  assert_int_equal(
      fidotool_json_size(fidotool_json_get(exceptions, "exceptions")), 0);
  later = report(world, "weaker", ",\"since\":\"2033-01-01\"");
  assert_int_equal(fidotool_json_size(fidotool_json_get(later, "weaker")), 0);
  attack_world_free(world);
}

/* ---- exceptions of the record ---- */

/* It waives from its grant until it is ended, or not reviewed in time; each use
 * of it is marked and counted. */
static void
an_exception_waives_while_it_is_live(void **state)
{
  AttackWorld *world = new_world("staff");
  const Ask ask = {
      .journey = "sign-in", .app = "wiki", .asserted = true, .unmanaged = true};
  AttackExceptionWanted wanted = attack_world_exception_usual("E1");
  g_autofree char *first = NULL, *second = NULL;

  (void)state;
  wanted.waives = "R4";
  expect(decide(world, &ask), "allow", "P1 R4", "", NULL);
  come_as(world, RECOVERY_PEER_ADMIN, NULL);
  first = attack_world_exception_grant(world, wanted);
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &ask), "allow", "P1", "exception", NULL);
  expect(decide(world, &ask), "allow", "P1", "exception", NULL);
  attack_world_restart(world, NULL);
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  assert_int_equal(recovery_model_exception(world->station->model, "E1")->uses,
                   2);
  expect(decide(world, &ask), "allow", "P1", "exception", NULL);
  come_as(world, RECOVERY_PEER_ADMIN, NULL);
  attack_world_ok(attack_world_exception_one_signs(world, "exception.end",
                                                   "p-so-one", first));
  wanted.id = "E2";
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &ask), "allow", "P1 R4", "", NULL);
  come_as(world, RECOVERY_PEER_ADMIN, NULL);
  second = attack_world_exception_grant(world, wanted);
  attack_world_pass(world, 14 * DAY_MS - 60000);
  come_as(world, RECOVERY_PEER_CALLER, &mdm);
  expect(decide(world, &ask), "allow", "P1", "exception", NULL);
  attack_world_pass(world, 60000);
  expect(decide(world, &ask), "allow", "P1 R4", "", NULL);
  assert_int_equal(recovery_model_exception(world->station->model, "E2")->uses,
                   1);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_callers_ask_and_they_ask_nothing_else),
      cmocka_unit_test(before_the_founding_nothing_is_decided),
      cmocka_unit_test(a_question_is_read_strictly),
      cmocka_unit_test(a_signal_counts_from_its_source_alone),
      cmocka_unit_test(the_table_holds),
      cmocka_unit_test(groups_that_the_directory_does_not_have_are_unknown),
      cmocka_unit_test(a_directory_is_read_strictly),
      cmocka_unit_test(what_no_key_proved_is_not_known),
      cmocka_unit_test(a_key_that_is_not_active_opens_nothing),
      cmocka_unit_test(a_challenge_is_answered_once_by_whom_it_was_for),
      cmocka_unit_test(an_assertion_is_judged),
      cmocka_unit_test(challenges_that_wait_are_bounded),
      cmocka_unit_test(a_fallback_is_there_as_often_as_it_may_be_used),
      cmocka_unit_test(nothing_personal_is_in_the_entry),
      cmocka_unit_test(a_signal_has_a_value_and_a_time),
      cmocka_unit_test(no_record_no_weaker_path),
      cmocka_unit_test(an_exception_of_the_record_waives_and_is_counted),
      cmocka_unit_test(a_batch_is_answered_in_its_order_over_one_assertion),
      cmocka_unit_test(an_exception_waives_while_it_is_live),
      cmocka_unit_test(reports_tell_what_was_weaker_and_nobodys_name),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
