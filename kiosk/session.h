/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - the model: who is at the station, which case, what may happen
 * next. One object from welcome to welcome; pages show what it holds and tell
 * it what the person wants. It holds no rule: what may happen comes from
 * recoveryd, what is shown next from presenter-flow.c. */
#pragma once

#include <glib-object.h>

#include "fidotool/json.h"
#include "fidotool/secret.h"
#include "kiosk/config.h"
#include "kiosk/device-work.h"
#include "kiosk/presenter-flow.h"
#include "kiosk/station.h"
#include "recovery/format/viewer.h"

#define KIOSK_TYPE_SESSION (kiosk_session_get_type())
G_DECLARE_FINAL_TYPE(KioskSession, kiosk_session, KIOSK, SESSION, GObject)

/*
 * Signals, on the main loop:
 *   "step-changed"                    another page is to be shown
 *   "changed"                         something below has changed
 *   "refused" (rule, text, enough)    recoveryd says no, and by which rule;
 *                                     the texts as kiosk_message_text() has
 *                                     them
 *   "trouble" (word, text)            something failed: a word's id
 *                                     (words.h), and what is put in for
 *                                     {what}, or NULL
 *   "wiped"                           everything that was entered is gone
 */
KioskSession *kiosk_session_new(KioskStation *station, KioskDeviceWork *work);
KioskDeviceWork *kiosk_session_work(KioskSession *self);
/* How the station is set up. config is not kept: it outlives the session. */
void kiosk_session_set_config(KioskSession *self, const KioskConfig *config);
/* Never NULL. */
const KioskConfig *kiosk_session_config(KioskSession *self);

/* --- where we are ---------------------------------------------------------- */

KioskStep kiosk_session_step(KioskSession *self);
/* Something happened; the page changes if a row of the flow says so. */
bool kiosk_session_go(KioskSession *self, KioskGo go);
/* Does "Stop and clear" mean anything here? */
bool kiosk_session_has_stop(KioskSession *self);
const KioskFlowFacts *kiosk_session_facts(KioskSession *self);
/* A question to recoveryd is under way. */
bool kiosk_session_is_busy(KioskSession *self);

/* --- what there is; all NULL until it was loaded --------------------------- */

const FidotoolJson *kiosk_session_status(KioskSession *self);
bool kiosk_session_is_practice(KioskSession *self);
const FidotoolJson *kiosk_session_persons(KioskSession *self); /* array */
const FidotoolJson *kiosk_session_cases(KioskSession *self);   /* array */
const FidotoolJson *kiosk_session_person(KioskSession *self);  /* chosen */
const FidotoolJson *kiosk_session_case(KioskSession *self);
const FidotoolJson *kiosk_session_acts(KioskSession *self); /* array */
const FidotoolJson *kiosk_session_plan(KioskSession *self);
const FidotoolJson *kiosk_session_proof(KioskSession *self);
const char *kiosk_session_case_id(KioskSession *self);
/* The row of acts for act and slot (may be NULL), or NULL. */
const FidotoolJson *kiosk_session_find_act(KioskSession *self, const char *act,
                                           const char *slot);
/* The same in an array of such rows. */
const FidotoolJson *kiosk_session_act_row(const FidotoolJson *acts,
                                          const char *act, const char *slot);
/* What such a row says of a person, or NULL. */
const FidotoolJson *kiosk_session_act_person(const FidotoolJson *act,
                                             const char *person);

/* A row of cases: nothing leads on from its state. */
bool kiosk_session_case_is_over(const FidotoolJson *row);
/* A row of a person's keys: it can be suspended, or is; the others were dealt
 * with before. */
bool kiosk_session_key_may_be_lost(const FidotoolJson *key);

/* --- asking ---------------------------------------------------------------- */

void kiosk_session_load_status(KioskSession *self);
void kiosk_session_load_cases(KioskSession *self);
/* Case, acts and plan; "changed" once all are there. */
void kiosk_session_load_case(KioskSession *self);
void kiosk_session_load_proof(KioskSession *self);
/* The acts that need no case; what is about a person, as for the chosen one. */
void kiosk_session_load_acts(KioskSession *self);
/* Who fits; the persons are NULL until the answer is there. */
void kiosk_session_find(KioskSession *self, const char *text);
void kiosk_session_choose_person(KioskSession *self, size_t i);
/* Neither a person nor a case, any more. */
void kiosk_session_choose_nobody(KioskSession *self);
void kiosk_session_choose_case(KioskSession *self, const char *id);
/* A number that the user entered; nothing is asked before staff sign in. */
void kiosk_session_remember_case(KioskSession *self, const char *id);
/* An act inside the role session, which needs no signature of its own.
 * request (taken) has everything but the case and the actor. */
void kiosk_session_submit(KioskSession *self, FidotoolJson *request);
