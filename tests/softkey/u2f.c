/* SPDX-License-Identifier: Apache-2.0 */
/* u2f.c - U2F on the same credentials as CTAP2. */
#include "tests/softkey/u2f.h"

#include <openssl/evp.h>
#include <string.h>

#include "tests/softkey/apdu.h"
#include "tests/softkey/auth-data.h"
#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"

#define VERSION "U2F_V2"
/* How long a touch that was asked for is still wanted. */
#define WANTED_MS 1000

#define POINT 65
#define HASH 32

enum {
  REGISTER = 0x01,
  AUTHENTICATE = 0x02,
  GET_VERSION = 0x03,
};

/* The control byte of an authentication (section 5.1). */
enum {
  ENFORCE = 0x03,
  CHECK_ONLY = 0x07,
  DO_NOT_ENFORCE = 0x08,
};

typedef enum {
  SW_OK = 0x9000,
  SW_WRONG_LENGTH = 0x6700,
  SW_NOT_SATISFIED = 0x6985, /* a touch is needed */
  SW_NOT_ALLOWED = 0x6986,
  SW_WRONG_DATA = 0x6a80, /* that key handle is none of this key's */
  SW_NO_INSTRUCTION = 0x6d00,
  SW_NO_CLASS = 0x6e00,
  SW_OTHER = 0x6f00,
} Word;

bool
softkey_u2f_is_waiting(const SoftkeyCore *core)
{
  return core->u2f.asked_at > 0 &&
         core->env->now_ms(core->env) - core->u2f.asked_at < WANTED_MS;
}

/* Whether it is touched now; if not, the next question is the same wait. */
static bool
is_touched(SoftkeyCore *core)
{
  int64_t now = core->env->now_ms(core->env);

  if (!softkey_u2f_is_waiting(core))
    core->u2f.since_ms = now;
  core->u2f.asked_at = now;
  if (softkey_touch_look(&core->touch, core->u2f.since_ms, now) !=
      SOFTKEY_STATUS_OK)
    return false;
  core->counters.touches++;
  core->u2f = (SoftkeyU2fWait){0};
  return true;
}

/* The uncompressed point, as it stands in a SubjectPublicKeyInfo's end. */
static bool
put_point(GByteArray *out, EVP_PKEY *key)
{
  uint8_t point[POINT];
  size_t len = 0;

  if (EVP_PKEY_get_octet_string_param(key, "encoded-pub-key", point,
                                      sizeof point, &len) != 1 ||
      len != POINT || point[0] != 4)
    return false;
  g_byte_array_append(out, point, sizeof point);
  return true;
}

/* What a registration signs: 0, application, challenge, key handle, point. */
static Word
put_registration(SoftkeyCore *core, const uint8_t *challenge,
                 const uint8_t *application, const SoftkeyHandle *handle,
                 EVP_PKEY *key, GByteArray *reply)
{
  static const uint8_t zero = 0;
  static const uint8_t reserved = 0x05;
  static const uint8_t handle_len = SOFTKEY_HANDLE_SIZE;
  g_autoptr(GByteArray) bytes = g_byte_array_new();

  g_byte_array_append(bytes, &zero, 1);
  g_byte_array_append(bytes, application, HASH);
  g_byte_array_append(bytes, challenge, HASH);
  g_byte_array_append(bytes, handle->id, SOFTKEY_HANDLE_SIZE);
  g_byte_array_append(reply, &reserved, 1);
  if (!put_point(bytes, key) || !put_point(reply, key))
    return SW_OTHER;
  g_byte_array_append(reply, &handle_len, 1);
  g_byte_array_append(reply, handle->id, SOFTKEY_HANDLE_SIZE);
  return softkey_attestation_put_u2f(core->attestation, bytes, reply)
             ? SW_OK
             : SW_OTHER;
}

static Word
run_register(SoftkeyCore *core, const SoftkeyApdu *apdu, GByteArray *reply)
{
  SoftkeyHandle handle = {.alg = SOFTKEY_COSE_ES256, .protect = 1};
  const uint8_t *application;
  g_autoptr(EVP_PKEY) key = NULL;

  if (apdu->n != 2 * HASH)
    return SW_WRONG_LENGTH;
  application = apdu->data + HASH;
  if (!is_touched(core))
    return SW_NOT_SATISFIED;
  softkey_handle_make(&handle, core->env, core->store->seed, application);
  key = softkey_handle_key(&handle, core->store->seed, application);
  if (key == NULL)
    return SW_OTHER;
  return put_registration(core, apdu->data, application, &handle, key, reply);
}

/* Those with credProtect 3 are for a verified user, whom U2F has not (CTAP
 * 2.1, section 12.1); and U2F knows P-256 alone. */
static bool
find_handle(SoftkeyCore *core, const SoftkeyApdu *apdu,
            SoftkeyHandle *ret_handle)
{
  const uint8_t *id = apdu->data + 2 * HASH + 1;

  return softkey_handle_open(id, apdu->data[2 * HASH], core->store->seed,
                             apdu->data + HASH, ret_handle) &&
         ret_handle->protect < 3 && ret_handle->alg == SOFTKEY_COSE_ES256 &&
         (!ret_handle->resident ||
          softkey_store_find(core->store, ret_handle->id) != NULL);
}

