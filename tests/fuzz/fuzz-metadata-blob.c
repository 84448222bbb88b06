/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-metadata-blob.c - a BLOB before its signature is known to be good. */
#include "fidotool/judge/metadata-blob.h"
#include "fidotool/judge/metadata-jws.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolSlice text = {data, len};
  FidotoolMetadataJws jws;
  g_autoptr(FidotoolAnchors) anchors = fidotool_chain_anchors_new();
  FidotoolMetadataRules rules = {
      .anchors = anchors, .signer = "mds.example.org", .at = 1772355600};
  g_autoptr(FidotoolMetadataBlob) blob = NULL;
  const char *id;

  if (fidotool_metadata_jws_parse(text, &jws, &id) == NULL) {
    (void)fidotool_metadata_jws_verify(&jws); /* any answer will do */
    fuzz_accepted(data, len);
  } else {
    g_assert(id != NULL);
  }
  fidotool_metadata_jws_clear(&jws);
  /* Nobody is trusted here. */
  blob = fidotool_metadata_blob_judge(text, &rules);
  g_assert(!blob->good && blob->payload == NULL && blob->items->len == 0);
  return 0;
}
