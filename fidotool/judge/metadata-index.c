/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-index.c - the index's bytes: a head of 128, three tables, and the
 * entries as they were signed. Numbers are little-endian. Each row of the
 * first table has the SHA-256 of its entry; the others have one over them
 * both, which is looked at before something is said not to be there. */
#include "fidotool/judge/metadata-index.h"

#include <string.h>

#include "fidotool/bytes.h"

#define MAGIC "KTMDSIX1"
#define HEAD 128
/* Of a row: place (8), length (8), SHA-256. */
#define ENTRY_ROW 48
/* Of the others: name, number of the entry (4). */
#define MODEL_ROW 20
#define KEY_ROW 24

/* Places in the head. */
enum {
  AT_SIZE = 8,
  AT_NO = 16,
  AT_ENTRIES = 24, /* how many rows: three numbers of 4 bytes */
  AT_MODELS = 28,
  AT_KEY_IDS = 32,
  AT_BLOB = 36,   /* SHA-256 of the BLOB */
  AT_TABLES = 68, /* 28 of the 32 bytes over models and key identifiers */
  AT_DIGEST = 96, /* SHA-256 over all before it */
};
#define TABLES_DIGEST (AT_DIGEST - AT_TABLES)

typedef struct {
  uint8_t name[FIDOTOOL_METADATA_ENTRY_KEY_ID];
  uint32_t entry;
} Row;

static void
put32(uint8_t *p, uint32_t value)
{
  value = GUINT32_TO_LE(value);
  memcpy(p, &value, sizeof(value));
}

static void
put64(uint8_t *p, uint64_t value)
{
  value = GUINT64_TO_LE(value);
  memcpy(p, &value, sizeof(value));
}

static uint32_t
get32(const uint8_t *p)
{
  uint32_t value;

  memcpy(&value, p, sizeof(value));
  return GUINT32_FROM_LE(value);
}

static uint64_t
get64(const uint8_t *p)
{
  uint64_t value;

  memcpy(&value, p, sizeof(value));
  return GUINT64_FROM_LE(value);
}

static int
compare_rows(const void *a, const void *b)
{
  const Row *first = a, *second = b;
  int order = memcmp(first->name, second->name, sizeof(first->name));

  if (order != 0)
    return order;
  return first->entry < second->entry ? -1 : first->entry > second->entry;
}

static GArray *
new_models(const FidotoolMetadataBlob *blob)
{
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));

  for (guint i = 0; i < blob->items->len; i++) {
    const FidotoolMetadataItem *item =
        &g_array_index(blob->items, FidotoolMetadataItem, i);
    Row row = {.entry = i};

    memcpy(row.name, item->aaguid, sizeof(item->aaguid));
    if (item->has_aaguid)
      g_array_append_val(rows, row);
  }
  g_array_sort(rows, compare_rows);
  return rows;
}

static GArray *
new_key_ids(const FidotoolMetadataBlob *blob)
{
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));

  for (guint i = 0; i < blob->items->len; i++) {
    const FidotoolMetadataItem *item =
        &g_array_index(blob->items, FidotoolMetadataItem, i);

    for (guint j = 0; j < item->key_count; j++) {
      Row row = {.entry = i};

      memcpy(row.name,
             blob->key_ids->data +
                 (size_t)(item->key_first + j) * sizeof(row.name),
             sizeof(row.name));
      g_array_append_val(rows, row);
    }
  }
  g_array_sort(rows, compare_rows);
  return rows;
}

static uint8_t *
write_rows(uint8_t *p, const GArray *rows, size_t name_len)
{
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);

    memcpy(p, row->name, name_len);
    put32(p + name_len, row->entry);
    p += name_len + sizeof(uint32_t);
  }
  return p;
}

