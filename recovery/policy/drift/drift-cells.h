/* SPDX-License-Identifier: Apache-2.0 */
/* drift-cells.h - a table with a line of names above it (CSV), cell by cell.
 * What is wrong is the reader's fault (drift-reader.h), with its line. */
#pragma once

#include "recovery/policy/drift/drift-reader.h"

typedef struct {
  RecoveryDriftReader *reader;
  const char *at, *end; /* what is still to be read */
  size_t columns;       /* the most of a line */
  guint line;           /* that was read last, from 1 */
} RecoveryDriftCells;

/* The cells of the next line, freed with g_ptr_array_unref(); NULL at the end,
 * and after a fault. */
GPtrArray *recovery_drift_cells_row(RecoveryDriftCells *cells);
/* Which cell of a line each of the names is; -1: none. Lines that follow have
 * no more cells than this one. */
void recovery_drift_cells_header(RecoveryDriftCells *cells,
                                 const GPtrArray *row, const char *const *names,
                                 size_t count, int *ret_places);
/* "" where the line has none. */
const char *recovery_drift_cells_at(const GPtrArray *row, int place);
