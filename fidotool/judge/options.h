/* SPDX-License-Identifier: Apache-2.0 */
/* options.h - what the relying party asked for: every expectation a response
 * is held against. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/json.h"

typedef enum {
  FIDOTOOL_CEREMONY_REGISTRATION,
  FIDOTOOL_CEREMONY_ASSERTION,
} FidotoolCeremonyKind;

typedef struct {
  GBytes *challenge; /* NULL where has_hash */
  bool has_hash;     /* no client data: this is their hash */
  uint8_t hash[32];
  char **origins; /* exact; empty where has_hash */
  char **top_origins;
  bool cross_origin; /* being embedded is expected */
  char *rp_id;
  char *app_id; /* NULL: the appid extension was not asked for */
  bool require_uv;
  bool conditional;         /* mediation: no touch is asked for */
  bool padding;             /* base64url with padding is read too */
  bool strict;              /* CBOR out of canonical order is refused */
  bool device_bound;        /* a credential that can be backed up is unwanted */
  bool enterprise;          /* enterprise attestation was asked for */
  bool allow_sha1;          /* in a statement's signature; it is warned of */
  char **tpm_manufacturers; /* "id:494E5443"; empty: any */
  bool hardware_key; /* Android: what hardware enforces is all that counts */
  unsigned compound_needed; /* so many statements must hold; 0: all of them */
  bool model_needed;  /* the AAGUID extension must be in the certificate */
  GArray *algs;       /* of int64_t; NULL: it was not said which */
  GPtrArray *known;   /* GBytes: credential ids that are registered */
  GPtrArray *allowed; /* GBytes: allowCredentials */
  bool user_known;    /* the user was identified before the ceremony */

  /* Extensions asked for. */
  int64_t cred_protect; /* 1 to 3; 0 where not asked */
  bool hmac_secret;
  bool min_pin_length;
  bool resident_key; /* credProps must not say otherwise */
} FidotoolOptions;

/*
 * Reads options as WebAuthn JSON (PublicKeyCredentialCreationOptionsJSON,
 * PublicKeyCredentialRequestOptionsJSON) with `origin` or `origins` beside
 * them, or in the short form of the judge worker (rp_id, require_uv, algs,
 * cdh). Ours besides: cross_origin, top_origins, conditional, padding, strict,
 * device_bound, model_needed, allow_sha1, hardware_key, compound ("all", "any",
 * a number), tpm_manufacturers, known, user_known; flags are true, false, 1, 0.
 *
 * returns   the options, freed with fidotool_options_free(); NULL and error
 * errors    FIDOTOOL_ERROR_USAGE: an expectation is missing or unreadable
 */
FidotoolOptions *fidotool_options_parse(const FidotoolJson *json,
                                        FidotoolCeremonyKind kind,
                                        GError **error);
void fidotool_options_free(FidotoolOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolOptions, fidotool_options_free)
