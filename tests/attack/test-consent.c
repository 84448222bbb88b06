/* SPDX-License-Identifier: Apache-2.0 */
/* test-consent.c - one decision is approved: by whom, for what, until when, and
 * once; what it makes possible is in the record before it is answered. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "fidotool/bytes.h"
#include "recovery/consent.h"
#include "recovery/format/viewer.h"
#include "tests/attack/world.h"
#include "tests/testing.h"

#define MINUTE_MS INT64_C(60000)

static char bank_name[] = "bank-web", other_name[] = "other-web";
static char *no_signals[] = {NULL};
static const RecoveryCaller bank = {bank_name, 2001, no_signals};
static const RecoveryCaller other = {other_name, 2002, no_signals};

static void
come_as(AttackWorld *world, RecoveryPeer peer, const RecoveryCaller *caller)
{
  recovery_session_free(world->session);
  world->session = recovery_session_new(peer);
  recovery_session_set_caller(world->session, caller);
}

/* Sam is of the staff and has a key that was given in a case; p-both is a
 * subject as well. */
static AttackWorld *
new_world(void)
{
  AttackWorld *world = attack_world_new(true);

  world->policy = "policy-approve.yaml";
  attack_world_found(world);
  attack_world_reach(world, "issued");
  come_as(world, RECOVERY_PEER_ADMIN, NULL);
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,name,"
      "team,address,person,credential,aaguid,groups\\n"
      "E-100,Sam Okafor,sales,sam@example.org,,,,staff\\n"
      "E-5,Bo Both,apps,,p-both,,,staff\\n\"}"));
  come_as(world, RECOVERY_PEER_STAFF, NULL);
  return world;
}

/* ---- approvals ---- */

typedef struct {
  const char *by, *slot; /* p-lead as helpdesk-lead */
  const char *employee, *caller, *journey, *app, *transaction, *reference;
  int minutes; /* 0: left out */
  bool away;
  bool blank; /* the reference is there, and empty */
} Approve;

static char *
write_request(const Approve *one)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  const char *const members[][2] = {
      {"actor", one->by ? one->by : "p-lead"},
      {"slot", one->slot ? one->slot : "helpdesk-lead"},
      {"employee", one->employee ? one->employee : "E-100"},
      {"caller", one->caller ? one->caller : "bank-web"},
      {"journey", one->journey ? one->journey : "step-up"},
      {"app", one->app ? one->app : "bank"},
      {"transaction", one->transaction ? one->transaction : "payment"},
      {"reference", one->blank       ? ""
                    : one->reference ? one->reference
                                     : "pay 17"},
  };

  fidotool_json_set_text(request, "act", "decision.approve");
  for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
    if (*members[i][1] != '\0')
      fidotool_json_set_text(request, members[i][0], members[i][1]);
  if (one->blank)
    fidotool_json_set_text(request, "reference", "");
  if (one->minutes != 0)
    fidotool_json_set_int(request, "minutes", one->minutes);
  return fidotool_json_write(request, NULL);
}

static FidotoolJson *
approve(AttackWorld *world, Approve one)
{
  g_autofree char *request = write_request(&one);

  return attack_world_act(world, one.by ? one.by : "p-lead", one.away, "%s",
                          request);
}

/* ---- questions ---- */

typedef struct {
  const RecoveryCaller *caller;
  const char *journey, *app, *transaction, *reference;
  bool full; /* the disk is, when it is answered */
} Ask;

/* Limits what can be written from here on; the limit before. */
static struct rlimit
limit_writes(rlim_t most)
{
  struct rlimit before, limit;

  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  limit = (struct rlimit){most, before.rlim_max};
  (void)signal(SIGXFSZ, SIG_IGN); /* a write fails instead */
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  return before;
}

