/* SPDX-License-Identifier: Apache-2.0 */
/* act-page.c - follows the stage of session-act.h. */
#include "kiosk/act-page.h"

#include <glib/gi18n.h>

#include "kiosk/act-input.h"
#include "kiosk/key-panel.h"
#include "kiosk/language.h"
#include "kiosk/presenter-acts.h"
#include "kiosk/session-act.h"
#include "kiosk/session-sign-in.h"
#include "kiosk/view-rows.h"
#include "kiosk/words.h"

struct _KioskActPage {
  KioskPage parent;
  KioskActInput *input;
  KioskViewRows *rows;
  KioskKeyPanel *panel;
  GtkWidget *weaker, *decide, *other, *sign;
  GtkLabel *wait, *other_label, *sign_label;
  KioskActStage shown;
  gint64 ready_at; /* monotonic, microseconds: it was read long enough */
  guint tick;
};

G_DEFINE_FINAL_TYPE(KioskActPage, kiosk_act_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskActPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

static const FidotoolJson *
statement_of(KioskActPage *self)
{
  const RecoveryView *view = kiosk_session_act_view(session_of(self));

  return view == NULL ? NULL : view->statement;
}

/* recoveryd's row of what is about to be signed. */
static const FidotoolJson *
row_of(KioskActPage *self)
{
  const FidotoolJson *statement = statement_of(self);

  return kiosk_session_find_act(session_of(self),
                                fidotool_json_get_text(statement, "act"),
                                fidotool_json_get_text(statement, "slot"));
}

static void
show_title(KioskActPage *self)
{
  KioskSession *session = session_of(self);
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
    return _(
        "Read what you sign. The words are made from the statement itself.");
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

/* --- read long enough -------------------------------------------------------
 */

static int
seconds_left(KioskActPage *self)
{
  gint64 left = self->ready_at - g_get_monotonic_time();

  return left <= 0 ? 0 : (int)((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static void
show_wait(KioskActPage *self)
{
  int left = seconds_left(self);
  g_autofree char *text =
      left == 0 ? NULL : kiosk_words_text("act.readtime", left, NULL);

  gtk_label_set_text(self->wait, text == NULL ? "" : text);
  gtk_widget_set_visible(GTK_WIDGET(self->wait), text != NULL);
}

static void
stop_wait(KioskActPage *self)
{
  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
  self->ready_at = 0;
  gtk_widget_set_visible(GTK_WIDGET(self->wait), FALSE);
}

static gboolean
on_tick(gpointer data)
{
  KioskActPage *self = data;

  show_wait(self);
  if (seconds_left(self) > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
start_wait(KioskActPage *self)
{
  int64_t read_s = fidotool_json_get_int(row_of(self), "read_s", 0);

  stop_wait(self);
  if (read_s <= 0)
    return;
  self->ready_at = g_get_monotonic_time() + read_s * G_USEC_PER_SEC;
  self->tick = g_timeout_add(1000, on_tick, self);
  show_wait(self);
}

static void
sign(KioskActPage *self)
{
  int left = seconds_left(self);

  if (left > 0)
    kiosk_page_tell(KIOSK_PAGE(self), "act.toosoon", left, NULL);
  else
    kiosk_session_act_sign(session_of(self));
}

/* --- yes or no --------------------------------------------------------------
 */

/* The opposite of what is about to be signed, where it is open to the same
 * person. */
static const char *
find_opposite(KioskActPage *self)
{
  const FidotoolJson *statement = statement_of(self);
  const char *other =
      kiosk_presenter_acts_opposite(fidotool_json_get_text(statement, "act"));
  const FidotoolJson *row =
      kiosk_session_find_act(session_of(self), other, NULL);
  const FidotoolJson *person =
      kiosk_session_act_person(row, fidotool_json_get_text(statement, "actor"));

  return fidotool_json_get_int(person, "open", 0) == 1 ? other : NULL;
}

static void
show_decide(KioskActPage *self, bool read)
{
  const char *other = read ? find_opposite(self) : NULL;
  g_autofree char *no = NULL, *yes = NULL, *yes_label = NULL;

  gtk_widget_set_visible(self->decide, other != NULL);
  if (other == NULL)
    return;
  no = kiosk_words_name("act", other);
  yes = kiosk_words_name("act",
                         fidotool_json_get_text(statement_of(self), "act"));
  yes_label = g_strdup_printf(_("%s: sign"), yes);
  gtk_label_set_text(self->other_label, no);
  gtk_label_set_text(self->sign_label, yes_label);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->other),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, no, -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->sign),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, yes_label, -1);
}

static void
on_other_clicked(KioskActPage *self)
{
  const char *other = find_opposite(self);
  bool own = kiosk_session_act_is_own(session_of(self));
  FidotoolJson *request;

  if (other == NULL)
    return;
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "act", other);
  kiosk_session_act_begin(session_of(self), request, own);
}

static void
on_sign_clicked(KioskActPage *self)
{
  sign(self);
}

/* --- the page ---------------------------------------------------------------
 */

static const char *
label_of(KioskActPage *self, KioskActStage stage)
{
  switch (stage) {
  case KIOSK_STAGE_INPUT:
    return _("Continue");
  case KIOSK_STAGE_READ:
    return gtk_widget_get_visible(self->decide) ? _("To the decision")
                                                : _("I have read this: sign");
  case KIOSK_STAGE_NONE:
    return _("Try again");
  case KIOSK_STAGE_WHO:
  case KIOSK_STAGE_SIGN:
    return kiosk_key_panel_label(self->panel);
  case KIOSK_STAGE_SUBMIT:
  case KIOSK_STAGE_RECORDED:
    return "";
  }
  return "";
}

static void
show_stage(KioskActPage *self, KioskActStage stage)
{
  KioskSession *session = session_of(self);
  const RecoveryView *view = kiosk_session_act_view(session);

  if (stage == KIOSK_STAGE_INPUT)
    kiosk_act_input_show(self->input, session);
  if (view != NULL)
    kiosk_view_rows_show(self->rows, view);
  if (stage == KIOSK_STAGE_READ)
    start_wait(self);
  else
    stop_wait(self);
  show_decide(self, stage == KIOSK_STAGE_READ);
  gtk_widget_set_visible(
      self->weaker,
      view != NULL && view->short_code != NULL &&
          fidotool_json_get_int(kiosk_session_case(session), "weaker", 0) == 1);
  kiosk_page_set_primary(KIOSK_PAGE(self), label_of(self, stage));
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
  show_stage(self, stage);
}

static void
on_panel_updated(KioskActPage *self)
{
  kiosk_page_set_primary(
      KIOSK_PAGE(self),
      label_of(self, kiosk_session_act_stage(session_of(self))));
}

static void
kiosk_act_page_entered(KioskPage *page)
{
  KioskActPage *self = KIOSK_ACT_PAGE(page);

  kiosk_key_panel_leave_primary(self->panel);
  g_signal_connect_object(self->panel, "updated", G_CALLBACK(on_panel_updated),
                          self, G_CONNECT_SWAPPED);
  kiosk_key_panel_follow(self->panel, page);
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
    /* Yes and no stand below the words, side by side. */
    if (gtk_widget_get_visible(self->decide))
      gtk_widget_grab_focus(self->other);
    else
      sign(self);
    break;
  case KIOSK_STAGE_WHO:
  case KIOSK_STAGE_SIGN:
    (void)kiosk_key_panel_primary(self->panel);
    break;
  case KIOSK_STAGE_NONE:
    kiosk_session_act_again(session);
    break;
  case KIOSK_STAGE_SUBMIT:
  case KIOSK_STAGE_RECORDED:
    break;
  }
}

static bool
kiosk_act_page_take_key(KioskPage *page, guint keyval, GdkModifierType state)
{
  KioskActPage *self = KIOSK_ACT_PAGE(page);

  if (self->shown == KIOSK_STAGE_INPUT)
    return kiosk_act_input_take_key(self->input, keyval, state);
  return kiosk_key_panel_take_key(self->panel, keyval, state);
}

static void
kiosk_act_page_dispose(GObject *object)
{
  KioskActPage *self = KIOSK_ACT_PAGE(object);

  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
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
  gtk_widget_class_set_template_from_resource(widget,
                                              "/org/keyturn/kiosk/act-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskActPage, name)
  CHILD(input);
  CHILD(rows);
  CHILD(panel);
  CHILD(weaker);
  CHILD(decide);
  CHILD(other);
  CHILD(sign);
  CHILD(wait);
  CHILD(other_label);
  CHILD(sign_label);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_other_clicked);
  gtk_widget_class_bind_template_callback(widget, on_sign_clicked);
}

static void
kiosk_act_page_init(KioskActPage *self)
{
  g_type_ensure(KIOSK_TYPE_ACT_INPUT);
  g_type_ensure(KIOSK_TYPE_VIEW_ROWS);
  gtk_widget_init_template(GTK_WIDGET(self));
  self->shown = (KioskActStage)-1;
}
