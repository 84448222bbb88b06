/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-field.c - the table of fields, and how an entry answers. */
#include "fidotool/judge/metadata-field.h"

#include <string.h>

#define INFO "authenticatorGetInfo."

static const char *const protections[] = {
    "software", "hardware", "tee", "secure_element", "remote_handle", NULL};
static const char *const matchers[] = {"software", "tee", "on_chip", NULL};
static const char *const attestations[] = {
    "basic_full", "basic_surrogate", "ecdaa", "attca", "anonca", "none", NULL};
static const char *const displays[] = {
    "any", "privileged_software", "tee", "hardware", "remote", NULL};
static const char *const protocols[] = {"fido2", "u2f", "uaf", NULL};
static const char *const transports[] = {
    "usb", "nfc", "ble", "internal", "hybrid", "smart-card", NULL};
static const char *const verifications[] = {"presence_internal",
                                            "fingerprint_internal",
                                            "passcode_internal",
                                            "voiceprint_internal",
                                            "faceprint_internal",
                                            "location_internal",
                                            "eyeprint_internal",
                                            "pattern_internal",
                                            "handprint_internal",
                                            "passcode_external",
                                            "pattern_external",
                                            "none",
                                            NULL};

/* clang-format off */
static const FidotoolMetadataField fields[] = {
  { "certified",          FIDOTOOL_METADATA_CERTIFIED, NULL, NULL },
  { "fips",               FIDOTOOL_METADATA_FIPS,   NULL, NULL },
  { "status",             FIDOTOOL_METADATA_STATUS, NULL, NULL },
  { "transport",          FIDOTOOL_METADATA_WORD,   "", transports },
  { "protocol",           FIDOTOOL_METADATA_WORD,   "protocolFamily", protocols },
  { "key-protection",     FIDOTOOL_METADATA_WORD,   "keyProtection", protections },
  { "matcher-protection", FIDOTOOL_METADATA_WORD,   "matcherProtection", matchers },
  { "attestation",        FIDOTOOL_METADATA_WORD,   "attestationTypes", attestations },
  { "user-verification",  FIDOTOOL_METADATA_WORD,   "userVerificationDetails", verifications },
  { "display",            FIDOTOOL_METADATA_WORD,   "tcDisplay", displays },
  { "multi-device",       FIDOTOOL_METADATA_WORD,   "multiDeviceCredentialSupport", NULL },
  { "version",            FIDOTOOL_METADATA_WORD,   INFO "versions", NULL },
  { "extension",          FIDOTOOL_METADATA_WORD,   INFO "extensions", NULL },
  { "option",             FIDOTOOL_METADATA_WORD,   INFO "options", NULL },
  { "algorithm",          FIDOTOOL_METADATA_WORD,   "authenticationAlgorithms", NULL },
  { "firmware",           FIDOTOOL_METADATA_NUMBER, INFO "firmwareVersion", NULL },
  { "statement-version",  FIDOTOOL_METADATA_NUMBER, "authenticatorVersion", NULL },
  { "strength",           FIDOTOOL_METADATA_NUMBER, "cryptoStrength", NULL },
  { "key-restricted",     FIDOTOOL_METADATA_FLAG,   "isKeyRestricted", NULL },
  { "fresh-verification", FIDOTOOL_METADATA_FLAG,   "isFreshUserVerificationRequired", NULL },
  { "name",               FIDOTOOL_METADATA_TEXT,   "description", NULL },
  { "aaguid",             FIDOTOOL_METADATA_AAGUID, NULL, NULL },
  { NULL,                 FIDOTOOL_METADATA_FLAG,   NULL, NULL },
};
/* clang-format on */

const FidotoolMetadataField *
fidotool_metadata_field_all(void)
{
  return fields;
}

bool
fidotool_metadata_field_same(const char *a, const char *b)
{
  for (; *a != '\0' && *b != '\0'; a++, b++) {
    char first = *a == '-' ? '_' : g_ascii_tolower(*a);
    char second = *b == '-' ? '_' : g_ascii_tolower(*b);

    if (first != second)
      return false;
  }
  return *a == *b;
}

/* The member that the path leads to; NULL where the entry has none. */
static const FidotoolJson *
get_member(const FidotoolMetadataField *field, const FidotoolJson *entry)
{
  const FidotoolJson *json = fidotool_json_get(entry, "metadataStatement");
  g_auto(GStrv) names = g_strsplit(field->path, ".", -1);

  for (char **name = names; *name != NULL && json != NULL; name++)
    json = fidotool_json_get(json, *name);
  return json;
}

