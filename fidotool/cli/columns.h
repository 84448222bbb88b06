/* SPDX-License-Identifier: Apache-2.0 */
/* columns.h - rows of a station's answer as a table: a paragraph a row, or a
 * line of CSV. */
#pragma once

#include <stddef.h>

#include "fidotool/json.h"

typedef struct {
  const char *name, *head;                /* a member of a row */
  char *(*word)(const FidotoolJson *row); /* NULL: the member as it stands,
                                             lists with a blank between */
} FidotoolColumn;

/* What is empty is left out. */
void fidotool_columns_print(const FidotoolJson *row,
                            const FidotoolColumn *columns, size_t count);
void fidotool_columns_print_csv(const FidotoolJson *rows,
                                const FidotoolColumn *columns, size_t count);

/* Of an exception: those of a review, and after them the rest. */
#define FIDOTOOL_COLUMNS_REVIEW 16
#define FIDOTOOL_COLUMNS_EXCEPTION 23
extern const FidotoolColumn
    fidotool_columns_exception[FIDOTOOL_COLUMNS_EXCEPTION];
/* "population contractors; app wiki", or "everywhere"; free with g_free(). */
char *fidotool_columns_scope(const FidotoolJson *row);
