/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-pack.c - what a judge is taught: whatever is in it, it is read or
 * refused, and what is read can be judged by. */
#include <string.h>

#include "fidotool/judge/request.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const char request[] =
      "{\"kind\":\"registration\",\"options\":{},\"response\":{},\"at\":1}";
  g_autoptr(FidotoolRequests) state = fidotool_request_state_new();
  g_autoptr(GBytes) pack = g_bytes_new(data, len);
  g_autofree char *said = fidotool_request_state_teach(state, pack);
  g_autofree char *answer =
      fidotool_request_judge_with(state, request, strlen(request), NULL);

  g_assert(answer != NULL);
  if (strstr(said, "\"error\":\"\"") != NULL)
    fuzz_accepted(data, len);
  return 0;
}
