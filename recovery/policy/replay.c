/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - what was decided once, decided again under a draft. */
#include "recovery/policy/replay.h"

#include <string.h>

#include "recovery/format/time.h"
#include "recovery/policy-read.h"
#include "recovery/policy/lint.h"

/* A policy, and what a request is worked out in. */
typedef struct {
  RecoveryPolicy *policy;
  RecoveryDecideWorker *worker;
} Side;

struct RecoveryReplay {
  Side draft;
  GHashTable *past; /* digest -> Side */
};

static void
clear_side(Side *side)
{
  g_clear_pointer(&side->worker, recovery_decide_worker_free);
  g_clear_pointer(&side->policy, recovery_policy_free);
}

static void
free_side(void *data)
{
  clear_side(data);
  g_free(data);
}

static Side
new_side(RecoveryDocument *document)
{
  Side side = {.policy = recovery_policy_of(document)};

  side.worker = recovery_decide_worker_new(side.policy->decide);
  return side;
}

RecoveryReplay *
recovery_replay_new(RecoveryDocument *draft)
{
  RecoveryReplay *replay = g_new0(RecoveryReplay, 1);

  /* As if it had been in force all the time. */
  draft->policy.valid_from_s = 0;
  replay->draft = new_side(draft);
  replay->past =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_side);
  return replay;
}

void
recovery_replay_free(RecoveryReplay *replay)
{
  if (replay == NULL)
    return;
  clear_side(&replay->draft);
  g_hash_table_unref(replay->past);
  g_free(replay);
}

bool
recovery_replay_add(RecoveryReplay *replay, const char *digest, GBytes *yaml)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  RecoveryDocument *document;
  gsize len;
  const char *text = g_bytes_get_data(yaml, &len);
  Side *side;

  if (g_hash_table_contains(replay->past, digest))
    return true;
  document = recovery_document_read(text, len, problems);
  if (document != NULL)
    recovery_lint_check(document, true, problems);
  if (problems->errors > 0) {
    recovery_document_free(document);
    return false;
  }
  side = g_new0(Side, 1);
  *side = new_side(document);
  g_hash_table_insert(replay->past, g_strdup(digest), side);
  return true;
}

/* ---- a key that was judged ---- */

static FidotoolJson *
add_side(FidotoolJson *row, const char *name, const char *outcome)
{
  FidotoolJson *side = fidotool_json_set(row, name, fidotool_json_new_object());

  fidotool_json_set_text(side, "outcome", outcome);
  return side;
}

static RecoveryRefusal *
judge(const RecoveryPolicy *policy, bool staff,
      const RecoveryPolicyFacts *facts, int64_t at_s)
{
  /* The record knows nobody by groups or attributes. */
  static const RecoveryPolicyPerson anybody = {.anybody = true};

  return staff ? recovery_policy_roster(policy, facts, at_s)
               : recovery_policy_issue(policy, recovery_policy_standard(policy),
                                       &anybody, facts, at_s);
}

static void
add_verdict(FidotoolJson *row, const char *name, const RecoveryRefusal *refusal)
{
  FidotoolJson *side = add_side(row, name, refusal == NULL ? "allow" : "deny");

  if (refusal != NULL)
    recovery_refusal_write(refusal, side);
}

static RecoveryPolicyFacts
read_facts(const FidotoolJson *result)
{
  const FidotoolJson *flags = fidotool_json_get(result, "flags");
  const FidotoolJson *trust = fidotool_json_get(result, "trust");

  /* What is not there is not in anybody's favour. */
  RecoveryPolicyFacts facts = {
      .uv = fidotool_json_get_int(flags, "uv", 0) == 1,
      .be = fidotool_json_get_int(flags, "be", 1) == 1,
      .bs = fidotool_json_get_int(flags, "bs", 1) == 1,
      .attested =
          g_strcmp0(fidotool_json_get_text(trust, "result"), "anchored") == 0,
      .aaguid = fidotool_json_get_text(result, "aaguid"),
      .anchor = fidotool_json_get_text(trust, "anchor"),
  };

  recovery_policy_facts_take(&facts, fidotool_json_get(result, "facts"));
  return facts;
}

