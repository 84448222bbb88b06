/* SPDX-License-Identifier: Apache-2.0 */
/* device-work.c - one task at a time, and what the person sees of it. */
#include "kiosk/device-work-private.h"

#include <string.h>

#include "fidotool/error.h"
#include "recovery/error.h"

/* A touch is waited for so long. */
#define TOUCH_S 30
/* CTAP2_ERR_CREDENTIAL_EXCLUDED (CTAP 2.1, section 8.2). */
#define STATUS_EXCLUDED 0x19

G_DEFINE_FINAL_TYPE(KioskDeviceWork, kiosk_device_work, G_TYPE_OBJECT)

enum { VIEW_CHANGED, KEYS_CHANGED, REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* The object, when this run is still the one that counts. */
static KioskDeviceWork *
current(const KioskDeviceHeard *heard)
{
  KioskDeviceWork *self = g_weak_ref_get(&heard->run->work);

  if (self != NULL && self->run == heard->run)
    return self;
  g_clear_object(&self);
  return NULL;
}

void
kiosk_device_work_apply(KioskDeviceWork *self, KioskKeyEvent event,
                        const KioskKeyInput *input)
{
  kiosk_presenter_key_apply(&self->view, event, input);
  if (self->view.state == KIOSK_KEY_INSERT && self->task.insert != NULL &&
      !self->view.error)
    self->view.word = self->task.insert;
  self->view.beside = self->view.state == KIOSK_KEY_INSERT && self->reader
                          ? "key.reader"
                          : NULL;
  g_signal_emit(self, signals[VIEW_CHANGED], 0);
}

/* A key on a reader is lifted and laid there again, or was too early. */
static void
take_tap(KioskDeviceWork *self, const char *name, const FidotoolJson *fields)
{
  if (strcmp(name, "lifted") == 0)
    self->run->lifted = true;
  if (strcmp(name, "tapped") == 0) {
    self->run->tapping = false;
    kiosk_device_work_apply(self, KIOSK_KEY_EVENT_TAPPED, NULL);
  }
  if (strcmp(name, "tap_needed") == 0) {
    self->run->tapping = true;
    kiosk_device_work_apply(self,
                            fidotool_json_get_bool(fields, "again", false)
                                ? KIOSK_KEY_EVENT_TAP_AGAIN
                                : KIOSK_KEY_EVENT_TAP,
                            NULL);
  }
}

static gboolean
on_event(gpointer data)
{
  static const struct {
    const char *name;
    KioskKeyEvent event;
  } events[] = {
      {"touch_needed", KIOSK_KEY_EVENT_TOUCH},
      {"uv_needed", KIOSK_KEY_EVENT_FINGER},
      {"processing", KIOSK_KEY_EVENT_PROCESSING},
      {"made", KIOSK_KEY_EVENT_MADE},
  };
  KioskDeviceHeard *heard = data;
  g_autoptr(KioskDeviceWork) self = current(heard);
  int hold = (int)fidotool_json_get_int(heard->fields, "hold_s", 0);

  if (self != NULL)
    take_tap(self, heard->name, heard->fields);
  for (size_t i = 0; self != NULL && i < G_N_ELEMENTS(events); i++)
    if (strcmp(events[i].name, heard->name) == 0)
      kiosk_device_work_apply(self,
                              hold > 0 ? KIOSK_KEY_EVENT_HOLD : events[i].event,
                              &(KioskKeyInput){.n = hold, .retries = -1});
  return G_SOURCE_REMOVE;
}

void
kiosk_device_work_drop_run(KioskDeviceWork *self)
{
  g_autofree char *away = NULL;

  if (self->run == NULL)
    return;
  kiosk_device_run_cancel(self->run);
  if (self->run->away)
    away = g_strdup(self->run->device);
  g_clear_pointer(&self->run, kiosk_device_run_unref);
  self->ending++;
  if (away != NULL)
    kiosk_device_work_take_away(self, away);
}

/* The PIN that was entered before needs no second question; but it is never
 * tried twice, and never as the last try unless the person said so. */
static FidotoolSecret *
take_kept(KioskDeviceWork *self, const KioskKeyInput *wanted)
{
  g_autoptr(FidotoolSecret) kept = g_steal_pointer(&self->kept);

  return wanted->wrong || (wanted->retries == 1 && !self->kept_last)
             ? NULL
             : g_steal_pointer(&kept);
}

static void
note_wrong(KioskDeviceWork *self, const char *device)
{
  g_free(self->wrong_device);
  self->wrong_device = g_strdup(device);
  self->wrong = self->view.wrong;
}

static int
wrong_before(KioskDeviceWork *self, const char *device)
{
  return device != NULL && g_strcmp0(device, self->wrong_device) == 0
             ? self->wrong
             : 0;
}

static gboolean
on_pin_wanted(gpointer data)
{
  KioskDeviceHeard *heard = data;
  g_autoptr(KioskDeviceWork) self = current(heard);
  KioskKeyInput input = {
      .retries = (int)fidotool_json_get_int(heard->fields, "retries", -1),
      .min = (int)fidotool_json_get_int(heard->fields, "min", 4),
      .is_new = fidotool_json_get_bool(heard->fields, "new", false),
      .wrong = fidotool_json_get_bool(heard->fields, "wrong", false),
  };
  FidotoolSecret *kept;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  kept = take_kept(self, &input);
  if (kept != NULL) {
    kiosk_device_run_give_pin(self->run, kept);
    return G_SOURCE_REMOVE;
  }
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_PIN, &input);
  if (self->run != heard->run)
    return G_SOURCE_REMOVE; /* whoever heard it has cancelled */
  note_wrong(self, self->run->device);
  /* Three wrong in a row, also in several tasks: no fourth is tried. */
  if (!self->view.busy)
    kiosk_device_work_drop_run(self);
  return G_SOURCE_REMOVE;
}

