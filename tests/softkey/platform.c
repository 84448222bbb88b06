/* SPDX-License-Identifier: Apache-2.0 */
/* platform.c - the other side of CTAP2, for tests. */
#include "tests/softkey/platform.h"

#include <openssl/sha.h>
#include <string.h>

#include "tests/softkey/cose.h"
#include "tests/softkey/protocol.h"

#define MAKE 0x01
#define GET 0x02
#define CLIENT_PIN 0x06
#define PIN_LENGTH 64

const uint8_t softkey_platform_hash[32] = {0xda, 0x7a};

static const uint8_t own_secret[32] = {0x0f, 1, 2, 3};

SoftkeyStatus
softkey_platform_send(SoftkeyCore *core, uint8_t command,
                      const GByteArray *body, GByteArray *reply)
{
  g_autoptr(GByteArray) message = g_byte_array_new();
  g_autoptr(GByteArray) answer = g_byte_array_new();

  g_byte_array_append(message, &command, 1);
  if (body != NULL)
    g_byte_array_append(message, body->data, body->len);
  softkey_core_command(core, message->data, message->len, answer);
  if (answer->len == 0)
    return SOFTKEY_STATUS_OTHER;
  if (reply != NULL) {
    g_byte_array_set_size(reply, 0);
    g_byte_array_append(reply, answer->data + 1, answer->len - 1);
  }
  return (SoftkeyStatus)answer->data[0];
}

/* The item under key in a reply; absent when there is none. */
static SoftkeyCborItem
find_item(const GByteArray *reply, int64_t key, SoftkeyCborType type)
{
  SoftkeyCborItem map, item = {0};
  const SoftkeyCborField field = {NULL, key, type, false, &item};

  if (softkey_cbor_read(reply->data, reply->len, &map))
    (void)softkey_cbor_fields(&map, &field, 1); /* absent then */
  return item;
}

/* PIN */

/* The head of a clientPIN request: protocol and subcommand. */
static GByteArray *
start_pin(int version, int subcommand, size_t n_more)
{
  GByteArray *body = g_byte_array_new();

  softkey_cbor_put_map(body, 2 + n_more);
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_integer(body, version);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_integer(body, subcommand);
  return body;
}

static void
put_bytes(GByteArray *out, int64_t key, const GByteArray *bytes)
{
  softkey_cbor_put_integer(out, key);
  softkey_cbor_put_bytes(out, bytes->data, bytes->len);
}

/* Agrees on a secret with the key; the own public key is appended to body by
 * put_own_key(). */
static bool
agree(SoftkeyCore *core, int version, SoftkeyShared *ret_shared)
{
  g_autoptr(GByteArray) body = start_pin(version, 2, 0);
  g_autoptr(GByteArray) reply = g_byte_array_new();
  g_autoptr(EVP_PKEY) own = softkey_cose_key(SOFTKEY_COSE_ECDH, own_secret);
  g_autoptr(EVP_PKEY) peer = NULL;
  SoftkeyCborItem item;

  if (softkey_platform_send(core, CLIENT_PIN, body, reply) != SOFTKEY_STATUS_OK)
    return false;
  item = find_item(reply, 1, SOFTKEY_CBOR_MAP);
  peer = softkey_cose_read_ecdh(&item);
  return peer != NULL && softkey_protocol_agree(version, own, peer, ret_shared);
}

static void
put_own_key(GByteArray *body)
{
  g_autoptr(EVP_PKEY) own = softkey_cose_key(SOFTKEY_COSE_ECDH, own_secret);

  softkey_cbor_put_integer(body, 3);
  softkey_cose_put_public(body, own, SOFTKEY_COSE_ECDH);
}

static GByteArray *
seal_pin(SoftkeyCore *core, const SoftkeyShared *shared, const char *pin)
{
  uint8_t padded[PIN_LENGTH] = {0};

  memcpy(padded, pin, MIN(strlen(pin), sizeof padded));
  return softkey_protocol_encrypt(shared, softkey_core_env(core), padded,
                                  sizeof padded);
}

