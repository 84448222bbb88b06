/* SPDX-License-Identifier: Apache-2.0 */
/* u2f.c - version, register, authenticate; asked again until it is touched. */
#include "fidotool/device/u2f.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/u2f-reply.h"
#include "fidotool/error.h"
#include "fidotool/types.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

#define VERSION "U2F_V2"
#define HASH FIDOTOOL_BYTES_SHA256
#define HANDLE_MAX 255
/* Between two questions, and between two looks at a cancel. */
#define PACE_MS 100
#define SLICE_MS 50

/* Instructions, and the control byte. */
enum {
  REGISTER = 0x01,
  AUTHENTICATE = 0x02,
  GET_VERSION = 0x03,
};
enum {
  ENFORCE = 0x03,
  CHECK_ONLY = 0x07,
};

/* As CTAP2 names what happened (CTAP 2.1, section 8.2). */
enum {
  EXCLUDED = 0x19,
  NO_CREDENTIALS = 0x2e,
  USER_ACTION_TIMEOUT = 0x2f,
  NOT_ALLOWED = 0x30,
  UP_REQUIRED = 0x3b,
};

static bool
set_error(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

static bool
set_nonsense(GError **error, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "%s: the key's answer makes no sense", what);
  return false;
}

/* --- questions -------------------------------------------------------------
 */

/* An APDU in the extended form, which is the one over reports. */
static GByteArray *
new_message(uint8_t instruction, uint8_t control, const void *data, size_t len)
{
  const uint8_t head[] = {0, instruction,         control,     0,
                          0, (uint8_t)(len >> 8), (uint8_t)len};
  static const uint8_t le[2];
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, head, sizeof(head));
  if (len == 0)
    return out; /* there the last two bytes are Le */
  g_byte_array_append(out, data, (guint)len);
  g_byte_array_append(out, le, sizeof(le));
  return out;
}

/* Challenge and application, and for an authentication the key handle. */
static GByteArray *
new_question(uint8_t control, const uint8_t challenge[HASH], const char *rp_id,
             GBytes *handle)
{
  g_autoptr(GByteArray) data = g_byte_array_new();
  uint8_t application[HASH];
  uint8_t len = handle ? (uint8_t)g_bytes_get_size(handle) : 0;

  fidotool_bytes_sha256(rp_id, strlen(rp_id), application);
  g_byte_array_append(data, challenge, HASH);
  g_byte_array_append(data, application, HASH);
  if (!handle)
    return new_message(REGISTER, control, data->data, data->len);
  g_byte_array_append(data, &len, 1);
  g_byte_array_append(data, g_bytes_get_data(handle, NULL), len);
  return new_message(AUTHENTICATE, control, data->data, data->len);
}

static GBytes *
ask(FidotoolKey *key, const GByteArray *message, const char *what,
    unsigned *ret_word, GError **error)
{
  g_autoptr(GBytes) reply = fidotool_key_exchange(
      key, message->data, message->len, FIDOTOOL_KEY_QUICK_MS, error);

  if (!reply)
    g_prefix_error(error, "%s: ", what);
  else if (!fidotool_u2f_reply_word(reply, ret_word))
    (void)set_nonsense(error, what);
  else
    return g_steal_pointer(&reply);
  return NULL;
}

/* A status word that is no answer to the question. */
static bool
refuse_word(FidotoolKey *key, unsigned word, const char *what, GError **error)
{
  if (word == FIDOTOOL_U2F_REPLY_NOT_ALLOWED) {
    (void)fidotool_key_check(key, NOT_ALLOWED, what, NULL);
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "%s: the key does not allow it", what);
  } else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "%s: the key answered with %04x", what, word);
  return false;
}

/* Waits a little; false when our side wants no more. */
static bool
pause_for(const FidotoolTransportHooks *hooks)
{
  for (int waited = 0; waited < PACE_MS; waited += SLICE_MS) {
    if (hooks->cancelled && hooks->cancelled(hooks->data))
      return false;
    g_usleep(SLICE_MS * 1000);
  }
  return true;
}

/* Asks until the key is touched. It does not wait by itself, so the person is
 * told here; a card has no other touch than being put on its reader. */
