/* SPDX-License-Identifier: Apache-2.0 */
/* device-watch.c - which keys are there: a job of keyhelper's that never ends.
 */
#include "kiosk/device-work-private.h"

#include <string.h>

#include "fidotool/error.h"

static bool
is_key(const FidotoolJson *key, const char *selector)
{
  return g_strcmp0(fidotool_json_get_text(key, "selector"), selector) == 0;
}

static void
add_key(KioskDeviceWork *self, const FidotoolJson *key)
{
  const char *selector = fidotool_json_get_text(key, "selector");

  if (selector != NULL && !kiosk_device_work_has(self, selector))
    fidotool_json_append(self->keys, fidotool_json_copy(key));
}

static void
remove_key(KioskDeviceWork *self, const FidotoolJson *key)
{
  const char *selector = fidotool_json_get_text(key, "selector");
  g_autoptr(FidotoolJson) old = self->keys;

  self->keys = fidotool_json_new_array();
  for (size_t i = 0; i < fidotool_json_size(old); i++)
    if (!is_key(fidotool_json_at(old, i), selector))
      fidotool_json_append(self->keys,
                           fidotool_json_copy(fidotool_json_at(old, i)));
  if (selector != NULL)
    kiosk_device_work_tell_removed(self, selector);
}

/* What was kept for this key is not for the next one. */
static void
forget_key(KioskDeviceWork *self, const FidotoolJson *key)
{
  const char *at_work =
      self->run != NULL ? self->run->device : self->task_device;

  if (self->wrong_device != NULL && is_key(key, self->wrong_device))
    self->wrong = 0;
  if (self->run != NULL && at_work != NULL && is_key(key, at_work))
    self->run->seen_out = true;
  if (at_work == NULL || !is_key(key, at_work))
    return;
  g_clear_pointer(&self->kept, fidotool_secret_free);
  self->device_out = self->task_device != NULL;
}

/* While the PIN is awaited keyhelper does not look at the key: its removal is
 * seen here. */
static void
lose_key(KioskDeviceWork *self, const FidotoolJson *key)
{
  if (self->run == NULL || self->run->device == NULL ||
      !is_key(key, self->run->device) ||
      (!self->view.ask_pin && self->view.state != KIOSK_KEY_LAST))
    return;
  kiosk_device_work_drop_run(self);
  kiosk_device_work_apply(
      self, KIOSK_KEY_EVENT_FAILED,
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST, .retries = -1});
}

static void
take_out(KioskDeviceWork *self, const FidotoolJson *key)
{
  forget_key(self, key);
  lose_key(self, key);
  remove_key(self, key);
}

/* The running task has the key lifted and laid on its reader again: it has not
 * gone anywhere. Where it does not come back, that is told when the task ends.
 */
static bool
is_tapped(KioskDeviceWork *self, const FidotoolJson *key, bool away)
{
  if (self->run == NULL || self->run->device == NULL ||
      !is_key(key, self->run->device) ||
      (away ? !self->run->tapping : !self->run->away))
    return false;
  self->run->away = away;
  return true;
}

void
kiosk_device_work_take_away(KioskDeviceWork *self, const char *selector)
{
  g_autoptr(FidotoolJson) key = fidotool_json_new_object();

  fidotool_json_set_text(key, "selector", selector);
  take_out(self, key);
  kiosk_device_work_tell_keys(self);
}

/* The whole list: what is not in it has gone. */
static void
take_list(KioskDeviceWork *self, const FidotoolJson *all)
{
  g_autoptr(FidotoolJson) old = fidotool_json_copy(self->keys);

  for (size_t i = 0; i < fidotool_json_size(old); i++) {
    const FidotoolJson *key = fidotool_json_at(old, i);
    bool there = false;

    for (size_t k = 0; k < fidotool_json_size(all) && !there; k++)
      there = is_key(fidotool_json_at(all, k),
                     fidotool_json_get_text(key, "selector"));
    if (!there)
      take_out(self, key);
  }
  for (size_t i = 0; i < fidotool_json_size(all); i++)
    add_key(self, fidotool_json_at(all, i));
}

