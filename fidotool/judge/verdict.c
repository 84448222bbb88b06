/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - a verdict, and its one spelling in JSON. */
#include "fidotool/judge/verdict.h"

#include <time.h>

#include "fidotool/bytes.h"
#include "fidotool/types.h"

static void
clear_check(void *data)
{
  g_free(((FidotoolCheckResult *)data)->text);
}

static void
clear_warning(void *data)
{
  g_free(((FidotoolWarning *)data)->text);
}

FidotoolVerdict *
fidotool_verdict_new(void)
{
  FidotoolVerdict *verdict = g_new0(FidotoolVerdict, 1);

  verdict->attested = fidotool_json_new_object();
  verdict->checks = g_array_new(false, false, sizeof(FidotoolCheckResult));
  g_array_set_clear_func(verdict->checks, clear_check);
  verdict->warnings = g_array_new(false, false, sizeof(FidotoolWarning));
  g_array_set_clear_func(verdict->warnings, clear_warning);
  return verdict;
}

void
fidotool_verdict_free(FidotoolVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_array_unref(verdict->checks);
  g_array_unref(verdict->warnings);
  g_free(verdict->anchor);
  g_free(verdict->format);
  g_free(verdict->serial);
  g_clear_pointer(&verdict->parts, g_ptr_array_unref);
  fidotool_json_free(verdict->attested);
  g_clear_pointer(&verdict->id, g_bytes_unref);
  g_clear_pointer(&verdict->public_key, g_bytes_unref);
  g_clear_pointer(&verdict->ssh_key, g_bytes_unref);
  g_free(verdict);
}

void
fidotool_verdict_check(FidotoolVerdict *verdict, const char *id,
                       FidotoolCheckKind kind, bool ok, char *text)
{
  FidotoolCheckResult check = {id, text, kind, ok};

  g_array_append_val(verdict->checks, check);
}

void
fidotool_verdict_warn(FidotoolVerdict *verdict, const char *id,
                      const char *text)
{
  FidotoolWarning warning = {id, g_strdup(text)};

  g_array_append_val(verdict->warnings, warning);
}

void
fidotool_verdict_attest_text(FidotoolVerdict *verdict, const char *name,
                             const char *text)
{
  fidotool_json_set_text(verdict->attested, name, text);
}

void
fidotool_verdict_attest_int(FidotoolVerdict *verdict, const char *name,
                            int64_t value)
{
  fidotool_json_set_int(verdict->attested, name, value);
}

const char *
fidotool_verdict_first_failed(const FidotoolVerdict *verdict)
{
  for (guint i = 0; i < verdict->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(verdict->checks, FidotoolCheckResult, i);

    if (!check->ok && check->kind == FIDOTOOL_CHECK_HARD)
      return check->id;
  }
  return NULL;
}

const char *
fidotool_verdict_statement_name(FidotoolStatementResult result)
{
  static const char *const names[] = {
      [FIDOTOOL_STATEMENT_VALID] = "valid",
      [FIDOTOOL_STATEMENT_INVALID] = "invalid",
      [FIDOTOOL_STATEMENT_RETIRED_FORMAT] = "retired-format",
      [FIDOTOOL_STATEMENT_UNSUPPORTED_ALG] = "unsupported-credential-alg",
      [FIDOTOOL_STATEMENT_MALFORMED_KEY] = "malformed-cose-key",
  };

  return names[result];
}

const char *
fidotool_verdict_type_name(FidotoolAttestationType type)
{
  static const char *const names[] = {
      [FIDOTOOL_ATTESTATION_UNKNOWN] = "unknown",
      [FIDOTOOL_ATTESTATION_BASIC] = "basic",
      [FIDOTOOL_ATTESTATION_ATTCA] = "attca",
      [FIDOTOOL_ATTESTATION_ANONCA] = "anonca",
      [FIDOTOOL_ATTESTATION_SELF] = "self",
      [FIDOTOOL_ATTESTATION_NONE] = "none",
  };

  return names[type];
}

const char *
fidotool_verdict_trust_name(FidotoolTrust trust)
{
  static const char *const names[] = {
      [FIDOTOOL_TRUST_NOT_CHECKED] = "not-checked",
      [FIDOTOOL_TRUST_ANCHORED] = "anchored",
      [FIDOTOOL_TRUST_SELF] = "self",
      [FIDOTOOL_TRUST_NONE] = "none",
      [FIDOTOOL_TRUST_UNTRUSTED] = "untrusted",
  };

  return names[trust];
}

char *
fidotool_verdict_uuid(const uint8_t aaguid[16])
{
  g_autofree char *hex = fidotool_bytes_hex(aaguid, 16);

  return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
                         hex + 16, hex + 20);
}

