/* SPDX-License-Identifier: Apache-2.0 */
/* witness.c - every combination of the facts that some class or list asks for,
 * and what each document makes of it. */
#include "recovery/policy/witness.h"

#include <string.h>

typedef RecoveryDocument Document;
typedef RecoveryDocumentClass Class;
typedef RecoveryDocumentMatch Match;
typedef RecoveryWitness Witness;

#define N_OF(document, section)                                                \
  recovery_document_count(document, RECOVERY_DOCUMENT_##section)
/* Each entry is looked up in every list. */
#define ENTRIES 3000

/* A model and its firmware; the lists that it is on where it is attested. */
typedef struct {
  const char *aaguid, *fw;
  uint64_t lists[RECOVERY_WITNESS_DOCUMENTS];
} Model;

/* What is asked for anywhere. */
typedef struct {
  const Document *const *documents;
  size_t count;
  int64_t now_s;
  GPtrArray *methods, *statuses, *transports;
  GArray *models; /* Model */
  bool uv, be, bs, attested;
  bool certs[RECOVERY_DOCUMENT_CERT_L3PLUS + 1];
  GHashTable *seen;
  GArray *found; /* Witness */
} Facts;

static void
add_text(GPtrArray *texts, const char *text)
{
  for (guint i = 0; i < texts->len; i++)
    if (strcmp(g_ptr_array_index(texts, i), text) == 0)
      return;
  g_ptr_array_add(texts, (gpointer)text);
}

static void
add_match(Facts *facts, const Match *match)
{
  add_text(facts->methods, match->method != NULL ? match->method : "webauthn");
  facts->uv = facts->uv || match->uv != RECOVERY_DOCUMENT_ANY;
  facts->be = facts->be || match->be != RECOVERY_DOCUMENT_ANY;
  facts->bs = facts->bs || match->bs != RECOVERY_DOCUMENT_ANY;
  facts->attested = facts->attested || match->attested != RECOVERY_DOCUMENT_ANY;
  facts->certs[match->min_cert] = true;
  for (uint32_t i = 0; i < match->mds_status_not.count; i++)
    add_text(facts->statuses, match->mds_status_not.items[i]);
  for (uint32_t i = 0; i < match->transports.count; i++)
    add_text(facts->transports, match->transports.items[i]);
}

/* ---- models ---- */

static int
compare_firmware(const char *one, const char *other)
{
  while (*one != '\0' || *other != '\0') {
    char *end_one, *end_other;
    int64_t a = g_ascii_strtoll(one, &end_one, 10);
    int64_t b = g_ascii_strtoll(other, &end_other, 10);

    if (a != b)
      return a < b ? -1 : 1;
    one = *end_one == '.' ? end_one + 1 : end_one;
    other = *end_other == '.' ? end_other + 1 : end_other;
  }
  return 0;
}

static bool
is_on(const RecoveryDocumentList *list, const char *aaguid, const char *fw,
      int64_t now_s)
{
  for (guint i = 0; i < list->entries->len; i++) {
    const RecoveryDocumentEntry *entry =
        &g_array_index(list->entries, RecoveryDocumentEntry, i);

    if (strcmp(entry->aaguid, aaguid) == 0 && now_s < entry->until_s &&
        (entry->min_fw == NULL ||
         (fw != NULL && compare_firmware(fw, entry->min_fw) >= 0)))
      return true;
  }
  return false;
}

static void
add_model(Facts *facts, const char *aaguid, const char *fw)
{
  Model model = {.aaguid = aaguid, .fw = fw};

  for (size_t d = 0; d < facts->count; d++)
    for (uint32_t i = 0; i < N_OF(facts->documents[d], LISTS); i++)
      if (is_on(RECOVERY_DOCUMENT_AT(facts->documents[d], LISTS, List, i),
                aaguid, fw, facts->now_s))
        model.lists[d] |= UINT64_C(1) << i;
  for (guint i = 0; i < facts->models->len; i++)
    if (memcmp(g_array_index(facts->models, Model, i).lists, model.lists,
               sizeof(model.lists)) == 0)
      return;
  g_array_append_val(facts->models, model);
}

/* Every firmware from which on something changes, and one that is not known. */
static void
add_models(Facts *facts, const Document *document)
{
  for (uint32_t i = 0; i < N_OF(document, LISTS); i++) {
    const GArray *entries =
        RECOVERY_DOCUMENT_AT(document, LISTS, List, i)->entries;

    for (guint j = 0; j < entries->len; j++) {
      const RecoveryDocumentEntry *entry =
          &g_array_index(entries, RecoveryDocumentEntry, j);

      add_model(facts, entry->aaguid, NULL);
      if (entry->min_fw != NULL)
        add_model(facts, entry->aaguid, entry->min_fw);
    }
  }
}

/* ---- classes ---- */

static bool
is_wanted(RecoveryDocumentWant want, bool fact)
{
  return want == RECOVERY_DOCUMENT_ANY ||
         (want == RECOVERY_DOCUMENT_YES) == fact;
}

static bool
has_none(const Witness *witness, const RecoveryDocumentTexts *unwanted)
{
  if (unwanted->count == 0)
    return true;
  for (uint32_t i = 0; i < unwanted->count; i++)
    for (int j = 0; witness->mds[j] != NULL; j++)
      if (strcmp(witness->mds[j], unwanted->items[i]) == 0)
        return false;
  return witness->mds_known;
}

static bool
comes_by(const Witness *witness, const RecoveryDocumentTexts *transports)
{
  if (transports->count == 0)
    return true;
  for (uint32_t i = 0; witness->transport != NULL && i < transports->count; i++)
    if (strcmp(witness->transport, transports->items[i]) == 0)
      return true;
  return false;
}

static bool
matches(const Match *match, const Witness *witness, uint64_t lists)
{
  const char *method = match->method != NULL ? match->method : "webauthn";
  uint32_t list = match->aaguid_list.index;

  return strcmp(method, witness->method) == 0 &&
         is_wanted(match->uv, witness->uv) &&
         is_wanted(match->be, witness->be) &&
         is_wanted(match->bs, witness->bs) &&
         is_wanted(match->attested, witness->attested) &&
         (list == RECOVERY_DOCUMENT_NONE ||
          (lists & (UINT64_C(1) << list)) != 0) &&
         match->min_cert <= witness->cert &&
         has_none(witness, &match->mds_status_not) &&
         comes_by(witness, &match->transports);
}

static uint32_t
find_class(const Document *document, const Witness *witness, uint64_t lists)
{
  uint32_t best = RECOVERY_DOCUMENT_NONE;
  int64_t rank = 0;

  for (uint32_t i = 0; i < N_OF(document, CLASSES); i++) {
    const Class *class_of = RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    if (class_of->use != RECOVERY_DOCUMENT_FOR_ALL || class_of->rank <= rank ||
        !matches(&class_of->match, witness, lists))
      continue;
    best = i;
    rank = class_of->rank;
  }
  return best;
}

/* ---- combinations ---- */

static void
try_witness(Facts *facts, Witness *witness, const Model *model)
{
  bool any = false;
  char *key;

  witness->aaguid = model->aaguid;
  witness->fw = model->fw;
  for (size_t d = 0; d < facts->count; d++) {
    witness->lists[d] = witness->attested ? model->lists[d] : 0;
    witness->class_of[d] =
        find_class(facts->documents[d], witness, witness->lists[d]);
    any = any || witness->class_of[d] != RECOVERY_DOCUMENT_NONE;
  }
  if (!any)
    return;
  key = g_strdup_printf(
      "%d %u %u %" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x",
      recovery_witness_is_webauthn(witness), witness->class_of[0],
      witness->class_of[1], witness->lists[0], witness->lists[1]);
  if (g_hash_table_add(facts->seen, key))
    g_array_append_vals(facts->found, witness, 1);
}

/* The sets of statuses that tell classes apart: not known, none, and for each
 * class every status that it does not mind. */
static guint
count_status_sets(const Facts *facts)
{
  guint count = 2;

  for (size_t d = 0; facts->statuses->len > 0 && d < facts->count; d++)
    count += N_OF(facts->documents[d], CLASSES);
  return facts->statuses->len > 0 ? count : 1;
}

static void
take_statuses(const Facts *facts, guint set, Witness *witness)
{
  const Match *match = NULL;
  int n = 0;

  witness->mds_known = set != 0;
  for (size_t d = 0; set >= 2 && match == NULL && d < facts->count; d++) {
    guint classes = N_OF(facts->documents[d], CLASSES);

    if (set - 2 < classes)
      match =
          &RECOVERY_DOCUMENT_AT(facts->documents[d], CLASSES, Class, set - 2)
               ->match;
    else
      set -= classes;
  }
  for (guint i = 0; match != NULL && i < facts->statuses->len; i++) {
    const char *status = g_ptr_array_index(facts->statuses, i);
    bool minded = false;

    for (uint32_t j = 0; j < match->mds_status_not.count; j++)
      minded = minded || strcmp(match->mds_status_not.items[j], status) == 0;
    if (!minded && n < (int)G_N_ELEMENTS(witness->mds) - 1)
      witness->mds[n++] = status;
  }
  witness->mds[n] = NULL;
}

static void
try_flags(Facts *facts, Witness *witness)
{
  for (int flags = 0; flags < 16; flags++) {
    witness->uv = (flags & 1) != 0;
    witness->be = (flags & 2) != 0;
    witness->bs = (flags & 4) != 0;
    witness->attested = (flags & 8) != 0;
    /* What is backed up may be backed up (WebAuthn Level 3, 6.1.3). */
    if ((witness->uv && !facts->uv) ||
        (witness->be && !facts->be && !witness->bs) ||
        (witness->bs && (!facts->bs || !witness->be)) ||
        (witness->attested && !facts->attested))
      continue;
    /* Only WebAuthn knows attestation and backup. */
    if (!recovery_witness_is_webauthn(witness) &&
        (witness->be || witness->attested))
      continue;
    for (guint i = 0; i < facts->models->len; i++)
      try_witness(facts, witness, &g_array_index(facts->models, Model, i));
  }
}

static void
try_all(Facts *facts)
{
  guint sets = count_status_sets(facts);

  for (guint m = 0; m < facts->methods->len; m++)
    for (int cert = 0; cert <= RECOVERY_DOCUMENT_CERT_L3PLUS; cert++)
      for (guint set = 0; facts->certs[cert] && set < sets; set++)
        for (guint t = 0; t <= facts->transports->len; t++) {
          Witness witness = {
              .method = g_ptr_array_index(facts->methods, m),
              .cert = (RecoveryDocumentCert)cert,
              .transport =
                  t == 0 ? NULL : g_ptr_array_index(facts->transports, t - 1)};

          take_statuses(facts, set, &witness);
          try_flags(facts, &witness);
        }
}

static bool
is_small(const Facts *facts)
{
  uint64_t tries = 16;
  uint64_t certs = 0;
  uint64_t classes = 1;

  for (size_t d = 0; d < facts->count; d++) {
    classes += N_OF(facts->documents[d], CLASSES);
    if (N_OF(facts->documents[d], CLASSES) > RECOVERY_WITNESS_BITS)
      return false;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(facts->certs); i++)
    certs += facts->certs[i];
  tries *= facts->methods->len * certs * count_status_sets(facts);
  tries *= (facts->transports->len + 1) * (uint64_t)facts->models->len;
  return tries <= RECOVERY_WITNESS_TRIES && tries * classes <= 40000000;
}

static bool
begin(Facts *facts)
{
  guint entries = 0;

  facts->certs[0] = true;
  for (size_t d = 0; d < facts->count; d++) {
    const Document *document = facts->documents[d];

    if (N_OF(document, LISTS) > RECOVERY_WITNESS_BITS ||
        N_OF(document, CLASSES) > RECOVERY_WITNESS_BITS)
      return false;
    facts->attested = facts->attested || N_OF(document, LISTS) > 0;
    for (uint32_t i = 0; i < N_OF(document, LISTS); i++)
      entries += RECOVERY_DOCUMENT_AT(document, LISTS, List, i)->entries->len;
    for (uint32_t i = 0; i < N_OF(document, CLASSES); i++)
      add_match(facts,
                &RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i)->match);
  }
  if (entries > ENTRIES)
    return false;
  g_array_append_vals(facts->models, &(Model){0}, 1);
  for (size_t d = 0; d < facts->count; d++)
    add_models(facts, facts->documents[d]);
  return is_small(facts);
}

GArray *
recovery_witness_all(const Document *const *documents, size_t count,
                     int64_t now_s)
{
  Facts facts = {
      .documents = documents,
      .count = count,
      .now_s = now_s,
      .methods = g_ptr_array_new(),
      .statuses = g_ptr_array_new(),
      .transports = g_ptr_array_new(),
      .models = g_array_new(FALSE, FALSE, sizeof(Model)),
      .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
      .found = g_array_new(FALSE, TRUE, sizeof(Witness)),
  };

  if (begin(&facts))
    try_all(&facts);
  else
    g_clear_pointer(&facts.found, g_array_unref);
  g_ptr_array_unref(facts.methods);
  g_ptr_array_unref(facts.statuses);
  g_ptr_array_unref(facts.transports);
  g_array_unref(facts.models);
  g_hash_table_unref(facts.seen);
  return facts.found;
}

bool
recovery_witness_is_webauthn(const Witness *witness)
{
  return strcmp(witness->method, "webauthn") == 0;
}
