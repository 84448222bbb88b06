/* SPDX-License-Identifier: Apache-2.0 */
/* token.c - clientPIN: key agreement, then a token for PIN or finger. */
#include "fidotool/device/token.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-item.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap.h"
#include "fidotool/error.h"

/* Subcommands (CTAP 2.1, section 6.5.5). */
enum {
  GET_KEY_AGREEMENT = 0x02,
  GET_TOKEN = 0x05,
  GET_TOKEN_BY_UV = 0x06,
  GET_TOKEN_BY_PIN = 0x09,
};

/* COSE_Key members and values (RFC 9053). */
enum { KTY = 1, ALG = 3, CRV = -1, X = -2, Y = -3 };
enum { EC2 = 2, ECDH_ES_HKDF_256 = -25, P_256 = 1 };

#define PIN_HASH 16

struct FidotoolToken {
  int version;
  FidotoolSecret *bytes; /* 16 (protocol one alone) or 32 */
};

/* What is asked for. */
typedef struct {
  const FidotoolSecret *pin;
  unsigned permissions;
  const char *rp_id;
  int timeout_ms;
} Wanted;

bool
fidotool_token_read_point(GBytes *reply,
                          uint8_t ret_point[FIDOTOOL_PIN_PROTOCOL_POINT],
                          GError **error)
{
  FidotoolCborItem agreement, kty, crv, x, y;
  const FidotoolCborItemField fields[] = {
      {NULL, 1, FIDOTOOL_CBOR_ITEM_MAP, true, &agreement},
  };
  const FidotoolCborItemField key_fields[] = {
      {NULL, KTY, FIDOTOOL_CBOR_ITEM_UNSIGNED, true, &kty},
      {NULL, CRV, FIDOTOOL_CBOR_ITEM_UNSIGNED, true, &crv},
      {NULL, X, FIDOTOOL_CBOR_ITEM_BYTES, true, &x},
      {NULL, Y, FIDOTOOL_CBOR_ITEM_BYTES, true, &y},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)) ||
      !fidotool_cbor_item_fields(agreement.data, agreement.len, key_fields,
                                 G_N_ELEMENTS(key_fields)) ||
      kty.value != EC2 || crv.value != P_256 || x.len != 32 || y.len != 32)
    return fidotool_ctap_refuse("agree on a secret with the key", error);
  memcpy(ret_point, x.data, 32);
  memcpy(ret_point + 32, y.data, 32);
  return true;
}

static GBytes *
ask(FidotoolKey *key, const GByteArray *parameters, int timeout_ms,
    const char *what, GError **error)
{
  const FidotoolCtapCommand command = {FIDOTOOL_CTAP_CLIENT_PIN, parameters,
                                       timeout_ms, what};

  return fidotool_ctap_send(key, &command, error);
}

static bool
agree(FidotoolKey *key, int version, FidotoolPinProtocol *ret_protocol,
      GError **error)
{
  g_autoptr(GByteArray) parameters = g_byte_array_new();
  g_autoptr(GBytes) reply = NULL;
  uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT];

  fidotool_cbor_write_map(parameters, 2);
  fidotool_cbor_write_int(parameters, 1);
  fidotool_cbor_write_int(parameters, version);
  fidotool_cbor_write_int(parameters, 2);
  fidotool_cbor_write_int(parameters, GET_KEY_AGREEMENT);
  reply = ask(key, parameters, FIDOTOOL_KEY_QUICK_MS,
              "agree on a secret with the key", error);
  return reply && fidotool_token_read_point(reply, point, error) &&
         fidotool_pin_protocol_agree(version, point, ret_protocol, error);
}

static void
write_point(GByteArray *out, const uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT])
{
  fidotool_cbor_write_map(out, 5);
  fidotool_cbor_write_int(out, KTY);
  fidotool_cbor_write_int(out, EC2);
  fidotool_cbor_write_int(out, ALG);
  fidotool_cbor_write_int(out, ECDH_ES_HKDF_256);
  fidotool_cbor_write_int(out, CRV);
  fidotool_cbor_write_int(out, P_256);
  fidotool_cbor_write_int(out, X);
  fidotool_cbor_write_bytes(out, point, 32);
  fidotool_cbor_write_int(out, Y);
  fidotool_cbor_write_bytes(out, point + 32, 32);
}

/* The left half of the PIN's hash, for the key alone. */
static GByteArray *
seal_pin(const FidotoolPinProtocol *protocol, const FidotoolSecret *pin)
{
  uint8_t digest[FIDOTOOL_BYTES_SHA256];
  GByteArray *sealed;

  fidotool_bytes_sha256(fidotool_secret_text(pin), fidotool_secret_len(pin),
                        digest);
  sealed = fidotool_pin_protocol_encrypt(protocol, digest, PIN_HASH);
  explicit_bzero(digest, sizeof(digest));
  return sealed;
}

/* Which subcommand gives such a token on this key; 0 where none does. */
static int
find_subcommand(const FidotoolInfo *info, const Wanted *wanted)
{
  if (fidotool_info_option(info, "pinUvAuthToken") == 1)
    return wanted->pin ? GET_TOKEN_BY_PIN : GET_TOKEN_BY_UV;
  return wanted->pin ? GET_TOKEN : 0;
}

