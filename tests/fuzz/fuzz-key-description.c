/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-description.c - the extension of Android's key store, and DER. */
#include "fidotool/judge/der.h"
#include "fidotool/judge/key-description.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolSlice rest = {data, len};
  FidotoolKeyDescription description;
  FidotoolDer element;

  while (fidotool_der_next(&rest, &element)) {
    g_assert(element.body.data + element.body.len == rest.data);
    g_assert(rest.data + rest.len == data + len);
  }
  if (!fidotool_key_description_parse((FidotoolSlice){data, len}, &description))
    return 0;
  g_assert(description.challenge.data >= data);
  g_assert(description.challenge.data + description.challenge.len <=
           data + len);
  g_assert(fidotool_key_description_level_name(description.level) != NULL);
  fuzz_accepted(data, len);
  return 0;
}
