/* SPDX-License-Identifier: Apache-2.0 */
/* The table says of every cell what the decision says of every request in it,
 * and lint finds that nobody can pass exactly where no request does: random
 * policies, seeded, against all persons, keys and signals that there are. */
#include "tests/testing.h"

#include <string.h>

#include "recovery/policy/decide.h"
#include "recovery/policy/lint.h"
#include "recovery/policy/table.h"

#define NOW 1794700800 /* 2026-11-15 */
#define POLICIES 60
#define GROUPS 3
#define PERSONS 16 /* groups, and one attribute or not */
#define SIGNALS 2

/* ---- a random policy ---- */

static const char head[] =
    "schema: keyturn-policy/1\n"
    "policy: {id: random, version: 1, owner: o, valid_from: 2026-01-01, "
    "review_by: 2027-01-01}\n"
    "aaguid_lists:\n"
    "  - {id: l0, entries: [{aaguid: 00000000-0000-4000-8000-000000000000}, "
    "{aaguid: 00000000-0000-4000-8000-000000000001, min_fw: \"2.0\"}]}\n"
    "  - {id: l1, entries: [{aaguid: 00000000-0000-4000-8000-000000000001}, "
    "{aaguid: 00000000-0000-4000-8000-000000000002, until: 2026-06-01}]}\n"
    "signals:\n"
    "  - {id: s0, good: true, source: a, max_age_s: 100}\n"
    "  - {id: s1, good: {max: 5}, source: b, max_age_s: 100}\n"
    "populations:\n"
    "  - {id: p0, kind: enterprise, rule: {groups: [g0]}}\n"
    "  - {id: p1, kind: enterprise, rule: {groups: [g0, g1]}}\n"
    "  - {id: p2, kind: enterprise, rule: {groups: [g2], attributes: {a: "
    "v}}}\n"
    "journeys: [{id: enrol, kind: enrol, risk: high}]\n"
    "apps:\n"
    "  - {id: a0, capabilities: {webauthn: true, acr: true, max_age: true}}\n"
    "  - {id: a1, capabilities: {webauthn: false, acr: true, max_age: true}}\n"
    "transactions:\n"
    "  - {id: t0, kind: payment, apps: [a0, a1]}\n";

static const char tail[] =
    "recovery:\n"
    "  risk_analysis_ref: r\n"
    "  routine_check_pct: 0\n"
    "  standard: {issue: [issued], slots: [x, y], off_kiosk: 1, wait_h: 1, "
    "restrict_h: 1, evidence: n21, min_keys: 2}\n"
    "retention:\n"
    "  - {class: record, keep: 7y, purge: whole-epoch}\n"
    "  - {class: personal, keep: 90d-after-close, purge: shred-subject}\n";

static bool
toss(GRand *rand, int of)
{
  return g_rand_int_range(rand, 0, of) == 0;
}

static void
add_classes(GString *out, GRand *rand)
{
  static const char *const wants[] = {"", "true", "false"};
  static const char *const facts[] = {"uv", "be", "bs", "attested"};

  /* Of the code there is always one: so an open cell can always be seen. */
  g_string_append(
      out, "classes:\n  - {id: code, rank: 1, match: {method: otp}}\n"
           "  - {id: issued, rank: 999, match: {be: false, uv: true, attested: "
           "true, aaguid_list: l0}}\n"
           "  - {id: roster, use: roster, match: {attested: true}}\n");
  for (int i = 0; i < 3; i++) {
    g_string_append_printf(out,
                           "  - {id: c%d, rank: %d, sync_fabric_ref: f, "
                           "match: {method: webauthn",
                           i, 10 + 10 * i);
    for (size_t f = 0; f < G_N_ELEMENTS(facts); f++) {
      const char *want = wants[g_rand_int_range(rand, 0, 3)];

      if (*want != '\0')
        g_string_append_printf(out, ", %s: %s", facts[f], want);
    }
    if (toss(rand, 4))
      g_string_append_printf(out, ", aaguid_list: l%d",
                             g_rand_int_range(rand, 0, 2));
    if (toss(rand, 4))
      g_string_append(out, ", min_cert: L2");
    if (toss(rand, 4))
      g_string_append(out, ", mds_status_not: [REVOKED]");
    if (toss(rand, 5))
      g_string_append(out, ", transports: [usb]");
    g_string_append(out, "}}\n");
  }
}

