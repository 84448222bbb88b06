/* SPDX-License-Identifier: Apache-2.0 */
/* What a client may do to recoveryd's socket, and what it costs. */
#include "tests/testing.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/format/tar.h"
#include "recovery/service/client.h"
#include "recovery/service/listener.h"
#include "recovery/service/socket.h"

#define OBJECT_PATH "/org/keyturn/Recovery1"
#define INTERFACE "org.keyturn.Recovery1"

/* Nothing here is judged by its speed: whoever waits longer hangs. */
#define LIMIT_MS 20000

/* A server on the default main context, in a thread of its own. */
typedef struct {
  char *folder, *path;
  RecoveryConnectionConfig config;
  GThread *thread;
  GMainLoop *loop;
  RecoveryListener *listener;
  int calls; /* atomic: requests that reached the handler */
  GMutex mutex;
  GCond cond; /* one of these has changed */
  bool ready;
  int opened, closed; /* sessions until now */
} Server;

/* What the listener counts calls by, where a test wants no time to pass. */
static int clock_ms; /* atomic */

static int64_t
read_still_clock(void)
{
  return g_atomic_int_get(&clock_ms);
}

static void
count_up(Server *server, int *n)
{
  g_mutex_lock(&server->mutex);
  (*n)++;
  g_cond_broadcast(&server->cond);
  g_mutex_unlock(&server->mutex);
}

/* Until as many sessions have closed. */
static void
wait_for_closed(Server *server, int n)
{
  int64_t end = g_get_monotonic_time() + LIMIT_MS * INT64_C(1000);
  bool in_time = true;

  g_mutex_lock(&server->mutex);
  while (server->closed < n && in_time)
    in_time = g_cond_wait_until(&server->cond, &server->mutex, end);
  g_mutex_unlock(&server->mutex);
  assert_true(in_time);
}

static void *
on_opened(RecoveryPeer peer, uid_t uid, void *data)
{
  Server *server = data;

  assert_int_equal(uid, getuid());
  count_up(server, &server->opened);
  return g_memdup2(&peer, sizeof peer);
}

static void
on_closed(void *session, void *data)
{
  Server *server = data;

  count_up(server, &server->closed);
  g_free(session);
}

static char *
on_request(void *session, const char *request, void *data, GError **error)
{
  Server *server = data;
  const RecoveryPeer *peer = session;

  (void)g_atomic_int_add(&server->calls, 1);
  if (strcmp(request, "refuse") == 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE, "not now");
    return NULL;
  }
  if (strcmp(request, "changed") == 0)
    recovery_listener_changed(server->listener, 7);
  if (strcmp(request, "large") == 0)
    return g_strnfill(200 * 1024, 'x');
  return g_strdup_printf("%d:%zu", (int)*peer, strlen(request));
}

static GPtrArray *
on_export(void *session, const char *request, void *data, GError **error)
{
  GPtrArray *files;

  (void)session;
  (void)data;
  if (strcmp(request, "refuse") == 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND, "no export");
    return NULL;
  }
  files = recovery_tar_new();
  recovery_tar_add(files, "a.txt", g_bytes_new_static("hello", 5));
  if (strcmp(request, "large") == 0)
    recovery_tar_add(files, "large",
                     g_bytes_new_take(g_strnfill(8 << 20, 'y'), 8 << 20));
  return files;
}

static gboolean
on_ready(void *data)
{
  Server *server = data;

  g_mutex_lock(&server->mutex);
  server->ready = true;
  g_cond_broadcast(&server->cond);
  g_mutex_unlock(&server->mutex);
  return G_SOURCE_REMOVE;
}

static void *
run_server(void *data)
{
  Server *server = data;
  const RecoveryConnectionHandler handler = {
      .opened = on_opened,
      .closed = on_closed,
      .propose = on_request,
      .submit = on_request,
      .query = on_request,
      .export = on_export,
      .data = server,
  };
  int fd = recovery_socket_bind(server->path, 0600, NULL);

  server->listener = recovery_listener_new(fd, &server->config, &handler, NULL);
  g_idle_add(on_ready, server);
  g_main_loop_run(server->loop);
  recovery_listener_free(server->listener);
  return NULL;
}

