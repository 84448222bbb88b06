/* SPDX-License-Identifier: Apache-2.0 */
/* drift-compare.c - goes over every cell that the policy and an export both
 * know, and lists what only one of them knows. */
#include <string.h>

#include "recovery/policy/drift/drift-compare-private.h"

#define DAY_S INT64_C(86400)
/* Differences back to which the same one is looked for. */
#define NEAR 32

static const char *const words[RECOVERY_DRIFT_N_KINDS] = {
    [RECOVERY_DRIFT_LOOSER] = "looser",
    [RECOVERY_DRIFT_STRICTER] = "stricter",
    [RECOVERY_DRIFT_UNKNOWN] = "unknown",
    [RECOVERY_DRIFT_MISSING_APP] = "missing-app",
    [RECOVERY_DRIFT_MISSING] = "missing",
    [RECOVERY_DRIFT_UNKNOWN_GROUP] = "unknown-group",
    [RECOVERY_DRIFT_UNKNOWN_APP] = "unknown-app",
    [RECOVERY_DRIFT_UNKNOWN_JOURNEY] = "unknown-journey",
    [RECOVERY_DRIFT_UNMAPPED_RULE] = "unmapped-rule",
    [RECOVERY_DRIFT_EXPORT_OLD] = "export-old",
};

const char *
recovery_drift_compare_word(RecoveryDriftKind kind)
{
  return words[kind];
}

/* ---- differences ---- */

static void
free_difference(void *data)
{
  RecoveryDriftDifference *difference = data;

  g_free(difference->export);
  g_free(difference->journey);
  g_free(difference->population);
  g_free(difference->app);
  g_free(difference->name);
  g_free(difference->detail);
  g_free(difference->rules);
  g_free(difference);
}

void
recovery_drift_compare_free(RecoveryDriftDifferences *differences)
{
  if (differences == NULL)
    return;
  g_ptr_array_unref(differences->items);
  g_free(differences);
}

static char *
join_rules(const GPtrArray *rules)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < rules->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "; " : "",
                           (const char *)rules->pdata[i]);
  return g_string_free(text, FALSE);
}

static bool
is_same(const RecoveryDriftDifference *a, const RecoveryDriftDifference *b)
{
  return a->kind == b->kind && g_strcmp0(a->export, b->export) == 0 &&
         g_strcmp0(a->journey, b->journey) == 0 &&
         g_strcmp0(a->population, b->population) == 0 &&
         g_strcmp0(a->app, b->app) == 0 && g_strcmp0(a->name, b->name) == 0 &&
         g_strcmp0(a->detail, b->detail) == 0;
}

void
recovery_drift_compare_add(RecoveryDriftCompare *compare,
                           RecoveryDriftKind kind, const char *name,
                           const GPtrArray *rules, const char *format, ...)
{
  RecoveryDriftDifferences *differences = compare->differences;
  RecoveryDriftDifference *difference = g_new0(RecoveryDriftDifference, 1);
  va_list arguments;

  difference->kind = kind;
  difference->export =
      compare->table != NULL ? g_strdup(compare->table->name) : NULL;
  difference->journey = g_strdup(compare->journey);
  difference->population = g_strdup(compare->population);
  difference->app = g_strdup(compare->app);
  difference->name = g_strdup(name);
  va_start(arguments, format);
  difference->detail = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  if (rules != NULL && rules->len > 0)
    difference->rules = join_rules(rules);
  /* The same of the same cell comes one after the other; what is missing is
   * missing for many. */
  for (guint i = differences->items->len, n = 0;
       i > 0 && (n < NEAR || kind == RECOVERY_DRIFT_MISSING); i--, n++)
    if (is_same(differences->items->pdata[i - 1], difference)) {
      free_difference(difference);
      return;
    }
  differences->counts[kind]++;
  g_ptr_array_add(differences->items, difference);
}

