/* SPDX-License-Identifier: Apache-2.0 */
/* cover.c - follows what the compositor says of the window's surface. (GTK's
 * own "is-active" needs a keyboard, which a station may not have.) */
#include "kiosk/cover.h"

typedef struct {
  void (*covered)(gpointer data);
  gpointer data;
  gboolean was_in_front;
} Watch;

static void
on_state(GdkToplevel *surface, G_GNUC_UNUSED GParamSpec *pspec, gpointer data)
{
  Watch *watch = data;
  gboolean in_front =
      (gdk_toplevel_get_state(surface) & GDK_TOPLEVEL_STATE_FOCUSED) != 0;

  if (watch->was_in_front && !in_front && watch->covered != NULL) {
    watch->covered(watch->data);
    watch->covered = NULL; /* once */
  }
  watch->was_in_front = in_front;
}

static void
on_realize(GtkWidget *window, gpointer data)
{
  g_signal_connect(gtk_native_get_surface(GTK_NATIVE(window)), "notify::state",
                   G_CALLBACK(on_state), data);
}

static void
free_watch(gpointer data, G_GNUC_UNUSED GClosure *closure)
{
  g_free(data);
}

void
kiosk_cover_watch(GtkWindow *window, void (*covered)(gpointer data),
                  gpointer data)
{
  Watch *watch = g_new0(Watch, 1);

  watch->covered = covered;
  watch->data = data;
  g_signal_connect_data(window, "realize", G_CALLBACK(on_realize), watch,
                        free_watch, 0);
}
