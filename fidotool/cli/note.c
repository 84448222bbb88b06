/* SPDX-License-Identifier: Apache-2.0 */
/* note.c - one note waits at a time, as one case is worked on at a time. */
#include "fidotool/cli/note.h"

#include "fidotool/cli/sitting.h"
#include "fidotool/error.h"
#include "recovery/format/note.h"

bool
fidotool_note_keep(const char *of, const char *text, GError **error)
{
  FidotoolSitting *sitting = fidotool_sitting_current();
  char *note;

  if (!sitting) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "a note goes with the next step of a session: begin "
                        "one with fidotool session");
    return false;
  }
  note = recovery_note_fill(text, error);
  if (!note)
    return false;
  g_free(sitting->note);
  sitting->note = note;
  g_free(sitting->note_of);
  sitting->note_of = g_strdup(of);
  return true;
}

/* A case that is only opened has no note yet. */
static bool
is_kept(const FidotoolSitting *sitting, const FidotoolJson *request)
{
  return sitting && sitting->note &&
         g_strcmp0(sitting->note_of, fidotool_json_get_text(request, "case")) ==
             0;
}

void
fidotool_note_put(FidotoolJson *request)
{
  const FidotoolSitting *sitting = fidotool_sitting_current();
  g_autofree char *empty = recovery_note_fill(NULL, NULL); /* cannot fail */

  if (recovery_note_is_carried(fidotool_json_get_text(request, "act")))
    fidotool_json_set_text(request, "note",
                           is_kept(sitting, request) ? sitting->note : empty);
}

void
fidotool_note_sent(const FidotoolJson *request)
{
  FidotoolSitting *sitting = fidotool_sitting_current();

  if (!is_kept(sitting, request) ||
      !recovery_note_is_carried(fidotool_json_get_text(request, "act")))
    return;
  g_clear_pointer(&sitting->note, g_free);
  g_clear_pointer(&sitting->note_of, g_free);
}
