/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - is this machine a station as promised: who may open keys and
 * readers? One row a promise. Looks only; changes nothing. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/station/place.h"

typedef struct {
  const char *name; /* stable, for programs: "keys-group" */
  const char *wanted;
  char *found;
  bool holds;
  const char *todo; /* what helps where it does not hold */
} FidotoolCheckRow;

void fidotool_check_row_free(FidotoolCheckRow *row);

/* Each promise, in one order, whether it holds or not. Array of
 * FidotoolCheckRow; free with g_ptr_array_unref(). */
GPtrArray *fidotool_check_station(const FidotoolPlace *place);

bool fidotool_check_all_hold(const GPtrArray *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolCheckRow, fidotool_check_row_free)