static void
add_scope(GString *out, GRand *rand)
{
  static const char *const journeys[] = {"sign-in", "admin", "enrol"};

  if (!toss(rand, 3))
    g_string_append_printf(out, ", journey: %s",
                           journeys[g_rand_int_range(rand, 0, 3)]);
  if (!toss(rand, 3))
    g_string_append_printf(out, ", population: p%d",
                           g_rand_int_range(rand, 0, 3));
  if (toss(rand, 2))
    g_string_append_printf(out, ", app: a%d", g_rand_int_range(rand, 0, 2));
  if (toss(rand, 2))
    g_string_append_printf(out, ", transaction: %s",
                           toss(rand, 2) ? "t0" : "\"*\"");
}

static const char *
draw_class(GRand *rand)
{
  static const char *const classes[] = {"code", "c0", "c1", "c2", "issued"};

  return classes[g_rand_int_range(rand, 0, 5)];
}

static void
add_accept(GString *out, GRand *rand)
{
  const char *one = draw_class(rand), *other = draw_class(rand);

  g_string_append_printf(out, ", accept: [%s%s%s]", one,
                         one == other ? "" : ", ", one == other ? "" : other);
}

static void
add_requires(GString *out, GRand *rand)
{
  int n = g_rand_int_range(rand, 0, 4);

  if (n > 0)
    g_string_append(out, "requires:\n");
  for (int i = 0; i < n; i++) {
    g_string_append_printf(out, "  - {id: R%d", i);
    add_scope(out, rand);
    if (toss(rand, 2))
      g_string_append_printf(out, ", unless_good: s%d",
                             g_rand_int_range(rand, 0, SIGNALS));
    if (toss(rand, 2))
      g_string_append_printf(out, ", min_class: %s", draw_class(rand));
    if (toss(rand, 3))
      g_string_append_printf(out, ", aaguid_list: l%d",
                             g_rand_int_range(rand, 0, 2));
    if (toss(rand, 3))
      g_string_append(out, ", max_age_s: 60");
    g_string_append(out, ", approvals: 1");
    if (toss(rand, 3))
      g_string_append(out, ", slots: [x, z]");
    g_string_append(out, "}\n");
  }
}

static char *
make_policy(GRand *rand)
{
  GString *out = g_string_new(head);
  int permits = g_rand_int_range(rand, 1, 4);

  add_classes(out, rand);
  g_string_append(
      out, "permits:\n  - {id: PR, journey: recovery, accept: [issued]}\n");
  for (int i = 0; i < permits; i++) {
    g_string_append_printf(out, "  - {id: P%d", i);
    add_scope(out, rand);
    add_accept(out, rand);
    g_string_append(out, "}\n");
  }
  if (toss(rand, 2)) {
    g_string_append(out, "fallbacks:\n  - {id: B0");
    add_scope(out, rand);
    add_accept(out, rand);
    g_string_append_printf(out, ", max_risk: %s",
                           toss(rand, 3) ? "low" : "privileged");
    g_string_append_printf(out, ", expires: %s, uses_per_30d: 5}\n",
                           toss(rand, 6) ? "2026-11-15" : "2027-01-01");
  }
  add_requires(out, rand);
  if (toss(rand, 2)) {
    g_string_append(out, "forbids:\n  - {id: F0, why: no");
    add_scope(out, rand);
    if (toss(rand, 2))
      g_string_append(out, ", unless_good: s0");
    g_string_append(out, "}\n");
  }
  g_string_append(out, tail);
  return g_string_free(out, FALSE);
}

/* ---- all that can be asked ---- */

static const char *const group_names[GROUPS] = {"g0", "g1", "g2"};
static const char *const values[] = {"v"};
static const RecoveryRequestAttribute attributes[] = {
    {.name = "a", .values = values, .n_values = 1}};
static const RecoveryRequestAttribute no_attributes[] = {
    {.name = "a", .none = true}};
static const RecoveryRequestApproval approvals[] = {
    {"m", "x"}, {"n", "z"}, {"o", NULL}};
static const RecoveryRequestCount uses[] = {{"B0", 0}};

typedef struct {
  RecoveryDocument *document;
  RecoveryDecide *decide;
  RecoveryDecideWorker *worker;
  RecoveryTable *table;
  RecoveryTableCell cell;
  GArray *witnesses;
} Policy;

static RecoveryRequestFacts
facts_of(const RecoveryWitness *witness)
{
  RecoveryRequestFacts facts = {
      .method = witness->method,
      .uv = witness->uv ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .be = witness->be ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .bs = witness->bs ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .attested =
          witness->attested ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .aaguid = witness->aaguid,
      .fw = witness->fw,
      .cert = witness->cert,
      .mds_known = witness->mds_known,
      .transports_known = witness->transport != NULL,
      .at_s = NOW,
  };

  for (int i = 0; witness->mds[i] != NULL; i++)
    facts.mds_status |= recovery_document_status(witness->mds[i]);
  if (witness->transport != NULL)
    facts.transports = recovery_document_transport(witness->transport);
  return facts;
}

