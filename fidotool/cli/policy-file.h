/* SPDX-License-Identifier: Apache-2.0 */
/* policy-file.h - the policy of a FILE, without a station. */
#pragma once

#include <glib.h>

#include "recovery/policy/document.h"

/* A policy as it came, from a FILE or a station (policy-station.h). */
typedef struct {
  char *name; /* the FILE, or the policy's own name */
  char *text;
  size_t len;
  bool practice; /* it is for practice, and may do what such a one may */
  int64_t version; /* of a station's; 0: a FILE */
} FidotoolPolicyText;
void fidotool_policy_file_text_clear(FidotoolPolicyText *policy);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FidotoolPolicyText,
                                 fidotool_policy_file_text_clear)

/*
 * Reads FILE and looks it over as lint does.
 *
 * problems  what is wrong with it, and warnings
 * returns   the document; NULL where it has an error, and with error set where
 *           the file could not be read at all
 * errors    FIDOTOOL_ERROR_USAGE
 */
RecoveryDocument *fidotool_policy_file_read(const char *path,
                                            RecoveryProblems *problems,
                                            GError **error);

/*
 * The same for who can do nothing with a policy that has an error.
 *
 * errors  FIDOTOOL_ERROR_USAGE; RECOVERY_ERROR_REFUSED, with all that is wrong
 */
RecoveryDocument *fidotool_policy_file_need(const char *path, GError **error);
RecoveryDocument *
fidotool_policy_file_need_text(const FidotoolPolicyText *policy,
                               GError **error);
/* The same for what is only tried: it may be one of a practice station. */
RecoveryDocument *fidotool_policy_file_draft(const char *path, GError **error);
/* What an option says: "2026-11-01", or a time in whole seconds; NULL: now.
 * errors  FIDOTOOL_ERROR_USAGE */
bool fidotool_policy_file_time(const char *option, const char *text,
                               int64_t *ret_s, GError **error);