static gboolean
on_watch_event(gpointer data)
{
  KioskDeviceHeard *heard = data;
  g_autoptr(KioskDeviceWork) self = g_weak_ref_get(&heard->run->work);
  const FidotoolJson *all = fidotool_json_get(heard->fields, "keys");
  const FidotoolJson *key = fidotool_json_get(heard->fields, "key");
  const FidotoolJson *readers = fidotool_json_get(heard->fields, "readers");

  if (self == NULL || self->watch != heard->run)
    return G_SOURCE_REMOVE;
  if (readers != NULL)
    self->reader = fidotool_json_size(readers) > 0;
  if (all != NULL) {
    heard->run->heard = true;
    take_list(self, all);
  }
  if (key != NULL && strcmp(heard->name, "arrived") == 0 &&
      !is_tapped(self, key, false))
    add_key(self, key);
  if (key != NULL && strcmp(heard->name, "removed") == 0 &&
      !is_tapped(self, key, true))
    take_out(self, key);
  kiosk_device_work_tell_keys(self);
  kiosk_device_work_begin_if_ready(self);
  return G_SOURCE_REMOVE;
}

static gboolean
watch_again(gpointer data)
{
  kiosk_device_work_watch(data);
  return G_SOURCE_REMOVE;
}

/* A watch that ends says nothing more of keys: another is started soon, and
 * what was pulled out meanwhile is not in its list. Where it says nothing
 * either, no key counts as being there. */
static gboolean
on_watch_done(gpointer data)
{
  KioskDeviceHeard *heard = data;
  g_autoptr(KioskDeviceWork) self = g_weak_ref_get(&heard->run->work);

  if (self == NULL || self->watch != heard->run)
    return G_SOURCE_REMOVE;
  if (!heard->run->heard) {
    g_autoptr(FidotoolJson) nothing = fidotool_json_new_array();

    self->reader = false;
    take_list(self, nothing);
    kiosk_device_work_tell_keys(self);
  }
  g_clear_pointer(&self->watch, kiosk_device_run_unref);
  g_timeout_add_full(G_PRIORITY_DEFAULT, 1000, watch_again, g_object_ref(self),
                     g_object_unref);
  return G_SOURCE_REMOVE;
}

static void
hear_watch(const char *name, const FidotoolJson *fields, gpointer data)
{
  kiosk_device_run_post(data, name, fidotool_json_copy(fields), on_watch_event);
}

static gpointer
run_watch(gpointer data)
{
  KioskDeviceRun *run = data;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolClientHooks hooks = {
      .event = hear_watch, .data = run, .cancel_fd = run->cancel_fd};

  fidotool_json_set_text(request, "job", "watch");
  run->result = fidotool_client_run(request, &hooks, NULL, &run->error);
  kiosk_device_run_post(run, NULL, NULL, on_watch_done);
  kiosk_device_run_unref(run);
  return NULL;
}

void
kiosk_device_work_watch(KioskDeviceWork *self)
{
  if (self->watch != NULL)
    return;
  self->watch = kiosk_device_run_new(self);
  g_thread_unref(g_thread_new("keys", run_watch, self->watch));
}

const FidotoolJson *
kiosk_device_work_keys(KioskDeviceWork *self)
{
  return self->keys;
}

bool
kiosk_device_work_is_watching(KioskDeviceWork *self)
{
  return self->watch != NULL;
}

bool
kiosk_device_work_is_on_reader(KioskDeviceWork *self)
{
  const char *device =
      self->run != NULL ? self->run->device : self->task_device;

  return device != NULL && g_str_has_prefix(device, "pcsc:");
}

bool
kiosk_device_work_has(KioskDeviceWork *self, const char *selector)
{
  for (size_t i = 0; i < fidotool_json_size(self->keys); i++)
    if (is_key(fidotool_json_at(self->keys, i), selector))
      return true;
  return false;
}
