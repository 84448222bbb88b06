/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-plan.c - keyhelper takes nothing off a key on a station but
 * what the station signed, for that and for now. */
#include "fidotool/helper/plan.h"

#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "recovery/format/key-plan.h"
#include "tests/testing.h"

/* 2026-11-20 10:05 UTC */
#define NOW_MS INT64_C(1795169100000)
#define HEX "1111111111111111111111111111111111111111111111111111111111111111"
#define BODY                                                                   \
  "\"iat\":\"2026-11-20T10:00:00.000Z\",\"log\":\"example.org/st-07/1\","      \
  "\"nonce\":\"22222222222222222222222222222222\",\"seq\":7,"                  \
  "\"station\":\"st-07\",\"target\":\"" HEX "\","                              \
  "\"until\":\"2026-11-20T10:10:00.000Z\",\"v\":1}"
#define RESET "{\"act\":\"key.reset\"," BODY
#define DELETE "{\"act\":\"key.credential.delete\",\"cred\":\"" HEX "\"," BODY
/* Signed by the station all the same, and yet no plan. */
#define NONSENSE "{\"act\":\"key.reset\"}"

typedef struct {
  EVP_PKEY *own, *other;
  FidotoolRule *station, *without, *child;
} Fixture;

static FidotoolRule *
new_station(EVP_PKEY *key)
{
  g_autofree char *text = key ? recovery_key_plan_write_key(key) : NULL;
  g_autofree char *line = text ? g_strdup_printf("plan_key=%s\n", text) : NULL;
  g_autofree char *file =
      g_strconcat("[keyhelper]\nrp_ids=desk.example\n", line, NULL);
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp("keyturn-plan-XXXXXX", &path, NULL);
  FidotoolRule *rule;

  assert_true(fd >= 0);
  close(fd);
  assert_true(g_file_set_contents(path, file, -1, NULL));
  rule = fidotool_rule_read(path, false, NULL);
  unlink(path);
  assert_non_null(rule);
  return rule;
}

static int
set_up(void **state)
{
  Fixture *f = g_new0(Fixture, 1);

  f->own = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  f->other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  f->station = new_station(f->own);
  f->without = new_station(NULL);
  f->child = fidotool_rule_new();
  *state = f;
  return 0;
}

static int
tear_down(void **state)
{
  Fixture *f = *state;

  EVP_PKEY_free(f->own);
  EVP_PKEY_free(f->other);
  fidotool_rule_free(f->station);
  fidotool_rule_free(f->without);
  fidotool_rule_free(f->child);
  g_free(f);
  return 0;
}

static FidotoolJson *
new_request(const char *job, const char *line, const char *signature)
{
  FidotoolJson *request = fidotool_json_new_object();
  FidotoolJson *leave;

  fidotool_json_set_text(request, "job", job);
  leave = fidotool_json_set(request, "signed", fidotool_json_new_object());
  if (line)
    fidotool_json_set_text(leave, "plan", line);
  if (signature)
    fidotool_json_set_text(leave, "signature", signature);
  return request;
}

/* What the station says to the line, signed by that key (NULL: by nobody). */
static int
ask(const FidotoolRule *rule, EVP_PKEY *key, bool practice, const char *job,
    const char *line, int64_t now_ms)
{
  g_autofree char *signature =
      key ? recovery_key_plan_sign(key, practice, line, NULL) : NULL;
  g_autoptr(FidotoolJson) request = new_request(job, line, signature);
  g_autoptr(GError) error = NULL;

  return fidotool_rule_check(rule, request, now_ms, &error) ? 0 : error->code;
}

