/* SPDX-License-Identifier: Apache-2.0 */
/* discover.c - the kernel's hidraw nodes, sockets of software keys, readers. */
#include "fidotool/device/discover.h"

#include <errno.h>
#include <hidapi/hidapi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "fidotool/device/ctaphid.h"
#include "fidotool/device/node.h"
#include "fidotool/device/report.h"
#include "fidotool/error.h"

/* Most keys that are listed; a folder or a bus may hold anything. */
#define KEYS_MAX 64

/* What a selector of each kind begins with. */
static const char *const prefixes[] = {
    [FIDOTOOL_DISCOVER_HID] = "hid:",
    [FIDOTOOL_DISCOVER_SOCKET] = "socket:",
    [FIDOTOOL_DISCOVER_CARD] = "pcsc:",
};

void
fidotool_discover_found_free(FidotoolDiscoverFound *found)
{
  if (!found)
    return;
  g_free(found->selector);
  g_free(found->path);
  g_free(found->manufacturer);
  g_free(found->product);
  g_free(found->serial);
  fidotool_usb_clear(&found->usb);
  g_free(found->reader);
  g_free(found);
}

void
fidotool_discover_prepare(void)
{
  /* Without it the first key that is opened loads locales. Nothing can be done
   * where it fails: then no USB key opens. */
  (void)hid_init();
}

static FidotoolDiscoverFound *
new_found(FidotoolDiscoverTransport transport, const char *path)
{
  FidotoolDiscoverFound *found = g_new0(FidotoolDiscoverFound, 1);

  found->transport = transport;
  found->path = g_strdup(path);
  found->selector = g_strconcat(prefixes[transport], path, NULL);
  found->vid = -1;
  found->pid = -1;
  found->usb = (FidotoolUsb){.place = -1, .release = -1};
  found->present = true;
  return found;
}

/* udev's mark on the node, as a station demands it besides the usage page. */
static bool
has_token_mark(const char *path)
{
  g_autofree char *record = NULL;
  g_autofree char *text = NULL;
  struct stat st;

  if (stat(path, &st) != 0)
    return false;
  record = g_strdup_printf("/run/udev/data/c%u:%u", major(st.st_rdev),
                           minor(st.st_rdev));
  return g_file_get_contents(record, &text, NULL, NULL) &&
         strstr(text, "E:ID_FIDO_TOKEN=1\n") != NULL;
}

static int
compare_found(gconstpointer a, gconstpointer b)
{
  const FidotoolDiscoverFound *const *left = a;
  const FidotoolDiscoverFound *const *right = b;

  return strcmp((*left)->path, (*right)->path);
}

/* Takes what was read of the node. */
static FidotoolDiscoverFound *
new_hid(const char *path, FidotoolNode *node)
{
  FidotoolDiscoverFound *found = new_found(FIDOTOOL_DISCOVER_HID, path);

  found->vid = node->vid;
  found->pid = node->pid;
  found->manufacturer = g_steal_pointer(&node->manufacturer);
  found->product = g_steal_pointer(&node->product);
  found->serial = g_steal_pointer(&node->serial);
  found->usb = node->usb;
  node->usb = (FidotoolUsb){.place = -1, .release = -1};
  found->permitted = access(path, R_OK | W_OK) == 0;
  return found;
}

static GPtrArray *
list_hid(bool station)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_discover_found_free);
  g_autoptr(GDir) dir = g_dir_open("/sys/class/hidraw", 0, NULL);
  const char *name;

  while (dir && list->len < KEYS_MAX && (name = g_dir_read_name(dir))) {
    g_autofree char *path = g_strconcat("/dev/", name, NULL);
    FidotoolNode node;

    if (g_utf8_validate(name, -1, NULL) &&
        fidotool_node_read("/sys", name, &node)) {
      if (!station || has_token_mark(path))
        g_ptr_array_add(list, new_hid(path, &node));
      fidotool_node_clear(&node);
    }
  }
  g_ptr_array_sort(list, compare_found);
  return list;
}

/* A socket of our own user, no link to one, with a path that can be used. */
static bool
is_key_socket(const char *path)
{
  struct stat st;

  return strlen(path) < sizeof(((struct sockaddr_un *)0)->sun_path) &&
         lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
         st.st_uid == geteuid();
}

static GPtrArray *
list_sockets(const char *keys)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_discover_found_free);
  g_autoptr(GDir) dir = g_dir_open(keys, 0, NULL);
  const char *name;

  while (dir && list->len < KEYS_MAX && (name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(keys, name, NULL);
    FidotoolDiscoverFound *found;

    if (name[0] == '.' || !g_utf8_validate(path, -1, NULL) ||
        !is_key_socket(path))
      continue;
    found = new_found(FIDOTOOL_DISCOVER_SOCKET, path);
    found->manufacturer = g_strdup("");
    found->product = g_strdup("software key");
    found->serial = g_strdup("");
    found->permitted = true;
    g_ptr_array_add(list, found);
  }
  g_ptr_array_sort(list, compare_found);
  return list;
}

