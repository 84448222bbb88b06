/* SPDX-License-Identifier: Apache-2.0 */
/* client-swap.h - one key goes, and one comes: waited for by a watch of
 * keyhelper's, since a job sees the keys that are there when it begins. */
#pragma once

#include "fidotool/helper/client-jobs.h"

/* What is waited for. */
typedef struct {
  const char *selector; /* of the key that is to go */
  bool cards;           /* one that is put on a reader will do as well */
  bool spare;           /* another key is wanted, and the events say so */
  const char *nothing;  /* what no error was: "nothing was done" */
} FidotoolClientSwap;

/* The key that came. */
typedef struct {
  FidotoolJson *key; /* as in a list */
  gint64 at;         /* monotonic, microseconds */
} FidotoolClientSwapped;

/*
 * Waits, how->timeout_s for each of both. The hooks hear "waiting_remove" and
 * "waiting_insert", with {spare: true} where that is so.
 * errors  FIDOTOOL_ERROR_TIMEOUT, _CANCELLED, those of fidotool_client_run()
 */
bool fidotool_client_swap(const FidotoolClientJobs *how,
                          const FidotoolClientSwap *what,
                          FidotoolClientSwapped *ret_swapped, GError **error);
void fidotool_client_swapped_clear(FidotoolClientSwapped *swapped);

/*
 * Runs a job on the key that came; again and again for a moment, where nobody
 * may open it yet. Sets device and elapsed_ms of request.
 * errors  those of fidotool_client_run()
 */
FidotoolJson *fidotool_client_swap_run(const FidotoolClientJobs *how,
                                       const FidotoolClientHooks *hooks,
                                       const FidotoolClientSwapped *swapped,
                                       FidotoolJson *request, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolClientSwapped,
                                 fidotool_client_swapped_clear)
