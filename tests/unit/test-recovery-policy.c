/* SPDX-License-Identifier: Apache-2.0 */
/* Which key is good enough, and which policy is taken at all. */
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

#include "recovery/error.h"
#include "recovery/policy.h"

#define SOFTKEY "6b657974-7572-4e20-8000-70726163746b"
#define NOW 1795000000 /* 2026-11-18 */
#define DAY 86400

static char *
load(const char *path)
{
  const char *source = g_getenv("KEYTURN_SOURCE");
  g_autofree char *full = g_build_filename(source, path, NULL);
  char *text = NULL;

  assert_true(g_file_get_contents(full, &text, NULL, NULL));
  return text;
}

static const RecoveryPolicyPerson anybody = {.anybody = true};

static RecoveryPolicy *
read_real(void)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");
  g_autoptr(GError) error = NULL;
  RecoveryPolicy *policy =
      recovery_policy_read(text, strlen(text), false, &error);

  assert_null(error);
  return policy;
}

static RecoveryPolicyFacts
good_facts(void)
{
  return (RecoveryPolicyFacts){.uv = true, .attested = true, .aaguid = SOFTKEY};
}

static void
test_the_real_policy_is_read_whole(void **state)
{
  g_autoptr(RecoveryPolicy) policy = read_real();
  const RecoveryPolicyTier *tier = recovery_policy_standard(policy);

  (void)state;
  assert_string_equal(recovery_policy_id(policy), "acme-keys");
  assert_int_equal(recovery_policy_version(policy), 7);
  assert_string_equal(tier->issue[0], "attested-key");
  assert_null(tier->issue[1]);
  assert_string_equal(tier->slots[0], "helpdesk-lead");
  assert_string_equal(tier->slots[1], "other-team");
  assert_null(tier->slots[2]);
  assert_int_equal(tier->off_kiosk, 1);
  assert_int_equal(tier->wait_h, 4);
  assert_int_equal(tier->restrict_h, 24);
  assert_int_equal(tier->contest_h, 168);
  assert_int_equal(tier->read_s, 60);
  assert_string_equal(tier->evidence, "n21");
  assert_int_equal(tier->min_keys, 1);
  assert_int_equal(tier->subject_count, 2);
  assert_int_equal(tier->subject_span_s, 30 * DAY);
  assert_int_equal(tier->agent_count, 10);
  assert_int_equal(tier->agent_span_s, DAY);
  assert_int_equal(tier->approver_count, 20);
  assert_int_equal(tier->approver_span_s, 24 * 3600);
  assert_int_equal(recovery_policy_keep_personal(policy), 90 * DAY);
}

static void
test_the_practice_policy_is_for_practice_alone(void **state)
{
  g_autofree char *text = load("recovery/service/practice-policy.yaml");
  g_autoptr(RecoveryPolicy) policy = NULL;
  g_autoptr(GError) error = NULL;

  (void)state;
  policy = recovery_policy_read(text, strlen(text), true, &error);
  assert_null(error);
  assert_string_equal(recovery_policy_id(policy), "keyturn-practice");
  assert_int_equal(recovery_policy_standard(policy)->read_s, 0);
  assert_null(recovery_policy_read(text, strlen(text), false, &error));
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
  assert_non_null(strstr(error->message, "L40: restrict_h"));
  assert_non_null(strstr(error->message, "L40: contest_h"));
  assert_non_null(strstr(error->message, "L40: read_s"));
}

static void
test_defaults_are_the_long_ones(void **state)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GString) less = g_string_new(NULL);
  g_autoptr(RecoveryPolicy) policy = NULL;

  (void)state;
  for (size_t i = 0; lines[i] != NULL; i++)
    if (strstr(lines[i], "contest_h:") == NULL &&
        strstr(lines[i], "read_s:") == NULL &&
        strstr(lines[i], "limits:") == NULL)
      g_string_append_printf(less, "%s\n", lines[i]);
  policy = recovery_policy_read(less->str, less->len, false, NULL);
  assert_non_null(policy);
  assert_int_equal(recovery_policy_standard(policy)->contest_h, 168);
  assert_int_equal(recovery_policy_standard(policy)->read_s, 60);
  assert_int_equal(recovery_policy_standard(policy)->subject_count, 0);
}

