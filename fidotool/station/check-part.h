/* SPDX-License-Identifier: Apache-2.0 */
/* check-part.h - what the files check-*.c share. */
#pragma once

#include "fidotool/station/check.h"

#define KEYS_GROUP "keyturn-keys"
#define STATION_GROUP "keyturn-station"

/* Looks at one promise: says what it found (never NULL) and whether that is
 * what is wanted. */
typedef char *FidotoolCheckLook(const FidotoolPlace *place, bool *ret_holds);

typedef struct {
  const char *name, *wanted, *todo;
  FidotoolCheckLook *look;
} FidotoolCheckPromise;

/* Adds a row; takes found. */
void fidotool_check_add(GPtrArray *rows, const char *name, const char *wanted,
                        char *found, bool holds, const char *todo);
void fidotool_check_promises(GPtrArray *rows, const FidotoolPlace *place,
                             const FidotoolCheckPromise *promises, size_t n);

/* "root:keyturn-keys 0660", for a file that was stat()ed. */
char *fidotool_check_describe(const FidotoolPlace *place,
                              const struct stat *st);

/* Does it belong to root and the group, with this mode? False also where
 * there is no such group. */
bool fidotool_check_is_owned(const FidotoolPlace *place, const struct stat *st,
                             const char *group, mode_t mode);

/* One comma-separated text of several words, or none. */
char *fidotool_check_join(const GPtrArray *words, const char *none);

void fidotool_check_accounts(GPtrArray *rows, const FidotoolPlace *place);
void fidotool_check_units(GPtrArray *rows, const FidotoolPlace *place);
void fidotool_check_files(GPtrArray *rows, const FidotoolPlace *place);
void fidotool_check_nodes(GPtrArray *rows, const FidotoolPlace *place);
