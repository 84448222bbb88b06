/* SPDX-License-Identifier: Apache-2.0 */
/* identity-page.c */
#include "kiosk/identity-page.h"

#include "kiosk/fact.h"
#include "kiosk/plain.h"
#include "kiosk/session-user.h"
#include "kiosk/widgets/widgets.h"

struct _KioskIdentityPage {
  KioskPage parent;
  GtkLabel *name;
  KioskFact *reference;
};

G_DEFINE_FINAL_TYPE(KioskIdentityPage, kiosk_identity_page, KIOSK_TYPE_PAGE)

static void
kiosk_identity_page_update(KioskPage *page)
{
  KioskIdentityPage *self = KIOSK_IDENTITY_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *person =
      fidotool_json_get(kiosk_session_case(session), "person");
  g_autofree char *name =
      kiosk_plain_text(fidotool_json_get_text(person, "name"));

  gtk_label_set_text(self->name, name);
  gtk_widget_set_visible(GTK_WIDGET(self->name), *name != '\0');
  kiosk_fact_set_text(self->reference, kiosk_session_case_id(session));
}

static void
kiosk_identity_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
on_no_clicked(KioskIdentityPage *self)
{
  kiosk_session_user_block(kiosk_page_session(KIOSK_PAGE(self)), "stop.notme");
}

static void
kiosk_identity_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_IDENTITY_PAGE);
  G_OBJECT_CLASS(kiosk_identity_page_parent_class)->dispose(object);
}

static void
kiosk_identity_page_class_init(KioskIdentityPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_identity_page_dispose;
  page->update = kiosk_identity_page_update;
  page->primary = kiosk_identity_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/identity-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskIdentityPage, name);
  gtk_widget_class_bind_template_child(widget, KioskIdentityPage, reference);
  gtk_widget_class_bind_template_callback(widget, on_no_clicked);
}

static void
kiosk_identity_page_init(KioskIdentityPage *self)
{
  g_type_ensure(KIOSK_TYPE_FACT);
  gtk_widget_init_template(GTK_WIDGET(self));
}
