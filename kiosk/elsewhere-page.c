/* SPDX-License-Identifier: Apache-2.0 */
/* elsewhere-page.c - out as QR codes or a file, back through the folder or a
 * scanner that types. */
#include "kiosk/elsewhere-page.h"

#include <glib/gi18n.h>

#include "kiosk/act-input.h"
#include "kiosk/rows.h"
#include "kiosk/session-elsewhere.h"
#include "kiosk/view-rows.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

/* A code stands so long before the next one. */
#define CODE_MS 3000
/* A scanner is this fast, and no finger. */
#define SCANNER_US (80 * 1000)

struct _KioskElsewherePage {
  KioskPage parent;
  GtkBox *persons;
  KioskActInput *input;
  GtkWidget *carry, *file, *back;
  KioskQrView *code;
  GtkLabel *part, *written, *command, *back_title, *watching, *missing;
  GtkButton *write;
  KioskTextEntry *entry;
  KioskViewRows *rows;
  KioskActStage shown;
  char **codes;
  guint n_codes, at, tick;
  gint64 typed_at; /* monotonic */
};

G_DEFINE_FINAL_TYPE(KioskElsewherePage, kiosk_elsewhere_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskElsewherePage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

/* --- who --------------------------------------------------------------------
 */

static void
on_person_clicked(KioskElsewherePage *self, GtkWidget *choice)
{
  kiosk_session_elsewhere_begin(session_of(self), kiosk_rows_word(choice));
}

static void
show_persons(KioskElsewherePage *self)
{
  const FidotoolJson *persons =
      kiosk_session_elsewhere_persons(session_of(self));

  kiosk_rows_clear(self->persons);
  for (size_t i = 0; i < fidotool_json_size(persons); i++) {
    const FidotoolJson *row = fidotool_json_at(persons, i);
    const char *person = fidotool_json_get_text(row, "person");
    GtkWidget *choice;

    if (person == NULL || fidotool_json_get_int(row, "open", 0) != 1)
      continue;
    choice = kiosk_rows_choice(self->persons, "kiosk-person-symbolic", person,
                               NULL, person);
    g_signal_connect_object(choice, "clicked", G_CALLBACK(on_person_clicked),
                            self, G_CONNECT_SWAPPED);
  }
}

/* --- out --------------------------------------------------------------------
 */

static void
show_code(KioskElsewherePage *self)
{
  g_autofree char *text = NULL;

  if (self->n_codes == 0)
    return;
  /* TRANSLATORS: QR codes that follow each other: number, how many */
  text = g_strdup_printf(_("Code %u of %u"), self->at + 1, self->n_codes);
  (void)kiosk_qr_view_set_text(self->code, self->codes[self->at]);
  kiosk_rows_fit_code(GTK_WIDGET(self->code));
  g_object_set(self->code, "label", text, NULL);
  gtk_label_set_text(self->part, text);
}

static gboolean
on_tick(gpointer data)
{
  KioskElsewherePage *self = data;

  self->at = (self->at + 1) % MAX(self->n_codes, 1);
  show_code(self);
  return G_SOURCE_CONTINUE;
}

static void
stop_codes(KioskElsewherePage *self)
{
  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
  g_clear_pointer(&self->codes, g_strfreev);
  self->n_codes = self->at = 0;
}

static void
start_codes(KioskElsewherePage *self)
{
  stop_codes(self);
  self->codes = kiosk_session_elsewhere_codes(session_of(self));
  self->n_codes = self->codes == NULL ? 0 : g_strv_length(self->codes);
  gtk_widget_set_visible(GTK_WIDGET(self->code), self->n_codes > 0);
  gtk_widget_set_visible(GTK_WIDGET(self->part), self->n_codes > 0);
  show_code(self);
  if (self->n_codes > 1)
    self->tick = g_timeout_add(CODE_MS, on_tick, self);
}

static void
show_command(KioskElsewherePage *self, const char *name)
{
  g_autofree char *text = g_strdup_printf("fidotool sign %s --out signed.json",
                                          name == NULL ? "-" : name);

  gtk_label_set_text(self->command, text);
}

static void
show_carry(KioskElsewherePage *self)
{
  gtk_widget_set_visible(GTK_WIDGET(self->written), FALSE);
  gtk_widget_set_visible(
      self->file, kiosk_session_elsewhere_exchange(session_of(self)) != NULL);
  show_command(self, NULL);
  start_codes(self);
}

static void
on_write_clicked(KioskElsewherePage *self)
{
  KioskSession *session = session_of(self);
  KioskExchange *exchange = kiosk_session_elsewhere_exchange(session);
  const FidotoolJson *proposal = kiosk_session_elsewhere_proposal(session);
  const RecoveryView *view = kiosk_session_act_view(session);
  g_autoptr(GError) error = NULL;
  g_autofree char *name = NULL, *text = NULL;

  if (exchange == NULL || proposal == NULL || view == NULL)
    return;
  name = kiosk_exchange_write(exchange, proposal, view->short_code, &error);
  if (name == NULL) {
    kiosk_page_tell(KIOSK_PAGE(self), "elsewhere.nofile", 0, error->message);
    return;
  }
  text = kiosk_words_text("elsewhere.written", 0, name);
  gtk_label_set_text(self->written, text);
  gtk_widget_set_visible(GTK_WIDGET(self->written), TRUE);
  show_command(self, name);
  kiosk_page_tell(KIOSK_PAGE(self), "elsewhere.written", 0, name);
}

/* --- back -------------------------------------------------------------------
 */

static void
show_missing(KioskElsewherePage *self)
{
  g_autofree char *missing = kiosk_session_elsewhere_missing(session_of(self));
  g_autofree char *text =
      missing == NULL ? NULL
                      /* TRANSLATORS: %s: "2 and 3 of 4" */
                      : g_strdup_printf(_("Codes still missing: %s"), missing);

  gtk_label_set_text(self->missing, text == NULL ? "" : text);
  gtk_widget_set_visible(GTK_WIDGET(self->missing), text != NULL);
}

static void
take_line(KioskElsewherePage *self)
{
  g_autofree char *line = g_strdup(kiosk_text_entry_get_text(self->entry));

  if (*line == '\0') {
    kiosk_page_tell(KIOSK_PAGE(self), "elsewhere.nothing", 0, NULL);
    return;
  }
  kiosk_text_entry_clear(self->entry);
  kiosk_session_elsewhere_scan(session_of(self), line);
  show_missing(self);
}

static void
on_entry_activated(KioskElsewherePage *self)
{
  take_line(self);
}

static void
on_arrived(KioskElsewherePage *self, const char *text)
{
  kiosk_session_elsewhere_arrived(session_of(self), text);
}

static void
show_back(KioskElsewherePage *self, KioskActStage stage)
{
  KioskExchange *exchange = kiosk_session_elsewhere_exchange(session_of(self));
  g_autofree char *text =
      exchange == NULL
          ? NULL
          /* TRANSLATORS: %s: a folder */
          : g_strdup_printf(_("A signature that is put into %s is taken by "
                              "itself."),
                            kiosk_exchange_folder(exchange));

  gtk_widget_set_visible(self->back, stage == KIOSK_STAGE_WHO ||
                                         stage == KIOSK_STAGE_READ ||
                                         stage == KIOSK_STAGE_NONE);
  gtk_label_set_text(self->back_title,
                     stage == KIOSK_STAGE_READ
                         ? _("2. Bring the signature back")
                         : _("The signature is here already"));
  gtk_label_set_text(self->watching, text == NULL ? "" : text);
  gtk_widget_set_visible(GTK_WIDGET(self->watching), text != NULL);
}

/* --- the page ---------------------------------------------------------------
 */

static const char *
body_of(KioskActStage stage)
{
  switch (stage) {
  case KIOSK_STAGE_WHO:
    return _("Who signs on another machine?");
  case KIOSK_STAGE_INPUT:
    return _("Answer this first, for the person who signs.");
  case KIOSK_STAGE_READ:
    return _("The statement lives for 15 minutes. The short code is the same "
             "on both screens.");
  case KIOSK_STAGE_SUBMIT:
    return _("The record is being written. Please wait.");
  case KIOSK_STAGE_SIGN:
  case KIOSK_STAGE_RECORDED:
    return "";
  case KIOSK_STAGE_NONE:
    return _("Nothing was changed.");
  }
  return "";
}

static const char *
label_of(KioskActStage stage)
{
  switch (stage) {
  case KIOSK_STAGE_INPUT:
    return _("Continue");
  case KIOSK_STAGE_READ:
    return _("Take the signature");
  case KIOSK_STAGE_NONE:
    return _("Try again");
  case KIOSK_STAGE_WHO:
  case KIOSK_STAGE_SIGN:
  case KIOSK_STAGE_SUBMIT:
  case KIOSK_STAGE_RECORDED:
    return "";
  }
  return "";
}

static void
show_stage(KioskElsewherePage *self, KioskActStage stage)
{
  KioskSession *session = session_of(self);
  const RecoveryView *view = kiosk_session_act_view(session);
  bool read = stage == KIOSK_STAGE_READ && view != NULL;

  kiosk_page_set_body(KIOSK_PAGE(self), body_of(stage));
  kiosk_page_set_primary(KIOSK_PAGE(self), label_of(stage));
  gtk_widget_set_visible(GTK_WIDGET(self->persons), stage == KIOSK_STAGE_WHO);
  gtk_widget_set_visible(GTK_WIDGET(self->input), stage == KIOSK_STAGE_INPUT);
  gtk_widget_set_visible(self->carry, read);
  gtk_widget_set_visible(GTK_WIDGET(self->rows), read);
  show_back(self, stage);
  if (stage == KIOSK_STAGE_WHO)
    show_persons(self);
  if (stage == KIOSK_STAGE_INPUT)
    kiosk_act_input_show(self->input, session);
  if (!read) {
    stop_codes(self);
    return;
  }
  kiosk_view_rows_show(self->rows, view);
  show_carry(self);
}

static void
kiosk_elsewhere_page_update(KioskPage *page)
{
  KioskElsewherePage *self = KIOSK_ELSEWHERE_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  KioskActStage stage = kiosk_session_act_stage(session);
  const char *act = kiosk_session_act_name(session);
  g_autofree char *name = act == NULL ? NULL : kiosk_words_name("act", act);
  /* TRANSLATORS: %s: the name of an act, "Approve" */
  g_autofree char *title =
      g_strdup_printf(_("%s on another machine"), name == NULL ? "" : name);

  kiosk_page_set_title(page, title);
  if (stage == self->shown)
    return;
  self->shown = stage;
  show_stage(self, stage);
}

static void
kiosk_elsewhere_page_entered(KioskPage *page)
{
  KioskElsewherePage *self = KIOSK_ELSEWHERE_PAGE(page);
  KioskExchange *exchange = kiosk_session_elsewhere_exchange(session_of(self));

  if (exchange == NULL)
    return;
  g_signal_connect_object(exchange, "arrived", G_CALLBACK(on_arrived), self,
                          G_CONNECT_SWAPPED);
  kiosk_exchange_watch(exchange, true);
}

static void
kiosk_elsewhere_page_primary(KioskPage *page)
{
  KioskElsewherePage *self = KIOSK_ELSEWHERE_PAGE(page);
  KioskSession *session = kiosk_page_session(page);

  switch (kiosk_session_act_stage(session)) {
  case KIOSK_STAGE_INPUT:
    kiosk_act_input_take(self->input, session);
    (void)kiosk_session_act_ready(session); /* it says what is missing */
    break;
  case KIOSK_STAGE_WHO:
    /* A scanner's Enter. */
    if (*kiosk_text_entry_get_text(self->entry) != '\0')
      take_line(self);
    break;
  case KIOSK_STAGE_READ:
    take_line(self);
    break;
  case KIOSK_STAGE_NONE:
    kiosk_session_act_again(session);
    break;
  case KIOSK_STAGE_SIGN:
  case KIOSK_STAGE_SUBMIT:
  case KIOSK_STAGE_RECORDED:
    break;
  }
}

/* A scanner types wherever the focus is. Space presses a button, but not in
 * the middle of a code. */
static bool
kiosk_elsewhere_page_take_key(KioskPage *page, guint keyval,
                              GdkModifierType state)
{
  KioskElsewherePage *self = KIOSK_ELSEWHERE_PAGE(page);
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
  GtkWidget *focus = root == NULL ? NULL : gtk_root_get_focus(root);
  gint64 now = g_get_monotonic_time();
  bool fast = now - self->typed_at < SCANNER_US;

  if (self->shown == KIOSK_STAGE_INPUT)
    return kiosk_act_input_take_key(self->input, keyval, state);
  if (!gtk_widget_get_visible(self->back) ||
      (focus != NULL && GTK_IS_TEXT(focus)) ||
      (keyval == GDK_KEY_space && !fast))
    return false;
  self->typed_at = now;
  return kiosk_text_entry_take_key(self->entry, keyval, state);
}

static void
kiosk_elsewhere_page_dispose(GObject *object)
{
  KioskElsewherePage *self = KIOSK_ELSEWHERE_PAGE(object);
  KioskSession *session = session_of(self);

  stop_codes(self);
  if (session != NULL && kiosk_session_elsewhere_exchange(session) != NULL)
    kiosk_exchange_watch(kiosk_session_elsewhere_exchange(session), false);
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_ELSEWHERE_PAGE);
  G_OBJECT_CLASS(kiosk_elsewhere_page_parent_class)->dispose(object);
}

static void
kiosk_elsewhere_page_class_init(KioskElsewherePageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_elsewhere_page_dispose;
  page->entered = kiosk_elsewhere_page_entered;
  page->update = kiosk_elsewhere_page_update;
  page->primary = kiosk_elsewhere_page_primary;
  page->take_key = kiosk_elsewhere_page_take_key;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/elsewhere-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskElsewherePage, name)
  CHILD(persons);
  CHILD(input);
  CHILD(carry);
  CHILD(file);
  CHILD(back);
  CHILD(code);
  CHILD(part);
  CHILD(written);
  CHILD(command);
  CHILD(back_title);
  CHILD(watching);
  CHILD(missing);
  CHILD(write);
  CHILD(entry);
  CHILD(rows);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_write_clicked);
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
}

static void
kiosk_elsewhere_page_init(KioskElsewherePage *self)
{
  g_type_ensure(KIOSK_TYPE_ACT_INPUT);
  g_type_ensure(KIOSK_TYPE_VIEW_ROWS);
  gtk_widget_init_template(GTK_WIDGET(self));
  self->shown = (KioskActStage)-1;
}
