/* SPDX-License-Identifier: Apache-2.0 */
/* drift-reader.h - reading the JSON of an export without guessing: what is
 * missing or null is not there, and what has another type than the product's
 * format says is a fault. The first fault stays; after it every call does
 * nothing and answers NULL, so an adapter looks once, at the end. */
#pragma once

#include "fidotool/json.h"
#include "recovery/policy/drift/drift-table.h"

typedef struct {
  RecoveryDriftTable *table;
  const char *file; /* which is being read */
  char *rule;       /* and in it: for faults; NULL outside of rules */
  GError *error;
} RecoveryDriftReader;

/* Names the rule that is read from here on (NULL: none). */
void recovery_drift_reader_enter(RecoveryDriftReader *reader, const char *rule);
G_GNUC_PRINTF(2, 3)
void recovery_drift_reader_fail(RecoveryDriftReader *reader, const char *format,
                                ...);

/* Members of an object (NULL: there is none). */
const FidotoolJson *recovery_drift_reader_object(RecoveryDriftReader *reader,
                                                 const FidotoolJson *parent,
                                                 const char *name);
const FidotoolJson *recovery_drift_reader_array(RecoveryDriftReader *reader,
                                                const FidotoolJson *parent,
                                                const char *name);
const char *recovery_drift_reader_text(RecoveryDriftReader *reader,
                                       const FidotoolJson *parent,
                                       const char *name);
bool recovery_drift_reader_truth(RecoveryDriftReader *reader,
                                 const FidotoolJson *parent, const char *name,
                                 bool fallback);
int64_t recovery_drift_reader_number(RecoveryDriftReader *reader,
                                     const FidotoolJson *parent,
                                     const char *name, int64_t fallback);
/* The same for a number that is written as text, "36000", as Keycloak does. */
int64_t recovery_drift_reader_digits(RecoveryDriftReader *reader,
                                     const FidotoolJson *parent,
                                     const char *name, int64_t fallback);

/* Element i, which has to be an object or a text. */
const FidotoolJson *recovery_drift_reader_item(RecoveryDriftReader *reader,
                                               const FidotoolJson *array,
                                               size_t i);
const char *recovery_drift_reader_word(RecoveryDriftReader *reader,
                                       const FidotoolJson *array, size_t i);

/* A list of texts, added to names; true where it holds the word. */
void recovery_drift_reader_names(RecoveryDriftReader *reader,
                                 const FidotoolJson *parent, const char *name,
                                 GPtrArray *names);
bool recovery_drift_reader_lists(RecoveryDriftReader *reader,
                                 const FidotoolJson *parent, const char *name,
                                 const char *word);
/* A list of AAGUIDs as a set of the table; NULL where it is not there. */
GHashTable *recovery_drift_reader_aaguids(RecoveryDriftReader *reader,
                                          const FidotoolJson *parent,
                                          const char *name);
