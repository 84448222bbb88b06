/* SPDX-License-Identifier: Apache-2.0 */
/* policy-draft.c - random policies, out of few words, so that their rules meet
 * one another often. */
#include "tests/unit/policy-draft.h"

#include <string.h>

#define PARTS POLICY_DRAFT_PARTS

enum {
  PERMITS,
  FALLBACKS,
  REQUIRES,
  FORBIDS,
  EXCEPTIONS,
  N_KINDS = POLICY_DRAFT_KINDS
};

static const char head[] =
    "schema: keyturn-policy/1\n"
    "policy: {id: random, version: 1, owner: o, valid_from: 2026-01-01}\n"
    "signals:\n"
    "  - {id: s0, good: true, source: a, max_age_s: 100}\n"
    "  - {id: s1, good: true, source: b, max_age_s: 100}\n"
    "journeys: [{id: enrol, kind: enrol, risk: high}]\n"
    "transactions:\n"
    "  - {id: t0, kind: payment, apps: [a0, a1]}\n"
    "classes:\n"
    "  - {id: code, rank: 1, match: {method: otp}}\n"
    "  - {id: soft, rank: 20, sync_fabric_ref: f, match: {uv: true}}\n"
    "  - {id: best, rank: 60, match: {be: false, uv: true, attested: true, "
    "aaguid_list: l0}}\n"
    "  - {id: roster, use: roster, match: {attested: true}}\n";

static const char tail[] =
    "recovery:\n"
    "  risk_analysis_ref: r\n"
    "  routine_check_pct: 0\n"
    "  standard: {issue: [best], slots: [x, z], off_kiosk: 1, wait_h: 1, "
    "restrict_h: 1, evidence: n21, min_keys: 2}\n"
    "retention:\n"
    "  - {class: record, keep: 7y, purge: whole-epoch}\n"
    "  - {class: personal, keep: 90d-after-close, purge: shred-subject}\n";

static const char *const journeys[] = {"sign-in", "admin", "enrol", "recovery"};
static const char *const classes[] = {"code", "soft", "hard", "best"};
/* Of one clause and of two, and one that brings another with it. */
static const char populations[] =
    "populations:\n"
    "  - {id: p0, kind: enterprise, rule: {groups: [g0]}}\n"
    "  - {id: p1, kind: enterprise, rule: {groups: [g0, g1]}}\n"
    "  - {id: p2, kind: enterprise, rule: {groups: [g2], attributes: {a: v}}}\n"
    "  - {id: p3, kind: enterprise, rule: {groups: [g3]}}\n"
    "  - {id: p5, kind: enterprise, rule: {groups: [g3], attributes: {a: "
    "w}}}\n";

/* What may be another in the second policy. */
enum { PEOPLE, CLASS, LIST, APP };
static const char *const parts[PARTS][2] = {
    {"  - {id: p4, kind: enterprise, rule: {attributes: {a: [v, w]}}}\n",
     "  - {id: p4, kind: enterprise, rule: {attributes: {a: [w]}, groups: "
     "[g1]}}\n"},
    {"  - {id: hard, rank: 40, match: {be: false, uv: true}}\n",
     "  - {id: hard, rank: 15, match: {uv: true}}\n"},
    {"aaguid_lists: [{id: l0, entries: [{aaguid: "
     "00000000-0000-4000-8000-000000000000}]}]\n",
     "aaguid_lists: [{id: l0, entries: [{aaguid: "
     "00000000-0000-4000-8000-000000000001}]}]\n"},
    {"apps:\n"
     "  - {id: a0, capabilities: {webauthn: true, acr: true, max_age: true}}\n"
     "  - {id: a1, capabilities: {webauthn: false, acr: true, max_age: "
     "true}}\n",
     "apps:\n"
     "  - {id: a0, capabilities: {webauthn: true, acr: true, max_age: true}}\n"
     "  - {id: a1, capabilities: {webauthn: true, acr: true, max_age: "
     "true}}\n"},
};

static const char *const names[N_KINDS] = {"permits", "fallbacks", "requires",
                                           "forbids", "exceptions"};

static bool
toss(GRand *rand, int of)
{
  return g_rand_int_range(rand, 0, of) == 0;
}

static void
add_scope(GString *out, GRand *rand)
{
  static const char *const whom[] = {
      "p0",       "p1",       "p2",           "p3", "p4",
      "[p0, p3]", "[p3, p4]", "[p1, p2, p4]", "p5", "[p2, p5]"};

  if (!toss(rand, 3))
    g_string_append_printf(out, ", journey: %s",
                           journeys[g_rand_int_range(rand, 0, 4)]);
  if (!toss(rand, 4))
    g_string_append_printf(
        out, ", population: %s",
        whom[g_rand_int_range(rand, 0, (int)G_N_ELEMENTS(whom))]);
  if (toss(rand, 2))
    g_string_append_printf(out, ", app: a%d", g_rand_int_range(rand, 0, 2));
  if (toss(rand, 3))
    g_string_append_printf(out, ", transaction: %s",
                           toss(rand, 2) ? "t0" : "\"*\"");
}

static void
add_accept(GString *out, GRand *rand)
{
  int from = g_rand_int_range(rand, 0, 4), to = g_rand_int_range(rand, 0, 4);

  g_string_append(out, ", accept: [");
  for (int i = MIN(from, to); i <= MAX(from, to); i++)
    g_string_append_printf(out, "%s%s", i > MIN(from, to) ? ", " : "",
                           classes[i]);
  g_string_append_c(out, ']');
}

