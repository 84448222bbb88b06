/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-audit-export.c - fidotool audit export: the evidence, as a folder or as
 * a tar on standard output. */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/policy-report-file.h"
#include "recovery/format/tar.h"

/* A bundle of at most this many bytes. */
#define MAX_BUNDLE ((size_t)128 * 1024 * 1024)

static bool
fail(const char *path, const char *why, GError **error)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", path, why);
  return false;
}

/* Before anything is signed: a folder that is new, or empty. */
static bool
check_place(const char *path, GError **error)
{
  g_autoptr(GDir) dir = NULL;

  if (strcmp(path, "-") == 0)
    return !isatty(STDOUT_FILENO) ||
           fail(path, "a tar does not go to a terminal", error);
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    return true;
  dir = g_dir_open(path, 0, NULL);
  if (dir && !g_dir_read_name(dir))
    return true;
  return fail(path, "is there already, and not an empty folder", error);
}

/* Paths were checked by the reader of the tar. */
static bool
write_file(const char *folder, const RecoveryTarFile *file, GError **error)
{
  g_autofree char *path = g_build_filename(folder, file->path, NULL);
  g_autofree char *parent = g_path_get_dirname(path);
  gsize len = 0;
  const char *data = g_bytes_get_data(file->data, &len);

  if (g_mkdir_with_parents(parent, 0755) != 0)
    return fail(parent, g_strerror(errno), error);
  return g_file_set_contents(path, data ? data : "", (gssize)len, error);
}

static bool
write_bundle(const char *place, GPtrArray *files, GError **error)
{
  if (strcmp(place, "-") == 0)
    return recovery_tar_write(files, STDOUT_FILENO, error);
  for (guint i = 0; i < files->len; i++)
    if (!write_file(place, files->pdata[i], error))
      return false;
  return true;
}

/* Signed by the auditor over the manifest, then fetched. */
static GPtrArray *
fetch(FidotoolGoverned *governed, const char *role, const char *reports,
      GError **error)
{
  g_autoptr(FidotoolJson) request = NULL;
  g_autoptr(FidotoolJson) done = NULL;
  g_autoptr(FidotoolJson) wanted = NULL;
  g_autofree char *text = NULL;

  if (!fidotool_governed_activate(governed, role ? role : "auditor",
                                  "export.made", error))
    return NULL;
  request = fidotool_governed_request(governed, "export.made");
  if (reports != NULL)
    fidotool_json_set_text(request, "reports", reports);
  done = fidotool_governed_act(governed, request, error);
  if (!done)
    return NULL;
  wanted = fidotool_json_new_object();
  fidotool_json_set_text(wanted, "statement",
                         fidotool_json_get_text(done, "statement"));
  text = fidotool_json_write(wanted, NULL);
  return recovery_client_export(governed->client, text, MAX_BUNDLE, error);
}

static int
run(FidotoolCmd *cmd, FidotoolGovernedOptions *who, const char *place,
    const char *reports)
{
  g_autofree char *role = g_steal_pointer(&who->role);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) files = NULL;
  FidotoolGoverned governed;
  FidotoolJson *result;

  if (fidotool_governed_open(&governed, cmd, who, 0, &error))
    files = fetch(&governed, role, reports, &error);
  if (!files || !write_bundle(place, files, &error))
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  if (!cmd->json && strcmp(place, "-") != 0)
    printf("%u files in %s; %s/data/README.txt says how to check them\n",
           files->len, place, place);
  result = fidotool_json_new_object();
  fidotool_json_set_text(result, "bundle", place);
  fidotool_json_set_int(result, "files", files->len);
  return fidotool_governed_done(&governed, result, FIDOTOOL_CMD_CHANGED);
}

int
fidotool_cmd_audit_export(FidotoolCmd *cmd, int argc, char **argv)
{
  FidotoolGovernedOptions who = {0};
  g_auto(GStrv) paths = NULL;
  g_autofree char *reports = NULL;
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&who),
      {"report", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths,
       "what \"policy drift --report\" wrote goes in, too; may be repeated",
       "FILE"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "An auditor signs the manifest and takes the evidence home, to be "
          "checked without us.\nReports of drift are the auditor's own word: "
          "signed with the rest, and no part of\nthe record.\n"
          "Example:\n  fidotool audit export bundle --as una",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  if (argc != 2)
    (void)fail("audit export", "give one folder, or - for a tar", &error);
  else if (cmd->json && strcmp(argv[1], "-") == 0)
    (void)fail("audit export", "a tar and --json do not go together", &error);
  if (!error && paths != NULL)
    reports = fidotool_policy_report_file_collect(paths, &error);
  if (!error && check_place(argv[1], &error))
    return run(cmd, &who, argv[1], reports);
  g_free(who.as);
  g_free(who.role);
  return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
}
