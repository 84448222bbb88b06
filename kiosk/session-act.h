/* SPDX-License-Identifier: Apache-2.0 */
/* session-act.h - one governed act from the wish to the record: whose key,
 * propose, read, sign, submit. The same way for every act there is. */
#pragma once

#include "kiosk/session.h"

typedef enum {
  KIOSK_STAGE_NONE,
  KIOSK_STAGE_INPUT, /* what the act still takes is asked */
  KIOSK_STAGE_WHO,   /* the key of whoever acts is awaited */
  KIOSK_STAGE_READ,  /* the words are there to be read */
  KIOSK_STAGE_SIGN,  /* the key signs */
  KIOSK_STAGE_SUBMIT,
  KIOSK_STAGE_RECORDED,
} KioskActStage;

/*
 * Begins an act; request (taken) has the act and what is known of it. own: the
 * person who is signed in acts; else whoever puts a key in. Where the row of
 * acts says that it takes more, that is asked first; a member that is null is
 * neither asked nor sent.
 */
void kiosk_session_act_begin(KioskSession *self, FidotoolJson *request,
                             bool own);
/* An approval of the case by whoever puts a key in, while nobody is signed in:
 * of the slots that were open when the case was last looked at, the one that
 * this person may fill. False where none was. */
bool kiosk_session_act_can_approve(KioskSession *self);
void kiosk_session_act_approve(KioskSession *self);
KioskActStage kiosk_session_act_stage(KioskSession *self);
const char *kiosk_session_act_name(KioskSession *self);
/* What a role is for that is activated for an act: that act, in this case. Free
 * with g_free(). */
char *kiosk_session_act_reason(KioskSession *self, const char *act);
/* Is it the act of whoever is signed in? */
bool kiosk_session_act_is_own(KioskSession *self);
/* What the act takes that the request does not have yet: an array of
 * {"name","words"?: [...]}; NULL: nothing. */
const FidotoolJson *kiosk_session_act_takes(KioskSession *self);
/* text is read as the form of the member wants it; NULL or "" takes it away. */
void kiosk_session_act_set(KioskSession *self, const char *name,
                           const char *text);
/* On from INPUT; false while something is missing. */
bool kiosk_session_act_ready(KioskSession *self);
/* Once more, after it was refused or failed: from NONE. */
void kiosk_session_act_again(KioskSession *self);
/* The words to be read, made from checked bytes; NULL unless READ or later. */
const RecoveryView *kiosk_session_act_view(KioskSession *self);
/* On from READ: the person has read and agrees. */
void kiosk_session_act_sign(KioskSession *self);

/* With a code from a notice, by anybody. */
void kiosk_session_act_contest(KioskSession *self, const char *code);
