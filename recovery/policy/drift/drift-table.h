/* SPDX-License-Identifier: Apache-2.0 */
/* drift-table.h - what another system lets in, in one form for all systems:
 * rules that say who, where, with which authenticators and how old a sign-in
 * may be, and the cell of that table for one journey, one person's groups and
 * one app. Names of people, apps and journeys are the system's own here. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What is read of one export at most; more is an error, never cut off. */
#define RECOVERY_DRIFT_TABLE_RULES 4096
#define RECOVERY_DRIFT_TABLE_AAGUIDS 20000
#define RECOVERY_DRIFT_TABLE_LISTS 512
#define RECOVERY_DRIFT_TABLE_NAMES 50000

/* No limit on the age of a sign-in, and a system that never keeps one. */
#define RECOVERY_DRIFT_NO_AGE (-1)
#define RECOVERY_DRIFT_NO_SESSION (-2)

/* What is known of every authenticator that is let in. */
typedef enum {
  RECOVERY_DRIFT_ANY, /* not asked for */
  RECOVERY_DRIFT_NO,
  RECOVERY_DRIFT_YES,
} RecoveryDriftFact;

/* A way to sign in that a system takes. */
typedef struct {
  char *name;   /* the system's own: "password,softwareOath" */
  char *method; /* as a policy's classes have it: "webauthn", "otp" */
  RecoveryDriftFact uv, be, attested;
  GPtrArray *allow; /* sets of AAGUIDs (GHashTable); in every one of them */
  GPtrArray *block; /* and in none of these */
} RecoveryDriftOffer;

typedef struct {
  bool all;         /* everybody, everywhere */
  GPtrArray *names; /* or any of these */
  GPtrArray *except;
} RecoveryDriftSelector;

typedef struct {
  char *name;
  char *journey; /* the system's word for one; NULL: every sign-in */
  RecoveryDriftSelector who, where;
  bool deny;
  bool maybe;        /* whether it matches cannot be told */
  bool unknown;      /* nor what it lets in */
  bool narrows;      /* only what is in accept; else whatever there is */
  GPtrArray *accept; /* RecoveryDriftOffer */
  int64_t max_age_s;
  char *note;
} RecoveryDriftRule;

typedef struct {
  char *name, *why;
} RecoveryDriftUnmapped;

typedef enum {
  RECOVERY_DRIFT_EVERY, /* all rules that match have to be met */
  RECOVERY_DRIFT_FIRST, /* the first one that matches decides */
  RECOVERY_DRIFT_UNION, /* any one that matches is enough */
} RecoveryDriftCombine;

typedef enum {
  RECOVERY_DRIFT_OPEN,   /* no rule matches: no requirement */
  RECOVERY_DRIFT_CLOSED, /* no rule matches: nobody gets in */
  RECOVERY_DRIFT_SILENT, /* no rule matches: it cannot be told */
} RecoveryDriftOtherwise;

typedef struct {
  const char *system;  /* "entra" */
  char *name;          /* of this export */
  int64_t exported_at; /* seconds UTC; 0: not known */
  RecoveryDriftCombine combine;
  RecoveryDriftOtherwise otherwise;
  /* What there is to be had at all, by who; NULL: what the rules say. Its
   * rules are a union, or the first one counts. */
  GPtrArray *grants;
  RecoveryDriftCombine grants_combine;
  GPtrArray *rules; /* RecoveryDriftRule */
  /* How people get back in there by themselves, beside a station's recovery:
   * RecoveryDriftRule, its note the words for it. The first one that matches
   * counts, or (RECOVERY_DRIFT_UNION) each does. */
  GPtrArray *ways_back;
  GPtrArray *unmapped; /* RecoveryDriftUnmapped; never part of a cell */
  GPtrArray *notes;    /* texts */
  GPtrArray *sets;     /* every set of AAGUIDs, GHashTable of lower-case text */
  GHashTable *apps;    /* names of apps: name -> label (may be equal) */
  GHashTable *labels;  /* of people: name -> label, where known */
  size_t aaguids, names;
} RecoveryDriftTable;

typedef struct {
  bool known; /* false: the system says nothing of it, or what it says is not
               * understood */
  bool deny;
  GPtrArray *offers; /* RecoveryDriftOffer */
  int64_t max_age_s;
  GPtrArray *rules;   /* names of those that made it; of the table */
  GPtrArray *unknown; /* and of those that may let in others, or all there is */
} RecoveryDriftCell;

