/* SPDX-License-Identifier: Apache-2.0 */
/* policy-file.h - YAML as a tree of lines: one document, mappings, sequences
 * and scalars. No anchor, alias, tag, directive, duplicate key. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Limits of a document. */
#define RECOVERY_POLICY_FILE_MAX (1024 * 1024)
#define RECOVERY_POLICY_FILE_DEPTH 12
#define RECOVERY_POLICY_FILE_NODES 50000
#define RECOVERY_POLICY_FILE_WIDTH 64 /* names of one mapping */
#define RECOVERY_POLICY_FILE_TEXT 1024

typedef enum {
  RECOVERY_POLICY_FILE_SCALAR,
  RECOVERY_POLICY_FILE_LIST,
  RECOVERY_POLICY_FILE_MAP,
} RecoveryPolicyFileKind;

typedef struct RecoveryPolicyFileNode RecoveryPolicyFileNode;
struct RecoveryPolicyFileNode {
  RecoveryPolicyFileKind kind;
  int line;         /* from 1 */
  char *name;       /* its key in the mapping it stands in; else NULL */
  char *text;       /* of a scalar */
  bool plain;       /* a scalar without quotes: may be a number or true */
  GPtrArray *nodes; /* members of a mapping, elements of a list */
};

/*
 * Reads the document.
 * returns  its root, a mapping, freed with recovery_policy_file_free()
 * errors   RECOVERY_ERROR_INVALID, beginning with "line N: "
 */
RecoveryPolicyFileNode *recovery_policy_file_read(const char *yaml, size_t len,
                                                  GError **error);
void recovery_policy_file_free(RecoveryPolicyFileNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryPolicyFileNode, recovery_policy_file_free)

/* The member of a mapping; NULL where there is none. */
const RecoveryPolicyFileNode *
recovery_policy_file_get(const RecoveryPolicyFileNode *map, const char *name);
