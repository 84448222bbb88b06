/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-credential.c - a key's answers to credential management. */
#include "fidotool/device/stored-reply.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) reply = g_bytes_new(data, len);
  g_autoptr(FidotoolStoredCredential) credential = NULL;
  g_autoptr(FidotoolStoredRp) rp = NULL;
  int existing, remaining;
  int64_t total;

  if (fidotool_stored_reply_counts(reply, &existing, &remaining, NULL))
    g_assert(existing >= 0 && remaining >= 0);
  rp = fidotool_stored_reply_rp(reply, &total, NULL);
  if (rp)
    g_assert(g_utf8_validate(rp->rp_id, -1, NULL) && total >= -1);
  credential = fidotool_stored_reply_credential(reply, &total, NULL);
  if (!credential)
    return 0;
  g_assert(g_bytes_get_size(credential->id) <= 1023);
  g_assert(!credential->user_name ||
           g_utf8_validate(credential->user_name, -1, NULL));
  fuzz_accepted(data, len);
  return 0;
}
