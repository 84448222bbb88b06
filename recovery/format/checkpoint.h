/* SPDX-License-Identifier: Apache-2.0 */
/* checkpoint.h - C2SP tlog-checkpoint in a signed note, Ed25519. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "recovery/format/tree.h"

typedef struct {
  char origin[256];
  uint64_t size;
  uint8_t root[RECOVERY_TREE_HASH];
} RecoveryCheckpoint;

/* The signed note; key is an Ed25519 private key. Free with g_free(). */
char *recovery_checkpoint_make(const RecoveryCheckpoint *checkpoint,
                               EVP_PKEY *key, GError **error);

/*
 * Reads a note and checks the signature of the key over it. Unknown signature
 * lines are ignored; the note's origin names the key (key id recomputed).
 * errors  RECOVERY_ERROR_INVALID
 */
bool recovery_checkpoint_check(const char *note, size_t len,
                               const uint8_t public_key[32],
                               RecoveryCheckpoint *ret_checkpoint,
                               GError **error);

/* Key text "name+hex(key id)+base64(0x01 || public key)"; free with g_free().
 * Reading recomputes the key id; ret_public_key has 32 bytes. */
char *recovery_checkpoint_vkey(const char *name, const uint8_t public_key[32]);
bool recovery_checkpoint_read_vkey(const char *text, uint8_t ret_public_key[32],
                                   GError **error);
/* True for an origin of a station: [A-Za-z0-9._~:/-]{3,200}, ending in '/' and
 * the epoch in decimal. */
bool recovery_checkpoint_is_origin(const char *origin);
/* Origins are equal apart from the last part (the epoch). */
bool recovery_checkpoint_same_station(const char *origin_a,
                                      const char *origin_b);

/* A tlog-proof (C2SP): the receipt's text for entry index. Free with g_free().
 * proof: concatenated hashes of recovery_tree_inclusion(). */
char *recovery_checkpoint_proof(uint64_t index, const uint8_t *proof,
                                size_t len, const char *note);
