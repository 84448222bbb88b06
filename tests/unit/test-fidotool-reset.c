/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-reset.c - is it the key from before, and is it empty? */
#include <string.h>

#include "fidotool/device/cbor-write.h"
#include "fidotool/device/reset.h"
#include "tests/testing.h"

/* A description of a key; what is 0 or NULL is left out. */
typedef struct {
  int pin;     /* 1 set, 2 not set */
  int fingers; /* likewise */
  int firmware;
  int room;              /* one more than it says */
  int uv_count;          /* likewise */
  const char *encrypted; /* encIdentifier and encCredStoreState */
  const char *transport; /* transportsForReset */
  bool long_touch;
} Says;

static void
write_options(GByteArray *out, const Says *says)
{
  fidotool_cbor_write_int(out, 4);
  fidotool_cbor_write_map(out, (size_t)(says->pin != 0) + (says->fingers != 0));
  if (says->fingers) {
    fidotool_cbor_write_text(out, "bioEnroll");
    fidotool_cbor_write_bool(out, says->fingers == 1);
  }
  if (says->pin) {
    fidotool_cbor_write_text(out, "clientPin");
    fidotool_cbor_write_bool(out, says->pin == 1);
  }
}

static size_t
write_number(GByteArray *out, int member, int number)
{
  if (number == 0)
    return 0;
  fidotool_cbor_write_int(out, member);
  fidotool_cbor_write_int(out, number - 1);
  return 1;
}

static size_t
write_bytes(GByteArray *out, int member, const char *text)
{
  if (!text)
    return 0;
  fidotool_cbor_write_int(out, member);
  fidotool_cbor_write_bytes(out, text, strlen(text));
  return 1;
}

static FidotoolInfo *
read_info(const Says *says)
{
  static const uint8_t aaguid[16] = {1};
  g_autoptr(GByteArray) members = g_byte_array_new();
  g_autoptr(GByteArray) map = g_byte_array_new();
  g_autoptr(GBytes) raw = NULL;
  FidotoolInfo *info;
  size_t n = 3;

  fidotool_cbor_write_int(members, 1);
  fidotool_cbor_write_array(members, 1);
  fidotool_cbor_write_text(members, "FIDO_2_0");
  fidotool_cbor_write_int(members, 3);
  fidotool_cbor_write_bytes(members, aaguid, sizeof(aaguid));
  write_options(members, says);
  n += write_number(members, 0x0e, says->firmware);
  n += write_number(members, 0x14, says->room);
  n += write_number(members, 0x17, says->uv_count);
  if (says->long_touch) {
    fidotool_cbor_write_int(members, 0x18);
    fidotool_cbor_write_bool(members, true);
    n++;
  }
  n += write_bytes(members, 0x19, says->encrypted);
  if (says->transport) {
    fidotool_cbor_write_int(members, 0x1a);
    fidotool_cbor_write_array(members, 1);
    fidotool_cbor_write_text(members, says->transport);
    n++;
  }
  n += write_bytes(members, 0x1e, says->encrypted);
  fidotool_cbor_write_map(map, n);
  g_byte_array_append(map, members->data, members->len);
  raw = g_bytes_new(map->data, map->len);
  info = fidotool_info_read(raw, NULL);
  assert_non_null(info);
  return info;
}

static const Says first = {
    .pin = 1, .firmware = 8, .room = 21, .uv_count = 1, .encrypted = "a"};

/* clang-format off */
static const struct {
  const char *name;
  Says says;
  const char *usb; /* the words of its USB device */
  bool same;
} comparisons[] = {
  { "nothing changed", { .pin = 1, .firmware = 8, .room = 21, .uv_count = 1, .encrypted = "a" }, "x", true },
  { "what is volatile", { .pin = 1, .firmware = 8, .room = 9, .uv_count = 3, .encrypted = "b" }, "x", true },
  { "no PIN", { .pin = 2, .firmware = 8, .room = 21, .uv_count = 1, .encrypted = "a" }, "x", false },
  { "another firmware", { .pin = 1, .firmware = 9, .room = 21, .uv_count = 1, .encrypted = "a" }, "x", false },
  { "another serial number", { .pin = 1, .firmware = 8, .room = 21, .uv_count = 1, .encrypted = "a" }, "y", false },
  { "a member more", { .pin = 1, .firmware = 8, .room = 21, .uv_count = 1, .encrypted = "a", .long_touch = true }, "x", false },
};

static const struct {
  const char *name;
  Says before;
  Says after;
  bool held;
  bool doubted;
} ends[] = {
  { "empty", { .pin = 1, .room = 20 }, { .pin = 2, .room = 26 }, true, false },
  { "was empty before", { .pin = 2, .room = 26 }, { .pin = 2, .room = 26 }, false, false },
  { "tells no room", { .pin = 1 }, { .pin = 2 }, true, false },
  { "has no PIN at all", { .room = 20 }, { .room = 26 }, true, false },
  { "still a PIN", { .pin = 1, .room = 20 }, { .pin = 1, .room = 26 }, true, true },
  { "still fingerprints", { .pin = 1, .fingers = 1 }, { .pin = 2, .fingers = 1 }, false, true },
  { "fingerprints gone", { .pin = 1, .fingers = 1 }, { .pin = 2, .fingers = 2 }, false, false },
  { "still passkeys", { .pin = 1, .room = 20 }, { .pin = 2, .room = 20 }, true, true },
  { "less room", { .pin = 1, .room = 20 }, { .pin = 2, .room = 19 }, false, true },
};
/* clang-format on */

static void
a_key_is_known_again_and_no_other_is(void **state)
{
  g_autoptr(FidotoolInfo) before = read_info(&first);
  g_autofree char *expected = fidotool_reset_identity(before, "x");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(comparisons); i++) {
    g_autoptr(FidotoolInfo) now = read_info(&comparisons[i].says);
    g_autofree char *identity =
        fidotool_reset_identity(now, comparisons[i].usb);

    if ((strcmp(identity, expected) == 0) != comparisons[i].same)
      fail_msg("%s", comparisons[i].name);
  }
}

static void
what_is_left_is_doubted(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autoptr(FidotoolInfo) before = read_info(&ends[i].before);
    g_autoptr(FidotoolInfo) after = read_info(&ends[i].after);

    if ((fidotool_reset_doubt(before, after, ends[i].held) != NULL) !=
        ends[i].doubted)
      fail_msg("%s", ends[i].name);
  }
}

static void
the_key_says_where_and_how(void **state)
{
  const Says nfc = {.transport = "nfc"};
  const Says usb = {.transport = "usb", .long_touch = true};
  g_autoptr(FidotoolInfo) silent = read_info(&first);
  g_autoptr(FidotoolInfo) on_reader = read_info(&nfc);
  g_autoptr(FidotoolInfo) on_usb = read_info(&usb);

  (void)state;
  assert_true(fidotool_reset_takes_usb(silent));
  assert_false(fidotool_reset_wants_long_touch(silent));
  assert_false(fidotool_reset_takes_usb(on_reader));
  assert_true(fidotool_reset_takes_usb(on_usb));
  assert_true(fidotool_reset_wants_long_touch(on_usb));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_known_again_and_no_other_is),
      cmocka_unit_test(what_is_left_is_doubted),
      cmocka_unit_test(the_key_says_where_and_how),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
