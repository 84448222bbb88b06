/* SPDX-License-Identifier: Apache-2.0 */
/* core-private.h - the inside of a key, for the files of its commands. */
#pragma once

#include "tests/softkey/assertion.h"
#include "tests/softkey/cbor.h"
#include "tests/softkey/core.h"
#include "tests/softkey/pin.h"

/* What a command does once it was touched. */
typedef SoftkeyStatus SoftkeyCoreFinish(SoftkeyCore *core, void *data,
                                        GByteArray *reply);

struct SoftkeyCore {
  SoftkeyProfile *profile;
  SoftkeyStore *store;
  SoftkeyAttestation *attestation;
  SoftkeyEnv *env;

  SoftkeyTouch touch;
  SoftkeyInject *inject;
  SoftkeyCounters counters;

  int64_t powered_at;
  SoftkeyPin pin;
  SoftkeyAssertionRest rest;

  /* The command that waits for a touch; finish is NULL when there is none. */
  SoftkeyCoreFinish *finish;
  void *data;
  GDestroyNotify free_data;
  int64_t waits_since;
};

/*
 * The last act of a command that needs a touch: runs finish(core, data, reply)
 * at once or later, or never. Takes data over. Returns what the command's
 * function returns.
 */
SoftkeyStatus softkey_core_wait(SoftkeyCore *core, SoftkeyCoreFinish *finish,
                                void *data, GDestroyNotify free_data,
                                GByteArray *reply);

/* Saves the store; OTHER when that fails. */
SoftkeyStatus softkey_core_save(SoftkeyCore *core);
