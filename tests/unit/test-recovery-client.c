/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-client.c - what a client hears without asking: in its own main
 * context, and never after its end. */
#include "tests/testing.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "recovery/service/client.h"
#include "recovery/service/listener.h"
#include "recovery/service/socket.h"

#define PATIENCE_US (5 * G_USEC_PER_SEC)

/* A server on a main context and in a thread of its own. */
typedef struct {
  char *folder, *path;
  RecoveryConnectionConfig config;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  RecoveryListener *listener;
  int ready; /* atomic */
} Server;

/* What the client heard, and in which context. */
typedef struct {
  GMainContext *context, *seen;
  uint64_t size;
  int changed, lost;
} Heard;

static void *
on_opened(RecoveryPeer peer, uid_t uid, void *data)
{
  (void)uid;
  (void)data;
  return g_memdup2(&peer, sizeof peer);
}

static void
on_session_closed(void *session, void *data)
{
  (void)data;
  g_free(session);
}

static char *
on_request(void *session, const char *request, void *data, GError **error)
{
  Server *server = data;

  (void)session;
  (void)error; /* cannot fail */
  if (strcmp(request, "changed") == 0)
    recovery_listener_changed(server->listener, UINT64_C(1) << 40);
  return g_strdup("{}");
}

static void *
run_server(void *data)
{
  Server *server = data;
  const RecoveryConnectionHandler handler = {.opened = on_opened,
                                             .closed = on_session_closed,
                                             .propose = on_request,
                                             .submit = on_request,
                                             .query = on_request,
                                             .data = server};

  g_main_context_push_thread_default(server->context);
  server->listener =
      recovery_listener_new(recovery_socket_bind(server->path, 0600, NULL),
                            &server->config, &handler, NULL);
  g_atomic_int_set(&server->ready, 1);
  g_main_loop_run(server->loop);
  recovery_listener_free(server->listener);
  while (g_main_context_iteration(server->context, FALSE))
    continue;
  g_main_context_pop_thread_default(server->context);
  return NULL;
}

static int
start_server(void **state)
{
  Server *server = g_new0(Server, 1);

  server->config.rules.practice = true;
  server->config.rules.owner = geteuid();
  server->folder = g_dir_make_tmp("client-XXXXXX", NULL);
  server->path = g_build_filename(server->folder, "socket", NULL);
  /* recoveryd's own: the sources of connections are on the default one. */
  server->context = g_main_context_ref(g_main_context_default());
  server->loop = g_main_loop_new(server->context, FALSE);
  server->thread = g_thread_new("server", run_server, server);
  while (!g_atomic_int_get(&server->ready))
    g_usleep(1000);
  *state = server;
  return 0;
}

static void
end_server(Server *server)
{
  if (!server->thread)
    return;
  g_main_loop_quit(server->loop);
  g_thread_join(g_steal_pointer(&server->thread));
}

static int
stop_server(void **state)
{
  Server *server = *state;

  end_server(server);
  g_main_loop_unref(server->loop);
  g_main_context_unref(server->context);
  (void)g_unlink(server->path);
  (void)g_rmdir(server->folder);
  g_free(server->folder);
  g_free(server->path);
  g_free(server);
  return 0;
}

static void
take_changed(uint64_t size, gpointer data)
{
  Heard *heard = data;

  heard->changed++;
  heard->size = size;
  heard->seen = g_main_context_get_thread_default();
}

static void
take_lost(gpointer data)
{
  Heard *heard = data;

  heard->lost++;
  heard->seen = g_main_context_get_thread_default();
}

static RecoveryClient *
open_client(const Server *server, Heard *heard)
{
  RecoveryClient *client;

  heard->context = g_main_context_new();
  g_main_context_push_thread_default(heard->context);
  client = recovery_client_open(server->path, 0, NULL);
  assert_non_null(client);
  recovery_client_on_changed(client, take_changed, heard);
  recovery_client_on_lost(client, take_lost, heard);
  return client;
}

/* Runs the client's context until the counter moves, or for a while. */
static void
wait_for(Heard *heard, const int *counter, gint64 wait_us)
{
  gint64 end = g_get_monotonic_time() + wait_us;

  while (*counter == 0 && g_get_monotonic_time() < end)
    if (!g_main_context_iteration(heard->context, FALSE))
      g_usleep(1000);
}

static void
close_context(Heard *heard)
{
  while (g_main_context_iteration(heard->context, FALSE))
    continue;
  g_main_context_pop_thread_default(heard->context);
  g_main_context_unref(heard->context);
}

static void
ask_for_a_change(RecoveryClient *client)
{
  g_autofree char *answer = recovery_client_query(client, "changed", NULL);

  assert_non_null(answer);
}

static void
a_change_is_heard_in_the_clients_own_context(void **state)
{
  Heard heard = {0};
  RecoveryClient *client = open_client(*state, &heard);

  ask_for_a_change(client);
  assert_int_equal(heard.changed, 0); /* not from within the call */
  wait_for(&heard, &heard.changed, PATIENCE_US);
  assert_int_equal(heard.changed, 1);
  assert_true(heard.size == UINT64_C(1) << 40);
  assert_ptr_equal(heard.seen, heard.context);
  assert_int_equal(heard.lost, 0);
  recovery_client_free(client);
  close_context(&heard);
}

static void
a_lost_station_is_heard_once(void **state)
{
  Heard heard = {0};
  RecoveryClient *client = open_client(*state, &heard);
  g_autofree char *answer = recovery_client_query(client, "{}", NULL);
  g_autoptr(GError) error = NULL;

  assert_non_null(answer); /* it serves, and now it goes */
  end_server(*state);
  wait_for(&heard, &heard.lost, PATIENCE_US);
  assert_int_equal(heard.lost, 1);
  assert_ptr_equal(heard.seen, heard.context);
  assert_null(recovery_client_query(client, "{}", &error));
  assert_non_null(error);
  recovery_client_free(client);
  close_context(&heard);
  assert_int_equal(heard.lost, 1);
}

static void
nothing_is_heard_after_the_end(void **state)
{
  Heard heard = {0};
  RecoveryClient *client = open_client(*state, &heard);

  ask_for_a_change(client); /* its signal waits in the context */
  recovery_client_free(client);
  wait_for(&heard, &heard.changed, 50000);
  close_context(&heard);
  assert_int_equal(heard.changed, 0);
  assert_int_equal(heard.lost, 0);
}

static void
who_does_not_listen_any_more_hears_nothing(void **state)
{
  Heard heard = {0};
  RecoveryClient *client = open_client(*state, &heard);

  recovery_client_on_changed(client, NULL, NULL);
  ask_for_a_change(client);
  wait_for(&heard, &heard.changed, 50000);
  assert_int_equal(heard.changed, 0);
  recovery_client_free(client);
  close_context(&heard);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start_server, stop_server)
  const struct CMUnitTest tests[] = {
      TEST(a_change_is_heard_in_the_clients_own_context),
      TEST(a_lost_station_is_heard_once),
      TEST(nothing_is_heard_after_the_end),
      TEST(who_does_not_listen_any_more_hears_nothing),
  };

  return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
