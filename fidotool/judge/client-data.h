/* SPDX-License-Identifier: Apache-2.0 */
/* client-data.h - reads a clientDataJSON. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/json.h"

/* Largest clientDataJSON that is read, in bytes. */
#define FIDOTOOL_CLIENT_DATA_MAX 16384

typedef struct {
  FidotoolJson *json; /* the texts below belong to it */
  const char *type;
  const char *challenge; /* base64url, as received */
  const char *origin;
  const char *top_origin; /* NULL where there is none */
  bool cross_origin;
} FidotoolClientData;

/*
 * Reads the bytes; one leading byte order mark is left out (UTF-8 decode).
 *
 * returns   the client data, freed with fidotool_client_data_free(); NULL and
 *           error set
 * errors    FIDOTOOL_ERROR_INVALID: too large, no UTF-8, no JSON object, a
 *           member twice, missing or of another type
 * standard  WebAuthn Level 3, 5.8.1 and 7.1
 */
FidotoolClientData *fidotool_client_data_parse(GBytes *bytes, GError **error);
void fidotool_client_data_free(FidotoolClientData *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolClientData, fidotool_client_data_free)
