/* SPDX-License-Identifier: Apache-2.0 */
/* type-pad.c */
#include "kiosk/type-pad.h"

#include <glib/gi18n.h>

#include "kiosk/language.h"
#include "kiosk/rows.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/window.h"

struct _KioskTypePad {
  AdwBin parent;
  GtkToggleButton *toggle;
  GtkBox *box;
  KioskKeyboard *keyboard; /* NULL until it is wanted */
  KioskTextEntry *entry;   /* weak; the one used last */
};

G_DEFINE_FINAL_TYPE(KioskTypePad, kiosk_type_pad, ADW_TYPE_BIN)

static void
use(KioskTypePad *self, KioskTextEntry *entry)
{
  g_set_weak_pointer(&self->entry, entry);
}

static void
on_entry_entered(GtkEventController *controller)
{
  use(g_object_get_data(G_OBJECT(controller), "pad"),
      KIOSK_TEXT_ENTRY(gtk_event_controller_get_widget(controller)));
}

void
kiosk_type_pad_add(KioskTypePad *self, KioskTextEntry *entry)
{
  GtkEventController *focus = gtk_event_controller_focus_new();

  g_object_set_data_full(G_OBJECT(focus), "pad", g_object_ref(self),
                         g_object_unref);
  g_signal_connect(focus, "enter", G_CALLBACK(on_entry_entered), NULL);
  gtk_widget_add_controller(GTK_WIDGET(entry), focus);
  if (self->entry == NULL)
    use(self, entry);
}

bool
kiosk_type_pad_take_key(KioskTypePad *self, guint keyval, GdkModifierType state)
{
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
  GtkWidget *focus = root == NULL ? NULL : gtk_root_get_focus(root);

  /* Space presses a button, and an entry types for itself. */
  if (self->entry == NULL || (focus != NULL && GTK_IS_TEXT(focus)) ||
      keyval == GDK_KEY_space ||
      !kiosk_text_entry_take_key(self->entry, keyval, state))
    return false;
  /* What follows, a space among it, is more of the same and presses nothing. */
  kiosk_text_entry_focus_end(self->entry);
  return true;
}

static void
on_pressed(KioskTypePad *self, const char *text)
{
  if (self->entry != NULL)
    kiosk_text_entry_insert(self->entry, text);
}

static void
on_erased(KioskTypePad *self)
{
  if (self->entry != NULL)
    kiosk_text_entry_erase(self->entry);
}

/* Its many keys take a while to make: only for who wants them. */
static void
make_keyboard(KioskTypePad *self)
{
  self->keyboard = KIOSK_KEYBOARD(kiosk_keyboard_new());
  g_object_set(self->keyboard, "language", kiosk_language_current(), NULL);
  g_signal_connect_object(self->keyboard, "pressed", G_CALLBACK(on_pressed),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(self->keyboard, "erased", G_CALLBACK(on_erased), self,
                          G_CONNECT_SWAPPED);
  gtk_box_append(self->box, GTK_WIDGET(self->keyboard));
}

static void
on_toggled(KioskTypePad *self)
{
  bool on = gtk_toggle_button_get_active(self->toggle);
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));

  if (self->keyboard == NULL)
    make_keyboard(self);
  gtk_widget_set_visible(GTK_WIDGET(self->keyboard), on);
  if (KIOSK_IS_WINDOW(root))
    kiosk_window_set_typing(KIOSK_WINDOW(root), on);
  if (on)
    kiosk_rows_scroll_to(GTK_WIDGET(self->keyboard));
}

static void
kiosk_type_pad_dispose(GObject *object)
{
  use(KIOSK_TYPE_PAD(object), NULL);
  G_OBJECT_CLASS(kiosk_type_pad_parent_class)->dispose(object);
}

static void
kiosk_type_pad_class_init(KioskTypePadClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = kiosk_type_pad_dispose;
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
kiosk_type_pad_init(KioskTypePad *self)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);

  self->toggle =
      GTK_TOGGLE_BUTTON(gtk_toggle_button_new_with_label(_("Keyboard")));
  gtk_widget_set_halign(GTK_WIDGET(self->toggle), GTK_ALIGN_START);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->toggle),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Keyboard on the screen"), -1);
  g_signal_connect_object(self->toggle, "toggled", G_CALLBACK(on_toggled), self,
                          G_CONNECT_SWAPPED);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->toggle));
  self->box = GTK_BOX(box);
  adw_bin_set_child(ADW_BIN(self), box);
}

GtkWidget *
kiosk_type_pad_new(void)
{
  return g_object_new(KIOSK_TYPE_TYPE_PAD, NULL);
}
