/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-client-data.c - clientDataJSON. */
#include "fidotool/judge/client-data.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) bytes = g_bytes_new(data, len);
  g_autoptr(FidotoolClientData) client =
      fidotool_client_data_parse(bytes, NULL);

  g_assert(client == NULL || client->type != NULL);
  if (client != NULL)
    fuzz_accepted(data, len);
  return 0;
}
