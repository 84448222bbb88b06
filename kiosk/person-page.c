/* SPDX-License-Identifier: Apache-2.0 */
/* person-page.c - makes the request for case.open; recoveryd decides on it. */
#include "kiosk/person-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/key-name.h"
#include "kiosk/pick.h"
#include "kiosk/plain.h"
#include "kiosk/presenter-acts.h"
#include "kiosk/rows.h"
#include "kiosk/session-act.h"
#include "kiosk/session-sign-in.h"
#include "kiosk/when.h"
#include "kiosk/words.h"

#define OPEN "case.open"
#define NOT_KNOWN "unknown"

struct _KioskPersonPage {
  KioskPage parent;
  GtkBox *refusal, *questions;
  KioskPick *keys, *reason, *when; /* made once the acts are there */
};

G_DEFINE_FINAL_TYPE(KioskPersonPage, kiosk_person_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskPersonPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

/* --- the questions ----------------------------------------------------------
 */

/* The key as the statement will name it, its state, its model. */
static char *
describe_key(const FidotoolJson *key)
{
  const char *cred = fidotool_json_get_text(key, "cred");
  const char *word = fidotool_json_get_text(key, "state");
  const char *aaguid = fidotool_json_get_text(key, "aaguid");
  g_autofree char *name = kiosk_rows_short_hash(cred);
  g_autofree char *state = kiosk_words_name("key", word == NULL ? "" : word);
  g_autofree char *model = kiosk_key_model(aaguid);

  return aaguid == NULL
             ? g_strdup_printf(_("Key %s: %s"), name, state)
             : g_strdup_printf(_("Key %s: %s.\nModel %s"), name, state, model);
}

static void
ask_keys(KioskPersonPage *self)
{
  const FidotoolJson *keys =
      fidotool_json_get(kiosk_session_person(session_of(self)), "keys");
  GtkBox *others = NULL;

  self->keys = KIOSK_PICK(kiosk_pick_new(_("Which keys?"), true));
  gtk_box_append(self->questions, GTK_WIDGET(self->keys));
  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    const char *cred = fidotool_json_get_text(key, "cred");
    g_autofree char *text = describe_key(key);

    if (cred != NULL && kiosk_session_key_may_be_lost(key)) {
      kiosk_pick_add(self->keys, cred, text);
      kiosk_pick_set(self->keys, cred, true);
      continue;
    }
    if (others == NULL)
      others = kiosk_rows_expander(self->questions, _("Other keys"));
    (void)kiosk_rows_label(others, text, NULL);
  }
  if (kiosk_pick_get(self->keys) == NULL)
    (void)kiosk_rows_label(self->questions,
                           _("The record has no key of this person that "
                             "could be lost."),
                           "notice");
}

static const FidotoolJson *
words_of(KioskPersonPage *self, const char *name)
{
  const FidotoolJson *takes = fidotool_json_get(
      kiosk_session_find_act(session_of(self), OPEN, NULL), "takes");

  for (size_t i = 0; i < fidotool_json_size(takes); i++) {
    const FidotoolJson *one = fidotool_json_at(takes, i);

    if (g_strcmp0(fidotool_json_get_text(one, "name"), name) == 0)
      return fidotool_json_get(one, "words");
  }
  return NULL;
}

static void
ask_reason(KioskPersonPage *self)
{
  const FidotoolJson *words = words_of(self, "reason");
  const char *word;

  self->reason = KIOSK_PICK(kiosk_pick_new(_("Why?"), false));
  gtk_box_append(self->questions, GTK_WIDGET(self->reason));
  for (size_t i = 0;
       (word = words != NULL ? fidotool_json_text(fidotool_json_at(words, i))
                             : kiosk_presenter_acts_suggestion(OPEN, "reason",
                                                               i)) != NULL;
       i++) {
    g_autofree char *text = kiosk_words_name("reason", word);

    kiosk_pick_add(self->reason, word, text);
  }
}

static void
ask_when(KioskPersonPage *self)
{
  self->when = KIOSK_PICK(kiosk_pick_new(_("When last seen?"), false));
  gtk_box_append(self->questions, GTK_WIDGET(self->when));
  for (int day = 0; day < KIOSK_WHEN_N; day++) {
    const char *word = kiosk_when_word((KioskWhenDay)day);
    g_autofree char *text = kiosk_words_name("when", word);

    kiosk_pick_add(self->when, word, text);
  }
  kiosk_pick_add(self->when, NOT_KNOWN, _("Not known"));
}

