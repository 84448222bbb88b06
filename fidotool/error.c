/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - the one place where statuses of libfido2 and CTAP become ours. */
#include "fidotool/error.h"

G_DEFINE_QUARK(fidotool - error, fidotool_error)

/* clang-format off */
static const struct {
  int status;
  FidotoolError code;
  const char *name;
  const char *text;
} statuses[] = {
  { 0x01, FIDOTOOL_ERROR_UNSUPPORTED, "INVALID_COMMAND", "this key does not know the command" },
  { 0x02, FIDOTOOL_ERROR_FAILED, "INVALID_PARAMETER", "the key refused a parameter" },
  { 0x03, FIDOTOOL_ERROR_FAILED, "INVALID_LENGTH", "the key refused the length of a message" },
  { 0x04, FIDOTOOL_ERROR_LOST, "INVALID_SEQ", "the packets to the key got out of order" },
  { 0x05, FIDOTOOL_ERROR_LOST, "TIMEOUT", "the key gave up waiting for the rest of a message" },
  { 0x06, FIDOTOOL_ERROR_BUSY, "CHANNEL_BUSY", "the key is busy with another program" },
  { 0x0a, FIDOTOOL_ERROR_LOST, "LOCK_REQUIRED", "the key asks for a lock" },
  { 0x0b, FIDOTOOL_ERROR_LOST, "INVALID_CHANNEL", "the key no longer knows our channel" },
  { 0x11, FIDOTOOL_ERROR_FAILED, "CBOR_UNEXPECTED_TYPE", "the key did not understand a value" },
  { 0x12, FIDOTOOL_ERROR_FAILED, "INVALID_CBOR", "the key did not understand the message" },
  { 0x14, FIDOTOOL_ERROR_FAILED, "MISSING_PARAMETER", "the key misses a parameter" },
  { 0x15, FIDOTOOL_ERROR_FULL, "LIMIT_EXCEEDED", "a limit of the key is exceeded" },
  { 0x17, FIDOTOOL_ERROR_FULL, "FP_DATABASE_FULL", "the key has no room for another fingerprint" },
  { 0x18, FIDOTOOL_ERROR_FULL, "LARGE_BLOB_STORAGE_FULL", "the key's data store is full" },
  { 0x19, FIDOTOOL_ERROR_NOT_FOUND, "CREDENTIAL_EXCLUDED", "this key is already registered" },
  { 0x21, FIDOTOOL_ERROR_FAILED, "PROCESSING", "the key is still working" },
  { 0x22, FIDOTOOL_ERROR_NOT_FOUND, "INVALID_CREDENTIAL", "the key does not know this credential" },
  { 0x23, FIDOTOOL_ERROR_FAILED, "USER_ACTION_PENDING", "the key waits for its user" },
  { 0x24, FIDOTOOL_ERROR_FAILED, "OPERATION_PENDING", "the key is in the middle of something" },
  { 0x25, FIDOTOOL_ERROR_FAILED, "NO_OPERATIONS", "the key has nothing to continue" },
  { 0x26, FIDOTOOL_ERROR_UNSUPPORTED, "UNSUPPORTED_ALGORITHM", "this key is too old for the algorithm asked for" },
  { 0x27, FIDOTOOL_ERROR_TIMEOUT, "OPERATION_DENIED", "refused at the key" },
  { 0x28, FIDOTOOL_ERROR_FULL, "KEY_STORE_FULL", "no room for another passkey" },
  { 0x2b, FIDOTOOL_ERROR_UNSUPPORTED, "UNSUPPORTED_OPTION", "this key lacks the function" },
  { 0x2c, FIDOTOOL_ERROR_UNSUPPORTED, "INVALID_OPTION", "this key lacks the function" },
  { 0x2d, FIDOTOOL_ERROR_CANCELLED, "KEEPALIVE_CANCEL", "cancelled" },
  { 0x2e, FIDOTOOL_ERROR_NOT_FOUND, "NO_CREDENTIALS", "this key holds nothing for this account" },
  { 0x2f, FIDOTOOL_ERROR_TIMEOUT, "USER_ACTION_TIMEOUT", "not touched in time" },
  { 0x30, FIDOTOOL_ERROR_RESET_WINDOW, "NOT_ALLOWED", "too late for a reset, or not allowed now" },
  { 0x31, FIDOTOOL_ERROR_PIN_INVALID, "PIN_INVALID", "wrong PIN" },
  { 0x32, FIDOTOOL_ERROR_PIN_BLOCKED, "PIN_BLOCKED", "the PIN is locked for good" },
  { 0x33, FIDOTOOL_ERROR_PIN_STATE, "PIN_AUTH_INVALID", "the session with the key was lost" },
  { 0x34, FIDOTOOL_ERROR_PIN_REPLUG, "PIN_AUTH_BLOCKED", "three wrong PINs in a row" },
  { 0x35, FIDOTOOL_ERROR_PIN_STATE, "PIN_NOT_SET", "the key has no PIN yet" },
  { 0x36, FIDOTOOL_ERROR_PIN_STATE, "PUAT_REQUIRED", "PIN or fingerprint needed" },
  { 0x37, FIDOTOOL_ERROR_PIN_STATE, "PIN_POLICY_VIOLATION", "PIN too short, refused by the key's rule, or a change is due" },
  { 0x38, FIDOTOOL_ERROR_PIN_STATE, "PIN_TOKEN_EXPIRED", "this took too long" },
  { 0x39, FIDOTOOL_ERROR_FULL, "REQUEST_TOO_LARGE", "too much for this key at once" },
  { 0x3a, FIDOTOOL_ERROR_TIMEOUT, "ACTION_TIMEOUT", "not touched in time" },
  { 0x3b, FIDOTOOL_ERROR_TIMEOUT, "UP_REQUIRED", "a touch is needed" },
  { 0x3c, FIDOTOOL_ERROR_UV, "UV_BLOCKED", "fingerprint locked" },
  { 0x3d, FIDOTOOL_ERROR_INVALID, "INTEGRITY_FAILURE", "the key's stored data is damaged" },
  { 0x3e, FIDOTOOL_ERROR_UNSUPPORTED, "INVALID_SUBCOMMAND", "this key lacks the function" },
  { 0x3f, FIDOTOOL_ERROR_UV, "UV_INVALID", "fingerprint not recognised" },
  { 0x40, FIDOTOOL_ERROR_PIN_STATE, "UNAUTHORIZED_PERMISSION", "the key refused this permission" },
  { 0x7f, FIDOTOOL_ERROR_FAILED, "OTHER", "the key reported an error without a reason" },
  { -1, FIDOTOOL_ERROR_LOST, NULL, "the key could not be written to (pulled out?)" },
  { -2, FIDOTOOL_ERROR_LOST, NULL, "the key stopped answering (pulled out?)" },
  { -3, FIDOTOOL_ERROR_INVALID, NULL, "the key's answer is not CBOR" },
  { -4, FIDOTOOL_ERROR_INVALID, NULL, "the key's answer is not canonical CBOR" },
  { -5, FIDOTOOL_ERROR_INVALID, NULL, "the key's answer does not fit the question" },
  { -6, FIDOTOOL_ERROR_INVALID, NULL, "the signature is not valid" },
  { -7, FIDOTOOL_ERROR_FAILED, NULL, "an argument was refused by the key library" },
  { -8, FIDOTOOL_ERROR_TIMEOUT, NULL, "a touch is needed" },
  { -9, FIDOTOOL_ERROR_FAILED, NULL, "the key library failed" },
};

