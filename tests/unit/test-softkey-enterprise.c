/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-enterprise.c - who is told which key it is, and by what; and
 * the key of large blobs in both answers. */
#include "tests/testing.h"

#include <openssl/x509v3.h>

#include "tests/softkey/ca.h"
#include "tests/softkey/core-private.h"
#include "tests/softkey/platform.h"

#define VENDOR 1
#define PLATFORM 2
#define LISTED "corp.example.org"
#define SERIAL_OID "1.3.6.1.4.1.45724.1.1.2"

static SoftkeyCore *
make_key(uint64_t seed)
{
  SoftkeyCore *core = softkey_core_new_in_memory("enterprise-2.1", seed, NULL);

  core->store->enterprise = true;
  return core;
}

/* The serial in the leaf of a reply, as hex; NULL where it has none. */
static char *
read_serial(const GByteArray *reply, bool *ret_said)
{
  SoftkeyCborItem map, statement, said, x5c, der;
  const SoftkeyCborField fields[] = {
      {NULL, 3, SOFTKEY_CBOR_MAP, true, &statement},
      {NULL, 4, SOFTKEY_CBOR_SIMPLE, false, &said},
  };
  const SoftkeyCborField inner[] = {
      {"x5c", 0, SOFTKEY_CBOR_ARRAY, true, &x5c},
  };
  g_autoptr(X509) leaf = NULL;
  char *hex, *text;
  ASN1_OBJECT *oid = OBJ_txt2obj(SERIAL_OID, 1);
  const unsigned char *at;
  size_t cursor = 0;
  int place;

  assert_true(softkey_cbor_read(reply->data, reply->len, &map));
  assert_int_equal(softkey_cbor_fields(&map, fields, G_N_ELEMENTS(fields)), 0);
  assert_int_equal(softkey_cbor_fields(&statement, inner, 1), 0);
  assert_true(softkey_cbor_next(&x5c, &cursor, &der));
  *ret_said = softkey_cbor_is_true(&said);
  at = der.data;
  leaf = d2i_X509(NULL, &at, (long)der.value);
  assert_non_null(leaf);
  place = X509_get_ext_by_OBJ(leaf, oid, -1);
  ASN1_OBJECT_free(oid);
  if (place < 0)
    return NULL;
  text = i2s_ASN1_OCTET_STRING(
      NULL, X509_EXTENSION_get_data(X509_get_ext(leaf, place)));
  hex = g_strdup(text);
  OPENSSL_free(text);
  return hex;
}

/* Makes one; the serial, or NULL. */
static char *
make(SoftkeyCore *core, const char *rp_id, int enterprise, bool *ret_said)
{
  g_autoptr(GByteArray) reply = g_byte_array_new();
  const SoftkeyPlatformMake request = {
      .rp_id = rp_id, .enterprise = enterprise, .reply = reply};

  assert_int_equal(softkey_platform_make(core, &request, NULL), 0);
  return read_serial(reply, ret_said);
}

static void
test_only_a_key_that_has_it_on_takes_the_question(void **state)
{
  g_autoptr(SoftkeyCore) off =
      softkey_core_new_in_memory("enterprise-2.1", 1, NULL);
  g_autoptr(SoftkeyCore) without =
      softkey_core_new_in_memory("bio-2.1", 1, NULL);
  g_autoptr(SoftkeyCore) on = make_key(1);
  const SoftkeyPlatformMake request = {.enterprise = PLATFORM};
  const SoftkeyPlatformMake third = {.enterprise = 3};

  (void)state;
  assert_int_equal(softkey_platform_make(off, &request, NULL),
                   SOFTKEY_STATUS_INVALID_PARAMETER);
  assert_int_equal(softkey_platform_make(without, &request, NULL),
                   SOFTKEY_STATUS_INVALID_PARAMETER);
  assert_int_equal(softkey_platform_make(on, &third, NULL),
                   SOFTKEY_STATUS_INVALID_OPTION);
  assert_int_equal(softkey_platform_make(on, &request, NULL), 0);
}

static void
test_the_vendors_list_decides_for_one(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key(1);
  g_autofree char *listed = NULL;
  g_autofree char *other = NULL;
  bool said;

  (void)state;
  listed = make(core, LISTED, VENDOR, &said);
  assert_non_null(listed);
  assert_true(said);
  other = make(core, "example.org", VENDOR, &said);
  assert_null(other);
  assert_false(said);
}

