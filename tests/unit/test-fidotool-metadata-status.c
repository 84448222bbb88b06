/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-metadata-status.c - a history of reports, at a time. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/judge/metadata-status.h"

#define REPORT(status, date)                                                   \
  "{\"status\":\"" status "\",\"effectiveDate\":\"" date "\"}"
#define VERSION(status, date, version)                                         \
  "{\"status\":\"" status "\",\"effectiveDate\":\"" date                       \
  "\",\"authenticatorVersion\":" version "}"
#define UNTIL(status, date, sunset)                                            \
  "{\"status\":\"" status "\",\"effectiveDate\":\"" date                       \
  "\",\"sunsetDate\":\"" sunset "\"}"

/* The written form, members sorted. */
#define STANDS(bad, level, statuses)                                           \
  "{\"bad\":[" bad "],\"certification\":\"" level "\",\"statuses\":[" statuses \
  "]}"

/* clang-format off */
static const struct {
  const char *name;
  const char *reports;
  const char *at; /* a date */
  const char *standing;
} rows[] = {
  { "no reports are no certification", "", "2026-03-01", STANDS("", "none", "") },
  { "a report counts from its day on", REPORT("FIDO_CERTIFIED_L1", "2026-03-01"), "2026-03-01",
    STANDS("", "L1", "\"FIDO_CERTIFIED_L1\"") },
  { "and not on the day before", REPORT("FIDO_CERTIFIED_L1", "2026-03-02"), "2026-03-01", STANDS("", "none", "") },
  { "without a date it always counted", "{\"status\":\"REVOKED\"}", "1999-01-01",
    STANDS("\"REVOKED\"", "none", "\"REVOKED\"") },
  { "the best level, not the last",
    REPORT("FIDO_CERTIFIED_L2", "2024-01-01") "," REPORT("FIDO_CERTIFIED_L1", "2025-01-01"), "2026-03-01",
    STANDS("", "L2", "\"FIDO_CERTIFIED_L2\",\"FIDO_CERTIFIED_L1\"") },
  { "plus is above its level",
    REPORT("FIDO_CERTIFIED_L1plus", "2024-01-01") "," REPORT("FIDO_CERTIFIED_L1", "2025-01-01"), "2026-03-01",
    STANDS("", "L1plus", "\"FIDO_CERTIFIED_L1plus\",\"FIDO_CERTIFIED_L1\"") },
  { "a certification ends at its sunset", UNTIL("FIDO_CERTIFIED_L3", "2024-01-01", "2026-03-01"), "2026-03-01",
    STANDS("", "none", "") },
  { "and holds on the day before it", UNTIL("FIDO_CERTIFIED_L3", "2024-01-01", "2026-03-02"), "2026-03-01",
    STANDS("", "L3", "\"FIDO_CERTIFIED_L3\"") },
  { "certified after it was not", REPORT("NOT_FIDO_CERTIFIED", "2023-01-01") "," REPORT("FIDO_CERTIFIED_L1", "2024-01-01"),
    "2026-03-01", STANDS("", "L1", "\"NOT_FIDO_CERTIFIED\",\"FIDO_CERTIFIED_L1\"") },
  { "not certified after it was", REPORT("FIDO_CERTIFIED_L1", "2024-01-01") "," REPORT("NOT_FIDO_CERTIFIED", "2025-01-01"),
    "2026-03-01", STANDS("", "none", "\"FIDO_CERTIFIED_L1\",\"NOT_FIDO_CERTIFIED\"") },
  { "revoked has no certification", REPORT("FIDO_CERTIFIED_L3", "2025-01-01") "," REPORT("REVOKED", "2025-01-01"),
    "2026-03-01", STANDS("\"REVOKED\"", "none", "\"FIDO_CERTIFIED_L3\",\"REVOKED\"") },
  { "a date of no month: a good report never counts", REPORT("FIDO_CERTIFIED_L1", "2025-13-01"), "2026-03-01",
    STANDS("", "none", "") },
  { "a bad one always", REPORT("REVOKED", "2027-13-01"), "2026-03-01", STANDS("\"REVOKED\"", "none", "\"REVOKED\"") },
  { "a bad one whose end is no date has none", UNTIL("REVOKED", "2025-01-01", "then"), "2026-03-01",
    STANDS("\"REVOKED\"", "none", "\"REVOKED\"") },
  { "bad stays bad under a certification of the same firmware",
    VERSION("USER_VERIFICATION_BYPASS", "2024-01-01", "5") "," VERSION("FIDO_CERTIFIED_L1", "2025-01-01", "5"), "2026-03-01",
    STANDS("\"USER_VERIFICATION_BYPASS\"", "L1", "\"USER_VERIFICATION_BYPASS\",\"FIDO_CERTIFIED_L1\"") },
  { "and of an unknown one",
    VERSION("USER_VERIFICATION_BYPASS", "2024-01-01", "5") "," REPORT("FIDO_CERTIFIED_L1", "2025-01-01"), "2026-03-01",
    STANDS("\"USER_VERIFICATION_BYPASS\"", "L1", "\"USER_VERIFICATION_BYPASS\",\"FIDO_CERTIFIED_L1\"") },
  { "newer firmware, certified later, ends it",
    VERSION("USER_VERIFICATION_BYPASS", "2024-01-01", "5") "," VERSION("FIDO_CERTIFIED_L1", "2025-01-01", "6"), "2026-03-01",
    "{\"bad\":[],\"certification\":\"L1\",\"cured\":[\"USER_VERIFICATION_BYPASS\"],\"cured_by_firmware\":6,"
    "\"statuses\":[\"USER_VERIFICATION_BYPASS\",\"FIDO_CERTIFIED_L1\"]}" },
  { "not before it is certified",
    VERSION("USER_VERIFICATION_BYPASS", "2024-01-01", "5") "," VERSION("FIDO_CERTIFIED_L1", "2025-01-01", "6"), "2024-06-01",
    STANDS("\"USER_VERIFICATION_BYPASS\"", "none", "\"USER_VERIFICATION_BYPASS\"") },
  { "nor where it was certified before",
    VERSION("FIDO_CERTIFIED_L1", "2023-01-01", "6") "," VERSION("USER_KEY_REMOTE_COMPROMISE", "2024-01-01", "5"), "2026-03-01",
    STANDS("\"USER_KEY_REMOTE_COMPROMISE\"", "L1", "\"FIDO_CERTIFIED_L1\",\"USER_KEY_REMOTE_COMPROMISE\"") },
  { "nothing ends an attestation key's compromise",
    VERSION("ATTESTATION_KEY_COMPROMISE", "2024-01-01", "5") "," VERSION("FIDO_CERTIFIED_L1", "2025-01-01", "6"), "2026-03-01",
    STANDS("\"ATTESTATION_KEY_COMPROMISE\"", "L1", "\"ATTESTATION_KEY_COMPROMISE\",\"FIDO_CERTIFIED_L1\"") },
  { "FIPS stands beside FIDO's level",
    "{\"status\":\"FIPS140_CERTIFIED_L2\",\"effectiveDate\":\"2025-01-01\",\"fipsRevision\":3,\"fipsPhysicalSecurityLevel\":4}",
    "2026-03-01", "{\"bad\":[],\"certification\":\"none\",\"fips\":{\"level\":2,\"physical\":4,\"revision\":3},"
    "\"statuses\":[\"FIPS140_CERTIFIED_L2\"]}" },
  { "retired is told", REPORT("RETIRED", "2025-01-01"), "2026-03-01",
    "{\"bad\":[],\"certification\":\"none\",\"retired\":true,\"statuses\":[\"RETIRED\"]}" },
  { "an unknown status is kept and decides nothing", REPORT("NEWER_THAN_WE", "2025-01-01"), "2026-03-01",
    STANDS("", "none", "\"NEWER_THAN_WE\"") },
  { "what is no report is passed over", "1,[],{},{\"status\":7},null,\"REVOKED\"", "2026-03-01", STANDS("", "none", "") },
};
/* clang-format on */

