/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - a main() for the fuzz targets: every file of the folders named on
 * the command line once, and every prefix of it. So the corpus is a test. One
 * that holds nothing but what is refused leads a fuzzer nowhere. */
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

/* Prefixes are tried one by one up to here, and the whole file. */
#define PREFIX_MAX 512

static unsigned accepted;

void
fuzz_accepted(const uint8_t *data, size_t len)
{
  (void)data;
  (void)len;
  accepted++;
}

static void
replay_file(const char *path)
{
  g_autofree char *data = NULL;
  size_t len;

  if (!g_file_get_contents(path, &data, &len, NULL)) {
    fprintf(stderr, "%s: unreadable\n", path);
    return;
  }
  for (size_t i = 0; i < MIN(len, PREFIX_MAX); i++) {
    /* Bytes of its own, so that a sanitizer sees a step too far. */
    g_autofree uint8_t *copy = g_memdup2(data, i + (i == 0));

    (void)LLVMFuzzerTestOneInput(copy, i); /* always 0 */
  }
  (void)LLVMFuzzerTestOneInput((const uint8_t *)data, len); /* always 0 */
}

int
main(int argc, char **argv)
{
  int files = 0;

  for (int i = 1; i < argc; i++) {
    g_autoptr(GDir) dir = g_dir_open(argv[i], 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
      g_autofree char *path = g_build_filename(argv[i], name, NULL);

      replay_file(path);
      files++;
    }
  }
  printf("%d files, %u inputs accepted\n", files, accepted);
  return accepted > 0 ? 0 : 1;
}
