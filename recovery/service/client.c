/* SPDX-License-Identifier: Apache-2.0 */
/* client.c - finds the station, checks who answers there, asks. */
#include "recovery/service/client.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <gio/gunixsocketaddress.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "recovery/error.h"
#include "recovery/format/tar.h"
#include "recovery/service/bus-error.h"
#include "recovery/service/connection.h"
#include "recovery/service/start.h"

#define OBJECT_PATH "/org/keyturn/Recovery1"
#define INTERFACE "org.keyturn.Recovery1"
#define SERVICE_USER "keyturn"

/* Longer than the judge worker may take, twice over. */
#define CALL_MS 60000

struct RecoveryClient {
  GDBusConnection *bus;
  GCancellable *cancellable; /* may be NULL */
  RecoveryStart start;
  guint subscription;
  void (*changed)(uint64_t size, gpointer data);
  gpointer changed_data;
  void (*lost)(gpointer data);
  gpointer lost_data;
};

static bool
fail(const char *where, const char *why, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATION,
              "no station at %s: %s", where, why);
  return false;
}

static bool
is_service_user(uid_t uid)
{
  const struct passwd *entry = getpwnam(SERVICE_USER);

  return entry && entry->pw_uid == uid;
}

/* Before anything is sent: root (systemd opened the socket), the service's
 * own user, or ourselves. */
static bool
check_server(GSocket *socket, const char *path, GError **error)
{
  g_autoptr(GCredentials) credentials = g_socket_get_credentials(socket, NULL);
  uid_t uid =
      credentials ? g_credentials_get_unix_user(credentials, NULL) : (uid_t)-1;

  if (uid == 0 || uid == geteuid() || is_service_user(uid))
    return true;
  return fail(path, "it is run by somebody else", error);
}

static GSocketConnection *
connect_socket(const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(GError) own = NULL;

  if (strlen(path) >= sizeof((struct sockaddr_un *)NULL)->sun_path) {
    (void)fail(path, "the path is too long for a socket", error);
    return NULL;
  }
  address = g_unix_socket_address_new(path);
  stream = g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address),
                                   cancellable, &own);
  if (!stream) {
    (void)fail(path, own->message, error);
    return NULL;
  }
  if (!check_server(g_socket_connection_get_socket(stream), path, error))
    return NULL;
  return g_steal_pointer(&stream);
}

static void
on_changed(GDBusConnection *bus, const char *sender, const char *path,
           const char *interface, const char *name, GVariant *arguments,
           gpointer data)
{
  const RecoveryClient *client = data;
  guint64 size;

  (void)bus;
  (void)sender;
  (void)path;
  (void)interface;
  (void)name; /* there is one */
  if (!client->changed ||
      !g_variant_is_of_type(arguments, G_VARIANT_TYPE("(t)")))
    return;
  g_variant_get(arguments, "(t)", &size);
  client->changed(size, client->changed_data);
}

static void
on_closed(GDBusConnection *bus, gboolean vanished, GError *error,
          RecoveryClient *client)
{
  (void)bus;
  (void)vanished;
  (void)error; /* why it went changes nothing */
  if (client->lost)
    client->lost(client->lost_data);
}

static bool
attach(RecoveryClient *client, GSocketConnection *stream, const char *path,
       GError **error)
{
  g_autoptr(GError) own = NULL;

  client->bus = g_dbus_connection_new_sync(
      G_IO_STREAM(stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
      NULL, client->cancellable, &own);
  if (!client->bus)
    return fail(path, own->message, error);
  g_dbus_connection_set_exit_on_close(client->bus, FALSE);
  g_signal_connect(client->bus, "closed", G_CALLBACK(on_closed), client);
  client->subscription = g_dbus_connection_signal_subscribe(
      client->bus, NULL, INTERFACE, "Changed", OBJECT_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_changed, client, NULL);
  return true;
}

/* The socket in a practice folder; a private recoveryd where nobody answers. */
static bool
connect_folder(RecoveryClient *client, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename(folder, "socket", NULL);
  g_autoptr(GSocketConnection) stream =
      connect_socket(path, client->cancellable, NULL);

  if (!stream) {
    if (!recovery_start_private(folder, &client->start, error))
      return false;
    stream = connect_socket(path, client->cancellable, error);
  }
  return stream && attach(client, stream, path, error);
}

static bool
connect_any(RecoveryClient *client, const char *selector,
            RecoveryClientFlags flags, GError **error)
{
  g_autoptr(GSocketConnection) stream = NULL;
  struct stat st;

  if (stat(selector, &st) != 0) {
    if (errno == ENOENT && (flags & RECOVERY_CLIENT_MAKE) != 0)
      return connect_folder(client, selector, error);
    return fail(selector, g_strerror(errno), error);
  }
  if (S_ISDIR(st.st_mode))
    return connect_folder(client, selector, error);
  if (!S_ISSOCK(st.st_mode))
    return fail(selector, "neither a folder nor a socket", error);
  stream = connect_socket(selector, client->cancellable, error);
  return stream && attach(client, stream, selector, error);
}

RecoveryClient *
recovery_client_open(const char *selector, RecoveryClientFlags flags,
                     GError **error)
{
  return recovery_client_open_cancellable(selector, flags, NULL, error);
}

RecoveryClient *
recovery_client_open_cancellable(const char *selector,
                                 RecoveryClientFlags flags,
                                 GCancellable *cancellable, GError **error)
{
  g_autoptr(RecoveryClient) client = g_new0(RecoveryClient, 1);

  recovery_bus_error_register();
  if (cancellable)
    client->cancellable = g_object_ref(cancellable);
  if (!connect_any(client, selector ? selector : RECOVERY_CLIENT_SOCKET, flags,
                   error))
    return NULL;
  return g_steal_pointer(&client);
}

void
recovery_client_free(RecoveryClient *client)
{
  if (!client)
    return;
  if (client->bus) {
    g_dbus_connection_signal_unsubscribe(client->bus, client->subscription);
    g_signal_handlers_disconnect_by_data(client->bus, client);
    /* One that reads no more is not waited for either. */
    if (g_cancellable_is_cancelled(client->cancellable))
      g_dbus_connection_close(client->bus, NULL, NULL, NULL);
    else
      (void)g_dbus_connection_close_sync(client->bus, NULL, NULL);
  }
  g_clear_object(&client->bus);
  g_clear_object(&client->cancellable);
  recovery_start_end(&client->start);
  g_free(client);
}

/* What GDBus says, in our domain: its own troubles are the station's. */
static void
take_error(GError *own, GError **error)
{
  if (own->domain == RECOVERY_ERROR) {
    (void)g_dbus_error_strip_remote_error(own); /* keeps the words */
    g_propagate_error(error, own);
    return;
  }
  (void)g_dbus_error_strip_remote_error(own);
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_STATION,
              "the station does not answer: %s", own->message);
  g_error_free(own);
}

