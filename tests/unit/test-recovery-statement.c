/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-statement.c - each act has the fields of its row: a good line
 * of every act, then each field missing, unknown or of another form. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/format/act.h"
#include "recovery/format/jcs.h"
#include "recovery/format/statement.h"

#define HASH                                                                   \
  "\"ffb304816a1090313e833215c08dae3d209cfad1ffd1f674f0909a2ae99e1394\""
#define OTHER                                                                  \
  "\"e265b6f564601a1fe8dc42785cd18a868bd8013eb5899560e79248767a683e6b\""
#define EMPTY                                                                  \
  "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""
#define TIME "\"2026-11-15T10:00:00.000Z\""

/* A good value of each field, and bad ones. */
/* clang-format off */
static const struct {
  const char *name, *good;
  const char *bad[6];
} values[] = {
  { "v", "1", { "0", "2", "\"1\"", "-1" } },
  { "log", "\"example.org/keyturn/st-07/1\"", { "\"\"", "\"example\"", "\"example.org/st/01\"", "\"a b/1\"" } },
  { "head_size", "1", { "0", "-1", "\"1\"" } },
  { "head_root", HASH, { "\"\"", "\"00\"", "1", "\"FFB304816A1090313E833215C08DAE3D209CFAD1FFD1F674F0909A2AE99E1394\"" } },
  { "genesis", HASH, { "\"\"", "[]" } },
  { "station", "\"st-07\"", { "\"ST\"", "\"\"", "1", "\"a,b\"", "\"-a\"" } },
  { "actor", "\"p-7f3a\"", { "\"P\"", "[]", "\"a*\"" } },
  { "policy", HASH, { "\"x\"" } },
  { "policy_id", "\"acme-keys\"", { "\"\"", "\"-a\"", "\"a b\"", "1" } },
  { "policy_version", "7", { "0", "\"7\"", "-7" } },
  { "iat", TIME, { "\"2026-11-15T10:00:00Z\"", "1", "\"2026-11-31T10:00:00.000Z\"" } },
  { "exp", "\"2026-11-15T10:15:00.000Z\"", { "\"2026-11-15T10:15:00.001Z\"", "\"2026-11-15T09:59:59.999Z\"", "1" } },
  { "nonce", "\"000102030405060708090a0b0c0d0e0f\"", { "\"00\"", HASH, "1" } },
  { "seq", "3", { "-1", "\"3\"" } },
  { "t", TIME, { "\"\"", "5" } },
  { "mono", "{\"boot\":\"0a-1\",\"ms\":5}", { "{}", "{\"boot\":\"0a\"}", "{\"boot\":\"0A\",\"ms\":5}", "{\"boot\":\"\",\"ms\":5}", "{\"boot\":\"0a\",\"ms\":-5}", "{\"boot\":\"0a\",\"ms\":5,\"x\":1}" } },
  { "id", "\"0192a3b4-0000-4000-8000-000000000001\"", { "\"0192A3B4-0000-4000-8000-000000000001\"", "\"0192a3b4\"", "1" } },
  { "out", "\"ok\"", { "\"OK\"", "\"\"", "1" } },
  { "build", "\"0.1.0+ffb304816a1090313e833215c08dae3d209cfad1ffd1f674f0909a2ae99e1394\"", { "\"0.1.0\"", "\"+ffb304816a1090313e833215c08dae3d209cfad1ffd1f674f0909a2ae99e1394\"", "\"0.1.0+ff\"", "\"0 1+ffb304816a1090313e833215c08dae3d209cfad1ffd1f674f0909a2ae99e1394\"" } },
  { "case", "\"c-0192\"", { "\"C\"", "[]" } },
  { "sub", "\"s-51d2\"", { "\"\"", "1" } },
  { "state", "\"open\"", { "\"\"", "\"opened\"", "1" } },
  { "op", "\"recover\"", { "\"recovery\"", "\"\"", "1" } },
  { "tier", "\"standard\"", { "\"low\"", "1" } },
  { "case_digest", HASH, { "\"\"" } },
  { "stmt", HASH, { "\"\"", "[" HASH "]", "1" } },
  { "asrt", "[" HASH "," OTHER "]", { "[" HASH "]", HASH, "[]", "[" HASH "," HASH "]", "[[" HASH "," OTHER "]]" } },
  { "actors", "[\"a\",\"b\"]", { "[\"a\"]", "[]", "\"a\"", "[\"a\",\"a\"]", "[\"a\",1]" } },
  { "object", HASH, { "\"\"", "1" } },
  { "target", HASH, { "\"\"" } },
  { "previous", "[" HASH "]", { HASH, "[1]", "[\"x\"]", "{}" } },
  { "station_key", "\"a+0+b\"", { "\"\"", "\"a b\"", "1" } },
  { "rp_id", "\"keys.example.org\"", { "\"\"", "\"a b\"", "1" } },
  { "origin", "\"https://keys.example.org\"", { "\"\"", "1" } },
  { "role", "\"agent\"", { "\"Agent\"", "1" } },
  { "creds", "[" HASH "]", { HASH, "[\"x\"]" } },
  { "reason", "\"lost\"", { "\"\"", "\"I lost it\"", "1" } },
  { "lost_at", TIME, { "\"yesterday\"" } },
  { "note", HASH, { "\"\"" } },
  { "pii", "[]", { HASH, "[1]" } },
  { "cred", HASH, { "\"\"" } },
  { "branch", "\"c\"", { "\"\"", "1" } },
  { "ial", "2", { "0", "4", "\"2\"" } },
  { "type", "\"passport\"", { "\"\"", "\"a b\"" } },
  { "method", "\"code\"", { "\"\"", "1" } },
  { "result", "\"ok\"", { "\"\"", "1" } },
  { "evidence", HASH, { "\"\"" } },
  { "slots", "[\"helpdesk-lead\",\"other-team\"]", { "[\"helpdesk-lead\"]", "[\"a\",\"a\"]", "[\"a\",\"agent\"]", "[]", "\"a\"" } },
  { "aaguid", "\"6b657974-7572-4e20-8000-70726163746b\"", { "\"\"", "\"6B657974-7572-4E20-8000-70726163746B\"" } },
  { "registration", HASH, { "\"\"" } },
  { "assertion", HASH, { "\"\"" } },
  { "slot", "\"helpdesk-lead\"", { "\"\"", "1" } },
  { "contact", "\"seen\"", { "\"yes\"", "\"\"", "1" } },
  { "newkey", "\"next-at-station\"", { "\"\"", "\"next\"", "1" } },
  { "not_before", TIME, { "\"\"" } },
  { "rp", "\"app.example\"", { "\"\"", "\"a b\"" } },
  { "until", TIME, { "\"\"" } },
  { "key", "\"k-1\"", { "\"K 1\"" } },
  { "notice", "\"n-1\"", { "\"\"" } },
  { "address", HASH, { "\"\"" } },
  { "journey", "\"sign-in\"", { "\"\"", "\"a b\"", "1" } },
  { "app", "\"mail\"", { "\"\"", "\"a b\"" } },
  { "size", "5", { "-1", "\"5\"" } },
  { "root", HASH, { "\"\"" } },
  { "prev_origin", "\"example.org/keyturn/st-07/0\"", { "\"x\"" } },
  { "prev_size", "9", { "\"9\"" } },
  { "prev_root", HASH, { "\"\"" } },
  { "time", TIME, { "\"noon\"" } },
  { "from", TIME, { "1" } },
  { "to", TIME, { "1" } },
  { "free", "1048576", { "-1", "\"1\"" } },
  { "sink", "\"siem-1\"", { "\"\"" } },
  { "machine", "\"ws-1\"", { "\"WS\"" } },
  { "kind", "\"rollback\"", { "\"\"" } },
  { "judgement", HASH, { "\"\"" } },
  { "base", HASH, { "\"\"" } },
  { "looser", "0", { "-1", "\"0\"" } },
  { "stricter", "4", { "-1", "\"4\"" } },
  { "warnings", "2", { "-1", "\"2\"" } },
  { "caller", "\"mdm\"", { "\"\"", "\"MDM\"", "1" } },
  { "transaction", "\"data-export\"", { "\"\"", "\"a b\"", "1" } },
  { "reasons", "[\"exception\",\"fallback\"]", { "[]", "[\"fallback\",\"exception\"]", "[\"fallback\",\"fallback\"]", "[\"mood\"]", "\"fallback\"" } },
  { "rules", "[\"P1\",\"P4\"]", { "[\"P4\",\"P1\"]", "[\"P1\",\"P1\"]", "[\"\"]", "[1]", "\"P1\"" } },
  { "fallbacks", "[\"P4\"]", { "\"P4\"", "[\"a b\"]" } },
  { "waived", "[]", { "\"R4\"" } },
  { "exceptions", "[]", { "\"E1\"" } },
  { "review", TIME, { "\"soon\"" } },
  { "reference", HASH, { "\"\"" } },
  { "approvals", "[" HASH "]", { "[]", HASH } },
};
/* clang-format on */

