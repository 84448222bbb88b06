/* SPDX-License-Identifier: Apache-2.0 */
/* credential.h - making credentials and assertions on a key. The caller gives
 * the client data hash; who may ask for which is the helper's to decide. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/extension.h"
#include "fidotool/device/key.h"
#include "fidotool/secret.h"

/* Most credentials in a list that is handed to a key at once. */
#define FIDOTOOL_CREDENTIAL_LIST 64

/* How the key is to know its user. */
typedef enum {
  FIDOTOOL_CREDENTIAL_UV_NONE,    /* not at all */
  FIDOTOOL_CREDENTIAL_UV_PIN,     /* by the PIN that is given */
  FIDOTOOL_CREDENTIAL_UV_BUILTIN, /* by its own sensor */
} FidotoolCredentialUv;

/* Whether the relying party is to learn which key this is (CTAP 2.1, section
 * 7.1); the numbers are CTAP's. */
typedef enum {
  FIDOTOOL_CREDENTIAL_ENTERPRISE_NO = 0,
  FIDOTOOL_CREDENTIAL_ENTERPRISE_VENDOR = 1,   /* if its maker wrote it in */
  FIDOTOOL_CREDENTIAL_ENTERPRISE_PLATFORM = 2, /* we answer for it */
} FidotoolCredentialEnterprise;

typedef struct {
  const char *rp_id;
  const char *rp_name;
  GBytes *user_id;
  const char *user_name;
  const char *user_display_name;
  uint8_t client_data_hash[32];
  GArray *algs;       /* of int, best first */
  GPtrArray *exclude; /* of GBytes; may be NULL */
  bool discoverable;
  FidotoolExtensionMake extensions;
  FidotoolCredentialEnterprise enterprise;
  FidotoolCredentialUv uv;
  const FidotoolSecret *pin; /* for FIDOTOOL_CREDENTIAL_UV_PIN */
  int timeout_ms;
} FidotoolCredentialMake;

typedef struct {
  GBytes *attestation; /* the attestation object in WebAuthn form */
  GBytes *auth_data;
  GBytes *id;
  GBytes *public_key; /* SubjectPublicKeyInfo; NULL for unknown algorithms */
  int alg;
  FidotoolExtensionOutput extensions;
  bool enterprise; /* the key says that the attestation is its own alone */
  bool blob_key;   /* it can keep a large blob */
} FidotoolCredentialMade;

/*
 * Makes a credential. The algorithms are tried in order: first those that the
 * key lists, then the others, since a list proves nothing.
 * errors  those of fidotool_key_check(), FIDOTOOL_ERROR_INVALID
 */
FidotoolCredentialMade *
fidotool_credential_make(FidotoolKey *key, const FidotoolCredentialMake *what,
                         GError **error);
void fidotool_credential_made_free(FidotoolCredentialMade *made);

/* How many of ids (GBytes), from the first on, one question without touch may
 * list: as many as the key takes in a list and in a message. 1 at least where
 * there is one. U2F, which is asked for one at a time, takes all. */
guint fidotool_credential_portion(const FidotoolKey *key, const GPtrArray *ids);

typedef struct {
  const char *rp_id;
  uint8_t client_data_hash[32];
  GPtrArray *allow; /* of GBytes; empty or NULL: discoverable ones */
  bool touch;       /* user presence */
  FidotoolExtensionAssert extensions;
  FidotoolCredentialUv uv;
  const FidotoolSecret *pin;
  int timeout_ms;
} FidotoolCredentialAssert;

typedef struct {
  GBytes *id;
  GBytes *auth_data; /* as signed, without CBOR around it */
  GBytes *signature;
  GBytes *user_id; /* NULL where the key gives none */
  GBytes *blob;    /* credBlob; NULL where none was asked for or given */
  FidotoolSecret *blob_key; /* 32 bytes; NULL likewise */
  FidotoolSecret *secrets;  /* of the salts, one after another; or NULL */
  size_t count;             /* how many accounts the key holds for it */
} FidotoolCredentialAsserted;

/* The first assertion that the key gives.
 * errors  those of fidotool_key_check(), FIDOTOOL_ERROR_INVALID */
FidotoolCredentialAsserted *fidotool_credential_assert(
    FidotoolKey *key, const FidotoolCredentialAssert *what, GError **error);

/* The first of ids (GBytes) that the key holds for rp_id, asked without touch
 * or verification and in as many portions as it wants; g_bytes_unref() it.
 * *ret_id is NULL where the key holds none. */
bool fidotool_credential_find(FidotoolKey *key, const char *rp_id,
                              const GPtrArray *ids, GBytes **ret_id,
                              GError **error);

/* Is the key that is there the one that made the credential? By an assertion
 * over random bytes, without touch or verification; one with U2F alone can do
 * no more than say so.
 * errors  FIDOTOOL_ERROR_NOT_TRUSTED (it is not, or its public key is of a kind
 *         that cannot be checked), what the key says */
bool fidotool_credential_prove(FidotoolKey *key,
                               const FidotoolCredentialMade *made,
                               const char *rp_id, GError **error);
void fidotool_credential_asserted_free(FidotoolCredentialAsserted *asserted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolCredentialMade,
                              fidotool_credential_made_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolCredentialAsserted,
                              fidotool_credential_asserted_free)
