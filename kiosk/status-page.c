/* SPDX-License-Identifier: Apache-2.0 */
/* status-page.c - what recoveryd tells of the station, and what this program
 * sees of it. */
#include "kiosk/status-page.h"

#include <glib/gi18n.h>

#include "fidotool/secret.h"
#include "kiosk/rows.h"
#include "kiosk/when.h"
#include "kiosk/words.h"

/* The clock is shown to the second. */
#define CLOCK_MS 1000

struct _KioskStatusPage {
  KioskPage parent;
  GtkBox *verdicts, *facts;
  GtkButton *test;
  GtkLabel *clock; /* lives in the facts */
  guint tick;
};

G_DEFINE_FINAL_TYPE(KioskStatusPage, kiosk_status_page, KIOSK_TYPE_PAGE)

static KioskSession *
session_of(KioskStatusPage *self)
{
  return kiosk_page_session(KIOSK_PAGE(self));
}

/* --- good or not ------------------------------------------------------------
 */

/* Locked memory for a PIN, tried once more now. */
static bool
has_locked_memory(void)
{
  g_autoptr(FidotoolSecret) secret = fidotool_secret_new();

  return secret != NULL;
}

static void
show_room(KioskStatusPage *self, const FidotoolJson *status)
{
  const FidotoolJson *disk = fidotool_json_get(status, "disk");
  bool low = fidotool_json_get_int(disk, "low", 0) == 1;
  g_autofree char *size = NULL, *text = NULL;

  if (disk == NULL) {
    kiosk_rows_verdict(self->verdicts, false, _("Disk: not known."));
    return;
  }
  size = g_format_size(
      (guint64)MAX(fidotool_json_get_int(disk, "free_mb", 0), 0) * 1024 * 1024);
  /* TRANSLATORS: %s: an amount, "12 GB" */
  text = g_strdup_printf(
      low ? _("Disk: only %s are free.") : _("Disk: %s are free."), size);
  kiosk_rows_verdict(self->verdicts, !low, text);
}

static void
show_keys(KioskStatusPage *self)
{
  const FidotoolJson *keys =
      kiosk_device_work_keys(kiosk_session_work(session_of(self)));
  int n = (int)fidotool_json_size(keys);
  g_autofree char *text =
      g_strdup_printf(ngettext("Keys: %d is connected.",
                               "Keys: %d are connected.", (unsigned long)n),
                      n);

  kiosk_rows_verdict(
      self->verdicts,
      kiosk_device_work_is_watching(kiosk_session_work(session_of(self))),
      text);
}

static void
show_verdicts(KioskStatusPage *self, const FidotoolJson *status)
{
  bool doubt = fidotool_json_get_int(fidotool_json_get(status, "clock"),
                                     "doubt", 0) == 1;
  bool practice = fidotool_json_get_int(status, "practice", 0) == 1;
  bool started = fidotool_json_get_int(status, "started", 0) == 1;
  bool locked = has_locked_memory();

  kiosk_rows_clear(self->verdicts);
  kiosk_rows_verdict(self->verdicts, started,
                     started ? _("In service.")
                             : _("Not in service: its founding is not over."));
  if (practice)
    kiosk_rows_verdict(self->verdicts, false,
                       _("Practice: nothing here is real."));
  kiosk_rows_verdict(
      self->verdicts, !doubt,
      doubt ? _("Clock: in doubt. Two officers accept it, once it is right.")
            : _("Clock: not in doubt."));
  show_room(self, status);
  show_keys(self);
  kiosk_rows_verdict(self->verdicts, locked,
                     locked ? _("Locked memory: available.")
                            : _("Locked memory: none. No PIN can be entered."));
}

/* --- facts ------------------------------------------------------------------
 */

static void
add_number(GtkBox *box, const char *label, const FidotoolJson *status,
           const char *name)
{
  g_autofree char *text =
      fidotool_json_get(status, name) == NULL
          ? NULL
          : g_strdup_printf("%" G_GINT64_FORMAT,
                            fidotool_json_get_int(status, name, 0));

  kiosk_rows_fact(box, label, text);
}

static void
show_clock(KioskStatusPage *self)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  /* TRANSLATORS: date, time and time zone, as strftime(3); %B is the month */
  g_autofree char *text = kiosk_when_format(now, _("%-d %B %Y, %H:%M:%S (%z)"));

  if (self->clock != NULL)
    gtk_label_set_text(self->clock, text);
}

