/* SPDX-License-Identifier: Apache-2.0 */
/* device-work.h - keyhelper, away from the main loop: one watch that says
 * which keys are there, and one job at a time. What the person sees of a job
 * is its view (presenter-key.h), kept here; a widget only draws it. */
#pragma once

#include <glib-object.h>

#include "fidotool/helper/client-jobs.h"
#include "fidotool/json.h"
#include "fidotool/secret.h"
#include "kiosk/presenter-key.h"

#define KIOSK_TYPE_DEVICE_WORK (kiosk_device_work_get_type())
G_DECLARE_FINAL_TYPE(KioskDeviceWork, kiosk_device_work, KIOSK, DEVICE_WORK,
                     GObject)

/* One job: runs on a thread, talks to keyhelper through how, returns what was
 * asked for or NULL and error. data is not touched by anybody else then. */
typedef FidotoolJson *(*KioskDeviceJob)(const FidotoolClientJobs *how,
                                        gpointer data, GError **error);

/* How it ended, on the main loop: result is taken, NULL where error is set.
 * The view has been brought up to date before. Not called after cancel. */
typedef void (*KioskDeviceDone)(FidotoolJson *result, const GError *error,
                                gpointer data);

typedef struct {
  KioskDeviceJob run;
  gpointer data;       /* handed to run */
  GDestroyNotify free; /* of data, once nobody runs any more; may be NULL */
  KioskDeviceDone done;
  gpointer user;       /* handed to done */
  const char *device;  /* the key it is for, or NULL: the only one there is */
  const char *without; /* a key that is not meant, or NULL */
  bool wait_one;       /* wait for exactly one key before it begins */
  bool fresh;          /* a key that is in already comes out before */
  bool written;        /* the key was changed before, by another task */
  const char *insert;  /* word instead of "key.insert", or NULL */
} KioskDeviceTask;

/* A device that was pulled out may come back under another selector: then the
 * only key there is counts as it, and run() looks whether it is the same. */

/*
 * Signals, on the main loop:
 *   "view-changed"    the view has
 *   "keys-changed"    keys came or went
 *   "removed" (text)  this key was pulled out: its selector
 */
KioskDeviceWork *kiosk_device_work_new(void);

/* Starts the watch; nothing is started before. */
void kiosk_device_work_watch(KioskDeviceWork *self);
/* The keys that are there: an array of what keyhelper says of each. */
const FidotoolJson *kiosk_device_work_keys(KioskDeviceWork *self);
/* keyhelper tells of arrivals; false while it has to be started again. */
bool kiosk_device_work_is_watching(KioskDeviceWork *self);
bool kiosk_device_work_has(KioskDeviceWork *self, const char *selector);
/* The key that is worked with lies on a reader. */
bool kiosk_device_work_is_on_reader(KioskDeviceWork *self);

const KioskKeyView *kiosk_device_work_view(KioskDeviceWork *self);

/* Starts a task; one that runs is cancelled. task is copied. */
void kiosk_device_work_start(KioskDeviceWork *self,
                             const KioskDeviceTask *task);
/* The same task once more, after a failure. */
void kiosk_device_work_again(KioskDeviceWork *self);
/* The person entered a PIN, which is taken. */
void kiosk_device_work_enter(KioskDeviceWork *self, FidotoolSecret *pin);
/* The person wants to use the last try. */
void kiosk_device_work_use_last(KioskDeviceWork *self);
/* A PIN that the next question for one is answered with; taken. last: also
 * where it is the last try, for the person was asked. Wiped with the task, and
 * before that once it was wrong or the key is out: it is tried once. */
void kiosk_device_work_keep_pin(KioskDeviceWork *self, FidotoolSecret *pin,
                                bool last);
/* Nothing came for a while: the view says what else to try. */
void kiosk_device_work_waited(KioskDeviceWork *self);
/* The key typed like a keyboard: it was touched too early. */
void kiosk_device_work_early(KioskDeviceWork *self);
/* The station refused what the key gave. */
void kiosk_device_work_refused(KioskDeviceWork *self);
/* It is the key of nobody who could go on here. */
void kiosk_device_work_stranger(KioskDeviceWork *self);
/* The person said cancel: what runs ends at once, and may be tried again. */
void kiosk_device_work_stop(KioskDeviceWork *self);
/* Ends the task at once; the view is idle. */
void kiosk_device_work_cancel(KioskDeviceWork *self);
