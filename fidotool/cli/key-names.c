/* SPDX-License-Identifier: Apache-2.0 */
/* key-names.c - the two files of names, and what a name is bound to. */
#include "fidotool/cli/key-names.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/error.h"

#define FOR_ALL "/etc/keyturn/key-names.json"
#define FILE_MAX_LEN 65536
#define NAME_MAX_LEN 32 /* code points */
/* What a name is bound to; each with what it does not tell apart. */
static const struct {
  const char *bound;
  const char *doubt;
} bounds[] = {
    {"serial", NULL},
    {"port", "no serial number tells this key from others: the name stands "
             "for whatever key of this model is plugged in there"},
    {"reader", "a key does not say on a reader which one it is: the name "
               "stands for whatever key of this model is put there"},
    {"socket", "the name stands for whatever software key of this model "
               "listens there"},
};

static bool
fail(GError **error, FidotoolError code, const char *path, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s: %s", path, text);
  return false;
}

FidotoolKeyNamesPlaces
fidotool_key_names_places(void)
{
  FidotoolKeyNamesPlaces places = {{{FOR_ALL, true}, {NULL, false}}, NULL};

  places.own = g_build_filename(g_get_user_state_dir(), "keyturn",
                                "key-names.json", NULL);
  places.files[1].path = places.own;
  return places;
}

void
fidotool_key_names_places_clear(FidotoolKeyNamesPlaces *places)
{
  g_clear_pointer(&places->own, g_free);
}

bool
fidotool_key_names_is_name(const char *name)
{
  g_autofree char *normal = NULL;

  if (!g_utf8_validate(name, -1, NULL) ||
      g_utf8_strlen(name, -1) > NAME_MAX_LEN ||
      !g_unichar_isalnum(g_utf8_get_char(name)))
    return false;
  for (const char *p = name; *p; p = g_utf8_next_char(p))
    if (!g_unichar_isalnum(g_utf8_get_char(p)) &&
        !g_unichar_ismark(g_utf8_get_char(p)) && !strchr("-_.", *p))
      return false;
  normal = g_utf8_normalize(name, -1, G_NORMALIZE_NFC);
  return g_strcmp0(normal, name) == 0;
}

const char *
fidotool_key_names_doubt(const FidotoolJson *row)
{
  const char *bound = fidotool_json_get_text(row, "bound");

  for (size_t i = 0; i < G_N_ELEMENTS(bounds); i++)
    if (g_strcmp0(bound, bounds[i].bound) == 0)
      return bounds[i].doubt;
  return NULL;
}

static bool
is_row(const FidotoolJson *row)
{
  const char *bound = fidotool_json_get_text(row, "bound");
  bool known = false;

  for (size_t i = 0; i < G_N_ELEMENTS(bounds); i++)
    known = known || g_strcmp0(bound, bounds[i].bound) == 0;
  return known && fidotool_json_get_text(row, "selector") &&
         strstr(fidotool_json_get_text(row, "selector"), "\naaguid:");
}

/* The bytes of a file; NULL and no error where there is none. */
static char *
read_bytes(const FidotoolKeyNamesFile *file, size_t *ret_len, GError **error)
{
  int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  g_autofree char *data = g_malloc(FILE_MAX_LEN + 1);
  struct stat st;
  ssize_t n;

  if (fd < 0) {
    if (errno != ENOENT && errno != ENOTDIR)
      (void)fail(error, FIDOTOOL_ERROR_PERMISSION, file->path,
                 g_strerror(errno));
    return NULL;
  }
  n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
          ? read(fd, data, FILE_MAX_LEN + 1)
          : -1;
  (void)close(fd); /* it was only read */
  if (n < 0 || n > FILE_MAX_LEN) {
    (void)fail(error, FIDOTOOL_ERROR_INVALID, file->path,
               "unreadable, or too long");
    return NULL;
  }
  if (file->roots && (st.st_uid != 0 || (st.st_mode & 022) != 0)) {
    (void)fail(error, FIDOTOOL_ERROR_PERMISSION, file->path,
               "others than root may write to it");
    return NULL;
  }
  *ret_len = (size_t)n;
  return g_steal_pointer(&data);
}

