/* SPDX-License-Identifier: Apache-2.0 */
/* flip.c - flips single bits of a bundle in memory and has each one judged:
 * first with the manifest as it is, then with the manifest made to fit.
 *   flip BUNDLE TRUST STRIDE
 * takes every STRIDE-th bit of each file (1: all), beginning with another one
 * in each file. Prints the survivors; fails where there is one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recovery/audit/verify.h"
#include "recovery/error.h"

typedef struct {
  RecoveryBag *bag;
  const RecoveryTrust *trust;
  size_t stride, flips, survivors;
} Run;

static int
judge(const Run *run)
{
  g_autoptr(RecoveryVerdict) verdict =
      recovery_verify_bag(run->bag, run->trust, NULL, 0, true);

  return recovery_verdict_code(verdict);
}

static void
put_manifest(RecoveryBag *bag)
{
  char *text = recovery_bag_manifest(bag);
  size_t len = strlen(text);
  g_autoptr(GBytes) bytes = g_bytes_new_take(text, len);

  recovery_bag_put(bag, RECOVERY_BAG_MANIFEST, bytes);
}

static void
flip_bit(Run *run, const char *path, GBytes *data, size_t bit)
{
  gsize len;
  uint8_t *copy =
      g_memdup2(g_bytes_get_data(data, &len), g_bytes_get_size(data));
  g_autoptr(GBytes) flipped = NULL;
  g_autoptr(GBytes) manifest =
      g_bytes_ref(recovery_bag_find(run->bag, RECOVERY_BAG_MANIFEST)->data);
  bool inside = g_str_has_prefix(path, "data/");

  copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
  flipped = g_bytes_new_take(copy, len);
  recovery_bag_put(run->bag, path, flipped);
  for (int fitting = 0; fitting <= inside; fitting++) {
    if (fitting)
      put_manifest(run->bag);
    run->flips++;
    if (judge(run) != 0)
      continue;
    run->survivors++;
    printf("survives: %s, bit %zu%s\n", path, bit,
           fitting ? ", with a fitting manifest" : "");
  }
  recovery_bag_put(run->bag, path, data);
  if (inside)
    recovery_bag_put(run->bag, RECOVERY_BAG_MANIFEST, manifest);
}

static void
flip_files(Run *run)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

  for (GTreeNode *node = g_tree_node_first(run->bag->files); node != NULL;
       node = g_tree_node_next(node))
    g_ptr_array_add(paths, g_strdup(g_tree_node_key(node)));
  for (unsigned i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index(paths, i);
    g_autoptr(GBytes) data =
        g_bytes_ref(recovery_bag_find(run->bag, path)->data);

    for (size_t bit = i % run->stride; bit < 8 * g_bytes_get_size(data);
         bit += run->stride)
      flip_bit(run, path, data, bit);
  }
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryBag) bag = NULL;
  g_autoptr(RecoveryTrust) trust = NULL;
  Run run = {.stride = argc < 4 ? 1 : strtoul(argv[3], NULL, 10)};

  if (argc < 3 || run.stride == 0) {
    fprintf(stderr, "usage: flip BUNDLE TRUST [STRIDE]\n");
    return 2;
  }
  bag = recovery_bag_open(argv[1], &error);
  trust = bag == NULL ? NULL : recovery_trust_open(argv[2], &error);
  if (trust == NULL) {
    fprintf(stderr, "flip: %s\n", error->message);
    return 2;
  }
  run.bag = bag;
  run.trust = trust;
  if (judge(&run) != 0) {
    fprintf(stderr, "flip: the bundle is not good as it is\n");
    return 2;
  }
  flip_files(&run);
  printf("%zu flips, %zu survivors\n", run.flips, run.survivors);
  return run.survivors > 0;
}
