/* SPDX-License-Identifier: Apache-2.0 */
/* server.c - a software key on a socket or in the kernel, and its control
 * socket. */
#include "tests/softkey/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/softkey/control.h"
#include "tests/softkey/error.h"
#include "tests/softkey/uhid.h"

#define REPORT SOFTKEY_CTAPHID_REPORT
#define MAX_PEERS 32
#define MAX_QUEUE 1024 /* reports a peer may leave unread */
#define UHID_PORT 0    /* whoever holds the node; peers count from 1 */

/* One connection. */
typedef struct {
  int fd;
  int port;    /* a name for it that is never used again */
  bool is_key; /* or control */
  bool is_dead;
  GByteArray *out;
  GString *line; /* control: what is not yet a line */
} Peer;

struct SoftkeyServer {
  SoftkeyCore *core;
  SoftkeyCtaphid *hid;
  SoftkeyNfcVpcd *vpcd; /* or NULL */
  bool in_kernel;       /* it is, or was, plugged in there */
  char *key_path;       /* or NULL */
  char *control_path;
  int key_fd;  /* -1: unplugged */
  int uhid_fd; /* -1: unplugged */
  int control_fd;
  GPtrArray *peers;
  int ports;
  unsigned unplug_at; /* 0: no order */
  bool unplug_now;
  bool quit;
};

static void
free_peer(Peer *peer)
{
  (void)close(peer->fd); /* nothing to be done about it */
  g_byte_array_unref(peer->out);
  g_string_free(peer->line, TRUE);
  g_free(peer);
}

/* Listening */

static bool
set_address(struct sockaddr_un *address, const char *path, GError **error)
{
  address->sun_family = AF_UNIX;
  if (strlen(path) < sizeof address->sun_path) {
    memcpy(address->sun_path, path, strlen(path) + 1);
    return true;
  }
  g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_USAGE,
              "the socket's path is longer than %zu bytes: %s",
              sizeof address->sun_path - 1, path);
  return false;
}

/* Removes a socket that nobody listens on any more. */
static void
remove_stale(const struct sockaddr_un *address, int type)
{
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  struct stat status;

  if (fd < 0)
    return;
  if (lstat(address->sun_path, &status) == 0 && S_ISSOCK(status.st_mode) &&
      connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
      errno == ECONNREFUSED)
    (void)unlink(address->sun_path); /* bind() tells if it is still there */
  (void)close(fd);
}

static int
listen_on(const char *path, int type, GError **error)
{
  struct sockaddr_un address = {0};
  mode_t mask;
  int fd;
  bool ok;

  if (!set_address(&address, path, error))
    return -1;
  remove_stale(&address, type);
  fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  mask = umask(0177);
  ok = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
       listen(fd, MAX_PEERS) == 0;
  if (!ok)
    softkey_error_file(error, "listen on", path);
  umask(mask);
  if (ok)
    return fd;
  if (fd >= 0)
    (void)close(fd); /* it never listened */
  return -1;
}

/* Peers */

static Peer *
find_peer(SoftkeyServer *server, int port)
{
  for (guint i = 0; i < server->peers->len; i++) {
    Peer *peer = server->peers->pdata[i];

    if (peer->port == port)
      return peer;
  }
  return NULL;
}

static void
accept_peer(SoftkeyServer *server, int listener, bool is_key)
{
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  Peer *peer;

  if (fd < 0)
    return; /* gone again */
  if (server->peers->len >= MAX_PEERS) {
    (void)close(fd);
    return;
  }
  peer = g_new0(Peer, 1);
  peer->fd = fd;
  peer->port = ++server->ports;
  peer->is_key = is_key;
  peer->out = g_byte_array_new();
  peer->line = g_string_new(NULL);
  g_ptr_array_add(server->peers, peer);
}

