/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-credential-file.c - registrations and assertions as files:
 * one canonical form. Bytes are written down by hand (RFC 8949). */
#include "tests/testing.h"

#include <string.h>

#include "recovery/audit/credential-file.h"
#include "recovery/error.h"

#define CDH                                                                    \
  "5820" /* 32 bytes follow */                                                 \
  "0000000000000000000000000000000000000000000000000000000000000000"
/* Keys as CBOR texts. */
#define ATT_KEY "63617474"
#define CDH_KEY "63636468"
#define CDJ_KEY "6363646a"
#define SIG_KEY "63736967"
#define CRED_KEY "6463726564"
#define AUTH_KEY "686175746844617461"

static bool
is_read(const char *hex, bool registration)
{
  size_t len = strlen(hex) / 2;
  uint8_t *data = g_malloc(len + 1);
  RecoveryBagFile file = {.path = (char *)"x"};
  RecoveryCredentialFile parts;
  g_autoptr(GError) error = NULL;
  bool good;

  for (size_t i = 0; i < len; i++)
    data[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
                        g_ascii_xdigit_value(hex[2 * i + 1]));
  file.data = g_bytes_new_take(data, len);
  good = recovery_credential_file_read(&file, registration, &parts, &error);
  assert_true(good ||
              g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  g_bytes_unref(file.data);
  return good;
}

static void
a_registration_has_att_cdh_and_perhaps_cdj(void **state)
{
  (void)state;
  assert_true(is_read("a2" ATT_KEY "4101" CDH_KEY CDH, true));
  assert_true(is_read("a3" ATT_KEY "4101" CDH_KEY CDH CDJ_KEY "417b", true));
  /* unsorted, twice, longer than needed, left over, of another kind */
  assert_false(is_read("a2" CDH_KEY CDH ATT_KEY "4101", true));
  assert_false(is_read("a2" ATT_KEY "4101" ATT_KEY "4101", true));
  assert_false(is_read("a2" ATT_KEY "580101" CDH_KEY CDH, true));
  assert_false(is_read("b802" ATT_KEY "4101" CDH_KEY CDH, true));
  assert_false(is_read("a2" ATT_KEY "4101" CDH_KEY CDH "00", true));
  assert_false(is_read("a2" ATT_KEY "4101" CDH_KEY "4100", true));
  assert_false(is_read("a2" ATT_KEY "6101" CDH_KEY CDH, true));
  assert_false(is_read("a1" ATT_KEY "4101", true));
  assert_false(is_read("a1" CDH_KEY CDH, true));
  assert_false(is_read("a3" ATT_KEY "4101" CDH_KEY CDH SIG_KEY "4101", true));
  assert_false(is_read("bf" ATT_KEY "4101" CDH_KEY CDH "ff", true));
  assert_false(is_read("80", true));
  assert_false(is_read("", true));
}

static void
an_assertion_has_its_five_fields(void **state)
{
  (void)state;
  assert_true(is_read(
      "a4" CDH_KEY CDH SIG_KEY "4101" CRED_KEY "4101" AUTH_KEY "4101", false));
  assert_true(is_read("a5" CDH_KEY CDH CDJ_KEY "417b" SIG_KEY "4101" CRED_KEY
                      "4101" AUTH_KEY "4101",
                      false));
  assert_false(is_read("a5" CDH_KEY CDH SIG_KEY "4101" CDJ_KEY "417b" CRED_KEY
                       "4101" AUTH_KEY "4101",
                       false));
  assert_false(is_read("a3" CDH_KEY CDH SIG_KEY "4101" CRED_KEY "4101", false));
  assert_false(is_read("a3" CDH_KEY CDH SIG_KEY "4101" AUTH_KEY "4101", false));
  assert_false(
      is_read("a3" CDH_KEY CDH CRED_KEY "4101" AUTH_KEY "4101", false));
  assert_false(
      is_read("a3" SIG_KEY "4101" CRED_KEY "4101" AUTH_KEY "4101", false));
  assert_false(is_read("a2" ATT_KEY "4101" CDH_KEY CDH, false));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_registration_has_att_cdh_and_perhaps_cdj),
      cmocka_unit_test(an_assertion_has_its_five_fields),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