static void
test_a_key_is_of_the_highest_class_that_matches(void **state)
{
  static const struct {
    RecoveryPolicyFacts facts;
    int64_t now;
    const char *class_id;
  } rows[] = {
      {{.uv = true, .attested = true, .aaguid = SOFTKEY}, NOW, "attested-key"},
      {{.uv = true, .be = true, .attested = true, .aaguid = SOFTKEY},
       NOW,
       "synced-passkey"},
      {{.uv = true, .attested = false, .aaguid = SOFTKEY}, NOW, "bound-key"},
      {{.uv = true, .attested = true, .aaguid = NULL}, NOW, "bound-key"},
      {{.uv = true,
        .attested = true,
        .aaguid = "6b657974-7572-4e20-8000-70726163746c"},
       NOW,
       "bound-key"},
      {{.uv = false, .attested = true, .aaguid = SOFTKEY}, NOW, NULL},
      /* until 2027-06-30T12:00:00Z, the first moment it is off the list */
      {{.uv = true, .attested = true, .aaguid = SOFTKEY},
       1814356799,
       "attested-key"},
      {{.uv = true, .attested = true, .aaguid = SOFTKEY},
       1814356800,
       "bound-key"},
  };
  g_autoptr(RecoveryPolicy) policy = read_real();

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *is = recovery_policy_class(policy, &rows[i].facts, rows[i].now);

    if (g_strcmp0(is, rows[i].class_id) != 0)
      fail_msg("row %zu: %s", i, is);
  }
}

/* Without attestation the AAGUID is only a claim. */
static void
test_a_claimed_model_is_on_no_list(void **state)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");
  g_auto(GStrv) parts = g_strsplit(text, "match: {be: false, uv: true}", -1);
  g_autofree char *listed = g_strjoinv(
      "match: {be: false, uv: true, aaguid_list: approved-2026}", parts);
  g_autoptr(RecoveryPolicy) policy =
      recovery_policy_read(listed, strlen(listed), false, NULL);
  RecoveryPolicyFacts facts = good_facts();

  (void)state;
  assert_non_null(policy);
  facts.attested = false;
  assert_null(recovery_policy_class(policy, &facts, NOW));
}

static void
check_refused(RecoveryRefusal *refusal, const char *rule, const char *enough)
{
  assert_non_null(refusal);
  assert_string_equal(refusal->rule, rule);
  assert_non_null(strstr(refusal->enough, enough));
  recovery_refusal_free(refusal);
}

/* Each fact that a class wants is wanted by itself. */
static void
test_each_fact_of_a_class_counts(void **state)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");
  g_auto(GStrv) parts = g_strsplit(text, ", aaguid_list: approved-2026}", -1);
  g_autofree char *open = g_strjoinv(", bs: false}", parts);
  g_autoptr(RecoveryPolicy) policy =
      recovery_policy_read(open, strlen(open), false, NULL);
  RecoveryPolicyFacts facts = good_facts();

  (void)state;
  assert_non_null(policy);
  assert_string_equal(recovery_policy_class(policy, &facts, NOW),
                      "attested-key");
  facts.attested = false;
  assert_string_equal(recovery_policy_class(policy, &facts, NOW), "bound-key");
  facts = good_facts();
  facts.bs = true;
  assert_string_equal(recovery_policy_class(policy, &facts, NOW), "bound-key");
}

static void
test_only_the_issued_class_is_issued(void **state)
{
  g_autoptr(RecoveryPolicy) policy = read_real();
  const RecoveryPolicyTier *tier = recovery_policy_standard(policy);
  RecoveryPolicyFacts facts = good_facts();

  (void)state;
  assert_null(recovery_policy_issue(policy, tier, &anybody, &facts, NOW));
  facts.aaguid = "00000000-0000-0000-0000-000000000001";
  /* bound-key: permitted, not issued by the tier */
  check_refused(recovery_policy_issue(policy, tier, &anybody, &facts, NOW),
                "recovery.issue",
                "attested-key (attested, user verification, device-bound, "
                "model on list approved-2026)");
  facts.attested = false; /* nor would it be, were its make proved */
  check_refused(recovery_policy_issue(policy, tier, &anybody, &facts, NOW),
                "recovery.issue", "attested-key");
  facts = good_facts();
  facts.attested = false; /* the proof alone is what it lacks */
  check_refused(recovery_policy_issue(policy, tier, &anybody, &facts, NOW),
                "attestation", "attested-key (attested, user verification");
  facts.be = true; /* synced-passkey: for signing in alone */
  check_refused(recovery_policy_issue(policy, tier, &anybody, &facts, NOW),
                "no-permit", "attested-key");
  facts = good_facts();
  facts.uv = false;
  check_refused(recovery_policy_issue(policy, tier, &anybody, &facts, NOW),
                "class", "attested-key");
  facts = good_facts();
  check_refused(
      recovery_policy_issue(policy, tier, &anybody, &facts, 1790000000),
      "policy.valid_from", "wait");
}

