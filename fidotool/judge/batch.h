/* SPDX-License-Identifier: Apache-2.0 */
/* batch.h - many saved ceremonies (saved.h) held against the same
 * expectations and anchors, one after another: what `fidotool verify` asks of
 * the judge worker, for one file as for a million lines. */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "fidotool/judge/cbor.h"

typedef struct FidotoolBatch FidotoolBatch;

/*
 * Begins with one object:
 *
 *   ceremony      "registration" or "assertion"
 *   given         what wins over the options of each (saved.h); may be missing
 *   anchors, crls, at  as in request.h; for an assertion, of its registration
 *   metadata      as in request.h; registrations
 *   registration  assertions: the text of the saved registration of their
 *                 credential, which is judged first and must be good; without
 *                 it each assertion brings its credential
 *
 * index    of the metadata (request.h); {NULL, 0} where there is none
 * returns  the batch, freed with fidotool_batch_free(); NULL and error
 * errors   FIDOTOOL_ERROR_USAGE, FIDOTOOL_ERROR_INVALID,
 *          FIDOTOOL_ERROR_NOT_TRUSTED: nobody vouches for the registration
 */
FidotoolBatch *fidotool_batch_new(const char *json, size_t len,
                                  FidotoolSlice index, GError **error);
void fidotool_batch_free(FidotoolBatch *batch);

/*
 * Judges one.
 *
 * returns  two digits and a JSON object, on one line without its end:
 *          `00{"result":{...}}` as fidotool prints it, or
 *          `02{"error":{"message":...}}`. The digits are the exit code: 00
 *          good, 19 invalid, 20 anchors were given and none vouches, 21 a check
 *          for the policy failed; or the FidotoolError of what was not
 *          understood. Never NULL; valid until the next call.
 * ret_len  may be NULL
 */
const char *fidotool_batch_judge(FidotoolBatch *batch, const char *text,
                                 size_t len, size_t *ret_len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolBatch, fidotool_batch_free)
