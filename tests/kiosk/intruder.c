/* SPDX-License-Identifier: Apache-2.0 */
/* intruder.c - another program on the kiosk's screen: opens a window over all
 * of it and says on standard output what became of it, until it is ended. */
#include <gtk/gtk.h>

static void
say(const char *word)
{
  printf("%s\n", word);
  fflush(stdout);
}

static void
on_state(GdkToplevel *surface)
{
  say(gdk_toplevel_get_state(surface) & GDK_TOPLEVEL_STATE_FOCUSED ? "in front"
                                                                   : "behind");
}

static void
on_map(GtkNative *window)
{
  say("mapped");
  g_signal_connect(gtk_native_get_surface(window), "notify::state",
                   G_CALLBACK(on_state), NULL);
}

int
main(void)
{
  GtkWidget *window;

  if (!gtk_init_check()) {
    say("refused");
    return 1;
  }
  window = gtk_window_new();
  gtk_window_set_child(GTK_WINDOW(window),
                       gtk_label_new("Please enter your PIN here"));
  g_signal_connect(window, "map", G_CALLBACK(on_map), NULL);
  gtk_window_fullscreen(GTK_WINDOW(window));
  gtk_window_present(GTK_WINDOW(window));
  for (;;)
    g_main_context_iteration(NULL, TRUE);
}