/* Sends what is queued, as far as it goes. */
static void
flush_peer(Peer *peer)
{
  while (peer->out->len > 0 && !peer->is_dead) {
    size_t part = peer->is_key ? REPORT : peer->out->len;
    ssize_t n = send(peer->fd, peer->out->data, part, MSG_NOSIGNAL);

    if (n > 0)
      g_byte_array_remove_range(peer->out, 0, (guint)n);
    else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    else if (n == 0 || errno != EINTR)
      peer->is_dead = true;
  }
}

static void
queue(Peer *peer, const void *bytes, size_t len)
{
  if (peer->out->len + len > MAX_QUEUE * REPORT) {
    peer->is_dead = true; /* it does not read */
    return;
  }
  g_byte_array_append(peer->out, bytes, (guint)len);
  flush_peer(peer);
}

/* Counts a report in either direction; false when the key is pulled out in
 * its place. */
static bool
count_report(SoftkeyServer *server)
{
  if (server->unplug_now)
    return false;
  if (server->unplug_at == 0 || --server->unplug_at > 0)
    return true;
  server->unplug_now = true;
  return false;
}

static void
send_report(void *data, int port, const uint8_t report[REPORT])
{
  SoftkeyServer *server = data;
  Peer *peer = find_peer(server, port);

  if (port == UHID_PORT) {
    if (server->uhid_fd >= 0 && count_report(server) &&
        !softkey_uhid_send(server->uhid_fd, report))
      server->unplug_now = true; /* the kernel does not have it any more */
    return;
  }
  if (peer != NULL && !peer->is_dead && count_report(server))
    queue(peer, report, REPORT);
}

static void
read_report(SoftkeyServer *server, Peer *peer)
{
  uint8_t report[REPORT];
  ssize_t n = recv(peer->fd, report, sizeof report, MSG_TRUNC);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n != REPORT) {
    peer->is_dead = true; /* closed, or no report */
    return;
  }
  if (count_report(server))
    softkey_ctaphid_receive(server->hid, peer->port, report);
}

static void
read_uhid(SoftkeyServer *server)
{
  uint8_t report[REPORT];

  switch (softkey_uhid_receive(server->uhid_fd, report)) {
  case SOFTKEY_UHID_NOTHING:
    break;
  case SOFTKEY_UHID_REPORT:
    if (count_report(server))
      softkey_ctaphid_receive(server->hid, UHID_PORT, report);
    break;
  case SOFTKEY_UHID_GONE:
    server->unplug_now = true;
    break;
  }
}

static void
run_lines(SoftkeyServer *server, Peer *peer)
{
  char *end;

  while (!peer->is_dead &&
         (end = memchr(peer->line->str, '\n', peer->line->len)) != NULL) {
    g_autofree char *answer = NULL;
    size_t len = (size_t)(end - peer->line->str);

    *end = '\0';
    answer = softkey_control_run(server, peer->line->str);
    g_string_erase(peer->line, 0, (gssize)len + 1);
    queue(peer, answer, strlen(answer));
    queue(peer, "\n", 1);
  }
  if (peer->line->len > SOFTKEY_CONTROL_MAX_LINE)
    peer->is_dead = true;
}

static void
read_control(SoftkeyServer *server, Peer *peer)
{
  char part[SOFTKEY_CONTROL_MAX_LINE];
  ssize_t n = recv(peer->fd, part, sizeof part, 0);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) {
    peer->is_dead = true;
    return;
  }
  g_string_append_len(peer->line, part, n);
  run_lines(server, peer);
}

/* Closes what died since the last turn of the loop. */
static void
bury_peers(SoftkeyServer *server)
{
  if (server->unplug_now)
    softkey_server_unplug(server);
  for (guint i = server->peers->len; i > 0; i--) {
    Peer *peer = server->peers->pdata[i - 1];

    if (!peer->is_dead)
      continue;
    softkey_ctaphid_close(server->hid, peer->port);
    g_ptr_array_remove_index(server->peers, i - 1);
  }
}

