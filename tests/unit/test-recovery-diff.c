/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes looser or stricter in a cell is what the decision lets in that
 * it did not, and the other way round: random pairs of policies, seeded,
 * against all persons, keys, signals, ages and approvals that there are.
 * However the tables are compared, whole or each cell for itself, the same is
 * found. */
#include "recovery/policy/diff.h"

#include <string.h>

#include "recovery/policy/crowd.h"
#include "recovery/policy/decide.h"
#include "recovery/policy/witness.h"
#include "tests/testing.h"
#include "tests/unit/policy-draft.h"

#define NOW 1794700800 /* 2026-11-15 */
#define PAIRS 20       /* each of them by force */
#define MORE_PAIRS 250
#define GROUPS 4
#define PERSONS 64 /* groups, and two values of an attribute */
#define SIGNALS 2

static const char *const journeys[] = {"sign-in", "admin", "enrol", "recovery",
                                       "step-up"};

/* ---- one of two policies, and what it decides ---- */

typedef struct {
  RecoveryDocument *document;
  RecoveryDecide *decide;
  RecoveryDecideWorker *worker;
} Policy;

static void
open_policy(Policy *policy, const PolicyDraft *draft)
{
  g_autofree char *text = policy_draft_write(draft);
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();

  policy->document = recovery_document_read(text, strlen(text), problems);
  if (policy->document == NULL) {
    g_autofree char *words = recovery_problem_write_errors(problems);

    g_printerr("%s\n%s", text, words);
    fail();
  }
  policy->decide = recovery_decide_new(policy->document);
  policy->worker = recovery_decide_worker_new(policy->decide);
}

static void
close_policy(Policy *policy)
{
  recovery_decide_worker_free(policy->worker);
  recovery_decide_free(policy->decide);
  recovery_document_free(policy->document);
}

/* All that is asked of a cell. */
typedef struct {
  const char *journey, *app, *transaction;
  unsigned person, bad;
  const RecoveryWitness *witness;
  int64_t age_s;
  const RecoveryRequestApproval *approvals;
  size_t n_approvals;
} Question;

static RecoveryRequestFacts
facts_of(const Question *question)
{
  const RecoveryWitness *witness = question->witness;

  return (RecoveryRequestFacts){
      .method = witness->method,
      .uv = witness->uv ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .be = witness->be ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .bs = witness->bs ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .attested =
          witness->attested ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO,
      .aaguid = witness->aaguid,
      .at_s = NOW - question->age_s,
  };
}

static void
take_person(RecoveryRequest *request, unsigned person, const char *groups[],
            RecoveryRequestAttribute *attribute, const char *values[])
{
  static const char *const group_names[GROUPS] = {"g0", "g1", "g2", "g3"};

  request->groups = groups;
  for (unsigned i = 0; i < GROUPS; i++)
    if ((person & (1U << i)) != 0)
      groups[request->n_groups++] = group_names[i];
  *attribute = (RecoveryRequestAttribute){.name = "a", .values = values};
  if ((person & 16) != 0)
    values[attribute->n_values++] = "v";
  if ((person & 32) != 0)
    values[attribute->n_values++] = "w";
  attribute->none = attribute->n_values == 0;
  request->attributes = attribute;
  request->n_attributes = 1;
}

/* 0: no; 1: by a fallback alone; 2: yes. */
static int
ask(const Policy *policy, const Question *question)
{
  static const char *const sources[SIGNALS] = {"a", "b"};
  static const char *const signals[SIGNALS] = {"s0", "s1"};
  static const RecoveryRequestCount all_uses[] = {{"fallbacks0", 0},
                                                  {"fallbacks1", 0},
                                                  {"fallbacks2", 0},
                                                  {"fallbacks3", 0}};
  const char *groups[GROUPS], *values[2];
  RecoveryRequestAttribute attribute;
  RecoveryRequestSignal told[SIGNALS];
  RecoveryRequestCount uses[4];
  RecoveryRequest request = {
      .id = "q",
      .now_s = NOW,
      .journey = question->journey,
      .app = question->app,
      .transaction = question->transaction,
      .person = "someone",
      .groups_known = true,
      .attributes_known = true,
      .authenticator = facts_of(question),
      .signals = told,
      .record = {.recovered_at_s = RECOVERY_REQUEST_UNKNOWN},
      .approvals = question->approvals,
      .n_approvals = question->n_approvals,
      .uses = uses,
  };
  const RecoveryDecision *decision;

  take_person(&request, question->person, groups, &attribute, values);
  for (unsigned i = 0; i < SIGNALS; i++)
    if ((question->bad & (1U << i)) == 0)
      told[request.n_signals++] =
          (RecoveryRequestSignal){.id = signals[i],
                                  .kind = RECOVERY_DOCUMENT_GOOD_TRUTH,
                                  .number = 1,
                                  .at_s = NOW,
                                  .source = sources[i]};
  for (size_t i = 0; i < G_N_ELEMENTS(all_uses); i++)
    if (recovery_document_find(policy->document, RECOVERY_DOCUMENT_FALLBACKS,
                               all_uses[i].id) != RECOVERY_DOCUMENT_NONE)
      uses[request.n_uses++] = all_uses[i];
  decision = recovery_decide_run(policy->worker, &request);
  if (decision->outcome != RECOVERY_DECIDE_ALLOW)
    return 0;
  return (decision->weaker & RECOVERY_DECIDE_FALLBACK) != 0 ? 1 : 2;
}

