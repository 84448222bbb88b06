/* SPDX-License-Identifier: Apache-2.0 */
/* drift-set.c - the table of systems that can be set, and what none of them can
 * express. */
#include "recovery/policy/drift/drift-set.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/drift/drift-set-private.h"

/* clang-format off */
static const struct {
  const char *system;
  bool one_app;
  void (*set)(RecoveryDriftSetter *setter);
} systems[] = {
  { "entra",    false, recovery_drift_set_entra },
  { "okta",     false, recovery_drift_set_okta },
  { "keycloak", false, recovery_drift_set_keycloak },
  { "sshd",     true,  recovery_drift_set_sshd },
  { "pam",      true,  recovery_drift_set_pam },
};
/* clang-format on */

const char *
recovery_drift_set_systems(void)
{
  return "entra, okta, keycloak, sshd, pam";
}

void
recovery_drift_set_free(RecoveryDriftSetting *setting)
{
  if (setting == NULL)
    return;
  fidotool_json_free(setting->json);
  fidotool_json_free(setting->cannot);
  g_free(setting->text);
  g_free(setting);
}

void
recovery_drift_set_cannot(RecoveryDriftSetter *setter, const char *name,
                          const char *format, ...)
{
  g_autofree char *why = NULL;
  g_autofree char *key = NULL;
  FidotoolJson *row;
  va_list arguments;

  va_start(arguments, format);
  why = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  key = g_strconcat(name, "\n", why, NULL);
  if (!g_hash_table_add(setter->told, g_steal_pointer(&key)))
    return;
  row =
      fidotool_json_append(setter->setting->cannot, fidotool_json_new_object());
  fidotool_json_set_text(row, "name", name);
  fidotool_json_set_text(row, "why", why);
}

/* ---- names ---- */

const char **
recovery_drift_set_names_or_id(RecoveryDriftSetter *setter,
                               RecoveryDriftMapKind kind, const char *id)
{
  const char **names = recovery_drift_map_names(
      setter->request->map, setter->request->export, kind, id);

  if (names == NULL) {
    names = g_new0(const char *, 2);
    names[0] = id;
  }
  return names;
}

const char **
recovery_drift_set_names(RecoveryDriftSetter *setter, RecoveryDriftMapKind kind,
                         const char *id)
{
  const char **names = recovery_drift_map_names(
      setter->request->map, setter->request->export, kind, id);

  if (names == NULL)
    recovery_drift_set_cannot(setter, id,
                              "the map has no name of it for \"%s\"; nothing "
                              "was written for it",
                              setter->request->export);
  return names;
}

FidotoolJson *
recovery_drift_set_texts(const GPtrArray *texts)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (guint i = 0; i < texts->len; i++)
    fidotool_json_append_text(list, texts->pdata[i]);
  return list;
}

/* ---- cells ---- */

bool
recovery_drift_set_wants_app(const RecoveryDriftSetter *setter, uint32_t app)
{
  return setter->app == RECOVERY_DOCUMENT_NONE || setter->app == app;
}

RecoveryDriftWant *
recovery_drift_set_want(RecoveryDriftSetter *setter, uint32_t journey,
                        uint32_t population, uint32_t app)
{
  return recovery_drift_want_new(setter->request->policy, setter->request->map,
                                 journey, population, app);
}

uint32_t
recovery_drift_set_sign_in(const RecoveryDriftSetter *setter)
{
  return recovery_document_find(setter->document, RECOVERY_DOCUMENT_JOURNEYS,
                                "sign-in");
}

static size_t
count_together(const RecoveryDriftSetter *setter, uint32_t population)
{
  g_autofree const char **names = recovery_drift_map_together(
      setter->request->map,
      recovery_document_id(setter->document, RECOVERY_DOCUMENT_POPULATIONS,
                           population));
  size_t n = 0;

  while (names[n] != NULL)
    n++;
  return n;
}

GArray *
recovery_drift_set_people(RecoveryDriftSetter *setter, uint32_t journey,
                          uint32_t app)
{
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_POPULATIONS);
  GArray *people = g_array_new(FALSE, FALSE, sizeof(uint32_t));

  for (uint32_t i = 0; i < n; i++) {
    g_autoptr(RecoveryDriftWant) want =
        recovery_drift_set_want(setter, journey, i, app);
    guint at = 0;

    if (!want->open)
      continue;
    while (at < people->len &&
           count_together(setter, g_array_index(people, uint32_t, at)) >=
               count_together(setter, i))
      at++;
    g_array_insert_val(people, at, i);
  }
  return people;
}

/* ---- what no system has ---- */

static void
tell_class(RecoveryDriftSetter *setter, const RecoveryDocumentClass *class)
{
  const RecoveryDocumentMatch *match = &class->match;

  if (match->min_cert != RECOVERY_DOCUMENT_CERT_NONE)
    recovery_drift_set_cannot(setter, class->id,
                              "the level of certification is not checked; keep "
                              "its list of models to those that have it");
  if (match->mds_status_not.count > 0)
    recovery_drift_set_cannot(setter, class->id,
                              "the status in FIDO's metadata is not checked "
                              "at sign-in");
  if (match->transports.count > 0)
    recovery_drift_set_cannot(setter, class->id, "transports are not checked");
  if (match->bs != RECOVERY_DOCUMENT_ANY)
    recovery_drift_set_cannot(setter, class->id,
                              "whether a passkey is synced at the moment is "
                              "not checked");
}

