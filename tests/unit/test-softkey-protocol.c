/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test-softkey-protocol.c - the PIN protocols' steps against vectors. Protocol
 * one: the vectors that python-fido2's tests have. Protocol two: from the same
 * key pairs, computed with Python's hmac and hashlib and the openssl tool.
 */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/cose.h"
#include "tests/softkey/protocol.h"

static const char own_secret[] =
    "7452e599fee739d8a653f6a507343d12d382249108a651402520b72f24fe7684";
static const char own_x[] =
    "44d78d7989b97e62ea993496c9ef6e8fd58b8b00715f9a89153ddd9c4657e47f";
static const char own_y[] =
    "ec802ee7d22bd4e100f12e48537eb4e7e96ed3a47a0a3bd5f5eeab65001664f9";
static const char peer_x[] =
    "0501d5bc78da9252560a26cb08fcc60cbe0b6d3b8e1d1fcee514fac0af675168";
static const char peer_y[] =
    "d551b3ed46f665731f95b4532939c25d91db7eb844bd96d4abd4083785f8df47";
static const char token[] = "aff12c6dcfbf9df52f7a09211e8865cd";
static const char secret_one[] =
    "c42a039d548100dfba521e487debcbbb8b66bb7496f8b1862a7a395ed83e1a1c";
static const char token_one[] = "7a9f98e31b77be90f9c64d12e9635040";
static const char mac_key_two[] =
    "65ef955dd8cfcacab489ad582d64b872299cec1970aeffb10c90b9d9f4b4f1a7";
static const char aes_key_two[] =
    "46cc03964825ccbaf159fde1958b2063871bd5b66ecf28972eaac583214a22d8";
static const char mac_two[] =
    "455be5ded7cc07560ff3fb590cb53ddc8a6bfd4350337e4eb479c5373be59161";
static const char token_two[] = "000102030405060708090a0b0c0d0e0f"
                                "478514bfadc6ee144f32b59d6498db8f";

static void
unhex(const char *text, uint8_t *ret_bytes)
{
  for (size_t i = 0; text[i] != '\0'; i += 2)
    ret_bytes[i / 2] = (uint8_t)(g_ascii_xdigit_value(text[i]) << 4 |
                                 g_ascii_xdigit_value(text[i + 1]));
}

static void
assert_hex(const uint8_t *bytes, const char *text)
{
  uint8_t expected[64];

  unhex(text, expected);
  assert_memory_equal(bytes, expected, strlen(text) / 2);
}

/* A COSE_Key with these coordinates, as CBOR. */
static GByteArray *
write_key(const char *x, const char *y)
{
  GByteArray *out = g_byte_array_new();
  uint8_t bytes[32];

  softkey_cbor_put_map(out, 5);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_integer(out, -25);
  softkey_cbor_put_integer(out, -1);
  softkey_cbor_put_integer(out, 1);
  unhex(x, bytes);
  softkey_cbor_put_integer(out, -2);
  softkey_cbor_put_bytes(out, bytes, 32);
  unhex(y, bytes);
  softkey_cbor_put_integer(out, -3);
  softkey_cbor_put_bytes(out, bytes, 32);
  return out;
}

static EVP_PKEY *
read_key(const char *x, const char *y)
{
  g_autoptr(GByteArray) bytes = write_key(x, y);
  SoftkeyCborItem map;

  assert_true(softkey_cbor_read(bytes->data, bytes->len, &map));
  return softkey_cose_read_ecdh(&map);
}

static SoftkeyShared
agree(int version)
{
  uint8_t secret[32];
  SoftkeyShared shared;
  g_autoptr(EVP_PKEY) own = NULL;
  g_autoptr(EVP_PKEY) peer = read_key(peer_x, peer_y);

  unhex(own_secret, secret);
  own = softkey_cose_key(SOFTKEY_COSE_ECDH, secret);
  assert_non_null(own);
  assert_non_null(peer);
  assert_true(softkey_protocol_agree(version, own, peer, &shared));
  return shared;
}

static void
test_public_key_is_the_vectors(void **state)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  g_autoptr(GByteArray) expected = write_key(own_x, own_y);
  g_autoptr(EVP_PKEY) own = NULL;
  uint8_t secret[32];

  (void)state;
  unhex(own_secret, secret);
  own = softkey_cose_key(SOFTKEY_COSE_ECDH, secret);
  softkey_cose_put_public(out, own, SOFTKEY_COSE_ECDH);
  assert_int_equal(out->len, expected->len);
  assert_memory_equal(out->data, expected->data, out->len);
}