static void
clear_task(KioskDeviceWork *self)
{
  g_clear_pointer(&self->box, kiosk_device_run_unref_box);
  self->task = (KioskDeviceTask){0};
  g_clear_pointer(&self->task_device, g_free);
  g_clear_pointer(&self->task_without, g_free);
  g_clear_pointer(&self->kept, fidotool_secret_free);
  self->device_out = false;
}

/* Its keyhelper has let go of the key: whoever waited for that may begin. */
static void
end_dropped(KioskDeviceRun *run)
{
  g_autoptr(KioskDeviceWork) self = g_weak_ref_get(&run->work);

  if (self == NULL)
    return;
  self->ending--;
  kiosk_device_work_begin_if_ready(self);
}

/* Options that cannot be read, or that keyhelper's rules do not serve. */
static bool
is_of_station(const GError *error)
{
  return error->domain == RECOVERY_ERROR ||
         g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_POLICY);
}

static gboolean
on_done(gpointer data)
{
  KioskDeviceHeard *heard = data;
  g_autoptr(KioskDeviceWork) self = current(heard);
  KioskDeviceRun *run = heard->run;

  if (self == NULL) {
    end_dropped(run);
    return G_SOURCE_REMOVE;
  }
  g_clear_pointer(&self->run, kiosk_device_run_unref);
  if (run->away)
    kiosk_device_work_take_away(self, run->device);
  if (run->error == NULL)
    kiosk_device_work_apply(self, KIOSK_KEY_EVENT_DONE, NULL);
  else
    kiosk_device_work_apply(
        self, KIOSK_KEY_EVENT_FAILED,
        &(KioskKeyInput){
            .code = run->error->code,
            .retries = run->retries,
            .lifted = run->lifted,
            .known = run->error->code == FIDOTOOL_ERROR_NOT_FOUND &&
                     run->ctap == STATUS_EXCLUDED,
            .station = is_of_station(run->error),
        });
  note_wrong(self, run->device);
  g_clear_pointer(&self->kept, fidotool_secret_free);
  /* What comes next may be another task. */
  if (self->box != NULL && self->task.done != NULL)
    self->task.done(g_steal_pointer(&run->result), run->error, self->task.user);
  /* It may be in again before its loss was told here. */
  if (run->seen_out && self->run == NULL) {
    kiosk_device_work_tell_keys(self);
    kiosk_device_work_begin_if_ready(self);
  }
  return G_SOURCE_REMOVE;
}

/* --- on the thread ---------------------------------------------------------
 */

static void
hear_event(const char *name, const FidotoolJson *fields, gpointer data)
{
  kiosk_device_run_post(data, name, fidotool_json_copy(fields), on_event);
}

