/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-attestation.c - an attestation object, judged whole. */
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/registration.h"
#include "tests/fuzz/fuzz.h"

static FidotoolOptions *
new_options(void)
{
  static const char text[] =
      "{\"rp_id\":\"keys.example.org\",\"cdh\":"
      "\"00000000000000000000000000000000000000000000000000000000000000ff\"}";
  g_autoptr(FidotoolJson) json = fidotool_json_parse(text, strlen(text), NULL);

  return fidotool_options_parse(json, FIDOTOOL_CEREMONY_REGISTRATION, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(FidotoolOptions) options = new_options();
  g_autoptr(FidotoolJson) response = fidotool_json_new_object();
  g_autofree char *text = fidotool_bytes_base64url(data, len);
  g_autoptr(FidotoolVerdict) verdict = NULL;
  g_autofree char *written = NULL;
  g_autoptr(FidotoolJson) result = NULL;

  fidotool_json_set_text(response, "attestationObject", text);
  verdict = fidotool_registration_judge(options, response, NULL, NULL, 0);
  written = fidotool_verdict_write(verdict);
  result = fidotool_json_parse(written, strlen(written), NULL);
  g_assert(result != NULL); /* whatever the key put into it */
  /* Nobody can sign for this hash by accident; none has no signature. */
  g_assert(verdict->statement != FIDOTOOL_STATEMENT_VALID ||
           verdict->type == FIDOTOOL_ATTESTATION_NONE);
  if (verdict->statement == FIDOTOOL_STATEMENT_VALID)
    fuzz_accepted(data, len);
  return 0;
}
