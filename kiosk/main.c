/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - keyturn-kiosk. */
#include "kiosk/program.h"

int
main(int argc, char **argv)
{
  return kiosk_program_run(argc, argv);
}
