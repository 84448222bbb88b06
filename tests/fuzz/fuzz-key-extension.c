/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-extension.c - extension outputs in a key's authenticator data. */
#include "fidotool/device/extension.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) bytes = g_bytes_new(data, len);
  FidotoolExtensionOutput output;

  if (fidotool_extension_read(bytes, &output))
    fuzz_accepted(data, len);
  return 0;
}
