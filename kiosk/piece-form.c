/* SPDX-License-Identifier: Apache-2.0 */
/* piece-form.c */
#include "kiosk/piece-form.h"

#include "kiosk/pick.h"
#include "kiosk/type-pad.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

enum { TYPE, METHOD, RESULT, N_PICKS };
enum { ISSUER, NUMBER_END, N_ENTRIES };

/* The member, and the list of its words in the plan. */
static const struct {
  const char *name, *words;
} picks[N_PICKS] = {
    [TYPE] = {"type", "types"},
    [METHOD] = {"method", "methods"},
    [RESULT] = {"result", "results"},
};

static const struct {
  const char *name;
  guint max;
} entries[N_ENTRIES] = {
    [ISSUER] = {"issuer", 60},
    [NUMBER_END] = {"number_end", 4},
};

struct _KioskPieceForm {
  AdwBin parent;
  GtkBox *box;
  KioskPick *picks[N_PICKS];
  KioskTextEntry *entries[N_ENTRIES];
  KioskTypePad *pad;
};

G_DEFINE_FINAL_TYPE(KioskPieceForm, kiosk_piece_form, ADW_TYPE_BIN)

static void
add_pick(KioskPieceForm *self, int i, const FidotoolJson *plan)
{
  const FidotoolJson *words = fidotool_json_get(plan, picks[i].words);
  g_autofree char *title = kiosk_words_name("takes", picks[i].name);

  self->picks[i] = KIOSK_PICK(kiosk_pick_new(title, false));
  for (size_t k = 0; k < fidotool_json_size(words); k++) {
    const char *word = fidotool_json_text(fidotool_json_at(words, k));
    g_autofree char *text =
        word == NULL ? NULL : kiosk_words_name(picks[i].name, word);

    if (word != NULL)
      kiosk_pick_add(self->picks[i], word, text);
  }
  gtk_box_append(self->box, GTK_WIDGET(self->picks[i]));
}

static void
add_entry(KioskPieceForm *self, int i)
{
  g_autofree char *title = kiosk_words_name("takes", entries[i].name);
  GtkWidget *entry = kiosk_text_entry_new();

  g_object_set(entry, "label", title, "max-length", entries[i].max, NULL);
  self->entries[i] = KIOSK_TEXT_ENTRY(entry);
  gtk_box_append(self->box, entry);
  kiosk_type_pad_add(self->pad, self->entries[i]);
}

bool
kiosk_piece_form_is_empty(KioskPieceForm *self)
{
  for (int i = 0; i < N_PICKS; i++)
    if (kiosk_pick_get(self->picks[i]) != NULL)
      return false;
  for (int i = 0; i < N_ENTRIES; i++)
    if (*kiosk_text_entry_get_text(self->entries[i]) != '\0')
      return false;
  return true;
}

FidotoolJson *
kiosk_piece_form_read(KioskPieceForm *self, const char **ret_missing)
{
  g_autoptr(FidotoolJson) piece = fidotool_json_new_object();

  for (int i = 0; i < N_PICKS; i++) {
    const char *word = kiosk_pick_get(self->picks[i]);

    if (word == NULL) {
      *ret_missing = picks[i].name;
      return NULL;
    }
    fidotool_json_set_text(piece, picks[i].name, word);
  }
  for (int i = 0; i < N_ENTRIES; i++) {
    const char *text = kiosk_text_entry_get_text(self->entries[i]);

    if (*text != '\0')
      fidotool_json_set_text(piece, entries[i].name, text);
  }
  return g_steal_pointer(&piece);
}

void
kiosk_piece_form_clear(KioskPieceForm *self)
{
  for (int i = 0; i < N_PICKS; i++)
    kiosk_pick_clear(self->picks[i]);
  for (int i = 0; i < N_ENTRIES; i++)
    kiosk_text_entry_clear(self->entries[i]);
}

bool
kiosk_piece_form_take_key(KioskPieceForm *self, guint keyval,
                          GdkModifierType state)
{
  return kiosk_type_pad_take_key(self->pad, keyval, state);
}

static void
kiosk_piece_form_class_init(KioskPieceFormClass *klass)
{
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
kiosk_piece_form_init(KioskPieceForm *self)
{
  self->box = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 20));
  self->pad = KIOSK_TYPE_PAD(kiosk_type_pad_new());
  adw_bin_set_child(ADW_BIN(self), GTK_WIDGET(self->box));
}

GtkWidget *
kiosk_piece_form_new(const FidotoolJson *plan)
{
  KioskPieceForm *self = g_object_new(KIOSK_TYPE_PIECE_FORM, NULL);

  for (int i = 0; i < N_PICKS; i++)
    add_pick(self, i, plan);
  for (int i = 0; i < N_ENTRIES; i++)
    add_entry(self, i);
  gtk_box_append(self->box, GTK_WIDGET(self->pad));
  return GTK_WIDGET(self);
}
