/* SPDX-License-Identifier: Apache-2.0 */
/* daemon.c - wires the station's library to its surroundings. */
#include "recovery/service/daemon.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/service/clock.h"
#include "recovery/service/file.h"
#include "recovery/service/judge-client.h"
#include "recovery/service/listener.h"
#include "recovery/station.h"

/* Small files beside the record. */
#define MAX_FILE (4 * 1024 * 1024)
#define TICK_MS 1000

struct RecoveryDaemon {
  const RecoveryFolder *folder;
  RecoveryClock clock;
  RecoveryJudgeClient *judge;
  RecoveryStation *station;
  RecoveryListener *listener;
  GMainLoop *loop;
  int64_t size;  /* of the record, when the clients were last told */
  GError *error; /* why it had to end */
};

/* --- what the station asks ------------------------------------------------ */

static void
on_clock(RecoveryMoment *ret_moment, void *data)
{
  RecoveryDaemon *daemon = data;

  *ret_moment = recovery_clock_now(&daemon->clock);
}

static char *
on_judge(const char *request, size_t len, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;

  return recovery_judge_client_ask(daemon->judge, request, len, error);
}

static char *
on_teach(GBytes *pack, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;

  return recovery_judge_client_teach(daemon->judge, pack, error);
}

static bool
on_notice(const char *name, const char *text, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;

  return recovery_file_write(daemon->folder->outbox, name, text, strlen(text),
                             error);
}

static bool
on_save(const char *name, GBytes *bytes, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;
  gsize len = 0;
  const void *start = g_bytes_get_data(bytes, &len);

  return recovery_file_write(daemon->folder->files, name, start, len, error);
}

static GBytes *
on_load(const char *name, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;

  return recovery_file_read(daemon->folder->files, name, MAX_FILE, error);
}

static bool
on_room(int64_t *ret_free, int64_t *ret_total, void *data)
{
  const RecoveryDaemon *daemon = data;
  struct statvfs st;

  if (statvfs(daemon->folder->path, &st) != 0)
    return false;
  *ret_free = (int64_t)(st.f_bavail * st.f_frsize);
  *ret_total = (int64_t)(st.f_blocks * st.f_frsize);
  return true;
}

/* --- what the clients ask ------------------------------------------------- */

static void *
on_opened(RecoveryPeer peer, uid_t uid, void *data)
{
  const RecoveryDaemon *daemon = data;
  RecoverySession *session = recovery_session_new(peer);

  recovery_session_set_caller(
      session, recovery_callers_find(daemon->folder->callers, uid));
  return session;
}

static void
on_closed(void *session, void *data)
{
  (void)data;
  recovery_session_free(session);
}

/* Told after each request and tick: whoever caused it. */
static void
tell_clients(RecoveryDaemon *daemon)
{
  int64_t size = recovery_station_size(daemon->station);

  if (size == daemon->size)
    return;
  daemon->size = size;
  if (daemon->listener)
    recovery_listener_changed(daemon->listener, (uint64_t)size);
}

/* While the judge worker is asked, everybody waits. Who brings it something
 * that it never answers holds them up for as long as it may take, and once: the
 * roles of that connection end, and the next time takes a key and its PIN. */
static void
check_judge(RecoveryDaemon *daemon, void *session)
{
  if (recovery_judge_client_hung(daemon->judge))
    recovery_session_end_roles(session);
}

static char *
on_propose(void *session, const char *request, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;
  char *answer =
      recovery_station_propose(daemon->station, session, request, error);

  check_judge(daemon, session);
  tell_clients(daemon);
  return answer;
}

static char *
on_submit(void *session, const char *request, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;
  char *answer =
      recovery_station_submit(daemon->station, session, request, error);

  check_judge(daemon, session);
  tell_clients(daemon);
  return answer;
}

static char *
on_query(void *session, const char *request, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;
  char *answer =
      recovery_station_query(daemon->station, session, request, error);

  check_judge(daemon, session);
  return answer;
}

static GPtrArray *
on_export(void *session, const char *request, void *data, GError **error)
{
  RecoveryDaemon *daemon = data;

  return recovery_station_export(daemon->station, session, request, error);
}

/* --- running ---------------------------------------------------------------
 */

