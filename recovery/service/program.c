/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - finds the programs that were built with this one. */
#include "recovery/service/program.h"

#include <glib.h>
#include <stdbool.h>

static char *
find_below(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);

  if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) &&
      g_file_test(path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer(&path);
  return NULL;
}

char *
recovery_program_find(const char *name, const char *build_path)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname(self ? self : "/");
  char *path = find_below(folder, name);

  if (!path)
    path = find_below(KEYTURN_LIBEXECDIR, name);
  /* Two folders below the root of a build tree, as all programs are. */
  for (int up = 0; !path && up < 3; up++) {
    char *parent = g_path_get_dirname(folder);

    g_free(folder);
    folder = parent;
    path = find_below(folder, build_path);
  }
  return path;
}
