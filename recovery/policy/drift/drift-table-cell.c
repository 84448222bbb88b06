/* SPDX-License-Identifier: Apache-2.0 */
/* drift-table-cell.c - what the rules of an export come to for one journey, one
 * person's groups and one app. */
#include <string.h>

#include "recovery/policy/drift/drift-table.h"

static bool
has_any(const GPtrArray *names, const char *const *given)
{
  for (guint i = 0; i < names->len; i++)
    for (size_t k = 0; given[k] != NULL; k++)
      if (strcmp(names->pdata[i], given[k]) == 0)
        return true;
  return false;
}

static bool
selects(const RecoveryDriftSelector *selector, const char *const *given)
{
  return (selector->all || has_any(selector->names, given)) &&
         !has_any(selector->except, given);
}

static bool
is_journey(const RecoveryDriftRule *rule, const char *const *journeys)
{
  return rule->journey == NULL || g_strv_contains(journeys, rule->journey);
}

GPtrArray *
recovery_drift_table_ways_back(const RecoveryDriftTable *table,
                               const char *const *people)
{
  GPtrArray *ways = g_ptr_array_new();

  for (guint i = 0; i < table->ways_back->len; i++) {
    RecoveryDriftRule *rule = table->ways_back->pdata[i];

    if (!selects(&rule->who, people))
      continue;
    if (!rule->deny)
      g_ptr_array_add(ways, rule);
    if (!rule->maybe && table->combine != RECOVERY_DRIFT_UNION)
      break;
  }
  return ways;
}

static RecoveryDriftCell *
new_cell(void)
{
  RecoveryDriftCell *cell = g_new0(RecoveryDriftCell, 1);

  cell->known = true;
  cell->max_age_s = RECOVERY_DRIFT_NO_AGE;
  cell->offers = recovery_drift_table_offers_new();
  cell->rules = g_ptr_array_new();
  cell->unknown = g_ptr_array_new();
  return cell;
}

void
recovery_drift_table_cell_free(RecoveryDriftCell *cell)
{
  if (cell == NULL)
    return;
  g_ptr_array_unref(cell->offers);
  g_ptr_array_unref(cell->rules);
  g_ptr_array_unref(cell->unknown);
  g_free(cell);
}

static void
add_copies(GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add(to, recovery_drift_table_offer_copy(from->pdata[i]));
}

/* What this person may have at all; NULL where the export does not say. */
static GPtrArray *
find_grants(const RecoveryDriftTable *table, const char *const *people)
{
  GPtrArray *offers;

  if (table->grants == NULL)
    return NULL;
  offers = recovery_drift_table_offers_new();
  for (guint i = 0; i < table->grants->len; i++) {
    const RecoveryDriftRule *grant = table->grants->pdata[i];

    if (!selects(&grant->who, people))
      continue;
    add_copies(offers, grant->accept);
    if (table->grants_combine == RECOVERY_DRIFT_FIRST && !grant->maybe)
      break;
  }
  return offers;
}

/* Of the offers those that are in accept, too. */
static GPtrArray *
narrow(const GPtrArray *offers, const GPtrArray *accept)
{
  GPtrArray *left = recovery_drift_table_offers_new();

  for (guint i = 0; i < offers->len; i++)
    for (guint k = 0; k < accept->len; k++) {
      RecoveryDriftOffer *both =
          recovery_drift_table_offer_meet(offers->pdata[i], accept->pdata[k]);

      if (both != NULL)
        g_ptr_array_add(left, both);
    }
  return left;
}

static void
take_offers(RecoveryDriftCell *cell, GPtrArray *offers)
{
  g_ptr_array_unref(cell->offers);
  cell->offers = offers;
}

static int64_t
smaller_age(int64_t a, int64_t b)
{
  if (a == RECOVERY_DRIFT_NO_SESSION || b == RECOVERY_DRIFT_NO_SESSION)
    return RECOVERY_DRIFT_NO_SESSION;
  if (a == RECOVERY_DRIFT_NO_AGE || b == RECOVERY_DRIFT_NO_AGE)
    return a == RECOVERY_DRIFT_NO_AGE ? b : a;
  return MIN(a, b);
}

static int64_t
larger_age(int64_t a, int64_t b)
{
  if (a == RECOVERY_DRIFT_NO_AGE || b == RECOVERY_DRIFT_NO_AGE)
    return RECOVERY_DRIFT_NO_AGE;
  return MAX(a, b);
}

