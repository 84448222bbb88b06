/* SPDX-License-Identifier: Apache-2.0 */
/* presence.h - an operation that wants a person: on a card each has a tap of
 * its own, elsewhere the key is touched and nothing happens here. */
#pragma once

#include "fidotool/device/key.h"

typedef struct {
  /* The operation itself. */
  bool (*run)(gpointer data, GError **error);
  /* After a tap, before it: is it still the same key? May be NULL: then it is
   * enough that model and firmware are the same. */
  bool (*prove)(gpointer data, GError **error);
  gpointer data;
  int timeout_ms; /* for the lifting, and for the putting on */
} FidotoolPresence;

/*
 * Runs it with the person's presence fresh: a card whose being there has been
 * used or may have grown old is lifted and put on again first, and once more
 * where the key says that it saw nobody.
 * errors  FIDOTOOL_ERROR_NOT_TRUSTED (another key came back), _TIMEOUT, _LOST,
 *         _CANCELLED, those of run and prove
 */
bool fidotool_presence_run(FidotoolKey *key, const FidotoolPresence *what,
                           GError **error);
