/* SPDX-License-Identifier: Apache-2.0 */
/* bag.h - a bundle as files: read from a folder or an archive, laid out as it
 * must be, manifest and names fitting. Nothing in the files is understood. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "recovery/audit/verdict.h"

#define RECOVERY_BAG_ENTRIES "data/entries.jsonl"
#define RECOVERY_BAG_CHECKPOINT "data/checkpoint"
#define RECOVERY_BAG_VKEY "data/station.vkey"
#define RECOVERY_BAG_SIGNERS "data/roster.allowed_signers"
#define RECOVERY_BAG_MANIFEST "manifest-sha256.txt"
#define RECOVERY_BAG_EXPORT "export.json"

typedef struct {
  char *path;
  GBytes *data;
  char digest[65]; /* SHA-256 in hex */
} RecoveryBagFile;

typedef struct {
  GTree *files; /* path -> RecoveryBagFile, bytewise by path */
  char *odd;    /* path of the first thing that cannot be in a bundle */
  char *why;
} RecoveryBag;

RecoveryBag *recovery_bag_new(void);
void recovery_bag_free(RecoveryBag *bag);
/* Adds a file, or puts it in the place of one. */
void recovery_bag_put(RecoveryBag *bag, const char *path, GBytes *data);
void recovery_bag_remove(RecoveryBag *bag, const char *path);
/* NULL where it is not there. */
const RecoveryBagFile *recovery_bag_find(const RecoveryBag *bag,
                                         const char *path);

/*
 * Reads a folder, or a tar stream as export writes it. Links, special and too
 * large files are not read but remembered as odd.
 * errors  RECOVERY_ERROR_FAILED: it cannot be read at all
 */
RecoveryBag *recovery_bag_open(const char *path, GError **error);

/* The first file of a folder inside ("data/roster/"), then the next; NULL at
 * the end. */
GTreeNode *recovery_bag_first(const RecoveryBag *bag, const char *prefix);
GTreeNode *recovery_bag_next(GTreeNode *node, const char *prefix);

/* Only files that may be there, all that must be, and bagit.txt as it is. */
bool recovery_bag_check_layout(const RecoveryBag *bag,
                               RecoveryVerdict *verdict);
/* The manifest is made again and compared. Free the text with g_free(). */
char *recovery_bag_manifest(const RecoveryBag *bag);
bool recovery_bag_check_manifest(const RecoveryBag *bag,
                                 RecoveryVerdict *verdict);
/* Files named by their digest have it. */
bool recovery_bag_check_names(const RecoveryBag *bag, RecoveryVerdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryBag, recovery_bag_free)
