/* SPDX-License-Identifier: Apache-2.0 */
/* tree.c - the Merkle tree of RFC 6962 as a frontier of complete subtrees, and
 * its two proofs. */
#include "recovery/format/tree.h"

#include <string.h>

#include "fidotool/bytes.h"

#define HASH RECOVERY_TREE_HASH

void
recovery_tree_leaf(const void *body, size_t len, uint8_t ret_leaf[HASH])
{
  FidotoolPiece pieces[] = {{"\x00", 1}, {body, len}};

  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), ret_leaf);
}

/* out may be left or right. */
static void
hash_node(const uint8_t left[HASH], const uint8_t right[HASH],
          uint8_t out[HASH])
{
  FidotoolPiece pieces[] = {{"\x01", 1}, {left, HASH}, {right, HASH}};
  uint8_t node[HASH];

  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), node);
  memcpy(out, node, HASH);
}

void
recovery_tree_append(RecoveryTree *tree, const uint8_t leaf[HASH])
{
  int count = __builtin_popcountll(tree->size);
  uint8_t node[HASH];

  g_assert(tree->size < G_MAXINT64);
  memcpy(node, leaf, HASH);
  for (uint64_t size = tree->size; size & 1; size >>= 1)
    hash_node(tree->hash[--count], node, node);
  memcpy(tree->hash[count], node, HASH);
  tree->size++;
}

void
recovery_tree_root(const RecoveryTree *tree, uint8_t ret_root[HASH])
{
  int count = __builtin_popcountll(tree->size);

  if (count == 0) {
    fidotool_bytes_sha256("", 0, ret_root);
    return;
  }
  memcpy(ret_root, tree->hash[--count], HASH);
  while (count > 0)
    hash_node(tree->hash[--count], ret_root, ret_root);
}

/* Root of leaves[0 .. size). */
static void
hash_range(const uint8_t *leaves, uint64_t size, uint8_t ret_root[HASH])
{
  RecoveryTree tree = {0};

  for (uint64_t i = 0; i < size; i++)
    recovery_tree_append(&tree, leaves + i * HASH);
  recovery_tree_root(&tree, ret_root);
}

/* Largest power of two below size; size >= 2. */
static uint64_t
find_split(uint64_t size)
{
  return UINT64_C(1) << (63 - __builtin_clzll(size - 1));
}

static void
append_range(GByteArray *proof, const uint8_t *leaves, uint64_t size)
{
  uint8_t root[HASH];

  hash_range(leaves, size, root);
  g_byte_array_append(proof, root, HASH);
}

/* The siblings from the leaf up: PATH of RFC 6962, 2.1.1. */
static void
append_path(GByteArray *proof, const uint8_t *leaves, uint64_t size,
            uint64_t index)
{
  uint64_t split;

  if (size == 1)
    return;
  split = find_split(size);
  if (index < split) {
    append_path(proof, leaves, split, index);
    append_range(proof, leaves + split * HASH, size - split);
  } else {
    append_path(proof, leaves + split * HASH, size - split, index - split);
    append_range(proof, leaves, split);
  }
}

GByteArray *
recovery_tree_inclusion(const uint8_t *leaves, uint64_t size, uint64_t index)
{
  GByteArray *proof = g_byte_array_new();

  g_assert(index < size);
  append_path(proof, leaves, size, index);
  return proof;
}

/* SUBPROOF of RFC 6962, 2.1.2. */
static void
append_subproof(GByteArray *proof, const uint8_t *leaves, uint64_t size,
                uint64_t old_size, bool whole)
{
  uint64_t split;

  if (old_size == size) {
    if (!whole)
      append_range(proof, leaves, size);
    return;
  }
  split = find_split(size);
  if (old_size <= split) {
    append_subproof(proof, leaves, split, old_size, whole);
    append_range(proof, leaves + split * HASH, size - split);
  } else {
    append_subproof(proof, leaves + split * HASH, size - split,
                    old_size - split, false);
    append_range(proof, leaves, split);
  }
}

GByteArray *
recovery_tree_consistency(const uint8_t *leaves, uint64_t size,
                          uint64_t old_size)
{
  GByteArray *proof = g_byte_array_new();

  g_assert(old_size > 0 && old_size <= size);
  append_subproof(proof, leaves, size, old_size, true);
  return proof;
}

/* The check of RFC 9162, 2.1.3.2. */
bool
recovery_tree_check_inclusion(const uint8_t leaf[HASH], uint64_t index,
                              uint64_t size, const uint8_t *proof, size_t len,
                              const uint8_t root[HASH])
{
  uint64_t at = index, last = size - 1;
  uint8_t node[HASH];

  if (index >= size || len % HASH != 0 || len / HASH > RECOVERY_TREE_PROOF)
    return false;
  memcpy(node, leaf, HASH);
  for (size_t i = 0; i < len; i += HASH) {
    if (last == 0)
      return false;
    if ((at & 1) || at == last) {
      hash_node(proof + i, node, node);
      while (!(at & 1) && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      hash_node(node, proof + i, node);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && memcmp(node, root, HASH) == 0;
}

/* The check of RFC 9162, 2.1.4.2, for proofs that are not empty. */
static bool
check_steps(uint64_t old_size, uint64_t size, const uint8_t *proof, size_t len,
            uint8_t old_node[HASH], uint8_t node[HASH])
{
  uint64_t at = old_size - 1, last = size - 1;

  while (at & 1) {
    at >>= 1;
    last >>= 1;
  }
  for (size_t i = 0; i < len; i += HASH) {
    if (last == 0)
      return false;
    if ((at & 1) || at == last) {
      hash_node(proof + i, old_node, old_node);
      hash_node(proof + i, node, node);
      while (!(at & 1) && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      hash_node(node, proof + i, node);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0;
}

bool
recovery_tree_check_consistency(uint64_t old_size, const uint8_t old_root[HASH],
                                uint64_t size, const uint8_t root[HASH],
                                const uint8_t *proof, size_t len)
{
  uint8_t old_node[HASH], node[HASH];
  bool power = old_size != 0 && (old_size & (old_size - 1)) == 0;

  if (old_size == 0 || old_size > size || len % HASH != 0 ||
      len / HASH > RECOVERY_TREE_PROOF)
    return false;
  if (old_size == size)
    return len == 0 && memcmp(old_root, root, HASH) == 0;
  if (!power && len == 0)
    return false;
  memcpy(old_node, power ? old_root : proof, HASH);
  memcpy(node, old_node, HASH);
  if (!power) {
    proof += HASH;
    len -= HASH;
  }
  return check_steps(old_size, size, proof, len, old_node, node) &&
         memcmp(old_node, old_root, HASH) == 0 && memcmp(node, root, HASH) == 0;
}
