/* SPDX-License-Identifier: Apache-2.0 */
/* practice-panel.c - one row a software key; each button is one line to the
 * key's control socket. */
#include "kiosk/practice-panel.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <stdbool.h>
#include <string.h>

/* --- one line to a control socket, without waiting --------------------------
 */

static void
tell_key(GTask *task, G_GNUC_UNUSED gpointer source, gpointer data,
         G_GNUC_UNUSED GCancellable *cancellable)
{
  char *const *job = data; /* path, line */
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(job[0]);
  g_autoptr(GSocketConnection) stream = g_socket_client_connect(
      client, G_SOCKET_CONNECTABLE(address), NULL, NULL);
  g_autofree char *line = g_strdup_printf("%s\n", job[1]);
  char answer[256];
  bool ok = false;

  if (stream != NULL &&
      g_output_stream_write_all(
          g_io_stream_get_output_stream(G_IO_STREAM(stream)), line,
          strlen(line), NULL, NULL, NULL)) {
    gssize n =
        g_input_stream_read(g_io_stream_get_input_stream(G_IO_STREAM(stream)),
                            answer, sizeof answer, NULL, NULL);

    ok = n > 2 && memcmp(answer, "ok", 2) == 0;
  }
  g_task_return_boolean(task, ok);
}

static void
send_line(const char *path, const char *line)
{
  g_autoptr(GTask) task = g_task_new(NULL, NULL, NULL, NULL);
  char *job[] = {g_strdup(path), g_strdup(line), NULL};

  g_task_set_task_data(task, g_strdupv(job), (GDestroyNotify)g_strfreev);
  g_task_run_in_thread(task, tell_key);
  g_free(job[0]);
  g_free(job[1]);
}

/* --- the rows ---------------------------------------------------------------
 */

static void
on_button_clicked(GtkWidget *button)
{
  send_line(g_object_get_data(G_OBJECT(button), "path"),
            g_object_get_data(G_OBJECT(button), "line"));
}

static void
add_button(GtkBox *row, const char *path, const char *name, const char *label,
           const char *line)
{
  GtkWidget *button = gtk_button_new_with_label(label);
  g_autofree char *full = g_strdup_printf("%s: %s", name, label);

  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
  gtk_widget_set_focusable(button, FALSE); /* it stands beside the kiosk */
  g_object_set_data_full(G_OBJECT(button), "path", g_strdup(path), g_free);
  g_object_set_data_full(G_OBJECT(button), "line", g_strdup(line), g_free);
  g_signal_connect(button, "clicked", G_CALLBACK(on_button_clicked), NULL);
  gtk_box_append(row, button);
}

static void
add_key(GtkBox *box, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new(name);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, "caption");
  gtk_box_append(box, label);
  add_button(GTK_BOX(row), path, name, _("Insert"), "plug");
  add_button(GTK_BOX(row), path, name, _("Touch"), "touch now");
  add_button(GTK_BOX(row), path, name, _("Pull"), "unplug");
  gtk_box_append(box, row);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

GtkWidget *
kiosk_practice_panel_new(const char *control)
{
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new(_("Practice keys"));
  g_autoptr(GDir) dir = g_dir_open(control, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  gtk_widget_add_css_class(box, "practice-panel");
  gtk_widget_add_css_class(title, "caption");
  gtk_box_append(GTK_BOX(box), title);
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    if (strchr(name, '.') == NULL)
      g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  for (guint i = 0; i < names->len; i++)
    add_key(GTK_BOX(box), control, names->pdata[i]);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), box);
  return scroller;
}
