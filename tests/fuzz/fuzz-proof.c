/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-proof.c - proofs of the tree: none leads to a root that is no root. */
#include <string.h>

#include "recovery/format/tree.h"
#include "tests/fuzz/fuzz.h"

#define HASH RECOVERY_TREE_HASH

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  uint64_t size, index;
  uint8_t leaf[HASH] = {1}, root[HASH] = {2};
  const uint8_t *proof;
  size_t proof_len;

  if (len < 16)
    return 0;
  memcpy(&size, data, 8);
  memcpy(&index, data + 8, 8);
  proof = data + 16;
  proof_len = len - 16;
  /* Made-up roots: SHA-256 would have to be broken. */
  g_assert(!recovery_tree_check_inclusion(leaf, index, size, proof, proof_len,
                                          root));
  g_assert(!recovery_tree_check_consistency(index, leaf, size, root, proof,
                                            proof_len));
  /* A tree is consistent with itself, and with itself alone. */
  if (recovery_tree_check_consistency(index, leaf, size, leaf, proof,
                                      proof_len)) {
    g_assert(index == size && proof_len == 0);
    fuzz_accepted(data, len);
  }
  return 0;
}
