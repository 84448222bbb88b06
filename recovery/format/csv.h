/* SPDX-License-Identifier: Apache-2.0 */
/* csv.h - cells of a table for a spreadsheet (RFC 4180), whoever wrote what
 * stands in them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Adds a cell (NULL: an empty one) and a comma, or the end of the line. What a
 * spreadsheet would take for a formula begins with an apostrophe. */
void recovery_csv_add(GString *out, const char *text, bool last);
