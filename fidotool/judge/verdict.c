/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - a verdict, and its one spelling in JSON. */
#include "fidotool/judge/verdict.h"

#include <time.h>

#include "fidotool/bytes.h"
#include "fidotool/types.h"

/* Checks that a registration comes to, or some more. */
#define CHECKS_USUAL 32

static void
clear_check(void *data)
{
  g_free(((FidotoolCheckResult *)data)->own);
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
  verdict->checks = g_array_sized_new(false, false, sizeof(FidotoolCheckResult),
                                      CHECKS_USUAL);
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
  fidotool_json_free(verdict->metadata);
  g_free(verdict->facts);
  g_free(verdict->entry);
  fidotool_json_free(verdict->advisories);
  g_clear_pointer(&verdict->id, g_bytes_unref);
  g_clear_pointer(&verdict->public_key, g_bytes_unref);
  g_clear_pointer(&verdict->ssh_key, g_bytes_unref);
  g_free(verdict);
}

void
fidotool_verdict_check(FidotoolVerdict *verdict, const char *id,
                       FidotoolCheckKind kind, bool ok, char *text)
{
  FidotoolCheckResult check = {id, text, text, kind, ok};

  g_array_append_val(verdict->checks, check);
}

void
fidotool_verdict_check_static(FidotoolVerdict *verdict, const char *id,
                              FidotoolCheckKind kind, bool ok, const char *text)
{
  FidotoolCheckResult check = {id, text, NULL, kind, ok};

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
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc(37);
  char *p = text;

  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *p++ = '-';
    *p++ = digits[aaguid[i] >> 4];
    *p++ = digits[aaguid[i] & 15];
  }
  *p = '\0';
  return text;
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

/* --- the result -------------------------------------------------------------
 *
 * Written straight away, members in the order of their names: a tree of it
 * would cost as much as half of a signature. */

static void
write_member(GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  fidotool_json_write_name(out, name);
  fidotool_json_write_text(out, text);
}

static void
write_number(GString *out, const char *name, int64_t number)
{
  fidotool_json_write_name(out, name);
  fidotool_json_write_int(out, number);
}

static void
write_statement(GString *out, const FidotoolVerdict *verdict)
{
  fidotool_json_write_name(out, "statement");
  g_string_append_c(out, '{');
  write_member(out, "result",
               fidotool_verdict_statement_name(verdict->statement));
  if (verdict->is_registration)
    write_member(out, "type", fidotool_verdict_type_name(verdict->type));
  g_string_append_c(out, '}');
}

static void
write_trust(GString *out, const FidotoolVerdict *verdict)
{
  const bool judged = verdict->trust == FIDOTOOL_TRUST_ANCHORED ||
                      verdict->trust == FIDOTOOL_TRUST_UNTRUSTED;
  g_autofree char *at = judged ? new_time_text(verdict->trust_at) : NULL;

  fidotool_json_write_name(out, "trust");
  g_string_append_c(out, '{');
  write_member(out, "anchor", judged ? verdict->anchor : NULL);
  write_member(out, "at", at);
  if (judged && fidotool_json_get(verdict->metadata, "no") != NULL)
    write_number(out, "metadata_no",
                 fidotool_json_get_int(verdict->metadata, "no", -1));
  write_member(out, "reason", judged ? verdict->trust_reason : NULL);
  write_member(out, "result", fidotool_verdict_trust_name(verdict->trust));
  if (judged)
    write_member(out, "revocation",
                 verdict->revocation ? verdict->revocation : "not-checked");
  g_string_append_c(out, '}');
}

