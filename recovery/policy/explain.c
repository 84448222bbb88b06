/* SPDX-License-Identifier: Apache-2.0 */
/* explain.c - words for each outcome and each part of a rule. */
#include "recovery/policy/explain.h"

#include <string.h>

typedef RecoveryDocument Document;
typedef RecoveryDecision Decision;
typedef RecoveryDecideIds Ids;

/* "a", "a or b", "a, b or c". */
static void
add_ids(GString *text, const Ids *ids, const char *last)
{
  for (size_t i = 0; i < ids->count; i++)
    g_string_append_printf(text, "%s%s",
                           i == 0               ? ""
                           : i + 1 < ids->count ? ", "
                                                : last,
                           ids->items[i]);
}

static void
add_signal(GString *text, const Document *document,
           const RecoveryDocumentRef *unless)
{
  if (unless->index != RECOVERY_DOCUMENT_NONE)
    g_string_append_printf(text, ", because %s is not known to be good",
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_SIGNALS,
                                                unless->index));
}

/* Adds a part of a rule, with "and" before all but the first. */
G_GNUC_PRINTF(3, 4)
static void
add_part(GString *text, int *parts, const char *format, ...)
{
  va_list args;

  g_string_append(text, (*parts)++ > 0 ? " and " : " asks for ");
  va_start(args, format);
  g_string_append_vprintf(text, format, args);
  va_end(args);
}

static void
add_slots(GString *text, const Document *document,
          const RecoveryDocumentRefs *slots)
{
  for (uint32_t i = 0; i < slots->count; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_SLOTS,
                                                slots->items[i].index));
}

/* What one requirement asks. */
static void
add_require(GString *text, const Document *document, const char *id)
{
  const RecoveryDocumentRequire *rule = RECOVERY_DOCUMENT_AT(
      document, REQUIRES, Require,
      recovery_document_find(document, RECOVERY_DOCUMENT_REQUIRES, id));
  int parts = 0;

  g_string_append_printf(text, "Rule %s", id);
  if (rule->min_class.index != RECOVERY_DOCUMENT_NONE)
    add_part(text, &parts, "%s or stronger",
             recovery_document_id(document, RECOVERY_DOCUMENT_CLASSES,
                                  rule->min_class.index));
  if (rule->max_age_s >= 0)
    add_part(text, &parts,
             "an authentication of the last %" G_GINT64_FORMAT " seconds",
             rule->max_age_s);
  if (rule->aaguid_list.index != RECOVERY_DOCUMENT_NONE)
    add_part(text, &parts, "a model on the list %s",
             recovery_document_id(document, RECOVERY_DOCUMENT_LISTS,
                                  rule->aaguid_list.index));
  if (rule->approvals > 0)
    add_part(text, &parts, "approval by %" G_GINT64_FORMAT " other person%s",
             rule->approvals, rule->approvals > 1 ? "s" : "");
  if (rule->slots.count > 0) {
    add_part(text, &parts, "approval as ");
    add_slots(text, document, &rule->slots);
  }
  add_signal(text, document, &rule->unless_good);
  g_string_append(text, ".\n");
}

static void
add_forbids(GString *text, const Document *document, const Decision *decision)
{
  for (size_t i = 0; i < decision->decided.count; i++) {
    const char *id = decision->decided.items[i];
    const RecoveryDocumentForbid *rule = RECOVERY_DOCUMENT_AT(
        document, FORBIDS, Forbid,
        recovery_document_find(document, RECOVERY_DOCUMENT_FORBIDS, id));

    g_string_append_printf(text, "Rule %s forbids it: %s", id, rule->why);
    add_signal(text, document, &rule->unless_good);
    g_string_append(text, ".\n");
  }
}

static void
add_deny(GString *text, const Document *document,
         const RecoveryRequest *request, const Decision *decision)
{
  switch (decision->reason) {
  case RECOVERY_DECIDE_ERROR:
    g_string_append_printf(text, "Denied: nothing could be decided.\n%s.\n",
                           decision->error);
    return;
  case RECOVERY_DECIDE_FORBID:
    g_string_append(text, "Denied.\n");
    add_forbids(text, document, decision);
    return;
  case RECOVERY_DECIDE_NO_PERMIT:
    g_string_append_printf(text,
                           "Denied.\nNothing permits %s at %s%s%s to this "
                           "person.\n",
                           request->journey, request->app,
                           request->transaction != NULL ? " for " : "",
                           request->transaction != NULL ? request->transaction
                                                        : "");
    return;
  case RECOVERY_DECIDE_CLASS:
    g_string_append_printf(text, "Denied.\nThis is of class %s. Rule ",
                           decision->class_of);
    add_ids(text, &decision->decided, " and ");
    g_string_append(text, " accepts ");
    add_ids(text, &decision->accepted, " and ");
    g_string_append(text, ".\n");
    return;
  case RECOVERY_DECIDE_REQUIREMENT:
  case RECOVERY_DECIDE_PERMIT:
    return;
  }
}

