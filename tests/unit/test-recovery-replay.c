/* SPDX-License-Identifier: Apache-2.0 */
/* What was decided once comes out under a draft as the draft says, on the facts
 * of then and as of then. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/policy/replay.h"

#define THEN "2026-11-15T12:00:00.000Z"
#define KEY                                                                    \
  "{\"aaguid\":\"00000000-0000-4000-8000-000000000001\",\"flags\":{\"be\":0,"  \
  "\"bs\":0,\"up\":1,\"uv\":1},\"trust\":{\"result\":\"anchored\"}}"
#define OTHER                                                                  \
  "{\"aaguid\":\"00000000-0000-4000-8000-000000000002\",\"flags\":{\"be\":0,"  \
  "\"bs\":0,\"up\":1,\"uv\":1},\"trust\":{\"result\":\"anchored\"}}"

/* Keys on a list alone are issued, and serve staff. valid_from is long after
 * the judgements: a draft counts as being in force. */
static char *
write_policy(const char *listed, const char *valid_from)
{
  return g_strdup_printf(
      "schema: keyturn-policy/1\n"
      "policy: {id: p, version: 1, owner: o, valid_from: %s}\n"
      "aaguid_lists:\n"
      "  - {id: l, entries: [{aaguid: 00000000-0000-4000-8000-%s, until: "
      "2026-12-01}]}\n"
      "classes:\n"
      "  - {id: key, rank: 1, match: {uv: true, be: false, attested: true, "
      "aaguid_list: l}}\n"
      "  - {id: roster, use: roster, match: {uv: true, be: false, attested: "
      "true, aaguid_list: l}}\n"
      "permits: [{id: P, journey: recovery, accept: [key]}]\n"
      "recovery:\n"
      "  risk_analysis_ref: R\n"
      "  routine_check_pct: 0\n"
      "  standard: {issue: [key], slots: [a, b], off_kiosk: 1, wait_h: 0, "
      "restrict_h: 1, evidence: n21, min_keys: 2}\n"
      "retention: [{class: record, keep: 7y, purge: whole-epoch}, {class: "
      "personal, keep: 90d-after-close, purge: shred-subject}]\n",
      valid_from, listed);
}

static RecoveryDocument *
read_text(const char *text)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  RecoveryDocument *document =
      recovery_document_read(text, strlen(text), problems);

  assert_non_null(document);
  return document;
}

static RecoveryReplay *
new_replay(const char *then, const char *draft)
{
  RecoveryReplay *replay = recovery_replay_new(read_text(draft));
  g_autoptr(GBytes) yaml = g_bytes_new(then, strlen(then));

  assert_true(recovery_replay_add(replay, "then", yaml));
  return replay;
}

static void
a_key_is_judged_by_both(void **state)
{
  static const struct {
    const char *act, *result, *at, *change, *before, *after;
  } rows[] = {
      {"case.made", KEY, THEN, "refused", NULL, "no-permit"},
      {"case.bound", KEY, THEN, "refused", NULL, "no-permit"},
      {"roster.enrol", KEY, THEN, "refused", NULL, "class.roster"},
      {"case.made", OTHER, THEN, "let-in", "class", NULL},
      {"roster.enrol", OTHER, THEN, "let-in", "class.roster", NULL},
      /* Both lists have ended then. */
      {"roster.enrol", KEY, "2026-12-02T00:00:00.000Z", "same", "class.roster",
       "class.roster"},
      /* What is not told is in nobody's favour. */
      {"case.made", "{}", THEN, "same", "class", "class"},
      {"roster.enrol", "{}", THEN, "same", "floor.roster-key",
       "floor.roster-key"},
  };
  g_autofree char *then = write_policy("000000000001", "2026-01-01");
  g_autofree char *draft = write_policy("000000000002", "2030-01-01");
  g_autoptr(RecoveryReplay) replay = new_replay(then, draft);
  g_autoptr(FidotoolJson) all = fidotool_json_new_array();
  g_autoptr(FidotoolJson) counts = NULL;

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) result =
        fidotool_json_parse(rows[i].result, strlen(rows[i].result), NULL);
    FidotoolJson *row = recovery_replay_judgement(replay, "then", rows[i].act,
                                                  result, rows[i].at);
    const char *change = fidotool_json_get_text(row, "change");
    const char *before =
        fidotool_json_get_text(fidotool_json_get(row, "before"), "rule");
    const char *after =
        fidotool_json_get_text(fidotool_json_get(row, "after"), "rule");

    if (g_strcmp0(change, rows[i].change) != 0 ||
        (rows[i].before == NULL) != (before == NULL) ||
        (rows[i].after == NULL) != (after == NULL))
      fail_msg("row %zu: %s, %s, %s", i, change, before, after);
    if (strncmp(rows[i].act, "roster", 6) == 0)
      assert_string_equal(before == NULL ? after : before,
                          before == NULL ? rows[i].after : rows[i].before);
    fidotool_json_append(all, row);
  }
  counts = recovery_replay_count(all);
  assert_int_equal(fidotool_json_get_int(counts, "judged", 0), 8);
  assert_int_equal(fidotool_json_get_int(counts, "refused", 0), 3);
  assert_int_equal(fidotool_json_get_int(counts, "let_in", 0), 2);
  assert_int_equal(fidotool_json_get_int(counts, "same", 0), 3);
}

