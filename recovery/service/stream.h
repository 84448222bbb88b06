/* SPDX-License-Identifier: Apache-2.0 */
/* stream.h - sends a file to a client's socket beside the main loop's other
 * work: a client that does not read holds up nobody. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef void (*RecoveryStreamDone)(bool sent, void *data);

/* The time in which a client must have read something. */
#define RECOVERY_STREAM_WAIT_MS 30000

/*
 * Sends everything in from (a file; read from its start) to socket, then
 * closes both and calls done once from the main loop: sent is false when the
 * client went away or read nothing for wait_ms.
 */
void recovery_stream_send(int from, int socket, int wait_ms,
                          RecoveryStreamDone done, void *data);
/* True for a descriptor that is a connected UNIX stream socket. */
bool recovery_stream_is_socket(int fd);
