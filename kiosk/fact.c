/* SPDX-License-Identifier: Apache-2.0 */
/* fact.c */
#include "kiosk/fact.h"

#include <glib/gi18n.h>
#include <stdbool.h>

#include "kiosk/plain.h"
#include "kiosk/rows.h"
#include "kiosk/widgets/widgets.h"

struct _KioskFact {
  AdwBin parent;
  GtkLabel *label, *text;
  GtkButton *change;
  bool code;
};

G_DEFINE_FINAL_TYPE(KioskFact, kiosk_fact, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_LABEL,
  PROP_TEXT,
  PROP_LARGE,
  PROP_CODE,
  PROP_CHANGE,
  N_PROPS
};

/* Left-to-right isolate, and its end (UAX 9). */
#define LRI "\xe2\x81\xa6"
#define PDI "\xe2\x81\xa9"

static guint change_wanted;

void
kiosk_fact_set_text(KioskFact *self, const char *text)
{
  g_autofree char *plain = kiosk_plain_text(text);
  g_autofree char *code =
      self->code ? g_strconcat(LRI, plain, PDI, NULL) : NULL;

  gtk_label_set_text(self->text, code != NULL ? code : plain);
  gtk_widget_set_visible(GTK_WIDGET(self), *plain != '\0');
}

/* "Use another key" stands in a row of its own for the eye; by ear it says
 * which row it belongs to. */
static void
name_button(KioskFact *self)
{
  const char *label = gtk_button_get_label(self->change);
  g_autofree char *name =
      /* TRANSLATORS: a button and what it changes: "Use another key: New key"
       */
      g_strdup_printf(_("%s: %s"), label == NULL ? "" : label,
                      gtk_label_get_text(self->label));

  gtk_accessible_update_property(GTK_ACCESSIBLE(self->change),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_change_clicked(KioskFact *self)
{
  g_signal_emit(self, change_wanted, 0);
}

static void
kiosk_fact_set_property(GObject *object, guint id, const GValue *value,
                        GParamSpec *pspec)
{
  KioskFact *self = KIOSK_FACT(object);
  const char *text =
      G_VALUE_HOLDS_STRING(value) ? g_value_get_string(value) : NULL;

  switch (id) {
  case PROP_LABEL:
    gtk_label_set_text(self->label, text == NULL ? "" : text);
    name_button(self);
    break;
  case PROP_TEXT:
    kiosk_fact_set_text(self, text);
    break;
  case PROP_LARGE:
    if (g_value_get_boolean(value))
      gtk_widget_add_css_class(GTK_WIDGET(self->text), "short-code");
    break;
  case PROP_CODE:
    self->code = g_value_get_boolean(value);
    break;
  case PROP_CHANGE:
    gtk_button_set_label(self->change, text == NULL ? "" : text);
    kiosk_rows_wrap(self->change);
    gtk_widget_set_visible(GTK_WIDGET(self->change), text != NULL);
    name_button(self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_fact_class_init(KioskFactClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object->set_property = kiosk_fact_set_property;
  g_object_class_install_property(
      object, PROP_LABEL, g_param_spec_string("label", NULL, NULL, "", flags));
  g_object_class_install_property(
      object, PROP_TEXT, g_param_spec_string("text", NULL, NULL, "", flags));
  g_object_class_install_property(
      object, PROP_LARGE,
      g_param_spec_boolean("large", NULL, NULL, FALSE, flags));
  g_object_class_install_property(
      object, PROP_CODE,
      g_param_spec_boolean("code", NULL, NULL, FALSE, flags));
  g_object_class_install_property(
      object, PROP_CHANGE,
      g_param_spec_string("change", NULL, NULL, NULL, flags));
  change_wanted =
      g_signal_new("change-wanted", KIOSK_TYPE_FACT, G_SIGNAL_RUN_LAST, 0, NULL,
                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static GtkLabel *
add_label(GtkWidget *box, const char *css)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    gtk_widget_add_css_class(label, css);
  gtk_box_append(GTK_BOX(box), label);
  return GTK_LABEL(label);
}

static void
kiosk_fact_init(KioskFact *self)
{
  GtkWidget *row = kiosk_pair_new(); /* the button below, without room */
  GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class(GTK_WIDGET(self), "fact");
  gtk_widget_set_hexpand(words, TRUE);
  self->label = add_label(words, "caption");
  self->text = add_label(words, NULL);
  self->change = GTK_BUTTON(gtk_button_new());
  gtk_widget_set_valign(GTK_WIDGET(self->change), GTK_ALIGN_CENTER);
  gtk_widget_set_halign(GTK_WIDGET(self->change), GTK_ALIGN_START);
  gtk_widget_set_visible(GTK_WIDGET(self->change), FALSE);
  g_signal_connect_object(self->change, "clicked",
                          G_CALLBACK(on_change_clicked), self,
                          G_CONNECT_SWAPPED);
  g_object_set(row, "first", words, "second", self->change, "spacing", 16,
               NULL);
  adw_bin_set_child(ADW_BIN(self), row);
  gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
}

GtkWidget *
kiosk_fact_new(void)
{
  return g_object_new(KIOSK_TYPE_FACT, NULL);
}
