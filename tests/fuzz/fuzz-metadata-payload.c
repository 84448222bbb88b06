/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-metadata-payload.c - what a BLOB says once its signature is good: read,
 * indexed, and every entry found again and judged. */
#include "fidotool/judge/metadata-index.h"
#include "fidotool/judge/metadata-query.h"
#include "tests/fuzz/fuzz.h"

static void
ask_everything(const FidotoolJson *entry)
{
  static const char text[] =
      "certified >= L1 and not status any-bad or transport nfc or option rk or "
      "user-verification none or firmware > 5 or key-restricted or name \"a\"";
  static FidotoolMetadataQuery *query; /* for the whole run */
  g_autoptr(FidotoolAnchors) anchors = fidotool_chain_anchors_new();
  size_t at;

  if (query == NULL)
    query = fidotool_metadata_query_parse(text, &at, NULL);
  (void)fidotool_metadata_query_ask(query, entry,
                                    1772355600); /* any answer will do */
  (void)fidotool_metadata_entry_anchors(entry, anchors); /* likewise */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const uint8_t digest[32];
  g_autoptr(GBytes) payload = g_bytes_new(data, len);
  g_autoptr(FidotoolMetadataBlob) blob = fidotool_metadata_blob_new();
  FidotoolMetadataRules rules = {.at = 1772355600, .known_no = 3};
  g_autoptr(GBytes) bytes = NULL;
  FidotoolSlice slice;
  FidotoolMetadataIndex index;

  fidotool_metadata_blob_read(blob, payload, &rules);
  if (!blob->good)
    return 0;
  g_assert(blob->no >= 3);
  bytes = fidotool_metadata_index_build(blob, digest);
  slice.data = g_bytes_get_data(bytes, &slice.len);
  g_assert(fidotool_metadata_index_open(slice, &index) == NULL);
  g_assert(index.n_entries == blob->items->len);
  for (guint i = 0; i < blob->items->len; i++) {
    const FidotoolMetadataItem *item =
        &g_array_index(blob->items, FidotoolMetadataItem, i);
    g_autoptr(FidotoolJson) entry = NULL;
    g_autoptr(FidotoolJson) again = NULL;

    g_assert(fidotool_metadata_index_entry(&index, i, &entry) ==
             FIDOTOOL_METADATA_FOUND);
    ask_everything(entry);
    if (item->has_aaguid)
      g_assert(fidotool_metadata_index_find(&index, item->aaguid, &again) ==
               FIDOTOOL_METADATA_FOUND);
  }
  fuzz_accepted(data, len);
  return 0;
}
