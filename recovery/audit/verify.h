/* SPDX-License-Identifier: Apache-2.0 */
/* verify.h - the whole judgement of a bundle; the same rules as verify.py. */
#pragma once

#include "recovery/audit/bag.h"
#include "recovery/audit/trust.h"
#include "recovery/audit/verdict.h"

/* A head of the record that was kept outside: receipt, notice, witness. */
typedef struct {
  uint64_t size;
  char root[65]; /* hex */
} RecoveryVerifyAnchor;

/* "SIZE:ROOT". errors  RECOVERY_ERROR_USAGE */
bool recovery_verify_read_anchor(const char *text,
                                 RecoveryVerifyAnchor *ret_anchor,
                                 GError **error);

/*
 * Judges a bundle. fast: the first tampering ends it; the code is the same.
 * No clock is read and nothing is written.
 * returns  the verdict, freed with recovery_verdict_free()
 */
RecoveryVerdict *recovery_verify_bag(const RecoveryBag *bag,
                                     const RecoveryTrust *trust,
                                     const RecoveryVerifyAnchor *anchors,
                                     size_t count, bool fast);
