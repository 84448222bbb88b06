/* SPDX-License-Identifier: Apache-2.0 */
/* A policy taken up again is the same text, but for its version and the date of
 * its review, however it is written. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/revise.h"

#define DAY INT64_C(86400)
#define NOW 1794700800 /* 2026-11-15 */

static const char rest[] =
    "classes:\n"
    "  - {id: key, rank: 1, match: {uv: true, be: false, attested: true}}\n"
    "  - {id: roster, use: roster, match: {uv: true, be: false, attested: "
    "true}}\n"
    "permits:\n"
    "  - {id: version, journey: recovery, accept: [key]} # version: 1\n"
    "recovery:\n"
    "  risk_analysis_ref: R\n"
    "  routine_check_pct: 0\n"
    "  standard: {issue: [key], slots: [a, b], off_kiosk: 1, wait_h: 0, "
    "restrict_h: 1, evidence: n21, min_keys: 2}\n"
    "retention: [{class: record, keep: 7y, purge: whole-epoch}, {class: "
    "personal, keep: 90d-after-close, purge: shred-subject}]\n";

/* clang-format off */
static const struct {
  const char *before, *review_by, *after;
} rows[] = {
  { "schema: keyturn-policy/1\npolicy: {id: a, version: 1, owner: o, valid_from: 2026-01-01, review_by: 2026-02-01}\n",
    "2027-01-01",
    "schema: keyturn-policy/1\npolicy: {id: a, version: 12, owner: o, valid_from: 2026-01-01, review_by: 2027-01-01}\n" },
  { "schema: keyturn-policy/1\npolicy: {review_by: \"2026-02-01\", version: 1, owner: \xc3\xb6, id: version, valid_from: 2026-01-01}\n",
    "2027-01-01",
    "schema: keyturn-policy/1\npolicy: {review_by: 2027-01-01, version: 12, owner: \xc3\xb6, id: version, valid_from: 2026-01-01}\n" },
  { "# version: 1 \xe2\x80\x93 a remark\nschema: keyturn-policy/1\npolicy:\n  id: a # version: 3\n  owner: version\n  version: 1 # it\n  valid_from: 2026-01-01\n",
    "2027-01-01",
    "# version: 1 \xe2\x80\x93 a remark\nschema: keyturn-policy/1\npolicy:\n  id: a # version: 3\n  owner: version\n  version: 12 # it\n  valid_from: 2026-01-01\n" },
  { "schema: keyturn-policy/1\npolicy: {id: a, version: 1, owner: o, valid_from: 2026-01-01, review_by: 2028-02-01}\n",
    NULL,
    "schema: keyturn-policy/1\npolicy: {id: a, version: 12, owner: o, valid_from: 2026-01-01, review_by: 2028-02-01}\n" },
};
/* clang-format on */

static void
two_values_are_written_over(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *before = g_strconcat(rows[i].before, rest, NULL);
    g_autofree char *after = g_strconcat(rows[i].after, rest, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *is = recovery_revise_write(before, strlen(before), 12,
                                                rows[i].review_by, &error);

    assert_null(error);
    assert_string_equal(is, after);
  }
}

static void
what_is_no_policy_is_not_written_over(void **state)
{
  static const char text[] = "policy: {version: 1}\n";
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(recovery_revise_write(text, strlen(text), 2, NULL, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
}

/* days from now; 0: none. expect in days, 0: as it is */
static void
the_review_is_still_ahead(void **state)
{
  static const struct {
    int64_t own, in_force, expect;
  } cases[] = {
      {0, 30, 0},  {60, 30, 30}, {20, 30, 0}, {-5, 30, 30},
      {-5, 0, 90}, {-5, -1, 90}, {20, -1, 0}, {20, 0, 0},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    int64_t own = cases[i].own == 0 ? 0 : NOW + cases[i].own * DAY;
    int64_t other = cases[i].in_force == 0 ? 0 : NOW + cases[i].in_force * DAY;
    g_autofree char *is = recovery_revise_review_by(own, other, NOW);
    g_autoptr(GDateTime) at =
        g_date_time_new_from_unix_utc(NOW + cases[i].expect * DAY);
    g_autofree char *expect =
        cases[i].expect == 0 ? NULL : g_date_time_format(at, "%F");

    if (g_strcmp0(is, expect) != 0)
      fail_msg("row %zu: %s, not %s", i, is, expect);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_values_are_written_over),
      cmocka_unit_test(what_is_no_policy_is_not_written_over),
      cmocka_unit_test(the_review_is_still_ahead),
  };

  return cmocka_run_group_tests_name("revise", tests, NULL, NULL);
}
