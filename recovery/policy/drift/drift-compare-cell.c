/* SPDX-License-Identifier: Apache-2.0 */
/* drift-compare-cell.c - one cell: which authenticators get in there and not
 * here, and the other way round, told by what sets them apart. */
#include <string.h>

#include "recovery/policy/drift/drift-compare-private.h"

#define N_FACTS 4
#define RECOVERY "recovery"

/* What the system does not ask for, and what it asks for besides. */
static const struct {
  unsigned fact;
  const char *looser, *stricter;
} facts[N_FACTS] = {
    {RECOVERY_DRIFT_PROBE_BE, "passkeys that can be synced",
     "not those that can be synced"},
    {RECOVERY_DRIFT_PROBE_ATTESTED, "keys whose attestation is not enforced",
     "only with enforced attestation"},
    {RECOVERY_DRIFT_PROBE_MODEL, "models that the policy does not list",
     "not every model"},
    {RECOVERY_DRIFT_PROBE_UV, "without PIN or fingerprint",
     "only with PIN or fingerprint"},
};

static const RecoveryDriftProbe *
probe_at(const RecoveryDriftCompare *compare, guint i)
{
  return &g_array_index(compare->probes->probes, RecoveryDriftProbe, i);
}

static char *
write_facts(unsigned found, bool looser)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (size_t i = 0; i < N_FACTS; i++)
    if (found & facts[i].fact)
      g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "",
                             looser ? facts[i].looser : facts[i].stricter);
  return g_strdup(text->str);
}

/* The facts by which a probe differs from the nearest one of the same method
 * that has a mark; 0 where none has. */
static unsigned
differ_from_nearest(const RecoveryDriftCompare *compare, guint of,
                    const bool *marked)
{
  const RecoveryDriftProbe *probe = probe_at(compare, of);
  unsigned best = 0;

  for (guint i = 0; i < compare->probes->probes->len; i++) {
    unsigned differ;

    if (!marked[i] || strcmp(probe_at(compare, i)->method, probe->method) != 0)
      continue;
    differ = recovery_drift_probe_differ(probe, probe_at(compare, i));
    if (best == 0 || __builtin_popcount(differ) < __builtin_popcount(best))
      best = differ;
  }
  return best;
}

/* Which probes the policy takes at this cell. */
static bool *
mark_ours(const RecoveryDriftCompare *compare,
          const RecoveryDriftExpect *expect)
{
  bool *marked = g_new0(bool, compare->probes->probes->len + 1);

  for (guint i = 0; i < compare->probes->probes->len; i++)
    marked[i] = recovery_drift_expect_takes(expect, probe_at(compare, i));
  return marked;
}

/* ---- looser ---- */

static char *
join_names(const GPtrArray *offers)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; i < offers->len; i++) {
    const RecoveryDriftOffer *offer = offers->pdata[i];

    if (strstr(text->str, offer->name) == NULL)
      g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "",
                             offer->name);
  }
  return g_strdup(text->str);
}

/* An offer that the map calls a class of the policy. */
static void
compare_as_class(RecoveryDriftCompare *compare,
                 const RecoveryDriftExpect *expect,
                 const RecoveryDriftCell *cell, const RecoveryDriftOffer *offer,
                 const char *class)
{
  const uint32_t index = recovery_document_find(
      compare->policy->document, RECOVERY_DOCUMENT_CLASSES, class);

  if (!recovery_drift_expect_takes_class(expect, index))
    recovery_drift_compare_add(
        compare, RECOVERY_DRIFT_LOOSER, offer->name, cell->rules,
        "counts as \"%s\", which the policy does not take here", class);
}

