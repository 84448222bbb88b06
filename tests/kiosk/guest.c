/* SPDX-License-Identifier: Apache-2.0 */
/* guest.c - a module that somebody would like to have loaded. It leaves a mark
 * in the file that KEYTURN_GUEST names, with the name of the program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void
arrive(void)
{
  const char *path = getenv("KEYTURN_GUEST");
  FILE *file = path == NULL ? NULL : fopen(path, "a");

  if (file == NULL)
    return;
  fprintf(file, "%s\n", program_invocation_short_name);
  fclose(file);
}