static Server *
start_server(const RecoveryConnectionConfig *config)
{
  Server *server = g_new0(Server, 1);

  server->config = *config;
  server->folder = g_dir_make_tmp("listener-XXXXXX", NULL);
  server->path = g_build_filename(server->folder, "socket", NULL);
  server->loop = g_main_loop_new(NULL, FALSE);
  server->thread = g_thread_new("server", run_server, server);
  g_mutex_lock(&server->mutex);
  while (!server->ready)
    g_cond_wait(&server->cond, &server->mutex);
  g_mutex_unlock(&server->mutex);
  return server;
}

static void
stop_server(Server *server)
{
  g_main_loop_quit(server->loop);
  g_thread_join(server->thread);
  g_main_loop_unref(server->loop);
  assert_int_equal(server->opened, server->closed);
  (void)unlink(server->path);
  (void)g_rmdir(server->folder);
  g_free(server->folder);
  g_free(server->path);
  g_free(server);
}

/* A busy machine may be slow to authenticate. */
static RecoveryConnectionConfig
practice_of(uid_t owner)
{
  return (RecoveryConnectionConfig){.rules = {.practice = true, .owner = owner},
                                    .wait_ms = 3 * LIMIT_MS};
}

static int
start_default(void **state)
{
  RecoveryConnectionConfig config = practice_of(geteuid());

  *state = start_server(&config);
  return 0;
}

/* For those who never authenticate: patience ends soon here. */
static int
start_impatient(void **state)
{
  RecoveryConnectionConfig config = practice_of(geteuid());

  config.wait_ms = 300;
  *state = start_server(&config);
  return 0;
}

static int
stop_default(void **state)
{
  stop_server(*state);
  return 0;
}

static int
connect_raw(const Server *server)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, server->path, sizeof address.sun_path);
  assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
  return fd;
}

/* What the server answers, up to a line; "" for its end. */
static char *
read_line(int fd)
{
  GString *line = g_string_new(NULL);
  char c;

  for (;;) {
    struct pollfd p = {.fd = fd, .events = POLLIN};

    if (poll(&p, 1, LIMIT_MS) != 1 || read(fd, &c, 1) != 1)
      return g_string_free(line, FALSE);
    if (c == '\n')
      return g_string_free(line, FALSE);
    g_string_append_c(line, c);
  }
}

static void
say(int fd, const char *text, size_t len)
{
  assert_int_equal(write(fd, text, len), len);
}

/* True when the server has closed the line. */
static bool
is_closed(int fd)
{
  struct pollfd p = {.fd = fd, .events = POLLIN};
  char c;

  return poll(&p, 1, LIMIT_MS) == 1 && read(fd, &c, 1) <= 0;
}

static char *
write_hello(unsigned uid)
{
  g_autofree char *digits = g_strdup_printf("%u", uid);
  GString *text = g_string_new("AUTH EXTERNAL ");

  for (const char *c = digits; *c; c++)
    g_string_append_printf(text, "%02x", (unsigned)*c);
  g_string_append(text, "\r\n");
  return g_string_free(text, FALSE);
}

/* A client that is let in, and speaks for itself from then on. */
static int
connect_authenticated(const Server *server)
{
  g_autofree char *hello = write_hello(geteuid());
  g_autofree char *ok = NULL;
  int fd = connect_raw(server);

  say(fd, "", 1);
  say(fd, hello, strlen(hello));
  ok = read_line(fd);
  assert_true(g_str_has_prefix(ok, "OK "));
  say(fd, "BEGIN\r\n", 7);
  return fd;
}

static GDBusConnection *
connect_bus(const Server *server)
{
  g_autofree char *address = g_strdup_printf("unix:path=%s", server->path);
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync(
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, NULL);

  assert_non_null(bus);
  g_dbus_connection_set_exit_on_close(bus, FALSE);
  return bus;
}