/* The verbs of control.c that are about the plug */

void
softkey_server_unplug(SoftkeyServer *server)
{
  server->unplug_now = false;
  server->unplug_at = 0;
  if (server->vpcd != NULL)
    softkey_nfc_vpcd_lift(server->vpcd);
  for (guint i = 0; i < server->peers->len; i++) {
    Peer *peer = server->peers->pdata[i];

    if (peer->is_key)
      peer->is_dead = true;
  }
  if (server->key_fd >= 0) {
    (void)close(server->key_fd);
    (void)unlink(server->key_path); /* gone is what it shall be */
  }
  server->key_fd = -1;
  if (server->uhid_fd >= 0)
    (void)close(server->uhid_fd); /* this pulls the key out */
  server->uhid_fd = -1;
  softkey_ctaphid_power_cycle(server->hid);
}

void
softkey_server_unplug_at(SoftkeyServer *server, unsigned n)
{
  server->unplug_at = n;
  if (server->vpcd != NULL)
    softkey_nfc_vpcd_lift_at(server->vpcd, n);
}

bool
softkey_server_plug(SoftkeyServer *server, GError **error)
{
  if (server->vpcd != NULL && !softkey_nfc_vpcd_put(server->vpcd, error))
    return false;
  if (server->in_kernel && server->uhid_fd < 0) {
    server->uhid_fd = softkey_uhid_open(error);
    if (server->uhid_fd < 0)
      return false;
    softkey_ctaphid_power_cycle(server->hid);
  }
  if (server->key_fd >= 0 || server->key_path == NULL)
    return true;
  server->key_fd = listen_on(server->key_path, SOCK_SEQPACKET, error);
  softkey_ctaphid_power_cycle(server->hid);
  return server->key_fd >= 0;
}

bool
softkey_server_use_kernel(SoftkeyServer *server, GError **error)
{
  server->in_kernel = true;
  server->uhid_fd = softkey_uhid_open(error);
  return server->uhid_fd >= 0;
}

bool
softkey_server_is_plugged(const SoftkeyServer *server)
{
  return server->key_fd >= 0 || server->uhid_fd >= 0 ||
         (server->vpcd != NULL && softkey_nfc_vpcd_fd(server->vpcd) >= 0);
}

void
softkey_server_power_cycle(SoftkeyServer *server)
{
  softkey_ctaphid_power_cycle(server->hid);
}

void
softkey_server_quit(SoftkeyServer *server)
{
  server->quit = true;
}

SoftkeyCore *
softkey_server_core(SoftkeyServer *server)
{
  return server->core;
}

SoftkeyCtaphid *
softkey_server_ctaphid(SoftkeyServer *server)
{
  return server->hid;
}

SoftkeyNfcVpcd *
softkey_server_vpcd(SoftkeyServer *server)
{
  return server->vpcd;
}

bool
softkey_server_use_vpcd(SoftkeyServer *server, int port, GError **error)
{
  server->vpcd = softkey_nfc_vpcd_new(server->core, port);
  return softkey_nfc_vpcd_put(server->vpcd, error);
}

/* The loop */

static int
find_timeout(SoftkeyServer *server)
{
  SoftkeyEnv *env = softkey_core_env(server->core);
  int64_t due = softkey_ctaphid_due(server->hid);
  int64_t now = env->now_ms(env);

  if (due == INT64_MAX)
    return -1;
  return (int)CLAMP(due - now, 0, 60000);
}

/* signal, key listener, control listener, card reader, kernel, then the peers
 * in order */
#define FIXED 5

