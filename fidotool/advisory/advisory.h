/* SPDX-License-Identifier: Apache-2.0 */
/* advisory.h - firmware advisories as data: what they are made of, and how a
 * file of them is read. The format is in docs/advisories.md. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/json.h"

/* Largest file that is read. */
#define FIDOTOOL_ADVISORY_FILE_MAX (1024 * 1024)
/* No version. */
#define FIDOTOOL_ADVISORY_NONE INT64_C(-1)

/* How a maker writes major.minor.patch into a number. */
typedef enum {
  FIDOTOOL_ADVISORY_OPAQUE, /* it is not known: the number says nothing */
  FIDOTOOL_ADVISORY_BYTES,  /* 0x050403 is 5.4.3 */
  FIDOTOOL_ADVISORY_DIGITS, /* 0x0543 is 5.4.3 */
} FidotoolAdvisoryScheme;

/* Models, and which of their versions. */
typedef struct {
  char *models;
  char **aaguids; /* as UUIDs, in lower case */
  GArray *usb;    /* uint32_t: vendor << 16 | product */
  int64_t from;   /* versions as fidotool_advisory_version_read() makes them */
  int64_t below;  /* NONE: no end, or none is known */
  bool certain;   /* false: one that fits may be affected */
} FidotoolAdvisoryRow;

typedef struct {
  char *id;
  bool about_key; /* false: only worth knowing, finds no key */
  FidotoolAdvisoryScheme getinfo;
  FidotoolAdvisoryScheme usb;
  GPtrArray *rows;
  FidotoolJson *json; /* all that the file says */
} FidotoolAdvisory;

typedef struct {
  GPtrArray *all;  /* of FidotoolAdvisory, in the order of the files */
  GPtrArray *from; /* of FidotoolJson {name, updated}, one a file */
} FidotoolAdvisories;

/* The advisories that the program brings along. */
FidotoolAdvisories *fidotool_advisory_new(void);
void fidotool_advisory_free(FidotoolAdvisories *advisories);

/*
 * Adds those of a file. One whose id is there already takes its place.
 * errors  FIDOTOOL_ERROR_INVALID; nothing is added then
 */
bool fidotool_advisory_add(FidotoolAdvisories *advisories, const char *text,
                           size_t len, GError **error);

/* "5.7.2" as a number that can be compared, and back (freed with g_free()). */
bool fidotool_advisory_version_read(const char *text, int64_t *ret_version);
char *fidotool_advisory_version_write(int64_t version);
/* A number of a key's, read by its maker's scheme; NONE where it cannot be. */
int64_t fidotool_advisory_version_decode(FidotoolAdvisoryScheme scheme,
                                         int64_t number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolAdvisories, fidotool_advisory_free)
