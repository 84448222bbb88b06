/* SPDX-License-Identifier: Apache-2.0 */
/* probe.c - one widget in a window, for the tests that look at a program from
 * outside: probe WIDGET [guarded]. Answers one line to each line of its
 * standard input. Guarded: the window has no inspector, as the kiosk's. */
#include <adwaita.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/widgets/widgets.h"

typedef struct {
  GtkWindow parent_instance;
} ProbeWindow;

typedef struct {
  GtkWindowClass parent_class;
} ProbeWindowClass;

GType probe_window_get_type(void);
G_DEFINE_TYPE(ProbeWindow, probe_window, GTK_TYPE_WINDOW)

static gboolean
refuse_debugging(GtkWindow *window, gboolean toggle)
{
  (void)window;
  (void)toggle;
  return FALSE;
}

static void
probe_window_init(ProbeWindow *self)
{
  (void)self;
}

static void
probe_window_class_init(ProbeWindowClass *klass)
{
  GTK_WINDOW_CLASS(klass)->enable_debugging = refuse_debugging;
}

static GtkWidget *widget; /* the one that is looked at */
static GtkWidget *window;
static bool over;

static void
answer_count(void)
{
  printf("%zu\n", kiosk_secret_entry_count(KIOSK_SECRET_ENTRY(widget)));
}

/* Windows, menus, choosers: everything with a surface of its own. */
static int
count_surfaces(GtkWidget *below)
{
  int n = GTK_IS_NATIVE(below) && gtk_widget_get_mapped(below);

  for (GtkWidget *child = gtk_widget_get_first_child(below); child;
       child = gtk_widget_get_next_sibling(child))
    n += count_surfaces(child);
  return n;
}

static void
answer_windows(void)
{
  g_autoptr(GList) all = gtk_window_list_toplevels();
  int n = 0;

  for (GList *l = all; l; l = l->next)
    n += count_surfaces(l->data);
  printf("%d\n", n);
}

/* The middle of what has the focus. */
static void
answer_where(void)
{
  GtkWidget *focus = gtk_root_get_focus(GTK_ROOT(window));
  graphene_rect_t box = GRAPHENE_RECT_INIT(0, 0, 0, 0);

  if (focus && gtk_widget_compute_bounds(focus, window, &box))
    printf("%d %d\n", (int)(box.origin.x + box.size.width / 2),
           (int)(box.origin.y + box.size.height / 2));
  else
    puts("0 0");
}

static void
answer(const char *line)
{
  if (g_str_equal(line, "count")) {
    answer_count();
  } else if (g_str_equal(line, "clear")) {
    kiosk_secret_entry_clear(KIOSK_SECRET_ENTRY(widget));
    answer_count();
  } else if (g_str_equal(line, "steal")) {
    fidotool_secret_free(kiosk_secret_entry_steal(KIOSK_SECRET_ENTRY(widget)));
    answer_count();
  } else if (g_str_equal(line, "page")) {
    puts(kiosk_secret_entry_has_page(KIOSK_SECRET_ENTRY(widget)) ? "yes"
                                                                 : "no");
  } else if (g_str_equal(line, "destroy")) {
    gtk_window_set_child(GTK_WINDOW(window), gtk_label_new("gone"));
    widget = NULL;
    puts("gone");
  } else if (g_str_equal(line, "text")) {
    puts(KIOSK_IS_TEXT_ENTRY(widget)
             ? kiosk_text_entry_get_text(KIOSK_TEXT_ENTRY(widget))
             : gtk_editable_get_text(GTK_EDITABLE(widget)));
  } else if (g_str_has_prefix(line, "copy ")) {
    gdk_clipboard_set_text(gtk_widget_get_clipboard(window), line + 5);
    puts("copied");
  } else if (g_str_equal(line, "windows")) {
    answer_windows();
  } else if (g_str_equal(line, "where")) {
    answer_where();
  } else if (g_str_equal(line, "quit")) {
    over = true;
    puts("bye");
  } else {
    puts("what?");
  }
  fflush(stdout);
}

static gboolean
on_input(GIOChannel *channel, GIOCondition condition, gpointer data)
{
  g_autofree char *line = NULL;

  (void)condition;
  (void)data;
  if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) !=
      G_IO_STATUS_NORMAL) {
    over = true;
    return G_SOURCE_REMOVE;
  }
  answer(g_strchomp(line));
  return G_SOURCE_CONTINUE;
}

static void
on_digit(KioskSecretEntry *entry, const char *utf8)
{
  (void)kiosk_secret_entry_insert(entry, utf8); /* full is no fault here */
}

static GtkWidget *
make_child(const char *name)
{
  GtkWidget *box, *pad;

  if (g_str_equal(name, "stock"))
    return widget = gtk_entry_new();
  if (g_str_equal(name, "text")) {
    widget = kiosk_text_entry_new();
    g_object_set(widget, "label", "Name", NULL);
    return widget;
  }
  widget = kiosk_secret_entry_new();
  g_object_set(widget, "label", "PIN of your key", NULL);
  if (g_str_equal(name, "secret"))
    return widget;
  box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  pad = kiosk_keypad_new();
  gtk_box_append(GTK_BOX(box), widget);
  gtk_box_append(GTK_BOX(box), pad);
  g_signal_connect_swapped(pad, "pressed", G_CALLBACK(on_digit), widget);
  return box;
}

int
main(int argc, char **argv)
{
  g_autoptr(GIOChannel) input = g_io_channel_unix_new(0);

  if (argc < 2)
    return 2;
  gtk_init();
  kiosk_widgets_init();
  window =
      argc > 2 ? g_object_new(probe_window_get_type(), NULL) : gtk_window_new();
  gtk_window_set_title(GTK_WINDOW(window), "probe");
  gtk_window_set_decorated(GTK_WINDOW(window), FALSE);
  gtk_window_set_default_size(GTK_WINDOW(window), 500, 420);
  gtk_window_set_child(GTK_WINDOW(window), make_child(argv[1]));
  gtk_widget_grab_focus(widget);
  gtk_window_present(GTK_WINDOW(window));
  g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_input, NULL);
  puts("ready");
  fflush(stdout);
  while (!over)
    g_main_context_iteration(NULL, TRUE);
  gtk_window_destroy(GTK_WINDOW(window));
  return 0;
}
