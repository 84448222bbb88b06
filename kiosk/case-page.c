/* SPDX-License-Identifier: Apache-2.0 */
/* case-page.c - draws a case, and a button for each act that is open. */
#include "kiosk/case-page.h"

#include <glib/gi18n.h>

#include "kiosk/case-rows.h"
#include "kiosk/plain.h"
#include "kiosk/presenter-acts.h"
#include "kiosk/rows.h"
#include "kiosk/session-elsewhere.h"
#include "kiosk/session-sign-in.h"
#include "kiosk/words.h"

/* Persons that are named on a button. */
#define NAMES_MAX 3

struct _KioskCasePage {
  KioskPage parent;
  GtkBox *head, *acts, *more;
  GPtrArray *offers; /* KioskOffer */
  char *shown;       /* what was drawn: no focus is lost for nothing */
};

G_DEFINE_FINAL_TYPE(KioskCasePage, kiosk_case_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskCasePage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

/* --- an act is begun --------------------------------------------------------
 */

static FidotoolJson *
new_request(const KioskOffer *offer)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", offer->act);
  if (offer->slot != NULL)
    fidotool_json_set_text(request, "slot", offer->slot);
  return request;
}

static void
begin_act(KioskCasePage *self, const KioskOffer *offer)
{
  kiosk_session_act_begin(session_of(self), new_request(offer), offer->own);
  (void)kiosk_session_go(session_of(self), KIOSK_GO_ACT);
}

static void
begin_submit(KioskCasePage *self, const KioskOffer *offer)
{
  kiosk_session_submit(session_of(self), new_request(offer));
}

static void
begin_evidence(KioskCasePage *self, G_GNUC_UNUSED const KioskOffer *offer)
{
  (void)kiosk_session_go(session_of(self), KIOSK_GO_EVIDENCE);
}

static void
begin_handover(KioskCasePage *self, G_GNUC_UNUSED const KioskOffer *offer)
{
  (void)kiosk_session_go(session_of(self), KIOSK_GO_HANDOVER);
}

static void
begin_role(KioskCasePage *self, const KioskOffer *offer)
{
  g_autofree char *reason =
      kiosk_session_act_reason(session_of(self), offer->act);
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "act", "role.activate");
  fidotool_json_set_text(request, "role", offer->role);
  fidotool_json_set_text(request, "reason", reason);
  kiosk_session_act_begin(session_of(self), request, true);
  (void)kiosk_session_go(session_of(self), KIOSK_GO_ACT);
}

static const KioskOffer *
offer_of(KioskCasePage *self, GtkWidget *choice)
{
  guint i = (guint)g_ascii_strtoull(kiosk_rows_word(choice), NULL, 10);

  return i < self->offers->len ? self->offers->pdata[i] : NULL;
}

static void
on_act_clicked(KioskCasePage *self, GtkWidget *choice)
{
  static void (*const ways[])(KioskCasePage * page, const KioskOffer *offer) = {
      [KIOSK_BEGIN_ACT] = begin_act,
      [KIOSK_BEGIN_SUBMIT] = begin_submit,
      [KIOSK_BEGIN_EVIDENCE] = begin_evidence,
      [KIOSK_BEGIN_HANDOVER] = begin_handover,
      [KIOSK_BEGIN_ROLE] = begin_role,
  };
  const KioskOffer *offer = offer_of(self, choice);

  if (offer != NULL)
    ways[offer->begin](self, offer);
}

static void
on_elsewhere_clicked(KioskCasePage *self, GtkWidget *choice)
{
  const KioskOffer *offer = offer_of(self, choice);

  if (offer == NULL)
    return;
  kiosk_session_elsewhere_choose(session_of(self), new_request(offer));
  (void)kiosk_session_go(session_of(self), KIOSK_GO_ELSEWHERE);
}

/* --- the buttons ------------------------------------------------------------
 */