static void
what_is_not_known_is_not_decided(void **state)
{
  g_autofree char *then = write_policy("000000000001", "2026-01-01");
  g_autoptr(RecoveryReplay) replay = new_replay(then, then);
  g_autoptr(FidotoolJson) result = fidotool_json_parse(KEY, strlen(KEY), NULL);
  g_autoptr(GBytes) bad = g_bytes_new_static("x: 1\n", 5);

  (void)state;
  assert_null(
      recovery_replay_judgement(replay, "other", "case.made", result, THEN));
  assert_null(
      recovery_replay_judgement(replay, "then", "case.made", result, "noon"));
  assert_null(
      recovery_replay_judgement(replay, "then", "case.made", result, NULL));
  assert_false(recovery_replay_add(replay, "bad", bad));
  assert_null(recovery_replay_request(replay, "then", result));
}

/* ---- requests ---- */

#define REQUEST                                                                \
  "{\"id\":\"1\",\"time\":\"2026-11-15T12:00:00Z\",\"journey\":\"%s\","        \
  "\"app\":\"wiki\",\"person\":{\"id\":\"p\",\"groups\":[\"staff\","           \
  "\"domain-admins\"],\"attributes\":{\"employment\":\"fixed\"},\"keys\":[]}," \
  "\"authenticator\":{\"method\":\"webauthn\",\"uv\":true,\"be\":%s,\"bs\":"   \
  "false,\"attested\":%s,\"cert\":\"L1\",\"fw\":\"5.7.1\",\"aaguid\":"         \
  "\"00000000-0000-4000-8000-000000000001\",\"mds_status\":[],\"at\":"         \
  "\"2026-11-15T11:40:00Z\"},\"signals\":{\"device_managed\":{\"value\":true," \
  "\"at\":\"2026-11-15T11:00:00Z\",\"source\":\"mdm\"}},\"record\":"           \
  "{\"key_state\":\"active\",\"recovered_at\":null},\"uses\":{},"              \
  "\"reviews\":{\"E1\":\"2026-11-14\"}}"

static char *
load_example(const char *was, const char *is)
{
  g_autofree char *path = g_build_filename(g_getenv("KEYTURN_SOURCE"), "tests",
                                           "data", "policy-example.yaml", NULL);
  g_autofree char *text = NULL;
  g_auto(GStrv) parts = NULL;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  parts = g_strsplit(text, was, -1);
  assert_int_equal(g_strv_length(parts), 2);
  return g_strjoinv(is, parts);
}

static void
a_request_is_decided_by_both(void **state)
{
  /* Authenticated 20 minutes ago; R1 of the example wants 15. */
  static const struct {
    const char *was, *is, *change, *before, *after;
  } rows[] = {
      {"max_age_s: 900", "max_age_s: 900", "same", "step-up", "step-up"},
      {"max_age_s: 900", "max_age_s: 3600", "let-in", "step-up", "allow"},
      {"max_age_s: 900", "approvals: 1", "need-approval", "step-up",
       "need-approval"},
      {"journey: admin,    population: admins, app: [wiki, payroll], accept:",
       "journey: admin,    population: admins, app: [payroll], accept:",
       "refused", "step-up", "deny"},
  };
  g_autofree char *then = load_example("version: 7", "version: 7");
  g_autofree char *text = g_strdup_printf(REQUEST, "admin", "false", "true");
  g_autoptr(FidotoolJson) request =
      fidotool_json_parse(text, strlen(text), NULL);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *draft = load_example(rows[i].was, rows[i].is);
    g_autoptr(RecoveryReplay) replay = new_replay(then, draft);
    g_autoptr(FidotoolJson) row =
        recovery_replay_request(replay, "then", request);
    const char *before =
        fidotool_json_get_text(fidotool_json_get(row, "before"), "outcome");
    const char *after =
        fidotool_json_get_text(fidotool_json_get(row, "after"), "outcome");

    assert_non_null(row);
    assert_string_equal(fidotool_json_get_text(row, "change"), rows[i].change);
    assert_string_equal(before, rows[i].before);
    assert_string_equal(after, rows[i].after);
    assert_null(recovery_replay_request(replay, "other", request));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_judged_by_both),
      cmocka_unit_test(what_is_not_known_is_not_decided),
      cmocka_unit_test(a_request_is_decided_by_both),
  };

  return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
