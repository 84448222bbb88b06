/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-state.c - every edge of both tables, and every missing edge. */
#include "tests/testing.h"

#include <glib.h>
#include <string.h>

#include "recovery/format/act.h"
#include "recovery/format/state.h"

/* The case, written down once more: from, act, to. */
/* clang-format off */
static const struct {
  const char *from, *act, *to;
} edges[] = {
  { "", "case.open", "open" },
  { "open", "case.suspend_keys", "open" },
  { "open", "case.start_proofing", "proofing" },
  { "proofing", "case.add_evidence", "proofing" },
  { "proofing", "case.submit", "awaiting_approval" },
  { "awaiting_approval", "case.made", "awaiting_approval" },
  { "awaiting_approval", "case.approve", "awaiting_approval" },
  { "awaiting_approval", "case.refuse", "refused" },
  { "awaiting_approval", "case.amend", "proofing" },
  { "awaiting_approval", "case.quorum", "waiting" },
  { "awaiting_approval", "case.quorum", "routine_check" },
  { "routine_check", "case.check", "waiting" },
  { "routine_check", "case.refuse", "refused" },
  { "waiting", "case.elapsed", "ready" },
  { "ready", "case.activate", "issued" },
  { "ready", "case.start_binding", "binding" },
  { "binding", "case.bound", "issued" },
  { "binding", "case.failed", "ready" },
  { "issued", "case.rp_proof", "issued" },
  { "issued", "case.close", "completed" },
  { "issued", "case.contest", "contested" },
  { "contested", "case.uphold", "undone" },
};
/* clang-format on */

static const char *const running[] = {
    "open",    "proofing", "awaiting_approval", "routine_check",
    "waiting", "ready",    "binding",           NULL};
static const char *const ended[] = {"completed", "undone",    "refused",
                                    "expired",   "withdrawn", NULL};

static bool
is_edge(const char *from, const char *act, const char *to)
{
  for (size_t i = 0; i < G_N_ELEMENTS(edges); i++)
    if (strcmp(edges[i].from, from) == 0 && strcmp(edges[i].act, act) == 0 &&
        strcmp(edges[i].to, to) == 0)
      return true;
  if (g_strv_contains(running, from))
    return (strcmp(act, "case.contest") == 0 && strcmp(to, "contested") == 0) ||
           (strcmp(act, "case.withdraw") == 0 &&
            strcmp(to, "withdrawn") == 0) ||
           (strcmp(act, "case.expire") == 0 && strcmp(to, "expired") == 0);
  if (g_strv_contains(ended, from))
    return strcmp(from, to) == 0 && (strcmp(act, "case.hold_on") == 0 ||
                                     strcmp(act, "case.hold_off") == 0 ||
                                     strcmp(act, "case.purge") == 0);
  /* A rejected contest leads back to where it came from. */
  return strcmp(from, "contested") == 0 && strcmp(act, "case.reject") == 0 &&
         (g_strv_contains(running, to) || strcmp(to, "issued") == 0);
}

static void
what_is_no_row_cannot_happen(void **state)
{
  (void)state;
  for (int from = 0; from <= RECOVERY_STATE_WITHDRAWN; from++)
    for (size_t i = 0; i < recovery_act_count(); i++)
      for (int to = 0; to <= RECOVERY_STATE_WITHDRAWN; to++) {
        const char *act = recovery_act_at(i)->name;
        RecoveryState next = RECOVERY_STATE_NONE;
        bool found = recovery_state_next((RecoveryState)from, act,
                                         (RecoveryState)to, &next) &&
                     next == (RecoveryState)to;

        if (found != is_edge(recovery_state_name((RecoveryState)from), act,
                             recovery_state_name((RecoveryState)to)))
          fail_msg("%s, %s, %s", recovery_state_name((RecoveryState)from), act,
                   recovery_state_name((RecoveryState)to));
      }
}

static void
a_step_with_one_way_needs_no_wish(void **state)
{
  RecoveryState next = RECOVERY_STATE_NONE;

  (void)state;
  assert_true(recovery_state_next(RECOVERY_STATE_NONE, "case.open",
                                  RECOVERY_STATE_NONE, &next));
  assert_int_equal(next, RECOVERY_STATE_OPEN);
  assert_false(recovery_state_next(RECOVERY_STATE_AWAITING_APPROVAL,
                                   "case.quorum", RECOVERY_STATE_NONE, &next));
  assert_false(recovery_state_next(RECOVERY_STATE_CONTESTED, "case.reject",
                                   RECOVERY_STATE_COMPLETED, &next));
}

static void
names_of_states_come_back(void **state)
{
  (void)state;
  for (int i = 1; i <= RECOVERY_STATE_WITHDRAWN; i++) {
    RecoveryState back;

    assert_true(
        recovery_state_read(recovery_state_name((RecoveryState)i), &back));
    assert_int_equal(back, i);
    assert_int_equal(recovery_state_is_final(back),
                     g_strv_contains(ended, recovery_state_name(back)));
  }
  for (int i = 1; i <= RECOVERY_KEY_RETIRED; i++) {
    RecoveryKeyState back;

    assert_true(recovery_state_key_read(
        recovery_state_key_name((RecoveryKeyState)i), &back));
    assert_int_equal(back, i);
  }
  assert_false(recovery_state_read("", &(RecoveryState){0}));
  assert_false(recovery_state_read(NULL, &(RecoveryState){0}));
  assert_false(recovery_state_key_read("", &(RecoveryKeyState){0}));
}

static void
a_key_goes_only_along_its_edges(void **state)
{
  static const char *const ways[] = {" stock",
                                     " pending",
                                     "stock pending",
                                     "stock retired",
                                     "pending active",
                                     "pending retired",
                                     "active suspended",
                                     "active lost",
                                     "active revoked",
                                     "active retired",
                                     "suspended active",
                                     "suspended lost",
                                     "suspended revoked",
                                     "lost revoked",
                                     "revoked retired",
                                     NULL};

  (void)state;
  for (int from = 0; from <= RECOVERY_KEY_RETIRED; from++)
    for (int to = 0; to <= RECOVERY_KEY_RETIRED; to++) {
      g_autofree char *way = g_strdup_printf(
          "%s %s", recovery_state_key_name((RecoveryKeyState)from),
          recovery_state_key_name((RecoveryKeyState)to));

      if (recovery_state_key_may((RecoveryKeyState)from,
                                 (RecoveryKeyState)to) !=
          g_strv_contains(ways, way))
        fail_msg("%s", way);
    }
}

static void
nothing_leads_back_from_lost_revoked_or_retired(void **state)
{
  (void)state;
  assert_false(recovery_state_key_may(RECOVERY_KEY_LOST, RECOVERY_KEY_ACTIVE));
  assert_false(
      recovery_state_key_may(RECOVERY_KEY_REVOKED, RECOVERY_KEY_ACTIVE));
  assert_false(
      recovery_state_key_may(RECOVERY_KEY_RETIRED, RECOVERY_KEY_ACTIVE));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_no_row_cannot_happen),
      cmocka_unit_test(a_step_with_one_way_needs_no_wish),
      cmocka_unit_test(names_of_states_come_back),
      cmocka_unit_test(a_key_goes_only_along_its_edges),
      cmocka_unit_test(nothing_leads_back_from_lost_revoked_or_retired),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