static FidotoolJson *
ask(AttackWorld *world, Ask one)
{
  g_autoptr(FidotoolJson) answer = NULL, proof = NULL;
  g_autofree char *challenge = NULL, *assertion = NULL, *more = NULL;
  const char *transaction = one.transaction ? one.transaction : "payment";
  const char *reference = one.reference ? one.reference : "pay 17";
  struct rlimit before = {0};
  FidotoolJson *done;

  come_as(world, RECOVERY_PEER_CALLER, one.caller ? one.caller : &bank);
  answer = attack_world_propose(
      world,
      "{\"act\":\"decide\",\"subject\":{\"type\":\"user\",\"id\":\"E-100\"}}");
  challenge = g_strdup(fidotool_json_get_text(
      fidotool_json_get(answer, "publicKey"), "challenge"));
  assert_non_null(challenge);
  proof = attack_world_assertion(world, world->fresh, challenge);
  assertion = attack_world_text(proof);
  more = g_strdup_printf(
      "%s%s%s%s%s%s", *transaction ? "\"transaction\":\"" : "", transaction,
      *transaction ? "\"," : "", *reference ? "\"reference\":\"" : "",
      reference, *reference ? "\"," : "");
  g_clear_pointer(&answer, fidotool_json_free);
  if (one.full)
    before = limit_writes(0);
  answer = attack_world_submit(
      world,
      "{\"act\":\"decide\",\"subject\":{\"type\":\"user\",\"id\":\"E-100\"},"
      "\"action\":{\"name\":\"%s\"},\"resource\":{\"type\":\"app\",\"id\":"
      "\"%s\"},\"context\":{%s\"challenge\":\"%s\",\"assertion\":%s}}",
      one.journey ? one.journey : "step-up", one.app ? one.app : "bank", more,
      challenge, assertion);
  if (one.full)
    (void)limit_writes(before.rlim_cur);
  done = fidotool_json_take(answer, "done");
  assert_non_null(done);
  come_as(world, RECOVERY_PEER_STAFF, NULL);
  return done;
}

/* The answer (taken) has this outcome; its context. */
#define expect(answer, outcome) expect_at(answer, outcome, __FILE__, __LINE__)
static FidotoolJson *
expect_at(FidotoolJson *answer, const char *outcome, const char *file, int line)
{
  g_autoptr(FidotoolJson) taken = answer;
  g_autofree char *text = attack_world_text(taken);
  FidotoolJson *context = fidotool_json_take(taken, "context");

  if (g_strcmp0(fidotool_json_get_text(context, "outcome"), outcome) != 0) {
    print_error("not %s but %s\n", outcome, text);
    _fail(file, line);
  }
  return context;
}

static void
expect_only(FidotoolJson *answer, const char *outcome)
{
  fidotool_json_free(expect(answer, outcome));
}

/* ---- what an approval does ---- */

static void
an_approval_makes_one_allow_possible(void **state)
{
  AttackWorld *world = new_world();
  g_autoptr(FidotoolJson) before = NULL, allowed = NULL, again = NULL;

  (void)state;
  before = expect(ask(world, (Ask){0}), "need-approval");
  assert_int_equal(fidotool_json_get_int(
                       fidotool_json_at(fidotool_json_get(before, "enough"), 0),
                       "approvals", -1),
                   1);
  attack_world_ok(approve(world, (Approve){0}));
  allowed = expect(ask(world, (Ask){0}), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 1);
  assert_true(fidotool_json_get_int(allowed, "entry", -1) > 0);
  /* The answer may get lost: whoever asks again is told, and not allowed. */
  again = expect(ask(world, (Ask){0}), "need-approval");
  assert_int_equal(fidotool_json_get_int(again, "used", -1),
                   fidotool_json_get_int(allowed, "entry", -2));
  attack_world_restart(world, NULL);
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_ok(approve(world, (Approve){0}));
  expect_only(ask(world, (Ask){0}), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 2);
  attack_world_free(world);
}

