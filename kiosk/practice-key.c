/* SPDX-License-Identifier: Apache-2.0 */
/* practice-key.c - one connection to the key's control socket, one line in and
 * one line out, none of it waited for. What is shown is what the key says. */
#include "kiosk/practice-key.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <stdbool.h>
#include <string.h>

#define POLL_MS 250

struct _KioskPracticeKey {
  GtkWidget parent;
  char *control, *name;
  GtkWidget *box;
  GtkLabel *state;
  GtkButton *plug, *touch;
  GCancellable *cancellable;
  GSocketConnection *connection; /* NULL: none yet, or lost */
  GDataInputStream *answers;
  char *line;       /* what is under way, or NULL */
  const char *next; /* what a button asked for meanwhile, or NULL */
  bool there, plugged, waiting;
  guint tick;
};

G_DEFINE_FINAL_TYPE(KioskPracticeKey, kiosk_practice_key, GTK_TYPE_WIDGET)

/* --- what is shown ----------------------------------------------------------
 */

static void
name_button(KioskPracticeKey *self, GtkButton *button, const char *label)
{
  g_autofree char *full = g_strdup_printf("%s: %s", self->name, label);

  if (g_strcmp0(gtk_button_get_label(button), label) == 0)
    return;
  gtk_button_set_label(button, label);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
}

static const char *
state_word(KioskPracticeKey *self)
{
  if (!self->there)
    return _("gone");
  if (!self->plugged)
    return _("in the hand");
  return self->waiting ? _("waits for a touch") : _("in the port");
}

static void
show_state(KioskPracticeKey *self)
{
  name_button(self, self->plug, self->plugged ? _("Pull") : _("Insert"));
  name_button(self, self->touch, _("Touch"));
  gtk_widget_set_sensitive(GTK_WIDGET(self->plug), self->there);
  gtk_widget_set_sensitive(GTK_WIDGET(self->touch), self->waiting);
  gtk_label_set_text(self->state, state_word(self));
  (self->plugged ? gtk_widget_add_css_class
                 : gtk_widget_remove_css_class)(GTK_WIDGET(self), "plugged");
  (self->waiting ? gtk_widget_add_css_class
                 : gtk_widget_remove_css_class)(GTK_WIDGET(self), "waiting");
}

/* "ok touches=0 ... waiting=1 plugged=1" */
static bool
has_word(const char *answer, const char *word)
{
  g_auto(GStrv) words = g_strsplit(answer, " ", -1);

  return g_strv_contains((const char *const *)words, word);
}

/* --- the control socket -----------------------------------------------------
 */

static void send_line(KioskPracticeKey *self, const char *line);

static void
lose(KioskPracticeKey *self)
{
  g_clear_object(&self->answers);
  g_clear_object(&self->connection);
  g_clear_pointer(&self->line, g_free);
  self->next = NULL;
  self->there = self->plugged = self->waiting = false;
  show_state(self);
}

static void
take_answer(KioskPracticeKey *self, const char *answer)
{
  bool is_dump = strcmp(self->line, "dump\n") == 0;

  g_clear_pointer(&self->line, g_free);
  if (is_dump) {
    self->there = true;
    self->plugged = has_word(answer, "plugged=1");
    self->waiting = has_word(answer, "waiting=1");
    show_state(self);
  }
  /* After anything that was done, at once what became of it. */
  if (self->next != NULL)
    send_line(self, g_steal_pointer(&self->next));
  else if (!is_dump)
    send_line(self, "dump\n");
}

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(KioskPracticeKey) self = data;
  g_autofree char *answer = g_data_input_stream_read_line_finish(
      G_DATA_INPUT_STREAM(source), result, NULL, NULL);

  if (g_cancellable_is_cancelled(self->cancellable))
    return;
  if (answer == NULL)
    lose(self);
  else
    take_answer(self, answer);
}

static void
on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(KioskPracticeKey) self = data;
  bool sent = g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result,
                                               NULL, NULL);

  if (g_cancellable_is_cancelled(self->cancellable))
    return;
  if (!sent) {
    lose(self);
    return;
  }
  g_data_input_stream_read_line_async(self->answers, G_PRIORITY_DEFAULT,
                                      self->cancellable, on_answer,
                                      g_object_ref(self));
}

static void
send_line(KioskPracticeKey *self, const char *line)
{
  self->line = g_strdup(line);
  g_output_stream_write_all_async(
      g_io_stream_get_output_stream(G_IO_STREAM(self->connection)), self->line,
      strlen(self->line), G_PRIORITY_DEFAULT, self->cancellable, on_sent,
      g_object_ref(self));
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(KioskPracticeKey) self = data;
  GSocketConnection *connection =
      g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, NULL);

  if (g_cancellable_is_cancelled(self->cancellable)) {
    g_clear_object(&connection);
    return;
  }
  g_clear_pointer(&self->line, g_free);
  self->connection = connection;
  if (connection == NULL)
    return; /* the next tick tries again */
  self->answers = g_data_input_stream_new(
      g_io_stream_get_input_stream(G_IO_STREAM(connection)));
  send_line(self, "dump\n");
}

