/* SPDX-License-Identifier: Apache-2.0 */
/* decide-class.c - which class an authenticator is of, and which lists its
 * model is on. A fact that is not known matches nothing that asks for it. */
#include <string.h>

#include "recovery/policy/decide-private.h"

typedef RecoveryDecide Decide;
typedef RecoveryDecideClass Class;
typedef RecoveryDecideEntry Entry;
typedef RecoveryRequestFacts Facts;

/* ---- lists ---- */

static int
compare_entries(gconstpointer a, gconstpointer b)
{
  const Entry *one = a, *other = b;

  if (one->list != other->list)
    return one->list < other->list ? -1 : 1;
  return strcmp(one->aaguid, other->aaguid);
}

static void
compile_lists(Decide *decide)
{
  const RecoveryDocument *document = decide->document;

  decide->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_LISTS); i++) {
    const GArray *entries =
        RECOVERY_DOCUMENT_AT(document, LISTS, List, i)->entries;

    for (guint j = 0; j < entries->len; j++) {
      const RecoveryDocumentEntry *from =
          &g_array_index(entries, RecoveryDocumentEntry, j);
      Entry entry = {i, from->aaguid, from->min_fw, from->until_s};

      g_array_append_val(decide->entries, entry);
    }
  }
  g_array_sort(decide->entries, compare_entries);
}

/* Number by number: 5.10 is more than 5.9, and 5.7 is 5.7.0. */
static bool
is_firmware_met(const char *fw, const char *least)
{
  while (*fw != '\0' || *least != '\0') {
    char *fw_end, *least_end;
    uint64_t is = g_ascii_strtoull(fw, &fw_end, 10);
    uint64_t wanted = g_ascii_strtoull(least, &least_end, 10);

    if (is != wanted)
      return is > wanted;
    fw = *fw_end == '.' ? fw_end + 1 : fw_end;
    least = *least_end == '.' ? least_end + 1 : least_end;
  }
  return true;
}

/* The first entry of a model on a list. */
static guint
find_first(const Decide *decide, const Entry *key)
{
  guint low = 0, high = decide->entries->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (compare_entries(&g_array_index(decide->entries, Entry, middle), key) <
        0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* An AAGUID that is not attested is only a claim, so it is on no list. */
bool
recovery_decide_on_list(const Decide *decide, uint32_t list, const Facts *facts,
                        int64_t now_s)
{
  const Entry key = {list, facts->aaguid, NULL, 0};

  if (facts->attested != RECOVERY_DOCUMENT_YES || facts->aaguid == NULL)
    return false;
  for (guint i = find_first(decide, &key); i < decide->entries->len; i++) {
    const Entry *entry = &g_array_index(decide->entries, Entry, i);

    if (compare_entries(entry, &key) != 0)
      return false;
    if (now_s < entry->until_s &&
        (entry->min_fw == NULL ||
         (facts->fw != NULL && is_firmware_met(facts->fw, entry->min_fw))))
      return true;
  }
  return false;
}

/* ---- classes ---- */

static uint32_t
set_of(const RecoveryDocumentTexts *words, uint32_t (*bit)(const char *word))
{
  uint32_t set = 0;

  for (uint32_t i = 0; i < words->count; i++)
    set |= bit(words->items[i]);
  return set;
}

static Class
compile_class(const RecoveryDocumentClass *from)
{
  const RecoveryDocumentMatch *match = &from->match;

  return (Class){
      .method = match->method != NULL ? match->method : "webauthn",
      .uv = match->uv,
      .be = match->be,
      .bs = match->bs,
      .attested = match->attested,
      .min_cert = match->min_cert,
      .list = match->aaguid_list.index,
      .asks_status = match->mds_status_not.count > 0,
      .status_not = set_of(&match->mds_status_not, recovery_document_status),
      .transports = set_of(&match->transports, recovery_document_transport),
      .rank = from->rank,
      .restricted = from->restricted.at.line != 0,
  };
}

static int
compare_ranks(gconstpointer a, gconstpointer b, gpointer data)
{
  const Class *classes = data;
  int64_t one = classes[*(const uint32_t *)a].rank;
  int64_t other = classes[*(const uint32_t *)b].rank;

  return one > other ? -1 : one < other;
}

static int
compare_ids(gconstpointer a, gconstpointer b, gpointer data)
{
  const RecoveryDocument *document = data;

  return strcmp(recovery_document_id(document, RECOVERY_DOCUMENT_CLASSES,
                                     *(const uint32_t *)a),
                recovery_document_id(document, RECOVERY_DOCUMENT_CLASSES,
                                     *(const uint32_t *)b));
}

void
recovery_decide_compile_classes(Decide *decide)
{
  const RecoveryDocument *document = decide->document;
  uint32_t count = recovery_document_count(document, RECOVERY_DOCUMENT_CLASSES);

  compile_lists(decide);
  decide->classes = g_new0(Class, count + 1);
  decide->by_rank = g_new0(uint32_t, count + 1);
  decide->by_id = g_new0(uint32_t, count + 1);
  for (uint32_t i = 0; i < count; i++) {
    const RecoveryDocumentClass *from =
        RECOVERY_DOCUMENT_AT(document, CLASSES, Class, i);

    decide->classes[i] = compile_class(from);
    decide->by_id[i] = i;
    if (from->use == RECOVERY_DOCUMENT_FOR_ALL)
      decide->by_rank[decide->n_by_rank++] = i;
  }
  g_qsort_with_data(decide->by_rank, (gint)decide->n_by_rank, sizeof(uint32_t),
                    compare_ranks, decide->classes);
  g_qsort_with_data(decide->by_id, (gint)count, sizeof(uint32_t), compare_ids,
                    (gpointer)document);
}

static bool
is_wanted(RecoveryDocumentWant want, RecoveryDocumentWant fact)
{
  return want == RECOVERY_DOCUMENT_ANY || want == fact;
}

bool
recovery_decide_matches(const Decide *decide, uint32_t class_of,
                        const Facts *facts, int64_t now_s)
{
  const Class *class = &decide->classes[class_of];

  return facts->method != NULL && strcmp(class->method, facts->method) == 0 &&
         is_wanted(class->uv, facts->uv) && is_wanted(class->be, facts->be) &&
         is_wanted(class->bs, facts->bs) &&
         is_wanted(class->attested, facts->attested) &&
         (class->min_cert == RECOVERY_DOCUMENT_CERT_NONE ||
          facts->cert >= class->min_cert) &&
         (!class->asks_status ||
          (facts->mds_known && (facts->mds_status & class->status_not) == 0)) &&
         (class->transports == 0 ||
          (facts->transports_known &&
           (facts->transports & class->transports) != 0)) &&
         (class->list == RECOVERY_DOCUMENT_NONE ||
          recovery_decide_on_list(decide, class->list, facts, now_s));
}

uint32_t
recovery_decide_class(const Decide *decide, const Facts *facts, int64_t now_s)
{
  for (uint32_t i = 0; i < decide->n_by_rank; i++)
    if (recovery_decide_matches(decide, decide->by_rank[i], facts, now_s))
      return decide->by_rank[i];
  return RECOVERY_DOCUMENT_NONE;
}
