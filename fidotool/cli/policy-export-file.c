/* SPDX-License-Identifier: Apache-2.0 */
/* policy-export-file.c - the folder of exports. */
#include "fidotool/cli/policy-export-file.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/metadata-file.h"
#include "recovery/error.h"
#include "recovery/format/time.h"

#define SCHEMA "keyturn-export/1"
/* Longer than any export: texts grow when they are written as JSON. */
#define KEPT_MAX ((size_t)8 * RECOVERY_DRIFT_READ_MAX)

char *
fidotool_policy_export_file_default(void)
{
  const char *given = g_getenv("KEYTURN_DRIFT");

  if (given != NULL && *given != '\0')
    return g_strdup(given);
  return g_build_filename(g_get_user_data_dir(), "keyturn", "drift", NULL);
}

FidotoolJson *
fidotool_policy_export_file_new(const RecoveryDriftExport *export,
                                const char *date_from, int64_t now_s)
{
  FidotoolJson *kept = fidotool_json_new_object();
  FidotoolJson *files =
      fidotool_json_set(kept, "files", fidotool_json_new_array());

  fidotool_json_set_text(kept, "schema", SCHEMA);
  fidotool_json_set_text(kept, "system", export->system);
  fidotool_json_set_text(kept, "name", export->name);
  fidotool_json_set_text(kept, "date_from", date_from);
  fidotool_json_set_int(kept, "exported_at", export->exported_at);
  fidotool_json_set_int(kept, "imported_at", now_s);
  for (size_t i = 0; i < export->n_files; i++) {
    FidotoolJson *file =
        fidotool_json_append(files, fidotool_json_new_object());

    fidotool_json_set_text(file, "name", export->files[i].name);
    fidotool_json_set_text(file, "text", export->files[i].text);
  }
  return kept;
}

bool
fidotool_policy_export_file_write(const char *folder, const FidotoolJson *kept,
                                  GError **error)
{
  g_autofree char *name =
      g_strconcat(fidotool_json_get_text(kept, "name"), ".json", NULL);
  size_t len;
  g_autofree char *text = fidotool_json_write(kept, &len);

  /* How an organisation signs people in is nobody else's to read. */
  (void)g_mkdir_with_parents(folder, 0700); /* asked again below */
  return fidotool_metadata_file_make_folder(folder, error) &&
         fidotool_metadata_file_write(folder, name, text, len, error);
}

/* ---- reading ---- */

/* One that was taken in when the time of its file still counted has no date,
 * unless its files were a host's. */
static int64_t
read_date(const FidotoolJson *kept, const char *system)
{
  if (g_strcmp0(fidotool_json_get_text(kept, "date_from"), "file") != 0)
    return fidotool_json_get_int(kept, "exported_at", 0);
  return system != NULL && recovery_drift_read_is_host(system)
             ? fidotool_json_get_int(kept, "imported_at", 0)
             : 0;
}

static RecoveryDriftTable *
read_table(const FidotoolJson *kept, GError **error)
{
  const FidotoolJson *list = fidotool_json_get(kept, "files");
  const size_t n = fidotool_json_size(list);
  g_autofree RecoveryDriftFile *files = g_new0(RecoveryDriftFile, n + 1);
  RecoveryDriftExport export = {
      .system = fidotool_json_get_text(kept, "system"),
      .name = fidotool_json_get_text(kept, "name"),
      .exported_at = read_date(kept, fidotool_json_get_text(kept, "system")),
      .files = files,
      .n_files = n};
  bool whole = export.system != NULL && export.name != NULL && n > 0;

  for (size_t i = 0; i < n; i++) {
    const FidotoolJson *file = fidotool_json_at(list, i);

    files[i].name = fidotool_json_get_text(file, "name");
    files[i].text = fidotool_json_get_text(file, "text");
    whole = whole && files[i].name != NULL && files[i].text != NULL;
    files[i].len = files[i].text != NULL ? strlen(files[i].text) : 0;
  }
  if (whole && g_strcmp0(fidotool_json_get_text(kept, "schema"), SCHEMA) == 0)
    return recovery_drift_read(&export, error);
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                      "not an export that was imported");
  return NULL;
}

