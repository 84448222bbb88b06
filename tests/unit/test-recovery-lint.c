/* SPDX-License-Identifier: Apache-2.0 */
/* Each row of lint by a policy that has the fault and by one that has not. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/policy/lint.h"

#define NOW 1794700800 /* 2026-11-15 */

static char *
load(const char *name)
{
  g_autofree char *path =
      g_build_filename(g_getenv("KEYTURN_SOURCE"), name, NULL);
  char *text;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

static RecoveryDocument *
read_text(const char *text, RecoveryProblems *problems)
{
  return recovery_document_read(text, strlen(text), problems);
}

static RecoveryProblems *
review(const char *text, const RecoveryDocument *base, int64_t now_s)
{
  RecoveryProblems *problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) document = read_text(text, problems);
  RecoveryLintOptions options = {.now_s = now_s, .base = base};

  if (document != NULL)
    recovery_lint_review(document, &options, problems);
  return problems;
}

/* "E L03: ..." or "W L04: ...": the first finding with this in it. */
static bool
has(const RecoveryProblems *problems, const char *finding)
{
  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);
    g_autofree char *line =
        g_strdup_printf("%s %u %s: %s",
                        problem->unchecked ? "U"
                        : problem->error   ? "E"
                                           : "W",
                        problem->at.line, problem->rule, problem->text);

    if (strstr(line, finding) != NULL)
      return true;
  }
  return false;
}

static char *
edit(const char *text, const char *from, const char *to)
{
  GString *edited = g_string_new(text);

  if (g_string_replace(edited, from, to, 1) == 0)
    fail_msg("not in the policy: %s", from);
  return g_string_free(edited, FALSE);
}

/* What is there, what stands there instead, what must be found then and not
 * before. */
