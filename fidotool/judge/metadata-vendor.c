/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-vendor.c - reads an own file of anchors into entries. */
#include "fidotool/judge/metadata-vendor.h"

#include <string.h>

#include "fidotool/error.h"
#include "fidotool/judge/metadata-entry.h"

static void *
fail(GError **error, size_t i, const char *what)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "model %zu of the file: %s", i + 1, what);
  return NULL;
}

/* Only members that are known: a misspelt one must not be passed over. */
static const char *
find_unknown(const FidotoolJson *object, const char *const *known)
{
  for (size_t i = 0; i < fidotool_json_size(object); i++)
    if (!g_strv_contains(known, fidotool_json_name(object, i)))
      return fidotool_json_name(object, i);
  return NULL;
}

static bool
has_status_name(const FidotoolJson *report)
{
  const char *const *names = fidotool_metadata_status_names();
  const char *status = fidotool_json_get_text(report, "status");

  return status != NULL && g_strv_contains(names, status);
}

static bool
has_readable_date(const FidotoolJson *report, const char *name)
{
  int64_t seconds;

  return fidotool_json_get(report, name) == NULL ||
         fidotool_metadata_status_date(fidotool_json_get_text(report, name),
                                       &seconds);
}

static const char *
check_statuses(const FidotoolJson *reports)
{
  static const char *const known[] = {
      "status",           "effectiveDate",
      "sunsetDate",       "authenticatorVersion",
      "batchCertificate", NULL};

  if (reports != NULL && fidotool_json_type(reports) != FIDOTOOL_JSON_ARRAY)
    return "statuses is no array";
  for (size_t i = 0; i < fidotool_json_size(reports); i++) {
    const FidotoolJson *report = fidotool_json_at(reports, i);

    if (!has_status_name(report))
      return "a status is none of the standard's";
    if (!has_readable_date(report, "effectiveDate") ||
        !has_readable_date(report, "sunsetDate"))
      return "a date is not written as 2026-01-31";
    if (find_unknown(report, known) != NULL)
      return "a status has a member that we do not know";
  }
  return NULL;
}

static const char *
check_model(const FidotoolJson *model, const FidotoolJson *entry)
{
  static const char *const known[] = {"aaguid", "name", "anchors", "statuses",
                                      NULL};
  static const uint8_t zero[16];
  const FidotoolJson *anchors = fidotool_json_get(model, "anchors");
  g_autoptr(FidotoolAnchors) read = fidotool_chain_anchors_new();
  uint8_t aaguid[16];

  if (fidotool_json_type(model) != FIDOTOOL_JSON_OBJECT)
    return "it is no object";
  if (find_unknown(model, known) != NULL)
    return "it has a member that we do not know";
  if (!fidotool_metadata_entry_aaguid(model, aaguid) ||
      memcmp(aaguid, zero, sizeof(zero)) == 0)
    return "aaguid is no UUID, or all zeros";
  if (fidotool_json_get_text(model, "name") == NULL)
    return "it has no name";
  if (fidotool_json_size(anchors) == 0 ||
      fidotool_metadata_entry_anchors(entry, read) !=
          fidotool_json_size(anchors))
    return "anchors are missing, or one is no certificate in base64";
  return check_statuses(fidotool_json_get(model, "statuses"));
}

static FidotoolJson *
new_entry(const FidotoolJson *model)
{
  FidotoolJson *entry = fidotool_json_new_object();
  FidotoolJson *statement =
      fidotool_json_set(entry, "metadataStatement", fidotool_json_new_object());
  const FidotoolJson *anchors = fidotool_json_get(model, "anchors");
  const FidotoolJson *statuses = fidotool_json_get(model, "statuses");
  const char *aaguid = fidotool_json_get_text(model, "aaguid");
  const char *name = fidotool_json_get_text(model, "name");

  if (aaguid != NULL)
    fidotool_json_set_text(entry, "aaguid", aaguid);
  if (name != NULL)
    fidotool_json_set_text(statement, "description", name);
  if (anchors != NULL)
    fidotool_json_set(statement, "attestationRootCertificates",
                      fidotool_json_copy(anchors));
  fidotool_json_set(entry, "statusReports",
                    statuses ? fidotool_json_copy(statuses)
                             : fidotool_json_new_array());
  return entry;
}

static bool
is_known(const FidotoolJson *entries, const FidotoolJson *entry)
{
  uint8_t aaguid[16], other[16];

  (void)fidotool_metadata_entry_aaguid(entry, aaguid); /* it was checked */
  for (size_t i = 0; i < fidotool_json_size(entries); i++)
    if (fidotool_metadata_entry_aaguid(fidotool_json_at(entries, i), other) &&
        memcmp(aaguid, other, sizeof(aaguid)) == 0)
      return true;
  return false;
}

FidotoolJson *
fidotool_metadata_vendor_read(const char *text, size_t len, GError **error)
{
  static const char *const known[] = {"schema", "models", NULL};
  g_autoptr(FidotoolJson) file = NULL;
  g_autoptr(FidotoolJson) entries = fidotool_json_new_array();
  const FidotoolJson *models;

  if (len <= FIDOTOOL_METADATA_VENDOR_MAX)
    file = fidotool_json_parse(text, len, error);
  models = fidotool_json_get(file, "models");
  if (file == NULL || find_unknown(file, known) != NULL ||
      g_strcmp0(fidotool_json_get_text(file, "schema"),
                FIDOTOOL_METADATA_VENDOR_SCHEMA) != 0 ||
      fidotool_json_type(models) != FIDOTOOL_JSON_ARRAY) {
    if (error != NULL && *error == NULL)
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                  "the file is too long, or has not schema \"%s\" and models "
                  "alone",
                  FIDOTOOL_METADATA_VENDOR_SCHEMA);
    return NULL;
  }
  for (size_t i = 0; i < fidotool_json_size(models); i++) {
    const FidotoolJson *model = fidotool_json_at(models, i);
    g_autoptr(FidotoolJson) entry = new_entry(model);
    const char *why = check_model(model, entry);

    if (why == NULL && is_known(entries, entry))
      why = "its aaguid came before";
    if (why != NULL)
      return fail(error, i, why);
    fidotool_json_append(entries, g_steal_pointer(&entry));
  }
  return g_steal_pointer(&entries);
}
