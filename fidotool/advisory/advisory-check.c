/* SPDX-License-Identifier: Apache-2.0 */
/* advisory-check.c - which advisories name a key's model, and whether its
 * version is among those that are affected. What cannot be told is unknown. */
#include "fidotool/advisory/advisory-check.h"

#include <string.h>

/* Versions that a key was heard to have: one by itself, one by USB. */
#define VERSIONS 2

typedef struct {
  int64_t version;
  const char *source;
} Version;

typedef enum { BY_NOTHING, BY_USB, BY_AAGUID } Match;

/* One advisory against one key. */
typedef struct {
  const FidotoolAdvisory *advisory;
  Version versions[VERSIONS];
  size_t n_versions;
  Match match;
  const FidotoolAdvisoryRow *row; /* the one that decided */
  FidotoolAdvisoryStatus status;
} Finding;

static const char *const names[] = {
    [FIDOTOOL_ADVISORY_NOT_AFFECTED] = "not-affected",
    [FIDOTOOL_ADVISORY_UNKNOWN] = "unknown",
    [FIDOTOOL_ADVISORY_AFFECTED] = "affected",
};

const char *
fidotool_advisory_check_name(FidotoolAdvisoryStatus status)
{
  return names[status];
}

static Match
match_row(const FidotoolAdvisoryRow *row, const FidotoolAdvisoryKey *key)
{
  if (key->aaguid != NULL &&
      g_strv_contains((const char *const *)row->aaguids, key->aaguid))
    return BY_AAGUID;
  for (guint i = 0; key->vid >= 0 && key->pid >= 0 && i < row->usb->len; i++)
    if (g_array_index(row->usb, uint32_t, i) ==
        (uint32_t)(key->vid << 16 | key->pid))
      return BY_USB;
  return BY_NOTHING;
}

static bool
is_in_range(const FidotoolAdvisoryRow *row, int64_t version)
{
  return version >= row->from &&
         (row->below == FIDOTOOL_ADVISORY_NONE || version < row->below);
}

/* What a row says of a key that it names. Of two versions that differ the
 * worse one counts: one of them is not true. */
static FidotoolAdvisoryStatus
judge_row(const FidotoolAdvisoryRow *row, const Finding *finding)
{
  const FidotoolAdvisoryStatus hit =
      row->certain ? FIDOTOOL_ADVISORY_AFFECTED : FIDOTOOL_ADVISORY_UNKNOWN;
  const bool all_versions =
      row->from == 0 && row->below == FIDOTOOL_ADVISORY_NONE;

  for (size_t i = 0; i < finding->n_versions; i++)
    if (is_in_range(row, finding->versions[i].version))
      return hit;
  if (finding->n_versions == 0)
    return all_versions ? hit : FIDOTOOL_ADVISORY_UNKNOWN;
  return FIDOTOOL_ADVISORY_NOT_AFFECTED;
}

static void
add_version(Finding *finding, FidotoolAdvisoryScheme scheme, int64_t number,
            const char *source)
{
  const int64_t version = fidotool_advisory_version_decode(scheme, number);

  if (version != FIDOTOOL_ADVISORY_NONE)
    finding->versions[finding->n_versions++] = (Version){version, source};
}

static Finding
look(const FidotoolAdvisory *advisory, const FidotoolAdvisoryKey *key)
{
  Finding finding = {.advisory = advisory};

  add_version(&finding, advisory->getinfo, key->firmware, "self-reported");
  add_version(&finding, advisory->usb, key->usb_release, "usb");
  for (guint i = 0; i < advisory->rows->len; i++) {
    const FidotoolAdvisoryRow *row = g_ptr_array_index(advisory->rows, i);
    const Match match = match_row(row, key);
    const FidotoolAdvisoryStatus status = judge_row(row, &finding);

    /* USB ids are shared by models: they count where nothing better does. */
    if (match == BY_NOTHING || match < finding.match ||
        (match == finding.match && status <= finding.status))
      continue;
    finding.match = match;
    finding.row = row;
    finding.status = status;
  }
  return finding;
}

static void
copy(FidotoolJson *target, const FidotoolJson *source, const char *name)
{
  const FidotoolJson *value = fidotool_json_get(source, name);

  if (value != NULL)
    fidotool_json_set(target, name, fidotool_json_copy(value));
}

static void
set_version(FidotoolJson *json, const char *name, int64_t version)
{
  g_autofree char *text = fidotool_advisory_version_write(version);

  fidotool_json_set_text(json, name, text);
}

static FidotoolJson *
write_versions(const Finding *finding)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (size_t i = 0; i < finding->n_versions; i++) {
    FidotoolJson *one = fidotool_json_append(list, fidotool_json_new_object());

    set_version(one, "version", finding->versions[i].version);
    fidotool_json_set_text(one, "source", finding->versions[i].source);
  }
  return list;
}

static FidotoolJson *
write_finding(const Finding *finding)
{
  static const char *const said[] = {"id",      "title",  "vendor",
                                     "summary", "advice", "sources"};
  FidotoolJson *json = fidotool_json_new_object();

  for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
    copy(json, finding->advisory->json, said[i]);
  fidotool_json_set_text(json, "status", names[finding->status]);
  fidotool_json_set_text(json, "models", finding->row->models);
  fidotool_json_set_text(json, "matched_by",
                         finding->match == BY_AAGUID ? "aaguid" : "usb");
  fidotool_json_set(json, "versions", write_versions(finding));
  fidotool_json_set_bool(json, "certain", finding->row->certain);
  if (finding->row->from > 0)
    set_version(json, "from", finding->row->from);
  if (finding->row->below != FIDOTOOL_ADVISORY_NONE)
    set_version(json, "below", finding->row->below);
  return json;
}