static FidotoolJson *
read_reports(const char *reports)
{
  g_autofree char *text = g_strdup_printf("[%s]", reports);
  FidotoolJson *json = fidotool_json_parse(text, strlen(text), NULL);

  assert_non_null(json);
  return json;
}

static char *
judge(const char *reports, const char *date, const FidotoolSlice *chain,
      size_t count)
{
  g_autoptr(FidotoolJson) json = read_reports(reports);
  g_autoptr(FidotoolMetadataStanding) standing = NULL;
  g_autoptr(FidotoolJson) written = NULL;
  int64_t at;

  assert_true(fidotool_metadata_status_date(date, &at));
  standing = fidotool_metadata_status_judge(json, at, chain, count);
  written = fidotool_metadata_status_json(standing);
  return fidotool_json_write(written, NULL);
}

static void
each_history_gives_its_standing(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *got = judge(rows[i].reports, rows[i].at, NULL, 0);

    if (strcmp(got, rows[i].standing) != 0)
      print_error("%s:\n  %s\n  %s\n", rows[i].name, got, rows[i].standing);
    assert_string_equal(got, rows[i].standing);
  }
}

/* M14; "AQID" is 01 02 03. */
static void
a_batch_counts_for_its_own_chain(void **state)
{
  static const uint8_t own[] = {1, 2, 3}, other[] = {1, 2, 4};
  static const char reports[] =
      "{\"status\":\"REVOKED\",\"batchCertificate\":\"AQ\\nID\"}";
  const FidotoolSlice chain[] = {{other, 3}, {own, 3}};
  g_autofree char *in = judge(reports, "2026-03-01", chain, 2);
  g_autofree char *out = judge(reports, "2026-03-01", chain, 1);
  g_autofree char *whole = judge(reports, "2026-03-01", NULL, 0);

  (void)state;
  assert_string_equal(in, STANDS("\"REVOKED\"", "none", "\"REVOKED\""));
  assert_string_equal(out, "{\"bad\":[],\"certification\":\"none\",\"other_"
                           "batches\":[\"REVOKED\"],\"statuses\":[]}");
  assert_string_equal(whole, in);
}