static GBytes *
ask_for_touch(FidotoolKey *key, const GByteArray *message, int timeout_ms,
              const char *what, GError **error)
{
  FidotoolTransport *carrier = fidotool_key_carrier(key);
  const FidotoolTransportHooks *hooks = &carrier->hooks;
  gint64 end = g_get_monotonic_time() + timeout_ms * (gint64)1000;

  for (bool first = true;; first = false) {
    unsigned word;
    g_autoptr(GBytes) reply = ask(key, message, what, &word, error);

    if (!reply)
      return NULL;
    if (word == FIDOTOOL_U2F_REPLY_DONE)
      return g_steal_pointer(&reply);
    if (word != FIDOTOOL_U2F_REPLY_NO_TOUCH) {
      (void)refuse_word(key, word, what, error);
      return NULL;
    }
    if (carrier->ops->refresh) {
      (void)fidotool_key_check(key, UP_REQUIRED, what, error);
      return NULL;
    }
    if (first && hooks->keepalive)
      hooks->keepalive(FIDOTOOL_TRANSPORT_TOUCH, hooks->data);
    if (!pause_for(hooks)) {
      (void)set_error(error, FIDOTOOL_ERROR_CANCELLED, "cancelled");
      return NULL;
    }
    if (timeout_ms >= 0 && g_get_monotonic_time() >= end) {
      (void)fidotool_key_check(key, USER_ACTION_TIMEOUT, what, error);
      return NULL;
    }
  }
}

bool
fidotool_u2f_check_version(FidotoolKey *key, GError **error)
{
  g_autoptr(GByteArray) message = new_message(GET_VERSION, 0, NULL, 0);
  unsigned word;
  g_autoptr(GBytes) reply =
      ask(key, message, "ask for the version", &word, error);

  if (!reply)
    return false;
  return (word == FIDOTOOL_U2F_REPLY_DONE &&
          g_bytes_get_size(reply) == strlen(VERSION) + 2 &&
          memcmp(g_bytes_get_data(reply, NULL), VERSION, strlen(VERSION)) ==
              0) ||
         set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                   "this key knows neither FIDO2 nor U2F");
}

bool
fidotool_u2f_find(FidotoolKey *key, const char *rp_id, const GPtrArray *ids,
                  GBytes **ret_id, GError **error)
{
  static const uint8_t nothing[HASH];
  static const char what[] = "look for the credential";

  for (guint i = 0; i < ids->len; i++) {
    g_autoptr(GByteArray) message = NULL;
    g_autoptr(GBytes) reply = NULL;
    unsigned word;

    if (g_bytes_get_size(ids->pdata[i]) > HANDLE_MAX)
      continue; /* no credential of U2F */
    message = new_question(CHECK_ONLY, nothing, rp_id, ids->pdata[i]);
    reply = ask(key, message, what, &word, error);
    if (!reply)
      return false;
    if (word == FIDOTOOL_U2F_REPLY_NO_TOUCH) {
      *ret_id = ids->pdata[i];
      return true;
    }
    /* Some keys do not like the length of what others have made. */
    if (word != FIDOTOOL_U2F_REPLY_UNKNOWN &&
        word != FIDOTOOL_U2F_REPLY_WRONG_LENGTH)
      return refuse_word(key, word, what, error);
  }
  *ret_id = NULL;
  return true;
}

/* The application of nobody. */
static GByteArray *
new_dummy(void)
{
  static const uint8_t nothing[HASH];

  return new_question(ENFORCE, nothing, "keyturn:select", NULL);
}

GBytes *
fidotool_u2f_dummy(void)
{
  return g_byte_array_free_to_bytes(new_dummy());
}

/* --- registration ----------------------------------------------------------
 */

static bool
has_es256(const GArray *algs)
{
  for (guint i = 0; i < algs->len; i++)
    if (g_array_index(algs, int, i) == FIDOTOOL_ALG_ES256)
      return true;
  return false;
}

