/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-peek.h - of which model a registration says it is, before anything
 * of it is judged: to look its metadata up. A claim, no more. */
#pragma once

#include "fidotool/json.h"
#include "fidotool/judge/certificate.h"

typedef struct {
  GBytes *object; /* the attestation object, decoded */
  uint8_t aaguid[16];
  FidotoolSlice x5c[FIDOTOOL_CERTIFICATE_MAX_COUNT]; /* of object */
  size_t count;
} FidotoolMetadataPeek;

/*
 * Looks into a RegistrationResponseJSON, or an object with `attestationObject`
 * alone.
 *
 * ret_peek  to be cleared in every case
 * returns   false where no model can be read
 */
bool fidotool_metadata_peek_look(const FidotoolJson *response,
                                 FidotoolMetadataPeek *ret_peek);
void fidotool_metadata_peek_clear(FidotoolMetadataPeek *peek);
