/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-flow.c - what is not a row cannot happen. */
#include "kiosk/presenter-flow.h"

#include <glib.h>

#define ANY KIOSK_N_STEPS

typedef bool (*Guard)(const KioskFlowFacts *facts);

static bool
is_staff(const KioskFlowFacts *facts)
{
  return facts->staff;
}

/* Its number is known; what it holds needs a role. */
static bool
knows_case(const KioskFlowFacts *facts)
{
  return facts->has_case;
}

static bool
has_case(const KioskFlowFacts *facts)
{
  return facts->staff && facts->has_case;
}

static bool
is_issued(const KioskFlowFacts *facts)
{
  return has_case(facts) && facts->issued;
}

static bool
fits(const KioskFlowFacts *facts)
{
  return has_case(facts) && facts->key_good;
}

static bool
can_make(const KioskFlowFacts *facts)
{
  return fits(facts) && facts->pin_good;
}

/* A key that knows its user by the finger alone: no PIN is asked. */
static bool
can_make_without(const KioskFlowFacts *facts)
{
  return fits(facts) && facts->no_pin;
}

static bool
is_not_me(const KioskFlowFacts *facts)
{
  return has_case(facts) && facts->not_me;
}

static bool
is_made(const KioskFlowFacts *facts)
{
  return has_case(facts) && facts->made;
}

enum { KEEP = 0, WIPE = 1, LEAVE = 2 };

#define S(name) KIOSK_STEP_##name
#define G(name) KIOSK_GO_##name

