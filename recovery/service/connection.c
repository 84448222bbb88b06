/* SPDX-License-Identifier: Apache-2.0 */
/* connection.c - each message is counted and measured before anything looks
 * into it, then handed to the method behind it. */
#include "recovery/service/connection.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/format/tar.h"
#include "recovery/service/bus-error.h"
#include "recovery-bus.h"
#include "recovery/service/stream.h"

#define OBJECT_PATH "/org/keyturn/Recovery1"
#define INTERFACE "org.keyturn.Recovery1"

/* Calls of one connection that are not answered yet: a client that does not
 * read its answers stops here, not at the end of our memory. */
#define MAX_PENDING 32
/* Signals waiting for a client that does not read. */
#define MAX_SIGNALS 64
/* Calls refused in a row for coming too fast, before the line is cut. */
#define MAX_REFUSED 500

/* Shared by the main loop and GDBus's worker, which counts and measures. */
struct RecoveryConnection {
  const RecoveryConnectionConfig *config; /* NULL once it has gone */
  const RecoveryConnectionHandler *handler;
  RecoveryLimit *limit;
  RecoveryConnectionGone gone;
  void *data;
  GDBusConnection *bus; /* NULL until authenticated */
  RecoveryBusRecovery1 *skeleton;
  GCancellable *waiting;
  guint wait_timer;
  guint filter;
  uid_t uid;
  RecoveryPeer peer;
  void *session;
  int refused;
  int pending; /* atomic */
  int signals; /* atomic */
};

static void
clear_connection(void *data)
{
  RecoveryConnection *connection = data;

  g_clear_object(&connection->waiting);
  g_clear_object(&connection->skeleton);
  g_clear_object(&connection->bus);
}

static void
unref_connection(void *data)
{
  g_atomic_rc_box_release_full(data, clear_connection);
}

void
recovery_connection_unref(RecoveryConnection *connection)
{
  unref_connection(connection);
}

uid_t
recovery_connection_uid(const RecoveryConnection *connection)
{
  return connection->uid;
}

static void
stop_waiting(RecoveryConnection *connection)
{
  if (connection->wait_timer != 0)
    g_source_remove(connection->wait_timer);
  connection->wait_timer = 0;
}

void
recovery_connection_drop(RecoveryConnection *connection)
{
  if (!connection->config)
    return;
  connection->config = NULL;
  stop_waiting(connection);
  g_cancellable_cancel(connection->waiting);
  if (connection->skeleton) {
    g_signal_handlers_disconnect_by_data(connection->skeleton, connection);
    g_dbus_interface_skeleton_unexport(
        G_DBUS_INTERFACE_SKELETON(connection->skeleton));
  }
  if (connection->bus) {
    g_signal_handlers_disconnect_by_data(connection->bus, connection);
    /* It holds us, and we hold the bus that holds it. */
    g_dbus_connection_remove_filter(connection->bus, connection->filter);
    g_dbus_connection_close(connection->bus, NULL, NULL, NULL);
  }
  if (connection->session)
    connection->handler->closed(connection->session, connection->handler->data);
  connection->session = NULL;
  connection->gone(connection, connection->data); /* may free it */
}

/* --- what arrives: on GDBus's worker thread ------------------------------- */

static size_t
largest_message(GDBusMessage *message)
{
  return g_strcmp0(g_dbus_message_get_member(message), "Submit") == 0
             ? RECOVERY_CONNECTION_MAX_SUBMIT
             : RECOVERY_CONNECTION_MAX_ASK;
}

/* Everything but our one interface is answered here. */
static bool
is_ours(GDBusMessage *message)
{
  return g_strcmp0(g_dbus_message_get_interface(message), INTERFACE) == 0 &&
         g_strcmp0(g_dbus_message_get_path(message), OBJECT_PATH) == 0;
}

static void
answer_error(GDBusConnection *bus, GDBusMessage *message, const char *name,
             const char *text)
{
  g_autoptr(GDBusMessage) reply =
      g_dbus_message_new_method_error_literal(message, name, text);

  (void)g_dbus_connection_send_message(bus, reply, 0, NULL, NULL);
}

static GDBusMessage *
filter_arriving(GDBusConnection *bus, GDBusMessage *message,
                RecoveryConnection *connection)
{
  GVariant *body = g_dbus_message_get_body(message);

  if (g_dbus_message_get_message_type(message) !=
      G_DBUS_MESSAGE_TYPE_METHOD_CALL) {
    g_object_unref(message); /* we ask nothing, so nothing answers us */
    return NULL;
  }
  if (g_atomic_int_add(&connection->pending, 1) >= MAX_PENDING) {
    g_dbus_connection_close(bus, NULL, NULL, NULL);
    g_object_unref(message);
    return NULL;
  }
  if (body && g_variant_get_size(body) > largest_message(message))
    answer_error(bus, message, "org.keyturn.Recovery1.Error.Usage",
                 "the request is too large");
  else if (!is_ours(message))
    answer_error(bus, message, "org.freedesktop.DBus.Error.UnknownMethod",
                 "there is only org.keyturn.Recovery1 here");
  else
    return message;
  g_object_unref(message);
  return NULL;
}

