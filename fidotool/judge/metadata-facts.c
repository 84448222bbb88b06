/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-facts.c - from an entry to a verdict's words. */
#include "fidotool/judge/metadata-facts.h"

#include <string.h>

#include "fidotool/error.h"
#include "fidotool/judge/metadata-entry.h"
#include "fidotool/judge/metadata-field.h"

#define R20 "registration/R20"
#define DAY (24 * 60 * 60)
/* Of a list of words in an entry: the standard's have at most ten. */
#define WORDS_MAX 16
#define WORD_MAX 64

/* Words of the metadata statement, as it has them; what is none is left out. */
static void
add_words(const FidotoolJson *entry, const char *name, FidotoolJson *json,
          const char *to_name)
{
  const FidotoolJson *list =
      fidotool_json_get(fidotool_json_get(entry, "metadataStatement"), name);
  FidotoolJson *words;

  if (fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY)
    return;
  words = fidotool_json_set(json, to_name, fidotool_json_new_array());
  for (size_t i = 0; i < MIN(fidotool_json_size(list), WORDS_MAX); i++) {
    const char *word = fidotool_json_text(fidotool_json_at(list, i));

    if (word != NULL && strlen(word) <= WORD_MAX)
      fidotool_json_append_text(words, word);
  }
}

static const FidotoolJson *
get_entry(const FidotoolJson *metadata)
{
  const FidotoolJson *entry = fidotool_json_get(metadata, "entry");

  return fidotool_json_type(entry) == FIDOTOOL_JSON_OBJECT ? entry : NULL;
}

FidotoolJson *
fidotool_metadata_facts_json(const FidotoolJson *metadata, int64_t at,
                             const FidotoolSlice *chain, size_t count)
{
  const FidotoolJson *entry = get_entry(metadata);
  int64_t now = fidotool_json_get_int(metadata, "now", at);
  const char *next = fidotool_json_get_text(metadata, "next_update");
  g_autoptr(FidotoolMetadataStanding) then_standing = NULL;
  g_autoptr(FidotoolMetadataStanding) now_standing = NULL;
  FidotoolJson *json = fidotool_json_new_object(), *transports;
  int64_t date;

  if (fidotool_json_get(metadata, "no") != NULL)
    fidotool_json_set_int(json, "no",
                          fidotool_json_get_int(metadata, "no", -1));
  if (next != NULL)
    fidotool_json_set_text(json, "next_update", next);
  if (fidotool_metadata_status_date(next, &date) && now >= date + DAY)
    fidotool_json_set_bool(json, "overdue", true);
  fidotool_json_set_bool(json, "known", entry != NULL);
  if (entry == NULL)
    return json;
  then_standing = fidotool_metadata_entry_standing(entry, at, chain, count);
  now_standing = fidotool_metadata_entry_standing(entry, now, chain, count);
  fidotool_json_set_text(json, "name", fidotool_metadata_entry_name(entry));
  add_words(entry, "keyProtection", json, "key_protection");
  transports = fidotool_metadata_field_words("transport", entry);
  if (transports != NULL)
    fidotool_json_set(json, "transports", transports);
  fidotool_json_set(json, "then", fidotool_metadata_status_json(then_standing));
  fidotool_json_set(json, "now", fidotool_metadata_status_json(now_standing));
  if (then_standing->later)
    fidotool_json_set_bool(json, "later_reports", true);
  return json;
}

/* By its AAGUID, or, where the key has none, by a certificate. */
static bool
is_of_model(const FidotoolJson *entry, const uint8_t aaguid[16],
            const FidotoolMetadataPeek *peek)
{
  static const uint8_t zero[16];
  uint8_t named[16];

  if (fidotool_metadata_entry_aaguid(entry, named) &&
      memcmp(named, zero, sizeof(zero)) != 0)
    return memcmp(named, aaguid, sizeof(named)) == 0;
  for (size_t i = 0; i < peek->count; i++) {
    uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID];

    if (fidotool_metadata_entry_key_id(peek->x5c[i], key_id) &&
        fidotool_metadata_entry_has_key_id(entry, key_id))
      return true;
  }
  return false;
}

static bool
is_vouched(FidotoolAttestationType type)
{
  return type == FIDOTOOL_ATTESTATION_BASIC ||
         type == FIDOTOOL_ATTESTATION_ATTCA ||
         type == FIDOTOOL_ATTESTATION_ANONCA;
}

