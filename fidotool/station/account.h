/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - users and groups of a machine, from its own two files: what a
 * directory adds is not seen. */
#pragma once

#include "fidotool/station/place.h"

typedef struct {
  char *name;
  gid_t gid; /* primary */
  char *home;
  char *shell;
} FidotoolAccount;

/* NULL where there is no such user. */
FidotoolAccount *fidotool_account_find(const FidotoolPlace *place,
                                       const char *name);
void fidotool_account_free(FidotoolAccount *account);

/* False where there is no such group. */
bool fidotool_account_group(const FidotoolPlace *place, const char *name,
                            gid_t *ret_gid);

/* Everybody in the group, as a member or as their first group; names, sorted
 * by file and line. */
GPtrArray *fidotool_account_members(const FidotoolPlace *place,
                                    const char *group);

/* The group's name, or its number. Free with g_free(). */
char *fidotool_account_group_name(const FidotoolPlace *place, gid_t gid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolAccount, fidotool_account_free)