static int
compare_kinds(const void *a, const void *b)
{
  const RecoveryDriftDifference *first = *(RecoveryDriftDifference *const *)a;
  const RecoveryDriftDifference *second = *(RecoveryDriftDifference *const *)b;

  return (int)first->kind - (int)second->kind;
}

/* ---- names ---- */

static bool
has_name(const GPtrArray *names, const char *name)
{
  for (guint i = 0; i < names->len; i++)
    if (strcmp(names->pdata[i], name) == 0)
      return true;
  return false;
}

/* The export's names of an id: by the map, or because it has the id itself.
 * NULL: it has none. */
static const char **
find_names(const RecoveryDriftCompare *compare, RecoveryDriftMapKind kind,
           const char *id, const GPtrArray *theirs)
{
  const char **names =
      recovery_drift_map_names(compare->map, compare->table->name, kind, id);

  if (names != NULL || !has_name(theirs, id))
    return names;
  names = g_new0(const char *, 2);
  names[0] = id;
  return names;
}

static void
add_names(GPtrArray *to, const char *const *names)
{
  for (; *names != NULL; names++)
    if (g_str_has_prefix(*names, RECOVERY_DRIFT_MAP_ROLE))
      g_ptr_array_add(to, (void *)(*names + strlen(RECOVERY_DRIFT_MAP_ROLE)));
    else if (strcmp(*names, "*") != 0)
      g_ptr_array_add(to, (void *)*names);
}

/* What the export calls a person of this population, who is in those that go
 * with it, too. NULL: it has no name for it. */
static GPtrArray *
find_person(const RecoveryDriftCompare *compare, uint32_t population,
            const GPtrArray *theirs, bool *in)
{
  const RecoveryDocument *document = compare->policy->document;
  const char *id =
      recovery_document_id(document, RECOVERY_DOCUMENT_POPULATIONS, population);
  g_autofree const char **own =
      find_names(compare, RECOVERY_DRIFT_MAP_POPULATIONS, id, theirs);
  g_autofree const char **more = recovery_drift_map_together(compare->map, id);
  GPtrArray *names;

  if (own == NULL && theirs->len > 0)
    return NULL;
  names = g_ptr_array_new();
  in[population] = true;
  if (own != NULL)
    add_names(names, own);
  for (size_t i = 0; more[i] != NULL; i++) {
    g_autofree const char **others =
        find_names(compare, RECOVERY_DRIFT_MAP_POPULATIONS, more[i], theirs);

    in[recovery_document_find(document, RECOVERY_DOCUMENT_POPULATIONS,
                              more[i])] = true;
    if (others != NULL)
      add_names(names, others);
  }
  g_ptr_array_add(names, NULL);
  return names;
}

/* ---- cells ---- */

/* All that is known of one person at one app. */
typedef struct {
  const bool *in;            /* populations */
  const char *const *people; /* the export's names for them */
  const char *const *apps;   /* and for the app */
  uint32_t app;
} Spot;

/* A sign-in needs no word of its own: every system has it. */
static const char **
find_journey(const RecoveryDriftCompare *compare, const char *id,
             const GPtrArray *theirs)
{
  const char **names =
      find_names(compare, RECOVERY_DRIFT_MAP_JOURNEYS, id, theirs);

  if (names == NULL && strcmp(id, "sign-in") == 0)
    names = g_new0(const char *, 1);
  return names;
}