static const char *
icon_of(const KioskOffer *offer)
{
  /* clang-format off */
  static const struct {
    const char *act, *icon;
  } icons[] = {
    { "case.start_proofing", "kiosk-shield-symbolic" },
    { "case.add_evidence",   "kiosk-shield-symbolic" },
    { "case.made",           "kiosk-key-symbolic" },
    { "case.approve",        "kiosk-ok-symbolic" },
    { "case.check",          "kiosk-ok-symbolic" },
    { "case.refuse",         "kiosk-wrong-symbolic" },
    { "case.withdraw",       "kiosk-stop-symbolic" },
    { "case.amend",          "kiosk-repeat-symbolic" },
  };
  /* clang-format on */

  for (size_t i = 0; i < G_N_ELEMENTS(icons); i++)
    if (g_strcmp0(icons[i].act, offer->act) == 0)
      return icons[i].icon;
  return "kiosk-receipt-symbolic";
}

/* "ben, cleo and others" */
static char *
name_persons(const KioskOffer *offer)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; i < MIN(offer->who->len, NAMES_MAX); i++)
    g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ",
                           (const char *)offer->who->pdata[i]);
  if (offer->who->len > NAMES_MAX)
    /* TRANSLATORS: %s: some persons, with commas between them */
    return g_strdup_printf(_("%s and others"), text->str);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The slot, and by whom. */
static char *
describe(const KioskOffer *offer)
{
  g_autofree char *slot =
      offer->slot == NULL ? NULL : kiosk_words_name("slot", offer->slot);
  g_autofree char *who = name_persons(offer);
  g_autofree char *by = NULL;

  if (offer->begin == KIOSK_BEGIN_ACT && !offer->own)
    /* TRANSLATORS: %s: persons; their key has to be put in */
    by = g_strdup_printf(_("With the key of %s"), who);
  else if (offer->begin == KIOSK_BEGIN_ROLE)
    by = g_strdup(_("You take the role for it first"));
  if (slot == NULL)
    return g_steal_pointer(&by);
  return by == NULL ? g_strdup(slot) : g_strdup_printf("%s · %s", slot, by);
}

static void
add_offer(KioskCasePage *self, guint i)
{
  const KioskOffer *offer = self->offers->pdata[i];
  g_autofree char *number = g_strdup_printf("%u", i);
  g_autofree char *name = kiosk_words_name("act", offer->act);
  g_autofree char *text = describe(offer);
  GtkWidget *choice =
      kiosk_rows_choice(self->acts, icon_of(offer), name, text, number);

  g_signal_connect_object(choice, "clicked", G_CALLBACK(on_act_clicked), self,
                          G_CONNECT_SWAPPED);
  if (offer->elsewhere) {
    g_autofree char *slot =
        offer->slot == NULL ? NULL : kiosk_words_name("slot", offer->slot);
    /* TRANSLATORS: %s: the name of an act, "Approve" */
    g_autofree char *title = g_strdup_printf(_("%s on another machine"), name);

    choice = kiosk_rows_choice(self->acts, "kiosk-staff-symbolic", title, slot,
                               number);
    g_signal_connect_object(choice, "clicked", G_CALLBACK(on_elsewhere_clicked),
                            self, G_CONNECT_SWAPPED);
  }
}

static void
add_closed(GtkBox *box, const KioskOffer *offer)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *name = kiosk_words_name("act", offer->act);
  g_autofree char *slot =
      offer->slot == NULL ? NULL : kiosk_words_name("slot", offer->slot);
  g_autofree char *title =
      slot == NULL ? g_strdup(name) : g_strdup_printf("%s: %s", name, slot);

  gtk_widget_add_css_class(row, "view-row");
  (void)kiosk_rows_label(GTK_BOX(row), title, "caption");
  if (offer->who->len > 0) {
    g_autofree char *who = name_persons(offer);
    /* TRANSLATORS: %s: persons */
    g_autofree char *text =
        g_strdup_printf(_("Open to %s, once signed in."), who);

    (void)kiosk_rows_label(GTK_BOX(row), text, NULL);
  } else {
    kiosk_rows_refusal(GTK_BOX(row), offer->rule, offer->text, offer->enough);
  }
  gtk_box_append(box, row);
}