static void
it_is_for_just_this(void **state)
{
  static const Ask others[] = {
      {.caller = &other},        {.reference = "pay 18"},
      {.transaction = "refund"}, {.transaction = "transfer"},
      {.reference = ""},
  };
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(approve(world, (Approve){0}));
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
    expect_only(ask(world, others[i]), "need-approval");
  /* An allow that asks for none uses none up. */
  expect_only(ask(world, (Ask){.transaction = "", .journey = "sign-in"}),
              "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 0);
  expect_only(ask(world, (Ask){0}), "allow");
  /* Of another person, journey or app. */
  attack_world_ok(approve(world, (Approve){.employee = "E-101"}));
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_ok(approve(world, (Approve){.journey = "sign-in"}));
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_ok(approve(world, (Approve){.app = "wiki", .transaction = ""}));
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_ok(approve(world, (Approve){.transaction = ""}));
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_free(world);
}

static void
two_slots_take_two_persons(void **state)
{
  const Ask transfer = {.transaction = "transfer"};
  AttackWorld *world = new_world();
  g_autoptr(FidotoolJson) half = NULL;

  (void)state;
  attack_world_ok(approve(world, (Approve){.transaction = "transfer"}));
  half = expect(ask(world, transfer), "need-approval");
  assert_int_equal(fidotool_json_size(fidotool_json_get(half, "approved")), 1);
  /* A second lead fills no other slot, and one person fills one. */
  attack_world_ok(
      approve(world, (Approve){.transaction = "transfer", .by = "p-twin"}));
  expect_only(ask(world, transfer), "need-approval");
  attack_world_expect(approve(world, (Approve){.transaction = "transfer",
                                               .by = "p-twin",
                                               .slot = "other-team"}),
                      "approved-already");
  attack_world_ok(approve(world, (Approve){.transaction = "transfer",
                                           .by = "p-other",
                                           .slot = "other-team",
                                           .away = true}));
  expect_only(ask(world, transfer), "allow");
  /* All that were given for it are used up. */
  attack_world_ok(approve(world, (Approve){.transaction = "transfer",
                                           .by = "p-other",
                                           .slot = "other-team"}));
  expect_only(ask(world, transfer), "need-approval");
  attack_world_free(world);
}

static void
a_weaker_path_uses_them_up_too(void **state)
{
  const Ask refund = {.transaction = "refund"};
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(approve(world, (Approve){.transaction = "refund"}));
  expect_only(ask(world, refund), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.weaker\""), 1);
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 0);
  assert_int_equal(attack_world_entries(world, "\"approvals\":["), 1);
  expect_only(ask(world, refund), "need-approval");
  attack_world_restart(world, NULL);
  expect_only(ask(world, refund), "need-approval");
  attack_world_free(world);
}

static void
a_slot_that_the_policy_has_not_fills_none(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(
      approve(world, (Approve){.by = "p-so-one", .slot = "security"}));
  expect_only(ask(world, (Ask){0}), "allow");
  attack_world_free(world);
}

/* ---- who, what, how long ---- */

static void
what_may_be_approved_by_whom(void **state)
{
  char longest[RECOVERY_CONSENT_REFERENCE + 2];
  const struct {
    Approve one;
    const char *rule;
  } rows[] = {
      {{.employee = "E-5", .by = "p-both"}, "own-decision"},
      {{.employee = "E-5"}, "ok"},
      {{.employee = "E-999"}, "subject-unknown"},
      {{.employee = ""}, "subject-unknown"},
      {{.journey = "fly"}, "decision-place"},
      {{.journey = ""}, "decision-place"},
      {{.app = "vault"}, "decision-place"},
      {{.app = ""}, "decision-place"},
      {{.transaction = "gift"}, "decision-place"},
      {{.app = "wiki"}, "decision-place"},
      {{.reference = " "}, "ok"},
      {{.reference = longest}, "decision-reference"},
      {{.reference = "two\nlines"}, "decision-reference"},
      {{.reference = ""}, "decision-reference"},
      {{.blank = true}, "decision-reference"},
      {{.app = "vault", .transaction = ""}, "decision-place"},
      {{.caller = "Bank Web"}, "decision-reference"},
      {{.caller = ""}, "decision-reference"},
      {{.minutes = -1}, "decision-end"},
      {{.minutes = 1441}, "decision-end"},
      {{.minutes = 1440, .by = "p-twin"}, "ok"},
      {{.slot = "other-team"}, "role"},
      {{.by = "p-agent", .slot = "agent"}, "role"},
      {{.by = "p-audit", .slot = "auditor"}, "role"},
      {{.slot = ""}, "decision-slot"},
      {{.by = "p-nobody"}, "actor-unknown"},
  };
  AttackWorld *world = new_world();

  (void)state;
  memset(longest, 'x', sizeof(longest) - 1);
  longest[sizeof(longest) - 1] = '\0';
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    FidotoolJson *answer = approve(world, rows[i].one);

    if (strcmp(attack_world_outcome(answer), rows[i].rule) != 0)
      print_error("row %zu\n", i);
    attack_world_expect(answer, rows[i].rule);
  }
  attack_world_free(world);
}

