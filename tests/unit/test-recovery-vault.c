/* SPDX-License-Identifier: Apache-2.0 */
/* Personal data opens for the one who holds the key, and only unchanged. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/vault.h"

static const uint8_t kek[32] = "0123456789abcdef0123456789abcde";

typedef struct {
  RecoveryStore *store;
  RecoveryVault *vault;
} Fixture;

static int
set_up(void **state)
{
  Fixture *fixture = g_new0(Fixture, 1);

  fixture->store = recovery_store_open(":memory:", NULL);
  fixture->vault = recovery_vault_new(fixture->store, kek);
  *state = fixture;
  return fixture->store != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
  Fixture *fixture = *state;

  recovery_vault_free(fixture->vault);
  recovery_store_free(fixture->store);
  g_free(fixture);
  return 0;
}

static void
commit_value(Fixture *fixture, const char *subject, const char *value,
             uint8_t ret_commitment[32])
{
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_vault_commit(fixture->vault, subject, value, 1900000000,
                                    ret_commitment, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
}

static void
test_a_commitment_is_the_mac_of_the_value(void **state)
{
  Fixture *fixture = *state;
  uint8_t commitment[32], salt[32], mac[32];
  g_autofree char *value = NULL;

  commit_value(fixture, "s-1", "{\"name\":\"Sam\"}", commitment);
  assert_true(
      recovery_vault_open(fixture->vault, commitment, salt, &value, NULL));
  assert_string_equal(value, "{\"name\":\"Sam\"}");
  fidotool_bytes_hmac(salt, 32, value, strlen(value), mac);
  assert_memory_equal(mac, commitment, 32);
}

static void
test_equal_values_have_unequal_commitments(void **state)
{
  Fixture *fixture = *state;
  uint8_t a[32], b[32];

  commit_value(fixture, "s-1", "{\"name\":\"Sam\"}", a);
  commit_value(fixture, "s-1", "{\"name\":\"Sam\"}", b);
  assert_memory_not_equal(a, b, 32);
}

static void
test_equal_employees_have_equal_commitments(void **state)
{
  Fixture *fixture = *state;
  const uint8_t other_kek[32] = {1};
  g_autoptr(RecoveryVault) other =
      recovery_vault_new(fixture->store, other_kek);
  uint8_t a[32], b[32], c[32], d[32];

  recovery_vault_employee(fixture->vault, "E1001", a);
  recovery_vault_employee(fixture->vault, "E1001", b);
  recovery_vault_employee(fixture->vault, "E1002", c);
  recovery_vault_employee(other, "E1001", d);
  assert_memory_equal(a, b, 32);
  assert_memory_not_equal(a, c, 32);
  assert_memory_not_equal(a, d, 32); /* not to be guessed without the key */
}

static void
test_a_kept_text_comes_back(void **state)
{
  Fixture *fixture = *state;
  const char *line = "{\"case\":\"c-1\",\"v\":1}";
  const uint8_t zero[32] = {0};
  uint8_t digest[32], salt[32];
  g_autofree char *value = NULL;

  fidotool_bytes_sha256(line, strlen(line), digest);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_vault_keep(fixture->vault, "s-1", digest, line,
                                  1900000000, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  assert_true(recovery_vault_open(fixture->vault, digest, salt, &value, NULL));
  assert_string_equal(value, line);
  assert_memory_equal(salt, zero, 32);
}

static void
check_code(Fixture *fixture, RecoveryVault *vault, const uint8_t commitment[32],
           int code)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *value = NULL;
  uint8_t salt[32];

  (void)fixture;
  assert_false(recovery_vault_open(vault, commitment, salt, &value, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, code));
  assert_null(value);
}

