/* SPDX-License-Identifier: Apache-2.0 */
/* fold.h - a list with one row for a key that is seen on two transports, and
 * with how sure that is. */
#pragma once

#include <glib.h>

#include "fidotool/device/discover.h"
#include "fidotool/json.h"

typedef struct FidotoolFold FidotoolFold;

/*
 * Before the sandbox: opens the keys that are plugged in, where a card lies on
 * a reader that is no part of one; elsewhere nothing is opened and nothing will
 * be asked. A key that is busy is left in peace.
 */
FidotoolFold *fidotool_fold_open(const FidotoolDiscoverPlaces *places);
void fidotool_fold_free(FidotoolFold *fold);

/* Behind it: compares them with the keys on readers in `seen`
 * (fidotool/helper/scout.h), and adds to its "twins". */
void fidotool_fold_compare(FidotoolFold *fold,
                           const FidotoolDiscoverPlaces *places,
                           FidotoolJson *seen);

/* Writes into the rows of a list what "twins" says, and leaves out those that
 * are another row's key: also: [{selector, by: "place"|"name"|"agreement"}] of
 * the key that is plugged in, and maybe: SELECTOR of a key on a reader that is
 * of the same model as that one. */
FidotoolJson *fidotool_fold_rows(const FidotoolJson *keys,
                                 const FidotoolJson *seen);

/* One of "twins": the selector of a key, a reader, and by what. */
void fidotool_fold_add(FidotoolJson *seen, const char *key, const char *reader,
                       const char *by);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolFold, fidotool_fold_free)
