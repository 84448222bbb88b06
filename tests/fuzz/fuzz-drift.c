/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-drift.c - the bytes as an export: the first says of which system. Of PAM
 * a form feed parts two files. */
#include <string.h>

#include "recovery/policy/drift/drift-read.h"
#include "recovery/policy/drift/drift-report.h"
#include "tests/fuzz/fuzz.h"

static const char *const systems[] = {"entra", "okta", "keycloak",
                                      "sshd",  "pam",  "csv"};

/* What was read can be written, and every cell of it found. */
static void
use_table(const RecoveryDriftTable *table)
{
  g_autoptr(FidotoolJson) json = recovery_drift_report_table(table);
  g_autofree char *text = fidotool_json_write(json, NULL);
  g_autofree char *csv = recovery_drift_report_table_csv(json);

  g_assert(g_utf8_validate(text, -1, NULL));
  g_assert(g_utf8_validate(csv, -1, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  const char *text = (const char *)data + 1;
  const char *parted;
  RecoveryDriftFile files[2] = {{"first", text, 0}, {"common-auth", NULL, 0}};
  RecoveryDriftExport export = {.name = "x", .files = files, .n_files = 1};
  g_autoptr(RecoveryDriftTable) table = NULL;
  g_autoptr(GError) error = NULL;

  if (len < 1)
    return 0;
  files[0].len = len - 1;
  export.system = systems[data[0] % G_N_ELEMENTS(systems)];
  parted = memchr(text, '\f', len - 1);
  if (parted != NULL) {
    files[0].len = (size_t)(parted - text);
    files[1].text = parted + 1;
    files[1].len = len - 1 - files[0].len - 1;
    export.n_files = 2;
  }
  table = recovery_drift_read(&export, &error);
  g_assert((table == NULL) == (error != NULL));
  if (table == NULL)
    return 0;
  use_table(table);
  fuzz_accepted(data, len);
  return 0;
}
