/* SPDX-License-Identifier: Apache-2.0 */
/* judge-client.c - starts keyturn-judge on two pipes and believes nothing
 * beyond the size and form of what it says. */
#include "recovery/service/judge-client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "fidotool/json.h"
#include "fidotool/pack.h"
#include "recovery/error.h"

#define VERSION 0x01
#define HEAD 5
#define MAX_MESSAGE (1024 * 1024)
#define LIMIT_MS 10000
/* A BLOB is read and indexed in well under a second on a small machine. */
#define TEACH_LIMIT_MS 30000
#define REQUESTS 256

struct RecoveryJudgeClient {
  char *program;
  int limit_ms;
  int requests;
  GPid pid;     /* 0: none */
  int to, from; /* pipes of the worker */
  int served;
  bool hung;
  uint8_t ground[FIDOTOOL_BYTES_SHA256];
  GBytes *pack; /* what it is taught, or NULL */
  char *said;   /* what it said of that; NULL until it did */
};

RecoveryJudgeClient *
recovery_judge_client_new(const RecoveryJudgeClientConfig *config)
{
  RecoveryJudgeClient *client = g_new0(RecoveryJudgeClient, 1);

  client->program = g_strdup(config->program);
  client->limit_ms = config->limit_ms > 0 ? config->limit_ms : LIMIT_MS;
  client->requests = config->requests > 0 ? config->requests : REQUESTS;
  client->to = client->from = -1;
  return client;
}

static void
forget_worker(RecoveryJudgeClient *client)
{
  (void)close(client->to);
  (void)close(client->from);
  g_spawn_close_pid(client->pid);
  client->pid = 0;
  client->to = client->from = -1;
}

/* Killed, not asked: it holds nothing that would be lost. */
static void
end_worker(RecoveryJudgeClient *client)
{
  if (client->pid == 0)
    return;
  (void)kill(client->pid, SIGKILL); /* fails only where it has ended */
  while (waitpid(client->pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  forget_worker(client);
}

/* One that ended while it had nothing to do failed nobody: the next serves. */
static void
bury_worker(RecoveryJudgeClient *client)
{
  if (client->pid != 0 && waitpid(client->pid, NULL, WNOHANG) == client->pid)
    forget_worker(client);
}

void
recovery_judge_client_free(RecoveryJudgeClient *client)
{
  if (!client)
    return;
  end_worker(client);
  g_clear_pointer(&client->pack, g_bytes_unref);
  g_free(client->said);
  g_free(client->program);
  g_free(client);
}

int
recovery_judge_client_pid(const RecoveryJudgeClient *client)
{
  return (int)client->pid;
}

static bool
spawn_worker(RecoveryJudgeClient *client, GError **error)
{
  char *taught = client->pack != NULL ? (char *)"--taught" : NULL;
  char *argv[] = {client->program, taught, NULL};
  char *envp[] = {(char *)"LC_ALL=C.UTF-8", NULL};
  g_autoptr(GError) own = NULL;

  if (!g_spawn_async_with_pipes(
          "/", argv, envp, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES,
          NULL, NULL, &client->pid, &client->to, &client->from, NULL, &own)) {
    client->pid = 0;
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "the judge worker does not start: %s", own->message);
    return false;
  }
  (void)fcntl(client->to, F_SETFL, O_NONBLOCK); /* pipes of our own */
  (void)fcntl(client->from, F_SETFL, O_NONBLOCK);
  client->served = 0;
  return true;
}

/* Waits for the pipe until the deadline; false when it has passed. */
static bool
wait_for(int fd, short events, int64_t deadline_us)
{
  for (;;) {
    int64_t left_ms = (deadline_us - g_get_monotonic_time() + 999) / 1000;
    struct pollfd p = {.fd = fd, .events = events};
    int r;

    if (left_ms <= 0)
      return false;
    r = poll(&p, 1, (int)left_ms);
    if (r > 0)
      return true;
    if (r < 0 && errno != EINTR)
      return false;
  }
}

/* Why a worker's answer is not there; each of them ends it. */
static bool
fail(const char *why, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
              "the judge worker %s; nothing was judged", why);
  return false;
}

static bool
write_all(int fd, const void *data, size_t len, int64_t deadline_us,
          GError **error)
{
  const uint8_t *at = data;

  while (len > 0) {
    ssize_t n;

    if (!wait_for(fd, POLLOUT, deadline_us))
      return fail("did not read in time", error);
    n = write(fd, at, len);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (n < 0)
      return fail("has ended", error);
    at += n;
    len -= (size_t)n;
  }
  return true;
}

static bool
read_all(int fd, void *data, size_t len, int64_t deadline_us, GError **error)
{
  uint8_t *at = data;

  while (len > 0) {
    ssize_t n;

    if (!wait_for(fd, POLLIN, deadline_us))
      return fail("did not answer in time", error);
    n = read(fd, at, len);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (n <= 0)
      return fail("has ended", error);
    at += n;
    len -= (size_t)n;
  }
  return true;
}

