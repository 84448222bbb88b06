/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-blob.c - the checks of MDS 3.2 in order. */
#include "fidotool/judge/metadata-blob.h"

#include <string.h>
#include <time.h>

#include <openssl/x509v3.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/metadata-index.h"
#include "fidotool/judge/metadata-jws.h"
#include "fidotool/judge/metadata-slice.h"

static void
clear_check(void *data)
{
  g_free(((FidotoolCheckResult *)data)->own);
}

FidotoolMetadataBlob *
fidotool_metadata_blob_new(void)
{
  FidotoolMetadataBlob *blob = g_new0(FidotoolMetadataBlob, 1);

  blob->good = true;
  blob->no = -1;
  blob->checks = g_array_new(FALSE, FALSE, sizeof(FidotoolCheckResult));
  g_array_set_clear_func(blob->checks, clear_check);
  blob->items = g_array_new(FALSE, FALSE, sizeof(FidotoolMetadataItem));
  blob->key_ids = g_byte_array_new();
  return blob;
}

void
fidotool_metadata_blob_free(FidotoolMetadataBlob *blob)
{
  if (blob == NULL)
    return;
  g_array_unref(blob->checks);
  g_array_unref(blob->items);
  g_byte_array_unref(blob->key_ids);
  g_clear_pointer(&blob->payload, g_bytes_unref);
  g_free(blob->next_update);
  g_free(blob->legal_header);
  g_free(blob->signer);
  g_free(blob->anchor);
  g_free(blob);
}

/* Records a check; why is NULL where it holds. */
static bool
record(FidotoolMetadataBlob *blob, const char *id, FidotoolCheckKind kind,
       const char *text, const char *why)
{
  char *own = why ? g_strdup_printf("%s: %s", text, why) : g_strdup(text);
  FidotoolCheckResult check = {id, own, own, kind, why == NULL};

  g_array_append_val(blob->checks, check);
  if (why != NULL && kind == FIDOTOOL_CHECK_HARD)
    blob->good = false;
  return why == NULL;
}

static bool
check(FidotoolMetadataBlob *blob, const char *id, const char *text,
      const char *why)
{
  return record(blob, id, FIDOTOOL_CHECK_HARD, text, why);
}

char *
fidotool_metadata_blob_reason(const FidotoolMetadataBlob *blob)
{
  for (guint i = 0; !blob->good && i < blob->checks->len; i++) {
    const FidotoolCheckResult *result =
        &g_array_index(blob->checks, FidotoolCheckResult, i);

    if (!result->ok && result->kind == FIDOTOOL_CHECK_HARD)
      return g_strdup_printf("%s: %s", result->id, result->text);
  }
  return NULL;
}

/* ---- who signed ---- */

static void
read_leaf(FidotoolMetadataBlob *blob, X509 *leaf)
{
  const X509_NAME *name = X509_get_subject_name(leaf);
  int i = X509_NAME_get_index_by_NID((X509_NAME *)name, NID_commonName, -1);
  unsigned char *text = NULL;
  struct tm tm;

  if (i >= 0 &&
      X509_NAME_get_index_by_NID((X509_NAME *)name, NID_commonName, i) < 0 &&
      ASN1_STRING_to_UTF8(
          &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i))) > 0)
    blob->signer = g_strdup((const char *)text);
  OPENSSL_free(text);
  if (ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &tm) == 1)
    blob->signer_until = timegm(&tm);
}

static bool
check_chain(FidotoolMetadataBlob *blob, FidotoolCertificates *list,
            const FidotoolMetadataRules *rules)
{
  uint8_t anchor[32];
  const char *why =
      fidotool_chain_judge(NULL, list, rules->anchors, rules->at, anchor);
  bool is_time = why != NULL && (strcmp(why, "expired") == 0 ||
                                 strcmp(why, "not-yet-valid") == 0);

  if (why == NULL)
    blob->anchor = fidotool_bytes_hex(anchor, sizeof(anchor));
  check(blob, "metadata/M4", "its certificates lead to a pinned anchor",
        is_time ? NULL : why);
  check(blob, "metadata/M5", "its certificates are valid at that time",
        is_time ? why : NULL);
  record(blob, "metadata/M6", FIDOTOOL_CHECK_INFO,
         "revocation of its certificates was not checked", NULL);
  return why == NULL;
}

static bool
check_signer(FidotoolMetadataBlob *blob, const FidotoolMetadataJws *jws,
             const FidotoolMetadataRules *rules)
{
  bool good;

  read_leaf(blob, jws->certificates->x509[0]);
  good = check(
      blob, "metadata/M3", "its signer has the right name",
      g_strcmp0(blob->signer, rules->signer) == 0 ? NULL : "it is another one");
  good = check_chain(blob, jws->certificates, rules) && good;
  blob->is_trust = !good;
  if (jws->is_loose)
    record(blob, "metadata/M7", FIDOTOOL_CHECK_WARN,
           "the signature is written as two numbers", "it is DER");
  return check(blob, "metadata/M7", "the signature is right",
               fidotool_metadata_jws_verify(jws)) &&
         good;
}

