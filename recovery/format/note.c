/* SPDX-License-Identifier: Apache-2.0 */
/* note.c */
#include "recovery/format/note.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"

char *
recovery_note_fill(const char *text, GError **error)
{
  g_autofree char *note = g_strnfill(RECOVERY_NOTE_BYTES, ' ');
  size_t len = text == NULL ? 0 : strlen(text);

  if (len > RECOVERY_NOTE_BYTES ||
      (text != NULL && !recovery_jcs_is_text(text))) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "a note is one line of at most %d bytes", RECOVERY_NOTE_BYTES);
    return NULL;
  }
  if (len > 0)
    memcpy(note, text, len);
  return g_strdelimit(g_steal_pointer(&note), "\"\\", '\'');
}

char *
recovery_note_text(const char *note)
{
  char *text = g_strchomp(g_strdup(note));

  if (*text == '\0')
    g_clear_pointer(&text, g_free);
  return text;
}

bool
recovery_note_is_carried(const char *name)
{
  const RecoveryAct *act = recovery_act_find(name);
  g_auto(GStrv) fields = act == NULL ? NULL : g_strsplit(act->entry, " ", -1);

  return act != NULL && g_strv_contains((const char *const *)fields, "note");
}
