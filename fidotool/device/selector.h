/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selector.h - which of the keys that are there a text means: hid:/dev/hidrawN,
 * pcsc:READER, socket:/PATH, serial:TEXT, usb:PORT, usb:ID_PATH,
 * usb:VID:PID[:SERIAL], aaguid:UUID. Several of them, one a line, mean the keys
 * that all of them fit: so names are written (fidotool/cli/key-names.h).
 */
#pragma once

#include "fidotool/device/discover.h"

/*
 * The keys that a selector means, out of a list: NULL means all of them, save
 * for readers with nothing on them. A path or a reader that is not in the list
 * is nobody's. What a key must be asked for (aaguid:) is not looked at here.
 *
 * ret_warning  NULL, or words about the selector that its user should know
 * returns      an array of FidotoolDiscoverFound that belong to list; not empty
 * errors       FIDOTOOL_ERROR_NO_DEVICE, FIDOTOOL_ERROR_USAGE (no such kind of
 *              selector)
 */
GPtrArray *fidotool_selector_pick(GPtrArray *list, const char *selector,
                                  const char **ret_warning, GError **error);

/* The model that the selector wants, in lower case; NULL where it wants none.
 * Free with g_free(). */
char *fidotool_selector_aaguid(const char *selector);

/* Does it name a key by where it is or what it is called? Else (NULL, or a
 * model alone) a card that is no key does not count. */
bool fidotool_selector_is_place(const char *selector);

/* May it mean a key on a reader? */
bool fidotool_selector_takes_cards(const char *selector);
