/* SPDX-License-Identifier: Apache-2.0 */
/* reason-form.c - the words of what is usual are in presenter-acts.c. */
#include "kiosk/reason-form.h"

#include "kiosk/presenter-acts.h"
#include "kiosk/rows.h"
#include "kiosk/type-pad.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskReasonForm {
  AdwBin parent;
  KioskColumns *usual;
  KioskTextEntry *entry;
  KioskTypePad *pad;
};

G_DEFINE_FINAL_TYPE(KioskReasonForm, kiosk_reason_form, ADW_TYPE_BIN)

static guint said, entered;

static void
on_usual_clicked(KioskReasonForm *self, GtkWidget *choice)
{
  g_signal_emit(self, said, 0, kiosk_rows_word(choice));
}

static void
add_usual(KioskReasonForm *self)
{
  const char *word;

  for (size_t i = 0;
       (word = kiosk_presenter_acts_suggestion("role.activate", "reason", i)) !=
       NULL;
       i++) {
    g_autofree char *text = kiosk_words_name("reason", word);
    GtkWidget *choice = kiosk_choice_new(NULL, text, NULL);

    kiosk_rows_keep(choice, g_strdup(word));
    g_signal_connect_object(choice, "clicked", G_CALLBACK(on_usual_clicked),
                            self, G_CONNECT_SWAPPED);
    kiosk_columns_append(self->usual, choice);
  }
}

void
kiosk_reason_form_begin(KioskReasonForm *self)
{
  gtk_widget_grab_focus(gtk_widget_get_first_child(GTK_WIDGET(self->usual)));
}

bool
kiosk_reason_form_say(KioskReasonForm *self)
{
  g_autofree char *text = g_strdup(kiosk_text_entry_get_text(self->entry));

  if (*g_strstrip(text) == '\0')
    return false;
  g_signal_emit(self, said, 0, text);
  return true;
}

bool
kiosk_reason_form_take_key(KioskReasonForm *self, guint keyval,
                           GdkModifierType state)
{
  return kiosk_type_pad_take_key(self->pad, keyval, state);
}

void
kiosk_reason_form_drop_typed(KioskReasonForm *self)
{
  kiosk_text_entry_clear(self->entry);
}

static void
on_entry_activated(KioskReasonForm *self)
{
  g_signal_emit(self, entered, 0);
}

static void
kiosk_reason_form_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_REASON_FORM);
  G_OBJECT_CLASS(kiosk_reason_form_parent_class)->dispose(object);
}

static void
kiosk_reason_form_class_init(KioskReasonFormClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  g_type_ensure(KIOSK_TYPE_TYPE_PAD);
  G_OBJECT_CLASS(klass)->dispose = kiosk_reason_form_dispose;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/reason-form.ui");
  gtk_widget_class_bind_template_child(widget, KioskReasonForm, usual);
  gtk_widget_class_bind_template_child(widget, KioskReasonForm, entry);
  gtk_widget_class_bind_template_child(widget, KioskReasonForm, pad);
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GENERIC);
  said = g_signal_new("said", KIOSK_TYPE_REASON_FORM, G_SIGNAL_RUN_LAST, 0,
                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  entered = g_signal_new("entered", KIOSK_TYPE_REASON_FORM, G_SIGNAL_RUN_LAST,
                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_reason_form_init(KioskReasonForm *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  kiosk_type_pad_add(self->pad, self->entry);
  add_usual(self);
}