static GByteArray *
seal_hash(SoftkeyCore *core, const SoftkeyShared *shared, const char *pin)
{
  uint8_t digest[SHA256_DIGEST_LENGTH];

  (void)SHA256((const uint8_t *)pin, strlen(pin), digest);
  return softkey_protocol_encrypt(shared, softkey_core_env(core), digest, 16);
}

static void
put_mac(GByteArray *out, int64_t key, int version, const uint8_t mac_key[32],
        const uint8_t *data, size_t len)
{
  uint8_t mac[32];

  softkey_protocol_mac(mac_key, data, len, mac);
  softkey_cbor_put_integer(out, key);
  softkey_cbor_put_bytes(out, mac, softkey_protocol_mac_size(version));
}

SoftkeyStatus
softkey_platform_set_pin(SoftkeyCore *core, int version, const char *pin)
{
  g_autoptr(GByteArray) body = start_pin(version, 3, 3);
  g_autoptr(GByteArray) sealed = NULL;
  g_auto(SoftkeyShared) shared = {0};

  if (!agree(core, version, &shared))
    return SOFTKEY_STATUS_OTHER;
  sealed = seal_pin(core, &shared, pin);
  put_own_key(body);
  put_mac(body, 4, version, shared.mac_key, sealed->data, sealed->len);
  put_bytes(body, 5, sealed);
  return softkey_platform_send(core, CLIENT_PIN, body, NULL);
}

SoftkeyStatus
softkey_platform_change_pin(SoftkeyCore *core, int version, const char *old_pin,
                            const char *pin)
{
  g_autoptr(GByteArray) body = start_pin(version, 4, 4);
  g_autoptr(GByteArray) sealed = NULL;
  g_autoptr(GByteArray) hash = NULL;
  g_autoptr(GByteArray) both = g_byte_array_new();
  g_auto(SoftkeyShared) shared = {0};

  if (!agree(core, version, &shared))
    return SOFTKEY_STATUS_OTHER;
  sealed = seal_pin(core, &shared, pin);
  hash = seal_hash(core, &shared, old_pin);
  g_byte_array_append(both, sealed->data, sealed->len);
  g_byte_array_append(both, hash->data, hash->len);
  put_own_key(body);
  put_mac(body, 4, version, shared.mac_key, both->data, both->len);
  put_bytes(body, 5, sealed);
  put_bytes(body, 6, hash);
  return softkey_platform_send(core, CLIENT_PIN, body, NULL);
}

SoftkeyStatus
softkey_platform_get_token(SoftkeyCore *core, int version, const char *pin,
                           int permissions, const char *rp_id,
                           SoftkeyPlatformToken *ret_token)
{
  size_t n_more = permissions == 0 ? 2 : rp_id == NULL ? 3 : 4;
  g_autoptr(GByteArray) body =
      start_pin(version, permissions == 0 ? 5 : 9, n_more);
  g_autoptr(GByteArray) reply = g_byte_array_new();
  g_autoptr(GByteArray) hash = NULL;
  g_autoptr(GByteArray) token = NULL;
  g_auto(SoftkeyShared) shared = {0};
  SoftkeyCborItem item;
  SoftkeyStatus status;

  if (!agree(core, version, &shared))
    return SOFTKEY_STATUS_OTHER;
  hash = seal_hash(core, &shared, pin);
  put_own_key(body);
  put_bytes(body, 6, hash);
  if (permissions != 0) {
    softkey_cbor_put_integer(body, 9);
    softkey_cbor_put_integer(body, permissions);
    if (rp_id != NULL) {
      softkey_cbor_put_integer(body, 10);
      softkey_cbor_put_text(body, rp_id);
    }
  }
  status = softkey_platform_send(core, CLIENT_PIN, body, reply);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  item = find_item(reply, 2, SOFTKEY_CBOR_BYTES);
  token = softkey_protocol_decrypt(&shared, item.data, (size_t)item.value);
  if (token == NULL || token->len != sizeof ret_token->bytes)
    return SOFTKEY_STATUS_OTHER;
  ret_token->version = version;
  memcpy(ret_token->bytes, token->data, sizeof ret_token->bytes);
  return SOFTKEY_STATUS_OK;
}