RecoveryDriftTable *recovery_drift_table_new(const char *system,
                                             const char *name);
void recovery_drift_table_free(RecoveryDriftTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftTable, recovery_drift_table_free)

/* A new rule, at the end of rules (table->rules or ->grants). NULL and error
 * where there are too many. */
RecoveryDriftRule *recovery_drift_table_add_rule(GPtrArray *rules,
                                                 const char *name,
                                                 GError **error);
/* The same for one that is not understood: listed as unmapped, and every cell
 * of it unknown, unless the caller narrows who and where. */
G_GNUC_PRINTF(4, 5)
RecoveryDriftRule *recovery_drift_table_add_unknown(RecoveryDriftTable *table,
                                                    const char *name,
                                                    GError **error,
                                                    const char *format, ...);
/* A row of its own list, freed with recovery_drift_table_rule_free(). */
RecoveryDriftRule *recovery_drift_table_rule_new(const char *name);
void recovery_drift_table_rule_free(RecoveryDriftRule *rule);
/* An array for rules that frees them. */
GPtrArray *recovery_drift_table_rules_new(void);

RecoveryDriftOffer *recovery_drift_table_offer_new(const char *name,
                                                   const char *method);
RecoveryDriftOffer *
recovery_drift_table_offer_copy(const RecoveryDriftOffer *offer);
void recovery_drift_table_offer_free(RecoveryDriftOffer *offer);
/* An array for offers that frees them. */
GPtrArray *recovery_drift_table_offers_new(void);

/*
 * What both let in; NULL where there is nothing.
 * returns  freed with recovery_drift_table_offer_free()
 */
RecoveryDriftOffer *
recovery_drift_table_offer_meet(const RecoveryDriftOffer *a,
                                const RecoveryDriftOffer *b);

/* A new set of AAGUIDs, of the table; NULL and error where there are too many.
 */
GHashTable *recovery_drift_table_add_set(RecoveryDriftTable *table,
                                         GError **error);
/* Adds an AAGUID, with or without hyphens; false and error where it is none, or
 * one too many. */
bool recovery_drift_table_add_aaguid(RecoveryDriftTable *table, GHashTable *set,
                                     const char *aaguid, GError **error);

/* Adds a name to a selector's names or except; false and error where there are
 * too many. */
bool recovery_drift_table_add_name(RecoveryDriftTable *table, GPtrArray *names,
                                   const char *name, GError **error);

G_GNUC_PRINTF(3, 4)
void recovery_drift_table_unmapped(RecoveryDriftTable *table, const char *name,
                                   const char *format, ...);
G_GNUC_PRINTF(2, 3)
void recovery_drift_table_note(RecoveryDriftTable *table, const char *format,
                               ...);

/* The names of people in rules that count, sorted, each once; apps in rules and
 * in the export's list of them. Free with g_ptr_array_unref(). */
GPtrArray *recovery_drift_table_people(const RecoveryDriftTable *table);
GPtrArray *recovery_drift_table_apps(const RecoveryDriftTable *table);
/* The system's own words for journeys, in rules. */
GPtrArray *recovery_drift_table_journeys(const RecoveryDriftTable *table);

/*
 * One cell. All in the system's words: journeys a NULL-ended list of those that
 * this sign-in counts as (may be empty), people the groups that the person is
 * in, app NULL for one that no rule names.
 * returns  freed with recovery_drift_table_cell_free()
 */
RecoveryDriftCell *recovery_drift_table_cell(const RecoveryDriftTable *table,
                                             const char *const *journeys,
                                             const char *const *people,
                                             const char *app);
/* The ways back that there are for a person of these groups: rules of the table
 * that do not deny. Freed with g_ptr_array_unref(). */
GPtrArray *recovery_drift_table_ways_back(const RecoveryDriftTable *table,
                                          const char *const *people);
void recovery_drift_table_cell_free(RecoveryDriftCell *cell);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDriftCell, recovery_drift_table_cell_free)

/* The text, or "..." where it is too long to be shown in a message. */
const char *recovery_drift_table_short(const char *text);

/* Is this AAGUID (NULL: one that no list has) let in? */
bool recovery_drift_table_offer_takes(const RecoveryDriftOffer *offer,
                                      const char *aaguid);
