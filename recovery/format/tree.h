/* SPDX-License-Identifier: Apache-2.0 */
/* tree.h - the Merkle tree of the record (RFC 6962, section 2.1). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define RECOVERY_TREE_HASH 32
/* Hashes in a proof at most, for up to 2^63 leaves. */
#define RECOVERY_TREE_PROOF 64

/* The roots of the complete subtrees of a tree, largest first: all that is
 * needed to append. A plain value; {0} is the empty tree. */
typedef struct {
  uint64_t size;
  uint8_t hash[RECOVERY_TREE_PROOF][RECOVERY_TREE_HASH];
} RecoveryTree;

/* SHA-256(0x00 || body). */
void recovery_tree_leaf(const void *body, size_t len,
                        uint8_t ret_leaf[RECOVERY_TREE_HASH]);
void recovery_tree_append(RecoveryTree *tree,
                          const uint8_t leaf[RECOVERY_TREE_HASH]);
/* SHA-256 of nothing for the empty tree. */
void recovery_tree_root(const RecoveryTree *tree,
                        uint8_t ret_root[RECOVERY_TREE_HASH]);

/*
 * Proofs, made from all leaf hashes of the tree (32 bytes each, size of them)
 * and given back as concatenated hashes. index < size; 0 < old_size <= size.
 */
GByteArray *recovery_tree_inclusion(const uint8_t *leaves, uint64_t size,
                                    uint64_t index);
GByteArray *recovery_tree_consistency(const uint8_t *leaves, uint64_t size,
                                      uint64_t old_size);

/* True when the proof (len bytes) leads from leaf at index to root of size. */
bool recovery_tree_check_inclusion(const uint8_t leaf[RECOVERY_TREE_HASH],
                                   uint64_t index, uint64_t size,
                                   const uint8_t *proof, size_t len,
                                   const uint8_t root[RECOVERY_TREE_HASH]);
bool recovery_tree_check_consistency(uint64_t old_size,
                                     const uint8_t old_root[RECOVERY_TREE_HASH],
                                     uint64_t size,
                                     const uint8_t root[RECOVERY_TREE_HASH],
                                     const uint8_t *proof, size_t len);
