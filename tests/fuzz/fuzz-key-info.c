/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-info.c - what a key says of itself: getInfo's map. */
#include <string.h>

#include "fidotool/device/info.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) raw = g_bytes_new(data, len);
  g_autoptr(FidotoolInfo) info = fidotool_info_read(raw, NULL);
  g_autoptr(FidotoolJson) again = NULL;
  g_autofree char *text = NULL;
  size_t text_len;

  if (!info)
    return 0;
  g_assert(strlen(info->aaguid_text) == 36);
  g_assert(info->min_pin_length >= 0 && info->max_pin_length >= 0 &&
           info->max_list >= 0);
  text = fidotool_json_write(info->json, &text_len);
  again = fidotool_json_parse(text, text_len, NULL);
  g_assert(again); /* whatever the key put into it */
  fuzz_accepted(data, len);
  return 0;
}