static void
a_plan_of_the_station_opens_what_it_is_for(void **state)
{
  const Fixture *f = *state;
  static const struct {
    const char *job, *line;
    int code;
  } rows[] = {
      {"reset", RESET, 0},
      {"reset-plan", RESET, 0},
      {"credential-delete", DELETE, 0},
      {"credential-delete", RESET, FIDOTOOL_ERROR_POLICY},
      {"reset", DELETE, FIDOTOOL_ERROR_POLICY},
      {"reset", NONSENSE, FIDOTOOL_ERROR_POLICY},
      {"blob-purge", RESET, FIDOTOOL_ERROR_POLICY},
      {"fingerprint-delete", RESET, FIDOTOOL_ERROR_POLICY},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_int_equal(
        ask(f->station, f->own, false, rows[i].job, rows[i].line, NOW_MS),
        rows[i].code);
}

static void
nobody_else_signs_plans(void **state)
{
  const Fixture *f = *state;
  g_autofree char *signature =
      recovery_key_plan_sign(f->own, false, RESET, NULL);
  g_autofree char *line = g_strdup(RESET);
  g_autoptr(FidotoolJson) changed = NULL;
  g_autoptr(FidotoolJson) swapped = new_request("reset", DELETE, signature);

  *strstr(line, "1111") = '2'; /* another key than the one that was signed */
  changed = new_request("reset", line, signature);
  /* Another station's, the client's own, practice's, nobody's. */
  assert_int_equal(ask(f->station, f->other, false, "reset", RESET, NOW_MS),
                   FIDOTOOL_ERROR_POLICY);
  assert_int_equal(ask(f->station, f->own, true, "reset", RESET, NOW_MS),
                   FIDOTOOL_ERROR_POLICY);
  assert_int_equal(ask(f->station, NULL, false, "reset", RESET, NOW_MS),
                   FIDOTOOL_ERROR_POLICY);
  assert_false(fidotool_rule_check(f->station, changed, NOW_MS, NULL));
  assert_false(fidotool_rule_check(f->station, swapped, NOW_MS, NULL));
  /* Where the file names no key, nothing can be checked. */
  assert_int_equal(ask(f->without, f->own, false, "reset", RESET, NOW_MS),
                   FIDOTOOL_ERROR_POLICY);
}

static void
a_plan_ends(void **state)
{
  const Fixture *f = *state;
  static const struct {
    int64_t at_s; /* from 10:00:00 */
    bool good;
  } rows[] = {{-121, false}, {-119, true}, {0, true},
              {599, true},   {600, false}, {86400, false}};

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_int_equal(ask(f->station, f->own, false, "reset", RESET,
                         NOW_MS - 300000 + rows[i].at_s * 1000) == 0,
                     rows[i].good);
}

static void
without_a_station_a_plan_must_fit_all_the_same(void **state)
{
  const Fixture *f = *state;
  g_autoptr(FidotoolJson) empty = new_request("reset", NULL, NULL);

  assert_int_equal(ask(f->child, NULL, false, "reset", RESET, NOW_MS), 0);
  assert_int_equal(ask(f->child, NULL, false, "reset", DELETE, NOW_MS),
                   FIDOTOOL_ERROR_POLICY);
  assert_int_equal(
      ask(f->child, NULL, false, "reset", RESET, NOW_MS + 86400000),
      FIDOTOOL_ERROR_POLICY);
  assert_int_equal(ask(f->child, NULL, false, "reset", NONSENSE, NOW_MS),
                   FIDOTOOL_ERROR_POLICY);
  assert_false(fidotool_rule_check(f->child, empty, NOW_MS, NULL));
}

static void
a_file_with_a_key_that_is_none_serves_nobody(void **state)
{
  static const char *const bad[] = {"", "ssh-ed25519", "ssh-ed25519 AAAA",
                                    "AAAA"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autofree char *file = g_strdup_printf(
        "[keyhelper]\nrp_ids=desk.example\nplan_key=%s\n", bad[i]);
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("keyturn-plan-XXXXXX", &path, NULL);

    assert_true(fd >= 0);
    close(fd);
    assert_true(g_file_set_contents(path, file, -1, NULL));
    assert_null(fidotool_rule_read(path, false, NULL));
    unlink(path);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_plan_of_the_station_opens_what_it_is_for),
      TEST(nobody_else_signs_plans),
      TEST(a_plan_ends),
      TEST(without_a_station_a_plan_must_fit_all_the_same),
      TEST(a_file_with_a_key_that_is_none_serves_nobody),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
