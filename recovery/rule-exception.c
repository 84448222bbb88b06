/* SPDX-License-Identifier: Apache-2.0 */
/* rule-exception.c - what may be granted as an exception, by whom, and what
 * may still be reviewed or ended. */
#include <string.h>

#include "recovery/exception.h"
#include "recovery/format/words.h"
#include "recovery/policy/waiver.h"
#include "recovery/rule.h"

/* A proposal lives this long: so far back may the beginning lie. */
#define BACK_S RECOVERY_EXCEPTION_LINE_DAY_S
/* And so far ahead: what is needed later is weighed later, by who is there. */
#define AHEAD_S (RECOVERY_EXCEPTION_LINE_LIFE_D * RECOVERY_EXCEPTION_LINE_DAY_S)

/* The exception of a grant; NULL where it is missing, or cannot be read. */
static RecoveryExceptionLine *
read_line(RecoveryTrial *trial, GError **error)
{
  const char *text = recovery_trial_text(trial, "exception");

  return text == NULL ? NULL
                      : recovery_exception_line_read(text, strlen(text), error);
}

static RecoveryRefusal *
refuse_id(const char *format, const char *id, const char *enough)
{
  FidotoolJson *text = recovery_message_of(format);

  recovery_message_put_text(text, "id", id);
  return recovery_refusal_say("", text, recovery_message_of(enough));
}

RecoveryRefusal *
recovery_rule_exception_id(RecoveryTrial *trial, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  g_autoptr(RecoveryExceptionLine) line = read_line(trial, error);

  if (line == NULL || (recovery_model_exception(model, line->id) == NULL &&
                       recovery_exception_rule(model->policy, line->id) ==
                           RECOVERY_DOCUMENT_N_SECTIONS))
    return NULL;
  return refuse_id(
      N_("The id {id} was used before, or is that of a rule of the policy."),
      line->id, N_("An id of its own: one exception, one id, for ever."));
}

RecoveryRefusal *
recovery_rule_exception_waives(RecoveryTrial *trial, GError **error)
{
  static const char enough[] = N_(
      "Requirements of the policy in force; fidotool policy print has them.");
  g_autoptr(RecoveryExceptionLine) line = read_line(trial, error);

  for (char **id = line == NULL ? NULL : line->waives;
       id != NULL && *id != NULL; id++) {
    RecoveryDocumentSection section =
        recovery_exception_rule(trial->station->model->policy, *id);

    if (section == RECOVERY_DOCUMENT_REQUIRES)
      continue;
    if (section == RECOVERY_DOCUMENT_N_SECTIONS)
      return refuse_id(N_("The policy in force has no requirement {id}."), *id,
                       enough);
    return refuse_id(N_("{id} is no requirement: an exception never waives a "
                        "forbid, a permit or a fallback."),
                     *id, enough);
  }
  return NULL;
}

RecoveryRefusal *
recovery_rule_exception_scope(RecoveryTrial *trial, GError **error)
{
  static const char *const formats[] = {
      [RECOVERY_EXCEPTION_LINE_JOURNEY] =
          N_("The policy in force has no journey {id}."),
      [RECOVERY_EXCEPTION_LINE_POPULATION] =
          N_("The policy in force has no population {id}."),
      [RECOVERY_EXCEPTION_LINE_APP] =
          N_("The policy in force has no app {id}."),
      [RECOVERY_EXCEPTION_LINE_TRANSACTION] =
          N_("The policy in force has no transaction {id}."),
  };
  g_autoptr(RecoveryExceptionLine) line = read_line(trial, error);
  RecoveryExceptionLineScope scope;
  const char *id =
      line == NULL ? NULL
                   : recovery_waiver_stray(recovery_policy_document(
                                               trial->station->model->policy),
                                           line, &scope);

  return id == NULL ? NULL
                    : refuse_id(formats[scope], id,
                                N_("One that it has, or none: left out means "
                                   "everywhere."));
}

RecoveryRefusal *
recovery_rule_exception_dates(RecoveryTrial *trial, GError **error)
{
  g_autoptr(RecoveryExceptionLine) line = read_line(trial, error);
  int64_t now_s = trial->now.now_ms / 1000;

  if (line == NULL)
    return NULL;
  if (recovery_exception_line_flaw(line) == RECOVERY_EXCEPTION_LINE_BACKWARDS ||
      line->until_s <= now_s)
    return recovery_rule_refuse(
        "The exception would be over before it begins, or is over now.",
        "An end in the future, after its beginning.");
  if (line->from_s < now_s - BACK_S)
    return recovery_rule_refuse(
        "The exception would begin in the past.",
        "It begins today or later; nothing is excepted afterwards.");
  if (line->from_s > now_s + AHEAD_S)
    return recovery_rule_refuse(
        "The exception would begin in more than 90 days.",
        "A beginning within 90 days; a new exception once it is nearer.");
  return NULL;
}

