/* SPDX-License-Identifier: Apache-2.0 */
/* act.c - the table of acts and the table of roles. */
#include "recovery/format/act.h"

#include <string.h>

#include "recovery/format/jcs.h"

#define PROPOSED ".proposed"

/* Groups of fields that recur: of a case statement, of what a person signed,
 * of an entry about a case, of an approval of one decision. */
#define C "case op sub case_digest?"
#define G "actor stmt asrt"
#define K "case sub state"
#define CONSENT "sub caller journey app transaction? reference slot until pii"

#define SIGNED RECOVERY_ACT_SIGNED
#define SESSION RECOVERY_ACT_SESSION
#define SYSTEM RECOVERY_ACT_SYSTEM
#define NEW_KEY RECOVERY_ACT_NEW_KEY
#define MIXED RECOVERY_ACT_MIXED

/* Every act there is, in order of names. What is not a row cannot be recorded.
 */
/* clang-format off */
static const RecoveryAct acts[] = {
  { "base.load", SIGNED, 3, 3, "object previous", G " object", false },
  { "bg.end", SYSTEM, 0, 0, NULL, K " cred", true },
  { "bg.open", SIGNED, 1, 1, C " cred until", G " " K " op cred until", true },
  { "bg.review", SIGNED, 2, 2, C " result previous", G " " K " result", true },
  { "case.activate", SIGNED, 1, 1, C " newkey", G " " K " cred note", true },
  { "case.add_evidence", SESSION, 0, 0, NULL, K " actor type method result evidence note pii", true },
  { "case.amend", SESSION, 0, 0, NULL, K " actor target note pii", true },
  { "case.approve", SIGNED, 1, 1, C " slot contact newkey evidence previous", G " " K " slot note", true },
  { "case.bound", NEW_KEY, 0, 0, NULL, K " cred aaguid registration? assertion? nonce? judgement?", true },
  { "case.check", SIGNED, 1, 1, C, G " " K, true },
  { "case.close", SYSTEM, 0, 0, NULL, K, true },
  { "case.contest", MIXED, 0, 0, NULL, K " method assertion?", true },
  { "case.elapsed", SYSTEM, 0, 0, NULL, K, true },
  { "case.expire", SYSTEM, 0, 0, NULL, K, true },
  { "case.failed", NEW_KEY, 0, 0, NULL, K, true },
  { "case.hold_off", SIGNED, 2, 2, C " previous", G " " K, true },
  { "case.hold_on", SIGNED, 1, 1, C, G " " K, true },
  { "case.made", NEW_KEY, 0, 0, NULL, K " cred aaguid registration assertion nonce judgement?", true },
  { "case.open", SIGNED, 1, 1, C, G " " K " op tier creds reason lost_at? note pii", true },
  { "case.purge", SYSTEM, 0, 0, NULL, K " pii", true },
  { "case.quorum", SYSTEM, 0, 0, NULL, K " not_before", true },
  { "case.refuse", SIGNED, 1, 1, C " slot? target reason", G " " K " slot? target reason note", true },
  { "case.reject", SIGNED, 2, 2, C " previous", G " " K, true },
  { "case.rp_proof", SIGNED, 1, 1, C " object rp", G " " K " object rp", true },
  { "case.start_binding", SIGNED, 1, 1, C " newkey", G " " K " note", true },
  { "case.start_proofing", SESSION, 0, 0, NULL, K " actor branch ial note", true },
  { "case.submit", SIGNED, 1, 1, C " evidence", G " " K " op tier slots evidence note", true },
  { "case.suspend_keys", SYSTEM, 0, 0, NULL, K " cred", true },
  { "case.uphold", SIGNED, 2, 2, C " previous", G " " K, true },
  { "case.withdraw", MIXED, 1, 1, C, K " method actor? stmt? asrt? assertion?", true },
  { "change.effect", SYSTEM, 0, 0, NULL, "object target", false },
  { "change.veto", SIGNED, 1, 1, "object target", G " object target", false },
  { "checkpoint.cosign", SIGNED, 1, 1, "size root", G " size root", false },
  { "checkpoint.made", SYSTEM, 0, 0, NULL, "size root", false },
  { "clock.accept", SIGNED, 2, 2, "time previous", G " time", false },
  { "clock.step", SYSTEM, 0, 0, NULL, "from to", false },
  { "decision.approve", SIGNED, 1, 1, CONSENT, G " " CONSENT, false },
  { "decision.approved", SYSTEM, 0, 0, NULL, "sub caller journey app transaction? method cred? result rules approvals pii", false },
  { "decision.weaker", SYSTEM, 0, 0, NULL, "sub caller journey app transaction? method cred? result reasons rules fallbacks waived exceptions approvals? review? pii", false },
  { "directory.post.intent", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "directory.post.outcome", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "disk.freed", SYSTEM, 0, 0, NULL, "free", false },
  { "disk.full", SYSTEM, 0, 0, NULL, "free", false },
  { "disk.low", SYSTEM, 0, 0, NULL, "free", false },
  { "exception.end", SIGNED, 1, 1, "object", G " object", false },
  { "exception.grant", SIGNED, 2, 2, "object previous", G " object", false },
  { "exception.review", SIGNED, 1, 1, "object", G " object", false },
  { "export.made", SIGNED, 1, 1, "object", G " object", false },
  { "fallback.used", SYSTEM, 0, 0, NULL, "sub journey method app", false },
  { "heartbeat", SYSTEM, 0, 0, NULL, "", false },
  { "key.enrol.intent", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "key.enrol.outcome", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "key.import", SIGNED, 1, 1, "object", G " object", false },
  { "key.lost", SIGNED, 1, 1, "cred sub case?", G " cred sub case?", false },
  { "key.plan", SESSION, 0, 0, NULL, "actor method target until nonce cred?", false },
  { "key.reserve", SIGNED, 1, 1, "key case?", G " key case?", false },
  { "key.restore", SIGNED, 2, 2, "cred sub previous", G " cred sub", false },
  { "key.retire", SIGNED, 1, 1, "key case?", G " key case?", false },
  { "key.revoke.intent", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "key.revoke.outcome", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "key.suspend.intent", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "key.suspend.outcome", SYSTEM, 0, 0, NULL, "case? cred rp?", false },
  { "log.close", SYSTEM, 0, 0, NULL, "size root", false },
  { "log.open", SYSTEM, 0, 2, "object prev_origin prev_size prev_root previous", "genesis object prev_origin prev_size prev_root rp_id origin actors? stmt? asrt?", false },
  { "notice.send.intent", SYSTEM, 0, 0, NULL, "case? notice address", false },
  { "notice.send.outcome", SYSTEM, 0, 0, NULL, "case? notice address", false },
  { "pii.erased", SIGNED, 2, 2, "sub pii previous", G " sub pii", false },
  { "policy.load", SIGNED, 2, 2, "object previous base? looser? stricter? warnings", G " object", false },
  { "policy.trial", SIGNED, 1, 1, "object until", G " object until", false },
  { "role.activate", SIGNED, 1, 1, "role", G " role note?", false },
  { "roster.change", SIGNED, 2, 2, "object previous", G " object", false },
  { "roster.enrol", SIGNED, 1, 1, "object", G " object judgement?", false },
  { "roster.machine", SIGNED, 2, 2, "object previous", G " object", false },
  { "roster.suspend", SIGNED, 1, 2, "object previous", G " object", false },
  { "siem.off", SIGNED, 2, 2, "sink previous", G " sink", false },
  { "siem.on", SIGNED, 1, 1, "sink", G " sink", false },
  { "station.init", SIGNED, 2, 2, "object previous", "actors stmt asrt object station_key rp_id origin", false },
  { "station.inspect", SIGNED, 1, 1, "result", G " result", false },
  { "station.start", SYSTEM, 0, 0, NULL, "", false },
  { "station.stop", SYSTEM, 0, 0, NULL, "", false },
  { "station.unlock", SIGNED, 1, 2, "previous", G, false },
  { "tamper.found", SYSTEM, 0, 0, NULL, "kind size root", false },
  { "trust.load", SIGNED, 2, 2, "object previous", G " object", false },
  { "witness.off", SIGNED, 2, 2, "machine previous", G " machine", false },
  { "witness.on", SIGNED, 1, 1, "machine", G " machine", false },
};

