/* SPDX-License-Identifier: Apache-2.0 */
/* check-node.c - the nodes and sockets that are there now. */
#include <string.h>

#include "fidotool/station/check-part.h"

#define AGAIN "systemctl restart systemd-udevd, then plug the key in again"

/* One node that does not hold; what is wrong with it. */
static void
blame(GPtrArray *faults, const char *node, const char *what)
{
  g_ptr_array_add(faults, g_strdup_printf("%s: %s", node, what));
}

/* udev's record of a device; NULL where it has none. */
static char *
read_record(const FidotoolPlace *place, const char *sys)
{
  g_autofree char *path = g_strconcat(sys, "/dev", NULL);
  g_autofree char *number = fidotool_place_read(place, path);
  g_autofree char *record = NULL;

  if (!number)
    return NULL;
  record = g_strdup_printf("/run/udev/data/c%s", g_strstrip(number));
  return fidotool_place_read(place, record);
}

static bool
has_line(const char *record, const char *line)
{
  g_auto(GStrv) lines = g_strsplit(record, "\n", -1);

  return g_strv_contains((const char *const *)lines, line);
}

/* Q: is a tag in force; G: one that was ever set. */
static void
check_seat(const FidotoolPlace *place, const char *node, const char *record,
           GPtrArray *faults)
{
  if (has_line(record, "Q:uaccess"))
    blame(faults, node, "goes to whoever sits at the screen");
  if (fidotool_place_has_acl(place, node))
    blame(faults, node, "has an access list");
}

static char *
look_at_keys(const FidotoolPlace *place, bool *ret_holds)
{
  g_autoptr(GPtrArray) names = fidotool_place_list(place, "/sys/class/hidraw");
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
  guint n = 0;

  for (guint i = 0; i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *sys = g_strconcat("/sys/class/hidraw/", name, NULL);
    g_autofree char *node = g_strconcat("/dev/", name, NULL);
    g_autofree char *record = read_record(place, sys);
    g_autofree char *found = NULL;
    struct stat st;

    if (!record || !has_line(record, "E:ID_FIDO_TOKEN=1"))
      continue;
    n++;
    if (!fidotool_place_stat(place, node, &st)) {
      blame(faults, node, "cannot be seen");
      continue;
    }
    if (!fidotool_check_is_owned(place, &st, KEYS_GROUP, 0660)) {
      found = fidotool_check_describe(place, &st);
      blame(faults, node, found);
    }
    check_seat(place, node, record, faults);
  }
  *ret_holds = faults->len == 0;
  if (faults->len > 0)
    return fidotool_check_join(faults, "");
  return n == 0 ? g_strdup("no key is plugged in")
                : g_strdup_printf("so it is, for %u", n);
}

/* Calls for each USB device that has an interface of a smart card reader. */
typedef void TakeReader(const FidotoolPlace *place, const char *sys,
                        GPtrArray *faults);

static guint
each_reader(const FidotoolPlace *place, TakeReader *take, GPtrArray *faults)
{
  const char *top = "/sys/bus/usb/devices";
  g_autoptr(GPtrArray) names = fidotool_place_list(place, top);
  g_autofree char *last = NULL;
  guint n = 0;

  for (guint i = 0; i < names->len; i++) {
    const char *name = names->pdata[i];
    const char *colon = strchr(name, ':');
    g_autofree char *path = g_strdup_printf("%s/%s/bInterfaceClass", top, name);
    g_autofree char *class = fidotool_place_read(place, path);
    g_autofree char *sys = NULL;

    if (!colon || !class || strcmp(g_strstrip(class), "0b") != 0)
      continue;
    sys = g_strdup_printf("%s/%.*s", top, (int)(colon - name), name);
    if (g_strcmp0(sys, last) == 0)
      continue; /* a second interface of the same */
    take(place, sys, faults);
    n++;
    g_free(last);
    last = g_steal_pointer(&sys);
  }
  return n;
}

