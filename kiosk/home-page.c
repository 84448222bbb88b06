/* SPDX-License-Identifier: Apache-2.0 */
/* home-page.c */
#include "kiosk/home-page.h"

#include <glib/gi18n.h>

#include "kiosk/rows.h"
#include "kiosk/session-sign-in.h"
#include "kiosk/type-pad.h"
#include "kiosk/when.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/words.h"

/* More than anybody reads: who has more than these looks for one. */
#define ROWS_MAX 50

struct _KioskHomePage {
  KioskPage parent;
  GtkWidget *find;
  KioskTextEntry *entry;
  KioskTypePad *pad;
  GtkBox *refusal, *results, *cases;
  KioskChoice *status;
  bool searching;
  char *shown_cases; /* as they were drawn: no focus is lost for nothing */
};

G_DEFINE_FINAL_TYPE(KioskHomePage, kiosk_home_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskHomePage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

/* --- persons ----------------------------------------------------------------
 */

static void
on_person_clicked(KioskHomePage *self, GtkWidget *choice)
{
  kiosk_session_choose_person(
      session_of(self),
      (size_t)g_ascii_strtoull(kiosk_rows_word(choice), NULL, 10));
}

static char *
describe_person(const FidotoolJson *person)
{
  const char *employee = fidotool_json_get_text(person, "employee");
  const char *team = fidotool_json_get_text(person, "team");
  int n = (int)fidotool_json_size(fidotool_json_get(person, "keys"));
  g_autofree char *keys =
      g_strdup_printf(ngettext("%d key", "%d keys", (unsigned long)n), n);

  return g_strdup_printf("%s%s%s%s%s", employee == NULL ? "" : employee,
                         employee == NULL ? "" : " · ",
                         team == NULL ? "" : team, team == NULL ? "" : " · ",
                         keys);
}

static void
add_person(KioskHomePage *self, size_t i, const FidotoolJson *person)
{
  const char *name = fidotool_json_get_text(person, "name");
  g_autofree char *text = describe_person(person);
  g_autofree char *number = g_strdup_printf("%zu", i);
  GtkWidget *choice = kiosk_rows_choice(self->results, "kiosk-person-symbolic",
                                        name, text, number);

  g_signal_connect_object(choice, "clicked", G_CALLBACK(on_person_clicked),
                          self, G_CONNECT_SWAPPED);
}

/* The answer to the search, once it is there. */
static void
show_persons(KioskHomePage *self)
{
  const FidotoolJson *persons = kiosk_session_persons(session_of(self));
  size_t n = fidotool_json_size(persons);

  if (!self->searching || persons == NULL)
    return;
  self->searching = false;
  kiosk_rows_clear(self->results);
  for (size_t i = 0; i < MIN(n, ROWS_MAX); i++)
    add_person(self, i, fidotool_json_at(persons, i));
  gtk_widget_set_visible(GTK_WIDGET(self->results), n > 0);
  if (n == 0) {
    kiosk_page_tell(KIOSK_PAGE(self), "find.nobody", 0, NULL);
    return;
  }
  kiosk_page_tell(KIOSK_PAGE(self), "find.some", (int)n, NULL);
  kiosk_rows_focus(gtk_widget_get_first_child(GTK_WIDGET(self->results)));
}

static void
search(KioskHomePage *self)
{
  const char *text = kiosk_text_entry_get_text(self->entry);

  if (*text == '\0') {
    kiosk_page_tell(KIOSK_PAGE(self), "find.nobody", 0, NULL);
    return;
  }
  self->searching = true;
  kiosk_session_find(session_of(self), text);
}

static void
on_entry_activated(KioskHomePage *self)
{
  search(self);
}

/* Who cannot open a case cannot look people up either; recoveryd says why. */
static void
show_right(KioskHomePage *self)
{
  KioskSession *session = session_of(self);
  const FidotoolJson *me = kiosk_session_act_person(
      kiosk_session_find_act(session, "case.open", NULL),
      kiosk_session_sign_in_person(session));
  bool refused = me != NULL && fidotool_json_get_int(me, "open", 0) == 0;

  gtk_widget_set_visible(self->find, !refused);
  gtk_widget_set_visible(GTK_WIDGET(self->refusal), refused);
  kiosk_page_set_primary(KIOSK_PAGE(self), refused ? "" : _("Find"));
  kiosk_rows_clear(self->refusal);
  if (refused)
    kiosk_rows_refusal_row(self->refusal, me);
}

/* --- cases ------------------------------------------------------------------
 */

static void
on_case_clicked(KioskHomePage *self, GtkWidget *choice)
{
  kiosk_session_choose_case(session_of(self), kiosk_rows_word(choice));
}

static void
on_status_clicked(KioskHomePage *self)
{
  (void)kiosk_session_go(session_of(self), KIOSK_GO_STATUS);
}

static void
add_case(KioskHomePage *self, GtkBox *box, const FidotoolJson *row)
{
  const char *id = fidotool_json_get_text(row, "case");
  const char *code = fidotool_json_get_text(row, "short_code");
  const char *word = fidotool_json_get_text(row, "state");
  g_autofree char *state = kiosk_words_name("state", word == NULL ? "" : word);
  g_autofree char *opened =
      kiosk_when_text(fidotool_json_get_text(row, "opened"));
  g_autofree char *title =
      g_strdup_printf("%s  %s", id == NULL ? "" : id, state);
  g_autofree char *text =
      code == NULL
          ? g_strdup_printf(_("Opened %s"), opened)
          : g_strdup_printf(_("Short code %s · opened %s"), code, opened);
  GtkWidget *choice =
      kiosk_rows_choice(box, "kiosk-receipt-symbolic", title, text, id);

  g_signal_connect_object(choice, "clicked", G_CALLBACK(on_case_clicked), self,
                          G_CONNECT_SWAPPED);
}

static size_t
count(const FidotoolJson *cases, bool over)
{
  size_t n = 0;

  for (size_t i = 0; i < fidotool_json_size(cases); i++)
    n += kiosk_session_case_is_over(fidotool_json_at(cases, i)) == over;
  return n;
}

/* The newest first. */
static void
add_cases(KioskHomePage *self, GtkBox *box, const FidotoolJson *cases,
          bool over)
{
  size_t left = ROWS_MAX;

  for (size_t i = fidotool_json_size(cases); i > 0 && left > 0; i--) {
    const FidotoolJson *row = fidotool_json_at(cases, i - 1);

    if (kiosk_session_case_is_over(row) != over)
      continue;
    add_case(self, box, row);
    left--;
  }
}

static void
show_cases(KioskHomePage *self)
{
  const FidotoolJson *cases = kiosk_session_cases(session_of(self));
  g_autofree char *written = NULL;

  if (cases == NULL)
    return;
  written = fidotool_json_write(cases, NULL);
  if (g_strcmp0(written, self->shown_cases) == 0)
    return;
  g_free(self->shown_cases);
  self->shown_cases = g_steal_pointer(&written);
  kiosk_rows_clear(self->cases);
  (void)kiosk_rows_section(self->cases, _("Open cases"));
  if (count(cases, false) == 0)
    (void)kiosk_rows_label(self->cases, _("None."), "dim");
  add_cases(self, self->cases, cases, false);
  if (count(cases, true) > 0)
    add_cases(self, kiosk_rows_expander(self->cases, _("Closed cases")), cases,
              true);
}

/* --- the page ---------------------------------------------------------------
 */

static void
show_who(KioskHomePage *self)
{
  KioskSession *session = session_of(self);
  const char *person = kiosk_session_sign_in_person(session);
  const char *word = kiosk_session_sign_in_role(session);
  g_autofree char *role = word == NULL ? NULL : kiosk_words_name("role", word);
  g_autofree char *text =
      person == NULL ? NULL
      : role == NULL ? g_strdup_printf(_("Signed in: %s."), person)
                     : g_strdup_printf(_("Signed in: %s, %s."), person, role);

  kiosk_page_set_body(KIOSK_PAGE(self), text);
}

static void
kiosk_home_page_update(KioskPage *page)
{
  KioskHomePage *self = KIOSK_HOME_PAGE(page);

  show_who(self);
  show_right(self);
  show_persons(self);
  show_cases(self);
}

static void
kiosk_home_page_entered(KioskPage *page)
{
  KioskHomePage *self = KIOSK_HOME_PAGE(page);
  KioskSession *session = kiosk_page_session(page);

  kiosk_type_pad_add(self->pad, self->entry);
  kiosk_session_choose_nobody(session);
  kiosk_session_load_acts(session);
  kiosk_session_load_cases(session);
}

static void
kiosk_home_page_primary(KioskPage *page)
{
  search(KIOSK_HOME_PAGE(page));
}

static bool
kiosk_home_page_take_key(KioskPage *page, guint keyval, GdkModifierType state)
{
  KioskHomePage *self = KIOSK_HOME_PAGE(page);

  return gtk_widget_get_visible(self->find) &&
         kiosk_type_pad_take_key(self->pad, keyval, state);
}

static void
kiosk_home_page_dispose(GObject *object)
{
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_HOME_PAGE);
  G_OBJECT_CLASS(kiosk_home_page_parent_class)->dispose(object);
}