/* A case of a tier that the policy no longer has: how long its key is on
 * probation nobody knows, so it always is. */
static void
test_a_recovery_of_a_tier_that_is_gone_is_never_over(void **state)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");
  g_auto(GStrv) parts = g_strsplit(text, "recovery:\n", 2);
  g_autofree char *bound = g_strjoinv(
      "signals: [{id: recovery_settled, good: true, source: record, max_age_s: "
      "0}]\nforbids: [{id: F1, journey: recovery, unless_good: "
      "recovery_settled, why: twice}]\nrecovery:\n",
      parts);
  g_autoptr(RecoveryPolicy) policy =
      recovery_policy_read(bound, strlen(bound), false, NULL);
  RecoveryPolicyFacts facts = good_facts();
  RecoveryPolicyPerson person = {.recovered_s = NOW - 24 * 3600};
  const RecoveryPolicyTier *tier;

  (void)state;
  assert_non_null(policy);
  tier = recovery_policy_standard(policy);
  assert_null(recovery_policy_issue(policy, tier, &person, &facts, NOW));
  person.recovered_in = "standard"; /* 24 hours */
  assert_null(recovery_policy_issue(policy, tier, &person, &facts, NOW));
  check_refused(recovery_policy_issue(policy, tier, &person, &facts, NOW - 1),
                "recovery-forbid", "recovery_settled");
  person.recovered_in = "remote";
  check_refused(recovery_policy_issue(policy, tier, &person, &facts, NOW),
                "recovery-forbid", "recovery_settled");
}

static void
test_staff_keys_keep_the_floors(void **state)
{
  g_autoptr(RecoveryPolicy) policy = read_real();
  RecoveryPolicyFacts facts = good_facts();

  (void)state;
  assert_null(recovery_policy_roster(policy, &facts, NOW));
  facts.attested = false;
  check_refused(recovery_policy_roster(policy, &facts, NOW), "floor.roster-key",
                "attested");
  facts = good_facts();
  facts.uv = false;
  check_refused(recovery_policy_roster(policy, &facts, NOW), "floor.roster-key",
                "user verification");
  facts = good_facts();
  facts.be = true;
  check_refused(recovery_policy_roster(policy, &facts, NOW), "floor.roster-key",
                "device-bound");
  facts = good_facts();
  facts.bs = true;
  check_refused(recovery_policy_roster(policy, &facts, NOW), "floor.roster-key",
                "device-bound");
}

/* A class for the roster that asks for less does not lower the floor. */
static void
test_no_policy_lowers_the_floor_of_staff_keys(void **state)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");
  g_auto(GStrv) parts =
      g_strsplit(text, "match: {be: false, uv: true, attested: true}}", -1);
  g_autofree char *loose =
      g_strjoinv("match: {be: true, uv: false, attested: true}}", parts);
  g_autoptr(RecoveryPolicy) policy =
      recovery_policy_read(loose, strlen(loose), false, NULL);
  RecoveryPolicyFacts facts = good_facts();

  (void)state;
  assert_non_null(policy);
  check_refused(recovery_policy_roster(policy, &facts, NOW), "class.roster",
                "roster (attested, no user verification");
  facts.be = true;
  facts.uv = false;
  check_refused(recovery_policy_roster(policy, &facts, NOW), "floor.roster-key",
                "device-bound");
}

/* One edit of the real policy each: what is there, what stands there instead,
 * what must be found, and in which line. */
