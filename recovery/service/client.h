/* SPDX-License-Identifier: Apache-2.0 */
/* client.h - a connection to recoveryd: for the command line and the kiosk.
 * Texts are JSON (recovery/station.h); roles live as long as the connection. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct RecoveryClient RecoveryClient;

/* The socket of the station that is installed here. */
#define RECOVERY_CLIENT_SOCKET "/run/keyturn/recovery"

typedef enum {
  RECOVERY_CLIENT_MAKE = 1 << 0, /* a practice folder that is not there yet */
} RecoveryClientFlags;

/*
 * Connects to a station. selector is a socket, or the folder of a practice
 * station: where nothing listens in it, a private recoveryd is started that
 * ends with this client. NULL means the installed station. The server must run
 * as root, as user keyturn or as this user, or nothing is sent to it.
 *
 * The thread-default main context of the caller is the one in which the
 * functions below are called; nothing but them needs it to run. Open, call and
 * free a client in one thread.
 *
 * errors  RECOVERY_ERROR_STATION, RECOVERY_ERROR_FAILED
 */
RecoveryClient *recovery_client_open(const char *selector,
                                     RecoveryClientFlags flags, GError **error);
/*
 * The same for somebody who does not wait for ever. Once cancellable is
 * cancelled, from any thread, connecting ends, and each call now and later,
 * with RECOVERY_ERROR_STATION. It is kept until the client is freed.
 */
RecoveryClient *recovery_client_open_cancellable(const char *selector,
                                                 RecoveryClientFlags flags,
                                                 GCancellable *cancellable,
                                                 GError **error);
void recovery_client_free(RecoveryClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryClient, recovery_client_free)

/*
 * Each sends one request and waits for its answer; g_free().
 * errors  what recovery/station.h names for it; RECOVERY_ERROR_STATION when
 *         the connection is lost: whether the act was recorded is then not
 *         known
 */
char *recovery_client_propose(RecoveryClient *client, const char *request,
                              GError **error);
char *recovery_client_submit(RecoveryClient *client, const char *request,
                             GError **error);
char *recovery_client_query(RecoveryClient *client, const char *request,
                            GError **error);
/* The files of an export, of at most max bytes in all: an array of
 * RecoveryTarFile (recovery/format/tar.h). */
GPtrArray *recovery_client_export(RecoveryClient *client, const char *request,
                                  size_t max, GError **error);

/*
 * What happens without being asked. Each function is called in the main
 * context in which the client was opened, never from within a call above, and
 * not after recovery_client_free(). NULL ends it; one function at a time.
 *
 * changed  the record has grown to size entries; a client that is slow may be
 *          told once of several
 * lost     the connection has ended, and no call will come back with more than
 *          an error: free the client and open another
 */
void recovery_client_on_changed(RecoveryClient *client,
                                void (*changed)(uint64_t size, gpointer data),
                                gpointer data);
void recovery_client_on_lost(RecoveryClient *client,
                             void (*lost)(gpointer data), gpointer data);
