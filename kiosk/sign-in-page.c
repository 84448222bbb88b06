/* SPDX-License-Identifier: Apache-2.0 */
/* sign-in-page.c */
#include "kiosk/sign-in-page.h"

#include <glib/gi18n.h>

#include "kiosk/key-panel.h"
#include "kiosk/reason-form.h"
#include "kiosk/session-act.h"
#include "kiosk/session-sign-in.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

struct _KioskSignInPage {
  KioskPage parent;
  GtkBox *roles;
  KioskReasonForm *reason;
  KioskKeyPanel *panel;
  bool signing;
};

G_DEFINE_FINAL_TYPE(KioskSignInPage, kiosk_sign_in_page, KIOSK_TYPE_PAGE)

static void
on_role_clicked(KioskSignInPage *self, GtkWidget *choice)
{
  kiosk_session_sign_in_choose(kiosk_page_session(KIOSK_PAGE(self)),
                               g_object_get_data(G_OBJECT(choice), "role"));
}

static void
show_roles(KioskSignInPage *self, const FidotoolJson *roles)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->roles))) != NULL)
    gtk_box_remove(self->roles, child);
  for (size_t i = 0; i < fidotool_json_size(roles); i++) {
    const char *role = fidotool_json_text(fidotool_json_at(roles, i));
    g_autofree char *name = kiosk_words_name("role", role);
    GtkWidget *choice = kiosk_choice_new("kiosk-staff-symbolic", name, NULL);

    g_object_set_data_full(G_OBJECT(choice), "role", g_strdup(role), g_free);
    g_signal_connect_object(choice, "clicked", G_CALLBACK(on_role_clicked),
                            self, G_CONNECT_SWAPPED);
    gtk_box_append(self->roles, choice);
  }
  gtk_widget_set_visible(GTK_WIDGET(self->roles), roles != NULL);
  if (roles != NULL)
    gtk_widget_grab_focus(gtk_widget_get_first_child(GTK_WIDGET(self->roles)));
}

/* --- what it is for ---------------------------------------------------------
 */

static bool
asks(KioskSignInPage *self)
{
  return kiosk_session_sign_in_asks(kiosk_page_session(KIOSK_PAGE(self)));
}

/* What was typed stays while the page is looked at anew. */
static void
show_reason(KioskSignInPage *self)
{
  bool shown = gtk_widget_get_visible(GTK_WIDGET(self->reason));

  gtk_widget_set_visible(GTK_WIDGET(self->reason), asks(self));
  if (asks(self) && !shown)
    kiosk_reason_form_begin(self->reason);
}

static void
on_reason_said(KioskSignInPage *self, const char *reason)
{
  kiosk_session_sign_in_say(kiosk_page_session(KIOSK_PAGE(self)), reason);
}

static void
say_reason(KioskSignInPage *self)
{
  g_autofree char *what = NULL;

  if (kiosk_reason_form_say(self->reason))
    return;
  what = kiosk_words_name("takes", "reason");
  kiosk_page_tell(KIOSK_PAGE(self), "act.missing", 0, what);
}

/* --- the page ---------------------------------------------------------------
 */

/* The role was refused: the reason stands in the strip. */
static bool
is_refused(KioskSession *session)
{
  return kiosk_session_act_name(session) != NULL &&
         kiosk_session_act_stage(session) == KIOSK_STAGE_NONE;
}

static void
start_again(KioskSignInPage *self)
{
  self->signing = false;
  kiosk_session_sign_in_start(kiosk_page_session(KIOSK_PAGE(self)));
}

/* The panel names the button by what the key does; while a question is there
 * the key does nothing. */
static void
show_primary(KioskSignInPage *self)
{
  KioskPage *page = KIOSK_PAGE(self);

  if (asks(self))
    kiosk_page_set_primary(page, _("Continue"));
  else if (is_refused(kiosk_page_session(page)))
    kiosk_page_set_primary(page, _("Try again"));
}