/* clang-format off */
static const struct {
  const char *from, *to, *finding;
} edits[] = {
  { "keyturn-policy/1", "keyturn-policy/2", "line 3, column 9: L01: schema: expected keyturn-policy/1" },
  { "version: 7", "version: 0", "line 4, column 34: L01: version: expected a number from 1" },
  { "version: 7", "version: \"7\"", "line 4, column 34: L01: version: expected a number" },
  { "version: 7", "version: 07", "line 4, column 34: L01: version: expected a number" },
  { "version: 7", "version: -7", "line 4, column 34: L01: version: expected a number" },
  { "id: acme-keys", "id: acme keys", "line 4, column 14: L01: id: expected an id" },
  { "owner: iam-governance, ", "", "line 4, column 9: L01: policy: owner is missing" },
  { "owner: iam-governance", "owner: null", "line 4, column 44: L01: owner: expected a text" },
  { "owner: iam-governance", "owner: ", "line 4, column 44: L01: owner: expected a text" },
  { "valid_from: 2026-11-01", "valid_from: 2026-02-30", "line 4, column 72: L01: valid_from: expected a date" },
  { "valid_from: 2026-11-01", "valid_from: 2026-11-01T00:00:00.5Z", "line 4, column 72: L01: valid_from: expected a date" },
  { "review_by:", "reviewed_by:", "line 4, column 84: L01: unknown field in policy: \"reviewed_by\"; did you mean \"review_by\"?" },
  { "{aaguid: 0000", "{aaguid: A000", "line 9, column 18: L01: aaguid: expected an AAGUID" },
  { "permits:\n", "permits: [\n", "line 17, column 3: L01: " },
  { "rank: 60", "rank: 40", "line 13, column 5: L02: rank 40 is there twice" },
  { "id: bound-key,      rank", "id: synced-passkey, rank", "line 13, column 5: L01: the id \"synced-passkey\" is there twice, first in line 12" },
  { "rank: 60, ", "", "line 13, column 5: L01: a class has either rank or use" },
  { "rank: 60", "rank: 60, use: roster", "line 13, column 5: L01: a class has either rank or use" },
  { "use: roster", "use: staff", "line 15, column 23: L01: use: expected roster" },
  { "use: roster", "rank: 90", "L37: no class with use: roster" },
  { "rank: 60, match: {be: false, uv: true}", "use: roster, match: {attested: true}", "L37: a second class" },
  { "uv: true, attested: true}}", "uv: true}}", "line 15, column 5: L37: the class for the roster lacks attested" },
  { "uv: true, attested: true}}", "uv: true, attested: yes}}", "line 15, column 70: L01: attested: expected true or false" },
  { "uv: true, attested: true}}", "uv: true, attested: \"true\"}}", "line 15, column 70: L01: attested: expected true or false" },
  { "match: {be: false, uv: true}}", "match: {}}", "line 13, column 43: L01: classes.match: an empty mapping" },
  { "uv: true, attested: true}}", "uv: true, attested: true}, restricted: {alternative: a, notice: n, risk_assessment: r, migration_plan: m}}", "line 15, column 89: L37: the class for staff's keys cannot be restricted" },
  { "match: {be: false, uv: true}}", "match: {aaguid_list: none}}", "line 13, column 57: L01: aaguid_list: \"none\" is none of the aaguid_lists: approved-2026" },
  { "journey: sign-in", "journey: enrol-me", "line 17, column 23: L01: journey: \"enrol-me\" is none of the journeys: sign-in, admin, step-up, recovery" },
  { "accept: [synced", "population: staff, accept: [synced", "line 17, column 45: L01: population: \"staff\" is none of the populations: there are none" },
  { "accept: [synced", "app: [wiki], accept: [synced", "line 17, column 39: L01: app: \"wiki\" is none of the apps" },
  { "accept: [synced", "transaction: payment, accept: [synced", "line 17, column 46: L01: transaction: \"payment\" is none of" },
  { "accept: [synced-passkey, bound-key", "accept: [nothing, bound-key", "line 17, column 42: L01: accept: \"nothing\" is none of the classes" },
  { "accept: [synced-passkey, bound-key", "accept: [roster, bound-key", "line 17, column 42: L37: a permit names" },
  { "accept: [synced-passkey, bound-key", "accept: [bound-key, bound-key", "line 17, column 53: L01: accept: \"bound-key\" is there twice" },
  { "accept: [synced-passkey, bound-key, attested-key]", "accept: []", "line 17, column 41: L01: accept: an empty list" },
  { "{id: P2", "{id: P1", "line 18, column 5: L01: the id \"P1\" is there twice, first in line 17" },
  { "accept: [bound-key, attested-key]", "accept: [bound-key]", "line 23, column 5: L03: no permit" },
  { "  risk_analysis_ref: RA-2026-04\n", "", "line 20, column 3: L11: recovery: risk_analysis_ref is missing" },
  { "  standard:\n", "  remote: {}\n  standard:\n", "line 22, column 11: L01: recovery.remote: evidence is missing" },
  { "  standard:\n", "  privileged: {}\n  standard:\n", "line 22, column 15: L01: recovery.privileged: evidence is missing" },
  { "issue: [attested-key]", "issue: [bound-key]", "L37: class bound-key is issued and lacks" },
  { "issue: [attested-key]", "issue: [roster]", "line 23, column 13: L37: issue: roster is the class for the roster" },
  { "slots: [helpdesk-lead, other-team]", "slots: [helpdesk-lead]", "line 23, column 5: L05: two slots" },
  { "slots: [helpdesk-lead, other-team]", "slots: [other-team, other-team]", "line 24, column 25: L01: slots: \"other-team\" is there twice" },
  { "slots: [helpdesk-lead, other-team]", "slots: [agent, other-team]", "line 24, column 13: L01: slots: \"agent\" is not a slot" },
  { "slots: [helpdesk-lead, other-team]", "slots: [releaser, other-team]", "line 24, column 13: L01: slots: \"releaser\" is not" },
  { "slots: [helpdesk-lead, other-team]", "slots: [Lead, other-team]", "line 24, column 13: L01: slots: \"Lead\" is not" },
  { "off_kiosk: 1", "off_kiosk: 3", "L03: off_kiosk is more" },
  { "off_kiosk: 1\n    ", "", "line 23, column 5: L01: recovery.standard: off_kiosk is missing" },
  { "wait_h: 4", "wait_h: 1.5", "line 26, column 13: L01: wait_h: expected a number" },
  { "restrict_h: 24", "restrict_h: 0", "line 23, column 5: L40: restrict_h" },
  { "contest_h: 168", "contest_h: 0", "line 23, column 5: L40: contest_h" },
  { "contest_h: 168", "contest_h: 169", "line 28, column 16: L01: contest_h: expected a number of hours from 0 to 168" },
  { "read_s: 60", "read_s: 0", "line 23, column 5: L40: read_s" },
  { "evidence: n21", "evidence: n21-a-or-c", "line 23, column 5: L01: not yet: recovery.standard.evidence" },
  { "min_keys: 1", "min_keys: 0", "line 31, column 15: L01: min_keys: expected a number from 1 to 2" },
  { "min_keys: 1", "min_keys: 1\n    call_back: true", "line 23, column 5: L01: not yet: recovery.standard.call_back" },
  { "subject: 2/30d", "subject: 0/30d", "line 32, column 23: L01: subject: expected a limit" },
  { "subject: 2/30d", "subject: 2/30w", "line 32, column 23: L01: subject: expected a limit" },
  { "subject: 2/30d", "subject: 2/d", "line 32, column 23: L01: subject: expected a limit" },
  { "subject: 2/30d", "subject: 230d", "line 32, column 23: L01: subject: expected a limit" },
  { "subject: 2/30d", "everybody: 2/30d", "line 32, column 14: L01: unknown field in recovery.limits: \"everybody\"; there are subject, agent, approver" },
  { "keep: 90d-after-close", "keep: 90d", "line 35, column 5: L27: keep of personal" },
  { "purge: shred-subject", "purge: delete", "line 35, column 5: L27: purge of personal" },
  { "class: outbox", "class: video", "line 36, column 13: L01: class: expected one of record, personal, outbox" },
  { "class: outbox", "class: record", "line 36, column 5: L01: class record is there twice" },
  { "  - {class: record,   keep: 7y,              purge: whole-epoch}\n", "", "L27: retention: no period for record" },
  { "retention:\n", "retention: none\nretained:\n", "line 33, column 12: L01: retention: expected a list" },
  { "recovery:\n", "extras: []\nrecovery:\n", "line 19, column 1: L01: unknown field in the document: \"extras\"" },
  { "recovery:\n", "requires: [{id: R1, approvals: 1}]\nexceptions: [{id: E1, waives: [R1], owner: a, approved_by: [b, c], reason: r, compensating: c, from: 2026-11-01, until: 2026-12-01, review_every_d: 14}]\nrecovery:\n", "line 20, column 14: L01: exceptions: a station takes none" },
  { "recovery:\n", "roles: [{id: agent, activation: {max_min: 60, approvals: 1}}]\nrecovery:\n", "line 19, column 9: L01: not yet: roles.activation.approvals" },
  { "recovery:\n", "requires: [{id: R1, journey: recovery, approvals: 1}]\nrecovery:\n", "line 19, column 12: L01: not yet: approvals in a requirement of journey recovery" },
  { "recovery:\n", "requires: [{id: R1, journey: [admin, recovery], slots: [security]}]\nrecovery:\n", "line 19, column 12: L01: not yet: slots in a requirement of journey recovery" },
  { "recovery:\n", "requires: [{id: R1, journey: recovery, min_class: bound-key, max_age_s: 0}]\nrecovery:\n", "line 19, column 12: L01: not yet: max_age_s in a requirement of journey recovery" },
  { "permits:\n  - {id: P1, journey: sign-in,  accept: [synced-passkey, bound-key, attested-key]}\n  - {id: P2, ", "apps: [{id: a, capabilities: {webauthn: true, acr: true, max_age: true}}]\npermits:\n  - {id: P2, app: a, ", "line 23, column 5: L03: no permit of journey recovery" },
  { "recovery:\n", "metadata: {max_stale_days: 367}\nrecovery:\n", "line 19, column 28: L01: max_stale_days: expected a number from 0 to 366" },
  { "recovery:\n", "metadata: {}\nrecovery:\n", "line 19, column 11: L01: metadata: " },
  { "recovery:\n", "metadata: {max_stale_day: 3}\nrecovery:\n", "did you mean \"max_stale_days\"?" },
  { "recovery:\n", "exceptions: [{waives: [P1]}]\nrecovery:\n", "line 19, column 14: L01: exceptions: id is missing" },
};
/* clang-format on */

