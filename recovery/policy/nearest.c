/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.c - distance between words: letters left out, put in, changed, or
 * swapped with their neighbour. */
#include "recovery/policy/nearest.h"

#include <glib.h>
#include <string.h>

/* Longer words are not compared. */
#define LONGEST 64

static size_t
least(size_t a, size_t b, size_t c)
{
  return MIN(MIN(a, b), c);
}

static size_t
measure(const char *a, const char *b)
{
  size_t a_len = strlen(a), b_len = strlen(b);
  size_t rows[3][LONGEST + 1];
  size_t *before = rows[0], *last = rows[1], *now = rows[2];

  for (size_t j = 0; j <= b_len; j++)
    last[j] = j;
  for (size_t i = 1; i <= a_len; i++) {
    size_t *oldest = before;

    now[0] = i;
    for (size_t j = 1; j <= b_len; j++) {
      size_t changed = last[j - 1] +
                       (g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]));

      now[j] = least(last[j] + 1, now[j - 1] + 1, changed);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = MIN(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
    now = oldest;
  }
  return last[b_len];
}

RecoveryNearest
recovery_nearest_begin(const char *word)
{
  /* A third of the letters may be wrong, and one always. */
  return (RecoveryNearest){word, NULL, MAX(strlen(word) / 3, 1) + 1};
}

void
recovery_nearest_try(RecoveryNearest *nearest, const char *candidate)
{
  size_t len = strlen(nearest->word), other = strlen(candidate), distance;

  if (len > LONGEST || other > LONGEST ||
      (len > other ? len - other : other - len) >= nearest->distance)
    return;
  distance = measure(nearest->word, candidate);
  if (distance >= nearest->distance)
    return;
  nearest->distance = distance;
  nearest->nearest = candidate;
}