static gboolean
on_tick(void *data)
{
  RecoveryDaemon *daemon = data;
  g_autoptr(GError) error = NULL;

  if (recovery_station_tick(daemon->station, &error)) {
    tell_clients(daemon);
    return G_SOURCE_CONTINUE;
  }
  if (g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_DAMAGED)) {
    daemon->error = g_steal_pointer(&error);
    g_main_loop_quit(daemon->loop);
    return G_SOURCE_CONTINUE;
  }
  g_warning("%s", error->message); /* tried again at the next tick */
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stop(void *data)
{
  RecoveryDaemon *daemon = data;

  g_main_loop_quit(daemon->loop);
  return G_SOURCE_CONTINUE;
}

/* Standard input says nothing; its end is the end of our client. */
static gboolean
on_input(int fd, GIOCondition condition, void *data)
{
  char nothing[64];
  RecoveryDaemon *daemon = data;

  (void)condition;
  if (read(fd, nothing, sizeof nothing) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit(daemon->loop);
  return G_SOURCE_REMOVE;
}

static void
fill_config(RecoveryDaemon *daemon, const char *build,
            RecoveryStationConfig *config)
{
  *config = (RecoveryStationConfig){
      .store_path = daemon->folder->store,
      .practice = daemon->folder->practice,
      .station_key = daemon->folder->station_key,
      .machine_key = daemon->folder->machine_key,
      .plan_key = daemon->folder->plan_key,
      .build = build,
      .hooks = {.clock = on_clock,
                .judge = on_judge,
                .teach = on_teach,
                .notice = on_notice,
                .save = on_save,
                .load = on_load,
                .room = on_room,
                .data = daemon},
  };
  memcpy(config->kek, daemon->folder->kek, sizeof config->kek);
}

RecoveryDaemon *
recovery_daemon_open(const RecoveryFolder *folder, const char *judge,
                     const char *build, const char *judge_build, GError **error)
{
  g_autoptr(RecoveryDaemon) daemon = g_new0(RecoveryDaemon, 1);
  RecoveryStationConfig config;

  daemon->folder = folder;
  if (!recovery_clock_init(&daemon->clock, error))
    return NULL;
  daemon->judge =
      recovery_judge_client_new(&(RecoveryJudgeClientConfig){.program = judge});
  fill_config(daemon, build, &config);
  config.judge_build = judge_build;
  daemon->station = recovery_station_open(&config, error);
  explicit_bzero(config.kek, sizeof config.kek);
  if (!daemon->station)
    return NULL;
  daemon->size = recovery_station_size(daemon->station);
  daemon->loop = g_main_loop_new(NULL, FALSE);
  return g_steal_pointer(&daemon);
}

bool
recovery_daemon_listen(RecoveryDaemon *daemon, int fd, GError **error)
{
  const RecoveryConnectionConfig config = {
      .rules = {.practice = daemon->folder->practice,
                .owner = daemon->folder->owner,
                .kiosk = daemon->folder->kiosk,
                .callers = daemon->folder->callers},
  };
  const RecoveryConnectionHandler handler = {
      .opened = on_opened,
      .closed = on_closed,
      .propose = on_propose,
      .submit = on_submit,
      .query = on_query,
      .export = on_export,
      .data = daemon,
  };

  daemon->listener = recovery_listener_new(fd, &config, &handler, error);
  return daemon->listener != NULL;
}

bool
recovery_daemon_run(RecoveryDaemon *daemon, bool until_eof, GError **error)
{
  guint sources[] = {
      g_timeout_add(TICK_MS, on_tick, daemon),
      g_unix_signal_add(SIGTERM, on_stop, daemon),
      g_unix_signal_add(SIGINT, on_stop, daemon),
  };
  guint input = until_eof ? g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP,
                                          on_input, daemon)
                          : 0;

  g_main_loop_run(daemon->loop);
  for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
    g_source_remove(sources[i]);
  if (input != 0 && g_main_context_find_source_by_id(NULL, input))
    g_source_remove(input);
  /* No request may come after the stop is recorded. */
  g_clear_pointer(&daemon->listener, recovery_listener_free);
  if (!daemon->error)
    return recovery_station_close(daemon->station, error);
  g_propagate_error(error, g_steal_pointer(&daemon->error));
  return false;
}

void
recovery_daemon_free(RecoveryDaemon *daemon)
{
  if (!daemon)
    return;
  recovery_listener_free(daemon->listener);
  recovery_station_free(daemon->station);
  recovery_judge_client_free(daemon->judge);
  g_clear_pointer(&daemon->loop, g_main_loop_unref);
  g_clear_error(&daemon->error);
  g_free(daemon);
}