/* --- the request ------------------------------------------------------------
 */

static FidotoolJson *
chosen_keys(KioskPersonPage *self)
{
  const FidotoolJson *keys =
      fidotool_json_get(kiosk_session_person(session_of(self)), "keys");
  FidotoolJson *creds = fidotool_json_new_array();

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const char *cred =
        fidotool_json_get_text(fidotool_json_at(keys, i), "cred");

    if (cred != NULL && kiosk_pick_is_on(self->keys, cred))
      fidotool_json_append_text(creds, cred);
  }
  return creds;
}

static FidotoolJson *
lost_at(KioskPersonPage *self)
{
  const char *word = kiosk_pick_get(self->when);

  for (int day = 0; day < KIOSK_WHEN_N; day++)
    if (g_strcmp0(word, kiosk_when_word((KioskWhenDay)day)) == 0) {
      g_autofree char *moment = kiosk_when_begin(
          (KioskWhenDay)day, g_get_real_time() / G_USEC_PER_SEC);

      return fidotool_json_new_text(moment);
    }
  return fidotool_json_new_null();
}

static void
tell_missing(KioskPersonPage *self, const char *name)
{
  g_autofree char *what = kiosk_words_name("takes", name);

  kiosk_page_tell(KIOSK_PAGE(self), "act.missing", 0, what);
}

static void
kiosk_person_page_primary(KioskPage *page)
{
  KioskPersonPage *self = KIOSK_PERSON_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const char *sub =
      fidotool_json_get_text(kiosk_session_person(session), "sub");
  FidotoolJson *request;

  if (self->keys == NULL || sub == NULL)
    return;
  if (kiosk_pick_get(self->keys) == NULL) {
    kiosk_page_tell(page, "person.nokey", 0, NULL);
    return;
  }
  if (kiosk_pick_get(self->reason) == NULL) {
    tell_missing(self, "reason");
    return;
  }
  if (kiosk_pick_get(self->when) == NULL) {
    tell_missing(self, "lost_at");
    return;
  }
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "act", OPEN);
  fidotool_json_set_text(request, "sub", sub);
  fidotool_json_set_text(request, "reason", kiosk_pick_get(self->reason));
  fidotool_json_set(request, "creds", chosen_keys(self));
  fidotool_json_set(request, "lost_at", lost_at(self));
  kiosk_session_act_begin(session, request, true);
  (void)kiosk_session_go(session, KIOSK_GO_ACT);
}

/* --- the page ---------------------------------------------------------------
 */

/* Asked once, so that nothing that was chosen is lost. */
static void
kiosk_person_page_update(KioskPage *page)
{
  KioskPersonPage *self = KIOSK_PERSON_PAGE(page);
  KioskSession *session = kiosk_page_session(page);
  const FidotoolJson *person = kiosk_session_person(session);
  const FidotoolJson *me =
      kiosk_session_act_person(kiosk_session_find_act(session, OPEN, NULL),
                               kiosk_session_sign_in_person(session));
  bool refused = me != NULL && fidotool_json_get_int(me, "open", 0) == 0;
  g_autofree char *name =
      kiosk_plain_short(fidotool_json_get_text(person, "name"), 80);

  kiosk_page_set_title(page, name);
  kiosk_rows_clear(self->refusal);
  if (refused)
    kiosk_rows_refusal_row(self->refusal, me);
  gtk_widget_set_visible(GTK_WIDGET(self->refusal), refused);
  gtk_widget_set_visible(GTK_WIDGET(self->questions), !refused);
  kiosk_page_set_primary(page, refused ? "" : _("Continue"));
  if (me == NULL || self->keys != NULL)
    return;
  ask_keys(self);
  ask_reason(self);
  ask_when(self);
}

static void
kiosk_person_page_entered(KioskPage *page)
{
  kiosk_session_load_acts(kiosk_page_session(page));
}

static void
kiosk_person_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_PERSON_PAGE);
  G_OBJECT_CLASS(kiosk_person_page_parent_class)->dispose(object);
}

static void
kiosk_person_page_class_init(KioskPersonPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_person_page_dispose;
  page->entered = kiosk_person_page_entered;
  page->update = kiosk_person_page_update;
  page->primary = kiosk_person_page_primary;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/person-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskPersonPage, refusal);
  gtk_widget_class_bind_template_child(widget, KioskPersonPage, questions);
}

static void
kiosk_person_page_init(KioskPersonPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}
