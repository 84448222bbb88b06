/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-metadata-index.c - what is put into an index is found in it,
 * and bytes that were changed give the truth or say that they are damaged. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/judge/metadata-index.h"
#include "fidotool/judge/metadata-jws.h"

#define MODELS 60

static const uint8_t digest[32] = "of the BLOB";

static void
set_name(uint8_t aaguid[16], unsigned i)
{
  memset(aaguid, 0, 16);
  aaguid[0] = (uint8_t)(i * 37 + 1);
  aaguid[15] = (uint8_t)i;
}

/* Every third model has a key identifier instead of an AAGUID. */
static FidotoolMetadataBlob *
new_blob(unsigned models)
{
  g_autoptr(GString) text =
      g_string_new("{\"no\":7,\"nextUpdate\":\"2026-04-01\",\"entries\":[");
  FidotoolMetadataBlob *blob = fidotool_metadata_blob_new();
  FidotoolMetadataRules rules = {.known_no = -1};
  g_autoptr(GBytes) payload = NULL;

  for (unsigned i = 0; i < models; i++) {
    uint8_t aaguid[16];
    g_autofree char *uuid = NULL;

    set_name(aaguid, i);
    uuid = fidotool_verdict_uuid(aaguid);
    if (i % 3 == 2)
      g_string_append_printf(
          text,
          "%s{\"attestationCertificateKeyIdentifiers\":[\"%040x\"],"
          "\"statusReports\":[]}",
          i > 0 ? "," : "", i);
    else
      g_string_append_printf(text, "%s {\"aaguid\":\"%s\",\"n\":[%u]} ",
                             i > 0 ? "," : "", uuid, i);
  }
  g_string_append(text, "]}");
  payload = g_bytes_new(text->str, text->len);
  fidotool_metadata_blob_read(blob, payload, &rules);
  assert_true(blob->good);
  return blob;
}

static GBytes *
new_index(unsigned models)
{
  g_autoptr(FidotoolMetadataBlob) blob = new_blob(models);

  return fidotool_metadata_index_build(blob, digest);
}

static FidotoolSlice
get_slice(GBytes *bytes)
{
  FidotoolSlice slice;

  slice.data = g_bytes_get_data(bytes, &slice.len);
  return slice;
}

static void
every_model_is_found(void **state)
{
  static const unsigned counts[] = {0, 1, 2, 3, 4, MODELS};

  (void)state;
  for (size_t c = 0; c < G_N_ELEMENTS(counts); c++) {
    g_autoptr(GBytes) bytes = new_index(counts[c]);
    FidotoolMetadataIndex index;
    uint8_t aaguid[16] = {0}, key_id[20] = {0};

    assert_null(fidotool_metadata_index_open(get_slice(bytes), &index));
    assert_int_equal(index.no, 7);
    assert_int_equal(index.n_entries, counts[c]);
    assert_memory_equal(index.blob, digest, 32);
    for (unsigned i = 0; i < counts[c]; i++) {
      g_autoptr(FidotoolJson) entry = NULL;

      set_name(aaguid, i);
      key_id[19] = (uint8_t)i;
      assert_int_equal(
          i % 3 == 2
              ? fidotool_metadata_index_find_key_id(&index, key_id, &entry)
              : fidotool_metadata_index_find(&index, aaguid, &entry),
          FIDOTOOL_METADATA_FOUND);
      assert_non_null(entry);
    }
  }
}

static void
what_is_not_there_is_absent(void **state)
{
  g_autoptr(GBytes) bytes = new_index(MODELS);
  FidotoolMetadataIndex index;
  uint8_t name[20];
  FidotoolJson *entry;

  (void)state;
  assert_null(fidotool_metadata_index_open(get_slice(bytes), &index));
  for (int i = 0; i < 256; i++) {
    memset(name, i, sizeof(name));
    assert_int_equal(fidotool_metadata_index_find(&index, name, &entry),
                     FIDOTOOL_METADATA_ABSENT);
    assert_null(entry);
    assert_int_equal(fidotool_metadata_index_find_key_id(&index, name, &entry),
                     FIDOTOOL_METADATA_ABSENT);
  }
  assert_int_equal(fidotool_metadata_index_entry(&index, MODELS, &entry),
                   FIDOTOOL_METADATA_DAMAGED);
}