/* The first row that fits is taken. */
/* clang-format off */
static const struct {
  KioskStep from;
  KioskGo go;
  Guard guard;
  KioskStep to;
  int what;
} rows[] = {
  { ANY,            G(IDLE_END),       NULL,      S(WELCOME),     WIPE | LEAVE },
  { ANY,            G(STOP),           NULL,      S(WELCOME),     WIPE | LEAVE },

  { S(WELCOME),     G(LOST),           NULL,      S(LOST),        WIPE },
  { S(WELCOME),     G(APPOINTMENT),    NULL,      S(APPOINTMENT), WIPE },
  { S(WELCOME),     G(STAFF),          NULL,      S(SIGN_IN),     WIPE },
  { S(WELCOME),     G(CONTEST),        NULL,      S(CONTEST),     WIPE },
  { S(LOST),        G(NEXT),           NULL,      S(SIGN_IN),     KEEP },
  { S(LOST),        G(BACK),           NULL,      S(WELCOME),     WIPE },
  { S(APPOINTMENT), G(NEXT),           NULL,      S(SIGN_IN),     KEEP },
  { S(APPOINTMENT), G(BACK),           NULL,      S(WELCOME),     WIPE },
  { S(CONTEST),     G(RECORDED),       NULL,      S(CONTESTED),   WIPE },
  { S(CONTEST),     G(BACK),           NULL,      S(WELCOME),     WIPE },
  { S(CONTESTED),   G(NEXT),           NULL,      S(WELCOME),     WIPE },

  { S(SIGN_IN),     G(SIGNED_IN),      has_case,  S(CASE),        KEEP },
  { S(SIGN_IN),     G(SIGNED_IN),      is_staff,  S(HOME),        KEEP },
  { S(SIGN_IN),     G(BACK),           NULL,      S(WELCOME),     WIPE | LEAVE },
  { S(LOCKED),      G(NEXT),           NULL,      S(SIGN_IN),     KEEP },
  /* An approver's one signature activates and approves: no sign-in. */
  { S(LOCKED),      G(APPROVE),        knows_case, S(ACT),        KEEP },
  { S(RETURN),      G(APPROVE),        knows_case, S(ACT),        KEEP },

  { S(HOME),        G(PERSON),         is_staff,  S(PERSON),      KEEP },
  { S(HOME),        G(CASE),           has_case,  S(CASE),        KEEP },
  { S(HOME),        G(STATUS),         is_staff,  S(STATUS),      KEEP },
  { S(STATUS),      G(BACK),           is_staff,  S(HOME),        KEEP },
  { S(PERSON),      G(ACT),            is_staff,  S(ACT),         KEEP },
  { S(PERSON),      G(BACK),           is_staff,  S(HOME),        KEEP },

  { S(CASE),        G(ACT),            has_case,  S(ACT),         KEEP },
  { S(CASE),        G(EVIDENCE),       has_case,  S(EVIDENCE),    KEEP },
  { S(CASE),        G(ELSEWHERE),      has_case,  S(ELSEWHERE),   KEEP },
  { S(CASE),        G(HANDOVER),       has_case,  S(HANDOVER),    KEEP },
  { S(CASE),        G(NEXT),           is_issued, S(RECEIPT),     KEEP },
  { S(CASE),        G(BACK),           is_staff,  S(HOME),        KEEP },

  { S(EVIDENCE),    G(ACT),            has_case,  S(ACT),         KEEP },
  { S(EVIDENCE),    G(BACK),           has_case,  S(CASE),        KEEP },
  { S(ACT),         G(RECORDED),       is_issued, S(RECEIPT),     KEEP },
  { S(ACT),         G(RECORDED),       has_case,  S(CASE),        KEEP },
  { S(ACT),         G(BACK),           has_case,  S(CASE),        KEEP },
  { S(ACT),         G(BACK),           is_staff,  S(HOME),        KEEP },
  { S(ACT),         G(RECORDED),       knows_case, S(LOCKED),     KEEP },
  { S(ACT),         G(BACK),           knows_case, S(LOCKED),     KEEP },
  { S(ELSEWHERE),   G(RECORDED),       has_case,  S(CASE),        KEEP },
  { S(ELSEWHERE),   G(BACK),           has_case,  S(CASE),        KEEP },

  { S(HANDOVER),    G(NEXT),           has_case,  S(IDENTITY),    KEEP },
  { S(HANDOVER),    G(BACK),           has_case,  S(CASE),        KEEP },
  { S(IDENTITY),    G(NEXT),           has_case,  S(INSERT),      KEEP },
  { S(IDENTITY),    G(BLOCKED),        has_case,  S(STOP),        KEEP },
  { S(INSERT),      G(NEXT),           can_make_without, S(CHECK), KEEP },
  { S(INSERT),      G(NEXT),           fits,      S(PIN),         KEEP },
  { S(INSERT),      G(BLOCKED),        has_case,  S(STOP),        KEEP },
  { S(INSERT),      G(BACK),           is_made,   S(PENDING),     KEEP },
  { S(INSERT),      G(BACK),           has_case,  S(IDENTITY),    KEEP },
  { S(PIN),         G(NEXT),           can_make,  S(CHECK),       KEEP },
  { S(PIN),         G(BLOCKED),        has_case,  S(STOP),        KEEP },
  { S(PIN),         G(BACK),           has_case,  S(INSERT),      KEEP },
  { S(PIN),         G(USER_KEY_GONE),  has_case,  S(INSERT),      KEEP },
  { S(CHECK),       G(USER_KEY_GONE),  has_case,  S(INSERT),      KEEP },
  { S(TOUCH),       G(USER_KEY_GONE),  has_case,  S(INSERT),      KEEP },
  { S(CHECK),       G(NEXT),           can_make,  S(TOUCH),       KEEP },
  { S(CHECK),       G(BACK),           can_make_without, S(INSERT), KEEP },
  { S(CHECK),       G(BACK),           fits,      S(PIN),         KEEP },
  { S(CHECK),       G(BLOCKED),        has_case,  S(STOP),        KEEP },
  { S(TOUCH),       G(RECORDED),       is_made,   S(PENDING),     KEEP },
  { S(TOUCH),       G(BLOCKED),        has_case,  S(STOP),        KEEP },
  { S(TOUCH),       G(BACK),           has_case,  S(INSERT),      KEEP },
  { S(PENDING),     G(SPARE),          is_made,   S(INSERT),      KEEP },
  { S(PENDING),     G(NEXT),           is_made,   S(RETURN),      KEEP },
  { S(STOP),        G(NEXT),           has_case,  S(RETURN),      KEEP },
  /* Whoever was stopped because they are somebody else is asked again. */
  { S(STOP),        G(BACK),           is_not_me, S(IDENTITY),    KEEP },
  { S(STOP),        G(BACK),           has_case,  S(INSERT),      KEEP },
  { S(RETURN),      G(NEXT),           has_case,  S(CASE),        KEEP },
  { S(RETURN),      G(NEXT),           NULL,      S(SIGN_IN),     KEEP },
  { S(RECEIPT),     G(NEXT),           NULL,      S(WELCOME),     WIPE | LEAVE },
  { S(RECEIPT),     G(BACK),           has_case,  S(CASE),        KEEP },
};
/* clang-format on */

