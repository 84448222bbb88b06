/* SPDX-License-Identifier: Apache-2.0 */
/* world.h - a practice station with its people and their keys, all in one
 * process: the clock is handed in, the signatures are real, the judge is the
 * judge. What the attacks and the rules are tried on. */
#pragma once

#include "fidotool/json.h"
#include "recovery/station.h"
#include "tests/attack/key.h"

#define ATTACK_WORLD_APPROVAL "keyturn-practice:approval"
#define ATTACK_WORLD_RP_ID "keys.example.org"
#define ATTACK_WORLD_ORIGIN "https://keys.example.org"

typedef struct {
  const char *person, *team;
  const char *roles; /* with a space between */
  AttackKey *key;
} AttackPerson;

typedef struct {
  const char *id;
  EVP_PKEY *key; /* Ed25519 */
} AttackMachine;

typedef struct {
  RecoveryStation *station;
  RecoveryStationConfig config;
  char *folder;
  RecoverySession *session;
  int64_t now_ms, mono_ms;
  const char *boot;
  GPtrArray *notices; /* texts */
  GHashTable *files;  /* name -> GBytes */
  bool judge_fails, notice_fails;
  int64_t room, room_total; /* bytes; 0: not known */
  const char *judge_says;   /* instead of the judge's answer */
  const char *judge_facts;  /* JSON: over the facts in the judge's answer,
                               and its metadata */
  char *judge_asked;        /* its last request */
  AttackPerson *people;     /* ends with a NULL person */
  AttackMachine away;       /* the approvers' machine */
  AttackKey *lost, *fresh;  /* the subject's */
  char *sub;                /* the subject; Eve has a key, Kim has none */
  char *case_id;
  uint8_t flags;              /* of every signature */
  const char *rp_id, *origin; /* where the new key believes to be */
  const char *policy;         /* a file of tests/data; NULL: practice's */
  char *genesis, *vkey, *officers, *roots;
  /* Where the station is another process: 'p'ropose, 's'ubmit, 'q'uery. */
  char *(*remote)(void *data, char method, const char *request, GError **error);
  void *remote_data;
} AttackWorld;

/* An empty store in a new folder; real: not a practice station. */
AttackWorld *attack_world_new(bool practice);
void attack_world_free(AttackWorld *world);
/* Closes the station and opens it again, as after kill -9 (nothing is
 * recorded) or after another boot. */
void attack_world_restart(AttackWorld *world, const char *boot);

/* Founds the station and enrols every key; imports the directory. */
void attack_world_found(AttackWorld *world);
/* The request of the founding, to be changed before it is handed in. */
FidotoolJson *attack_world_founding(AttackWorld *world);
/* A person of the draft makes a key; the answer of roster.key. */
FidotoolJson *attack_world_founding_key(AttackWorld *world, const char *person,
                                        AttackKey *key, bool attested);
/* One subject with an active key, and the agent. */
void attack_world_founding_import(AttackWorld *world);
/* Kim is brought with more columns (",groups,attribute:shift") and their values
 * (",staff,day"): somebody has them, whoever else has not. */
void attack_world_founding_columns(AttackWorld *world, const char *columns,
                                   const char *values);
AttackPerson *attack_world_person(AttackWorld *world, const char *person);

/* Requests; the texts are made with printf. Answers belong to the caller. A
 * GError becomes {"error":"..."}. */
