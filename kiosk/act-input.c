/* SPDX-License-Identifier: Apache-2.0 */
/* act-input.c */
#include "kiosk/act-input.h"

#include "kiosk/pick.h"
#include "kiosk/presenter-acts.h"
#include "kiosk/rows.h"
#include "kiosk/session-act.h"
#include "kiosk/type-pad.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskActInput {
  AdwBin parent;
  GtkBox *box;
  GPtrArray *fields; /* of GtkWidget: an entry or a pick; its data "word" is
                        what it is for */
  KioskTypePad *pad; /* NULL without an entry */
};

G_DEFINE_FINAL_TYPE(KioskActInput, kiosk_act_input, ADW_TYPE_BIN)

static void
keep(KioskActInput *self, GtkWidget *field, const char *name)
{
  g_object_set_data_full(G_OBJECT(field), "word", g_strdup(name), g_free);
  g_ptr_array_add(self->fields, field);
  gtk_box_append(self->box, field);
}

static KioskPick *
add_pick(KioskActInput *self, const char *name)
{
  g_autofree char *title = kiosk_words_name("takes", name);
  GtkWidget *pick = kiosk_pick_new(title, false);

  keep(self, pick, name);
  return KIOSK_PICK(pick);
}

static void
add_words(KioskActInput *self, const char *name, const FidotoolJson *words)
{
  KioskPick *pick = add_pick(self, name);

  for (size_t i = 0; i < fidotool_json_size(words); i++) {
    const char *word = fidotool_json_text(fidotool_json_at(words, i));
    g_autofree char *text = word == NULL ? NULL : kiosk_words_name(name, word);

    if (word != NULL)
      kiosk_pick_add(pick, word, text);
  }
}

static void
add_numbers(KioskActInput *self, const char *name, const FidotoolJson *numbers)
{
  KioskPick *pick = add_pick(self, name);

  for (size_t i = 0; i < fidotool_json_size(numbers); i++) {
    g_autofree char *text = NULL;
    int64_t number;

    if (!fidotool_json_int(fidotool_json_at(numbers, i), &number))
      continue;
    text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    kiosk_pick_add(pick, text, text);
  }
}

static void
add_suggestions(KioskActInput *self, const char *act, const char *name)
{
  KioskPick *pick = add_pick(self, name);
  const char *word;

  for (size_t i = 0;
       (word = kiosk_presenter_acts_suggestion(act, name, i)) != NULL; i++) {
    g_autofree char *text = kiosk_words_name(name, word);

    kiosk_pick_add(pick, word, text);
  }
}

static void
add_text(KioskActInput *self, const char *name)
{
  g_autofree char *title = kiosk_words_name("takes", name);
  GtkWidget *entry = kiosk_text_entry_new();

  g_object_set(entry, "label", title, NULL);
  keep(self, entry, name);
  if (self->pad == NULL)
    self->pad = KIOSK_TYPE_PAD(kiosk_type_pad_new());
  kiosk_type_pad_add(self->pad, KIOSK_TEXT_ENTRY(entry));
}

static void
add_field(KioskActInput *self, const char *act, const FidotoolJson *one)
{
  const FidotoolJson *words = fidotool_json_get(one, "words");
  const FidotoolJson *numbers = fidotool_json_get(one, "numbers");
  const char *name = fidotool_json_get_text(one, "name");

  if (name == NULL)
    return;
  if (fidotool_json_size(words) > 0)
    add_words(self, name, words);
  else if (fidotool_json_size(numbers) > 0)
    add_numbers(self, name, numbers);
  else if (kiosk_presenter_acts_suggestion(act, name, 0) != NULL)
    add_suggestions(self, act, name);
  else
    add_text(self, name);
}

void
kiosk_act_input_show(KioskActInput *self, KioskSession *session)
{
  const FidotoolJson *takes = kiosk_session_act_takes(session);

  g_ptr_array_set_size(self->fields, 0);
  kiosk_rows_clear(self->box);
  self->pad = NULL;
  for (size_t i = 0; i < fidotool_json_size(takes); i++)
    add_field(self, kiosk_session_act_name(session),
              fidotool_json_at(takes, i));
  if (self->pad != NULL)
    gtk_box_append(self->box, GTK_WIDGET(self->pad));
}

void
kiosk_act_input_take(KioskActInput *self, KioskSession *session)
{
  for (guint i = 0; i < self->fields->len; i++) {
    GtkWidget *field = self->fields->pdata[i];
    const char *text = KIOSK_IS_PICK(field)
                           ? kiosk_pick_get(KIOSK_PICK(field))
                           : kiosk_text_entry_get_text(KIOSK_TEXT_ENTRY(field));

    kiosk_session_act_set(session, kiosk_rows_word(field), text);
  }
}

bool
kiosk_act_input_take_key(KioskActInput *self, guint keyval,
                         GdkModifierType state)
{
  return self->pad != NULL && kiosk_type_pad_take_key(self->pad, keyval, state);
}

static void
kiosk_act_input_finalize(GObject *object)
{
  g_ptr_array_unref(KIOSK_ACT_INPUT(object)->fields);
  G_OBJECT_CLASS(kiosk_act_input_parent_class)->finalize(object);
}

static void
kiosk_act_input_class_init(KioskActInputClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = kiosk_act_input_finalize;
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
kiosk_act_input_init(KioskActInput *self)
{
  self->fields = g_ptr_array_new();
  self->box = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 20));
  adw_bin_set_child(ADW_BIN(self), GTK_WIDGET(self->box));
}