static FidotoolJson *
parse(const char *text)
{
  FidotoolJson *json = fidotool_json_parse(text, strlen(text), NULL);

  assert_non_null(json);
  return json;
}

static size_t
find_value(const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
    if (strcmp(values[i].name, name) == 0)
      return i;
  fail_msg("no value for %s", name);
  return 0;
}

/* Sets a good value of each field of a row, those that may miss included. */
static void
set_row(FidotoolJson *line, const char *row)
{
  g_auto(GStrv) words = g_strsplit(row, " ", -1);

  for (char **word = words; *word != NULL && **word != '\0'; word++) {
    g_autofree char *name = g_strdelimit(g_strdup(*word), "?", '\0');

    fidotool_json_set(line, name, parse(values[find_value(name)].good));
  }
}

static FidotoolJson *
new_statement(const RecoveryAct *act)
{
  FidotoolJson *line = fidotool_json_new_object();
  bool first = strcmp(act->name, "station.init") == 0 ||
               strcmp(act->name, "log.open") == 0;

  set_row(line, "v log head_size head_root genesis station actor policy "
                "policy_id policy_version iat exp nonce");
  set_row(line, act->statement);
  fidotool_json_set_text(line, "act", act->name);
  if (first) {
    fidotool_json_set_int(line, "head_size", 0);
    fidotool_json_set(line, "head_root", parse(EMPTY));
  }
  if (strcmp(act->name, "station.init") == 0)
    fidotool_json_remove(line, "genesis");
  return line;
}

