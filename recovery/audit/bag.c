/* SPDX-License-Identifier: Apache-2.0 */
/* bag.c - the files of a bundle, and the rules about files alone. */
#include "recovery/audit/bag.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/tar.h"

/* Folders below the bundle: data/approvals/<case>. */
#define DEPTH 4
#define FILE_MAX (256 * 1024 * 1024)
#define ENTRIES_MAX (INT64_C(4) * 1024 * 1024 * 1024 - 1)
#define ARCHIVE_MAX (INT64_C(2) * 1024 * 1024 * 1024)

#define ID "[a-z0-9][a-z0-9-]{0,63}"
#define HASH "[0-9a-f]{64}"
#define NAME "[A-Za-z0-9_-][A-Za-z0-9._-]*"
#define SIGNED "\\.json(\\.sig|\\.machine\\.sig)?"

/* Every path that may be in a bundle. */
static const char layout[] =
    "\\A(?:bagit\\.txt|manifest-sha256\\.txt|export\\.json(\\.sig|\\.machine"
    "\\.sig)?"
    "|data/(README\\.txt|verify\\.py|entries\\.jsonl|checkpoint|station\\.vkey"
    "|roster\\.allowed_signers)"
    "|data/approvals/" ID "/" ID SIGNED "|data/(statements|cosign)/" HASH SIGNED
    "|data/roster/" HASH "\\.json"
    "|data/(registrations|assertions)/" HASH "\\.cbor"
    "|data/policy/" HASH "\\.yaml"
    "|data/exceptions/" HASH "\\.json"
    "|data/metadata/" HASH "\\.(json|jwt|crl|der|pem|cbor)"
    "|data/reports/" NAME "|data/pii\\.(age|cms))\\z";

/* And those that must. */
static const char *const required[] = {
    "bagit.txt",
    RECOVERY_BAG_MANIFEST,
    RECOVERY_BAG_EXPORT,
    RECOVERY_BAG_EXPORT ".sig",
    RECOVERY_BAG_EXPORT ".machine.sig",
    "data/README.txt",
    "data/verify.py",
    RECOVERY_BAG_ENTRIES,
    RECOVERY_BAG_CHECKPOINT,
    RECOVERY_BAG_VKEY,
    RECOVERY_BAG_SIGNERS,
};

static const char bagit[] =
    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

static void
free_file(void *data)
{
  RecoveryBagFile *file = data;

  g_free(file->path);
  g_bytes_unref(file->data);
  g_free(file);
}

static int
compare_paths(const void *a, const void *b, void *unused)
{
  (void)unused;
  return strcmp(a, b);
}

RecoveryBag *
recovery_bag_new(void)
{
  RecoveryBag *bag = g_new0(RecoveryBag, 1);

  bag->files = g_tree_new_full(compare_paths, NULL, NULL, free_file);
  return bag;
}

void
recovery_bag_free(RecoveryBag *bag)
{
  if (bag == NULL)
    return;
  g_tree_unref(bag->files);
  g_free(bag->odd);
  g_free(bag->why);
  g_free(bag);
}

void
recovery_bag_put(RecoveryBag *bag, const char *path, GBytes *data)
{
  RecoveryBagFile *file = g_new0(RecoveryBagFile, 1);
  g_autofree char *digest = fidotool_bytes_sha256_hex(
      g_bytes_get_data(data, NULL), g_bytes_get_size(data));

  file->path = g_strdup(path);
  /* Never NULL inside, also where it is empty: it is read as text. */
  file->data = g_bytes_get_size(data) == 0 ? g_bytes_new_static("", 0)
                                           : g_bytes_ref(data);
  g_strlcpy(file->digest, digest, sizeof(file->digest));
  /* The key is in the value: both are exchanged. */
  g_tree_replace(bag->files, file->path, file);
}

void
recovery_bag_remove(RecoveryBag *bag, const char *path)
{
  g_tree_remove(bag->files, path);
}

const RecoveryBagFile *
recovery_bag_find(const RecoveryBag *bag, const char *path)
{
  return g_tree_lookup(bag->files, path);
}

static GTreeNode *
stay_inside(GTreeNode *node, const char *prefix)
{
  return node != NULL && g_str_has_prefix(g_tree_node_key(node), prefix) ? node
                                                                         : NULL;
}

GTreeNode *
recovery_bag_first(const RecoveryBag *bag, const char *prefix)
{
  return stay_inside(g_tree_lower_bound(bag->files, prefix), prefix);
}

