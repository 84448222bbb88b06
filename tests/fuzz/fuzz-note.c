/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-note.c - a signed note under the key of the corpus, and key texts. */
#include "recovery/format/checkpoint.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  /* The public key of the seed 00 01 02 ... 1f. */
  static const uint8_t key[32] = {
      0x03, 0xa1, 0x07, 0xbf, 0xf3, 0xce, 0x10, 0xbe, 0x1d, 0x70, 0xdd,
      0x18, 0xe7, 0x4b, 0xc0, 0x99, 0x67, 0xe4, 0xd6, 0x30, 0x9b, 0xa5,
      0x0d, 0x5f, 0x1d, 0xdc, 0x86, 0x64, 0x12, 0x55, 0x31, 0xb8};
  g_autofree char *text = g_strndup((const char *)data, len);
  RecoveryCheckpoint head;
  uint8_t read_key[32];

  (void)recovery_checkpoint_read_vkey(text, read_key, NULL); /* any answer */
  /* Neither a signature nor a key id is found by chance; an origin is. */
  if (recovery_checkpoint_check((const char *)data, len, key, &head, NULL) ||
      recovery_checkpoint_is_origin(text))
    fuzz_accepted(data, len);
  return 0;
}
