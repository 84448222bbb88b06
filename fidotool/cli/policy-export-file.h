/* SPDX-License-Identifier: Apache-2.0 */
/* policy-export-file.h - exports of other systems, kept in a folder between
 * runs: NAME.json each, with the files as they were given. */
#pragma once

#include "fidotool/cli/cmd.h"
#include "recovery/policy/drift/drift-read.h"

/* $KEYTURN_DRIFT, or a folder of the user's own; free with g_free(). */
char *fidotool_policy_export_file_default(void);

/* What is kept of one import: {schema, system, name, exported_at, date_from,
 * imported_at, files: [{name, text}]}. */
FidotoolJson *fidotool_policy_export_file_new(const RecoveryDriftExport *export,
                                              const char *date_from,
                                              int64_t now_s);
bool fidotool_policy_export_file_write(const char *folder,
                                       const FidotoolJson *kept,
                                       GError **error);

/* What the exports in the folder are, by name: [{"name","system","date_from",
 * "exported_at"?,"imported_at","files":[SHA-256 in hex]}]. NULL and error as
 * below. */
FidotoolJson *fidotool_policy_export_file_list(const char *folder,
                                               GError **error);

/* The tables of all exports in the folder, by name (RecoveryDriftTable); freed
 * with g_ptr_array_unref(). NULL and error where one cannot be read. */
GPtrArray *fidotool_policy_export_file_read_all(const char *folder,
                                                GError **error);