/* Fresh, with all approvals; bad: signals that are missing. */
static const RecoveryDecision *
ask(Policy *policy, unsigned person, uint64_t bad,
    const RecoveryRequestFacts *facts)
{
  const RecoveryTableCell *cell = &policy->cell;
  const char *groups[GROUPS];
  RecoveryRequestSignal signals[SIGNALS];
  RecoveryRequest request = {
      .id = "q",
      .now_s = NOW,
      .journey = recovery_document_id(
          policy->document, RECOVERY_DOCUMENT_JOURNEYS, cell->journey),
      .app = recovery_document_id(policy->document, RECOVERY_DOCUMENT_APPS,
                                  cell->app),
      .transaction = cell->transaction == RECOVERY_DOCUMENT_NONE ? NULL : "t0",
      .person = "someone",
      .groups_known = true,
      .attributes_known = true,
      .groups = groups,
      .attributes = (person & 8) != 0 ? attributes : no_attributes,
      .n_attributes = 1,
      .authenticator = *facts,
      .signals = signals,
      .record = {.recovered_at_s = RECOVERY_REQUEST_UNKNOWN},
      .approvals = approvals,
      .n_approvals = G_N_ELEMENTS(approvals),
      .uses = uses,
      .n_uses = recovery_document_count(policy->document,
                                        RECOVERY_DOCUMENT_FALLBACKS),
  };

  for (unsigned i = 0; i < GROUPS; i++)
    if ((person & (1U << i)) != 0)
      groups[request.n_groups++] = group_names[i];
  if ((bad & 1) == 0)
    signals[request.n_signals++] =
        (RecoveryRequestSignal){.id = "s0",
                                .kind = RECOVERY_DOCUMENT_GOOD_TRUTH,
                                .number = 1,
                                .at_s = NOW,
                                .source = "a"};
  if ((bad & 2) == 0)
    signals[request.n_signals++] =
        (RecoveryRequestSignal){.id = "s1",
                                .kind = RECOVERY_DOCUMENT_GOOD_NUMBER,
                                .number = 3,
                                .at_s = NOW,
                                .source = "b"};
  /* Slots that nobody asks for are unknown. */
  for (size_t i = 0; i < 2; i++)
    if (recovery_document_find(policy->document, RECOVERY_DOCUMENT_SLOTS,
                               approvals[i].slot) == RECOVERY_DOCUMENT_NONE)
      request.n_approvals = 0;
  if (request.n_approvals == 0) {
    request.approvals = &approvals[0];
    request.n_approvals = 1;
  }
  return recovery_decide_run(policy->worker, &request);
}

/* The populations of a person, as a set. */
static uint64_t
set_of(unsigned person)
{
  uint64_t set = 0;

  set |= (person & 1) != 0 ? 1 : 0;
  set |= (person & 3) != 0 ? 2 : 0;
  set |= (person & 4) != 0 && (person & 8) != 0 ? 4 : 0;
  return set;
}

/* ---- the promises ---- */

typedef struct {
  uint64_t passes, fallbacks, shorts, denied, locked, open, weak;
} Seen;

static void
check_one(Policy *policy, unsigned person, uint64_t bad, Seen *seen)
{
  RecoveryTableAnswer answer =
      recovery_table_answer(policy->table, &policy->cell, set_of(person), bad);

  for (guint i = 0; i < policy->witnesses->len; i++) {
    const RecoveryWitness *witness =
        &g_array_index(policy->witnesses, RecoveryWitness, i);
    RecoveryTableResult result =
        recovery_table_judge(policy->table, &policy->cell, &answer, witness, 0);
    RecoveryRequestFacts facts = facts_of(witness);
    const RecoveryDecision *decision = ask(policy, person, bad, &facts);
    RecoveryDecideOutcome outcome = decision->outcome;
    bool fallback = (decision->weaker & RECOVERY_DECIDE_FALLBACK) != 0;

    switch (result) {
    case RECOVERY_TABLE_PASSES:
      seen->passes++;
      assert_int_equal(outcome, RECOVERY_DECIDE_ALLOW);
      assert_false(fallback);
      break;
    case RECOVERY_TABLE_FALLBACK:
      seen->fallbacks++;
      assert_int_equal(outcome, RECOVERY_DECIDE_ALLOW);
      assert_true(fallback);
      break;
    case RECOVERY_TABLE_SHORT:
      seen->shorts++;
      assert_int_equal(outcome, RECOVERY_DECIDE_STEP_UP);
      break;
    case RECOVERY_TABLE_DENIED:
      seen->denied++;
      assert_int_equal(outcome, RECOVERY_DECIDE_DENY);
      break;
    }
    /* An age that is not known falls short of any that is asked for. */
    facts.at_s = RECOVERY_REQUEST_UNKNOWN;
    if (result >= RECOVERY_TABLE_FALLBACK)
      assert_int_equal(ask(policy, person, bad, &facts)->outcome,
                       answer.max_age_s >= 0 ? RECOVERY_DECIDE_STEP_UP
                                             : RECOVERY_DECIDE_ALLOW);
  }
}

