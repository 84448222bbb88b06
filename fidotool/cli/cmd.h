/* SPDX-License-Identifier: Apache-2.0 */
/* cmd.h - what every subcommand shares: common options, the JSON envelope,
 * words for failures, exit codes. The table of subcommands is in main.c. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/error.h"
#include "fidotool/json.h"

/* Exit codes are the codes of FidotoolError and RecoveryError, and these. */
#define FIDOTOOL_CMD_OK 0

/* No exit code: what was asked for is in fidotool-whole, and nothing was done
 * or read from standard input. */
#define FIDOTOOL_CMD_ELSEWHERE (-1)

/* Which common options a subcommand takes, besides --json and --verbose. */
enum {
  FIDOTOOL_CMD_KEY = 1 << 0,     /* --device --events --timeout */
  FIDOTOOL_CMD_PIN = 1 << 1,     /* --pin-fd --non-interactive --yes */
  FIDOTOOL_CMD_STATION = 1 << 2, /* --station --machine --yes ... */
  /* --fingerprint: something is lost, or changed for good. Here --yes says yes
   * to that, and not to spending the last try of a PIN. */
  FIDOTOOL_CMD_CONFIRM = 1 << 3,
};

/* Values of fidotool_cmd_done()'s changed. */
#define FIDOTOOL_CMD_CHANGED "changed"
#define FIDOTOOL_CMD_UNCHANGED "unchanged"

typedef struct {
  const char *path; /* "key pin set" */
  const struct FidotoolCommand *command;

  /* Common options as given. */
  bool json;
  bool verbose;
  bool events;
  bool yes;
  bool non_interactive;
  char *device;      /* selector, or NULL; of a name, what it is bound to */
  char *device_name; /* that name, without "@", or NULL */
  char *station; /* folder or socket, or NULL; KEYTURN_STATION is read here */
  char *fingerprint; /* the key that is meant, or NULL */
  char *machine;     /* this machine's key file, or NULL */
  int timeout_s;     /* for one wait of a key; 30 unless told */
  int pin_fd;        /* -1 where none was given */
  int cancel_fd;     /* see fidotool_cmd_cancel_fd(); -1 before */

  /* Runs another command line: a session's. */
  int (*run_line)(int argc, char **argv);

  /* For the envelope; what is NULL or below 0 is left out. */
  FidotoolJson *device_json;
  char *libfido2;
  FidotoolJson *warnings;   /* array of { code, text } */
  int ctap_code;            /* CTAP status behind a failure */
  int retries;              /* PIN tries that remain after a failure */
  bool power_cycle;         /* replug before the next try */
  FidotoolJson *candidates; /* among which a choice failed */
} FidotoolCmd;

typedef struct FidotoolCommand {
  const char *path;
  const char *arguments; /* as shown in help: "FILE", or "" */
  const char *summary;   /* one line, lower case, no full stop */
  unsigned uses;         /* FIDOTOOL_CMD_KEY | ... */
  /* The exit code. NULL where the command is in another program. */
  int (*run)(FidotoolCmd *cmd, int argc, char **argv);
} FidotoolCommand;

/*
 * Parses the common options of the subcommand and its own (may be NULL), and
 * leaves its arguments in argv (argv[0] is the program). description stands
 * below the options in --help and ends with an example. --help prints and
 * exits with 0.
 * errors  FIDOTOOL_ERROR_USAGE
 */
bool fidotool_cmd_parse(FidotoolCmd *cmd, const GOptionEntry *own,
                        const char *description, int *argc, char ***argv,
                        GError **error);

/* True when one argument is there and no more; name is what help calls it.
 * errors  FIDOTOOL_ERROR_USAGE */
bool fidotool_cmd_take_one(int argc, char **argv, const char *name,
                           GError **error);

/*
 * Ends a subcommand well: with --json the envelope around result (taken; may
 * be NULL), without it nothing, since the subcommand has printed its own
 * words. changed is FIDOTOOL_CMD_CHANGED, _UNCHANGED or NULL.
 * returns  the exit code, 0
 */
int fidotool_cmd_done(FidotoolCmd *cmd, FidotoolJson *result,
                      const char *changed);

/*
 * Like fidotool_cmd_done() where the answer itself is bad news ("not
 * trusted"): result is printed and exit_code returned.
 */
int fidotool_cmd_done_with(FidotoolCmd *cmd, FidotoolJson *result,
                           const char *changed, int exit_code);

/*
 * Ends a subcommand that failed: words and hint to stderr, with --json the
 * envelope with `error` to stdout. Takes error.
 * returns  the exit code
 */
int fidotool_cmd_failed(FidotoolCmd *cmd, GError *error);

/* The same where something had been done before: that is the result, which
 * stands beside the error. Takes both; result may be NULL. */
int fidotool_cmd_failed_with(FidotoolCmd *cmd, FidotoolJson *result,
                             const char *changed, GError *error);

/* One more warning: to stderr at once, or in the envelope with --json. */
void fidotool_cmd_warn(FidotoolCmd *cmd, const char *code, const char *text);

/* One line of --events to stdout: {"event":name,...fields}. Takes fields
 * (may be NULL). Nothing without --events. */
void fidotool_cmd_event(FidotoolCmd *cmd, const char *name,
                        FidotoolJson *fields);

/* Does --yes stand for the last try of a PIN too? */
bool fidotool_cmd_may_spend_last(const FidotoolCmd *cmd);

/* A descriptor that becomes readable at Ctrl-C or a request to end; from the
 * first call on, these no longer end the program by themselves. -1 where it
 * cannot be had. */
int fidotool_cmd_cancel_fd(FidotoolCmd *cmd);

/* The exit code of an error: its code in our own domains, FIDOTOOL_ERROR_USAGE
 * for options and unreadable files, else 1. */
int fidotool_cmd_exit_code(const GError *error);

/* Reads a whole file of at most max bytes; "-" is standard input.
 * errors  FIDOTOOL_ERROR_USAGE */
char *fidotool_cmd_read_file(const char *path, size_t max, size_t *ret_len,
                             GError **error);

/* Writes text to stdout with control characters and broken UTF-8 replaced:
 * for strings that came from a key, a file or a person. Free with g_free(). */
char *fidotool_cmd_printable(const char *text);

void fidotool_cmd_clear(FidotoolCmd *cmd);