/* clang-format off */
static const struct {
  const char *from, *to, *finding;
} edits[] = {
  { "rank: 60", "rank: 40", "E 13 L02: rank 40 is there twice" },
  /* L03: by class, by list, by what the app can carry, by what somebody is besides */
  { "accept: [synced-passkey, bound-key, attested-key]}", "accept: [synced-passkey, bound-key]}",
    "E 37 L03: nobody can pass sign-in at wiki as staff and admins: what is accepted is synced-passkey or bound-key (P1), and R1 asks for attested-key or stronger." },
  { "app: [wiki, payroll], accept: [attested-key]", "accept: [attested-key]", "E 38 L03: nobody can pass admin at legacy-vpn as admins: P2 accepts attested-key, and legacy-vpn can carry no key" },
  { "transaction: data-export, accept: [bound-key, attested-key]", "transaction: data-export, accept: [synced-passkey]", "L03: nobody can pass step-up at payroll for data-export as staff" },
  { "  - {id: P5, journey: recovery, accept: [attested-key]}\n", "", "E 58 L03: no permit of journey recovery accepts what is issued" },
  { "slots: [helpdesk-lead, other-team]", "slots: [helpdesk-lead]", "E 59 L05: two slots are the least" },
  { "risk_analysis_ref: RA-2026-04\n", "\n", "L11: recovery: risk_analysis_ref is missing" },
  { "evidence: n21,", "evidence: n21-a-or-voice,", "E 59 L17: evidence: a voice is no evidence" },
  { "owner: iam-governance", "owner: \"  \"", "E 4 L01: owner is blank" },
  { "risk_analysis_ref: RA-2026-04", "risk_analysis_ref: \"\\u2003\"", "L01: risk_analysis_ref is blank" },
  { "why: key is not active", "why: \" \"", "L01: why is blank" },
  { "compensating: network limited to the wiki", "compensating: \"   \"", "E 52 L01: compensating is blank" },
  { "match: {method: otp}", "match: {method: sms}, restricted: {alternative: key, notice: \" \", risk_assessment: RA, migration_plan: MP}", "L01: notice is blank" },
  { "max_age_s: 300, approvals: 1", "max_age_s: 300, slots: [helpdesk-laed]", "W 46 L50: R3: no tier and no role has the slot helpdesk-laed; did you mean \"helpdesk-lead\"?" },
  { "populations:\n", "populations:\n  - {id: yard, kind: enterprise, rule: {groups: [y]}}\n", "L51: population yard: nothing names it" },
  { "classes:\n", "classes:\n  - {id: push, rank: 10, match: {method: push}}\n", "L51: class push: nothing names it" },
  { "aaguid_lists:\n", "aaguid_lists:\n  - {id: old, entries: [{aaguid: 00000000-0000-4000-8000-000000000002}]}\n", "L51: aaguid list old: nothing names it" },
  { "signals:\n", "signals:\n  - {id: at_work, good: true, source: mdm, max_age_s: 9}\n", "L51: signal at_work: nothing names it" },
  { "evidence: n21,", "evidence: passport,", "E 59 L49: evidence: \"passport\" is none of n21, n21-a-or-c, repeat-proofing-onsite" },
  { "evidence: n21,", "evidence: n2l,", "L49: evidence: \"n2l\" is none of n21, n21-a-or-c, repeat-proofing-onsite; did you mean \"n21\"?" },
  { "min_keys: 2", "min_keys: 1", "W 63 L18: min_keys is 1: privileged people" },
  { ", sync_fabric_ref: SF-2026-01", "", "E 37 L24: P1 lets staff use synced-passkey" },
  { "{id: otp,            rank: 20, match: {method: otp}}", "{id: otp,            rank: 20, phishing_resistant: true, match: {method: otp}}", "L01: unknown field in classes: \"phishing_resistant\"" },
  { "match: {method: otp}", "match: {method: sms}", "E 11 L26: otp is a restricted authenticator" },
  { "match: {method: otp}", "match: {method: SMS}", "E 11 L26: otp is a restricted authenticator" },
  { "match: {method: otp}", "match: {method: Voice}", "E 11 L48: otp: method Voice is written voice" },
  { "match: {method: otp}", "match: {method: Otp}", "E 11 L48: otp: method Otp is written otp" },
  { "match: {method: otp}", "match: {method: email}", "E 11 L48: otp: e-mail proves no possession" },
  { "match: {method: otp}", "match: {method: E-Mail}", "E 11 L48: otp: e-mail proves no possession" },
  { "match: {method: otp}", "match: {method: webautn}", "W 11 L48: otp: method webautn is not known: unless requests say it by this very word, nothing is ever of this class; did you mean \"webauthn\"?" },
  { "match: {method: otp}", "match: {method: carrier-pigeon}", "nothing is ever of this class. Known are webauthn, certificate," },
  { "match: {method: otp}", "match: {method: sms}, restricted: {alternative: key}", "L26: classes.restricted: notice is missing" },
  { "keep: 90d-after-close", "keep: 90d", "L27: keep of personal" },
  { "  - {class: record,   keep: 7y,              purge: whole-epoch}\n", "", "E 0 L27: retention: no period for record" },
  { "until: 2026-12-01, review", "until: 2027-03-01, review", "E 52 L28: E1: from its from to its until there are more than 90 days" },
  { "review_every_d: 14", "review_every_d: 31", "E 52 L28: E1: review_every_d is more than 30" },
  { "approved_by: [a.one, b.two]", "approved_by: [a.one]", "E 52 L28: E1: two people approve" },
  { "approved_by: [a.one, b.two]", "approved_by: [a.one, j.doe]", "E 52 L28: E1: its owner approves it" },
  { "owner: j.doe, ", "", "L28: exceptions: owner is missing" },
  { "waives: [R4]", "waives: [F1]", "L29: waives: \"F1\" is one of the forbids" },
  { "waives: [R4]", "waives: [R99]", "L29: waives: \"R99\" is none of" },
  { ", max_risk: low", "", "L30: fallbacks: max_risk is missing" },
  { ", expires: 2027-06-30", "", "L30: fallbacks: expires is missing" },
  { ", uses_per_30d: 60", "", "L30: fallbacks: uses_per_30d is missing" },
  { "good: true, source: mdm,    max_age_s: 86400", "source: mdm, max_age_s: 86400", "L32: signals: good is missing" },
  { "source: mdm,    max_age_s: 86400", "source: mdm", "L32: signals: max_age_s is missing" },
  { "{id: R1, population: admins, app: [wiki, payroll], ", "{id: R1, population: admins, app: legacy-vpn, ", "E 44 L33: R1 asks for a recent sign-in, and legacy-vpn cannot be told so (max_age: false)" },
  { "{id: R4, app: [wiki, payroll], ", "{id: R4, ", "E 47 L33: R4 asks for a class, and legacy-vpn cannot be told so (acr: false)" },
  { "activation: {max_min: 60}}", "activation: {max_min: 61}}", "E 66 L34: agent stays active for 61 minutes" },
  { "conflicts_with: [agent, helpdesk-lead]", "conflicts_with: [agent, other-team]", "L34: other-team is in conflict with itself" },
  { "case.refuse, case.check, ", "case.refuse, ", "E 70 L07: no way back for who is drawn: nobody passes a routine check" },
  { "grants: [case.open, ", "grants: [case.open, policy.load, ", "E 66 L01: grants: policy.load is no act that agent may do" },
  { "grants: [case.open, ", "grants: [open, ", "E 66 L01: grants: open is no act; did you mean case.open?" },
  { "population: staff,  app: [wiki, payroll]", "population: all,  app: [wiki, payroll]", "L01: population: \"all\" is none of the populations: staff, admins, contractors. All of them are \"*\"" },
  { "max_age_s: 900", "max_age_s: 15m", "L01: max_age_s: expected a number of seconds from 0 to" },
  { "grants: [case.open, ", "grants: [case.opened, ", "E 66 L01: grants: case.opened is no act" },
  { ", review_by: 2027-02-01", "", "W 4 L35: there is no review_by" },
  { ", review_by: 2027-02-01", ", review_by: 2026-11-15", "W 4 L35: review_by has passed" },
  { "version: 7,", "version: 100000000,", "W 4 L47: version 100000000 leaves few above it" },
  { "valid_from: 2026-11-01", "valid_from: 2026-11-16", "W 4 L46: valid_from has not come" },
  { ", review_by: 2027-02-01", ", review_by: 2026-11-01", "E 4 L46: valid_from is not before review_by" },
  { "until: 2028-01-01", "until: 2026-11-15", "W 9 L36: the model 00000000-0000-4000-8000-000000000001 is no longer on approved-2026" },
  { "until: 2028-01-01", "until: 2026-11-15", "E 38 L03: nobody can pass admin at wiki as admins" },
  { "use: roster", "rank: 90", "E 0 L37: no class with use: roster" },
  { "attested: true, mds_status_not", "mds_status_not", "L37: the class for the roster lacks attested" },
  { "accept: [attested-key]}\nfallbacks", "accept: [roster]}\nfallbacks", "L37: a permit names the class for the roster" },
  { "min_class: synced-passkey}", "min_class: roster}", "L37: a requirement names the class for the roster" },
  { "issue: [attested-key], slots: [helpdesk-lead, other-team]", "issue: [bound-key], slots: [helpdesk-lead, other-team]", "L37: class bound-key is issued and lacks attested" },
  { "off_kiosk: 1", "off_kiosk: 0", "W 59 L38: off_kiosk is 0" },
  { "off_kiosk: 1", "off_kiosk: 3", "E 59 L03: off_kiosk is more than there are slots" },
  { "restrict_h: 24", "restrict_h: 0", "E 59 L40: restrict_h is 0 outside practice" },
  { "accept: [bound-key, attested-key]", "accept: [bound-key]", "W 39 L41: P3 accepts bound-key and not the stronger attested-key" },
  { "transaction: data-export, min_class: bound-key", "transaction: data-export, app: wiki, min_class: bound-key", "W 46 L42: R3 never applies" },
  { "max_risk: low", "max_risk: low, transaction: payment", "W 42 L42: P4 never applies: none of its transactions" },
  { "{id: P4, journey: sign-in", "{id: P4, journey: admin", "W 42 L42: P4 never applies: the risk" },
  { "population: contractors, app: wiki, owner", "population: contractors, app: legacy-vpn, owner", "W 52 L42: E1 never waives R4" },
  { "rank: 60, match: {be: false, uv: true}", "rank: 90, match: {be: false, uv: true}", "W 14 L43: no key is ever of class attested-key" },
  { "until: 2026-12-01", "until: 2026-11-14", "W 52 L44: E1 has ended" },
  { "from: 2026-11-01, until: 2026-12-01, review_every_d: 14", "from: 2026-11-02, until: 2026-12-01, review_every_d: 13", "W 52 L44: E1 was to be reviewed within 13 days of its from" },
};
/* clang-format on */

