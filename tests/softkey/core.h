/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core.h - a software key: the bytes of a CTAP2 message in, bytes out. It has
 * no socket, no clock and no randomness of its own. One thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/attestation.h"
#include "tests/softkey/env.h"
#include "tests/softkey/finger.h"
#include "tests/softkey/inject.h"
#include "tests/softkey/profile.h"
#include "tests/softkey/store.h"
#include "tests/softkey/touch.h"

typedef struct SoftkeyCore SoftkeyCore;

/* What happened since the start: a promise of the product becomes a number. */
typedef struct {
  unsigned touches;       /* waits that ended with a touch */
  unsigned pin_tries;     /* PINs compared, right or wrong */
  unsigned tokens;        /* PIN tokens issued */
  unsigned commands[256]; /* by command byte */
  unsigned u2f[4];        /* by instruction */
} SoftkeyCounters;

/* Takes all four over. The key is powered up by it. */
SoftkeyCore *softkey_core_new(SoftkeyProfile *profile, SoftkeyStore *store,
                              SoftkeyAttestation *attestation, SoftkeyEnv *env);

/*
 * A key for tests: state in memory, the built-in attestation, everything
 * random from seed, the clock moves by softkey_env_advance() alone.
 */
SoftkeyCore *softkey_core_new_in_memory(const char *profile, uint64_t seed,
                                        GError **error);
void softkey_core_free(SoftkeyCore *core);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyCore, softkey_core_free)

/*
 * Begins a command: message is the command byte and its CBOR. Returns true
 * when reply (status byte and CBOR) is complete, false when the key now waits
 * for a touch; then call softkey_core_poll() until it returns true.
 */
bool softkey_core_begin(SoftkeyCore *core, const uint8_t *message, size_t len,
                        GByteArray *reply);
bool softkey_core_poll(SoftkeyCore *core, GByteArray *reply);

/* When to poll next, on env's clock; INT64_MAX when nothing is under way. */
int64_t softkey_core_due(const SoftkeyCore *core);

/* Ends a wait: with KEEPALIVE_CANCEL as the reply, or (reply NULL) with
 * nothing. */
void softkey_core_cancel(SoftkeyCore *core, GByteArray *reply);

/* A whole command for callers who do not wait: one that needs a touch which
 * is not there now answers USER_ACTION_TIMEOUT. */
void softkey_core_command(SoftkeyCore *core, const uint8_t *message, size_t len,
                          GByteArray *reply);

/* Pulled out and put in again: tokens, waits and the block after three wrong
 * PINs are gone, the reset window opens. */
void softkey_core_power_cycle(SoftkeyCore *core);

/* On env's clock: before it the key is still busy with itself. */
int64_t softkey_core_ready_at(const SoftkeyCore *core);

const SoftkeyCounters *softkey_core_counters(const SoftkeyCore *core);

/* The core's own; change their members freely. */
SoftkeyEnv *softkey_core_env(SoftkeyCore *core);
SoftkeyTouch *softkey_core_touch(SoftkeyCore *core);
void softkey_core_finger(SoftkeyCore *core, SoftkeyFinger finger);
SoftkeyInject *softkey_core_inject(SoftkeyCore *core);
const SoftkeyProfile *softkey_core_profile(const SoftkeyCore *core);

/* What is wrong with the attestations from now on, whatever the profile says.
 * The signature counter goes back by n signatures; false where there were not
 * as many. */
void softkey_core_set_fault(SoftkeyCore *core, SoftkeyFault fault);
bool softkey_core_set_back(SoftkeyCore *core, uint32_t n);
