/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-sshsig.c - armour, blob and public key: each has one spelling. */
#include <string.h>

#include "recovery/format/sshsig.h"
#include "tests/fuzz/fuzz.h"

static bool
read_key(const void *data, size_t len)
{
  RecoverySshsigKey key;
  g_autoptr(GBytes) again = NULL;

  if (!recovery_sshsig_read_key(data, len, &key, NULL))
    return false;
  again = recovery_sshsig_write_key(&key);
  g_assert(g_bytes_get_size(again) == len &&
           memcmp(g_bytes_get_data(again, NULL), data, len) == 0);
  return true;
}

static bool
read_blob(const void *data, size_t len)
{
  RecoverySshsigSeen seen;

  if (!recovery_sshsig_read(data, len, &seen, NULL))
    return false;
  (void)recovery_sshsig_check(data, len, &seen.key, seen.namespace, "message",
                              7, &seen, NULL); /* any answer will do */
  return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) blob =
      recovery_sshsig_unarmour((const char *)data, len, NULL);

  bool good = read_key(data, len);

  good |= read_blob(data, len);
  if (blob != NULL)
    good |= read_blob(g_bytes_get_data(blob, NULL), g_bytes_get_size(blob));
  if (good)
    fuzz_accepted(data, len);
  return 0;
}
