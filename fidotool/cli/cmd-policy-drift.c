/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-drift.c - fidotool policy drift import, policy drift: what other
 * systems enforce, from files that they exported, held against the policy. */
#include <stdio.h>
#include <string.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/policy-export-file.h"
#include "fidotool/cli/policy-input.h"
#include "fidotool/cli/policy-report-file.h"
#include "fidotool/cli/verb.h"
#include "recovery/format/time.h"
#include "recovery/policy/drift/drift-report.h"

#define OLD_AFTER_D 30
#define OLD_AFTER_MAX_D 3650
#define SECOND_US INT64_C(1000000)

static int64_t
now_s(void)
{
  return g_get_real_time() / SECOND_US;
}

static char *
find_folder(const char *given)
{
  return given != NULL ? g_strdup(given)
                       : fidotool_policy_export_file_default();
}

/* ---- policy drift import ---- */

typedef struct {
  char *system, *name, *at, *folder;
  gboolean csv;
  const char *date_from;
} Import;

static void
clear_import(Import *import)
{
  g_free(import->system);
  g_free(import->name);
  g_free(import->at);
  g_free(import->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, clear_import)

/* What the files are, and their texts. */
typedef struct {
  RecoveryDriftExport export;
  GArray *files; /* RecoveryDriftFile; name and text owned */
} Given;

static void
clear_file(void *data)
{
  RecoveryDriftFile *file = data;

  g_free((char *)file->name);
  g_free((char *)file->text);
}

static void
clear_given(Given *given)
{
  g_clear_pointer(&given->files, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, clear_given)

/* The name of an export is a file's, too. */
static bool
check_name(const char *name, GError **error)
{
  bool good = g_ascii_isalnum(*name) && strlen(name) <= 64;

  for (const char *p = name; *p; p++)
    good = good && (g_ascii_isalnum(*p) || strchr("._-", *p) != NULL);
  if (!good)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "--as: letters, digits and \"._-\" were expected, 64 at most");
  return good;
}

/* A time of a file says nothing: a copy is new, and a host's file is old for as
 * long as nobody changes it. Files of a host are what holds there now; when an
 * answer of a directory was asked for only who asked can say. */
static bool
find_date(Import *import, int64_t *ret_at, GError **error)
{
  g_autofree char *written = NULL;
  int64_t ms;

  if (import->at == NULL) {
    const bool host = recovery_drift_read_is_host(import->system);

    *ret_at = host ? now_s() : 0;
    import->date_from = host ? "import" : "unknown";
    return true;
  }
  import->date_from = "given";
  written = fidotool_verb_time(import->at, error);
  if (written == NULL)
    return false;
  if (!recovery_time_read(written, &ms)) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "--exported-at: a year from 1970 on was expected");
    return false;
  }
  *ret_at = ms / 1000;
  return true;
}

static bool
read_files(int argc, char **argv, Given *given, GError **error)
{
  if (argc < 2 || argc - 1 > RECOVERY_DRIFT_READ_FILES) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                argc < 2 ? "FILE is missing" : "at most %d files are taken",
                RECOVERY_DRIFT_READ_FILES);
    return false;
  }
  given->files = g_array_new(FALSE, FALSE, sizeof(RecoveryDriftFile));
  g_array_set_clear_func(given->files, clear_file);
  for (int i = 1; i < argc; i++) {
    size_t len;
    char *text =
        fidotool_cmd_read_file(argv[i], RECOVERY_DRIFT_READ_MAX, &len, error);
    RecoveryDriftFile file = {NULL, text, len};

    if (text == NULL)
      return false;
    file.name = g_path_get_basename(argv[i]);
    g_array_append_val(given->files, file);
  }
  given->export.files = (const RecoveryDriftFile *)given->files->data;
  given->export.n_files = given->files->len;
  return true;
}

static bool
check_system(const Import *import, GError **error)
{
  if (import->system != NULL && recovery_drift_read_knows(import->system))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "--from is one of %s", recovery_drift_read_systems());
  return false;
}

/* The files as a table; NULL and error. */
static RecoveryDriftTable *
read_export(Import *import, int argc, char **argv, Given *given, GError **error)
{
  if (!check_system(import, error))
    return NULL;
  given->export.system = import->system;
  given->export.name = import->name != NULL ? import->name : import->system;
  if (!check_name(given->export.name, error) ||
      !find_date(import, &given->export.exported_at, error) ||
      !read_files(argc, argv, given, error))
    return NULL;
  return recovery_drift_read(&given->export, error);
}

static void
print_line(const char *head, const char *text)
{
  g_autofree char *shown = fidotool_cmd_printable(text);

  printf("%s%s\n", head, shown);
}

