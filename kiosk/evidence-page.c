/* SPDX-License-Identifier: Apache-2.0 */
/* evidence-page.c - first the plan, then pieces: prepared, recorded, and last
 * the case is submitted. Whether it is enough says recoveryd. */
#include "kiosk/evidence-page.h"

#include <glib/gi18n.h>

#include "kiosk/language.h"
#include "kiosk/message.h"
#include "kiosk/piece-form.h"
#include "kiosk/presenter-acts.h"
#include "kiosk/rows.h"
#include "kiosk/session-act.h"
#include "kiosk/session-evidence.h"
#include "kiosk/session-sign-in.h"
#include "kiosk/words.h"

#define START "case.start_proofing"
#define ADD "case.add_evidence"
#define SUBMIT "case.submit"

struct _KioskEvidencePage {
  KioskPage parent;
  GtkBox *plans, *verdict, *drafts, *form;
  KioskPieceForm *piece; /* NULL until there is a plan */
  char *shown;           /* what was drawn: no focus is lost for nothing */
};

G_DEFINE_FINAL_TYPE(KioskEvidencePage, kiosk_evidence_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskEvidencePage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

/* What recoveryd says of me and an act. */
static const FidotoolJson *
my_row(KioskEvidencePage *self, const char *act)
{
  KioskSession *session = session_of(self);

  return kiosk_session_act_person(kiosk_session_find_act(session, act, NULL),
                                  kiosk_session_sign_in_person(session));
}

static bool
is_open(KioskEvidencePage *self, const char *act)
{
  return fidotool_json_get_int(my_row(self, act), "open", 0) == 1;
}

/* --- the plan ---------------------------------------------------------------
 */

static void
on_plan_clicked(KioskEvidencePage *self, GtkWidget *choice)
{
  g_auto(GStrv) parts = g_strsplit(kiosk_rows_word(choice), " ", 2);
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", START);
  fidotool_json_set_text(request, "branch", parts[0]);
  fidotool_json_set_int(request, "ial", g_ascii_strtoll(parts[1], NULL, 10));
  kiosk_session_submit(session_of(self), request);
}

static void
add_plan(KioskEvidencePage *self, const char *branch, int ial,
         const char *enough)
{
  g_autofree char *name = kiosk_words_name("branch", branch);
  /* TRANSLATORS: a way to check a person, and how thoroughly (1 or 2) */
  g_autofree char *title = g_strdup_printf(_("%s, level %d"), name, ial);
  g_autofree char *word = g_strdup_printf("%s %d", branch, ial);
  GtkWidget *choice = kiosk_rows_choice(
      self->plans, "kiosk-shield-symbolic", title,
      enough == NULL ? NULL : kiosk_language_text(enough), word);

  g_signal_connect_object(choice, "clicked", G_CALLBACK(on_plan_clicked), self,
                          G_CONNECT_SWAPPED);
}

static void
add_branch(KioskEvidencePage *self, const FidotoolJson *row)
{
  const char *branch = fidotool_json_get_text(row, "branch");
  const FidotoolJson *ials = fidotool_json_get(row, "ials");
  const FidotoolJson *enough = fidotool_json_get(row, "enough");

  for (size_t i = 0; branch != NULL && i < fidotool_json_size(ials); i++) {
    int64_t ial;

    if (fidotool_json_int(fidotool_json_at(ials, i), &ial))
      add_plan(self, branch, (int)ial,
               fidotool_json_text(fidotool_json_at(enough, i)));
  }
}

static void
show_plans(KioskEvidencePage *self, const FidotoolJson *plan)
{
  const FidotoolJson *branches = fidotool_json_get(plan, "branches");
  bool wanted = fidotool_json_get_text(plan, "branch") == NULL;

  kiosk_rows_clear(self->plans);
  gtk_widget_set_visible(GTK_WIDGET(self->plans), wanted);
  if (!wanted)
    return;
  if (!is_open(self, START)) {
    kiosk_rows_refusal_row(self->plans, my_row(self, START));
    return;
  }
  (void)kiosk_rows_section(self->plans, _("How is the person checked?"));
  for (size_t i = 0; i < fidotool_json_size(branches); i++)
    add_branch(self, fidotool_json_at(branches, i));
}

/* --- what is there ----------------------------------------------------------
 */

static char *
describe_piece(const FidotoolJson *piece)
{
  static const char *const names[] = {"type", "method", "result"};
  const char *issuer = fidotool_json_get_text(piece, "issuer");
  const char *number = fidotool_json_get_text(piece, "number_end");
  GString *text = g_string_new(NULL);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *word = fidotool_json_get_text(piece, names[i]);
    g_autofree char *name =
        word == NULL ? NULL : kiosk_words_name(names[i], word);

    if (name != NULL)
      g_string_append_printf(text, "%s%s", text->len == 0 ? "" : " · ", name);
  }
  if (issuer != NULL)
    g_string_append_printf(text, " · %s", issuer);
  if (number != NULL)
    g_string_append_printf(text, " · …%s", number);
  return g_string_free(text, FALSE);
}

