/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-cbor.c - the scan, and the readers over whatever it accepts. */
#include "fidotool/judge/cbor.h"
#include "tests/fuzz/fuzz.h"

/* Reads everything in an item; the readers must agree with the scan. */
static size_t
walk(const FidotoolCbor *item)
{
  FidotoolSlice rest = item->body;
  FidotoolCbor child;
  size_t items = 0;
  int64_t number;

  (void)fidotool_cbor_int(item, &number);           /* any answer will do */
  (void)fidotool_cbor_find_text(item, "a", &child); /* any answer will do */
  (void)fidotool_cbor_find_int(item, 1, &child);    /* any answer will do */
  if (item->type != FIDOTOOL_CBOR_ARRAY && item->type != FIDOTOOL_CBOR_MAP)
    return 1;
  while (fidotool_cbor_next(&rest, &child)) {
    items++;
    (void)walk(&child); /* counted for itself */
  }
  g_assert(items == item->argument * (item->type == FIDOTOOL_CBOR_MAP ? 2 : 1));
  return items;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolCbor item;
  bool canonical;

  if (fidotool_cbor_scan((FidotoolSlice){data, len}, &item, &canonical) !=
      FIDOTOOL_CBOR_OK)
    return 0;
  g_assert(item.raw.data == data && item.raw.len <= len);
  (void)walk(&item); /* its own assertions are the test */
  fuzz_accepted(data, len);
  return 0;
}