/* The names of one file. */
static FidotoolJson *
read_file(const FidotoolKeyNamesFile *file, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autofree char *data = NULL;
  g_autoptr(FidotoolJson) json = NULL;
  const FidotoolJson *names;
  size_t len = 0;

  data = read_bytes(file, &len, &local);
  if (local) {
    g_propagate_error(error, g_steal_pointer(&local));
    return NULL;
  }
  if (!data)
    return fidotool_json_new_object();
  json = fidotool_json_parse(data, len, NULL);
  names = fidotool_json_get(json, "names");
  if (fidotool_json_get_int(json, "v", 0) != 1 ||
      fidotool_json_type(names) != FIDOTOOL_JSON_OBJECT) {
    (void)fail(error, FIDOTOOL_ERROR_INVALID, file->path, "no list of names");
    return NULL;
  }
  for (size_t i = 0; i < fidotool_json_size(names); i++)
    if (!fidotool_key_names_is_name(fidotool_json_name(names, i)) ||
        !is_row(fidotool_json_member(names, i))) {
      (void)fail(error, FIDOTOOL_ERROR_INVALID, file->path,
                 "a name in it makes no sense");
      return NULL;
    }
  return fidotool_json_copy(names);
}

FidotoolJson *
fidotool_key_names_read(const FidotoolKeyNamesPlaces *places, GError **error)
{
  g_autoptr(FidotoolJson) all = fidotool_json_new_object();

  for (size_t i = 0; i < FIDOTOOL_KEY_NAMES_FILES; i++) {
    g_autoptr(FidotoolJson) names = read_file(&places->files[i], error);

    if (!names)
      return NULL;
    for (size_t k = 0; k < fidotool_json_size(names); k++) {
      const char *name = fidotool_json_name(names, k);
      FidotoolJson *row;

      if (fidotool_json_get(all, name))
        continue;
      row = fidotool_json_set(
          all, name, fidotool_json_copy(fidotool_json_member(names, k)));
      if (places->files[i].roots)
        fidotool_json_set_bool(row, "for_all", true);
    }
  }
  return g_steal_pointer(&all);
}

static char *
write_ids(const FidotoolJson *key)
{
  return g_strdup_printf("usb:%04x:%04x",
                         (unsigned)fidotool_json_get_int(key, "vid", 0),
                         (unsigned)fidotool_json_get_int(key, "pid", 0));
}

/* The selector by its serial number; NULL where it has none that can be
 * written in one line. */
static char *
write_serial(const FidotoolJson *key)
{
  const char *serial = fidotool_json_get_text(key, "serial");
  g_autofree char *ids = write_ids(key);

  if (!serial || !*serial || !fidotool_json_get(key, "vid"))
    return NULL;
  for (const char *p = serial; *p; p = g_utf8_next_char(p))
    if (!g_unichar_isprint(g_utf8_get_char(p)))
      return NULL;
  return g_strdup_printf("%s:%s", ids, serial);
}

/* The selector by its place, and what that is. */
static char *
write_place(const FidotoolJson *key, const char **ret_bound)
{
  const char *selector = fidotool_json_get_text(key, "selector");
  const char *path =
      fidotool_json_get_text(fidotool_json_get(key, "usb"), "path");
  const char *transport = fidotool_json_get_text(key, "transport");
  g_autofree char *ids = write_ids(key);

  *ret_bound = g_strcmp0(transport, "pcsc") == 0     ? "reader"
               : g_strcmp0(transport, "socket") == 0 ? "socket"
                                                     : "port";
  if (!selector || strchr(selector, '\n'))
    return NULL;
  if (strcmp(*ret_bound, "port") != 0)
    return g_strdup(selector);
  return path && *path ? g_strdup_printf("usb:%s\n%s", path, ids) : NULL;
}

/* How many of the keys that are there have the same serial number. */
static size_t
count_serial(const FidotoolJson *listed, const char *serial)
{
  size_t n = 0;

  for (size_t i = 0; i < fidotool_json_size(listed); i++) {
    g_autofree char *one = write_serial(fidotool_json_at(listed, i));

    n += g_strcmp0(one, serial) == 0;
  }
  return n;
}

