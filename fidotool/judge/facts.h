/* SPDX-License-Identifier: Apache-2.0 */
/* facts.h - everything a policy may ask about a registration, in one value,
 * and for each fact where it comes from. */
#pragma once

#include "fidotool/judge/verdict.h"

/*
 * The facts of a judged registration, as JSON text with members in the order
 * of their names, each {"source","value"}:
 *
 *   attested       the statement is valid and an anchor vouches for who made it
 *   self-reported  the key, or who speaks for it, says so and nobody else
 *   unknown        nobody said so; value is left out. So is every fact of a
 *                  statement that is not valid
 *
 *   aaguid, alg, attestation, be, bs, certification, certification_now,
 *   firmware, format, key_protection, model, serial, statuses, statuses_now,
 *   transports, u2f_only, uv
 *
 * What the metadata say of a model is as sure as the AAGUID, and that is
 * attested where the certificate names it, or the anchor is the model's own.
 * certification and statuses are those of the time of the ceremony, with _now
 * those of now.
 *
 * response  RegistrationResponseJSON; its transports are the client's word
 * info      what the key's getInfo said (`firmware_version`), or NULL
 * returns   free with g_free()
 */
char *fidotool_facts_write(const FidotoolVerdict *verdict,
                           const FidotoolJson *response,
                           const FidotoolJson *info);