static void
show_acts(KioskCasePage *self)
{
  GtkBox *closed = NULL;

  kiosk_rows_clear(self->acts);
  kiosk_rows_clear(self->more);
  for (guint i = 0; i < self->offers->len; i++) {
    const KioskOffer *offer = self->offers->pdata[i];

    if (offer->open) {
      add_offer(self, i);
      continue;
    }
    if (closed == NULL)
      closed = kiosk_rows_expander(self->more, _("Not open now, and why"));
    add_closed(closed, offer);
  }
}

/* --- the page ---------------------------------------------------------------
 */

static char *
fingerprint(KioskSession *session)
{
  g_autofree char *of = fidotool_json_write(kiosk_session_case(session), NULL);
  g_autofree char *acts =
      kiosk_session_acts(session) == NULL
          ? NULL
          : fidotool_json_write(kiosk_session_acts(session), NULL);

  return g_strdup_printf("%s %s %s", of, acts == NULL ? "" : acts,
                         kiosk_session_sign_in_person(session));
}

static void
show_heading(KioskCasePage *self, const FidotoolJson *of)
{
  const char *id = kiosk_session_case_id(session_of(self));
  const char *word = fidotool_json_get_text(of, "state");
  /* TRANSLATORS: %s: the number of a case */
  g_autofree char *title = g_strdup_printf(_("Case %s"), id == NULL ? "" : id);
  g_autofree char *state =
      word == NULL ? NULL : kiosk_words_name("state", word);

  kiosk_page_set_title(KIOSK_PAGE(self), title);
  kiosk_page_set_body(KIOSK_PAGE(self), state);
}

static void
kiosk_case_page_update(KioskPage *page)
{
  KioskCasePage *self = KIOSK_CASE_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *of = kiosk_session_case(session);
  g_autofree char *print = NULL;

  show_heading(self, of);
  kiosk_page_set_primary(
      page, kiosk_session_facts(session)->issued ? _("Receipt") : "");
  gtk_widget_set_visible(GTK_WIDGET(self->head), of != NULL);
  if (of == NULL)
    return;
  print = fingerprint(session);
  if (g_strcmp0(print, self->shown) == 0)
    return;
  g_free(self->shown);
  self->shown = g_steal_pointer(&print);
  g_clear_pointer(&self->offers, g_ptr_array_unref);
  self->offers = kiosk_presenter_acts_read(
      kiosk_session_acts(session), kiosk_session_sign_in_person(session));
  kiosk_case_rows_head(self->head, of);
  show_acts(self);
  kiosk_case_rows_more(kiosk_rows_expander(self->more, _("About this case")),
                       of);
}

static void
kiosk_case_page_entered(KioskPage *page)
{
  kiosk_session_load_case(kiosk_page_session(page));
}

static void
kiosk_case_page_primary(KioskPage *page)
{
  (void)kiosk_session_go(kiosk_page_session(page), KIOSK_GO_NEXT);
}

static void
kiosk_case_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_CASE_PAGE);
  G_OBJECT_CLASS(kiosk_case_page_parent_class)->dispose(object);
}

static void
kiosk_case_page_finalize(GObject *object)
{
  KioskCasePage *self = KIOSK_CASE_PAGE(object);

  g_clear_pointer(&self->offers, g_ptr_array_unref);
  g_free(self->shown);
  G_OBJECT_CLASS(kiosk_case_page_parent_class)->finalize(object);
}

static void
kiosk_case_page_class_init(KioskCasePageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_case_page_dispose;
  G_OBJECT_CLASS(klass)->finalize = kiosk_case_page_finalize;
  page->entered = kiosk_case_page_entered;
  page->update = kiosk_case_page_update;
  page->primary = kiosk_case_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/case-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskCasePage, head);
  gtk_widget_class_bind_template_child(widget, KioskCasePage, acts);
  gtk_widget_class_bind_template_child(widget, KioskCasePage, more);
}

static void
kiosk_case_page_init(KioskCasePage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
