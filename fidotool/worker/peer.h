/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - one judge worker as its client sees it: messages go out and come
 * back in the same order, and no call waits. Of what it says only size and
 * number are believed. */
#pragma once

#include <glib.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct FidotoolPeer FidotoolPeer;

/*
 * Starts `program --batch` with nothing but two pipes, and where index is no -1
 * with that descriptor for an index of metadata, and sends it the first
 * message. Free with fidotool_peer_free(), which ends it.
 * errors  FIDOTOOL_ERROR_FAILED
 */
FidotoolPeer *fidotool_peer_new(const char *program, int index,
                                const char *begin, size_t len, GError **error);
/* Starts `program --taught`, for requests after the pack (fidotool/pack.h). */
FidotoolPeer *fidotool_peer_new_taught(const char *program, const void *pack,
                                       size_t len, GError **error);
void fidotool_peer_free(FidotoolPeer *peer);

/* One more message, kept until the pipe takes it. */
void fidotool_peer_send(FidotoolPeer *peer, const char *text, size_t len);

/* What to poll for: two rows, of which the second may be for nothing. */
void fidotool_peer_poll(const FidotoolPeer *peer, struct pollfd ret_rows[2]);

/* Writes and reads what the pipes allow now; false when it has ended or talks
 * nonsense, after which it is of no more use. */
bool fidotool_peer_work(FidotoolPeer *peer);

/* Waits for the next answer. errors  FIDOTOOL_ERROR_FAILED: none in time */
char *fidotool_peer_wait(FidotoolPeer *peer, int limit_ms, GError **error);

/* The next whole answer, NULL while there is none; free with g_free(). */
char *fidotool_peer_take(FidotoolPeer *peer, size_t *ret_len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolPeer, fidotool_peer_free)
