/* SPDX-License-Identifier: Apache-2.0 */
/* device-work-private.h - what the files of the device work share. */
#pragma once

#include "kiosk/device-run.h"

struct _KioskDeviceWork {
  GObject parent;
  KioskDeviceRun *watch;
  KioskDeviceRun *run;
  int ending; /* runs that were told to end, and have not yet */
  FidotoolJson *keys;
  bool reader; /* there is a card reader, with a key on it or not */
  KioskKeyView view;
  KioskDeviceTask task;
  KioskDeviceBox *box; /* NULL: there is no task */
  char *task_device, *task_without;
  bool device_out; /* the task's device was pulled out meanwhile */
  FidotoolSecret *kept;
  bool kept_last;
  /* Wrong PINs in a row are a key's, not a task's. */
  char *wrong_device;
  int wrong;
};

/* Something happened: the view follows. input may be NULL. */
void kiosk_device_work_apply(KioskDeviceWork *self, KioskKeyEvent event,
                             const KioskKeyInput *input);
/* The running task's job is told to end; the task stays. */
void kiosk_device_work_drop_run(KioskDeviceWork *self);
/* There are other keys than before. */
void kiosk_device_work_tell_keys(KioskDeviceWork *self);
void kiosk_device_work_tell_removed(KioskDeviceWork *self,
                                    const char *selector);
/* A key that a task had lifted did not come back. */
void kiosk_device_work_take_away(KioskDeviceWork *self, const char *selector);
void kiosk_device_work_begin_if_ready(KioskDeviceWork *self);
