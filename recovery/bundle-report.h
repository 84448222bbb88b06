/* SPDX-License-Identifier: Apache-2.0 */
/* bundle-report.h - what an exporter adds to a bundle: how other systems differ
 * from the policy and the register. It is their own word, which they sign with
 * the manifest, and no part of the record. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define RECOVERY_BUNDLE_REPORT_SCHEMA "keyturn-drift-report/1"
/* Reports of one bundle, and all of them together as text. */
#define RECOVERY_BUNDLE_REPORT_COUNT 16
#define RECOVERY_BUNDLE_REPORT_MAX (192 * 1024)

/*
 * Adds them to the files of a bundle, as data/reports/NAME in one form of JSON.
 *
 * text    [{"name":"drift-policy.json","report":{"schema",..}},..]
 * errors  RECOVERY_ERROR_USAGE: another name or schema, or a member that no
 *         report has: names of persons and of accounts are in none
 */
bool recovery_bundle_report_add(GPtrArray *files, const char *text,
                                GError **error);
