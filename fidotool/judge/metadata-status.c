/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-status.c - the table of statuses, and the history judged in time. */
#include "fidotool/judge/metadata-status.h"

#include <string.h>
#include <time.h>

#include "fidotool/bytes.h"

typedef enum {
  OTHER, /* recorded, decides nothing */
  CERTIFIED,
  FIPS,
  BAD,
  CURABLE, /* bad, until newer firmware is certified */
  REVOKED, /* bad, and it ends every certification */
  UNCERTIFIED,
  RETIRED,
} Kind;

/* clang-format off */
static const struct {
  const char *name;
  Kind kind;
  int level;
} statuses[] = {
  { "NOT_FIDO_CERTIFIED",          UNCERTIFIED, 0 },
  { "SELF_ASSERTION_SUBMITTED",    OTHER,       0 },
  { "FIDO_CERTIFIED",              CERTIFIED,   FIDOTOOL_METADATA_LEVEL_FUNCTIONAL },
  { "FIDO_CERTIFIED_L1",           CERTIFIED,   FIDOTOOL_METADATA_LEVEL_L1 },
  { "FIDO_CERTIFIED_L1plus",       CERTIFIED,   FIDOTOOL_METADATA_LEVEL_L1PLUS },
  { "FIDO_CERTIFIED_L2",           CERTIFIED,   FIDOTOOL_METADATA_LEVEL_L2 },
  { "FIDO_CERTIFIED_L2plus",       CERTIFIED,   FIDOTOOL_METADATA_LEVEL_L2PLUS },
  { "FIDO_CERTIFIED_L3",           CERTIFIED,   FIDOTOOL_METADATA_LEVEL_L3 },
  { "FIDO_CERTIFIED_L3plus",       CERTIFIED,   FIDOTOOL_METADATA_LEVEL_L3PLUS },
  { "FIPS140_CERTIFIED_L1",        FIPS,        1 },
  { "FIPS140_CERTIFIED_L2",        FIPS,        2 },
  { "FIPS140_CERTIFIED_L3",        FIPS,        3 },
  { "FIPS140_CERTIFIED_L4",        FIPS,        4 },
  { "USER_VERIFICATION_BYPASS",    CURABLE,     0 },
  { "ATTESTATION_KEY_COMPROMISE",  BAD,         0 },
  { "USER_KEY_REMOTE_COMPROMISE",  CURABLE,     0 },
  { "USER_KEY_PHYSICAL_COMPROMISE", CURABLE,    0 },
  { "UPDATE_AVAILABLE",            OTHER,       0 },
  { "RETIRED",                     RETIRED,     0 },
  { "REVOKED",                     REVOKED,     0 },
};
/* clang-format on */

/* One report as it is judged. */
typedef struct {
  const FidotoolJson *json;
  const char *name;
  Kind kind;
  int level;
  int64_t from;    /* INT64_MIN: always */
  int64_t until;   /* first second after it; INT64_MAX: for good */
  int64_t version; /* -1 where it names none */
} Report;

const char *
fidotool_metadata_status_level_name(FidotoolMetadataLevel level)
{
  static const char *const names[FIDOTOOL_METADATA_N_LEVELS] = {
      "none", "certified", "L1", "L1plus", "L2", "L2plus", "L3", "L3plus"};

  return names[level];
}

const char *const *
fidotool_metadata_status_names(void)
{
  static const char *names[G_N_ELEMENTS(statuses) + 1];
  static gsize once;

  if (g_once_init_enter(&once)) {
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
      names[i] = statuses[i].name;
    g_once_init_leave(&once, 1);
  }
  return names;
}

static bool
read_digits(const char *text, size_t len, int *ret_value)
{
  *ret_value = 0;
  for (size_t i = 0; i < len; i++) {
    if (!g_ascii_isdigit(text[i]))
      return false;
    *ret_value = *ret_value * 10 + (text[i] - '0');
  }
  return true;
}