static FidotoolJson *
new_entry(const RecoveryAct *act)
{
  FidotoolJson *line = fidotool_json_new_object();

  set_row(line, "v log seq t mono id out policy build");
  set_row(line, act->entry);
  fidotool_json_set_text(line, "act", act->name);
  if (fidotool_json_get(line, "actors") != NULL) {
    fidotool_json_set(line, "stmt", parse("[" HASH "," OTHER "]"));
    fidotool_json_set(line, "asrt",
                      parse("[[" HASH "," OTHER "],[" OTHER "," EMPTY "]]"));
  }
  /* Contest and withdrawal: as if by code, which has none of these. */
  if (act->kind == RECOVERY_ACT_MIXED) {
    fidotool_json_remove(line, "actor");
    fidotool_json_remove(line, "stmt");
    fidotool_json_remove(line, "asrt");
    fidotool_json_remove(line, "assertion");
  }
  return line;
}

typedef bool (*Check)(const FidotoolJson *line, GError **error);

static void
assert_good(Check check, const FidotoolJson *line)
{
  g_autoptr(GError) error = NULL;

  if (!check(line, &error))
    fail_msg("%s", error->message);
}

static void
assert_bad(Check check, const FidotoolJson *line, const char *name)
{
  g_autoptr(GError) error = NULL;

  if (check(line, &error))
    fail_msg("%s: %s", fidotool_json_get_text(line, "act"), name);
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
}

/* Each field but those of row may_miss, taken away, is missed. */
static void
refuse_missing(Check check, const FidotoolJson *line, const char *row)
{
  for (size_t i = 0; i < fidotool_json_size(line); i++) {
    g_autofree char *name = g_strdup(fidotool_json_name(line, i));
    g_autofree char *may = g_strconcat(name, "?", NULL);
    g_autoptr(FidotoolJson) copy = fidotool_json_copy(line);
    g_auto(GStrv) words = g_strsplit(row, " ", -1);

    if (g_strv_contains((const char *const *)words, may))
      continue;
    fidotool_json_remove(copy, name);
    assert_bad(check, copy, name);
  }
}

