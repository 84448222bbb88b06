/* SPDX-License-Identifier: Apache-2.0 */
/* u2f-reply.h - what a key answers to U2F, read: lengths checked, nothing left
 * over. FIDO U2F Raw Message Formats 1.2. Whether a signature is right is
 * the judge's. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIDOTOOL_U2F_REPLY_POINT 65

/* Status words. */
enum {
  FIDOTOOL_U2F_REPLY_DONE = 0x9000,
  FIDOTOOL_U2F_REPLY_NO_TOUCH = 0x6985, /* and, asked to check, its yes */
  FIDOTOOL_U2F_REPLY_NOT_ALLOWED = 0x6986,
  FIDOTOOL_U2F_REPLY_WRONG_LENGTH = 0x6700,
  FIDOTOOL_U2F_REPLY_UNKNOWN = 0x6a80, /* no such key handle */
};

/* Section 4.3. All of it lies in the bytes that were read. */
typedef struct {
  const uint8_t *point; /* uncompressed, FIDOTOOL_U2F_REPLY_POINT bytes */
  const uint8_t *handle;
  size_t handle_len; /* 1 to 255 */
  const uint8_t *certificate;
  size_t certificate_len;
  const uint8_t *signature;
  size_t signature_len;
} FidotoolU2fReplyRegistration;

/* Section 5.4. */
typedef struct {
  uint8_t presence;
  const uint8_t *head; /* presence and counter, as they are signed: 5 bytes */
  const uint8_t *signature;
  size_t signature_len;
} FidotoolU2fReplySignature;

/* The status word at the end of an answer; false where there is none. */
bool fidotool_u2f_reply_word(GBytes *reply, unsigned *ret_word);

/* Both take an answer with its status word. False for what is no such answer.
 */
bool fidotool_u2f_reply_read_registration(
    GBytes *reply, FidotoolU2fReplyRegistration *ret_registration);
bool
fidotool_u2f_reply_read_signature(GBytes *reply,
                                  FidotoolU2fReplySignature *ret_signature);
