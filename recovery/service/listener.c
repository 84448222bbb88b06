/* SPDX-License-Identifier: Apache-2.0 */
/* listener.c - accepts connections, as many as one uid and all may have. */
#include "recovery/service/listener.h"

#include <unistd.h>

#include "recovery/error.h"
#include "recovery/service/bus-error.h"
#include "recovery/service/stream.h"

struct RecoveryListener {
  GSocketService *service;
  RecoveryConnectionConfig config;
  RecoveryConnectionHandler handler;
  GPtrArray *connections; /* RecoveryConnection, a reference each */
  GHashTable *limits;     /* uid -> RecoveryLimit */
};

static void
on_gone(RecoveryConnection *connection, void *data)
{
  RecoveryListener *listener = data;

  g_ptr_array_remove_fast(listener->connections, connection);
}

static int
count_of_uid(const RecoveryListener *listener, uid_t uid)
{
  int n = 0;

  for (guint i = 0; i < listener->connections->len; i++)
    n += recovery_connection_uid(listener->connections->pdata[i]) == uid;
  return n;
}

/* The bucket of a uid; shared by its connections and kept when they end, so
 * that connecting anew does not fill it. */
static RecoveryLimit *
find_limit(RecoveryListener *listener, uid_t uid)
{
  void *name = GUINT_TO_POINTER(uid);
  RecoveryLimit *limit = g_hash_table_lookup(listener->limits, name);

  if (limit)
    return limit;
  limit = g_new(RecoveryLimit, 1);
  *limit = recovery_limit_new(listener->config.burst, listener->config.per_s,
                              listener->config.now_ms());
  g_hash_table_insert(listener->limits, name, limit);
  return limit;
}

/* A connection that is not wanted is closed without a word. */
static gboolean
on_incoming(GSocketService *service, GSocketConnection *stream, GObject *source,
            RecoveryListener *listener)
{
  g_autoptr(GCredentials) credentials =
      g_socket_get_credentials(g_socket_connection_get_socket(stream), NULL);
  uid_t uid = credentials ? g_credentials_get_unix_user(credentials, NULL)
                          : RECOVERY_PEER_NOBODY;
  RecoveryPeer peer;

  (void)service;
  (void)source;
  if (!recovery_peer_classify(&listener->config.rules, uid, &peer) ||
      listener->connections->len >= (guint)listener->config.in_all ||
      count_of_uid(listener, uid) >= listener->config.per_uid) {
    (void)g_io_stream_close(G_IO_STREAM(stream), NULL, NULL);
    return TRUE;
  }
  /* For the journal. Practice has one person. */
  if (!listener->config.rules.practice)
    g_message("uid %u connected, class %s", (unsigned)uid,
              recovery_station_peer_name(peer));
  g_ptr_array_add(listener->connections,
                  recovery_connection_new(G_IO_STREAM(stream), uid, peer,
                                          &listener->config, &listener->handler,
                                          find_limit(listener, uid), on_gone,
                                          listener));
  return TRUE;
}

static int64_t
read_clock(void)
{
  return g_get_monotonic_time() / 1000;
}

static void
fill_defaults(RecoveryConnectionConfig *config)
{
  config->per_uid = config->per_uid > 0 ? config->per_uid : 16;
  config->in_all = config->in_all > 0 ? config->in_all : 64;
  config->wait_ms = config->wait_ms > 0 ? config->wait_ms : 5000;
  config->per_s = config->per_s > 0 ? config->per_s : 250;
  config->burst = config->burst > 0 ? config->burst : 1000;
  config->stream_ms =
      config->stream_ms > 0 ? config->stream_ms : RECOVERY_STREAM_WAIT_MS;
  config->now_ms = config->now_ms ? config->now_ms : read_clock;
}

RecoveryListener *
recovery_listener_new(int fd, const RecoveryConnectionConfig *config,
                      const RecoveryConnectionHandler *handler, GError **error)
{
  g_autoptr(GError) own = NULL;
  g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, &own);
  g_autoptr(RecoveryListener) listener = NULL;

  recovery_bus_error_register();
  if (!socket) {
    (void)close(fd); /* taken */
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "the socket cannot be used: %s", own->message);
    return NULL;
  }
  listener = g_new0(RecoveryListener, 1);
  listener->config = *config;
  fill_defaults(&listener->config);
  listener->handler = *handler;
  listener->connections =
      g_ptr_array_new_with_free_func((GDestroyNotify)recovery_connection_unref);
  listener->limits = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  listener->service = g_socket_service_new();
  if (!g_socket_listener_add_socket(G_SOCKET_LISTENER(listener->service),
                                    socket, NULL, &own)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "the socket cannot be used: %s", own->message);
    return NULL;
  }
  g_signal_connect(listener->service, "incoming", G_CALLBACK(on_incoming),
                   listener);
  g_socket_service_start(listener->service);
  return g_steal_pointer(&listener);
}

void
recovery_listener_free(RecoveryListener *listener)
{
  if (!listener)
    return;
  g_socket_service_stop(listener->service);
  g_socket_listener_close(G_SOCKET_LISTENER(listener->service));
  while (listener->connections->len > 0)
    recovery_connection_drop(listener->connections->pdata[0]);
  g_object_unref(listener->service);
  g_ptr_array_unref(listener->connections);
  g_hash_table_unref(listener->limits);
  g_free(listener);
}

void
recovery_listener_changed(RecoveryListener *listener, uint64_t size)
{
  for (guint i = 0; i < listener->connections->len; i++)
    recovery_connection_changed(listener->connections->pdata[i], size);
}

int
recovery_listener_count(const RecoveryListener *listener)
{
  return (int)listener->connections->len;
}
