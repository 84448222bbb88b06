/* SPDX-License-Identifier: Apache-2.0 */
/* columns.h - what a directory can tell populations by: its groups and
 * attributes, of how many persons each is known, and which values there are.
 * A policy that asks for a column which nobody has denies everybody, whatever
 * it says besides: a fact that is missing is an error. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"
#include "recovery/policy/document.h"

typedef struct {
  guint known;        /* persons of whom it is known, if only that none is */
  GHashTable *values; /* what somebody has; NULL: too many to be told */
} RecoveryColumn;

typedef struct {
  guint persons;
  RecoveryColumn groups;
  GHashTable *attributes; /* name -> RecoveryColumn */
} RecoveryColumns;

RecoveryColumns *recovery_columns_new(void);
void recovery_columns_free(RecoveryColumns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryColumns, recovery_columns_free)

/* One more person: {"groups"?:[..],"attributes"?:{name:[..]}}. */
void recovery_columns_add(RecoveryColumns *columns, const FidotoolJson *person);

/*
 * {"persons","groups":{"known","values"?},"attributes":{name:{..}}}: no person
 * and, of an attribute with many values, none of them, since those may be
 * persons' own.
 */
FidotoolJson *recovery_columns_write(const RecoveryColumns *columns);
/* NULL: it is none. */
RecoveryColumns *recovery_columns_read(const FidotoolJson *json);

typedef enum {
  RECOVERY_COLUMNS_NONE,     /* known of nobody: no such column */
  RECOVERY_COLUMNS_SOME,     /* known of some and not of others */
  RECOVERY_COLUMNS_NOBODY,   /* nobody has this value */
  RECOVERY_COLUMNS_NOT_TOLD, /* whether anybody has it cannot be said */
} RecoveryColumnsFault;

typedef struct {
  RecoveryColumnsFault fault;
  RecoveryProblemPlace at;
  const char *population;
  const char *attribute; /* NULL: the groups */
  const char *value;     /* of NOBODY */
  const char *nearest;   /* name of a column, or value, that there is; NULL */
  guint known;
} RecoveryColumnsFinding;

/* What a policy asks for and the directory does not have, in the order of the
 * document; the texts belong to the two. Nothing where it has no persons. */
GArray *recovery_columns_compare(const RecoveryColumns *columns,
                                 const RecoveryDocument *document);