/* The staff key is only taken out for good on the way to the user. */
static bool
locks(KioskStep step)
{
  switch (step) {
  case S(HOME):
  case S(PERSON):
  case S(CASE):
  case S(EVIDENCE):
  case S(ELSEWHERE):
  case S(STATUS):
    return true;
  case S(WELCOME):
  case S(LOST):
  case S(APPOINTMENT):
  case S(CONTEST):
  case S(CONTESTED):
  case S(SIGN_IN):
  case S(ACT):
  case S(HANDOVER):
  case S(IDENTITY):
  case S(INSERT):
  case S(PIN):
  case S(CHECK):
  case S(TOUCH):
  case S(PENDING):
  case S(RETURN):
  case S(RECEIPT):
  case S(STOP):
  case S(LOCKED):
  case S(AWAY):
  case KIOSK_N_STEPS:
    return false;
  }
  return false;
}

/* What has to be true for a page to be shown, where no row led to it. */
static bool
may_show(KioskStep step, const KioskFlowFacts *facts)
{
  switch (step) {
  case S(WELCOME):
  case S(LOST):
  case S(APPOINTMENT):
  case S(CONTEST):
  case S(CONTESTED):
  case S(SIGN_IN):
  case S(RETURN):
  case S(LOCKED):
    return true;
  case S(HOME):
  case S(PERSON):
  case S(ACT):
  case S(STATUS):
    return is_staff(facts);
  case S(CASE):
  case S(EVIDENCE):
  case S(ELSEWHERE):
  case S(HANDOVER):
  case S(IDENTITY):
  case S(INSERT):
  case S(STOP):
    return has_case(facts);
  case S(PIN):
    return fits(facts);
  case S(CHECK):
  case S(TOUCH):
    return can_make(facts);
  case S(PENDING):
    return is_made(facts);
  case S(RECEIPT):
    return is_issued(facts);
  case S(AWAY):
  case KIOSK_N_STEPS:
    return false;
  }
  return false;
}

/* A page to come back to by itself; where a role is needed and gone, staff
 * sign in once more. Half-typed things of the user are asked again. */
static KioskStep
resume(KioskStep from, const KioskFlowFacts *facts)
{
  if (from == S(AWAY) || from == S(CONTESTED))
    return S(WELCOME);
  return may_show(from, facts) ? from : S(LOCKED);
}

static bool
answer(KioskFlowNext *ret_next, KioskStep step, int what)
{
  ret_next->step = step;
  ret_next->wipe = (what & WIPE) != 0;
  ret_next->leave = (what & LEAVE) != 0;
  return true;
}

bool
kiosk_presenter_flow_next(KioskStep step, KioskGo go,
                          const KioskFlowFacts *facts, KioskStep from_away,
                          KioskFlowNext *ret_next)
{
  if (go == G(AWAY))
    return step != S(AWAY) && answer(ret_next, S(AWAY), KEEP);
  if (go == G(THERE))
    return step == S(AWAY) && answer(ret_next, resume(from_away, facts), KEEP);
  if (go == G(STAFF_KEY_GONE))
    return locks(step) && answer(ret_next, S(LOCKED), LEAVE);
  if (go == G(ROLE_OVER))
    return kiosk_presenter_flow_half(step) != KIOSK_HALF_NOBODY &&
           answer(ret_next, S(LOCKED), LEAVE);
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    if ((rows[i].from == ANY || rows[i].from == step) && rows[i].go == go &&
        (rows[i].guard == NULL || rows[i].guard(facts)))
      return answer(ret_next, rows[i].to, rows[i].what);
  return false;
}

KioskHalf
kiosk_presenter_flow_half(KioskStep step)
{
  switch (step) {
  case S(HOME):
  case S(PERSON):
  case S(CASE):
  case S(EVIDENCE):
  case S(ACT):
  case S(ELSEWHERE):
  case S(HANDOVER):
  case S(STATUS):
  case S(RECEIPT):
    return KIOSK_HALF_STAFF;
  case S(IDENTITY):
  case S(INSERT):
  case S(PIN):
  case S(CHECK):
  case S(TOUCH):
  case S(PENDING):
  case S(STOP):
    return KIOSK_HALF_USER;
  case S(WELCOME):
  case S(LOST):
  case S(APPOINTMENT):
  case S(CONTEST):
  case S(CONTESTED):
  case S(SIGN_IN):
  case S(RETURN):
  case S(LOCKED):
  case S(AWAY):
  case KIOSK_N_STEPS:
    return KIOSK_HALF_NOBODY;
  }
  return KIOSK_HALF_NOBODY;
}

bool
kiosk_presenter_flow_has_back(KioskStep step, const KioskFlowFacts *facts)
{
  KioskFlowNext next;

  return kiosk_presenter_flow_next(step, G(BACK), facts, S(WELCOME), &next);
}

bool
kiosk_presenter_flow_has_stop(KioskStep step)
{
  return step != S(WELCOME) && step != S(AWAY) && step != S(CONTESTED);
}
