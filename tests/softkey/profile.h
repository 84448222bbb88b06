/* SPDX-License-Identifier: Apache-2.0 */
/* profile.h - what kind of key this is: getInfo and behaviour, from a file. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/bad-attestation.h"

#define SOFTKEY_PROFILE_DEFAULT "plain-2.1"

typedef enum {
  SOFTKEY_ATTESTATION_BATCH, /* packed, x5c with the batch certificate */
  SOFTKEY_ATTESTATION_SELF,  /* packed without x5c */
  SOFTKEY_ATTESTATION_NONE,
} SoftkeyAttestationKind;

/* Plain values; lists and numbers that are empty or 0 are left out of
 * getInfo. */
typedef struct {
  char *name;
  uint8_t aaguid[16];
  char **versions;
  char **extensions;
  char **transports;
  char **attestation_formats;
  char **options; /* "name" (true) or "name=false", in canonical order */
  int *pin_protocols;
  gsize n_pin_protocols;
  int *algorithms; /* what can be made; listed when list_algorithms */
  gsize n_algorithms;
  bool list_algorithms;
  int max_msg_size;
  int max_credentials_in_list;
  int max_credential_id_length;
  int min_pin_length;
  int firmware_version;
  int bio_slots;   /* fingerprints */
  int bio_samples; /* good ones that make a fingerprint */
  int max_blobs;   /* bytes of the large-blob array */
  int resident_slots;
  int reset_window_ms;    /* 0: any time */
  bool pin_block;         /* three wrong PINs in a row: replug */
  int max_min_pin_rp_ids; /* 0: setMinPINLength takes none */
  bool config_denied;     /* authenticatorConfig: a token is had, and no use */
  bool config_silent;     /* enterprise attestation: yes, and nothing appears */
  bool reset_silent;      /* reset: yes, and nothing is lost */
  bool no_wink;           /* it cannot blink, and says so */
  bool no_update;         /* updateUserInformation is no command of this key */
  bool turned_options;    /* the options of getInfo, last one first */
  char **more_info;       /* "NUMBER=VALUE": members of getInfo beside its own,
                             in rising order, the value's CBOR in hex */
  bool no_cancel;         /* CANCEL is not heard */
  bool other_id;          /* an assertion names a credential of nobody */
  int count_off;          /* the count of credentials is so many too high */
  int first_start_ms;     /* how long it takes to begin with an empty store */
  int damage;             /* one reply in so many is damaged; 0: none */
  char *nfc_select;       /* what SELECT answers: as in "nfc select" */
  bool nfc_status_in_word; /* errors as SW 64xx */
  int *extra_algorithms;   /* listed first, and not to be had */
  gsize n_extra_algorithms;
  SoftkeyAttestationKind attestation;
  SoftkeyFault attestation_fault;
  char **enterprise_rp_ids; /* those that its maker lets know which key it is */
  char *enterprise_serial;  /* NULL: one that each key draws for itself */
} SoftkeyProfile;

/*
 * Reads a profile: group [softkey], one "key = value" a line, lists separated
 * by ";". A key that is not given has the value it has in plain-2.1; an
 * unknown key or value is an error.
 *
 * errors    SOFTKEY_ERROR_FILE, SOFTKEY_ERROR_MALFORMED
 */
SoftkeyProfile *softkey_profile_parse(const char *text, GError **error);

/* The built-in profile of that name, or else the file. */
SoftkeyProfile *softkey_profile_load(const char *name_or_path, GError **error);
void softkey_profile_free(SoftkeyProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyProfile, softkey_profile_free)

/* Whether the option is listed; *ret_value is what it is listed with. */
bool softkey_profile_option(const SoftkeyProfile *profile, const char *name,
                            bool *ret_value);

/* Whether the option is listed and true. */
bool softkey_profile_is_on(const SoftkeyProfile *profile, const char *name);

bool softkey_profile_has_protocol(const SoftkeyProfile *profile, int64_t n);
bool softkey_profile_has_algorithm(const SoftkeyProfile *profile, int64_t n);
bool softkey_profile_has_version(const SoftkeyProfile *profile,
                                 const char *name);
/* Whether it knows CTAP2 at all: any version that begins with FIDO_. */
bool softkey_profile_has_ctap2(const SoftkeyProfile *profile);
bool softkey_profile_has_extension(const SoftkeyProfile *profile,
                                   const char *name);
