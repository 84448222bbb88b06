/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-make.c - a key's answer to makeCredential, read by ourselves. */
#include "fidotool/device/ctap-make.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) bytes = g_bytes_new(data, len);
  g_autoptr(FidotoolCtapMade) made = fidotool_ctap_make_read(bytes, NULL);

  if (!made)
    return 0;
  g_assert(g_utf8_validate(made->format, -1, NULL));
  g_assert(g_bytes_get_size(made->statement) +
               g_bytes_get_size(made->auth_data) <=
           len);
  fuzz_accepted(data, len);
  return 0;
}
