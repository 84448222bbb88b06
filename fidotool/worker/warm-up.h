/* SPDX-License-Identifier: Apache-2.0 */
/* warm-up.h - everything that opens a file, before the walls go up. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * Loads OpenSSL's configuration and providers and the time zone, and verifies a
 * signature, so that nothing is left to load.
 * errors  FIDOTOOL_ERROR_FAILED: the machine cannot judge
 */
bool fidotool_warm_up_run(GError **error);