static FidotoolJson *
load_kept(const char *folder, const char *name, GError **error)
{
  GMappedFile *map = fidotool_metadata_file_map(folder, name, KEPT_MAX, error);
  FidotoolJson *kept;

  if (map == NULL)
    return NULL;
  kept = fidotool_json_parse(g_mapped_file_get_contents(map),
                             g_mapped_file_get_length(map), error);
  g_mapped_file_unref(map);
  return kept;
}

static RecoveryDriftTable *
read_kept(const char *folder, const char *name, GError **error)
{
  g_autoptr(FidotoolJson) kept = load_kept(folder, name, error);
  RecoveryDriftTable *table;

  table = kept != NULL ? read_table(kept, error) : NULL;
  if (table == NULL)
    g_prefix_error(error, "%s: ", name);
  return table;
}

static int
compare_names(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of the folder, by name; NULL where there is none. */
static GPtrArray *
list_folder(const char *folder)
{
  GDir *dir = g_dir_open(folder, 0, NULL);
  GPtrArray *names;
  const char *name;

  if (dir == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func(g_free);
  while ((name = g_dir_read_name(dir)) != NULL)
    if (g_str_has_suffix(name, ".json") && *name != '.')
      g_ptr_array_add(names, g_strdup(name));
  g_dir_close(dir);
  g_ptr_array_sort(names, compare_names);
  return names;
}

static void
set_time(FidotoolJson *row, const FidotoolJson *kept, const char *name)
{
  int64_t s = fidotool_json_get_int(kept, name, 0);
  g_autofree char *text = s > 0 ? recovery_time_write(s * 1000) : NULL;

  if (text != NULL)
    fidotool_json_set_text(row, name, text);
}

static void
describe(FidotoolJson *row, const FidotoolJson *kept)
{
  static const char *const names[] = {"name", "system", "date_from"};
  const FidotoolJson *files = fidotool_json_get(kept, "files");
  FidotoolJson *list;

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (fidotool_json_get_text(kept, names[i]) != NULL)
      fidotool_json_set_text(row, names[i],
                             fidotool_json_get_text(kept, names[i]));
  set_time(row, kept, "exported_at");
  set_time(row, kept, "imported_at");
  list = fidotool_json_set(row, "files", fidotool_json_new_array());
  for (size_t i = 0; i < fidotool_json_size(files); i++) {
    const char *text =
        fidotool_json_get_text(fidotool_json_at(files, i), "text");
    g_autofree char *hex =
        text == NULL ? NULL : fidotool_bytes_sha256_hex(text, strlen(text));

    if (hex != NULL)
      fidotool_json_append_text(list, hex);
  }
}

FidotoolJson *
fidotool_policy_export_file_list(const char *folder, GError **error)
{
  g_autoptr(GPtrArray) names = list_folder(folder);
  g_autoptr(FidotoolJson) list = fidotool_json_new_array();

  for (guint i = 0; names != NULL && i < names->len; i++) {
    g_autoptr(FidotoolJson) kept = load_kept(folder, names->pdata[i], error);

    if (kept == NULL)
      return NULL;
    describe(fidotool_json_append(list, fidotool_json_new_object()), kept);
  }
  return g_steal_pointer(&list);
}

GPtrArray *
fidotool_policy_export_file_read_all(const char *folder, GError **error)
{
  g_autoptr(GPtrArray) names = list_folder(folder);
  g_autoptr(GPtrArray) tables =
      g_ptr_array_new_with_free_func((GDestroyNotify)recovery_drift_table_free);

  if (names == NULL || names->len == 0) {
    g_set_error(
        error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
        "%s: no export was imported; see \"fidotool policy drift import "
        "--help\"",
        folder);
    return NULL;
  }
  if (!fidotool_metadata_file_check_folder(folder, error))
    return NULL;
  for (guint i = 0; i < names->len; i++) {
    RecoveryDriftTable *table = read_kept(folder, names->pdata[i], error);

    if (table == NULL) {
      if (error != NULL && *error == NULL)
        g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_NOT_FOUND,
                    "%s: it is gone", (const char *)names->pdata[i]);
      return NULL;
    }
    g_ptr_array_add(tables, table);
  }
  return g_steal_pointer(&tables);
}
