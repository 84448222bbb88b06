/* SPDX-License-Identifier: Apache-2.0 */
/* application.c - shows the first frame, then connects. */
#include "kiosk/application.h"

#include <adwaita.h>
#include <glib-unix.h>

#include "fidotool/error.h"
#include "kiosk/cover.h"
#include "kiosk/device-work.h"
#include "kiosk/practice-panel.h"
#include "kiosk/presenter-text.h"
#include "kiosk/session.h"
#include "kiosk/station.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/window.h"

struct _KioskApplication {
  GObject parent;
  GMainLoop *loop;
  KioskConfig *config;
  char *softkeys;
  KioskStation *station;
  KioskDeviceWork *work;
  KioskSession *session;
  KioskWindow *window;
};

G_DEFINE_FINAL_TYPE(KioskApplication, kiosk_application, G_TYPE_OBJECT)

static void
set_scheme(const char *scheme)
{
  AdwColorScheme colours =
      g_strcmp0(scheme, "dark") == 0    ? ADW_COLOR_SCHEME_FORCE_DARK
      : g_strcmp0(scheme, "light") == 0 ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                        : ADW_COLOR_SCHEME_DEFAULT;

  adw_style_manager_set_color_scheme(adw_style_manager_get_default(), colours);
}

/* The panel of software keys is for practice alone, whatever was asked for. */
static void
on_session_changed(KioskApplication *self)
{
  if (self->softkeys == NULL || !kiosk_session_is_practice(self->session))
    return;
  kiosk_window_set_side(self->window, kiosk_practice_panel_new(self->softkeys));
  g_clear_pointer(&self->softkeys, g_free);
}

static gboolean
connect_later(gpointer data)
{
  KioskApplication *self = data;

  kiosk_device_work_watch(self->work);
  kiosk_session_load_status(self->session);
  return G_SOURCE_REMOVE;
}

/* Nobody else's window is looked at here: everything entered is wiped, and with
 * this program the compositor ends, and whatever else it showed. */
static void
on_covered(gpointer data)
{
  KioskApplication *self = data;

  g_printerr("keyturn-kiosk: another window came in front; starting again\n");
  (void)kiosk_session_go(self->session, KIOSK_GO_STOP);
  g_main_loop_quit(self->loop);
}

static gboolean
on_terminate(gpointer data)
{
  KioskApplication *self = data;

  g_main_loop_quit(self->loop);
  return G_SOURCE_CONTINUE;
}

/* The window itself does not close; a practice at a laptop ends so. */
static gboolean
on_close_request(KioskApplication *self)
{
  if (kiosk_session_is_practice(self->session))
    g_main_loop_quit(self->loop);
  return TRUE;
}

/* The style is written for the reference station; in a narrow window letters
 * are somewhat smaller, as there. A huge one has twice its dots to the inch,
 * unless the settings know better. */
static void
set_text_size(const KioskConfig *config)
{
  g_autoptr(GtkCssProvider) css = gtk_css_provider_new();
  int usual = kiosk_presenter_text_px(config->dpi, config->distance_mm, false);
  int large = kiosk_presenter_text_px(config->dpi, config->distance_mm, true);
  int dots = config->dpi == 0 ? 2 : 1;
  g_autofree char *text =
      g_strdup_printf("window { font-size: %dpx; }\n"
                      "window.narrow { font-size: %dpx; }\n"
                      "window.huge { font-size: %dpx; }\n"
                      "window.large { font-size: %dpx; }\n"
                      "window.large.narrow { font-size: %dpx; }\n"
                      "window.large.huge { font-size: %dpx; }\n",
                      usual, usual * 18 / 20, usual * dots, large,
                      large * 32 / 38, large * dots);

  gtk_css_provider_load_from_data(css, text, -1);
  gtk_style_context_add_provider_for_display(
      gdk_display_get_default(), GTK_STYLE_PROVIDER(css),
      GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}

static void
open_window(KioskApplication *self)
{
  self->station = kiosk_station_new(self->config->station);
  self->work = kiosk_device_work_new();
  self->session = kiosk_session_new(self->station, self->work);
  kiosk_session_set_config(self->session, self->config);
  self->window = kiosk_window_new(NULL, self->session, self->config);
  g_signal_connect_object(self->session, "changed",
                          G_CALLBACK(on_session_changed), self,
                          G_CONNECT_SWAPPED);
  if (self->config->windowed)
    g_signal_connect_object(self->window, "close-request",
                            G_CALLBACK(on_close_request), self,
                            G_CONNECT_SWAPPED);
  else
    kiosk_cover_watch(GTK_WINDOW(self->window), on_covered, self);
  gtk_window_present(GTK_WINDOW(self->window));
  /* Lower than drawing: nothing is asked before the first frame is out. */
  g_idle_add_full(G_PRIORITY_LOW, connect_later, self, NULL);
}

static void
close_window(KioskApplication *self)
{
  gtk_window_destroy(GTK_WINDOW(self->window));
  self->window = NULL;
  g_clear_object(&self->session);
  g_clear_object(&self->work);
  g_clear_object(&self->station);
}

bool
kiosk_application_run(KioskApplication *self, GError **error)
{
  guint terminate;

  if (!gtk_init_check()) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "there is no display");
    return false;
  }
  adw_init();
  kiosk_widgets_init();
  set_text_size(self->config);
  set_scheme(self->config->scheme);
  terminate = g_unix_signal_add(SIGTERM, on_terminate, self);
  open_window(self);
  g_main_loop_run(self->loop);
  close_window(self);
  g_source_remove(terminate);
  return true;
}

static void
kiosk_application_finalize(GObject *object)
{
  KioskApplication *self = KIOSK_APPLICATION(object);

  g_main_loop_unref(self->loop);
  kiosk_config_free(self->config);
  g_free(self->softkeys);
  G_OBJECT_CLASS(kiosk_application_parent_class)->finalize(object);
}

static void
kiosk_application_class_init(KioskApplicationClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = kiosk_application_finalize;
}

static void
kiosk_application_init(KioskApplication *self)
{
  self->loop = g_main_loop_new(NULL, FALSE);
}

KioskApplication *
kiosk_application_new(KioskConfig *config, const char *softkeys)
{
  KioskApplication *self = g_object_new(KIOSK_TYPE_APPLICATION, NULL);

  self->config = config;
  self->softkeys = g_strdup(softkeys);
  return self;
}