static GDBusMessage *
filter_message(GDBusConnection *bus, GDBusMessage *message, gboolean incoming,
               void *data)
{
  RecoveryConnection *connection = data;

  if (incoming)
    return filter_arriving(bus, message, connection);
  /* About to be written: no longer in our memory for this client's sake. */
  if (g_dbus_message_get_message_type(message) == G_DBUS_MESSAGE_TYPE_SIGNAL)
    (void)g_atomic_int_add(&connection->signals, -1);
  else
    (void)g_atomic_int_add(&connection->pending, -1);
  return message;
}

/* --- the four methods: on the main loop ----------------------------------- */

/* False, and answered, for a call that comes too fast. */
static bool
check_rate(RecoveryConnection *connection, GDBusMethodInvocation *invocation)
{
  if (recovery_limit_take(connection->limit, connection->config->now_ms())) {
    connection->refused = 0;
    return true;
  }
  g_dbus_method_invocation_return_dbus_error(
      invocation, "org.freedesktop.DBus.Error.LimitsExceeded",
      "too many requests; wait a moment");
  if (++connection->refused >= MAX_REFUSED)
    recovery_connection_drop(connection);
  return false;
}

static void
return_error(GDBusMethodInvocation *invocation, GError *error)
{
  g_autoptr(GError) own = recovery_bus_error_translate(error);

  g_dbus_method_invocation_return_gerror(invocation, own);
}

typedef char *(*Request)(void *session, const char *request, void *data,
                         GError **error);

static gboolean
handle(RecoveryConnection *connection, GDBusMethodInvocation *invocation,
       Request request, const char *text)
{
  GError *error = NULL;
  g_autofree char *answer = NULL;

  if (!check_rate(connection, invocation))
    return TRUE;
  answer =
      request(connection->session, text, connection->handler->data, &error);
  if (answer)
    g_dbus_method_invocation_return_value(invocation,
                                          g_variant_new("(s)", answer));
  else
    return_error(invocation, error);
  return TRUE;
}

static gboolean
on_propose(RecoveryBusRecovery1 *skeleton, GDBusMethodInvocation *invocation,
           const char *text, RecoveryConnection *connection)
{
  (void)skeleton; /* one a connection */
  return handle(connection, invocation, connection->handler->propose, text);
}

static gboolean
on_submit(RecoveryBusRecovery1 *skeleton, GDBusMethodInvocation *invocation,
          const char *text, RecoveryConnection *connection)
{
  (void)skeleton; /* one a connection */
  return handle(connection, invocation, connection->handler->submit, text);
}

static gboolean
on_query(RecoveryBusRecovery1 *skeleton, GDBusMethodInvocation *invocation,
         const char *text, RecoveryConnection *connection)
{
  (void)skeleton; /* one a connection */
  return handle(connection, invocation, connection->handler->query, text);
}

static void
on_streamed(bool sent, void *data)
{
  GDBusMethodInvocation *invocation = data;

  if (sent)
    g_dbus_method_invocation_return_value(invocation,
                                          g_variant_new("(s)", "{}"));
  else
    g_dbus_method_invocation_return_error_literal(
        invocation, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
        "the export was not read to its end");
}

/* The client's socket out of the message; -1 and error. */
static int
take_socket(GUnixFDList *list, GVariant *handle_value, GError **error)
{
  g_autoptr(GError) own = NULL;
  int fd = -1;

  if (list)
    fd = g_unix_fd_list_get(list, g_variant_get_handle(handle_value), &own);
  if (fd >= 0 && recovery_stream_is_socket(fd))
    return fd;
  if (fd >= 0)
    (void)close(fd); /* only handed over */
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "an export goes to a stream socket");
  return -1;
}

/* The files as one tar in memory, ready to be read from its start. */
static int
write_tar(GPtrArray *files, GError **error)
{
  int fd = memfd_create("export", MFD_CLOEXEC);

  if (fd < 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "no room for the export");
    return -1;
  }
  if (recovery_tar_write(files, fd, error))
    return fd;
  (void)close(fd); /* nothing of it is needed */
  return -1;
}

static gboolean
on_export(RecoveryBusRecovery1 *skeleton, GDBusMethodInvocation *invocation,
          GUnixFDList *list, const char *text, GVariant *handle_value,
          RecoveryConnection *connection)
{
  g_autoptr(GPtrArray) files = NULL;
  GError *error = NULL;
  int from = -1;
  int to;

  (void)skeleton; /* one a connection */
  if (!check_rate(connection, invocation))
    return TRUE;
  to = take_socket(list, handle_value, &error);
  if (to >= 0)
    files = connection->handler->export(connection->session, text,
                                        connection->handler->data, &error);
  if (files)
    from = write_tar(files, &error);
  if (from < 0) {
    if (to >= 0)
      (void)close(to); /* nothing was sent */
    return_error(invocation, error);
    return TRUE;
  }
  recovery_stream_send(from, to, connection->config->stream_ms, on_streamed,
                       invocation);
  return TRUE;
}

