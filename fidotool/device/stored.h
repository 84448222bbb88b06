/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stored.h - the discoverable credentials on a key: listed, renamed, deleted
 * (credential management, CTAP 2.1, section 6.8). One token serves for as long
 * as the store is open. A key that has only the preview of it is served
 * through libfido2, which buys a token for each call.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/key.h"
#include "fidotool/device/token.h"
#include "fidotool/secret.h"

/* Most credentials of a key that are read; keys have room for up to 256. */
#define FIDOTOOL_STORED_MAX 512

typedef struct FidotoolStored FidotoolStored;

typedef struct {
  char *rp_id; /* valid UTF-8; the key may have cut it short */
  uint8_t rp_hash[32];
  guint credentials; /* only from fidotool_stored_rps() with counts */
} FidotoolStoredRp;

typedef struct {
  char *rp_id; /* NULL where it was not asked for */
  uint8_t rp_hash[32];
  GBytes *id;
  GBytes *user_id;
  char *user_name;    /* valid UTF-8, or NULL */
  char *display_name; /* likewise */
  GBytes *public_key; /* COSE_Key; NULL where it is not known */
  int64_t alg;        /* 0 where it is not known */
  int protect;        /* credProtect, 0 where it is not said */
  GBytes *blob_key;   /* largeBlobKey, or NULL */
} FidotoolStoredCredential;

/* Can the key do it, by either command? */
bool fidotool_stored_is_supported(const FidotoolInfo *info);
/* Can new names be given? Not by the preview. */
bool fidotool_stored_can_rename(const FidotoolInfo *info);

/*
 * Opens the store: buys the token and reads the two counts.
 *
 * pin      in its normal form, and kept until the store is closed; NULL: the
 *          key's own sensor
 * errors   those of fidotool_token_buy() and fidotool_ctap_send();
 *          FIDOTOOL_ERROR_UNSUPPORTED
 */
FidotoolStored *fidotool_stored_open(FidotoolKey *key,
                                     const FidotoolSecret *pin, int timeout_ms,
                                     GError **error);
/* The same with a token that is good for permissions too. */
FidotoolStored *fidotool_stored_open_with(FidotoolKey *key,
                                          const FidotoolSecret *pin,
                                          unsigned permissions, int timeout_ms,
                                          GError **error);
/* The token that was bought; NULL for the preview. */
const FidotoolToken *fidotool_stored_token(const FidotoolStored *stored);
void fidotool_stored_free(FidotoolStored *stored);

/* As the key said when the store was opened. */
int fidotool_stored_existing(const FidotoolStored *stored);
int fidotool_stored_remaining(const FidotoolStored *stored);

/*
 * The relying parties; with counts also how many credentials each has, at one
 * message more for each.
 * returns  an array of FidotoolStoredRp
 * errors   those of fidotool_ctap_send(); FIDOTOOL_ERROR_INVALID for answers
 *          that make no sense, or that end before what was announced
 */
GPtrArray *fidotool_stored_rps(FidotoolStored *stored, bool counts,
                               GError **error);

/* All credentials; with rp_id those of one relying party.
 * returns  an array of FidotoolStoredCredential; empty where there is none
 * errors   as above */
GPtrArray *fidotool_stored_list(FidotoolStored *stored, const char *rp_id,
                                GError **error);

/* Asks for one credential again: *ret_found is a copy as it is now, NULL where
 * it is there no more.
 * errors  as above */
bool fidotool_stored_find(FidotoolStored *stored,
                          const FidotoolStoredCredential *like,
                          FidotoolStoredCredential **ret_found, GError **error);

/* Gives a credential's user new names; NULL leaves one out.
 * errors  as above; FIDOTOOL_ERROR_UNSUPPORTED */
bool fidotool_stored_rename(FidotoolStored *stored,
                            const FidotoolStoredCredential *credential,
                            const char *user_name, const char *display_name,
                            GError **error);
bool fidotool_stored_delete(FidotoolStored *stored, GBytes *id, GError **error);

void fidotool_stored_credential_free(FidotoolStoredCredential *credential);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolStored, fidotool_stored_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolStoredCredential,
                              fidotool_stored_credential_free)