static GVariant *
call_bus(GDBusConnection *bus, const char *interface, const char *method,
         GVariant *arguments, GError **error)
{
  return g_dbus_connection_call_sync(bus, NULL, OBJECT_PATH, interface, method,
                                     arguments, NULL, G_DBUS_CALL_FLAGS_NONE,
                                     LIMIT_MS, NULL, error);
}

/* --- what works ------------------------------------------------------------
 */

static void
each_method_carries_text_both_ways(void **state)
{
  Server *server = *state;
  g_autoptr(RecoveryClient) client =
      recovery_client_open(server->path, 0, NULL);
  g_autofree char *a = recovery_client_propose(client, "12345", NULL);
  g_autofree char *b = recovery_client_submit(client, "", NULL);
  g_autofree char *c = recovery_client_query(client, "x", NULL);

  /* The owner of a practice station is its administrator. */
  assert_string_equal(a, "2:5");
  assert_string_equal(b, "2:0");
  assert_string_equal(c, "2:1");
}

static void
an_error_keeps_its_code_and_words(void **state)
{
  Server *server = *state;
  g_autoptr(RecoveryClient) client =
      recovery_client_open(server->path, 0, NULL);
  g_autoptr(GError) error = NULL;

  assert_null(recovery_client_submit(client, "refuse", &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_STATE));
  assert_string_equal(error->message, "not now");
}

static void
an_export_arrives_whole(void **state)
{
  Server *server = *state;
  g_autoptr(RecoveryClient) client =
      recovery_client_open(server->path, 0, NULL);
  g_autoptr(GPtrArray) files =
      recovery_client_export(client, "large", 64 << 20, NULL);
  RecoveryTarFile *small = recovery_tar_find(files, "a.txt");
  RecoveryTarFile *large = recovery_tar_find(files, "large");

  assert_memory_equal(g_bytes_get_data(small->data, NULL), "hello", 5);
  assert_int_equal(g_bytes_get_size(large->data), 8 << 20);
}

static void
an_export_that_is_refused_says_why(void **state)
{
  Server *server = *state;
  g_autoptr(RecoveryClient) client =
      recovery_client_open(server->path, 0, NULL);
  g_autoptr(GError) error = NULL;

  assert_null(recovery_client_export(client, "refuse", 1 << 20, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND));
}

static void
an_export_larger_than_the_limit_is_refused_by_the_client(void **state)
{
  Server *server = *state;
  g_autoptr(RecoveryClient) client =
      recovery_client_open(server->path, 0, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *after = NULL;

  assert_null(recovery_client_export(client, "large", 1 << 20, &error));
  assert_non_null(error);
  after = recovery_client_query(client, "x", NULL);
  assert_non_null(after);
}

static void
an_export_to_anything_but_a_stream_socket_is_refused(void **state)
{
  Server *server = *state;
  g_autoptr(GDBusConnection) bus = connect_bus(server);
  int pair[2];

  assert_int_equal(pipe(pair), 0);
  for (int i = 0; i < 2; i++) {
    g_autoptr(GUnixFDList) list = g_unix_fd_list_new();
    g_autoptr(GError) error = NULL;
    GVariant *answer;

    if (i == 0)
      assert_true(g_unix_fd_list_append(list, pair[1], NULL) >= 0);
    answer = g_dbus_connection_call_with_unix_fd_list_sync(
        bus, NULL, OBJECT_PATH, INTERFACE, "Export",
        g_variant_new("(sh)", "x", 0), NULL, G_DBUS_CALL_FLAGS_NONE, LIMIT_MS,
        list, NULL, NULL, &error);
    assert_null(answer);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE));
  }
  (void)close(pair[0]);
  (void)close(pair[1]);
}

static void
on_signal(GDBusConnection *bus, const char *sender, const char *path,
          const char *interface, const char *name, GVariant *arguments,
          void *data)
{
  uint64_t *size = data;

  (void)bus;
  (void)sender;
  (void)path;
  (void)interface;
  (void)name;
  g_variant_get(arguments, "(t)", size);
}

