/* SPDX-License-Identifier: Apache-2.0 */
/* From page to page: every way there is, and what no way may lead to. */
#include "tests/testing.h"

#include <glib.h>
#include <stdbool.h>

#include "kiosk/presenter-flow.h"

#define S(name) KIOSK_STEP_##name
#define G(name) KIOSK_GO_##name

/* Facts, as bits. */
enum {
  STAFF = 1,
  CASE = 2,
  ISSUED = 4,
  MADE = 8,
  KEY = 16,
  PIN = 32,
  NO_PIN = 64,
  NOT_ME = 128,
  N_FACTS = 256,
  FIT = STAFF | CASE | KEY,
  READY = FIT | PIN,
};

enum { WIPE = 1, LEAVE = 2 };

static KioskFlowFacts
facts_of(int bits)
{
  return (KioskFlowFacts){
      .staff = (bits & STAFF) != 0,
      .has_case = (bits & CASE) != 0,
      .issued = (bits & ISSUED) != 0,
      .made = (bits & MADE) != 0,
      .key_good = (bits & KEY) != 0,
      .pin_good = (bits & PIN) != 0,
      .no_pin = (bits & NO_PIN) != 0,
      .not_me = (bits & NOT_ME) != 0,
  };
}

#define NOWHERE KIOSK_N_STEPS