static void
show_verdict(KioskEvidencePage *self, const FidotoolJson *plan)
{
  const FidotoolJson *have = fidotool_json_get(plan, "have");
  const char *branch = fidotool_json_get_text(plan, "branch");
  const char *text = fidotool_json_get_text(plan, "text");
  g_autofree char *enough = kiosk_message_text(plan, "enough_text");
  bool met = fidotool_json_get_int(plan, "enough", 0) == 1;

  kiosk_rows_clear(self->verdict);
  gtk_widget_set_visible(GTK_WIDGET(self->verdict), branch != NULL);
  if (branch == NULL)
    return;
  (void)kiosk_rows_section(self->verdict, _("In the record"));
  if (fidotool_json_size(have) == 0)
    (void)kiosk_rows_label(self->verdict, _("Nothing yet."), "dim");
  for (size_t i = 0; i < fidotool_json_size(have); i++) {
    g_autofree char *line = describe_piece(fidotool_json_at(have, i));

    (void)kiosk_rows_label(self->verdict, line, "piece");
  }
  kiosk_rows_verdict(self->verdict, met,
                     text == NULL ? "" : kiosk_language_text(text));
  if (!met)
    kiosk_rows_refusal(self->verdict, NULL, NULL, enough);
}

/* --- drafts -----------------------------------------------------------------
 */

static void
on_remove_clicked(KioskEvidencePage *self, GtkWidget *button)
{
  kiosk_session_evidence_remove(
      session_of(self),
      (size_t)g_ascii_strtoull(kiosk_rows_word(button), NULL, 10));
  gtk_widget_child_focus(GTK_WIDGET(self->form), GTK_DIR_TAB_FORWARD);
}

static void
add_draft(KioskEvidencePage *self, size_t i, const FidotoolJson *piece)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *remove = gtk_button_new_with_label(_("Remove"));
  g_autofree char *text = describe_piece(piece);
  /* TRANSLATORS: %s: a piece of evidence */
  g_autofree char *name = g_strdup_printf(_("Remove: %s"), text);
  GtkWidget *label;

  gtk_widget_add_css_class(row, "draft");
  label = kiosk_rows_label(GTK_BOX(row), text, NULL);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_widget_set_valign(remove, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(remove),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  kiosk_rows_keep(remove, g_strdup_printf("%zu", i));
  g_signal_connect_object(remove, "clicked", G_CALLBACK(on_remove_clicked),
                          self, G_CONNECT_SWAPPED);
  gtk_box_append(GTK_BOX(row), remove);
  gtk_box_append(self->drafts, row);
}

static void
show_drafts(KioskEvidencePage *self)
{
  const FidotoolJson *drafts = kiosk_session_evidence_drafts(session_of(self));

  kiosk_rows_clear(self->drafts);
  if (fidotool_json_size(drafts) > 0)
    (void)kiosk_rows_section(self->drafts, _("Prepared, not recorded yet"));
  for (size_t i = 0; i < fidotool_json_size(drafts); i++)
    add_draft(self, i, fidotool_json_at(drafts, i));
}

/* False where what was entered is not whole. */
static bool
prepare(KioskEvidencePage *self)
{
  const char *missing = NULL;
  FidotoolJson *piece = kiosk_piece_form_read(self->piece, &missing);

  if (piece == NULL) {
    g_autofree char *what = kiosk_words_name("takes", missing);

    kiosk_page_tell(KIOSK_PAGE(self), "evidence.missing", 0, what);
    return false;
  }
  kiosk_piece_form_clear(self->piece);
  kiosk_page_tell(KIOSK_PAGE(self), "evidence.draft", 0, NULL);
  kiosk_session_evidence_add(session_of(self), piece);
  return true;
}

static void
on_prepare_clicked(KioskEvidencePage *self)
{
  (void)prepare(self); /* it says what is missing */
}

/* --- the page ---------------------------------------------------------------
 */

static void
show_form(KioskEvidencePage *self, const FidotoolJson *plan)
{
  bool wanted =
      fidotool_json_get_text(plan, "branch") != NULL && is_open(self, ADD);
  GtkWidget *button;

  gtk_widget_set_visible(GTK_WIDGET(self->form), wanted);
  if (!wanted || self->piece != NULL)
    return;
  (void)kiosk_rows_section(self->form, _("A piece of evidence"));
  self->piece = KIOSK_PIECE_FORM(kiosk_piece_form_new(plan));
  gtk_box_append(self->form, GTK_WIDGET(self->piece));
  button = gtk_button_new_with_label(_("Prepare this piece"));
  kiosk_rows_wrap(GTK_BUTTON(button));
  gtk_widget_add_css_class(button, "action");
  gtk_widget_set_halign(button, GTK_ALIGN_START);
  g_signal_connect_object(button, "clicked", G_CALLBACK(on_prepare_clicked),
                          self, G_CONNECT_SWAPPED);
  gtk_box_append(self->form, button);
}