static void
test_each_row_is_found_where_its_fault_is(void **state)
{
  g_autofree char *text = load("tests/data/policy-example.yaml");
  g_autoptr(RecoveryProblems) before = review(text, NULL, NOW);

  (void)state;
  assert_int_equal(before->errors, 0);
  for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
    g_autofree char *edited = edit(text, edits[i].from, edits[i].to);
    g_autoptr(RecoveryProblems) after = review(edited, NULL, NOW);

    if (has(before, edits[i].finding))
      fail_msg("row %zu: found where it is not", i);
    if (!has(after, edits[i].finding)) {
      for (guint j = 0; j < after->items->len; j++) {
        g_autofree char *line =
            recovery_problem_write(g_ptr_array_index(after->items, j));

        print_message("%s\n", line);
      }
      fail_msg("row %zu: not found: %s", i, edits[i].finding);
    }
  }
}

/* ---- what takes more than one edit ---- */

/* Edits come in pairs, up to NULL. */
static RecoveryProblems *
review_edited(const char *const *edits_of, const RecoveryDocument *base)
{
  char *text = load("tests/data/policy-example.yaml");
  RecoveryProblems *problems;

  for (size_t i = 0; edits_of[i] != NULL; i += 2) {
    char *edited = edit(text, edits_of[i], edits_of[i + 1]);

    g_free(text);
    text = edited;
  }
  problems = review(text, base, NOW);
  g_free(text);
  return problems;
}

