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
  assert_null(recovery_replay_request(replay, "then", result, THEN));
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
        recovery_replay_request(replay, "then", request, THEN);
    const char *before =
        fidotool_json_get_text(fidotool_json_get(row, "before"), "outcome");
    const char *after =
        fidotool_json_get_text(fidotool_json_get(row, "after"), "outcome");

    assert_non_null(row);
    assert_string_equal(fidotool_json_get_text(row, "change"), rows[i].change);
    assert_string_equal(before, rows[i].before);
    assert_string_equal(after, rows[i].after);
    assert_null(recovery_replay_request(replay, "other", request, THEN));
  }
}

/* ---- exceptions of the record ---- */

/* A contractor with a passkey on a laptop that nobody manages. */
#define CONTRACTOR                                                             \
  "{\"id\":\"1\",\"time\":\"%.19sZ\",\"journey\":\"sign-in\",\"app\":"         \
  "\"wiki\","                                                                  \
  "\"person\":{\"id\":\"p\",\"groups\":[\"staff\"],\"attributes\":"            \
  "{\"employment\":\"contract\"},\"keys\":[]},\"authenticator\":{\"method\":"  \
  "\"webauthn\",\"uv\":true,\"be\":true,\"bs\":true,\"attested\":false,"       \
  "\"at\":\"%.19sZ\"},\"signals\":{},\"record\":{\"key_state\":\"active\","    \
  "\"recovered_at\":null},\"uses\":{}}"
#define E2(waives, population)                                                 \
  "{\"app\":[\"wiki\"],\"compensating\":\"c\",\"from\":"                       \
  "\"2026-11-01T00:00:00.000Z\",\"id\":\"E2\",\"owner\":\"o\",\"population\":" \
  "[\"" population "\"],\"reason\":\"r\",\"review_every_d\":14,\"schema\":"    \
  "\"keyturn-exception/1\",\"until\":\"2026-12-01T00:00:00.000Z\","            \
  "\"waives\":[\"" waives "\"]}"
#define GRANTED "2026-11-10T09:30:00.500Z"

/* The example without its own exception: a station takes none in a policy. */
static char *
load_station_policy(const char *was, const char *is)
{
  g_autofree char *text = load_example(was, is);
  char *from = strstr(text, "exceptions:"), *to = strstr(text, "\nrecovery:");

  assert_non_null(from);
  assert_non_null(to);
  memmove(from, to, strlen(to) + 1);
  return g_steal_pointer(&text);
}

static void
grant(RecoveryReplay *replay, const char *text, const char *reviewed,
      const char *ended)
{
  g_autoptr(FidotoolJson) row = fidotool_json_new_object();

  fidotool_json_set_text(row, "text", text);
  fidotool_json_set_text(row, "granted", GRANTED);
  if (reviewed != NULL)
    fidotool_json_set_text(row, "reviewed", reviewed);
  if (ended != NULL)
    fidotool_json_set_text(row, "ended", ended);
  assert_true(recovery_replay_grant(replay, row));
}

static void
check_side(const FidotoolJson *row, const char *name, const char *outcome,
           size_t i)
{
  const FidotoolJson *side = fidotool_json_get(row, name);
  const char *by = fidotool_json_get_text(side, "exception");

  if (g_strcmp0(fidotool_json_get_text(side, "outcome"), outcome) != 0)
    fail_msg("row %zu: %s is %s, not %s", i, name,
             fidotool_json_get_text(side, "outcome"), outcome);
  /* Nothing but the exception lets this person in here, where R4 is there. */
  if (strcmp(outcome, "allow") != 0 && by != NULL)
    fail_msg("row %zu: %s names %s", i, name, by);
}

