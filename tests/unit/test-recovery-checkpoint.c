/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-checkpoint.c - signed notes: against openssl, against every
 * changed bit, and in one spelling. */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/checkpoint.h"

#define ORIGIN "example.org/keyturn/st-07/1"

typedef struct {
  EVP_PKEY *key;
  uint8_t public_key[32];
} Station;

static Station
new_station(void)
{
  /* A fixed key: the seed is 00 01 02 ... 1f. */
  Station station = {NULL, {0}};
  uint8_t seed[32];
  size_t len = 32;

  for (unsigned i = 0; i < sizeof(seed); i++)
    seed[i] = (uint8_t)i;
  station.key =
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
  assert_int_equal(
      EVP_PKEY_get_raw_public_key(station.key, station.public_key, &len), 1);
  return station;
}

static char *
make_note(const Station *station, uint64_t size)
{
  RecoveryCheckpoint checkpoint = {.origin = ORIGIN, .size = size};
  char *note;

  memset(checkpoint.root, 0xab, sizeof(checkpoint.root));
  note = recovery_checkpoint_make(&checkpoint, station->key, NULL);
  assert_non_null(note);
  return note;
}

static bool
is_good(const Station *station, const char *note, size_t len)
{
  RecoveryCheckpoint head;

  return recovery_checkpoint_check(note, len, station->public_key, &head, NULL);
}

static void
a_note_has_the_form_of_the_standard(void **state)
{
  Station station = new_station();
  g_autofree char *note = make_note(&station, 4213);
  RecoveryCheckpoint head = {0};

  (void)state;
  assert_int_equal(strlen(note), 204);
  assert_true(g_str_has_prefix(
      note, ORIGIN "\n4213\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n\n"
                   "\xe2\x80\x94 " ORIGIN " "));
  assert_true(recovery_checkpoint_check(note, strlen(note), station.public_key,
                                        &head, NULL));
  assert_string_equal(head.origin, ORIGIN);
  assert_int_equal(head.size, 4213);
  assert_int_equal(head.root[31], 0xab);
  EVP_PKEY_free(station.key);
}

/* The key of the example in Go's package note, whose format C2SP took over. */
static void
a_key_text_made_elsewhere_is_read(void **state)
{
  static const char text[] = "PeterNeumann+c74f20a3+"
                             "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  uint8_t key[32];
  g_autofree char *again = NULL;

  (void)state;
  assert_true(recovery_checkpoint_read_vkey(text, key, NULL));
  again = recovery_checkpoint_vkey("PeterNeumann", key);
  assert_string_equal(again, text);
}

