/* SPDX-License-Identifier: Apache-2.0 */
/* model.h - what is true now, made from the events alone: live and after a
 * restart the same function applies them. */
#pragma once

#include "fidotool/json.h"
#include "recovery/case.h"
#include "recovery/format/exception-line.h"
#include "recovery/format/roster.h"
#include "recovery/format/trust-list.h"
#include "recovery/policy.h"
#include "recovery/policy/document.h"
#include "recovery/policy/history.h"
#include "recovery/record.h"

/* A key in the register of our own relying party. */
typedef struct {
  uint8_t cred[32];
  char *sub;
  RecoveryKeyState state;
  char *aaguid; /* may be NULL */
  uint8_t registration[32];
  bool has_registration;
  int64_t since_ms, last_seq;
} RecoveryModelKey;

/* A signature of an act that takes more: the first, or one after another. */
typedef struct RecoveryModelProposed {
  char *act, *actor, *machine;
  char *about; /* hex object, or case id */
  uint8_t stmt[32];
  uint8_t policy[32]; /* in force then */
  int64_t at_ms;      /* of the first */
  int n;              /* 1 for the first */
  const struct RecoveryModelProposed *earlier; /* the one before, or NULL */
} RecoveryModelProposed;

/* A change of roster or policy that has both signatures, not yet in force. */
typedef struct {
  char *act;
  uint8_t object[32], stmt[32]; /* the last statement */
  int64_t due_ms;
} RecoveryModelChange;

/* An exception that was granted, for ever: its id is never used again. */
typedef struct {
  RecoveryExceptionLine *line;
  uint8_t object[32];
  char *approved_by[2];         /* in the order of signing */
  char *reviewed_by, *ended_by; /* NULL: nobody */
  int64_t granted_ms, reviewed_ms, ended_ms;
  int64_t uses, used_ms; /* entries that name it, and the last of them */
} RecoveryModelException;

/* One decision that somebody approved (decision.approve). */
typedef struct {
  uint8_t stmt[32];
  char *by, *slot;
  char *sub, *caller, *journey, *app;
  char *transaction;     /* NULL: none */
  uint8_t reference[32]; /* a commitment */
  int64_t at_ms, until_ms;
  int64_t used_seq, used_ms; /* the entry that used it up; -1: none */
} RecoveryModelConsent;

/* A draft that is tried beside the policy in force; seq 0: none was. */
typedef struct {
  uint8_t object[32];
  int64_t seq, from_ms, until_ms;
  char *actor;
} RecoveryModelTry;

/* Who approved when. */
typedef struct {
  const char *person; /* interned */
  int64_t at_ms;
} RecoveryModelApproval;

/* An entry that is marked weaker, or that gives or uses an approval. */
typedef struct {
  int64_t seq, at_ms;
} RecoveryModelWeaker;

/* An effect whose outcome is not recorded yet. */
typedef struct {
  char *act; /* without .intent */
  FidotoolJson *fields;
} RecoveryModelEffect;

