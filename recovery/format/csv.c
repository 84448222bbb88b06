/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c - every cell is quoted, so that no separator or end of line in it ends
 * it, whatever the spreadsheet was told about separators. */
#include "recovery/format/csv.h"

#include <string.h>

void
recovery_csv_add(GString *out, const char *text, bool last)
{
  g_string_append_c(out, '"');
  if (text != NULL && *text != '\0' && strchr("=+-@\t\r\n", *text) != NULL)
    g_string_append_c(out, '\'');
  for (; text != NULL && *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c(out, '"');
    g_string_append_c(out, *text);
  }
  g_string_append(out, last ? "\"\r\n" : "\",");
}
