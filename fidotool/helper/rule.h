/* SPDX-License-Identifier: Apache-2.0 */
/* rule.h - what keyhelper does for whom: on a station the relying parties of a
 * root-owned file; for our own RP ID a statement, never a hash. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"
#include "recovery/format/sshsig.h"

typedef struct {
  bool station;
  char **rp_ids; /* served on this station; NULL off one */
  /* Those of them that may learn which key it is; NULL off a station, or where
   * there is none. */
  char **enterprise_rp_ids;
  /* Who signs plans (fidotool/helper/plan.h). */
  bool has_plan_key;
  RecoverySshsigKey plan_key;
} FidotoolRule;

/* The rule of a desktop, of practice and of tests: every RP ID. */
FidotoolRule *fidotool_rule_new(void);

/*
 * The rule of a station, from its file: a key file with group "keyhelper" and
 * the list "rp_ids", and "enterprise_rp_ids" where there are such, and
 * "plan_key", recoveryd's public key for plans, without which there are none.
 * The file must belong to root and be writable by root alone; check_owner false
 * is for tests. errors  FIDOTOOL_ERROR_FAILED
 */
FidotoolRule *fidotool_rule_read(const char *path, bool check_owner,
                                 GError **error);
void fidotool_rule_free(FidotoolRule *rule);

/* True for the RP IDs under which staff sign: "keyturn:..." and
 * "keyturn-practice:...". */
bool fidotool_rule_is_own(const char *rp_id);

/*
 * May this request be served? Decided before a key is opened.
 * now_ms  since 1970-01-01 UTC
 * errors  FIDOTOOL_ERROR_POLICY, FIDOTOOL_ERROR_USAGE (no such job)
 */
bool fidotool_rule_check(const FidotoolRule *rule, const FidotoolJson *request,
                         int64_t now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolRule, fidotool_rule_free)
