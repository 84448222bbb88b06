/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-core.c - whatever bytes come in, a key answers and lives; a
 * wait for a touch is one command's own. */
#include "tests/testing.h"

#include <string.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/core.h"
#include "tests/softkey/platform.h"

#define RUNS 30000

static SoftkeyCore *
make_key(void)
{
  SoftkeyCore *core = softkey_core_new_in_memory("plain-2.1", 1, NULL);

  assert_non_null(core);
  return core;
}

static void
put_descriptor(GByteArray *out)
{
  softkey_cbor_put_array(out, 1);
  softkey_cbor_put_map(out, 2);
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_bytes(out, softkey_platform_hash, 32);
  softkey_cbor_put_text(out, "type");
  softkey_cbor_put_text(out, "public-key");
}

/* makeCredential with each part there is. */
static GByteArray *
write_make(void)
{
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, (const uint8_t *)"\x01", 1);
  softkey_cbor_put_map(out, 7);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_bytes(out, softkey_platform_hash, 32);
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_map(out, 1);
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_text(out, "example.org");
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_map(out, 2);
  softkey_cbor_put_text(out, "id");
  softkey_cbor_put_bytes(out, "user", 4);
  softkey_cbor_put_text(out, "name");
  softkey_cbor_put_text(out, "ada");
  softkey_cbor_put_integer(out, 4);
  softkey_cbor_put_array(out, 1);
  softkey_cbor_put_map(out, 2);
  softkey_cbor_put_text(out, "alg");
  softkey_cbor_put_integer(out, -7);
  softkey_cbor_put_text(out, "type");
  softkey_cbor_put_text(out, "public-key");
  softkey_cbor_put_integer(out, 5);
  put_descriptor(out);
  softkey_cbor_put_integer(out, 6);
  softkey_cbor_put_map(out, 1);
  softkey_cbor_put_text(out, "credProtect");
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_integer(out, 7);
  softkey_cbor_put_map(out, 1);
  softkey_cbor_put_text(out, "rk");
  softkey_cbor_put_bool(out, true);
  return out;
}

static GByteArray *
write_get(void)
{
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, (const uint8_t *)"\x02", 1);
  softkey_cbor_put_map(out, 5);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_text(out, "example.org");
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_bytes(out, softkey_platform_hash, 32);
  softkey_cbor_put_integer(out, 3);
  put_descriptor(out);
  softkey_cbor_put_integer(out, 6);
  softkey_cbor_put_bytes(out, softkey_platform_hash, 16);
  softkey_cbor_put_integer(out, 7);
  softkey_cbor_put_integer(out, 1);
  return out;
}

static GByteArray *
write_pin(void)
{
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, (const uint8_t *)"\x06", 1);
  softkey_cbor_put_map(out, 5);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_map(out, 4);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, 2);
  softkey_cbor_put_integer(out, -1);
  softkey_cbor_put_integer(out, 1);
  softkey_cbor_put_integer(out, -2);
  softkey_cbor_put_bytes(out, softkey_platform_hash, 32);
  softkey_cbor_put_integer(out, -3);
  softkey_cbor_put_bytes(out, softkey_platform_hash, 32);
  softkey_cbor_put_integer(out, 4);
  softkey_cbor_put_bytes(out, softkey_platform_hash, 16);
  softkey_cbor_put_integer(out, 5);
  softkey_cbor_put_bytes(out, softkey_platform_hash, 32);
  return out;
}

/* Changes, removes or adds a byte, up to three times. */
static void
damage(GByteArray *message, GRand *rand)
{
  for (int n = g_rand_int_range(rand, 1, 4); n > 0 && message->len > 1; n--) {
    guint at = (guint)g_rand_int_range(rand, 0, (gint32)message->len);
    uint8_t byte = (uint8_t)g_rand_int_range(rand, 0, 256);

    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
      message->data[at] = byte;
      break;
    case 1:
      message->data[at] ^= (uint8_t)(1 << (byte & 7));
      break;
    case 2:
      g_byte_array_remove_index(message, at);
      break;
    default:
      g_byte_array_append(message, &byte, 1);
      break;
    }
  }
}

static void
test_damaged_requests_are_answered_in_canonical_form(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  GByteArray *const requests[] = {write_make(), write_get(), write_pin()};
  GRand *rand = g_rand_new_with_seed(20260102);
  unsigned made = 0;

  (void)state;
  for (int i = 0; i < RUNS; i++) {
    const GByteArray *whole = requests[i % 3];
    g_autoptr(GByteArray) message = g_byte_array_new();
    g_autoptr(GByteArray) reply = g_byte_array_new();
    SoftkeyCborItem item;

    g_byte_array_append(message, whole->data, whole->len);
    damage(message, rand);
    softkey_core_command(core, message->data, message->len, reply);
    assert_true(reply->len >= 1);
    if (reply->data[0] == SOFTKEY_STATUS_OK && reply->len > 1) {
      assert_true(softkey_cbor_read(reply->data + 1, reply->len - 1, &item));
      made++;
    } else {
      assert_int_equal(reply->len, 1);
    }
  }
  assert_true(made > 100); /* or the good path was never reached */
  g_rand_free(rand);
  for (size_t i = 0; i < G_N_ELEMENTS(requests); i++)
    g_byte_array_unref(requests[i]);
}