int
softkey_platform_retries(SoftkeyCore *core)
{
  g_autoptr(GByteArray) body = start_pin(1, 1, 0);
  g_autoptr(GByteArray) reply = g_byte_array_new();

  if (softkey_platform_send(core, CLIENT_PIN, body, reply) != SOFTKEY_STATUS_OK)
    return -1;
  return (int)find_item(reply, 3, SOFTKEY_CBOR_UINT).value;
}

/* Credentials and assertions */

static void
put_list(GByteArray *out, int64_t key, GBytes *id)
{
  gsize len;
  const void *bytes = g_bytes_get_data(id, &len);

  softkey_cbor_put_integer(out, key);
  softkey_cbor_put_array(out, 1);
  softkey_cbor_put_map(out, 2);
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_bytes(out, bytes, len);
  softkey_cbor_put_text(out, "type");
  softkey_cbor_put_text(out, "public-key");
}

static void
put_option(GByteArray *out, int64_t key, const char *option)
{
  g_autofree char *name = g_strdup(option);

  *strchrnul(name, '=') = '\0';
  softkey_cbor_put_integer(out, key);
  softkey_cbor_put_map(out, 1);
  softkey_cbor_put_text(out, name);
  softkey_cbor_put_bool(out, !g_str_has_suffix(option, "=false"));
}

static void
put_token(GByteArray *out, int64_t key, const SoftkeyPlatformToken *token)
{
  put_mac(out, key, token->version, token->bytes, softkey_platform_hash, 32);
  softkey_cbor_put_integer(out, key + 1);
  softkey_cbor_put_integer(out, token->version);
}

static void
put_entities(GByteArray *body, const SoftkeyPlatformMake *request)
{
  const char *user = request->user_id != NULL ? request->user_id : "user";

  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_bytes(body, softkey_platform_hash, 32);
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_map(body, 1);
  softkey_cbor_put_text(body, "id");
  softkey_cbor_put_text(body, request->rp_id != NULL ? request->rp_id
                                                     : "example.org");
  softkey_cbor_put_integer(body, 3);
  softkey_cbor_put_map(body, 2);
  softkey_cbor_put_text(body, "id");
  softkey_cbor_put_bytes(body, user, strlen(user));
  softkey_cbor_put_text(body, "name");
  softkey_cbor_put_text(body, user);
  softkey_cbor_put_integer(body, 4);
  softkey_cbor_put_array(body, 1);
  softkey_cbor_put_map(body, 2);
  softkey_cbor_put_text(body, "alg");
  softkey_cbor_put_integer(body, request->alg != 0 ? request->alg : -7);
  softkey_cbor_put_text(body, "type");
  softkey_cbor_put_text(body, "public-key");
}

static GBytes *
read_id(const SoftkeyCborItem *auth_data)
{
  size_t len;

  if (auth_data->size == 0 || auth_data->value < 55)
    return NULL;
  len = (size_t)auth_data->data[53] << 8 | auth_data->data[54];
  if (auth_data->value - 55 < len)
    return NULL;
  return g_bytes_new(auth_data->data + 55, len);
}

/* The extension largeBlobKey alone. */
static void
put_blob_key(GByteArray *body, int key)
{
  softkey_cbor_put_integer(body, key);
  softkey_cbor_put_map(body, 1);
  softkey_cbor_put_text(body, "largeBlobKey");
  softkey_cbor_put_bool(body, true);
}

