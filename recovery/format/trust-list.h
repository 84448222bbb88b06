/* SPDX-License-Identifier: Apache-2.0 */
/* trust-list.h - what keys are judged by besides the roots of the founding:
 * one line of the JCS subset that names files by their digests, signed by two
 * (trust.load). It knows which files, and nothing of what is in them.
 *
 *   {"advisories"?,"blob"?,"blob_at"?,"blob_no"?,"crls":[],"roots":[],
 *    "signer"?,"v":1,"vendor"?} */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fidotool/pack.h"

/* Largest line, and most files of one kind (fidotool/judge/revocation.h). */
#define RECOVERY_TRUST_LIST_MAX (16 * 1024)
#define RECOVERY_TRUST_LIST_FILES 64

/* Digests are 64 hex digits; what is not there is NULL. */
typedef struct {
  char *blob;       /* the metadata, as downloaded */
  int64_t blob_no;  /* its number */
  int64_t blob_at;  /* when it was judged, seconds UTC */
  char *signer;     /* who signs it; with a BLOB alone */
  GPtrArray *roots; /* char *: who may vouch for it, DER; likewise; sorted */
  GPtrArray *crls;  /* char *: revocation lists, DER; sorted */
  char *vendor;     /* the organisation's own anchors */
  char *advisories; /* its own advisories */
} RecoveryTrustList;

RecoveryTrustList *recovery_trust_list_new(void);
void recovery_trust_list_free(RecoveryTrustList *list);

/* errors  RECOVERY_ERROR_INVALID */
RecoveryTrustList *recovery_trust_list_read(const char *line, size_t len,
                                            GError **error);
char *recovery_trust_list_write(const RecoveryTrustList *list, GError **error);
/* Adds a digest in its place; false where it is there. */
bool recovery_trust_list_add(GPtrArray *digests, const char *digest);

/* A file that the list names. */
typedef struct {
  FidotoolPackKind kind;
  const char *digest;
  const char *suffix; /* of its name in a bundle */
} RecoveryTrustListFile;
/* File i of the list; false at the end. */
bool recovery_trust_list_file(const RecoveryTrustList *list, size_t i,
                              RecoveryTrustListFile *ret_file);

/*
 * Whether next lets nothing in that old (NULL: nothing) does not: the same
 * roots, signer and own anchors, no revocation list less, and of the same
 * metadata the same number or a later one.
 */
bool recovery_trust_list_tightens(const RecoveryTrustList *next,
                                  const RecoveryTrustList *old);

/* Fetches a file by its digest; NULL and error. */
typedef GBytes *(*RecoveryTrustListFetch)(const RecoveryTrustListFile *file,
                                          void *data, GError **error);
/*
 * What a judge is taught: the files behind one another.
 * known    the number of the metadata known before, -1: none
 * returns  the pack; NULL and what fetch says, or INVALID: too large
 */
GBytes *recovery_trust_list_pack(const RecoveryTrustList *list, int64_t known,
                                 RecoveryTrustListFetch fetch, void *data,
                                 GError **error);

/* The numbers of metadata that were in force, of each signer the highest: they
 * never go back. */
GHashTable *recovery_trust_list_numbers_new(void);
/* -1: none of this signer. */
int64_t recovery_trust_list_number(GHashTable *numbers, const char *signer);
/* Whether the list may follow them. */
bool recovery_trust_list_may_follow(GHashTable *numbers,
                                    const RecoveryTrustList *list);
void recovery_trust_list_note_number(GHashTable *numbers,
                                     const RecoveryTrustList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryTrustList, recovery_trust_list_free)
