/* SPDX-License-Identifier: Apache-2.0 */
/* session-evidence.h - pieces of evidence that staff prepare, and record one
 * by one. They stay while the station is locked or away, not from case to
 * case. */
#pragma once

#include "kiosk/session.h"

/* An array of requests without act and case; never NULL. */
const FidotoolJson *kiosk_session_evidence_drafts(KioskSession *self);
/* piece is taken. */
void kiosk_session_evidence_add(KioskSession *self, FidotoolJson *piece);
void kiosk_session_evidence_remove(KioskSession *self, size_t i);
/* Hands in the first, then the next; stops at a refusal, and keeps what is not
 * in the record. */
void kiosk_session_evidence_record(KioskSession *self);