static char *
exchange(RecoveryJudgeClient *client, const void *request, size_t len,
         int64_t deadline, GError **error)
{
  uint8_t head[HEAD] = {VERSION, (uint8_t)(len >> 24), (uint8_t)(len >> 16),
                        (uint8_t)(len >> 8), (uint8_t)len};
  g_autofree char *answer = NULL;
  g_autoptr(FidotoolJson) json = NULL;
  size_t got;

  if (!write_all(client->to, head, sizeof head, deadline, error) ||
      !write_all(client->to, request, len, deadline, error) ||
      !read_all(client->from, head, sizeof head, deadline, error))
    return NULL;
  got = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 |
        head[4];
  if (head[0] != VERSION || got < 2 || got > MAX_MESSAGE) {
    (void)fail("answered no frame of ours", error);
    return NULL;
  }
  answer = g_malloc(got + 1);
  answer[got] = '\0';
  if (!read_all(client->from, answer, got, deadline, error))
    return NULL;
  json = fidotool_json_parse(answer, got, NULL);
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT) {
    (void)fail("answered no JSON object", error);
    return NULL;
  }
  return g_steal_pointer(&answer);
}

/* What it is to know comes first. A worker that cannot learn is none. */
static bool
start_worker(RecoveryJudgeClient *client, GError **error)
{
  int64_t deadline = g_get_monotonic_time() + (int64_t)TEACH_LIMIT_MS * 1000;
  g_autofree char *said = NULL;

  if (!spawn_worker(client, error))
    return false;
  if (client->pack == NULL)
    return true;
  said = exchange(client, g_bytes_get_data(client->pack, NULL),
                  g_bytes_get_size(client->pack), deadline, error);
  if (said == NULL) {
    client->hung = client->hung || g_get_monotonic_time() >= deadline;
    end_worker(client);
    return false;
  }
  g_free(client->said);
  client->said = g_steal_pointer(&said);
  return true;
}

static bool
is_same(GBytes *one, GBytes *other)
{
  return one == other ||
         (one != NULL && other != NULL && g_bytes_equal(one, other));
}

char *
recovery_judge_client_teach(RecoveryJudgeClient *client, GBytes *pack,
                            GError **error)
{
  if (pack != NULL && g_bytes_get_size(pack) > FIDOTOOL_PACK_MAX) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "too much for the judge to know");
    return NULL;
  }
  if (!is_same(client->pack, pack)) {
    end_worker(client);
    g_clear_pointer(&client->pack, g_bytes_unref);
    g_clear_pointer(&client->said, g_free);
    client->pack = pack != NULL ? g_bytes_ref(pack) : NULL;
  }
  if (pack == NULL)
    return g_strdup("{}");
  if (client->said == NULL && !start_worker(client, error))
    return NULL;
  return g_strdup(client->said);
}

/* The digest of what the request leans on, its anchors and its generation;
 * false when it cannot be read. */
static bool
read_ground(const char *request, size_t len,
            uint8_t ret_digest[FIDOTOOL_BYTES_SHA256], GError **error)
{
  g_autoptr(FidotoolJson) json = fidotool_json_parse(request, len, error);
  const FidotoolJson *anchors = fidotool_json_get(json, "anchors");
  const char *generation = fidotool_json_get_text(json, "generation");
  g_autofree char *text = NULL;

  if (!json)
    return false;
  text = anchors ? fidotool_json_write(anchors, NULL) : g_strdup("");
  if (!generation)
    generation = "";
  fidotool_bytes_sha256_of((FidotoolPiece[]){{text, strlen(text) + 1},
                                             {generation, strlen(generation)}},
                           2, ret_digest);
  return true;
}

char *
recovery_judge_client_ask(RecoveryJudgeClient *client, const char *request,
                          size_t len, GError **error)
{
  uint8_t ground[FIDOTOOL_BYTES_SHA256];
  int64_t deadline;
  char *answer;

  if (len > MAX_MESSAGE) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "too much to judge at once");
    return NULL;
  }
  if (!read_ground(request, len, ground, error))
    return NULL;
  bury_worker(client);
  if (client->pid != 0 && (client->served >= client->requests ||
                           memcmp(ground, client->ground, sizeof ground) != 0))
    end_worker(client);
  if (client->pid == 0 && !start_worker(client, error))
    return NULL;
  memcpy(client->ground, ground, sizeof ground);
  deadline = g_get_monotonic_time() + (int64_t)client->limit_ms * 1000;
  answer = exchange(client, request, len, deadline, error);
  client->served++;
  if (!answer) {
    client->hung = client->hung || g_get_monotonic_time() >= deadline;
    end_worker(client);
  }
  return answer;
}

bool
recovery_judge_client_hung(RecoveryJudgeClient *client)
{
  bool hung = client->hung;

  client->hung = false;
  return hung;
}