/* A word, or one somewhere in lists and objects: user verification is a list of
 * lists of objects, options are an object of flags. */
static bool
has_word(const FidotoolJson *json, const char *word)
{
  const char *text = fidotool_json_text(json);

  if (text != NULL)
    return fidotool_metadata_field_same(text, word);
  if (fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY)
    for (size_t i = 0; i < fidotool_json_size(json); i++)
      if (has_word(fidotool_json_at(json, i), word))
        return true;
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return false;
  return has_word(fidotool_json_get(json, "userVerificationMethod"), word);
}

/* true, or "true" as older statements write it. */
static bool
is_true(const FidotoolJson *json)
{
  return fidotool_json_bool(json, false) ||
         g_strcmp0(fidotool_json_text(json), "true") == 0;
}

static bool
has_option(const FidotoolJson *options, const char *word)
{
  for (size_t i = 0; i < fidotool_json_size(options); i++)
    if (fidotool_metadata_field_same(fidotool_json_name(options, i), word))
      return is_true(fidotool_json_member(options, i));
  return false;
}

static FidotoolMetadataTruth
as_truth(bool known, bool truth)
{
  if (!known)
    return FIDOTOOL_METADATA_UNKNOWN;
  return truth ? FIDOTOOL_METADATA_YES : FIDOTOOL_METADATA_NO;
}

/* What the key says of itself, or else what its maker wrote down in words of an
 * older list. */
static FidotoolMetadataTruth
has_transport(const FidotoolJson *entry, const char *word)
{
  static const struct {
    const char *transport, *hint;
  } hints[] = {{"usb", "wired"},
               {"nfc", "nfc"},
               {"ble", "bluetooth"},
               {"internal", "internal"}};
  const FidotoolJson *statement = fidotool_json_get(entry, "metadataStatement");
  const FidotoolJson *told = fidotool_json_get(
      fidotool_json_get(statement, "authenticatorGetInfo"), "transports");
  const FidotoolJson *hint = fidotool_json_get(statement, "attachmentHint");

  if (told != NULL)
    return as_truth(true, has_word(told, word));
  for (size_t i = 0; i < G_N_ELEMENTS(hints); i++)
    if (fidotool_metadata_field_same(hints[i].transport, word))
      return as_truth(hint != NULL, has_word(hint, hints[i].hint));
  return FIDOTOOL_METADATA_UNKNOWN;
}

FidotoolMetadataTruth
fidotool_metadata_field_has(const FidotoolMetadataField *field,
                            const FidotoolJson *entry, const char *word)
{
  const FidotoolJson *member;

  if (*field->path == '\0')
    return has_transport(entry, word);
  member = get_member(field, entry);
  if (fidotool_json_type(member) == FIDOTOOL_JSON_OBJECT)
    return as_truth(true, has_option(member, word));
  return as_truth(member != NULL, has_word(member, word));
}

FidotoolJson *
fidotool_metadata_field_words(const char *name, const FidotoolJson *entry)
{
  const FidotoolMetadataField *field = fidotool_metadata_field_all();
  FidotoolJson *words = NULL;

  while (field->name != NULL && strcmp(field->name, name) != 0)
    field++;
  for (size_t i = 0; field->words != NULL && field->words[i] != NULL; i++) {
    FidotoolMetadataTruth truth =
        fidotool_metadata_field_has(field, entry, field->words[i]);

    if (truth == FIDOTOOL_METADATA_UNKNOWN)
      continue;
    if (words == NULL)
      words = fidotool_json_new_array();
    if (truth == FIDOTOOL_METADATA_YES)
      fidotool_json_append_text(words, field->words[i]);
  }
  return words;
}

bool
fidotool_metadata_field_number(const FidotoolMetadataField *field,
                               const FidotoolJson *entry, int64_t *ret_value)
{
  return fidotool_json_int(get_member(field, entry), ret_value);
}

FidotoolMetadataTruth
fidotool_metadata_field_flag(const FidotoolMetadataField *field,
                             const FidotoolJson *entry)
{
  const FidotoolJson *member = get_member(field, entry);

  return as_truth(member != NULL, is_true(member));
}
