/* SPDX-License-Identifier: Apache-2.0 */
/* usb.h - where a hidraw node is plugged in, by the kernel's files. */
#pragma once

#include <stdbool.h>

/* The USB device behind a hidraw node; what is not known is -1 or NULL. */
typedef struct {
  int place;   /* bus * 256 + address: until it is pulled out */
  int release; /* bcdDevice: 0x0543 stands for 5.43 */
  bool ccid;   /* one of its interfaces is a card reader (class 0b) */
  char *manufacturer, *product; /* its strings, made valid UTF-8 */
  char *port; /* as the kernel calls it, "1-2.3"; buses may be counted in
                 another order after the next start */
  char *path; /* udev's ID_PATH without the interface, by controller and
                 ports: "pci-0000:00:14.0-usb-0:2.3" */
} FidotoolUsb;

/*
 * sys      the folder /sys, or another one in tests
 * returns  false where it is no USB device; ret_usb is to be cleared either way
 */
bool fidotool_usb_read(const char *sys, const char *node, FidotoolUsb *ret_usb);
void fidotool_usb_clear(FidotoolUsb *usb);
