/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-entry.c - reads an entry's members. */
#include "fidotool/judge/metadata-entry.h"

#include <string.h>

#include "fidotool/bytes.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

bool
fidotool_metadata_entry_read_aaguid(const char *text, uint8_t ret_aaguid[16])
{
  static const int hyphens[] = {8, 13, 18, 23};
  g_autofree char *lower = text ? g_ascii_strdown(text, -1) : NULL;
  size_t len = lower ? strlen(lower) : 0;
  size_t kept = 0;

  if (len == 36)
    for (size_t i = 0; i < G_N_ELEMENTS(hyphens); i++)
      if (lower[hyphens[i]] != '-')
        return false;
  if (len != 36 && len != 32)
    return false;
  for (size_t i = 0; i < len; i++)
    if (lower[i] != '-' || len == 32)
      lower[kept++] = lower[i];
  lower[kept] = '\0';
  return fidotool_bytes_unhex(lower, ret_aaguid, 16);
}

bool
fidotool_metadata_entry_aaguid(const FidotoolJson *entry,
                               uint8_t ret_aaguid[16])
{
  return fidotool_metadata_entry_read_aaguid(
      fidotool_json_get_text(entry, "aaguid"), ret_aaguid);
}

bool
fidotool_metadata_entry_has_key_id(
    const FidotoolJson *entry,
    const uint8_t key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID])
{
  const FidotoolJson *list =
      fidotool_json_get(entry, "attestationCertificateKeyIdentifiers");
  g_autofree char *hex =
      fidotool_bytes_hex(key_id, FIDOTOOL_METADATA_ENTRY_KEY_ID);

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(list, i));

    if (text != NULL && g_ascii_strcasecmp(text, hex) == 0)
      return true;
  }
  return false;
}

bool
fidotool_metadata_entry_key_id(
    FidotoolSlice der, uint8_t ret_key_id[FIDOTOOL_METADATA_ENTRY_KEY_ID])
{
  g_autoptr(X509) x509 = fidotool_certificate_parse(der);
  unsigned len = 0;

  return x509 != NULL &&
         X509_pubkey_digest(x509, EVP_sha1(), ret_key_id, &len) == 1 &&
         len == FIDOTOOL_METADATA_ENTRY_KEY_ID;
}

static const FidotoolJson *
get_statement(const FidotoolJson *entry)
{
  return fidotool_json_get(entry, "metadataStatement");
}

const char *
fidotool_metadata_entry_name(const FidotoolJson *entry)
{
  const char *name =
      fidotool_json_get_text(get_statement(entry), "description");

  return name ? name : "";
}

/* base64 of DER; real BLOBs have line breaks and blanks in it. */
static GBytes *
read_certificate(const char *text)
{
  g_autoptr(GString) bare = g_string_new(NULL);

  for (; text != NULL && *text != '\0'; text++)
    if (!g_ascii_isspace(*text))
      g_string_append_c(bare, *text);
  return bare->len > 0 ? fidotool_bytes_unbase64(bare->str) : NULL;
}

size_t
fidotool_metadata_entry_anchors(const FidotoolJson *entry,
                                FidotoolAnchors *anchors)
{
  const FidotoolJson *list =
      fidotool_json_get(get_statement(entry), "attestationRootCertificates");
  size_t count = 0;

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    g_autoptr(GBytes) der =
        read_certificate(fidotool_json_text(fidotool_json_at(list, i)));
    FidotoolSlice slice = {0};

    if (der == NULL)
      continue;
    slice.data = g_bytes_get_data(der, &slice.len);
    if (fidotool_chain_anchors_add(anchors, slice))
      count++;
  }
  return count;
}

FidotoolMetadataStanding *
fidotool_metadata_entry_standing(const FidotoolJson *entry, int64_t at,
                                 const FidotoolSlice *chain, size_t count)
{
  return fidotool_metadata_status_judge(
      fidotool_json_get(entry, "statusReports"), at, chain, count);
}
