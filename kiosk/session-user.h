/* SPDX-License-Identifier: Apache-2.0 */
/* session-user.h - the user's half: the new key, its PIN, its credential. */
#pragma once

#include "kiosk/session.h"

/* Waits for one new key and asks recoveryd whether it fits. */
void kiosk_session_user_check_key(KioskSession *self);
/* What keyhelper said of it; NULL until it was looked at. */
const FidotoolJson *kiosk_session_user_key(KioskSession *self);
/* What recoveryd said: {"fits","rule","text","enough"}; NULL until it did. */
const FidotoolJson *kiosk_session_user_verdict(KioskSession *self);
/* "set", "not-set", "unsupported" or NULL. */
const char *kiosk_session_user_pin_state(KioskSession *self);
/* Code points the key wants at least. */
int kiosk_session_user_pin_min(KioskSession *self);

/* The PIN that was chosen for a key without one, or that it has; taken, kept
 * on its own page until the key is made or the session ends. A chosen one is
 * set on the key first. Then goes on. */
void kiosk_session_user_pin(KioskSession *self, FidotoolSecret *pin);

/* Makes and tests the credential, hands it in. */
void kiosk_session_user_make(KioskSession *self);
/* 1: it is made; 2: it is tested; 0: not begun. */
int kiosk_session_user_touches(KioskSession *self);
/* Another key, to be kept elsewhere. */
void kiosk_session_user_spare(KioskSession *self);
