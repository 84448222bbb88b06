/* SPDX-License-Identifier: Apache-2.0 */
/* print.c - every object of a policy in a sentence, and the decision table. */
#include "recovery/policy/print.h"

#include <string.h>

#include "recovery/policy/print-private.h"
#include "recovery/policy/table.h"

typedef RecoveryDocument Document;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

/* ---- classes, lists, people, signals ---- */

static void
add_fact(GString *text, const char *fact)
{
  if (text->len > 0)
    g_string_append(text, ", ");
  recovery_print_add_text(text, fact);
}

static void
add_want(GString *text, RecoveryDocumentWant want, const char *yes,
         const char *no)
{
  if (want != RECOVERY_DOCUMENT_ANY)
    add_fact(text, want == RECOVERY_DOCUMENT_YES ? yes : no);
}

char *
recovery_print_class(const Document *document,
                     const RecoveryDocumentClass *class_of)
{
  static const char *const certs[] = {"",       "L1", "L1plus", "L2",
                                      "L2plus", "L3", "L3plus"};
  const RecoveryDocumentMatch *match = &class_of->match;
  GString *text = g_string_new(match->method == NULL ||
                                       strcmp(match->method, "webauthn") == 0
                                   ? "WebAuthn"
                                   : "");

  if (text->len == 0)
    add_fact(text, match->method);
  add_want(text, match->uv, "user verification", "no user verification");
  add_want(text, match->be, "may be synced", "device-bound");
  add_want(text, match->bs, "backed up", "not backed up");
  add_want(text, match->attested, "attested", "not attested");
  if (match->aaguid_list.index != RECOVERY_DOCUMENT_NONE)
    g_string_append_printf(text, ", model on %s",
                           recovery_document_id(document,
                                                RECOVERY_DOCUMENT_LISTS,
                                                match->aaguid_list.index));
  if (match->min_cert != RECOVERY_DOCUMENT_CERT_NONE)
    g_string_append_printf(text, ", certified %s or higher",
                           certs[match->min_cert]);
  if (match->mds_status_not.count > 0) {
    g_string_append(text, ", status not ");
    recovery_print_add_texts(text, &match->mds_status_not, " or ");
  }
  if (match->transports.count > 0) {
    g_string_append(text, ", by ");
    recovery_print_add_texts(text, &match->transports, " or ");
  }
  return g_string_free(text, FALSE);
}

/* Derived, never written: what nobody types in cannot be phished out. */
static bool
is_phishing_resistant(const RecoveryDocumentClass *class_of)
{
  return class_of->match.method == NULL ||
         strcmp(class_of->match.method, "webauthn") == 0;
}

static void
add_class(GString *out, const Document *document,
          const RecoveryDocumentClass *class_of)
{
  const RecoveryDocumentRestricted *restricted = &class_of->restricted;
  g_autofree char *facts = recovery_print_class(document, class_of);

  if (class_of->use == RECOVERY_DOCUMENT_FOR_ROSTER)
    g_string_append_printf(out, "- **%s**, for the keys of staff alone: %s.",
                           class_of->id, facts);
  else
    g_string_append_printf(out, "- **%s** (rank %" G_GINT64_FORMAT "): %s. %s.",
                           class_of->id, class_of->rank, facts,
                           is_phishing_resistant(class_of)
                               ? "Phishing-resistant"
                               : "Not phishing-resistant");
  if (class_of->sync_fabric_ref != NULL) {
    g_string_append(out, " Trusted sync fabric: ");
    recovery_print_add_text(out, class_of->sync_fabric_ref);
    g_string_append_c(out, '.');
  }
  if (restricted->at.line != 0) {
    g_string_append(out, " Restricted; alternative: ");
    recovery_print_add_text(out, restricted->alternative);
    g_string_append(out, "; notice: ");
    recovery_print_add_text(out, restricted->notice);
    g_string_append(out, "; risk assessment: ");
    recovery_print_add_text(out, restricted->risk_assessment);
    g_string_append(out, "; migration plan: ");
    recovery_print_add_text(out, restricted->migration_plan);
    g_string_append_c(out, '.');
  }
  g_string_append_c(out, '\n');
}