static void
write_checks(GString *out, const FidotoolVerdict *verdict)
{
  fidotool_json_write_name(out, "checks");
  g_string_append_c(out, '[');
  for (guint i = 0; i < verdict->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(verdict->checks, FidotoolCheckResult, i);

    fidotool_json_write_raw(out, i > 0 ? ",{\"id\":\"" : "{\"id\":\"");
    fidotool_json_write_raw(out, check->id); /* ours: nothing to escape */
    fidotool_json_write_raw(out, check->ok ? "\",\"ok\":true,\"text\":"
                                           : "\",\"ok\":false,\"text\":");
    fidotool_json_write_text(out, check->text);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void
write_warnings(GString *out, const FidotoolVerdict *verdict)
{
  fidotool_json_write_name(out, "warnings");
  g_string_append_c(out, '[');
  for (guint i = 0; i < verdict->warnings->len; i++) {
    const FidotoolWarning *warning =
        &g_array_index(verdict->warnings, FidotoolWarning, i);

    g_string_append(out, i > 0 ? ",{" : "{");
    write_member(out, "id", warning->id);
    write_member(out, "text", warning->text);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void
write_flags(GString *out, const FidotoolVerdict *verdict)
{
  if (!verdict->has_auth_data)
    return;
  fidotool_json_write_name(out, "flags");
  g_string_append_c(out, '{');
  write_number(out, "be", (verdict->flags & FIDOTOOL_FLAG_BE) != 0);
  write_number(out, "bs", (verdict->flags & FIDOTOOL_FLAG_BS) != 0);
  write_number(out, "up", (verdict->flags & FIDOTOOL_FLAG_UP) != 0);
  write_number(out, "uv", (verdict->flags & FIDOTOOL_FLAG_UV) != 0);
  g_string_append_c(out, '}');
}

static void write_verdict(GString *out, const FidotoolVerdict *verdict,
                          bool is_part);

static void
write_parts(GString *out, const FidotoolVerdict *verdict)
{
  if (verdict->parts == NULL)
    return;
  fidotool_json_write_name(out, "parts");
  g_string_append_c(out, '[');
  for (guint i = 0; i < verdict->parts->len; i++) {
    if (i > 0)
      g_string_append_c(out, ',');
    write_verdict(out, g_ptr_array_index(verdict->parts, i), true);
  }
  g_string_append_c(out, ']');
}

/* What only the whole has: the credential, and all that is said of it. */
static void
write_credential(GString *out, const FidotoolVerdict *verdict)
{
  g_autofree char *uuid =
      verdict->has_credential ? fidotool_verdict_uuid(verdict->aaguid) : NULL;

  write_member(out, "aaguid", uuid);
  if (verdict->alg != 0)
    write_number(out, "alg", verdict->alg);
}

/* One of the statements of a compound one is written like the whole, without
 * what is the whole's. */
static void
write_verdict(GString *out, const FidotoolVerdict *verdict, bool is_part)
{
  g_string_append_c(out, '{');
  if (!is_part)
    write_credential(out, verdict);
  if (fidotool_json_size(verdict->attested) > 0) {
    fidotool_json_write_name(out, "attested");
    fidotool_json_write_to(out, verdict->attested);
  }
  write_checks(out, verdict);
  if (!is_part && verdict->facts != NULL) {
    fidotool_json_write_name(out, "facts");
    g_string_append(out, verdict->facts);
  }
  if (!is_part)
    write_flags(out, verdict);
  write_member(out, "format", verdict->format);
  if (!is_part && verdict->metadata != NULL) {
    fidotool_json_write_name(out, "metadata");
    fidotool_json_write_to(out, verdict->metadata);
  }
  if (!is_part)
    write_parts(out, verdict);
  if (!is_part && verdict->has_auth_data)
    write_number(out, "sign_count", verdict->sign_count);
  write_statement(out, verdict);
  write_trust(out, verdict);
  write_warnings(out, verdict);
  g_string_append_c(out, '}');
}

void
fidotool_verdict_write_to(GString *out, const FidotoolVerdict *verdict)
{
  write_verdict(out, verdict, false);
}

char *
fidotool_verdict_write(const FidotoolVerdict *verdict)
{
  GString *out = g_string_sized_new(4096);

  write_verdict(out, verdict, false);
  return g_string_free(out, false);
}
