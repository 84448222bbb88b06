/* SPDX-License-Identifier: Apache-2.0 */
/* session-elsewhere.h - an act that is signed on another machine. Its stages
 * are those of session-act.h: WHO (the person is chosen), INPUT, READ (the
 * proposal can be carried away, and is awaited signed), SUBMIT. */
#pragma once

#include "kiosk/exchange.h"
#include "kiosk/session-act.h"

/* request (taken) has the act, and its slot. */
void kiosk_session_elsewhere_choose(KioskSession *self, FidotoolJson *request);
/* recoveryd's rows of who may, in WHO; else NULL. */
const FidotoolJson *kiosk_session_elsewhere_persons(KioskSession *self);
/* On from WHO: proposes in that person's name, once all it takes is there. */
void kiosk_session_elsewhere_begin(KioskSession *self, const char *person);
/* What is to be carried to the other machine; NULL before READ. */
const FidotoolJson *kiosk_session_elsewhere_proposal(KioskSession *self);
/* What came back, JSON as a file holds it, in any stage: it may have been
 * asked for before. A statement of another case is not taken. "recorded" moves
 * on. */
void kiosk_session_elsewhere_take(KioskSession *self, const char *text);
/* The same of a file that lies in the folder; where it is of another case
 * nothing is said. */
void kiosk_session_elsewhere_arrived(KioskSession *self, const char *text);
/* The folder through which it goes and comes; NULL where there is none. */
KioskExchange *kiosk_session_elsewhere_exchange(KioskSession *self);
