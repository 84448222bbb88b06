/* SPDX-License-Identifier: Apache-2.0 */
/* rule-staffing.c - a change that leaves a slot without enough persons, or the
 * keys in use without a use: what lint finds (L05, L06, L09) once it is asked
 * where roster and register are known. What was so before the change is not
 * held against it: a small roster grows one person at a time. A founding has no
 * before: it begins with enough. */
#include <string.h>

#include "recovery/policy/eligible.h"
#include "recovery/policy/lint.h"
#include "recovery/rule.h"

/* One state of affairs: a policy, and the people who carry it out. */
typedef struct {
  const RecoveryDocument *document;
  RecoveryEligible *eligible;
} Staffing;

/* Before and after the change; of a founding there is no before. */
typedef struct {
  Staffing was, will;
  RecoveryRoster *roster; /* that of the change, or NULL */
  RecoveryPolicy *policy; /* likewise */
} Change;

static void
clear_change(Change *change)
{
  recovery_eligible_free(change->was.eligible);
  recovery_eligible_free(change->will.eligible);
  recovery_roster_free(change->roster);
  recovery_policy_free(change->policy);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, clear_change)

static bool
read_change(RecoveryTrial *trial, Change *change, GError **error)
{
  const RecoveryModel *model = trial->station->model;
  const char *line = recovery_trial_text(trial, "roster");
  const char *yaml = recovery_trial_text(trial, "policy");
  const bool policy = strcmp(trial->deed->act, "policy.load") == 0;
  const int64_t now_s = trial->now.now_ms / 1000;

  if (policy && yaml != NULL)
    change->policy = recovery_policy_read(
        yaml, strlen(yaml), trial->station->config.practice, error);
  if (!policy && line != NULL)
    change->roster = recovery_roster_read(line, strlen(line), error);
  if (change->policy == NULL && change->roster == NULL)
    return false;
  change->was.document = recovery_policy_document(model->policy);
  change->will.document =
      policy ? recovery_policy_document(change->policy) : change->was.document;
  change->was.eligible = recovery_eligible_new(model->roster, now_s);
  change->will.eligible = recovery_eligible_new(
      change->roster != NULL ? change->roster : model->roster, now_s);
  return true;
}

#define N_TIERS 3

/* NULL: there is no such tier. */
static const RecoveryDocumentRefs *
slots_of(const RecoveryDocument *document, int i)
{
  const RecoveryDocumentTier *tiers[N_TIERS] = {
      &document->recovery.standard,
      &document->recovery.remote,
      &document->recovery.privileged,
  };

  return tiers[i]->at.line != 0 ? &tiers[i]->slots : NULL;
}

/* The names of all slots, each once; freed with g_list_free(). */
static GList *
all_slots(const RecoveryDocument *document)
{
  GList *all = NULL;

  for (int i = 0; i < N_TIERS; i++) {
    const RecoveryDocumentRefs *slots = slots_of(document, i);

    for (uint32_t j = 0; slots != NULL && j < slots->count; j++) {
      const char *slot = recovery_document_id(document, RECOVERY_DOCUMENT_SLOTS,
                                              slots->items[j].index);

      if (g_list_find_custom(all, slot, (GCompareFunc)strcmp) == NULL)
        all = g_list_append(all, (void *)slot);
    }
  }
  return all;
}

static void
put_count(FidotoolJson *message, const char *name, guint count)
{
  g_autofree char *text = g_strdup_printf("%u", count);

  recovery_message_put_text(message, name, text);
}

/* ---- L06 ---- */

static FidotoolJson *
word_slot(const char *slot, guint count)
{
  FidotoolJson *message =
      recovery_message_new("Persons who could fill the slot {slot} after this "
                           "change: {count}.");

  recovery_message_put_text(message, "slot", slot);
  put_count(message, "count", count);
  return message;
}

static FidotoolJson *
word_more(const char *slot, guint least)
{
  FidotoolJson *message = recovery_message_new(
      "At least {least}: first another person with the role {slot}.");

  recovery_message_put_text(message, "slot", slot);
  put_count(message, "least", least);
  return message;
}

static bool
is_worse(const Change *change, const char *slot, guint count)
{
  g_autoptr(GList) before =
      change->was.document == NULL ? NULL : all_slots(change->was.document);

  return g_list_find_custom(before, slot, (GCompareFunc)strcmp) == NULL ||
         count < recovery_eligible_count(change->was.eligible, slot);
}