static void
write_entries(uint8_t *data, size_t at, const FidotoolMetadataBlob *blob)
{
  uint8_t *row = data + HEAD;

  for (guint i = 0; i < blob->items->len; i++, row += ENTRY_ROW) {
    FidotoolSlice json =
        g_array_index(blob->items, FidotoolMetadataItem, i).json;

    put64(row, at);
    put64(row + 8, json.len);
    fidotool_bytes_sha256(json.data, json.len, row + 16);
    memcpy(data + at, json.data, json.len);
    at += json.len;
  }
}

static size_t
sum_entries(const FidotoolMetadataBlob *blob)
{
  size_t sum = 0;

  for (guint i = 0; i < blob->items->len; i++)
    sum += g_array_index(blob->items, FidotoolMetadataItem, i).json.len;
  return sum;
}

GBytes *
fidotool_metadata_index_build(const FidotoolMetadataBlob *blob,
                              const uint8_t digest[32])
{
  g_autoptr(GArray) models = new_models(blob);
  g_autoptr(GArray) key_ids = new_key_ids(blob);
  size_t tables = HEAD + (size_t)blob->items->len * ENTRY_ROW;
  size_t texts =
      tables + (size_t)models->len * MODEL_ROW + (size_t)key_ids->len * KEY_ROW;
  size_t size = texts + sum_entries(blob);
  uint8_t *data = g_malloc0(size);
  uint8_t over[32];
  uint8_t *p;

  memcpy(data, MAGIC, strlen(MAGIC));
  put64(data + AT_SIZE, size);
  put64(data + AT_NO, (uint64_t)blob->no);
  put32(data + AT_ENTRIES, blob->items->len);
  put32(data + AT_MODELS, models->len);
  put32(data + AT_KEY_IDS, key_ids->len);
  memcpy(data + AT_BLOB, digest, 32);
  p = write_rows(data + tables, models, 16);
  (void)write_rows(p, key_ids, sizeof(((Row *)0)->name)); /* the end is known */
  fidotool_bytes_sha256(data + tables, texts - tables, over);
  memcpy(data + AT_TABLES, over, TABLES_DIGEST);
  write_entries(data, texts, blob);
  fidotool_bytes_sha256(data, AT_DIGEST, data + AT_DIGEST);
  return g_bytes_new_take(data, size);
}

const char *
fidotool_metadata_index_open(FidotoolSlice bytes,
                             FidotoolMetadataIndex *ret_index)
{
  FidotoolMetadataIndex index = {.bytes = bytes};
  uint8_t digest[32];
  uint64_t no;

  if (bytes.len < HEAD || memcmp(bytes.data, MAGIC, strlen(MAGIC)) != 0)
    return "it is no index of this version";
  fidotool_bytes_sha256(bytes.data, AT_DIGEST, digest);
  if (memcmp(digest, bytes.data + AT_DIGEST, sizeof(digest)) != 0)
    return "its head is damaged";
  no = get64(bytes.data + AT_NO);
  index.n_entries = get32(bytes.data + AT_ENTRIES);
  index.n_models = get32(bytes.data + AT_MODELS);
  index.n_key_ids = get32(bytes.data + AT_KEY_IDS);
  memcpy(index.blob, bytes.data + AT_BLOB, sizeof(index.blob));
  index.entries = HEAD; /* 2^32 rows of 48 bytes do not overflow 64 bits */
  index.models = index.entries + (size_t)index.n_entries * ENTRY_ROW;
  index.key_ids = index.models + (size_t)index.n_models * MODEL_ROW;
  if (get64(bytes.data + AT_SIZE) != bytes.len || no > INT64_MAX ||
      index.key_ids + (size_t)index.n_key_ids * KEY_ROW > bytes.len)
    return "it is cut off, or longer than it says";
  index.no = (int64_t)no;
  *ret_index = index;
  return NULL;
}

