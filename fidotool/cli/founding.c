/* SPDX-License-Identifier: Apache-2.0 */
/* founding.c - reads the configuration of station init strictly: what is not
 * known is a mistake, and would be missed for years. */
#include "fidotool/cli/founding.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "fidotool/cli/cmd.h"
#include "fidotool/cli/trust.h"
#include "recovery/format/time.h"

#define MAX_FILE (1024 * 1024)
#define MAX_POLICY (64 * 1024)
#define DAY_S INT64_C(86400)
#define DEFAULT_DAYS 365
#define MAX_DAYS 3650

static bool
bad(GError **error, const char *what, const char *name)
{
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "the configuration: %s %s", name, what);
  return false;
}

static bool
check_members(const FidotoolJson *object, const char *const *known,
              const char *where, GError **error)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT)
    return bad(error, "is no object", where);
  for (size_t i = 0; i < fidotool_json_size(object); i++)
    if (!g_strv_contains(known, fidotool_json_name(object, i)))
      return bad(error, "is not known", fidotool_json_name(object, i));
  return true;
}

static bool
copy_text(const FidotoolJson *from, const char *name, FidotoolJson *to,
          GError **error)
{
  const char *text = fidotool_json_get_text(from, name);

  if (!text || !*text)
    return bad(error, "is missing", name);
  fidotool_json_set_text(to, name, text);
  return true;
}

/* A path in the file is relative to the file. */
static char *
resolve(const char *config, const char *path)
{
  g_autofree char *folder = g_path_get_dirname(config);

  return g_canonicalize_filename(path, folder[0] == '/' ? folder : NULL);
}

static bool
read_policy(const FidotoolJson *config, const char *place,
            FidotoolJson *request, GError **error)
{
  const char *name = fidotool_json_get_text(config, "policy");
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  size_t len = 0;

  if (!name)
    return bad(error, "is missing", "policy");
  path = resolve(place, name);
  text = fidotool_cmd_read_file(path, MAX_POLICY, &len, error);
  if (!text)
    return false;
  if (strlen(text) != len || !g_utf8_validate(text, -1, NULL))
    return bad(error, "is no text", "policy");
  fidotool_json_set_text(request, "policy", text);
  return true;
}

static bool
read_roots(const FidotoolJson *config, const char *place, FidotoolJson *request,
           GError **error)
{
  const FidotoolJson *list = fidotool_json_get(config, "roots");
  FidotoolJson *roots =
      fidotool_json_set(request, "roots", fidotool_json_new_array());

  if (fidotool_json_size(list) == 0)
    return bad(error, "is missing", "roots");
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *name = fidotool_json_text(fidotool_json_at(list, i));
    g_autofree char *path = name ? resolve(place, name) : NULL;

    if (!path)
      return bad(error, "is no list of files", "roots");
    if (!fidotool_trust_read(path, roots, error))
      return false;
  }
  return true;
}

static void
free_person(void *data)
{
  FidotoolFoundingPerson *person = data;

  g_free(person->person);
  g_free(person->device);
  g_free(person);
}

static bool
read_person(FidotoolFounding *founding, const FidotoolJson *row,
            FidotoolJson *persons, GError **error)
{
  static const char *const known[] = {"person", "name",   "employee", "team",
                                      "roles",  "device", NULL};
  const FidotoolJson *roles = fidotool_json_get(row, "roles");
  FidotoolFoundingPerson *person;
  FidotoolJson *out;

  if (!check_members(row, known, "a person", error))
    return false;
  out = fidotool_json_append(persons, fidotool_json_new_object());
  if (!copy_text(row, "person", out, error) ||
      !copy_text(row, "employee", out, error) ||
      !copy_text(row, "team", out, error))
    return false;
  if (fidotool_json_size(roles) == 0)
    return bad(error, "is missing", "roles");
  fidotool_json_set(out, "roles", fidotool_json_copy(roles));
  person = g_new0(FidotoolFoundingPerson, 1);
  person->person = g_strdup(fidotool_json_get_text(row, "person"));
  person->device = g_strdup(fidotool_json_get_text(row, "device"));
  g_ptr_array_add(founding->persons, person);
  return true;
}