static gboolean
on_limit(void *data)
{
  bool *late = data;

  *late = true;
  return G_SOURCE_CONTINUE;
}

static void
the_signal_reaches_a_client(void **state)
{
  Server *server = *state;
  g_autoptr(GDBusConnection) bus = connect_bus(server);
  g_autoptr(GVariant) answer = NULL;
  GMainContext *context = g_main_context_new();
  GSource *limit = g_timeout_source_new(LIMIT_MS);
  uint64_t size = 0;
  bool late = false;
  guint id;

  g_source_set_callback(limit, on_limit, &late, NULL);
  g_source_attach(limit, context);
  g_main_context_push_thread_default(context);
  id = g_dbus_connection_signal_subscribe(
      bus, NULL, INTERFACE, "Changed", OBJECT_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_signal, &size, NULL);
  answer =
      call_bus(bus, INTERFACE, "Query", g_variant_new("(s)", "changed"), NULL);
  while (size == 0 && !late)
    g_main_context_iteration(context, TRUE);
  assert_int_equal(size, 7);
  g_source_destroy(limit);
  g_source_unref(limit);
  g_dbus_connection_signal_unsubscribe(bus, id);
  while (g_main_context_iteration(context, FALSE))
    continue;
  g_main_context_pop_thread_default(context);
  g_main_context_unref(context);
}

/* --- who may not come in ---------------------------------------------------
 */

static void
only_external_authentication_is_offered(void **state)
{
  static const char *const others[] = {"ANONYMOUS", "ANONYMOUS 6a6f65",
                                       "DBUS_COOKIE_SHA1 30"};
  Server *server = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
    int fd = connect_raw(server);
    g_autofree char *text = g_strdup_printf("AUTH %s\r\n", others[i]);
    g_autofree char *answer = NULL;

    say(fd, "", 1);
    say(fd, text, strlen(text));
    answer = read_line(fd);
    assert_string_equal(answer, "REJECTED EXTERNAL\r");
    (void)close(fd);
  }
}

static void
a_uid_that_is_not_the_peers_is_rejected(void **state)
{
  Server *server = *state;
  int fd = connect_raw(server);
  g_autofree char *hello = write_hello(geteuid() == 0 ? 1000 : 0);
  g_autofree char *answer = NULL;

  say(fd, "", 1);
  say(fd, hello, strlen(hello));
  answer = read_line(fd);
  assert_string_equal(answer, "REJECTED EXTERNAL\r");
  (void)close(fd);
}

static void
another_owners_practice_station_hangs_up(void **state)
{
  RecoveryConnectionConfig config = practice_of(geteuid() + 1);
  Server *server = start_server(&config);
  g_autoptr(GError) error = NULL;
  int fd = connect_raw(server);

  (void)state;
  assert_true(is_closed(fd));
  (void)close(fd);
  assert_null(recovery_client_open(server->path, 0, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_STATION));
  stop_server(server);
}

static void
a_call_before_authentication_is_not_heard(void **state)
{
  Server *server = *state;
  g_autoptr(GDBusMessage) message =
      g_dbus_message_new_method_call(NULL, OBJECT_PATH, INTERFACE, "Query");
  g_autofree uint8_t *blob = NULL;
  gsize len = 0;
  int fd = connect_raw(server);

  g_dbus_message_set_serial(message, 1);
  g_dbus_message_set_body(message, g_variant_new("(s)", "x"));
  blob =
      g_dbus_message_to_blob(message, &len, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  say(fd, (char *)blob, len);
  assert_true(is_closed(fd));
  assert_int_equal(g_atomic_int_get(&server->calls), 0);
  (void)close(fd);
}

static void
whoever_waits_without_a_word_is_dropped(void **state)
{
  static const char *const starts[] = {"", "\0", "\0AUTH EXTERNAL\r\n"};
  static const size_t lengths[] = {0, 1, 16};
  Server *server = *state;

  for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
    int fd = connect_raw(server);
    bool closed = false;

    if (lengths[i] > 0)
      say(fd, starts[i], lengths[i]);
    for (int n = 0; n < 64 && !closed; n++) /* it may be told REJECTED first */
      closed = is_closed(fd);
    assert_true(closed);
    (void)close(fd);
  }
}

