/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h - a software key on a socket: each SOCK_SEQPACKET message is one
 * 64-byte report; or as a device of the kernel (uhid.h). Beside it the control
 * socket. One thread, one loop.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "tests/softkey/core.h"
#include "tests/softkey/ctaphid.h"
#include "tests/softkey/nfc-vpcd.h"

typedef struct SoftkeyServer SoftkeyServer;

/*
 * Listens on both sockets, mode 0600; without key_path on the second alone.
 * Takes core over. A socket that a dead server left behind is replaced; one
 * that is in use is an error.
 *
 * errors    SOFTKEY_ERROR_USAGE (path too long), SOFTKEY_ERROR_FILE
 */
SoftkeyServer *softkey_server_new(SoftkeyCore *core, const char *key_path,
                                  const char *control_path, GError **error);

/* Puts the key on a virtual reader as well: there it is what unplug and plug
 * are about. errors  SOFTKEY_ERROR_FILE */
bool softkey_server_use_vpcd(SoftkeyServer *server, int port, GError **error);

/*
 * Plugs the key into the kernel, as a hidraw node, besides or instead.
 *
 * errors    SOFTKEY_ERROR_FILE
 */
bool softkey_server_use_kernel(SoftkeyServer *server, GError **error);

/* Closes all and removes both sockets. */
void softkey_server_free(SoftkeyServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyServer, softkey_server_free)

/*
 * Serves until signal_fd is readable or somebody says "quit".
 *
 * errors    SOFTKEY_ERROR_FILE
 */
bool softkey_server_run(SoftkeyServer *server, int signal_fd, GError **error);

/* For control.c. unplug closes all connections and removes the key's socket;
 * unplug_at does so in place of the n-th report from now, counted in both
 * directions. plug listens again; the key has then been without power. */
void softkey_server_unplug(SoftkeyServer *server);
void softkey_server_unplug_at(SoftkeyServer *server, unsigned n);
bool softkey_server_plug(SoftkeyServer *server, GError **error);
bool softkey_server_is_plugged(const SoftkeyServer *server);
void softkey_server_power_cycle(SoftkeyServer *server);
void softkey_server_quit(SoftkeyServer *server);
SoftkeyCore *softkey_server_core(SoftkeyServer *server);
SoftkeyCtaphid *softkey_server_ctaphid(SoftkeyServer *server);
/* NULL when it lies on no reader. */
SoftkeyNfcVpcd *softkey_server_vpcd(SoftkeyServer *server);
