/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-blob.c - the large-blob array of a key, and each blob opened with a
 * key that opens those of the corpus. The hash is put right first, or nothing
 * would ever get behind it. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/blob.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const uint8_t key[FIDOTOOL_BLOB_KEY];
  uint8_t digest[FIDOTOOL_BYTES_SHA256];
  g_autoptr(GByteArray) whole = g_byte_array_new();
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(FidotoolBlobArray) array = NULL;

  fidotool_bytes_sha256(data, len, digest);
  g_byte_array_append(whole, data, (guint)len);
  g_byte_array_append(whole, digest, 16);
  bytes = g_byte_array_free_to_bytes(g_steal_pointer(&whole));
  array = fidotool_blob_parse(bytes);
  g_assert(array->used == len + 16);
  for (guint i = 0; i < array->blobs->len; i++) {
    g_autoptr(GBytes) opened =
        fidotool_blob_open(array->blobs->pdata[i], key, NULL);

    g_assert(!opened || g_bytes_get_size(opened) <= FIDOTOOL_BLOB_MAX);
  }
  if (!array->damaged)
    fuzz_accepted(data, len);
  return 0;
}