static void
test_the_platform_decides_for_two(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key(1);
  g_autofree char *serial = NULL;
  g_autofree char *unasked = NULL;
  bool said;

  (void)state;
  serial = make(core, "example.org", PLATFORM, &said);
  assert_non_null(serial);
  assert_true(said);
  unasked = make(core, LISTED, 0, &said);
  assert_null(unasked);
  assert_false(said);
}

static void
test_the_serial_is_the_keys_own_for_good(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key(1);
  g_autoptr(SoftkeyCore) another = make_key(2);
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  g_autofree char *others = NULL;
  bool said;

  (void)state;
  first = make(core, LISTED, VENDOR, &said);
  softkey_store_wipe(core->store, core->env); /* as a reset does */
  core->store->enterprise = true;
  again = make(core, LISTED, VENDOR, &said);
  others = make(another, LISTED, VENDOR, &said);
  assert_string_equal(first, again);
  assert_string_not_equal(first, others);
}

static void
test_the_blob_key_is_the_same_in_both_answers(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key(1);
  g_autoptr(GByteArray) made = g_byte_array_new();
  g_autoptr(GByteArray) given = g_byte_array_new();
  g_autoptr(GByteArray) unasked = g_byte_array_new();
  g_autoptr(GBytes) id = NULL;
  const SoftkeyPlatformMake make_it = {
      .options = "rk", .blob_key = true, .reply = made};
  const SoftkeyPlatformMake not_resident = {.blob_key = true};
  SoftkeyPlatformGet get = {.blob_key = true, .reply = given};
  SoftkeyCborItem map, one, two;
  const SoftkeyCborField of_made[] = {
      {NULL, 5, SOFTKEY_CBOR_BYTES, true, &one}};
  const SoftkeyCborField of_given[] = {
      {NULL, 7, SOFTKEY_CBOR_BYTES, true, &two}};

  (void)state;
  assert_int_equal(softkey_platform_make(core, &make_it, &id), 0);
  assert_int_equal(softkey_platform_make(core, &not_resident, NULL),
                   SOFTKEY_STATUS_INVALID_OPTION);
  get.allow = id;
  assert_int_equal(softkey_platform_get(core, &get, NULL), 0);
  assert_true(softkey_cbor_read(made->data, made->len, &map));
  assert_int_equal(softkey_cbor_fields(&map, of_made, 1), 0);
  assert_true(softkey_cbor_read(given->data, given->len, &map));
  assert_int_equal(softkey_cbor_fields(&map, of_given, 1), 0);
  assert_int_equal(one.value, 32);
  assert_int_equal(two.value, 32);
  assert_memory_equal(one.data, two.data, 32);
  get.blob_key = false;
  get.reply = unasked;
  assert_int_equal(softkey_platform_get(core, &get, NULL), 0);
  assert_true(softkey_cbor_read(unasked->data, unasked->len, &map));
  assert_int_not_equal(softkey_cbor_fields(&map, of_given, 1), 0);
}

static void
test_a_counter_goes_back_when_told(void **state)
{
  g_autoptr(SoftkeyCore) core = make_key(1);
  g_autoptr(GBytes) id = NULL;
  g_autoptr(GBytes) before = NULL;
  g_autoptr(GBytes) after = NULL;
  SoftkeyPlatformGet get = {0};

  (void)state;
  assert_int_equal(softkey_platform_make(core, &(SoftkeyPlatformMake){0}, &id),
                   0);
  get.allow = id;
  assert_int_equal(softkey_platform_get(core, &get, &before), 0);
  assert_false(softkey_core_set_back(core, 3)); /* it has counted to two */
  assert_true(softkey_core_set_back(core, 2));
  assert_int_equal(softkey_platform_get(core, &get, &after), 0);
  assert_int_equal(softkey_platform_counter(before), 2);
  assert_int_equal(softkey_platform_counter(after), 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_only_a_key_that_has_it_on_takes_the_question),
      cmocka_unit_test(test_the_vendors_list_decides_for_one),
      cmocka_unit_test(test_the_platform_decides_for_two),
      cmocka_unit_test(test_the_serial_is_the_keys_own_for_good),
      cmocka_unit_test(test_the_blob_key_is_the_same_in_both_answers),
      cmocka_unit_test(test_a_counter_goes_back_when_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
