/* SPDX-License-Identifier: Apache-2.0 */
/* client.c - one connection to keyhelper, from start to end. */
#include "fidotool/helper/client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/protocol.h"

/* The station's socket; systemd listens, so root is at its other end. */
#define STATION_SOCKET "/run/keyturn/keyhelper"
/* What keyhelper may take beyond the wait for a touch. */
#define MARGIN_MS 15000
/* From the end of the conversation to the end of the child. */
#define END_MS 2000

typedef struct {
  const FidotoolClientHooks *hooks;
  FidotoolClientReport *report;
  int fd;
  GPid pid; /* 0 on a station */
  int silence_ms;
} Client;

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

char *
fidotool_client_find_program(const char *name)
{
  /* Installed, then in the build folder of this program or of a test. */
  static const char *const places[] = {"../libexec/keyturn", "../helper",
                                       "../fidotool/helper",
                                       "../../fidotool/helper", "."};
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
  g_autofree char *installed = g_build_filename(KEYTURN_LIBEXECDIR, name, NULL);

  if (g_file_test(installed, G_FILE_TEST_IS_EXECUTABLE) &&
      g_strcmp0(folder, KEYTURN_BINDIR) == 0)
    return g_steal_pointer(&installed);
  for (size_t i = 0; folder && i < G_N_ELEMENTS(places); i++) {
    g_autofree char *path = g_build_filename(folder, places[i], name, NULL);

    if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
      return g_canonicalize_filename(path, NULL);
  }
  return NULL;
}

char *
fidotool_client_find_helper(void)
{
  return fidotool_client_find_program("keyhelper");
}

static bool
start_child(Client *client, const char *program, GError **error)
{
  const char *const argv[] = {program, NULL};
  g_autoptr(GError) local = NULL;
  int pair[2];
  bool ok;

  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return set_error(error, FIDOTOOL_ERROR_FAILED, g_strerror(errno));
  /* keyhelper closes what it has no use for; so GLib need not copy us for the
   * sake of that. */
  ok = g_spawn_async_with_fds(
      NULL, (char **)argv, NULL,
      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_LEAVE_DESCRIPTORS_OPEN, NULL, NULL,
      &client->pid, pair[1], -1, -1, &local);
  (void)close(pair[1]); /* the child has its own */
  if (!ok) {
    (void)close(pair[0]); /* never used */
    return set_error(error, FIDOTOOL_ERROR_FAILED, local->message);
  }
  client->fd = pair[0];
  return true;
}

static bool
start(Client *client, GError **error)
{
  g_autofree char *found = NULL;
  const char *program = client->hooks->helper;

  if (!program)
    program = found = fidotool_client_find_helper();
  if (!program)
    return set_error(error, FIDOTOOL_ERROR_FAILED,
                     "keyhelper is not installed");
  return start_child(client, program, error);
}

/* The station's socket is there, and no software keys are asked for. */
static bool
is_on_station(const FidotoolClientHooks *hooks)
{
  return !hooks->helper && !g_getenv("KEYTURN_KEYS") &&
         access(STATION_SOCKET, F_OK) == 0;
}

