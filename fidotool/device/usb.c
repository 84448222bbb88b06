/* SPDX-License-Identifier: Apache-2.0 */
/* usb.c - from /sys/class/hidraw/NAME/device up to the USB device, and on to
 * the controller. */
#include "fidotool/device/usb.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* hidraw's device is the HID device; above it interface, device, hubs. */
#define LEVELS 4
/* From there to the top: hubs are nested 7 deep at most, bridges a little. */
#define LEVELS_ABOVE 32
#define CLASS_CCID "0b"

/* A line of the kernel's; NULL where there is none. */
static char *
read_line(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  char *text = NULL;

  if (!g_file_get_contents(path, &text, NULL, NULL))
    return NULL;
  return g_strstrip(text);
}

/* A small number in a file of the folder, -1 where there is none. */
static int
read_number(const char *folder, const char *name, guint base, guint64 max)
{
  g_autofree char *text = read_line(folder, name);
  guint64 number;

  if (!text || !g_ascii_string_to_unsigned(text, base, 0, max, &number, NULL))
    return -1;
  return (int)number;
}

/* A string of the device's; the kernel ends it with a line break. */
static char *
read_string(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *text = NULL;
  size_t len = 0;

  if (!g_file_get_contents(path, &text, &len, NULL))
    return NULL;
  if (len > 0 && text[len - 1] == '\n')
    len--;
  return g_utf8_make_valid(text, (gssize)len);
}

static bool
has_reader(const char *device)
{
  g_autoptr(GDir) dir = g_dir_open(device, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *folder = g_build_filename(device, name, NULL);
    g_autofree char *class =
        strchr(name, ':') ? read_line(folder, "bInterfaceClass") : NULL;

    if (g_strcmp0(class, CLASS_CCID) == 0)
      return true;
  }
  return false;
}

/* The bus that a device of the kernel's is on: "usb", "pci", ""... */
static char *
read_subsystem(const char *folder)
{
  g_autofree char *link = g_build_filename(folder, "subsystem", NULL);
  g_autofree char *target = g_file_read_link(link, NULL);

  return target ? g_path_get_basename(target) : g_strdup("");
}

/* The path as udev's builtin path_id writes it: each bus by the device that is
 * the nearest to the key, "-" between them, the controller first. */
static char *
find_path(const char *device)
{
  g_autofree char *folder = g_strdup(device);
  g_autofree char *last = g_strdup("usb");
  g_autofree char *port = g_path_get_basename(device);
  const char *ports = strchr(port, '-');
  g_autoptr(GString) path = g_string_new(NULL);

  if (ports)
    g_string_printf(path, "usb-0:%s", ports + 1);
  for (int i = 0; ports && i < LEVELS_ABOVE && strlen(folder) > 1; i++) {
    g_autofree char *subsystem = read_subsystem(folder);
    g_autofree char *name = g_path_get_basename(folder);
    char *above = g_path_get_dirname(folder);

    if (strcmp(subsystem, last) != 0 &&
        (strcmp(subsystem, "pci") == 0 || strcmp(subsystem, "platform") == 0)) {
      g_string_prepend_c(path, '-');
      g_string_prepend(path, name);
      g_string_prepend_c(path, '-');
      g_string_prepend(path, subsystem);
    }
    g_free(last);
    last = g_steal_pointer(&subsystem);
    g_free(folder);
    folder = above;
  }
  return g_utf8_make_valid(path->str, (gssize)path->len);
}

static void
fill(FidotoolUsb *usb, const char *folder)
{
  g_autofree char *name = g_path_get_basename(folder);

  usb->manufacturer = read_string(folder, "manufacturer");
  usb->product = read_string(folder, "product");
  usb->release = read_number(folder, "bcdDevice", 16, 0xffff);
  usb->ccid = has_reader(folder);
  usb->port = g_utf8_make_valid(name, -1);
  usb->path = find_path(folder);
}

bool
fidotool_usb_read(const char *sys, const char *node, FidotoolUsb *ret_usb)
{
  g_autofree char *name = g_path_get_basename(node);
  g_autofree char *link =
      g_build_filename(sys, "class", "hidraw", name, "device", NULL);
  char *real = realpath(link, NULL);
  g_autofree char *folder = g_strdup(real);

  free(real);
  *ret_usb = (FidotoolUsb){.place = -1, .release = -1};
  for (int i = 0; folder && i < LEVELS; i++) {
    int bus = read_number(folder, "busnum", 10, 255);
    int address = read_number(folder, "devnum", 10, 255);
    char *above;

    if (bus >= 0 && address >= 0) {
      ret_usb->place = bus * 256 + address;
      fill(ret_usb, folder);
      return true;
    }
    above = g_path_get_dirname(folder);
    g_free(folder);
    folder = above;
  }
  return false;
}

void
fidotool_usb_clear(FidotoolUsb *usb)
{
  g_clear_pointer(&usb->manufacturer, g_free);
  g_clear_pointer(&usb->product, g_free);
  g_clear_pointer(&usb->port, g_free);
  g_clear_pointer(&usb->path, g_free);
}