/* Every authenticator there is, and not one of each kind. */
static void
pass_by_force(Policy *policy, unsigned person, bool *ret_open, bool *ret_pass,
              bool *ret_strong)
{
  static const char *const models[] = {NULL,
                                       "00000000-0000-4000-8000-000000000000",
                                       "00000000-0000-4000-8000-000000000001",
                                       "00000000-0000-4000-8000-000000000002"};

  for (int i = 0; i < 4 * 16 * 2 * 2 * 3 * 2 + 1; i++) {
    RecoveryRequestFacts facts = {
        .method = "webauthn",
        .uv = (i & 1) != 0 ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
        .be = (i & 2) != 0 ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
        .bs = (i & 4) != 0 ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
        .attested = (i & 8) != 0 ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
        .aaguid = models[(i >> 4) & 3],
        .fw = (i & 64) != 0 ? "2.1" : NULL,
        .cert = (i & 128) != 0 ? RECOVERY_DOCUMENT_CERT_L3
                               : RECOVERY_DOCUMENT_CERT_NONE,
        .transports_known = (i & 256) != 0,
        .transports = (i & 256) != 0 ? recovery_document_transport("usb") : 0,
        .mds_known = (i >> 9) % 3 != 0,
        .mds_status =
            (i >> 9) % 3 == 2 ? recovery_document_status("REVOKED") : 0,
        .at_s = NOW,
    };
    const RecoveryDecision *decision;

    if (i == 4 * 16 * 2 * 2 * 3 * 2)
      facts = (RecoveryRequestFacts){.method = "otp", .at_s = NOW};
    /* What is backed up may be backed up. */
    if (facts.bs == RECOVERY_DOCUMENT_YES && facts.be == RECOVERY_DOCUMENT_NO)
      continue;
    decision = ask(policy, person, 0, &facts);
    *ret_open = *ret_open || decision->reason == RECOVERY_DECIDE_CLASS ||
                decision->reason == RECOVERY_DECIDE_REQUIREMENT ||
                decision->reason == RECOVERY_DECIDE_PERMIT;
    if (decision->outcome != RECOVERY_DECIDE_ALLOW)
      continue;
    *ret_pass = true;
    if ((decision->weaker & RECOVERY_DECIDE_FALLBACK) == 0) {
      *ret_strong = true;
      return;
    }
  }
}

static bool
has(const RecoveryProblems *problems, const char *rule)
{
  for (guint i = 0; i < problems->items->len; i++) {
    const RecoveryProblem *problem = g_ptr_array_index(problems->items, i);

    if (strcmp(problem->rule, rule) == 0 && !problem->unchecked)
      return true;
  }
  return false;
}

/* cmocka cuts long messages. */
static void
fail_policy(const char *text, bool locked, bool weak)
{
  g_printerr("%s", text);
  fail_msg("by force: locked %d, weak %d", locked, weak);
}

/* Any cell that is locked, and any that only a fallback opens. */
static void
check_cells(Policy *policy, bool *ret_locked, bool *ret_weak, Seen *seen)
{
  const RecoveryDocument *document = policy->document;

  for (uint32_t j = 0;
       j < recovery_document_count(document, RECOVERY_DOCUMENT_JOURNEYS); j++)
    for (uint32_t a = 0; a < 2; a++)
      for (int t = 0; t < 2; t++) {
        bool recovery =
            RECOVERY_DOCUMENT_AT(document, JOURNEYS, Journey, j)->kind ==
            RECOVERY_DOCUMENT_KIND_RECOVERY;

        recovery_table_gather(policy->table, j, a,
                              t == 0 ? RECOVERY_DOCUMENT_NONE : 0, true,
                              &policy->cell);
        uint64_t sets = 0;

        for (unsigned person = 0; person < PERSONS; person++) {
          bool open = false, pass = false, strong = false;

          /* One person of each set. */
          if ((sets & (UINT64_C(1) << set_of(person))) != 0)
            continue;
          sets |= UINT64_C(1) << set_of(person);

          for (uint64_t bad = 0; bad < 4; bad++)
            check_one(policy, person, bad, seen);
          if (recovery ||
              policy->cell.permits->len + policy->cell.fallbacks->len == 0)
            continue;
          pass_by_force(policy, person, &open, &pass, &strong);
          *ret_locked = *ret_locked || (open && !pass);
          *ret_weak = *ret_weak || (open && pass && !strong);
        }
      }
}

