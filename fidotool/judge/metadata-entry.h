/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-entry.h - one model of a BLOB: what it is called, who vouches for
 * it, how it stands. Entries are JSON from outside; nothing in one is taken
 * for granted. */
#pragma once

#include "fidotool/judge/chain.h"
#include "fidotool/judge/metadata-status.h"

#define FIDOTOOL_METADATA_ENTRY_KEY_ID 20

/* The AAGUID that the entry is for: false where it has none. */
bool fidotool_metadata_entry_aaguid(const FidotoolJson *entry,
                                    uint8_t ret_aaguid[16]);
/* UUID text in any case, with or without hyphens, as BLOBs write it. */
bool fidotool_metadata_entry_read_aaguid(const char *text,
                                         uint8_t ret_aaguid[16]);

/* True where one of the entry's attestationCertificateKeyIdentifiers is this
 * (models of before FIDO2). */
bool fidotool_metadata_entry_has_key_id(
    const FidotoolJson *entry,
    const uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID]);

/* The key identifier of a certificate in DER: SHA-1 of its public key's bits
 * (RFC 5280, 4.2.1.2). A name, not a proof. */
bool fidotool_metadata_entry_key_id(
    FidotoolSlice der, uint8_t ret_key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID]);

/* What people call it; "" where the entry does not say. */
const char *fidotool_metadata_entry_name(const FidotoolJson *entry);

/* Adds the attestationRootCertificates; those that cannot be read are left
 * out. returns how many were added */
size_t fidotool_metadata_entry_anchors(const FidotoolJson *entry,
                                       FidotoolAnchors *anchors);

/* The entry's standing; arguments as for fidotool_metadata_status_judge(). */
FidotoolMetadataStanding *
fidotool_metadata_entry_standing(const FidotoolJson *entry, int64_t at,
                                 const FidotoolSlice *chain, size_t count);
