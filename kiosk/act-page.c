/* SPDX-License-Identifier: Apache-2.0 */
/* act-page.c - follows the stage of session-act.h. */
#include "kiosk/act-page.h"

#include <glib/gi18n.h>

#include "kiosk/act-input.h"
#include "kiosk/key-panel.h"
#include "kiosk/language.h"
#include "kiosk/session-act.h"
#include "kiosk/view-rows.h"
#include "kiosk/words.h"

struct _KioskActPage {
  KioskPage parent;
  KioskActInput *input;
  KioskViewRows *rows;
  KioskKeyPanel *panel;
  KioskActStage shown;
};

G_DEFINE_FINAL_TYPE(KioskActPage, kiosk_act_page, KIOSK_TYPE_PAGE)

static void
show_title(KioskActPage *self)
{
  KioskSession *session = kiosk_page_session(KIOSK_PAGE(self));
  const RecoveryView *view = kiosk_session_act_view(session);
  const char *act = kiosk_session_act_name(session);
  g_autofree char *name = act == NULL ? NULL : kiosk_words_name("act", act);

  kiosk_page_set_title(KIOSK_PAGE(self),
                       view != NULL ? kiosk_language_text(view->title) : name);
}

static const char *
body_of(KioskActStage stage)
{
  switch (stage) {
  case KIOSK_STAGE_INPUT:
    return _("Answer this first.");
  case KIOSK_STAGE_WHO:
    return _("Nothing is asked of the key before it has shown whose it is.");
  case KIOSK_STAGE_READ:
    return _("Read what you sign. The words are made from the statement itself.");
  case KIOSK_STAGE_SIGN:
    return _("Your key signs these words.");
  case KIOSK_STAGE_SUBMIT:
    return _("The record is being written. Please wait.");
  case KIOSK_STAGE_RECORDED:
    return _("The record has it.");
  case KIOSK_STAGE_NONE:
    return _("Nothing was changed.");
  }
  return "";
}

static void
kiosk_act_page_update(KioskPage *page)
{
  KioskActPage *self = KIOSK_ACT_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  KioskActStage stage = kiosk_session_act_stage(session);
  const RecoveryView *view = kiosk_session_act_view(session);

  show_title(self);
  kiosk_page_set_body(page, body_of(stage));
  gtk_widget_set_visible(GTK_WIDGET(self->input), stage == KIOSK_STAGE_INPUT);
  gtk_widget_set_visible(GTK_WIDGET(self->panel),
                         stage == KIOSK_STAGE_WHO || stage == KIOSK_STAGE_SIGN);
  gtk_widget_set_visible(GTK_WIDGET(self->rows), view != NULL);
  if (stage == self->shown)
    return;
  self->shown = stage;
  if (stage == KIOSK_STAGE_INPUT)
    kiosk_act_input_show(self->input, session);
  if (view != NULL)
    kiosk_view_rows_show(self->rows, view);
  if (stage == KIOSK_STAGE_INPUT)
    kiosk_page_set_primary(page, _("Continue"));
  else if (stage == KIOSK_STAGE_READ)
    kiosk_page_set_primary(page, _("I have read this: sign"));
  else
    kiosk_page_set_primary(page, kiosk_key_panel_label(self->panel));
}

static void
kiosk_act_page_entered(KioskPage *page)
{
  kiosk_key_panel_follow(KIOSK_ACT_PAGE(page)->panel, page);
}

static void
kiosk_act_page_primary(KioskPage *page)
{
  KioskActPage *self = KIOSK_ACT_PAGE(page);
  KioskSession *session = kiosk_page_session(page);

  switch (kiosk_session_act_stage(session)) {
  case KIOSK_STAGE_INPUT:
    kiosk_act_input_take(self->input, session);
    (void)kiosk_session_act_ready(session); /* it says what is missing */
    break;
  case KIOSK_STAGE_READ:
    kiosk_session_act_sign(session);
    break;
  case KIOSK_STAGE_WHO:
  case KIOSK_STAGE_SIGN:
    (void)kiosk_key_panel_primary(self->panel);
    break;
  case KIOSK_STAGE_NONE:
  case KIOSK_STAGE_SUBMIT:
  case KIOSK_STAGE_RECORDED:
    break;
  }
}

static bool
kiosk_act_page_take_key(KioskPage *page, guint keyval, GdkModifierType state)
{
  return kiosk_key_panel_take_key(KIOSK_ACT_PAGE(page)->panel, keyval, state);
}

static void
kiosk_act_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_ACT_PAGE);
  G_OBJECT_CLASS(kiosk_act_page_parent_class)->dispose(object);
}

static void
kiosk_act_page_class_init(KioskActPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_act_page_dispose;
  page->entered = kiosk_act_page_entered;
  page->update = kiosk_act_page_update;
  page->primary = kiosk_act_page_primary;
  page->take_key = kiosk_act_page_take_key;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/act-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskActPage, input);
  gtk_widget_class_bind_template_child(widget, KioskActPage, rows);
  gtk_widget_class_bind_template_child(widget, KioskActPage, panel);
}

static void
kiosk_act_page_init(KioskActPage *self)
{
  g_type_ensure(KIOSK_TYPE_ACT_INPUT);
  g_type_ensure(KIOSK_TYPE_VIEW_ROWS);
  gtk_widget_init_template(GTK_WIDGET(self));
}
