/* SPDX-License-Identifier: Apache-2.0 */
/* der.c - identifiers, lengths, and numbers. */
#include "fidotool/judge/der.h"

#define CLASS_MASK 0xc0
#define CLASS_CONTEXT 0x80
#define CONSTRUCTED 0x20
#define TAG_MASK 0x1f /* all set: the tag is in the bytes that follow */
#define MORE 0x80
#define SEVEN_BITS 0x7f
#define SIGN 0x80
#define LENGTH_MAX_BYTES 4
#define TAG_MAX 0x1fffff /* three bytes of seven bits */

static bool
take_byte(FidotoolSlice *rest, uint8_t *ret_byte)
{
  if (rest->len == 0)
    return false;
  *ret_byte = rest->data[0];
  rest->data++;
  rest->len--;
  return true;
}

static bool
take_tag(FidotoolSlice *rest, FidotoolDer *element)
{
  uint8_t byte;

  if (!take_byte(rest, &byte) ||
      ((byte & CLASS_MASK) != 0 && (byte & CLASS_MASK) != CLASS_CONTEXT))
    return false;
  element->is_context = (byte & CLASS_MASK) == CLASS_CONTEXT;
  element->is_constructed = (byte & CONSTRUCTED) != 0;
  element->tag = byte & TAG_MASK;
  if (element->tag != TAG_MASK)
    return true;
  element->tag = 0;
  do {
    if (!take_byte(rest, &byte) || (element->tag == 0 && byte == MORE))
      return false;
    element->tag = element->tag << 7 | (byte & SEVEN_BITS);
    if (element->tag > TAG_MAX)
      return false;
  } while (byte & MORE);
  return element->tag >= TAG_MASK; /* shorter ones have a shorter form */
}

static bool
take_length(FidotoolSlice *rest, size_t *ret_len)
{
  uint8_t first, byte;
  size_t len = 0;
  unsigned count;

  if (!take_byte(rest, &first))
    return false;
  if (!(first & MORE)) {
    *ret_len = first;
    return true;
  }
  count = first & SEVEN_BITS;
  if (count == 0 || count > LENGTH_MAX_BYTES)
    return false;
  for (unsigned i = 0; i < count; i++) {
    if (!take_byte(rest, &byte) || (i == 0 && byte == 0))
      return false;
    len = len << 8 | byte;
  }
  *ret_len = len;
  return len >= MORE;
}

bool
fidotool_der_next(FidotoolSlice *rest, FidotoolDer *ret_element)
{
  FidotoolSlice left = *rest;
  FidotoolDer element = {0};
  size_t len;

  if (!take_tag(&left, &element) || !take_length(&left, &len) || left.len < len)
    return false;
  element.body = (FidotoolSlice){left.data, len};
  *rest = (FidotoolSlice){left.data + len, left.len - len};
  *ret_element = element;
  return true;
}

bool
fidotool_der_take(FidotoolSlice *rest, uint32_t tag, FidotoolSlice *ret_body)
{
  bool constructed = tag == FIDOTOOL_DER_SEQUENCE || tag == FIDOTOOL_DER_SET;
  FidotoolDer element;

  if (!fidotool_der_next(rest, &element) || element.is_context ||
      element.tag != tag || element.is_constructed != constructed)
    return false;
  *ret_body = element.body;
  return true;
}

bool
fidotool_der_take_int(FidotoolSlice *rest, uint32_t tag, int64_t *ret_value)
{
  FidotoolSlice body;
  uint64_t value;

  if (!fidotool_der_take(rest, tag, &body) || body.len == 0 || body.len > 8)
    return false;
  value = body.data[0] & 0x80 ? UINT64_MAX : 0;
  for (size_t i = 0; i < body.len; i++)
    value = value << 8 | body.data[i];
  *ret_value = (int64_t)value;
  return true;
}

static bool
take_number(FidotoolSlice *rest)
{
  FidotoolSlice body;

  if (!fidotool_der_take(rest, FIDOTOOL_DER_INTEGER, &body) || body.len == 0 ||
      (body.data[0] & SIGN) != 0)
    return false;
  return body.data[0] != 0 || body.len == 1 || (body.data[1] & SIGN) != 0;
}

bool
fidotool_der_is_two_numbers(FidotoolSlice bytes)
{
  FidotoolSlice body;

  return fidotool_der_take(&bytes, FIDOTOOL_DER_SEQUENCE, &body) &&
         bytes.len == 0 && take_number(&body) && take_number(&body) &&
         body.len == 0;
}
