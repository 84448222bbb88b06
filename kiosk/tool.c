/* SPDX-License-Identifier: Apache-2.0 */
/* tool.c */
#include "kiosk/tool.h"

#include "kiosk/widgets/decoration.h"

struct _KioskTool {
  GtkButton parent;
  GtkImage *image;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE(KioskTool, kiosk_tool, GTK_TYPE_BUTTON)

enum { PROP_0, PROP_ICON };

void
kiosk_tool_set_label(KioskTool *self, const char *label)
{
  gtk_label_set_text(self->label, label);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
kiosk_tool_set_small(KioskTool *self, bool small)
{
  gtk_widget_set_visible(GTK_WIDGET(self->label), !small);
}

static void
kiosk_tool_set_property(GObject *object, guint id, const GValue *value,
                        GParamSpec *pspec)
{
  if (id == PROP_ICON)
    gtk_image_set_from_icon_name(KIOSK_TOOL(object)->image,
                                 g_value_get_string(value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
kiosk_tool_class_init(KioskToolClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);

  object->set_property = kiosk_tool_set_property;
  g_object_class_install_property(
      object, PROP_ICON,
      g_param_spec_string("icon", NULL, NULL, NULL,
                          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
}

static void
kiosk_tool_init(KioskTool *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);

  self->image = kiosk_decoration_new(NULL);
  self->label = GTK_LABEL(gtk_label_new(NULL));
  /* Else it would keep the window from becoming so narrow that it goes. */
  gtk_label_set_ellipsize(self->label, PANGO_ELLIPSIZE_END);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->image));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->label));
  gtk_button_set_child(GTK_BUTTON(self), box);
  gtk_widget_add_css_class(GTK_WIDGET(self), "plain");
}
