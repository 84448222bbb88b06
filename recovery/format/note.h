/* SPDX-License-Identifier: Apache-2.0 */
/* note.h - the private note of a staff step. It is as long when it is empty as
 * when it is full, on the way to the station and sealed there. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

#define RECOVERY_NOTE_BYTES 256

/*
 * The text as a note: filled up with blanks; quotes and backslashes, which are
 * longer in JSON, become apostrophes. NULL is an empty one. Freed with
 * g_free(). errors  RECOVERY_ERROR_USAGE: more than one line, or than
 * RECOVERY_NOTE_BYTES
 */
char *recovery_note_fill(const char *text, GError **error);
/* What it says, without the blanks; NULL: nothing. Freed with g_free(). */
char *recovery_note_text(const char *note);
/* An act whose entry always carries a note: a step of staff in a case. */
bool recovery_note_is_carried(const char *act);
