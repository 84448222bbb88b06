/* SPDX-License-Identifier: Apache-2.0 */
/* node.h - what the kernel's files say of a hidraw node. A key may be pulled
 * out between two of them: what is not there any more is no key. */
#pragma once

#include <stdbool.h>

#include "fidotool/device/usb.h"

typedef struct {
  int vid, pid;
  char *manufacturer, *product, *serial; /* valid UTF-8, "" where unknown */
  FidotoolUsb usb;
} FidotoolNode;

/*
 * Reads a node whose report descriptor has the usage page of FIDO.
 *
 * sys      the folder /sys, or another one in tests
 * name     "hidraw0"
 * returns  false where it is none, or not there; ret_node is to be cleared
 *          either way
 */
bool fidotool_node_read(const char *sys, const char *name,
                        FidotoolNode *ret_node);
void fidotool_node_clear(FidotoolNode *node);

/* The usage page alone. device: /sys/class/hidraw/NAME/device. */
bool fidotool_node_is_fido(const char *device);
/* The value of a line NAME=VALUE of a uevent, made valid UTF-8; NULL: none.
 * uevent may be NULL. */
char *fidotool_node_value(const char *uevent, const char *name);
