/* SPDX-License-Identifier: Apache-2.0 */
/* device-run.h - one run of a job of keyhelper's: shared by the thread that
 * waits for it and the main loop. */
#pragma once

#include "kiosk/device-work.h"

/* What a task was given: its threads may outlive the task. */
typedef struct {
  gatomicrefcount refs;
  gpointer data;
  GDestroyNotify free;
} KioskDeviceBox;

/* One run of a task, shared by its thread and the main loop. */
typedef struct {
  gatomicrefcount refs;
  GWeakRef work;
  KioskDeviceJob job;
  KioskDeviceBox *box;
  char *device;
  int cancel_fd;
  GMutex mutex; /* for the two below */
  GCond cond;
  FidotoolSecret *pin;
  bool cancelled;
  FidotoolJson *result;
  GError *error;
  int retries;
  int ctap;
  bool seen_out; /* the key was pulled out while it ran */
  bool tapping;  /* it is to be lifted off its reader and laid there again */
  bool lifted;   /* it was lifted when it was not to be */
  bool away;     /* lifted while tapping, and not seen back */
  bool heard;    /* the watch: it has said which keys there are */
} KioskDeviceRun;

/* What the thread has to say, on the main loop. */
typedef struct {
  KioskDeviceRun *run;
  char *name;
  FidotoolJson *fields;
} KioskDeviceHeard;

KioskDeviceBox *kiosk_device_run_ref_box(KioskDeviceBox *box);
void kiosk_device_run_unref_box(KioskDeviceBox *box);
/* With a reference for the caller and one for the thread. */
KioskDeviceRun *kiosk_device_run_new(KioskDeviceWork *work);
void kiosk_device_run_unref(KioskDeviceRun *run);
void kiosk_device_run_cancel(KioskDeviceRun *run);
/* From the thread: func is called on the main loop with a KioskDeviceHeard.
 * fields is taken. */
void kiosk_device_run_post(KioskDeviceRun *run, const char *name,
                           FidotoolJson *fields, GSourceFunc func);
/* pin is taken. */
void kiosk_device_run_give_pin(KioskDeviceRun *run, FidotoolSecret *pin);
/* On the thread: until a PIN is given, or the run is cancelled. */
FidotoolSecret *kiosk_device_run_wait_pin(KioskDeviceRun *run, GError **error);
