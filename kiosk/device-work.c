/* SPDX-License-Identifier: Apache-2.0 */
/* device-work.c - threads that wait for keyhelper, so that nothing else does.
 * What they hear is posted to the main loop; a PIN goes the other way. */
#include "kiosk/device-work.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fidotool/error.h"

/* A touch is waited for so long. */
#define TOUCH_S 30
/* CTAP2_ERR_CREDENTIAL_EXCLUDED (CTAP 2.1, section 8.2). */
#define STATUS_EXCLUDED 0x19

/* What a task was given: its threads may outlive the task. */
typedef struct {
  gatomicrefcount refs;
  gpointer data;
  GDestroyNotify free;
} Box;

/* One run of a task, shared by its thread and the main loop. */
typedef struct {
  gatomicrefcount refs;
  GWeakRef work;
  KioskDeviceJob job;
  Box *box;
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
  bool heard;    /* the watch: it has said which keys there are */
} Run;

struct _KioskDeviceWork {
  GObject parent;
  Run *watch;
  Run *run;
  int ending; /* runs that were told to end, and have not yet */
  FidotoolJson *keys;
  KioskKeyView view;
  KioskDeviceTask task;
  Box *box; /* NULL: there is no task */
  char *task_device, *task_without;
  bool device_out; /* the task's device was pulled out meanwhile */
  FidotoolSecret *kept;
  bool kept_last;
  /* Wrong PINs in a row are a key's, not a task's. */
  char *wrong_device;
  int wrong;
};

G_DEFINE_FINAL_TYPE(KioskDeviceWork, kiosk_device_work, G_TYPE_OBJECT)

enum { VIEW_CHANGED, KEYS_CHANGED, REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static Box *
ref_box(Box *box)
{
  g_atomic_ref_count_inc(&box->refs);
  return box;
}

static void
unref_box(Box *box)
{
  if (!g_atomic_ref_count_dec(&box->refs))
    return;
  if (box->free != NULL)
    box->free(box->data);
  g_free(box);
}

static void
unref_run(Run *run)
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
  g_clear_pointer(&run->box, unref_box);
  g_free(run->device);
  g_free(run);
}

static void
cancel_run(Run *run)
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

/* --- from the thread to the main loop --------------------------------------
 */

typedef struct {
  Run *run;
  char *name;
  FidotoolJson *fields;
} Heard;

static void
free_heard(gpointer data)
{
  Heard *heard = data;

  unref_run(heard->run);
  fidotool_json_free(heard->fields);
  g_free(heard->name);
  g_free(heard);
}

static void
post(Run *run, const char *name, FidotoolJson *fields, GSourceFunc func)
{
  Heard *heard = g_new0(Heard, 1);

  g_atomic_ref_count_inc(&run->refs);
  heard->run = run;
  heard->name = g_strdup(name);
  heard->fields = fields;
  g_idle_add_full(G_PRIORITY_DEFAULT, func, heard, free_heard);
}

/* The object, when this run is still the one that counts. */
static KioskDeviceWork *
current(const Heard *heard)
{
  KioskDeviceWork *self = g_weak_ref_get(&heard->run->work);

  if (self != NULL && self->run == heard->run)
    return self;
  g_clear_object(&self);
  return NULL;
}

static void
apply(KioskDeviceWork *self, KioskKeyEvent event, const KioskKeyInput *input)
{
  kiosk_presenter_key_apply(&self->view, event, input);
  if (self->view.state == KIOSK_KEY_INSERT && self->task.insert != NULL &&
      !self->view.error)
    self->view.word = self->task.insert;
  g_signal_emit(self, signals[VIEW_CHANGED], 0);
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
  Heard *heard = data;
  g_autoptr(KioskDeviceWork) self = current(heard);
  int hold = (int)fidotool_json_get_int(heard->fields, "hold_s", 0);

  for (size_t i = 0; self != NULL && i < G_N_ELEMENTS(events); i++)
    if (strcmp(events[i].name, heard->name) == 0)
      apply(self, hold > 0 ? KIOSK_KEY_EVENT_HOLD : events[i].event,
            &(KioskKeyInput){.n = hold, .retries = -1});
  return G_SOURCE_REMOVE;
}

static void
give_pin(Run *run, FidotoolSecret *pin)
{
  g_mutex_lock(&run->mutex);
  fidotool_secret_free(run->pin);
  run->pin = pin;
  g_cond_broadcast(&run->cond);
  g_mutex_unlock(&run->mutex);
}

static void
drop_run(KioskDeviceWork *self)
{
  if (self->run == NULL)
    return;
  cancel_run(self->run);
  g_clear_pointer(&self->run, unref_run);
  self->ending++;
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
  Heard *heard = data;
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
    give_pin(self->run, kept);
    return G_SOURCE_REMOVE;
  }
  apply(self, KIOSK_KEY_EVENT_PIN, &input);
  if (self->run != heard->run)
    return G_SOURCE_REMOVE; /* whoever heard it has cancelled */
  note_wrong(self, self->run->device);
  /* Three wrong in a row, also in several tasks: no fourth is tried. */
  if (!self->view.busy)
    drop_run(self);
  return G_SOURCE_REMOVE;
}

