/* SPDX-License-Identifier: Apache-2.0 */
/* point.c - the decision point: who may ask, and one answer for each question.
 * Whatever goes wrong on the way is a denial. */
#include "recovery/point.h"

#include <string.h>

#include "recovery/beside.h"
#include "recovery/point-private.h"
#include "recovery/policy-read.h"
#include "recovery/policy/explain.h"
#include "recovery/rule.h"

/* Questions of one request. */
#define EVALUATIONS_MAX 64
/* What is kept sealed of one decision fits into a line of the record. */
#define INPUT_MAX 32768

typedef RecoveryPointQuestion Question;

/* ---- the point itself ---- */

static void
free_challenge(void *data)
{
  RecoveryPointChallenge *challenge = data;

  g_free(challenge->sub);
  g_free(challenge);
}

static void
free_facts(void *data)
{
  recovery_point_facts_free(data);
}

RecoveryPoint *
recovery_point_of(RecoveryStation *station)
{
  RecoveryPoint *point = station->point;

  if (point != NULL)
    return point;
  point = station->point = g_new0(RecoveryPoint, 1);
  point->challenges =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_challenge);
  point->facts =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_facts);
  point->employees =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  point->waiting = g_ptr_array_new_with_free_func(recovery_point_waiting_free);
  return point;
}

void
recovery_point_free(RecoveryPoint *point)
{
  if (point == NULL)
    return;
  recovery_exception_rules_clear(&point->rules);
  recovery_point_challenge_forget(&point->proof);
  g_hash_table_unref(point->challenges);
  g_hash_table_unref(point->facts);
  g_hash_table_unref(point->employees);
  g_ptr_array_unref(point->waiting);
  g_free(point);
}

/* ---- who may ask ---- */

static bool
is_decide(const RecoveryTrial *trial)
{
  return g_strcmp0(fidotool_json_get_text(trial->request, "act"), "decide") ==
         0;
}

static RecoveryRefusal *
refuse_other(void)
{
  return recovery_refusal_new(
      "caller", "A caller asks for decisions and for the station's status.",
      "Somebody of the station's staff does everything else.");
}

RecoveryRefusal *
recovery_point_refuse(const RecoveryTrial *trial, const char *query)
{
  if (trial->session == NULL || trial->session->peer != RECOVERY_PEER_CALLER ||
      strcmp(query, "status") == 0)
    return NULL;
  return refuse_other();
}

/* True where the request belongs here; then it may be refused already. */
static bool
is_ours(const RecoveryTrial *trial, RecoveryRefusal **ret_refusal)
{
  if (!is_decide(trial)) {
    *ret_refusal = recovery_point_refuse(trial, "");
    return *ret_refusal != NULL;
  }
  if (trial->session->caller == NULL)
    *ret_refusal = recovery_refusal_new(
        "caller", "Decisions are for programs that are registered as callers.",
        "The program's user in callers.conf, and a new start of recoveryd.");
  else if (!trial->station->model->started)
    *ret_refusal = recovery_refusal_new(
        "state", "This station was not initialised.", "fidotool station init.");
  return true;
}

/* ---- one question ---- */

void
recovery_point_question_clear(Question *question)
{
  g_free(question->sub);
  g_free(question->cred);
  g_free(question->error);
  fidotool_json_free(question->input);
  fidotool_json_free(question->approvals);
}

static FidotoolJson *
write_answer(const RecoveryDecision *decision, const char *id, char *words)
{
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *context = recovery_decide_write(decision, id);
  g_autofree char *taken = words;

  fidotool_json_set_text(context, "text", taken);
  fidotool_json_set_bool(answer, "decision",
                         decision->outcome == RECOVERY_DECIDE_ALLOW);
  fidotool_json_set(answer, "context", context);
  return answer;
}

static FidotoolJson *
deny(const char *why, const char *id)
{
  const RecoveryDecision denied = {.outcome = RECOVERY_DECIDE_DENY,
                                   .reason = RECOVERY_DECIDE_ERROR,
                                   .error = why};

  return write_answer(
      &denied, id,
      g_strdup_printf("Denied: nothing could be decided.\n%s\n", why));
}