/* The ways, written down once more; the first whose facts are there counts. */
/* clang-format off */
static const struct {
  KioskStep from;
  KioskGo go;
  int needs;
  KioskStep to;
  int what;
} ways[] = {
  { S(WELCOME),     G(LOST),        0,                     S(LOST),        WIPE },
  { S(WELCOME),     G(APPOINTMENT), 0,                     S(APPOINTMENT), WIPE },
  { S(WELCOME),     G(STAFF),       0,                     S(SIGN_IN),     WIPE },
  { S(WELCOME),     G(CONTEST),     0,                     S(CONTEST),     WIPE },
  { S(LOST),        G(NEXT),        0,                     S(SIGN_IN),     0 },
  { S(LOST),        G(BACK),        0,                     S(WELCOME),     WIPE },
  { S(APPOINTMENT), G(NEXT),        0,                     S(SIGN_IN),     0 },
  { S(APPOINTMENT), G(BACK),        0,                     S(WELCOME),     WIPE },
  { S(CONTEST),     G(RECORDED),    0,                     S(CONTESTED),   WIPE },
  { S(CONTEST),     G(BACK),        0,                     S(WELCOME),     WIPE },
  { S(CONTESTED),   G(NEXT),        0,                     S(WELCOME),     WIPE },
  { S(SIGN_IN),     G(SIGNED_IN),   STAFF | CASE,          S(CASE),        0 },
  { S(SIGN_IN),     G(SIGNED_IN),   STAFF,                 S(HOME),        0 },
  { S(SIGN_IN),     G(BACK),        0,                     S(WELCOME),     WIPE | LEAVE },
  { S(LOCKED),      G(NEXT),        0,                     S(SIGN_IN),     0 },
  { S(LOCKED),      G(APPROVE),     CASE,                  S(ACT),         0 },
  { S(RETURN),      G(APPROVE),     CASE,                  S(ACT),         0 },
  { S(HOME),        G(PERSON),      STAFF,                 S(PERSON),      0 },
  { S(HOME),        G(CASE),        STAFF | CASE,          S(CASE),        0 },
  { S(HOME),        G(STATUS),      STAFF,                 S(STATUS),      0 },
  { S(STATUS),      G(BACK),        STAFF,                 S(HOME),        0 },
  { S(PERSON),      G(ACT),         STAFF,                 S(ACT),         0 },
  { S(PERSON),      G(BACK),        STAFF,                 S(HOME),        0 },
  { S(CASE),        G(ACT),         STAFF | CASE,          S(ACT),         0 },
  { S(CASE),        G(EVIDENCE),    STAFF | CASE,          S(EVIDENCE),    0 },
  { S(CASE),        G(ELSEWHERE),   STAFF | CASE,          S(ELSEWHERE),   0 },
  { S(CASE),        G(HANDOVER),    STAFF | CASE,          S(HANDOVER),    0 },
  { S(CASE),        G(NEXT),        STAFF | CASE | ISSUED, S(RECEIPT),     0 },
  { S(CASE),        G(BACK),        STAFF,                 S(HOME),        0 },
  { S(EVIDENCE),    G(ACT),         STAFF | CASE,          S(ACT),         0 },
  { S(EVIDENCE),    G(BACK),        STAFF | CASE,          S(CASE),        0 },
  { S(ACT),         G(RECORDED),    STAFF | CASE | ISSUED, S(RECEIPT),     0 },
  { S(ACT),         G(RECORDED),    STAFF | CASE,          S(CASE),        0 },
  { S(ACT),         G(BACK),        STAFF | CASE,          S(CASE),        0 },
  { S(ACT),         G(BACK),        STAFF,                 S(HOME),        0 },
  { S(ACT),         G(RECORDED),    CASE,                  S(LOCKED),      0 },
  { S(ACT),         G(BACK),        CASE,                  S(LOCKED),      0 },
  { S(ELSEWHERE),   G(RECORDED),    STAFF | CASE,          S(CASE),        0 },
  { S(ELSEWHERE),   G(BACK),        STAFF | CASE,          S(CASE),        0 },
  { S(HANDOVER),    G(NEXT),        STAFF | CASE,          S(IDENTITY),    0 },
  { S(HANDOVER),    G(BACK),        STAFF | CASE,          S(CASE),        0 },
  { S(IDENTITY),    G(NEXT),        STAFF | CASE,          S(INSERT),      0 },
  { S(IDENTITY),    G(BLOCKED),     STAFF | CASE,          S(STOP),        0 },
  { S(INSERT),      G(NEXT),        FIT | NO_PIN,          S(CHECK),       0 },
  { S(INSERT),      G(NEXT),        FIT,                   S(PIN),         0 },
  { S(INSERT),      G(BLOCKED),     STAFF | CASE,          S(STOP),        0 },
  { S(INSERT),      G(BACK),        STAFF | CASE | MADE,   S(PENDING),     0 },
  { S(INSERT),      G(BACK),        STAFF | CASE,          S(IDENTITY),    0 },
  { S(PIN),         G(NEXT),        READY,                 S(CHECK),       0 },
  { S(PIN),         G(BLOCKED),     STAFF | CASE,          S(STOP),        0 },
  { S(PIN),         G(BACK),        STAFF | CASE,          S(INSERT),      0 },
  { S(PIN),         G(USER_KEY_GONE), STAFF | CASE,        S(INSERT),      0 },
  { S(CHECK),       G(USER_KEY_GONE), STAFF | CASE,        S(INSERT),      0 },
  { S(TOUCH),       G(USER_KEY_GONE), STAFF | CASE,        S(INSERT),      0 },
  { S(CHECK),       G(NEXT),        READY,                 S(TOUCH),       0 },
  { S(CHECK),       G(BACK),        FIT | NO_PIN,          S(INSERT),      0 },
  { S(CHECK),       G(BLOCKED),     STAFF | CASE,          S(STOP),        0 },
  { S(CHECK),       G(BACK),        FIT,                   S(PIN),         0 },
  { S(TOUCH),       G(RECORDED),    STAFF | CASE | MADE,   S(PENDING),     0 },
  { S(TOUCH),       G(BLOCKED),     STAFF | CASE,          S(STOP),        0 },
  { S(TOUCH),       G(BACK),        STAFF | CASE,          S(INSERT),      0 },
  { S(PENDING),     G(SPARE),       STAFF | CASE | MADE,   S(INSERT),      0 },
  { S(PENDING),     G(NEXT),        STAFF | CASE | MADE,   S(RETURN),      0 },
  { S(STOP),        G(NEXT),        STAFF | CASE,          S(RETURN),      0 },
  { S(STOP),        G(BACK),        STAFF | CASE | NOT_ME, S(IDENTITY),    0 },
  { S(STOP),        G(BACK),        STAFF | CASE,          S(INSERT),      0 },
  { S(RETURN),      G(NEXT),        STAFF | CASE,          S(CASE),        0 },
  { S(RETURN),      G(NEXT),        0,                     S(SIGN_IN),     0 },
  { S(RECEIPT),     G(NEXT),        0,                     S(WELCOME),     WIPE | LEAVE },
  { S(RECEIPT),     G(BACK),        STAFF | CASE,          S(CASE),        0 },
};
/* clang-format on */

static bool
is_special(KioskGo go)
{
  return go == G(STOP) || go == G(IDLE_END) || go == G(AWAY) ||
         go == G(THERE) || go == G(STAFF_KEY_GONE) || go == G(ROLE_OVER);
}

static KioskStep
expected(KioskStep from, KioskGo go, int bits, int *ret_what)
{
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
    if (ways[i].from == from && ways[i].go == go &&
        (bits & ways[i].needs) == ways[i].needs) {
      *ret_what = ways[i].what;
      return ways[i].to;
    }
  return NOWHERE;
}

