/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-parts.c - lines of a series; and any bytes as a text that is split and
 * must come back. */
#include "recovery/format/parts.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

static void
check_back(const uint8_t *data, size_t len)
{
  g_auto(GStrv) lines = recovery_parts_split(data, len, 64 + len % 900, NULL);
  g_autoptr(RecoveryParts) parts = recovery_parts_new();
  g_autofree char *back = NULL;
  size_t back_len = 0;

  if (lines == NULL)
    return;
  for (char **line = lines; *line != NULL; line++)
    g_assert(recovery_parts_add(parts, *line, NULL));
  back = recovery_parts_join(parts, &back_len, NULL);
  g_assert(back != NULL && back_len == len && memcmp(back, data, len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autofree char *text = g_strndup((const char *)data, len);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(RecoveryParts) parts = recovery_parts_new();
  g_autofree char *missing = NULL;
  g_autofree char *joined = NULL;

  for (char **line = lines; *line != NULL; line++)
    (void)recovery_parts_add(parts, *line, NULL); /* any answer */
  missing = recovery_parts_missing(parts);
  joined = recovery_parts_join(parts, NULL, NULL);
  g_assert(joined == NULL || missing == NULL);
  check_back(data, len);
  if (joined != NULL)
    fuzz_accepted(data, len);
  return 0;
}