/* ---- what is signed ---- */

static bool
is_name(FidotoolSlice name, const char *text)
{
  return name.len == strlen(text) && memcmp(name.data, text, name.len) == 0;
}

/* A value of the payload's first level, but for the entries. */
static const char *
read_member(FidotoolMetadataBlob *blob, FidotoolSlice name,
            const FidotoolJson *value)
{
  int64_t date;
  const char *text = fidotool_json_text(value);

  if (value == NULL)
    return "a member is no JSON that we read";
  if (is_name(name, "no")) {
    if (blob->no >= 0 || !fidotool_json_int(value, &blob->no) || blob->no < 0)
      return "no is no number, or is there twice";
  } else if (is_name(name, "nextUpdate")) {
    if (blob->next_update != NULL ||
        !fidotool_metadata_status_date(text, &date))
      return "nextUpdate is no date, or is there twice";
    blob->next_update = g_strdup(text);
  } else if (is_name(name, "legalHeader")) {
    if (blob->legal_header != NULL || text == NULL)
      return "legalHeader is no text, or is there twice";
    blob->legal_header = g_strdup(text);
  }
  return NULL;
}

static bool
is_zero(const uint8_t aaguid[16])
{
  static const uint8_t zero[16];

  return memcmp(aaguid, zero, sizeof(zero)) == 0;
}

static int64_t
get_version(const FidotoolJson *entry)
{
  return fidotool_json_get_int(fidotool_json_get(entry, "metadataStatement"),
                               "authenticatorVersion", -1);
}

/* True where the entry has a report of an update to this version; -1: the
 * version is given back of one that known (may be NULL) has not. */
static bool
has_update(const FidotoolJson *entry, int64_t version)
{
  const FidotoolJson *reports = fidotool_json_get(entry, "statusReports");

  for (size_t i = 0; i < fidotool_json_size(reports); i++) {
    const FidotoolJson *report = fidotool_json_at(reports, i);

    if (g_strcmp0(fidotool_json_get_text(report, "status"),
                  "UPDATE_AVAILABLE") == 0 &&
        fidotool_json_get_int(report, "authenticatorVersion", -1) == version)
      return true;
  }
  return false;
}

/* M13: an update was announced that the known entry did not have, and the
 * statement still is of the old version. */
static bool
did_not_rise(const FidotoolJson *entry, const uint8_t aaguid[16],
             const FidotoolMetadataRules *rules)
{
  const FidotoolJson *reports = fidotool_json_get(entry, "statusReports");
  g_autoptr(FidotoolJson) known = NULL;

  if (rules->known == NULL)
    return false;
  for (size_t i = 0; i < fidotool_json_size(reports); i++) {
    const FidotoolJson *report = fidotool_json_at(reports, i);
    int64_t version = fidotool_json_get_int(report, "authenticatorVersion", -1);

    if (version < 0 || !has_update(entry, version))
      continue;
    if (known == NULL &&
        fidotool_metadata_index_find(rules->known, aaguid, &known) !=
            FIDOTOOL_METADATA_FOUND)
      return false;
    if (!has_update(known, version) && get_version(entry) <= get_version(known))
      return true;
  }
  return false;
}

static void
read_key_ids(FidotoolMetadataBlob *blob, const FidotoolJson *entry,
             FidotoolMetadataItem *item)
{
  const FidotoolJson *list =
      fidotool_json_get(entry, "attestationCertificateKeyIdentifiers");
  uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID];

  item->key_first = blob->key_ids->len / FIDOTOOL_METADATA_ENTRY_KEY_ID;
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));
    g_autofree char *lower = text ? g_ascii_strdown(text, -1) : NULL;

    if (!fidotool_bytes_unhex(lower, key_id, sizeof(key_id)))
      continue; /* M12: what is unknown is no fault */
    g_byte_array_append(blob->key_ids, key_id, sizeof(key_id));
    item->key_count++;
  }
}

/* M11: an entry of no kind that we know is passed over. */
static const char *
read_entry(FidotoolMetadataBlob *blob, FidotoolSlice json, GHashTable *seen,
           const FidotoolMetadataRules *rules)
{
  g_autoptr(FidotoolJson) entry =
      fidotool_json_parse((const char *)json.data, json.len, NULL);
  FidotoolMetadataItem item = {.json = json};

  if (fidotool_json_type(entry) != FIDOTOOL_JSON_OBJECT)
    return "an entry is no object that we read";
  item.has_aaguid = fidotool_metadata_entry_aaguid(entry, item.aaguid) &&
                    !is_zero(item.aaguid);
  if (item.has_aaguid && did_not_rise(entry, item.aaguid, rules)) {
    blob->stale++;
    return NULL;
  }
  read_key_ids(blob, entry, &item);
  if (!item.has_aaguid && item.key_count == 0 &&
      fidotool_json_get_text(entry, "aaid") == NULL) {
    blob->ignored++;
    return NULL;
  }
  if (item.has_aaguid &&
      !g_hash_table_add(seen, g_bytes_new(item.aaguid, sizeof(item.aaguid)))) {
    blob->twice++;
    return NULL;
  }
  g_array_append_val(blob->items, item);
  return NULL;
}