/* RFC 3339 in UTC; no zone file is read. */
static char *
new_time_text(int64_t at)
{
  time_t seconds = (time_t)at;
  struct tm tm;

  if (gmtime_r(&seconds, &tm) == NULL)
    return g_strdup_printf("%" G_GINT64_FORMAT, at);
  return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
                         tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
                         tm.tm_sec);
}

static FidotoolJson *
new_statement(const FidotoolVerdict *verdict)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_text(json, "result",
                         fidotool_verdict_statement_name(verdict->statement));
  if (verdict->is_registration)
    fidotool_json_set_text(json, "type",
                           fidotool_verdict_type_name(verdict->type));
  return json;
}

static FidotoolJson *
new_trust(const FidotoolVerdict *verdict)
{
  FidotoolJson *json = fidotool_json_new_object();
  g_autofree char *at = new_time_text(verdict->trust_at);

  fidotool_json_set_text(json, "result",
                         fidotool_verdict_trust_name(verdict->trust));
  if (verdict->trust != FIDOTOOL_TRUST_ANCHORED &&
      verdict->trust != FIDOTOOL_TRUST_UNTRUSTED)
    return json;
  fidotool_json_set_text(json, "at", at);
  fidotool_json_set_text(json, "revocation",
                         verdict->revocation ? verdict->revocation
                                             : "not-checked");
  if (verdict->anchor != NULL)
    fidotool_json_set_text(json, "anchor", verdict->anchor);
  if (verdict->trust_reason != NULL)
    fidotool_json_set_text(json, "reason", verdict->trust_reason);
  return json;
}

static FidotoolJson *
new_checks(const FidotoolVerdict *verdict)
{
  FidotoolJson *json = fidotool_json_new_array();

  for (guint i = 0; i < verdict->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(verdict->checks, FidotoolCheckResult, i);
    FidotoolJson *item = fidotool_json_append(json, fidotool_json_new_object());

    fidotool_json_set_text(item, "id", check->id);
    fidotool_json_set_bool(item, "ok", check->ok);
    fidotool_json_set_text(item, "text", check->text);
  }
  return json;
}

static FidotoolJson *
new_warnings(const FidotoolVerdict *verdict)
{
  FidotoolJson *json = fidotool_json_new_array();

  for (guint i = 0; i < verdict->warnings->len; i++) {
    const FidotoolWarning *warning =
        &g_array_index(verdict->warnings, FidotoolWarning, i);
    FidotoolJson *item = fidotool_json_append(json, fidotool_json_new_object());

    fidotool_json_set_text(item, "id", warning->id);
    fidotool_json_set_text(item, "text", warning->text);
  }
  return json;
}

static FidotoolJson *
new_flags(uint8_t flags)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_int(json, "up", (flags & FIDOTOOL_FLAG_UP) != 0);
  fidotool_json_set_int(json, "uv", (flags & FIDOTOOL_FLAG_UV) != 0);
  fidotool_json_set_int(json, "be", (flags & FIDOTOOL_FLAG_BE) != 0);
  fidotool_json_set_int(json, "bs", (flags & FIDOTOOL_FLAG_BS) != 0);
  return json;
}

/* What a statement has whether it is the only one or one of several. */
static FidotoolJson *
new_part(const FidotoolVerdict *verdict)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set(json, "statement", new_statement(verdict));
  fidotool_json_set(json, "trust", new_trust(verdict));
  fidotool_json_set(json, "checks", new_checks(verdict));
  fidotool_json_set(json, "warnings", new_warnings(verdict));
  if (verdict->format != NULL)
    fidotool_json_set_text(json, "format", verdict->format);
  if (fidotool_json_size(verdict->attested) > 0)
    fidotool_json_set(json, "attested", fidotool_json_copy(verdict->attested));
  return json;
}

FidotoolJson *
fidotool_verdict_result(const FidotoolVerdict *verdict)
{
  FidotoolJson *json = new_part(verdict);

  if (verdict->parts != NULL) {
    FidotoolJson *parts =
        fidotool_json_set(json, "parts", fidotool_json_new_array());

    for (guint i = 0; i < verdict->parts->len; i++)
      fidotool_json_append(parts,
                           new_part(g_ptr_array_index(verdict->parts, i)));
  }
  if (verdict->has_credential) {
    g_autofree char *uuid = fidotool_verdict_uuid(verdict->aaguid);

    fidotool_json_set_text(json, "aaguid", uuid);
  }
  if (verdict->alg != 0)
    fidotool_json_set_int(json, "alg", verdict->alg);
  if (verdict->has_auth_data) {
    fidotool_json_set(json, "flags", new_flags(verdict->flags));
    fidotool_json_set_int(json, "sign_count", verdict->sign_count);
  }
  return json;
}
