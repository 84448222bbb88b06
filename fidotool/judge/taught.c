/* SPDX-License-Identifier: Apache-2.0 */
/* taught.c - a pack becomes what requests are judged by. */
#include "fidotool/judge/taught.h"

#include <string.h>

#include "fidotool/advisory/advisory-check.h"
#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "fidotool/judge/metadata-jws.h"
#include "fidotool/judge/metadata-vendor.h"
#include "fidotool/pack.h"
#include "fidotool/types.h"

/* A name in a certificate. */
#define SIGNER_MAX 253

/* The parts as they come; slices of the pack. */
typedef struct {
  FidotoolTaught *taught;
  FidotoolJson *said;
  FidotoolAnchors *roots; /* for the BLOB */
  FidotoolAnchors *lists; /* only to see that they can be read */
  FidotoolSlice blob;
  char *signer;
  int64_t at, known;
} Reading;

static bool
fail(GError **error, FidotoolError code, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, (int)code, what);
  return false;
}

static bool
bad(GError **error, const char *what)
{
  return fail(error, FIDOTOOL_ERROR_INVALID, what);
}

static FidotoolSlice
slice_of(const FidotoolPackPart *part)
{
  return (FidotoolSlice){part->data, part->len};
}

static bool
read_number(const FidotoolPackPart *part, int64_t *ret_number, GError **error)
{
  g_autofree char *text = g_strndup((const char *)part->data, part->len);

  return (strlen(text) == part->len &&
          g_ascii_string_to_signed(text, 10, -1, FIDOTOOL_JSON_INT_MAX,
                                   ret_number, NULL)) ||
         bad(error, "a number of the pack is none");
}

static bool
read_crl(Reading *reading, const FidotoolPackPart *part, GError **error)
{
  g_autofree char *text = fidotool_bytes_base64(part->data, part->len);

  if (!fidotool_chain_anchors_add_list(reading->lists, slice_of(part)))
    return bad(error, "a revocation list is none, or there are too many");
  fidotool_json_append_text(reading->taught->crls, text);
  return true;
}

static FidotoolJson *
get_metadata(FidotoolTaught *taught)
{
  if (taught->metadata == NULL)
    taught->metadata = fidotool_json_new_object();
  return taught->metadata;
}

static bool
read_vendor(Reading *reading, const FidotoolPackPart *part, GError **error)
{
  FidotoolJson *own;

  if (part->len > FIDOTOOL_METADATA_VENDOR_MAX)
    return bad(error, "the own anchors are too large");
  own =
      fidotool_metadata_vendor_read((const char *)part->data, part->len, error);
  if (own == NULL)
    return false;
  fidotool_json_set_int(reading->said, "own", (int64_t)fidotool_json_size(own));
  fidotool_json_set(get_metadata(reading->taught), "own", own);
  return true;
}

static bool
read_advisories(Reading *reading, const FidotoolPackPart *part, GError **error)
{
  if (reading->taught->advisories == NULL)
    reading->taught->advisories = fidotool_advisory_new();
  if (!fidotool_advisory_add(reading->taught->advisories,
                             (const char *)part->data, part->len, error))
    return false;
  fidotool_json_set_int(reading->said, "advisories",
                        reading->taught->advisories->all->len);
  return true;
}

static bool
read_part(Reading *reading, const FidotoolPackPart *part, GError **error)
{
  switch (part->kind) {
  case FIDOTOOL_PACK_BLOB:
    reading->blob = slice_of(part);
    return true;
  case FIDOTOOL_PACK_ROOT:
    return fidotool_chain_anchors_add(reading->roots, slice_of(part)) ||
           bad(error, "who may vouch for the metadata is no certificate");
  case FIDOTOOL_PACK_SIGNER:
    g_free(reading->signer);
    reading->signer =
        g_strndup((const char *)part->data, MIN(part->len, SIGNER_MAX));
    return true;
  case FIDOTOOL_PACK_AT:
    return read_number(part, &reading->at, error);
  case FIDOTOOL_PACK_KNOWN:
    return read_number(part, &reading->known, error);
  case FIDOTOOL_PACK_CRL:
    return read_crl(reading, part, error);
  case FIDOTOOL_PACK_VENDOR:
    return read_vendor(reading, part, error);
  case FIDOTOOL_PACK_ADVISORIES:
    return read_advisories(reading, part, error);
  }
  return bad(error, "the pack has a part that is not known");
}

static void
say_blob(FidotoolJson *said, const FidotoolMetadataBlob *blob)
{
  fidotool_json_set_int(said, "no", blob->no);
  fidotool_json_set_text(said, "next_update", blob->next_update);
  fidotool_json_set_int(said, "overdue", blob->overdue);
  fidotool_json_set_text(said, "signer", blob->signer);
  fidotool_json_set_int(said, "entries", blob->items->len);
}