static void
compare_journey(RecoveryDriftCompare *compare, uint32_t journey,
                const GPtrArray *theirs, const Spot *spot)
{
  const RecoveryDocument *document = compare->policy->document;
  const char *id =
      recovery_document_id(document, RECOVERY_DOCUMENT_JOURNEYS, journey);
  const RecoveryDocumentApp *app =
      RECOVERY_DOCUMENT_AT(document, APPS, App, spot->app);
  g_autofree const char **journeys = find_journey(compare, id, theirs);
  g_autoptr(RecoveryDriftExpect) expect =
      recovery_drift_expect(compare->policy, journey, spot->in, spot->app);

  compare->journey = id;
  if (journeys == NULL) {
    const char *population = compare->population;

    compare->population = NULL;
    /* A recovery is this station's own; an app without acr asks for none. */
    if (expect->open && app->acr == RECOVERY_DOCUMENT_YES &&
        strcmp(id, "recovery") != 0)
      recovery_drift_compare_add(
          compare, RECOVERY_DRIFT_MISSING, id, NULL,
          "the policy opens this journey, and the map has no name of it here");
    compare->population = population;
    return;
  }
  for (size_t i = 0; spot->apps[i] != NULL; i++) {
    g_autoptr(RecoveryDriftCell) cell = recovery_drift_table_cell(
        compare->table, journeys, spot->people, spot->apps[i]);

    recovery_drift_compare_cell(compare, expect, cell);
  }
}

static void
compare_person(RecoveryDriftCompare *compare, uint32_t population,
               const GPtrArray *people, const GPtrArray *apps,
               const GPtrArray *journeys)
{
  const RecoveryDocument *document = compare->policy->document;
  const uint32_t n_apps =
      recovery_document_count(document, RECOVERY_DOCUMENT_APPS);
  const uint32_t n_journeys =
      recovery_document_count(document, RECOVERY_DOCUMENT_JOURNEYS);
  g_autofree bool *in = g_new0(
      bool, recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS));
  g_autoptr(GPtrArray) names = find_person(compare, population, people, in);

  compare->population =
      recovery_document_id(document, RECOVERY_DOCUMENT_POPULATIONS, population);
  if (names == NULL)
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_MISSING,
                               compare->population, NULL,
                               "no rule of the export names this population, "
                               "and the map has no name of it");
  else
    g_ptr_array_unref(recovery_drift_compare_ways_back(
        compare, (const char *const *)names->pdata));
  for (uint32_t a = 0; a < n_apps; a++) {
    const char *id = recovery_document_id(document, RECOVERY_DOCUMENT_APPS, a);
    g_autofree const char **theirs =
        find_names(compare, RECOVERY_DRIFT_MAP_APPS, id, apps);

    if (theirs == NULL)
      continue;
    compare->apps_seen[a] = true;
    compare->app = id;
    for (uint32_t j = 0; names != NULL && j < n_journeys; j++) {
      const Spot spot = {in, (const char *const *)names->pdata, theirs, a};

      compare_journey(compare, j, journeys, &spot);
    }
    compare->app = compare->journey = NULL;
  }
  compare->population = NULL;
}

/* ---- what is in one of them alone ---- */

static void
list_unknown(RecoveryDriftCompare *compare, const GPtrArray *theirs,
             RecoveryDriftMapKind kind, RecoveryDocumentSection section,
             RecoveryDriftKind difference, GHashTable *labels)
{
  for (guint i = 0; i < theirs->len; i++) {
    const char *name = theirs->pdata[i];
    const char *label =
        labels != NULL ? g_hash_table_lookup(labels, name) : NULL;

    if (recovery_drift_map_id(compare->map, compare->table->name, kind, name) !=
            NULL ||
        recovery_drift_map_ignores(compare->map, compare->table->name, name) ||
        recovery_document_find(compare->policy->document, section, name) !=
            RECOVERY_DOCUMENT_NONE)
      continue;
    recovery_drift_compare_add(compare, difference, name, NULL,
                               "the policy has nothing of this name%s%s",
                               label != NULL ? "; there it is called " : "",
                               label != NULL ? label : "");
  }
}

static void
compare_date(RecoveryDriftCompare *compare, int64_t old_after_d)
{
  const int64_t at = compare->table->exported_at;
  const int64_t age_d = (compare->policy->now_s - at) / DAY_S;

  if (at == 0)
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_EXPORT_OLD, "date", NULL,
                               "when it was exported is not known; say it with "
                               "--exported-at when it is imported");
  else if (at > compare->policy->now_s + DAY_S)
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_EXPORT_OLD, "date", NULL,
                               "it was exported in the future");
  else if (age_d > old_after_d)
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_EXPORT_OLD, "date", NULL,
                               "it is %" G_GINT64_FORMAT " days old", age_d);
}

