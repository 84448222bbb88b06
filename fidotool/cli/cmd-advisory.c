/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-advisory.c - fidotool advisory check, list: a key against the faults that
 * are known of its model and firmware. */
#include <stdio.h>
#include <string.h>

#include "fidotool/advisory/advisory-check.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/key-run.h"
#include "recovery/error.h"

#define INFO_MAX (1024 * 1024)

#define FILE_OPTION(files)                                                     \
  {                                                                            \
    "file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &(files),                       \
        "advisories of one's own, besides those built in; may be given again", \
        "FILE"                                                                 \
  }

/* What ends an answer, by status. */
static const struct {
  int code;
  const char *words;
} ends[] = {
    [FIDOTOOL_ADVISORY_NOT_AFFECTED] =
        {FIDOTOOL_CMD_OK, "Not affected, if its version is what it says."},
    [FIDOTOOL_ADVISORY_UNKNOWN] = {RECOVERY_ERROR_INCOMPLETE, "Not known."},
    [FIDOTOOL_ADVISORY_AFFECTED] = {FIDOTOOL_ERROR_NOT_TRUSTED, "Affected."},
};

/* Reasons that need more words. */
static const struct {
  const char *reason;
  const char *words;
} reasons[] = {
    {"model-not-listed", "No advisory here names this model. That does not "
                         "mean that it has no fault."},
    {"version-unknown", "An advisory names this model, and the key's version "
                        "is not known."},
    {"model-not-certain", "An advisory may be about this key; its model is not "
                          "known well enough."},
};

static FidotoolAdvisories *
read_advisories(char **files, GError **error)
{
  g_autoptr(FidotoolAdvisories) advisories = fidotool_advisory_new();

  for (; files != NULL && *files != NULL; files++) {
    size_t len;
    g_autofree char *text =
        fidotool_cmd_read_file(*files, FIDOTOOL_ADVISORY_FILE_MAX, &len, error);

    if (text == NULL)
      return NULL;
    if (!fidotool_advisory_add(advisories, text, len, error)) {
      g_prefix_error(error, "%s: ", *files);
      return NULL;
    }
  }
  return g_steal_pointer(&advisories);
}

/* --- what is known of the key ----------------------------------------------
 */

static FidotoolJson *
ask_key(FidotoolCmd *cmd, GError **error)
{
  return fidotool_key_run_job(cmd, fidotool_key_run_request("info"), error);
}

/* {device?, info}, out of what `key info --json` printed or a part of it. */
static FidotoolJson *
read_info(const char *path, GError **error)
{
  size_t len;
  g_autofree char *text = fidotool_cmd_read_file(path, INFO_MAX, &len, error);
  g_autoptr(FidotoolJson) file =
      text ? fidotool_json_parse(text, len, error) : NULL;
  const FidotoolJson *inner = fidotool_json_get(file, "result");
  const FidotoolJson *info = fidotool_json_get(inner ? inner : file, "info");
  const FidotoolJson *device = fidotool_json_get(file, "device");
  FidotoolJson *known;

  if (file == NULL)
    return NULL;
  info = info ? info : file;
  /* A key that knows U2F alone says no model. */
  if (fidotool_json_get_text(info, "aaguid") == NULL &&
      fidotool_json_size(fidotool_json_get(info, "versions")) == 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "%s: not what \"fidotool key info --json\" prints", path);
    return NULL;
  }
  known = fidotool_json_new_object();
  fidotool_json_set(known, "info", fidotool_json_copy(info));
  if (device != NULL)
    fidotool_json_set(known, "device", fidotool_json_copy(device));
  return known;
}

/* --- words -----------------------------------------------------------------
 */

/* A member of a file or a key, as it may be shown. */
static void
print_text(const char *head, const FidotoolJson *json, const char *name)
{
  g_autofree char *text =
      fidotool_cmd_printable(fidotool_json_get_text(json, name));

  if (*text)
    printf("%s%s\n", head, text);
}

