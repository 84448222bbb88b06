/* SPDX-License-Identifier: Apache-2.0 */
/* der.h - reads DER one element at a time, in slices: for the contents of
 * extensions that OpenSSL does not know.
 * standard  X.690, 8 and 10.1 */
#pragma once

#include "fidotool/judge/cbor.h"

/* Universal tags that are read here. */
enum {
  FIDOTOOL_DER_INTEGER = 0x02,
  FIDOTOOL_DER_OCTETS = 0x04,
  FIDOTOOL_DER_NULL = 0x05,
  FIDOTOOL_DER_ENUMERATED = 0x0a,
  FIDOTOOL_DER_SEQUENCE = 0x10,
  FIDOTOOL_DER_SET = 0x11,
};

typedef struct {
  bool is_context; /* else universal; the other classes are not read */
  bool is_constructed;
  uint32_t tag;
  FidotoolSlice body;
} FidotoolDer;

/*
 * Takes the next element off the front of rest: definite lengths and tags in
 * their shortest form, 32 bits at most.
 * returns  false where there is none, or it cannot be read; a caller that
 *          reads to the end then finds bytes in rest
 */
bool fidotool_der_next(FidotoolSlice *rest, FidotoolDer *ret_element);
/* The same for one universal type. */
bool fidotool_der_take(FidotoolSlice *rest, uint32_t tag,
                       FidotoolSlice *ret_body);
/* A SEQUENCE of two INTEGERs that are not negative, all in the one shortest
 * form and nothing after it: a signature by ECDSA. */
bool fidotool_der_is_two_numbers(FidotoolSlice bytes);
/* INTEGER or ENUMERATED (tag) that fits. */
bool fidotool_der_take_int(FidotoolSlice *rest, uint32_t tag,
                           int64_t *ret_value);
