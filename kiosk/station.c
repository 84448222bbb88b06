/* SPDX-License-Identifier: Apache-2.0 */
/* station.c - one thread with a main loop of its own, on which one call after
 * the other is made and signals are heard between them. The thread lives as
 * long as the object: a practice recoveryd that it starts dies with it. */
#include "kiosk/station.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/service/client.h"

/* How long a person looks at a page that waits. (The judge may be asked in the
 * other two.) Whoever has not answered then is not there. */
static const guint patience_ms[] = {
    [KIOSK_STATION_QUERY] = 10 * 1000,
    [KIOSK_STATION_PROPOSE] = 30 * 1000,
    [KIOSK_STATION_SUBMIT] = 70 * 1000, /* the client's own limit is before */
};
/* No answer is longer. Lists may be; what is to be signed is read, with all
 * that stands behind its digests, before the next frame. */
static const size_t answer_max[] = {
    [KIOSK_STATION_QUERY] = 4 * 1024 * 1024,
    [KIOSK_STATION_PROPOSE] = 256 * 1024,
    [KIOSK_STATION_SUBMIT] = 256 * 1024,
};
/* Each element may become a row on a page. */
#define ELEMENTS_MAX 2000
/* The record may grow faster than anybody reads. */
#define CHANGED_MS 200

/* What the thread owns. */
typedef struct {
  char *selector;
  RecoveryClient *client;
  GMainContext *context;
  GMainLoop *loop;
  GWeakRef station;
  int changed; /* atomic: the main loop is to be told, and will be */
} Worker;

typedef struct {
  Worker *worker;
  KioskStationCall call;
  FidotoolJson *request;
  KioskStationDone done;
  gpointer data;
  unsigned turn;
  GWeakRef station;
  GCancellable *cancellable;
  guint patience; /* its source */
  FidotoolJson *answer;
  GError *error;
} Job;

struct _KioskStation {
  GObject parent;
  Worker *worker; /* NULL until the first call */
  char *selector;
  GCancellable *cancellable; /* of the connection, and what is asked on it */
  unsigned turn;             /* goes up with each leave */
};

G_DEFINE_FINAL_TYPE(KioskStation, kiosk_station, G_TYPE_OBJECT)