static void
compare_table(RecoveryDriftCompare *compare, int64_t old_after_d)
{
  const RecoveryDocument *document = compare->policy->document;
  const RecoveryDriftTable *table = compare->table;
  const char *const nobody[] = {NULL};
  g_autoptr(GPtrArray) told = NULL;
  const uint32_t n =
      recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS);
  g_autoptr(GPtrArray) people = recovery_drift_table_people(table);
  g_autoptr(GPtrArray) apps = recovery_drift_table_apps(table);
  g_autoptr(GPtrArray) journeys = recovery_drift_table_journeys(table);

  compare->told = told = recovery_drift_compare_ways_back(compare, nobody);
  for (uint32_t i = 0; i < n; i++)
    compare_person(compare, i, people, apps, journeys);
  list_unknown(compare, people, RECOVERY_DRIFT_MAP_POPULATIONS,
               RECOVERY_DOCUMENT_POPULATIONS, RECOVERY_DRIFT_UNKNOWN_GROUP,
               table->labels);
  list_unknown(compare, apps, RECOVERY_DRIFT_MAP_APPS, RECOVERY_DOCUMENT_APPS,
               RECOVERY_DRIFT_UNKNOWN_APP, table->apps);
  list_unknown(compare, journeys, RECOVERY_DRIFT_MAP_JOURNEYS,
               RECOVERY_DOCUMENT_JOURNEYS, RECOVERY_DRIFT_UNKNOWN_JOURNEY,
               NULL);
  compare->told = NULL;
  for (guint i = 0; i < table->unmapped->len; i++) {
    const RecoveryDriftUnmapped *row = table->unmapped->pdata[i];

    if (recovery_drift_map_ignores(compare->map, table->name, row->name))
      continue;
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_UNMAPPED_RULE, row->name,
                               NULL, "%s", row->why);
  }
  if (compare->probes->is_cut)
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_UNMAPPED_RULE, "AAGUIDs",
                               NULL,
                               "its lists part models into more than %d kinds; "
                               "not all were compared",
                               RECOVERY_DRIFT_PROBE_MODELS);
  compare_date(compare, old_after_d);
}

RecoveryDriftDifferences *
recovery_drift_compare(const RecoveryDriftPolicy *policy,
                       const RecoveryDriftMap *map, const GPtrArray *tables,
                       int64_t old_after_d)
{
  const uint32_t n_apps =
      recovery_document_count(policy->document, RECOVERY_DOCUMENT_APPS);
  g_autofree bool *seen = g_new0(bool, n_apps + 1);
  RecoveryDriftDifferences *differences = g_new0(RecoveryDriftDifferences, 1);
  RecoveryDriftCompare compare = {.policy = policy,
                                  .map = map,
                                  .differences = differences,
                                  .apps_seen = seen};

  differences->items = g_ptr_array_new_with_free_func(free_difference);
  for (guint i = 0; i < tables->len; i++) {
    compare.table = tables->pdata[i];
    compare.probes = recovery_drift_probe_new(policy, compare.table);
    compare_table(&compare, old_after_d);
    g_clear_pointer(&compare.probes, recovery_drift_probe_free);
  }
  compare.table = NULL;
  for (uint32_t i = 0; i < n_apps; i++)
    if (!seen[i])
      recovery_drift_compare_add(
          &compare, RECOVERY_DRIFT_MISSING_APP,
          recovery_document_id(policy->document, RECOVERY_DOCUMENT_APPS, i),
          NULL, "no export has this app, and the map has no name of it");
  g_ptr_array_sort(differences->items, compare_kinds);
  return differences;
}
