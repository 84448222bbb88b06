/* SPDX-License-Identifier: Apache-2.0 */
/* field.h - the form of each field of statements and entries. */
#pragma once

#include <stdbool.h>

#include "fidotool/json.h"

/* True when there is a field of that name and the value has its form. */
bool recovery_field_check(const char *name, const FidotoolJson *value);
/* An array of two digests: the person's signature, then the machine's. */
bool recovery_field_is_pair(const FidotoolJson *value);
/* A code, as reasons and methods are: [A-Za-z0-9][A-Za-z0-9._/:-]{0,63}. */
bool recovery_field_is_code(const char *text);
