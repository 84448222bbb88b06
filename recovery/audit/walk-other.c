/* SPDX-License-Identifier: Apache-2.0 */
/* walk-other.c - entries that are no case, no signature and no change: role
 * sessions, pairs of intent and outcome, heads, switches. */
#include <string.h>

#include "recovery/audit/walk-parts.h"
#include "recovery/format/key-plan.h"
#include "recovery/format/time.h"

/* Life of a role session. */
#define SESSION_MS 3600000

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

/* A step without a signature: its actor's role session is alive, and the role
 * on a key of theirs that is in force. */
static bool
has_session(const RecoveryWalk *walk, const RecoveryRosterKey *key,
            const char *act, bool standard)
{
  for (char **role = key->roles; *role != NULL; role++) {
    g_autofree char *name = g_strdup_printf("%s %s", key->person, *role);
    const int64_t *since = g_hash_table_lookup(walk->sessions, name);

    if (since != NULL && walk->now_ms - *since <= SESSION_MS &&
        recovery_act_role_may_in_session(*role, act) &&
        (standard || strcmp(*role, "verifier") == 0))
      return true;
  }
  return false;
}

bool
recovery_walk_other_session(const RecoveryWalk *walk, const FidotoolJson *entry,
                            GError **error)
{
  const RecoveryWalkCase *of = recovery_walk_find_case(walk, entry);
  bool standard = of == NULL || g_strcmp0(of->tier, "standard") == 0;
  const char *actor = text_of(entry, "actor"), *act = text_of(entry, "act");

  if (walk->roster == NULL)
    return true;
  for (unsigned i = 0; i < walk->roster->keys->len; i++) {
    const RecoveryRosterKey *key = g_ptr_array_index(walk->roster->keys, i);

    if (strcmp(key->person, actor) == 0 &&
        recovery_roster_valid_at(key->valid_after_ms, key->valid_before_ms,
                                 walk->now_ms) &&
        has_session(walk, key, act, standard))
      return true;
  }
  return recovery_walk_fail(error, "%s has no active role that permits %s",
                            actor, act);
}

/* What pairs an intent with its outcome: the act's stem and its fields. */
static char *
make_pair_name(const RecoveryAct *act, const FidotoolJson *entry)
{
  static const char *const names[] = {"case", "cred", "rp", "notice",
                                      "address"};
  g_autoptr(GString) out = g_string_new(act->name);

  g_string_truncate(out, (size_t)(strrchr(out->str, '.') - out->str));
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (text_of(entry, names[i]) != NULL)
      g_string_append_printf(out, " %s=%s", names[i], text_of(entry, names[i]));
  return g_string_free(g_steal_pointer(&out), false);
}

/* A key of a case is enrolled after the case has issued it. */
static bool
check_issued(const RecoveryWalk *walk, const FidotoolJson *entry,
             GError **error)
{
  const RecoveryWalkCase *of = recovery_walk_find_case(walk, entry);
  const char *cred = text_of(entry, "cred");
  bool ours;

  if (of == NULL)
    return true;
  ours = g_strcmp0(of->bound, cred) == 0;
  for (unsigned i = 0; i < of->made->len; i++)
    ours = ours || strcmp(g_ptr_array_index(of->made, i), cred) == 0;
  if (!ours || of->issued_ms < 0)
    return recovery_walk_fail(error,
                              "enrols a key that the case did not issue");
  return true;
}

bool
recovery_walk_other_pair(RecoveryWalk *walk, const RecoveryAct *act,
                         const FidotoolJson *entry, GError **error)
{
  g_autofree char *name = make_pair_name(act, entry);
  GArray *waiting = g_hash_table_lookup(walk->intents, name);

  if (text_of(entry, "case") != NULL &&
      recovery_walk_find_case(walk, entry) == NULL)
    return recovery_walk_unknown(walk, "is about a case that was never opened",
                                 error);
  if (waiting == NULL) {
    waiting = g_array_new(false, false, sizeof(int64_t));
    g_hash_table_insert(walk->intents, g_strdup(name), waiting);
  }
  if (g_str_has_suffix(act->name, ".intent")) {
    g_array_append_val(waiting, walk->seq);
    return true;
  }
  if (waiting->len == 0)
    return recovery_walk_unknown(walk, "is an outcome without an intent",
                                 error);
  g_array_remove_index(waiting, 0);
  if (strcmp(act->name, "key.revoke.outcome") == 0 &&
      strcmp(text_of(entry, "out"), "ok") == 0)
    g_hash_table_insert(walk->revoked, g_strdup(text_of(entry, "cred")),
                        g_memdup2(&walk->seq, sizeof(walk->seq)));
  if (strcmp(act->name, "key.enrol.outcome") == 0)
    return check_issued(walk, entry, error);
  return true;
}

