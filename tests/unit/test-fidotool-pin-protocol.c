/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-pin-protocol.c - both PIN protocols against softkey's side of
 * them, which shares no code with ours. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/pin-protocol.h"
#include "fidotool/error.h"
#include "tests/softkey/cose.h"
#include "tests/softkey/protocol.h"
#include "tests/testing.h"

/* Both ends of an agreement. */
typedef struct {
  FidotoolPinProtocol ours;
  SoftkeyShared theirs;
} Pair;

static void
clear_pair(Pair *pair)
{
  fidotool_pin_protocol_clear(&pair->ours);
  softkey_protocol_clear(&pair->theirs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, clear_pair)

/* A COSE_Key as softkey reads it, from the bytes of a point. */
static EVP_PKEY *
read_point(const uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT])
{
  g_autoptr(GByteArray) cose = g_byte_array_new();
  SoftkeyCborItem item;

  softkey_cbor_put_map(cose, 5);
  softkey_cbor_put_integer(cose, 1);
  softkey_cbor_put_integer(cose, 2);
  softkey_cbor_put_integer(cose, 3);
  softkey_cbor_put_integer(cose, SOFTKEY_COSE_ECDH);
  softkey_cbor_put_integer(cose, -1);
  softkey_cbor_put_integer(cose, 1);
  softkey_cbor_put_integer(cose, -2);
  softkey_cbor_put_bytes(cose, point, 32);
  softkey_cbor_put_integer(cose, -3);
  softkey_cbor_put_bytes(cose, point + 32, 32);
  assert_true(softkey_cbor_read(cose->data, cose->len, &item));
  return softkey_cose_read_ecdh(&item);
}

static void
make_pair(int version, Pair *ret_pair)
{
  const uint8_t secret[32] = {7, 7, 7};
  g_autoptr(EVP_PKEY) key = softkey_cose_key(SOFTKEY_COSE_ECDH, secret);
  g_autoptr(EVP_PKEY) peer = NULL;
  g_autoptr(GByteArray) cose = g_byte_array_new();
  uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT];

  softkey_cose_put_public(cose, key, SOFTKEY_COSE_ECDH);
  /* The last members: -2, 32 bytes, -3, 32 bytes. */
  memcpy(point, cose->data + cose->len - 67, 32);
  memcpy(point + 32, cose->data + cose->len - 32, 32);
  assert_true(
      fidotool_pin_protocol_agree(version, point, &ret_pair->ours, NULL));
  peer = read_point(ret_pair->ours.point);
  assert_non_null(peer);
  assert_true(softkey_protocol_agree(version, key, peer, &ret_pair->theirs));
}

static void
both_sides_agree(void **state)
{
  (void)state;
  for (int version = 1; version <= 2; version++) {
    g_auto(Pair) pair = {0};

    make_pair(version, &pair);
    assert_memory_equal(pair.ours.mac_key, pair.theirs.mac_key, 32);
    assert_memory_equal(pair.ours.aes_key, pair.theirs.aes_key, 32);
  }
}

static void
each_side_reads_what_the_other_sealed(void **state)
{
  const uint8_t text[32] = "thirty-two bytes of plain text..";
  g_autoptr(SoftkeyEnv) env = softkey_env_new();

  (void)state;
  for (int version = 1; version <= 2; version++) {
    g_auto(Pair) pair = {0};
    g_autoptr(GByteArray) out = NULL, in = NULL, back = NULL, forth = NULL;

    make_pair(version, &pair);
    out = fidotool_pin_protocol_encrypt(&pair.ours, text, sizeof(text));
    forth = softkey_protocol_decrypt(&pair.theirs, out->data, out->len);
    assert_memory_equal(forth->data, text, sizeof(text));
    in = softkey_protocol_encrypt(&pair.theirs, env, text, sizeof(text));
    back = fidotool_pin_protocol_decrypt(&pair.ours, in->data, in->len);
    assert_memory_equal(back->data, text, sizeof(text));
  }
}

static void
bytes_of_the_wrong_length_are_not_opened(void **state)
{
  const uint8_t bytes[64] = {0};

  (void)state;
  for (int version = 1; version <= 2; version++) {
    FidotoolPinProtocol protocol = {.version = version};
    size_t start = version == 2 ? 16 : 0;

    for (size_t len = 0; len <= sizeof(bytes); len++) {
      g_autoptr(GByteArray) plain =
          fidotool_pin_protocol_decrypt(&protocol, bytes, len);

      if ((plain != NULL) != (len > start && len % 16 == 0))
        fail_msg("version %d, %zu bytes", version, len);
    }
    assert_null(fidotool_pin_protocol_encrypt(&protocol, bytes, 15));
  }
}

static void
macs_are_those_that_the_key_checks(void **state)
{
  const uint8_t key[32] = "the token";
  g_autoptr(GByteArray) data = g_byte_array_new();

  (void)state;
  g_byte_array_append(data, (const uint8_t *)"message", 7);
  for (int version = 1; version <= 2; version++) {
    uint8_t mac[FIDOTOOL_PIN_PROTOCOL_MAC_MAX];
    size_t len = fidotool_pin_protocol_mac(version, key, 32, "message", 7, mac);

    assert_int_equal(len, version == 1 ? 16 : 32);
    assert_true(softkey_protocol_verify(version, key, data, mac, len));
    mac[0] ^= 1;
    assert_false(softkey_protocol_verify(version, key, data, mac, len));
  }
}

/* A point off the curve would give a hostile key bits of our secret. */
static void
a_point_off_the_curve_is_refused(void **state)
{
  uint8_t point[FIDOTOOL_PIN_PROTOCOL_POINT] = {0};
  FidotoolPinProtocol protocol = {0};

  (void)state;
  for (int i = 0; i < 3; i++) {
    g_autoptr(GError) error = NULL;

    memset(point, i == 2 ? 0xff : i, sizeof(point));
    assert_false(fidotool_pin_protocol_agree(2, point, &protocol, &error));
    assert_int_equal(error->code, FIDOTOOL_ERROR_INVALID);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_sides_agree),
      cmocka_unit_test(each_side_reads_what_the_other_sealed),
      cmocka_unit_test(bytes_of_the_wrong_length_are_not_opened),
      cmocka_unit_test(macs_are_those_that_the_key_checks),
      cmocka_unit_test(a_point_off_the_curve_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
