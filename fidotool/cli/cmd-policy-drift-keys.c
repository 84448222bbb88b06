/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-policy-drift-keys.c - fidotool policy drift keys FILE: the credentials
 * that another system lists, against the keys that a station gave out. */
#include <stdio.h>

#include "fidotool/cli/bundle.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/lines.h"
#include "fidotool/cli/policy-report-file.h"
#include "fidotool/cli/policy-station.h"
#include "recovery/audit/register.h"
#include "recovery/policy/drift/drift-credentials.h"
#include "recovery/policy/drift/drift-keys.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *bundle, *trust, *report;
  gboolean csv;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->bundle);
  g_free(options->trust);
  g_free(options->report);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static const char description[] =
    "FILE is what another system says of the credentials that people have "
    "there: CSV\n"
    "with the columns user, credential_id, aaguid and created, or JSON with "
    "the same\n"
    "members. It is held against the register of a station, asked now (--as) "
    "or out of\n"
    "a bundle. Nothing is asked of the other system.\n\n"
    "Exit code: 0 no difference; 21 there are differences; 19 the bundle was "
    "tampered\nwith.\n\n"
    "Example:\n  fidotool policy drift keys credentials.csv --as una --role "
    "auditor";

/* The register, and where it is from. */
static FidotoolJson *
read_bundle(const Options *options, char **ret_source, GError **error)
{
  g_autoptr(RecoveryVerdict) verdict = NULL;
  g_autoptr(RecoveryBag) bag =
      fidotool_bundle_open(options->bundle, options->trust, &verdict, error);

  if (bag == NULL)
    return NULL;
  *ret_source = recovery_verdict_headline(verdict);
  return recovery_register_read(bag, error);
}

static FidotoolJson *
ask_station(FidotoolGoverned *governed, Options *options, char **ret_source,
            GError **error)
{
  FidotoolJson *answer = NULL;

  if (fidotool_policy_station_open(governed, governed->cmd, &options->who,
                                   error))
    answer = fidotool_governed_ask(governed, "register", NULL, error);
  *ret_source = g_strdup("the station");
  return answer;
}

static void
print_difference(const FidotoolJson *row)
{
  const char *user = fidotool_json_get_text(row, "user");
  const char *sub = fidotool_json_get_text(row, "sub");
  const char *id = fidotool_json_get_text(row, "credential_id");

  fidotool_lines_print(g_strdup_printf(
      "%-11s  %s%s%s%s%s: %s", fidotool_json_get_text(row, "difference"),
      user != NULL ? user : "-", sub != NULL ? " (here " : "",
      sub != NULL ? sub : "", sub != NULL ? ") " : " ",
      id != NULL ? id : fidotool_json_get_text(row, "cred"),
      fidotool_json_get_text(row, "text")));
}

static void
print_result(const FidotoolJson *result)
{
  const FidotoolJson *list = fidotool_json_get(result, "differences");

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    print_difference(fidotool_json_at(list, i));
  if (fidotool_json_get(result, "note") != NULL)
    fidotool_lines_print(
        g_strdup_printf("note: %s", fidotool_json_get_text(result, "note")));
  fidotool_lines_print(g_strdup_printf(
      "%zu differences: %" G_GINT64_FORMAT " credentials there, "
      "%" G_GINT64_FORMAT " keys here (%s).",
      fidotool_json_size(list), fidotool_json_get_int(result, "credentials", 0),
      fidotool_json_get_int(result, "keys", 0),
      fidotool_json_get_text(result, "register")));
}

static FidotoolJson *
compare(const FidotoolJson *known, const GPtrArray *list, const char *source)
{
  FidotoolJson *result = fidotool_json_new_object();
  const FidotoolJson *keys = fidotool_json_get(known, "keys");

  fidotool_json_set(result, "differences",
                    recovery_drift_keys_compare(keys, list));
  fidotool_json_set_int(result, "credentials", list->len);
  fidotool_json_set_int(result, "keys", (int64_t)fidotool_json_size(keys));
  fidotool_json_set_text(result, "register", source);
  if (fidotool_json_get_int(known, "imported", 0) == 1)
    fidotool_json_set_text(result, "note",
                           "a directory was imported, and its keys are not in "
                           "a bundle: a credential that is unexplained may be "
                           "one of them, and one that is missing is not told. "
                           "The station knows them");
  return result;
}

static GPtrArray *
read_list(const char *path, GError **error)
{
  size_t len;
  g_autofree char *text =
      fidotool_cmd_read_file(path, RECOVERY_DRIFT_CREDENTIALS_MAX, &len, error);
  g_autofree char *name = g_path_get_basename(path);

  return text == NULL ? NULL
                      : recovery_drift_credentials_read(name, text, len, error);
}

static int
run(FidotoolCmd *cmd, Options *options, const char *path)
{
  FidotoolGoverned governed = {.cmd = cmd};
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = read_list(path, &error);
  g_autoptr(FidotoolJson) known = NULL;
  g_autofree char *source = NULL;
  FidotoolJson *result;
  bool differs;

  if (list != NULL)
    known = options->bundle != NULL
                ? read_bundle(options, &source, &error)
                : ask_station(&governed, options, &source, &error);
  if (known == NULL)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  fidotool_governed_close(&governed);
  result = compare(known, list, source);
  if (options->report != NULL &&
      !fidotool_policy_report_file_write(
          options->report,
          fidotool_policy_report_file_keys(result, path, &error), &error)) {
    fidotool_json_free(result);
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  }
  differs = fidotool_json_size(fidotool_json_get(result, "differences")) > 0;
  if (!cmd->json && options->csv) {
    g_autofree char *csv =
        recovery_drift_keys_csv(fidotool_json_get(result, "differences"));

    fputs(csv, stdout);
  } else if (!cmd->json) {
    print_result(result);
  }
  return fidotool_cmd_done_with(
      cmd, result, NULL, differs ? FIDOTOOL_ERROR_POLICY : FIDOTOOL_CMD_OK);
}

int
fidotool_cmd_policy_drift_keys(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry own[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"bundle", 0, 0, G_OPTION_ARG_FILENAME, &options.bundle,
       "the register of a bundle, instead of a station's", "DIR"},
      {"trust", 0, 0, G_OPTION_ARG_FILENAME, &options.trust,
       "with a bundle: the folder trust/ of its station", "DIR"},
      {"report", 0, 0, G_OPTION_ARG_FILENAME, &options.report,
       "also write what is found for \"audit export --report\"", "FILE"},
      {"csv", 0, 0, G_OPTION_ARG_NONE, &options.csv,
       "print the differences as CSV", NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(cmd, own, description, &argc, &argv, &error) ||
      !fidotool_cmd_take_one(argc, argv, "FILE", &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  return run(cmd, &options, argv[1]);
}