static void
test_lint_and_table_agree_with_the_decision(void **state)
{
  GRand *rand = g_rand_new_with_seed(20261115);
  Seen seen = {0};

  (void)state;
  for (int n = 0; n < POLICIES; n++) {
    g_autofree char *text = make_policy(rand);
    g_autoptr(RecoveryProblems) problems = recovery_problem_new();
    RecoveryLintOptions options = {.now_s = NOW};
    Policy policy = {.document =
                         recovery_document_read(text, strlen(text), problems)};
    const RecoveryDocument *documents[] = {policy.document};
    bool locked = false, weak = false;

    if (policy.document == NULL)
      fail_policy(text, false, false);
    recovery_lint_review(policy.document, &options, problems);
    policy.decide = recovery_decide_new(policy.document);
    policy.worker = recovery_decide_worker_new(policy.decide);
    policy.table = recovery_table_new(policy.document, NOW, true);
    policy.witnesses = recovery_witness_all(documents, 1, NOW);
    check_cells(&policy, &locked, &weak, &seen);
    if (has(problems, "L03") != locked || has(problems, "L04") != weak)
      fail_policy(text, locked, weak);
    seen.locked += locked;
    seen.open += !locked;
    seen.weak += weak;
    recovery_table_cell_clear(&policy.cell);
    g_array_unref(policy.witnesses);
    recovery_table_free(policy.table);
    recovery_decide_worker_free(policy.worker);
    recovery_decide_free(policy.decide);
    recovery_document_free(policy.document);
  }
  g_rand_free(rand);
  /* Or the promise was never put to the test. */
  assert_true(seen.passes > 1000 && seen.fallbacks > 100 && seen.shorts > 1000);
  assert_true(seen.denied > 1000 && seen.locked > 5 && seen.open > 5);
  assert_true(seen.weak > 3);
}

/* ---- sets of populations ---- */

static void
test_one_population_brings_another(void **state)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  GRand *rand = g_rand_new_with_seed(1);
  g_autofree char *text = make_policy(rand);
  g_autoptr(RecoveryDocument) document =
      recovery_document_read(text, strlen(text), problems);
  const RecoveryDocumentPopulation *populations[3];
  g_autoptr(GArray) sets = NULL;
  bool whole;

  (void)state;
  g_rand_free(rand);
  for (uint32_t i = 0; i < 3; i++)
    populations[i] = RECOVERY_DOCUMENT_AT(document, POPULATIONS, Population, i);
  sets = recovery_crowd_sets(populations, 3, &whole);
  assert_true(whole);
  /* p0 is never without p1: {}, {p1}, {p2}, {p0 p1}, {p1 p2}, all. */
  assert_int_equal(sets->len, 6);
  assert_int_equal(g_array_index(sets, uint64_t, 0), 0);
  assert_int_equal(g_array_index(sets, uint64_t, 5), 7);
}

/* Groups and attributes: both are to be met. */
static void
test_every_part_of_a_rule_is_met(void **state)
{
  static const char *const group[] = {"g"}, *const value[] = {"v"};
  RecoveryDocumentAttribute attribute = {.name = "a", .values = {value, 1}};
  g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(attribute));
  const RecoveryDocumentPopulation wide = {.id = "w", .groups = {group, 1}};
  const RecoveryDocumentPopulation narrow = {
      .id = "n", .groups = {group, 1}, .attributes = list};
  const RecoveryDocumentPopulation *const populations[] = {&wide, &narrow};
  g_autoptr(GArray) sets = NULL;
  bool whole;

  (void)state;
  g_array_append_val(list, attribute);
  sets = recovery_crowd_sets(populations, 2, &whole);
  assert_true(whole);
  assert_int_equal(sets->len, 3);
  assert_int_equal(g_array_index(sets, uint64_t, 1), 1); /* wide alone */
  assert_int_equal(g_array_index(sets, uint64_t, 2),
                   3); /* never narrow alone */
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_population_brings_another),
      cmocka_unit_test(test_every_part_of_a_rule_is_met),
      cmocka_unit_test(test_lint_and_table_agree_with_the_decision),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
