/* SPDX-License-Identifier: Apache-2.0 */
/* policy-field.h - reading the mappings of a policy file by tables of fields,
 * and collecting what is wrong with it; for the files policy-*.c. */
#pragma once

#include "recovery/policy-file.h"
#include "recovery/policy-read.h"

/* The policy that is being filled, and what is wrong with it. */
typedef struct {
  RecoveryPolicy *policy;
  bool practice;
  GPtrArray *problems; /* texts, each "line N: ..." */
  GHashTable *rule_ids;
} RecoveryPolicyFieldReader;

/* A field of a mapping. NOT_YET: the final document has it, this version does
 * not carry it out; it is refused by name. */
typedef struct {
  const char *name;
  enum {
    RECOVERY_POLICY_FIELD_MUST,
    RECOVERY_POLICY_FIELD_MAY,
    RECOVERY_POLICY_FIELD_NOT_YET,
  } use;
  void (*read)(RecoveryPolicyFieldReader *reader,
               const RecoveryPolicyFileNode *node, void *into);
} RecoveryPolicyField;

/* Notes a problem at the line of node; after the first 20 no more. */
G_GNUC_PRINTF(3, 4)
void recovery_policy_field_problem(RecoveryPolicyFieldReader *reader,
                                   const RecoveryPolicyFileNode *node,
                                   const char *format, ...);

/* Scalars. What is not of the form is noted, and NULL, 0, ANY or false given
 * back. text: one that is not empty and not null. id: [A-Za-z0-9][A-Za-z0-9._-]
 * up to 64. want: true or false. time: a date, or a time in whole seconds. */
const char *recovery_policy_field_text(RecoveryPolicyFieldReader *reader,
                                       const RecoveryPolicyFileNode *node);
const char *recovery_policy_field_id(RecoveryPolicyFieldReader *reader,
                                     const RecoveryPolicyFileNode *node);
bool recovery_policy_field_int(RecoveryPolicyFieldReader *reader,
                               const RecoveryPolicyFileNode *node, int64_t min,
                               int64_t max, int64_t *ret_value);
RecoveryPolicyWant
recovery_policy_field_want(RecoveryPolicyFieldReader *reader,
                           const RecoveryPolicyFileNode *node);
int64_t recovery_policy_field_time(RecoveryPolicyFieldReader *reader,
                                   const RecoveryPolicyFileNode *node);
/* A list of distinct ids, not empty; freed with g_strfreev(). */
char **recovery_policy_field_ids(RecoveryPolicyFieldReader *reader,
                                 const RecoveryPolicyFileNode *node);
/* Decimal of up to 9 digits, without sign or leading zero. Notes nothing. */
bool recovery_policy_field_count(const char *text, size_t len,
                                 int64_t *ret_value);

/* A mapping: each member by its field, then what is missing. path: where it
 * stands ("classes.match"), "" at the top. false where it is no mapping. */
bool recovery_policy_field_map(RecoveryPolicyFieldReader *reader,
                               const RecoveryPolicyFileNode *node,
                               const char *path,
                               const RecoveryPolicyField *fields, size_t count,
                               void *into);
/* A list of mappings: begin gives what each is read into. */
void recovery_policy_field_items(
    RecoveryPolicyFieldReader *reader, const RecoveryPolicyFileNode *node,
    const char *path, const RecoveryPolicyField *fields, size_t count,
    void *(*begin)(RecoveryPolicyFieldReader *reader,
                   const RecoveryPolicyFileNode *item));
