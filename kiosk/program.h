/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - keyturn-kiosk from its arguments to its exit code; main() of the
 * product calls it, and so does a test that watches the main loop. */
#pragma once

/* Returns the exit code: 0; or, with words on stderr, 1 or
 * FIDOTOOL_ERROR_USAGE. */
int kiosk_program_run(int argc, char **argv);