static void
other_key_texts_are_refused(void **state)
{
  static const char *const texts[] = {
      "",
      "PeterNeumann",
      "PeterNeumann+c74f20a3",
      "PeterNeumann+c74f20a2+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
      "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  };
  uint8_t key[32];

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    assert_false(recovery_checkpoint_read_vkey(texts[i], key, NULL));
}

static char *
write_file(const char *folder, const char *name, const void *data, size_t len)
{
  char *path = g_build_filename(folder, name, NULL);

  assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
  return path;
}

/* The first three lines, verified with the public key by openssl alone. */
static void
openssl_verifies_the_signature(void **state)
{
  /* SubjectPublicKeyInfo of Ed25519 (RFC 8410) before the 32 bytes. */
  static const uint8_t spki[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
  g_autofree char *folder = g_dir_make_tmp("keyturn-XXXXXX", NULL);
  Station station = new_station();
  g_autofree char *note = make_note(&station, 7);
  size_t text_len = (size_t)(strstr(note, "\n\n") + 1 - note);
  g_autofree char *base64 = g_strchomp(g_strdup(strrchr(note, ' ') + 1));
  g_autoptr(GBytes) signature = fidotool_bytes_unbase64(base64);
  uint8_t der[sizeof(spki) + 32];
  g_autofree char *key = NULL, *data = NULL, *sig = NULL, *command = NULL;

  (void)state;
  memcpy(der, spki, sizeof(spki));
  memcpy(der + sizeof(spki), station.public_key, 32);
  assert_int_equal(g_bytes_get_size(signature), 68);
  key = write_file(folder, "key", der, sizeof(der));
  data = write_file(folder, "data", note, text_len);
  sig = write_file(folder, "sig",
                   (const uint8_t *)g_bytes_get_data(signature, NULL) + 4, 64);
  command = g_strdup_printf(
      "openssl pkeyutl -verify -pubin -keyform DER -inkey %s -rawin -in %s "
      "-sigfile %s > /dev/null 2>&1",
      key, data, sig);
  assert_int_equal(system(command), 0);
  g_unlink(key);
  g_unlink(data);
  g_unlink(sig);
  g_rmdir(folder);
  EVP_PKEY_free(station.key);
}

static void
every_flipped_bit_is_refused(void **state)
{
  Station station = new_station();
  g_autofree char *note = make_note(&station, 4213);
  size_t len = strlen(note);

  (void)state;
  for (size_t bit = 0; bit < 8 * len; bit++) {
    note[bit / 8] ^= (char)(1 << bit % 8);
    if (is_good(&station, note, len))
      fail_msg("bit %zu survives", bit);
    note[bit / 8] ^= (char)(1 << bit % 8);
  }
  for (size_t i = 0; i < len; i++)
    assert_false(is_good(&station, note, i));
  EVP_PKEY_free(station.key);
}

static void
other_signature_lines_are_ignored_and_the_own_is_there_once(void **state)
{
  Station station = new_station();
  g_autofree char *note = make_note(&station, 1);
  const char *own = strstr(note, "\xe2\x80\x94");
  g_autofree char *more =
      g_strconcat(note, "\xe2\x80\x94 witness.example AAAAAAA=\n", NULL);
  g_autofree char *twice = g_strconcat(note, own, NULL);
  g_autofree char *none = g_strconcat(note, "no signature\n", NULL);
  g_autofree char *loose = g_strconcat(note, "\n", NULL);
  g_autofree char *bare = g_strndup(note, (size_t)(own - note));

  (void)state;
  assert_true(is_good(&station, more, strlen(more)));
  assert_false(is_good(&station, twice, strlen(twice)));
  assert_false(is_good(&station, none, strlen(none)));
  assert_false(is_good(&station, loose, strlen(loose)));
  assert_false(is_good(&station, bare, strlen(bare)));
  EVP_PKEY_free(station.key);
}

static void
another_stations_key_is_refused(void **state)
{
  Station station = new_station();
  g_autofree char *note = make_note(&station, 1);

  (void)state;
  station.public_key[0] ^= 1;
  assert_false(is_good(&station, note, strlen(note)));
  EVP_PKEY_free(station.key);
}

static void
origins_end_in_their_epoch(void **state)
{
  static const struct {
    const char *origin;
    bool good;
  } rows[] = {
      {ORIGIN, true},       {"a/0", true},         {"a/1", true},
      {"x:1~._-/12", true}, {"a/01", false},       {"a/", false},
      {"/1", false},        {"a//1", false},       {"a/1a", false},
      {"a", false},         {"", false},           {"a b/1", false},
      {"a+b/1", false},     {"\xc3\xa9/1", false}, {"a/1234567890", false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    if (recovery_checkpoint_is_origin(rows[i].origin) != rows[i].good)
      fail_msg("%s", rows[i].origin);
  assert_false(recovery_checkpoint_is_origin(NULL));
}

static void
a_station_keeps_its_name_over_epochs(void **state)
{
  (void)state;
  assert_true(
      recovery_checkpoint_same_station(ORIGIN, "example.org/keyturn/st-07/22"));
  assert_false(
      recovery_checkpoint_same_station(ORIGIN, "example.org/keyturn/st-08/1"));
  assert_false(
      recovery_checkpoint_same_station(ORIGIN, "example.org/keyturn/1"));
  assert_false(recovery_checkpoint_same_station("a", "a"));
}

static void
a_receipt_is_a_tlog_proof(void **state)
{
  uint8_t hashes[64] = {0};
  g_autofree char *text = recovery_checkpoint_proof(5, hashes, 64, "note\n");

  (void)state;
  assert_string_equal(text, "c2sp.org/tlog-proof@v1\nindex 5\n"
                            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                            "\nnote\n");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_note_has_the_form_of_the_standard),
      cmocka_unit_test(a_key_text_made_elsewhere_is_read),
      cmocka_unit_test(other_key_texts_are_refused),
      cmocka_unit_test(openssl_verifies_the_signature),
      cmocka_unit_test(every_flipped_bit_is_refused),
      cmocka_unit_test(
          other_signature_lines_are_ignored_and_the_own_is_there_once),
      cmocka_unit_test(another_stations_key_is_refused),
      cmocka_unit_test(origins_end_in_their_epoch),
      cmocka_unit_test(a_station_keeps_its_name_over_epochs),
      cmocka_unit_test(a_receipt_is_a_tlog_proof),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