static bool
check_size(const char *request, size_t max, GError **error)
{
  /* The size of the message is limited; some bytes of it are not the text. */
  if (strlen(request) + 64 <= max)
    return true;
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "the request is too large");
  return false;
}

static char *
call(RecoveryClient *client, const char *method, const char *request,
     size_t max, GError **error)
{
  g_autoptr(GVariant) answer = NULL;
  GError *own = NULL;
  char *text = NULL;

  if (!check_size(request, max, error))
    return NULL;
  answer = g_dbus_connection_call_sync(
      client->bus, NULL, OBJECT_PATH, INTERFACE, method,
      g_variant_new("(s)", request), G_VARIANT_TYPE("(s)"),
      G_DBUS_CALL_FLAGS_NONE, CALL_MS, client->cancellable, &own);
  if (!answer) {
    take_error(own, error);
    return NULL;
  }
  g_variant_get(answer, "(s)", &text);
  return text;
}

char *
recovery_client_propose(RecoveryClient *client, const char *request,
                        GError **error)
{
  return call(client, "Propose", request, RECOVERY_CONNECTION_MAX_ASK, error);
}

char *
recovery_client_submit(RecoveryClient *client, const char *request,
                       GError **error)
{
  return call(client, "Submit", request, RECOVERY_CONNECTION_MAX_SUBMIT, error);
}

char *
recovery_client_query(RecoveryClient *client, const char *request,
                      GError **error)
{
  return call(client, "Query", request, RECOVERY_CONNECTION_MAX_ASK, error);
}

typedef struct {
  bool done;
  GError *error;
} Export;

static void
on_exported(GObject *source, GAsyncResult *result, void *data)
{
  Export *export = data;
  GVariant *answer = g_dbus_connection_call_with_unix_fd_list_finish(
      G_DBUS_CONNECTION(source), NULL, result, &export->error);

  if (answer)
    g_variant_unref(answer); /* the files are the answer */
  export->done = true;
}

/* Asks; theirs is handed over and closed here. */
static void
start_export(RecoveryClient *client, const char *request, int theirs,
             Export *export)
{
  g_autoptr(GUnixFDList) list = g_unix_fd_list_new();
  int handle = g_unix_fd_list_append(list, theirs, &export->error);

  (void)close(theirs); /* the list has its own */
  if (handle < 0) {
    export->done = true;
    return;
  }
  g_dbus_connection_call_with_unix_fd_list(
      client->bus, NULL, OBJECT_PATH, INTERFACE, "Export",
      g_variant_new("(sh)", request, handle), G_VARIANT_TYPE("(s)"),
      G_DBUS_CALL_FLAGS_NONE, CALL_MS * 10, list, NULL, on_exported, export);
}

static GPtrArray *
read_export(RecoveryClient *client, const char *request, const int pair[2],
            size_t max, GError **error)
{
  GMainContext *context = g_main_context_new();
  Export export = {false, NULL};
  g_autoptr(GError) own = NULL;
  g_autoptr(GPtrArray) files = NULL;

  g_main_context_push_thread_default(context);
  start_export(client, request, pair[1], &export);
  if (!export.done)
    files = recovery_tar_read(pair[0], max, &own);
  (void)close(pair[0]); /* read to its end, or not wanted */
  while (!export.done)
    g_main_context_iteration(context, TRUE);
  g_main_context_pop_thread_default(context);
  g_main_context_unref(context);
  /* What the station says comes before what its early end looked like. */
  if (export.error) {
    take_error(export.error, error);
    return NULL;
  }
  if (!files)
    g_propagate_error(error, g_steal_pointer(&own));
  return g_steal_pointer(&files);
}

GPtrArray *
recovery_client_export(RecoveryClient *client, const char *request, size_t max,
                       GError **error)
{
  const struct timeval patience = {.tv_sec = CALL_MS / 1000};
  int pair[2];

  if (!check_size(request, RECOVERY_CONNECTION_MAX_ASK, error))
    return NULL;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "no socket for the export: %s", g_strerror(errno));
    return NULL;
  }
  (void)setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience,
                   sizeof patience); /* without it we only wait longer */
  return read_export(client, request, pair, max, error);
}

void
recovery_client_on_changed(RecoveryClient *client,
                           void (*changed)(uint64_t size, gpointer data),
                           gpointer data)
{
  client->changed = changed;
  client->changed_data = data;
}

void
recovery_client_on_lost(RecoveryClient *client, void (*lost)(gpointer data),
                        gpointer data)
{
  client->lost = lost;
  client->lost_data = data;
}
