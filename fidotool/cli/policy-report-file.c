/* SPDX-License-Identifier: Apache-2.0 */
/* policy-report-file.c - what of a comparison goes into a bundle. */
#include "fidotool/cli/policy-report-file.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/cmd.h"
#include "recovery/bundle-report.h"
#include "recovery/format/time.h"

#define FILE_MAX (64 * 1024 * 1024)

static void
copy_members(FidotoolJson *to, const FidotoolJson *from,
             const char *const *names)
{
  for (; from != NULL && *names != NULL; names++) {
    const FidotoolJson *value = fidotool_json_get(from, *names);

    if (value != NULL)
      fidotool_json_set(to, *names, fidotool_json_copy(value));
  }
}

static bool
set_digest(FidotoolJson *json, const char *name, const char *path,
           GError **error)
{
  size_t len;
  g_autofree char *text = fidotool_cmd_read_file(path, FILE_MAX, &len, error);
  g_autofree char *hex =
      text == NULL ? NULL : fidotool_bytes_sha256_hex(text, len);

  if (hex == NULL)
    return false;
  fidotool_json_set_text(json, name, hex);
  return true;
}

static FidotoolJson *
new_report(const char *of)
{
  g_autofree char *now =
      recovery_time_write(g_get_real_time() / 1000000 * 1000);
  FidotoolJson *report = fidotool_json_new_object();

  fidotool_json_set_text(report, "schema", RECOVERY_BUNDLE_REPORT_SCHEMA);
  fidotool_json_set_text(report, "of", of);
  fidotool_json_set_text(report, "word_of", "the exporter");
  fidotool_json_set_text(report, "made_at", now);
  return report;
}

/* How many there are of each kind. */
static void
add_counts(FidotoolJson *report, const FidotoolJson *rows)
{
  FidotoolJson *counts =
      fidotool_json_set(report, "counts", fidotool_json_new_array());
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const char *kind =
        fidotool_json_get_text(fidotool_json_at(rows, i), "difference");
    FidotoolJson *row = g_hash_table_lookup(seen, kind);

    if (row == NULL) {
      row = fidotool_json_append(counts, fidotool_json_new_object());
      fidotool_json_set_text(row, "difference", kind);
      g_hash_table_insert(seen, (void *)kind, row);
    }
    fidotool_json_set_int(row, "n", fidotool_json_get_int(row, "n", 0) + 1);
  }
}

/* ---- exports against the policy ---- */

/* A name of the other system may be a person's, and its rules may have one. */
static bool
is_of_policy(const FidotoolJson *row)
{
  static const char *const kinds[] = {"looser",  "stricter",   "missing-app",
                                      "missing", "export-old", NULL};

  return g_strv_contains(kinds, fidotool_json_get_text(row, "difference"));
}

FidotoolJson *
fidotool_policy_report_file_policy(const FidotoolJson *found,
                                   FidotoolJson *exports, const char *policy,
                                   const char *map, GError **error)
{
  static const char *const whole[] = {"policy", "cells", NULL};
  static const char *const always[] = {"difference", "export", "journey",
                                       "population", "app",    NULL};
  static const char *const named[] = {"name", "detail", NULL};
  g_autoptr(FidotoolJson) report = new_report("policy");
  const FidotoolJson *rows = fidotool_json_get(found, "differences");
  FidotoolJson *list;

  copy_members(report, found, whole);
  fidotool_json_set(report, "exports", exports);
  if (!set_digest(fidotool_json_get(report, "policy"), "sha256", policy,
                  error) ||
      (map != NULL && !set_digest(report, "map", map, error)))
    return NULL;
  add_counts(report, rows);
  list = fidotool_json_set(report, "differences", fidotool_json_new_array());
  for (size_t i = 0; i < fidotool_json_size(rows); i++) {
    const FidotoolJson *row = fidotool_json_at(rows, i);
    FidotoolJson *one = fidotool_json_append(list, fidotool_json_new_object());

    copy_members(one, row, always);
    if (is_of_policy(row))
      copy_members(one, row, named);
  }
  return g_steal_pointer(&report);
}

/* ---- credentials against the register ---- */

FidotoolJson *
fidotool_policy_report_file_keys(const FidotoolJson *found, const char *list,
                                 GError **error)
{
  static const char *const whole[] = {"credentials", "keys", "register", "note",
                                      NULL};
  static const char *const members[] = {"difference", "cred",    "sub", "state",
                                        "aaguid",     "created", NULL};
  g_autoptr(FidotoolJson) report = new_report("keys");
  const FidotoolJson *rows = fidotool_json_get(found, "differences");
  FidotoolJson *to;

  copy_members(report, found, whole);
  if (!set_digest(report, "list", list, error))
    return NULL;
  add_counts(report, rows);
  to = fidotool_json_set(report, "differences", fidotool_json_new_array());
  for (size_t i = 0; i < fidotool_json_size(rows); i++)
    copy_members(fidotool_json_append(to, fidotool_json_new_object()),
                 fidotool_json_at(rows, i), members);
  return g_steal_pointer(&report);
}

/* ---- files ---- */

bool
fidotool_policy_report_file_write(const char *path, FidotoolJson *report,
                                  GError **error)
{
  g_autoptr(FidotoolJson) taken = report;
  g_autofree char *text = NULL;
  size_t len;

  if (taken == NULL)
    return false;
  text = fidotool_json_write(taken, &len);
  return g_file_set_contents_full(path, text, (gssize)len,
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

char *
fidotool_policy_report_file_collect(char **paths, GError **error)
{
  g_autoptr(FidotoolJson) list = fidotool_json_new_array();

  for (; *paths != NULL; paths++) {
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());
    g_autofree char *name = g_path_get_basename(*paths);
    size_t len;
    g_autofree char *text =
        fidotool_cmd_read_file(*paths, RECOVERY_BUNDLE_REPORT_MAX, &len, error);
    FidotoolJson *report =
        text == NULL ? NULL : fidotool_json_parse(text, len, error);

    if (report == NULL) {
      g_prefix_error(error, "%s: ", *paths);
      return NULL;
    }
    fidotool_json_set_text(row, "name", name);
    fidotool_json_set(row, "report", report);
  }
  return fidotool_json_write(list, NULL);
}
