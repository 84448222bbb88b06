/* SPDX-License-Identifier: Apache-2.0 */
/* appointment-page.c */
#include "kiosk/appointment-page.h"

#include "kiosk/presenter-code.h"
#include "kiosk/widgets/widgets.h"

struct _KioskAppointmentPage {
  KioskPage parent;
  KioskTextEntry *entry;
  KioskCodePad *pad;
};

G_DEFINE_FINAL_TYPE(KioskAppointmentPage, kiosk_appointment_page,
                    KIOSK_TYPE_PAGE)

static void
kiosk_appointment_page_entered(KioskPage *page)
{
  const char *known = kiosk_session_case_id(kiosk_page_session(page));

  if (known != NULL)
    kiosk_text_entry_set_text(KIOSK_APPOINTMENT_PAGE(page)->entry, known);
}

/* Whether there is such a case nobody says before staff have signed in. */
static void
kiosk_appointment_page_primary(KioskPage *page)
{
  KioskAppointmentPage *self = KIOSK_APPOINTMENT_PAGE(page);
  g_autofree char *id =
      kiosk_presenter_code_case(kiosk_text_entry_get_text(self->entry));

  if (id == NULL) {
    kiosk_page_tell(page, "case.format", 0, NULL);
    return;
  }
  kiosk_session_remember_case(kiosk_page_session(page), id);
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static bool
kiosk_appointment_page_take_key(KioskPage *page, guint keyval,
                                GdkModifierType state)
{
  return keyval != GDK_KEY_space &&
         kiosk_text_entry_take_key(KIOSK_APPOINTMENT_PAGE(page)->entry, keyval,
                                   state);
}

static void
on_entry_activated(KioskAppointmentPage *self)
{
  kiosk_appointment_page_primary(KIOSK_PAGE(self));
}

static void
on_pad_pressed(KioskAppointmentPage *self, const char *text)
{
  kiosk_text_entry_insert(self->entry, text);
}

static void
on_pad_erased(KioskAppointmentPage *self)
{
  kiosk_text_entry_erase(self->entry);
}

static void
kiosk_appointment_page_drop_typed(KioskPage *page)
{
  kiosk_text_entry_clear(KIOSK_APPOINTMENT_PAGE(page)->entry);
}

static void
kiosk_appointment_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_APPOINTMENT_PAGE);
  G_OBJECT_CLASS(kiosk_appointment_page_parent_class)->dispose(object);
}

static void
kiosk_appointment_page_class_init(KioskAppointmentPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_appointment_page_dispose;
  page->entered = kiosk_appointment_page_entered;
  page->primary = kiosk_appointment_page_primary;
  page->take_key = kiosk_appointment_page_take_key;
  page->drop_typed = kiosk_appointment_page_drop_typed;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/appointment-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskAppointmentPage, entry);
  gtk_widget_class_bind_template_child(widget, KioskAppointmentPage, pad);
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
  gtk_widget_class_bind_template_callback(widget, on_pad_pressed);
  gtk_widget_class_bind_template_callback(widget, on_pad_erased);
}

static void
kiosk_appointment_page_init(KioskAppointmentPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
