/* SPDX-License-Identifier: Apache-2.0 */
/* account.c - lines of passwd(5) and group(5). */
#include "fidotool/station/account.h"

#include <string.h>

/* Calls for each line that has so many fields, until the callback is content.
 */
typedef bool TakeLine(char **fields, gpointer data);

static bool
each_line(const FidotoolPlace *place, const char *path, guint n_fields,
          TakeLine *take, gpointer data)
{
  g_autofree char *text = fidotool_place_read(place, path);
  g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

  for (char **line = lines; *line; line++) {
    g_auto(GStrv) fields = g_strsplit(*line, ":", -1);

    if (g_strv_length(fields) == n_fields && take(fields, data))
      return true;
  }
  return false;
}

static bool
read_gid(const char *text, gid_t *ret_gid)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, &number, NULL))
    return false;
  *ret_gid = (gid_t)number;
  return true;
}

/* Users */

typedef struct {
  const char *name;
  FidotoolAccount *found;
} FindUser;

static bool
take_user(char **fields, gpointer data)
{
  FindUser *find = data;
  gid_t gid;

  if (strcmp(fields[0], find->name) != 0 || !read_gid(fields[3], &gid))
    return false;
  find->found = g_new0(FidotoolAccount, 1);
  find->found->name = g_strdup(fields[0]);
  find->found->gid = gid;
  find->found->home = g_strdup(fields[5]);
  find->found->shell = g_strdup(fields[6]);
  return true;
}

FidotoolAccount *
fidotool_account_find(const FidotoolPlace *place, const char *name)
{
  FindUser find = {name, NULL};

  (void)each_line(place, "/etc/passwd", 7, take_user, &find);
  return find.found;
}

void
fidotool_account_free(FidotoolAccount *account)
{
  if (!account)
    return;
  g_free(account->name);
  g_free(account->home);
  g_free(account->shell);
  g_free(account);
}

/* Groups */

typedef struct {
  const char *name; /* NULL: the one with gid */
  gid_t gid;
  char *found;
  GPtrArray *members;
} FindGroup;

static bool
take_group(char **fields, gpointer data)
{
  FindGroup *find = data;
  gid_t gid;

  if (!read_gid(fields[2], &gid) ||
      (find->name ? strcmp(fields[0], find->name) != 0 : gid != find->gid))
    return false;
  find->gid = gid;
  find->found = g_strdup(fields[0]);
  if (find->members) {
    g_auto(GStrv) names = g_strsplit(fields[3], ",", -1);

    for (char **name = names; *name; name++)
      if (**name)
        g_ptr_array_add(find->members, g_strdup(*name));
  }
  return true;
}

static bool
take_primary(char **fields, gpointer data)
{
  FindGroup *find = data;
  gid_t gid;

  if (read_gid(fields[3], &gid) && gid == find->gid)
    g_ptr_array_add(find->members, g_strdup(fields[0]));
  return false;
}

bool
fidotool_account_group(const FidotoolPlace *place, const char *name,
                       gid_t *ret_gid)
{
  FindGroup find = {.name = name};
  bool found = each_line(place, "/etc/group", 4, take_group, &find);

  g_free(find.found);
  if (found)
    *ret_gid = find.gid;
  return found;
}

GPtrArray *
fidotool_account_members(const FidotoolPlace *place, const char *group)
{
  FindGroup find = {.name = group,
                    .members = g_ptr_array_new_with_free_func(g_free)};

  if (each_line(place, "/etc/group", 4, take_group, &find))
    (void)each_line(place, "/etc/passwd", 7, take_primary, &find);
  g_free(find.found);
  return find.members;
}

char *
fidotool_account_group_name(const FidotoolPlace *place, gid_t gid)
{
  FindGroup find = {.gid = gid};

  if (each_line(place, "/etc/group", 4, take_group, &find))
    return find.found;
  return g_strdup_printf("%u", gid);
}