static void
an_exception_is_there_in_its_time(void **state)
{
#define SAME "version: 7", "version: 7"
  static const struct {
    const char *at, *reviewed, *ended, *text;
    const char *was, *is, *before, *after;
    bool idle; /* under the draft */
  } rows[] = {
#define R4 E2("R4", "contractors")
      /* It saves a decision, by both. */
      {"2026-11-12T12:00:00.000Z", NULL, NULL, R4, SAME, "allow", "allow", 0},
      /* Begun, and not granted yet; from its grant on. */
      {"2026-11-10T09:30:00.499Z", NULL, NULL, R4, SAME, "step-up", "step-up",
       0},
      {"2026-11-10T09:30:00.500Z", NULL, NULL, R4, SAME, "allow", "allow", 0},
      /* An officer ended it. */
      {"2026-11-12T12:00:00.000Z", NULL, "2026-11-12T12:00:00.001Z", R4, SAME,
       "allow", "allow", 0},
      {"2026-11-12T12:00:00.000Z", NULL, "2026-11-12T12:00:00.000Z", R4, SAME,
       "step-up", "step-up", 0},
      /* Its review was overdue, or had been signed, also later than then. */
      {"2026-11-14T23:59:59.999Z", NULL, NULL, R4, SAME, "allow", "allow", 0},
      {"2026-11-15T00:00:00.000Z", NULL, NULL, R4, SAME, "step-up", "step-up",
       0},
      {"2026-11-20T12:00:00.000Z", "2026-11-14T08:00:00.000Z", NULL, R4, SAME,
       "allow", "allow", 0},
      {"2026-11-12T12:00:00.000Z", "2026-11-24T08:00:00.000Z", NULL, R4, SAME,
       "allow", "allow", 0},
      {"2026-11-28T08:00:00.000Z", "2026-11-14T08:00:00.000Z", NULL, R4, SAME,
       "step-up", "step-up", 0},
      /* Over. */
      {"2026-12-01T00:00:00.000Z", "2026-11-28T08:00:00.000Z", NULL, R4, SAME,
       "step-up", "step-up", 0},
      /* Somebody else's. */
      {"2026-11-12T12:00:00.000Z", NULL, NULL, E2("R4", "admins"), SAME,
       "step-up", "step-up", 0},
      /* The draft asks for more by the same name: it waives that, too. */
      {"2026-11-12T12:00:00.000Z", NULL, NULL, R4,
       "unless_good: device_managed, min_class: attested-key",
       "min_class: attested-key, approvals: 1", "allow", "allow", 0},
      /* The draft does not have the requirement: idle. */
      {"2026-11-12T12:00:00.000Z", NULL, NULL, R4, "id: R4,", "id: R5,",
       "allow", "step-up", 1},
      {"2026-11-12T12:00:00.000Z", NULL, NULL, R4,
       "  - {id: R4, app: [wiki, payroll], unless_good: device_managed, "
       "min_class: attested-key}\n",
       "", "allow", "allow", 1},
      /* Nor one of those whom it is about. */
      {"2026-11-12T12:00:00.000Z", NULL, NULL, R4, "id: contractors, ",
       "id: externals, ", "allow", "step-up", 1},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *then = load_station_policy(SAME);
    g_autofree char *draft = load_station_policy(rows[i].was, rows[i].is);
    g_autofree char *text = g_strdup_printf(CONTRACTOR, rows[i].at, rows[i].at);
    g_autoptr(FidotoolJson) request =
        fidotool_json_parse(text, strlen(text), NULL);
    g_autoptr(RecoveryReplay) replay = new_replay(then, draft);
    g_autoptr(FidotoolJson) row = NULL;
    const char *by;

    grant(replay, rows[i].text, rows[i].reviewed, rows[i].ended);
    row = recovery_replay_request(replay, "then", request, rows[i].at);
    assert_non_null(row);
    check_side(row, "before", rows[i].before, i);
    check_side(row, "after", rows[i].after, i);
    by = fidotool_json_get_text(fidotool_json_get(row, "after"), "exception");
    if ((strcmp(rows[i].after, "allow") == 0 && !rows[i].idle) != (by != NULL))
      fail_msg("row %zu: after names %s", i, by);
  }
#undef R4
#undef SAME
}

/* One replay goes through all times: each has what was there then. */
static void
exceptions_come_and_go(void **state)
{
  static const struct {
    const char *at, *outcome;
  } rows[] = {{"2026-11-10T09:00:00.000Z", "step-up"},
              {"2026-11-11T09:00:00.000Z", "allow"},
              {"2026-11-27T09:00:00.000Z", "allow"},
              {"2026-11-27T10:00:00.000Z", "step-up"},
              {"2026-11-11T09:00:00.000Z", "allow"}};
  g_autofree char *then = load_station_policy("version: 7", "version: 7");
  g_autoptr(RecoveryReplay) replay = new_replay(then, then);
  g_autoptr(FidotoolJson) bad = fidotool_json_new_object();

  (void)state;
  grant(replay, E2("R4", "contractors"), "2026-11-20T09:00:00.000Z",
        "2026-11-27T10:00:00.000Z");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strdup_printf(CONTRACTOR, rows[i].at, rows[i].at);
    g_autoptr(FidotoolJson) request =
        fidotool_json_parse(text, strlen(text), NULL);
    g_autoptr(FidotoolJson) row =
        recovery_replay_request(replay, "then", request, rows[i].at);

    check_side(row, "before", rows[i].outcome, i);
    check_side(row, "after", rows[i].outcome, i);
  }
  /* What cannot be read is not left out in silence. */
  assert_false(recovery_replay_grant(replay, bad));
  fidotool_json_set_text(bad, "text", E2("R4", "contractors"));
  assert_false(recovery_replay_grant(replay, bad));
  fidotool_json_set_text(bad, "granted", "noon");
  assert_false(recovery_replay_grant(replay, bad));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_judged_by_both),
      cmocka_unit_test(what_is_not_known_is_not_decided),
      cmocka_unit_test(a_request_is_decided_by_both),
      cmocka_unit_test(an_exception_is_there_in_its_time),
      cmocka_unit_test(exceptions_come_and_go),
  };

  return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
