/* SPDX-License-Identifier: Apache-2.0 */
/* sitting.h - one connection kept over several command lines: roles live as
 * long as the connection does. One a process, as it has one command line. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "recovery/service/client.h"

typedef struct {
  RecoveryClient *client;
  char *as;             /* the person */
  GPtrArray *roles;     /* activated, as text */
  char *of;             /* the case opened or named last, or NULL */
  char *note, *note_of; /* kept for the next step of that case (note.h) */
  FidotoolCmd *first;   /* the command that began it: its options */
} FidotoolSitting;

/* The sitting this command runs in, or NULL. */
FidotoolSitting *fidotool_sitting_current(void);
/* Makes sitting (not taken) the current one; NULL ends it. */
void fidotool_sitting_set(FidotoolSitting *sitting);

bool fidotool_sitting_has_role(const FidotoolSitting *sitting,
                               const char *role);
void fidotool_sitting_add_role(FidotoolSitting *sitting, const char *role);
/* The case that a verb takes as its only argument, or the one of the sitting.
 * errors  FIDOTOOL_ERROR_USAGE */
const char *fidotool_sitting_find_case(int argc, char **argv, GError **error);
/* Remembers the case for the next command line. */
void fidotool_sitting_set_case(const char *of);
/* The options that cmd was not given, from the sitting's own command. */
void fidotool_sitting_lend(const FidotoolSitting *sitting, FidotoolCmd *cmd);
