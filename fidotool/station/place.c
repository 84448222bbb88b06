/* SPDX-License-Identifier: Apache-2.0 */
/* place.c - reading below a root. */
#include "fidotool/station/place.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

/* Most of one file that is looked at. */
#define MAX_FILE (1024 * 1024)
/* An access list's head and its three plain entries (acl(5), version 2). */
#define PLAIN_ACL (4 + 3 * 8)

static char *
join(const FidotoolPlace *place, const char *path)
{
  return g_strconcat(place->root, path, NULL);
}

char *
fidotool_place_read(const FidotoolPlace *place, const char *path)
{
  g_autofree char *whole = join(place, path);
  g_autofree char *text = NULL;
  gsize len;

  if (!g_file_get_contents(whole, &text, &len, NULL) || len > MAX_FILE)
    return NULL;
  return g_utf8_make_valid(text, -1);
}

bool
fidotool_place_stat(const FidotoolPlace *place, const char *path,
                    struct stat *ret_stat)
{
  g_autofree char *whole = join(place, path);

  return stat(whole, ret_stat) == 0;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
fidotool_place_list(const FidotoolPlace *place, const char *path)
{
  g_autofree char *whole = join(place, path);
  g_autoptr(GDir) dir = g_dir_open(whole, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  while (dir && (name = g_dir_read_name(dir)))
    g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  return names;
}

bool
fidotool_place_is_masked(const FidotoolPlace *place, const char *path)
{
  g_autofree char *whole = join(place, path);
  g_autofree char *target = g_file_read_link(whole, NULL);

  return g_strcmp0(target, "/dev/null") == 0;
}

bool
fidotool_place_has_acl(const FidotoolPlace *place, const char *path)
{
  g_autofree char *whole = join(place, path);
  ssize_t n = getxattr(whole, "system.posix_acl_access", NULL, 0);

  if (n < 0)
    return errno != ENODATA && errno != ENOTSUP;
  return n > PLAIN_ACL;
}
