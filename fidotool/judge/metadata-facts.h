/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-facts.h - what the metadata of a model add to a verdict: the check
 * R20, and how the model stood then and stands now. */
#pragma once

#include "fidotool/judge/metadata-peek.h"
#include "fidotool/judge/metadata-status.h"
#include "fidotool/judge/verdict.h"

/*
 * Adds to the verdict of a registration what `metadata` of the request says:
 *
 *   entry        of the model, as the BLOB has it; null: it has none
 *   no           the BLOB's number, or missing (an own file of anchors)
 *   next_update  a date, or missing
 *   now          seconds UTC: the time that "now" means
 *
 * at       the time of the ceremony, seconds UTC
 * returns  false and error where the entry is of another model, or a member is
 *          missing
 * errors   FIDOTOOL_ERROR_INVALID
 */
bool fidotool_metadata_facts_add(FidotoolVerdict *verdict,
                                 const FidotoolJson *metadata,
                                 const FidotoolJson *response, int64_t at,
                                 GError **error);

/* A model's facts at two times, as they stand in a verdict. */
FidotoolJson *fidotool_metadata_facts_json(const FidotoolJson *metadata,
                                           int64_t at,
                                           const FidotoolSlice *chain,
                                           size_t count);
