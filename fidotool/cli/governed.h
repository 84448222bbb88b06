/* SPDX-License-Identifier: Apache-2.0 */
/* governed.h - what every verb that talks to a station shares: the connection,
 * roles, propose - view - confirm - sign - submit, and refusals in words. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "recovery/service/client.h"

typedef struct {
  FidotoolCmd *cmd;
  RecoveryClient *client; /* the sitting's own, inside a sitting */
  bool borrowed;
  char *as;                /* the person who acts, or NULL */
  FidotoolJson *refused;   /* the last refusal, as the station gave it */
  FidotoolJson *activated; /* the last activation of a role; NULL: none */
} FidotoolGoverned;

/* For the options of a verb: --as and --role. */
typedef struct {
  char *as;
  char *role;
} FidotoolGovernedOptions;

#define FIDOTOOL_GOVERNED_ENTRIES(options)                                     \
  {"as",                                                                       \
   0,                                                                          \
   0,                                                                          \
   G_OPTION_ARG_STRING,                                                        \
   &(options)->as,                                                             \
   "the person who acts, as the roster names them",                            \
   "PERSON"},                                                                  \
  {                                                                            \
    "role", 0, 0, G_OPTION_ARG_STRING, &(options)->role,                       \
        "the role to act in, where the usual one does not fit", "ROLE"         \
  }

/*
 * Connects to the station of the command, or borrows the connection of the
 * sitting it runs in; options that were left out come from there too. options
 * are taken (their texts).
 * errors  as recovery_client_open()
 */
bool fidotool_governed_open(FidotoolGoverned *governed, FidotoolCmd *cmd,
                            FidotoolGovernedOptions *options,
                            RecoveryClientFlags flags, GError **error);
void fidotool_governed_close(FidotoolGoverned *governed);

/*
 * Activates a role for the person on this connection: one more signature, an
 * hour at most. Does nothing where this sitting has it. reason: what for, ""
 * for none; NULL: for this command.
 */
bool fidotool_governed_activate(FidotoolGoverned *governed, const char *role,
                                const char *reason, GError **error);

/* Any role, as most queries need one: the sitting's, or else the given one, or
 * else the usual one. */
bool fidotool_governed_any_role(FidotoolGoverned *governed, const char *role,
                                const char *usual, GError **error);

/* One request of each kind, answered; request is not taken. A refusal is
 * RECOVERY_ERROR_REFUSED, and kept in governed->refused. */
FidotoolJson *fidotool_governed_propose(FidotoolGoverned *governed,
                                        const FidotoolJson *request,
                                        GError **error);
FidotoolJson *fidotool_governed_submit(FidotoolGoverned *governed,
                                       const FidotoolJson *request,
                                       GError **error);
FidotoolJson *fidotool_governed_query(FidotoolGoverned *governed,
                                      const FidotoolJson *request,
                                      GError **error);

/* A query by its name; request has its other members, may be NULL, and is
 * taken. */
FidotoolJson *fidotool_governed_ask(FidotoolGoverned *governed,
                                    const char *what, FidotoolJson *request,
                                    GError **error);

/*
 * A signed act from its request to its record: proposed, shown from its
 * openings, confirmed, signed, handed in.
 * returns  the answer's "done"
 */
FidotoolJson *fidotool_governed_act(FidotoolGoverned *governed,
                                    const FidotoolJson *request,
                                    GError **error);

/* A new request: {"act", "actor"}; actor from --as where there is one. */
FidotoolJson *fidotool_governed_request(const FidotoolGoverned *governed,
                                        const char *act);

/*
 * Ends a verb: closes, and prints a refusal as rule, words and what would be
 * enough, or an error like fidotool_cmd_failed(). Takes error.
 * returns  the exit code
 */
int fidotool_governed_failed(FidotoolGoverned *governed, GError *error);
/* Ends a verb well: closes; result is taken. */
int fidotool_governed_done(FidotoolGoverned *governed, FidotoolJson *result,
                           const char *changed);

/*
 * A whole verb of one act: connects, activates the role that --role names or
 * else the usual one (NULL: none), does the work, and ends with what came of
 * it. Takes the texts of who.
 */
typedef FidotoolJson *(*FidotoolGovernedWork)(FidotoolGoverned *governed,
                                              const void *options,
                                              GError **error);
int fidotool_governed_run(FidotoolCmd *cmd, FidotoolGovernedOptions *who,
                          const char *usual, FidotoolGovernedWork work,
                          const void *options);

/* The exit code of a refusal: 27 for a state, 22 for an approval or statement
 * that is missing or too old, 17 and 19 for what is not there or not valid,
 * else 21. */
int fidotool_governed_exit_code(const FidotoolJson *refused);

/* Prints an answer in words to stdout: "name  value", nested parts set in. */
void fidotool_governed_print(const FidotoolJson *json);