static void
clear_task(KioskDeviceWork *self)
{
  g_clear_pointer(&self->box, unref_box);
  self->task = (KioskDeviceTask){0};
  g_clear_pointer(&self->task_device, g_free);
  g_clear_pointer(&self->task_without, g_free);
  g_clear_pointer(&self->kept, fidotool_secret_free);
  self->device_out = false;
}

static void tell_keys(KioskDeviceWork *self);
static void begin_if_ready(KioskDeviceWork *self);

/* Its keyhelper has let go of the key: whoever waited for that may begin. */
static void
end_dropped(Run *run)
{
  g_autoptr(KioskDeviceWork) self = g_weak_ref_get(&run->work);

  if (self == NULL)
    return;
  self->ending--;
  begin_if_ready(self);
}

static gboolean
on_done(gpointer data)
{
  Heard *heard = data;
  g_autoptr(KioskDeviceWork) self = current(heard);
  Run *run = heard->run;

  if (self == NULL) {
    end_dropped(run);
    return G_SOURCE_REMOVE;
  }
  g_clear_pointer(&self->run, unref_run);
  if (run->error == NULL)
    apply(self, KIOSK_KEY_EVENT_DONE, NULL);
  else
    apply(self, KIOSK_KEY_EVENT_FAILED,
          &(KioskKeyInput){
              .code = run->error->code,
              .retries = run->retries,
              .known = run->error->code == FIDOTOOL_ERROR_NOT_FOUND &&
                       run->ctap == STATUS_EXCLUDED,
          });
  note_wrong(self, run->device);
  g_clear_pointer(&self->kept, fidotool_secret_free);
  /* What comes next may be another task. */
  if (self->box != NULL && self->task.done != NULL)
    self->task.done(g_steal_pointer(&run->result), run->error,
                    self->task.user);
  /* It may be in again before its loss was told here. */
  if (run->seen_out && self->run == NULL) {
    tell_keys(self);
    begin_if_ready(self);
  }
  return G_SOURCE_REMOVE;
}

/* --- on the thread ---------------------------------------------------------
 */

static void
hear_event(const char *name, const FidotoolJson *fields, gpointer data)
{
  post(data, name, fidotool_json_copy(fields), on_event);
}

static FidotoolSecret *
wait_pin(Run *run, GError **error)
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

static FidotoolSecret *
ask_pin(const FidotoolClientPin *what, gpointer data, GError **error)
{
  FidotoolJson *fields = fidotool_json_new_object();

  fidotool_json_set_int(fields, "retries", what->retries);
  fidotool_json_set_int(fields, "min", what->min);
  fidotool_json_set_bool(fields, "new", what->is_new);
  fidotool_json_set_bool(fields, "wrong", what->problem != NULL);
  post(data, NULL, fields, on_pin_wanted);
  return wait_pin(data, error);
}

static gpointer
run_task(gpointer data)
{
  Run *run = data;
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
  post(run, NULL, NULL, on_done);
  unref_run(run);
  return NULL;
}

/* --- the watch -------------------------------------------------------------
 */

