/* SPDX-License-Identifier: Apache-2.0 */
/* discover.h - which keys are there, and which of them a selector means. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/report.h"

typedef enum {
  FIDOTOOL_DISCOVER_HID,
  FIDOTOOL_DISCOVER_SOCKET,
} FidotoolDiscoverTransport;

/* A key that is there; none of it was said by CTAP. */
typedef struct {
  FidotoolDiscoverTransport transport;
  char *selector; /* "hid:/dev/hidraw3", "socket:/run/keys/ada" */
  char *path;
  int vid; /* -1 where there is none */
  int pid;
  char *manufacturer; /* these three: valid UTF-8, or "" */
  char *product;
  char *serial;
  bool permitted; /* this process may open it */
} FidotoolDiscoverFound;

/* Where to look. */
typedef struct {
  const char *keys; /* folder of software keys' sockets, or NULL */
  bool station;     /* udev's token mark is wanted as well */
} FidotoolDiscoverPlaces;

/* Loads what enumeration needs later, before a sandbox is entered. */
void fidotool_discover_prepare(void);

/*
 * Every key, USB first, each kind in the order of its path: nodes with usage
 * page 0xF1D0, and sockets in places->keys that belong to our own user.
 * returns  an array of FidotoolDiscoverFound, empty where there is none
 */
GPtrArray *fidotool_discover_list(const FidotoolDiscoverPlaces *places);
void fidotool_discover_found_free(FidotoolDiscoverFound *found);

/*
 * The keys that a selector means, out of a list: NULL means all of them. A
 * path that is not in the list is nobody's.
 * returns  an array of FidotoolDiscoverFound that belong to list; not empty
 * errors   FIDOTOOL_ERROR_NO_DEVICE, FIDOTOOL_ERROR_USAGE (no such kind of
 *          selector)
 */
GPtrArray *fidotool_discover_select(GPtrArray *list, const char *selector,
                                    GError **error);

/* Opens it; errors as in report.h. */
FidotoolReport *fidotool_discover_open(const FidotoolDiscoverFound *found,
                                       GError **error);

/*
 * A descriptor that becomes readable when something may have come or gone, and
 * the reading that makes it quiet again. -1 and error where it cannot be had.
 * errors  FIDOTOOL_ERROR_FAILED
 */
int fidotool_discover_watch(const FidotoolDiscoverPlaces *places,
                            GError **error);
void fidotool_discover_quiet(int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolDiscoverFound,
                              fidotool_discover_found_free)