static FidotoolSecret *
ask_pin(const FidotoolClientPin *what, gpointer data, GError **error)
{
  FidotoolJson *fields = fidotool_json_new_object();

  fidotool_json_set_int(fields, "retries", what->retries);
  fidotool_json_set_int(fields, "min", what->min);
  fidotool_json_set_bool(fields, "new", what->is_new);
  fidotool_json_set_bool(fields, "wrong", what->problem != NULL);
  kiosk_device_run_post(data, NULL, fields, on_pin_wanted);
  return kiosk_device_run_wait_pin(data, error);
}

static gpointer
run_task(gpointer data)
{
  KioskDeviceRun *run = data;
  FidotoolClientReport report = {.retries = -1};
  FidotoolClientHooks hooks = {.event = hear_event,
                               .pin = ask_pin,
                               .data = run,
                               .cancel_fd = run->cancel_fd,
                               /* A person may think long about a PIN. */
                               .silence_ms = 10 * 60 * 1000};
  FidotoolClientJobs how = {.device = run->device,
                            .timeout_s = TOUCH_S,
                            .hooks = &hooks,
                            .report = &report};

  run->result = run->job(&how, run->box->data, &run->error);
  run->retries = report.retries;
  run->ctap = report.ctap;
  fidotool_client_report_clear(&report);
  kiosk_device_run_post(run, NULL, NULL, on_done);
  kiosk_device_run_unref(run);
  return NULL;
}

/* --- tasks -----------------------------------------------------------------
 */

/* The keys that the task could mean; the only one's selector. */
static int
count_fitting(KioskDeviceWork *self, const char **ret_only)
{
  int n = 0;

  for (size_t i = 0; i < fidotool_json_size(self->keys); i++) {
    const char *selector =
        fidotool_json_get_text(fidotool_json_at(self->keys, i), "selector");

    if (selector == NULL || g_strcmp0(selector, self->task_without) == 0)
      continue;
    *ret_only = selector;
    n++;
  }
  return n;
}

/* The task is for one certain key, and that one stayed where it was. */
static bool
is_bound(KioskDeviceWork *self)
{
  return self->task_device != NULL &&
         (!self->device_out || kiosk_device_work_has(self, self->task_device));
}

/* What the view is told of the keys: with a device named, whether it is there;
 * without wait_one, whether any is. */
static int
count_for_view(KioskDeviceWork *self)
{
  const char *only = NULL;
  int n = count_fitting(self, &only);

  if (is_bound(self))
    return kiosk_device_work_has(self, self->task_device) ? 1 : 0;
  return self->task.wait_one || self->device_out ? n : MIN(n, 1);
}

void
kiosk_device_work_tell_keys(KioskDeviceWork *self)
{
  /* The key a running task works with is not counted against it. */
  if (self->box != NULL && self->run == NULL)
    kiosk_device_work_apply(
        self, KIOSK_KEY_EVENT_KEYS,
        &(KioskKeyInput){.n = count_for_view(self), .retries = -1});
  g_signal_emit(self, signals[KEYS_CHANGED], 0);
}

void
kiosk_device_work_tell_removed(KioskDeviceWork *self, const char *selector)
{
  g_signal_emit(self, signals[REMOVED], 0, selector);
}

static void
begin(KioskDeviceWork *self, const char *device)
{
  self->run = kiosk_device_run_new(self);
  self->run->job = self->task.run;
  self->run->box = kiosk_device_run_ref_box(self->box);
  self->run->device = g_strdup(device);
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_BEGUN, NULL);
  g_thread_unref(g_thread_new("key", run_task, self->run));
}

void
kiosk_device_work_begin_if_ready(KioskDeviceWork *self)
{
  const char *only = NULL;
  int n;

  if (self->box == NULL || self->run != NULL || self->ending > 0 ||
      self->view.state != KIOSK_KEY_WORKING)
    return;
  n = count_fitting(self, &only);
  if (is_bound(self))
    begin(self, self->task_device);
  else if ((!self->task.wait_one && !self->device_out) || n == 1)
    begin(self, n == 1 ? only : NULL);
}

static void
begin_task(KioskDeviceWork *self)
{
  kiosk_device_work_apply(
      self, KIOSK_KEY_EVENT_START,
      &(KioskKeyInput){
          .n = count_for_view(self),
          .retries = -1,
          .any = self->task.wait_one && self->task_device == NULL,
          .fresh = self->task.fresh,
          .written = self->task.written,
      });
  self->task.fresh = false; /* once */
  kiosk_device_work_begin_if_ready(self);
}

