/* SPDX-License-Identifier: Apache-2.0 */
/* bus-error.h - errors of the governed part as D-Bus errors and back. */
#pragma once

#include <glib.h>

/* Registers every RECOVERY_ERROR code as org.keyturn.Recovery1.Error.<Name>,
 * in the server and in its clients; more than once does nothing. */
void recovery_bus_error_register(void);

/* The same error in RECOVERY_ERROR: codes of FIDOTOOL_ERROR keep their number
 * where there is one like it, everything else becomes FAILED. Takes error. */
GError *recovery_bus_error_translate(GError *error);
