/* SPDX-License-Identifier: Apache-2.0 */
/* connection.h - one client: authenticated, measured, answered. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "recovery/service/limit.h"
#include "recovery/service/peer.h"

/* Bytes of one message, whole. */
#define RECOVERY_CONNECTION_MAX_ASK (256 * 1024)    /* Propose, Query, Export */
#define RECOVERY_CONNECTION_MAX_SUBMIT (512 * 1024) /* Submit */

/* What stands behind the methods. All run on the main loop; the texts are the
 * methods' own, errors of any domain become RECOVERY_ERROR. */
typedef struct {
  void *(*opened)(RecoveryPeer peer, uid_t uid,
                  void *data); /* gives the session */
  void (*closed)(void *session, void *data);
  char *(*propose)(void *session, const char *request, void *data,
                   GError **error);
  char *(*submit)(void *session, const char *request, void *data,
                  GError **error);
  char *(*query)(void *session, const char *request, void *data,
                 GError **error);
  GPtrArray *(*export)(void *session, const char *request, void *data,
                       GError **error); /* of RecoveryTarFile */
  void *data;
} RecoveryConnectionHandler;

typedef struct {
  RecoveryPeerRules rules;
  int per_uid;   /* connections of one uid; 0 means 16 */
  int in_all;    /* connections in all; 0 means 64 */
  int wait_ms;   /* to authenticate; 0 means 5 seconds */
  int per_s;     /* calls a second of one uid; 0 means 250 */
  int burst;     /* calls at once; 0 means 1000 */
  int stream_ms; /* an export that is not read; 0 means 30 seconds */
  /* What calls a second are counted by; NULL means the monotonic clock. */
  int64_t (*now_ms)(void);
} RecoveryConnectionConfig;

typedef struct RecoveryConnection RecoveryConnection;

/* The connection has gone, by itself or by recovery_connection_drop(). */
typedef void (*RecoveryConnectionGone)(RecoveryConnection *connection,
                                       void *data);

/*
 * Authenticates a stream that was just accepted, by EXTERNAL alone and as uid,
 * then serves it on the main loop. config, handler and limit (that of the uid)
 * must live until it has gone. The caller holds one reference.
 */
RecoveryConnection *
recovery_connection_new(GIOStream *stream, uid_t uid, RecoveryPeer peer,
                        const RecoveryConnectionConfig *config,
                        const RecoveryConnectionHandler *handler,
                        RecoveryLimit *limit, RecoveryConnectionGone gone,
                        void *data);
/* Ends it: its session is closed, calls not yet handled are not. */
void recovery_connection_drop(RecoveryConnection *connection);
void recovery_connection_unref(RecoveryConnection *connection);

uid_t recovery_connection_uid(const RecoveryConnection *connection);
/* Sends the signal; a client that does not read misses it. */
void recovery_connection_changed(RecoveryConnection *connection, uint64_t size);