/* A weaker path is recorded first, and so is what an approval made possible: it
 * is used up. What cannot be recorded is not done. */
static FidotoolJson *
answer_decision(Question *question, const RecoveryRequest *request,
                const RecoveryDecision *decision,
                const RecoveryDocument *document)
{
  g_autoptr(FidotoolJson) answer =
      write_answer(decision, question->ask.id,
                   recovery_explain_write(document, request, decision));
  g_autoptr(GError) error = NULL;
  int64_t seq = 0;

  if (decision->outcome == RECOVERY_DECIDE_NEED_APPROVAL) {
    recovery_point_waiting_note(question, decision);
    recovery_point_consent_explain(question,
                                   fidotool_json_get(answer, "context"));
  }
  if (decision->weaker == 0 && (question->approvals == NULL ||
                                decision->outcome != RECOVERY_DECIDE_ALLOW))
    return g_steal_pointer(&answer);
  if (!recovery_point_record(question, request, decision, document, &seq,
                             &error))
    return deny(error->message, question->ask.id);
  if (decision->outcome == RECOVERY_DECIDE_ALLOW)
    recovery_point_waiting_forget(question);
  fidotool_json_set_int(fidotool_json_get(answer, "context"), "entry", seq);
  return g_steal_pointer(&answer);
}

/* Of the whole input in its one form; NULL and question->error. */
static RecoveryRequest *
read_input(Question *question)
{
  RecoveryRequest *request;
  g_autofree char *error = NULL;
  g_autofree char *text = NULL;
  size_t len = 0;

  text = fidotool_json_write(question->input, &len);
  if (len > INPUT_MAX) {
    (void)recovery_point_wrong(question,
                               "evaluation: is too long to be recorded");
    return NULL;
  }
  request = recovery_request_read(question->input, &error);
  if (request == NULL)
    (void)recovery_point_wrong(question, "%s", error);
  return request;
}

/* By the clock. Approvals are looked for where nothing else is missing: an
 * allow that needs none uses none up. */
static FidotoolJson *
decide(Question *question)
{
  RecoveryTrial *trial = question->trial;
  const char *id = question->ask.id;
  RecoveryExceptionRules *rules = recovery_point_rules(trial);
  const RecoveryDecision *decision;
  g_autoptr(RecoveryRequest) request = read_input(question);

  if (request == NULL)
    return deny(question->error, id);
  decision = recovery_decide_run(rules->worker, request);
  if (decision->outcome == RECOVERY_DECIDE_NEED_APPROVAL &&
      recovery_point_consent_add(question)) {
    g_clear_pointer(&request, recovery_request_free);
    request = read_input(question);
    if (request == NULL)
      return deny(question->error, id);
    decision = recovery_decide_run(rules->worker, request);
  }
  recovery_beside_note(trial->station, trial->now.now_ms, request,
                       decision->outcome);
  return answer_decision(question, request, decision,
                         recovery_point_rules_document(trial, rules));
}

static FidotoolJson *
evaluate(RecoveryTrial *trial, const FidotoolJson *evaluation)
{
  Question question = {.trial = trial, .caller = trial->session->caller};
  g_autoptr(RecoveryRefusal) clock = NULL;
  FidotoolJson *answer;

  /* After a failure before, in the same request. */
  if (trial->station->broken)
    return deny("the record cannot be read", NULL);
  clock = recovery_rule_actor_clock(trial, NULL);
  if (!recovery_point_ask_read(&question, evaluation))
    answer = deny(question.error, question.ask.id);
  else if (clock != NULL)
    answer = deny(clock->text, question.ask.id);
  else if (!recovery_point_input_make(&question))
    answer = deny(question.error, question.ask.id);
  else
    answer = decide(&question);
  recovery_point_question_clear(&question);
  return answer;
}

/* ---- many questions ---- */

/* A question of a batch: what stands beside the batch, and what it says itself,
 * which takes the other one's place. */