static void
refuse_forms(Check check, const FidotoolJson *line)
{
  for (size_t i = 0; i < fidotool_json_size(line); i++) {
    const char *name = fidotool_json_name(line, i);
    const char *const *bad = strcmp(name, "act") == 0
                                 ? (const char *const[]){"\"\"", "1", NULL}
                                 : values[find_value(name)].bad;

    for (size_t j = 0; j < 6 && bad[j] != NULL; j++) {
      g_autoptr(FidotoolJson) copy = fidotool_json_copy(line);

      /* These are arrays in entries of several signers. */
      if (fidotool_json_get(line, "actors") != NULL &&
          (strcmp(name, "stmt") == 0 || strcmp(name, "asrt") == 0))
        continue;
      if (strcmp(name, "head_size") == 0 &&
          fidotool_json_get_int(line, "head_size", 1) == 0 &&
          strcmp(bad[j], "0") == 0)
        continue;
      fidotool_json_set(copy, name, parse(bad[j]));
      assert_bad(check, copy, name);
    }
  }
}

static void
refuse_unknown(Check check, const FidotoolJson *line)
{
  g_autoptr(FidotoolJson) copy = fidotool_json_copy(line);

  fidotool_json_set_int(copy, "zz", 1);
  assert_bad(check, copy, "an unknown field");
  for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autoptr(FidotoolJson) other = fidotool_json_copy(line);

    if (fidotool_json_get(line, values[i].name) != NULL)
      continue;
    fidotool_json_set(other, values[i].name, parse(values[i].good));
    assert_bad(check, other, values[i].name);
  }
}

static void
a_statement_has_the_fields_of_its_act(void **state)
{
  (void)state;
  for (size_t i = 0; i < recovery_act_count(); i++) {
    const RecoveryAct *act = recovery_act_at(i);
    g_autoptr(FidotoolJson) line = NULL;

    if (act->statement == NULL)
      continue;
    line = new_statement(act);
    assert_good(recovery_statement_check, line);
    refuse_missing(recovery_statement_check, line, act->statement);
    refuse_forms(recovery_statement_check, line);
    refuse_unknown(recovery_statement_check, line);
  }
}

static void
an_entry_has_the_fields_of_its_act(void **state)
{
  (void)state;
  for (size_t i = 0; i < recovery_act_count(); i++) {
    const RecoveryAct *act = recovery_act_at(i);
    g_autoptr(FidotoolJson) line = new_entry(act);

    assert_good(recovery_statement_check_entry, line);
    refuse_missing(recovery_statement_check_entry, line, act->entry);
    refuse_forms(recovery_statement_check_entry, line);
    refuse_unknown(recovery_statement_check_entry, line);
  }
}

static void
nobody_signs_what_the_station_does(void **state)
{
  static const char *const names[] = {"heartbeat", "case.quorum", "case.amend",
                                      "case.uphold.proposed", "case.made"};
  const RecoveryAct *act = recovery_act_find("case.check");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(FidotoolJson) line = new_statement(act);

    fidotool_json_set_text(line, "act", names[i]);
    assert_bad(recovery_statement_check, line, names[i]);
  }
}

static void
why_stands_where_something_is_to_be_explained(void **state)
{
  g_autoptr(FidotoolJson) line = new_entry(recovery_act_find("heartbeat"));

  (void)state;
  fidotool_json_set_text(line, "why", "some-code");
  assert_bad(recovery_statement_check_entry, line, "why alone");
  fidotool_json_set_int(line, "weaker", 1);
  assert_good(recovery_statement_check_entry, line);
  fidotool_json_set_int(line, "weaker", 0);
  assert_bad(recovery_statement_check_entry, line, "weaker 0");
  fidotool_json_set_int(line, "weaker", 1);
  fidotool_json_remove(line, "why");
  assert_bad(recovery_statement_check_entry, line, "weaker without why");
  fidotool_json_remove(line, "weaker");
  fidotool_json_set_text(line, "out", "error");
  assert_bad(recovery_statement_check_entry, line, "error without why");
  fidotool_json_set_text(line, "why", "disk");
  assert_good(recovery_statement_check_entry, line);
}

static void
what_was_denied_may_lack_its_row_and_names_no_signature(void **state)
{
  g_autoptr(FidotoolJson) line = new_entry(recovery_act_find("case.approve"));

  (void)state;
  fidotool_json_set_text(line, "out", "denied");
  fidotool_json_set_text(line, "why", "same-team");
  assert_bad(recovery_statement_check_entry, line, "stmt");
  fidotool_json_remove(line, "stmt");
  assert_bad(recovery_statement_check_entry, line, "asrt");
  fidotool_json_remove(line, "asrt");
  assert_good(recovery_statement_check_entry, line);
  fidotool_json_remove(line, "slot");
  fidotool_json_remove(line, "case");
  assert_good(recovery_statement_check_entry, line);
  fidotool_json_set_text(line, "role", "agent");
  assert_bad(recovery_statement_check_entry, line, "role");
}

