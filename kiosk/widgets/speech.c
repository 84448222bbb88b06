/* SPDX-License-Identifier: Apache-2.0 */
/* speech.c - libspeechd waits for answers, so one thread does nothing else. It
 * outlives the KioskSpeech when speech-dispatcher hangs; it then owns all that
 * it touches. */
#include "kiosk/widgets/speech.h"

#include <libspeechd.h>
#include <signal.h>

#define RETRY_US (20 * G_USEC_PER_SEC) /* after nobody answered */

typedef enum { SAY, STOP, PAUSE, RESUME, QUIT } JobKind;

typedef struct {
  JobKind kind;
  int number; /* of the text, for SAY */
  char *text;
  char *language;
} Job;

/* What the main loop and the thread have in common. */
typedef struct {
  GAsyncQueue *jobs;
  int latest; /* atomic: the number of the newest text; older are skipped */
} Line;

struct KioskSpeech {
  Line *line;
  bool started;
  bool enabled;
  char *language;
  char *last;
};

static void
free_job(Job *job)
{
  g_free(job->text);
  g_free(job->language);
  g_free(job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, free_job)

static void
free_line(Line *line)
{
  g_async_queue_unref(line->jobs);
}

static void
release_line(Line *line)
{
  g_atomic_rc_box_release_full(line, (GDestroyNotify)free_line);
}

/* The thread's own: the connection, and when it was last tried in vain. */
typedef struct {
  SPDConnection *connection;
  int64_t failed_at;
  char *language;
} Voice;

static bool
connect_voice(Voice *voice)
{
  char *words = NULL;

  if (voice->connection)
    return true;
  if (voice->failed_at != 0 &&
      g_get_monotonic_time() - voice->failed_at < RETRY_US)
    return false;
  voice->connection = spd_open2("keyturn-kiosk", "main", NULL, SPD_MODE_SINGLE,
                                NULL, 1, &words);
  if (!voice->connection) {
    voice->failed_at = g_get_monotonic_time();
    g_info("no speech: %s", words ? words : "no answer");
    free(words); /* libspeechd's, from malloc() */
    return false;
  }
  g_clear_pointer(&voice->language, g_free);
  return true;
}

static void
drop_voice(Voice *voice)
{
  g_clear_pointer(&voice->connection, spd_close);
  g_clear_pointer(&voice->language, g_free);
}

static void
say_job(Voice *voice, const Job *job)
{
  if (!connect_voice(voice))
    return;
  if (g_strcmp0(voice->language, job->language) != 0) {
    (void)spd_set_language(voice->connection, job->language);
    g_free(voice->language);
    voice->language = g_strdup(job->language);
  }
  if (spd_cancel(voice->connection) < 0 ||
      spd_say(voice->connection, SPD_TEXT, job->text) < 0)
    drop_voice(voice); /* gone; the next text connects again */
}

static void
run_job(Voice *voice, Line *line, const Job *job)
{
  switch (job->kind) {
  case SAY:
    if (job->number == g_atomic_int_get(&line->latest))
      say_job(voice, job);
    break;
  case STOP:
    if (voice->connection && spd_cancel(voice->connection) < 0)
      drop_voice(voice);
    break;
  case PAUSE:
    if (voice->connection && spd_pause(voice->connection) < 0)
      drop_voice(voice);
    break;
  case RESUME:
    if (voice->connection && spd_resume(voice->connection) < 0)
      drop_voice(voice);
    break;
  case QUIT:
    break;
  }
}

static gpointer
run_thread(gpointer data)
{
  Line *line = data;
  Voice voice = {0};
  bool more = true;
  sigset_t pipe;

  /* libspeechd writes to a socket that may be closed. */
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, NULL);
  while (more) {
    g_autoptr(Job) job = g_async_queue_pop(line->jobs);

    more = job->kind != QUIT;
    run_job(&voice, line, job);
  }
  if (voice.connection)
    (void)spd_cancel(voice.connection); /* leaving in any case */
  drop_voice(&voice);
  release_line(line);
  return NULL;
}

/* Nothing is sent before somebody first spoke: there is no thread then. */
static void
send_job(KioskSpeech *self, JobKind kind, const char *text)
{
  Job *job;

  if (!self->started)
    return;
  job = g_new0(Job, 1);
  job->kind = kind;
  job->number = g_atomic_int_get(&self->line->latest);
  job->text = g_strdup(text);
  job->language = g_strdup(self->language);
  g_async_queue_push(self->line->jobs, job);
}

static void
start_thread(KioskSpeech *self)
{
  GThread *thread;

  if (self->started)
    return;
  thread = g_thread_try_new("speech", run_thread,
                            g_atomic_rc_box_acquire(self->line), NULL);
  if (!thread) {
    release_line(self->line);
    return;
  }
  g_thread_unref(thread);
  self->started = true;
}

static void
speak(KioskSpeech *self)
{
  if (!self->enabled || self->last[0] == '\0')
    return;
  start_thread(self);
  g_atomic_int_inc(&self->line->latest);
  send_job(self, SAY, self->last);
}

KioskSpeech *
kiosk_speech_new(void)
{
  KioskSpeech *self = g_new0(KioskSpeech, 1);

  self->line = g_atomic_rc_box_new0(Line);
  self->line->jobs = g_async_queue_new_full((GDestroyNotify)free_job);
  self->language = g_strdup("en");
  self->last = g_strdup("");
  return self;
}

void
kiosk_speech_free(KioskSpeech *self)
{
  if (!self)
    return;
  g_atomic_int_inc(&self->line->latest);
  send_job(self, QUIT, NULL);
  release_line(self->line);
  g_free(self->language);
  g_free(self->last);
  g_free(self);
}

void
kiosk_speech_set_enabled(KioskSpeech *self, bool enabled)
{
  if (self->enabled && !enabled)
    kiosk_speech_stop(self);
  self->enabled = enabled;
}

bool
kiosk_speech_enabled(const KioskSpeech *self)
{
  return self->enabled;
}

void
kiosk_speech_set_language(KioskSpeech *self, const char *language)
{
  g_free(self->language);
  self->language = g_strdup(language);
}

void
kiosk_speech_say(KioskSpeech *self, const char *text)
{
  char *last = g_utf8_make_valid(text, -1);

  g_free(self->last);
  self->last = last;
  speak(self);
}

void
kiosk_speech_stop(KioskSpeech *self)
{
  g_atomic_int_inc(&self->line->latest); /* also what waits to be said */
  send_job(self, STOP, NULL);
}

void
kiosk_speech_repeat(KioskSpeech *self)
{
  speak(self);
}

void
kiosk_speech_pause(KioskSpeech *self)
{
  send_job(self, PAUSE, NULL);
}

void
kiosk_speech_resume(KioskSpeech *self)
{
  send_job(self, RESUME, NULL);
}

void
kiosk_speech_clear(KioskSpeech *self)
{
  kiosk_speech_stop(self);
  g_free(self->last);
  self->last = g_strdup("");
}

const char *
kiosk_speech_last(const KioskSpeech *self)
{
  return self->last;
}
