/* SPDX-License-Identifier: Apache-2.0 */
/* commands.h - the entry point of every subcommand, one file each. */
#pragma once

#include "fidotool/cli/cmd.h"

int fidotool_cmd_version(FidotoolCmd *cmd, int argc, char **argv);

/* keys */
int fidotool_cmd_assert(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_enrol(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_info(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_pin_set(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_pin_status(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_watch(FidotoolCmd *cmd, int argc, char **argv);

/* verify */
int fidotool_cmd_verify_assertion(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_verify_registration(FidotoolCmd *cmd, int argc, char **argv);

/* audit */
int fidotool_cmd_audit_verify(FidotoolCmd *cmd, int argc, char **argv);