static void
one_person_approves_it_once(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(approve(world, (Approve){0}));
  attack_world_expect(approve(world, (Approve){0}), "approved-already");
  attack_world_ok(approve(world, (Approve){.reference = "pay 18"}));
  attack_world_ok(approve(world, (Approve){.caller = "other-web"}));
  attack_world_ok(approve(world, (Approve){.transaction = ""}));
  attack_world_ok(approve(world, (Approve){.app = "wiki", .transaction = ""}));
  /* Once it is over, anew. */
  attack_world_pass(world, 61 * MINUTE_MS);
  attack_world_ok(approve(world, (Approve){0}));
  attack_world_free(world);
}

static void
roles_that_are_kept_apart_stay_so(void **state)
{
  AttackWorld *world = new_world();
  const Approve one = {.by = "p-both", .slot = "other-team"};

  (void)state;
  attack_world_activate(world, "p-both", "agent");
  attack_world_expect(approve(world, one), "role-conflict");
  come_as(world, RECOVERY_PEER_STAFF, NULL);
  attack_world_ok(approve(world, one));
  attack_world_free(world);
}

static void
it_ends(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(approve(world, (Approve){0}));
  attack_world_pass(world, 59 * MINUTE_MS);
  expect_only(ask(world, (Ask){0}), "allow");
  attack_world_ok(approve(world, (Approve){0}));
  attack_world_pass(world, 60 * MINUTE_MS);
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_ok(approve(world, (Approve){.minutes = 1440}));
  attack_world_pass(world, 23 * ATTACK_HOUR_MS);
  expect_only(ask(world, (Ask){0}), "allow");
  attack_world_free(world);
}

/* By the clock, though nothing was recorded since; and a clock that is put back
 * does not bring it back. */
static void
it_ends_by_the_clock_and_for_good(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(approve(world, (Approve){.minutes = 1}));
  world->now_ms += 61000;
  world->mono_ms += 61000;
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_activate(world, "p-so-one", "security"); /* is recorded */
  world->now_ms -= 30000;
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_free(world);
}

/* Signed elsewhere, and carried back too late. */
static void
what_is_over_is_not_taken_in(void **state)
{
  AttackWorld *world = new_world();
  const Approve one = {.minutes = 5};
  g_autofree char *request = write_request(&one);
  g_autoptr(FidotoolJson) proposal = NULL;
  AttackKey *key = attack_world_person(world, "p-lead")->key;

  (void)state;
  proposal = attack_world_propose(world, "%s", request);
  attack_world_pass(world, 4 * MINUTE_MS);
  attack_world_ok(attack_world_sign(world, proposal, key, &world->away));
  attack_world_pass(world, 2 * MINUTE_MS);
  g_clear_pointer(&proposal, fidotool_json_free);
  proposal = attack_world_propose(world, "%s", request);
  attack_world_pass(world, 5 * MINUTE_MS);
  attack_world_expect(attack_world_sign(world, proposal, key, &world->away),
                      "decision-end");
  attack_world_free(world);
}

/* The roster in force, to be changed; freed by the caller. */
static FidotoolJson *
read_roster(AttackWorld *world)
{
  g_autoptr(FidotoolJson) answer = NULL;
  const char *line;
  FidotoolJson *roster;

  attack_world_activate(world, "p-so-one", "security");
  answer = attack_world_query(world, "{\"what\":\"roster\"}");
  line = fidotool_json_get_text(answer, "roster");
  roster = fidotool_json_parse(line, strlen(line), NULL);
  assert_non_null(roster);
  return roster;
}

/* The keys of a person, one after the other: those of them that stay. */
static void
change_rows(FidotoolJson *roster, const char *person,
            bool (*change)(FidotoolJson *row, unsigned nth))
{
  g_autoptr(FidotoolJson) keys = fidotool_json_take(roster, "keys");
  FidotoolJson *kept =
      fidotool_json_set(roster, "keys", fidotool_json_new_array());
  unsigned nth = 0;

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    g_autoptr(FidotoolJson) row = fidotool_json_copy(fidotool_json_at(keys, i));

    if (strcmp(fidotool_json_get_text(row, "person"), person) != 0 ||
        change(row, nth++))
      fidotool_json_append(kept, g_steal_pointer(&row));
  }
}

