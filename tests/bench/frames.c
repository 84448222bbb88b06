/* SPDX-License-Identifier: Apache-2.0 */
/* frames.c - preloaded into any GTK 4 program: what its frames cost it, told
 * from outside, so that the kiosk and its peers are measured alike.
 *
 * FRAMES_FILE names a file, to which it appends lines. FRAMES=first ends the
 * program after its first frame:
 *
 *   first 105123 us 92160 KiB 20480 KiB    (processor time, RSS, private dirty)
 *
 * FRAMES=pages goes on, and writes for each page that the kiosk's session
 * turns to what it cost until it was painted:
 *
 *   page 8123 us
 */
#include <dlfcn.h>
#include <gtk/gtk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static FILE *out;
static bool pages;
static gint64 turned_us = -1;

static gint64
used_us(void)
{
  struct timespec used;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (gint64)used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

/* KiB of a line of smaps_rollup. */
static long
read_memory(const char *name)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents("/proc/self/smaps_rollup", &text, NULL, NULL))
    return -1;
  line = strstr(text, name);
  return line == NULL ? -1 : strtol(line + strlen(name), NULL, 10);
}

static bool
is_shown(void)
{
  g_autoptr(GtkWindow) window =
      g_list_model_get_item(gtk_window_get_toplevels(), 0);

  return window != NULL && gtk_widget_get_mapped(GTK_WIDGET(window));
}

static gboolean
on_painted(G_GNUC_UNUSED GSignalInvocationHint *hint,
           G_GNUC_UNUSED guint n_values, G_GNUC_UNUSED const GValue *values,
           G_GNUC_UNUSED gpointer data)
{
  if (!is_shown())
    return TRUE;
  if (!pages) {
    const gint64 used = used_us();

    fprintf(out, "first %ld us %ld KiB %ld KiB\n", (long)used,
            read_memory("\nRss:"), read_memory("\nPrivate_Dirty:"));
    fflush(out);
    _exit(0);
  }
  if (turned_us >= 0)
    fprintf(out, "page %ld us\n", (long)(used_us() - turned_us));
  fflush(out);
  turned_us = -1;
  return TRUE;
}

static gboolean
on_turned(G_GNUC_UNUSED GSignalInvocationHint *hint,
          G_GNUC_UNUSED guint n_values, G_GNUC_UNUSED const GValue *values,
          G_GNUC_UNUSED gpointer data)
{
  if (turned_us < 0)
    turned_us = used_us();
  return TRUE;
}

/* The session's type is there once the program has made its session. */
static gboolean
watch_pages(G_GNUC_UNUSED gpointer data)
{
  const GType type = g_type_from_name("KioskSession");
  const guint signal = type == 0 ? 0 : g_signal_lookup("step-changed", type);

  if (signal == 0)
    return G_SOURCE_CONTINUE;
  g_signal_add_emission_hook(signal, 0, on_turned, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
start(void)
{
  static bool started;
  const char *path = started ? NULL : g_getenv("FRAMES_FILE");

  started = true;
  out = path == NULL ? NULL : fopen(path, "a");
  if (out == NULL)
    return;
  pages = g_strcmp0(g_getenv("FRAMES"), "pages") == 0;
  unsetenv("LD_PRELOAD"); /* it is not for what the program starts */
  g_type_class_unref(g_type_class_ref(GDK_TYPE_FRAME_CLOCK));
  g_signal_add_emission_hook(
      g_signal_lookup("after-paint", GDK_TYPE_FRAME_CLOCK), 0, on_painted, NULL,
      NULL);
  if (pages)
    g_timeout_add(100, watch_pages, NULL);
}

/* In the place of GTK's: every program calls it for its window. */
G_MODULE_EXPORT void
gtk_window_present(GtkWindow *window)
{
  void (*present)(GtkWindow *);
  void *symbol = dlsym(RTLD_NEXT, "gtk_window_present");

  memcpy(&present, &symbol, sizeof present);
  start();
  present(window);
}