static bool
connect_station(Client *client, GError **error)
{
  struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = STATION_SOCKET};
  struct ucred peer;
  socklen_t len = sizeof(peer);

  client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client->fd < 0)
    return set_error(error, FIDOTOOL_ERROR_FAILED, g_strerror(errno));
  if (connect(client->fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
    return set_error(error,
                     errno == EACCES ? FIDOTOOL_ERROR_PERMISSION
                                     : FIDOTOOL_ERROR_FAILED,
                     "this station's keyhelper does not answer");
  if (getsockopt(client->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
      peer.uid != 0)
    return set_error(error, FIDOTOOL_ERROR_PERMISSION,
                     "this station's keyhelper is not what it should be");
  return true;
}

/* The end of the child: by itself, or with force. */
static void
end(Client *client)
{
  struct pollfd child = {.events = POLLIN};
  int status;

  if (client->fd >= 0)
    (void)close(client->fd); /* this cancels what still runs */
  if (client->pid <= 0)
    return;
  child.fd = pidfd_open(client->pid, 0);
  if (child.fd < 0 || poll(&child, 1, END_MS) != 1)
    (void)kill(client->pid, SIGKILL); /* it is ours, and not reaped yet */
  if (child.fd >= 0)
    (void)close(child.fd); /* it was only watched */
  (void)waitpid(client->pid, &status, 0);
}

static void
tell(Client *client, const char *name, const FidotoolJson *fields)
{
  if (client->hooks->event && name)
    client->hooks->event(name, fields, client->hooks->data);
}

/* A keyhelper that takes no bytes has failed, whatever became of the key. */
static bool
check_sent(bool sent, GError **error)
{
  return sent || set_error(error, FIDOTOOL_ERROR_FAILED,
                           "keyhelper failed: it has gone");
}

/* The key waits: ask our caller, hand the answer on. */
static bool
answer_pin(Client *client, const FidotoolJson *wanted, GError **error)
{
  FidotoolClientPin what = {
      .is_new = g_strcmp0(fidotool_json_get_text(wanted, "kind"), "new") == 0,
      .retries = (int)fidotool_json_get_int(wanted, "retries", -1),
      .min = (int)fidotool_json_get_int(wanted, "min", 4),
      .max = (int)fidotool_json_get_int(wanted, "max", 63),
      .problem = fidotool_json_get_text(wanted, "problem"),
  };
  g_autoptr(FidotoolSecret) pin = NULL;

  what.last = !what.is_new && what.retries == 1;
  tell(client, "pin_needed", wanted);
  if (!client->hooks->pin)
    return set_error(error, FIDOTOOL_ERROR_PIN_STATE, "a PIN is needed");
  pin = client->hooks->pin(&what, client->hooks->data, error);
  if (!pin)
    return false;
  return check_sent(fidotool_protocol_write_pin(client->fd,
                                                what.last
                                                    ? FIDOTOOL_PROTOCOL_PIN_LAST
                                                    : FIDOTOOL_PROTOCOL_PIN,
                                                pin, NULL),
                    error);
}

/* keyhelper shows what would be lost: ask our caller. */
static bool
answer_confirm(Client *client, const FidotoolJson *what, GError **error)
{
  if (!client->hooks->confirm)
    return set_error(error, FIDOTOOL_ERROR_USAGE, "nobody is there to say yes");
  if (!client->hooks->confirm(what, client->hooks->data, error))
    return false;
  return check_sent(fidotool_protocol_write_empty(
                        client->fd, FIDOTOOL_PROTOCOL_CONFIRM, NULL),
                    error);
}

static void
take_report(Client *client, const FidotoolJson *json)
{
  FidotoolClientReport *report = client->report;

  if (!report)
    return;
  g_free(report->libfido2);
  report->libfido2 = g_strdup(fidotool_json_get_text(json, "libfido2"));
  report->ctap = (int)fidotool_json_get_int(json, "ctap", 0);
  report->retries = (int)fidotool_json_get_int(json, "retries", -1);
  report->power_cycle = fidotool_json_get_bool(json, "power_cycle", false);
  if (fidotool_json_get(json, "candidates") && !report->candidates)
    report->candidates =
        fidotool_json_copy(fidotool_json_get(json, "candidates"));
}

/* keyhelper's own error; only codes that exist are believed. */
static bool
take_error(const FidotoolJson *json, GError **error)
{
  int64_t code = fidotool_json_get_int(json, "code", FIDOTOOL_ERROR_FAILED);
  const char *text = fidotool_json_get_text(json, "text");

  if (code < FIDOTOOL_ERROR_FAILED || code > FIDOTOOL_ERROR_POLICY)
    code = FIDOTOOL_ERROR_FAILED;
  return set_error(error, (FidotoolError)code,
                   text ? text : "keyhelper failed without a word");
}

/* 1 a frame can be read, 0 our side cancels, -1 nothing came in time. */
static int
wait_frame(const Client *client)
{
  struct pollfd both[] = {{client->fd, POLLIN, 0},
                          {client->hooks->cancel_fd, POLLIN, 0}};
  nfds_t n = client->hooks->cancel_fd > 0 ? 2 : 1;
  int r;

  do
    r = poll(both, n, client->silence_ms);
  while (r < 0 && errno == EINTR);
  if (r <= 0)
    return -1;
  return n == 2 && both[1].revents ? 0 : 1;
}

/* Tells keyhelper to stop and lets it, so that the key ends what it does. */
static bool
cancel(Client *client, GError **error)
{
  if (fidotool_protocol_write_empty(client->fd, FIDOTOOL_PROTOCOL_CANCEL,
                                    NULL)) {
    g_auto(FidotoolProtocolFrame) frame = {0};

    while (fidotool_protocol_read(client->fd, false, END_MS, &frame, NULL) >
               0 &&
           frame.type != FIDOTOOL_PROTOCOL_RESULT &&
           frame.type != FIDOTOOL_PROTOCOL_ERROR)
      fidotool_protocol_frame_clear(&frame);
  }
  return set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
}

/* One frame of keyhelper's. ret_result is set by the last one. */
static bool
take_frame(Client *client, FidotoolProtocolFrame *frame,
           FidotoolJson **ret_result, GError **error)
{
  switch (frame->type) {
  case FIDOTOOL_PROTOCOL_EVENT:
    tell(client, fidotool_json_get_text(frame->json, "event"), frame->json);
    return true;
  case FIDOTOOL_PROTOCOL_PIN_WANTED:
    if (answer_pin(client, frame->json, error))
      return true;
    (void)cancel(client, NULL); /* our caller's reason stands */
    return false;
  case FIDOTOOL_PROTOCOL_CONFIRM_WANTED:
    if (answer_confirm(client, frame->json, error))
      return true;
    (void)cancel(client, NULL); /* our caller's reason stands */
    return false;
  case FIDOTOOL_PROTOCOL_RESULT:
    take_report(client, frame->json);
    *ret_result = g_steal_pointer(&frame->json);
    return true;
  case FIDOTOOL_PROTOCOL_ERROR:
    take_report(client, frame->json);
    return take_error(frame->json, error);
  case FIDOTOOL_PROTOCOL_REQUEST:
  case FIDOTOOL_PROTOCOL_PIN:
  case FIDOTOOL_PROTOCOL_PIN_LAST:
  case FIDOTOOL_PROTOCOL_CANCEL:
  case FIDOTOOL_PROTOCOL_CONFIRM:
    break;
  }
  return set_error(error, FIDOTOOL_ERROR_FAILED, "keyhelper talks nonsense");
}

static FidotoolJson *
talk(Client *client, GError **error)
{
  FidotoolJson *result = NULL;

  while (!result) {
    g_auto(FidotoolProtocolFrame) frame = {0};
    g_autoptr(GError) local = NULL;
    int r = wait_frame(client);

    if (r == 0 && !cancel(client, error))
      return NULL;
    if (r < 0) {
      (void)set_error(error, FIDOTOOL_ERROR_FAILED,
                      "keyhelper does not answer");
      return NULL;
    }
    if (fidotool_protocol_read(client->fd, false, 0, &frame, &local) <= 0) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                  "keyhelper failed: %s",
                  local ? local->message : "it went silent");
      return NULL;
    }
    if (!take_frame(client, &frame, &result, error))
      return NULL;
  }
  return result;
}

