/* SPDX-License-Identifier: Apache-2.0 */
/* station.c - one thread with a main loop of its own, on which one call after
 * the other is made and signals are heard between them. The thread lives as
 * long as the object: a practice recoveryd that it starts dies with it. */
#include "kiosk/station.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/service/client.h"

/* What the thread owns. */
typedef struct {
  char *selector;
  RecoveryClient *client;
  GMainContext *context;
  GMainLoop *loop;
  GWeakRef station;
} Worker;

typedef struct {
  Worker *worker;
  KioskStationCall call;
  FidotoolJson *request;
  KioskStationDone done;
  gpointer data;
  unsigned turn;
  GWeakRef station;
  FidotoolJson *answer;
  GError *error;
} Job;

struct _KioskStation {
  GObject parent;
  Worker *worker; /* NULL until the first call */
  char *selector;
  unsigned turn; /* goes up with each leave */
};

G_DEFINE_FINAL_TYPE(KioskStation, kiosk_station, G_TYPE_OBJECT)

enum { CHANGED, LOST, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
free_job(Job *job)
{
  g_weak_ref_clear(&job->station);
  fidotool_json_free(job->request);
  fidotool_json_free(job->answer);
  g_clear_error(&job->error);
  g_free(job);
}

/* --- on the main loop ------------------------------------------------------
 */

static gboolean
deliver(gpointer data)
{
  Job *job = data;
  g_autoptr(KioskStation) self = g_weak_ref_get(&job->station);

  if (self != NULL && job->turn == self->turn) {
    bool lost = g_error_matches(job->error, RECOVERY_ERROR,
                                RECOVERY_ERROR_STATION);

    if (job->done != NULL)
      job->done(g_steal_pointer(&job->answer), job->error, job->data);
    if (lost)
      g_signal_emit(self, signals[LOST], 0);
  }
  free_job(job);
  return G_SOURCE_REMOVE;
}

static gboolean
emit_changed(gpointer data)
{
  g_signal_emit(data, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static gboolean
emit_lost(gpointer data)
{
  g_signal_emit(data, signals[LOST], 0);
  return G_SOURCE_REMOVE;
}

/* --- on the thread ---------------------------------------------------------
 */

typedef char *(*Call)(RecoveryClient *client, const char *request,
                      GError **error);

static void
post(Worker *worker, GSourceFunc func)
{
  KioskStation *self = g_weak_ref_get(&worker->station);

  if (self != NULL)
    g_idle_add_full(G_PRIORITY_DEFAULT, func, self, g_object_unref);
}

static void
hear_changed(G_GNUC_UNUSED uint64_t size, gpointer data)
{
  post(data, emit_changed);
}

static void
hear_lost(gpointer data)
{
  Worker *worker = data;

  g_clear_pointer(&worker->client, recovery_client_free);
  post(worker, emit_lost);
}

static void
open_client(Worker *worker, GError **error)
{
  worker->client = recovery_client_open(worker->selector, 0, error);
  if (worker->client == NULL)
    return;
  recovery_client_on_changed(worker->client, hear_changed, worker);
  recovery_client_on_lost(worker->client, hear_lost, worker);
}

static gboolean
run_call(gpointer data)
{
  static const Call calls[] = {
      [KIOSK_STATION_QUERY] = recovery_client_query,
      [KIOSK_STATION_PROPOSE] = recovery_client_propose,
      [KIOSK_STATION_SUBMIT] = recovery_client_submit,
  };
  Job *job = data;
  Worker *worker = job->worker;
  g_autofree char *request = fidotool_json_write(job->request, NULL);
  g_autofree char *answer = NULL;

  if (worker->client == NULL)
    open_client(worker, &job->error);
  if (worker->client != NULL)
    answer = calls[job->call](worker->client, request, &job->error);
  if (g_error_matches(job->error, RECOVERY_ERROR, RECOVERY_ERROR_STATION))
    g_clear_pointer(&worker->client, recovery_client_free);
  if (answer != NULL)
    job->answer = fidotool_json_parse(answer, strlen(answer), &job->error);
  if (job->answer != NULL &&
      fidotool_json_type(job->answer) != FIDOTOOL_JSON_OBJECT) {
    g_clear_pointer(&job->answer, fidotool_json_free);
    g_set_error(&job->error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                "the station's answer cannot be read");
  }
  g_idle_add_full(G_PRIORITY_DEFAULT, deliver, job, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
run_leave(gpointer data)
{
  Worker *worker = data;

  g_clear_pointer(&worker->client, recovery_client_free);
  return G_SOURCE_REMOVE;
}

static gboolean
run_end(gpointer data)
{
  Worker *worker = data;

  g_main_loop_quit(worker->loop);
  return G_SOURCE_REMOVE;
}

static gpointer
work(gpointer data)
{
  Worker *worker = data;

  g_main_context_push_thread_default(worker->context);
  g_main_loop_run(worker->loop);
  g_clear_pointer(&worker->client, recovery_client_free);
  g_main_context_pop_thread_default(worker->context);
  g_main_loop_unref(worker->loop);
  g_main_context_unref(worker->context);
  g_weak_ref_clear(&worker->station);
  g_free(worker->selector);
  g_free(worker);
  return NULL;
}

/* In the order in which they were asked. (g_main_context_invoke() would run
 * them here as long as the thread's loop does not.) */
static void
push(Worker *worker, GSourceFunc func, gpointer data)
{
  g_autoptr(GSource) source = g_idle_source_new();

  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, func, data, NULL);
  g_source_attach(source, worker->context);
}

/* --- the object ------------------------------------------------------------
 */

/* Nothing is started before the first call: the first frame comes first. */
static void
start(KioskStation *self)
{
  Worker *worker;

  if (self->worker != NULL)
    return;
  worker = self->worker = g_new0(Worker, 1);
  worker->selector = g_strdup(self->selector);
  g_weak_ref_init(&worker->station, self);
  worker->context = g_main_context_new();
  worker->loop = g_main_loop_new(worker->context, FALSE);
  g_thread_unref(g_thread_new("station", work, worker));
}

void
kiosk_station_call(KioskStation *self, KioskStationCall call,
                   FidotoolJson *request, KioskStationDone done, gpointer data)
{
  Job *job = g_new0(Job, 1);

  start(self);
  job->worker = self->worker;
  job->call = call;
  job->request = request;
  job->done = done;
  job->data = data;
  job->turn = self->turn;
  g_weak_ref_init(&job->station, self);
  push(self->worker, run_call, job);
}

void
kiosk_station_leave(KioskStation *self)
{
  self->turn++;
  if (self->worker != NULL)
    push(self->worker, run_leave, self->worker);
}

static void
kiosk_station_finalize(GObject *object)
{
  KioskStation *self = KIOSK_STATION(object);

  /* It may be in a call that takes a while; nobody waits for it. */
  if (self->worker != NULL)
    push(self->worker, run_end, self->worker);
  g_free(self->selector);
  G_OBJECT_CLASS(kiosk_station_parent_class)->finalize(object);
}

static void
kiosk_station_class_init(KioskStationClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = kiosk_station_finalize;
  signals[CHANGED] =
      g_signal_new("changed", KIOSK_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL,
                   NULL, NULL, G_TYPE_NONE, 0);
  signals[LOST] = g_signal_new("lost", KIOSK_TYPE_STATION, G_SIGNAL_RUN_LAST, 0,
                               NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_station_init(G_GNUC_UNUSED KioskStation *self)
{
}

KioskStation *
kiosk_station_new(const char *selector)
{
  KioskStation *self = g_object_new(KIOSK_TYPE_STATION, NULL);

  self->selector = g_strdup(selector);
  return self;
}
