/* SPDX-License-Identifier: Apache-2.0 */
/* application.c - shows the first frame, then connects. */
#include "kiosk/application.h"

#include "kiosk/cover.h"
#include "kiosk/device-work.h"
#include "kiosk/practice-panel.h"
#include "kiosk/session.h"
#include "kiosk/station.h"
#include "kiosk/widgets/widgets.h"
#include "kiosk/window.h"

struct _KioskApplication {
  AdwApplication parent;
  KioskConfig *config;
  char *softkeys;
  KioskStation *station;
  KioskDeviceWork *work;
  KioskSession *session;
  KioskWindow *window;
};

G_DEFINE_FINAL_TYPE(KioskApplication, kiosk_application, ADW_TYPE_APPLICATION)

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
  g_application_quit(G_APPLICATION(self));
}

static void
kiosk_application_startup(GApplication *application)
{
  G_APPLICATION_CLASS(kiosk_application_parent_class)->startup(application);
  kiosk_widgets_init();
}

static void
kiosk_application_activate(GApplication *application)
{
  KioskApplication *self = KIOSK_APPLICATION(application);

  if (self->window != NULL)
    return;
  self->station = kiosk_station_new(self->config->station);
  self->work = kiosk_device_work_new();
  self->session = kiosk_session_new(self->station, self->work);
  kiosk_session_set_config(self->session, self->config);
  self->window = kiosk_window_new(GTK_APPLICATION(self), self->session,
                                  self->config);
  g_signal_connect_object(self->session, "changed",
                          G_CALLBACK(on_session_changed), self,
                          G_CONNECT_SWAPPED);
  if (!self->config->windowed)
    kiosk_cover_watch(GTK_WINDOW(self->window), on_covered, self);
  gtk_window_present(GTK_WINDOW(self->window));
  /* Lower than drawing: nothing is asked before the first frame is out. */
  g_idle_add_full(G_PRIORITY_LOW, connect_later, self, NULL);
}

static void
kiosk_application_shutdown(GApplication *application)
{
  KioskApplication *self = KIOSK_APPLICATION(application);

  if (self->window != NULL)
    gtk_window_destroy(GTK_WINDOW(self->window));
  self->window = NULL;
  g_clear_object(&self->session);
  g_clear_object(&self->work);
  g_clear_object(&self->station);
  G_APPLICATION_CLASS(kiosk_application_parent_class)->shutdown(application);
}

static void
kiosk_application_finalize(GObject *object)
{
  KioskApplication *self = KIOSK_APPLICATION(object);

  kiosk_config_free(self->config);
  g_free(self->softkeys);
  G_OBJECT_CLASS(kiosk_application_parent_class)->finalize(object);
}

static void
kiosk_application_class_init(KioskApplicationClass *klass)
{
  GApplicationClass *application = G_APPLICATION_CLASS(klass);

  G_OBJECT_CLASS(klass)->finalize = kiosk_application_finalize;
  application->startup = kiosk_application_startup;
  application->activate = kiosk_application_activate;
  application->shutdown = kiosk_application_shutdown;
}

static void
kiosk_application_init(G_GNUC_UNUSED KioskApplication *self)
{
}

KioskApplication *
kiosk_application_new(KioskConfig *config, const char *softkeys)
{
  /* Without an id nothing is registered or exported anywhere. */
  KioskApplication *self =
      g_object_new(KIOSK_TYPE_APPLICATION, "application-id", NULL, "flags",
                   G_APPLICATION_NON_UNIQUE, "register-session", FALSE, NULL);

  self->config = config;
  self->softkeys = g_strdup(softkeys);
  return self;
}
