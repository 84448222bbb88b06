/* SPDX-License-Identifier: Apache-2.0 */
/* listener.h - peer-to-peer D-Bus on one socket: who may connect, how much may
 * be sent, and nothing about what it means. */
#pragma once

#include <glib.h>

#include "recovery/service/connection.h"

typedef struct RecoveryListener RecoveryListener;

/*
 * Serves the listening socket fd (taken, also on failure). Needs the main
 * loop to run.
 * errors  RECOVERY_ERROR_FAILED
 */
RecoveryListener *
recovery_listener_new(int fd, const RecoveryConnectionConfig *config,
                      const RecoveryConnectionHandler *handler, GError **error);
/* Closes every connection; their sessions end. */
void recovery_listener_free(RecoveryListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryListener, recovery_listener_free)

/* Tells every client that the record has grown. */
void recovery_listener_changed(RecoveryListener *listener, uint64_t size);
/* Connections that are there, authenticated or not (for tests). */
int recovery_listener_count(const RecoveryListener *listener);