static void
add_allow(GString *text, const Document *document, const Decision *decision)
{
  Ids permits = {decision->decided.items, 0};
  g_autoptr(GPtrArray) opening = g_ptr_array_new();
  g_autoptr(GPtrArray) met = g_ptr_array_new();

  for (size_t i = 0; i < decision->decided.count; i++) {
    const char *id = decision->decided.items[i];
    bool asks = recovery_document_find(document, RECOVERY_DOCUMENT_REQUIRES,
                                       id) != RECOVERY_DOCUMENT_NONE;

    g_ptr_array_add(asks ? met : opening, (gpointer)id);
  }
  permits = (Ids){(const char *const *)opening->pdata, opening->len};
  g_string_append(text, "Allowed.\nRule ");
  add_ids(text, &permits, " and ");
  g_string_append_printf(text, " permits it for %s.\n", decision->class_of);
  if (met->len == 0)
    return;
  permits = (Ids){(const char *const *)met->pdata, met->len};
  g_string_append(text, "What rule ");
  add_ids(text, &permits, " and ");
  g_string_append(text, " asks is met.\n");
}

/* ---- what goes with any outcome ---- */

static void
add_weaker(GString *text, const Decision *decision)
{
  static const char *const words[] = {
      "break-glass was used", "an exception waived a requirement",
      "only a fallback permits it", "this class is restricted",
      "a stronger key that would do was not used"};

  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    if ((decision->weaker & 1u << i) != 0)
      g_string_append_printf(text, "A weaker path: %s.\n", words[i]);
}

static void
add_waived(GString *text, const Decision *decision)
{
  if (decision->waived.count == 0)
    return;
  g_string_append(text, "Rule ");
  add_ids(text, &decision->waived, " and ");
  g_string_append(text, " is waived by exception ");
  add_ids(text, &decision->waivers, " and ");
  g_string_append(text, ".\n");
}

static void
add_need(GString *text, const RecoveryDecideEnough *enough)
{
  add_ids(text, &enough->classes, " or ");
  if (enough->max_age_s >= 0)
    g_string_append_printf(text,
                           ", used in the last %" G_GINT64_FORMAT " seconds",
                           enough->max_age_s);
  if (enough->lists.count > 0) {
    g_string_append(text, ", of a model on ");
    add_ids(text, &enough->lists, " and ");
  }
  if (enough->approvals > 0)
    g_string_append_printf(
        text, ", with approval by %" G_GINT64_FORMAT " other person%s",
        enough->approvals, enough->approvals > 1 ? "s" : "");
  if (enough->slots.count > 0) {
    g_string_append(text, " as ");
    add_ids(text, &enough->slots, " and ");
  }
}

static void
add_enough(GString *text, const Decision *decision)
{
  for (size_t i = 0; i < decision->n_enough; i++) {
    const RecoveryDecideEnough *enough = &decision->enough[i];

    g_string_append(text, i == 0 ? "Enough would be: " : "or: ");
    if (enough->signals.count > 0) {
      add_ids(text, &enough->signals, " and ");
      g_string_append(text, " known to be good");
    } else {
      add_need(text, enough);
    }
    g_string_append(text, ".\n");
  }
  if (decision->n_enough == 0 && decision->reason != RECOVERY_DECIDE_ERROR &&
      decision->outcome != RECOVERY_DECIDE_ALLOW)
    g_string_append(text, "Nothing would be enough here.\n");
}

char *
recovery_explain_write(const Document *document, const RecoveryRequest *request,
                       const Decision *decision)
{
  GString *text = g_string_new(NULL);

  switch (decision->outcome) {
  case RECOVERY_DECIDE_DENY:
    add_deny(text, document, request, decision);
    break;
  case RECOVERY_DECIDE_STEP_UP:
    g_string_append(text, "Not enough yet.\n");
    break;
  case RECOVERY_DECIDE_NEED_APPROVAL:
    g_string_append(text, "Not approved yet.\n");
    break;
  case RECOVERY_DECIDE_ALLOW:
    add_allow(text, document, decision);
    break;
  }
  for (size_t i = 0; decision->reason == RECOVERY_DECIDE_REQUIREMENT &&
                     i < decision->decided.count;
       i++)
    add_require(text, document, decision->decided.items[i]);
  add_waived(text, decision);
  add_weaker(text, decision);
  add_enough(text, decision);
  if (decision->stale_policy)
    g_string_append(text, "The review of the policy is overdue.\n");
  return g_string_free(text, FALSE);
}
