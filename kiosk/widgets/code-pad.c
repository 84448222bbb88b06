/* SPDX-License-Identifier: Apache-2.0 */
/* code-pad.c - sixteen keys and Delete, in three rows of six. */
#include "kiosk/widgets/code-pad.h"

#include <glib/gi18n-lib.h>

#define COLUMNS 6

struct _KioskCodePad {
  GtkWidget parent_instance;
  GtkGrid *grid;
};

enum { PRESSED, ERASED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(KioskCodePad, kiosk_code_pad, GTK_TYPE_WIDGET)

static void
set_name(GtkWidget *button, const char *name)
{
  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_key_clicked(KioskCodePad *self, GtkButton *button)
{
  g_signal_emit(self, signals[PRESSED], 0, gtk_button_get_label(button));
}

static void
on_erase_clicked(KioskCodePad *self)
{
  g_signal_emit(self, signals[ERASED], 0);
}

static GtkWidget *
add_key(KioskCodePad *self, int place, int width, GCallback on_clicked)
{
  GtkWidget *button = gtk_button_new();

  gtk_widget_set_focus_on_click(button, FALSE);
  gtk_widget_add_css_class(button, "key");
  g_signal_connect_swapped(button, "clicked", on_clicked, self);
  gtk_grid_attach(self->grid, button, place % COLUMNS, place / COLUMNS, width,
                  1);
  return button;
}

static void
kiosk_code_pad_init(KioskCodePad *self)
{
  static const char *const keys[] = {"0", "1", "2", "3", "4", "5", "6", "7",
                                     "8", "9", "a", "b", "c", "d", "e", "f"};
  int place = 0;
  GtkWidget *button;

  self->grid = GTK_GRID(gtk_grid_new());
  /* A code reads the same in every script. */
  gtk_widget_set_direction(GTK_WIDGET(self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction(GTK_WIDGET(self->grid), GTK_TEXT_DIR_LTR);
  gtk_grid_set_row_homogeneous(self->grid, TRUE);
  gtk_grid_set_column_homogeneous(self->grid, TRUE);
  gtk_widget_set_parent(GTK_WIDGET(self->grid), GTK_WIDGET(self));
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
    button = add_key(self, place++, 1, G_CALLBACK(on_key_clicked));
    gtk_button_set_label(GTK_BUTTON(button), keys[i]);
    set_name(button, keys[i]);
  }
  button = add_key(self, place, COLUMNS - place % COLUMNS,
                   G_CALLBACK(on_erase_clicked));
  gtk_button_set_icon_name(GTK_BUTTON(button), "kiosk-erase-symbolic");
  gtk_widget_add_css_class(button, "mode");
  set_name(button, _("Delete the last character"));
}

static void
kiosk_code_pad_dispose(GObject *object)
{
  KioskCodePad *self = KIOSK_CODE_PAD(object);

  if (self->grid != NULL)
    gtk_widget_unparent(GTK_WIDGET(self->grid));
  self->grid = NULL;
  G_OBJECT_CLASS(kiosk_code_pad_parent_class)->dispose(object);
}

static void
kiosk_code_pad_class_init(KioskCodePadClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_code_pad_dispose;
  gtk_widget_class_set_css_name(widget, "codepad");
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[PRESSED] = g_signal_new(
      "pressed", KIOSK_TYPE_CODE_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[ERASED] =
      g_signal_new("erased", KIOSK_TYPE_CODE_PAD, G_SIGNAL_RUN_LAST, 0, NULL,
                   NULL, NULL, G_TYPE_NONE, 0);
}

GtkWidget *
kiosk_code_pad_new(void)
{
  return g_object_new(KIOSK_TYPE_CODE_PAD, NULL);
}
