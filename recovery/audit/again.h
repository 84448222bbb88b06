/* SPDX-License-Identifier: Apache-2.0 */
/* again.h - a judgement out of a bundle, as it can be asked for once more: the
 * same registration, options, anchors, metadata, lists and time. Nothing of it
 * is judged here. */
#pragma once

#include "recovery/audit/bag.h"

typedef struct {
  int64_t seq; /* of the entry that names it */
  char *act;
  char *registration; /* digest */
  char *at;           /* the time for which it was judged */
  char *judge;        /* build of the judge that did; NULL: not told */
  GBytes *pack;       /* what that judge knew (fidotool/pack.h) */
  char *request;      /* as in fidotool/judge/request.h */
  char *result;       /* what it said: the text of its `result` */
} RecoveryAgain;

/*
 * Every judgement of a case (its id), or of one registration of staff (its
 * digest), in the order of the entries.
 * returns  an array, with a function that frees its items; NULL and error
 * errors   RECOVERY_ERROR_NOT_FOUND: no entry is about it;
 *          RECOVERY_ERROR_INCOMPLETE: an entry does not say what it was judged
 *          by, or a part is not there; RECOVERY_ERROR_INVALID
 */
GPtrArray *recovery_again_find(const RecoveryBag *bag, const char *what,
                               GError **error);