void
kiosk_device_work_start(KioskDeviceWork *self, const KioskDeviceTask *task)
{
  kiosk_device_work_drop_run(self);
  clear_task(self);
  self->task = *task;
  self->task_device = g_strdup(task->device);
  self->task_without = g_strdup(task->without);
  self->task.device = self->task_device;
  self->task.without = self->task_without;
  self->box = g_new0(KioskDeviceBox, 1);
  g_atomic_ref_count_init(&self->box->refs);
  self->box->data = task->data;
  self->box->free = task->free;
  self->view = (KioskKeyView){.wrong = wrong_before(self, task->device)};
  kiosk_device_work_watch(self);
  begin_task(self);
}

void
kiosk_device_work_again(KioskDeviceWork *self)
{
  if (self->box == NULL)
    return;
  kiosk_device_work_drop_run(self);
  begin_task(self);
}

void
kiosk_device_work_enter(KioskDeviceWork *self, FidotoolSecret *pin)
{
  if (self->run == NULL || !self->view.ask_pin) {
    fidotool_secret_free(pin);
    return;
  }
  kiosk_device_run_give_pin(self->run, pin);
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_ENTERED, NULL);
}

void
kiosk_device_work_use_last(KioskDeviceWork *self)
{
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_USE_LAST, NULL);
}

void
kiosk_device_work_keep_pin(KioskDeviceWork *self, FidotoolSecret *pin,
                           bool last)
{
  fidotool_secret_free(self->kept);
  self->kept = pin;
  self->kept_last = last;
}

void
kiosk_device_work_waited(KioskDeviceWork *self)
{
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_WAITED, NULL);
}

void
kiosk_device_work_early(KioskDeviceWork *self)
{
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_EARLY, NULL);
}

void
kiosk_device_work_refused(KioskDeviceWork *self)
{
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_REFUSED, NULL);
}

void
kiosk_device_work_stranger(KioskDeviceWork *self)
{
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_STRANGER, NULL);
}

void
kiosk_device_work_stop(KioskDeviceWork *self)
{
  if (self->box == NULL)
    return;
  kiosk_device_work_drop_run(self);
  kiosk_device_work_apply(
      self, KIOSK_KEY_EVENT_FAILED,
      &(KioskKeyInput){.code = FIDOTOOL_ERROR_CANCELLED, .retries = -1});
}

void
kiosk_device_work_cancel(KioskDeviceWork *self)
{
  kiosk_device_work_drop_run(self);
  clear_task(self);
  kiosk_device_work_apply(self, KIOSK_KEY_EVENT_CANCEL, NULL);
}

const KioskKeyView *
kiosk_device_work_view(KioskDeviceWork *self)
{
  return &self->view;
}

static void
kiosk_device_work_dispose(GObject *object)
{
  KioskDeviceWork *self = KIOSK_DEVICE_WORK(object);

  kiosk_device_work_drop_run(self);
  clear_task(self);
  if (self->watch != NULL) {
    kiosk_device_run_cancel(self->watch);
    g_clear_pointer(&self->watch, kiosk_device_run_unref);
  }
  G_OBJECT_CLASS(kiosk_device_work_parent_class)->dispose(object);
}

static void
kiosk_device_work_finalize(GObject *object)
{
  fidotool_json_free(KIOSK_DEVICE_WORK(object)->keys);
  g_free(KIOSK_DEVICE_WORK(object)->wrong_device);
  G_OBJECT_CLASS(kiosk_device_work_parent_class)->finalize(object);
}

static void
kiosk_device_work_class_init(KioskDeviceWorkClass *klass)
{
  GType type = KIOSK_TYPE_DEVICE_WORK;

  G_OBJECT_CLASS(klass)->dispose = kiosk_device_work_dispose;
  G_OBJECT_CLASS(klass)->finalize = kiosk_device_work_finalize;
  signals[VIEW_CHANGED] = g_signal_new("view-changed", type, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[KEYS_CHANGED] = g_signal_new("keys-changed", type, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] = g_signal_new("removed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kiosk_device_work_init(KioskDeviceWork *self)
{
  self->keys = fidotool_json_new_array();
}

KioskDeviceWork *
kiosk_device_work_new(void)
{
  return g_object_new(KIOSK_TYPE_DEVICE_WORK, NULL);
}
