/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - what a key remembers without power: seed, PIN, credentials. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/env.h"
#include "tests/softkey/handle.h"

#define SOFTKEY_STORE_PIN_RETRIES 8
#define SOFTKEY_STORE_UV_RETRIES 5

/* A discoverable credential. */
typedef struct {
  SoftkeyHandle handle;
  uint8_t rp_hash[32];
  char *rp_id;
  GBytes *user_id;
  char *user_name;    /* NULL when none was given */
  char *display_name; /* likewise */
  GBytes *blob;       /* credBlob; NULL when there is none */
} SoftkeyResident;

/* A fingerprint; what a sensor would keep of it is not here. */
typedef struct {
  uint16_t id;
  char *name; /* NULL when none was given */
} SoftkeyFingerprint;

/* Change the members, then softkey_store_save(). */
typedef struct {
  char *path;       /* NULL: in memory only */
  uint8_t seed[32]; /* every credential's key comes from it */
  uint32_t counter; /* signatures made */
  bool pin_set;
  uint8_t pin_hash[16];
  uint8_t pin_retries;
  uint8_t pin_length;     /* code points of the PIN that is set */
  uint8_t min_pin_length; /* 0: what the profile says */
  bool force_change;      /* the PIN must be changed first */
  bool always_uv_toggled; /* other than the profile says */
  bool enterprise;        /* enterprise attestation is on */
  char **min_pin_rp_ids;  /* those that may learn the minimum, or NULL */
  GBytes *blobs;  /* the serialized large-blob array; NULL: as it was made */
  GBytes *serial; /* of this one key, drawn when first asked for; NULL before.
                     No reset takes it away. */
  uint8_t uv_retries;
  GPtrArray *fingerprints; /* SoftkeyFingerprint, in the order of enrolment */
  GPtrArray *residents;    /* SoftkeyResident, oldest first */
} SoftkeyStore;

/*
 * Opens the state in a file, or makes a fresh one there. With path NULL the
 * state lives and dies with the returned store.
 *
 * errors    SOFTKEY_ERROR_FILE; SOFTKEY_ERROR_MALFORMED: the file is left as
 *           it is
 */
SoftkeyStore *softkey_store_open(const char *path, SoftkeyEnv *env,
                                 GError **error);
void softkey_store_free(SoftkeyStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyStore, softkey_store_free)

/*
 * Writes the state: whole and durable, or not at all (a new file of mode
 * 0600, fsync, rename).
 *
 * errors    SOFTKEY_ERROR_FILE
 */
bool softkey_store_save(SoftkeyStore *store, GError **error);

/* Forgets everything, as a reset does. Not yet saved. */
void softkey_store_wipe(SoftkeyStore *store, SoftkeyEnv *env);

/* The discoverable credential with this id, or NULL. */
SoftkeyResident *softkey_store_find(SoftkeyStore *store, const uint8_t *id);

/* Takes resident over; it replaces one of the same relying party and user. */
void softkey_store_add(SoftkeyStore *store, SoftkeyResident *resident);

void softkey_store_fingerprint_free(SoftkeyFingerprint *fingerprint);
void softkey_store_resident_free(SoftkeyResident *resident);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyResident, softkey_store_resident_free)
