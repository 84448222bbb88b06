/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-metadata-query.c - a query: read it answers, refused it names a place in
 * itself. */
#include <string.h>

#include "fidotool/judge/metadata-query.h"
#include "tests/fuzz/fuzz.h"

static const char model[] =
    "{\"aaguid\":\"00000000-0000-4000-8000-000000000001\",\"statusReports\":["
    "{\"status\":\"FIDO_CERTIFIED_L2\"}],\"metadataStatement\":{"
    "\"description\":\"A key\",\"keyProtection\":[\"hardware\"],"
    "\"authenticatorGetInfo\":{\"options\":{\"rk\":true},\"firmwareVersion\":5,"
    "\"transports\":[\"nfc\"]}}}";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static FidotoolJson *entry; /* for the whole run */
  g_autofree char *text = g_strndup((const char *)data, len);
  size_t at = 0;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolMetadataQuery) query =
      fidotool_metadata_query_parse(text, &at, &error);

  if (entry == NULL)
    entry = fidotool_json_parse(model, sizeof(model) - 1, NULL);
  g_assert((query == NULL) == (error != NULL));
  g_assert(at <= strlen(text));
  if (query == NULL)
    return 0;
  (void)fidotool_metadata_query_ask(query, entry,
                                    1772355600); /* any answer will do */
  fuzz_accepted(data, len);
  return 0;
}
