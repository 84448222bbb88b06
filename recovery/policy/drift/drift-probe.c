/* SPDX-License-Identifier: Apache-2.0 */
/* drift-probe.c - the authenticators that are compared. */
#include "recovery/policy/drift/drift-probe.h"

#include <string.h>

#define WEBAUTHN "webauthn"

/* ---- one of each kind of model ---- */

static void
add_models(GHashTable *all, GHashTable *set)
{
  GHashTableIter iter;
  void *aaguid;

  g_hash_table_iter_init(&iter, set);
  while (g_hash_table_iter_next(&iter, &aaguid, NULL))
    g_hash_table_add(all, aaguid);
}

static void
sign(const GPtrArray *sets, const char *aaguid, GString *signature)
{
  for (guint i = 0; i < sets->len; i++)
    g_string_append_c(
        signature, g_hash_table_contains(sets->pdata[i], aaguid) ? '1' : '0');
}

/* The smallest AAGUID of each kind, so that the answer does not depend on the
 * order of a hash table. */
static GPtrArray *
list_models(const GPtrArray *ours, const GPtrArray *theirs, bool *ret_cut)
{
  g_autoptr(GHashTable) all = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) kinds =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *models = g_ptr_array_new();
  GHashTableIter iter;
  void *aaguid;

  for (guint i = 0; i < ours->len; i++)
    add_models(all, ours->pdata[i]);
  for (guint i = 0; i < theirs->len; i++)
    add_models(all, theirs->pdata[i]);
  g_hash_table_iter_init(&iter, all);
  while (g_hash_table_iter_next(&iter, &aaguid, NULL)) {
    g_autoptr(GString) signature = g_string_new(NULL);
    const char *known;

    sign(ours, aaguid, signature);
    sign(theirs, aaguid, signature);
    known = g_hash_table_lookup(kinds, signature->str);
    if (known == NULL || strcmp(aaguid, known) < 0)
      g_hash_table_insert(kinds, g_strdup(signature->str), aaguid);
  }
  g_ptr_array_add(models, NULL); /* a model that no list has */
  g_hash_table_iter_init(&iter, kinds);
  while (g_hash_table_iter_next(&iter, NULL, &aaguid))
    if (models->len <= RECOVERY_DRIFT_PROBE_MODELS)
      g_ptr_array_add(models, aaguid);
  *ret_cut = g_hash_table_size(kinds) > RECOVERY_DRIFT_PROBE_MODELS;
  return models;
}

/* ---- all of them ---- */

/* A passkey that can be synced has no attestation. */
static void
add_keys(RecoveryDriftProbes *probes, const GPtrArray *models)
{
  static const struct {
    bool be, attested;
  } kinds[] = {{true, false}, {false, false}, {false, true}};

  for (guint m = 0; m < models->len; m++)
    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++)
      for (int uv = 0; uv < 2; uv++) {
        const RecoveryDriftProbe probe = {WEBAUTHN, uv == 1, kinds[k].be,
                                          kinds[k].attested, models->pdata[m]};

        g_array_append_val(probes->probes, probe);
      }
  probes->n_webauthn = probes->probes->len;
}

static void
add_method(RecoveryDriftProbes *probes, const char *method)
{
  if (method != NULL && strcmp(method, WEBAUTHN) != 0)
    g_hash_table_add(probes->methods, g_strdup(method));
}

static void
add_methods_of(RecoveryDriftProbes *probes, const GPtrArray *rules)
{
  for (guint i = 0; rules != NULL && i < rules->len; i++) {
    const RecoveryDriftRule *rule = rules->pdata[i];

    for (guint k = 0; k < rule->accept->len; k++)
      add_method(probes,
                 ((const RecoveryDriftOffer *)rule->accept->pdata[k])->method);
  }
}

/* Of other methods: as any class of the policy might want it. */
static void
add_others(RecoveryDriftProbes *probes)
{
  GHashTableIter iter;
  void *method;

  g_hash_table_iter_init(&iter, probes->methods);
  while (g_hash_table_iter_next(&iter, &method, NULL))
    for (int uv = 0; uv < 2; uv++) {
      const RecoveryDriftProbe probe = {.method = method, .uv = uv == 1};

      g_array_append_val(probes->probes, probe);
    }
}

RecoveryDriftProbes *
recovery_drift_probe_new(const RecoveryDriftPolicy *policy,
                         const RecoveryDriftTable *table)
{
  RecoveryDriftProbes *probes = g_new0(RecoveryDriftProbes, 1);
  const RecoveryDocument *document = policy->document;
  const uint32_t n =
      recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES);
  g_autoptr(GPtrArray) models =
      list_models(policy->lists, table->sets, &probes->is_cut);

  probes->probes = g_array_new(FALSE, FALSE, sizeof(RecoveryDriftProbe));
  probes->methods =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (uint32_t i = 0; i < n; i++)
    add_method(probes,
               RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i)->match.method);
  add_methods_of(probes, table->rules);
  add_methods_of(probes, table->grants);
  add_keys(probes, models);
  add_others(probes);
  return probes;
}

void
recovery_drift_probe_free(RecoveryDriftProbes *probes)
{
  if (probes == NULL)
    return;
  g_array_unref(probes->probes);
  g_hash_table_unref(probes->methods);
  g_free(probes);
}

static bool
is_as_said(RecoveryDriftFact fact, bool have)
{
  return fact == RECOVERY_DRIFT_ANY || (fact == RECOVERY_DRIFT_YES) == have;
}

bool
recovery_drift_probe_is_in(const RecoveryDriftProbe *probe,
                           const RecoveryDriftOffer *offer)
{
  return strcmp(probe->method, offer->method) == 0 &&
         is_as_said(offer->uv, probe->uv) && is_as_said(offer->be, probe->be) &&
         is_as_said(offer->attested, probe->attested) &&
         recovery_drift_table_offer_takes(offer, probe->aaguid);
}

unsigned
recovery_drift_probe_differ(const RecoveryDriftProbe *a,
                            const RecoveryDriftProbe *b)
{
  return (a->uv != b->uv ? RECOVERY_DRIFT_PROBE_UV : 0u) |
         (a->be != b->be ? RECOVERY_DRIFT_PROBE_BE : 0u) |
         (a->attested != b->attested ? RECOVERY_DRIFT_PROBE_ATTESTED : 0u) |
         (g_strcmp0(a->aaguid, b->aaguid) != 0 ? RECOVERY_DRIFT_PROBE_MODEL
                                               : 0u);
}
