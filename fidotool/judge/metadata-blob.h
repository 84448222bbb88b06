/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-blob.h - judges a metadata BLOB: the checks M1 to M16, and where
 * its entries lie. */
#pragma once

#include "fidotool/judge/chain.h"
#include "fidotool/judge/metadata-entry.h"
#include "fidotool/judge/verdict.h"

/* Who signs the BLOB of the FIDO Alliance. */
#define FIDOTOOL_METADATA_BLOB_SIGNER "mds.fidoalliance.org"
/* Entries of one BLOB that are read. */
#define FIDOTOOL_METADATA_BLOB_ENTRIES_MAX 65536

typedef struct FidotoolMetadataIndex FidotoolMetadataIndex;

/* What a BLOB is held against. */
typedef struct {
  const FidotoolAnchors *anchors;
  const char *signer; /* its leaf's CN */
  int64_t at;         /* seconds UTC */
  int64_t known_no;   /* the number that is known already; -1: none */
  const FidotoolMetadataIndex *known; /* what was known under it, or NULL */
} FidotoolMetadataRules;

/* An entry that can be found. */
typedef struct {
  FidotoolSlice json; /* of the payload, as it was signed */
  bool has_aaguid;
  uint8_t aaguid[16];
  guint key_first, key_count; /* rows of key_ids */
} FidotoolMetadataItem;

typedef struct {
  bool good;         /* nothing forbids taking it */
  bool is_trust;     /* where it is not: chain or number, not the bytes */
  GArray *checks;    /* FidotoolCheckResult */
  GBytes *payload;   /* NULL before it is signed */
  int64_t no;        /* -1 where unknown */
  char *next_update; /* "2026-03-01" */
  bool overdue;      /* at that time */
  char *legal_header;
  char *signer;         /* CN of the leaf */
  int64_t signer_until; /* when the leaf ends, seconds UTC */
  char *anchor;         /* SHA-256, hex */
  GArray *items;        /* FidotoolMetadataItem */
  GByteArray *key_ids;  /* FIDOTOOL_METADATA_ENTRY_KEY_ID bytes each */
  guint ignored;        /* entries without any name, or of no model */
  guint twice;          /* entries whose AAGUID came before */
  guint stale;          /* statements that did not rise (M13) */
} FidotoolMetadataBlob;

/*
 * Judges text, the BLOB as it was downloaded. Every check that can be made is.
 * returns   never NULL; freed with fidotool_metadata_blob_free()
 * standard  MDS 3.1.1, 3.2
 */
FidotoolMetadataBlob *
fidotool_metadata_blob_judge(FidotoolSlice text,
                             const FidotoolMetadataRules *rules);
void fidotool_metadata_blob_free(FidotoolMetadataBlob *blob);

/* The second half of it, for a payload (not taken) whose signature is good. */
void fidotool_metadata_blob_read(FidotoolMetadataBlob *blob, GBytes *payload,
                                 const FidotoolMetadataRules *rules);
/* An empty one to read into. */
FidotoolMetadataBlob *fidotool_metadata_blob_new(void);

/* The first check that failed, "metadata/M7: ..."; NULL where it is good. */
char *fidotool_metadata_blob_reason(const FidotoolMetadataBlob *blob);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolMetadataBlob, fidotool_metadata_blob_free)