static void
print_sources(const FidotoolJson *advisory)
{
  const FidotoolJson *sources = fidotool_json_get(advisory, "sources");

  for (size_t i = 0; i < fidotool_json_size(sources); i++) {
    g_autofree char *text = fidotool_cmd_printable(
        fidotool_json_text(fidotool_json_at(sources, i)));

    printf("  see: %s\n", text);
  }
}

static void
print_range(const FidotoolJson *json)
{
  const char *from = fidotool_json_get_text(json, "from");
  const char *below = fidotool_json_get_text(json, "below");

  if (from == NULL && below == NULL)
    printf("  affected: every version\n");
  else
    printf("  affected: %s%s%s%s%s\n", from ? "from " : "", from ? from : "",
           from && below ? ", " : "", below ? "below " : "",
           below ? below : "");
}

static void
print_versions(const FidotoolJson *finding)
{
  const FidotoolJson *versions = fidotool_json_get(finding, "versions");

  if (fidotool_json_size(versions) == 0)
    printf("  version: unknown\n");
  for (size_t i = 0; i < fidotool_json_size(versions); i++) {
    const FidotoolJson *one = fidotool_json_at(versions, i);
    const bool by_usb =
        g_strcmp0(fidotool_json_get_text(one, "source"), "usb") == 0;

    printf("  version: %s (%s)\n", fidotool_json_get_text(one, "version"),
           by_usb ? "from the key's USB descriptor; nothing proves it"
                  : "self-reported: the key says so, and nothing proves it");
  }
}

static void
print_finding(const FidotoolJson *finding)
{
  g_autofree char *id =
      fidotool_cmd_printable(fidotool_json_get_text(finding, "id"));
  g_autofree char *title =
      fidotool_cmd_printable(fidotool_json_get_text(finding, "title"));
  const bool by_usb =
      g_strcmp0(fidotool_json_get_text(finding, "matched_by"), "usb") == 0;

  printf("%s: %s\n", id, title);
  printf("  status: %s\n", fidotool_json_get_text(finding, "status"));
  print_text(by_usb ? "  model, by its USB ids: " : "  model, by its AAGUID: ",
             finding, "models");
  print_versions(finding);
  print_range(finding);
  print_text("  ", finding, "summary");
  print_text("  what to do: ", finding, "advice");
  print_sources(finding);
}

static void
print_lists(const FidotoolJson *result)
{
  const FidotoolJson *lists = fidotool_json_get(result, "lists");

  for (size_t i = 0; i < fidotool_json_size(lists); i++) {
    const FidotoolJson *one = fidotool_json_at(lists, i);
    g_autofree char *name =
        fidotool_cmd_printable(fidotool_json_get_text(one, "name"));
    g_autofree char *updated =
        fidotool_cmd_printable(fidotool_json_get_text(one, "updated"));

    printf("List of %s, as of %s.\n", name, updated);
  }
}

static void
print_check(const FidotoolJson *result, FidotoolAdvisoryStatus status)
{
  const FidotoolJson *advisories = fidotool_json_get(result, "advisories");
  const char *reason = fidotool_json_get_text(result, "reason");

  for (size_t i = 0; i < fidotool_json_size(advisories); i++)
    print_finding(fidotool_json_at(advisories, i));
  printf("%s\n", ends[status].words);
  for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
    if (strcmp(reasons[i].reason, reason) == 0)
      printf("%s\n", reasons[i].words);
  print_lists(result);
}

/* Two versions, and they are not the same. */
static bool
versions_differ(const FidotoolJson *result)
{
  const FidotoolJson *advisories = fidotool_json_get(result, "advisories");

  for (size_t i = 0; i < fidotool_json_size(advisories); i++) {
    const FidotoolJson *versions =
        fidotool_json_get(fidotool_json_at(advisories, i), "versions");

    if (fidotool_json_size(versions) == 2 &&
        strcmp(fidotool_json_get_text(fidotool_json_at(versions, 0), "version"),
               fidotool_json_get_text(fidotool_json_at(versions, 1),
                                      "version")) != 0)
      return true;
  }
  return false;
}