bool
fidotool_discover_is_same(const FidotoolDiscoverFound *reader,
                          const FidotoolDiscoverFound *hid)
{
  g_autofree char *name =
      g_strdup_printf("%s %s", hid->manufacturer, hid->product);

  if (hid->transport != FIDOTOOL_DISCOVER_HID)
    return false;
  if (reader->usb.place >= 0 && hid->usb.place >= 0)
    return reader->usb.place == hid->usb.place;
  return hid->usb.ccid && *hid->product && g_str_has_prefix(reader->path, name);
}

/* Notes the reader with the USB key that it is part of; false where there is
 * none. */
static bool
note_reader(const FidotoolDiscoverFound *reader, GPtrArray *hids)
{
  for (guint i = 0; i < hids->len; i++) {
    FidotoolDiscoverFound *hid = hids->pdata[i];

    if (!fidotool_discover_is_same(reader, hid))
      continue;
    g_free(hid->reader);
    hid->reader = g_strdup(reader->path);
    hid->reader_sure = reader->usb.place >= 0 && hid->usb.place >= 0;
    return true;
  }
  return false;
}

FidotoolDiscoverFound *
fidotool_discover_new_card(const char *reader, int usb)
{
  FidotoolDiscoverFound *found = new_found(FIDOTOOL_DISCOVER_CARD, reader);

  found->manufacturer = g_strdup("");
  found->product = g_strdup("key on a reader");
  found->serial = g_strdup("");
  found->permitted = true;
  found->usb.place = usb;
  return found;
}

/* The readers, less those that belong to one of hids. */
static GPtrArray *
list_cards(FidotoolReaders *readers, GPtrArray *hids)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_discover_found_free);
  g_autoptr(GPtrArray) states = fidotool_reader_list(readers);

  for (guint i = 0; i < states->len; i++) {
    const FidotoolReaderState *state = states->pdata[i];
    /* Only a reader that may belong to a USB key is asked where it is. */
    g_autoptr(FidotoolDiscoverFound) found = fidotool_discover_new_card(
        state->name,
        hids->len > 0 ? fidotool_reader_usb(readers, state->name) : -1);

    found->present = state->present;
    found->count = state->count;
    if (!note_reader(found, hids))
      g_ptr_array_add(list, g_steal_pointer(&found));
  }
  return list;
}

GPtrArray *
fidotool_discover_list(const FidotoolDiscoverPlaces *places)
{
  GPtrArray *list = list_hid(places->station);
  GPtrArray *cards = places->readers ? list_cards(places->readers, list) : NULL;

  if (places->keys)
    g_ptr_array_extend_and_steal(list, list_sockets(places->keys));
  if (cards)
    g_ptr_array_extend_and_steal(list, cards);
  return list;
}

FidotoolTransport *
fidotool_discover_open(const FidotoolDiscoverPlaces *places,
                       const FidotoolDiscoverFound *found, int wait_ms,
                       const FidotoolTransportHooks *hooks, GError **error)
{
  FidotoolReport *pipe = NULL;

  switch (found->transport) {
  case FIDOTOOL_DISCOVER_HID:
    pipe = fidotool_report_hid_open(found->path, error);
    break;
  case FIDOTOOL_DISCOVER_SOCKET:
    pipe = fidotool_report_socket_open(found->path, error);
    break;
  case FIDOTOOL_DISCOVER_CARD:
    return fidotool_card_new(places->readers, found->path, wait_ms, hooks);
  }
  return pipe ? fidotool_ctaphid_transport(fidotool_ctaphid_new(pipe, hooks))
              : NULL;
}

int
fidotool_discover_watch(const FidotoolDiscoverPlaces *places, GError **error)
{
  const uint32_t events = IN_CREATE | IN_DELETE | IN_ATTRIB | IN_MOVED_FROM |
                          IN_MOVED_TO | IN_ONLYDIR;
  int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

  /* udev sets the node's mode first and writes its mark after it. Where it
   * keeps no records there is no mark, and no key, either. */
  if (fd >= 0 && places->station)
    (void)inotify_add_watch(fd, "/run/udev/data", events);
  if (fd >= 0 && inotify_add_watch(fd, "/dev", events) >= 0 &&
      (!places->keys || inotify_add_watch(fd, places->keys, events) >= 0))
    return fd;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED,
              "watching for keys: %s", g_strerror(errno));
  if (fd >= 0)
    (void)close(fd); /* nothing was written to it */
  return -1;
}

void
fidotool_discover_quiet(int fd)
{
  char events[4096];

  while (read(fd, events, sizeof(events)) > 0)
    ;
}
