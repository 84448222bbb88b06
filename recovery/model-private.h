/* SPDX-License-Identifier: Apache-2.0 */
/* model-private.h - what the files of the model share. */
#pragma once

#include "recovery/model.h"

/* Sets error; false. */
bool recovery_model_damaged(GError **error, const FidotoolJson *entry,
                            const char *what);
/* The bytes behind a digest of an entry, which must be there. */
bool recovery_model_load_object(RecoveryModel *model, const FidotoolJson *entry,
                                const char *field, uint8_t ret_digest[32],
                                GBytes **ret_body, GError **error);
bool recovery_model_take_roster(RecoveryModel *model, const FidotoolJson *entry,
                                GError **error);
bool recovery_model_take_policy(RecoveryModel *model, const FidotoolJson *entry,
                                const char *field, GError **error);

bool recovery_model_take_trust(RecoveryModel *model, const FidotoolJson *entry,
                               GError **error);

/* --- model-change.c ---------------------------------------------------------
 */

/* What two signatures have in common: the object, or the case. */
const char *recovery_model_about(const FidotoolJson *entry);
/* The first of two signatures. */
bool recovery_model_propose(RecoveryModel *model, const FidotoolJson *entry,
                            GError **error);
void recovery_model_drop_proposed(RecoveryModel *model, const char *act,
                                  const char *what);
bool recovery_model_is_change(const char *act);
/* A draft is tried; it takes the place of the one before. */
bool recovery_model_take_try(RecoveryModel *model, const FidotoolJson *entry,
                             GError **error);
bool recovery_model_add_change(RecoveryModel *model, const FidotoolJson *entry);
/* It takes effect, or not. */
bool recovery_model_end_change(RecoveryModel *model, const FidotoolJson *entry,
                               bool effect, GError **error);

/* --- model-exception.c ------------------------------------------------------
 */

GPtrArray *recovery_model_exceptions_new(void);
/* exception.grant, exception.review and exception.end. */
bool recovery_model_apply_exception(RecoveryModel *model,
                                    const FidotoolJson *entry, GError **error);
/* Counts what an entry says it rests on. */
void recovery_model_count_exceptions(RecoveryModel *model,
                                     const FidotoolJson *entry);
/* --- model-consent.c --------------------------------------------------------
 */

GPtrArray *recovery_model_consents_new(void);
/* decision.approve. */
bool recovery_model_apply_consent(RecoveryModel *model,
                                  const FidotoolJson *entry, GError **error);
/* Those that an allow names are used up. */
bool recovery_model_use_consents(RecoveryModel *model,
                                 const FidotoolJson *entry, GError **error);
/* --- model-weaker.c ---------------------------------------------------------
 */

void recovery_model_weaker_note(RecoveryModel *model,
                                const FidotoolJson *entry);

/* --- model-project.c --------------------------------------------------------
 */

/* What the entry changed, into the store's lists. */
bool recovery_model_project(RecoveryModel *model, const FidotoolJson *entry,
                            const char *act, GError **error);