GTreeNode *
recovery_bag_next(GTreeNode *node, const char *prefix)
{
  return stay_inside(g_tree_node_next(node), prefix);
}

/* Reading */

static bool
fail_io(GError **error, const char *path)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
              "%s cannot be read: %s", path, g_strerror(errno));
  return false;
}

static void
note_odd(RecoveryBag *bag, const char *place, const char *why)
{
  if (bag->odd != NULL)
    return;
  bag->odd = g_strdup(*place == '\0' ? "." : place);
  bag->why = g_strdup(why);
}

static bool
read_fd(int fd, size_t size, GBytes **ret_data)
{
  g_autofree char *data = g_malloc(size + 1);
  size_t len = 0;

  while (len <= size) {
    ssize_t n = read(fd, data + len, size + 1 - len);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    if (n == 0)
      break;
    len += (size_t)n;
  }
  if (len > size) { /* it grew while it was read */
    errno = EBUSY;
    return false;
  }
  *ret_data = g_bytes_new_take(g_steal_pointer(&data), len);
  return true;
}

static bool
load_file(RecoveryBag *bag, const char *path, const char *place, int64_t size,
          GError **error)
{
  g_autoptr(GBytes) data = NULL;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  bool good;

  if (fd < 0)
    return fail_io(error, path);
  good = read_fd(fd, (size_t)size, &data);
  if (!good)
    fail_io(error, path);
  close(fd);
  if (good)
    recovery_bag_put(bag, place, data);
  return good;
}

static bool load_folder(RecoveryBag *bag, const char *path, const char *inside,
                        int depth, GError **error);

static bool
load_one(RecoveryBag *bag, const char *path, const char *place, int depth,
         GError **error)
{
  struct stat info;
  g_autofree char *inside = g_strdup_printf("%s/", place);
  bool entries = strcmp(place, RECOVERY_BAG_ENTRIES) == 0;

  if (!g_utf8_validate(place, -1, NULL)) {
    note_odd(bag, "a file name", "is no text");
    return true;
  }
  if (lstat(path, &info) != 0)
    return fail_io(error, path);
  if (S_ISDIR(info.st_mode) && depth < DEPTH)
    return load_folder(bag, path, inside, depth + 1, error);
  if (!S_ISREG(info.st_mode)) {
    note_odd(bag, place, "is neither a file nor a folder of the bundle");
    return true;
  }
  if (info.st_size > (entries ? ENTRIES_MAX : FILE_MAX)) {
    note_odd(bag, place, "is too large");
    return true;
  }
  return load_file(bag, path, place, info.st_size, error);
}

static bool
load_folder(RecoveryBag *bag, const char *path, const char *inside, int depth,
            GError **error)
{
  GDir *dir = g_dir_open(path, 0, NULL);
  const char *name;
  bool good = true, empty = true;

  if (dir == NULL)
    return fail_io(error, path);
  while (good && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *below = g_build_filename(path, name, NULL);
    g_autofree char *place = g_strconcat(inside, name, NULL);

    empty = false;
    good = load_one(bag, below, place, depth, error);
  }
  g_dir_close(dir);
  if (empty)
    note_odd(bag, inside, "is an empty folder");
  return good;
}

static RecoveryBag *
load_archive(const char *path, GError **error)
{
  g_autoptr(RecoveryBag) bag = recovery_bag_new();
  g_autoptr(GPtrArray) files = NULL;
  GError *reason = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);

  if (fd < 0) {
    fail_io(error, path);
    return NULL;
  }
  files = recovery_tar_read(fd, ARCHIVE_MAX, &reason);
  close(fd);
  if (g_error_matches(reason, RECOVERY_ERROR, RECOVERY_ERROR_FAILED)) {
    g_propagate_error(error, reason);
    return NULL;
  }
  if (files == NULL)
    note_odd(bag, "the archive", reason->message);
  g_clear_error(&reason);
  for (unsigned i = 0; files != NULL && i < files->len; i++) {
    const RecoveryTarFile *file = g_ptr_array_index(files, i);

    recovery_bag_put(bag, file->path, file->data);
  }
  return g_steal_pointer(&bag);
}