static void
one_uid_gets_no_more_than_its_connections(void **state)
{
  RecoveryConnectionConfig config = practice_of(geteuid());
  Server *server;
  g_autoptr(RecoveryClient) first = NULL;
  g_autoptr(RecoveryClient) second = NULL;
  g_autoptr(RecoveryClient) fourth = NULL;
  RecoveryClient *third;

  (void)state;
  config.per_uid = 2;
  server = start_server(&config);
  first = recovery_client_open(server->path, 0, NULL);
  second = recovery_client_open(server->path, 0, NULL);
  assert_non_null(first);
  assert_non_null(second);
  third = recovery_client_open(server->path, 0, NULL);
  assert_null(third);
  g_clear_pointer(&first, recovery_client_free);
  wait_for_closed(server, 1);
  fourth = recovery_client_open(server->path, 0, NULL);
  assert_non_null(fourth);
  stop_server(server);
}

/* Some end before the server has begun to listen to them: each is let go all
 * the same, or one uid's connections would be used up for ever. */
static void
whoever_leaves_at_once_takes_no_place(void **state)
{
  Server *server = *state;

  for (int i = 1; i <= 200; i++) {
    (void)close(connect_authenticated(server));
    wait_for_closed(server, i);
  }
}

static void
a_connection_that_ended_leaves_nothing_in_memory(void **state)
{
  Server *server = *state;
  size_t before = 0;

  for (int i = 1; i <= 400; i++) {
    RecoveryClient *client = recovery_client_open(server->path, 0, NULL);

    assert_non_null(client);
    recovery_client_free(client);
    wait_for_closed(server, i);
    if (i == 100)
      before = mallinfo2().uordblks;
  }
  /* Less than a kilobyte for each. The sanitizers count in their own way. */
  assert_true(mallinfo2().uordblks < before + 300 * 1024);
}

static void
all_together_get_no_more_than_theirs(void **state)
{
  RecoveryConnectionConfig config = practice_of(geteuid());
  Server *server;
  g_autoptr(RecoveryClient) first = NULL;
  RecoveryClient *second;

  (void)state;
  config.in_all = 1;
  server = start_server(&config);
  first = recovery_client_open(server->path, 0, NULL);
  assert_non_null(first);
  second = recovery_client_open(server->path, 0, NULL);
  assert_null(second);
  stop_server(server);
}

/* --- too much ------------------------------------------------------------- */

static void
an_oversized_request_is_refused_unread(void **state)
{
  static const struct {
    const char *method;
    size_t size;
  } rows[] = {
      {"Propose", 256 * 1024 + 1}, {"Query", 256 * 1024 + 1},
      {"Submit", 512 * 1024 + 1},  {"Propose", 5 << 20},
      {"Submit", 5 << 20},         {"Other", 5 << 20},
  };
  Server *server = *state;
  g_autoptr(GDBusConnection) bus = connect_bus(server);
  g_autoptr(GVariant) after = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strnfill(rows[i].size, 'x');
    g_autoptr(GError) error = NULL;

    assert_null(call_bus(bus, INTERFACE, rows[i].method,
                         g_variant_new("(s)", text), &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE));
  }
  assert_int_equal(g_atomic_int_get(&server->calls), 0);
  after = call_bus(bus, INTERFACE, "Query", g_variant_new("(s)", "x"), NULL);
  assert_non_null(after);
}

