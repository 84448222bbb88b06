/* SPDX-License-Identifier: Apache-2.0 */
/* policy-report-file.h - differences that "policy drift" found, as a report
 * that an auditor puts into a bundle. It names no account and no rule of the
 * other system: who has the export, whose digest is in it, can look those up.
 */
#pragma once

#include "fidotool/json.h"

/*
 * Of exports against a policy.
 *
 * found    what recovery_drift_report() returned
 * exports  fidotool_policy_export_file_list(), taken
 * policy, map  the files that it was found by; map may be NULL
 */
FidotoolJson *fidotool_policy_report_file_policy(const FidotoolJson *found,
                                                 FidotoolJson *exports,
                                                 const char *policy,
                                                 const char *map,
                                                 GError **error);
/* Of credentials against a register; list: the file. */
FidotoolJson *fidotool_policy_report_file_keys(const FidotoolJson *found,
                                               const char *list,
                                               GError **error);
/* Writes a report, which is taken, to a file that is private to its owner. */
bool fidotool_policy_report_file_write(const char *path, FidotoolJson *report,
                                       GError **error);
/* The member "reports" of export.made, out of files; free with g_free(). */
char *fidotool_policy_report_file_collect(char **paths, GError **error);
