/* SPDX-License-Identifier: Apache-2.0 */
/* heading.c - a focusable box, for GTK 4.8 gives a label no focus unless its
 * text can be selected. */
#include "kiosk/widgets/heading.h"

#define LINE_CHARS 60

struct _KioskHeading {
  GtkBox parent_instance;
  GtkLabel *title;
  GtkLabel *body;
};

enum { PROP_TITLE = 1, PROP_BODY, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(KioskHeading, kiosk_heading, GTK_TYPE_BOX)

static GtkLabel *
add_label(KioskHeading *self, const char *css_class)
{
  GtkWidget *label = gtk_label_new(NULL);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars(GTK_LABEL(label), LINE_CHARS);
  gtk_widget_add_css_class(label, css_class);
  gtk_box_append(GTK_BOX(self), label);
  return GTK_LABEL(label);
}

static void
update(KioskHeading *self)
{
  const char *title = gtk_label_get_text(self->title);
  const char *body = gtk_label_get_text(self->body);
  g_autofree char *name =
      *body ? g_strdup_printf("%s. %s", title, body) : g_strdup(title);

  gtk_widget_set_visible(GTK_WIDGET(self->body), *body != '\0');
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                 GTK_ACCESSIBLE_PROPERTY_LEVEL, 1, -1);
}

static void
kiosk_heading_init(KioskHeading *self)
{
  gtk_orientable_set_orientation(GTK_ORIENTABLE(self),
                                 GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  self->title = add_label(self, "title");
  self->body = add_label(self, "body");
  update(self);
}

static void
kiosk_heading_get_property(GObject *object, guint id, GValue *value,
                           GParamSpec *pspec)
{
  KioskHeading *self = KIOSK_HEADING(object);

  switch (id) {
  case PROP_TITLE:
    g_value_set_string(value, gtk_label_get_text(self->title));
    break;
  case PROP_BODY:
    g_value_set_string(value, gtk_label_get_text(self->body));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
kiosk_heading_set_property(GObject *object, guint id, const GValue *value,
                           GParamSpec *pspec)
{
  KioskHeading *self = KIOSK_HEADING(object);
  const char *text = g_value_get_string(value);

  switch (id) {
  case PROP_TITLE:
    gtk_label_set_text(self->title, text ? text : "");
    break;
  case PROP_BODY:
    gtk_label_set_text(self->body, text ? text : "");
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  update(self);
}

static void
kiosk_heading_class_init(KioskHeadingClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object->get_property = kiosk_heading_get_property;
  object->set_property = kiosk_heading_set_property;
  gtk_widget_class_set_css_name(widget, "heading");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_HEADING);

  props[PROP_TITLE] = g_param_spec_string("title", NULL, NULL, "", flags);
  props[PROP_BODY] = g_param_spec_string("body", NULL, NULL, "", flags);
  g_object_class_install_properties(object, N_PROPS, props);
}

GtkWidget *
kiosk_heading_new(void)
{
  return g_object_new(KIOSK_TYPE_HEADING, NULL);
}

void
kiosk_heading_set(KioskHeading *self, const char *title, const char *body)
{
  gtk_label_set_text(self->title, title);
  gtk_label_set_text(self->body, body ? body : "");
  update(self);
}
