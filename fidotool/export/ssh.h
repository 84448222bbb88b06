/* SPDX-License-Identifier: Apache-2.0 */
/* ssh.h - a credential as OpenSSH has it. OpenSSH PROTOCOL.u2f, PROTOCOL.key,
 * sshd(8) "AUTHORIZED_KEYS FILE FORMAT". */
#pragma once

#include "fidotool/export/exported.h"

/* What every application of an SSH key begins with. */
#define FIDOTOOL_SSH_APPLICATION "ssh:"

typedef struct {
  bool verify_required;   /* sshd asks for user verification */
  bool no_touch_required; /* sshd does without user presence */
  const char *comment;    /* no line breaks; may be NULL */
} FidotoolSsh;

/* A line of authorized_keys without its end; free with g_free().
 * errors  FIDOTOOL_ERROR_UNSUPPORTED: SSH has no such key type */
char *fidotool_ssh_line(const FidotoolExported *credential,
                        const FidotoolSsh *how, GError **error);

/* The private key file of the credential. It holds no secret, but the way for
 * ssh to ask the key: its credential id. Free with g_free(). */
char *fidotool_ssh_key_file(const FidotoolExported *credential,
                            const FidotoolSsh *how, GError **error);