static void
set_role(FidotoolJson *row, const char *role)
{
  FidotoolJson *roles;

  fidotool_json_remove(row, "roles");
  roles = fidotool_json_set(row, "roles", fidotool_json_new_array());
  fidotool_json_append_text(roles, role);
}

static bool
goes(G_GNUC_UNUSED FidotoolJson *row, G_GNUC_UNUSED unsigned nth)
{
  return false;
}

static bool
is_over(FidotoolJson *row, G_GNUC_UNUSED unsigned nth)
{
  fidotool_json_remove(row, "valid_before");
  /* A little after the world's today. */
  fidotool_json_set_text(row, "valid_before", "2026-11-18T20:00:00.000Z");
  return true;
}

static bool
has_another_role(FidotoolJson *row, G_GNUC_UNUSED unsigned nth)
{
  set_role(row, "other-team");
  return true;
}

static void
whoever_is_not_in_the_role_any_more_approved_nothing(void **state)
{
  bool (*const changes[])(FidotoolJson * row,
                          unsigned nth) = {goes, is_over, has_another_role};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
    AttackWorld *world = new_world();
    g_autoptr(FidotoolJson) roster = read_roster(world);
    g_autofree char *line = NULL;

    change_rows(roster, "p-twin", changes[i]);
    line = fidotool_json_write(roster, NULL);
    attack_world_ok(approve(world, (Approve){.by = "p-twin", .minutes = 1440}));
    attack_world_change_both(world, "roster.change", "roster", line);
    attack_world_pass(world, 20 * ATTACK_HOUR_MS);
    expect_only(ask(world, (Ask){0}), "need-approval");
    attack_world_free(world);
  }
}

static bool
second_is_another(FidotoolJson *row, unsigned nth)
{
  if (nth == 1)
    set_role(row, "other-team");
  return true;
}

/* A person has two keys, and the roster gives them different roles: what is
 * signed is signed in a role of the key that signs. */
static void
a_key_signs_in_its_own_roles(void **state)
{
  AttackWorld *world = new_world();
  g_autoptr(FidotoolJson) roster = read_roster(world);
  g_autofree char *line = NULL;
  const Approve one = {0};
  g_autofree char *request = write_request(&one);
  unsigned refused = 0;

  (void)state;
  change_rows(roster, "p-lead", second_is_another);
  line = fidotool_json_write(roster, NULL);
  attack_world_change_both(world, "roster.change", "roster", line);
  attack_world_pass(world, 25 * ATTACK_HOUR_MS);
  for (AttackPerson *key = world->people; key->person != NULL; key++) {
    g_autoptr(FidotoolJson) proposal = NULL;
    g_autoptr(FidotoolJson) answer = NULL;

    if (strcmp(key->person, "p-lead") != 0)
      continue;
    proposal = attack_world_propose(world, "%s", request);
    answer = attack_world_sign(world, proposal, key->key, NULL);
    if (strcmp(attack_world_outcome(answer), "decision-slot") == 0)
      refused++;
    else
      attack_world_ok(g_steal_pointer(&answer));
  }
  assert_int_equal(refused, 1);
  attack_world_free(world);
}

/* What its reference is called was erased: it fits nothing any more. */
static void
an_erased_reference_is_none(void **state)
{
  AttackWorld *world = new_world();
  const RecoveryModelConsent *consent;
  g_autoptr(FidotoolJson) answer = NULL;
  const FidotoolJson *row;

  (void)state;
  attack_world_ok(approve(world, (Approve){0}));
  consent = g_ptr_array_index(world->station->model->consents, 0);
  assert_true(recovery_store_begin(world->station->store, NULL));
  assert_true(
      recovery_store_drop_pii(world->station->store, consent->reference, NULL));
  assert_true(recovery_store_commit(world->station->store, NULL));
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_activate(world, "p-lead", "helpdesk-lead");
  answer = attack_world_query(world, "{\"what\":\"approvals\"}");
  row = fidotool_json_at(fidotool_json_get(answer, "given"), 0);
  assert_string_equal(fidotool_json_get_text(row, "state"), "live");
  assert_null(fidotool_json_get_text(row, "reference"));
  attack_world_free(world);
}