static bool
check_wish(const FidotoolCredentialMake *what, GError **error)
{
  if (what->uv != FIDOTOOL_CREDENTIAL_UV_NONE)
    return set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                     "this key knows U2F alone: it cannot verify its user");
  if (what->discoverable)
    return set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                     "this key knows U2F alone: it keeps no passkeys");
  if (!has_es256(what->algs))
    return set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                     "this key knows U2F alone, whose one algorithm (ES256) is "
                     "not asked for");
  /* What credProtect 2 asks for U2F always does: no list, no answer. */
  return what->extensions.protect < 3 ||
         set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                   "this key knows U2F alone: it cannot verify its user, as "
                   "credProtect 3 asks");
}

/* That a key is known already is told to whoever touches it alone. */
static bool
check_excluded(FidotoolKey *key, const FidotoolCredentialMake *what,
               GError **error)
{
  static const char doing[] = "make the credential";
  GBytes *found = NULL;
  g_autoptr(GByteArray) dummy = NULL;
  g_autoptr(GBytes) reply = NULL;

  if (!what->exclude)
    return true;
  if (!fidotool_u2f_find(key, what->rp_id, what->exclude, &found, error))
    return false;
  if (!found)
    return true;
  dummy = new_dummy();
  reply = ask_for_touch(key, dummy, what->timeout_ms, doing, error);
  return reply && fidotool_key_check(key, EXCLUDED, doing, error);
}

/* The point as a COSE_Key (RFC 9053, section 7.1.1). */
static void
write_key(GByteArray *out, const uint8_t *point)
{
  fidotool_cbor_write_map(out, 5);
  fidotool_cbor_write_int(out, 1); /* kty: EC2 */
  fidotool_cbor_write_int(out, 2);
  fidotool_cbor_write_int(out, 3);
  fidotool_cbor_write_int(out, FIDOTOOL_ALG_ES256);
  fidotool_cbor_write_int(out, -1); /* crv: P-256 */
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_int(out, -2);
  fidotool_cbor_write_bytes(out, point + 1, 32);
  fidotool_cbor_write_int(out, -3);
  fidotool_cbor_write_bytes(out, point + 33, 32);
}

/* Authenticator data that the key has not signed as such (WebAuthn, 8.6): no
 * AAGUID, no counter. */
static GBytes *
write_auth_data(const char *rp_id, const FidotoolU2fReplyRegistration *given)
{
  GByteArray *out = g_byte_array_new();
  static const uint8_t counter[4], aaguid[16];
  const uint8_t flags = FIDOTOOL_FLAG_UP | FIDOTOOL_FLAG_AT;
  const uint8_t len[] = {0, (uint8_t)given->handle_len};
  uint8_t application[HASH];

  fidotool_bytes_sha256(rp_id, strlen(rp_id), application);
  g_byte_array_append(out, application, HASH);
  g_byte_array_append(out, &flags, 1);
  g_byte_array_append(out, counter, sizeof(counter));
  g_byte_array_append(out, aaguid, sizeof(aaguid));
  g_byte_array_append(out, len, sizeof(len));
  g_byte_array_append(out, given->handle, (guint)given->handle_len);
  write_key(out, given->point);
  return g_byte_array_free_to_bytes(out);
}

static GBytes *
write_attestation(const FidotoolU2fReplyRegistration *given, GBytes *auth_data)
{
  GByteArray *out = g_byte_array_new();

  fidotool_cbor_write_map(out, 3);
  fidotool_cbor_write_text(out, "fmt");
  fidotool_cbor_write_text(out, "fido-u2f");
  fidotool_cbor_write_text(out, "attStmt");
  fidotool_cbor_write_map(out, 2);
  fidotool_cbor_write_text(out, "sig");
  fidotool_cbor_write_bytes(out, given->signature, given->signature_len);
  fidotool_cbor_write_text(out, "x5c");
  fidotool_cbor_write_array(out, 1);
  fidotool_cbor_write_bytes(out, given->certificate, given->certificate_len);
  fidotool_cbor_write_text(out, "authData");
  fidotool_cbor_write_bytes(out, g_bytes_get_data(auth_data, NULL),
                            g_bytes_get_size(auth_data));
  return g_byte_array_free_to_bytes(out);
}