/* What a role signs and what it does in session. NULL as role: any slot's. */
static const struct {
  const char *role;
  const char *acts;
  const char *session;
} roles[] = {
  { "agent", "case.open case.submit case.withdraw key.import key.reserve key.lost key.retire",
    "case.start_proofing case.add_evidence case.amend key.plan" },
  { "verifier", "case.submit", "case.start_proofing case.add_evidence case.amend" },
  { "releaser", "case.start_binding case.activate case.rp_proof", "" },
  { "security", "case.approve case.refuse case.uphold case.reject decision.approve key.restore station.init"
    " station.inspect station.unlock clock.accept log.open roster.change roster.machine"
    " roster.suspend policy.load policy.trial base.load trust.load change.veto exception.grant exception.review"
    " exception.end case.check case.hold_on case.hold_off bg.review siem.off siem.on"
    " witness.off witness.on pii.erased", "key.plan" },
  { "auditor", "export.made checkpoint.cosign case.rp_proof case.hold_off bg.review pii.erased", "" },
  { "break-glass", "bg.open", "" },
  { NULL, "case.approve case.refuse case.uphold case.reject decision.approve key.restore", "" },
};
/* clang-format on */

static const char everybodys[] = "roster.enrol role.activate";

bool
recovery_act_is_proposed(const char *name)
{
  return g_str_has_suffix(name, PROPOSED);
}