static GByteArray *
write_request(const FidotoolPinProtocol *protocol, int subcommand,
              const Wanted *wanted)
{
  g_autoptr(GByteArray) sealed =
      wanted->pin ? seal_pin(protocol, wanted->pin) : NULL;
  GByteArray *out = g_byte_array_new();
  bool limited = subcommand != GET_TOKEN;
  bool with_rp = limited && wanted->rp_id;

  fidotool_cbor_write_map(out, 3 + (size_t)(sealed != NULL) + (size_t)limited +
                                   (size_t)with_rp);
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_int(out, protocol->version);
  fidotool_cbor_write_int(out, 2);
  fidotool_cbor_write_int(out, subcommand);
  fidotool_cbor_write_int(out, 3);
  write_point(out, protocol->point);
  if (sealed) {
    fidotool_cbor_write_int(out, 6);
    fidotool_cbor_write_bytes(out, sealed->data, sealed->len);
  }
  if (limited) {
    fidotool_cbor_write_int(out, 9);
    fidotool_cbor_write_int(out, wanted->permissions);
  }
  if (with_rp) {
    fidotool_cbor_write_int(out, 10);
    fidotool_cbor_write_text(out, wanted->rp_id);
  }
  return out;
}

/* The token in the reply; protocol one also knows tokens of 16 bytes. */
static FidotoolSecret *
open_token(const FidotoolPinProtocol *protocol, GBytes *reply)
{
  FidotoolCborItem sealed;
  const FidotoolCborItemField fields[] = {
      {NULL, 2, FIDOTOOL_CBOR_ITEM_BYTES, true, &sealed},
  };
  gsize len;
  const uint8_t *data = g_bytes_get_data(reply, &len);
  g_autoptr(GByteArray) bytes = NULL;
  FidotoolSecret *token = NULL;

  if (!fidotool_cbor_item_fields(data, len, fields, G_N_ELEMENTS(fields)))
    return NULL;
  bytes = fidotool_pin_protocol_decrypt(protocol, sealed.data, sealed.len);
  if (!bytes)
    return NULL;
  if (bytes->len == 32 || (protocol->version == 1 && bytes->len == 16))
    token = fidotool_secret_new_copy(bytes->data, bytes->len);
  explicit_bzero(bytes->data, bytes->len);
  return token;
}

static FidotoolToken *
buy(FidotoolKey *key, const FidotoolPinProtocol *protocol, int subcommand,
    const Wanted *wanted, GError **error)
{
  const char *what = wanted->pin ? "show the PIN to the key"
                                 : "show the fingerprint to the key";
  g_autoptr(GByteArray) request = write_request(protocol, subcommand, wanted);
  g_autoptr(GBytes) reply = ask(
      key, request, wanted->pin ? FIDOTOOL_KEY_QUICK_MS : wanted->timeout_ms,
      what, error);
  FidotoolSecret *bytes;
  FidotoolToken *token;

  if (!reply)
    return NULL;
  bytes = open_token(protocol, reply);
  if (!bytes) {
    (void)fidotool_ctap_refuse(what, error);
    return NULL;
  }
  token = g_new0(FidotoolToken, 1);
  token->version = protocol->version;
  token->bytes = bytes;
  return token;
}

FidotoolToken *
fidotool_token_buy(FidotoolKey *key, const FidotoolSecret *pin,
                   unsigned permissions, const char *rp_id, int timeout_ms,
                   GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  const Wanted wanted = {pin, permissions, rp_id, timeout_ms};
  g_auto(FidotoolPinProtocol) protocol = {0};
  int version = fidotool_pin_protocol_choose(info);
  int subcommand = find_subcommand(info, &wanted);

  if (version == 0 || subcommand == 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED, "%s",
                version == 0 ? "this key has no PIN protocol that we know"
                             : "this key takes no fingerprint for this");
    return NULL;
  }
  if (!agree(key, version, &protocol, error))
    return NULL;
  return buy(key, &protocol, subcommand, &wanted, error);
}

void
fidotool_token_free(FidotoolToken *token)
{
  if (!token)
    return;
  fidotool_secret_free(token->bytes);
  g_free(token);
}

int
fidotool_token_protocol(const FidotoolToken *token)
{
  return token->version;
}

size_t
fidotool_token_mac(const FidotoolToken *token, const void *data, size_t len,
                   uint8_t ret_mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX])
{
  return fidotool_pin_protocol_mac(
      token->version, fidotool_secret_text(token->bytes),
      fidotool_secret_len(token->bytes), data, len, ret_mac);
}

void
fidotool_token_write(const FidotoolToken *token, int64_t first,
                     const GByteArray *bytes, GByteArray *out)
{
  uint8_t mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX];
  size_t len = fidotool_token_mac(token, bytes->data, bytes->len, mac);

  fidotool_cbor_write_int(out, first);
  fidotool_cbor_write_int(out, token->version);
  fidotool_cbor_write_int(out, first + 1);
  fidotool_cbor_write_bytes(out, mac, len);
}
