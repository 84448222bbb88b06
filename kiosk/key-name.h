/* SPDX-License-Identifier: Apache-2.0 */
/* key-name.h - what people call a key, as far as it says so itself. No GTK. */
#pragma once

#include "fidotool/json.h"

/* device as keyhelper describes a key: model, and the end of its serial number
 * where it has one. Never empty. Free with g_free(). */
char *kiosk_key_name(const FidotoolJson *device);
/* The model that has this AAGUID, in words where it is known. Free with
 * g_free(). */
char *kiosk_key_model(const char *aaguid);