/* ---- by force ---- */

typedef struct {
  bool looser, stricter;
} Ways;

static void
try_needs(const Policy policies[2], Question *question, Ways *ways)
{
  static const RecoveryRequestApproval sets[][3] = {
      {{NULL, NULL}},
      {{"k", NULL}},
      {{"k", NULL}, {"l", NULL}},
      {{"m", "x"}},
      {{"m", "x"}, {"k", NULL}},
      {{"n", "z"}, {"k", NULL}},
      {{"m", "x"}, {"n", "z"}},
      {{"m", "x"}, {"n", "z"}, {"k", NULL}},
  };
  static const int64_t ages[] = {0, 61, 301};

  for (size_t a = 0; a < G_N_ELEMENTS(ages); a++)
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
      int before, after;

      question->age_s = ages[a];
      question->approvals = sets[i];
      question->n_approvals = 0;
      while (question->n_approvals < 3 &&
             sets[i][question->n_approvals].by != NULL)
        question->n_approvals++;
      before = ask(&policies[0], question);
      after = ask(&policies[1], question);
      ways->looser = ways->looser || after > before;
      ways->stricter = ways->stricter || after < before;
    }
}

/* Who passes under neither of them with all there is passes with nothing. */
static bool
passes_anywhere(const Policy policies[2], Question *question)
{
  static const RecoveryRequestApproval all[] = {
      {"m", "x"}, {"n", "z"}, {"k", NULL}};

  question->age_s = 0;
  question->approvals = all;
  question->n_approvals = G_N_ELEMENTS(all);
  return ask(&policies[0], question) + ask(&policies[1], question) > 0;
}

/* Which populations a person is in, a bit for each rule of theirs. */
static unsigned
rules_of(unsigned person)
{
  bool g0 = (person & 1) != 0, g1 = (person & 2) != 0, g2 = (person & 4) != 0;
  bool g3 = (person & 8) != 0, v = (person & 16) != 0, w = (person & 32) != 0;

  return (unsigned)g0 | (unsigned)(g0 || g1) << 1 | (unsigned)(g2 && v) << 2 |
         (unsigned)g3 << 3 | (unsigned)(v || w) << 4 |
         (unsigned)(g1 && w) << 5 | (unsigned)(g3 && w) << 6;
}

static void
try_cell(const Policy policies[2], const GArray *witnesses, Question *question,
         Ways *ways)
{
  bool tried[128] = {false};

  for (unsigned person = 0; person < PERSONS; person++) {
    /* One of each kind. */
    if (tried[rules_of(person)])
      continue;
    tried[rules_of(person)] = true;
    for (unsigned bad = 0; bad < 1U << SIGNALS; bad++)
      for (guint i = 0; i < witnesses->len; i++) {
        question->person = person;
        question->bad = bad;
        question->witness = &g_array_index(witnesses, RecoveryWitness, i);
        if (ways->looser && ways->stricter)
          return;
        if (passes_anywhere(policies, question))
          try_needs(policies, question, ways);
      }
  }
}

/* ---- what is said ---- */

static bool
is_in(const RecoveryDiffChange *change, const char *where)
{
  for (guint i = 0; i < change->where->len; i++)
    if (strcmp(g_ptr_array_index(change->where, i), where) == 0)
      return true;
  return false;
}

static Ways
find_ways(const RecoveryDiff *diff, const char *where)
{
  Ways ways = {false, false};

  for (guint i = 0; i < diff->changes->len; i++) {
    const RecoveryDiffChange *change = g_ptr_array_index(diff->changes, i);

    if (!is_in(change, where))
      continue;
    ways.looser = ways.looser || (change->way & RECOVERY_DIFF_LOOSER) != 0;
    ways.stricter =
        ways.stricter || (change->way & RECOVERY_DIFF_STRICTER) != 0;
  }
  return ways;
}

static void
add_said(GHashTable *said, const RecoveryDiffChange *change)
{
  for (guint i = 0; i < change->where->len; i++)
    g_hash_table_add(
        said, g_strdup_printf("%s\n%d\n%s\n%s\n%s",
                              (char *)g_ptr_array_index(change->where, i),
                              change->way, change->with, change->before,
                              change->after));
}

/* Up to the people, where a key is issued to some. */
static char *
cut_people(const RecoveryDiffPoint *point)
{
  const char *issued = strstr(point->text, " issued");
  size_t len =
      issued == NULL ? strlen(point->text) : (size_t)(issued - point->text);

  return g_strdup_printf("%d\n%.*s", point->way, (int)len, point->text);
}

