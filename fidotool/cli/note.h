/* SPDX-License-Identifier: Apache-2.0 */
/* note.h - the private note that goes with a staff step: of one length, and
 * nearly always empty. */
#pragma once

#include "fidotool/json.h"

/*
 * Keeps a text for the next staff step of the case in this sitting.
 * errors  RECOVERY_ERROR_USAGE as in recovery/format/note.h;
 * FIDOTOOL_ERROR_USAGE outside a sitting, where there is no next step
 */
bool fidotool_note_keep(const char *of, const char *text, GError **error);
/* Puts the note into the request for an act that carries one: what was kept for
 * its case, or blanks. */
void fidotool_note_put(FidotoolJson *request);
/* It was recorded: what was kept for that case is gone. */
void fidotool_note_sent(const FidotoolJson *request);
