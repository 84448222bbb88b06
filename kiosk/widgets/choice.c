/* SPDX-License-Identifier: Apache-2.0 */
/* choice.c - a button as wide as the page. */
#include "kiosk/widgets/choice.h"

#include "kiosk/widgets/decoration.h"

struct _KioskChoice {
  GtkButton parent_instance;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *subtitle;
};

enum { PROP_ICON = 1, PROP_TITLE, PROP_SUBTITLE, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(KioskChoice, kiosk_choice, GTK_TYPE_BUTTON)

static void
update(KioskChoice *self)
{
  const char *title = gtk_label_get_text(self->title);
  const char *subtitle = gtk_label_get_text(self->subtitle);
  g_autofree char *name =
      *subtitle ? g_strdup_printf("%s. %s", title, subtitle) : g_strdup(title);

  gtk_widget_set_visible(GTK_WIDGET(self->subtitle), *subtitle != '\0');
  gtk_widget_set_visible(GTK_WIDGET(self->icon),
                         gtk_image_get_icon_name(self->icon) != NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkLabel *
add_label(GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class(label, css_class);
  gtk_box_append(GTK_BOX(box), label);
  return GTK_LABEL(label);
}

static void
kiosk_choice_init(KioskChoice *self)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *next = GTK_WIDGET(kiosk_decoration_new("kiosk-next-symbolic"));

  gtk_widget_add_css_class(GTK_WIDGET(self), "choice");
  self->icon = kiosk_decoration_new(NULL);
  gtk_widget_add_css_class(GTK_WIDGET(self->icon), "picture");
  gtk_box_append(GTK_BOX(row), GTK_WIDGET(self->icon));
  gtk_widget_add_css_class(words, "words");
  gtk_widget_set_hexpand(words, TRUE);
  gtk_widget_set_valign(words, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(row), words);
  self->title = add_label(words, "title");
  self->subtitle = add_label(words, "subtitle");
  gtk_widget_add_css_class(next, "next");
  gtk_box_append(GTK_BOX(row), next);
  gtk_button_set_child(GTK_BUTTON(self), row);
  update(self);
}

static void
kiosk_choice_get_property(GObject *object, guint id, GValue *value,
                          GParamSpec *pspec)
{
  KioskChoice *self = KIOSK_CHOICE(object);

  switch (id) {
  case PROP_ICON:
    g_value_set_string(value, gtk_image_get_icon_name(self->icon));
    break;
  case PROP_TITLE:
    g_value_set_string(value, gtk_label_get_text(self->title));
    break;
  case PROP_SUBTITLE:
    g_value_set_string(value, gtk_label_get_text(self->subtitle));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_choice_set_property(GObject *object, guint id, const GValue *value,
                          GParamSpec *pspec)
{
  KioskChoice *self = KIOSK_CHOICE(object);
  const char *text = g_value_get_string(value);

  switch (id) {
  case PROP_ICON:
    gtk_image_set_from_icon_name(self->icon, text);
    break;
  case PROP_TITLE:
    gtk_label_set_text(self->title, text ? text : "");
    break;
  case PROP_SUBTITLE:
    gtk_label_set_text(self->subtitle, text ? text : "");
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  update(self);
}

static void
kiosk_choice_class_init(KioskChoiceClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->get_property = kiosk_choice_get_property;
  object->set_property = kiosk_choice_set_property;

  props[PROP_ICON] = g_param_spec_string("icon", NULL, NULL, NULL, flags);
  props[PROP_TITLE] = g_param_spec_string("title", NULL, NULL, "", flags);
  props[PROP_SUBTITLE] = g_param_spec_string("subtitle", NULL, NULL, "", flags);
  g_object_class_install_properties(object, N_PROPS, props);
}

GtkWidget *
kiosk_choice_new(const char *icon, const char *title, const char *subtitle)
{
  return g_object_new(KIOSK_TYPE_CHOICE, "icon", icon, "title", title,
                      "subtitle", subtitle, NULL);
}