static void
the_largest_request_is_read(void **state)
{
  Server *server = *state;
  g_autoptr(RecoveryClient) client =
      recovery_client_open(server->path, 0, NULL);
  g_autofree char *text = g_strnfill(512 * 1024 - 64, 'x');
  g_autofree char *more = g_strnfill(512 * 1024 - 63, 'x');
  g_autofree char *answer = recovery_client_submit(client, text, NULL);
  g_autoptr(GError) error = NULL;

  assert_string_equal(answer, "2:524224");
  assert_null(recovery_client_submit(client, more, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE));
}

static void
there_is_nothing_but_the_one_interface(void **state)
{
  static const struct {
    const char *interface, *method, *arguments;
  } rows[] = {
      {"org.freedesktop.DBus.Introspectable", "Introspect", "()"},
      {"org.freedesktop.DBus.Peer", "GetMachineId", "()"},
      {"org.freedesktop.DBus.Properties", "GetAll",
       "('org.keyturn.Recovery1',)"},
      {INTERFACE, "Nonsense", "('x',)"},
      {INTERFACE, "Query", "()"},
      {INTERFACE, "Query", "(1,)"},
      {INTERFACE, "Query", "('x', 'y')"},
  };
  Server *server = *state;
  g_autoptr(GDBusConnection) bus = connect_bus(server);

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;

    assert_null(call_bus(bus, rows[i].interface, rows[i].method,
                         g_variant_new_parsed(rows[i].arguments), &error));
    assert_non_null(error);
  }
  assert_int_equal(g_atomic_int_get(&server->calls), 0);
}

static void
calls_that_come_too_fast_are_told_to_wait(void **state)
{
  RecoveryConnectionConfig config = practice_of(geteuid());
  Server *server;
  g_autoptr(RecoveryClient) client = NULL;
  g_autoptr(RecoveryClient) other = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *later = NULL;

  (void)state;
  config.per_s = 1;
  config.burst = 5;
  config.now_ms = read_still_clock;
  server = start_server(&config);
  client = recovery_client_open(server->path, 0, NULL);
  other = recovery_client_open(server->path, 0, NULL);
  for (int i = 0; i < 5; i++) {
    g_autofree char *answer = recovery_client_query(client, "x", NULL);

    assert_non_null(answer);
  }
  /* A second connection of the same uid is no way around it. */
  assert_null(recovery_client_query(other, "x", &error));
  assert_int_equal(g_atomic_int_get(&server->calls), 5);
  (void)g_atomic_int_add(&clock_ms, 1000);
  later = recovery_client_query(client, "x", NULL);
  assert_non_null(later);
  stop_server(server);
}

static void
a_flood_that_does_not_stop_is_cut_off(void **state)
{
  RecoveryConnectionConfig config = practice_of(geteuid());
  Server *server;
  g_autoptr(RecoveryClient) client = NULL;
  int calls = 0;
  bool lost = false;

  (void)state;
  config.per_s = 1;
  config.burst = 1;
  config.now_ms = read_still_clock;
  server = start_server(&config);
  client = recovery_client_open(server->path, 0, NULL);
  while (!lost && calls++ < 3000) {
    g_autoptr(GError) error = NULL;
    g_autofree char *answer = recovery_client_query(client, "x", &error);

    /* What is answered until then does not matter. */
    lost = answer == NULL && error && strstr(error->message, "closed");
  }
  assert_true(lost);
  stop_server(server);
}

/* Sends without ever reading: the answers must not pile up in memory. */
static void
a_client_that_never_reads_is_cut_off(void **state)
{
  const struct timeval limit = {.tv_sec = LIMIT_MS / 1000};
  Server *server = *state;
  g_autoptr(GDBusMessage) message =
      g_dbus_message_new_method_call(NULL, OBJECT_PATH, INTERFACE, "Query");
  int fd = connect_authenticated(server);
  int number = 0;

  assert_int_equal(
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit), 0);
  g_dbus_message_set_body(message, g_variant_new("(s)", "large"));
  for (uint32_t i = 1; number == 0; i++) {
    g_autofree uint8_t *blob = NULL;
    gsize len = 0;

    g_dbus_message_set_serial(message, i);
    blob = g_dbus_message_to_blob(message, &len, G_DBUS_CAPABILITY_FLAGS_NONE,
                                  NULL);
    if (send(fd, blob, len, MSG_NOSIGNAL) < 0)
      number = errno;
  }
  assert_true(number == EPIPE || number == ECONNRESET); /* not the limit */
  assert_true(g_atomic_int_get(&server->calls) < 64);
  (void)close(fd);
}

