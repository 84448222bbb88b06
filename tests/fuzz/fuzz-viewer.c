/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-viewer.c - a proposal as it comes from a station: words or a refusal. */
#include "recovery/format/viewer.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolJson) json =
      fidotool_json_parse((const char *)data, len, NULL);
  g_autoptr(RecoveryView) view =
      json == NULL ? NULL : recovery_viewer_read(json, NULL);

  for (unsigned i = 0; view != NULL && i < view->lines->len; i++) {
    const RecoveryViewerLine *line = g_ptr_array_index(view->lines, i);

    g_assert(g_utf8_validate(line->text, -1, NULL));
  }
  if (view != NULL)
    fuzz_accepted(data, len);
  return 0;
}
