/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-compound.c - several statements over the same authData and client
 * data (WebAuthn Level 3, 8.9). Each is judged as it would be alone and listed
 * with its own checks; how many must hold is for the relying party to say. */
#include "fidotool/judge/attestation.h"

#include "fidotool/judge/vouch.h"

/* Most statements that are read. */
#define PARTS_MAX 8
#define PARTS_MIN 2

static bool
read_part(const FidotoolCbor *item, FidotoolCbor *ret_name,
          FidotoolCbor *ret_statement)
{
  return item->type == FIDOTOOL_CBOR_MAP && item->argument == 2 &&
         fidotool_cbor_find_text(item, "fmt", ret_name) &&
         ret_name->type == FIDOTOOL_CBOR_TEXT &&
         fidotool_cbor_find_text(item, "attStmt", ret_statement) &&
         (ret_statement->type == FIDOTOOL_CBOR_MAP ||
          ret_statement->type == FIDOTOOL_CBOR_ARRAY);
}

static const char *
read_parts(const FidotoolCbor *statement)
{
  FidotoolSlice rest = statement->body;
  FidotoolCbor item, name, part;

  if (statement->type != FIDOTOOL_CBOR_ARRAY)
    return "it is no array";
  if (statement->argument < PARTS_MIN)
    return "there are less than two";
  if (statement->argument > PARTS_MAX)
    return "there are too many";
  while (fidotool_cbor_next(&rest, &item))
    if (!read_part(&item, &name, &part))
      return "one of them is not fmt and attStmt";
  return NULL;
}

static FidotoolOutcome
check_parts(FidotoolCeremony *ceremony)
{
  ceremony->detail = read_parts(&ceremony->statement);
  return ceremony->detail == NULL ? FIDOTOOL_OUTCOME_PASS
                                  : FIDOTOOL_OUTCOME_STOP;
}

static FidotoolOutcome
check_flat(FidotoolCeremony *ceremony)
{
  FidotoolSlice rest = ceremony->statement.body;
  FidotoolCbor item, name, part;

  while (fidotool_cbor_next(&rest, &item))
    if (read_part(&item, &name, &part) &&
        fidotool_cbor_is_text(&name, "compound")) {
      ceremony->detail = "one of them is";
      return FIDOTOOL_OUTCOME_STOP;
    }
  return FIDOTOOL_OUTCOME_PASS;
}

/* One statement alone: its format's checks, and who vouches for it. */
static FidotoolVerdict *
judge_part(FidotoolCeremony *whole, const FidotoolCbor *name,
           const FidotoolCbor *statement)
{
  const FidotoolFormat *format = fidotool_attestation_find(name);
  FidotoolVerdict *verdict = fidotool_verdict_new();
  FidotoolCeremony part = *whole;
  const FidotoolCheck *checks;
  const char *why;
  size_t count;

  if (format == NULL) {
    verdict->statement = FIDOTOOL_STATEMENT_INVALID;
    return verdict;
  }
  verdict->is_registration = true;
  verdict->format = g_strdup(format->name);
  verdict->statement = format->best;
  part.verdict = verdict;
  part.format = format;
  part.statement = *statement;
  part.detail = NULL;
  part.detail_owned = NULL;
  checks = format->checks(&count);
  if (fidotool_ceremony_run(&part, checks, count))
    (void)fidotool_vouch_judge(&part, &why); /* the verdict has it */
  fidotool_ceremony_settle(&part);
  whole->cost = part.cost;
  g_clear_pointer(&part.certificates, fidotool_certificate_list_unref);
  g_clear_pointer(&part.detail_owned, g_free); /* the rest is the whole's */
  return verdict;
}

static void
judge_parts(FidotoolCeremony *ceremony)
{
  FidotoolSlice rest = ceremony->statement.body;
  FidotoolCbor item, name, statement;

  ceremony->verdict->parts =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_verdict_free);
  while (fidotool_cbor_next(&rest, &item))
    if (read_part(&item, &name, &statement)) /* C1 saw that it is one */
      g_ptr_array_add(ceremony->verdict->parts,
                      judge_part(ceremony, &name, &statement));
}

static unsigned
count_parts(const GPtrArray *parts, bool anchored)
{
  unsigned count = 0;

  for (guint i = 0; i < parts->len; i++) {
    const FidotoolVerdict *part = g_ptr_array_index(parts, i);

    count += part->statement == FIDOTOOL_STATEMENT_VALID &&
             (!anchored || part->trust == FIDOTOOL_TRUST_ANCHORED);
  }
  return count;
}