static RecoveryRefusal *
check_slots(const Change *change, guint least)
{
  g_autoptr(GList) slots = all_slots(change->will.document);

  for (GList *l = slots; l != NULL; l = l->next) {
    const guint count = recovery_eligible_count(change->will.eligible, l->data);

    if (count < least && is_worse(change, l->data, count))
      return recovery_refusal_say("L06", word_slot(l->data, count),
                                  word_more(l->data, least));
  }
  return NULL;
}

/* ---- L05 ---- */

/* How many slots of a tier stay empty when as many as can be are filled. */
static guint
count_empty(const Staffing *staffing, int tier)
{
  const RecoveryDocumentRefs *slots =
      staffing->document == NULL ? NULL : slots_of(staffing->document, tier);

  return slots == NULL
             ? 0
             : slots->count - recovery_eligible_fill(staffing->eligible,
                                                     staffing->document, slots);
}

static RecoveryRefusal *
check_fill(const Change *change)
{
  for (int i = 0; i < N_TIERS; i++)
    if (count_empty(&change->will, i) > count_empty(&change->was, i))
      return recovery_refusal_new(
          "L05",
          "After this change the slots of a case could not all be filled by "
          "persons of different teams.",
          "First the roles to people of more teams.");
  return NULL;
}

/* ---- L09 ---- */

/* Models of keys in the register that are good now. */
static bool
any_model(RecoveryTrial *trial, const RecoveryDocument *document)
{
  g_autoptr(RecoveryDecide) decide = recovery_decide_new(document);
  GHashTableIter iter;
  void *value;

  g_hash_table_iter_init(&iter, trial->station->model->keys);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryModelKey *key = value;

    if (key->state == RECOVERY_KEY_ACTIVE && key->aaguid != NULL &&
        recovery_lint_takes_model(document, decide, key->aaguid,
                                  trial->now.now_ms / 1000))
      return true;
  }
  return false;
}

static RecoveryRefusal *
check_models(RecoveryTrial *trial, const Change *change)
{
  if (change->policy == NULL || any_model(trial, change->will.document) ||
      !any_model(trial, change->was.document))
    return NULL;
  return recovery_refusal_new(
      "L09",
      "No key that this station gave out would be good for anything under "
      "this policy.",
      "A permit that accepts one of their models until the others are out.");
}

/* ---- the rule ---- */

RecoveryRefusal *
recovery_rule_staffing(RecoveryTrial *trial, GError **error)
{
  const guint least = recovery_lint_least(trial->station->config.practice);
  g_auto(Change) change = {0};
  RecoveryRefusal *refusal;

  if (!read_change(trial, &change, error))
    return NULL;
  refusal = check_slots(&change, least);
  if (refusal == NULL)
    refusal = check_fill(&change);
  return refusal != NULL ? refusal : check_models(trial, &change);
}

RecoveryRefusal *
recovery_rule_staffing_first(const RecoveryRoster *roster,
                             const RecoveryPolicy *policy, bool practice,
                             int64_t now_s)
{
  g_auto(Change) change = {
      .will = {.document = recovery_policy_document(policy),
               .eligible = recovery_eligible_new(roster, now_s)},
  };
  RecoveryRefusal *refusal =
      check_slots(&change, recovery_lint_least(practice));

  return refusal != NULL ? refusal : check_fill(&change);
}

FidotoolJson *
recovery_rule_staffing_warnings(RecoveryTrial *trial)
{
  const guint least = recovery_lint_least(trial->station->config.practice);
  g_autoptr(FidotoolJson) list = fidotool_json_new_array();
  g_autoptr(GList) slots = NULL;
  g_auto(Change) change = {0};

  if ((strcmp(trial->deed->act, "roster.change") != 0 &&
       strcmp(trial->deed->act, "policy.load") != 0) ||
      !read_change(trial, &change, NULL))
    return NULL;
  slots = all_slots(change.will.document);
  for (GList *l = slots; l != NULL; l = l->next) {
    const guint count = recovery_eligible_count(change.will.eligible, l->data);
    g_autoptr(RecoveryRefusal) warning = NULL;

    if (count > least)
      continue;
    warning = recovery_refusal_say("L06", word_slot(l->data, count),
                                   word_more(l->data, least + 1));
    recovery_refusal_write(
        warning, fidotool_json_append(list, fidotool_json_new_object()));
  }
  return fidotool_json_size(list) > 0 ? g_steal_pointer(&list) : NULL;
}