static void
compare_offer(RecoveryDriftCompare *compare, const RecoveryDriftCell *cell,
              const RecoveryDriftOffer *offer, const bool *ours)
{
  unsigned found = 0;
  bool any = false, near = false;
  g_autofree char *text = NULL;

  for (guint i = 0; i < compare->probes->probes->len; i++) {
    unsigned differ;

    if (ours[i] || !recovery_drift_probe_is_in(probe_at(compare, i), offer))
      continue;
    any = true;
    differ = differ_from_nearest(compare, i, ours);
    near = near || differ != 0;
    found |= differ;
  }
  if (!any)
    return;
  text = write_facts(found, true);
  if (near)
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_LOOSER, offer->name,
                               cell->rules, "lets in %s", text);
  else
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_LOOSER, offer->name,
                               cell->rules, "the policy takes no \"%s\" here",
                               offer->method);
}

static void
compare_looser(RecoveryDriftCompare *compare, const RecoveryDriftExpect *expect,
               const RecoveryDriftCell *cell, const bool *ours)
{
  if (cell->deny || cell->offers->len == 0)
    return;
  if (!expect->open) {
    g_autofree char *names = join_names(cell->offers);

    recovery_drift_compare_add(compare, RECOVERY_DRIFT_LOOSER, "open",
                               cell->rules,
                               "the policy opens nothing here; the system lets "
                               "in: %s",
                               names);
    return;
  }
  for (guint i = 0; i < cell->offers->len; i++) {
    const RecoveryDriftOffer *offer = cell->offers->pdata[i];
    const char *class =
        recovery_drift_map_id(compare->map, compare->table->name,
                              RECOVERY_DRIFT_MAP_CLASSES, offer->name);

    if (class != NULL)
      compare_as_class(compare, expect, cell, offer, class);
    else
      compare_offer(compare, cell, offer, ours);
  }
}

/* ---- stricter ---- */

/* Which probes the system takes. */
static bool *
mark_theirs(const RecoveryDriftCompare *compare, const RecoveryDriftCell *cell)
{
  bool *marked = g_new0(bool, compare->probes->probes->len + 1);

  for (guint i = 0; !cell->deny && i < compare->probes->probes->len; i++)
    for (guint k = 0; k < cell->offers->len; k++)
      marked[i] =
          marked[i] || recovery_drift_probe_is_in(probe_at(compare, i),
                                                  cell->offers->pdata[k]);
  return marked;
}

/* Has the system something that the map calls this class? */
static bool
has_as_class(const RecoveryDriftCompare *compare, const RecoveryDriftCell *cell,
             const char *class)
{
  for (guint i = 0; !cell->deny && i < cell->offers->len; i++)
    if (g_strcmp0(
            recovery_drift_map_id(
                compare->map, compare->table->name, RECOVERY_DRIFT_MAP_CLASSES,
                ((const RecoveryDriftOffer *)cell->offers->pdata[i])->name),
            class) == 0)
      return true;
  return false;
}

static void
compare_class(RecoveryDriftCompare *compare, const RecoveryDriftCell *cell,
              uint32_t class, const bool *ours, const bool *theirs)
{
  const char *id = recovery_document_id(compare->policy->document,
                                        RECOVERY_DOCUMENT_CLASSES, class);
  size_t total = 0, in = 0;
  unsigned found = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < compare->probes->probes->len; i++) {
    if (!ours[i] || recovery_drift_expect_class(compare->policy,
                                                probe_at(compare, i)) != class)
      continue;
    total++;
    in += theirs[i];
    if (!theirs[i])
      found |= differ_from_nearest(compare, i, theirs);
  }
  if (total == in || has_as_class(compare, cell, id))
    return;
  text = write_facts(found, false);
  if (in == 0)
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_STRICTER, id,
                               cell->rules,
                               "the policy takes it, the system never");
  else
    recovery_drift_compare_add(compare, RECOVERY_DRIFT_STRICTER, id,
                               cell->rules, "the system takes some of it: %s",
                               text);
}

