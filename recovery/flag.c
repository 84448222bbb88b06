/* SPDX-License-Identifier: Apache-2.0 */
/* flag.c - what the private notes of a case say, and to whom. */
#include "recovery/flag.h"

#include <string.h>

#include "recovery/format/note.h"

/* NULL: it is empty. */
static char *
open_note(const RecoveryTrial *trial, const RecoveryCaseNote *note)
{
  uint8_t salt[32];
  g_autofree char *value = NULL;
  g_autoptr(FidotoolJson) field = NULL;
  const char *text;

  if (recovery_vault_open(trial->station->vault, note->commitment, salt, &value,
                          NULL))
    field = fidotool_json_parse(value, strlen(value), NULL);
  text = fidotool_json_get_text(field, "note");
  return text == NULL ? g_strdup("?") : recovery_note_text(text);
}

bool
recovery_flag_is_raised(const RecoveryTrial *trial, const RecoveryCase *of)
{
  unsigned raised = 0;

  for (unsigned i = 0; i < of->notes->len; i++) {
    g_autofree char *text =
        open_note(trial, &g_array_index(of->notes, RecoveryCaseNote, i));

    raised += text != NULL;
  }
  return raised > 0;
}

static void
add_notes(const RecoveryTrial *trial, const RecoveryCase *of,
          FidotoolJson *list)
{
  for (unsigned i = 0; i < of->notes->len; i++) {
    const RecoveryCaseNote *note =
        &g_array_index(of->notes, RecoveryCaseNote, i);
    g_autofree char *text = open_note(trial, note);
    FidotoolJson *row;

    if (text == NULL)
      continue;
    row = fidotool_json_append(list, fidotool_json_new_object());
    fidotool_json_set_text(row, "actor", note->actor);
    fidotool_json_set_text(row, "act", note->act);
    recovery_trial_set_time(row, "t", note->at_ms);
    fidotool_json_set_text(row, "note", text);
  }
}

void
recovery_flag_show(const RecoveryTrial *trial, const RecoveryCase *of,
                   bool notes, FidotoolJson *row)
{
  /* A list of every case there ever was opens the notes of those that go on. */
  if (!recovery_trial_has_role(trial, "case.check") ||
      (!notes && recovery_state_is_final(of->state)) ||
      !recovery_flag_is_raised(trial, of))
    return;
  fidotool_json_set_int(row, "flagged", 1);
  if (notes)
    add_notes(trial, of,
              fidotool_json_set(row, "notes", fidotool_json_new_array()));
}