static void
start_connecting(KioskPracticeKey *self)
{
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(self->control);

  self->line = g_strdup(""); /* something is under way */
  g_socket_client_connect_async(client, G_SOCKET_CONNECTABLE(address),
                                self->cancellable, on_connected,
                                g_object_ref(self));
}

static gboolean
on_tick(gpointer data)
{
  KioskPracticeKey *self = data;

  if (self->line != NULL)
    return G_SOURCE_CONTINUE; /* it has not answered yet */
  if (self->connection == NULL)
    start_connecting(self);
  else
    send_line(self, "dump\n");
  return G_SOURCE_CONTINUE;
}

static void
ask(KioskPracticeKey *self, const char *line)
{
  if (self->connection == NULL)
    return;
  if (self->line != NULL)
    self->next = line;
  else
    send_line(self, line);
}

static void
on_plug_clicked(KioskPracticeKey *self)
{
  ask(self, self->plugged ? "unplug\n" : "plug\n");
}

static void
on_touch_clicked(KioskPracticeKey *self)
{
  ask(self, "touch now\n");
}

/* --- the object -------------------------------------------------------------
 */

static GtkButton *
add_button(KioskPracticeKey *self, GtkBox *row, GCallback callback)
{
  GtkWidget *button = gtk_button_new();

  gtk_widget_set_hexpand(button, TRUE);
  gtk_widget_set_focus_on_click(button, FALSE);
  g_signal_connect_object(button, "clicked", callback, self, G_CONNECT_SWAPPED);
  gtk_box_append(row, button);
  return GTK_BUTTON(button);
}

static GtkLabel *
add_label(GtkBox *box, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, css);
  gtk_box_append(box, label);
  return GTK_LABEL(label);
}

/* Whose key it is, and where it is now. */
static void
add_head(KioskPracticeKey *self)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkLabel *name = add_label(GTK_BOX(row), self->name, "practice-name");

  gtk_widget_set_hexpand(GTK_WIDGET(name), TRUE);
  gtk_label_set_ellipsize(name, PANGO_ELLIPSIZE_END);
  self->state = add_label(GTK_BOX(row), NULL, "practice-note");
  gtk_box_append(GTK_BOX(self->box), row);
}

static void
kiosk_practice_key_dispose(GObject *object)
{
  KioskPracticeKey *self = KIOSK_PRACTICE_KEY(object);

  if (self->tick != 0)
    g_source_remove(self->tick);
  self->tick = 0;
  g_cancellable_cancel(self->cancellable);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS(kiosk_practice_key_parent_class)->dispose(object);
}

static void
kiosk_practice_key_finalize(GObject *object)
{
  KioskPracticeKey *self = KIOSK_PRACTICE_KEY(object);

  g_clear_object(&self->answers);
  g_clear_object(&self->connection);
  g_clear_object(&self->cancellable);
  g_free(self->line);
  g_free(self->control);
  g_free(self->name);
  G_OBJECT_CLASS(kiosk_practice_key_parent_class)->finalize(object);
}

static void
kiosk_practice_key_class_init(KioskPracticeKeyClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = kiosk_practice_key_dispose;
  G_OBJECT_CLASS(klass)->finalize = kiosk_practice_key_finalize;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "practicekey");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kiosk_practice_key_init(KioskPracticeKey *self)
{
  self->cancellable = g_cancellable_new();
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}

GtkWidget *
kiosk_practice_key_new(const char *control, const char *name, const char *note)
{
  KioskPracticeKey *self = g_object_new(KIOSK_TYPE_PRACTICE_KEY, NULL);
  GtkBox *box = GTK_BOX(self->box);
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

  self->control = g_strdup(control);
  self->name = g_strdup(name);
  add_head(self);
  if (note != NULL)
    gtk_label_set_wrap(add_label(box, note, "practice-note"), TRUE);
  gtk_box_set_homogeneous(GTK_BOX(row), TRUE);
  gtk_box_append(box, row);
  self->plug = add_button(self, GTK_BOX(row), G_CALLBACK(on_plug_clicked));
  self->touch = add_button(self, GTK_BOX(row), G_CALLBACK(on_touch_clicked));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  show_state(self);
  self->tick = g_timeout_add(POLL_MS, on_tick, self);
  return GTK_WIDGET(self);
}
