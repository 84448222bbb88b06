/* SPDX-License-Identifier: Apache-2.0 */
/* watched-kiosk.c - keyturn-kiosk with a watchdog on its main loop, for tests.
 * Takes the kiosk's arguments. At the end, also after SIGTERM, it says on
 * standard error how long the loop was held up:
 *
 *   watchdog: stall 63 ms (processor 58 ms) at 2.410 s
 *   watchdog: 1 stalls over 50 ms, longest 63 ms, 412 rounds
 *
 * On SIGUSR1 it saves the window to the file that KEYTURN_PICTURE names and
 * says "picture: 1280x800, 731 colours". */
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kiosk/program.h"

/* What a person feels as a hitch. */
#define LIMIT_US (50 * 1000)
#define MOST 1000 /* that are kept */

typedef struct {
  gint64 at_us, took_us, used_us;
} Stall;

typedef struct {
  GSource source;
  gint64 began_us, woke_us, waited_us, used_us, longest_us;
  bool awake;
  unsigned rounds, n_stalls;
  Stall stalls[MOST];
} Watchdog;

/* --- the watchdog ----------------------------------------------------------
 */

/* How long this thread was ready to run but had no processor: not its fault.
 * 0 where the kernel does not count it. */
static gint64
queued_us(void)
{
  g_autofree char *text = NULL;
  char *end;

  if (!g_file_get_contents("/proc/thread-self/schedstat", &text, NULL, NULL))
    return 0;
  (void)g_ascii_strtoull(text, &end, 10); /* time on a processor */
  return (gint64)(g_ascii_strtoull(end, NULL, 10) / 1000);
}

/* What this thread has computed. */
static gint64
used_us(void)
{
  struct timespec used;

  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0)
    return 0;
  return (gint64)used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

static void
note(Watchdog *self, gint64 now)
{
  gint64 took = now - self->woke_us;

  if (took > LIMIT_US)
    took -= queued_us() - self->waited_us;
  self->longest_us = MAX(self->longest_us, took);
  if (took <= LIMIT_US)
    return;
  if (self->n_stalls < MOST)
    self->stalls[self->n_stalls] =
        (Stall){self->woke_us - self->began_us, took,
                used_us() - self->used_us};
  self->n_stalls++;
}

/* A round of the loop goes from poll() (check) to the next poll() (prepare);
 * this source is the first that is asked in both. */
static gboolean
prepare(GSource *source, int *timeout)
{
  Watchdog *self = (Watchdog *)source;

  *timeout = -1;
  if (self->awake)
    note(self, g_get_monotonic_time());
  self->awake = false;
  return FALSE;
}

static gboolean
check(GSource *source)
{
  Watchdog *self = (Watchdog *)source;

  self->waited_us = queued_us();
  self->used_us = used_us();
  self->woke_us = g_get_monotonic_time();
  self->awake = true;
  self->rounds++;
  return FALSE;
}

static gboolean
dispatch(G_GNUC_UNUSED GSource *source, G_GNUC_UNUSED GSourceFunc callback,
         G_GNUC_UNUSED gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs watchdog_funcs = {
    .prepare = prepare, .check = check, .dispatch = dispatch};

static Watchdog *
start_watchdog(void)
{
  GSource *source = g_source_new(&watchdog_funcs, sizeof(Watchdog));

  ((Watchdog *)source)->began_us = g_get_monotonic_time();
  g_source_set_priority(source, G_MININT);
  g_source_attach(source, NULL);
  return (Watchdog *)source;
}

static void
report(const Watchdog *self)
{
  for (unsigned i = 0; i < MIN(self->n_stalls, MOST); i++)
    fprintf(stderr, "watchdog: stall %d ms (processor %d ms) at %.3f s\n",
            (int)(self->stalls[i].took_us / 1000),
            (int)(self->stalls[i].used_us / 1000),
            (double)self->stalls[i].at_us / G_USEC_PER_SEC);
  fprintf(stderr, "watchdog: %u stalls over %d ms, longest %d ms, %u rounds\n",
          self->n_stalls, LIMIT_US / 1000, (int)(self->longest_us / 1000),
          self->rounds);
}

/* --- pictures --------------------------------------------------------------
 */

static int
compare_pixels(const void *a, const void *b)
{
  const guint32 *one = a, *other = b;

  return (*one > *other) - (*one < *other);
}

static unsigned
count_colours(GdkTexture *texture)
{
  const int width = gdk_texture_get_width(texture);
  const int height = gdk_texture_get_height(texture);
  const size_t n = (size_t)width * (size_t)height;
  g_autofree guint32 *pixels = g_new0(guint32, n);
  unsigned colours = 1;

  gdk_texture_download(texture, (guchar *)pixels, (size_t)width * 4);
  qsort(pixels, n, sizeof *pixels, compare_pixels);
  for (size_t i = 1; i < n; i++)
    colours += pixels[i] != pixels[i - 1];
  return colours;
}

static GdkTexture *
draw(GtkWindow *window)
{
  g_autoptr(GdkPaintable) paintable =
      gtk_widget_paintable_new(GTK_WIDGET(window));
  GtkSnapshot *snapshot = gtk_snapshot_new();
  g_autoptr(GskRenderNode) node = NULL;

  gdk_paintable_snapshot(paintable, snapshot,
                         gdk_paintable_get_intrinsic_width(paintable),
                         gdk_paintable_get_intrinsic_height(paintable));
  node = gtk_snapshot_free_to_node(snapshot);
  return node == NULL
             ? NULL
             : gsk_renderer_render_texture(
                   gtk_native_get_renderer(GTK_NATIVE(window)), node, NULL);
}

static gboolean
on_picture_wanted(gpointer data)
{
  Watchdog *watchdog = data;
  g_autoptr(GtkWindow) window =
      g_list_model_get_item(gtk_window_get_toplevels(), 0);
  g_autoptr(GdkTexture) texture = window == NULL ? NULL : draw(window);
  const char *path = g_getenv("KEYTURN_PICTURE");

  if (texture == NULL || path == NULL ||
      !gdk_texture_save_to_png(texture, path))
    printf("picture: none\n");
  else
    printf("picture: %dx%d, %u colours\n", gdk_texture_get_width(texture),
           gdk_texture_get_height(texture), count_colours(texture));
  fflush(stdout);
  watchdog->awake = false; /* this took long, and is not the kiosk's doing */
  return G_SOURCE_CONTINUE;
}

int
main(int argc, char **argv)
{
  Watchdog *watchdog = start_watchdog();
  int code;

  g_unix_signal_add(SIGUSR1, on_picture_wanted, watchdog);
  code = kiosk_program_run(argc, argv);
  report(watchdog);
  g_source_destroy((GSource *)watchdog);
  g_source_unref((GSource *)watchdog);
  return code;
}