RecoveryBag *
recovery_bag_open(const char *path, GError **error)
{
  g_autoptr(RecoveryBag) bag = NULL;
  struct stat info;

  if (stat(path, &info) != 0) {
    fail_io(error, path);
    return NULL;
  }
  if (S_ISREG(info.st_mode))
    return load_archive(path, error);
  bag = recovery_bag_new();
  return load_folder(bag, path, "", 0, error) ? g_steal_pointer(&bag) : NULL;
}

/* Rules */

static bool
fail(RecoveryVerdict *verdict, const char *place, const char *text)
{
  recovery_verdict_tampered(verdict, RECOVERY_VERDICT_NO_SEQ, place, text);
  return false;
}

static bool
is_in_layout(const char *path)
{
  static gsize once;
  static GRegex *regex;

  if (g_once_init_enter(&once)) {
    regex =
        g_regex_new(layout, G_REGEX_OPTIMIZE | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
    g_assert(regex != NULL);
    g_once_init_leave(&once, 1);
  }
  return g_regex_match(regex, path, 0, NULL);
}

bool
recovery_bag_check_layout(const RecoveryBag *bag, RecoveryVerdict *verdict)
{
  const RecoveryBagFile *file;
  gsize len;
  const void *data;

  if (bag->odd != NULL)
    return fail(verdict, bag->odd, bag->why);
  for (GTreeNode *node = g_tree_node_first(bag->files); node != NULL;
       node = g_tree_node_next(node))
    if (!is_in_layout(g_tree_node_key(node)))
      return fail(verdict, g_tree_node_key(node), "is no file of a bundle");
  for (size_t i = 0; i < G_N_ELEMENTS(required); i++)
    if (recovery_bag_find(bag, required[i]) == NULL)
      return fail(verdict, required[i], "is not there");
  file = recovery_bag_find(bag, "bagit.txt");
  data = g_bytes_get_data(file->data, &len);
  if (!fidotool_bytes_equal(data, len, bagit, strlen(bagit)))
    return fail(verdict, "bagit.txt", "is not as it must be");
  return true;
}

char *
recovery_bag_manifest(const RecoveryBag *bag)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (GTreeNode *node = recovery_bag_first(bag, "data/"); node != NULL;
       node = recovery_bag_next(node, "data/")) {
    const RecoveryBagFile *file = g_tree_node_value(node);

    g_string_append_printf(text, "%s  %s\n", file->digest, file->path);
  }
  return g_string_free(g_steal_pointer(&text), false);
}

/* Names the first file whose line is not in the manifest. */
static bool
blame_file(const char *right, const char *found, RecoveryVerdict *verdict)
{
  g_auto(GStrv) lines = g_strsplit(right, "\n", -1);
  g_auto(GStrv) others = g_strsplit(found, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && !g_strv_contains((const char *const *)others, *line))
      return fail(verdict, *line + 66, "is not as the manifest says");
  return fail(verdict, RECOVERY_BAG_MANIFEST,
              "names files that are not there, or is not in its one form");
}

bool
recovery_bag_check_manifest(const RecoveryBag *bag, RecoveryVerdict *verdict)
{
  g_autofree char *right = recovery_bag_manifest(bag);
  const RecoveryBagFile *file = recovery_bag_find(bag, RECOVERY_BAG_MANIFEST);
  gsize len;
  const char *data = g_bytes_get_data(file->data, &len);
  g_autofree char *found = NULL;

  if (fidotool_bytes_equal(data, len, right, strlen(right)))
    return true;
  found = g_strndup(data, len);
  return blame_file(right, found, verdict);
}

/* Folders whose files have their digest as name. */
static const char *const named_by_digest[] = {
    "data/statements/", "data/cosign/", "data/roster/",   "data/registrations/",
    "data/assertions/", "data/policy/", "data/metadata/", "data/exceptions/",
};

bool
recovery_bag_check_names(const RecoveryBag *bag, RecoveryVerdict *verdict)
{
  for (size_t i = 0; i < G_N_ELEMENTS(named_by_digest); i++) {
    const char *prefix = named_by_digest[i];

    for (GTreeNode *node = recovery_bag_first(bag, prefix); node != NULL;
         node = recovery_bag_next(node, prefix)) {
      const RecoveryBagFile *file = g_tree_node_value(node);
      const char *name = file->path + strlen(prefix);

      if (!g_str_has_suffix(name, ".sig") &&
          strncmp(name, file->digest, 64) != 0)
        return fail(verdict, file->path, "is not named by its SHA-256");
    }
  }
  return true;
}
