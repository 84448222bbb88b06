/* SPDX-License-Identifier: Apache-2.0 */
/* lines.c - printable, one after another. */
#include "fidotool/cli/lines.h"

#include <stdio.h>

#include "fidotool/cli/cmd.h"

static void
print(const char *line)
{
  g_autofree char *shown = fidotool_cmd_printable(line);

  printf("%s\n", shown);
}

void
fidotool_lines_print(char *line)
{
  print(line);
  g_free(line);
}

void
fidotool_lines_print_all(const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (size_t i = 0; lines[i] != NULL; i++)
    if (lines[i + 1] != NULL || *lines[i] != '\0')
      print(lines[i]);
}
