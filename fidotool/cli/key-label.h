/* SPDX-License-Identifier: Apache-2.0 */
/* key-label.h - the name that was given to a key, beside the key in a list: by
 * what is known without opening it. */
#pragma once

#include "fidotool/cli/cmd.h"

/* All names; NULL where a file of them cannot be read: that is a warning, and
 * hides no key. */
FidotoolJson *fidotool_key_label_read(FidotoolCmd *cmd);

/* Adds name and name_sure to a key as a list has it, where names (may be NULL)
 * have one. */
void fidotool_key_label_add(const FidotoolJson *names, FidotoolJson *key);