static const char *
title_of(KioskSignInPage *self, const FidotoolJson *roles)
{
  return roles != NULL ? _("In which role?")
         : asks(self)  ? _("What do you sign in for?")
                       : _("Staff sign-in");
}

/* A role is signed for as soon as its statement is there: who asked for it
 * has said which one. */
static void
kiosk_sign_in_page_update(KioskPage *page)
{
  KioskSignInPage *self = KIOSK_SIGN_IN_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *roles = kiosk_session_sign_in_roles(session);
  KioskActStage stage = kiosk_session_act_stage(session);

  if (roles != NULL || gtk_widget_get_visible(GTK_WIDGET(self->roles)))
    show_roles(self, roles);
  show_reason(self);
  gtk_widget_set_visible(GTK_WIDGET(self->panel), roles == NULL && !asks(self));
  kiosk_page_set_title(page, title_of(self, roles));
  if (stage == KIOSK_STAGE_READ && !self->signing) {
    self->signing = true;
    kiosk_session_act_sign(session);
  }
  show_primary(self);
}

static void
on_another_wanted(KioskSignInPage *self)
{
  self->signing = false;
  kiosk_session_sign_in_other_key(kiosk_page_session(KIOSK_PAGE(self)));
}

static void
kiosk_sign_in_page_entered(KioskPage *page)
{
  KioskSignInPage *self = KIOSK_SIGN_IN_PAGE(page);

  g_signal_connect_object(self->panel, "another-wanted",
                          G_CALLBACK(on_another_wanted), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(self->panel, "updated", G_CALLBACK(show_primary),
                          self, G_CONNECT_SWAPPED);
  kiosk_key_panel_follow(self->panel, page);
  kiosk_session_sign_in_start(kiosk_page_session(page));
}

static void
kiosk_sign_in_page_primary(KioskPage *page)
{
  KioskSignInPage *self = KIOSK_SIGN_IN_PAGE(page);

  if (asks(self))
    say_reason(self);
  else if (is_refused(kiosk_page_session(page)))
    start_again(self);
  else
    (void)kiosk_key_panel_primary(self->panel);
}

static bool
kiosk_sign_in_page_take_key(KioskPage *page, guint keyval,
                            GdkModifierType state)
{
  KioskSignInPage *self = KIOSK_SIGN_IN_PAGE(page);

  return asks(self) ? kiosk_reason_form_take_key(self->reason, keyval, state)
                    : kiosk_key_panel_take_key(self->panel, keyval, state);
}

static void
kiosk_sign_in_page_drop_typed(KioskPage *page)
{
  KioskSignInPage *self = KIOSK_SIGN_IN_PAGE(page);

  kiosk_reason_form_drop_typed(self->reason);
  kiosk_key_panel_drop_typed(self->panel);
}

static void
kiosk_sign_in_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_SIGN_IN_PAGE);
  G_OBJECT_CLASS(kiosk_sign_in_page_parent_class)->dispose(object);
}

static void
kiosk_sign_in_page_class_init(KioskSignInPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  g_type_ensure(KIOSK_TYPE_REASON_FORM);
  G_OBJECT_CLASS(klass)->dispose = kiosk_sign_in_page_dispose;
  page->entered = kiosk_sign_in_page_entered;
  page->update = kiosk_sign_in_page_update;
  page->primary = kiosk_sign_in_page_primary;
  page->take_key = kiosk_sign_in_page_take_key;
  page->drop_typed = kiosk_sign_in_page_drop_typed;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/sign-in-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskSignInPage, roles);
  gtk_widget_class_bind_template_child(widget, KioskSignInPage, reason);
  gtk_widget_class_bind_template_child(widget, KioskSignInPage, panel);
  gtk_widget_class_bind_template_callback(widget, on_reason_said);
  gtk_widget_class_bind_template_callback(widget, say_reason);
}

static void
kiosk_sign_in_page_init(KioskSignInPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
