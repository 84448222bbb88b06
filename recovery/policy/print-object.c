/* SPDX-License-Identifier: Apache-2.0 */
/* print-object.c - what rules speak of, each in a sentence: authenticators,
 * models, people, signals, journeys, apps, transactions. */
#include "recovery/policy/print.h"

#include <string.h>

#include "recovery/policy/method.h"
#include "recovery/policy/print-private.h"

typedef RecoveryDocument Document;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)

/* ---- classes and lists ---- */

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
  const RecoveryMethod *method = recovery_method_find(class_of->match.method);

  return method != NULL && method->standing == RECOVERY_METHOD_RESISTANT;
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

/* ---- people, signals ---- */

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

/* ---- journeys, apps, transactions ---- */

static const char *const risks[] = {
    [RECOVERY_DOCUMENT_RISK_LOW] = "low",
    [RECOVERY_DOCUMENT_RISK_HIGH] = "high",
    [RECOVERY_DOCUMENT_RISK_PRIVILEGED] = "privileged",
};

static void
add_journey(GString *out, const RecoveryDocumentJourney *journey)
{
  static const char *const kinds[] = {
      [RECOVERY_DOCUMENT_KIND_SIGN_IN] = "sign-in",
      [RECOVERY_DOCUMENT_KIND_ADMIN] = "admin",
      [RECOVERY_DOCUMENT_KIND_STEP_UP] = "step-up",
      [RECOVERY_DOCUMENT_KIND_RECOVERY] = "recovery",
      [RECOVERY_DOCUMENT_KIND_ENROL] = "enrol",
  };

  g_string_append_printf(out, "- **%s**", journey->id);
  if (strcmp(kinds[journey->kind], journey->id) != 0)
    g_string_append_printf(out, " (%s)", kinds[journey->kind]);
  g_string_append_printf(out, ": risk %s.\n", risks[journey->risk]);
}

static void
add_transaction(GString *out, const Document *document,
                const RecoveryDocumentTransaction *transaction)
{
  static const char *const kinds[] = {
      [RECOVERY_DOCUMENT_PAYMENT] = "payment",
      [RECOVERY_DOCUMENT_ADMIN] = "administration",
      [RECOVERY_DOCUMENT_EXPORT] = "export",
      [RECOVERY_DOCUMENT_SUPPORT] = "support",
  };

  g_string_append_printf(out, "- **%s** (%s): at ", transaction->id,
                         kinds[transaction->kind]);
  recovery_print_add_ids(out, document, RECOVERY_DOCUMENT_APPS,
                         &transaction->apps, "every app");
  g_string_append(out, ".\n");
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
  if (app->tier != NULL) {
    g_string_append(out, ", tier ");
    recovery_print_add_text(out, app->tier);
  }
  if (app->rp_id != NULL) {
    g_string_append(out, ", relying party ");
    recovery_print_add_text(out, app->rp_id);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(lacks); i++)
    if (lacks[i] != NULL) {
      g_string_append_printf(out, "%s%s",
                             any ? ", " : "; cannot do: ", lacks[i]);
      any = true;
    }
  g_string_append(out, ".\n");
}

/* ---- all of them ---- */

void
recovery_print_add_objects(GString *out, const Document *document)
{
  recovery_print_add_heading(
      out, "Accepted authenticators (NIST SP 800-63B-4, 4.1.3)");
  RECOVERY_PRINT_EACH(CLASSES, Class, add_class(out, document, one))
  if (N_OF(document, LISTS) > 0)
    recovery_print_add_heading(out, "Models");
  RECOVERY_PRINT_EACH(LISTS, List, add_list(out, one))
  if (N_OF(document, POPULATIONS) > 0)
    recovery_print_add_heading(out, "People");
  RECOVERY_PRINT_EACH(POPULATIONS, Population, add_population(out, one))
  if (N_OF(document, SIGNALS) > 0)
    recovery_print_add_heading(out, "Signals");
  RECOVERY_PRINT_EACH(SIGNALS, Signal, add_signal(out, one))
  recovery_print_add_heading(out, "Journeys");
  RECOVERY_PRINT_EACH(JOURNEYS, Journey, add_journey(out, one))
  if (N_OF(document, APPS) > 0)
    recovery_print_add_heading(out, "Apps");
  RECOVERY_PRINT_EACH(APPS, App, add_app(out, one))
  if (N_OF(document, TRANSACTIONS) > 0)
    recovery_print_add_heading(out, "Transactions");
  RECOVERY_PRINT_EACH(TRANSACTIONS, Transaction,
                      add_transaction(out, document, one))
}
