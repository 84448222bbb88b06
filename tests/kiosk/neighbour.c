/* SPDX-License-Identifier: Apache-2.0 */
/* neighbour.c - another program beside the kiosk, which has text to give: in a
 * small window to be dragged from, and in both clipboards: its first argument,
 * or some digits. Says on standard output what became of it. */
#include <gtk/gtk.h>

static const char *text = "271828314159";

static void
say(const char *word)
{
  printf("%s\n", word);
  fflush(stdout);
}

static void
on_drag_begin(void)
{
  say("dragging");
}

static gboolean
on_drag_cancel(void)
{
  say("not taken");
  return FALSE;
}

static void
on_drag_end(void)
{
  say("let go");
}

static void
on_clipboard_changed(GdkClipboard *clipboard, G_GNUC_UNUSED gpointer data)
{
  if (!gdk_clipboard_is_local(clipboard))
    say("copied over");
}

static void
give(GdkClipboard *clipboard)
{
  gdk_clipboard_set_text(clipboard, text);
  g_signal_connect(clipboard, "changed", G_CALLBACK(on_clipboard_changed),
                   NULL);
}

static void
add_drag(GtkWidget *widget)
{
  GtkDragSource *source = gtk_drag_source_new();
  g_autoptr(GdkContentProvider) content =
      gdk_content_provider_new_typed(G_TYPE_STRING, text);

  gtk_drag_source_set_content(source, content);
  g_signal_connect(source, "drag-begin", G_CALLBACK(on_drag_begin), NULL);
  g_signal_connect(source, "drag-cancel", G_CALLBACK(on_drag_cancel), NULL);
  g_signal_connect(source, "drag-end", G_CALLBACK(on_drag_end), NULL);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(source));
}

int
main(int argc, char **argv)
{
  GtkWidget *window, *label;
  GdkDisplay *display;

  if (argc > 1)
    text = argv[1];
  gtk_init();
  display = gdk_display_get_default();
  window = gtk_window_new();
  label = gtk_label_new(text);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_size_request(label, 120, 40);
  gtk_window_set_decorated(GTK_WINDOW(window), FALSE);
  gtk_window_set_child(GTK_WINDOW(window), label);
  add_drag(label);
  gtk_window_present(GTK_WINDOW(window));
  give(gdk_display_get_clipboard(display));
  give(gdk_display_get_primary_clipboard(display));
  say("ready");
  for (;;)
    g_main_context_iteration(NULL, TRUE);
}
