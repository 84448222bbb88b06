/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.h - what an audit found. The verdict is the worst of it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Where a finding is about no entry. */
#define RECOVERY_VERDICT_NO_SEQ INT64_C(-1)

typedef struct {
  bool tampered; /* otherwise something is missing */
  int64_t seq;   /* of the entry, or RECOVERY_VERDICT_NO_SEQ */
  char *place;   /* path in the bundle, or "entry 7" */
  char *text;
} RecoveryVerdictFinding;

typedef struct {
  GPtrArray *findings; /* RecoveryVerdictFinding, as they were found */
  GHashTable *known;   /* those of missing things, each once */
  GPtrArray *notes;    /* char *: remarks that change nothing */
  GPtrArray *lacking;  /* char *: parts of the trust folder that lack */
  bool fast;           /* the first tampering ends the audit */
  bool practice;
  char *origin; /* of the record; NULL where it came not so far */
  char *root;   /* hex, of the last entry */
  int64_t entries;
  unsigned signatures, cases, approved, weaker;
} RecoveryVerdict;

RecoveryVerdict *recovery_verdict_new(void);
void recovery_verdict_free(RecoveryVerdict *verdict);

void recovery_verdict_tampered(RecoveryVerdict *verdict, int64_t seq,
                               const char *place, const char *text);
/* The same finding twice is kept once. */
void recovery_verdict_missing(RecoveryVerdict *verdict, int64_t seq,
                              const char *place, const char *text);
/* Takes text. */
void recovery_verdict_note(RecoveryVerdict *verdict, char *text);

bool recovery_verdict_is_tampered(const RecoveryVerdict *verdict);
/* 0 good; RECOVERY_ERROR_INVALID tampered; RECOVERY_ERROR_INCOMPLETE where
 * something is missing, or the bundle is consistent and not anchored. */
int recovery_verdict_code(const RecoveryVerdict *verdict);
/* The finding that decides: tampering first, files before entries, entries in
 * their order; NULL where there is none. */
const RecoveryVerdictFinding *
recovery_verdict_worst(const RecoveryVerdict *verdict);
/* One line: "GOOD: ...", "TAMPERED: ...", "INCOMPLETE: ...", "NOT ANCHORED:
 * ...", in practice with "PRACTICE " before it. Free with g_free(). */
char *recovery_verdict_headline(const RecoveryVerdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryVerdict, recovery_verdict_free)