static gboolean
on_tick(gpointer data)
{
  show_clock(data);
  return G_SOURCE_CONTINUE;
}

static void
add_clock(KioskStatusPage *self)
{
  self->clock =
      GTK_LABEL(kiosk_rows_fact(self->facts, _("Time of the station"), "0"));
  show_clock(self);
}

static void
add_folders(KioskStatusPage *self)
{
  const KioskConfig *config = kiosk_session_config(session_of(self));

  kiosk_rows_fact(self->facts, _("Folder for statements"), config->exchange);
  kiosk_rows_fact(self->facts, _("Folder for receipts"), config->receipts);
  kiosk_rows_fact(self->facts, _("Phone"), config->phone);
}

static void
show_facts(KioskStatusPage *self, const FidotoolJson *status)
{
  const FidotoolJson *cases = fidotool_json_get(status, "cases");

  self->clock = NULL;
  kiosk_rows_clear(self->facts);
  kiosk_rows_fact(self->facts, _("Station"),
                  fidotool_json_get_text(status, "station"));
  add_clock(self);
  kiosk_rows_fact(self->facts, _("Record"),
                  fidotool_json_get_text(status, "log"));
  add_number(self->facts, _("Entries of the record"), status, "size");
  kiosk_rows_fact(self->facts, _("Root of the record"),
                  fidotool_json_get_text(status, "root"));
  kiosk_rows_fact(self->facts, _("Genesis"),
                  fidotool_json_get_text(status, "genesis"));
  kiosk_rows_fact(self->facts, _("Policy"),
                  fidotool_json_get_text(status, "policy_id"));
  add_number(self->facts, _("Version of the policy"), status, "policy_version");
  add_number(self->facts, _("Open cases"), cases, "open");
  add_number(self->facts, _("Cases that wait"), cases, "waiting");
  kiosk_rows_fact(self->facts, _("Relying party"),
                  fidotool_json_get_text(status, "rp_id"));
  add_folders(self);
  kiosk_rows_fact(self->facts, _("Version"), KEYTURN_VERSION);
}

/* --- the page ---------------------------------------------------------------
 */

static void
on_test_clicked(KioskStatusPage *self)
{
  kiosk_page_tell(KIOSK_PAGE(self), "status.test", 0, NULL);
}

static void
kiosk_status_page_update(KioskPage *page)
{
  KioskStatusPage *self = KIOSK_STATUS_PAGE(page);
  const FidotoolJson *status = kiosk_session_status(kiosk_page_session(page));

  show_verdicts(self, status);
  show_facts(self, status);
}

static void
on_keys_changed(KioskStatusPage *self)
{
  kiosk_status_page_update(KIOSK_PAGE(self));
}

static void
kiosk_status_page_entered(KioskPage *page)
{
  KioskStatusPage *self = KIOSK_STATUS_PAGE(page);
  KioskSession *session = kiosk_page_session(page);

  g_signal_connect_object(kiosk_session_work(session), "keys-changed",
                          G_CALLBACK(on_keys_changed), self, G_CONNECT_SWAPPED);
  self->tick = g_timeout_add(CLOCK_MS, on_tick, self);
  kiosk_session_load_status(session);
}

static void
kiosk_status_page_dispose(GObject *object)
{
  KioskStatusPage *self = KIOSK_STATUS_PAGE(object);

  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
  gtk_widget_dispose_template(GTK_WIDGET(object), KIOSK_TYPE_STATUS_PAGE);
  G_OBJECT_CLASS(kiosk_status_page_parent_class)->dispose(object);
}

static void
kiosk_status_page_class_init(KioskStatusPageClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  KioskPageClass *page = KIOSK_PAGE_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_status_page_dispose;
  page->entered = kiosk_status_page_entered;
  page->update = kiosk_status_page_update;
  gtk_widget_class_set_template_from_resource(
      widget, "/org/keyturn/kiosk/status-page.ui");
  gtk_widget_class_bind_template_child(widget, KioskStatusPage, verdicts);
  gtk_widget_class_bind_template_child(widget, KioskStatusPage, facts);
  gtk_widget_class_bind_template_child(widget, KioskStatusPage, test);
  gtk_widget_class_bind_template_callback(widget, on_test_clicked);
}

static void
kiosk_status_page_init(KioskStatusPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  kiosk_rows_wrap(self->test);
}
