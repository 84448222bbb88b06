/* SPDX-License-Identifier: Apache-2.0 */
/* metadata.c BLOB ROOT SIGNER STORE AAGUID ROUNDS - what we take to judge a
 * BLOB and have its index, and what a later start takes to find a model in the
 * store: microseconds of processor time and of the clock, a line a round. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "fidotool/bytes.h"
#include "fidotool/cli/metadata-store.h"

typedef struct {
  int64_t cpu_us, wall_us;
} Moment;

static Moment
now(void)
{
  struct rusage usage;

  getrusage(RUSAGE_SELF, &usage);
  return (Moment){(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) *
                          G_USEC_PER_SEC +
                      usage.ru_utime.tv_usec + usage.ru_stime.tv_usec,
                  g_get_monotonic_time()};
}

static void
print_since(const char *name, Moment before, bool found)
{
  Moment after = now();

  printf("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d\n", name,
         after.cpu_us - before.cpu_us, after.wall_us - before.wall_us, found);
}

static void
measure_judging(FidotoolSlice text, const FidotoolMetadataRules *rules,
                const uint8_t aaguid[16])
{
  Moment before = now();
  uint8_t digest[32];
  g_autoptr(FidotoolMetadataBlob) blob =
      fidotool_metadata_blob_judge(text, rules);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(FidotoolJson) entry = NULL;
  FidotoolMetadataIndex index;
  FidotoolSlice slice;

  if (blob->good) {
    fidotool_bytes_sha256(text.data, text.len, digest);
    bytes = fidotool_metadata_index_build(blob, digest);
    slice.data = g_bytes_get_data(bytes, &slice.len);
    if (fidotool_metadata_index_open(slice, &index) == NULL)
      (void)fidotool_metadata_index_find(&index, aaguid,
                                         &entry); /* entry says it */
  }
  print_since("judge", before, entry != NULL);
}

static void
measure_start(const char *folder, const uint8_t aaguid[16])
{
  Moment before = now();
  g_autoptr(FidotoolMetadataStore) store =
      fidotool_metadata_store_open(folder, NULL);
  g_autoptr(FidotoolJson) entry = NULL;
  bool own;

  if (store != NULL && !store->rebuilt)
    entry = fidotool_metadata_store_find(store, aaguid, &own, NULL);
  print_since("start", before, entry != NULL);
}

int
main(int argc, char **argv)
{
  g_autoptr(FidotoolAnchors) anchors = fidotool_chain_anchors_new();
  FidotoolMetadataRules rules = {.anchors = anchors,
                                 .known_no = -1,
                                 .at = g_get_real_time() / G_USEC_PER_SEC};
  g_autofree char *text = NULL;
  g_autofree char *root = NULL;
  FidotoolSlice der = {0}, blob = {0};
  uint8_t aaguid[16];

  if (argc != 7 || !fidotool_metadata_entry_read_aaguid(argv[5], aaguid) ||
      !g_file_get_contents(argv[1], &text, &blob.len, NULL) ||
      !g_file_get_contents(argv[2], &root, &der.len, NULL))
    return 2;
  der.data = (const uint8_t *)root;
  blob.data = (const uint8_t *)text;
  if (!fidotool_chain_anchors_add(anchors, der))
    return 2;
  rules.signer = argv[3];
  for (int i = 0; i < (int)g_ascii_strtoll(argv[6], NULL, 10); i++) {
    measure_judging(blob, &rules, aaguid);
    measure_start(argv[4], aaguid);
  }
  return 0;
}
