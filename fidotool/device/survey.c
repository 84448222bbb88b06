/* SPDX-License-Identifier: Apache-2.0 */
/* survey.c - nodes, locks, USB devices and drivers, out of /sys, /proc and
 * udev's records. */
#include "fidotool/device/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fidotool/device/node.h"

/* Longest of these files that is read: a report descriptor has 4096 bytes. */
#define FILE_MAX_LEN 8192
#define CLASS_READER "0b"

/* USB ids of keys whose FIDO part is not there: of bootloaders, and of
 * YubiKeys whose id says which of their interfaces are on. */
static const struct {
  const char *vid, *pid, *state;
} states[] = {
    {"20a0", "42dd", "bootloader"}, {"20a0", "42e8", "bootloader"},
    {"20a0", "42b4", "bootloader"}, {"1209", "b000", "bootloader"},
    {"1050", "0401", "fido-off"},   {"1050", "0404", "fido-off"},
    {"1050", "0405", "fido-off"},
};

/* --- files -----------------------------------------------------------------
 */

/* A file of the kernel, whole but for what is too long; NULL. */
static char *
read_file(const char *path, size_t *ret_len)
{
  g_autofree char *data = g_malloc(FILE_MAX_LEN + 1);
  FILE *file = fopen(path, "rbe");
  size_t n;

  if (!file)
    return NULL;
  n = fread(data, 1, FILE_MAX_LEN, file);
  (void)fclose(file); /* it was only read */
  data[n] = '\0';
  if (ret_len)
    *ret_len = n;
  return g_steal_pointer(&data);
}

/* One line in a folder, as valid UTF-8; "" where there is none. */
static char *
read_line(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *text = read_file(path, NULL);

  return g_utf8_make_valid(text ? g_strchomp(text) : "", -1);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, in order. */
static GPtrArray *
list_names(const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir)) != NULL)
    g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  return names;
}

/* --- nodes -----------------------------------------------------------------
 */

/* Vendor, product and name, out of the HID device's uevent. */
static void
add_ids(FidotoolJson *node, const char *uevent)
{
  g_autofree char *id = fidotool_node_value(uevent, "HID_ID");
  g_autofree char *name = fidotool_node_value(uevent, "HID_NAME");
  unsigned bus = 0, vid = 0, pid = 0;

  if (id && sscanf(id, "%x:%x:%x", &bus, &vid, &pid) == 3) {
    fidotool_json_set_int(node, "vid", vid & 0xffff);
    fidotool_json_set_int(node, "pid", pid & 0xffff);
  }
  fidotool_json_set_text(node, "name", name ? name : "");
}

/* "3-1" out of a path with ".../3-1/3-1:1.0/0003:...": the last component
 * before one that continues it with a colon. NULL: not on USB. */
static char *
find_port(const char *real)
{
  g_auto(GStrv) parts = g_strsplit(real, "/", -1);

  for (guint i = g_strv_length(parts); i >= 2; i--) {
    const size_t len = strlen(parts[i - 2]);

    if (len > 0 && strncmp(parts[i - 1], parts[i - 2], len) == 0 &&
        parts[i - 1][len] == ':')
      return g_utf8_make_valid(parts[i - 2], -1);
  }
  return NULL;
}

static void
add_port(FidotoolJson *node, const char *device)
{
  char *real = realpath(device, NULL);
  g_autofree char *port = real ? find_port(real) : NULL;

  free(real);
  if (port)
    fidotool_json_set_text(node, "usb", port);
}

static void
add_marks(FidotoolJson *node, const char *root, const char *number)
{
  g_autofree char *path = g_strdup_printf("%s/run/udev/data/c%s", root, number);
  g_autofree char *text = read_file(path, NULL);
  g_autofree char *token = fidotool_node_value(text, "E:ID_FIDO_TOKEN");
  g_autofree char *security = fidotool_node_value(text, "E:ID_SECURITY_TOKEN");

  fidotool_json_set_bool(node, "token", g_strcmp0(token, "1") == 0);
  fidotool_json_set_bool(node, "security_token", g_strcmp0(security, "1") == 0);
}

/* Whoever has the node locked: "1: FLOCK  ADVISORY  WRITE 4711 00:06:93 0 EOF".
 */
static void
add_holder(FidotoolJson *node, const char *root, const struct stat *st)
{
  g_autofree char *path = g_build_filename(root, "/proc/locks", NULL);
  g_autofree char *text = read_file(path, NULL);
  g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

  for (char **line = lines; *line; line++) {
    char kind[16] = "";
    unsigned major_id = 0, minor_id = 0;
    unsigned long inode = 0;
    int pid = 0;
    g_autofree char *folder = NULL;
    g_autofree char *name = NULL;
    FidotoolJson *holder;

    if (sscanf(*line, "%*d: %15s %*s %*s %d %x:%x:%lu", kind, &pid, &major_id,
               &minor_id, &inode) != 5 ||
        strcmp(kind, "FLOCK") != 0 || inode != st->st_ino ||
        makedev(major_id, minor_id) != st->st_dev)
      continue;
    folder = g_strdup_printf("%s/proc/%d", root, pid);
    name = read_line(folder, "comm");
    holder = fidotool_json_set(node, "held_by", fidotool_json_new_object());
    fidotool_json_set_int(holder, "pid", pid);
    fidotool_json_set_text(holder, "name", name);
    return;
  }
}

