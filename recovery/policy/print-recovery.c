/* SPDX-License-Identifier: Apache-2.0 */
/* print-recovery.c - how a lost key is replaced and by whom, what roles may do,
 * and what is kept for how long. */
#include "recovery/policy/print-private.h"
#include "recovery/policy/print.h"

typedef RecoveryDocument Document;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

static void
add_limit(GString *out, const char *whose, const RecoveryDocumentLimit *limit)
{
  g_autofree char *span = recovery_print_span(limit->span_s);

  if (limit->count > 0)
    g_string_append_printf(out,
                           " At most %" G_GINT64_FORMAT " for each %s in %s.",
                           limit->count, whose, span);
}

static void
add_tier(GString *out, const Document *document, const char *name,
         const RecoveryDocumentTier *tier)
{
  if (tier->at.line == 0)
    return;
  g_string_append_printf(out, "- **%s**: issues ", name);
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_CLASSES, &tier->issue,
                         "");
  g_string_append_printf(out, ", %" G_GINT64_FORMAT " key%s; approved as ",
                         tier->min_keys, tier->min_keys == 1 ? "" : "s");
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_SLOTS, &tier->slots,
                         "");
  g_string_append_printf(
      out,
      ", %" G_GINT64_FORMAT
      " of them away from the kiosk, read for at least %" G_GINT64_FORMAT
      " s; evidence %s%s; a wait of %" G_GINT64_FORMAT " h before",
      tier->off_kiosk, tier->read_s, tier->evidence,
      tier->call_back == RECOVERY_DOCUMENT_YES ? " with a call back" : "",
      tier->wait_h);
  if (tier->wait_h_security_on_site >= 0)
    g_string_append_printf(
        out, " (%" G_GINT64_FORMAT " h with a security officer on site)",
        tier->wait_h_security_on_site);
  g_string_append_printf(out,
                         " and a restriction of %" G_GINT64_FORMAT
                         " h after; contested within %" G_GINT64_FORMAT " h.",
                         tier->restrict_h, tier->contest_h);
  if (tier->present_at_issue == RECOVERY_DOCUMENT_YES)
    g_string_append(out, " The person is there when the key is issued.");
  if (tier->notices.count > 0) {
    g_string_append(out, " Notices: ");
    recovery_print_add_texts(out, &tier->notices, ", ");
    g_string_append_c(out, '.');
  }
  add_limit(out, "subject", &tier->subject);
  add_limit(out, "agent", &tier->agent);
  add_limit(out, "approver", &tier->approver);
  g_string_append_c(out, '\n');
}

void
recovery_print_add_recovery(GString *out, const Document *document)
{
  const RecoveryDocumentRecovery *recovery = &document->recovery;

  recovery_print_add_heading(out, "Recovery");
  g_string_append(out, "Risk analysis: ");
  recovery_print_add_text(out, recovery->risk_analysis_ref);
  g_string_append_printf(out,
                         ". %" G_GINT64_FORMAT
                         " %% of cases are drawn for a routine check.\n\n",
                         recovery->routine_check_pct);
  add_tier(out, document, "standard", &recovery->standard);
  add_tier(out, document, "remote", &recovery->remote);
  add_tier(out, document, "privileged", &recovery->privileged);
}

void
recovery_print_add_metadata(GString *out, const Document *document)
{
  const RecoveryDocumentMetadata *metadata = &document->metadata;

  if (metadata->at.line == 0)
    return;
  recovery_print_add_heading(out, "Metadata");
  g_string_append_printf(out,
                         "No key is registered or issued while the metadata "
                         "are overdue by more than %" G_GINT64_FORMAT
                         " days.\n",
                         metadata->max_stale_days);
}

static void
add_role(GString *out, const Document *document,
         const RecoveryDocumentRole *role)
{
  g_string_append_printf(out, "- **%s**", role->id);
  if (role->grants.count > 0) {
    g_string_append(out, ", for ");
    recovery_print_add_texts(out, &role->grants, ", ");
  }
  if (role->max_min > 0)
    g_string_append_printf(out, "; active for %" G_GINT64_FORMAT " minutes",
                           role->max_min);
  if (role->reason == RECOVERY_DOCUMENT_YES)
    g_string_append(out, ", with a reason");
  if (role->approvals > 0)
    g_string_append_printf(out,
                           ", with %" G_GINT64_FORMAT " approval%s of others",
                           role->approvals, role->approvals == 1 ? "" : "s");
  if (role->conflicts_with.count > 0) {
    g_string_append(out, "; not together with ");
    recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_ROLES,
                           &role->conflicts_with, "");
  }
  g_string_append(out, ".\n");
}

void
recovery_print_add_roles(GString *out, const Document *document)
{
  if (N_OF(document, ROLES) > 0)
    recovery_print_add_heading(out, "Roles");
  RECOVERY_PRINT_EACH(ROLES, Role, add_role(out, document, one))
}

void
recovery_print_add_retention(GString *out, const Document *document)
{
  static const char *const names[] = {"record", "personal data of a case",
                                      "outbox"};

  recovery_print_add_heading(out, "Retention (NIST SP 800-63B-4, 2.4.2)");
  for (guint i = 0; i < document->retention->len; i++) {
    const RecoveryDocumentRetention *line =
        &g_array_index(document->retention, RecoveryDocumentRetention, i);

    g_string_append_printf(out, "- %s: ", names[line->class_of]);
    recovery_print_add_text(out, line->keep);
    g_string_append(out, ", then ");
    recovery_print_add_text(out, line->purge);
    g_string_append(out, ".\n");
  }
}
