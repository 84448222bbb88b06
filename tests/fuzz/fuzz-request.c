/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-request.c - a request to the judge worker, answered. */
#include "fidotool/json.h"
#include "fidotool/judge/request.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  size_t answer_len;
  g_autofree char *answer =
      fidotool_request_judge((const char *)data, len, &answer_len);
  g_autoptr(FidotoolJson) json = fidotool_json_parse(answer, answer_len, NULL);

  g_assert(fidotool_json_get_text(json, "error") != NULL);
  g_assert(answer_len <= FIDOTOOL_REQUEST_MAX);
  if (*fidotool_json_get_text(json, "error") == '\0')
    fuzz_accepted(data, len);
  return 0;
}