/* The part whose facts are the whole's: the first that an anchor vouches for,
 * or where there is none the first that is valid. */
static const FidotoolVerdict *
find_best(const GPtrArray *parts)
{
  const FidotoolVerdict *best = NULL;

  for (guint i = 0; i < parts->len; i++) {
    const FidotoolVerdict *part = g_ptr_array_index(parts, i);

    if (part->statement != FIDOTOOL_STATEMENT_VALID)
      continue;
    if (part->trust == FIDOTOOL_TRUST_ANCHORED)
      return part;
    best = best ? best : part;
  }
  return best;
}

/* Of the first valid part that nobody vouches for. */
static const char *
find_reason(const GPtrArray *parts)
{
  for (guint i = 0; i < parts->len; i++) {
    const FidotoolVerdict *part = g_ptr_array_index(parts, i);

    if (part->statement == FIDOTOOL_STATEMENT_VALID &&
        part->trust != FIDOTOOL_TRUST_ANCHORED)
      return part->trust_reason ? part->trust_reason : "not-attested";
  }
  return "too-few-statements";
}

static void
take_facts(FidotoolVerdict *whole, const FidotoolVerdict *best)
{
  whole->type = best->type;
  whole->has_model = best->has_model;
  whole->anchor = g_strdup(best->anchor);
  whole->revocation = best->revocation;
  whole->serial = g_strdup(best->serial);
  fidotool_json_free(whole->attested);
  whole->attested = fidotool_json_copy(best->attested);
}

/* As many must be vouched for as must be valid. */
static void
settle_trust(FidotoolVerdict *whole, unsigned needed)
{
  if (count_parts(whole->parts, true) >= needed) {
    whole->trust = FIDOTOOL_TRUST_ANCHORED;
    return;
  }
  g_clear_pointer(&whole->anchor, g_free);
  whole->trust = FIDOTOOL_TRUST_UNTRUSTED;
  whole->trust_reason = find_reason(whole->parts);
}

/* The first part that is not valid, and why. */
static char *
new_fault(const GPtrArray *parts)
{
  for (guint i = 0; i < parts->len; i++) {
    const FidotoolVerdict *part = g_ptr_array_index(parts, i);
    const char *id = fidotool_verdict_first_failed(part);

    if (part->statement != FIDOTOOL_STATEMENT_VALID)
      return g_strdup_printf("statement %u is %s (%s)", i + 1,
                             fidotool_verdict_statement_name(part->statement),
                             id             ? id
                             : part->format ? part->format
                                            : "no such format");
  }
  return g_strdup("there are not as many as are needed");
}

/* What the policy may hold against the parts that count, and what is shown,
 * is the whole's as well. */
static void
take_remarks(FidotoolVerdict *whole, const FidotoolVerdict *part)
{
  for (guint i = 0; i < part->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(part->checks, FidotoolCheckResult, i);

    if (!check->ok)
      fidotool_verdict_check(whole, check->id, check->kind, false,
                             g_strdup(check->text));
  }
  for (guint i = 0; i < part->warnings->len; i++) {
    const FidotoolWarning *warning =
        &g_array_index(part->warnings, FidotoolWarning, i);

    fidotool_verdict_warn(whole, warning->id, warning->text);
  }
}

static void
take_all_remarks(FidotoolVerdict *whole)
{
  for (guint i = 0; i < whole->parts->len; i++) {
    const FidotoolVerdict *part = g_ptr_array_index(whole->parts, i);

    if (part->statement == FIDOTOOL_STATEMENT_VALID)
      take_remarks(whole, part);
  }
}

static FidotoolOutcome
check_enough(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  unsigned needed = ceremony->options->compound_needed;
  const FidotoolVerdict *best;

  judge_parts(ceremony);
  if (needed == 0)
    needed = verdict->parts->len;
  best = find_best(verdict->parts);
  if (best != NULL)
    take_facts(verdict, best);
  take_all_remarks(verdict);
  if (fidotool_chain_anchors_size(ceremony->anchors) > 0)
    settle_trust(verdict, needed);
  if (count_parts(verdict->parts, false) >= needed)
    return FIDOTOOL_OUTCOME_PASS;
  ceremony->detail_owned = new_fault(verdict->parts);
  return FIDOTOOL_OUTCOME_FAIL;
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "compound/C1", FIDOTOOL_CHECK_HARD, check_parts,  "the statement is a list of at least two" },
  { "compound/C2", FIDOTOOL_CHECK_HARD, check_flat,   "none of them is compound itself" },
  { "compound/C3", FIDOTOOL_CHECK_HARD, check_enough, "enough of them hold" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_compound_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