/* --- connections -----------------------------------------------------------
 */

static void
on_closed(GDBusConnection *bus, gboolean vanished, GError *error,
          RecoveryConnection *connection)
{
  (void)bus;
  (void)vanished;
  (void)error; /* why it went changes nothing */
  recovery_connection_drop(connection);
}

/* Both run on the thread that authenticates. */
static gboolean
on_allow_mechanism(GDBusAuthObserver *observer, const char *mechanism,
                   void *data)
{
  (void)observer;
  (void)data;
  return strcmp(mechanism, "EXTERNAL") == 0;
}

static gboolean
on_authorize(GDBusAuthObserver *observer, GIOStream *stream,
             GCredentials *credentials, void *data)
{
  uid_t accepted = GPOINTER_TO_UINT(data);

  (void)observer;
  (void)stream;
  /* The uid that was classified when the connection was accepted. */
  return credentials &&
         g_credentials_get_unix_user(credentials, NULL) == accepted;
}

static void
start_serving(RecoveryConnection *connection)
{
  g_autoptr(GError) error = NULL;

  connection->skeleton = recovery_bus_recovery1_skeleton_new();
  g_signal_connect(connection->skeleton, "handle-propose",
                   G_CALLBACK(on_propose), connection);
  g_signal_connect(connection->skeleton, "handle-submit", G_CALLBACK(on_submit),
                   connection);
  g_signal_connect(connection->skeleton, "handle-query", G_CALLBACK(on_query),
                   connection);
  g_signal_connect(connection->skeleton, "handle-export", G_CALLBACK(on_export),
                   connection);
  connection->session =
      connection->handler->opened(connection->peer, connection->uid,
                                  connection->handler->data);
  g_signal_connect(connection->bus, "closed", G_CALLBACK(on_closed),
                   connection);
  connection->filter = g_dbus_connection_add_filter(
      connection->bus, filter_message, g_atomic_rc_box_acquire(connection),
      unref_connection);
  if (!g_dbus_interface_skeleton_export(
          G_DBUS_INTERFACE_SKELETON(connection->skeleton), connection->bus,
          OBJECT_PATH, &error)) {
    recovery_connection_drop(connection);
    return;
  }
  g_dbus_connection_start_message_processing(connection->bus);
  /* The end may have come, and been told, before anybody listened. */
  if (g_dbus_connection_is_closed(connection->bus))
    recovery_connection_drop(connection);
}

static void
on_authenticated(GObject *source, GAsyncResult *result, void *data)
{
  RecoveryConnection *connection = data;
  GDBusConnection *bus = g_dbus_connection_new_finish(result, NULL);

  (void)source;
  stop_waiting(connection);
  if (bus && connection->config) {
    connection->bus = bus;
    g_dbus_connection_set_exit_on_close(bus, FALSE);
    start_serving(connection);
  } else {
    g_clear_object(&bus);
    recovery_connection_drop(connection);
  }
  unref_connection(connection);
}

static gboolean
on_waited(void *data)
{
  RecoveryConnection *connection = data;

  connection->wait_timer = 0;
  g_cancellable_cancel(connection->waiting);
  return G_SOURCE_REMOVE;
}

static void
authenticate(RecoveryConnection *connection, GIOStream *stream)
{
  g_autoptr(GDBusAuthObserver) observer = g_dbus_auth_observer_new();
  g_autofree char *guid = g_dbus_generate_guid();

  g_signal_connect(observer, "allow-mechanism", G_CALLBACK(on_allow_mechanism),
                   NULL);
  g_signal_connect(observer, "authorize-authenticated-peer",
                   G_CALLBACK(on_authorize), GUINT_TO_POINTER(connection->uid));
  connection->wait_timer =
      g_timeout_add((guint)connection->config->wait_ms, on_waited, connection);
  g_dbus_connection_new(stream, guid,
                        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                            G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                        observer, connection->waiting, on_authenticated,
                        g_atomic_rc_box_acquire(connection));
}

RecoveryConnection *
recovery_connection_new(GIOStream *stream, uid_t uid, RecoveryPeer peer,
                        const RecoveryConnectionConfig *config,
                        const RecoveryConnectionHandler *handler,
                        RecoveryLimit *limit, RecoveryConnectionGone gone,
                        void *data)
{
  RecoveryConnection *connection = g_atomic_rc_box_new0(RecoveryConnection);

  connection->config = config;
  connection->handler = handler;
  connection->limit = limit;
  connection->gone = gone;
  connection->data = data;
  connection->uid = uid;
  connection->peer = peer;
  connection->waiting = g_cancellable_new();
  authenticate(connection, stream);
  return connection;
}

void
recovery_connection_changed(RecoveryConnection *connection, uint64_t size)
{
  if (!connection->skeleton ||
      g_atomic_int_get(&connection->signals) >= MAX_SIGNALS)
    return;
  (void)g_atomic_int_add(&connection->signals, 1);
  recovery_bus_recovery1_emit_changed(connection->skeleton, size);
}
