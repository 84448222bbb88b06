/* SPDX-License-Identifier: Apache-2.0 */
/* print.c - the page of a policy: every object in a sentence, and the decision
 * table. */
#include "recovery/policy/print.h"

#include "recovery/policy/print-private.h"

typedef RecoveryDocument Document;

static void
add_title(GString *out, const Document *document)
{
  const RecoveryDocumentPolicy *policy = &document->policy;
  g_autofree char *from = recovery_print_time(policy->valid_from_s);
  g_autofree char *review = recovery_print_time(policy->review_by_s);

  g_string_append_printf(
      out, "# Authenticator policy %s, version %" G_GINT64_FORMAT "\n\nOwner: ",
      policy->id, policy->version);
  recovery_print_add_text(out, policy->owner);
  g_string_append_printf(out, ". Valid from %s", from);
  if (policy->review_by_s != 0)
    g_string_append_printf(out, ", to be reviewed by %s", review);
  if (policy->base != NULL)
    g_string_append_printf(out, ". Keeps the minima of %s", policy->base);
  g_string_append(out, ".\n\nSomething must permit it, nothing may forbid it, "
                       "and every requirement that applies must be met. "
                       "A signal that is\nnot known counts as not good.\n");
}

static void
add_table(GString *out, const Document *document, int64_t now_s)
{
  g_autoptr(GPtrArray) rows = recovery_print_table(document, now_s);

  recovery_print_add_heading(out, "Decision table");
  if (rows == NULL) {
    g_string_append(out, "The policy is too large for a table.\n");
    return;
  }
  g_string_append(
      out, "Whoever is more than a row says has the row that says the most of "
           "them. What has no row is denied,\nsave in a journey of kind "
           "recovery: what is issued there is said by the rules and the tiers "
           "of recovery.\n\n"
           "| journey | app | transaction | who | accepted | needs | while not "
           "good | weaker path |\n|---|---|---|---|---|---|---|---|\n");
  for (guint i = 0; i < rows->len; i++) {
    const RecoveryPrintRow *row = g_ptr_array_index(rows, i);

    g_string_append_printf(out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
                           row->journey, row->app, row->transaction, row->who,
                           row->accepted, row->needs, row->unless, row->weaker);
  }
}

char *
recovery_print_write(const Document *document, int64_t now_s)
{
  GString *out = g_string_new(NULL);

  add_title(out, document);
  recovery_print_add_objects(out, document);
  if (recovery_document_count(document, RECOVERY_DOCUMENT_APPS) > 0)
    add_table(out, document, now_s);
  recovery_print_add_rules(out, document, now_s);
  recovery_print_add_metadata(out, document);
  recovery_print_add_recovery(out, document);
  recovery_print_add_roles(out, document);
  recovery_print_add_retention(out, document);
  return g_string_free(out, FALSE);
}
