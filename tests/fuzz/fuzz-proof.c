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

  if (len < 16)
    return 0;
  memcpy(&size, data, 8);
  memcpy(&index, data + 8, 8);
  data += 16;
  len -= 16;
  /* Made-up roots: SHA-256 would have to be broken. */
  g_assert(!recovery_tree_check_inclusion(leaf, index, size, data, len, root));
  g_assert(
      !recovery_tree_check_consistency(index, leaf, size, root, data, len));
  return 0;
}
