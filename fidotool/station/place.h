/* SPDX-License-Identifier: Apache-2.0 */
/* place.h - the files of a machine, below a root; nothing outside it is read.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

typedef struct {
  const char *root; /* "" for this machine */
  uid_t owner;      /* who root is; 0 on a real machine */
} FidotoolPlace;

/* The file's text, made valid UTF-8; NULL where it cannot be read. Files of
 * /proc and /sys too. Free with g_free(). */
char *fidotool_place_read(const FidotoolPlace *place, const char *path);

/* Follows links. False where there is nothing, or it cannot be seen. */
bool fidotool_place_stat(const FidotoolPlace *place, const char *path,
                         struct stat *ret_stat);

/* The names in a folder, sorted; an empty list where there is none. */
GPtrArray *fidotool_place_list(const FidotoolPlace *place, const char *path);

/* A link to /dev/null: how systemd and udev mask a file. */
bool fidotool_place_is_masked(const FidotoolPlace *place, const char *path);

/* An access list with more than owner, group and others; also where that
 * cannot be told. */
bool fidotool_place_has_acl(const FidotoolPlace *place, const char *path);
