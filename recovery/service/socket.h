/* SPDX-License-Identifier: Apache-2.0 */
/* socket.h - the listening socket, made here or inherited from systemd. */
#pragma once

#include <glib.h>

/*
 * A listening socket: makes PATH with the given mode (a dead one in its place
 * is removed, a live one is an error), or takes the one systemd opened.
 * returns  a descriptor, -1 and error set
 * errors   RECOVERY_ERROR_FAILED
 */
int recovery_socket_bind(const char *path, unsigned mode, GError **error);
/* The one socket in LISTEN_FDS; -1 without error where there is none. */
int recovery_socket_inherit(GError **error);
