/* SPDX-License-Identifier: Apache-2.0 */
/* session-private.h - what the files of the session share. */
#pragma once

#include "kiosk/session-act.h"
#include "kiosk/session-elsewhere.h"
#include "kiosk/session-evidence.h"
#include "kiosk/session-sign-in.h"
#include "kiosk/session-user.h"
#include "kiosk/session.h"
#include "recovery/format/parts.h"

struct _KioskSession {
  GObject parent;
  KioskStation *station;
  KioskDeviceWork *work;
  const KioskConfig *config;
  KioskExchange *exchange; /* NULL until it is asked for */
  KioskStep step, from_away;
  KioskFlowFacts facts;
  int busy;
  unsigned away_source;
  bool going; /* once the case is loaded, as the record has it now */
  KioskGo go_then;

  FidotoolJson *status;
  FidotoolJson *persons, *cases, *person, *of, *acts, *plan, *proof;
  char *case_id;
  RecoveryParts *parts;    /* of a signature that is being scanned, or NULL */
  FidotoolJson *drafts;    /* of evidence; NULL: none */
  bool recording;          /* the first of them is on its way */
  size_t n_before, n_sent; /* pieces in the record; said to be there since */

  struct {
    FidotoolJson *signers; /* the answer of the query */
    FidotoolJson *roles;   /* to choose from */
    FidotoolJson *reasons; /* those that are activated with a reason */
    bool asked;            /* what the chosen one is for */
    char *cred, *person, *role, *device;
    bool stranger; /* a key was looked at and does not do: another is awaited */
    bool fresh;    /* the key that is in comes out before */
  } staff;

  struct {
    KioskActStage stage;
    FidotoolJson *slots;   /* others that the approval may fill */
    FidotoolJson *refusal; /* by the first of them */
    FidotoolJson *request, *proposal;
    FidotoolJson *after; /* the act that waits for a role */
    FidotoolJson *takes;
    RecoveryView *view;
    char *taken; /* what came back from another machine */
    bool own, elsewhere;
    unsigned turn;       /* goes up with each act */
    char *cred, *device; /* of whoever acts */
    char *signed_by;     /* the key that did, while it stays in; or NULL */
  } act;

  struct {
    FidotoolJson *key, *verdict;
    char *device;
    FidotoolSecret *pin;
    bool pin_last; /* the person wants to use the last try */
    bool pin_set;  /* by us: the key is not as it was brought */
    bool handing_in;
    bool fresh;             /* another key than the one that is in is wanted */
    const char *why;        /* a word: why the key is looked at anew */
    const char *stopped_by; /* a word: why it does not go on */
    bool was_pulled;        /* that was why: no more, once a key is in */
  } user;
};

/* --- for the files of the session ------------------------------------------
 */

void kiosk_session_notify(KioskSession *self);
/* Emits "refused" where answer is one. Returns whether it was. */
bool kiosk_session_report_refusal(KioskSession *self,
                                  const FidotoolJson *answer);
void kiosk_session_report(KioskSession *self, const char *word,
                          const char *what);
/* An error of recoveryd's in words; nothing for a lost connection, which has
 * a page of its own. */
void kiosk_session_report_error(KioskSession *self, const GError *error);
/* Asks; while it runs the session is busy. */
void kiosk_session_ask(KioskSession *self, KioskStationCall call,
                       FidotoolJson *request, KioskStationDone done);
/* The same; an answer that comes when another act, or none, is under way is
 * dropped. */
void kiosk_session_ask_for_act(KioskSession *self, KioskStationCall call,
                               FidotoolJson *request, KioskStationDone done);
/* Job: which of the answer of the query "signers" the key holds: its row and
 * "device", or an object without "cred". */
FidotoolJson *kiosk_session_sign_in_find_job(const FidotoolClientJobs *how,
                                             gpointer data, GError **error);
/* What the pages need to know of the case, from what is loaded. */
void kiosk_session_read_facts(KioskSession *self);
/* Of evidence that was handed in: whether the plan has it by now is said. */
void kiosk_session_evidence_confirm(KioskSession *self);
/* An act is in the record: the case is read again, then it goes on. */
void kiosk_session_recorded(KioskSession *self, KioskGo go);
void kiosk_session_act_set_stage(KioskSession *self, KioskActStage stage);
void kiosk_session_act_propose(KioskSession *self);
/* It did not go through. What was filled in stays, for another try; the key
 * has no more to say, and does not talk over the reason. */
void kiosk_session_act_stand_still(KioskSession *self);
/* What the row of acts says that the act takes, less what is there. */
void kiosk_session_act_find_takes(KioskSession *self);
/* All that the act takes is there: whose key is it? */
void kiosk_session_act_go_on(KioskSession *self);
/* What the act in act.request still takes, then whose key it is. */
void kiosk_session_act_start(KioskSession *self);
/* Hands a signed statement in; signed_act is taken. */
void kiosk_session_act_submit(KioskSession *self, FidotoolJson *signed_act);
/* Waits for the key of whoever acts. */
void kiosk_session_act_ask_who(KioskSession *self);
void kiosk_session_act_clear(KioskSession *self);
void kiosk_session_elsewhere_clear(KioskSession *self);
void kiosk_session_evidence_clear(KioskSession *self);
void kiosk_session_user_clear(KioskSession *self);
/* Another key may be put into the same port, under the same name. */
void kiosk_session_user_key_pulled(KioskSession *self);
void kiosk_session_user_view_changed(KioskSession *self);
/* What was refused is that no role is active any more. */
bool kiosk_session_is_role_over(const FidotoolJson *answer);
void kiosk_session_sign_in_clear(KioskSession *self);
/* The key that was looked at does not do: word says why, and when it is out
 * another one is awaited. */
void kiosk_session_stranger(KioskSession *self, const char *word);