#define PUBLIC                                                                 \
  "{id: contractors, kind: enterprise", "{id: contractors, kind: public"
#define PERMIT(permit) "fallbacks:\n", "  - " permit "\nfallbacks:\n"
#define BACKED                                                                 \
  "{id: bound-key,      rank: 60, match: {be: false, uv: true}}",              \
      "{id: bound-key, rank: 60, match: {be: false, uv: true}}\n"              \
      "  - {id: backed-up, rank: 50, sync_fabric_ref: SF, match: {be: true, "  \
      "bs: true, uv: true}}"

static void
test_the_public_is_not_shut_out(void **state)
{
  const char *const shut[] = {
      PUBLIC,
      PERMIT("{id: P6, journey: sign-in, population: contractors, app: wiki, "
             "accept: [attested-key]}"),
      NULL};
  const char *const open[] = {
      PUBLIC,
      PERMIT("{id: P6, journey: sign-in, population: contractors, app: wiki, "
             "accept: [bound-key, attested-key]}"),
      NULL};
  const char *const asked[] = {
      PUBLIC, "{id: R2, app: payroll, min_class: synced-passkey}",
      "{id: R2, population: contractors, app: payroll, aaguid_list: "
      "approved-2026}",
      NULL};
  g_autoptr(RecoveryProblems) found = review_edited(shut, NULL);
  g_autoptr(RecoveryProblems) fine = review_edited(open, NULL);
  g_autoptr(RecoveryProblems) by_rule = review_edited(asked, NULL);

  (void)state;
  assert_true(has(found, "L23: P6 asks contractors for an attested key"));
  assert_false(has(fine, "L23: P6"));
  assert_true(has(by_rule, "L23: R2 asks contractors for an attested key"));
}

