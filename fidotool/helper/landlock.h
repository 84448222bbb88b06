/* SPDX-License-Identifier: Apache-2.0 */
/* landlock.h - the part of the sandbox that knows paths; see sandbox.h. */
#pragma once

#include "fidotool/helper/sandbox.h"

/* The kernel's version, 0 where it has none or has it switched off. */
int fidotool_landlock_version(void);

/* Leaves the profile's own paths and the given ones open, nothing else. True
 * without effect on a kernel without Landlock.
 * errors  FIDOTOOL_ERROR_FAILED */
bool fidotool_landlock_enter(FidotoolSandboxProfile profile,
                             const FidotoolSandboxPath *paths, size_t n,
                             GError **error);