static void
every_way_and_every_missing_way(void **state)
{
  (void)state;
  for (int bits = 0; bits < N_FACTS; bits++)
    for (int from = 0; from < KIOSK_N_STEPS; from++)
      for (int go = 0; go < KIOSK_N_GOES; go++) {
        KioskFlowFacts facts = facts_of(bits);
        KioskFlowNext next = {NOWHERE, false, false};
        int what = 0;
        KioskStep to = expected((KioskStep)from, (KioskGo)go, bits, &what);

        if (is_special((KioskGo)go))
          continue;
        assert_true(kiosk_presenter_flow_next((KioskStep)from, (KioskGo)go,
                                              &facts, S(WELCOME),
                                              &next) == (to != NOWHERE));
        assert_int_equal(next.step, to);
        assert_true(next.wipe == ((what & WIPE) != 0));
        assert_true(next.leave == ((what & LEAVE) != 0));
      }
}

/* --- from anywhere ----------------------------------------------------------
 */

static void
stop_and_idle_end_wipe_and_leave_from_anywhere(void **state)
{
  static const KioskGo ends[] = {G(STOP), G(IDLE_END)};

  (void)state;
  for (int bits = 0; bits < N_FACTS; bits++)
    for (int from = 0; from < KIOSK_N_STEPS; from++)
      for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        KioskFlowFacts facts = facts_of(bits);
        KioskFlowNext next;

        assert_true(kiosk_presenter_flow_next((KioskStep)from, ends[i], &facts,
                                              S(WELCOME), &next));
        assert_int_equal(next.step, S(WELCOME));
        assert_true(next.wipe);
        assert_true(next.leave);
      }
}

static void
a_pulled_staff_key_locks_where_staff_data_is(void **state)
{
  static const KioskStep locked[] = {S(HOME),     S(PERSON),    S(CASE),
                                     S(EVIDENCE), S(ELSEWHERE), S(STATUS)};
  KioskFlowFacts facts = facts_of(N_FACTS - 1);

  (void)state;
  for (int from = 0; from < KIOSK_N_STEPS; from++) {
    KioskFlowNext next = {NOWHERE, false, false};
    bool is_locked = false;

    for (size_t i = 0; i < G_N_ELEMENTS(locked); i++)
      is_locked = is_locked || locked[i] == (KioskStep)from;
    assert_true(kiosk_presenter_flow_next((KioskStep)from, G(STAFF_KEY_GONE),
                                          &facts, S(WELCOME),
                                          &next) == is_locked);
    if (!is_locked)
      continue;
    assert_int_equal(next.step, S(LOCKED));
    assert_true(next.leave);
  }
}

static void
a_role_that_ends_locks_both_halves(void **state)
{
  KioskFlowFacts facts = facts_of(N_FACTS - 1);

  (void)state;
  for (int from = 0; from < KIOSK_N_STEPS; from++) {
    KioskFlowNext next = {NOWHERE, false, false};
    bool somebody =
        kiosk_presenter_flow_half((KioskStep)from) != KIOSK_HALF_NOBODY;

    assert_true(kiosk_presenter_flow_next((KioskStep)from, G(ROLE_OVER), &facts,
                                          S(WELCOME), &next) == somebody);
    assert_int_equal(next.step, somebody ? S(LOCKED) : NOWHERE);
  }
}

/* What is shown again after recoveryd was away is what the facts allow. */
static void
back_from_away_is_never_more_than_the_facts(void **state)
{
  static const struct {
    KioskStep from;
    int needs;
  } rows[] = {
      {S(WELCOME), 0},
      {S(LOST), 0},
      {S(APPOINTMENT), 0},
      {S(CONTEST), 0},
      {S(SIGN_IN), 0},
      {S(RETURN), 0},
      {S(LOCKED), 0},
      {S(HOME), STAFF},
      {S(PERSON), STAFF},
      {S(ACT), STAFF},
      {S(STATUS), STAFF},
      {S(CASE), STAFF | CASE},
      {S(PIN), FIT},
      {S(EVIDENCE), STAFF | CASE},
      {S(CHECK), READY},
      {S(ELSEWHERE), STAFF | CASE},
      {S(TOUCH), READY},
      {S(HANDOVER), STAFF | CASE},
      {S(IDENTITY), STAFF | CASE},
      {S(INSERT), STAFF | CASE},
      {S(STOP), STAFF | CASE},
      {S(PENDING), STAFF | CASE | MADE},
      {S(RECEIPT), STAFF | CASE | ISSUED},
  };

  (void)state;
  for (int bits = 0; bits < N_FACTS; bits++)
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
      KioskFlowFacts facts = facts_of(bits);
      KioskFlowNext next;

      assert_true(kiosk_presenter_flow_next(S(AWAY), G(THERE), &facts,
                                            rows[i].from, &next));
      assert_int_equal(next.step, (bits & rows[i].needs) == rows[i].needs
                                      ? rows[i].from
                                      : S(LOCKED));
    }
}