static const struct {
  FidotoolError code;
  const char *name;
  const char *hint;
} codes[] = {
  { FIDOTOOL_ERROR_FAILED, "failed", NULL },
  { FIDOTOOL_ERROR_USAGE, "usage", "Try --help." },
  { FIDOTOOL_ERROR_NO_DEVICE, "no-device", "Plug in a security key, then try again." },
  { FIDOTOOL_ERROR_AMBIGUOUS, "ambiguous", "Name one with --device; fidotool key list shows them." },
  { FIDOTOOL_ERROR_PERMISSION, "permission", "This user may not open the key: sign in at the desk, or ask your administrator." },
  { FIDOTOOL_ERROR_BUSY, "busy", "Close the program that uses the key, then try again." },
  { FIDOTOOL_ERROR_LOST, "lost", "Plug the key in again, or put it back on the reader and keep it there; then start over." },
  { FIDOTOOL_ERROR_PIN_INVALID, "pin-invalid", "Try again, carefully." },
  { FIDOTOOL_ERROR_PIN_REPLUG, "pin-replug", "Unplug the key, plug it in again, then try the PIN." },
  { FIDOTOOL_ERROR_PIN_BLOCKED, "pin-blocked", "Only a reset helps; it loses every credential on the key." },
  { FIDOTOOL_ERROR_PIN_STATE, "pin-state", "See fidotool key pin status; set one with fidotool key pin set." },
  { FIDOTOOL_ERROR_UV, "uv", "Try again, or use the PIN." },
  { FIDOTOOL_ERROR_TIMEOUT, "timeout", "Try again and touch the key when it blinks." },
  { FIDOTOOL_ERROR_CANCELLED, "cancelled", NULL },
  { FIDOTOOL_ERROR_UNSUPPORTED, "unsupported", "Use another model of key." },
  { FIDOTOOL_ERROR_FULL, "full", "Delete something on the key, or use another one." },
  { FIDOTOOL_ERROR_NOT_FOUND, "not-found", "Is it the right key?" },
  { FIDOTOOL_ERROR_RESET_WINDOW, "reset-window", "Start over: pull the key out, put the same one in again and touch it at once." },
  { FIDOTOOL_ERROR_INVALID, "invalid", NULL },
  { FIDOTOOL_ERROR_NOT_TRUSTED, "not-trusted", "Give the right anchors with --trust, or use a key that is trusted." },
  { FIDOTOOL_ERROR_POLICY, "policy", NULL },
};
/* clang-format on */

bool
fidotool_error_from_fido(int status, const char *what, GError **error)
{
  if (status == 0)
    return true;
  for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
    if (statuses[i].status == status) {
      g_set_error(error, FIDOTOOL_ERROR, (int)statuses[i].code, "%s: %s", what,
                  statuses[i].text);
      return false;
    }
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "%s: the key reported 0x%02x", what, (unsigned)status & 0xffu);
  return false;
}

const char *
fidotool_error_ctap_name(int status)
{
  for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].name;
  return NULL;
}

const char *
fidotool_error_hint(int code)
{
  for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
    if ((int)codes[i].code == code)
      return codes[i].hint;
  return NULL;
}

const char *
fidotool_error_name(int code)
{
  for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
    if ((int)codes[i].code == code)
      return codes[i].name;
  return "failed";
}