static void
fill_polls(SoftkeyServer *server, int signal_fd, struct pollfd *polls)
{
  polls[0] = (struct pollfd){.fd = signal_fd, .events = POLLIN};
  polls[1] = (struct pollfd){.fd = server->key_fd, .events = POLLIN};
  polls[2] = (struct pollfd){.fd = server->control_fd, .events = POLLIN};
  polls[3] = (struct pollfd){
      .fd = server->vpcd != NULL ? softkey_nfc_vpcd_fd(server->vpcd) : -1,
      .events = POLLIN};
  polls[4] = (struct pollfd){.fd = server->uhid_fd, .events = POLLIN};
  for (guint i = 0; i < server->peers->len; i++) {
    const Peer *peer = server->peers->pdata[i];

    polls[FIXED + i] = (struct pollfd){.fd = peer->fd, .events = POLLIN};
    if (peer->out->len > 0)
      polls[FIXED + i].events |= POLLOUT;
  }
}

static void
serve_peer(SoftkeyServer *server, Peer *peer, short events)
{
  if ((events & POLLOUT) != 0)
    flush_peer(peer);
  if ((events & (POLLIN | POLLHUP | POLLERR)) == 0 || peer->is_dead)
    return;
  if (peer->is_key)
    read_report(server, peer);
  else
    read_control(server, peer);
}

bool
softkey_server_run(SoftkeyServer *server, int signal_fd, GError **error)
{
  struct pollfd polls[FIXED + MAX_PEERS];

  while (!server->quit) {
    guint n = server->peers->len;

    fill_polls(server, signal_fd, polls);
    if (poll(polls, FIXED + n, find_timeout(server)) < 0) {
      if (errno == EINTR)
        continue;
      return softkey_error_file(error, "wait on", server->control_path);
    }
    if (polls[0].revents != 0)
      return true;
    softkey_ctaphid_tick(server->hid);
    if (polls[4].revents != 0)
      read_uhid(server);
    for (guint i = 0; i < n; i++)
      serve_peer(server, server->peers->pdata[i], polls[FIXED + i].revents);
    if (polls[1].revents != 0 && server->key_fd == polls[1].fd)
      accept_peer(server, server->key_fd, true);
    if (polls[2].revents != 0)
      accept_peer(server, server->control_fd, false);
    if (polls[3].revents != 0 &&
        softkey_nfc_vpcd_fd(server->vpcd) == polls[3].fd)
      softkey_nfc_vpcd_read(server->vpcd);
    bury_peers(server);
  }
  return true;
}

SoftkeyServer *
softkey_server_new(SoftkeyCore *core, const char *key_path,
                   const char *control_path, GError **error)
{
  g_autoptr(SoftkeyServer) server = g_new0(SoftkeyServer, 1);

  server->core = core;
  server->hid = softkey_ctaphid_new(core, send_report, server);
  server->peers = g_ptr_array_new_with_free_func((GDestroyNotify)free_peer);
  server->key_fd = -1;
  server->uhid_fd = -1;
  server->control_fd = listen_on(control_path, SOCK_STREAM, error);
  if (server->control_fd < 0)
    return NULL;
  server->control_path = g_strdup(control_path);
  if (key_path == NULL)
    return g_steal_pointer(&server);
  server->key_fd = listen_on(key_path, SOCK_SEQPACKET, error);
  if (server->key_fd < 0)
    return NULL;
  server->key_path = g_strdup(key_path);
  return g_steal_pointer(&server);
}

void
softkey_server_free(SoftkeyServer *server)
{
  if (server == NULL)
    return;
  if (server->key_fd >= 0) {
    (void)close(server->key_fd);
    (void)unlink(server->key_path); /* best effort at the end */
  }
  if (server->uhid_fd >= 0)
    (void)close(server->uhid_fd); /* this pulls the key out */
  if (server->control_fd >= 0) {
    (void)close(server->control_fd);
    if (server->control_path != NULL)
      (void)unlink(server->control_path);
  }
  g_ptr_array_unref(server->peers);
  softkey_nfc_vpcd_free(server->vpcd);
  softkey_ctaphid_free(server->hid);
  softkey_core_free(server->core);
  g_free(server->key_path);
  g_free(server->control_path);
  g_free(server);
}