static char *
tell_readers(guint n, const GPtrArray *faults, bool *ret_holds)
{
  *ret_holds = faults->len == 0;
  if (faults->len > 0)
    return fidotool_check_join(faults, "");
  return n == 0 ? g_strdup("no reader is plugged in")
                : g_strdup_printf("so it is, for %u", n);
}

static void
check_reader_node(const FidotoolPlace *place, const char *sys,
                  GPtrArray *faults)
{
  g_autofree char *record = read_record(place, sys);
  g_autofree char *path = g_strconcat(sys, "/uevent", NULL);
  g_autofree char *text = fidotool_place_read(place, path);
  const char *name = text ? strstr(text, "DEVNAME=") : NULL;
  g_autofree char *node = NULL;
  struct stat st;

  if (!record || !name) {
    blame(faults, sys, "udev does not know it");
    return;
  }
  node = g_strdup_printf("/dev/%.*s", (int)strcspn(name + 8, "\n"), name + 8);
  check_seat(place, node, record, faults);
  if (!fidotool_place_stat(place, node, &st) || (st.st_mode & S_IWOTH) != 0)
    blame(faults, node, "may be written by everybody");
}

static char *
look_at_readers(const FidotoolPlace *place, bool *ret_holds)
{
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
  guint n = each_reader(place, check_reader_node, faults);

  return tell_readers(n, faults, ret_holds);
}

static void
check_reader_power(const FidotoolPlace *place, const char *sys,
                   GPtrArray *faults)
{
  g_autofree char *path = g_strconcat(sys, "/power/control", NULL);
  g_autofree char *text = fidotool_place_read(place, path);

  if (!text || strcmp(g_strstrip(text), "on") != 0)
    blame(faults, sys, text ? text : "cannot be seen");
}

static char *
look_at_power(const FidotoolPlace *place, bool *ret_holds)
{
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
  guint n = each_reader(place, check_reader_power, faults);

  return tell_readers(n, faults, ret_holds);
}

static char *
look_at_socket(const FidotoolPlace *place, const char *path, const char *group,
               bool *ret_holds)
{
  struct stat st;

  if (!fidotool_place_stat(place, path, &st)) {
    *ret_holds = true;
    return g_strdup("nobody listens");
  }
  *ret_holds = fidotool_check_is_owned(place, &st, group, 0660) &&
               !fidotool_place_has_acl(place, path);
  return fidotool_check_describe(place, &st);
}

static char *
look_at_pcscd(const FidotoolPlace *place, bool *ret_holds)
{
  return look_at_socket(place, "/run/pcscd/pcscd.comm", KEYS_GROUP, ret_holds);
}

static char *
look_at_keyhelper(const FidotoolPlace *place, bool *ret_holds)
{
  return look_at_socket(place, "/run/keyturn/keyhelper", STATION_GROUP,
                        ret_holds);
}

static const FidotoolCheckPromise promises[] = {
    {"keys-nodes", "each key plugged in: root:" KEYS_GROUP " 0660, nobody else",
     AGAIN, look_at_keys},
    {"readers-nodes",
     "each reader plugged in: not for whoever sits at the screen", AGAIN,
     look_at_readers},
    {"readers-awake", "each reader plugged in: power/control is on",
     "install Keyturn with -Dstation=true, or copy its example "
     "93-keyturn-readers.rules to /etc/udev/rules.d",
     look_at_power},
    {"pcscd-node", "pcscd's socket: root:" KEYS_GROUP " 0660",
     "systemctl daemon-reload, then systemctl restart pcscd.socket",
     look_at_pcscd},
    {"helper-node", "keyhelper's socket: root:" STATION_GROUP " 0660",
     "systemctl daemon-reload, then systemctl restart keyhelper.socket",
     look_at_keyhelper},
};

void
fidotool_check_nodes(GPtrArray *rows, const FidotoolPlace *place)
{
  fidotool_check_promises(rows, place, promises, G_N_ELEMENTS(promises));
}