/* Without an anchor of the model there is nobody to trust. */
static const char *
find_distrust(const FidotoolVerdict *verdict, const FidotoolJson *entry,
              const FidotoolJson *bad)
{
  if (verdict->trust == FIDOTOOL_TRUST_NOT_CHECKED)
    return entry == NULL ? "unknown-model" : "no-anchor-of-the-model";
  for (size_t i = 0; i < fidotool_json_size(bad); i++)
    if (g_strcmp0(fidotool_json_text(fidotool_json_at(bad, i)),
                  "ATTESTATION_KEY_COMPROMISE") == 0)
      return "attestation-key-compromise";
  return NULL;
}

static char *
join_texts(const FidotoolJson *list)
{
  GString *text = g_string_new(NULL);

  for (size_t i = 0; i < fidotool_json_size(list); i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                           fidotool_json_text(fidotool_json_at(list, i)));
  return g_string_free(text, FALSE);
}

static void
check_model(FidotoolVerdict *verdict, const FidotoolJson *entry)
{
  const FidotoolJson *bad =
      fidotool_json_get(fidotool_json_get(verdict->metadata, "then"), "bad");
  const FidotoolJson *bad_now =
      fidotool_json_get(fidotool_json_get(verdict->metadata, "now"), "bad");
  const char *reason =
      is_vouched(verdict->type) ? find_distrust(verdict, entry, bad) : NULL;
  g_autofree char *names = join_texts(bad);
  g_autofree char *names_now = join_texts(bad_now);
  char *text;

  if (reason != NULL) {
    verdict->trust = FIDOTOOL_TRUST_UNTRUSTED;
    verdict->trust_reason = reason;
  }
  if (entry == NULL)
    text = g_strdup("the model stands well in the metadata: it is not there");
  else if (*names != '\0')
    text = g_strdup_printf("the model stands well in the metadata: %s", names);
  else
    text = g_strdup("the model stands well in the metadata");
  fidotool_verdict_check(verdict, R20, FIDOTOOL_CHECK_POLICY,
                         entry != NULL && *names == '\0', text);
  if (*names == '\0' && *names_now != '\0') {
    g_autofree char *warning =
        g_strdup_printf("the model has come to be %s since", names_now);

    fidotool_verdict_warn(verdict, R20, warning);
  }
}

/* M9: asked for by whoever has a number of days; else it is only told. */
static void
check_stale(FidotoolVerdict *verdict, const FidotoolJson *metadata, int64_t now)
{
  const char *next = fidotool_json_get_text(metadata, "next_update");
  int64_t days, date;
  bool known, fresh;
  char *text;

  if (fidotool_json_get(metadata, "no") == NULL ||
      !fidotool_json_int(fidotool_json_get(metadata, "max_stale_days"), &days))
    return;
  known = fidotool_metadata_status_date(next, &date);
  fresh = known && now < date + (days + 1) * DAY;
  text = g_strdup_printf("the metadata are overdue by at most %" G_GINT64_FORMAT
                         " days%s%s",
                         days, fresh ? "" : ": the next were due on ",
                         fresh   ? ""
                         : known ? next
                                 : "an unknown day");
  fidotool_verdict_check(verdict, "metadata/M9", FIDOTOOL_CHECK_POLICY, fresh,
                         text);
}

bool
fidotool_metadata_facts_add(FidotoolVerdict *verdict,
                            const FidotoolJson *metadata,
                            const FidotoolJson *response, int64_t at,
                            GError **error)
{
  const FidotoolJson *entry = get_entry(metadata);
  FidotoolMetadataPeek peek = {0};
  int64_t now;
  bool good = true;

  if (!fidotool_json_int(fidotool_json_get(metadata, "now"), &now)) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                        "the metadata have no time");
    return false;
  }
  if (!verdict->has_credential)
    return true;
  (void)fidotool_metadata_peek_look(response, &peek); /* without it: no chain */
  if (entry != NULL && !is_of_model(entry, verdict->aaguid, &peek)) {
    g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                        "the metadata are of another model");
    good = false;
  } else {
    verdict->trust_at = at;
    verdict->metadata =
        fidotool_metadata_facts_json(metadata, at, peek.x5c, peek.count);
    check_model(verdict, entry);
    check_stale(verdict, metadata, now);
  }
  fidotool_metadata_peek_clear(&peek);
  return good;
}
