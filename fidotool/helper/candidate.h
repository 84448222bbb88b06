/* SPDX-License-Identifier: Apache-2.0 */
/* candidate.h - the keys that a job may mean, opened before the sandbox, and
 * behind it the one of them that it does mean. Never the first of several. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/discover.h"
#include "fidotool/device/key.h"
#include "fidotool/json.h"

/* Keys that are opened at most. */
#define FIDOTOOL_CANDIDATE_MAX 16

/* One that may be meant: what carries its messages, or, once it was asked, the
 * key itself. */
typedef struct {
  const FidotoolDiscoverFound *found;
  FidotoolTransport *carrier;
  FidotoolKey *key;
} FidotoolCandidate;

typedef struct {
  FidotoolCandidate rows[FIDOTOOL_CANDIDATE_MAX];
  guint n;
  guint n_refused; /* that could not be opened, and the last reason why */
  GError *refused;
} FidotoolCandidates;

/* What is wanted. */
typedef struct {
  const FidotoolDiscoverPlaces *places;
  const FidotoolTransportHooks *hooks;
  const char *selector; /* fidotool/device/selector.h, or NULL */
  bool may_try;         /* the job tells the right one of several by itself */
  bool looks;           /* it wants no more than a description */
  int wait_ms;          /* for a card */
  FidotoolJson **ret_candidates; /* set with AMBIGUOUS: [{selector, ..}, ..] */
} FidotoolCandidateHow;

/*
 * Opens those of found, an array of FidotoolDiscoverFound, that may be meant.
 * Cards are not asked yet, so they do not count yet; nor does a key whose model
 * has to be asked for.
 * errors  FIDOTOOL_ERROR_AMBIGUOUS, those of fidotool_discover_open()
 */
bool fidotool_candidate_open(const FidotoolCandidateHow *how, GPtrArray *found,
                             FidotoolCandidates *ret_all, GError **error);

/*
 * Behind the sandbox, since it reads what they say: leaves out the cards that
 * are no keys, and the keys of another model than the wanted one. A key that
 * could not be asked for its model might be the wanted one, so then it fails.
 * A key that is seen on a reader and plugged in as well is one, where it shows
 * so (fidotool/device/twin.h).
 * errors  FIDOTOOL_ERROR_AMBIGUOUS, _NO_DEVICE, those of fidotool_key_open()
 */
bool fidotool_candidate_sift(const FidotoolCandidateHow *how,
                             FidotoolCandidates *all, GError **error);

void fidotool_candidate_clear_all(FidotoolCandidates *all);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolCandidates,
                                 fidotool_candidate_clear_all)
