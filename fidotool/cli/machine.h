/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h - the key of the machine that signs beside a person: it tells
 * where something was signed. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

typedef struct {
  char *folder;
  char *id;
  EVP_PKEY *key;    /* Ed25519 */
  char *public_key; /* "ssh-ed25519 <base64>" */
} FidotoolMachine;

/* $XDG_STATE_HOME/keyturn/machine; free with g_free(). */
char *fidotool_machine_default(void);

/*
 * Makes a key in a folder (0700, made where it is missing) that has none.
 * errors  FIDOTOOL_ERROR_USAGE (id), PERMISSION, FAILED
 */
FidotoolMachine *fidotool_machine_make(const char *folder, const char *id,
                                       GError **error);
/*
 * Reads the key of a folder, or of the machine.pem in it. The folder must
 * belong to this user and be closed to others.
 * errors  FIDOTOOL_ERROR_NOT_FOUND, PERMISSION, INVALID
 */
FidotoolMachine *fidotool_machine_open(const char *place, GError **error);
void fidotool_machine_free(FidotoolMachine *machine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolMachine, fidotool_machine_free)
