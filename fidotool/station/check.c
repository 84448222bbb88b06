/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - the rows of all parts, and what the parts have in common. */
#include "fidotool/station/check.h"

#include "fidotool/station/account.h"
#include "fidotool/station/check-part.h"

void
fidotool_check_row_free(FidotoolCheckRow *row)
{
  if (!row)
    return;
  g_free(row->found);
  g_free(row);
}

void
fidotool_check_add(GPtrArray *rows, const char *name, const char *wanted,
                   char *found, bool holds, const char *todo)
{
  FidotoolCheckRow *row = g_new0(FidotoolCheckRow, 1);

  row->name = name;
  row->wanted = wanted;
  row->found = found;
  row->holds = holds;
  row->todo = todo;
  g_ptr_array_add(rows, row);
}

void
fidotool_check_promises(GPtrArray *rows, const FidotoolPlace *place,
                        const FidotoolCheckPromise *promises, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    bool holds = false;
    char *found = promises[i].look(place, &holds);

    fidotool_check_add(rows, promises[i].name, promises[i].wanted, found, holds,
                       promises[i].todo);
  }
}

char *
fidotool_check_describe(const FidotoolPlace *place, const struct stat *st)
{
  g_autofree char *group = fidotool_account_group_name(place, st->st_gid);
  g_autofree char *owner = st->st_uid == place->owner
                               ? g_strdup("root")
                               : g_strdup_printf("%u", st->st_uid);

  return g_strdup_printf("%s:%s %04o", owner, group,
                         (unsigned)(st->st_mode & 07777));
}

bool
fidotool_check_is_owned(const FidotoolPlace *place, const struct stat *st,
                        const char *group, mode_t mode)
{
  gid_t gid;

  return fidotool_account_group(place, group, &gid) && st->st_gid == gid &&
         st->st_uid == place->owner && (st->st_mode & 07777) == mode;
}

char *
fidotool_check_join(const GPtrArray *words, const char *none)
{
  GString *text = g_string_new(words->len == 0 ? none : NULL);

  for (guint i = 0; i < words->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                           (const char *)words->pdata[i]);
  return g_string_free(text, FALSE);
}

GPtrArray *
fidotool_check_station(const FidotoolPlace *place)
{
  GPtrArray *rows =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_check_row_free);

  fidotool_check_accounts(rows, place);
  fidotool_check_units(rows, place);
  fidotool_check_files(rows, place);
  fidotool_check_nodes(rows, place);
  return rows;
}

bool
fidotool_check_all_hold(const GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    if (!((const FidotoolCheckRow *)rows->pdata[i])->holds)
      return false;
  return rows->len > 0;
}