FidotoolJson *attack_world_propose(AttackWorld *world, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
FidotoolJson *attack_world_submit(AttackWorld *world, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
FidotoolJson *attack_world_query(AttackWorld *world, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* Submits a request, which is taken. */
FidotoolJson *attack_world_send(AttackWorld *world, FidotoolJson *request);

/* Signs a proposal by a key, on a machine (NULL: at the station) and hands it
 * in. */
FidotoolJson *attack_world_sign(AttackWorld *world,
                                const FidotoolJson *proposal, AttackKey *key,
                                const AttackMachine *machine);
/* What travels: {"statement","sig","machine_sig"?}. */
FidotoolJson *attack_world_signed(AttackWorld *world, const char *statement,
                                  const char *name_space, AttackKey *key,
                                  const AttackMachine *machine);
/* Propose, sign with the person's key, submit. away: on the other machine. */
FidotoolJson *attack_world_act(AttackWorld *world, const char *person,
                               bool away, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* The new key answers a proposal of case.made. */
FidotoolJson *attack_world_made(AttackWorld *world,
                                const FidotoolJson *proposal, AttackKey *key,
                                bool attested);
/* The same as a request, to be changed before it is handed in; the test is
 * answered by a key of its own. */
FidotoolJson *attack_world_made_request(AttackWorld *world,
                                        const FidotoolJson *proposal,
                                        AttackKey *key, AttackKey *tested,
                                        bool attested);

/* What a key answers to a challenge of the station's own relying party. */
FidotoolJson *attack_world_assertion(const AttackWorld *world, AttackKey *key,
                                     const char *challenge);

/* Reading answers: the row of a list with that member, or NULL; as text; the
 * credential of a person's key as "signers" gives it. Texts: g_free(). */
FidotoolJson *attack_world_row(const FidotoolJson *list, const char *name,
                               const char *value);
char *attack_world_text(const FidotoolJson *json);
char *attack_world_cred(AttackWorld *world, const char *person);

/* A row with "text" and "enough": German has the words of both. */
void attack_world_words(const FidotoolJson *row);

/* "ok", the rule that refused, or "error"; what was refused has its words. */
const char *attack_world_outcome(const FidotoolJson *answer);
/* Goes on from an open station to a state: "open", "proofing",
 * "awaiting_approval", "made", "one-approval", "ready", "issued". Fails the
 * test where a step is refused. */
void attack_world_reach(AttackWorld *world, const char *state);
/* State of the case now; belongs to the library. */
const char *attack_world_state(AttackWorld *world);
/* Contest code of the last notice that has one; free with g_free(). */
char *attack_world_code(AttackWorld *world);

/* Fails the test where the answer (taken) is a refusal or an error. */
void attack_world_ok(FidotoolJson *answer);
/* The answer (taken) must be a refusal by this rule; "ok" and "error" work
 * too. */
#define attack_world_expect(answer, rule)                                      \
  attack_world_expect_at(answer, rule, __FILE__, __LINE__)
void attack_world_expect_at(FidotoolJson *answer, const char *rule,
                            const char *file, int line);
/* The answer (taken) must be an error, and say this. */
#define attack_world_says(answer, text)                                        \
  attack_world_says_at(answer, text, __FILE__, __LINE__)
void attack_world_says_at(FidotoolJson *answer, const char *text,
                          const char *file, int line);
/* Time passes, on both clocks, and the station ticks. */
#define ATTACK_HOUR_MS (3600 * INT64_C(1000))
void attack_world_pass(AttackWorld *world, int64_t ms);
/* Notices sent so far that contain the text. */
unsigned attack_world_notices(const AttackWorld *world, const char *text);
/* Entries of the record that contain the text. */
unsigned attack_world_entries(AttackWorld *world, const char *text);
/* Subject id of somebody in the directory; free with g_free(). */
char *attack_world_sub(AttackWorld *world, const char *name);

/* Keeps what the auditor is given, from an answer that says it. */
void attack_world_trust(AttackWorld *world, const FidotoolJson *said);

/* world-newcomer.c */
/* roster.key: the person makes a key, where an officer's role is active. */
FidotoolJson *attack_world_new_key(AttackWorld *world, const char *person,
                                   AttackKey *key, bool attested);
/* Its registration, hex, of the last that was kept; free with g_free(). */
char *attack_world_registration(const FidotoolJson *answer);
/* roster.enrol of that registration, signed by a key. */
FidotoolJson *attack_world_prove(AttackWorld *world, const char *person,
                                 const char *registration, AttackKey *key);
/* Both, with p-so-one at the desk; fails the test where one is refused. */
void attack_world_enrol_new(AttackWorld *world, const char *person,
                            AttackKey *key);
/* The roster in force with a row for that person; free with g_free(). Fails the
 * test where it is refused. */
char *attack_world_roster_with(AttackWorld *world, const char *person,
                               const char *employee, const char *team,
                               const char *role);

/* world-bundle.c */
/* verify.py on a bundle, with what the auditor was given or without: its exit
 * code, with which FIDOTOOL, where it is set, must agree; what it said is freed
 * with g_free(). KEYTURN_KEEP keeps the files. */
int attack_world_verify(const AttackWorld *world, GPtrArray *files,
                        bool trusted, char **ret_said);
/* Removes a folder with all that is in it. */
void attack_world_remove(const char *folder);

/* world-change.c */
/* One officer's half of a change of roster or policy; member is its text. */
FidotoolJson *attack_world_change(AttackWorld *world, const char *act,
                                  const char *officer, bool away,
                                  const char *member, const char *text);
/* Both halves; it waits for its time then. */
void attack_world_change_both(AttackWorld *world, const char *act,
                              const char *member, const char *text);
/* Both halves of the practice policy under another version, in which words are
 * others: pairs of from and to, NULL at the end. */
void attack_world_policy(AttackWorld *world, int version,
                         const char *const *words);
/* The text of the founding policy with one word changed, under another version;
 * free with g_free(). */
char *attack_world_policy_text(AttackWorld *world, int version, const char *was,
                               const char *is);
/* Activates a role on the world's connection. */
void attack_world_activate(AttackWorld *world, const char *person,
                           const char *role);
/* A world that was founded and reached the state; NULL: only founded. */
AttackWorld *attack_world_at(const char *state);