/* Application, presence and counter, challenge: signed; the middle is told. */
static Word
put_signature(SoftkeyCore *core, const SoftkeyApdu *apdu, EVP_PKEY *key,
              bool touched, GByteArray *reply)
{
  uint8_t flags = touched ? SOFTKEY_AUTH_DATA_UP : 0;
  g_autoptr(GByteArray) bytes = NULL;
  g_autoptr(GByteArray) signature = NULL;

  core->store->counter++;
  if (softkey_core_save(core) != SOFTKEY_STATUS_OK)
    return SW_OTHER;
  bytes = softkey_auth_data_new(apdu->data + HASH, flags, core->store->counter);
  g_byte_array_append(reply, bytes->data + HASH, bytes->len - HASH);
  g_byte_array_append(bytes, apdu->data, HASH);
  signature = softkey_cose_sign(key, bytes->data, bytes->len);
  if (signature == NULL)
    return SW_OTHER;
  g_byte_array_append(reply, signature->data, signature->len);
  return SW_OK;
}

static Word
run_authenticate(SoftkeyCore *core, const SoftkeyApdu *apdu, GByteArray *reply)
{
  SoftkeyHandle handle;
  g_autoptr(EVP_PKEY) key = NULL;
  bool touched = false;

  if (apdu->n < 2 * HASH + 1 ||
      apdu->n != 2 * HASH + 1 + (size_t)apdu->data[2 * HASH])
    return SW_WRONG_LENGTH;
  if (!find_handle(core, apdu, &handle))
    return SW_WRONG_DATA;
  if (apdu->p1 == CHECK_ONLY)
    return SW_NOT_SATISFIED; /* that is its yes */
  if (apdu->p1 != ENFORCE && apdu->p1 != DO_NOT_ENFORCE)
    return SW_WRONG_DATA;
  if (apdu->p1 == ENFORCE)
    touched = is_touched(core);
  if (apdu->p1 == ENFORCE && !touched)
    return SW_NOT_SATISFIED;
  key = softkey_core_find_key(core, &handle, apdu->data + HASH);
  if (key == NULL)
    return SW_OTHER;
  return put_signature(core, apdu, key, touched, reply);
}

static Word
run_version(const SoftkeyApdu *apdu, GByteArray *reply)
{
  if (apdu->n > 0)
    return SW_WRONG_LENGTH;
  g_byte_array_append(reply, (const uint8_t *)VERSION, strlen(VERSION));
  return SW_OK;
}

static Word
dispatch(SoftkeyCore *core, const SoftkeyApdu *apdu, GByteArray *reply)
{
  if (!softkey_profile_has_version(core->profile, VERSION))
    return SW_NO_INSTRUCTION;
  if (apdu->class != 0)
    return SW_NO_CLASS;
  if (apdu->instruction == GET_VERSION)
    return run_version(apdu, reply);
  if (apdu->instruction != REGISTER && apdu->instruction != AUTHENTICATE)
    return SW_NO_INSTRUCTION;
  /* U2F has no verification, so a key that always wants it has no U2F. */
  if (softkey_config_always_uv(core))
    return SW_NOT_ALLOWED;
  return apdu->instruction == REGISTER ? run_register(core, apdu, reply)
                                       : run_authenticate(core, apdu, reply);
}

/* An empty message with Lc and Le, as some write it, is no APDU by the book. */
static bool
parse(SoftkeyApdu *apdu, const uint8_t *message, size_t len)
{
  static const uint8_t zeros[5];

  if (len == 9 && memcmp(message + 4, zeros, sizeof zeros) == 0)
    len = 7;
  return softkey_apdu_parse(apdu, message, len);
}

void
softkey_u2f_run(SoftkeyCore *core, const uint8_t *message, size_t len,
                GByteArray *reply)
{
  SoftkeyStatus ordered = softkey_inject_command(core->inject);
  SoftkeyApdu apdu;
  Word word = SW_WRONG_LENGTH;
  uint8_t bytes[2];

  g_byte_array_set_size(reply, 0);
  if (ordered != SOFTKEY_STATUS_OK)
    word = (Word)(SW_OTHER | (unsigned)ordered);
  else if (parse(&apdu, message, len)) {
    if (apdu.instruction < G_N_ELEMENTS(core->counters.u2f))
      core->counters.u2f[apdu.instruction]++;
    word = dispatch(core, &apdu, reply);
  }
  if (word != SW_OK)
    g_byte_array_set_size(reply, 0);
  bytes[0] = (uint8_t)(word >> 8);
  bytes[1] = (uint8_t)word;
  g_byte_array_append(reply, bytes, sizeof bytes);
  softkey_inject_reply(core->inject, reply);
  softkey_core_damage(core, reply);
}
