/* SPDX-License-Identifier: Apache-2.0 */
/* json-private.h - what a value is made of, for the files that build, read and
 * write one. */
#pragma once

#include <string.h>

#include "fidotool/json.h"

typedef struct {
  char *name;
  FidotoolJson *value;
} FidotoolJsonMember;

struct FidotoolJson {
  FidotoolJsonType type;
  unsigned count, room; /* of items or members; none are allocated for none */
  union {
    bool truth;
    int64_t integer;
    FidotoolJson **items;        /* ARRAY */
    FidotoolJsonMember *members; /* OBJECT, sorted by name */
  };
  char text[]; /* STRING, and NUMBER as written; others have no room for it */
};

FidotoolJson *fidotool_json_new(FidotoolJsonType type);
/* STRING or NUMBER; NULL: the caller writes the text, and its end. */
FidotoolJson *fidotool_json_new_of(FidotoolJsonType type, const char *text,
                                   size_t len);
/* At the end, wherever it belongs; the name is taken. */
void fidotool_json_add_member(FidotoolJson *object, char *name,
                              FidotoolJson *value);

/* The order of names; their first bytes nearly always tell. */
static inline int
fidotool_json_compare_names(const char *a, const char *b)
{
  const int first = (unsigned char)*a - (unsigned char)*b;

  return first != 0 ? first : strcmp(a, b);
}

/* --- what stands in a string as it is ---------------------------------------
 *
 * Eight bytes at a time: nearly all of what is read and written is such. */

#define FIDOTOOL_JSON_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not 0 where a byte of word is below n, which is at most 0x80; the lowest bit
 * that is set is in the lowest such byte. */
static inline uint64_t
fidotool_json_any_below(uint64_t word, uint8_t n)
{
  return (word - FIDOTOOL_JSON_EACH(n)) & ~word & FIDOTOOL_JSON_EACH(0x80);
}

static inline bool
fidotool_json_is_plain(char c)
{
  return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* The first quote, backslash or control character, or the end. */
static inline const char *
fidotool_json_plain_end(const char *p, const char *end)
{
  uint64_t word, found;

  for (; end - p >= (ptrdiff_t)sizeof(word); p += sizeof(word)) {
    memcpy(&word, p, sizeof(word));
    word = GUINT64_FROM_LE(word);
    found = fidotool_json_any_below(word, 0x20) |
            fidotool_json_any_below(word ^ FIDOTOOL_JSON_EACH('"'), 1) |
            fidotool_json_any_below(word ^ FIDOTOOL_JSON_EACH('\\'), 1);
    if (found != 0)
      return p + __builtin_ctzll(found) / 8;
  }
  while (p < end && fidotool_json_is_plain(*p))
    p++;
  return p;
}
