/* SPDX-License-Identifier: Apache-2.0 */
/* apdu.h - one APDU taken apart (ISO 7816-4, section 5.1). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t class;
  uint8_t instruction;
  uint8_t p1;
  uint8_t p2;
  const uint8_t *data; /* in the bytes that were read; n of them */
  size_t n;
  bool extended;
  bool has_le;
} SoftkeyApdu;

/* Four bytes, then Lc and data, then Le, in the short or the extended form.
 * Returns false for anything else. */
bool softkey_apdu_parse(SoftkeyApdu *apdu, const uint8_t *bytes, size_t len);
