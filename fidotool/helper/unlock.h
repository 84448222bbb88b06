/* SPDX-License-Identifier: Apache-2.0 */
/* unlock.h - one operation with the user verified as it is wanted: by the
 * key's own sensor, by PIN, or not at all; tries are never wasted. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/credential.h"
#include "fidotool/helper/session.h"

typedef enum {
  FIDOTOOL_UNLOCK_DISCOURAGED, /* only where the key insists */
  FIDOTOOL_UNLOCK_PREFERRED,   /* where the key can */
  FIDOTOOL_UNLOCK_REQUIRED,
} FidotoolUnlockWant;

typedef struct {
  FidotoolUnlockWant want;
  /* Do not ask the key how many tries remain before the first PIN: one message
   * less, and the client takes what comes; nor mind the last try of a finger.
   */
  bool skip_retries;
  /* The key takes the PIN alone for this, never its sensor. */
  bool pin_only;
} FidotoolUnlock;

/* The operation itself; called once for every try. pin is NULL unless uv is
 * FIDOTOOL_CREDENTIAL_UV_PIN. */
typedef bool (*FidotoolUnlockRun)(FidotoolKey *key, FidotoolCredentialUv uv,
                                  const FidotoolSecret *pin, gpointer data,
                                  GError **error);

/*
 * Runs the operation until it succeeds, or nothing is left to try. A sensor is
 * asked how often it may be tried, and its last try is left to the person.
 * After a wrong PIN the client is asked again; after three in a row a replug is
 * asked for, whatever the key would still take.
 *
 * errors  FIDOTOOL_ERROR_PIN_STATE (no PIN set, change due),
 *         _UNSUPPORTED, _PIN_REPLUG, _PIN_BLOCKED, _UV, and the operation's
 */
bool fidotool_unlock_run(FidotoolSession *session, FidotoolKey *key,
                         const FidotoolUnlock *how, FidotoolUnlockRun run,
                         gpointer data, GError **error);

/* "required", "preferred", "discouraged"; anything else is "preferred", as
 * WebAuthn has it. */
FidotoolUnlockWant fidotool_unlock_parse(const char *text);

/* Asks for the PIN that is set, until one has the right form. retries is -1
 * where it is not known. */
FidotoolSecret *fidotool_unlock_ask(FidotoolSession *session, FidotoolKey *key,
                                    int retries, const char *problem,
                                    GError **error);
/* Tries that remain, or an error when there is none. */
bool fidotool_unlock_retries(FidotoolSession *session, FidotoolKey *key,
                             GError **error);
