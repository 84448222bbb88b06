/* SPDX-License-Identifier: Apache-2.0 */
/* drift-report.h - tables and differences as JSON and as CSV. In CSV a cell
 * that a spreadsheet would take for a formula begins with an apostrophe. */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/drift/drift-compare.h"

/* Rows of a table that are written; more are left out, and that is said. */
#define RECOVERY_DRIFT_REPORT_ROWS 10000

/* One export: system, name, date, rows, unmapped, notes. Free with
 * fidotool_json_free(). */
FidotoolJson *recovery_drift_report_table(const RecoveryDriftTable *table);
/* Its rows alone: rule, journey, population, app, way, method, uv, be,
 * attested, aaguids, max_age_s. From what recovery_drift_report_table()
 * returned. Free with g_free(). */
char *recovery_drift_report_table_csv(const FidotoolJson *table);

FidotoolJson *recovery_drift_report(const RecoveryDriftDifferences *differences,
                                    const RecoveryDocument *policy,
                                    const GPtrArray *tables);
char *recovery_drift_report_csv(const RecoveryDriftDifferences *differences);
