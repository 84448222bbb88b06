/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-trust.c - each part of the trust folder is read strictly, or
 * it is lacking. */
#include "tests/testing.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/trust.h"
#include "recovery/error.h"

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
/* Of the seed 00 01 02 ... 1f; made with another implementation. */
#define VKEY                                                                   \
  "example.org/keyturn/st-07/1+5adab803+"                                      \
  "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"

static RecoveryTrust *
read_part(const char *name, const char *text)
{
  RecoveryTrust *trust = recovery_trust_new();
  g_autoptr(GBytes) data = g_bytes_new(text, strlen(text));

  recovery_trust_add(trust, name, data);
  return trust;
}

static bool
is_lacking(const char *name, const char *text)
{
  g_autoptr(RecoveryTrust) trust = read_part(name, text);

  return trust->lacking->len == 1;
}

static void
genesis_is_a_digest_and_a_newline(void **state)
{
  g_autoptr(RecoveryTrust) trust = read_part("genesis", HASH "\n");

  (void)state;
  assert_int_equal(trust->lacking->len, 0);
  assert_string_equal(trust->genesis, HASH);
  assert_true(is_lacking("genesis", ""));
  assert_true(is_lacking("genesis", "\n"));
  assert_true(is_lacking("genesis", HASH));
  assert_true(is_lacking("genesis", HASH "\n\n"));
  assert_true(is_lacking("genesis", "E" HASH "\n"));
  assert_true(is_lacking("genesis", "x" HASH "\n"));
}

static void
the_station_key_is_a_key_text_of_a_record(void **state)
{
  g_autofree char *other_id = g_strdup(VKEY);
  g_autoptr(RecoveryTrust) trust = read_part("station.vkey", VKEY);
  g_autofree char *bare = g_strndup(VKEY, strlen(VKEY) - 1);

  (void)state;
  assert_string_equal(trust->vkey, VKEY);
  assert_true(is_lacking("station.vkey", bare));
  *strstr(other_id, "5adab803") = '6';
  assert_true(is_lacking("station.vkey", other_id));
  /* A good key text, but of no record. */
  assert_true(is_lacking(
      "station.vkey",
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n"));
}

static char *
make_line(const char *application, const char *person, const char *names,
          const char *after)
{
  RecoverySshsigKey key = {.type = RECOVERY_SSHSIG_SK_ECDSA};
  EVP_PKEY *pkey = EVP_EC_gen("P-256");
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *base64 = NULL;
  size_t len;

  EVP_PKEY_get_octet_string_param(pkey, "pub", key.point, 65, &len);
  EVP_PKEY_free(pkey);
  g_strlcpy(key.application, application, sizeof(key.application));
  bytes = recovery_sshsig_write_key(&key);
  base64 = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                 g_bytes_get_size(bytes));
  return g_strdup_printf(
      "%s namespaces=\"%s\",valid-after=\"%s\",valid-before=\"20270101000000Z\""
      " sk-ecdsa-sha2-nistp256@openssh.com %s\n",
      person, names, after, base64);
}

#define REAL RECOVERY_SSHSIG_APPLICATION
#define PRACTICE RECOVERY_SSHSIG_APPLICATION_PRACTICE
#define INIT "keyturn-station.init@v1"
#define PRACTICE_INIT "keyturn-practice-station.init@v1"
#define AFTER "20260101000000Z"

static void
officers_are_roster_lines_for_station_init(void **state)
{
  g_autofree char *line = make_line(REAL, "p-ada", INIT, AFTER);
  g_autoptr(RecoveryTrust) trust = read_part("officers.allowed_signers", line);
  const RecoveryTrustOfficer *officer;

  (void)state;
  assert_int_equal(trust->lacking->len, 0);
  assert_false(trust->practice);
  officer = g_ptr_array_index(trust->officers, 0);
  assert_string_equal(officer->person, "p-ada");
  assert_int_equal(officer->valid_after_ms, INT64_C(1767225600000));
}

static void
other_lines_are_lacking(void **state)
{
  static const struct {
    const char *application, *person, *names, *after;
  } rows[] = {
      {REAL, "p-ada", "keyturn-case.approve@v1", AFTER},
      {REAL, "p-ada", INIT "," INIT, AFTER},
      {REAL, "p-ada", PRACTICE_INIT, AFTER},
      {PRACTICE, "p-ada", INIT, AFTER},
      {"ssh:", "p-ada", INIT, AFTER},
      {REAL, "p*", INIT, AFTER},
      {REAL, "a,b", INIT, AFTER},
      {REAL, "p-ada", INIT, "20261301000000Z"},
      {REAL, "p-ada", INIT, "20260101"},
  };
  g_autofree char *real = make_line(REAL, "p-ada", INIT, AFTER);
  g_autofree char *practice =
      make_line(PRACTICE, "p-bob", PRACTICE_INIT, AFTER);
  g_autofree char *mixed = g_strconcat(real, practice, NULL);
  g_autofree char *loose = g_strconcat(real, "\n", real, NULL);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *line = make_line(rows[i].application, rows[i].person,
                                      rows[i].names, rows[i].after);

    if (!is_lacking("officers.allowed_signers", line))
      fail_msg("row %zu", i);
  }
  assert_false(is_lacking("officers.allowed_signers", practice));
  assert_true(is_lacking("officers.allowed_signers", mixed));
  assert_true(is_lacking("officers.allowed_signers", loose));
}

static void
roots_are_certificates(void **state)
{
  (void)state;
  assert_true(is_lacking("roots.pem", "nonsense\n"));
  assert_true(is_lacking("roots.pem", "-----BEGIN CERTIFICATE-----\nQUJD\n"
                                      "-----END CERTIFICATE-----\n"));
}

static void
without_a_folder_all_four_parts_lack(void **state)
{
  g_autoptr(RecoveryTrust) none = recovery_trust_open(NULL, NULL);
  g_autoptr(RecoveryTrust) empty = recovery_trust_open("/proc/self/task", NULL);
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_int_equal(none->lacking->len, 4);
  assert_int_equal(empty->lacking->len, 4);
  assert_null(recovery_trust_open("/nowhere/at/all", &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_station_key_is_a_key_text_of_a_record),
      cmocka_unit_test(genesis_is_a_digest_and_a_newline),
      cmocka_unit_test(officers_are_roster_lines_for_station_init),
      cmocka_unit_test(other_lines_are_lacking),
      cmocka_unit_test(roots_are_certificates),
      cmocka_unit_test(without_a_folder_all_four_parts_lack),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
