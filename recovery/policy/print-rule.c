/* SPDX-License-Identifier: Apache-2.0 */
/* print-rule.c - permits, fallbacks, requirements, forbids and exceptions, each
 * in a sentence. */
#include "recovery/policy/print-private.h"
#include "recovery/policy/print.h"
#include "recovery/policy/table.h"

typedef RecoveryDocument Document;

/* "staff, sign-in at wiki, for payment" */
static void
add_scope(GString *out, const Document *document,
          const RecoveryDocumentScope *scope)
{
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_POPULATIONS,
                         &scope->population, "anybody");
  g_string_append(out, ", ");
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_JOURNEYS,
                         &scope->journey, "every journey");
  g_string_append(out, " at ");
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_APPS, &scope->app,
                         "every app");
  if (scope->transaction.count > 0)
    g_string_append(out, ", transaction ");
  recovery_print_add_ids(
      out, document, RECOVERY_DOCUMENT_TRANSACTIONS, &scope->transaction,
      scope->transaction.star ? ", any transaction or none" : "");
}

static void
add_permit(GString *out, const Document *document,
           const RecoveryDocumentPermit *permit)
{
  static const char *const risks[] = {"", "low", "high", "privileged"};

  g_string_append_printf(out, "- **%s** permits for ", permit->id);
  add_scope(out, document, &permit->scope);
  g_string_append(out, ": ");
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_CLASSES,
                         &permit->accept, "");
  if (permit->max_risk != RECOVERY_DOCUMENT_RISK_NONE) {
    g_autofree char *expires = recovery_print_time(permit->expires_s);

    g_string_append_printf(
        out,
        ", as a fallback: risk %s at most, until %s, %" G_GINT64_FORMAT
        " times in 30 days",
        risks[permit->max_risk], expires, permit->uses_per_30d);
  }
  g_string_append(out, ".\n");
}

static void
add_require(GString *out, const Document *document,
            const RecoveryDocumentRequire *require)
{
  const char *between = "";

  g_string_append_printf(out, "- **%s** requires for ", require->id);
  add_scope(out, document, &require->scope);
  if (require->unless_good.index != RECOVERY_DOCUMENT_NONE)
    g_string_append_printf(out, ", unless %s is known to be good",
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_SIGNALS,
                                                require->unless_good.index));
  g_string_append(out, ": ");
  if (require->min_class.index != RECOVERY_DOCUMENT_NONE) {
    g_string_append_printf(out, "%s or stronger",
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_CLASSES,
                                                require->min_class.index));
    between = "; ";
  }
  if (require->max_age_s >= 0) {
    g_autofree char *span = recovery_print_span(require->max_age_s);

    g_string_append_printf(out, "%sa sign-in at most %s old", between, span);
    between = "; ";
  }
  if (require->approvals > 0) {
    g_string_append_printf(out, "%s%" G_GINT64_FORMAT " approval%s of others",
                           between, require->approvals,
                           require->approvals == 1 ? "" : "s");
    between = "; ";
  }
  if (require->slots.count > 0) {
    g_string_append_printf(out, "%sapprovals as ", between);
    recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_SLOTS,
                           &require->slots, "");
    between = "; ";
  }
  if (require->aaguid_list.index != RECOVERY_DOCUMENT_NONE)
    g_string_append_printf(out, "%sa model on %s", between,
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_LISTS,
                                                require->aaguid_list.index));
  g_string_append(out, ".\n");
}

static void
add_forbid(GString *out, const Document *document,
           const RecoveryDocumentForbid *forbid)
{
  g_string_append_printf(out, "- **%s** forbids for ", forbid->id);
  add_scope(out, document, &forbid->scope);
  if (forbid->unless_good.index != RECOVERY_DOCUMENT_NONE)
    g_string_append_printf(out, ", unless %s is known to be good",
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_SIGNALS,
                                                forbid->unless_good.index));
  g_string_append(out, ": ");
  recovery_print_add_text(out, forbid->why);
  g_string_append(out, ".\n");
}

/* Where it is not there, as the table has it. */
static void
add_over(GString *out, const RecoveryDocumentException *exception,
         int64_t now_s)
{
  int64_t due_s = recovery_table_first_review(exception);
  g_autofree char *due = recovery_print_time(due_s);

  if (now_s >= exception->until_s)
    g_string_append(out, " It has ended.");
  else if (now_s >= due_s)
    g_string_append_printf(
        out, " It waives nothing without a signed review since %s.", due);
  else if (now_s < exception->from_s)
    g_string_append(out, " It has not begun.");
}

static void
add_exception(GString *out, const Document *document,
              const RecoveryDocumentException *exception, int64_t now_s)
{
  g_autofree char *from = recovery_print_time(exception->from_s);
  g_autofree char *until = recovery_print_time(exception->until_s);

  g_string_append_printf(out, "- **%s** waives ", exception->id);
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_REQUIRES,
                         &exception->waives, "");
  g_string_append(out, " for ");
  add_scope(out, document, &exception->scope);
  g_string_append_printf(out,
                         ", from %s until %s, reviewed every %" G_GINT64_FORMAT
                         " days. Owner: ",
                         from, until, exception->review_every_d);
  recovery_print_add_text(out, exception->owner);
  g_string_append(out, "; approved by ");
  recovery_print_add_texts(out, &exception->approved_by, " and ");
  g_string_append(out, ". Reason: ");
  recovery_print_add_text(out, exception->reason);
  g_string_append(out, ". Instead: ");
  recovery_print_add_text(out, exception->compensating);
  g_string_append_c(out, '.');
  add_over(out, exception, now_s);
  g_string_append_c(out, '\n');
}

void
recovery_print_add_rules(GString *out, const Document *document, int64_t now_s)
{
  recovery_print_add_heading(out, "Rules");
  RECOVERY_PRINT_EACH(PERMITS, Permit, add_permit(out, document, one))
  RECOVERY_PRINT_EACH(FALLBACKS, Permit, add_permit(out, document, one))
  RECOVERY_PRINT_EACH(REQUIRES, Require, add_require(out, document, one))
  RECOVERY_PRINT_EACH(FORBIDS, Forbid, add_forbid(out, document, one))
  RECOVERY_PRINT_EACH(EXCEPTIONS, Exception,
                      add_exception(out, document, one, now_s))
}
