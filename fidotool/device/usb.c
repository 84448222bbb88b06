/* SPDX-License-Identifier: Apache-2.0 */
/* usb.c - from /sys/class/hidraw/NAME/device up to the USB device. */
#include "fidotool/device/usb.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* hidraw's device is the HID device; above it interface, device, hubs. */
#define LEVELS 4
#define CLASS_CCID "0b"

/* A small number in a file of the folder, -1 where there is none. */
static int
read_number(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *text = NULL;
  guint64 number;

  if (!g_file_get_contents(path, &text, NULL, NULL) ||
      !g_ascii_string_to_unsigned(g_strstrip(text), 10, 0, 255, &number, NULL))
    return -1;
  return (int)number;
}

static bool
has_reader(const char *device)
{
  g_autoptr(GDir) dir = g_dir_open(device, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *path =
        g_build_filename(device, name, "bInterfaceClass", NULL);
    g_autofree char *text = NULL;

    if (strchr(name, ':') && g_file_get_contents(path, &text, NULL, NULL) &&
        strcmp(g_strstrip(text), CLASS_CCID) == 0)
      return true;
  }
  return false;
}

int
fidotool_usb_place(const char *sys, const char *node, bool *ret_ccid)
{
  g_autofree char *name = g_path_get_basename(node);
  g_autofree char *link =
      g_build_filename(sys, "class", "hidraw", name, "device", NULL);
  g_autofree char *folder = realpath(link, NULL);

  *ret_ccid = false;
  for (int i = 0; folder && i < LEVELS; i++) {
    int bus = read_number(folder, "busnum");
    int address = read_number(folder, "devnum");
    char *above;

    if (bus >= 0 && address >= 0) {
      *ret_ccid = has_reader(folder);
      return bus * 256 + address;
    }
    above = g_path_get_dirname(folder);
    g_free(folder);
    folder = above;
  }
  return -1;
}