static bool
read_persons(FidotoolFounding *founding, const FidotoolJson *config,
             GError **error)
{
  const FidotoolJson *list = fidotool_json_get(config, "persons");
  FidotoolJson *persons = fidotool_json_set(founding->request, "persons",
                                            fidotool_json_new_array());

  if (fidotool_json_size(list) == 0)
    return bad(error, "is missing", "persons");
  for (size_t i = 0; i < fidotool_json_size(list); i++)
    if (!read_person(founding, fidotool_json_at(list, i), persons, error))
      return false;
  return true;
}

/* "ssh-ed25519 <base64> ...", as machine init prints it, or the base64. */
static char *
key_of(const char *text)
{
  g_auto(GStrv) words = g_strsplit(text, " ", 3);

  if (g_strcmp0(words[0], "ssh-ed25519") == 0 && words[1])
    return g_strdup(words[1]);
  return g_strdup(text);
}

static bool
read_machines(FidotoolFounding *founding, const FidotoolJson *config,
              GError **error)
{
  static const char *const known[] = {"id", "key", NULL};
  const FidotoolJson *list = fidotool_json_get(config, "machines");
  FidotoolJson *machines = fidotool_json_set(founding->request, "machines",
                                             fidotool_json_new_array());

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const FidotoolJson *row = fidotool_json_at(list, i);
    const char *text = fidotool_json_get_text(row, "key");
    FidotoolJson *out;
    g_autofree char *key = NULL;

    if (!check_members(row, known, "a machine", error))
      return false;
    if (!text)
      return bad(error, "is missing", "key");
    out = fidotool_json_append(machines, fidotool_json_new_object());
    if (!copy_text(row, "id", out, error))
      return false;
    key = key_of(text);
    fidotool_json_set_text(out, "key", key);
  }
  return fidotool_json_size(machines) > 0 ||
         bad(error, "is missing: one machine besides the station", "machines");
}

static bool
read_founders(FidotoolFounding *founding, const FidotoolJson *config,
              GError **error)
{
  const FidotoolJson *list = fidotool_json_get(config, "founders");
  size_t n = fidotool_json_size(list);

  if (n < 2)
    return bad(error, "names two officers or more", "founders");
  founding->founders = g_new0(char *, n + 1);
  for (size_t i = 0; i < n; i++) {
    const char *name = fidotool_json_text(fidotool_json_at(list, i));

    if (!name)
      return bad(error, "is no list of persons", "founders");
    founding->founders[i] = g_strdup(name);
  }
  fidotool_json_set(founding->request, "founders", fidotool_json_copy(list));
  return true;
}

static bool
set_window(FidotoolFounding *founding, const FidotoolJson *config,
           int64_t now_s, GError **error)
{
  int64_t days = fidotool_json_get_int(config, "valid_days", DEFAULT_DAYS);
  g_autofree char *after = recovery_time_write(now_s * 1000);
  g_autofree char *before = NULL;

  if (days < 1 || days > MAX_DAYS)
    return bad(error, "is between 1 and 3650", "valid_days");
  before = recovery_time_write((now_s + days * DAY_S) * 1000);
  fidotool_json_set_text(founding->request, "valid_after", after);
  fidotool_json_set_text(founding->request, "valid_before", before);
  return true;
}

static bool
read_config(FidotoolFounding *founding, const FidotoolJson *config,
            const char *place, int64_t now_s, GError **error)
{
  static const char *const known[] = {
      "station", "log",      "rp_id",    "origin",     "policy", "roots",
      "persons", "machines", "founders", "valid_days", NULL};
  static const char *const texts[] = {"station", "log", "rp_id", "origin"};

  if (!check_members(config, known, "the file", error))
    return false;
  fidotool_json_set_text(founding->request, "act", "station.found");
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    if (!copy_text(config, texts[i], founding->request, error))
      return false;
  return read_policy(config, place, founding->request, error) &&
         read_roots(config, place, founding->request, error) &&
         read_persons(founding, config, error) &&
         read_machines(founding, config, error) &&
         read_founders(founding, config, error) &&
         set_window(founding, config, now_s, error);
}