/* Length of a name without .proposed. */
static size_t
measure_name(const char *name)
{
  size_t len = strlen(name);

  return recovery_act_is_proposed(name) ? len - strlen(PROPOSED) : len;
}

const RecoveryAct *
recovery_act_find(const char *name)
{
  size_t low = 0, high = G_N_ELEMENTS(acts), len;

  if (name == NULL)
    return NULL;
  len = measure_name(name);
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    int order = strncmp(acts[mid].name, name, len);

    if (order == 0 && acts[mid].name[len] != '\0')
      order = 1;
    if (order == 0) {
      bool one = acts[mid].kind != SIGNED || acts[mid].signatures_most < 2 ||
                 strcmp(acts[mid].name, "station.init") == 0;

      return recovery_act_is_proposed(name) && one ? NULL : &acts[mid];
    }
    if (order < 0)
      low = mid + 1;
    else
      high = mid;
  }
  return NULL;
}

size_t
recovery_act_count(void)
{
  return G_N_ELEMENTS(acts);
}

const RecoveryAct *
recovery_act_at(size_t i)
{
  g_assert(i < G_N_ELEMENTS(acts));
  return &acts[i];
}

/* True when text of len bytes is one of the words of list. */
static bool
has_word(const char *list, const char *text, size_t len)
{
  while (*list != '\0') {
    size_t word = strcspn(list, " ");

    if (word == len && memcmp(list, text, len) == 0)
      return true;
    list += word + (list[word] == ' ');
  }
  return false;
}

/* Row of a role id; a role that is not named has the last one. */
static size_t
find_role(const char *role)
{
  size_t i = 0;

  while (roles[i].role != NULL && strcmp(roles[i].role, role) != 0)
    i++;
  return i;
}

bool
recovery_act_role_may(const char *role, const char *act)
{
  size_t len = measure_name(act);

  if (has_word(everybodys, act, len))
    return true;
  return recovery_jcs_is_id(role) &&
         has_word(roles[find_role(role)].acts, act, len);
}

bool
recovery_act_role_may_in_session(const char *role, const char *act)
{
  return has_word(roles[find_role(role)].session, act, strlen(act));
}

bool
recovery_act_role_is_slot(const char *role)
{
  return recovery_jcs_is_id(role) &&
         (strcmp(role, "security") == 0 || roles[find_role(role)].role == NULL);
}

char *
recovery_act_namespace(const char *act, bool practice)
{
  return g_strdup_printf("keyturn-%s%.*s@v1", practice ? "practice-" : "",
                         (int)measure_name(act), act);
}
