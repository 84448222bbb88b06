/* SPDX-License-Identifier: Apache-2.0 */
/* sshsig.h - signatures of people and machines in SSHSIG form, so that stock
 * ssh-keygen can check them. OpenSSH PROTOCOL.sshsig and PROTOCOL.u2f. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#define RECOVERY_SSHSIG_APPLICATION "keyturn:approval"
#define RECOVERY_SSHSIG_APPLICATION_PRACTICE "keyturn-practice:approval"

typedef enum {
  RECOVERY_SSHSIG_SK_ECDSA,   /* sk-ecdsa-sha2-nistp256@openssh.com */
  RECOVERY_SSHSIG_SK_ED25519, /* sk-ssh-ed25519@openssh.com */
  RECOVERY_SSHSIG_ED25519,    /* ssh-ed25519: machines */
} RecoverySshsigType;

/* A public key as SSH writes it (base64 text in the roster, bytes here). */
typedef struct {
  RecoverySshsigType type;
  uint8_t point[65];    /* 0x04 || x || y, or 32 bytes of Ed25519 */
  char application[64]; /* empty for machines */
} RecoverySshsigKey;

/* What a blob says. */
typedef struct {
  RecoverySshsigKey key;
  char namespace[128];
  uint8_t flags;    /* 0 for machines */
  uint32_t counter; /* 0 for machines */
} RecoverySshsigSeen;

GBytes *recovery_sshsig_write_key(const RecoverySshsigKey *key);
bool recovery_sshsig_read_key(const void *data, size_t len,
                              RecoverySshsigKey *ret_key, GError **error);
const char *recovery_sshsig_type_name(RecoverySshsigType type);

/* "SSHSIG" || namespace || "" || "sha256" || SHA-256(message); and its
 * SHA-256, the client data hash a key signs. */
GBytes *recovery_sshsig_tosign(const char *name_space, const void *message,
                               size_t len);
void recovery_sshsig_client_data_hash(const char *name_space,
                                      const void *message, size_t len,
                                      uint8_t ret_hash[32]);

/*
 * The binary blob from what the key answered: signature is DER for ECDSA, 64
 * bytes for Ed25519; auth_data is 37 bytes (RP ID hash, flags, counter).
 */
GBytes *recovery_sshsig_from_assertion(const RecoverySshsigKey *key,
                                       const char *name_space,
                                       const uint8_t auth_data[37],
                                       const void *signature, size_t len,
                                       GError **error);
/* A machine's blob over message, key an Ed25519 private key. */
GBytes *recovery_sshsig_sign(EVP_PKEY *key, const char *name_space,
                             const void *message, size_t len, GError **error);

/*
 * Checks a binary blob: form, embedded key equal to key, namespace, hash
 * algorithm, nothing after it, signature over message. For people also that
 * the application is key's. The flags are the caller's to judge:
 * recovery_sshsig_flags_ok().
 * errors  RECOVERY_ERROR_INVALID, naming what does not fit
 */
bool recovery_sshsig_check(const void *blob, size_t blob_len,
                           const RecoverySshsigKey *key, const char *name_space,
                           const void *message, size_t len,
                           RecoverySshsigSeen *ret_seen, GError **error);
/* The form of a blob alone: whose key it says it is, for which namespace. */
bool recovery_sshsig_read(const void *blob, size_t len,
                          RecoverySshsigSeen *ret_seen, GError **error);
/* UP and UV set, BE, BS, AT and ED clear: flags & 0xdd == 0x05. */
bool recovery_sshsig_flags_ok(uint8_t flags);
/* The message a machine signs: SHA-256(statement) || SHA-256(person blob). */
void recovery_sshsig_machine_message(const void *statement, size_t len,
                                     const void *blob, size_t blob_len,
                                     uint8_t ret_message[64]);

/* Armour of 70 columns, one spelling only. Free with g_free() / unref. */
char *recovery_sshsig_armour(const void *blob, size_t len);
GBytes *recovery_sshsig_unarmour(const char *text, size_t len, GError **error);
