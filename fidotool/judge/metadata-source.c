/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-source.c - from a registration's claim to its model's entry. */
#include "fidotool/judge/metadata-source.h"

#include <string.h>

#include "fidotool/error.h"
#include "fidotool/judge/metadata-index.h"
#include "fidotool/judge/metadata-peek.h"

/* What a model is kept under: its AAGUID, or the key identifier by which it was
 * found. */
typedef struct {
  uint8_t name[FIDOTOOL_METADATA_ENTRY_KEY_ID];
} Name;

struct FidotoolMetadataSource {
  FidotoolJson *metadata; /* as given */
  bool has_index;
  FidotoolMetadataIndex index;
  GHashTable *models; /* GBytes of a Name: FidotoolMetadataModel */
};

static bool
fail(GError **error, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID, what);
  return false;
}

static void
free_model(void *data)
{
  FidotoolMetadataModel *model = data;

  fidotool_json_free(model->facts);
  fidotool_chain_anchors_free(model->anchors);
  g_free(model);
}

FidotoolMetadataSource *
fidotool_metadata_source_new(const FidotoolJson *metadata, FidotoolSlice index,
                             GError **error)
{
  g_autoptr(FidotoolMetadataSource) source = g_new0(FidotoolMetadataSource, 1);
  const FidotoolJson *own = fidotool_json_get(metadata, "own");
  int64_t now;

  source->metadata = fidotool_json_copy(metadata);
  source->models = g_hash_table_new_full(
      g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, free_model);
  source->has_index = index.len > 0;
  if (!fidotool_json_int(fidotool_json_get(metadata, "now"), &now)) {
    fail(error, "the metadata have no time");
    return NULL;
  }
  if (own != NULL && fidotool_json_type(own) != FIDOTOOL_JSON_ARRAY) {
    fail(error, "the metadata's own entries are no array");
    return NULL;
  }
  if (source->has_index &&
      fidotool_metadata_index_open(index, &source->index) != NULL) {
    fail(error, "the metadata's index cannot be read");
    return NULL;
  }
  return g_steal_pointer(&source);
}

void
fidotool_metadata_source_free(FidotoolMetadataSource *source)
{
  if (source == NULL)
    return;
  fidotool_json_free(source->metadata);
  if (source->models != NULL)
    g_hash_table_unref(source->models);
  g_free(source);
}

static FidotoolJson *
find_own(const FidotoolMetadataSource *source, const uint8_t aaguid[16])
{
  const FidotoolJson *own = fidotool_json_get(source->metadata, "own");
  uint8_t named[16];

  for (size_t i = 0; i < fidotool_json_size(own); i++) {
    const FidotoolJson *entry = fidotool_json_at(own, i);

    if (fidotool_metadata_entry_aaguid(entry, named) &&
        memcmp(named, aaguid, sizeof(named)) == 0)
      return fidotool_json_copy(entry);
  }
  return NULL;
}

/* A picture says nothing to a judge. */
static FidotoolJson *
new_facts(const FidotoolMetadataSource *source, FidotoolJson *entry, bool own)
{
  static const char *const names[] = {"now", "no", "next_update",
                                      "max_stale_days"};
  FidotoolJson *facts = fidotool_json_new_object();

  for (size_t i = 0; i < (own ? 1 : G_N_ELEMENTS(names)); i++) {
    const FidotoolJson *value = fidotool_json_get(source->metadata, names[i]);

    if (value != NULL)
      fidotool_json_set(facts, names[i], fidotool_json_copy(value));
  }
  if (entry != NULL)
    fidotool_json_remove(fidotool_json_get(entry, "metadataStatement"), "icon");
  fidotool_json_set(facts, "entry", entry ? entry : fidotool_json_new_null());
  return facts;
}

static bool
is_zero(const uint8_t aaguid[16])
{
  static const uint8_t zero[16];

  return memcmp(aaguid, zero, sizeof(zero)) == 0;
}

