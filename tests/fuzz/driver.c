/* SPDX-License-Identifier: Apache-2.0 */
/* driver.c - what libFuzzer lacks: without arguments a target works on its own
 * corpus, and whatever it writes lies in the build folder, never in the source.
 * Here is also the bug that the planted-* targets must find. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define WORK_CORPUS FUZZ_WORK "/corpus"

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Before libFuzzer reads its arguments. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
  GPtrArray *all = g_ptr_array_new(); /* for libFuzzer, until the end */
  bool named = false, placed = false;

  for (int i = 0; i < *argc; i++) {
    g_ptr_array_add(all, (*argv)[i]);
    named |= i > 0 && (*argv)[i][0] != '-';
    placed |= g_str_has_prefix((*argv)[i], "-artifact_prefix=");
  }
  (void)g_mkdir_with_parents(WORK_CORPUS, 0700); /* libFuzzer will say so */
  if (!placed)
    g_ptr_array_add(all, g_strdup("-artifact_prefix=" FUZZ_WORK "/"));
  if (!named) {
    g_ptr_array_add(all, g_strdup(WORK_CORPUS)); /* the first gets new ones */
    g_ptr_array_add(all, g_strdup(FUZZ_CORPUS));
  }
  *argc = (int)all->len;
  g_ptr_array_add(all, NULL);
  *argv = (char **)g_ptr_array_free(all, FALSE);
  return 0;
}

#ifdef FUZZ_PLANTED
static GPtrArray *
read_corpus(void)
{
  GPtrArray *corpus = g_ptr_array_new();
  g_autoptr(GDir) dir = g_dir_open(FUZZ_CORPUS, 0, NULL);
  const char *name;

  g_assert(dir != NULL);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(FUZZ_CORPUS, name, NULL);
    char *text;
    gsize len;

    g_assert(g_file_get_contents(path, &text, &len, NULL));
    g_ptr_array_add(corpus, g_bytes_new_take(text, len));
  }
  return corpus;
}

static bool
is_of_corpus(const uint8_t *data, size_t len)
{
  static GPtrArray *corpus;

  if (corpus == NULL)
    corpus = read_corpus();
  for (guint i = 0; i < corpus->len; i++) {
    gsize seed_len;
    const void *seed = g_bytes_get_data(corpus->pdata[i], &seed_len);

    if (seed_len == len && memcmp(seed, data, len) == 0)
      return true;
  }
  return false;
}

void
fuzz_accepted(const uint8_t *data, size_t len)
{
  static volatile uint8_t last;

  if (is_of_corpus(data, len))
    return;
  fprintf(stderr, "the planted bug\n");
  last = data[len];
  (void)last; /* the step too far is all */
}
#else
void
fuzz_accepted(const uint8_t *data, size_t len)
{
  (void)data;
  (void)len;
}
#endif