static void
test_the_public_is_not_judged_by_backup_state(void **state)
{
  const char *const by_state[] = {
      PUBLIC, BACKED,
      PERMIT("{id: P6, journey: sign-in, population: contractors, app: wiki, "
             "accept: [backed-up, bound-key, attested-key]}"),
      NULL};
  const char *const of_staff[] = {
      BACKED,
      PERMIT("{id: P6, journey: sign-in, population: contractors, app: wiki, "
             "accept: [backed-up, bound-key, attested-key]}"),
      NULL};
  g_autoptr(RecoveryProblems) found = review_edited(by_state, NULL);
  g_autoptr(RecoveryProblems) fine = review_edited(of_staff, NULL);

  (void)state;
  assert_true(has(found, "L22: P6 decides on contractors by backup state"));
  assert_false(has(fine, "L22"));
}

/* ---- doors ---- */

#define JOURNEY                                                                \
  "journeys:\n", "journeys:\n  - {id: add-key, kind: enrol, risk: high}\n"

static void
test_who_lost_everything_comes_back(void **state)
{
  /* What is issued signs in nowhere: it is not accepted where people are. */
  const char *const locked[] = {
      "accept: [synced-passkey, bound-key, attested-key]",
      "accept: [synced-passkey]",
      "{id: R1, population: admins,",
      "{id: R1, population: admins, journey: admin,",
      "  - {id: P4, journey: sign-in, population: staff, app: legacy-vpn, "
      "accept: [otp]",
      "  - {id: P4, journey: sign-in, population: admins, app: legacy-vpn, "
      "accept: [otp]",
      NULL};
  /* With it a key can be enrolled, and with that one signs in. */
  const char *const enrol[] = {
      "accept: [synced-passkey, bound-key, attested-key]",
      "accept: [synced-passkey]",
      "{id: R1, population: admins,",
      "{id: R1, population: admins, journey: admin,",
      "  - {id: P4, journey: sign-in, population: staff, app: legacy-vpn, "
      "accept: [otp]",
      "  - {id: P4, journey: sign-in, population: admins, app: legacy-vpn, "
      "accept: [otp]",
      JOURNEY,
      PERMIT("{id: P6, journey: add-key, app: wiki, accept: [attested-key]}"),
      NULL};
  g_autoptr(RecoveryProblems) found = review_edited(locked, NULL);
  g_autoptr(RecoveryProblems) fine = review_edited(enrol, NULL);

  (void)state;
  assert_true(has(found, "E 57 L07: no way back for staff: recovery issues "
                         "attested-key"));
  assert_false(has(fine, "L07: no way back"));
}

static void
test_no_enrolment_needs_what_it_gives(void **state)
{
  const char *const circle[] = {
      JOURNEY,
      PERMIT("{id: P6, journey: add-key, app: wiki, accept: [bound-key]}"),
      NULL};
  const char *const begun[] = {
      JOURNEY,
      PERMIT("{id: P6, journey: add-key, population: staff, app: wiki, accept: "
             "[bound-key, attested-key]}"),
      NULL};
  g_autoptr(RecoveryProblems) found = review_edited(circle, NULL);
  g_autoptr(RecoveryProblems) fine = review_edited(begun, NULL);

  (void)state;
  assert_true(has(found, "L08: enrolment in a circle: to add-key at wiki, "
                         "anybody needs bound-key already"));
  assert_false(has(fine, "L08"));
}

/* ---- the base ---- */

static const struct {
  const char *from, *to, *finding;
} lowered[] = {
    {"  - {id: F1, unless_good: key_active, why: key is not active}\n", "",
     "L31: the base forbids F1 (key is not active)"},
    {"{id: F1, unless_good: key_active,",
     "{id: F1, population: staff, unless_good: key_active,",
     "L31: the base forbids F1"},
    {"{id: F1, unless_good: key_active,",
     "{id: F1, unless_good: device_managed,", "L31: the base forbids F1"},
    {"transaction: [payment, data-export], why", "transaction: payment, why",
     "L31: the base forbids F2"},
    {"off_kiosk: 1", "off_kiosk: 0",
     "L31: recovery.standard: off_kiosk is 0, and the base asks for at least "
     "1"},
    {"restrict_h: 24", "restrict_h: 23", "L31: recovery.standard: restrict_h"},
    {"wait_h: 72,", "wait_h: 71,", "L31: recovery.privileged: wait_h"},
    {"min_keys: 2", "min_keys: 1", "L31: recovery.privileged: min_keys"},
    {"[helpdesk-lead, app-owner, security]", "[helpdesk-lead, app-owner]",
     "L31: recovery.privileged lacks a slot"},
};

