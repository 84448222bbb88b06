/* SPDX-License-Identifier: Apache-2.0 */
/* world-consent.c - a program asks for decisions, and somebody approves them.
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/attack/consent.h"
#include "tests/testing.h"

static char bank_name[] = "bank-web", other_name[] = "other-web";
static char *no_signals[] = {NULL};
static const RecoveryCaller bank = {bank_name, 2001, no_signals};
const RecoveryCaller attack_world_consent_other = {other_name, 2002,
                                                   no_signals};

void
attack_world_consent_come(AttackWorld *world, RecoveryPeer peer,
                          const RecoveryCaller *caller)
{
  recovery_session_free(world->session);
  world->session = recovery_session_new(peer);
  recovery_session_set_caller(world->session, caller);
}

/* Sam is of the staff and has a key that was given in a case; p-both is a
 * subject as well. */
AttackWorld *
attack_world_consent_new(void)
{
  AttackWorld *world = attack_world_new(true);

  world->policy = "policy-approve.yaml";
  attack_world_found(world);
  attack_world_reach(world, "issued");
  attack_world_consent_come(world, RECOVERY_PEER_ADMIN, NULL);
  attack_world_activate(world, "p-agent", "agent");
  attack_world_ok(attack_world_act(
      world, "p-agent", false,
      "{\"act\":\"key.import\",\"actor\":\"p-agent\",\"csv\":\"employee,name,"
      "team,address,person,credential,aaguid,groups\\n"
      "E-100,Sam Okafor,sales,sam@example.org,,,,staff\\n"
      "E-5,Bo Both,apps,,p-both,,,staff\\n\"}"));
  attack_world_consent_come(world, RECOVERY_PEER_STAFF, NULL);
  return world;
}

char *
attack_world_consent_request(const AttackConsent *one)
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

FidotoolJson *
attack_world_consent_approve(AttackWorld *world, AttackConsent one)
{
  g_autofree char *request = attack_world_consent_request(&one);

  return attack_world_act(world, one.by ? one.by : "p-lead", one.away, "%s",
                          request);
}

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

FidotoolJson *
attack_world_consent_ask(AttackWorld *world, AttackConsentAsk one)
{
  g_autoptr(FidotoolJson) answer = NULL, proof = NULL;
  g_autofree char *challenge = NULL, *assertion = NULL, *more = NULL;
  const char *transaction = one.transaction ? one.transaction : "payment";
  const char *reference = one.reference ? one.reference : "pay 17";
  struct rlimit before = {0};
  FidotoolJson *done;

  attack_world_consent_come(world, RECOVERY_PEER_CALLER,
                            one.caller ? one.caller : &bank);
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
  attack_world_consent_come(world, RECOVERY_PEER_STAFF, NULL);
  return done;
}

FidotoolJson *
attack_world_consent_context_at(FidotoolJson *answer, const char *outcome,
                                const char *file, int line)
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
