/* SPDX-License-Identifier: Apache-2.0 */
/* message.h - a text of ours with named places, kept apart from what stands in
 * them, so that it can be said in another language than it was made in:
 *
 *   {"format": "its class is {class}", "args": {"class": "synced"}}
 *
 * An argument is a text from outside, another message, or a list of them:
 * {"between": "{one} or {other}", "items": [...]}. */
#pragma once

#include "fidotool/json.h"

/* format: a literal, or one that is marked with N_() where it stands. */
FidotoolJson *recovery_message_of(const char *format);
/* A literal: anything else does not compile (tools/update-po.sh finds them). */
#define recovery_message_new(format) recovery_message_of("" format)

/* name: [a-z]+. value: taken; a message or a list. */
void recovery_message_put(FidotoolJson *message, const char *name,
                          FidotoolJson *value);
void recovery_message_put_text(FidotoolJson *message, const char *name,
                               const char *text);

/* between: as for recovery_message_of(), with {one} and {other}. */
FidotoolJson *recovery_message_list(const char *between);
/* item: taken; a message, or a text as a JSON value. */
void recovery_message_add(FidotoolJson *list, FidotoolJson *item);

/* How a language says it. NULL members: as it stands. Both return text that is
 * freed with g_free(). */
typedef struct {
  char *(*format)(const char *format);
  char *(*arg)(const char *name, const char *text);
} RecoveryMessageWords;

/* The whole text; words may be NULL. NULL where message is none, is nested too
 * deep or becomes too long: it may come from anywhere. Free with g_free(). */
char *recovery_message_write(const FidotoolJson *message,
                             const RecoveryMessageWords *words);