static void
away_is_entered_from_everywhere_and_left_once(void **state)
{
  KioskFlowFacts facts = facts_of(0);

  (void)state;
  for (int from = 0; from < KIOSK_N_STEPS; from++) {
    KioskFlowNext next;

    assert_true(kiosk_presenter_flow_next((KioskStep)from, G(AWAY), &facts,
                                          S(WELCOME),
                                          &next) == (from != S(AWAY)));
    assert_true(kiosk_presenter_flow_next((KioskStep)from, G(THERE), &facts,
                                          S(WELCOME),
                                          &next) == (from == S(AWAY)));
  }
}

/* Whoever said "this is not me" does not get to the key by going back. */
static void
not_me_is_asked_again(void **state)
{
  KioskFlowFacts facts = facts_of(N_FACTS - 1);
  KioskFlowNext next;

  (void)state;
  assert_true(kiosk_presenter_flow_next(S(IDENTITY), G(BLOCKED), &facts,
                                        S(WELCOME), &next));
  assert_int_equal(next.step, S(STOP));
  for (int go = 0; go < KIOSK_N_GOES; go++)
    if (kiosk_presenter_flow_next(S(STOP), (KioskGo)go, &facts, S(WELCOME),
                                  &next))
      assert_int_not_equal(next.step, S(INSERT));
}

/* --- nobody is left standing ------------------------------------------------
 */

/* What a person at the screen can do by themselves; what needs a colleague or
 * the key to be right is not counted. */
static bool
has_way_on(KioskStep step, const KioskFlowFacts *facts)
{
  static const KioskGo own[] = {G(BACK),  G(LOST),    G(APPOINTMENT),
                                G(STAFF), G(CONTEST), G(NEXT)};
  KioskFlowNext next;

  if (kiosk_presenter_flow_has_stop(step) ||
      kiosk_presenter_flow_has_back(step, facts))
    return true;
  for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
    if (kiosk_presenter_flow_next(step, own[i], facts, S(WELCOME), &next))
      return true;
  /* recoveryd comes back by itself. */
  return step == S(AWAY) &&
         kiosk_presenter_flow_next(step, G(THERE), facts, S(WELCOME), &next);
}

static void
from_every_page_something_leads_on(void **state)
{
  (void)state;
  for (int bits = 0; bits < N_FACTS; bits++)
    for (int step = 0; step < KIOSK_N_STEPS; step++) {
      KioskFlowFacts facts = facts_of(bits);

      assert_true(has_way_on((KioskStep)step, &facts));
    }
}

/* Pages whose only button is "on" have it with any facts. */
static void
a_page_with_one_button_has_it_always(void **state)
{
  static const KioskStep steps[] = {S(RETURN), S(LOCKED), S(RECEIPT),
                                    S(CONTESTED)};

  (void)state;
  for (int bits = 0; bits < N_FACTS; bits++)
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
      KioskFlowFacts facts = facts_of(bits);
      KioskFlowNext next;

      assert_true(kiosk_presenter_flow_next(steps[i], G(NEXT), &facts,
                                            S(WELCOME), &next));
    }
}

static void
back_is_offered_where_it_leads_somewhere(void **state)
{
  (void)state;
  for (int bits = 0; bits < N_FACTS; bits++)
    for (int step = 0; step < KIOSK_N_STEPS; step++) {
      KioskFlowFacts facts = facts_of(bits);
      int what;

      assert_true(kiosk_presenter_flow_has_back((KioskStep)step, &facts) ==
                  (expected((KioskStep)step, G(BACK), bits, &what) != NOWHERE));
    }
}

static void
every_page_is_reached(void **state)
{
  bool reached[KIOSK_N_STEPS] = {[S(WELCOME)] = true};
  bool grown = true;

  (void)state;
  while (grown) {
    grown = false;
    for (int bits = 0; bits < N_FACTS; bits++)
      for (int from = 0; from < KIOSK_N_STEPS; from++)
        for (int go = 0; reached[from] && go < KIOSK_N_GOES; go++) {
          KioskFlowFacts facts = facts_of(bits);
          KioskFlowNext next;

          if (!kiosk_presenter_flow_next((KioskStep)from, (KioskGo)go, &facts,
                                         S(WELCOME), &next) ||
              reached[next.step])
            continue;
          reached[next.step] = grown = true;
        }
  }
  for (int step = 0; step < KIOSK_N_STEPS; step++)
    assert_true(reached[step]);
}

