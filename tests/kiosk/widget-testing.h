/* SPDX-License-Identifier: Apache-2.0 */
/* widget-testing.h - a window, a main loop that settles, and a way to find what
 * is in a widget. For the programs of this folder, each of which has one. */
#pragma once

#include "tests/testing.h"

#include <adwaita.h>
#include <stdbool.h>
#include <string.h>

#include "kiosk/widgets/widgets.h"

/* Runs the main loop for a while. */
static inline gboolean
widget_testing_stop(gpointer data)
{
  *(bool *)data = true;
  return G_SOURCE_REMOVE;
}

static inline void
widget_testing_settle(guint ms)
{
  bool over = false;

  g_timeout_add(ms, widget_testing_stop, &over);
  while (!over)
    g_main_context_iteration(NULL, TRUE);
}

/* A window of this size that shows child. */
static inline GtkWidget *
widget_testing_show(GtkWidget *child, int width, int height)
{
  GtkWidget *window = gtk_window_new();

  gtk_window_set_default_size(GTK_WINDOW(window), width, height);
  gtk_window_set_child(GTK_WINDOW(window), child);
  gtk_window_present(GTK_WINDOW(window));
  widget_testing_settle(60);
  return window;
}

/* The first widget of this type below root that match likes; NULL is any. */
static inline GtkWidget *
widget_testing_find(GtkWidget *root, GType type, const char *label)
{
  if (g_type_is_a(G_OBJECT_TYPE(root), type)) {
    if (!label)
      return root;
    if (GTK_IS_BUTTON(root) &&
        g_strcmp0(gtk_button_get_label(GTK_BUTTON(root)), label) == 0)
      return root;
    if (GTK_IS_LABEL(root) &&
        g_strcmp0(gtk_label_get_text(GTK_LABEL(root)), label) == 0)
      return root;
  }
  for (GtkWidget *child = gtk_widget_get_first_child(root); child;
       child = gtk_widget_get_next_sibling(child)) {
    GtkWidget *found = widget_testing_find(child, type, label);

    if (found)
      return found;
  }
  return NULL;
}

/* A press of the button with this label below root. */
static inline void
widget_testing_click(GtkWidget *root, const char *label)
{
  GtkWidget *button = widget_testing_find(root, GTK_TYPE_BUTTON, label);

  assert_non_null(button);
  assert_true(gtk_widget_get_sensitive(button));
  g_signal_emit_by_name(button, "clicked");
}

/* The accessible name is what GTK's own test macro says it is. */
#define assert_named(widget, name)                                             \
  do {                                                                         \
    g_autofree char *said_ = gtk_test_accessible_check_property(               \
        GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name);          \
    if (said_)                                                                 \
      fail_msg("named %s, not %s", said_, name);                               \
  } while (0)

static inline void
widget_testing_count(int *n)
{
  ++*n;
}