static void
later_reports_are_told(void **state)
{
  g_autoptr(FidotoolJson) json = read_reports(REPORT("REVOKED", "2026-03-02"));
  g_autoptr(FidotoolMetadataStanding) before = NULL;
  g_autoptr(FidotoolMetadataStanding) after = NULL;
  int64_t at;

  (void)state;
  assert_true(fidotool_metadata_status_date("2026-03-01", &at));
  before = fidotool_metadata_status_judge(json, at, NULL, 0);
  after = fidotool_metadata_status_judge(json, at + 86400, NULL, 0);
  assert_true(before->later);
  assert_int_equal(before->bad->len, 0);
  assert_false(after->later);
  assert_int_equal(after->bad->len, 1);
}

/* With each day that passes a report comes into force and never leaves: what
 * was bad stays so, unless newer firmware is certified. */
static void
time_alone_forgives_nothing(void **state)
{
  static const char *const names[] = {"FIDO_CERTIFIED_L1",
                                      "FIDO_CERTIFIED_L2",
                                      "REVOKED",
                                      "RETIRED",
                                      "USER_VERIFICATION_BYPASS",
                                      "UPDATE_AVAILABLE",
                                      "NOT_FIDO_CERTIFIED",
                                      "ATTESTATION_KEY_COMPROMISE"};
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261128);
  unsigned reached = 0;

  (void)state;
  for (int run = 0; run < 400; run++) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(FidotoolJson) json = NULL;
    guint bad = 0;
    int64_t at;

    for (int i = 0; i < 6; i++)
      g_string_append_printf(
          text, "%s{\"status\":\"%s\",\"effectiveDate\":\"2026-03-%02d\"}",
          i > 0 ? "," : "",
          names[g_rand_int_range(rand, 0, (gint32)G_N_ELEMENTS(names))],
          g_rand_int_range(rand, 1, 29));
    json = read_reports(text->str);
    assert_true(fidotool_metadata_status_date("2026-02-28", &at));
    for (int day = 0; day < 31; day++, at += 86400) {
      g_autoptr(FidotoolMetadataStanding) standing =
          fidotool_metadata_status_judge(json, at, NULL, 0);

      assert_true(standing->bad->len >= bad);
      bad = standing->bad->len;
    }
    reached += bad > 0;
  }
  assert_true(reached > 100);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_history_gives_its_standing),
      cmocka_unit_test(a_batch_counts_for_its_own_chain),
      cmocka_unit_test(later_reports_are_told),
      cmocka_unit_test(time_alone_forgives_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
