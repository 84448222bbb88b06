/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-key-plan.c - a plan has one form, one life and one signer. */
#include "recovery/format/key-plan.h"

#include <string.h>

#include "tests/testing.h"

#define HEX "1111111111111111111111111111111111111111111111111111111111111111"
#define NONCE "22222222222222222222222222222222"
#define WHEN "\"iat\":\"2026-11-20T10:00:00.000Z\""
#define TAIL                                                                   \
  "\"log\":\"example.org/keyturn/st-07/1\",\"nonce\":\"" NONCE                 \
  "\",\"seq\":7,\"station\":\"st-07\",\"target\":\"" HEX "\","
#define UNTIL "\"until\":\"2026-11-20T10:10:00.000Z\",\"v\":1}"

#define RESET "{\"act\":\"key.reset\"," WHEN "," TAIL UNTIL
#define DELETE                                                                 \
  "{\"act\":\"key.credential.delete\",\"cred\":\"" HEX "\"," WHEN "," TAIL UNTIL

static bool
reads(const char *line)
{
  g_autoptr(FidotoolJson) plan = recovery_key_plan_read(line, NULL);

  return plan != NULL;
}

static void
a_plan_has_its_members_and_no_other(void **state)
{
  static const char *const bad[] = {
      "",
      "{}",
      "[]",
      RESET " ",
      "{\"act\":\"key.pin.set\"," WHEN "," TAIL UNTIL,
      "{\"act\":\"key.credential.delete\"," WHEN "," TAIL UNTIL,
      "{\"act\":\"key.reset\",\"cred\":\"" HEX "\"," WHEN "," TAIL UNTIL,
      "{\"act\":\"key.credential.delete\",\"cred\":\"11\"," WHEN "," TAIL UNTIL,
      "{\"act\":\"key.reset\"," TAIL UNTIL,
      "{\"act\":\"key.reset\",\"extra\":1," WHEN "," TAIL UNTIL,
      "{\"act\":\"key.reset\"," WHEN "," TAIL
      "\"until\":\"2026-11-20T10:10:00.000Z\",\"v\":2}",
      "{\"act\":\"key.reset\",\"iat\":\"now\"," TAIL UNTIL,
  };

  (void)state;
  assert_true(reads(RESET));
  assert_true(reads(DELETE));
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
    if (reads(bad[i]))
      fail_msg("read: %s", bad[i]);
}

static void
a_plan_ends_within_15_minutes(void **state)
{
  static const struct {
    const char *until;
    bool good;
  } rows[] = {
      {"2026-11-20T09:59:59.000Z", false}, {"2026-11-20T10:00:00.000Z", false},
      {"2026-11-20T10:00:00.001Z", true},  {"2026-11-20T10:15:00.000Z", true},
      {"2026-11-20T10:15:00.001Z", false}, {"2027-11-20T10:00:00.000Z", false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *line = g_strdup_printf(
        "{\"act\":\"key.reset\"," WHEN "," TAIL "\"until\":\"%s\",\"v\":1}",
        rows[i].until);

    assert_int_equal(reads(line), rows[i].good);
  }
}

static void
only_its_signer_signs_it(void **state)
{
  EVP_PKEY *own = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  g_autofree char *text = recovery_key_plan_write_key(own);
  g_autofree char *mine = recovery_key_plan_sign(own, false, RESET, NULL);
  g_autofree char *theirs = recovery_key_plan_sign(other, false, RESET, NULL);
  RecoverySshsigKey key;

  (void)state;
  assert_true(recovery_key_plan_read_key(text, &key, NULL));
  assert_true(recovery_key_plan_verify(&key, false, RESET, mine, NULL));
  assert_false(recovery_key_plan_verify(&key, true, RESET, mine, NULL));
  assert_false(recovery_key_plan_verify(&key, false, DELETE, mine, NULL));
  assert_false(recovery_key_plan_verify(&key, false, RESET, theirs, NULL));
  assert_false(recovery_key_plan_verify(&key, false, RESET, "", NULL));
  mine[40] = mine[40] == 'A' ? 'B' : 'A';
  assert_false(recovery_key_plan_verify(&key, false, RESET, mine, NULL));
  EVP_PKEY_free(own);
  EVP_PKEY_free(other);
}

static void
its_key_has_one_form(void **state)
{
  static const char *const bad[] = {
      "",
      "ssh-ed25519",
      "ssh-ed25519 ",
      "ssh-ed25519 AAAA",
      "ssh-rsa AAAA",
      "ssh-ed25519 !",
  };
  RecoverySshsigKey key;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_false(recovery_key_plan_read_key(bad[i], &key, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plan_has_its_members_and_no_other),
      cmocka_unit_test(a_plan_ends_within_15_minutes),
      cmocka_unit_test(only_its_signer_signs_it),
      cmocka_unit_test(its_key_has_one_form),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
