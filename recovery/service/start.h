/* SPDX-License-Identifier: Apache-2.0 */
/* start.h - a private practice station for one client. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
  GPid pid;  /* 0: none was started */
  int alive; /* closed: it ends */
} RecoveryStart;

/*
 * Starts `recoveryd --practice FOLDER` and waits until it listens. It ends
 * when recovery_start_end() is called or this process is gone.
 * errors  RECOVERY_ERROR_STATION
 */
bool recovery_start_private(const char *folder, RecoveryStart *ret_start,
                            GError **error);
/* Ends it cleanly and waits for that. */
void recovery_start_end(RecoveryStart *start);
