/* SPDX-License-Identifier: Apache-2.0 */
/* session-user.h - the user's half: the new key, its PIN, its credential. */
#pragma once

#include "kiosk/session.h"

/* Waits for one new key and asks recoveryd whether it fits; a key that is
 * pulled gives way to the next one. */
void kiosk_session_user_check_key(KioskSession *self);
/* What keyhelper said of it; NULL until it was looked at. */
const FidotoolJson *kiosk_session_user_key(KioskSession *self);
/* What recoveryd said: {"fits","rule","text","enough"}; NULL until it did. */
const FidotoolJson *kiosk_session_user_verdict(KioskSession *self);
/* Why the key does not do, a word of words.h; NULL: it does, or it is not
 * known yet. */
const char *kiosk_session_user_refusal(KioskSession *self);
/* It is plugged in. */
bool kiosk_session_user_key_in(KioskSession *self);
/* The staff key is plugged in besides. */
bool kiosk_session_user_staff_key_in(KioskSession *self);
/* "set", "not-set", "unsupported" or NULL. */
const char *kiosk_session_user_pin_state(KioskSession *self);
/* Code points the key wants at least. */
int kiosk_session_user_pin_min(KioskSession *self);
/* Tries that are left; -1: not known. */
int kiosk_session_user_pin_tries(KioskSession *self);

/* The PIN that was chosen for a key without one, or that it has; taken, kept
 * on its own page until it was used, and not beyond the user's half. A chosen
 * one is set on the key first. Then goes on. last: the person was asked
 * whether to use the last try. */
void kiosk_session_user_pin(KioskSession *self, FidotoolSecret *pin, bool last);
/* It is to be entered again. */
void kiosk_session_user_forget_pin(KioskSession *self);

/* Makes and tests the credential, hands it in. */
void kiosk_session_user_make(KioskSession *self);
/* 1: it is made; 2: it is tested; 0: not begun. */
int kiosk_session_user_touches(KioskSession *self);
/* It is with recoveryd: nothing is asked of the person or the key. */
bool kiosk_session_user_is_handing_in(KioskSession *self);
/* Another key may be made, to be kept elsewhere. */
bool kiosk_session_user_may_spare(KioskSession *self);
void kiosk_session_user_spare(KioskSession *self);

/* Another key is wanted: back to where one is put in. */
void kiosk_session_user_other_key(KioskSession *self);
/* It cannot go on here; why, a word of words.h, is said next. */
void kiosk_session_user_block(KioskSession *self, const char *why);
/* Why the page before was left, or NULL. */
const char *kiosk_session_user_why(KioskSession *self);
