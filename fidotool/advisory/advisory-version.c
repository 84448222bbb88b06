/* SPDX-License-Identifier: Apache-2.0 */
/* advisory-version.c - versions with three parts, and how makers write them
 * into one number. */
#include "fidotool/advisory/advisory.h"

#include <stdlib.h>

#define PART_MAX 9999
#define PART_BITS 16
#define PART_MASK 0xffff

static int64_t
join(int64_t major, int64_t minor, int64_t patch)
{
  return major << (2 * PART_BITS) | minor << PART_BITS | patch;
}

bool
fidotool_advisory_version_read(const char *text, int64_t *ret_version)
{
  int64_t parts[3];

  for (int i = 0; i < 3; i++) {
    char *end = NULL;

    if (!g_ascii_isdigit(*text) || (*text == '0' && g_ascii_isdigit(text[1])))
      return false;
    parts[i] = g_ascii_strtoll(text, &end, 10);
    if (parts[i] > PART_MAX || *end != (i < 2 ? '.' : '\0'))
      return false;
    text = end + 1;
  }
  *ret_version = join(parts[0], parts[1], parts[2]);
  return true;
}

char *
fidotool_advisory_version_write(int64_t version)
{
  return g_strdup_printf("%d.%d.%d", (int)(version >> (2 * PART_BITS)),
                         (int)(version >> PART_BITS & PART_MASK),
                         (int)(version & PART_MASK));
}

int64_t
fidotool_advisory_version_decode(FidotoolAdvisoryScheme scheme, int64_t number)
{
  /* A maker's first version is no 0.x: a small number is another scheme. */
  if (scheme == FIDOTOOL_ADVISORY_BYTES && number >= 0x10000 &&
      number <= 0xffffff)
    return join(number >> 16, number >> 8 & 0xff, number & 0xff);
  if (scheme == FIDOTOOL_ADVISORY_DIGITS && number >= 0x100 && number <= 0xffff)
    return join(number >> 8, number >> 4 & 0xf, number & 0xf);
  return FIDOTOOL_ADVISORY_NONE;
}