static void
test_another_key_opens_nothing(void **state)
{
  Fixture *fixture = *state;
  const uint8_t other_kek[32] = {1};
  g_autoptr(RecoveryVault) other =
      recovery_vault_new(fixture->store, other_kek);
  uint8_t commitment[32];

  commit_value(fixture, "s-1", "{\"name\":\"Sam\"}", commitment);
  check_code(fixture, other, commitment, RECOVERY_ERROR_DAMAGED);
}

/* Moved under another commitment, or under another subject, or one bit
 * changed: it does not open. */
static void
test_moved_or_changed_boxes_do_not_open(void **state)
{
  Fixture *fixture = *state;
  uint8_t a[32], b[32], subject_a[16], subject_b[16];
  const uint8_t moved[32] = {7};
  g_autoptr(GBytes) box = NULL, box_b = NULL;

  commit_value(fixture, "s-1", "{\"name\":\"Sam\"}", a);
  commit_value(fixture, "s-2", "{\"name\":\"Kim\"}", b);
  assert_true(recovery_store_pii(fixture->store, a, subject_a, &box, NULL));
  assert_true(recovery_store_pii(fixture->store, b, subject_b, &box_b, NULL));
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(
      recovery_store_put_pii(fixture->store, moved, subject_a, box, 1, NULL));
  assert_true(recovery_store_drop_pii(fixture->store, b, NULL));
  assert_true(
      recovery_store_put_pii(fixture->store, b, subject_a, box_b, 1, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  check_code(fixture, fixture->vault, moved, RECOVERY_ERROR_DAMAGED);
  check_code(fixture, fixture->vault, b, RECOVERY_ERROR_DAMAGED);

  for (size_t bit = 0; bit < g_bytes_get_size(box) * 8; bit++) {
    g_autofree uint8_t *copy =
        g_memdup2(g_bytes_get_data(box, NULL), g_bytes_get_size(box));
    g_autoptr(GBytes) changed = NULL;

    copy[bit / 8] = (uint8_t)(copy[bit / 8] ^ 1u << bit % 8);
    changed = g_bytes_new(copy, g_bytes_get_size(box));
    assert_true(recovery_store_begin(fixture->store, NULL));
    assert_true(recovery_store_drop_pii(fixture->store, a, NULL));
    assert_true(
        recovery_store_put_pii(fixture->store, a, subject_a, changed, 1, NULL));
    assert_true(recovery_store_commit(fixture->store, NULL));
    check_code(fixture, fixture->vault, a, RECOVERY_ERROR_DAMAGED);
  }
}

static void
test_what_is_not_there_is_not_found(void **state)
{
  Fixture *fixture = *state;
  const uint8_t nobody[32] = {9};
  uint8_t commitment[32];

  check_code(fixture, fixture->vault, nobody, RECOVERY_ERROR_NOT_FOUND);
  commit_value(fixture, "s-1", "{\"name\":\"Sam\"}", commitment);
  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_true(recovery_store_drop_pii(fixture->store, commitment, NULL));
  assert_true(recovery_store_commit(fixture->store, NULL));
  check_code(fixture, fixture->vault, commitment, RECOVERY_ERROR_NOT_FOUND);
}

static void
test_too_long_a_value_is_refused(void **state)
{
  Fixture *fixture = *state;
  g_autofree char *value = g_strnfill(65537, 'x');
  g_autoptr(GError) error = NULL;
  uint8_t commitment[32];

  assert_true(recovery_store_begin(fixture->store, NULL));
  assert_false(recovery_vault_commit(fixture->vault, "s-1", value, 1,
                                     commitment, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  recovery_store_rollback(fixture->store);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(test_a_commitment_is_the_mac_of_the_value),
      TEST(test_equal_values_have_unequal_commitments),
      TEST(test_equal_employees_have_equal_commitments),
      TEST(test_a_kept_text_comes_back),
      TEST(test_another_key_opens_nothing),
      TEST(test_moved_or_changed_boxes_do_not_open),
      TEST(test_what_is_not_there_is_not_found),
      TEST(test_too_long_a_value_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