static void
meet_every(RecoveryDriftCell *cell, const RecoveryDriftRule *rule)
{
  cell->deny = cell->deny || rule->deny;
  cell->max_age_s = smaller_age(cell->max_age_s, rule->max_age_s);
  if (rule->narrows)
    take_offers(cell, narrow(cell->offers, rule->accept));
}

static void
meet_first(RecoveryDriftCell *cell, const RecoveryDriftRule *rule,
           bool has_grants)
{
  cell->deny = rule->deny;
  cell->max_age_s = rule->max_age_s;
  if (!has_grants)
    add_copies(cell->offers, rule->accept);
  else if (rule->narrows)
    take_offers(cell, narrow(cell->offers, rule->accept));
}

/* One more way in, and the looser age; one that denies opens nothing. */
static void
meet_union(RecoveryDriftCell *cell, const RecoveryDriftRule *rule)
{
  const bool first = cell->offers->len == 0;

  cell->deny = (cell->rules->len == 0 || cell->deny) && rule->deny;
  if (rule->deny)
    return;
  cell->max_age_s =
      first ? rule->max_age_s : larger_age(cell->max_age_s, rule->max_age_s);
  add_copies(cell->offers, rule->accept);
}

static void
meet(const RecoveryDriftTable *table, RecoveryDriftCell *cell,
     const RecoveryDriftRule *rule)
{
  switch (table->combine) {
  case RECOVERY_DRIFT_EVERY:
    meet_every(cell, rule);
    break;
  case RECOVERY_DRIFT_FIRST:
    meet_first(cell, rule, table->grants != NULL);
    break;
  case RECOVERY_DRIFT_UNION:
    meet_union(cell, rule);
    break;
  }
}

/* One that is not understood. Where all have to be met, it takes away, and what
 * is left is not known; where the first decides, it decides, unless it may not
 * match; where one is enough, it may let in others. */
static void
meet_unknown(const RecoveryDriftTable *table, RecoveryDriftCell *cell,
             const RecoveryDriftRule *rule)
{
  g_ptr_array_add(cell->unknown, rule->name);
  if (!rule->maybe && table->combine != RECOVERY_DRIFT_UNION)
    cell->known = false;
}

/* Is nothing below this rule asked any more? */
static bool
decides(const RecoveryDriftTable *table, const RecoveryDriftRule *rule)
{
  return table->combine == RECOVERY_DRIFT_FIRST && !rule->maybe;
}

/* Where no rule matched, where one keeps everybody out whatever the others are,
 * and where nothing can be told. */
static void
finish(const RecoveryDriftTable *table, RecoveryDriftCell *cell)
{
  if (cell->rules->len == 0 && table->otherwise == RECOVERY_DRIFT_SILENT &&
      (table->combine != RECOVERY_DRIFT_UNION || cell->unknown->len == 0))
    cell->known = false;
  if (cell->rules->len == 0)
    cell->deny = table->otherwise == RECOVERY_DRIFT_CLOSED;
  if (table->combine == RECOVERY_DRIFT_EVERY && cell->deny) {
    cell->known = true;
    g_ptr_array_set_size(cell->unknown, 0);
  }
  if (!cell->known) {
    g_ptr_array_set_size(cell->offers, 0);
    cell->max_age_s = RECOVERY_DRIFT_NO_AGE;
  }
}

RecoveryDriftCell *
recovery_drift_table_cell(const RecoveryDriftTable *table,
                          const char *const *journeys,
                          const char *const *people, const char *app)
{
  const char *const apps[] = {app, NULL};
  RecoveryDriftCell *cell = new_cell();
  GPtrArray *grants = find_grants(table, people);

  if (grants != NULL)
    take_offers(cell, grants);
  for (guint i = 0; i < table->rules->len; i++) {
    const RecoveryDriftRule *rule = table->rules->pdata[i];

    if (!is_journey(rule, journeys) || !selects(&rule->who, people) ||
        !selects(&rule->where, apps))
      continue;
    if (rule->unknown) {
      meet_unknown(table, cell, rule);
    } else {
      meet(table, cell, rule);
      g_ptr_array_add(cell->rules, rule->name);
    }
    if (decides(table, rule))
      break;
  }
  finish(table, cell);
  return cell;
}
