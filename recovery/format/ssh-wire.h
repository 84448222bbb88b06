/* SPDX-License-Identifier: Apache-2.0 */
/* ssh-wire.h - SSH's data types (RFC 4251, section 5), as far as signatures
 * need them; used by sshsig.c alone. Readers answer false at a length that
 * lies, and leave the span where it was or further on. */
#pragma once

#include <glib.h>
#include <openssl/bn.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes that are left to read. */
typedef struct {
  const uint8_t *p;
  size_t len;
} RecoverySshSpan;

void recovery_ssh_wire_put_u32(GByteArray *out, uint32_t value);
void recovery_ssh_wire_put_string(GByteArray *out, const void *data,
                                  size_t len);
void recovery_ssh_wire_put_text(GByteArray *out, const char *text);
/* A positive number of at most 32 bytes: no leading zeros, but for one in
 * front of a byte whose highest bit is set. */
void recovery_ssh_wire_put_mpint(GByteArray *out, const BIGNUM *number);

bool recovery_ssh_wire_get_bytes(RecoverySshSpan *span, size_t len,
                                 const uint8_t **ret_data);
bool recovery_ssh_wire_get_u32(RecoverySshSpan *span, uint32_t *ret_value);
bool recovery_ssh_wire_get_string(RecoverySshSpan *span,
                                  RecoverySshSpan *ret_string);
/* In the one form above; NULL otherwise. Free with BN_free(). */
BIGNUM *recovery_ssh_wire_get_mpint(RecoverySshSpan *span);

/* True for exactly these characters. */
bool recovery_ssh_wire_is_text(const RecoverySshSpan *span, const char *text);
/* Printable ASCII without space, not empty, into a buffer of size bytes. */
bool recovery_ssh_wire_copy_text(const RecoverySshSpan *span, char *buffer,
                                 size_t size);
