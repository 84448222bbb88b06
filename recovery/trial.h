/* SPDX-License-Identifier: Apache-2.0 */
/* trial.h - one request on trial: who asks, what for, and, when it is handed
 * in, with which signatures. Private to the station. */
#pragma once

#include "recovery/format/note.h"
#include "recovery/format/sshsig.h"
#include "recovery/format/tar.h"
#include "recovery/model.h"
#include "recovery/policy/columns.h"
#include "recovery/station.h"
#include "recovery/vault.h"

/* A role that was activated on a connection. */
typedef struct {
  char *person, *role;
  int64_t until_ms;
} RecoveryTrialRole;

struct RecoverySession {
  RecoveryPeer peer;
  const RecoveryCaller *caller; /* not owned; NULL: asks no decisions */
  GPtrArray *roles;             /* RecoveryTrialRole */
};

/* A proposal that was handed out and not handed in yet. */
typedef struct {
  FidotoolJson *request; /* as it was asked */
  FidotoolJson *draft;   /* what was drawn for it (ids, lines, files) */
  GPtrArray *files;      /* of export.made: the bundle */
  RecoveryPeer peer;
  const void *session; /* who asked; compared alone */
  int64_t until_ms;
} RecoveryPending;

typedef struct RecoveryFound RecoveryFound;
typedef struct RecoveryKnownPart RecoveryKnownPart;
typedef struct RecoveryJudging RecoveryJudging;
typedef struct RecoveryPoint RecoveryPoint;
typedef struct RecoveryBeside RecoveryBeside;

struct RecoveryStation {
  RecoveryStationConfig config;
  char *store_path, *build;
  RecoveryStore *store;
  RecoveryRecord *record;
  RecoveryVault *vault;
  RecoveryModel *model;
  RecoveryFound *found;    /* the founding, until entry 0 stands */
  GHashTable *pending;     /* nonce hex -> RecoveryPending */
  GHashTable *bundles;     /* statement hex -> GPtrArray of tar files */
  GPtrArray *roots;        /* GBytes, DER of attestation roots */
  RecoveryBeside *beside;  /* what is counted of a draft; or NULL */
  GBytes *pack;            /* what the judge is taught (known.c), or NULL */
  uint8_t pack_of[32];     /* the list that it was made of */
  char *next_update;       /* of its metadata, a date; NULL: not known yet */
  RecoveryKnownPart *part; /* of a file that comes in, or NULL */
  RecoveryPoint *point;    /* decisions (point.h); NULL until one is asked */
  uint8_t station_public[32], machine_public[32];
  bool broken; /* a commit failed: reopen before anything else */
};

typedef struct RecoveryDeed RecoveryDeed;

typedef struct {
  RecoveryStation *station;
  RecoverySession *session;
  RecoveryMoment now;
  const RecoveryDeed *deed;
  const FidotoolJson *request; /* the fields asked for */
  FidotoolJson *draft;         /* not owned; never NULL */
  const char *actor;
  const RecoveryRosterKey *named; /* the key that named the actor, or NULL */
  RecoveryCase *of;
  const RecoveryModelProposed *first; /* the first of two signatures */
  /* When it is handed in. */
  bool submitting;
  FidotoolJson *statement;
  const char *line;
  size_t line_len;
  uint8_t stmt[32], asrt[2][32];
  GBytes *sig, *machine_sig;
  const RecoveryRosterKey *key;
  const RecoveryRoster *roster; /* whose keys may sign */
  const RecoveryRosterMachine *machine;
  RecoverySshsigSeen seen;
  /* roster.enrol of a key that is in no roster yet (staff-key.c). */
  RecoveryRoster *newcomers; /* holds the one row below */
  const RecoveryRosterKey *newcomer;
  char *newcomer_id;        /* base64 */
  RecoveryJudging *judging; /* of roster.enrol, when it is handed in */
  GBytes *info;             /* what its key says of itself, or NULL */
  const char *note;         /* handed in beside a signature, or NULL */
  FidotoolJson *done;       /* what the answer says besides */
  GPtrArray *files;         /* of export.made: the bundle, when proposed */
} RecoveryTrial;