static void
test_each_cut_of_a_request_is_refused(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GByteArray) request = write_make();

  (void)state;
  for (size_t len = 1; len < request->len; len++) {
    g_autofree uint8_t *cut = g_memdup2(request->data, len);
    g_autoptr(GByteArray) reply = g_byte_array_new();

    softkey_core_command(core, cut, len, reply);
    assert_int_equal(reply->data[0], SOFTKEY_STATUS_INVALID_CBOR);
  }
}

static void
test_a_wait_goes_on_until_the_touch(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GByteArray) request = write_make();
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_NEVER;
  assert_false(softkey_core_begin(core, request->data, request->len, reply));
  assert_false(softkey_core_poll(core, reply));
  assert_true(softkey_core_due(core) < INT64_MAX);
  softkey_core_touch(core)->is_now = true;
  assert_true(softkey_core_poll(core, reply));
  assert_int_equal(reply->data[0], SOFTKEY_STATUS_OK);
  assert_true(softkey_core_due(core) == INT64_MAX);
  assert_false(softkey_core_poll(core, reply)); /* nothing is under way */
}

static void
test_a_cancelled_wait_makes_nothing(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GByteArray) request = write_make();
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_NEVER;
  assert_false(softkey_core_begin(core, request->data, request->len, reply));
  softkey_core_cancel(core, reply);
  assert_int_equal(reply->len, 1);
  assert_int_equal(reply->data[0], SOFTKEY_STATUS_KEEPALIVE_CANCEL);
  softkey_core_touch(core)->is_now = true;
  assert_false(softkey_core_poll(core, reply));
  assert_int_equal(softkey_platform_get(core, &(SoftkeyPlatformGet){0}, NULL),
                   SOFTKEY_STATUS_NO_CREDENTIALS);
}

static void
test_a_fault_for_a_reply_that_never_came_hits_the_next(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key();
  g_autoptr(GByteArray) request = write_make();
  g_autoptr(GByteArray) reply = g_byte_array_new();

  (void)state;
  softkey_inject_add(softkey_core_inject(core), SOFTKEY_INJECT_APPEND, 1, 1);
  softkey_core_touch(core)->mode = SOFTKEY_TOUCH_NEVER;
  assert_false(softkey_core_begin(core, request->data, request->len, reply));
  softkey_core_cancel(core, NULL);
  softkey_core_command(core, (const uint8_t *)"\x99", 1, reply);
  assert_int_equal(reply->len, 2);
  softkey_core_command(core, (const uint8_t *)"\x99", 1, reply);
  assert_int_equal(reply->len, 1);
}

/* One reply in four, or so, and the same ones with the same seed. */
static void
test_a_hostile_key_lies_by_its_seed(void **state)
{
  enum { ASKED = 200 };
  g_autoptr(SoftkeyCore) honest = make_key();
  g_autoptr(GByteArray) truth = g_byte_array_new();
  g_autoptr(GPtrArray) first =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  unsigned lies = 0;

  (void)state;
  for (uint64_t run = 0; run < 3; run++) {
    g_autoptr(SoftkeyCore) core =
        softkey_core_new_in_memory("hostile", run < 2 ? 7 : 8, NULL);
    unsigned same = 0;

    assert_non_null(core);
    for (size_t i = 0; i < ASKED; i++) {
      g_autoptr(GByteArray) reply = g_byte_array_new();
      const GByteArray *before;

      softkey_core_command(core, (const uint8_t *)"\x0b\x00", 2, reply);
      if (run == 0)
        g_ptr_array_add(first, g_byte_array_ref(reply));
      lies += run == 0 && (reply->len != 1 || reply->data[0] != 0x03);
      before = first->pdata[i];
      same += before->len == reply->len &&
              memcmp(before->data, reply->data, reply->len) == 0;
    }
    assert_true(run < 2 ? same == ASKED : same < ASKED);
  }
  assert_in_range(lies, ASKED / 8, ASKED / 2);
  softkey_core_command(honest, (const uint8_t *)"\x0b\x00", 2, truth);
  assert_int_equal(truth->len, 1);
  assert_int_equal(truth->data[0], 0x03);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_damaged_requests_are_answered_in_canonical_form),
      cmocka_unit_test(test_each_cut_of_a_request_is_refused),
      cmocka_unit_test(test_a_wait_goes_on_until_the_touch),
      cmocka_unit_test(test_a_cancelled_wait_makes_nothing),
      cmocka_unit_test(test_a_fault_for_a_reply_that_never_came_hits_the_next),
      cmocka_unit_test(test_a_hostile_key_lies_by_its_seed),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
