/* SPDX-License-Identifier: Apache-2.0 */
/* bundle-report.c - reports of differences, on their way into a bundle. */
#include "recovery/bundle-report.h"

#include <string.h>

#include "fidotool/json.h"
#include "recovery/error.h"
#include "recovery/format/tar.h"

#define FOLDER "data/reports/"
#define SUFFIX ".json"
#define NAME_MAX_LEN 64
#define TEXT_MAX_LEN 4096

/* What a report may say; every name in it is one of these. */
static const char *const members[] = {
    "aaguid",      "app",         "cells",       "counts",     "created",
    "cred",        "credentials", "date_from",   "detail",     "difference",
    "differences", "export",      "exported_at", "exports",    "files",
    "id",          "imported_at", "journey",     "keys",       "list",
    "made_at",     "map",         "n",           "name",       "note",
    "of",          "old_after_d", "policy",      "population", "register",
    "report",      "schema",      "sha256",      "state",      "sub",
    "system",      "version",     "word_of",     NULL};

static bool
bad(GError **error, const char *what, const char *why)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE, "reports: %s%s%s",
              what == NULL ? "" : what, what == NULL ? "" : ": ", why);
  return false;
}

static bool
is_name(const char *name)
{
  size_t len = name == NULL ? 0 : strlen(name);

  if (len <= strlen(SUFFIX) || len > NAME_MAX_LEN ||
      !g_str_has_suffix(name, SUFFIX) || *name == '-' || *name == '.')
    return false;
  for (size_t i = 0; i < len - strlen(SUFFIX); i++)
    if (!g_ascii_islower(name[i]) && !g_ascii_isdigit(name[i]) &&
        name[i] != '-')
      return false;
  return true;
}

/* NULL where all of it is of a report, else the first that is not. The reader
 * of JSON keeps it from being too deep. */
static const char *
find_stray(const FidotoolJson *json)
{
  const char *text = fidotool_json_text(json);
  const char *stray = NULL;

  if (text != NULL)
    return strlen(text) > TEXT_MAX_LEN ? "a text that is too long" : NULL;
  for (size_t i = 0; stray == NULL && i < fidotool_json_size(json); i++) {
    const bool object = fidotool_json_type(json) == FIDOTOOL_JSON_OBJECT;

    if (object && !g_strv_contains(members, fidotool_json_name(json, i)))
      return fidotool_json_name(json, i);
    stray = find_stray(object ? fidotool_json_member(json, i)
                              : fidotool_json_at(json, i));
  }
  return stray;
}

static bool
add_one(GPtrArray *files, const FidotoolJson *row, GError **error)
{
  const char *name = fidotool_json_get_text(row, "name");
  const FidotoolJson *report = fidotool_json_get(row, "report");
  g_autofree char *path = NULL;
  const char *stray;
  char *text;
  size_t len;

  if (!is_name(name))
    return bad(error, NULL, "a name is like drift-policy.json");
  if (g_strcmp0(fidotool_json_get_text(report, "schema"),
                RECOVERY_BUNDLE_REPORT_SCHEMA) != 0)
    return bad(error, name,
               "is not of the schema " RECOVERY_BUNDLE_REPORT_SCHEMA);
  stray = find_stray(report);
  if (stray != NULL)
    return bad(error, stray, "no report has this");
  path = g_strconcat(FOLDER, name, NULL);
  if (recovery_tar_find(files, path) != NULL)
    return bad(error, name, "is there twice");
  text = fidotool_json_write(report, &len);
  recovery_tar_add(files, path, g_bytes_new_take(text, len));
  return true;
}

bool
recovery_bundle_report_add(GPtrArray *files, const char *text, GError **error)
{
  const size_t len = strlen(text);
  g_autoptr(FidotoolJson) list = len > RECOVERY_BUNDLE_REPORT_MAX
                                     ? NULL
                                     : fidotool_json_parse(text, len, NULL);

  if (fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY ||
      fidotool_json_size(list) > RECOVERY_BUNDLE_REPORT_COUNT)
    return bad(error, NULL, "a list of at most 16, of 192 KiB together");
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (!add_one(files, fidotool_json_at(list, i), error))
      return false;
  return true;
}