static void
test_each_fault_is_found_in_its_line(void **state)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
    const char *at = strstr(text, edits[i].from);
    g_autofree char *edited = NULL;
    g_autoptr(RecoveryPolicy) policy = NULL;
    g_autoptr(GError) error = NULL;

    if (at == NULL)
      fail_msg("row %zu: \"%s\" is not in the file", i, edits[i].from);
    edited = g_strdup_printf("%.*s%s%s", (int)(at - text), text, edits[i].to,
                             at + strlen(edits[i].from));
    policy = recovery_policy_read(edited, strlen(edited), false, &error);
    if (policy != NULL)
      fail_msg("row %zu: \"%s\" was taken", i, edits[i].to);
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
    if (strstr(error->message, edits[i].finding) == NULL)
      fail_msg("row %zu: not \"%s\" but \"%s\"", i, edits[i].finding,
               error->message);
  }
}

static void
test_all_faults_are_told_at_once(void **state)
{
  const char *yaml = "schema: keyturn-policy/1\n"
                     "policy: {id: a, version: x, owner: b, valid_from: c}\n"
                     "exceptions: none\n"
                     "nonsense: 1\n";
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(recovery_policy_read(yaml, strlen(yaml), true, &error));
  assert_non_null(
      strstr(error->message, "line 2, column 26: L01: version: expected"));
  assert_non_null(
      strstr(error->message, "line 2, column 51: L01: valid_from: expected"));
  assert_non_null(strstr(error->message, "line 3, column 13: L01: exceptions"));
  assert_non_null(
      strstr(error->message, "line 4, column 1: L01: unknown field"));
  assert_non_null(
      strstr(error->message,
             "line 1, column 1: L01: the document: recovery is missing"));
}