/* --- whatever is pressed, in whatever order ---------------------------------
 */

typedef struct {
  int receipts, touches, half_changes, ends;
} Seen;

static void
check_step(KioskStep from, KioskGo go, const KioskFlowFacts *facts,
           const KioskFlowNext *next, Seen *seen)
{
  if (next->step == S(RECEIPT)) {
    assert_true(facts->issued);
    seen->receipts++;
  }
  if (next->step == S(TOUCH)) {
    assert_true(facts->key_good && facts->pin_good);
    seen->touches++;
  }
  if (next->step == S(PIN))
    assert_true(facts->key_good);
  if (next->step == S(PENDING))
    assert_true(facts->made);
  if (kiosk_presenter_flow_half(next->step) == KIOSK_HALF_STAFF &&
      next->step != S(RECEIPT))
    assert_true(facts->staff ||
                (next->step == S(ACT) && go == G(APPROVE)));
  if (kiosk_presenter_flow_half(from) == KIOSK_HALF_USER) {
    assert_int_not_equal(kiosk_presenter_flow_half(next->step),
                         KIOSK_HALF_STAFF);
    seen->half_changes += next->step == S(RETURN);
  }
  if (go == G(IDLE_END) || go == G(STOP)) {
    assert_int_equal(next->step, S(WELCOME));
    assert_true(next->wipe && next->leave);
    seen->ends++;
  }
}

/* Half of what is pressed means something on the page. */
static KioskGo
draw_go(KioskStep step, GRand *rand)
{
  size_t i = (size_t)g_rand_int_range(rand, 0, (int)G_N_ELEMENTS(ways));

  if (g_rand_boolean(rand))
    for (size_t n = 0; n < G_N_ELEMENTS(ways); n++)
      if (ways[(i + n) % G_N_ELEMENTS(ways)].from == step)
        return ways[(i + n) % G_N_ELEMENTS(ways)].go;
  return (KioskGo)g_rand_int_range(rand, 0, KIOSK_N_GOES);
}

static void
step_at_random(KioskStep *step, KioskStep *from_away, GRand *rand, Seen *seen)
{
  /* Mostly what is needed to get far, or few walks would. */
  KioskFlowFacts facts = facts_of(g_rand_int_range(rand, 0, 3) == 0
                                      ? g_rand_int_range(rand, 0, N_FACTS)
                                      : N_FACTS - 1);
  KioskGo go = draw_go(*step, rand);
  KioskFlowNext next;

  if (is_special(go) && g_rand_int_range(rand, 0, 8) != 0)
    go = G(NEXT);
  if (!kiosk_presenter_flow_next(*step, go, &facts, *from_away, &next))
    return;
  check_step(*step, go, &facts, &next, seen);
  if (next.step == S(AWAY))
    *from_away = *step;
  *step = next.step;
}

static void
random_walks_keep_the_promises(void **state)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
  Seen seen = {0};

  (void)state;
  for (int run = 0; run < 20000; run++) {
    KioskStep step = S(WELCOME), from_away = S(WELCOME);

    for (int i = 0; i < 60; i++)
      step_at_random(&step, &from_away, rand, &seen);
  }
  /* Or the promises were never put to the test. */
  assert_true(seen.receipts > 1000);
  assert_true(seen.touches > 1000);
  assert_true(seen.half_changes > 100);
  assert_true(seen.ends > 1000);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_way_and_every_missing_way),
      cmocka_unit_test(stop_and_idle_end_wipe_and_leave_from_anywhere),
      cmocka_unit_test(a_pulled_staff_key_locks_where_staff_data_is),
      cmocka_unit_test(a_role_that_ends_locks_both_halves),
      cmocka_unit_test(back_from_away_is_never_more_than_the_facts),
      cmocka_unit_test(away_is_entered_from_everywhere_and_left_once),
      cmocka_unit_test(not_me_is_asked_again),
      cmocka_unit_test(from_every_page_something_leads_on),
      cmocka_unit_test(a_page_with_one_button_has_it_always),
      cmocka_unit_test(back_is_offered_where_it_leads_somewhere),
      cmocka_unit_test(every_page_is_reached),
      cmocka_unit_test(random_walks_keep_the_promises),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