typedef struct {
  RecoveryStore *store; /* not owned */
  bool practice;
  bool projecting; /* the lists in the store follow */
  bool imported;   /* keys of a directory came in */
  bool started;    /* every key of the first roster was enrolled */
  char *station, *origin, *rp_id, *rp_origin;
  RecoveryRoster *roster; /* in force */
  uint8_t roster_digest[32];
  RecoveryPolicy *policy; /* in force */
  GBytes *policy_bytes;
  uint8_t policy_digest[32];
  int64_t policy_highest; /* of all versions that were in force */
  RecoveryDocument *base; /* that policies keep, in force; NULL: none yet */
  GBytes *base_bytes;
  uint8_t base_digest[32];
  int64_t base_highest; /* of all versions that were in force */
  RecoveryModelTry tried;
  RecoveryHistory *history;     /* of all policies */
  GArray *judgements;           /* int64_t: seq of each entry that names one, or
                                   tells of a decision */
  RecoveryTrustList *trust;     /* in force; NULL: none yet */
  uint8_t trust_digest[32];     /* of it; zeros */
  GHashTable *metadata_numbers; /* trust-list.h */
  GHashTable *cases;            /* id -> RecoveryCase */
  GPtrArray *case_ids;          /* in order of opening */
  GHashTable *keys;             /* hex cred -> RecoveryModelKey */
  GHashTable *subs;             /* subject ids of the directory */
  GHashTable *enrolled;  /* hex registration with roster.enrol -> person */
  GPtrArray *enrolments; /* those registrations, in order */
  GHashTable *listed;    /* hex registrations that stood in a roster */
  GHashTable *counters;  /* hex cred -> last counter (guint) */
  GHashTable *key_owner, *employee_owner; /* hex -> person, for ever */
  GHashTable *subject_owner,
      *subject_of;         /* sub -> person, and back, likewise */
  GPtrArray *rosters;      /* GBytes of every version, in order of digest use */
  GPtrArray *proposed;     /* RecoveryModelProposed */
  GPtrArray *changes;      /* RecoveryModelChange */
  GPtrArray *exceptions;   /* RecoveryModelException, in order of grant */
  uint64_t exception_acts; /* grants, reviews and ends so far */
  GPtrArray *consents;     /* RecoveryModelConsent, in order; not of long ago */
  GPtrArray *effects;      /* RecoveryModelEffect: intents without outcome */
  GArray *approvals;       /* RecoveryModelApproval: every one, for limits */
  GArray *weaker;          /* RecoveryModelWeaker: every one, in order */
  GArray *consented;       /* RecoveryModelWeaker, likewise */
  GHashTable *uses;        /* "sub fallback" -> GArray of int64_t, when */
  /* Time that surely passed: monotonic spans between events of one boot. */
  int64_t counted_ms;
  int64_t last_ms, last_mono_ms, last_heartbeat_ms;
  char *last_boot;
  bool checkpoint_due; /* an approval, a closed case or a bundle came since */
} RecoveryModel;

RecoveryModel *recovery_model_new(RecoveryStore *store, bool practice);
void recovery_model_free(RecoveryModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryModel, recovery_model_free)

/*
 * Applies one entry (already checked against its row) and writes the
 * projections that it changes where `project` is set (inside the store's
 * transaction).
 * errors  RECOVERY_ERROR_DAMAGED: the events do not fit together
 */
bool recovery_model_apply(RecoveryModel *model, const FidotoolJson *entry,
                          bool project, GError **error);

RecoveryCase *recovery_model_case(const RecoveryModel *model, const char *id);
RecoveryModelKey *recovery_model_key(const RecoveryModel *model,
                                     const char *cred_hex);
/* Counted time at a moment (see counted_ms). */
int64_t recovery_model_counted(const RecoveryModel *model,
                               const RecoveryMoment *moment);
/* The first signature waiting for its second, younger than 24 h. */
const RecoveryModelProposed *recovery_model_proposed(const RecoveryModel *model,
                                                     const char *act,
                                                     const char *about,
                                                     int64_t now_ms);
/* A granted exception by its id, or by the digest of its line; NULL. */
RecoveryModelException *recovery_model_exception(const RecoveryModel *model,
                                                 const char *id);
RecoveryModelException *recovery_model_exception_of(const RecoveryModel *model,
                                                    const char *object_hex);
/* How often that person used that fallback in the 30 days before. */
int64_t recovery_model_weaker_uses(const RecoveryModel *model, const char *sub,
                                   const char *fallback, int64_t now_ms);
/* The statement behind a digest, parsed. NOT_FOUND where it is missing. */
FidotoolJson *recovery_model_statement(const RecoveryModel *model,
                                       const uint8_t digest[32],
                                       GError **error);
/* Id of the machine that signed an entry (asrt, its second digest). DAMAGED
 * where the roster has no such machine. */
const char *recovery_model_machine(const RecoveryModel *model,
                                   const FidotoolJson *entry, GError **error);
