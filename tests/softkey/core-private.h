/* SPDX-License-Identifier: Apache-2.0 */
/* core-private.h - the inside of a key, for the files of its commands. */
#pragma once

#include "tests/softkey/assertion.h"
#include "tests/softkey/cbor.h"
#include "tests/softkey/bio.h"
#include "tests/softkey/blobs.h"
#include "tests/softkey/core.h"
#include "tests/softkey/finger.h"
#include "tests/softkey/management.h"
#include "tests/softkey/pin.h"
#include "tests/softkey/u2f.h"

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
  int64_t ready_at; /* after a first start that takes its time */
  SoftkeyPin pin;
  SoftkeyAssertionRest rest;
  SoftkeyManagementRest listing;
  GQueue fingers; /* SoftkeyFinger, the next samples */
  SoftkeyBioEnrolment enrolment;
  SoftkeyBlobsWrite blobs_write;
  SoftkeyU2fWait u2f;

  /* The key signed with last: making it costs more than signing. */
  uint8_t last_id[SOFTKEY_HANDLE_SIZE];
  EVP_PKEY *last_key;

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

/* Damages the reply, now and then, where the profile wants that. */
void softkey_core_damage(SoftkeyCore *core, GByteArray *reply);

/* Saves the store; OTHER when that fails. */
SoftkeyStatus softkey_core_save(SoftkeyCore *core);

/* The key pair behind a credential id, for signing; EVP_PKEY_free() it. NULL
 * when libcrypto fails. */
EVP_PKEY *softkey_core_find_key(SoftkeyCore *core, const SoftkeyHandle *handle,
                                const uint8_t rp_hash[32]);
