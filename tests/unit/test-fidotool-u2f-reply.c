/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-u2f-reply.c - what a key answers to U2F is read whole, or not
 * at all. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/device/u2f-reply.h"

/* The shortest that is right: a handle of two bytes, a certificate that is a
 * sequence of three, a signature of two integers of one byte. */
static const uint8_t certificate[] = {0x30, 0x03, 0x02, 0x01, 0x07};
static const uint8_t signature[] = {0x30, 0x06, 0x02, 0x01,
                                    0x05, 0x02, 0x01, 0x06};

static GByteArray *
new_registration(void)
{
  static const uint8_t head[] = {0x05, 0x04};
  static const uint8_t handle[] = {2, 0xaa, 0xbb};
  static const uint8_t word[] = {0x90, 0x00};
  uint8_t point[64];
  GByteArray *out = g_byte_array_new();

  memset(point, 0x11, sizeof(point));
  g_byte_array_append(out, head, sizeof(head));
  g_byte_array_append(out, point, sizeof(point));
  g_byte_array_append(out, handle, sizeof(handle));
  g_byte_array_append(out, certificate, sizeof(certificate));
  g_byte_array_append(out, signature, sizeof(signature));
  g_byte_array_append(out, word, sizeof(word));
  return out;
}

static bool
reads(const GByteArray *bytes)
{
  g_autoptr(GBytes) reply = g_bytes_new(bytes->data, bytes->len);
  FidotoolU2fReplyRegistration found;

  return fidotool_u2f_reply_read_registration(reply, &found);
}

static void
test_a_registration_falls_into_its_parts(void **state)
{
  g_autoptr(GByteArray) bytes = new_registration();
  g_autoptr(GBytes) reply = g_bytes_new(bytes->data, bytes->len);
  FidotoolU2fReplyRegistration found;
  unsigned word;

  (void)state;
  assert_true(fidotool_u2f_reply_word(reply, &word));
  assert_int_equal(word, FIDOTOOL_U2F_REPLY_DONE);
  assert_true(fidotool_u2f_reply_read_registration(reply, &found));
  assert_int_equal(found.point[0], 4);
  assert_int_equal(found.point[64], 0x11);
  assert_int_equal(found.handle_len, 2);
  assert_memory_equal(found.handle, "\xaa\xbb", 2);
  assert_int_equal(found.certificate_len, sizeof(certificate));
  assert_memory_equal(found.certificate, certificate, sizeof(certificate));
  assert_int_equal(found.signature_len, sizeof(signature));
  assert_memory_equal(found.signature, signature, sizeof(signature));
}

static void
test_one_that_is_cut_anywhere_is_none(void **state)
{
  g_autoptr(GByteArray) bytes = new_registration();

  (void)state;
  for (guint len = 0; len < bytes->len; len++) {
    GByteArray shorter = {bytes->data, len};

    if (reads(&shorter))
      fail_msg("read at length %u", len);
  }
  g_byte_array_append(bytes, (const uint8_t *)"", 1);
  assert_false(reads(bytes));
}

/* One byte of it changed: what it is, and whether it is still one. */
static void
test_bytes_that_say_how_it_goes_on(void **state)
{
  static const struct {
    guint at;
    uint8_t value;
    bool good;
  } rows[] = {
      {0, 0x04, false},  {0, 0x05, true},
      {1, 0x02, false},  {1, 0x03, false},
      {66, 0, false},    {66, 1, false},
      {66, 3, false},    {66, 255, false},
      {69, 0x31, false}, {70, 0x02, false},
      {70, 0x04, false}, {70, 0x80, false}, /* no length of its own */
      {70, 0x81, false}, {70, 0x83, false},
      {70, 0xff, false}, {74, 0x31, false},
      {75, 0x05, false}, {75, 0x07, false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GByteArray) bytes = new_registration();

    bytes->data[rows[i].at] = rows[i].value;
    if (reads(bytes) != rows[i].good)
      fail_msg("row %zu", i);
  }
}

/* Lengths of one, two and three bytes in DER. */
static void
test_certificates_of_each_length(void **state)
{
  static const struct {
    const char *head;
    size_t head_len;
    guint len;
    bool good;
  } rows[] = {
      {"\x30\x7f", 2, 127, true},
      {"\x30\x81\x80", 3, 128, true},
      {"\x30\x81\xff", 3, 255, true},
      {"\x30\x82\x01\x00", 4, 256, true},
      {"\x30\x82\x10\x00", 4, 4096, true},
      {"\x30\x83\x00\x10\x00", 5, 4096, false}, /* no certificate is so long */
      {"\x30\x82\x10\x01", 4, 4096, false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GByteArray) bytes = new_registration();
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autofree uint8_t *body = g_malloc0(rows[i].len);

    g_byte_array_append(out, bytes->data, 69);
    g_byte_array_append(out, (const uint8_t *)rows[i].head,
                        (guint)rows[i].head_len);
    g_byte_array_append(out, body, rows[i].len);
    g_byte_array_append(out, signature, sizeof(signature));
    g_byte_array_append(out, (const uint8_t *)"\x90\x00", 2);
    if (reads(out) != rows[i].good)
      fail_msg("row %zu", i);
  }
}

static void
test_signatures(void **state)
{
  static const struct {
    const char *bytes;
    size_t len;
    bool good;
  } rows[] = {
      {"\x01\x00\x00\x00\x07\x30\x06\x02\x01\x05\x02\x01\x06\x90\x00", 15,
       true},
      {"\x00\x00\x00\x00\x07\x30\x06\x02\x01\x05\x02\x01\x06\x90\x00", 15,
       true},
      {"\x01\x00\x00\x00\x07\x30\x07\x02\x01\x05\x02\x01\x06\x90\x00", 15,
       false},
      {"\x01\x00\x00\x00\x07\x30\x06\x02\x01\x05\x02\x01\x06\x00\x90\x00", 16,
       false},
      {"\x01\x00\x00\x00\x07\x90\x00", 7, false},
      {"\x01\x00\x00\x00\x90\x00", 6, false},
      {"", 0, false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GBytes) reply = g_bytes_new(rows[i].bytes, rows[i].len);
    FidotoolU2fReplySignature found;

    if (fidotool_u2f_reply_read_signature(reply, &found) != rows[i].good)
      fail_msg("row %zu", i);
    if (!rows[i].good)
      continue;
    assert_int_equal(found.presence, rows[i].bytes[0]);
    assert_int_equal(found.signature_len, sizeof(signature));
    assert_memory_equal(found.signature, signature, sizeof(signature));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_registration_falls_into_its_parts),
      cmocka_unit_test(test_one_that_is_cut_anywhere_is_none),
      cmocka_unit_test(test_bytes_that_say_how_it_goes_on),
      cmocka_unit_test(test_certificates_of_each_length),
      cmocka_unit_test(test_signatures),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