static const char *
read_entries(FidotoolMetadataBlob *blob, FidotoolSlice json,
             const FidotoolMetadataRules *rules)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(
      g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  FidotoolMetadataWalk walk;
  FidotoolMetadataPart part;
  bool broken = false;
  size_t count = 0;

  if (!fidotool_metadata_slice_open(json, &walk) || walk.close != ']')
    return "entries is no array";
  while (fidotool_metadata_slice_next(&walk, &part, &broken)) {
    const char *why = read_entry(blob, part.value, seen, rules);

    if (++count > FIDOTOOL_METADATA_BLOB_ENTRIES_MAX)
      return "it has more entries than we read";
    if (why != NULL)
      return why;
  }
  return broken ? "entries is no JSON" : NULL;
}

static const char *
read_payload(FidotoolMetadataBlob *blob, const FidotoolMetadataRules *rules)
{
  FidotoolSlice json, entries = {0};
  FidotoolMetadataWalk walk;
  FidotoolMetadataPart part;
  bool broken = false;
  const char *why = NULL;

  json.data = g_bytes_get_data(blob->payload, &json.len);
  if (!fidotool_metadata_slice_open(json, &walk) || walk.close != '}')
    return "it is no JSON object";
  while (why == NULL && fidotool_metadata_slice_next(&walk, &part, &broken)) {
    g_autoptr(FidotoolJson) value = NULL;

    if (is_name(part.name, "entries")) {
      why = entries.data != NULL ? "entries is there twice" : NULL;
      entries = part.value;
      continue;
    }
    value = fidotool_json_parse((const char *)part.value.data, part.value.len,
                                NULL);
    why = read_member(blob, part.name, value);
  }
  if (why != NULL || broken)
    return why != NULL ? why : "it is no JSON";
  if (blob->no < 0 || blob->next_update == NULL || entries.data == NULL)
    return "no, nextUpdate or entries is missing";
  return read_entries(blob, entries, rules);
}

static void
check_number(FidotoolMetadataBlob *blob, const FidotoolMetadataRules *rules)
{
  g_autofree char *why =
      blob->no < rules->known_no
          ? g_strdup_printf("it is %" G_GINT64_FORMAT ", and %" G_GINT64_FORMAT
                            " is known",
                            blob->no, rules->known_no)
          : NULL;

  if (!check(blob, "metadata/M8", "its number does not go back", why))
    blob->is_trust = true;
}

/* The day itself still counts. */
static void
check_next_update(FidotoolMetadataBlob *blob,
                  const FidotoolMetadataRules *rules)
{
  int64_t date = 0;

  blob->overdue = fidotool_metadata_status_date(blob->next_update, &date) &&
                  rules->at >= date + 24 * 60 * 60;
  record(blob, "metadata/M9", FIDOTOOL_CHECK_POLICY,
         "the next one is not overdue",
         blob->overdue ? blob->next_update : NULL);
}

void
fidotool_metadata_blob_read(FidotoolMetadataBlob *blob, GBytes *payload,
                            const FidotoolMetadataRules *rules)
{
  blob->payload = g_bytes_ref(payload);
  if (!check(blob, "metadata/M16", "its content can be read",
             read_payload(blob, rules)))
    return;
  check_number(blob, rules);
  check_next_update(blob, rules);
  record(blob, "metadata/M11", FIDOTOOL_CHECK_INFO,
         "entries without a name that we know are passed over", NULL);
  record(blob, "metadata/M13", FIDOTOOL_CHECK_WARN,
         "statements rose where an update was announced",
         blob->stale > 0 ? "some did not, and are left out" : NULL);
}

FidotoolMetadataBlob *
fidotool_metadata_blob_judge(FidotoolSlice text,
                             const FidotoolMetadataRules *rules)
{
  FidotoolMetadataBlob *blob = fidotool_metadata_blob_new();
  FidotoolMetadataJws jws;
  const char *id;
  const char *why = fidotool_metadata_jws_parse(text, &jws, &id);

  if (why != NULL) {
    check(blob, id, "it is a signed BLOB", why);
  } else {
    check(blob, "metadata/M1", "it is a signed BLOB", NULL);
    check(blob, "metadata/M2", "it has its certificates with it", NULL);
    if (check_signer(blob, &jws, rules))
      fidotool_metadata_blob_read(blob, jws.payload, rules);
  }
  fidotool_metadata_jws_clear(&jws);
  return blob;
}
