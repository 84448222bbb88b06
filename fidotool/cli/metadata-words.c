/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-words.c - metadata in lines and members. */
#include "fidotool/cli/metadata-words.h"

#include <stdio.h>

#define DAY (24 * 60 * 60)

bool
fidotool_metadata_words_time(const char *text, int64_t *ret_at, GError **error)
{
  g_autoptr(GDateTime) time = NULL;

  if (text == NULL) {
    *ret_at = g_get_real_time() / G_USEC_PER_SEC;
    return true;
  }
  if (fidotool_metadata_status_date(text, ret_at))
    return true;
  time = g_date_time_new_from_iso8601(text, NULL);
  if (time == NULL) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                        "--at is a date such as 2026-03-01, or a time such as "
                        "2026-03-01T09:00:00Z");
    return false;
  }
  *ret_at = g_date_time_to_unix(time);
  return true;
}

char *
fidotool_metadata_words_date(int64_t at)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);

  return time ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("?");
}

FidotoolJson *
fidotool_metadata_words_member(const FidotoolMetadataStore *store,
                               FidotoolJson *entry, bool own, int64_t now)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_int(json, "now", now / DAY * DAY);
  if (!own && store->state != NULL) {
    fidotool_json_set_int(json, "no",
                          fidotool_json_get_int(store->state, "no", -1));
    fidotool_json_set_text(json, "next_update",
                           fidotool_json_get_text(store->state, "next_update"));
  }
  if (entry != NULL) /* a picture says nothing to a judge */
    fidotool_json_remove(fidotool_json_get(entry, "metadataStatement"), "icon");
  fidotool_json_set(json, "entry", entry ? entry : fidotool_json_new_null());
  return json;
}

void
fidotool_metadata_words_row(const char *name, const char *value)
{
  g_autofree char *shown = fidotool_cmd_printable(value ? value : "");

  for (char *p = shown; *p != '\0'; p++)
    if (*p == '\n' || *p == '\t')
      *p = ' ';
  printf("%-14s %s\n", name, shown);
}

static void
append_list(GString *text, const char *before, const FidotoolJson *list)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(text, "%s%s", i == 0 ? before : ", ",
                           fidotool_json_text(fidotool_json_at(list, i)));
}

char *
fidotool_metadata_words_standing(const FidotoolJson *standing)
{
  const char *level = fidotool_json_get_text(standing, "certification");
  const FidotoolJson *fips = fidotool_json_get(standing, "fips");
  GString *text = g_string_new(NULL);

  g_string_append_printf(text, "certification %s", level ? level : "unknown");
  if (fips != NULL)
    g_string_append_printf(text, ", FIPS 140 level %" G_GINT64_FORMAT,
                           fidotool_json_get_int(fips, "level", 0));
  append_list(text, "; bad: ", fidotool_json_get(standing, "bad"));
  append_list(text, "; of other batches: ",
              fidotool_json_get(standing, "other_batches"));
  append_list(text, "; ended by newer firmware: ",
              fidotool_json_get(standing, "cured"));
  if (fidotool_json_get_bool(standing, "retired", false))
    g_string_append(text, "; retired");
  return g_string_free(text, FALSE);
}

bool
fidotool_metadata_words_is_overdue(const FidotoolMetadataStore *store,
                                   int64_t now)
{
  int64_t date;

  return fidotool_metadata_status_date(
             fidotool_json_get_text(store->state, "next_update"), &date) &&
         now >= date + DAY;
}

void
fidotool_metadata_words_warn_overdue(FidotoolCmd *cmd,
                                     const FidotoolMetadataStore *store,
                                     int64_t now)
{
  g_autofree char *text = NULL;

  if (!fidotool_metadata_words_is_overdue(store, now))
    return;
  text = g_strdup_printf(
      "the metadata are overdue: the next were due on %s; take newer ones in "
      "with fidotool metadata fetch or import",
      fidotool_json_get_text(store->state, "next_update"));
  fidotool_cmd_warn(cmd, "metadata-overdue", text);
}