static FidotoolJson *
merge(const FidotoolJson *request, const FidotoolJson *evaluation)
{
  FidotoolJson *merged;

  if (fidotool_json_type(evaluation) != FIDOTOOL_JSON_OBJECT)
    return fidotool_json_new_null();
  merged = fidotool_json_copy(request);
  fidotool_json_remove(merged, "evaluations");
  for (size_t i = 0; i < fidotool_json_size(evaluation); i++) {
    const char *name = fidotool_json_name(evaluation, i);

    fidotool_json_remove(merged, name);
    fidotool_json_set(merged, name,
                      fidotool_json_copy(fidotool_json_member(evaluation, i)));
  }
  return merged;
}

static FidotoolJson *
evaluate_all(RecoveryTrial *trial, const FidotoolJson *evaluations)
{
  FidotoolJson *answer = fidotool_json_new_object();
  FidotoolJson *list =
      fidotool_json_set(answer, "evaluations", fidotool_json_new_array());

  for (size_t i = 0; i < fidotool_json_size(evaluations); i++) {
    g_autoptr(FidotoolJson) merged =
        merge(trial->request, fidotool_json_at(evaluations, i));

    fidotool_json_append(list, evaluate(trial, merged));
  }
  return answer;
}

static FidotoolJson *
answer_request(RecoveryTrial *trial)
{
  const FidotoolJson *evaluations =
      fidotool_json_get(trial->request, "evaluations");

  if (evaluations == NULL)
    return evaluate(trial, trial->request);
  if (fidotool_json_type(evaluations) != FIDOTOOL_JSON_ARRAY ||
      fidotool_json_size(evaluations) == 0 ||
      fidotool_json_size(evaluations) > EVALUATIONS_MAX)
    return deny("evaluations: expected a list of 1 to 64", NULL);
  return evaluate_all(trial, evaluations);
}

/* ---- requests ---- */

bool
recovery_point_submit(RecoveryTrial *trial, FidotoolJson **ret_answer,
                      RecoveryRefusal **ret_refusal)
{
  if (!is_ours(trial, ret_refusal))
    return false;
  if (*ret_refusal != NULL)
    return true;
  *ret_answer = answer_request(trial);
  if (trial->station->point != NULL)
    recovery_point_challenge_forget(&trial->station->point->proof);
  return true;
}

char *
recovery_point_deny(const RecoverySession *session, const char *text,
                    const GError *error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_json_parse(text, strlen(text), NULL);
  g_autoptr(FidotoolJson) outer = NULL;

  if (session->caller == NULL ||
      g_strcmp0(fidotool_json_get_text(request, "act"), "decide") != 0)
    return NULL;
  outer = fidotool_json_new_object();
  fidotool_json_set(outer, "done", deny(error->message, NULL));
  return fidotool_json_write(outer, NULL);
}

static RecoveryRefusal *
refuse_subject(const Question *question)
{
  if (question->error != NULL) {
    FidotoolJson *text = recovery_message_new("The person is not told: {why}");

    recovery_message_put_text(text, "why", question->error);
    return recovery_refusal_say(
        "subject", text,
        recovery_message_new("A subject of type user, by employee number."));
  }
  return recovery_refusal_new(
      "subject", "Nobody of the directory has this employee number.",
      "An employee number of the directory.");
}

bool
recovery_point_propose(RecoveryTrial *trial, FidotoolJson **ret_answer,
                       RecoveryRefusal **ret_refusal)
{
  Question question = {.trial = trial};
  const char *employee, *sub = NULL;

  if (!is_ours(trial, ret_refusal))
    return false;
  if (*ret_refusal != NULL)
    return true;
  employee = recovery_point_ask_subject(
      &question, fidotool_json_get(trial->request, "subject"));
  if (employee != NULL)
    sub = recovery_point_input_sub(trial, employee);
  if (sub == NULL)
    *ret_refusal = refuse_subject(&question);
  else
    *ret_answer = recovery_point_challenge_make(trial, sub);
  if (sub != NULL && *ret_answer == NULL)
    *ret_refusal = recovery_refusal_new(
        "challenges", "Too many challenges of this caller are not answered.",
        "Answer them, or wait three minutes.");
  recovery_point_question_clear(&question);
  return true;
}