/* Under which name the model would be kept, and found. A key of before FIDO2
 * has no AAGUID: the first of its certificates that has an entry names it. */
static FidotoolMetadataFind
find_by_certificate(const FidotoolMetadataSource *source,
                    const FidotoolMetadataPeek *peek, Name *ret_name,
                    FidotoolJson **ret_entry)
{
  FidotoolMetadataFind found = FIDOTOOL_METADATA_ABSENT;

  for (size_t i = 0; found == FIDOTOOL_METADATA_ABSENT && i < peek->count; i++)
    if (fidotool_metadata_entry_key_id(peek->x5c[i], ret_name->name))
      found = fidotool_metadata_index_find_key_id(&source->index,
                                                  ret_name->name, ret_entry);
  return found;
}

static bool
find_entry(const FidotoolMetadataSource *source,
           const FidotoolMetadataPeek *peek, FidotoolJson **ret_entry,
           bool *ret_own, GError **error)
{
  FidotoolMetadataFind found = FIDOTOOL_METADATA_ABSENT;
  Name name = {0};

  *ret_entry = NULL;
  *ret_own = false;
  if (source->has_index)
    found = is_zero(peek->aaguid)
                ? find_by_certificate(source, peek, &name, ret_entry)
                : fidotool_metadata_index_find(&source->index, peek->aaguid,
                                               ret_entry);
  if (found == FIDOTOOL_METADATA_DAMAGED)
    return fail(error, "the metadata's index is damaged; fidotool metadata "
                       "status makes it anew");
  if (found == FIDOTOOL_METADATA_ABSENT && !is_zero(peek->aaguid))
    *ret_entry = find_own(source, peek->aaguid);
  *ret_own = found == FIDOTOOL_METADATA_ABSENT && *ret_entry != NULL;
  return true;
}

/* What decides which entry is found: the AAGUID, or the certificates. */
static GBytes *
new_key(const FidotoolMetadataPeek *peek)
{
  uint8_t digest[32];

  if (!is_zero(peek->aaguid))
    return g_bytes_new(peek->aaguid, sizeof(peek->aaguid));
  fidotool_certificate_list_digest(peek->x5c, peek->count, digest);
  return g_bytes_new(digest, sizeof(digest));
}

static FidotoolMetadataModel *
new_model(const FidotoolMetadataSource *source,
          const FidotoolMetadataPeek *peek, FidotoolMetadataAnchors make,
          gpointer data, GError **error)
{
  g_autoptr(FidotoolAnchors) anchors = make(data, error);
  FidotoolMetadataModel *model;
  FidotoolJson *entry;
  bool own;

  if (anchors == NULL || !find_entry(source, peek, &entry, &own, error))
    return NULL;
  (void)fidotool_metadata_entry_anchors(entry, anchors); /* none is an answer */
  model = g_new0(FidotoolMetadataModel, 1);
  model->anchors = g_steal_pointer(&anchors);
  model->facts = new_facts(source, entry, own);
  return model;
}

const FidotoolMetadataModel *
fidotool_metadata_source_find(FidotoolMetadataSource *source,
                              const FidotoolJson *response,
                              FidotoolMetadataAnchors make, gpointer data,
                              GError **error)
{
  FidotoolMetadataPeek peek;
  FidotoolMetadataModel *model = NULL;
  g_autoptr(GBytes) key = NULL;

  /* One that cannot be read is of no model; the judge says what is wrong. */
  (void)fidotool_metadata_peek_look(response, &peek);
  key = new_key(&peek);
  model = g_hash_table_lookup(source->models, key);
  if (model == NULL) {
    model = new_model(source, &peek, make, data, error);
    if (g_hash_table_size(source->models) == FIDOTOOL_METADATA_SOURCE_KEPT)
      g_hash_table_remove_all(source->models);
    if (model != NULL)
      g_hash_table_insert(source->models, g_steal_pointer(&key), model);
  }
  fidotool_metadata_peek_clear(&peek);
  return model;
}
