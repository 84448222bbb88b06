/* SPDX-License-Identifier: Apache-2.0 */
/* walk.h - the audit's way over the entries, from the first to the last, and
 * all it has to remember. Inside recovery/audit alone. */
#pragma once

#include "fidotool/judge/request.h"
#include "fidotool/json.h"
#include "recovery/audit/bag.h"
#include "recovery/audit/paper.h"
#include "recovery/audit/trust.h"
#include "recovery/audit/verdict.h"
#include "recovery/format/act.h"
#include "recovery/format/roster.h"
#include "recovery/format/state.h"
#include "recovery/format/tree.h"
#include "recovery/format/trust-list.h"
#include "recovery/policy/document.h"

/* A signature that was judged. row, machine and fields are NULL where roster
 * or statement are not in the bundle. Everything belongs to the walk. */
typedef struct {
  const char *actor;
  const char *digest; /* of the statement, hex */
  const RecoveryRosterKey *row;
  const RecoveryRosterMachine *machine;
  const FidotoolJson *fields;
} RecoveryWalkSigned;

/* A change that was signed and waits for its effect or a veto. */
typedef struct {
  const RecoveryAct *act;
  char *object;
  const FidotoolJson *fields; /* of the last statement; NULL: not there */
  int64_t at_ms;
  bool done;
} RecoveryWalkChange;

/* Statements of one act that wait for the next signature. */
typedef struct {
  const RecoveryAct *act;
  GArray *signers; /* RecoveryWalkSigned, in order */
  int64_t first_ms;
} RecoveryWalkProposed;

typedef struct {
  char *slot;
  RecoveryWalkSigned by;
} RecoveryWalkApproval;

/* One case. State names of break-glass are not in state.h: text for all. */
typedef struct {
  char *id, *sub, *op, *tier;
  char *state;  /* "" before case.open */
  char *before; /* the state before the contest */
  char *opener;
  int64_t opened_seq;
  GHashTable *creds;     /* reported: hex */
  GHashTable *suspended; /* of these */
  GHashTable *proofers;  /* persons of the steps before the approvals */
  GHashTable *approvers; /* persons, voided approvals too */
  bool rejected;         /* a contest of it was rejected once */
  char *submit;          /* stmt of the last case.submit; NULL after amend */
  char *digest;          /* of the frozen line, where it is known */
  char *evidence;
  int64_t submit_seq;
  char **slots;
  int64_t check_pct; /* of the policy at the last submit */
  char *checker;     /* who passed the routine check; or NULL */
  GPtrArray *made;   /* char *: credentials, at most two */
  char *bound;       /* credential */
  GArray *approvals; /* RecoveryWalkApproval, in force */
  int64_t not_before_ms;
  int64_t issued_ms; /* -1 until then */
} RecoveryWalkCase;

/* A key that was made in a case. */
typedef struct {
  char *sub;
  char *public_key; /* base64 of the COSE key */
  GBytes *id;
  int64_t be;
} RecoveryWalkKey;

typedef struct {
  RecoveryVerdict *verdict;
  const RecoveryBag *bag;
  const RecoveryTrust *trust;
  FidotoolRequests *judge;
  GStringChunk *strings; /* texts that outlive their entry */
  int practice;          /* 1, 0, or -1 until a key says it */

  GHashTable *papers;  /* digest -> RecoveryPaper */
  GHashTable *rosters; /* digest -> RecoveryRoster, all versions */
  GHashTable *facts;   /* digest of a registration -> FidotoolJson */
  GHashTable *named;   /* "data/roster/<digest>" and so on: what is named */

  /* The entry at hand, and the record so far. */
  int64_t seq, now_ms, latest_ms;
  RecoveryTree tree;
  GByteArray *roots; /* after each entry, 32 bytes each */
  char *origin, *genesis, *policy, *rp_id, *web_origin;
  const RecoveryRoster *roster; /* in force; NULL where it is not there */
  RecoveryTrustList *known;     /* what keys are judged by; NULL: nothing */
  char *known_digest;           /* of it; NULL: no list was in force yet */
  GHashTable *numbers;          /* of metadata (trust-list.h) */
  int64_t judged_seq, judged_s; /* the time of an entry's judgement */
  bool untaught;                /* the judge does not know it yet */
  bool blind;                   /* a file of it is missing */
  GHashTable *first_enrol;      /* registrations of the first roster; NULL */
  bool closed;
  bool later; /* the record begins in an earlier epoch */

  GHashTable *ids;        /* of entries */
  GHashTable *nonces;     /* nonce -> place */
  char *base;             /* digest of the one in force, or NULL */
  int64_t base_highest;   /* version of those */
  GHashTable *policies;   /* digest -> "id version" */
  int64_t policy_highest; /* version of those */
  GHashTable *enrolled;   /* registrations */
  GHashTable *sessions;   /* "person role" -> int64_t, when last activated */
  GHashTable *revoked;    /* cred -> int64_t, seq of the last outcome */
  GHashTable *counters;   /* key, base64 -> last counter + 1 */
  GHashTable *proposed;   /* last stmt -> RecoveryWalkProposed */
  GHashTable *changes;    /* stmt -> RecoveryWalkChange */
  GHashTable *cases;      /* id -> RecoveryWalkCase */
  GHashTable *intents;    /* act and fields -> GArray of seq */
  GHashTable *keys;       /* cred -> RecoveryWalkKey */
  GHashTable *restricted; /* creds that were made as a weaker path */
  GHashTable *in_force;   /* stmt -> path in data/approvals */
  GHashTable *off;        /* "siem x", "witness y" -> 1 while switched off */
  GHashTable *witnesses;
  GHashTable *consents;      /* stmt -> as walk-consent.c has it */
  GHashTable *exceptions;    /* object -> as walk-exception.c has it */
  GHashTable *exception_ids; /* of those that were granted */
  GHashTable *documents;     /* policy -> RecoveryDocument, or NULL */
} RecoveryWalk;

RecoveryWalk *recovery_walk_new(RecoveryVerdict *verdict,
                                const RecoveryBag *bag,
                                const RecoveryTrust *trust);
void recovery_walk_free(RecoveryWalk *walk);

/* All entries; the first bad one is recorded as tampering and ends it. */
bool recovery_walk_entries(RecoveryWalk *walk);
/* Hex root of the first size entries; NULL beyond the end. g_free(). */
char *recovery_walk_root(const RecoveryWalk *walk, uint64_t size);

/* Sets an error with words, answers false: an entry is refused so. */
bool recovery_walk_fail(GError **error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* Something before the entry is not in the record: bad, unless it may lie in
 * an earlier epoch. Then it is recorded as missing, and true. */
bool recovery_walk_unknown(RecoveryWalk *walk, const char *text,
                           GError **error);

/* A file named by its digest: noted as named; NULL, and recorded as missing,
 * where it is not there. folder as "registrations", suffix as "cbor". */
const RecoveryBagFile *recovery_walk_object(RecoveryWalk *walk,
                                            const char *folder,
                                            const char *suffix,
                                            const char *digest);
/* A version of the roster likewise. */
const RecoveryRoster *recovery_walk_roster(RecoveryWalk *walk,
                                           const char *digest);
/* Each nonce is there once in the whole record. */
bool recovery_walk_use_nonce(RecoveryWalk *walk, const char *nonce,
                             const char *place, GError **error);

RecoveryWalkCase *recovery_walk_find_case(const RecoveryWalk *walk,
                                          const FidotoolJson *entry);
void recovery_walk_free_case(RecoveryWalkCase *of);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryWalk, recovery_walk_free)
