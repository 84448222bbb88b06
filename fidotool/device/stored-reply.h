/* SPDX-License-Identifier: Apache-2.0 */
/* stored-reply.h - the key's answers to credential management, read. */
#pragma once

#include "fidotool/device/stored.h"

/* errors  FIDOTOOL_ERROR_INVALID, for all three. A total that is not in the
 * reply is -1. */
bool fidotool_stored_reply_counts(GBytes *reply, int *ret_existing,
                                  int *ret_remaining, GError **error);
FidotoolStoredRp *fidotool_stored_reply_rp(GBytes *reply, int64_t *ret_total,
                                           GError **error);
FidotoolStoredCredential *fidotool_stored_reply_credential(GBytes *reply,
                                                           int64_t *ret_total,
                                                           GError **error);
/* The total alone: a key that holds nothing may answer so. */
int64_t fidotool_stored_reply_total(GBytes *reply, int64_t member);

void fidotool_stored_reply_rp_free(FidotoolStoredRp *rp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolStoredRp, fidotool_stored_reply_rp_free)