/* ---- what is seen ---- */

static void
signers_see_what_they_approve(void **state)
{
  static const char *const words[] = {"Sam Okafor", "E-100",        "pay 17",
                                      "bank-web",   "step-up",      "bank",
                                      "payment",    "helpdesk-lead"};
  AttackWorld *world = new_world();
  const Approve one = {0};
  g_autofree char *request = write_request(&one);
  g_autoptr(FidotoolJson) proposal = attack_world_propose(world, "%s", request);
  g_autoptr(RecoveryView) view = recovery_viewer_read(proposal, NULL);
  FidotoolJson *commitments =
      fidotool_json_get(fidotool_json_get(proposal, "openings"), "commitments");

  (void)state;
  assert_non_null(view);
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    bool found = false;

    for (unsigned j = 0; j < view->lines->len; j++) {
      const RecoveryViewerLine *line = g_ptr_array_index(view->lines, j);

      found = found || strcmp(line->text, words[i]) == 0;
    }
    if (!found)
      fail_msg("%s is not shown", words[i]);
  }
  /* Nothing of it is in the statement that is signed, or in the record. */
  assert_null(strstr(view->statement_line, "pay 17"));
  assert_null(strstr(view->statement_line, "E-100"));
  attack_world_ok(approve(world, one));
  assert_int_equal(attack_world_entries(world, "pay 17"), 0);
  assert_int_equal(attack_world_entries(world, "Okafor"), 0);
  /* Where a value is another, there is nothing to sign. */
  fidotool_json_set_text(fidotool_json_at(commitments, 2), "value",
                         "{\"reference\":\"pay 99\"}");
  assert_null(recovery_viewer_read(proposal, NULL));
  attack_world_free(world);
}

static FidotoolJson *
list(AttackWorld *world, const char *person, const char *role)
{
  come_as(world, RECOVERY_PEER_STAFF, NULL);
  attack_world_activate(world, person, role);
  return attack_world_query(world, "{\"what\":\"approvals\"}");
}

