/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-tree.c - the Merkle tree against written-down roots, and its
 * proofs against a naive reading of RFC 6962. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/format/tree.h"

#define HASH RECOVERY_TREE_HASH
#define MOST 130

static void
assert_hash(const uint8_t hash[HASH], const char *hex)
{
  g_autofree char *found = fidotool_bytes_hex(hash, HASH);

  assert_string_equal(found, hex);
}

/* {"v":1}, {"v":2}, {"v":3}: made with another implementation. */
static void
roots_of_the_first_bodies(void **state)
{
  static const char *const roots[] = {
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "0fe7f04cd9688fb996eea9ae1248cbe83b4d04805413f35ab25ad9deb5a3cb32",
      "2774b2b9a86296b7fec2694a3a790b34e30699472031a9125477b0fd36da14fc",
      "71991f52439f9511f9cddf1c2635b3bab64301e934f69a46da18c9d3fd2d8866",
  };
  RecoveryTree tree = {0};
  uint8_t leaf[HASH], root[HASH];

  (void)state;
  for (unsigned i = 0; i < G_N_ELEMENTS(roots); i++) {
    g_autofree char *body = g_strdup_printf("{\"v\":%u}", i + 1);

    recovery_tree_root(&tree, root);
    assert_hash(root, roots[i]);
    recovery_tree_leaf(body, strlen(body), leaf);
    recovery_tree_append(&tree, leaf);
  }
}

/* The test data of the Certificate Transparency sources: leaves "", 00, 10,
 * 2021, 3031, 40414243, 5051525354555657, 60..6f. */
