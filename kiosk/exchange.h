/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.h - the folder through which statements are carried to another
 * machine, and come back signed. What is read there is material to be checked
 * by recoveryd, from anybody. */
#pragma once

#include <glib-object.h>
#include <stdbool.h>

#include "fidotool/json.h"

#define KIOSK_TYPE_EXCHANGE (kiosk_exchange_get_type())
G_DECLARE_FINAL_TYPE(KioskExchange, kiosk_exchange, KIOSK, EXCHANGE, GObject)

/* Files longer than this are not looked at. */
#define KIOSK_EXCHANGE_MAX (512 * 1024)

/*
 * Signal: "arrived" (text): a file holds a signed statement: its JSON. Only
 * files *.json that are files, no links. The same may come several times.
 */
KioskExchange *kiosk_exchange_new(const char *folder);
/* While it watches, what lies there already is looked at too, where it is not
 * older than a statement lives. */
void kiosk_exchange_watch(KioskExchange *self, bool watch);
/* text was dealt with: it does not arrive again. */
void kiosk_exchange_mark(KioskExchange *self, const char *text);
/* Writes a proposal as statement-<short_code>.json, or with a number where that
 * is there. Returns the name; free with g_free(). */
char *kiosk_exchange_write(KioskExchange *self, const FidotoolJson *proposal,
                           const char *short_code, GError **error);
const char *kiosk_exchange_folder(KioskExchange *self);