/* What carries out one act. */
struct RecoveryDeed {
  const char *act;
  /* The connection needs an active role that may do the act. */
  bool in_role;
  /* Members of the request (recovery/member.h), "?" after one that may miss;
   * slot aside. */
  const char *takes;
  /* Adds the fields of the act's row to a statement (and what was drawn for
   * it to the draft). Called for the proposal and again when it is handed in:
   * what comes out must be the same. NULL: an act without a statement. */
  bool (*fill)(RecoveryTrial *trial, FidotoolJson *statement, GError **error);
  /* Appends the entries, inside the transaction; entry has act, out, actor,
   * stmt and asrt already and is taken. */
  bool (*carry_out)(RecoveryTrial *trial, FidotoolJson *entry, GError **error);
};

const RecoveryDeed *recovery_deed_find(const char *act);
const RecoveryDeed *recovery_deed_at(size_t i); /* NULL at the end */

/* First rule that refuses, or NULL. Fills trial->key, machine, seen when it
 * is handed in. errors: what could not be looked up */
bool recovery_rule_check(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                         GError **error);
/* The rows about the actor alone: who could do the act at all. */
bool recovery_rule_check_actor(RecoveryTrial *trial,
                               RecoveryRefusal **ret_refusal, GError **error);
/* May the role do the act on trial (its slot counts)? */
bool recovery_rule_actor_may(const RecoveryTrial *trial, const char *role);
/* The rows about the two signatures alone (the founding has no more). */
bool recovery_rule_check_signatures(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);

/* Entries. fields is taken. The entry is applied to the model as well. */
bool recovery_trial_append(RecoveryTrial *trial, FidotoolJson *fields,
                           GError **error);
/* A new entry's fields: act, out "ok"; with the case's id, sub and the state
 * after it where of is not NULL. */
FidotoolJson *recovery_trial_entry(const char *act, const RecoveryCase *of,
                                   RecoveryState state);
/* Adds case, sub, state of an act in a case to an entry; DAMAGED without row.
 */
bool recovery_trial_in_case(RecoveryTrial *trial, FidotoolJson *entry,
                            RecoveryState wanted, GError **error);
/* Adds the private note that every staff step carries: of a fixed length, so
 * that the record does not tell whether there is one. text: NULL, none; at most
 * RECOVERY_TRIAL_NOTE bytes and one line, else USAGE. */
#define RECOVERY_TRIAL_NOTE RECOVERY_NOTE_BYTES
bool recovery_trial_note_of(RecoveryTrial *trial, FidotoolJson *entry,
                            const char *sub, const char *text, GError **error);
/* Likewise, of what the request says ("note"); mostly an empty one. */
bool recovery_trial_note(RecoveryTrial *trial, FidotoolJson *entry,
                         const char *sub, GError **error);
/* Commits to one field of the subject: {"name": value}; hex in ret_hex. */
bool recovery_trial_commit(RecoveryTrial *trial, const char *sub,
                           const char *name, const char *value, char **ret_hex,
                           GError **error);
/* Text drawn at random: prefix and 8 hex digits; hex of n bytes. */
char *recovery_trial_new_id(const char *prefix);
char *recovery_trial_random_hex(size_t n);
/* Member of the draft, or else of the request. */
const char *recovery_trial_text(const RecoveryTrial *trial, const char *name);
/* Who asks: the request's "actor", or the person whose key has the credential
 * "cred" (base64, as in the query "signers"). */
void recovery_trial_find_actor(RecoveryTrial *trial);
/* The RP ID of the keys that sign. */
const char *recovery_trial_approval_rp_id(const RecoveryTrial *trial);
/* A role is active on the connection; with act, one that may do the act. */
bool recovery_trial_has_role(const RecoveryTrial *trial, const char *act);
/* Fields of a statement that every case act has (C). */
void recovery_trial_fill_case(RecoveryTrial *trial, FidotoolJson *statement);
void recovery_trial_set_hex(FidotoolJson *object, const char *name,
                            const uint8_t *data, size_t len);
