/* SPDX-License-Identifier: Apache-2.0 */
/* node.c - a hidraw node by the kernel's files. hidapi's own enumeration ends
 * the process where a key is pulled out while it looks (0.13.1: the uevent that
 * is gone is copied as a text). */
#include "fidotool/device/node.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "fidotool/device/report.h"

/* The buses that a key can be on (linux/input.h). */
#define BUS_USB 0x03
#define BUS_BLUETOOTH 0x05
#define BUS_I2C 0x18

char *
fidotool_node_value(const char *uevent, const char *name)
{
  g_auto(GStrv) lines = g_strsplit(uevent ? uevent : "", "\n", -1);
  const size_t len = strlen(name);

  for (char **line = lines; *line; line++)
    if (strncmp(*line, name, len) == 0 && (*line)[len] == '=')
      return g_utf8_make_valid(*line + len + 1, -1);
  return NULL;
}

bool
fidotool_node_is_fido(const char *device)
{
  g_autofree char *path = g_build_filename(device, "report_descriptor", NULL);
  g_autofree char *data = NULL;
  size_t len = 0;

  return g_file_get_contents(path, &data, &len, NULL) &&
         fidotool_report_hid_is_fido((const uint8_t *)data, len);
}

static char *
or_nothing(char *text)
{
  return text ? text : g_strdup("");
}

/* Without a USB device, as over uhid, the HID device's name is all there is. */
static bool
read_uevent(const char *uevent, FidotoolNode *node)
{
  g_autofree char *id = fidotool_node_value(uevent, "HID_ID");
  unsigned bus = 0, vid = 0, pid = 0;

  if (!id || sscanf(id, "%x:%x:%x", &bus, &vid, &pid) != 3 ||
      (bus != BUS_USB && bus != BUS_BLUETOOTH && bus != BUS_I2C))
    return false;
  node->vid = (int)(vid & 0xffff);
  node->pid = (int)(pid & 0xffff);
  node->serial = or_nothing(fidotool_node_value(uevent, "HID_UNIQ"));
  if (node->usb.place < 0) {
    node->manufacturer = g_strdup("");
    node->product = or_nothing(fidotool_node_value(uevent, "HID_NAME"));
  } else {
    node->manufacturer = or_nothing(g_strdup(node->usb.manufacturer));
    node->product = or_nothing(g_strdup(node->usb.product));
  }
  return true;
}

bool
fidotool_node_read(const char *sys, const char *name, FidotoolNode *ret_node)
{
  g_autofree char *device =
      g_build_filename(sys, "class", "hidraw", name, "device", NULL);
  g_autofree char *path = g_build_filename(device, "uevent", NULL);
  g_autofree char *uevent = NULL;

  *ret_node = (FidotoolNode){.usb = {.place = -1, .release = -1}};
  if (!fidotool_node_is_fido(device) ||
      !g_file_get_contents(path, &uevent, NULL, NULL))
    return false;
  (void)fidotool_usb_read(sys, name, &ret_node->usb); /* or another bus */
  return read_uevent(uevent, ret_node);
}

void
fidotool_node_clear(FidotoolNode *node)
{
  g_clear_pointer(&node->manufacturer, g_free);
  g_clear_pointer(&node->product, g_free);
  g_clear_pointer(&node->serial, g_free);
  fidotool_usb_clear(&node->usb);
}