/* As of the time at which it came in: a signer's certificate ends before
 * anybody need have taken in the next BLOB. */
static bool
judge_blob(Reading *reading, GError **error)
{
  const FidotoolMetadataRules rules = {.anchors = reading->roots,
                                       .signer = reading->signer,
                                       .at = reading->at,
                                       .known_no = reading->known};
  g_autoptr(FidotoolMetadataBlob) blob = NULL;
  FidotoolJson *metadata;
  uint8_t digest[32];

  if (reading->blob.len == 0)
    return true;
  if (reading->signer == NULL || reading->at < 0 ||
      fidotool_chain_anchors_size(reading->roots) == 0)
    return bad(error, "nobody is named who may vouch for the metadata");
  blob = fidotool_metadata_blob_judge(reading->blob, &rules);
  if (!blob->good) {
    g_autofree char *why = fidotool_metadata_blob_reason(blob);

    return fail(error,
                blob->is_trust ? FIDOTOOL_ERROR_NOT_TRUSTED
                               : FIDOTOOL_ERROR_INVALID,
                why);
  }
  fidotool_bytes_sha256(reading->blob.data, reading->blob.len, digest);
  reading->taught->index = fidotool_metadata_index_build(blob, digest);
  metadata = get_metadata(reading->taught);
  fidotool_json_set_int(metadata, "no", blob->no);
  fidotool_json_set_text(metadata, "next_update", blob->next_update);
  say_blob(reading->said, blob);
  return true;
}

static bool
read_parts(Reading *reading, GBytes *pack, GError **error)
{
  FidotoolPackReader reader;
  FidotoolPackPart part;

  if (!fidotool_pack_open(g_bytes_get_data(pack, NULL), g_bytes_get_size(pack),
                          &reader))
    return bad(error, "it is no pack");
  while (fidotool_pack_next(&reader, &part))
    if (!read_part(reading, &part, error))
      return false;
  return fidotool_pack_at_end(&reader) || bad(error, "the pack is cut off");
}

FidotoolTaught *
fidotool_taught_read(GBytes *pack, FidotoolJson **ret_said, GError **error)
{
  g_autoptr(FidotoolTaught) taught = g_new0(FidotoolTaught, 1);
  g_autoptr(FidotoolAnchors) roots = fidotool_chain_anchors_new();
  g_autoptr(FidotoolAnchors) lists = fidotool_chain_anchors_new();
  g_autoptr(FidotoolJson) said = fidotool_json_new_object();
  Reading reading = {.taught = taught,
                     .said = said,
                     .roots = roots,
                     .lists = lists,
                     .at = -1,
                     .known = -1};
  bool good;

  taught->crls = fidotool_json_new_array();
  good = read_parts(&reading, pack, error) && judge_blob(&reading, error);
  g_free(reading.signer);
  if (!good)
    return NULL;
  fidotool_json_set_int(said, "crls",
                        (int64_t)fidotool_json_size(taught->crls));
  *ret_said = g_steal_pointer(&said);
  return g_steal_pointer(&taught);
}

void
fidotool_taught_free(FidotoolTaught *taught)
{
  if (taught == NULL)
    return;
  fidotool_json_free(taught->crls);
  fidotool_json_free(taught->metadata);
  g_clear_pointer(&taught->index, g_bytes_unref);
  fidotool_advisory_free(taught->advisories);
  g_free(taught);
}

FidotoolJson *
fidotool_taught_advise(const FidotoolTaught *taught,
                       const FidotoolVerdict *verdict, int64_t firmware)
{
  FidotoolJson *list = fidotool_json_new_array();
  g_autofree char *aaguid =
      verdict->has_credential ? fidotool_verdict_uuid(verdict->aaguid) : NULL;
  const FidotoolAdvisoryKey key = {.aaguid = aaguid,
                                   .vid = -1,
                                   .pid = -1,
                                   .firmware = firmware,
                                   .usb_release = -1};
  FidotoolAdvisoryStatus status;
  g_autoptr(FidotoolJson) found = NULL;
  const FidotoolJson *all;

  if (taught == NULL || taught->advisories == NULL || aaguid == NULL)
    return list;
  found = fidotool_advisory_check(taught->advisories, &key, &status);
  all = fidotool_json_get(found, "advisories");
  for (size_t i = 0; i < fidotool_json_size(all); i++) {
    static const char *const names[] = {"id", "status", "title"};
    const FidotoolJson *one = fidotool_json_at(all, i);
    FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());

    for (size_t j = 0; j < G_N_ELEMENTS(names); j++)
      fidotool_json_set_text(row, names[j],
                             fidotool_json_get_text(one, names[j]));
  }
  return list;
}
