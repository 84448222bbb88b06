/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-flow.h - from page to page: every way there is, as a table. What
 * an act may do is recoveryd's business; this only says what is shown next.
 * Plain C; no GTK, clock or I/O. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The pages. A row in pages.c each. */
typedef enum {
  KIOSK_STEP_WELCOME,
  KIOSK_STEP_LOST,        /* the user: what happens now, call a colleague */
  KIOSK_STEP_APPOINTMENT, /* the user: case number */
  KIOSK_STEP_CONTEST,     /* anybody with a code from a notice */
  KIOSK_STEP_CONTESTED,   /* the contest was taken */
  KIOSK_STEP_SIGN_IN,     /* staff, by their key */
  KIOSK_STEP_HOME,        /* staff: find a person, or a case */
  KIOSK_STEP_PERSON,      /* staff: which keys, why, when last seen */
  KIOSK_STEP_CASE,        /* staff: the case, and what may happen next */
  KIOSK_STEP_EVIDENCE,    /* staff: what proves the person */
  KIOSK_STEP_ACT,         /* one act: read, sign, recorded */
  KIOSK_STEP_ELSEWHERE,   /* one act, signed on another machine */
  KIOSK_STEP_HANDOVER,    /* to the user: take the staff key, turn the screen */
  KIOSK_STEP_IDENTITY,    /* the user: is this you */
  KIOSK_STEP_INSERT,      /* the user: the new key, and does it fit */
  KIOSK_STEP_PIN,         /* the user: choose or enter */
  KIOSK_STEP_CHECK,       /* the user: check before the key is written */
  KIOSK_STEP_TOUCH,       /* the user: make and test */
  KIOSK_STEP_PENDING,     /* the user: made, good for nothing yet; a spare? */
  KIOSK_STEP_RETURN,      /* back to the help desk: nobody's data on screen */
  KIOSK_STEP_RECEIPT,     /* done */
  KIOSK_STEP_STATUS,      /* the station, for its administrator */
  KIOSK_STEP_STOP,        /* the user cannot go on, and why */
  KIOSK_STEP_LOCKED,      /* the staff key was pulled */
  KIOSK_STEP_AWAY,        /* recoveryd does not answer */
  KIOSK_N_STEPS,
} KioskStep;

typedef enum {
  KIOSK_GO_BACK,
  KIOSK_GO_STOP,        /* "Stop and clear", confirmed */
  KIOSK_GO_LOST,
  KIOSK_GO_APPOINTMENT,
  KIOSK_GO_STAFF,
  KIOSK_GO_CONTEST,
  KIOSK_GO_STATUS,
  KIOSK_GO_SIGNED_IN,
  KIOSK_GO_PERSON,      /* somebody was chosen */
  KIOSK_GO_CASE,        /* a case was chosen, or has changed */
  KIOSK_GO_ACT,         /* an act of the case was chosen */
  KIOSK_GO_APPROVE,     /* ... by an approver, while nobody is signed in */
  KIOSK_GO_EVIDENCE,
  KIOSK_GO_ELSEWHERE,
  KIOSK_GO_HANDOVER,
  KIOSK_GO_RECORDED,    /* the record has the act */
  KIOSK_GO_NEXT,        /* the page's own step is done */
  KIOSK_GO_SPARE,
  KIOSK_GO_BLOCKED,     /* this key, or this person, cannot go on */
  KIOSK_GO_STAFF_KEY_GONE,
  KIOSK_GO_USER_KEY_GONE, /* the new key was pulled, or another is wanted */
  KIOSK_GO_ROLE_OVER,   /* the role ended by itself */
  KIOSK_GO_IDLE_END,
  KIOSK_GO_AWAY,        /* recoveryd is lost */
  KIOSK_GO_THERE,       /* ... and found again */
  KIOSK_N_GOES,
} KioskGo;

/* What the guards look at: set from what recoveryd answered. */
typedef struct {
  bool staff;    /* a role is active on the connection */
  bool has_case; /* a case is known by its number */
  bool issued;   /* the record says that its key was issued */
  bool made;     /* the record has a credential of the new key */
  bool key_good; /* the inserted key fits */
  bool pin_good; /* a PIN was chosen or is set */
  bool not_me;   /* the user said that it is somebody else's case */
  bool no_pin;   /* the inserted key knows its user without one */
} KioskFlowFacts;

typedef enum {
  KIOSK_HALF_NOBODY, /* nobody's data */
  KIOSK_HALF_STAFF,
  KIOSK_HALF_USER,
} KioskHalf;

typedef struct {
  KioskStep step;
  bool wipe;  /* forget everything that was entered */
  bool leave; /* end the roles: a new connection */
} KioskFlowNext;

/*
 * What comes after step on event. Returns false where nothing does: the page
 * stays. from_away is the step that was left when recoveryd went away.
 */
bool kiosk_presenter_flow_next(KioskStep step, KioskGo go,
                               const KioskFlowFacts *facts,
                               KioskStep from_away, KioskFlowNext *ret_next);
/* Whose page it is: no page shows the data of two. */
KioskHalf kiosk_presenter_flow_half(KioskStep step);
/* Is there a way back from here? */
bool kiosk_presenter_flow_has_back(KioskStep step, const KioskFlowFacts *facts);
/* Does "Stop and clear" mean anything here? */
bool kiosk_presenter_flow_has_stop(KioskStep step);
