/* SPDX-License-Identifier: Apache-2.0 */
/* nfc-vpcd.h - the key on a virtual card reader: the card's side of vpcd's
 * protocol over TCP. Connected is lying on the reader. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "tests/softkey/nfc-applet.h"

typedef struct SoftkeyNfcVpcd SoftkeyNfcVpcd;

/* core stays the caller's. port is the reader's, on this machine. */
SoftkeyNfcVpcd *softkey_nfc_vpcd_new(SoftkeyCore *core, int port);
void softkey_nfc_vpcd_free(SoftkeyNfcVpcd *vpcd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyNfcVpcd, softkey_nfc_vpcd_free)

/* Puts it on the reader. errors  SOFTKEY_ERROR_FILE */
bool softkey_nfc_vpcd_put(SoftkeyNfcVpcd *vpcd, GError **error);
void softkey_nfc_vpcd_lift(SoftkeyNfcVpcd *vpcd);
/* So, in place of the answer to the n-th APDU from now. */
void softkey_nfc_vpcd_lift_at(SoftkeyNfcVpcd *vpcd, unsigned n);

/* To be polled for reading; -1 when it lies on no reader. */
int softkey_nfc_vpcd_fd(const SoftkeyNfcVpcd *vpcd);
/* Reads what is there, and answers. */
void softkey_nfc_vpcd_read(SoftkeyNfcVpcd *vpcd);

SoftkeyNfcApplet *softkey_nfc_vpcd_applet(SoftkeyNfcVpcd *vpcd);
/* APDUs that were answered. */
unsigned softkey_nfc_vpcd_apdus(const SoftkeyNfcVpcd *vpcd);