/* Milliseconds to the record's form of time, set as a member. */
void recovery_trial_set_time(FidotoolJson *object, const char *name,
                             int64_t ms);

/* effect.c: what reaches beyond the entry at hand. */
bool recovery_effect_key(RecoveryTrial *trial, const char *act,
                         const RecoveryCase *of, const char *cred_hex,
                         GError **error);
bool recovery_effect_notice(RecoveryTrial *trial, const RecoveryCase *of,
                            const char *kind, GError **error);
bool recovery_effect_tell(RecoveryTrial *trial, const char *person,
                          const char *text, GError **error);
/* All officers; of: the case that it is about, or NULL. */
bool recovery_effect_tell_officers(RecoveryTrial *trial, const RecoveryCase *of,
                                   const char *text, GError **error);
/* Carries out notices whose intent is recorded; called outside a transaction.
 */
bool recovery_effect_run(RecoveryTrial *trial, GError **error);
/* Looks a contest code up: its case, or NULL. */
RecoveryCase *recovery_effect_code(RecoveryTrial *trial, const char *code);

/* judging.c: the judge worker's word. */
struct RecoveryJudging {
  FidotoolJson *answer; /* as in fidotool/judge/request.h */
  FidotoolJson *result; /* the text of its `result`, read */
  RecoveryPolicyFacts facts;
  uint8_t cred[32];
  char *anchor;
  /* What it was asked, for the record (judgement.c). */
  char *options;
  FidotoolJson *transports; /* the client's word, or NULL */
  int64_t at_s;
};
void recovery_judging_free(RecoveryJudging *judging);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryJudging, recovery_judging_free)
/* kind: registration or assertion; options, response and stored (may be NULL)
 * are taken. A verdict that is not "valid" is a refusal. */
RecoveryJudging *recovery_judging_ask(RecoveryStation *station,
                                      const char *kind, FidotoolJson *options,
                                      FidotoolJson *response,
                                      FidotoolJson *stored, int64_t at_s,
                                      RecoveryRefusal **ret_refusal,
                                      GError **error);
/* The evidence of a registration: canonical CBOR (ledger, 10.3). */
GBytes *recovery_judging_registration(GBytes *att, const uint8_t cdh[32],
                                      GBytes *cdj);
GBytes *recovery_judging_assertion(GBytes *auth_data, const uint8_t cdh[32],
                                   GBytes *cdj, GBytes *sig, GBytes *cred);
/* judgement.c: keeps all that the registration was judged by under its digests,
 * and names it in the entry (docs/record.md). getinfo may be NULL. */
bool recovery_judgement_keep(RecoveryTrial *trial,
                             const RecoveryJudging *judging,
                             const uint8_t registration[32], GBytes *getinfo,
                             FidotoolJson *entry, GError **error);
/* Judges a stored registration again, for that RP ID, as of at_s. */
RecoveryJudging *recovery_judging_again(RecoveryStation *station,
                                        const uint8_t registration[32],
                                        const char *rp_id, int64_t at_s,
                                        RecoveryRefusal **ret_refusal,
                                        GError **error);

/* known.c: what the judge knows beside its requests (known.h). */
/* The judge is taught what is in force, unless it knows. */
bool recovery_known_use(RecoveryStation *station, GError **error);
/* Whether the judge takes the files of a list in. errors INVALID, NOT_FOUND */
bool recovery_known_check(RecoveryStation *station,
                          const RecoveryTrustList *list, GError **error);

/* directory.c: who the subjects are. */
/* Reads the CSV into a canonical import line and rows to keep (draft). */
bool recovery_directory_read_csv(RecoveryTrial *trial, const char *csv,
                                 GError **error);
bool recovery_directory_keep(RecoveryTrial *trial, GError **error);
/* What is known of a subject: {"sub","name","employee","team","address",
 * "groups"?,"attributes"?} or NULL without error. */
FidotoolJson *recovery_directory_find(RecoveryStation *station,
                                      const char *sub);