/* So few that two rules often ask for the same. */
static void
add_demands(GString *out, GRand *rand)
{
  static const char *const demands[] = {
      "max_age_s: 60, approvals: 1",
      "max_age_s: 300, approvals: 2",
      "slots: [x], min_class: hard",
      "aaguid_list: l0, approvals: 1",
  };
  static const char *const unless[] = {"", ", unless_good: s0"};

  g_string_append_printf(
      out, ", %s%s",
      demands[g_rand_int_range(rand, 0, (int)G_N_ELEMENTS(demands))],
      unless[g_rand_int_range(rand, 0, (int)G_N_ELEMENTS(unless))]);
}

static char *
make_rule(GRand *rand, int kind)
{
  GString *out = g_string_new(NULL);

  add_scope(out, rand);
  if (kind == PERMITS || kind == FALLBACKS)
    add_accept(out, rand);
  if (kind == FALLBACKS)
    g_string_append_printf(
        out, ", max_risk: %s, expires: 2027-01-01, uses_per_30d: 5",
        toss(rand, 2) ? "low" : "privileged");
  if (kind == REQUIRES)
    add_demands(out, rand);
  if (kind == FORBIDS)
    g_string_append(out,
                    toss(rand, 3) ? ", why: no" : ", why: no, unless_good: s0");
  if (kind == EXCEPTIONS)
    g_string_append(out,
                    ", waives: [requires0], owner: o, approved_by: [m, n], "
                    "reason: r, compensating: c, from: 2026-11-10, until: "
                    "2026-12-10, review_every_d: 30");
  return g_string_free(out, FALSE);
}

static void
redraw(GRand *rand, PolicyDraft *draft, int kind, int i)
{
  /* An exception is about the first requirement, so that is there. */
  bool kept = i == 0 && (kind == PERMITS || kind == REQUIRES);

  g_free(draft->rules[kind][i]);
  draft->rules[kind][i] =
      kept || toss(rand, kind == EXCEPTIONS || kind == FORBIDS ? 4 : 2)
          ? make_rule(rand, kind)
          : NULL;
}

void
policy_draft_clear(PolicyDraft *draft)
{
  for (int kind = 0; kind < N_KINDS; kind++)
    for (int i = 0; i < 4; i++)
      g_clear_pointer(&draft->rules[kind][i], g_free);
}

char *
policy_draft_write(const PolicyDraft *draft)
{
  GString *out = g_string_new(head);
  const char *said[PARTS];

  for (int i = 0; i < PARTS; i++)
    said[i] = parts[i][draft->others[i]];
  g_string_append_printf(out, "%s%s%s%s%s", said[CLASS], said[LIST], said[APP],
                         populations, said[PEOPLE]);
  for (int kind = 0; kind < N_KINDS; kind++) {
    bool any = false;

    for (int i = 0; i < 4; i++) {
      if (draft->rules[kind][i] == NULL)
        continue;
      g_string_append_printf(out, "%s%s  - {id: %s%d%s}\n",
                             any ? "" : names[kind], any ? "" : ":\n",
                             names[kind], i, draft->rules[kind][i]);
      any = true;
    }
  }
  g_string_append(out, tail);
  return g_string_free(out, FALSE);
}

/* One word of a rule is another. */
static void
reword(GRand *rand, PolicyDraft *draft)
{
  static const char *const words[][2] = {
      {"good: s0", "good: s1"},
      {": 60", ": 300"},
      {"approvals: 1", "approvals: 2"},
      {"[x]", "[x, z]"},
      {"p0", "p3"},
      {"p2", "p5"},
      {": low", ": privileged"},
      {"hard", "best"},
  };
  for (int tries = 0; tries < 40; tries++) {
    char **rule = &draft->rules[g_rand_int_range(rand, 0, N_KINDS)]
                               [g_rand_int_range(rand, 0, 4)];
    const char *const *word =
        words[g_rand_int_range(rand, 0, (int)G_N_ELEMENTS(words))];
    g_auto(GStrv) around = *rule == NULL ? NULL : g_strsplit(*rule, word[0], 2);

    if (around == NULL || around[1] == NULL || strstr(*rule, word[1]) != NULL)
      continue;
    g_free(*rule);
    *rule = g_strjoin(word[1], around[0], around[1], NULL);
    return;
  }
}

void
policy_draft_pair(GRand *rand, PolicyDraft drafts[2])
{
  memset(drafts, 0, 2 * sizeof(PolicyDraft));
  for (int kind = 0; kind < N_KINDS; kind++)
    for (int i = 0; i < 4; i++) {
      redraw(rand, &drafts[0], kind, i);
      drafts[1].rules[kind][i] = g_strdup(drafts[0].rules[kind][i]);
    }
  for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--)
    redraw(rand, &drafts[1],
           toss(rand, 3) ? EXCEPTIONS : g_rand_int_range(rand, 0, N_KINDS),
           g_rand_int_range(rand, 0, 4));
  for (int n = g_rand_int_range(rand, 0, 3); n > 0; n--)
    reword(rand, &drafts[1]);
  for (int i = 0; i < PARTS; i++) {
    drafts[0].others[i] = toss(rand, 4);
    drafts[1].others[i] = drafts[0].others[i] != toss(rand, 8);
  }
}