static void
add_list(GString *out, const RecoveryDocumentList *list)
{
  g_string_append_printf(out, "- **%s**:\n", list->id);
  for (guint i = 0; i < list->entries->len; i++) {
    const RecoveryDocumentEntry *entry =
        &g_array_index(list->entries, RecoveryDocumentEntry, i);

    g_string_append_printf(out, "  - %s", entry->aaguid);
    if (entry->note != NULL) {
      g_string_append(out, ", ");
      recovery_print_add_text(out, entry->note);
    }
    if (entry->min_fw != NULL)
      g_string_append_printf(out, ", firmware %s or later", entry->min_fw);
    if (entry->until_s != INT64_MAX) {
      g_autofree char *until = recovery_print_time(entry->until_s);

      g_string_append_printf(out, ", until %s", until);
    }
    g_string_append_c(out, '\n');
  }
}

static void
add_population(GString *out, const RecoveryDocumentPopulation *population)
{
  g_string_append_printf(
      out, "- **%s** (%s): ", population->id,
      population->kind == RECOVERY_DOCUMENT_PUBLIC ? "public" : "enterprise");
  if (population->groups.count > 0) {
    g_string_append(out, "in group ");
    recovery_print_add_texts(out, &population->groups, " or ");
  }
  for (guint i = 0;
       population->attributes != NULL && i < population->attributes->len; i++) {
    const RecoveryDocumentAttribute *attribute =
        &g_array_index(population->attributes, RecoveryDocumentAttribute, i);

    g_string_append(out, i > 0 || population->groups.count > 0 ? ", and " : "");
    recovery_print_add_text(out, attribute->name);
    g_string_append(out, " is ");
    recovery_print_add_texts(out, &attribute->values, " or ");
  }
  g_string_append(out, ".\n");
}

static void
add_good(GString *out, const RecoveryDocumentGood *good)
{
  switch (good->kind) {
  case RECOVERY_DOCUMENT_GOOD_TRUTH:
    g_string_append(out, good->number != 0 ? "true" : "false");
    return;
  case RECOVERY_DOCUMENT_GOOD_NUMBER:
    g_string_append_printf(out, "%" G_GINT64_FORMAT, good->number);
    return;
  case RECOVERY_DOCUMENT_GOOD_TEXT:
    recovery_print_add_text(out, good->text);
    return;
  case RECOVERY_DOCUMENT_GOOD_RANGE:
    if (good->min != INT64_MIN)
      g_string_append_printf(out, "at least %" G_GINT64_FORMAT, good->min);
    if (good->max != INT64_MAX)
      g_string_append_printf(out, "%sat most %" G_GINT64_FORMAT,
                             good->min != INT64_MIN ? " and " : "", good->max);
    return;
  }
}

static void
add_signal(GString *out, const RecoveryDocumentSignal *signal)
{
  g_autofree char *span = recovery_print_span(signal->max_age_s);

  g_string_append_printf(out, "- **%s** is good when it is ", signal->id);
  add_good(out, &signal->good);
  if (strcmp(signal->source, "record") == 0)
    g_string_append(out, "; from the station's own record");
  else
    g_string_append_printf(out, "; from %s", signal->source);
  if (signal->max_age_s == 0)
    g_string_append(out, ", found out for each decision.\n");
  else
    g_string_append_printf(out, ", at most %s old.\n", span);
}

static void
add_app(GString *out, const RecoveryDocumentApp *app)
{
  const char *const lacks[] = {
      app->webauthn == RECOVERY_DOCUMENT_NO ? "WebAuthn" : NULL,
      app->acr == RECOVERY_DOCUMENT_NO ? "asking for a class" : NULL,
      app->max_age == RECOVERY_DOCUMENT_NO ? "asking for a recent sign-in"
                                           : NULL,
  };
  bool any = false;

  g_string_append_printf(out, "- **%s**", app->id);
  if (app->idp != NULL) {
    g_string_append(out, ", signed in to by ");
    recovery_print_add_text(out, app->idp);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(lacks); i++)
    if (lacks[i] != NULL) {
      g_string_append_printf(out, "%s%s",
                             any ? ", " : "; cannot do: ", lacks[i]);
      any = true;
    }
  g_string_append(out, ".\n");
}

