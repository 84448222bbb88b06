/* SPDX-License-Identifier: Apache-2.0 */
/* ceremony.c - runs rows of checks, and what they all need. */
#include "fidotool/judge/ceremony.h"

#include <string.h>

#include "fidotool/bytes.h"

static void
record(const FidotoolCeremony *ceremony, const FidotoolCheck *check, bool ok)
{
  const char *detail =
      ceremony->detail_owned ? ceremony->detail_owned : ceremony->detail;

  if (detail == NULL)
    fidotool_verdict_check_static(ceremony->verdict, check->id, check->kind, ok,
                                  check->text);
  else
    fidotool_verdict_check(ceremony->verdict, check->id, check->kind, ok,
                           g_strdup_printf("%s: %s", check->text, detail));
}

bool
fidotool_ceremony_run(FidotoolCeremony *ceremony, const FidotoolCheck *checks,
                      size_t count)
{
  for (size_t i = 0; i < count; i++) {
    FidotoolOutcome outcome;

    ceremony->detail = NULL;
    g_clear_pointer(&ceremony->detail_owned, g_free);
    outcome = checks[i].run(ceremony);
    if (outcome == FIDOTOOL_OUTCOME_END)
      return false;
    if (outcome == FIDOTOOL_OUTCOME_SKIP)
      continue;
    record(ceremony, &checks[i], outcome == FIDOTOOL_OUTCOME_PASS);
    if (outcome == FIDOTOOL_OUTCOME_STOP)
      return false;
  }
  return true;
}

void
fidotool_ceremony_clear(FidotoolCeremony *ceremony)
{
  g_clear_pointer(&ceremony->raw_id, g_bytes_unref);
  g_clear_pointer(&ceremony->client_json, g_bytes_unref);
  g_clear_pointer(&ceremony->object, g_bytes_unref);
  g_clear_pointer(&ceremony->auth_bytes, g_bytes_unref);
  g_clear_pointer(&ceremony->sig, g_bytes_unref);
  g_clear_pointer(&ceremony->user_handle, g_bytes_unref);
  g_clear_pointer(&ceremony->client, fidotool_client_data_free);
  g_clear_pointer(&ceremony->certificates, fidotool_certificate_list_unref);
  g_clear_pointer(&ceremony->detail_owned, g_free);
  fidotool_auth_data_clear(&ceremony->auth);
  fidotool_cose_clear(&ceremony->stored_key);
}

void
fidotool_ceremony_settle(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  bool named = verdict->statement != FIDOTOOL_STATEMENT_VALID;
  unsigned failed = 0;

  for (guint i = 0; i < verdict->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(verdict->checks, FidotoolCheckResult, i);

    if (check->kind == FIDOTOOL_CHECK_HARD && !check->ok)
      failed++;
  }
  if (failed > 1 || (failed == 1 && !named))
    verdict->statement = FIDOTOOL_STATEMENT_INVALID;
}

FidotoolOutcome
fidotool_ceremony_outcome(FidotoolCeremony *ceremony, const char *why)
{
  ceremony->detail = why;
  return why == NULL ? FIDOTOOL_OUTCOME_PASS : FIDOTOOL_OUTCOME_FAIL;
}

GBytes *
fidotool_ceremony_bytes(const FidotoolCeremony *ceremony,
                        const FidotoolJson *object, const char *name,
                        size_t max)
{
  const char *text = fidotool_json_get_text(object, name);
  size_t len = text ? strlen(text) : 0;

  if (text == NULL || len > (max + 2) / 3 * 4)
    return NULL;
  if (ceremony->options->padding && len % 4 == 0)
    for (int i = 0; i < 2 && len > 0 && text[len - 1] == '='; i++)
      len--;
  return fidotool_bytes_unbase64url_of(text, len);
}

FidotoolSlice
fidotool_ceremony_slice(GBytes *bytes)
{
  FidotoolSlice slice;

  slice.data = g_bytes_get_data(bytes, &slice.len);
  return slice;
}