/* Also when the bytes are there before anybody reads them. */
static void
bytes_that_are_no_message_end_the_connection_alone(void **state)
{
  Server *server = *state;
  g_autoptr(RecoveryClient) client =
      recovery_client_open(server->path, 0, NULL);
  g_autofree char *noise = g_strnfill(4096, '\xff');
  g_autofree char *after = NULL;

  for (int i = 1; i <= 50; i++) {
    int fd = connect_authenticated(server);

    say(fd, noise, 4096);
    assert_true(is_closed(fd));
    (void)close(fd);
    wait_for_closed(server, i);
  }
  after = recovery_client_query(client, "x", NULL);
  assert_non_null(after);
}

/* --- the socket ------------------------------------------------------------
 */

static void
a_live_socket_is_not_taken_over(void **state)
{
  Server *server = *state;
  g_autoptr(GError) error = NULL;

  assert_int_equal(recovery_socket_bind(server->path, 0600, &error), -1);
  assert_non_null(error);
}

static void
a_dead_socket_is_replaced_and_a_file_is_not(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("socket-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "s", NULL);
  g_autoptr(GError) error = NULL;
  int fd = recovery_socket_bind(path, 0600, NULL);

  (void)state;
  assert_true(fd >= 0);
  (void)close(fd);
  fd = recovery_socket_bind(path, 0600, NULL);
  assert_true(fd >= 0);
  (void)close(fd);
  (void)unlink(path);
  assert_true(g_file_set_contents(path, "x", 1, NULL));
  assert_int_equal(recovery_socket_bind(path, 0600, &error), -1);
  assert_non_null(error);
  (void)unlink(path);
  (void)g_rmdir(folder);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start_default, stop_default)
  const struct CMUnitTest tests[] = {
      TEST(each_method_carries_text_both_ways),
      TEST(an_error_keeps_its_code_and_words),
      TEST(an_export_arrives_whole),
      TEST(an_export_that_is_refused_says_why),
      TEST(an_export_larger_than_the_limit_is_refused_by_the_client),
      TEST(an_export_to_anything_but_a_stream_socket_is_refused),
      TEST(the_signal_reaches_a_client),
      TEST(only_external_authentication_is_offered),
      TEST(a_uid_that_is_not_the_peers_is_rejected),
      cmocka_unit_test(another_owners_practice_station_hangs_up),
      cmocka_unit_test_setup_teardown(a_call_before_authentication_is_not_heard,
                                      start_impatient, stop_default),
      cmocka_unit_test_setup_teardown(whoever_waits_without_a_word_is_dropped,
                                      start_impatient, stop_default),
      cmocka_unit_test(one_uid_gets_no_more_than_its_connections),
      TEST(whoever_leaves_at_once_takes_no_place),
      TEST(a_connection_that_ended_leaves_nothing_in_memory),
      cmocka_unit_test(all_together_get_no_more_than_theirs),
      TEST(an_oversized_request_is_refused_unread),
      TEST(the_largest_request_is_read),
      TEST(there_is_nothing_but_the_one_interface),
      cmocka_unit_test(calls_that_come_too_fast_are_told_to_wait),
      cmocka_unit_test(a_flood_that_does_not_stop_is_cut_off),
      TEST(a_client_that_never_reads_is_cut_off),
      TEST(bytes_that_are_no_message_end_the_connection_alone),
      TEST(a_live_socket_is_not_taken_over),
      cmocka_unit_test(a_dead_socket_is_replaced_and_a_file_is_not),
  };

  /* GDBus warns of bytes that are no message; that must not end a server. */
  (void)g_log_set_always_fatal(G_LOG_FATAL_MASK);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
