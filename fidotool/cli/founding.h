/* SPDX-License-Identifier: Apache-2.0 */
/* founding.h - the file that says how a station begins, and what is handed to
 * its auditor. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

typedef struct {
  FidotoolJson *request; /* station.found, as the station takes it */
  GPtrArray *persons;    /* FidotoolFoundingPerson, in the file's order */
  char **founders;       /* NULL at the end */
} FidotoolFounding;

typedef struct {
  char *person;
  char *device; /* selector of their key, or NULL */
} FidotoolFoundingPerson;

/*
 * Reads the configuration (JSON): station, log, rp_id, origin, policy and
 * roots (files beside it), persons [{person, employee, team, roles, device?}],
 * machines [{id, key: "ssh-ed25519 ..."}], founders, valid_days?.
 *
 * now_s   the roster is valid from then on
 * errors  FIDOTOOL_ERROR_USAGE, naming the member
 */
FidotoolFounding *fidotool_founding_read(const char *path, int64_t now_s,
                                         GError **error);
void fidotool_founding_free(FidotoolFounding *founding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolFounding, fidotool_founding_free)

/* The selector of a person's key, or NULL. */
const char *fidotool_founding_device(const FidotoolFounding *founding,
                                     const char *person);

/* The trust folder must be new or empty; it is made.
 * errors FIDOTOOL_ERROR_USAGE */
bool fidotool_founding_check_trust(const char *folder, GError **error);
/* Writes what is missing of it from the answer to the last station.init:
 * station.vkey, genesis, officers.allowed_signers, roots.pem. ret_wrote (may be
 * NULL) becomes true where something was missing.
 * errors FIDOTOOL_ERROR_FAILED, USAGE: a file is there with other bytes */
bool fidotool_founding_write_trust(const char *folder,
                                   const FidotoolJson *answer, bool *ret_wrote,
                                   GError **error);