static void
show_primary(KioskEvidencePage *self, const FidotoolJson *plan)
{
  size_t n =
      fidotool_json_size(kiosk_session_evidence_drafts(session_of(self)));
  const char *label = "";

  if (fidotool_json_get_text(plan, "branch") == NULL)
    label = "";
  else if (n > 0)
    label = _("Record");
  else if (is_open(self, ADD) || is_open(self, SUBMIT))
    label = fidotool_json_get_int(plan, "enough", 0) == 1 ? _("Submit")
                                                          : _("Record");
  kiosk_page_set_primary(KIOSK_PAGE(self), label);
}

static char *
fingerprint(KioskSession *session)
{
  g_autofree char *plan =
      fidotool_json_write(kiosk_session_plan(session), NULL);
  g_autofree char *acts =
      kiosk_session_acts(session) == NULL
          ? NULL
          : fidotool_json_write(kiosk_session_acts(session), NULL);
  g_autofree char *drafts =
      fidotool_json_write(kiosk_session_evidence_drafts(session), NULL);

  return g_strdup_printf("%s %s %s", plan, acts == NULL ? "" : acts, drafts);
}

static void
kiosk_evidence_page_update(KioskPage *page)
{
  KioskEvidencePage *self = KIOSK_EVIDENCE_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *plan = kiosk_session_plan(session);
  g_autofree char *print = NULL;

  kiosk_page_set_title(page, _("Evidence"));
  kiosk_page_set_body(
      page,
      _("Record what proves the person. Nothing has to be signed for it."));
  if (plan == NULL)
    return;
  print = fingerprint(session);
  if (g_strcmp0(print, self->shown) == 0)
    return;
  g_free(self->shown);
  self->shown = g_steal_pointer(&print);
  show_plans(self, plan);
  show_verdict(self, plan);
  show_drafts(self);
  show_form(self, plan);
  show_primary(self, plan);
}

static void
kiosk_evidence_page_entered(KioskPage *page)
{
  kiosk_session_load_case(kiosk_page_session(page));
}

static void
submit(KioskEvidencePage *self)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", SUBMIT);
  kiosk_session_act_begin(session_of(self), request, true);
  (void)kiosk_session_go(session_of(self), KIOSK_GO_ACT);
}

/* What stands in the form counts as prepared. */
static void
kiosk_evidence_page_primary(KioskPage *page)
{
  KioskEvidencePage *self = KIOSK_EVIDENCE_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *plan = kiosk_session_plan(session);
  bool empty = self->piece == NULL || kiosk_piece_form_is_empty(self->piece);

  if (fidotool_json_get_text(plan, "branch") == NULL)
    return;
  if (!empty && !prepare(self))
    return;
  if (fidotool_json_size(kiosk_session_evidence_drafts(session)) > 0)
    kiosk_session_evidence_record(session);
  else if (fidotool_json_get_int(plan, "enough", 0) == 1)
    submit(self);
  else if (self->piece != NULL)
    (void)prepare(self); /* says what is missing */
}

static bool
kiosk_evidence_page_take_key(KioskPage *page, guint keyval,
                             GdkModifierType state)
{
  KioskEvidencePage *self = KIOSK_EVIDENCE_PAGE(page);

  return self->piece != NULL &&
         kiosk_piece_form_take_key(self->piece, keyval, state);
}

static void
kiosk_evidence_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_EVIDENCE_PAGE);
  G_OBJECT_CLASS(kiosk_evidence_page_parent_class)->dispose(object);
}

static void
kiosk_evidence_page_finalize(GObject *object)
{
  g_free(KIOSK_EVIDENCE_PAGE(object)->shown);
  G_OBJECT_CLASS(kiosk_evidence_page_parent_class)->finalize(object);
}

static void
kiosk_evidence_page_class_init(KioskEvidencePageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_evidence_page_dispose;
  G_OBJECT_CLASS(klass)->finalize = kiosk_evidence_page_finalize;
  page->entered = kiosk_evidence_page_entered;
  page->update = kiosk_evidence_page_update;
  page->primary = kiosk_evidence_page_primary;
  page->take_key = kiosk_evidence_page_take_key;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/evidence-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskEvidencePage, name)
  CHILD(plans);
  CHILD(verdict);
  CHILD(drafts);
  CHILD(form);
#undef CHILD
}

static void
kiosk_evidence_page_init(KioskEvidencePage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
