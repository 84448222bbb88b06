/* SPDX-License-Identifier: Apache-2.0 */
/* exported.h - what the exports need of a registration. It is read, not
 * judged: whether to trust it is what `fidotool verify registration` says. */
#pragma once

#include "fidotool/judge/auth-data.h"
#include "fidotool/json.h"

typedef struct {
  GBytes *object;        /* attestation object; auth has slices of it */
  FidotoolAuthData auth; /* with a good key and an id */
  char *rp_id;           /* its hash is the one in auth */
  bool discoverable;     /* as the options asked, or the response says */
  GBytes *user_id;       /* of the options; NULL where they are missing */
} FidotoolExported;

/*
 * Reads {"options", "response"}, options as for `fidotool enrol` or missing.
 *
 * rp_id    what the credential must be for; NULL: what the options say
 * errors   FIDOTOOL_ERROR_USAGE (no RP ID), _INVALID (unreadable, or for
 *          another RP ID), _UNSUPPORTED (a key of an unknown algorithm)
 */
FidotoolExported *fidotool_exported_read(const FidotoolJson *file,
                                         const char *rp_id, GError **error);
void fidotool_exported_free(FidotoolExported *credential);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolExported, fidotool_exported_free)