/* Whichever byte is changed: no model is called absent that is there, and no
 * other one is given for it. */
static void
a_changed_byte_never_lies(void **state)
{
  g_autoptr(GBytes) bytes = new_index(MODELS);
  FidotoolSlice whole = get_slice(bytes);
  unsigned damaged = 0, refused = 0;

  (void)state;
  for (size_t place = 0; place < whole.len; place++) {
    g_autofree uint8_t *copy = g_memdup2(whole.data, whole.len);
    FidotoolSlice slice = {copy, whole.len};
    FidotoolMetadataIndex index;

    copy[place] ^= (uint8_t)(1u << (place % 8));
    if (fidotool_metadata_index_open(slice, &index) != NULL) {
      refused++;
      continue;
    }
    for (unsigned i = 0; i < MODELS; i += 3) {
      g_autoptr(FidotoolJson) entry = NULL;
      uint8_t aaguid[16];
      FidotoolMetadataFind found;
      int64_t n = -1;

      set_name(aaguid, i);
      found = fidotool_metadata_index_find(&index, aaguid, &entry);
      assert_int_not_equal(found, FIDOTOOL_METADATA_ABSENT);
      damaged += found == FIDOTOOL_METADATA_DAMAGED;
      if (found == FIDOTOOL_METADATA_FOUND)
        assert_true(
            fidotool_json_int(
                fidotool_json_at(fidotool_json_get(entry, "n"), 0), &n) &&
            n == (int64_t)i);
    }
  }
  assert_int_equal(refused, 128); /* the head, all of it */
  assert_true(damaged > 100);
}

static void
a_cut_index_is_refused(void **state)
{
  g_autoptr(GBytes) bytes = new_index(MODELS);
  FidotoolSlice whole = get_slice(bytes);

  (void)state;
  for (size_t len = 0; len < whole.len; len += 7) {
    g_autofree uint8_t *copy = g_memdup2(whole.data, len + 1);
    FidotoolSlice slice = {copy, len};
    FidotoolMetadataIndex index;

    assert_non_null(fidotool_metadata_index_open(slice, &index));
  }
}

/* RFC 4648, 10, without padding; and what is no spelling of anything. */
static void
base64url_has_one_spelling(void **state)
{
  static const struct {
    const char *text, *data;
  } good[] = {{"", ""},
              {"Zg", "f"},
              {"Zm8", "fo"},
              {"Zm9v", "foo"},
              {"Zm9vYg", "foob"},
              {"Zm9vYmE", "fooba"},
              {"Zm9vYmFy", "foobar"},
              {"_-8", "\xff\xef"}};
  static const char *const bad[] = {"Z",    "Zg=",  "Zg==", "Zh",    "Zm9",
                                    "Zm+v", "Zm/v", "Zm v", "Zm9vY", "Zm9\n"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
    FidotoolSlice text = {(const uint8_t *)good[i].text, strlen(good[i].text)};
    g_autoptr(GBytes) data = fidotool_metadata_jws_decode(text);

    assert_non_null(data);
    assert_int_equal(g_bytes_get_size(data), strlen(good[i].data));
    assert_memory_equal(g_bytes_get_data(data, NULL), good[i].data,
                        strlen(good[i].data));
  }
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    FidotoolSlice text = {(const uint8_t *)bad[i], strlen(bad[i])};

    assert_null(fidotool_metadata_jws_decode(text));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_model_is_found),
      cmocka_unit_test(what_is_not_there_is_absent),
      cmocka_unit_test(a_changed_byte_never_lies),
      cmocka_unit_test(a_cut_index_is_refused),
      cmocka_unit_test(base64url_has_one_spelling),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