static void
add_access(FidotoolJson *node, const char *root, const char *name)
{
  g_autofree char *path = g_build_filename(root, "/dev", name, NULL);
  g_autofree char *mode = NULL;
  struct stat st;
  const bool exists = stat(path, &st) == 0;

  fidotool_json_set_bool(node, "exists", exists);
  fidotool_json_set_bool(node, "permitted",
                         exists && access(path, R_OK | W_OK) == 0);
  if (!exists)
    return;
  mode = g_strdup_printf("%04o", (unsigned)st.st_mode & 07777);
  fidotool_json_set_text(node, "mode", mode);
  add_holder(node, root, &st);
}

static FidotoolJson *
read_nodes(const char *root)
{
  g_autofree char *folder = g_build_filename(root, "/sys/class/hidraw", NULL);
  g_autoptr(GPtrArray) names = list_names(folder);
  FidotoolJson *nodes = fidotool_json_new_array();

  for (guint i = 0; i < MIN(names->len, FIDOTOOL_SURVEY_MAX); i++) {
    const char *name = names->pdata[i];
    g_autofree char *one = g_build_filename(folder, name, NULL);
    g_autofree char *device = g_build_filename(one, "device", NULL);
    g_autofree char *uevent_path = g_build_filename(device, "uevent", NULL);
    g_autofree char *uevent = read_file(uevent_path, NULL);
    g_autofree char *number = read_line(one, "dev");
    g_autofree char *path = g_strconcat("/dev/", name, NULL);
    FidotoolJson *node;

    if (!g_utf8_validate(name, -1, NULL))
      continue;
    node = fidotool_json_append(nodes, fidotool_json_new_object());
    fidotool_json_set_text(node, "path", path);
    add_ids(node, uevent);
    fidotool_json_set_bool(node, "fido", fidotool_node_is_fido(device));
    add_port(node, device);
    add_access(node, root, name);
    add_marks(node, root, number);
  }
  return nodes;
}

/* --- USB -------------------------------------------------------------------
 */

static FidotoolJson *
describe_device(const char *port, const char *folder)
{
  FidotoolJson *json = fidotool_json_new_object();
  g_autofree char *vid = read_line(folder, "idVendor");
  g_autofree char *pid = read_line(folder, "idProduct");
  g_autofree char *product = read_line(folder, "product");

  fidotool_json_set_text(json, "usb", port);
  fidotool_json_set_int(json, "vid", (int64_t)strtoul(vid, NULL, 16) & 0xffff);
  fidotool_json_set_int(json, "pid", (int64_t)strtoul(pid, NULL, 16) & 0xffff);
  fidotool_json_set_text(json, "product", product);
  return json;
}

static const char *
find_state(const char *folder)
{
  g_autofree char *vid = read_line(folder, "idVendor");
  g_autofree char *pid = read_line(folder, "idProduct");

  for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
    if (strcmp(states[i].vid, vid) == 0 && strcmp(states[i].pid, pid) == 0)
      return states[i].state;
  return NULL;
}

/* The driver of an interface; "" where none has it. */
static char *
read_driver(const char *folder)
{
  g_autofree char *link = g_build_filename(folder, "driver", NULL);
  g_autofree char *target = g_file_read_link(link, NULL);
  g_autofree char *name = target ? g_path_get_basename(target) : NULL;

  return g_utf8_make_valid(name ? name : "", -1);
}

/* NFC readers that the kernel drives itself: pcscd then sees none. */
static bool
is_kernel_nfc(const char *driver)
{
  return g_str_has_prefix(driver, "pn533") || strcmp(driver, "port100") == 0;
}

/* An interface of a device: is it a reader? */
static void
read_interface(const char *devices, const char *name, FidotoolJson *readers)
{
  g_autofree char *folder = g_build_filename(devices, name, NULL);
  g_autofree char *class = read_line(folder, "bInterfaceClass");
  g_autofree char *driver = read_driver(folder);
  g_autofree char *port = g_strndup(name, strcspn(name, ":"));
  g_autofree char *device = g_build_filename(devices, port, NULL);
  FidotoolJson *reader;

  if ((strcmp(class, CLASS_READER) != 0 && !is_kernel_nfc(driver)) ||
      fidotool_json_size(readers) >= FIDOTOOL_SURVEY_MAX)
    return;
  reader = fidotool_json_append(readers, describe_device(port, device));
  fidotool_json_set_text(reader, "driver", driver);
}

static void
read_usb(const char *root, FidotoolJson *devices, FidotoolJson *readers)
{
  g_autofree char *folder =
      g_build_filename(root, "/sys/bus/usb/devices", NULL);
  g_autoptr(GPtrArray) names = list_names(folder);

  for (guint i = 0; i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *one = g_build_filename(folder, name, NULL);
    const char *state;

    if (!g_utf8_validate(name, -1, NULL))
      continue;
    if (strchr(name, ':')) {
      read_interface(folder, name, readers);
      continue;
    }
    state = find_state(one);
    if (state && fidotool_json_size(devices) < FIDOTOOL_SURVEY_MAX)
      fidotool_json_set_text(
          fidotool_json_append(devices, describe_device(name, one)), "state",
          state);
  }
}

FidotoolJson *
fidotool_survey_read(const char *root)
{
  FidotoolJson *survey = fidotool_json_new_object();
  FidotoolJson *devices, *readers;

  fidotool_json_set(survey, "nodes", read_nodes(root));
  devices = fidotool_json_set(survey, "devices", fidotool_json_new_array());
  readers = fidotool_json_set(survey, "readers", fidotool_json_new_array());
  read_usb(root, devices, readers);
  return survey;
}