enum { CHANGED, LOST, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
free_job(Job *job)
{
  g_weak_ref_clear(&job->station);
  g_object_unref(job->cancellable);
  fidotool_json_free(job->request);
  fidotool_json_free(job->answer);
  g_clear_error(&job->error);
  g_free(job);
}

/* --- on the main loop ------------------------------------------------------
 */

/* Ends whatever waits on the thread; what is asked next connects again. */
static void
give_up(KioskStation *self)
{
  g_cancellable_cancel(self->cancellable);
  g_object_unref(self->cancellable);
  self->cancellable = g_cancellable_new();
}

/* Its error is then delivered like any other. */
static gboolean
lose_patience(gpointer data)
{
  const Job *job = data;
  g_autoptr(KioskStation) self = g_weak_ref_get((GWeakRef *)&job->station);

  if (self != NULL && job->cancellable == self->cancellable)
    give_up(self);
  return G_SOURCE_CONTINUE; /* deliver() removes it */
}

static gboolean
deliver(gpointer data)
{
  Job *job = data;
  g_autoptr(KioskStation) self = g_weak_ref_get(&job->station);

  g_source_remove(job->patience);
  if (self != NULL && job->turn == self->turn) {
    bool lost =
        g_error_matches(job->error, RECOVERY_ERROR, RECOVERY_ERROR_STATION);

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
  KioskStation *self = data;

  g_atomic_int_set(&self->worker->changed, 0);
  g_signal_emit(self, signals[CHANGED], 0);
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
post(Worker *worker, GSourceFunc func, guint after_ms)
{
  KioskStation *self = g_weak_ref_get(&worker->station);

  if (self != NULL)
    g_timeout_add_full(G_PRIORITY_DEFAULT, after_ms, func, self,
                       g_object_unref);
}

static void
hear_changed(G_GNUC_UNUSED uint64_t size, gpointer data)
{
  Worker *worker = data;

  if (g_atomic_int_compare_and_exchange(&worker->changed, 0, 1))
    post(worker, emit_changed, CHANGED_MS);
}

static void
hear_lost(gpointer data)
{
  Worker *worker = data;

  g_clear_pointer(&worker->client, recovery_client_free);
  post(worker, emit_lost, 0);
}

static void
open_client(Worker *worker, GCancellable *cancellable, GError **error)
{
  worker->client =
      recovery_client_open_cancellable(worker->selector, 0, cancellable, error);
  if (worker->client == NULL)
    return;
  recovery_client_on_changed(worker->client, hear_changed, worker);
  recovery_client_on_lost(worker->client, hear_lost, worker);
}

/* Of a submission whose answer makes no sense nobody knows whether it was done:
 * that station is lost. Elsewhere nothing was changed. */
static bool
fail(KioskStationCall call, const char *words, GError **error)
{
  g_set_error(error, RECOVERY_ERROR,
              call == KIOSK_STATION_SUBMIT ? RECOVERY_ERROR_STATION
                                           : RECOVERY_ERROR_INVALID,
              "%s", words);
  return false;
}

/* A refusal has a row at least that names its rule; an act that was submitted
 * was done only where it says so. */
static bool
check_shape(KioskStationCall call, const FidotoolJson *answer, GError **error)
{
  const FidotoolJson *refused = fidotool_json_get(answer, "refused");
  bool is_refusal =
      fidotool_json_get_text(fidotool_json_at(refused, 0), "rule") != NULL;
  bool is_done = fidotool_json_type(fidotool_json_get(answer, "done")) ==
                 FIDOTOOL_JSON_OBJECT;

  if (fidotool_json_type(answer) == FIDOTOOL_JSON_OBJECT &&
      (refused != NULL ? is_refusal : call != KIOSK_STATION_SUBMIT || is_done))
    return true;
  return fail(call, "the station's answer makes no sense", error);
}

static bool
is_short(const FidotoolJson *value)
{
  size_t n = fidotool_json_size(value);

  if (fidotool_json_type(value) == FIDOTOOL_JSON_OBJECT) {
    for (size_t i = 0; i < n; i++)
      if (!is_short(fidotool_json_member(value, i)))
        return false;
    return true;
  }
  for (size_t i = 0; i < MIN(n, ELEMENTS_MAX); i++)
    if (!is_short(fidotool_json_at(value, i)))
      return false;
  return n <= ELEMENTS_MAX;
}

static FidotoolJson *
read_answer(KioskStationCall call, const char *text, GError **error)
{
  size_t len = strlen(text);
  g_autoptr(FidotoolJson) answer =
      len > answer_max[call] ? NULL : fidotool_json_parse(text, len, NULL);

  if (!check_shape(call, answer, error))
    return NULL;
  if (is_short(answer))
    return g_steal_pointer(&answer);
  (void)fail(call, "the station's answer is too long", error);
  return NULL;
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
    open_client(worker, job->cancellable, &job->error);
  if (worker->client != NULL)
    answer = calls[job->call](worker->client, request, &job->error);
  if (answer != NULL)
    job->answer = read_answer(job->call, answer, &job->error);
  if (g_error_matches(job->error, RECOVERY_ERROR, RECOVERY_ERROR_STATION))
    g_clear_pointer(&worker->client, recovery_client_free);
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
  job->cancellable = g_object_ref(self->cancellable);
  job->patience = g_timeout_add(patience_ms[call], lose_patience, job);
  g_weak_ref_init(&job->station, self);
  push(self->worker, run_call, job);
}

void
kiosk_station_leave(KioskStation *self)
{
  self->turn++;
  give_up(self); /* a call that hangs holds nobody up */
  if (self->worker != NULL)
    push(self->worker, run_leave, self->worker);
}

static void
kiosk_station_finalize(GObject *object)
{
  KioskStation *self = KIOSK_STATION(object);

  /* It may be in a call that takes a while; nobody waits for it. */
  g_cancellable_cancel(self->cancellable);
  if (self->worker != NULL)
    push(self->worker, run_end, self->worker);
  g_object_unref(self->cancellable);
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
kiosk_station_init(KioskStation *self)
{
  self->cancellable = g_cancellable_new();
}

KioskStation *
kiosk_station_new(const char *selector)
{
  KioskStation *self = g_object_new(KIOSK_TYPE_STATION, NULL);

  self->selector = g_strdup(selector);
  return self;
}