/* --- the subcommands -------------------------------------------------------
 */

static FidotoolJson *
find_known(FidotoolCmd *cmd, const char *info, GError **error)
{
  if (info == NULL)
    return ask_key(cmd, error);
  if (cmd->device == NULL)
    return read_info(info, error);
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                      "give --device or --info");
  return NULL;
}

int
fidotool_cmd_advisory_check(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *info = NULL;
  g_auto(GStrv) files = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolAdvisories) advisories = NULL;
  g_autoptr(FidotoolJson) known = NULL;
  FidotoolJson *result;
  FidotoolAdvisoryStatus status;
  const GOptionEntry own[] = {
      {"info", 0, 0, G_OPTION_ARG_FILENAME, &info,
       "what \"key info --json\" printed, instead of a key; - is standard "
       "input",
       "FILE"},
      FILE_OPTION(files),
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          "The model is told by the AAGUID, or else by the USB ids, the "
          "version by the key itself\nor its USB descriptor: nothing of it is "
          "proved. No touch and no PIN is asked for.\n\nExit code: 0 an "
          "advisory names the model, and not this version; 20 affected; 25 "
          "not known:\nno advisory names the model, or the version is "
          "missing.\n\nExample:\n  fidotool advisory check --json",
          &argc, &argv, &error))
    advisories = read_advisories(files, &error);
  if (advisories != NULL)
    known = find_known(cmd, info, &error);
  if (known == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  result = fidotool_advisory_check_info(advisories, known, &status);
  if (versions_differ(result))
    fidotool_cmd_warn(cmd, "versions-differ",
                      "the key says another version than its USB descriptor; "
                      "the worse one counts");
  if (!cmd->json)
    print_check(result, status);
  return fidotool_cmd_done_with(cmd, result, NULL, ends[status].code);
}

static void
print_row(const FidotoolJson *row)
{
  const size_t n = fidotool_json_size(fidotool_json_get(row, "aaguids"));
  const size_t usb = fidotool_json_size(fidotool_json_get(row, "usb"));

  print_text("  models: ", row, "models");
  printf("  known by: %zu AAGUIDs, %zu USB ids\n", n, usb);
  print_range(row);
}

static void
print_advisory(const FidotoolJson *advisory)
{
  const FidotoolJson *rows = fidotool_json_get(advisory, "affects");
  g_autofree char *id =
      fidotool_cmd_printable(fidotool_json_get_text(advisory, "id"));
  g_autofree char *title =
      fidotool_cmd_printable(fidotool_json_get_text(advisory, "title"));

  printf("%s: %s\n", id, title);
  print_text("  published: ", advisory, "published");
  print_text("  vendor: ", advisory, "vendor");
  print_text("  ", advisory, "summary");
  print_text("  what to do: ", advisory, "advice");
  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    print_row(fidotool_json_at(rows, i));
  print_sources(advisory);
}

int
fidotool_cmd_advisory_list(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(GStrv) files = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolAdvisories) advisories = NULL;
  FidotoolJson *result;
  const FidotoolJson *all;
  const GOptionEntry own[] = {FILE_OPTION(files), G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(cmd, own,
                         "Example:\n  fidotool advisory list --file own.json",
                         &argc, &argv, &error))
    advisories = read_advisories(files, &error);
  if (advisories == NULL)
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  result = fidotool_advisory_check_list(advisories);
  all = fidotool_json_get(result, "advisories");
  for (size_t i = 0; !cmd->json && i < fidotool_json_size(all); i++)
    print_advisory(fidotool_json_at(all, i));
  if (!cmd->json)
    print_lists(result);
  return fidotool_cmd_done(cmd, result, NULL);
}