bool
fidotool_metadata_status_date(const char *text, int64_t *ret_seconds)
{
  int year, month, day;
  struct tm tm = {0};

  if (text == NULL || strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
      !read_digits(text, 4, &year) || !read_digits(text + 5, 2, &month) ||
      !read_digits(text + 8, 2, &day) ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return false;
  tm.tm_year = year - 1900;
  tm.tm_mon = month - 1;
  tm.tm_mday = day;
  *ret_seconds = timegm(&tm);
  return true;
}

/* The dates, so that doubt never makes a model look better than it is. */
static void
read_dates(Report *report)
{
  bool good = report->kind == CERTIFIED || report->kind == FIPS;
  const char *from = fidotool_json_get_text(report->json, "effectiveDate");
  const char *until = fidotool_json_get_text(report->json, "sunsetDate");

  report->from = INT64_MIN;
  report->until = INT64_MAX;
  if (fidotool_json_get(report->json, "effectiveDate") != NULL &&
      !fidotool_metadata_status_date(from, &report->from) && good)
    report->from = INT64_MAX;
  if (fidotool_json_get(report->json, "sunsetDate") != NULL &&
      !fidotool_metadata_status_date(until, &report->until) && good)
    report->until = INT64_MIN;
}

static bool
read_report(const FidotoolJson *json, Report *report)
{
  *report = (Report){
      .json = json,
      .name = fidotool_json_get_text(json, "status"),
      .version = fidotool_json_get_int(json, "authenticatorVersion", -1)};

  if (report->name == NULL)
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
    if (strcmp(statuses[i].name, report->name) == 0) {
      report->name = statuses[i].name;
      report->kind = statuses[i].kind;
      report->level = statuses[i].level;
    }
  read_dates(report);
  return true;
}

static bool
is_bad(Kind kind)
{
  return kind == BAD || kind == CURABLE || kind == REVOKED;
}

static bool
is_in_force(const Report *report, int64_t at)
{
  return report->from <= at && at < report->until;
}

/* The certificate that a report is about: base64 of DER, with the white space
 * that some BLOBs have in it. */
static GBytes *
read_certificate(const Report *report)
{
  static const char *const names[] = {"batchCertificate", "certificate"};
  const char *text = NULL;
  g_autoptr(GString) bare = NULL;

  for (size_t i = 0; text == NULL && i < G_N_ELEMENTS(names); i++)
    text = fidotool_json_get_text(report->json, names[i]);
  if (text == NULL)
    return NULL;
  bare = g_string_new(NULL);
  for (; *text != '\0'; text++)
    if (!g_ascii_isspace(*text))
      g_string_append_c(bare, *text);
  return fidotool_bytes_unbase64(bare->str);
}

static bool
names_certificate(const Report *report)
{
  return fidotool_json_get(report->json, "batchCertificate") != NULL ||
         fidotool_json_get(report->json, "certificate") != NULL;
}

/* M14. What cannot be read is about every batch. */
static bool
is_about(const Report *report, const FidotoolSlice *chain, size_t count)
{
  g_autoptr(GBytes) der = NULL;

  if (chain == NULL || !names_certificate(report))
    return true;
  der = read_certificate(report);
  if (der == NULL)
    return true;
  for (size_t i = 0; i < count; i++)
    if (g_bytes_get_size(der) == chain[i].len &&
        memcmp(g_bytes_get_data(der, NULL), chain[i].data, chain[i].len) == 0)
      return true;
  return false;
}

/* When the last report in force came that ended the certifications before it.
 * One of the same day as a certification ends it only where the model was
 * revoked. */
static bool
is_ended(const GArray *reports, const Report *certified, int64_t at)
{
  for (guint i = 0; i < reports->len; i++) {
    const Report *report = &g_array_index(reports, Report, i);

    if (!is_in_force(report, at) || names_certificate(report))
      continue;
    if (report->kind == REVOKED && report->from >= certified->from)
      return true;
    if (report->kind == UNCERTIFIED && report->from > certified->from)
      return true;
  }
  return false;
}

/* The firmware whose certification came after the report; -1 for none. */
static int64_t
find_cure(const GArray *reports, const Report *bad, int64_t at)
{
  int64_t version = -1;

  if (bad->kind != CURABLE || bad->version < 0)
    return -1;
  for (guint i = 0; i < reports->len; i++) {
    const Report *report = &g_array_index(reports, Report, i);

    if (report->kind == CERTIFIED && is_in_force(report, at) &&
        report->from > bad->from && report->version > bad->version &&
        !is_ended(reports, report, at))
      version = MAX(version, report->version);
  }
  return version;
}

static void
add_bad(FidotoolMetadataStanding *standing, const GArray *reports,
        const Report *report, int64_t at)
{
  int64_t cure = find_cure(reports, report, at);

  if (cure < 0) {
    g_ptr_array_add(standing->bad, g_strdup(report->name));
    return;
  }
  g_ptr_array_add(standing->cured, g_strdup(report->name));
  standing->firmware = MAX(standing->firmware, cure);
}

static void
add_report(FidotoolMetadataStanding *standing, const GArray *reports,
           const Report *report, int64_t at)
{
  g_ptr_array_add(standing->statuses, g_strdup(report->name));
  if (report->kind == CERTIFIED && !is_ended(reports, report, at))
    standing->level =
        MAX(standing->level, (FidotoolMetadataLevel)report->level);
  if (report->kind == FIPS && report->level > standing->fips &&
      !is_ended(reports, report, at)) {
    standing->fips = report->level;
    standing->fips_revision =
        fidotool_json_get_int(report->json, "fipsRevision", 0);
    standing->fips_physical =
        fidotool_json_get_int(report->json, "fipsPhysicalSecurityLevel", 0);
  }
  if (report->kind == RETIRED)
    standing->retired = true;
  if (is_bad(report->kind))
    add_bad(standing, reports, report, at);
}

static FidotoolMetadataStanding *
new_standing(void)
{
  FidotoolMetadataStanding *standing = g_new0(FidotoolMetadataStanding, 1);

  standing->statuses = g_ptr_array_new_with_free_func(g_free);
  standing->bad = g_ptr_array_new_with_free_func(g_free);
  standing->batch = g_ptr_array_new_with_free_func(g_free);
  standing->cured = g_ptr_array_new_with_free_func(g_free);
  return standing;
}

FidotoolMetadataStanding *
fidotool_metadata_status_judge(const FidotoolJson *reports, int64_t at,
                               const FidotoolSlice *chain, size_t count)
{
  FidotoolMetadataStanding *standing = new_standing();
  g_autoptr(GArray) read = g_array_new(FALSE, FALSE, sizeof(Report));

  for (size_t i = 0; i < fidotool_json_size(reports); i++) {
    Report report;

    if (!read_report(fidotool_json_at(reports, i), &report))
      continue;
    if (is_about(&report, chain, count))
      g_array_append_val(read, report);
    else if (is_bad(report.kind) && is_in_force(&report, at))
      g_ptr_array_add(standing->batch, g_strdup(report.name));
  }
  for (guint i = 0; i < read->len; i++) {
    const Report *report = &g_array_index(read, Report, i);

    if (is_in_force(report, at))
      add_report(standing, read, report, at);
    else if (report->from > at)
      standing->later = true;
  }
  return standing;
}

void
fidotool_metadata_status_free(FidotoolMetadataStanding *standing)
{
  if (standing == NULL)
    return;
  g_ptr_array_unref(standing->statuses);
  g_ptr_array_unref(standing->bad);
  g_ptr_array_unref(standing->batch);
  g_ptr_array_unref(standing->cured);
  g_free(standing);
}

bool
fidotool_metadata_status_has(const FidotoolMetadataStanding *standing,
                             const char *name)
{
  return g_ptr_array_find_with_equal_func(standing->statuses, name, g_str_equal,
                                          NULL);
}

static void
set_names(FidotoolJson *json, const char *member, const GPtrArray *names,
          bool always)
{
  FidotoolJson *list;

  if (names->len == 0 && !always)
    return;
  list = fidotool_json_set(json, member, fidotool_json_new_array());
  for (guint i = 0; i < names->len; i++)
    fidotool_json_append_text(list, g_ptr_array_index(names, i));
}

static FidotoolJson *
new_fips(const FidotoolMetadataStanding *standing)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_int(json, "level", standing->fips);
  fidotool_json_set_int(json, "physical", standing->fips_physical);
  fidotool_json_set_int(json, "revision", standing->fips_revision);
  return json;
}

FidotoolJson *
fidotool_metadata_status_json(const FidotoolMetadataStanding *standing)
{
  FidotoolJson *json = fidotool_json_new_object();

  fidotool_json_set_text(json, "certification",
                         fidotool_metadata_status_level_name(standing->level));
  if (standing->fips > 0)
    fidotool_json_set(json, "fips", new_fips(standing));
  set_names(json, "statuses", standing->statuses, true);
  set_names(json, "bad", standing->bad, true);
  set_names(json, "other_batches", standing->batch, false);
  set_names(json, "cured", standing->cured, false);
  if (standing->firmware > 0)
    fidotool_json_set_int(json, "cured_by_firmware", standing->firmware);
  if (standing->retired)
    fidotool_json_set_bool(json, "retired", true);
  return json;
}