static void
tell_lists(RecoveryDriftSetter *setter)
{
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_LISTS);

  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentList *list =
        RECOVERY_DOCUMENT_AT(setter->document, LISTS, List, i);

    for (guint k = 0; k < list->entries->len; k++) {
      const RecoveryDocumentEntry *entry =
          &g_array_index(list->entries, RecoveryDocumentEntry, k);

      if (entry->min_fw != NULL)
        recovery_drift_set_cannot(setter, list->id,
                                  "firmware is not checked: %s wants %s or "
                                  "newer",
                                  entry->aaguid, entry->min_fw);
      if (entry->until_s != INT64_MAX)
        recovery_drift_set_cannot(setter, list->id,
                                  "%s leaves the list one day: export again "
                                  "then",
                                  entry->aaguid);
    }
  }
}

static void
tell_rules(RecoveryDriftSetter *setter)
{
  const RecoveryDocument *document = setter->document;
  const struct {
    RecoveryDocumentSection section;
    const char *why;
  } sections[] = {
      {RECOVERY_DOCUMENT_TRANSACTIONS,
       "no other system knows transactions: the app has to ask the policy"},
      {RECOVERY_DOCUMENT_FALLBACKS,
       "its end and its limit of uses are not kept there: export again when "
       "it ends"},
      {RECOVERY_DOCUMENT_EXCEPTIONS,
       "its end and its reviews are not kept there: export again when it ends"},
  };

  for (size_t k = 0; k < G_N_ELEMENTS(sections); k++)
    for (uint32_t i = 0;
         i < recovery_document_count(document, sections[k].section); i++)
      recovery_drift_set_cannot(
          setter, recovery_document_id(document, sections[k].section, i), "%s",
          sections[k].why);
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_REQUIRES); i++) {
    const RecoveryDocumentRequire *requirement =
        RECOVERY_DOCUMENT_AT(document, REQUIRES, Require, i);

    if (requirement->unless_good.index != RECOVERY_DOCUMENT_NONE)
      recovery_drift_set_cannot(setter, requirement->id,
                                "it depends on a signal: not written");
    if (requirement->approvals > 0 || requirement->slots.count > 0)
      recovery_drift_set_cannot(setter, requirement->id,
                                "approvals by others are not written");
  }
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_FORBIDS); i++)
    if (RECOVERY_DOCUMENT_AT(document, FORBIDS, Forbid, i)->unless_good.index !=
        RECOVERY_DOCUMENT_NONE)
      recovery_drift_set_cannot(
          setter, recovery_document_id(document, RECOVERY_DOCUMENT_FORBIDS, i),
          "it depends on a signal: not written");
}

static void
tell_common(RecoveryDriftSetter *setter)
{
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_CLASSES);

  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentClass *class =
        RECOVERY_DOCUMENT_AT(setter->document, CLASSES, Class, i);

    if (class->use != RECOVERY_DOCUMENT_FOR_ROSTER)
      tell_class(setter, class);
  }
  tell_lists(setter);
  tell_rules(setter);
}

/* ---- the whole ---- */

static bool
find_app(RecoveryDriftSetter *setter, bool one_app, GError **error)
{
  setter->app = RECOVERY_DOCUMENT_NONE;
  if (setter->request->app == NULL) {
    if (one_app)
      g_set_error_literal(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                          "which app it is has to be said");
    return !one_app;
  }
  setter->app = recovery_document_find(setter->document, RECOVERY_DOCUMENT_APPS,
                                       setter->request->app);
  if (setter->app == RECOVERY_DOCUMENT_NONE)
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                "the policy has no app \"%s\"", setter->request->app);
  return setter->app != RECOVERY_DOCUMENT_NONE;
}

RecoveryDriftSetting *
recovery_drift_set(const char *system, const RecoveryDriftSetRequest *request,
                   GError **error)
{
  const RecoveryDocument *document = request->policy->document;
  g_autofree char *title = g_strdup_printf(
      "%s/%" G_GINT64_FORMAT, document->policy.id, document->policy.version);
  g_autoptr(GHashTable) told =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(RecoveryDriftSetting) setting = g_new0(RecoveryDriftSetting, 1);
  RecoveryDriftSetter setter = {.request = request,
                                .document = document,
                                .title = title,
                                .setting = setting,
                                .told = told};
  size_t i = 0;

  while (i < G_N_ELEMENTS(systems) && strcmp(systems[i].system, system) != 0)
    i++;
  if (i == G_N_ELEMENTS(systems)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "\"%s\" cannot be written for; there are: %s", system,
                recovery_drift_set_systems());
    return NULL;
  }
  if (!find_app(&setter, systems[i].one_app, error))
    return NULL;
  setting->cannot = fidotool_json_new_array();
  systems[i].set(&setter);
  tell_common(&setter);
  return g_steal_pointer(&setting);
}
