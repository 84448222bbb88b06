/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-query-ask.c - a query asked of one model, with three answers. */
#include <string.h>

#include "fidotool/judge/metadata-query-private.h"

typedef struct {
  const FidotoolJson *entry;
  const FidotoolMetadataStanding *standing;
} Model;

static FidotoolMetadataTruth
as_truth(bool truth)
{
  return truth ? FIDOTOOL_METADATA_YES : FIDOTOOL_METADATA_NO;
}

static FidotoolMetadataTruth
compare(const FidotoolMetadataQuery *term, int64_t value)
{
  int64_t other = term->number;

  switch (term->compare) {
  case FIDOTOOL_METADATA_EQUAL:
    return as_truth(value == other);
  case FIDOTOOL_METADATA_OTHER:
    return as_truth(value != other);
  case FIDOTOOL_METADATA_LESS:
    return as_truth(value < other);
  case FIDOTOOL_METADATA_AT_MOST:
    return as_truth(value <= other);
  case FIDOTOOL_METADATA_MORE:
    return as_truth(value > other);
  case FIDOTOOL_METADATA_AT_LEAST:
    return as_truth(value >= other);
  }
  return FIDOTOOL_METADATA_UNKNOWN;
}

static FidotoolMetadataTruth
ask_number(const FidotoolMetadataQuery *term, const Model *model)
{
  int64_t value;

  if (!fidotool_metadata_field_number(term->field, model->entry, &value))
    return FIDOTOOL_METADATA_UNKNOWN;
  return compare(term, value);
}

static FidotoolMetadataTruth
ask_name(const FidotoolMetadataQuery *term, const Model *model)
{
  g_autofree char *name =
      g_utf8_casefold(fidotool_metadata_entry_name(model->entry), -1);

  return *name == '\0' ? FIDOTOOL_METADATA_UNKNOWN
                       : as_truth(strstr(name, term->word) != NULL);
}

static FidotoolMetadataTruth
ask_aaguid(const FidotoolMetadataQuery *term, const Model *model)
{
  uint8_t aaguid[16];

  return as_truth(fidotool_metadata_entry_aaguid(model->entry, aaguid) &&
                  memcmp(aaguid, term->aaguid, sizeof(aaguid)) == 0);
}

static FidotoolMetadataTruth
ask_term(const FidotoolMetadataQuery *term, const Model *model)
{
  switch (term->field->kind) {
  case FIDOTOOL_METADATA_CERTIFIED:
    return compare(term, model->standing->level);
  case FIDOTOOL_METADATA_FIPS:
    return compare(term, model->standing->fips);
  case FIDOTOOL_METADATA_STATUS:
    return as_truth(term->word == NULL ? model->standing->bad->len > 0
                                       : fidotool_metadata_status_has(
                                             model->standing, term->word));
  case FIDOTOOL_METADATA_WORD:
    return fidotool_metadata_field_has(term->field, model->entry, term->word);
  case FIDOTOOL_METADATA_NUMBER:
    return ask_number(term, model);
  case FIDOTOOL_METADATA_FLAG:
    return fidotool_metadata_field_flag(term->field, model->entry);
  case FIDOTOOL_METADATA_TEXT:
    return ask_name(term, model);
  case FIDOTOOL_METADATA_AAGUID:
    return ask_aaguid(term, model);
  }
  return FIDOTOOL_METADATA_UNKNOWN;
}

static FidotoolMetadataTruth
negate(FidotoolMetadataTruth truth)
{
  if (truth == FIDOTOOL_METADATA_UNKNOWN)
    return truth;
  return as_truth(truth == FIDOTOOL_METADATA_NO);
}

/* One "no" makes an "and" false, one "yes" an "or" true. */
static FidotoolMetadataTruth
combine(FidotoolMetadataTruth first, FidotoolMetadataTruth second,
        FidotoolMetadataTruth decides)
{
  if (first == decides || second == decides)
    return decides;
  if (first == FIDOTOOL_METADATA_UNKNOWN || second == FIDOTOOL_METADATA_UNKNOWN)
    return FIDOTOOL_METADATA_UNKNOWN;
  return negate(decides);
}

/* As deep as a query was long: "and" stands to the left, one below the other,
 * and FIDOTOOL_METADATA_QUERY_MAX bounds it. */
static FidotoolMetadataTruth
ask(const FidotoolMetadataQuery *query, const Model *model)
{
  switch (query->kind) {
  case FIDOTOOL_METADATA_TERM:
    return ask_term(query, model);
  case FIDOTOOL_METADATA_NOT:
    return negate(ask(query->first, model));
  case FIDOTOOL_METADATA_AND:
    return combine(ask(query->first, model), ask(query->second, model),
                   FIDOTOOL_METADATA_NO);
  case FIDOTOOL_METADATA_OR:
    return combine(ask(query->first, model), ask(query->second, model),
                   FIDOTOOL_METADATA_YES);
  }
  return FIDOTOOL_METADATA_UNKNOWN;
}

FidotoolMetadataTruth
fidotool_metadata_query_ask(const FidotoolMetadataQuery *query,
                            const FidotoolJson *entry, int64_t at)
{
  g_autoptr(FidotoolMetadataStanding) standing =
      fidotool_metadata_entry_standing(entry, at, NULL, 0);
  Model model = {entry, standing};

  return ask(query, &model);
}