static void
compare_stricter(RecoveryDriftCompare *compare,
                 const RecoveryDriftExpect *expect,
                 const RecoveryDriftCell *cell, const bool *ours)
{
  const uint32_t n = recovery_document_count(compare->policy->document,
                                             RECOVERY_DOCUMENT_CLASSES);
  g_autofree bool *theirs = mark_theirs(compare, cell);

  for (uint32_t i = 0; i < n; i++)
    if (recovery_drift_expect_takes_class(expect, i))
      compare_class(compare, cell, i, ours, theirs);
}

/* ---- age ---- */

static void
compare_age(RecoveryDriftCompare *compare, const RecoveryDriftExpect *expect,
            const RecoveryDriftCell *cell)
{
  const int64_t want = expect->max_age_s, have = cell->max_age_s;

  /* Where the policy says nothing of age, every age is as it says. */
  if (!expect->open || cell->deny || have == RECOVERY_DRIFT_NO_SESSION ||
      want == RECOVERY_DRIFT_NO_AGE || want == have)
    return;
  if (have == RECOVERY_DRIFT_NO_AGE)
    recovery_drift_compare_add(
        compare, RECOVERY_DRIFT_LOOSER, "max_age_s", cell->rules,
        "the policy has %" G_GINT64_FORMAT " s, the system no limit", want);
  else
    recovery_drift_compare_add(
        compare, have > want ? RECOVERY_DRIFT_LOOSER : RECOVERY_DRIFT_STRICTER,
        "max_age_s", cell->rules,
        "the policy has %" G_GINT64_FORMAT " s, the system %" G_GINT64_FORMAT
        " s",
        want, have);
}

/* ---- recovery ---- */

GPtrArray *
recovery_drift_compare_ways_back(RecoveryDriftCompare *compare,
                                 const char *const *people)
{
  GPtrArray *ways = recovery_drift_table_ways_back(compare->table, people);

  compare->journey = RECOVERY;
  for (guint i = 0; i < ways->len; i++) {
    const RecoveryDriftRule *way = ways->pdata[i];

    g_autofree char *names = join_names(way->accept);

    if (compare->told == NULL ||
        !g_ptr_array_find((GPtrArray *)compare->told, way, NULL))
      recovery_drift_compare_add(
          compare, RECOVERY_DRIFT_LOOSER, way->name, NULL,
          "a way back in beside a station's recovery: %s",
          way->note != NULL ? way->note : names);
  }
  compare->journey = NULL;
  return ways;
}

/* ---- what is not understood ---- */

/* True where there is something that is not ignored: who ignores a rule has
 * read it. */
static bool
tell_unknown(RecoveryDriftCompare *compare, const RecoveryDriftCell *cell)
{
  bool any = false;

  for (guint i = 0; i < cell->unknown->len; i++) {
    if (recovery_drift_map_ignores(compare->map, compare->table->name,
                                   cell->unknown->pdata[i]))
      continue;
    any = true;
    recovery_drift_compare_add(
        compare, RECOVERY_DRIFT_UNKNOWN, cell->unknown->pdata[i], NULL,
        cell->known ? "this rule may let in more here, and cannot be put into "
                      "the table"
                    : "this rule decides here, or may, and cannot be put into "
                      "the table");
  }
  return any;
}

void
recovery_drift_compare_cell(RecoveryDriftCompare *compare,
                            const RecoveryDriftExpect *expect,
                            const RecoveryDriftCell *cell)
{
  g_autofree bool *ours = NULL;
  bool unsure;

  compare->differences->cells++;
  unsure = tell_unknown(compare, cell);
  if (!cell->known) {
    if (expect->open && cell->unknown->len == 0)
      recovery_drift_compare_add(compare, RECOVERY_DRIFT_MISSING, compare->app,
                                 NULL, "the export says nothing of this cell");
    return;
  }
  ours = mark_ours(compare, expect);
  compare_looser(compare, expect, cell, ours);
  /* What is not understood may let in more, and later; never less. */
  if (!unsure) {
    compare_stricter(compare, expect, cell, ours);
    compare_age(compare, expect, cell);
  }
}
