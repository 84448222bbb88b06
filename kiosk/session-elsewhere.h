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
/* The same as texts for a series of QR codes, freed with g_strfreev(). */
char **kiosk_session_elsewhere_codes(KioskSession *self);
/* A line that a scanner typed, in any stage, for it may have been asked for
 * before: one code of a series, or all of it as JSON. A statement of another
 * case is not taken. */
void kiosk_session_elsewhere_scan(KioskSession *self, const char *line);
/* "2 and 3 of 4", the codes that were not scanned yet, or NULL; g_free(). */
char *kiosk_session_elsewhere_missing(KioskSession *self);
/* The same of a file that lies in the folder; where it is of another case
 * nothing is said. */
void kiosk_session_elsewhere_arrived(KioskSession *self, const char *text);
/* The folder through which it goes and comes; NULL where there is none. */
KioskExchange *kiosk_session_elsewhere_exchange(KioskSession *self);
