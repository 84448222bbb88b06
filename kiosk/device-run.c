/* SPDX-License-Identifier: Apache-2.0 */
/* device-run.c - what a thread that waits for keyhelper and the main loop
 * share. What is heard is posted to the main loop; a PIN goes the other way. */
#include "kiosk/device-run.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "fidotool/error.h"

KioskDeviceBox *
kiosk_device_run_ref_box(KioskDeviceBox *box)
{
  g_atomic_ref_count_inc(&box->refs);
  return box;
}

void
kiosk_device_run_unref_box(KioskDeviceBox *box)
{
  if (!g_atomic_ref_count_dec(&box->refs))
    return;
  if (box->free != NULL)
    box->free(box->data);
  g_free(box);
}

void
kiosk_device_run_unref(KioskDeviceRun *run)
{
  if (!g_atomic_ref_count_dec(&run->refs))
    return;
  g_weak_ref_clear(&run->work);
  (void)close(run->cancel_fd); /* nobody listens any more */
  g_mutex_clear(&run->mutex);
  g_cond_clear(&run->cond);
  fidotool_secret_free(run->pin);
  fidotool_json_free(run->result);
  g_clear_error(&run->error);
  g_clear_pointer(&run->box, kiosk_device_run_unref_box);
  g_free(run->device);
  g_free(run);
}

void
kiosk_device_run_cancel(KioskDeviceRun *run)
{
  static const uint64_t one = 1;

  g_mutex_lock(&run->mutex);
  run->cancelled = true;
  g_clear_pointer(&run->pin, fidotool_secret_free);
  g_cond_broadcast(&run->cond);
  g_mutex_unlock(&run->mutex);
  /* An eventfd that is full is readable as well. */
  if (write(run->cancel_fd, &one, sizeof one) < 0)
    return;
}

static void
free_heard(gpointer data)
{
  KioskDeviceHeard *heard = data;

  kiosk_device_run_unref(heard->run);
  fidotool_json_free(heard->fields);
  g_free(heard->name);
  g_free(heard);
}

void
kiosk_device_run_post(KioskDeviceRun *run, const char *name,
                      FidotoolJson *fields, GSourceFunc func)
{
  KioskDeviceHeard *heard = g_new0(KioskDeviceHeard, 1);

  g_atomic_ref_count_inc(&run->refs);
  heard->run = run;
  heard->name = g_strdup(name);
  heard->fields = fields;
  g_idle_add_full(G_PRIORITY_DEFAULT, func, heard, free_heard);
}

void
kiosk_device_run_give_pin(KioskDeviceRun *run, FidotoolSecret *pin)
{
  g_mutex_lock(&run->mutex);
  fidotool_secret_free(run->pin);
  run->pin = pin;
  g_cond_broadcast(&run->cond);
  g_mutex_unlock(&run->mutex);
}

FidotoolSecret *
kiosk_device_run_wait_pin(KioskDeviceRun *run, GError **error)
{
  FidotoolSecret *pin = NULL;

  g_mutex_lock(&run->mutex);
  while (run->pin == NULL && !run->cancelled)
    g_cond_wait(&run->cond, &run->mutex);
  if (!run->cancelled)
    pin = g_steal_pointer(&run->pin);
  g_mutex_unlock(&run->mutex);
  if (pin == NULL)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_CANCELLED, "cancelled");
  return pin;
}

KioskDeviceRun *
kiosk_device_run_new(KioskDeviceWork *self)
{
  KioskDeviceRun *run = g_new0(KioskDeviceRun, 1);

  g_atomic_ref_count_init(&run->refs);
  g_atomic_ref_count_inc(&run->refs); /* the thread's */
  g_weak_ref_init(&run->work, self);
  run->cancel_fd = eventfd(0, EFD_CLOEXEC);
  g_mutex_init(&run->mutex);
  g_cond_init(&run->cond);
  run->retries = -1;
  return run;
}
