/* SPDX-License-Identifier: Apache-2.0 */
/* verb.h - verbs that are one act: options in, request out, the rest is the
 * same for all. */
#pragma once

#include "fidotool/cli/cmd.h"

typedef enum {
  FIDOTOOL_VERB_TEXT,
  FIDOTOOL_VERB_INT,
  FIDOTOOL_VERB_WORD, /* text; '-' becomes '_', as the record writes it */
  FIDOTOOL_VERB_TIME, /* a moment, written in the record's form, UTC */
} FidotoolVerbKind;

typedef struct {
  const char *name;  /* of the option; NULL ends the list */
  const char *field; /* of the request */
  FidotoolVerbKind kind;
  bool required;
  const char *help;
  const char *argument;
} FidotoolVerbOption;

/* Options a verb may have. */
#define FIDOTOOL_VERB_MAX 8

typedef struct {
  const char *act;
  const char *role; /* to activate; NULL where the act needs none active */
  bool by_code;     /* with --code the person's own act, without signature */
  FidotoolVerbOption options[FIDOTOOL_VERB_MAX];
  const char *description; /* for --help, with an example */
} FidotoolVerb;

/*
 * Runs a verb about a case: `fidotool VERB CASE --option ...`. The case may be
 * left out inside a session that has one.
 * returns  the exit code
 */
int fidotool_verb_run(FidotoolCmd *cmd, int argc, char **argv,
                      const FidotoolVerb *verb);

/* A moment as people write it ("2026-11-20 14:00", local time, or with a
 * zone) in the record's form; NULL and error. */
char *fidotool_verb_time(const char *text, GError **error);