/* A SubjectPublicKeyInfo (RFC 5480); NULL for a point that is not on P-256. */
static GBytes *
write_public_key(const uint8_t *point)
{
  static const uint8_t front[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
                                  0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                  0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
                                  0x01, 0x07, 0x03, 0x42, 0x00};
  uint8_t der[sizeof(front) + FIDOTOOL_U2F_REPLY_POINT];
  const unsigned char *at = der;
  g_autoptr(EVP_PKEY) key = NULL;

  memcpy(der, front, sizeof(front));
  memcpy(der + sizeof(front), point, FIDOTOOL_U2F_REPLY_POINT);
  key = d2i_PUBKEY(NULL, &at, sizeof(der));
  return key ? g_bytes_new(der, sizeof(der)) : NULL;
}

FidotoolCredentialMade *
fidotool_u2f_make(FidotoolKey *key, const FidotoolCredentialMake *what,
                  GError **error)
{
  static const char doing[] = "make the credential";
  g_autoptr(FidotoolCredentialMade) made = NULL;
  g_autoptr(GByteArray) message = NULL;
  g_autoptr(GBytes) reply = NULL;
  FidotoolU2fReplyRegistration given;

  if (!check_wish(what, error) || !check_excluded(key, what, error))
    return NULL;
  message = new_question(ENFORCE, what->client_data_hash, what->rp_id, NULL);
  reply = ask_for_touch(key, message, what->timeout_ms, doing, error);
  if (!reply)
    return NULL;
  made = g_new0(FidotoolCredentialMade, 1);
  if (fidotool_u2f_reply_read_registration(reply, &given))
    made->public_key = write_public_key(given.point);
  if (!made->public_key) {
    (void)set_nonsense(error, doing);
    return NULL;
  }
  made->auth_data = write_auth_data(what->rp_id, &given);
  made->attestation = write_attestation(&given, made->auth_data);
  made->id = g_bytes_new(given.handle, given.handle_len);
  made->alg = FIDOTOOL_ALG_ES256;
  return g_steal_pointer(&made);
}

/* --- authentication --------------------------------------------------------
 */

/* RP ID hash, presence and counter: what was signed, in this order. */
static GBytes *
write_asserted(const char *rp_id, const FidotoolU2fReplySignature *given)
{
  GByteArray *out = g_byte_array_new();
  uint8_t application[HASH];

  fidotool_bytes_sha256(rp_id, strlen(rp_id), application);
  g_byte_array_append(out, application, HASH);
  g_byte_array_append(out, given->head, 5);
  return g_byte_array_free_to_bytes(out);
}

FidotoolCredentialAsserted *
fidotool_u2f_assert(FidotoolKey *key, const FidotoolCredentialAssert *what,
                    GError **error)
{
  static const char doing[] = "ask for an assertion";
  g_autoptr(FidotoolCredentialAsserted) asserted = NULL;
  g_autoptr(GByteArray) message = NULL;
  g_autoptr(GBytes) reply = NULL;
  GBytes *found = NULL;
  FidotoolU2fReplySignature given;

  if (!what->allow || what->allow->len == 0) {
    (void)set_error(error, FIDOTOOL_ERROR_UNSUPPORTED,
                    "this key knows U2F alone: it keeps no passkeys, so the "
                    "credentials must be named");
    return NULL;
  }
  if (!fidotool_u2f_find(key, what->rp_id, what->allow, &found, error))
    return NULL;
  if (!found) {
    (void)fidotool_key_check(key, NO_CREDENTIALS, doing, error);
    return NULL;
  }
  message = new_question(ENFORCE, what->client_data_hash, what->rp_id, found);
  reply = ask_for_touch(key, message, what->timeout_ms, doing, error);
  if (!reply)
    return NULL;
  /* A touch was enforced; other bits would be taken for flags of CTAP2. */
  if (!fidotool_u2f_reply_read_signature(reply, &given) ||
      given.presence != FIDOTOOL_FLAG_UP) {
    (void)set_nonsense(error, doing);
    return NULL;
  }
  asserted = g_new0(FidotoolCredentialAsserted, 1);
  asserted->id = g_bytes_ref(found);
  asserted->auth_data = write_asserted(what->rp_id, &given);
  asserted->signature = g_bytes_new(given.signature, given.signature_len);
  asserted->count = 1;
  return g_steal_pointer(&asserted);
}
