/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-u2f.c - a key's answers to U2F; all that is found in them lies in
 * them, in order, with nothing left over. */
#include "fidotool/device/u2f-reply.h"
#include "tests/fuzz/fuzz.h"

static void
check_registration(const FidotoolU2fReplyRegistration *found,
                   const uint8_t *data, size_t len)
{
  g_assert(found->point == data + 1);
  g_assert(found->handle == found->point + FIDOTOOL_U2F_REPLY_POINT + 1);
  g_assert(found->handle_len > 0 && found->handle_len < 256);
  g_assert(found->certificate == found->handle + found->handle_len);
  g_assert(found->certificate_len >= 2);
  g_assert(found->signature == found->certificate + found->certificate_len);
  g_assert(found->signature + found->signature_len + 2 == data + len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) reply = g_bytes_new(data, len);
  const uint8_t *copy = g_bytes_get_data(reply, NULL);
  FidotoolU2fReplyRegistration registration;
  FidotoolU2fReplySignature signature;
  unsigned word = 0;

  g_assert(fidotool_u2f_reply_word(reply, &word) == (len >= 2));
  if (fidotool_u2f_reply_read_registration(reply, &registration)) {
    check_registration(&registration, copy, len);
    fuzz_accepted(data, len);
  }
  if (fidotool_u2f_reply_read_signature(reply, &signature)) {
    g_assert(signature.head == copy && signature.presence == copy[0]);
    g_assert(signature.signature + signature.signature_len + 2 == copy + len);
    fuzz_accepted(data, len);
  }
  return 0;
}
