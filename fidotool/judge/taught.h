/* SPDX-License-Identifier: Apache-2.0 */
/* taught.h - what a judge knows beside its requests, out of a pack
 * (fidotool/pack.h): a BLOB that is judged anew here, revocation lists, own
 * anchors and advisories. */
#pragma once

#include "fidotool/advisory/advisory.h"
#include "fidotool/judge/metadata-index.h"
#include "fidotool/judge/verdict.h"

typedef struct {
  FidotoolJson *crls;             /* array of base64 */
  FidotoolJson *metadata;         /* no, next_update, own; NULL: none of them */
  GBytes *index;                  /* of the BLOB; NULL without one */
  FidotoolAdvisories *advisories; /* NULL without any */
} FidotoolTaught;

/*
 * Reads a pack, everything in it strictly.
 *
 * ret_said  what is in it, for those who cannot read it: crls, own, advisories
 *           (counts), and of a BLOB no, next_update, overdue, signer, entries;
 *           freed with fidotool_json_free()
 * returns   what it teaches, freed with fidotool_taught_free(); NULL and error
 * errors    FIDOTOOL_ERROR_INVALID: a part of it is not what it should be;
 *           FIDOTOOL_ERROR_NOT_TRUSTED: the BLOB is nobody's whom the roots
 *           vouch for, or older than the one known
 */
FidotoolTaught *fidotool_taught_read(GBytes *pack, FidotoolJson **ret_said,
                                     GError **error);
void fidotool_taught_free(FidotoolTaught *taught);

/* The advisories that name the verdict's model, as an array of {id, status,
 * title}; freed with fidotool_json_free(). firmware: -1 where it is not said.
 */
FidotoolJson *fidotool_taught_advise(const FidotoolTaught *taught,
                                     const FidotoolVerdict *verdict,
                                     int64_t firmware);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolTaught, fidotool_taught_free)