/* Size and root of the record itself. */
bool
recovery_walk_other_head(RecoveryWalk *walk, const RecoveryAct *act,
                         const FidotoolJson *entry, GError **error)
{
  int64_t size = fidotool_json_get_int(entry, "size", -1);
  g_autofree char *root =
      size > walk->seq ? NULL : recovery_walk_root(walk, (uint64_t)size);

  if (g_strcmp0(root, text_of(entry, "root")) != 0)
    return recovery_walk_fail(error,
                              "names a root that is not that of its size");
  walk->closed = walk->closed || strcmp(act->name, "log.close") == 0;
  return true;
}

static bool
judge_role(RecoveryWalk *walk, const FidotoolJson *entry, GArray *signers,
           GError **error)
{
  const RecoveryWalkSigned *by =
      &g_array_index(signers, RecoveryWalkSigned, signers->len - 1);
  const char *role = text_of(entry, "role");

  if (by->row != NULL && !recovery_roster_key_has_role(by->row, role))
    return recovery_walk_fail(error,
                              "activates a role that the signer has not");
  g_hash_table_insert(walk->sessions, g_strdup_printf("%s %s", by->actor, role),
                      g_memdup2(&walk->now_ms, sizeof(walk->now_ms)));
  return true;
}

/* Copies of the record that are switched off and on. */
static void
note_switch(RecoveryWalk *walk, const char *act, const FidotoolJson *entry)
{
  bool siem = g_str_has_prefix(act, "siem.");
  const char *name = text_of(entry, siem ? "sink" : "machine");
  char *key = g_strdup_printf("%s %s", siem ? "SIEM" : "witness", name);

  if (g_str_has_suffix(act, ".off"))
    g_hash_table_add(walk->off, g_strdup(key));
  else
    g_hash_table_remove(walk->off, key);
  if (!siem && g_str_has_suffix(act, ".on"))
    g_hash_table_add(walk->witnesses, g_strdup(key));
  else if (!siem)
    g_hash_table_remove(walk->witnesses, key);
  g_free(key);
}

/* Leave to take something off a key: for what, and not for long. */
static bool
judge_plan(RecoveryWalk *walk, const FidotoolJson *entry, GError **error)
{
  g_autofree char *place =
      g_strdup_printf("entry %" G_GINT64_FORMAT, walk->seq);
  int64_t until = 0;

  (void)recovery_time_read(text_of(entry, "until"), &until); /* was looked at */
  return recovery_walk_use_nonce(walk, text_of(entry, "nonce"), place, error) &&
         recovery_key_plan_check(text_of(entry, "method"),
                                 fidotool_json_get(entry, "cred"), walk->now_ms,
                                 until, error);
}

bool
recovery_walk_other_judge(RecoveryWalk *walk, const RecoveryAct *act,
                          const FidotoolJson *entry, GArray *signers,
                          GError **error)
{
  bool final = strcmp(text_of(entry, "act"), act->name) == 0;

  if (strcmp(act->name, "roster.enrol") == 0)
    return recovery_walk_key_enrol(walk, entry, error);
  if (strcmp(act->name, "role.activate") == 0)
    return judge_role(walk, entry, signers, error);
  if (strcmp(act->name, "decision.approve") == 0)
    return recovery_walk_consent_given(walk, entry, signers, error);
  if (strcmp(act->name, "decision.approved") == 0)
    return recovery_walk_consent_allowed(walk, entry, error);
  if (strcmp(act->name, "decision.weaker") == 0)
    return recovery_walk_decision_judge(entry, error) &&
           recovery_walk_consent_used(walk, entry, error);
  if (strcmp(act->name, "key.plan") == 0)
    return judge_plan(walk, entry, error);
  if (g_str_has_prefix(act->name, "exception."))
    return recovery_walk_exception_judge(walk, act, entry, signers, error);
  if (strcmp(act->name, "policy.trial") == 0)
    return recovery_walk_policy_try(walk, entry, error);
  if (recovery_walk_change_is_change(act))
    return !final || recovery_walk_change_signed(walk, act, entry, error);
  if (strcmp(act->name, "change.effect") == 0 ||
      strcmp(act->name, "change.veto") == 0)
    return recovery_walk_change_effect(walk, act, entry, error);
  if (final && (g_str_has_prefix(act->name, "siem.") ||
                g_str_has_prefix(act->name, "witness.")))
    note_switch(walk, act->name, entry);
  else if (strcmp(act->name, "tamper.found") == 0)
    recovery_verdict_note(
        walk->verdict,
        g_strdup_printf("entry %" G_GINT64_FORMAT
                        " tells of tampering found by the station (%s)",
                        walk->seq, text_of(entry, "kind")));
  else if (strcmp(act->name, "fallback.used") == 0)
    recovery_verdict_note(walk->verdict,
                          g_strdup_printf("entry %" G_GINT64_FORMAT
                                          ": a fallback was used",
                                          walk->seq));
  return true;
}