/* ---- rules ---- */

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

/* ---- recovery, retention ---- */

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
      ", %" G_GINT64_FORMAT " of them away from the kiosk; evidence %s%s; a "
      "wait of %" G_GINT64_FORMAT " h before",
      tier->off_kiosk, tier->evidence,
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
  add_limit(out, "subject", &tier->subject);
  add_limit(out, "agent", &tier->agent);
  add_limit(out, "approver", &tier->approver);
  g_string_append_c(out, '\n');
}

static void
add_recovery(GString *out, const Document *document)
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

static void
add_metadata(GString *out, const RecoveryDocumentMetadata *metadata)
{
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
  if (role->conflicts_with.count > 0) {
    g_string_append(out, "; not together with ");
    recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_ROLES,
                           &role->conflicts_with, "");
  }
  g_string_append(out, ".\n");
}

static void
add_retention(GString *out, const Document *document)
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

/* ---- the whole ---- */

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
           "them. What has no row is denied.\n\n"
           "| journey | app | transaction | who | accepted | needs | while not "
           "good | weaker path |\n|---|---|---|---|---|---|---|---|\n");
  for (guint i = 0; i < rows->len; i++) {
    const RecoveryPrintRow *row = g_ptr_array_index(rows, i);

    g_string_append_printf(out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
                           row->journey, row->app, row->transaction, row->who,
                           row->accepted, row->needs, row->unless, row->weaker);
  }
}

#define ADD_EACH(section, type, call)                                          \
  for (uint32_t i = 0; i < N_OF(document, section); i++) {                     \
    const RecoveryDocument##type *one =                                        \
        RECOVERY_DOCUMENT_AT(document, section, type, i);                      \
                                                                               \
    call;                                                                      \
  }

static void
add_objects(GString *out, const Document *document)
{
  recovery_print_add_heading(
      out, "Accepted authenticators (NIST SP 800-63B-4, 4.1.3)");
  ADD_EACH(CLASSES, Class, add_class(out, document, one))
  if (N_OF(document, LISTS) > 0)
    recovery_print_add_heading(out, "Models");
  ADD_EACH(LISTS, List, add_list(out, one))
  if (N_OF(document, POPULATIONS) > 0)
    recovery_print_add_heading(out, "People");
  ADD_EACH(POPULATIONS, Population, add_population(out, one))
  if (N_OF(document, SIGNALS) > 0)
    recovery_print_add_heading(out, "Signals");
  ADD_EACH(SIGNALS, Signal, add_signal(out, one))
  if (N_OF(document, APPS) > 0)
    recovery_print_add_heading(out, "Apps");
  ADD_EACH(APPS, App, add_app(out, one))
}

static void
add_rules(GString *out, const Document *document, int64_t now_s)
{
  recovery_print_add_heading(out, "Rules");
  ADD_EACH(PERMITS, Permit, add_permit(out, document, one))
  ADD_EACH(FALLBACKS, Permit, add_permit(out, document, one))
  ADD_EACH(REQUIRES, Require, add_require(out, document, one))
  ADD_EACH(FORBIDS, Forbid, add_forbid(out, document, one))
  ADD_EACH(EXCEPTIONS, Exception, add_exception(out, document, one, now_s))
}

char *
recovery_print_write(const Document *document, int64_t now_s)
{
  GString *out = g_string_new(NULL);

  add_title(out, document);
  add_objects(out, document);
  if (N_OF(document, APPS) > 0)
    add_table(out, document, now_s);
  add_rules(out, document, now_s);
  add_metadata(out, &document->metadata);
  add_recovery(out, document);
  if (N_OF(document, ROLES) > 0)
    recovery_print_add_heading(out, "Roles");
  ADD_EACH(ROLES, Role, add_role(out, document, one))
  add_retention(out, document);
  return g_string_free(out, FALSE);
}
