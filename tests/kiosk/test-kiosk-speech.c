/* SPDX-License-Identifier: Apache-2.0 */
/* Speech and tones where nothing speaks and nothing sounds: what is asked for
 * is remembered, and nobody waits. */
#include "tests/testing.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "kiosk/widgets/sound.h"
#include "kiosk/widgets/speech.h"

/* Longest that the calls of a round may take: a frame of the screen. Of many
 * rounds the middle one counts, for the machine may be busy with others; where
 * a call waits for somebody, it waits in each round. */
#define PROMPT_US 16000
#define ROUNDS 101
/* What happens once: who waits for one that does not answer waits for good. */
#define WAIT_US (5 * G_USEC_PER_SEC)

static int
compare_times(const void *a, const void *b)
{
  const gint64 *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static void
it_is_silent_until_enabled(void **state)
{
  g_autoptr(KioskSpeech) speech = kiosk_speech_new();

  (void)state;
  assert_false(kiosk_speech_enabled(speech));
  assert_string_equal(kiosk_speech_last(speech), "");
  kiosk_speech_say(speech, "Insert your new key.");
  assert_string_equal(kiosk_speech_last(speech), "Insert your new key.");
  kiosk_speech_repeat(speech);
  kiosk_speech_clear(speech);
  assert_string_equal(kiosk_speech_last(speech), "");
}

static void
no_call_waits_where_nobody_answers(void **state)
{
  KioskSpeech *speech = kiosk_speech_new();
  gint64 took[ROUNDS], began;

  (void)state;
  kiosk_speech_set_enabled(speech, true);
  for (int i = 0; i < ROUNDS; i++) {
    began = g_get_monotonic_time();
    kiosk_speech_set_language(speech, i % 2 ? "de-AT" : "en");
    kiosk_speech_say(speech, "dot");
    kiosk_speech_pause(speech);
    kiosk_speech_resume(speech);
    kiosk_speech_repeat(speech);
    kiosk_speech_stop(speech);
    took[i] = g_get_monotonic_time() - began;
  }
  qsort(took, ROUNDS, sizeof took[0], compare_times);
  assert_true(took[ROUNDS / 2] < PROMPT_US);
  kiosk_speech_say(speech, "no \xff UTF-8");
  assert_true(g_utf8_validate(kiosk_speech_last(speech), -1, NULL));
  began = g_get_monotonic_time();
  kiosk_speech_free(speech);
  assert_true(g_get_monotonic_time() - began < WAIT_US);
  kiosk_speech_free(NULL);
}

/* A small speech-dispatcher: says yes to everything and writes down what it is
 * told (SSIP, the lines of Speech Dispatcher's own protocol). */
typedef struct {
  int listener;
  GString *told;
  GMutex mutex;
} Dispatcher;

static void
serve(Dispatcher *dispatcher, int client)
{
  char line[512];
  size_t n = 0;
  bool text = false;

  for (;;) {
    const char *answer = "200 OK\r\n";

    if (recv(client, line + n, 1, 0) != 1)
      return;
    if (line[n++] != '\n' && n < sizeof(line) - 1)
      continue;
    line[n] = '\0';
    n = 0;
    g_mutex_lock(&dispatcher->mutex);
    g_string_append(dispatcher->told, line);
    g_mutex_unlock(&dispatcher->mutex);
    if (text && strcmp(line, ".\r\n") != 0)
      continue;
    if (text)
      answer = "225-1\r\n225 OK MESSAGE QUEUED\r\n";
    else if (g_ascii_strncasecmp(line, "SPEAK", 5) == 0)
      answer = "230 OK RECEIVING DATA\r\n";
    text = !text && g_ascii_strncasecmp(line, "SPEAK", 5) == 0;
    if (send(client, answer, strlen(answer), MSG_NOSIGNAL) < 0)
      return;
  }
}

static gpointer
run_dispatcher(gpointer data)
{
  Dispatcher *dispatcher = data;
  int client = accept(dispatcher->listener, NULL, NULL);

  if (client >= 0) {
    serve(dispatcher, client);
    (void)close(client);
  }
  return NULL;
}

static bool
was_told(Dispatcher *dispatcher, const char *text)
{
  for (int i = 0; i < 6000; i++) {
    bool found;

    g_mutex_lock(&dispatcher->mutex);
    found = strstr(dispatcher->told->str, text) != NULL;
    g_mutex_unlock(&dispatcher->mutex);
    if (found)
      return true;
    g_usleep(5000);
  }
  return false;
}

static void
what_is_said_reaches_speech_dispatcher(void **state)
{
  Dispatcher dispatcher = {.told = g_string_new(NULL)};
  g_autofree char *folder = g_dir_make_tmp("keyturn-speech-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "s", NULL);
  g_autofree char *address = g_strconcat("unix_socket:", path, NULL);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  KioskSpeech *speech = kiosk_speech_new();
  GThread *thread;

  (void)state;
  g_strlcpy(name.sun_path, path, sizeof(name.sun_path));
  dispatcher.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(
      bind(dispatcher.listener, (struct sockaddr *)&name, sizeof(name)), 0);
  assert_int_equal(listen(dispatcher.listener, 1), 0);
  g_setenv("SPEECHD_ADDRESS", address, TRUE);
  thread = g_thread_new("dispatcher", run_dispatcher, &dispatcher);

  kiosk_speech_set_enabled(speech, true);
  kiosk_speech_set_language(speech, "de");
  kiosk_speech_say(speech, "Stecken Sie den Schlüssel ein.");
  assert_true(was_told(&dispatcher, "LANGUAGE de"));
  assert_true(was_told(&dispatcher, "Stecken Sie den Schlüssel ein."));
  kiosk_speech_pause(speech);
  assert_true(was_told(&dispatcher, "PAUSE"));
  kiosk_speech_resume(speech);
  assert_true(was_told(&dispatcher, "RESUME"));
  g_mutex_lock(&dispatcher.mutex);
  g_string_truncate(dispatcher.told, 0);
  g_mutex_unlock(&dispatcher.mutex);
  kiosk_speech_stop(speech);
  assert_true(was_told(&dispatcher, "CANCEL"));
  kiosk_speech_free(speech);

  g_thread_join(thread); /* the connection is closed with the speech */
  (void)close(dispatcher.listener);
  (void)g_unlink(path);
  (void)g_rmdir(folder);
  g_string_free(dispatcher.told, TRUE);
}

static void
tones_are_asked_for_and_nobody_waits(void **state)
{
  KioskSound *sound = kiosk_sound_new();
  gint64 began = g_get_monotonic_time();

  (void)state;
  assert_int_equal(kiosk_sound_last(sound), KIOSK_SOUND_NONE);
  kiosk_sound_play(sound, KIOSK_SOUND_WRONG);
  kiosk_sound_play(sound, KIOSK_SOUND_OK);
  kiosk_sound_play(sound, KIOSK_SOUND_ATTENTION);
  assert_int_equal(kiosk_sound_last(sound), KIOSK_SOUND_ATTENTION);
  kiosk_sound_play(sound, KIOSK_SOUND_NONE);
  assert_int_equal(kiosk_sound_last(sound), KIOSK_SOUND_NONE);
  assert_true(g_get_monotonic_time() - began < WAIT_US);
  g_usleep(200000); /* for the thread to open and play */
  began = g_get_monotonic_time();
  kiosk_sound_free(sound);
  kiosk_sound_free(NULL);
  assert_true(g_get_monotonic_time() - began < WAIT_US);
  g_usleep(100000);
}

static void
the_three_tones_are_sounds(void **state)
{
  static const char *const names[] = {"ok", "wrong", "attention"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path =
        g_strdup_printf("/org/keyturn/kiosk/sounds/%s.wav", names[i]);
    g_autoptr(GBytes) bytes = g_resources_lookup_data(path, 0, NULL);

    assert_non_null(bytes);
    assert_in_range(g_bytes_get_size(bytes), 10000, 30000);
    assert_memory_equal(g_bytes_get_data(bytes, NULL), "RIFF", 4);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_is_silent_until_enabled),
      cmocka_unit_test(no_call_waits_where_nobody_answers),
      cmocka_unit_test(what_is_said_reaches_speech_dispatcher),
      cmocka_unit_test(tones_are_asked_for_and_nobody_waits),
      cmocka_unit_test(the_three_tones_are_sounds),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