/* directory-columns.c: what all of them can be told by. */
RecoveryColumns *recovery_directory_columns(RecoveryStation *station);
/* Those of the file that is brought in, once it was read. */
RecoveryColumns *recovery_directory_columns_of(const FidotoolJson *people);
/* The subject whose employee number has this commitment, hex, or NULL. */
char *recovery_directory_sub(RecoveryStation *station,
                             const char *employee_hex);

/* opening.c */
/* The openings behind every digest of a statement, and who may sign it. */
FidotoolJson *recovery_opening_make(RecoveryTrial *trial,
                                    const FidotoolJson *statement,
                                    GError **error);
FidotoolJson *recovery_opening_signers(RecoveryTrial *trial, GError **error);
/* One of them: {"cred","key"}, both base64. */
FidotoolJson *recovery_opening_signer(RecoveryTrial *trial,
                                      const RecoveryRosterKey *row,
                                      GError **error);
/* The evidence list line of a case. */
char *recovery_opening_evidence(const RecoveryCase *of);
/* What is known of each evidence of the case on trial, in order: an array of
 * FidotoolJson, {"type","method","result","issuer"?,"number_end"?}. */
GPtrArray *recovery_opening_pieces(RecoveryTrial *trial, GError **error);

/* propose.c, submit.c, query.c, bundle.c, found.c: the station's requests. */
FidotoolJson *recovery_propose_run(RecoveryTrial *trial,
                                   RecoveryRefusal **ret_refusal,
                                   GError **error);
FidotoolJson *recovery_propose_statement(RecoveryTrial *trial, GError **error);
/* Before the rules are asked: what the act brings along is read. */
bool recovery_propose_ready(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                            GError **error);
FidotoolJson *recovery_submit_run(RecoveryTrial *trial,
                                  const FidotoolJson *request,
                                  RecoveryRefusal **ret_refusal,
                                  GError **error);
/* A group of entries: begin, work, commit; after a failure the model is made
 * again from the record. */
bool recovery_submit_group(RecoveryTrial *trial,
                           bool (*work)(RecoveryTrial *trial, void *data,
                                        GError **error),
                           void *data, GError **error);
/* Reads statement and signatures into the trial; without a machine's the
 * station signs. errors INVALID, USAGE */
bool recovery_submit_read(RecoveryTrial *trial, const FidotoolJson *request,
                          GError **error);
/* act (may be NULL), then a checkpoint over it. */
bool recovery_submit_checkpoint(RecoveryTrial *trial, const char *act,
                                GError **error);
bool recovery_submit_heartbeat(RecoveryTrial *trial, GError **error);
/* The first of two signatures of the act on trial, or NULL. */
const RecoveryModelProposed *recovery_propose_first(RecoveryTrial *trial);
/* What follows by itself: quorum, elapsed, close, expiry, changes in force.
 * Returns true in ret_more while there is something left. */
bool recovery_submit_settle(RecoveryTrial *trial, bool *ret_more,
                            GError **error);
FidotoolJson *recovery_query_run(RecoveryTrial *trial,
                                 RecoveryRefusal **ret_refusal, GError **error);
/* All files of the bundle but export.json and its signatures; the manifest is
 * among them. reports: of the exporter (bundle-report.h), or NULL. */
GPtrArray *recovery_bundle_make(RecoveryStation *station, const char *reports,
                                GError **error);

RecoveryFound *recovery_found_new(void);
void recovery_found_free(RecoveryFound *found);
/* True when the request belongs to the founding; then *ret_answer, refusal or
 * error is set. */
bool recovery_found_propose(RecoveryTrial *trial, FidotoolJson **ret_answer,
                            RecoveryRefusal **ret_refusal, GError **error);
bool recovery_found_submit(RecoveryTrial *trial, const FidotoolJson *request,
                           FidotoolJson **ret_answer,
                           RecoveryRefusal **ret_refusal, GError **error);
/* What the auditor is given, again: to the owner, before the first case. */
FidotoolJson *recovery_found_trust_query(RecoveryTrial *trial,
                                         RecoveryRefusal **ret_refusal,
                                         GError **error);

/* station.c */
bool recovery_station_reload(RecoveryStation *station, GError **error);
bool recovery_station_load_roots(RecoveryStation *station, GError **error);