FidotoolFounding *
fidotool_founding_read(const char *path, int64_t now_s, GError **error)
{
  g_autoptr(FidotoolFounding) founding = g_new0(FidotoolFounding, 1);
  g_autofree char *place = g_canonicalize_filename(path, NULL);
  size_t len = 0;
  g_autofree char *text = fidotool_cmd_read_file(path, MAX_FILE, &len, error);
  g_autoptr(FidotoolJson) config =
      text ? fidotool_json_parse(text, len, error) : NULL;

  founding->request = fidotool_json_new_object();
  founding->persons = g_ptr_array_new_with_free_func(free_person);
  if (!config || !read_config(founding, config, place, now_s, error))
    return NULL;
  return g_steal_pointer(&founding);
}

void
fidotool_founding_free(FidotoolFounding *founding)
{
  if (!founding)
    return;
  fidotool_json_free(founding->request);
  g_ptr_array_unref(founding->persons);
  g_strfreev(founding->founders);
  g_free(founding);
}

const char *
fidotool_founding_device(const FidotoolFounding *founding, const char *person)
{
  for (guint i = 0; i < founding->persons->len; i++) {
    const FidotoolFoundingPerson *row = founding->persons->pdata[i];

    if (strcmp(row->person, person) == 0)
      return row->device;
  }
  return NULL;
}

bool
fidotool_founding_check_trust(const char *folder, GError **error)
{
  g_autoptr(GDir) dir = NULL;

  if (g_mkdir_with_parents(folder, 0755) != 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", folder,
                g_strerror(errno));
    return false;
  }
  dir = g_dir_open(folder, 0, NULL);
  if (dir && !g_dir_read_name(dir))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "%s is no empty folder", folder);
  return false;
}

/* True for a file that is not there yet, or has these very bytes. */
static bool
check_file(const char *path, const char *whole, bool *ret_missing,
           GError **error)
{
  g_autofree char *there = NULL;
  gsize len = 0;

  *ret_missing = !g_file_test(path, G_FILE_TEST_EXISTS);
  if (*ret_missing)
    return true;
  if (!g_file_get_contents(path, &there, &len, error))
    return false;
  if (len == strlen(whole) && memcmp(there, whole, len) == 0)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "%s is of another station; nothing was changed", path);
  return false;
}

static const struct {
  const char *member, *file, *end;
} trust_files[] = {
    {"vkey", "station.vkey", "\n"},
    {"genesis", "genesis", "\n"},
    {"officers", "officers.allowed_signers", ""},
    {"roots", "roots.pem", ""},
};

/* One file of the folder: looked at, or written where it is missing. */
static bool
keep_file(const char *folder, const FidotoolJson *answer, size_t i, bool write,
          bool *ret_wrote, GError **error)
{
  const char *text = fidotool_json_get_text(answer, trust_files[i].member);
  g_autofree char *path = g_build_filename(folder, trust_files[i].file, NULL);
  g_autofree char *whole =
      g_strconcat(text ? text : "", trust_files[i].end, NULL);
  bool missing;

  if (!text) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
                "the station did not say its %s", trust_files[i].member);
    return false;
  }
  if (!check_file(path, whole, &missing, error))
    return false;
  if (!write || !missing)
    return true;
  if (ret_wrote)
    *ret_wrote = true;
  return g_file_set_contents_full(path, whole, -1,
                                  G_FILE_SET_CONTENTS_CONSISTENT |
                                      G_FILE_SET_CONTENTS_DURABLE,
                                  0644, error);
}

bool
fidotool_founding_write_trust(const char *folder, const FidotoolJson *answer,
                              bool *ret_wrote, GError **error)
{
  if (g_mkdir_with_parents(folder, 0755) != 0) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, "%s: %s", folder,
                g_strerror(errno));
    return false;
  }
  for (int write = 0; write < 2; write++)
    for (size_t i = 0; i < G_N_ELEMENTS(trust_files); i++)
      if (!keep_file(folder, answer, i, write == 1, ret_wrote, error))
        return false;
  return true;
}