static void
test_no_minimum_of_the_base_is_lowered(void **state)
{
  g_autofree char *text = load("tests/data/policy-example.yaml");
  g_autoptr(RecoveryProblems) none = recovery_problem_new();
  g_autoptr(RecoveryDocument) base = read_text(text, none);
  g_autoptr(RecoveryProblems) same = review(text, base, NOW);

  (void)state;
  assert_non_null(base);
  assert_false(has(same, "L31"));
  for (size_t i = 0; i < G_N_ELEMENTS(lowered); i++) {
    g_autofree char *edited = edit(text, lowered[i].from, lowered[i].to);
    g_autoptr(RecoveryProblems) found = review(edited, base, NOW);

    if (!has(found, lowered[i].finding))
      fail_msg("row %zu: %s", i, lowered[i].finding);
  }
}

static void
test_metadata_are_no_older_than_the_base_has_them(void **state)
{
  static const struct {
    const char *base, *is;
    bool lowered;
  } cases[] = {
      {"metadata: {max_stale_days: 7}", "metadata: {max_stale_days: 8}", true},
      {"metadata: {max_stale_days: 7}", "", true},
      {"metadata: {max_stale_days: 7}", "metadata: {max_stale_days: 7}", false},
      {"metadata: {max_stale_days: 7}", "metadata: {max_stale_days: 0}", false},
      {"", "metadata: {max_stale_days: 300}", false},
  };
  g_autofree char *text = load("tests/data/policy-example.yaml");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *before = g_strdup_printf("%s\nretention:", cases[i].base);
    g_autofree char *after = g_strdup_printf("%s\nretention:", cases[i].is);
    g_autofree char *of_base = edit(text, "retention:", before);
    g_autofree char *edited = edit(text, "retention:", after);
    g_autoptr(RecoveryProblems) none = recovery_problem_new();
    g_autoptr(RecoveryDocument) base = read_text(of_base, none);
    g_autoptr(RecoveryProblems) found = review(edited, base, NOW);

    assert_non_null(base);
    if (has(found, "L31: metadata: the base asks for a max_stale_days of at "
                   "most 7") != cases[i].lowered)
      fail_msg("row %zu", i);
  }
}

/* ---- rows and time ---- */

/* What is there under a wrong name is not said to be empty, too. */
static void
test_a_wrong_name_is_one_error(void **state)
{
  g_autofree char *text = load("tests/data/policy-example.yaml");
  g_autofree char *edited =
      edit(text, "rule: {groups: [staff]}", "rule: {group: [staff]}");
  g_autoptr(RecoveryProblems) problems = review(edited, NULL, NOW);

  (void)state;
  assert_true(has(problems, "L01: unknown field in populations.rule"));
  assert_int_equal(problems->errors, 1);
}

/* L47: beside the one in force. */
static void
test_a_version_follows_the_one_in_force(void **state)
{
  static const struct {
    const char *version;
    bool good;
  } rows[] = {
      {"version: 6,", false},     {"version: 7,", false},
      {"version: 8,", true},      {"version: 10007,", true},
      {"version: 10008,", false},
  };
  g_autofree char *text = load("tests/data/policy-example.yaml");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    const RecoveryLintOptions options = {.now_s = NOW, .version = 7};
    g_autofree char *edited = edit(text, "version: 7,", rows[i].version);
    g_autoptr(RecoveryProblems) problems = recovery_problem_new();
    g_autoptr(RecoveryDocument) document = read_text(edited, problems);

    recovery_lint_review(document, &options, problems);
    if (has(problems, "E 4 L47: version ") == rows[i].good)
      fail_msg("%s", rows[i].version);
  }
}

