/* SPDX-License-Identifier: Apache-2.0 */
/* drift-want.c - a cell of the policy as settings. */
#include "recovery/policy/drift/drift-want.h"

#include <string.h>

#define WEBAUTHN "webauthn"

static int
compare_texts(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
has_text(const GPtrArray *texts, const char *text)
{
  for (guint i = 0; i < texts->len; i++)
    if (strcmp(texts->pdata[i], text) == 0)
      return true;
  return false;
}

static void
add_text(GPtrArray *texts, const char *text)
{
  if (has_text(texts, text))
    return;
  g_ptr_array_add(texts, (void *)text);
  g_ptr_array_sort(texts, compare_texts);
}

static void
add_list(const RecoveryDriftPolicy *policy, uint32_t list, GPtrArray *models)
{
  GHashTableIter iter;
  void *aaguid;

  g_hash_table_iter_init(&iter, policy->lists->pdata[list]);
  while (g_hash_table_iter_next(&iter, &aaguid, NULL))
    add_text(models, aaguid);
}

/* A class of WebAuthn that is taken. */
static void
add_keys(const RecoveryDriftPolicy *policy, const RecoveryDocumentMatch *match,
         bool *any_model, RecoveryDriftWant *want)
{
  want->synced = want->synced || match->be != RECOVERY_DOCUMENT_NO;
  want->attested = (!want->webauthn || want->attested) &&
                   match->attested == RECOVERY_DOCUMENT_YES;
  want->uv =
      (!want->webauthn || want->uv) && match->uv == RECOVERY_DOCUMENT_YES;
  want->webauthn = true;
  if (match->aaguid_list.index == RECOVERY_DOCUMENT_NONE)
    *any_model = true;
  else
    add_list(policy, match->aaguid_list.index, want->models);
}

/* Models that a requirement's list does not have fall away. */
static void
keep_listed(const RecoveryDriftExpect *expect, bool any_model,
            RecoveryDriftWant *want)
{
  for (guint i = 0; i < expect->lists->len; i++) {
    const uint32_t list = g_array_index(expect->lists, uint32_t, i);

    want->attested = true; /* no list without it */
    if (any_model && i == 0)
      add_list(expect->policy, list, want->models);
    for (guint k = want->models->len; k > 0; k--)
      if (!g_hash_table_contains(expect->policy->lists->pdata[list],
                                 want->models->pdata[k - 1]))
        g_ptr_array_remove_index(want->models, k - 1);
  }
}

static void
fill(const RecoveryDriftExpect *expect, RecoveryDriftWant *want)
{
  const RecoveryDocument *document = expect->policy->document;
  const uint32_t n =
      recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES);
  bool any_model = false;

  for (uint32_t i = 0; i < n; i++) {
    const RecoveryDocumentMatch *match =
        &RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i)->match;
    const bool key =
        match->method == NULL || strcmp(match->method, WEBAUTHN) == 0;

    if (!recovery_drift_expect_takes_class(expect, i) ||
        (key && expect->no_webauthn))
      continue;
    if (key)
      add_keys(expect->policy, match, &any_model, want);
    else if (expect->lists->len == 0) /* on a list is WebAuthn alone */
      add_text(want->methods, match->method);
  }
  if (any_model)
    g_ptr_array_set_size(want->models, 0);
  keep_listed(expect, any_model, want);
  if (any_model && expect->lists->len == 0)
    g_clear_pointer(&want->models, g_ptr_array_unref);
  want->max_age_s = expect->max_age_s;
  want->open = want->webauthn || want->methods->len > 0;
}

RecoveryDriftWant *
recovery_drift_want_new(const RecoveryDriftPolicy *policy,
                        const RecoveryDriftMap *map, uint32_t journey,
                        uint32_t population, uint32_t app)
{
  const RecoveryDocument *document = policy->document;
  g_autofree bool *in = g_new0(
      bool, recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS));
  g_autofree const char **together = recovery_drift_map_together(
      map, recovery_document_id(document, RECOVERY_DOCUMENT_POPULATIONS,
                                population));
  RecoveryDriftWant *want = g_new0(RecoveryDriftWant, 1);
  g_autoptr(RecoveryDriftExpect) expect = NULL;

  in[population] = true;
  for (size_t i = 0; together[i] != NULL; i++)
    in[recovery_document_find(document, RECOVERY_DOCUMENT_POPULATIONS,
                              together[i])] = true;
  expect = recovery_drift_expect(policy, journey, in, app);
  want->models = g_ptr_array_new();
  want->methods = g_ptr_array_new();
  fill(expect, want);
  return want;
}

void
recovery_drift_want_free(RecoveryDriftWant *want)
{
  if (want == NULL)
    return;
  g_clear_pointer(&want->models, g_ptr_array_unref);
  g_ptr_array_unref(want->methods);
  g_free(want);
}

static void
join_keys(RecoveryDriftWant *a, const RecoveryDriftWant *b)
{
  a->synced = a->synced || b->synced;
  a->attested = (!a->webauthn || a->attested) && b->attested;
  a->uv = (!a->webauthn || a->uv) && b->uv;
  a->webauthn = true;
  if (b->models == NULL)
    g_clear_pointer(&a->models, g_ptr_array_unref);
  for (guint i = 0; a->models != NULL && i < b->models->len; i++)
    add_text(a->models, b->models->pdata[i]);
}

void
recovery_drift_want_join(RecoveryDriftWant *a, const RecoveryDriftWant *b)
{
  if (!b->open)
    return;
  if (b->webauthn)
    join_keys(a, b);
  for (guint i = 0; i < b->methods->len; i++)
    add_text(a->methods, b->methods->pdata[i]);
  if (!a->open)
    a->max_age_s = b->max_age_s;
  else if (a->max_age_s != RECOVERY_DRIFT_NO_AGE)
    a->max_age_s = b->max_age_s == RECOVERY_DRIFT_NO_AGE
                       ? b->max_age_s
                       : MAX(a->max_age_s, b->max_age_s);
  a->open = true;
}

static bool
are_same(const GPtrArray *a, const GPtrArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return a == b;
  for (guint i = 0; i < a->len; i++)
    if (strcmp(a->pdata[i], b->pdata[i]) != 0)
      return false;
  return true;
}

bool
recovery_drift_want_is_same(const RecoveryDriftWant *a,
                            const RecoveryDriftWant *b)
{
  return a->open == b->open && a->webauthn == b->webauthn &&
         a->synced == b->synced && a->attested == b->attested &&
         a->uv == b->uv && a->max_age_s == b->max_age_s &&
         are_same(a->models, b->models) && are_same(a->methods, b->methods);
}