static void
test_off_kiosk_zero_is_allowed(void **state)
{
  g_autofree char *text = load("tests/data/policy-real.yaml");
  char *at = strstr(text, "off_kiosk: 1");
  g_autoptr(RecoveryPolicy) policy = NULL;

  (void)state;
  at[strlen("off_kiosk: ")] = '0';
  policy = recovery_policy_read(text, strlen(text), false, NULL);
  assert_non_null(policy);
  assert_int_equal(recovery_policy_standard(policy)->off_kiosk, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_real_policy_is_read_whole),
      cmocka_unit_test(test_the_practice_policy_is_for_practice_alone),
      cmocka_unit_test(test_defaults_are_the_long_ones),
      cmocka_unit_test(test_a_key_is_of_the_highest_class_that_matches),
      cmocka_unit_test(test_a_claimed_model_is_on_no_list),
      cmocka_unit_test(test_each_fact_of_a_class_counts),
      cmocka_unit_test(test_only_the_issued_class_is_issued),
      cmocka_unit_test(test_a_recovery_of_a_tier_that_is_gone_is_never_over),
      cmocka_unit_test(test_staff_keys_keep_the_floors),
      cmocka_unit_test(test_no_policy_lowers_the_floor_of_staff_keys),
      cmocka_unit_test(test_each_fault_is_found_in_its_line),
      cmocka_unit_test(test_all_faults_are_told_at_once),
      cmocka_unit_test(test_off_kiosk_zero_is_allowed),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