FidotoolJson *
fidotool_key_names_bind(const FidotoolJson *device, const FidotoolJson *listed,
                        const char **ret_doubt, GError **error)
{
  g_autofree char *serial = write_serial(device);
  const char *aaguid = fidotool_json_get_text(device, "aaguid");
  const char *product = fidotool_json_get_text(device, "product");
  const char *bound = "serial";
  bool twice = serial && count_serial(listed, serial) > 1;
  g_autofree char *text = NULL;
  g_autofree char *selector = NULL;
  FidotoolJson *row;

  text = serial && !twice ? g_strdup(serial) : write_place(device, &bound);
  if (!text || !aaguid) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "nothing tells this key from others: it has no serial number, "
                "and where it is plugged in is not known");
    return NULL;
  }
  selector = g_strdup_printf("%s\naaguid:%s", text, aaguid);
  row = fidotool_json_new_object();
  fidotool_json_set_text(row, "bound", bound);
  fidotool_json_set_text(row, "selector", selector);
  fidotool_json_set_text(row, "product", product ? product : "");
  *ret_doubt = twice ? "another key here has the same serial number: the name "
                       "stands for whatever key of this model is plugged in "
                       "there"
                     : fidotool_key_names_doubt(row);
  return row;
}

/* The row's selector without the model is this text. */
static bool
is_bound_to(const FidotoolJson *row, const char *text)
{
  const char *selector = fidotool_json_get_text(row, "selector");

  return text && selector && g_str_has_prefix(selector, text) &&
         g_str_has_prefix(selector + strlen(text), "\naaguid:");
}

const char *
fidotool_key_names_find(const FidotoolJson *names, const FidotoolJson *key)
{
  const char *bound;
  g_autofree char *serial = write_serial(key);
  g_autofree char *place = write_place(key, &bound);
  const char *by_place = NULL;

  for (size_t i = 0; i < fidotool_json_size(names); i++) {
    const FidotoolJson *row = fidotool_json_member(names, i);

    if (is_bound_to(row, serial))
      return fidotool_json_name(names, i);
    if (is_bound_to(row, place))
      by_place = fidotool_json_name(names, i);
  }
  return by_place;
}

/* One change to the names of a file. */
static bool
change(FidotoolJson *names, const char *name, const FidotoolJson *row,
       bool *ret_changed, GError **error)
{
  const FidotoolJson *last = fidotool_json_get(names, name);
  const char *selector = fidotool_json_get_text(row, "selector");

  *ret_changed = false;
  if (!row && !last)
    return fail(error, FIDOTOOL_ERROR_NOT_FOUND, name,
                "no key was given this name here");
  if (!row)
    fidotool_json_remove(names, name);
  else if (!last)
    fidotool_json_set(names, name, fidotool_json_copy(row));
  else if (g_strcmp0(fidotool_json_get_text(last, "selector"), selector) == 0)
    return true;
  else
    return fail(error, FIDOTOOL_ERROR_POLICY, name,
                "another key has this name: remove the name first");
  *ret_changed = true;
  return true;
}

static bool
write_names(const FidotoolKeyNamesFile *file, const FidotoolJson *names,
            GError **error)
{
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  g_autoptr(GError) local = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  fidotool_json_set_int(json, "v", 1);
  fidotool_json_set(json, "names", fidotool_json_copy(names));
  text = fidotool_json_write(json, NULL);
  line = g_strconcat(text, "\n", NULL);
  if (strlen(line) > FILE_MAX_LEN)
    return fail(error, FIDOTOOL_ERROR_FULL, file->path, "too many names");
  if (g_file_set_contents_full(file->path, line, -1,
                               G_FILE_SET_CONTENTS_CONSISTENT |
                                   G_FILE_SET_CONTENTS_DURABLE,
                               file->roots ? 0644 : 0600, &local))
    return true;
  return fail(error, FIDOTOOL_ERROR_PERMISSION, file->path, local->message);
}

bool
fidotool_key_names_write(const FidotoolKeyNamesFile *file, const char *name,
                         const FidotoolJson *row, bool *ret_changed,
                         GError **error)
{
  g_autofree char *folder = g_path_get_dirname(file->path);
  g_autoptr(FidotoolJson) names = NULL;
  bool ok;
  int lock;

  if (g_mkdir_with_parents(folder, file->roots ? 0755 : 0700) != 0)
    return fail(error, FIDOTOOL_ERROR_PERMISSION, folder, g_strerror(errno));
  lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) {
    (void)fail(error, FIDOTOOL_ERROR_PERMISSION, folder, g_strerror(errno));
    if (lock >= 0)
      (void)close(lock); /* it was only locked */
    return false;
  }
  names = read_file(file, error);
  ok = names && change(names, name, row, ret_changed, error) &&
       (!*ret_changed || write_names(file, names, error));
  (void)close(lock); /* this gives the lock back */
  return ok;
}