static void
an_outcome_keeps_its_fields_whatever_came_of_it(void **state)
{
  g_autoptr(FidotoolJson) line =
      new_entry(recovery_act_find("key.revoke.outcome"));

  (void)state;
  fidotool_json_set_text(line, "out", "error");
  fidotool_json_set_text(line, "why", "rp-down");
  assert_good(recovery_statement_check_entry, line);
  fidotool_json_remove(line, "cred");
  assert_bad(recovery_statement_check_entry, line, "cred");
}

/* Method, then whether actor, stmt and asrt are there, then assertion. */
static void
contest_and_withdrawal_have_the_fields_of_their_method(void **state)
{
  static const struct {
    const char *act, *method;
    bool group, assertion, good;
  } rows[] = {
      {"case.contest", "code", false, false, true},
      {"case.contest", "code", false, true, false},
      {"case.contest", "key", false, true, true},
      {"case.contest", "key", false, false, false},
      {"case.contest", "signed", false, false, false},
      {"case.contest", "signed", true, false, false},
      {"case.withdraw", "code", false, false, true},
      {"case.withdraw", "code", true, false, false},
      {"case.withdraw", "key", false, true, true},
      {"case.withdraw", "signed", true, false, true},
      {"case.withdraw", "signed", false, false, false},
      {"case.withdraw", "signed", true, true, false},
      {"case.withdraw", "phone", false, false, false},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(FidotoolJson) line = new_entry(recovery_act_find(rows[i].act));

    fidotool_json_set_text(line, "method", rows[i].method);
    if (rows[i].group)
      set_row(line, "actor stmt asrt");
    if (rows[i].assertion)
      set_row(line, "assertion");
    else
      fidotool_json_remove(line, "assertion");
    if (recovery_statement_check_entry(line, NULL) != rows[i].good)
      fail_msg("row %zu", i);
  }
}

static void
signers_of_entry_0_have_a_statement_each(void **state)
{
  g_autoptr(FidotoolJson) line = new_entry(recovery_act_find("station.init"));

  (void)state;
  fidotool_json_set(line, "actors", parse("[\"a\",\"b\",\"c\"]"));
  assert_bad(recovery_statement_check_entry, line, "three actors");
  fidotool_json_set(line, "actors", parse("[\"a\",\"b\"]"));
  fidotool_json_set(line, "stmt", parse("[" HASH "]"));
  assert_bad(recovery_statement_check_entry, line, "one statement");
  fidotool_json_set(line, "stmt", parse(HASH));
  assert_bad(recovery_statement_check_entry, line, "no array");
  fidotool_json_set(line, "stmt", parse("[" HASH "," OTHER "]"));
  assert_good(recovery_statement_check_entry, line);
  fidotool_json_set(line, "asrt", parse("[[" HASH "," OTHER "]]"));
  assert_bad(recovery_statement_check_entry, line, "one assertion");
}

/* A key bound at the desk was made there or before: all of it, or nothing. */
static void
a_bound_key_has_its_evidence_whole(void **state)
{
  static const char *const names[] = {"registration", "assertion", "nonce"};
  const RecoveryAct *act = recovery_act_find("case.bound");
  g_autoptr(FidotoolJson) bare = new_entry(act);

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(FidotoolJson) line = new_entry(act);

    fidotool_json_remove(line, names[i]);
    assert_bad(recovery_statement_check_entry, line, names[i]);
    fidotool_json_remove(bare, names[i]);
  }
  assert_bad(recovery_statement_check_entry, bare, "judgement");
  fidotool_json_remove(bare, "judgement");
  assert_good(recovery_statement_check_entry, bare);
}

/* The head of nothing is in the first act alone, and is that of nothing. */
static void
only_the_first_act_stands_on_nothing(void **state)
{
  g_autoptr(FidotoolJson) first =
      new_statement(recovery_act_find("station.init"));
  g_autoptr(FidotoolJson) later = new_statement(recovery_act_find("case.open"));

  (void)state;
  fidotool_json_set(first, "head_root", parse(HASH));
  assert_bad(recovery_statement_check, first, "another root of nothing");
  fidotool_json_set_int(first, "head_size", 1);
  assert_bad(recovery_statement_check, first, "not the first");
  fidotool_json_set_int(later, "head_size", 0);
  fidotool_json_set(later, "head_root", parse(EMPTY));
  assert_bad(recovery_statement_check, later, "nothing below it");
}