static void
what_waits_is_listed_for_those_who_approve(void **state)
{
  AttackWorld *world = new_world();
  g_autoptr(FidotoolJson) answer = NULL, after = NULL;
  const FidotoolJson *row;

  (void)state;
  attack_world_expect(attack_world_query(world, "{\"what\":\"approvals\"}"),
                      "role-not-active");
  attack_world_expect(list(world, "p-agent", "agent"), "role-not-active");
  attack_world_expect(list(world, "p-audit", "auditor"), "role-not-active");
  expect_only(ask(world, (Ask){0}), "need-approval");
  expect_only(ask(world, (Ask){0}), "need-approval");
  expect_only(ask(world, (Ask){.reference = ""}), "need-approval");
  answer = list(world, "p-lead", "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(answer, "waiting")), 1);
  row = fidotool_json_at(fidotool_json_get(answer, "waiting"), 0);
  assert_string_equal(fidotool_json_get_text(row, "reference"), "pay 17");
  assert_string_equal(fidotool_json_get_text(row, "employee"), "E-100");
  assert_string_equal(fidotool_json_get_text(row, "caller"), "bank-web");
  assert_int_equal(fidotool_json_get_int(row, "approvals", -1), 1);
  attack_world_ok(approve(world, (Approve){0}));
  expect_only(ask(world, (Ask){0}), "allow");
  after = list(world, "p-lead", "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(after, "waiting")), 0);
  row = fidotool_json_at(fidotool_json_get(after, "given"), 0);
  assert_string_equal(fidotool_json_get_text(row, "state"), "used");
  assert_string_equal(fidotool_json_get_text(row, "by"), "p-lead");
  assert_string_equal(fidotool_json_get_text(row, "reference"), "pay 17");
  attack_world_free(world);
}

static void
what_waits_is_bounded(void **state)
{
  AttackWorld *world = new_world();
  g_autoptr(FidotoolJson) answer = NULL, later = NULL;
  const FidotoolJson *rows;

  (void)state;
  expect_only(ask(world, (Ask){.caller = &other, .reference = "alone"}),
              "need-approval");
  for (int i = 0; i < 70; i++) {
    g_autofree char *reference = g_strdup_printf("pay %d", i);

    expect_only(ask(world, (Ask){.reference = reference}), "need-approval");
  }
  answer = list(world, "p-lead", "helpdesk-lead");
  rows = fidotool_json_get(answer, "waiting");
  assert_int_equal(fidotool_json_size(rows), 65);
  assert_non_null(attack_world_row(rows, "reference", "alone"));
  assert_null(attack_world_row(rows, "reference", "pay 5"));
  assert_non_null(attack_world_row(rows, "reference", "pay 69"));
  attack_world_pass(world, 61 * MINUTE_MS);
  later = list(world, "p-lead", "helpdesk-lead");
  assert_int_equal(fidotool_json_size(fidotool_json_get(later, "waiting")), 0);
  attack_world_free(world);
}

static void
a_report_tells_who_approved_and_what_for(void **state)
{
  AttackWorld *world = new_world();
  g_autoptr(FidotoolJson) answer = NULL;
  g_autofree char *text = NULL;
  const FidotoolJson *rows, *given, *used;

  (void)state;
  attack_world_ok(approve(world, (Approve){0}));
  expect_only(ask(world, (Ask){0}), "allow");
  attack_world_ok(approve(world, (Approve){.transaction = "refund"}));
  expect_only(ask(world, (Ask){.transaction = "refund"}), "allow");
  attack_world_restart(world, NULL);
  attack_world_pass(world, 60 * ATTACK_HOUR_MS);
  attack_world_activate(world, "p-so-one", "security");
  answer =
      attack_world_query(world, "{\"what\":\"report\",\"of\":\"approvals\"}");
  text = attack_world_text(answer);
  rows = fidotool_json_get(answer, "approvals");
  assert_int_equal(fidotool_json_size(rows), 4);
  given = fidotool_json_at(rows, 0);
  used = fidotool_json_at(rows, 1);
  assert_string_equal(fidotool_json_get_text(given, "actor"), "p-lead");
  assert_string_equal(fidotool_json_get_text(used, "act"), "decision.approved");
  assert_string_equal(fidotool_json_text(fidotool_json_at(
                          fidotool_json_get(used, "approvals"), 0)),
                      fidotool_json_get_text(given, "stmt"));
  assert_string_equal(fidotool_json_get_text(fidotool_json_at(rows, 3), "act"),
                      "decision.weaker");
  assert_null(strstr(text, "pay 17"));
  assert_null(strstr(text, "Okafor"));
  attack_world_free(world);
}

/* ---- where it fails ---- */

/* What cannot be recorded is not allowed, and uses nothing up. */
static void
no_record_no_allow(void **state)
{
  AttackWorld *world = new_world();

  (void)state;
  attack_world_ok(approve(world, (Approve){0}));
  expect_only(ask(world, (Ask){.full = true}), "deny");
  expect_only(ask(world, (Ask){0}), "allow");
  assert_int_equal(attack_world_entries(world, "\"decision.approved\""), 1);
  expect_only(ask(world, (Ask){0}), "need-approval");
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_approval_makes_one_allow_possible),
      cmocka_unit_test(it_is_for_just_this),
      cmocka_unit_test(two_slots_take_two_persons),
      cmocka_unit_test(a_weaker_path_uses_them_up_too),
      cmocka_unit_test(a_slot_that_the_policy_has_not_fills_none),
      cmocka_unit_test(what_may_be_approved_by_whom),
      cmocka_unit_test(one_person_approves_it_once),
      cmocka_unit_test(roles_that_are_kept_apart_stay_so),
      cmocka_unit_test(it_ends),
      cmocka_unit_test(it_ends_by_the_clock_and_for_good),
      cmocka_unit_test(what_is_over_is_not_taken_in),
      cmocka_unit_test(whoever_is_not_in_the_role_any_more_approved_nothing),
      cmocka_unit_test(a_key_signs_in_its_own_roles),
      cmocka_unit_test(an_erased_reference_is_none),
      cmocka_unit_test(signers_see_what_they_approve),
      cmocka_unit_test(what_waits_is_listed_for_those_who_approve),
      cmocka_unit_test(what_waits_is_bounded),
      cmocka_unit_test(a_report_tells_who_approved_and_what_for),
      cmocka_unit_test(no_record_no_allow),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
