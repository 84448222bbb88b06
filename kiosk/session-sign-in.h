/* SPDX-License-Identifier: Apache-2.0 */
/* session-sign-in.h - staff are known by their key: it proves itself without
 * touch or PIN, then signs role.activate. */
#pragma once

#include "kiosk/session.h"

/* Waits for one key and finds whose it is; then, where that key's person has
 * several roles, waits for one to be chosen. */
void kiosk_session_sign_in_start(KioskSession *self);
/* Once more, with another key than the one that is in. */
void kiosk_session_sign_in_other_key(KioskSession *self);
/* Roles to choose from: an array of text, NULL while there is no choice. */
const FidotoolJson *kiosk_session_sign_in_roles(KioskSession *self);
void kiosk_session_sign_in_choose(KioskSession *self, const char *role);
/* The policy wants to know what the chosen role is for; said, it goes on. */
bool kiosk_session_sign_in_asks(KioskSession *self);
void kiosk_session_sign_in_say(KioskSession *self, const char *reason);
/* Who is signed in, as the roster names them; NULL: nobody. */
const char *kiosk_session_sign_in_person(KioskSession *self);
const char *kiosk_session_sign_in_role(KioskSession *self);
