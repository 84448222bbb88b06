/* SPDX-License-Identifier: Apache-2.0 */
/* survey.h - everything on this machine that bears on whether a key is seen:
 * nodes, who may open them, who holds them, USB devices that are keys in
 * another state, readers and their drivers. Reads the kernel's and udev's
 * files; opens no key. */
#pragma once

#include <glib.h>

#include "fidotool/json.h"

/*
 * root  "" or, in tests, a folder that holds sys, dev, proc and run
 *
 * returns {
 *   nodes: every hidraw node [{path, vid, pid, name, fido, exists, permitted,
 *     mode (octal digits), token, security_token: udev's marks, usb (port),
 *     held_by?: {pid, name}}],
 *   devices: USB devices that are keys and show none of it [{usb, vid, pid,
 *     product, state: "bootloader"|"fido-off"}],
 *   readers: card readers on USB [{usb, vid, pid, product, driver}]
 * }
 * Texts are valid UTF-8. At most FIDOTOOL_SURVEY_MAX of each.
 */
FidotoolJson *fidotool_survey_read(const char *root);

#define FIDOTOOL_SURVEY_MAX 64
