/* SPDX-License-Identifier: Apache-2.0 */
/* act-input.c */
#include "kiosk/act-input.h"

#include "kiosk/session-act.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskActInput {
  AdwBin parent;
  GtkBox *box;
  GPtrArray *fields; /* of GtkWidget: a text entry, or a check button with its
                        word; "name" is what it is for */
};

G_DEFINE_FINAL_TYPE(KioskActInput, kiosk_act_input, ADW_TYPE_BIN)

static void
keep(KioskActInput *self, GtkWidget *field, const char *name)
{
  g_object_set_data_full(G_OBJECT(field), "name", g_strdup(name), g_free);
  g_ptr_array_add(self->fields, field);
}

static void
add_words(KioskActInput *self, const char *name, const FidotoolJson *words)
{
  GtkCheckButton *first = NULL;
  g_autofree char *title = kiosk_words_name("takes", name);
  GtkWidget *label = gtk_label_new(title);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, "caption");
  gtk_box_append(self->box, label);
  for (size_t i = 0; i < fidotool_json_size(words); i++) {
    const char *word = fidotool_json_text(fidotool_json_at(words, i));
    g_autofree char *text = word == NULL ? NULL : kiosk_words_name(name, word);
    GtkWidget *button = gtk_check_button_new_with_label(text);

    gtk_widget_add_css_class(button, "option");
    if (first == NULL)
      first = GTK_CHECK_BUTTON(button);
    else
      gtk_check_button_set_group(GTK_CHECK_BUTTON(button), first);
    g_object_set_data_full(G_OBJECT(button), "word", g_strdup(word), g_free);
    keep(self, button, name);
    gtk_box_append(self->box, button);
  }
}

static void
add_text(KioskActInput *self, const char *name)
{
  g_autofree char *title = kiosk_words_name("takes", name);
  GtkWidget *entry = kiosk_text_entry_new();

  g_object_set(entry, "label", title, NULL);
  keep(self, entry, name);
  gtk_box_append(self->box, entry);
}

void
kiosk_act_input_show(KioskActInput *self, KioskSession *session)
{
  const FidotoolJson *takes = kiosk_session_act_takes(session);
  GtkWidget *child;

  g_ptr_array_set_size(self->fields, 0);
  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->box))) != NULL)
    gtk_box_remove(self->box, child);
  for (size_t i = 0; i < fidotool_json_size(takes); i++) {
    const FidotoolJson *one = fidotool_json_at(takes, i);
    const FidotoolJson *words = fidotool_json_get(one, "words");
    const char *name = fidotool_json_get_text(one, "name");

    if (name != NULL && fidotool_json_size(words) > 0)
      add_words(self, name, words);
    else if (name != NULL)
      add_text(self, name);
  }
}

void
kiosk_act_input_take(KioskActInput *self, KioskSession *session)
{
  for (guint i = 0; i < self->fields->len; i++) {
    GObject *field = self->fields->pdata[i];
    const char *name = g_object_get_data(field, "name");

    if (KIOSK_IS_TEXT_ENTRY(field))
      kiosk_session_act_set(
          session, name, kiosk_text_entry_get_text(KIOSK_TEXT_ENTRY(field)));
    else if (gtk_check_button_get_active(GTK_CHECK_BUTTON(field)))
      kiosk_session_act_set(session, name, g_object_get_data(field, "word"));
  }
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
}

static void
kiosk_act_input_init(KioskActInput *self)
{
  self->fields = g_ptr_array_new();
  self->box = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 12));
  adw_bin_set_child(ADW_BIN(self), GTK_WIDGET(self->box));
}
