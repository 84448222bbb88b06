/* SPDX-License-Identifier: Apache-2.0 */
/* drift-read.c - the table of adapters, and what all exports have to be. */
#include "recovery/policy/drift/drift-read.h"

#include <string.h>

#include "recovery/error.h"
#include "recovery/policy/drift/drift-adapter.h"

/* clang-format off */
static const struct {
  const char *system;
  bool host;
  void (*read)(RecoveryDriftReader *reader, const RecoveryDriftExport *export);
} adapters[] = {
  { "entra",    false, recovery_drift_entra_read },
  { "okta",     false, recovery_drift_okta_read },
  { "keycloak", false, recovery_drift_keycloak_read },
  { "sshd",     true,  recovery_drift_sshd_read },
  { "pam",      true,  recovery_drift_pam_read },
  { "csv",      false, recovery_drift_csv_read },
};
/* clang-format on */

const char *
recovery_drift_read_systems(void)
{
  return "entra, okta, keycloak, sshd, pam, csv";
}

static size_t
find_adapter(const char *system)
{
  size_t i = 0;

  while (i < G_N_ELEMENTS(adapters) && strcmp(adapters[i].system, system) != 0)
    i++;
  return i;
}

bool
recovery_drift_read_knows(const char *system)
{
  return find_adapter(system) < G_N_ELEMENTS(adapters);
}

static bool
check_files(const RecoveryDriftExport *export, GError **error)
{
  size_t total = 0;

  if (export->n_files == 0 || export->n_files > RECOVERY_DRIFT_READ_FILES) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "an export has between 1 and %d files",
                RECOVERY_DRIFT_READ_FILES);
    return false;
  }
  for (size_t i = 0; i < export->n_files; i++) {
    const RecoveryDriftFile *file = &export->files[i];

    total += file->len;
    if (total > RECOVERY_DRIFT_READ_MAX) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                  "%s: the export is larger than %d MiB", file->name,
                  RECOVERY_DRIFT_READ_MAX / 1024 / 1024);
      return false;
    }
    if (!g_utf8_validate_len(file->text, file->len, NULL)) {
      g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                  "%s: not UTF-8 text", file->name);
      return false;
    }
  }
  return true;
}

bool
recovery_drift_read_is_host(const char *system)
{
  const size_t i = find_adapter(system);

  return i < G_N_ELEMENTS(adapters) && adapters[i].host;
}

GPtrArray *
recovery_drift_read_trees(RecoveryDriftReader *reader,
                          const RecoveryDriftExport *export)
{
  g_autoptr(GPtrArray) trees =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_json_free);

  for (size_t i = 0; i < export->n_files; i++) {
    const RecoveryDriftFile *file = &export->files[i];
    FidotoolJson *tree =
        fidotool_json_parse(file->text, file->len, &reader->error);

    if (tree == NULL) {
      g_prefix_error(&reader->error, "%s: ", file->name);
      return NULL;
    }
    g_ptr_array_add(trees, tree);
  }
  return g_steal_pointer(&trees);
}

RecoveryDriftTable *
recovery_drift_read(const RecoveryDriftExport *export, GError **error)
{
  const size_t i = find_adapter(export->system);
  g_autoptr(RecoveryDriftTable) table = NULL;
  RecoveryDriftReader reader = {0};

  if (i == G_N_ELEMENTS(adapters)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
                "there is no adapter for \"%s\"; there are: %s", export->system,
                recovery_drift_read_systems());
    return NULL;
  }
  if (!check_files(export, error))
    return NULL;
  table = recovery_drift_table_new(adapters[i].system, export->name);
  table->exported_at = export->exported_at;
  reader.table = table;
  reader.file = export->files[0].name;
  adapters[i].read(&reader, export);
  recovery_drift_reader_enter(&reader, NULL);
  if (reader.error != NULL) {
    g_propagate_error(error, reader.error);
    return NULL;
  }
  return g_steal_pointer(&table);
}
