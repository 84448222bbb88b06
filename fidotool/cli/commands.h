/* SPDX-License-Identifier: Apache-2.0 */
/* commands.h - the entry point of every subcommand, one file each. */
#pragma once

#include "fidotool/cli/cmd.h"

int fidotool_cmd_version(FidotoolCmd *cmd, int argc, char **argv);

/* keys */

/* verify */
int fidotool_cmd_verify_assertion(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_verify_registration(FidotoolCmd *cmd, int argc, char **argv);
