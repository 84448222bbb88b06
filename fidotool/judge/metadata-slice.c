/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-slice.c - finds where parts begin and end. Reads no deeper. */
#include "fidotool/judge/metadata-slice.h"

#include <string.h>

static void
skip_space(FidotoolMetadataWalk *walk)
{
  while (walk->p < walk->end && *walk->p != '\0' &&
         strchr(" \t\r\n", *walk->p) != NULL)
    walk->p++;
}

static bool
take(FidotoolMetadataWalk *walk, uint8_t c)
{
  skip_space(walk);
  if (walk->p == walk->end || *walk->p != c)
    return false;
  walk->p++;
  return true;
}

/* From the opening quote to behind the closing one. A quote is the end unless
 * an odd number of backslashes stands before it. */
static bool
skip_text(FidotoolMetadataWalk *walk)
{
  const uint8_t *from = walk->p + 1, *p = from;

  while ((p = memchr(p, '"', (size_t)(walk->end - p))) != NULL) {
    size_t slashes = 0;

    while (p - slashes > from && *(p - slashes - 1) == '\\')
      slashes++;
    p++;
    if (slashes % 2 == 0) {
      walk->p = p;
      return true;
    }
  }
  return false;
}

/* One value of any kind: up to the comma or bracket that ends it. */
static bool
skip_value(FidotoolMetadataWalk *walk)
{
  size_t depth = 0;
  const uint8_t *from = walk->p;

  while (walk->p < walk->end) {
    uint8_t c = *walk->p;

    if (depth == 0 && (c == ',' || c == ']' || c == '}'))
      break;
    if (c == '"') {
      if (!skip_text(walk))
        return false;
      continue;
    }
    if (c == '[' || c == '{')
      depth++;
    else if (c == ']' || c == '}')
      depth--;
    walk->p++;
  }
  return depth == 0 && walk->p > from;
}

bool
fidotool_metadata_slice_open(FidotoolSlice json, FidotoolMetadataWalk *ret_walk)
{
  *ret_walk = (FidotoolMetadataWalk){.first = true};
  if (json.len == 0)
    return false;
  ret_walk->p = json.data;
  ret_walk->end = json.data + json.len;
  if (take(ret_walk, '{'))
    ret_walk->close = '}';
  else if (take(ret_walk, '['))
    ret_walk->close = ']';
  return ret_walk->close != 0;
}

static bool
read_name(FidotoolMetadataWalk *walk, FidotoolSlice *ret_name)
{
  const uint8_t *from;

  skip_space(walk);
  from = walk->p;
  if (walk->p == walk->end || *walk->p != '"' || !skip_text(walk))
    return false;
  *ret_name = (FidotoolSlice){from + 1, (size_t)(walk->p - from) - 2};
  return take(walk, ':');
}

bool
fidotool_metadata_slice_next(FidotoolMetadataWalk *walk,
                             FidotoolMetadataPart *ret_part, bool *ret_broken)
{
  const uint8_t *from;

  *ret_broken = false;
  *ret_part = (FidotoolMetadataPart){0};
  if (take(walk, walk->close)) {
    skip_space(walk);
    *ret_broken = walk->p != walk->end;
    return false;
  }
  *ret_broken = true;
  if (!walk->first && !take(walk, ','))
    return false;
  walk->first = false;
  if (walk->close == '}' && !read_name(walk, &ret_part->name))
    return false;
  skip_space(walk);
  from = walk->p;
  if (!skip_value(walk))
    return false;
  ret_part->value = (FidotoolSlice){from, (size_t)(walk->p - from)};
  *ret_broken = false;
  return true;
}
