/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-metadata-vendor.c - an organisation's own list: every model that is read
 * has a name, an AAGUID and an anchor. */
#include "fidotool/judge/metadata-entry.h"
#include "fidotool/judge/metadata-vendor.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolJson) entries =
      fidotool_metadata_vendor_read((const char *)data, len, NULL);

  for (size_t i = 0; i < fidotool_json_size(entries); i++) {
    const FidotoolJson *entry = fidotool_json_at(entries, i);
    g_autoptr(FidotoolAnchors) anchors = fidotool_chain_anchors_new();
    uint8_t aaguid[16];

    g_assert(fidotool_metadata_entry_aaguid(entry, aaguid));
    g_assert(fidotool_metadata_entry_anchors(entry, anchors) > 0);
  }
  if (entries != NULL)
    fuzz_accepted(data, len);
  return 0;
}