static void
print_table(const FidotoolJson *json)
{
  const FidotoolJson *rows = fidotool_json_get(json, "rows");
  const FidotoolJson *unmapped = fidotool_json_get(json, "unmapped");
  const FidotoolJson *notes = fidotool_json_get(json, "notes");
  const char *date = fidotool_json_get_text(json, "exported_at");

  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const FidotoolJson *row = fidotool_json_at(rows, i);
    const FidotoolJson *accept = fidotool_json_get(row, "accept");
    const FidotoolJson *unknown = fidotool_json_get(row, "unknown");
    g_autoptr(GString) line = g_string_new(NULL);

    g_string_append_printf(
        line, "%s, %s, %s:", fidotool_json_get_text(row, "journey"),
        fidotool_json_get_text(row, "population"),
        fidotool_json_get_text(row, "app"));
    for (size_t k = 0; k < fidotool_json_size(accept); k++)
      g_string_append_printf(
          line, " %s",
          fidotool_json_get_text(fidotool_json_at(accept, k), "way"));
    for (size_t k = 0; k < fidotool_json_size(unknown); k++)
      g_string_append_printf(line, " unknown (%s)",
                             fidotool_json_text(fidotool_json_at(unknown, k)));
    if (fidotool_json_size(accept) + fidotool_json_size(unknown) == 0)
      g_string_append(line, " nobody gets in");
    print_line("", line->str);
  }
  for (size_t i = 0; i < fidotool_json_size(unmapped); i++) {
    const FidotoolJson *row = fidotool_json_at(unmapped, i);
    g_autofree char *line =
        g_strdup_printf("%s: %s", fidotool_json_get_text(row, "name"),
                        fidotool_json_get_text(row, "why"));

    print_line("not in the table: ", line);
  }
  for (size_t i = 0; i < fidotool_json_size(notes); i++)
    print_line("note: ", fidotool_json_text(fidotool_json_at(notes, i)));
  printf("Exported %s; %zu rows, %zu not in the table.\n",
         date != NULL ? date
                      : "at a time that is not known (--exported-at says it)",
         fidotool_json_size(rows), fidotool_json_size(unmapped));
}

static bool
keep_export(const Import *import, const Given *given, GError **error)
{
  g_autofree char *folder = find_folder(import->folder);
  g_autoptr(FidotoolJson) kept = fidotool_policy_export_file_new(
      &given->export, import->date_from, now_s());

  return fidotool_policy_export_file_write(folder, kept, error);
}

int
fidotool_cmd_policy_drift_import(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Import) import = {0};
  g_auto(Given) given = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryDriftTable) table = NULL;
  FidotoolJson *result;
  const GOptionEntry own[] = {
      {"from", 0, 0, G_OPTION_ARG_STRING, &import.system,
       "entra, okta, keycloak, sshd, pam or csv", "SYSTEM"},
      {"as", 0, 0, G_OPTION_ARG_STRING, &import.name,
       "a name for this export; one before of the same name is replaced",
       "NAME"},
      {"exported-at", 0, 0, G_OPTION_ARG_STRING, &import.at,
       "when it was exported; a host's files: else now", "TIME"},
      {"folder", 0, 0, G_OPTION_ARG_FILENAME, &import.folder,
       "where it is kept (or KEYTURN_DRIFT)", "DIR"},
      {"csv", 0, 0, G_OPTION_ARG_NONE, &import.csv, "print the table as CSV",
       NULL},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          "Reads what another system exported, prints it as a table, and keeps "
          "it for\n\"fidotool policy drift\". Files of one export are given "
          "together. What cannot be put\ninto the table is listed by its "
          "name, and never guessed. Nothing is asked of that\nsystem.\n\n"
          "Example:\n  fidotool policy drift import --from entra "
          "--exported-at 2026-11-20\n    policies.json strengths.json "
          "methods.json authorization.json",
          &argc, &argv, &error))
    table = read_export(&import, argc, argv, &given, &error);
  if (table == NULL || !keep_export(&import, &given, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  result = recovery_drift_report_table(table);
  fidotool_json_set_text(result, "date_from", import.date_from);
  if (!cmd->json && import.csv) {
    g_autofree char *csv = recovery_drift_report_table_csv(result);

    fputs(csv, stdout);
  } else if (!cmd->json) {
    print_table(result);
  }
  return fidotool_cmd_done(cmd, result, FIDOTOOL_CMD_CHANGED);
}

/* ---- policy drift ---- */

static void
print_difference(const RecoveryDriftDifference *one)
{
  const struct {
    const char *head, *text;
  } parts[] = {{" ", one->export},
               {", journey ", one->journey},
               {", population ", one->population},
               {", app ", one->app}};
  g_autoptr(GString) line =
      g_string_new(recovery_drift_compare_word(one->kind));

  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
    if (parts[i].text != NULL)
      g_string_append_printf(line, "%s%s", parts[i].head, parts[i].text);
  g_string_append_printf(line, ": %s: %s", one->name, one->detail);
  if (one->rules != NULL)
    g_string_append_printf(line, " (by: %s)", one->rules);
  print_line("", line->str);
}

static void
print_differences(const RecoveryDriftDifferences *differences,
                  const GPtrArray *tables)
{
  for (guint i = 0; i < differences->items->len; i++)
    print_difference(differences->items->pdata[i]);
  for (guint i = 0; i < tables->len; i++) {
    const RecoveryDriftTable *table = tables->pdata[i];

    for (guint k = 0; k < table->notes->len; k++) {
      g_autofree char *head = g_strdup_printf("note: %s: ", table->name);

      print_line(head, table->notes->pdata[k]);
    }
  }
  printf("%u differences in %zu cells of %u exports: %zu looser, %zu "
         "stricter, %zu unknown.\n",
         differences->items->len, differences->cells, tables->len,
         differences->counts[RECOVERY_DRIFT_LOOSER],
         differences->counts[RECOVERY_DRIFT_STRICTER],
         differences->counts[RECOVERY_DRIFT_UNKNOWN]);
}

typedef struct {
  char *policy, *map, *folder, *report;
  int old_after_d;
  gboolean csv;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->policy);
  g_free(options->map);
  g_free(options->folder);
  g_free(options->report);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool
check_options(const Options *options, int argc, GError **error)
{
  const char *fault = NULL;

  if (argc > 1)
    fault = "exports are given to \"policy drift import\"";
  else if (options->policy == NULL)
    fault = "--policy is missing";
  else if (options->old_after_d < 0 || options->old_after_d > OLD_AFTER_MAX_D)
    fault = "--old-after is between 0 and 3650 days";
  if (fault != NULL)
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, fault);
  return fault == NULL;
}