/* Both signatures use the act's own name. */
static void
a_statement_never_says_proposed(void **state)
{
  g_autoptr(FidotoolJson) line =
      new_statement(recovery_act_find("case.uphold"));

  (void)state;
  assert_good(recovery_statement_check, line);
  fidotool_json_set_text(line, "act", "case.uphold.proposed");
  assert_bad(recovery_statement_check, line, "proposed");
}

static void
statement_and_entry_are_equal_where_both_have_a_field(void **state)
{
  static const char *const names[] = {"actor", "case", "sub",   "op",
                                      "log",   "slot", "policy"};
  const RecoveryAct *act = recovery_act_find("case.approve");
  g_autoptr(FidotoolJson) statement = new_statement(act);
  g_autoptr(FidotoolJson) entry = new_entry(act);
  g_autoptr(FidotoolJson) proposed =
      new_entry(recovery_act_find("case.uphold"));
  g_autoptr(FidotoolJson) uphold =
      new_statement(recovery_act_find("case.uphold"));

  (void)state;
  assert_true(recovery_statement_match(statement, entry, NULL));
  fidotool_json_set_text(proposed, "act", "case.uphold.proposed");
  assert_true(recovery_statement_match(uphold, proposed, NULL));
  assert_false(recovery_statement_match(uphold, entry, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(FidotoolJson) other = fidotool_json_copy(statement);
    bool in_entry = fidotool_json_get(entry, names[i]) != NULL;

    fidotool_json_set_text(other, names[i], "another");
    assert_int_equal(recovery_statement_match(other, entry, NULL), !in_entry);
  }
}

static void
a_field_of_both_rows_is_in_both_or_in_none(void **state)
{
  const RecoveryAct *act = recovery_act_find("case.refuse");
  g_autoptr(FidotoolJson) statement = new_statement(act);
  g_autoptr(FidotoolJson) entry = new_entry(act);

  (void)state;
  fidotool_json_remove(entry, "slot");
  assert_false(recovery_statement_match(statement, entry, NULL));
  fidotool_json_remove(statement, "slot");
  assert_true(recovery_statement_match(statement, entry, NULL));
  fidotool_json_set_text(entry, "slot", "helpdesk-lead");
  assert_false(recovery_statement_match(statement, entry, NULL));
}

/* One line, one spelling; a statement is no entry. */
static void
a_line_is_read_as_it_stands(void **state)
{
  const RecoveryAct *act = recovery_act_find("case.approve");
  g_autoptr(FidotoolJson) line = new_statement(act);
  size_t len;
  g_autofree char *text = recovery_jcs_write(line, &len, NULL);
  g_autoptr(FidotoolJson) back = recovery_statement_read(text, len, NULL);
  g_autofree char *newline = g_strconcat(text, "\n", NULL);

  (void)state;
  assert_non_null(back);
  assert_null(recovery_statement_read(newline, len + 1, NULL));
  assert_null(recovery_statement_read(text, len - 1, NULL));
  assert_null(recovery_statement_read_entry(text, len, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_statement_has_the_fields_of_its_act),
      cmocka_unit_test(an_entry_has_the_fields_of_its_act),
      cmocka_unit_test(nobody_signs_what_the_station_does),
      cmocka_unit_test(why_stands_where_something_is_to_be_explained),
      cmocka_unit_test(what_was_denied_may_lack_its_row_and_names_no_signature),
      cmocka_unit_test(an_outcome_keeps_its_fields_whatever_came_of_it),
      cmocka_unit_test(contest_and_withdrawal_have_the_fields_of_their_method),
      cmocka_unit_test(signers_of_entry_0_have_a_statement_each),
      cmocka_unit_test(a_bound_key_has_its_evidence_whole),
      cmocka_unit_test(only_the_first_act_stands_on_nothing),
      cmocka_unit_test(a_statement_never_says_proposed),
      cmocka_unit_test(statement_and_entry_are_equal_where_both_have_a_field),
      cmocka_unit_test(a_field_of_both_rows_is_in_both_or_in_none),
      cmocka_unit_test(a_line_is_read_as_it_stands),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
