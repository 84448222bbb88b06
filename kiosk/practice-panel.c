/* SPDX-License-Identifier: Apache-2.0 */
/* practice-panel.c - which keys there are, and what is said above them. */
#include "kiosk/practice-panel.h"

#include <glib/gi18n.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/practice-key.h"

static void
add_label(GtkBox *box, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 24);
  gtk_widget_add_css_class(label, css);
  gtk_box_append(box, label);
}

static bool
is_socket(const char *path)
{
  struct stat about;

  return stat(path, &about) == 0 && S_ISSOCK(about.st_mode);
}

static void
add_key(GtkBox *box, const char *control, const char *id, GKeyFile *about)
{
  g_autofree char *path = g_build_filename(control, id, NULL);
  g_autofree char *said = g_key_file_get_string(about, "names", id, NULL);
  char *note = said == NULL ? NULL : strstr(said, "; ");

  if (!is_socket(path))
    return;
  if (note != NULL) {
    *note = '\0';
    note += strlen("; ");
  }
  gtk_box_append(box,
                 kiosk_practice_key_new(path, said == NULL ? id : said, note));
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Those with a name first, in its order; then the others by theirs. */
static GPtrArray *
list_keys(const char *control, GKeyFile *about)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) named = g_key_file_get_keys(about, "names", NULL, NULL);
  g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(control, 0, NULL);
  const char *id;

  for (char **one = named; one != NULL && *one != NULL; one++)
    g_ptr_array_add(ids, g_strdup(*one));
  while (dir != NULL && (id = g_dir_read_name(dir)) != NULL)
    if (named == NULL || !g_strv_contains((const char *const *)named, id))
      g_ptr_array_add(others, g_strdup(id));
  g_ptr_array_sort(others, compare_names);
  g_ptr_array_extend_and_steal(ids, g_steal_pointer(&others));
  return ids;
}

static void
add_pin(GtkBox *box, GKeyFile *about)
{
  g_autofree char *pin = g_key_file_get_string(about, "practice", "pin", NULL);
  g_autofree char *text =
      pin == NULL ? NULL : g_strdup_printf(_("PIN of these keys: %s"), pin);

  if (text != NULL)
    add_label(box, text, "practice-name");
}

/* The window itself has no button for it. */
static void
on_end_clicked(GtkWidget *button)
{
  gtk_window_close(GTK_WINDOW(gtk_widget_get_root(button)));
}

GtkWidget *
kiosk_practice_panel_new(const char *control)
{
  GtkWidget *panel = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *end = gtk_button_new_with_label(_("End practice"));
  g_autofree char *path = g_build_filename(control, "panel", NULL);
  g_autoptr(GKeyFile) about = g_key_file_new();
  g_autoptr(GPtrArray) ids = NULL;

  /* Without it the keys go by the names of their sockets. */
  (void)g_key_file_load_from_file(about, path, G_KEY_FILE_NONE, NULL);
  gtk_widget_add_css_class(panel, "practice-panel");
  add_label(GTK_BOX(box), _("Practice keys"), "practice-title");
  add_label(GTK_BOX(box),
            _("Outside the kiosk: what hands do with keys at its port."),
            "practice-note");
  add_pin(GTK_BOX(box), about);
  ids = list_keys(control, about);
  for (guint i = 0; i < ids->len; i++)
    add_key(GTK_BOX(box), control, ids->pdata[i], about);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), box);
  gtk_widget_set_vexpand(scroller, TRUE);
  g_signal_connect(end, "clicked", G_CALLBACK(on_end_clicked), NULL);
  gtk_box_append(GTK_BOX(panel), scroller);
  gtk_box_append(GTK_BOX(panel), end);
  /* Neither a click nor Tab takes the focus away from the page. */
  gtk_widget_set_can_focus(panel, FALSE);
  return panel;
}