FidotoolJson *
recovery_replay_judgement(RecoveryReplay *replay, const char *policy,
                          const char *act, const FidotoolJson *result,
                          const char *at)
{
  const Side *past = g_hash_table_lookup(replay->past, policy);
  const bool staff = strcmp(act, "roster.enrol") == 0;
  const RecoveryPolicyFacts facts = read_facts(result);
  g_autoptr(RecoveryRefusal) then = NULL, now = NULL;
  FidotoolJson *row;
  int64_t at_ms;

  if (past == NULL || at == NULL || !recovery_time_read(at, &at_ms))
    return NULL;
  then = judge(past->policy, staff, &facts, at_ms / 1000);
  now = judge(replay->draft.policy, staff, &facts, at_ms / 1000);
  row = fidotool_json_new_object();
  fidotool_json_set_text(row, "change",
                         (then == NULL) == (now == NULL) ? "same"
                         : now == NULL                   ? "let-in"
                                                         : "refused");
  add_verdict(row, "before", then);
  add_verdict(row, "after", now);
  return row;
}

/* ---- a request ---- */

static void
add_decision(FidotoolJson *row, const char *name,
             const RecoveryDecision *decision)
{
  FidotoolJson *side =
      add_side(row, name, recovery_decide_outcome_word(decision->outcome));
  g_autoptr(GString) rules = g_string_new(NULL);

  for (size_t i = 0; i < decision->decided.count; i++)
    g_string_append_printf(rules, "%s%s", i > 0 ? ", " : "",
                           decision->decided.items[i]);
  fidotool_json_set_text(side, "rule", rules->str);
  if (decision->reason == RECOVERY_DECIDE_ERROR)
    fidotool_json_set_text(side, "text", decision->error);
}

static const char *
compare_outcomes(RecoveryDecideOutcome then, RecoveryDecideOutcome now)
{
  if (then == now)
    return "same";
  switch (now) {
  case RECOVERY_DECIDE_DENY:
    return "refused";
  case RECOVERY_DECIDE_STEP_UP:
    return then == RECOVERY_DECIDE_DENY ? "less" : "step-up";
  case RECOVERY_DECIDE_NEED_APPROVAL:
    return then == RECOVERY_DECIDE_DENY ? "less" : "need-approval";
  case RECOVERY_DECIDE_ALLOW:
    return "let-in";
  }
  return "same";
}

FidotoolJson *
recovery_replay_request(RecoveryReplay *replay, const char *policy,
                        const FidotoolJson *request)
{
  const Side *past = g_hash_table_lookup(replay->past, policy);
  g_autofree char *fault = NULL;
  g_autoptr(RecoveryRequest) read =
      past == NULL ? NULL : recovery_request_read(request, &fault);
  const RecoveryDecision *decision;
  RecoveryDecideOutcome then;
  FidotoolJson *row;

  if (read == NULL)
    return NULL;
  row = fidotool_json_new_object();
  decision = recovery_decide_run(past->worker, read);
  then = decision->outcome;
  add_decision(row, "before", decision);
  decision = recovery_decide_run(replay->draft.worker, read);
  add_decision(row, "after", decision);
  fidotool_json_set_text(row, "change",
                         compare_outcomes(then, decision->outcome));
  return row;
}

/* ---- all of them ---- */

FidotoolJson *
recovery_replay_count(const FidotoolJson *rows)
{
  static const struct {
    const char *change, *name;
  } names[] = {
      {"refused", "refused"},
      {"step-up", "step_up"},
      {"need-approval", "need_approval"},
      {"less", "less"},
      {"let-in", "let_in"},
      {"same", "same"},
  };
  FidotoolJson *counts = fidotool_json_new_object();

  fidotool_json_set_int(counts, "judged", (int64_t)fidotool_json_size(rows));
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    int64_t n = 0;

    for (size_t j = 0; j < fidotool_json_size(rows); j++)
      n +=
          g_strcmp0(fidotool_json_get_text(fidotool_json_at(rows, j), "change"),
                    names[i].change) == 0;
    fidotool_json_set_int(counts, names[i].name, n);
  }
  return counts;
}