static void
test_what_was_not_looked_at_is_named(void **state)
{
  g_autofree char *text = load("tests/data/policy-example.yaml");
  g_autoptr(RecoveryProblems) problems = review(text, NULL, NOW);
  static const char *const rows[] = {"L05", "L06", "L07", "L09", "L10",
                                     "L31", "L36", "L39", "L45"};

  (void)state;
  assert_int_equal(problems->unchecked, G_N_ELEMENTS(rows));
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *line =
        g_strdup_printf("U 0 %s: not checked, needs", rows[i]);

    assert_true(has(problems, line));
  }
}

static void
test_a_fallback_alone_is_told(void **state)
{
  g_autofree char *text = load("tests/data/policy-example.yaml");
  g_autofree char *both =
      edit(text, "fallbacks:\n",
           "  - {id: P6, journey: sign-in, population: staff, app: legacy-vpn, "
           "accept: [otp]}\nfallbacks:\n");
  g_autoptr(RecoveryProblems) alone = review(text, NULL, NOW);
  g_autoptr(RecoveryProblems) beside = review(both, NULL, NOW);

  (void)state;
  assert_true(has(alone, "W 42 L04: only by the fallback P4 can staff pass "
                         "sign-in at legacy-vpn"));
  assert_false(has(beside, "L04"));
}

/* What a station loaded once it can read again years later: no error comes
 * with time. */
static void
test_time_alone_makes_no_error(void **state)
{
  g_autofree char *text = load("tests/data/policy-example.yaml");
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autofree char *ended = edit(text, "until: 2028-01-01", "until: 2026-11-02");
  g_autoptr(RecoveryDocument) document = read_text(ended, problems);

  (void)state;
  recovery_lint_check(document, false, problems);
  assert_int_equal(problems->errors, 0);
  assert_int_equal(problems->warnings, 0);
  assert_int_equal(problems->unchecked, 0);
}

/* Beyond what is looked at whole, lint says so and stays quick. */
static void
test_what_is_too_much_is_said(void **state)
{
  g_autofree char *text = load("tests/data/policy-example.yaml");
  GString *populations = g_string_new("populations:\n");
  GString *requires = g_string_new("requires:\n");
  g_autofree char *more = NULL;
  g_autofree char *all = NULL;
  int64_t begun = g_get_monotonic_time();
  g_autoptr(RecoveryProblems) problems = NULL;

  (void)state;
  for (int i = 0; i < 2000; i++) {
    g_string_append_printf(
        populations, "  - {id: g%d, kind: enterprise, rule: {groups: [g%d]}}\n",
        i, i);
    g_string_append_printf(
        requires,
        "  - {id: Q%d, population: g%d, app: wiki, min_class: "
        "attested-key}\n",
        i, i);
  }
  more = edit(text, "populations:\n", populations->str);
  all = edit(more, "requires:\n", requires->str);
  problems = review(all, NULL, NOW);
  assert_true(has(problems, "U 0 L03: not checked whole"));
  assert_true(g_get_monotonic_time() - begun < 20 * G_USEC_PER_SEC);
  g_string_free(populations, TRUE);
  g_string_free(requires, TRUE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_public_is_not_shut_out),
      cmocka_unit_test(test_the_public_is_not_judged_by_backup_state),
      cmocka_unit_test(test_who_lost_everything_comes_back),
      cmocka_unit_test(test_no_enrolment_needs_what_it_gives),
      cmocka_unit_test(test_no_minimum_of_the_base_is_lowered),
      cmocka_unit_test(test_metadata_are_no_older_than_the_base_has_them),
      cmocka_unit_test(test_a_wrong_name_is_one_error),
      cmocka_unit_test(test_a_version_follows_the_one_in_force),
      cmocka_unit_test(test_what_was_not_looked_at_is_named),
      cmocka_unit_test(test_a_fallback_alone_is_told),
      cmocka_unit_test(test_time_alone_makes_no_error),
      cmocka_unit_test(test_what_is_too_much_is_said),
      cmocka_unit_test(test_each_row_is_found_where_its_fault_is),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
