/* SPDX-License-Identifier: Apache-2.0 */
/*
 * u2f.h - U2F (CTAP1): version, register, authenticate, as raw messages (FIDO
 * U2F Raw Message Formats v1.2). It never waits: without a touch it says so,
 * and is asked again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

typedef struct SoftkeyCore SoftkeyCore;

/* A touch that has been asked for, on env's clock; asked_at 0: none. */
typedef struct {
  int64_t since_ms; /* the first time */
  int64_t asked_at; /* the last time */
} SoftkeyU2fWait;

/* Runs one APDU; reply is set to data and status word. For profiles with the
 * version U2F_V2; for others every command is unknown. */
void softkey_u2f_run(SoftkeyCore *core, const uint8_t *message, size_t len,
                     GByteArray *reply);

/* Whether a touch was asked for within the last second. */
bool softkey_u2f_is_waiting(const SoftkeyCore *core);