/* For a bundle, where it is asked for. */
static bool
write_report(const Options *options, const char *folder,
             const FidotoolJson *found, GError **error)
{
  FidotoolJson *exports;

  if (options->report == NULL)
    return true;
  exports = fidotool_policy_export_file_list(folder, error);
  return exports != NULL &&
         fidotool_policy_report_file_write(
             options->report,
             fidotool_policy_report_file_policy(found, exports, options->policy,
                                                options->map, error),
             error);
}

static int
compare(FidotoolCmd *cmd, const Options *options, GError **error)
{
  g_autoptr(RecoveryDocument) document =
      fidotool_policy_input_read(options->policy, error);
  g_autofree char *folder = find_folder(options->folder);
  g_autoptr(RecoveryDriftMap) map =
      document != NULL
          ? fidotool_policy_input_read_map(options->map, document, error)
          : NULL;
  g_autoptr(GPtrArray) tables =
      map != NULL ? fidotool_policy_export_file_read_all(folder, error) : NULL;
  g_autoptr(RecoveryDriftPolicy) policy = NULL;
  g_autoptr(RecoveryDriftDifferences) differences = NULL;
  g_autoptr(FidotoolJson) found = NULL;

  if (tables == NULL)
    return -1;
  policy = recovery_drift_expect_policy_new(document, now_s());
  differences =
      recovery_drift_compare(policy, map, tables, options->old_after_d);
  found = recovery_drift_report(differences, document, tables);
  if (!write_report(options, folder, found, error))
    return -1;
  if (!cmd->json && options->csv) {
    g_autofree char *csv = recovery_drift_report_csv(differences);

    fputs(csv, stdout);
  } else if (!cmd->json) {
    print_differences(differences, tables);
  }
  return fidotool_cmd_done_with(
      cmd, g_steal_pointer(&found), NULL,
      differences->items->len > 0 ? FIDOTOOL_ERROR_POLICY : FIDOTOOL_CMD_OK);
}

int
fidotool_cmd_policy_drift(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {.old_after_d = OLD_AFTER_D};
  g_autoptr(GError) error = NULL;
  int code = -1;
  const GOptionEntry own[] = {
      {"policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policy,
       "the policy to compare with", "FILE"},
      {"map", 0, 0, G_OPTION_ARG_FILENAME, &options.map,
       "which names of other systems are which of the policy's", "FILE"},
      {"old-after", 0, 0, G_OPTION_ARG_INT, &options.old_after_d,
       "days after which an export is old (default 30)", "DAYS"},
      {"folder", 0, 0, G_OPTION_ARG_FILENAME, &options.folder,
       "where the exports are kept (or KEYTURN_DRIFT)", "DIR"},
      {"report", 0, 0, G_OPTION_ARG_FILENAME, &options.report,
       "also write what is found for \"audit export --report\"", "FILE"},
      {"csv", 0, 0, G_OPTION_ARG_NONE, &options.csv,
       "print the differences as CSV", NULL},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          "Compares every export that was imported with the policy, cell by "
          "cell: who gets in\nwhere with less, and with more; and what only "
          "one of them knows. Names that the map\ndoes not have are listed, "
          "never guessed.\n\nExit code: 0 no difference; 21 there are "
          "differences.\n\nExample:\n  fidotool policy drift --policy "
          "policy.yaml --map map.json --json",
          &argc, &argv, &error) &&
      check_options(&options, argc, &error))
    code = compare(cmd, &options, &error);
  return code >= 0 ? code : fidotool_cmd_failed(cmd, g_steal_pointer(&error));
}