/* The numbers as the key gave them, and who said so. */
static FidotoolJson *
write_firmware(const FidotoolAdvisoryKey *key)
{
  FidotoolJson *json = fidotool_json_new_object();
  const char *source = "unknown";

  if (key->usb_release >= 0) {
    fidotool_json_set_int(json, "usb_release", key->usb_release);
    source = "usb";
  }
  if (key->firmware >= 0) {
    fidotool_json_set_int(json, "number", key->firmware);
    source = "self-reported";
  }
  fidotool_json_set_text(json, "source", source);
  return json;
}

static FidotoolJson *
write_lists(const FidotoolAdvisories *advisories)
{
  FidotoolJson *lists = fidotool_json_new_array();

  for (guint i = 0; i < advisories->from->len; i++)
    fidotool_json_append(
        lists, fidotool_json_copy(g_ptr_array_index(advisories->from, i)));
  return lists;
}

/* Why the whole is what it is, as a word that stays. */
static const char *
find_reason(FidotoolAdvisoryStatus status, bool named, bool has_version)
{
  if (!named)
    return "model-not-listed";
  if (status == FIDOTOOL_ADVISORY_AFFECTED)
    return "version-affected";
  if (status == FIDOTOOL_ADVISORY_NOT_AFFECTED)
    return "version-not-affected";
  return has_version ? "model-not-certain" : "version-unknown";
}

FidotoolJson *
fidotool_advisory_check(const FidotoolAdvisories *advisories,
                        const FidotoolAdvisoryKey *key,
                        FidotoolAdvisoryStatus *ret_status)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *list = fidotool_json_new_array();
  FidotoolAdvisoryStatus worst = FIDOTOOL_ADVISORY_NOT_AFFECTED;
  bool named = false, has_version = false;

  for (guint i = 0; i < advisories->all->len; i++) {
    const Finding finding = look(g_ptr_array_index(advisories->all, i), key);

    if (finding.match == BY_NOTHING)
      continue;
    /* The version is asked about where it made the difference. */
    if (!named || finding.status > worst)
      has_version = finding.n_versions > 0;
    named = true;
    worst = MAX(worst, finding.status);
    fidotool_json_append(list, write_finding(&finding));
  }
  if (!named)
    worst = FIDOTOOL_ADVISORY_UNKNOWN;
  fidotool_json_set_text(result, "status", names[worst]);
  fidotool_json_set_text(result, "reason",
                         find_reason(worst, named, has_version));
  fidotool_json_set(result, "firmware", write_firmware(key));
  fidotool_json_set(result, "advisories", list);
  fidotool_json_set(result, "lists", write_lists(advisories));
  *ret_status = worst;
  return result;
}

/* Two digits at most, before the end or what ends them; -1 else. */
static int64_t
read_byte(const char *text, const char **ret_end)
{
  char *end = NULL;
  const guint64 value =
      g_ascii_isxdigit(*text) ? g_ascii_strtoull(text, &end, 16) : 0;

  *ret_end = end;
  return end == NULL || end - text > 2 ? -1 : (int64_t)value;
}

/* bcdDevice, out of "5.71"; -1 where it is not known. */
static int64_t
read_release(const FidotoolJson *device)
{
  const char *text =
      fidotool_json_get_text(fidotool_json_get(device, "usb"), "release");
  const char *end = NULL;
  int64_t high = text != NULL ? read_byte(text, &end) : -1;
  int64_t low = high >= 0 && *end == '.' ? read_byte(end + 1, &end) : -1;

  return low >= 0 && *end == '\0' ? high << 8 | low : -1;
}

FidotoolJson *
fidotool_advisory_check_info(const FidotoolAdvisories *advisories,
                             const FidotoolJson *known,
                             FidotoolAdvisoryStatus *ret_status)
{
  const FidotoolJson *info = fidotool_json_get(known, "info");
  const FidotoolJson *device = fidotool_json_get(known, "device");
  const char *said = fidotool_json_get_text(info, "aaguid");
  g_autofree char *aaguid = said ? g_ascii_strdown(said, -1) : NULL;
  const FidotoolAdvisoryKey key = {
      .aaguid = aaguid,
      .vid = fidotool_json_get_int(device, "vid", -1),
      .pid = fidotool_json_get_int(device, "pid", -1),
      .firmware = fidotool_json_get_int(info, "firmware_version", -1),
      .usb_release = read_release(device),
  };
  FidotoolJson *result = fidotool_advisory_check(advisories, &key, ret_status);

  if (aaguid != NULL)
    fidotool_json_set_text(result, "aaguid", aaguid);
  return result;
}

FidotoolJson *
fidotool_advisory_check_list(const FidotoolAdvisories *advisories)
{
  FidotoolJson *result = fidotool_json_new_object();
  FidotoolJson *all = fidotool_json_new_array();

  for (guint i = 0; i < advisories->all->len; i++) {
    const FidotoolAdvisory *one = g_ptr_array_index(advisories->all, i);

    fidotool_json_append(all, fidotool_json_copy(one->json));
  }
  fidotool_json_set(result, "advisories", all);
  fidotool_json_set(result, "lists", write_lists(advisories));
  return result;
}
