/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - from a verdict to what may be believed of it. */
#include "fidotool/judge/facts.h"

#include <string.h>

#include "fidotool/types.h"

/* Transports that are looked at; the standard has seven. */
#define TRANSPORTS_MAX 16

typedef enum { UNKNOWN, SELF_REPORTED, ATTESTED } Source;

typedef struct {
  GString *out;
  const FidotoolVerdict *verdict;
  Source said;  /* what is in the authenticator data, and about it */
  Source model; /* what depends on the AAGUID */
} Facts;

static void
begin(Facts *facts, const char *name, Source source)
{
  static const char *const heads[] = {
      [UNKNOWN] = "{\"source\":\"unknown\"",
      [SELF_REPORTED] = "{\"source\":\"self-reported\",\"value\":",
      [ATTESTED] = "{\"source\":\"attested\",\"value\":",
  };

  fidotool_json_write_name(facts->out, name);
  fidotool_json_write_raw(facts->out, heads[source]);
}

static void
end(Facts *facts)
{
  g_string_append_c(facts->out, '}');
}

/* No value: unknown. */
static void
write_text(Facts *facts, const char *name, Source source, const char *value)
{
  source = value != NULL ? source : UNKNOWN;
  begin(facts, name, source);
  if (source != UNKNOWN)
    fidotool_json_write_text(facts->out, value);
  end(facts);
}

static void
write_json(Facts *facts, const char *name, Source source,
           const FidotoolJson *value)
{
  source = value != NULL ? source : UNKNOWN;
  begin(facts, name, source);
  if (source != UNKNOWN)
    fidotool_json_write_to(facts->out, value);
  end(facts);
}

static void
write_bool(Facts *facts, const char *name, Source source, bool value)
{
  begin(facts, name, source);
  if (source != UNKNOWN)
    g_string_append(facts->out, value ? "true" : "false");
  end(facts);
}

static void
write_number(Facts *facts, const char *name, Source source, int64_t value)
{
  begin(facts, name, source);
  if (source != UNKNOWN)
    fidotool_json_write_int(facts->out, value);
  end(facts);
}

/* --- where they come from ---------------------------------------------------
 */

static Source
find_source(const FidotoolVerdict *verdict)
{
  if (verdict->statement != FIDOTOOL_STATEMENT_VALID)
    return UNKNOWN;
  return verdict->trust == FIDOTOOL_TRUST_ANCHORED ? ATTESTED : SELF_REPORTED;
}

static bool
has_aaguid(const FidotoolVerdict *verdict)
{
  static const uint8_t zero[16];

  return verdict->has_credential &&
         memcmp(verdict->aaguid, zero, sizeof(zero)) != 0;
}

static Source
find_model_source(const FidotoolVerdict *verdict)
{
  bool named = verdict->has_model ||
               fidotool_json_get_bool(verdict->metadata, "known", false);
  Source source = find_source(verdict);

  return source == ATTESTED && !named ? SELF_REPORTED : source;
}

/* --- the facts --------------------------------------------------------------
 */

static void
write_aaguid(Facts *facts)
{
  g_autofree char *uuid = has_aaguid(facts->verdict)
                              ? fidotool_verdict_uuid(facts->verdict->aaguid)
                              : NULL;

  write_text(facts, "aaguid", facts->model, uuid);
}

static void
write_firmware(Facts *facts, const FidotoolJson *info)
{
  const FidotoolJson *attested =
      fidotool_json_get(facts->verdict->attested, "firmware");
  const FidotoolJson *said = fidotool_json_get(info, "firmware_version");
  int64_t number;

  if (attested != NULL)
    write_json(facts, "firmware", facts->said, attested);
  else if (facts->said != UNKNOWN && fidotool_json_int(said, &number) &&
           number > 0)
    write_number(facts, "firmware", SELF_REPORTED, number);
  else
    write_json(facts, "firmware", UNKNOWN, NULL);
}

/* The model's, as the metadata have them; else the client's word: only names,
 * and not too many of them. */
static void
write_transports(Facts *facts, const FidotoolJson *response)
{
  const FidotoolJson *told =
      fidotool_json_get(facts->verdict->metadata, "transports");
  const FidotoolJson *list =
      fidotool_json_get(fidotool_json_get(response, "response"), "transports");
  const size_t n = MIN(fidotool_json_size(list), TRANSPORTS_MAX);
  g_autoptr(FidotoolJson) names = fidotool_json_new_array();

  if (facts->model == ATTESTED && told != NULL) {
    write_json(facts, "transports", ATTESTED, told);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const char *name = fidotool_json_text(fidotool_json_at(list, i));

    if (name != NULL && strlen(name) <= 16)
      fidotool_json_append_text(names, name);
  }
  write_json(facts, "transports",
             facts->said == UNKNOWN ? UNKNOWN : SELF_REPORTED,
             fidotool_json_size(names) > 0 ? names : NULL);
}

char *
fidotool_facts_write(const FidotoolVerdict *verdict,
                     const FidotoolJson *response, const FidotoolJson *info)
{
  Facts facts = {.out = g_string_sized_new(1536),
                 .verdict = verdict,
                 .said = find_source(verdict),
                 .model = find_model_source(verdict)};
  const FidotoolJson *metadata = verdict->metadata;
  const FidotoolJson *then = fidotool_json_get(metadata, "then");
  const FidotoolJson *now = fidotool_json_get(metadata, "now");
  const Source said = facts.said, model = facts.model;

  g_string_append_c(facts.out, '{');
  write_aaguid(&facts);
  write_number(&facts, "alg", said, verdict->alg);
  write_text(&facts, "attestation", said,
             fidotool_verdict_type_name(verdict->type));
  write_bool(&facts, "be", said, (verdict->flags & FIDOTOOL_FLAG_BE) != 0);
  write_bool(&facts, "bs", said, (verdict->flags & FIDOTOOL_FLAG_BS) != 0);
  write_text(&facts, "certification", model,
             fidotool_json_get_text(then, "certification"));
  write_text(&facts, "certification_now", model,
             fidotool_json_get_text(now, "certification"));
  write_firmware(&facts, info);
  write_text(&facts, "format", said, verdict->format);
  write_json(&facts, "key_protection", model,
             fidotool_json_get(metadata, "key_protection"));
  write_text(&facts, "model", model, fidotool_json_get_text(metadata, "name"));
  write_text(&facts, "serial", said == ATTESTED ? ATTESTED : UNKNOWN,
             verdict->serial);
  write_json(&facts, "statuses", model, fidotool_json_get(then, "statuses"));
  write_json(&facts, "statuses_now", model, fidotool_json_get(now, "statuses"));
  write_transports(&facts, response);
  write_bool(&facts, "u2f_only", said,
             g_strcmp0(verdict->format, "fido-u2f") == 0);
  write_bool(&facts, "uv", said, (verdict->flags & FIDOTOOL_FLAG_UV) != 0);
  g_string_append_c(facts.out, '}');
  return g_string_free(facts.out, FALSE);
}