static void
roots_of_certificate_transparency(void **state)
{
  static const struct {
    const char *hex;
    const char *root;
  } rows[] = {
      {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {"00",
       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
      {"10",
       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
      {"2021",
       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
      {"3031",
       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
      {"40414243",
       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
      {"5051525354555657",
       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
      {"606162636465666768696a6b6c6d6e6f",
       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
  };
  RecoveryTree tree = {0};
  uint8_t leaf[HASH], root[HASH], body[16];

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    size_t len = strlen(rows[i].hex) / 2;

    assert_true(fidotool_bytes_unhex(rows[i].hex, body, len));
    recovery_tree_leaf(body, len, leaf);
    recovery_tree_append(&tree, leaf);
    recovery_tree_root(&tree, root);
    assert_hash(root, rows[i].root);
  }
}

/* MTH of RFC 6962, 2.1, read word for word. */
static void
hash_naively(const uint8_t *leaves, size_t size, uint8_t ret_root[HASH])
{
  uint8_t node[1 + 2 * HASH] = {0x01};
  size_t split = 1;

  if (size == 1) {
    memcpy(ret_root, leaves, HASH);
    return;
  }
  while (split * 2 < size)
    split *= 2;
  hash_naively(leaves, split, node + 1);
  hash_naively(leaves + split * HASH, size - split, node + 1 + HASH);
  fidotool_bytes_sha256(node, sizeof(node), ret_root);
}

/* Leaves, and the root at each size from 1. */
static void
make_tree(uint8_t leaves[MOST * HASH], uint8_t roots[(MOST + 1) * HASH])
{
  for (unsigned i = 0; i < MOST; i++)
    recovery_tree_leaf(&i, sizeof(i), leaves + i * HASH);
  for (unsigned i = 1; i <= MOST; i++)
    hash_naively(leaves, i, roots + i * HASH);
}

static void
the_frontier_gives_the_naive_root_at_every_size(void **state)
{
  static uint8_t leaves[MOST * HASH], roots[(MOST + 1) * HASH];
  RecoveryTree tree = {0};
  uint8_t root[HASH];

  (void)state;
  make_tree(leaves, roots);
  for (unsigned i = 0; i < MOST; i++) {
    recovery_tree_append(&tree, leaves + i * HASH);
    recovery_tree_root(&tree, root);
    assert_memory_equal(root, roots + (i + 1) * HASH, HASH);
  }
}

/* One bit wrong, a hash too few or too many, another index: refused. */
static void
refuse_inclusion_variants(const uint8_t *leaf, uint64_t index, uint64_t size,
                          GByteArray *proof, const uint8_t *root)
{
  uint8_t spare[HASH] = {0};

  for (unsigned i = 0; i < proof->len; i += 11) {
    proof->data[i] ^= 0x10;
    assert_false(recovery_tree_check_inclusion(leaf, index, size, proof->data,
                                               proof->len, root));
    proof->data[i] ^= 0x10;
  }
  if (proof->len > 0)
    assert_false(recovery_tree_check_inclusion(leaf, index, size, proof->data,
                                               proof->len - HASH, root));
  assert_false(recovery_tree_check_inclusion(leaf, index + 1, size, proof->data,
                                             proof->len, root));
  assert_false(recovery_tree_check_inclusion(leaf, size, size, proof->data,
                                             proof->len, root));
  g_byte_array_append(proof, spare, HASH);
  assert_false(recovery_tree_check_inclusion(leaf, index, size, proof->data,
                                             proof->len, root));
  assert_false(recovery_tree_check_inclusion(leaf, index, size, proof->data,
                                             proof->len - 1, root));
}

static void
inclusion_holds_for_every_leaf_and_nothing_else(void **state)
{
  static uint8_t leaves[MOST * HASH], roots[(MOST + 1) * HASH];

  (void)state;
  make_tree(leaves, roots);
  for (unsigned size = 1; size <= MOST; size++)
    for (unsigned i = 0; i < size; i++) {
      g_autoptr(GByteArray) proof = recovery_tree_inclusion(leaves, size, i);

      assert_true(recovery_tree_check_inclusion(leaves + i * HASH, i, size,
                                                proof->data, proof->len,
                                                roots + size * HASH));
      refuse_inclusion_variants(leaves + i * HASH, i, size, proof,
                                roots + size * HASH);
    }
}

static void
refuse_consistency_variants(uint64_t old_size, const uint8_t *old_root,
                            uint64_t size, const uint8_t *root,
                            GByteArray *proof)
{
  uint8_t spare[HASH] = {0};

  for (unsigned i = 0; i < proof->len; i += 11) {
    proof->data[i] ^= 0x01;
    assert_false(recovery_tree_check_consistency(old_size, old_root, size, root,
                                                 proof->data, proof->len));
    proof->data[i] ^= 0x01;
  }
  if (proof->len > 0)
    assert_false(recovery_tree_check_consistency(
        old_size, old_root, size, root, proof->data, proof->len - HASH));
  if (old_size != size)
    assert_false(recovery_tree_check_consistency(old_size, root, size, root,
                                                 proof->data, proof->len));
  assert_false(recovery_tree_check_consistency(size + 1, old_root, size, root,
                                               proof->data, proof->len));
  assert_false(recovery_tree_check_consistency(0, old_root, size, root,
                                               proof->data, proof->len));
  g_byte_array_append(proof, spare, HASH);
  assert_false(recovery_tree_check_consistency(old_size, old_root, size, root,
                                               proof->data, proof->len));
}

static void
consistency_holds_for_every_two_sizes_and_nothing_else(void **state)
{
  static uint8_t leaves[MOST * HASH], roots[(MOST + 1) * HASH];

  (void)state;
  make_tree(leaves, roots);
  for (unsigned size = 1; size <= MOST; size++)
    for (unsigned old = 1; old <= size; old++) {
      g_autoptr(GByteArray) proof =
          recovery_tree_consistency(leaves, size, old);

      assert_true(recovery_tree_check_consistency(old, roots + old * HASH, size,
                                                  roots + size * HASH,
                                                  proof->data, proof->len));
      refuse_consistency_variants(old, roots + old * HASH, size,
                                  roots + size * HASH, proof);
    }
}

/* RFC 6962, 2.1.3: the tree of seven leaves. */
static void
proofs_of_the_standards_example_have_its_lengths(void **state)
{
  static uint8_t leaves[MOST * HASH], roots[(MOST + 1) * HASH];
  static const struct {
    unsigned index, hashes;
  } rows[] = {{0, 3}, {3, 3}, {4, 3}, {6, 2}};
  static const struct {
    unsigned old, hashes;
  } others[] = {{3, 4}, {4, 1}, {6, 3}};

  (void)state;
  make_tree(leaves, roots);
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GByteArray) proof =
        recovery_tree_inclusion(leaves, 7, rows[i].index);

    assert_int_equal(proof->len, rows[i].hashes * HASH);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
    g_autoptr(GByteArray) proof =
        recovery_tree_consistency(leaves, 7, others[i].old);

    assert_int_equal(proof->len, others[i].hashes * HASH);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(roots_of_the_first_bodies),
      cmocka_unit_test(roots_of_certificate_transparency),
      cmocka_unit_test(the_frontier_gives_the_naive_root_at_every_size),
      cmocka_unit_test(inclusion_holds_for_every_leaf_and_nothing_else),
      cmocka_unit_test(consistency_holds_for_every_two_sizes_and_nothing_else),
      cmocka_unit_test(proofs_of_the_standards_example_have_its_lengths),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
