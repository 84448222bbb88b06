/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-metadata-index.c - an index that is mapped: any bytes, any look-up. */
#include <string.h>

#include "fidotool/judge/metadata-index.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolSlice slice = {data, len};
  FidotoolMetadataIndex index;
  uint8_t name[FIDOTOOL_METADATA_ENTRY_KEY_ID];

  if (fidotool_metadata_index_open(slice, &index) != NULL)
    return 0;
  for (uint32_t i = 0; i < MIN(index.n_entries + 1, 64); i++) {
    g_autoptr(FidotoolJson) entry = NULL;

    if (fidotool_metadata_index_entry(&index, i, &entry) ==
        FIDOTOOL_METADATA_FOUND)
      g_assert(entry != NULL);
  }
  for (size_t place = 128; place + sizeof(name) <= MIN(len, 1024); place++) {
    g_autoptr(FidotoolJson) entry = NULL;
    g_autoptr(FidotoolJson) other = NULL;

    memcpy(name, data + place, sizeof(name));
    g_assert((fidotool_metadata_index_find(&index, name, &entry) ==
              FIDOTOOL_METADATA_FOUND) == (entry != NULL));
    g_assert((fidotool_metadata_index_find_key_id(&index, name, &other) ==
              FIDOTOOL_METADATA_FOUND) == (other != NULL));
  }
  fuzz_accepted(data, len);
  return 0;
}
