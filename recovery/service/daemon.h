/* SPDX-License-Identifier: Apache-2.0 */
/* daemon.h - the station with what it asks of the world: clock, judge, files,
 * clients, and a tick each second. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "recovery/service/folder.h"

typedef struct RecoveryDaemon RecoveryDaemon;

/*
 * Opens the station in its folder (which must live longer).
 * errors  as recovery_station_open()
 */
RecoveryDaemon *recovery_daemon_open(const RecoveryFolder *folder,
                                     const char *judge, const char *build,
                                     const char *judge_build, GError **error);
/* Serves a listening socket (taken). */
bool recovery_daemon_listen(RecoveryDaemon *daemon, int fd, GError **error);
/*
 * Runs until SIGTERM, SIGINT or, with until_eof, the end of standard input;
 * then the stop is recorded. Also ends when the record cannot be trusted any
 * more.
 */
bool recovery_daemon_run(RecoveryDaemon *daemon, bool until_eof,
                         GError **error);
void recovery_daemon_free(RecoveryDaemon *daemon);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDaemon, recovery_daemon_free)