FidotoolMetadataFind
fidotool_metadata_index_entry(const FidotoolMetadataIndex *index, uint32_t i,
                              FidotoolJson **ret_entry)
{
  const uint8_t *row;
  uint64_t at, len;
  uint8_t digest[32];

  *ret_entry = NULL;
  if (i >= index->n_entries)
    return FIDOTOOL_METADATA_DAMAGED;
  row = index->bytes.data + index->entries + (size_t)i * ENTRY_ROW;
  at = get64(row);
  len = get64(row + 8);
  if (at > index->bytes.len || len > index->bytes.len - at)
    return FIDOTOOL_METADATA_DAMAGED;
  fidotool_bytes_sha256(index->bytes.data + at, len, digest);
  if (memcmp(digest, row + 16, sizeof(digest)) != 0)
    return FIDOTOOL_METADATA_DAMAGED;
  *ret_entry =
      fidotool_json_parse((const char *)index->bytes.data + at, len, NULL);
  return *ret_entry != NULL ? FIDOTOOL_METADATA_FOUND
                            : FIDOTOOL_METADATA_DAMAGED;
}

/* The first row of a table that has this name; n where there is none. */
static uint32_t
search(const uint8_t *table, uint32_t n, size_t row_len, const uint8_t *name)
{
  size_t name_len = row_len - sizeof(uint32_t);
  uint32_t low = 0, high = n;

  while (low < high) {
    uint32_t middle = low + (high - low) / 2;

    if (memcmp(table + middle * row_len, name, name_len) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < n && memcmp(table + low * row_len, name, name_len) == 0 ? low
                                                                       : n;
}

/* Nothing is said to be missing on the word of a damaged table. */
static FidotoolMetadataFind
say_absent(const FidotoolMetadataIndex *index)
{
  uint8_t digest[32];
  size_t end = index->key_ids + (size_t)index->n_key_ids * KEY_ROW;

  fidotool_bytes_sha256(index->bytes.data + index->models, end - index->models,
                        digest);
  return memcmp(digest, index->bytes.data + AT_TABLES, TABLES_DIGEST) == 0
             ? FIDOTOOL_METADATA_ABSENT
             : FIDOTOOL_METADATA_DAMAGED;
}

FidotoolMetadataFind
fidotool_metadata_index_find(const FidotoolMetadataIndex *index,
                             const uint8_t aaguid[16], FidotoolJson **ret_entry)
{
  const uint8_t *table = index->bytes.data + index->models;
  uint32_t i = search(table, index->n_models, MODEL_ROW, aaguid);
  uint8_t named[16];
  FidotoolMetadataFind found;

  *ret_entry = NULL;
  if (i == index->n_models)
    return say_absent(index);
  found = fidotool_metadata_index_entry(
      index, get32(table + (size_t)i * MODEL_ROW + 16), ret_entry);
  if (found != FIDOTOOL_METADATA_FOUND ||
      (fidotool_metadata_entry_aaguid(*ret_entry, named) &&
       memcmp(named, aaguid, sizeof(named)) == 0))
    return found;
  g_clear_pointer(ret_entry, fidotool_json_free);
  return FIDOTOOL_METADATA_DAMAGED;
}

FidotoolMetadataFind
fidotool_metadata_index_find_key_id(
    const FidotoolMetadataIndex *index,
    const uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID],
    FidotoolJson **ret_entry)
{
  const uint8_t *table = index->bytes.data + index->key_ids;
  uint32_t i = search(table, index->n_key_ids, KEY_ROW, key_id);
  FidotoolMetadataFind found;

  *ret_entry = NULL;
  if (i == index->n_key_ids)
    return say_absent(index);
  found = fidotool_metadata_index_entry(
      index, get32(table + (size_t)i * KEY_ROW + KEY_ROW - 4), ret_entry);
  if (found != FIDOTOOL_METADATA_FOUND ||
      fidotool_metadata_entry_has_key_id(*ret_entry, key_id))
    return found;
  g_clear_pointer(ret_entry, fidotool_json_free);
  return FIDOTOOL_METADATA_DAMAGED;
}