FidotoolJson *
fidotool_client_run(const FidotoolJson *request,
                    const FidotoolClientHooks *hooks,
                    FidotoolClientReport *report, GError **error)
{
  static const FidotoolClientHooks none = {.cancel_fd = -1};
  Client client = {.hooks = hooks ? hooks : &none, .report = report, .fd = -1};
  FidotoolJson *result = NULL;
  bool watch = g_strcmp0(fidotool_json_get_text(request, "job"), "watch") == 0;

  if (report)
    *report = (FidotoolClientReport){.retries = -1};
  client.silence_ms =
      client.hooks->silence_ms
          ? client.hooks->silence_ms
          : (int)CLAMP(fidotool_json_get_int(request, "timeout_s", 30), 1,
                       3600) *
                    1000 +
                MARGIN_MS;
  if (watch)
    client.silence_ms = -1;
  if ((is_on_station(client.hooks) ? connect_station(&client, error)
                                   : start(&client, error)) &&
      check_sent(fidotool_protocol_write_json(
                     client.fd, FIDOTOOL_PROTOCOL_REQUEST, request, NULL),
                 error))
    result = talk(&client, error);
  end(&client);
  return result;
}

void
fidotool_client_report_clear(FidotoolClientReport *report)
{
  g_clear_pointer(&report->libfido2, g_free);
  g_clear_pointer(&report->candidates, fidotool_json_free);
}