/* All that differs, whoever it is said of. */
static GHashTable *
list_said(const RecoveryDiff *diff)
{
  GHashTable *said =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < diff->points->len; i++)
    g_hash_table_add(said, cut_people(g_ptr_array_index(diff->points, i)));

  for (guint i = 0; i < diff->changes->len; i++)
    add_said(said, g_ptr_array_index(diff->changes, i));
  return said;
}

/* ---- pairs ---- */

typedef struct {
  uint64_t looser, stricter, same, said, alike;
} Seen;

/* Both ways of comparing say the same, and so do the sums of them. */
static void
check_said(const RecoveryDiff *whole, const RecoveryDiff *by_cell, Seen *seen)
{
  g_autoptr(GHashTable) one = list_said(whole);
  g_autoptr(GHashTable) other = list_said(by_cell);
  GHashTableIter iter;
  void *key;

  assert_true(whole->whole && by_cell->whole);
  assert_true(!whole->by_cell && by_cell->by_cell);
  assert_true(by_cell->cells <= whole->cells);
  assert_int_equal(whole->looser > 0, by_cell->looser > 0);
  assert_int_equal(whole->stricter > 0, by_cell->stricter > 0);
  assert_int_equal(whole->both > 0, by_cell->both > 0);
  assert_int_equal(g_hash_table_size(one), g_hash_table_size(other));
  g_hash_table_iter_init(&iter, one);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    assert_true(g_hash_table_contains(other, key));
    seen->said++;
  }
  for (guint i = 0; i < by_cell->changes->len; i++)
    seen->alike +=
        strstr(
            ((RecoveryDiffChange *)g_ptr_array_index(by_cell->changes, i))->who,
            " or ") != NULL;
}

static void
check_cells(const Policy policies[2], const RecoveryDiff *diff, Seen *seen)
{
  static const char *const apps[] = {"a0", "a1"};
  static const char *const transactions[] = {NULL, "t0"};
  const RecoveryDocument *documents[] = {policies[0].document,
                                         policies[1].document};
  g_autoptr(GArray) witnesses = recovery_witness_all(documents, 2, NOW);

  for (size_t j = 0; j < G_N_ELEMENTS(journeys); j++)
    for (size_t a = 0; a < G_N_ELEMENTS(apps); a++)
      for (size_t t = 0; t < G_N_ELEMENTS(transactions); t++) {
        Question question = {.journey = journeys[j],
                             .app = apps[a],
                             .transaction = transactions[t]};
        g_autofree char *where = g_strdup_printf(
            "%s at %s%s", journeys[j], apps[a], t == 0 ? "" : " for t0");
        Ways found = find_ways(diff, where), ways = {false, false};

        try_cell(policies, witnesses, &question, &ways);
        assert_int_equal(found.looser, ways.looser);
        assert_int_equal(found.stricter, ways.stricter);
        seen->looser += ways.looser;
        seen->stricter += ways.stricter;
        seen->same += !ways.looser && !ways.stricter;
      }
}

static void
check_pair(GRand *rand, bool by_force, Seen *seen)
{
  PolicyDraft drafts[2];
  Policy policies[2];
  RecoveryDiff *whole, *by_cell;

  policy_draft_pair(rand, drafts);
  for (size_t s = 0; s < 2; s++)
    open_policy(&policies[s], &drafts[s]);
  whole = recovery_diff_new(policies[0].document, policies[1].document, NOW);
  by_cell = recovery_diff_new_by_cell(policies[0].document,
                                      policies[1].document, NOW);
  check_said(whole, by_cell, seen);
  if (by_force)
    check_cells(policies, by_cell, seen);
  recovery_diff_free(whole);
  recovery_diff_free(by_cell);
  for (size_t s = 0; s < 2; s++) {
    close_policy(&policies[s]);
    policy_draft_clear(&drafts[s]);
  }
}

static void
what_differs_is_what_is_decided(G_GNUC_UNUSED void **state)
{
  GRand *rand = g_rand_new_with_seed(20261129);
  Seen seen = {0};

  for (int n = 0; n < PAIRS; n++)
    check_pair(rand, true, &seen);
  g_rand_free(rand);
  print_message("%d looser, %d stricter, %d the same\n", (int)seen.looser,
                (int)seen.stricter, (int)seen.same);
  /* Or the promise was never put to the test. */
  assert_true(seen.looser > 30 && seen.stricter > 30 && seen.same > 100);
}

static void
each_cell_for_itself_says_the_same(G_GNUC_UNUSED void **state)
{
  GRand *rand = g_rand_new_with_seed(1);
  Seen seen = {0};

  for (int n = 0; n < MORE_PAIRS; n++)
    check_pair(rand, false, &seen);
  g_rand_free(rand);
  assert_true(seen.said > 1000 && seen.alike > 100);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_differs_is_what_is_decided),
      cmocka_unit_test(each_cell_for_itself_says_the_same),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
