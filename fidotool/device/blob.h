/* SPDX-License-Identifier: Apache-2.0 */
/* blob.h - the large-blob array of a key (CTAP 2.1, section 6.10): one array
 * for all, each element sealed for the credential it belongs to. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/key.h"
#include "fidotool/device/token.h"

/* Most bytes of an array, and of one blob when it is opened. */
#define FIDOTOOL_BLOB_ARRAY_MAX 65536
#define FIDOTOOL_BLOB_MAX (1024 * 1024)
#define FIDOTOOL_BLOB_KEY 32

/* One element, as it lies there. */
typedef struct {
  GBytes *raw;    /* the element's CBOR */
  GBytes *sealed; /* NULL for an element that is not of the standard's form */
  uint8_t nonce[12];
  uint64_t size; /* of what is sealed, when it is opened and unpacked */
} FidotoolBlob;

typedef struct {
  GPtrArray *blobs; /* of FidotoolBlob */
  bool damaged;     /* its hash is wrong: it counts as empty */
  size_t used;      /* bytes on the key, hash and all */
} FidotoolBlobArray;

bool fidotool_blob_is_supported(const FidotoolInfo *info);
/* Bytes that the key has room for. */
int fidotool_blob_capacity(const FidotoolInfo *info);

/* Reads the array; needs no token.
 * errors  those of fidotool_ctap_send(), FIDOTOOL_ERROR_INVALID */
FidotoolBlobArray *fidotool_blob_read(FidotoolKey *key, GError **error);
void fidotool_blob_array_free(FidotoolBlobArray *array);

/*
 * Opens an element with a credential's largeBlobKey.
 * returns  what is in it; NULL without error where it belongs to another
 *          credential; NULL and error where it is this one's, and damaged
 * errors   FIDOTOOL_ERROR_INVALID
 */
GBytes *fidotool_blob_open(const FidotoolBlob *blob,
                           const uint8_t key[FIDOTOOL_BLOB_KEY],
                           GError **error);

/* The element that a credential's largeBlobKey opens again, packed and sealed.
 * errors  FIDOTOOL_ERROR_USAGE (more than FIDOTOOL_BLOB_MAX),
 *         FIDOTOOL_ERROR_FAILED */
FidotoolBlob *fidotool_blob_seal(GBytes *data,
                                 const uint8_t key[FIDOTOOL_BLOB_KEY],
                                 GError **error);
void fidotool_blob_free(FidotoolBlob *blob);

/* Bytes that an array of these elements takes on the key. */
size_t fidotool_blob_size(const GPtrArray *blobs);

/*
 * Writes an array of the elements of blobs (FidotoolBlob) in place of the one
 * that is there. All of it counts, or nothing: the key takes it at the last
 * fragment.
 *
 * token   with FIDOTOOL_TOKEN_BLOB_WRITE; NULL for a key without PIN
 * errors  those of fidotool_ctap_run()
 */
bool fidotool_blob_write(FidotoolKey *key, const FidotoolToken *token,
                         const GPtrArray *blobs, GError **error);

/* For the fuzzer too: the array in the bytes that a key keeps. Never NULL. */
FidotoolBlobArray *fidotool_blob_parse(GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolBlob, fidotool_blob_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolBlobArray, fidotool_blob_array_free)