static void
kiosk_home_page_finalize(GObject *object)
{
  g_free(KIOSK_HOME_PAGE(object)->shown_cases);
  G_OBJECT_CLASS(kiosk_home_page_parent_class)->finalize(object);
}

static void
kiosk_home_page_class_init(KioskHomePageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_home_page_dispose;
  G_OBJECT_CLASS(klass)->finalize = kiosk_home_page_finalize;
  page->entered = kiosk_home_page_entered;
  page->update = kiosk_home_page_update;
  page->primary = kiosk_home_page_primary;
  page->take_key = kiosk_home_page_take_key;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/home-page.ui");
#define CHILD(name)                                                            \
  gtk_widget_class_bind_template_child(widget, KioskHomePage, name)
  CHILD(find);
  CHILD(entry);
  CHILD(pad);
  CHILD(refusal);
  CHILD(results);
  CHILD(cases);
  CHILD(status);
#undef CHILD
  gtk_widget_class_bind_template_callback(widget, on_entry_activated);
  gtk_widget_class_bind_template_callback(widget, on_status_clicked);
}

static void
kiosk_home_page_init(KioskHomePage *self)
{
  g_type_ensure(KIOSK_TYPE_TYPE_PAD);
  gtk_widget_init_template(GTK_WIDGET(self));
}