static void
copy_reply(const GByteArray *reply, GByteArray *into)
{
  if (into != NULL)
    g_byte_array_append(into, reply->data, reply->len);
}

SoftkeyStatus
softkey_platform_make(SoftkeyCore *core, const SoftkeyPlatformMake *request,
                      GBytes **ret_id)
{
  g_autoptr(GByteArray) body = g_byte_array_new();
  g_autoptr(GByteArray) reply = g_byte_array_new();
  SoftkeyCborItem auth_data;
  SoftkeyStatus status;

  softkey_cbor_put_map(body, 4 + (size_t)(request->exclude != NULL) +
                                 (size_t)(request->protect != 0) +
                                 (size_t)request->blob_key +
                                 (size_t)(request->options != NULL) +
                                 (size_t)(request->token != NULL ? 2 : 0) +
                                 (size_t)(request->enterprise != 0));
  put_entities(body, request);
  if (request->exclude != NULL)
    put_list(body, 5, request->exclude);
  if (request->protect != 0) {
    softkey_cbor_put_integer(body, 6);
    softkey_cbor_put_map(body, 1);
    softkey_cbor_put_text(body, "credProtect");
    softkey_cbor_put_integer(body, request->protect);
  }
  if (request->blob_key)
    put_blob_key(body, 6);
  if (request->options != NULL)
    put_option(body, 7, request->options);
  if (request->token != NULL)
    put_token(body, 8, request->token);
  if (request->enterprise != 0) {
    softkey_cbor_put_integer(body, 10);
    softkey_cbor_put_integer(body, request->enterprise);
  }
  status = softkey_platform_send(core, MAKE, body, reply);
  copy_reply(reply, request->reply);
  if (status != SOFTKEY_STATUS_OK || ret_id == NULL)
    return status;
  auth_data = find_item(reply, 2, SOFTKEY_CBOR_BYTES);
  *ret_id = read_id(&auth_data);
  return status;
}

SoftkeyStatus
softkey_platform_get(SoftkeyCore *core, const SoftkeyPlatformGet *request,
                     GBytes **ret_auth_data)
{
  g_autoptr(GByteArray) body = g_byte_array_new();
  g_autoptr(GByteArray) reply = g_byte_array_new();
  SoftkeyCborItem auth_data;
  SoftkeyStatus status;

  softkey_cbor_put_map(body, 2 + (size_t)(request->allow != NULL) +
                                 (size_t)request->blob_key +
                                 (size_t)(request->options != NULL) +
                                 (size_t)(request->token != NULL ? 2 : 0));
  softkey_cbor_put_integer(body, 1);
  softkey_cbor_put_text(body, request->rp_id != NULL ? request->rp_id
                                                     : "example.org");
  softkey_cbor_put_integer(body, 2);
  softkey_cbor_put_bytes(body, softkey_platform_hash, 32);
  if (request->allow != NULL)
    put_list(body, 3, request->allow);
  if (request->blob_key)
    put_blob_key(body, 4);
  if (request->options != NULL)
    put_option(body, 5, request->options);
  if (request->token != NULL)
    put_token(body, 6, request->token);
  status = softkey_platform_send(core, GET, body, reply);
  copy_reply(reply, request->reply);
  if (status != SOFTKEY_STATUS_OK || ret_auth_data == NULL)
    return status;
  auth_data = find_item(reply, 2, SOFTKEY_CBOR_BYTES);
  *ret_auth_data = g_bytes_new(auth_data.data, (gsize)auth_data.value);
  return status;
}

uint32_t
softkey_platform_counter(GBytes *auth_data)
{
  const uint8_t *bytes = g_bytes_get_data(auth_data, NULL);
  uint32_t big;

  memcpy(&big, bytes + 33, sizeof big);
  return GUINT32_FROM_BE(big);
}

uint8_t
softkey_platform_flags(GBytes *auth_data)
{
  const uint8_t *bytes = g_bytes_get_data(auth_data, NULL);

  return bytes[32];
}
