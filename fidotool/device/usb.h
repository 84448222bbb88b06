/* SPDX-License-Identifier: Apache-2.0 */
/* usb.h - where a hidraw node is plugged in, by the kernel's files. */
#pragma once

#include <stdbool.h>

/*
 * The USB device behind a hidraw node.
 *
 * sys       the folder /sys, or another one in tests
 * ret_ccid  true when one of its interfaces is a card reader (class 0b)
 * returns   bus * 256 + address, or -1 where it is no USB device
 */
int fidotool_usb_place(const char *sys, const char *node, bool *ret_ccid);
