/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-auth-data.c - authenticator data. */
#include "fidotool/judge/auth-data.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  FidotoolAuthData auth;

  if (fidotool_auth_data_head((FidotoolSlice){data, len}, &auth) &&
      fidotool_auth_data_rest(&auth) == NULL)
    fuzz_accepted(data, len);
  fidotool_auth_data_clear(&auth);
  return 0;
}