/* The keys that the task could mean; the only one's selector. */
static int
count_fitting(KioskDeviceWork *self, const char **ret_only)
{
  int n = 0;

  for (size_t i = 0; i < fidotool_json_size(self->keys); i++) {
    const char *selector = fidotool_json_get_text(
        fidotool_json_at(self->keys, i), "selector");

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

static void
tell_keys(KioskDeviceWork *self)
{
  /* The key a running task works with is not counted against it. */
  if (self->box != NULL && self->run == NULL)
    apply(self, KIOSK_KEY_EVENT_KEYS,
          &(KioskKeyInput){.n = count_for_view(self), .retries = -1});
  g_signal_emit(self, signals[KEYS_CHANGED], 0);
}

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
    g_signal_emit(self, signals[REMOVED], 0, selector);
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
  drop_run(self);
  apply(self, KIOSK_KEY_EVENT_FAILED,
        &(KioskKeyInput){.code = FIDOTOOL_ERROR_LOST, .retries = -1});
}

static void
take_out(KioskDeviceWork *self, const FidotoolJson *key)
{
  forget_key(self, key);
  lose_key(self, key);
  remove_key(self, key);
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
  Heard *heard = data;
  g_autoptr(KioskDeviceWork) self = g_weak_ref_get(&heard->run->work);
  const FidotoolJson *all = fidotool_json_get(heard->fields, "keys");
  const FidotoolJson *key = fidotool_json_get(heard->fields, "key");

  if (self == NULL || self->watch != heard->run)
    return G_SOURCE_REMOVE;
  if (all != NULL) {
    heard->run->heard = true;
    take_list(self, all);
  }
  if (key != NULL && strcmp(heard->name, "arrived") == 0)
    add_key(self, key);
  if (key != NULL && strcmp(heard->name, "removed") == 0)
    take_out(self, key);
  tell_keys(self);
  begin_if_ready(self);
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
  Heard *heard = data;
  g_autoptr(KioskDeviceWork) self = g_weak_ref_get(&heard->run->work);

  if (self == NULL || self->watch != heard->run)
    return G_SOURCE_REMOVE;
  if (!heard->run->heard) {
    g_autoptr(FidotoolJson) nothing = fidotool_json_new_array();

    take_list(self, nothing);
    tell_keys(self);
  }
  g_clear_pointer(&self->watch, unref_run);
  g_timeout_add_full(G_PRIORITY_DEFAULT, 1000, watch_again, g_object_ref(self),
                     g_object_unref);
  return G_SOURCE_REMOVE;
}

static void
hear_watch(const char *name, const FidotoolJson *fields, gpointer data)
{
  post(data, name, fidotool_json_copy(fields), on_watch_event);
}

static gpointer
run_watch(gpointer data)
{
  Run *run = data;
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  FidotoolClientHooks hooks = {
      .event = hear_watch, .data = run, .cancel_fd = run->cancel_fd};

  fidotool_json_set_text(request, "job", "watch");
  run->result = fidotool_client_run(request, &hooks, NULL, &run->error);
  post(run, NULL, NULL, on_watch_done);
  unref_run(run);
  return NULL;
}

static Run *
new_run(KioskDeviceWork *self)
{
  Run *run = g_new0(Run, 1);

  g_atomic_ref_count_init(&run->refs);
  g_atomic_ref_count_inc(&run->refs); /* the thread's */
  g_weak_ref_init(&run->work, self);
  run->cancel_fd = eventfd(0, EFD_CLOEXEC);
  g_mutex_init(&run->mutex);
  g_cond_init(&run->cond);
  run->retries = -1;
  return run;
}

void
kiosk_device_work_watch(KioskDeviceWork *self)
{
  if (self->watch != NULL)
    return;
  self->watch = new_run(self);
  g_thread_unref(g_thread_new("keys", run_watch, self->watch));
}

/* --- tasks -----------------------------------------------------------------
 */

static void
begin(KioskDeviceWork *self, const char *device)
{
  self->run = new_run(self);
  self->run->job = self->task.run;
  self->run->box = ref_box(self->box);
  self->run->device = g_strdup(device);
  apply(self, KIOSK_KEY_EVENT_BEGUN, NULL);
  g_thread_unref(g_thread_new("key", run_task, self->run));
}

static void
begin_if_ready(KioskDeviceWork *self)
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
  apply(self, KIOSK_KEY_EVENT_START,
        &(KioskKeyInput){
            .n = count_for_view(self),
            .retries = -1,
            .any = self->task.wait_one && self->task_device == NULL,
            .fresh = self->task.fresh,
            .written = self->task.written,
        });
  self->task.fresh = false; /* once */
  begin_if_ready(self);
}

void
kiosk_device_work_start(KioskDeviceWork *self, const KioskDeviceTask *task)
{
  drop_run(self);
  clear_task(self);
  self->task = *task;
  self->task_device = g_strdup(task->device);
  self->task_without = g_strdup(task->without);
  self->task.device = self->task_device;
  self->task.without = self->task_without;
  self->box = g_new0(Box, 1);
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
  drop_run(self);
  begin_task(self);
}

void
kiosk_device_work_enter(KioskDeviceWork *self, FidotoolSecret *pin)
{
  if (self->run == NULL || !self->view.ask_pin) {
    fidotool_secret_free(pin);
    return;
  }
  give_pin(self->run, pin);
  apply(self, KIOSK_KEY_EVENT_ENTERED, NULL);
}

void
kiosk_device_work_use_last(KioskDeviceWork *self)
{
  apply(self, KIOSK_KEY_EVENT_USE_LAST, NULL);
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
  apply(self, KIOSK_KEY_EVENT_WAITED, NULL);
}

void
kiosk_device_work_early(KioskDeviceWork *self)
{
  apply(self, KIOSK_KEY_EVENT_EARLY, NULL);
}

void
kiosk_device_work_refused(KioskDeviceWork *self)
{
  apply(self, KIOSK_KEY_EVENT_REFUSED, NULL);
}

void
kiosk_device_work_stop(KioskDeviceWork *self)
{
  if (self->box == NULL)
    return;
  drop_run(self);
  apply(self, KIOSK_KEY_EVENT_FAILED,
        &(KioskKeyInput){.code = FIDOTOOL_ERROR_CANCELLED, .retries = -1});
}

void
kiosk_device_work_cancel(KioskDeviceWork *self)
{
  drop_run(self);
  clear_task(self);
  apply(self, KIOSK_KEY_EVENT_CANCEL, NULL);
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
kiosk_device_work_has(KioskDeviceWork *self, const char *selector)
{
  for (size_t i = 0; i < fidotool_json_size(self->keys); i++)
    if (is_key(fidotool_json_at(self->keys, i), selector))
      return true;
  return false;
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

  drop_run(self);
  clear_task(self);
  if (self->watch != NULL) {
    cancel_run(self->watch);
    g_clear_pointer(&self->watch, unref_run);
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
  signals[REMOVED] =
      g_signal_new("removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 1, G_TYPE_STRING);
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