static void
test_protocol_one_agrees_with_the_vectors(void **state)
{
  SoftkeyShared shared = agree(1);
  g_autoptr(SoftkeyEnv) env = softkey_env_new();
  g_autoptr(GByteArray) sealed = NULL;
  g_autoptr(GByteArray) opened = NULL;
  uint8_t bytes[16];

  (void)state;
  assert_hex(shared.mac_key, secret_one);
  assert_hex(shared.aes_key, secret_one);
  unhex(token, bytes);
  sealed = softkey_protocol_encrypt(&shared, env, bytes, sizeof bytes);
  assert_int_equal(sealed->len, 16);
  assert_hex(sealed->data, token_one);
  opened = softkey_protocol_decrypt(&shared, sealed->data, sealed->len);
  assert_hex(opened->data, token);
}

static void
test_protocol_two_agrees_with_the_vectors(void **state)
{
  SoftkeyShared shared = agree(2);
  g_autoptr(GByteArray) opened = NULL;
  uint8_t mac[32], bytes[32];

  (void)state;
  assert_hex(shared.mac_key, mac_key_two);
  assert_hex(shared.aes_key, aes_key_two);
  softkey_protocol_mac(shared.mac_key, (const uint8_t *)"message", 7, mac);
  assert_hex(mac, mac_two);
  unhex(token_two, bytes);
  opened = softkey_protocol_decrypt(&shared, bytes, sizeof bytes);
  assert_int_equal(opened->len, 16);
  assert_hex(opened->data, token);
}

static void
test_protocol_two_takes_a_fresh_iv(void **state)
{
  SoftkeyShared shared = agree(2);
  g_autoptr(SoftkeyEnv) env = softkey_env_new();
  g_autoptr(GByteArray) first = NULL;
  g_autoptr(GByteArray) second = NULL;
  uint8_t bytes[16] = {0};

  (void)state;
  first = softkey_protocol_encrypt(&shared, env, bytes, sizeof bytes);
  second = softkey_protocol_encrypt(&shared, env, bytes, sizeof bytes);
  assert_int_equal(first->len, 32);
  assert_memory_not_equal(first->data, second->data, 16);
}

static void
test_mac_has_its_protocols_length(void **state)
{
  g_autoptr(GByteArray) data = g_byte_array_new();
  SoftkeyShared shared = agree(2);
  uint8_t mac[32];

  (void)state;
  g_byte_array_append(data, (const uint8_t *)"message", 7);
  unhex(mac_two, mac);
  assert_true(softkey_protocol_verify(2, shared.mac_key, data, mac, 32));
  assert_false(softkey_protocol_verify(2, shared.mac_key, data, mac, 16));
  assert_false(softkey_protocol_verify(2, shared.mac_key, data, mac, 0));
  assert_true(softkey_protocol_verify(1, shared.mac_key, data, mac, 16));
  assert_false(softkey_protocol_verify(1, shared.mac_key, data, mac, 32));
  mac[15] ^= 1;
  assert_false(softkey_protocol_verify(1, shared.mac_key, data, mac, 16));
}

static void
test_sealed_bytes_have_whole_blocks(void **state)
{
  static const size_t refused[2][4] = {{0, 1, 15, 17}, {0, 16, 31, 33}};
  uint8_t bytes[64] = {0};

  (void)state;
  for (int version = 1; version <= 2; version++) {
    SoftkeyShared shared = agree(version);

    for (size_t i = 0; i < 4; i++)
      assert_null(
          softkey_protocol_decrypt(&shared, bytes, refused[version - 1][i]));
  }
}

static void
test_a_point_off_the_curve_is_refused(void **state)
{
  static const char zero[] =
      "0000000000000000000000000000000000000000000000000000000000000000";

  (void)state;
  assert_null(read_key(peer_x, own_y));
  assert_null(read_key(peer_x, zero));
  assert_null(read_key(zero, zero));
}

static void
test_a_secret_beyond_the_order_is_no_key(void **state)
{
  uint8_t secret[32];

  (void)state;
  memset(secret, 0xff, sizeof secret);
  assert_null(softkey_cose_key(SOFTKEY_COSE_ES256, secret));
  memset(secret, 0, sizeof secret);
  assert_null(softkey_cose_key(SOFTKEY_COSE_ES256, secret));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_public_key_is_the_vectors),
      cmocka_unit_test(test_protocol_one_agrees_with_the_vectors),
      cmocka_unit_test(test_protocol_two_agrees_with_the_vectors),
      cmocka_unit_test(test_protocol_two_takes_a_fresh_iv),
      cmocka_unit_test(test_mac_has_its_protocols_length),
      cmocka_unit_test(test_sealed_bytes_have_whole_blocks),
      cmocka_unit_test(test_a_point_off_the_curve_is_refused),
      cmocka_unit_test(test_a_secret_beyond_the_order_is_no_key),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
