/* SPDX-License-Identifier: Apache-2.0 */
/* touch-page.c */
#include "kiosk/touch-page.h"

#include <glib/gi18n.h>

#include "kiosk/key-panel.h"
#include "kiosk/session-user.h"
#include "kiosk/widgets/widgets.h"

struct _KioskTouchPage {
  KioskPage parent;
  KioskKeyPanel *panel;
  GtkWidget *none;
};

G_DEFINE_FINAL_TYPE(KioskTouchPage, kiosk_touch_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskTouchPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

static const KioskKeyView *
view_of(KioskTouchPage *self)
{
  return kiosk_device_work_view(kiosk_session_work(session_of(self)));
}

static void
show_title(KioskTouchPage *self)
{
  KioskPage *page = KIOSK_PAGE(self);
  KioskDeviceWork *work = kiosk_session_work(session_of(self));
  bool touch = view_of(self)->state == KIOSK_KEY_TOUCH;

  if (kiosk_session_user_is_handing_in(session_of(self))) {
    kiosk_page_set_title(page, _("Please wait"));
    kiosk_page_set_body(page, _("The record is being written."));
  } else if (touch && kiosk_session_user_touches(session_of(self)) == 2) {
    kiosk_page_set_title(page, _("Touch 2 of 2"));
    kiosk_page_set_body(page, _("The key shows that it works."));
  } else if (touch) {
    kiosk_page_set_title(page, _("Touch 1 of 2"));
    kiosk_page_set_body(page, _("The key makes its entry."));
  } else {
    kiosk_page_set_title(page, _("Make your new key"));
    kiosk_page_set_body(
        page, kiosk_device_work_is_on_reader(work)
                  ? _("You lay it on the reader twice, when it is asked for.")
                  : _("You touch it twice. Leave it in until then."));
  }
}

/* Where nothing runs, it is begun anew: with new options of recoveryd's. */
static bool
is_idle(KioskTouchPage *self)
{
  KioskSession *session = session_of(self);

  return !kiosk_session_is_busy(session) &&
         !kiosk_session_user_is_handing_in(session) &&
         (view_of(self)->state == KIOSK_KEY_IDLE ||
          view_of(self)->state == KIOSK_KEY_RETRY);
}

static void
update(KioskTouchPage *self)
{
  const char *label = kiosk_key_panel_label(self->panel);

  show_title(self);
  gtk_widget_set_visible(self->none, view_of(self)->state == KIOSK_KEY_STOPPED);
  kiosk_page_set_primary(KIOSK_PAGE(self), label != NULL   ? label
                                           : is_idle(self) ? _("Try again")
                                                           : NULL);
}

static void
kiosk_touch_page_update(KioskPage *page)
{
  update(KIOSK_TOUCH_PAGE(page));
}

static void
kiosk_touch_page_entered(KioskPage *page)
{
  KioskTouchPage *self = KIOSK_TOUCH_PAGE(page);

  kiosk_key_panel_leave_primary(self->panel);
  g_signal_connect_object(self->panel, "updated", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  kiosk_session_user_make(kiosk_page_session(page));
  kiosk_key_panel_follow(self->panel, page);
}

static void
kiosk_touch_page_primary(KioskPage *page)
{
  KioskTouchPage *self = KIOSK_TOUCH_PAGE(page);

  if (is_idle(self))
    kiosk_session_user_make(kiosk_page_session(page));
  else
    (void)kiosk_key_panel_primary(self->panel);
}

/* What the key gave is on its way: the answer comes here. */
static bool
kiosk_touch_page_back(KioskPage *page)
{
  return kiosk_session_user_is_handing_in(kiosk_page_session(page));
}

static bool
kiosk_touch_page_take_key(KioskPage *page, guint keyval, GdkModifierType state)
{
  return kiosk_key_panel_take_key(KIOSK_TOUCH_PAGE(page)->panel, keyval, state);
}

static void
on_another_wanted(KioskTouchPage *self)
{
  kiosk_session_user_other_key(session_of(self));
}

static void
on_none_clicked(KioskTouchPage *self)
{
  kiosk_session_user_block(session_of(self), view_of(self)->word);
}

static void
kiosk_touch_page_drop_typed(KioskPage *page)
{
  kiosk_key_panel_drop_typed(KIOSK_TOUCH_PAGE(page)->panel);
}

static void
kiosk_touch_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_TOUCH_PAGE);
  G_OBJECT_CLASS(kiosk_touch_page_parent_class)->dispose(object);
}

static void
kiosk_touch_page_class_init(KioskTouchPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_touch_page_dispose;
  page->entered = kiosk_touch_page_entered;
  page->update = kiosk_touch_page_update;
  page->primary = kiosk_touch_page_primary;
  page->back = kiosk_touch_page_back;
  page->take_key = kiosk_touch_page_take_key;
  page->drop_typed = kiosk_touch_page_drop_typed;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/touch-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskTouchPage, panel);
  gtk_widget_class_bind_template_child(widget, KioskTouchPage, none);
  gtk_widget_class_bind_template_callback(widget, on_another_wanted);
  gtk_widget_class_bind_template_callback(widget, on_none_clicked);
}

static void
kiosk_touch_page_init(KioskTouchPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
