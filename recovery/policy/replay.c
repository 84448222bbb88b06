/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - what was decided once, decided again under a draft. */
#include "recovery/policy/replay.h"

#include <string.h>

#include "recovery/format/time.h"
#include "recovery/policy/lint.h"
#include "recovery/policy/replay-exception.h"

/* A policy, and what a request is worked out in: with the exceptions of then.
 */
typedef struct {
  RecoveryPolicy *policy;
  RecoveryReplayRules rules;
} Side;

struct RecoveryReplay {
  Side draft;
  GHashTable *past;      /* digest -> Side */
  GPtrArray *exceptions; /* those that were granted */
};

static void
clear_side(Side *side)
{
  recovery_replay_exception_clear(&side->rules);
  g_clear_pointer(&side->policy, recovery_policy_free);
}

static void
free_side(void *data)
{
  clear_side(data);
  g_free(data);
}

RecoveryReplay *
recovery_replay_new(RecoveryDocument *draft)
{
  RecoveryReplay *replay = g_new0(RecoveryReplay, 1);

  /* As if it had been in force all the time. */
  draft->policy.valid_from_s = 0;
  replay->draft.policy = recovery_policy_of(draft);
  replay->exceptions = recovery_replay_exception_list();
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
  g_ptr_array_unref(replay->exceptions);
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
  side->policy = recovery_policy_of(document);
  g_hash_table_insert(replay->past, g_strdup(digest), side);
  return true;
}

/* A time that may miss. */
static bool
read_time(const FidotoolJson *row, const char *name, int64_t none_ms,
          int64_t *ret_ms)
{
  const char *text = fidotool_json_get_text(row, name);

  *ret_ms = none_ms;
  return text == NULL ? fidotool_json_get(row, name) == NULL
                      : recovery_time_read(text, ret_ms);
}

bool
recovery_replay_grant(RecoveryReplay *replay, const FidotoolJson *row)
{
  const char *text = fidotool_json_get_text(row, "text");
  int64_t granted_ms, reviewed_ms, ended_ms;
  RecoveryExceptionLine *line;

  if (text == NULL || fidotool_json_get_text(row, "granted") == NULL ||
      !read_time(row, "granted", 0, &granted_ms) ||
      !read_time(row, "reviewed", 0, &reviewed_ms) ||
      !read_time(row, "ended", INT64_MAX, &ended_ms))
    return false;
  line = recovery_exception_line_read(text, strlen(text), NULL);
  if (line == NULL)
    return false;
  recovery_replay_exception_add(replay->exceptions, line, granted_ms,
                                reviewed_ms, ended_ms);
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

static char *
join_ids(const RecoveryDecideIds *ids)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (size_t i = 0; i < ids->count; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", ids->items[i]);
  return g_strdup(text->str);
}

static void
add_decision(FidotoolJson *row, const char *name,
             const RecoveryDecision *decision)
{
  FidotoolJson *side =
      add_side(row, name, recovery_decide_outcome_word(decision->outcome));
  g_autofree char *rules = join_ids(&decision->decided);
  g_autofree char *waivers = join_ids(&decision->waivers);

  fidotool_json_set_text(side, "rule", rules);
  if (decision->waivers.count > 0)
    fidotool_json_set_text(side, "exception", waivers);
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

static RecoveryDecideOutcome
decide(RecoveryReplay *replay, Side *side, const RecoveryRequest *request,
       int64_t at_ms, FidotoolJson *row, const char *name)
{
  const RecoveryDecision *decision = recovery_decide_run(
      recovery_replay_exception_rules(&side->rules, side->policy,
                                      replay->exceptions, at_ms),
      request);

  add_decision(row, name, decision);
  return decision->outcome;
}

FidotoolJson *
recovery_replay_request(RecoveryReplay *replay, const char *policy,
                        const FidotoolJson *request, const char *at)
{
  Side *past = g_hash_table_lookup(replay->past, policy);
  g_autofree char *fault = NULL;
  g_autoptr(RecoveryRequest) read =
      past == NULL ? NULL : recovery_request_read(request, &fault);
  RecoveryDecideOutcome then, now;
  FidotoolJson *row;
  int64_t at_ms;

  if (read == NULL || at == NULL || !recovery_time_read(at, &at_ms))
    return NULL;
  row = fidotool_json_new_object();
  then = decide(replay, past, read, at_ms, row, "before");
  now = decide(replay, &replay->draft, read, at_ms, row, "after");
  fidotool_json_set_text(row, "change", compare_outcomes(then, now));
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