RecoveryRefusal *
recovery_rule_exception_life(RecoveryTrial *trial, GError **error)
{
  g_autoptr(RecoveryExceptionLine) line = read_line(trial, error);

  if (line == NULL ||
      recovery_exception_line_flaw(line) != RECOVERY_EXCEPTION_LINE_LONG)
    return NULL;
  return recovery_rule_refuse("An exception lives 90 days at most.",
                              "A sooner end; a new exception after it.");
}

RecoveryRefusal *
recovery_rule_exception_review_days(RecoveryTrial *trial, GError **error)
{
  g_autoptr(RecoveryExceptionLine) line = read_line(trial, error);

  if (line == NULL || line->review_every_d <= RECOVERY_EXCEPTION_LINE_REVIEW_D)
    return NULL;
  return recovery_rule_refuse(
      "An exception is reviewed every 30 days at least.",
      "A review every 30 days, or more often.");
}

RecoveryRefusal *
recovery_rule_exception_owner_known(RecoveryTrial *trial, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  g_autoptr(RecoveryExceptionLine) line = read_line(trial, error);

  if (line == NULL ||
      recovery_roster_find_person(model->roster, line->owner) != NULL ||
      g_hash_table_contains(model->subs, line->owner))
    return NULL;
  return recovery_rule_refuse(
      "The owner is neither on the roster nor in the directory.",
      "The owner's id as the roster has it, or their subject id.");
}

/* Whoever answers for the exception does not say yes to it. */
RecoveryRefusal *
recovery_rule_exception_owner(RecoveryTrial *trial, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  g_autoptr(RecoveryExceptionLine) asked = read_line(trial, error);
  const RecoveryModelException *granted =
      recovery_model_exception_of(model, recovery_trial_text(trial, "object"));
  const RecoveryExceptionLine *line = asked     ? asked
                                      : granted ? granted->line
                                                : NULL;
  const char *sub = g_hash_table_lookup(model->subject_of, trial->actor);

  if (line == NULL || (strcmp(line->owner, trial->actor) != 0 &&
                       g_strcmp0(line->owner, sub) != 0))
    return NULL;
  return recovery_rule_refuse(
      "The owner of an exception neither grants nor reviews it.",
      "Another officer.");
}

/* review, end */

static const RecoveryModelException *
find_granted(const RecoveryTrial *trial)
{
  return recovery_model_exception_of(trial->station->model,
                                     recovery_trial_text(trial, "object"));
}

RecoveryRefusal *
recovery_rule_exception_known(RecoveryTrial *trial,
                              G_GNUC_UNUSED GError **error)
{
  if (find_granted(trial) != NULL)
    return NULL;
  return recovery_rule_refuse("No such exception was granted here.",
                              "fidotool exception list shows them.");
}

RecoveryRefusal *
recovery_rule_exception_review(RecoveryTrial *trial,
                               G_GNUC_UNUSED GError **error)
{
  switch (recovery_exception_state(trial->station->model, find_granted(trial),
                                   trial->now.now_ms)) {
  case RECOVERY_EXCEPTION_LIVE:
    return NULL;
  case RECOVERY_EXCEPTION_OVERDUE:
    return recovery_rule_refuse(
        "Its review is overdue: the exception has ended, and a late review "
        "does not bring it back.",
        "A new exception, if it is still needed.");
  case RECOVERY_EXCEPTION_EARLY:
    return recovery_rule_refuse("The exception has not begun yet.",
                                "A review once it has.");
  case RECOVERY_EXCEPTION_IDLE:
    return recovery_rule_refuse(
        "The policy in force has nothing that this exception waives.",
        "An end to it; a new exception, if it is still needed.");
  case RECOVERY_EXCEPTION_ENDED:
  case RECOVERY_EXCEPTION_EXPIRED:
    break;
  }
  return recovery_rule_refuse("The exception is over.",
                              "A new exception, if it is still needed.");
}

RecoveryRefusal *
recovery_rule_exception_end(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  RecoveryExceptionState state = recovery_exception_state(
      trial->station->model, find_granted(trial), trial->now.now_ms);

  if (state != RECOVERY_EXCEPTION_ENDED && state != RECOVERY_EXCEPTION_EXPIRED)
    return NULL;
  return recovery_rule_refuse("The exception is over.",
                              "Nothing: it is not there any more.");
}
