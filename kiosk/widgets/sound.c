/* SPDX-License-Identifier: Apache-2.0 */
/* sound.c - GSound wants a file and may wait for a sound server: a thread gives
 * it both. The files are in memory, copied out of the resources. */
#include "kiosk/widgets/sound.h"

#include <gio/gio.h>
#include <gsound.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#define FOLDER "/org/keyturn/kiosk/sounds/"

static const struct {
  const char *resource;
  const char *words; /* for a sound server that shows what it plays */
} tones[] = {
    [KIOSK_SOUND_OK] = {FOLDER "ok.wav", "ok"},
    [KIOSK_SOUND_WRONG] = {FOLDER "wrong.wav", "wrong"},
    [KIOSK_SOUND_ATTENTION] = {FOLDER "attention.wav", "attention"},
};

struct KioskSound {
  GAsyncQueue *jobs; /* the thread's too: tones, or QUIT */
  bool started;
  KioskSoundTone last;
};

#define QUIT 100

/* The thread's own. */
typedef struct {
  GSoundContext *context;
  int fds[G_N_ELEMENTS(tones)];
  GCancellable *playing;
} Player;

static int
open_tone(KioskSoundTone tone)
{
  g_autoptr(GBytes) bytes = g_resources_lookup_data(
      tones[tone].resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const void *data;
  size_t len;
  int fd;

  if (!bytes)
    return -1;
  data = g_bytes_get_data(bytes, &len);
  fd = memfd_create(tones[tone].words, MFD_CLOEXEC);
  if (fd >= 0 && write(fd, data, len) != (ssize_t)len) {
    (void)close(fd); /* no tone then */
    return -1;
  }
  return fd;
}

static void
play_tone(Player *player, KioskSoundTone tone)
{
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;

  if (!player->context || player->fds[tone] < 0)
    return;
  if (player->playing)
    g_cancellable_cancel(player->playing);
  g_clear_object(&player->playing);
  player->playing = g_cancellable_new();
  path = g_strdup_printf("/proc/self/fd/%d", player->fds[tone]);
  if (!gsound_context_play_simple(
          player->context, player->playing, &error, GSOUND_ATTR_MEDIA_FILENAME,
          path, GSOUND_ATTR_EVENT_DESCRIPTION, tones[tone].words,
          GSOUND_ATTR_MEDIA_ROLE, "event", NULL))
    g_info("no tone: %s", error->message);
}

static gpointer
run_thread(gpointer data)
{
  g_autoptr(GAsyncQueue) jobs = data;
  g_autoptr(GError) error = NULL;
  Player player = {0};
  sigset_t pipe;
  int job;

  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, NULL);
  player.context = gsound_context_new(NULL, &error);
  if (!player.context)
    g_info("no tones: %s", error->message);
  player.fds[KIOSK_SOUND_NONE] = -1;
  for (size_t i = KIOSK_SOUND_OK; i < G_N_ELEMENTS(tones); i++)
    player.fds[i] = open_tone((KioskSoundTone)i);
  while ((job = GPOINTER_TO_INT(g_async_queue_pop(jobs))) != QUIT)
    play_tone(&player, (KioskSoundTone)job);
  g_clear_object(&player.playing);
  g_clear_object(&player.context);
  for (size_t i = 0; i < G_N_ELEMENTS(tones); i++)
    if (player.fds[i] >= 0)
      (void)close(player.fds[i]);
  return NULL;
}

KioskSound *
kiosk_sound_new(void)
{
  KioskSound *self = g_new0(KioskSound, 1);

  self->jobs = g_async_queue_new();
  return self;
}

void
kiosk_sound_free(KioskSound *self)
{
  if (!self)
    return;
  if (self->started)
    g_async_queue_push(self->jobs, GINT_TO_POINTER(QUIT));
  g_async_queue_unref(self->jobs);
  g_free(self);
}

void
kiosk_sound_play(KioskSound *self, KioskSoundTone tone)
{
  self->last = tone;
  if (tone == KIOSK_SOUND_NONE)
    return;
  if (!self->started) {
    GThread *thread = g_thread_try_new("sound", run_thread,
                                       g_async_queue_ref(self->jobs), NULL);

    if (!thread) {
      g_async_queue_unref(self->jobs);
      return;
    }
    g_thread_unref(thread);
    self->started = true;
  }
  g_async_queue_push(self->jobs, GINT_TO_POINTER(tone));
}

KioskSoundTone
kiosk_sound_last(const KioskSound *self)
{
  return self->last;
}
