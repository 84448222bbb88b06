/* SPDX-License-Identifier: Apache-2.0 */
/* open-kiosk.c - keyturn-kiosk with the one door open that the product closes:
 * whoever started it may read its memory. For tests that look for a PIN. */
#include <glib.h>
#include <sys/prctl.h>

#include "kiosk/program.h"

/* Runs once the product has closed its doors. */
static gboolean
open_door(G_GNUC_UNUSED gpointer data)
{
  (void)prctl(PR_SET_DUMPABLE,
              1); /* refused: the test sees nothing, and says so */
  return G_SOURCE_REMOVE;
}

int
main(int argc, char **argv)
{
  g_idle_add(open_door, NULL);
  return kiosk_program_run(argc, argv);
}
