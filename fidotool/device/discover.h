/* SPDX-License-Identifier: Apache-2.0 */
/* discover.h - which keys are there. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "fidotool/device/card.h"
#include "fidotool/device/reader.h"
#include "fidotool/device/transport.h"
#include "fidotool/device/usb.h"

typedef enum {
  FIDOTOOL_DISCOVER_HID,
  FIDOTOOL_DISCOVER_SOCKET,
  FIDOTOOL_DISCOVER_CARD,
} FidotoolDiscoverTransport;

/* A key that is there, or a reader for one; none of it was said by CTAP. */
typedef struct {
  FidotoolDiscoverTransport transport;
  char *selector; /* "hid:/dev/hidraw3", "socket:/run/keys/ada",
                     "pcsc:READER" */
  char *path;     /* or the reader's name */
  int vid;        /* -1 where there is none */
  int pid;
  char *manufacturer; /* these three: valid UTF-8, or "" */
  char *product;
  char *serial;
  bool permitted; /* this process may open it */
  FidotoolUsb usb;
  char *reader; /* HID: the reader that is part of the same device, or NULL */
  bool reader_sure; /* by bus and address; else by its name alone */
  bool present;     /* false: a reader with nothing on it */
  unsigned count;   /* of a reader, as in reader.h */
} FidotoolDiscoverFound;

/* Where to look. */
typedef struct {
  const char *keys;         /* folder of software keys' sockets, or NULL */
  bool station;             /* udev's token mark is wanted as well */
  FidotoolReaders *readers; /* or NULL: no cards */
} FidotoolDiscoverPlaces;

/* Loads what enumeration needs later, before a sandbox is entered. */
void fidotool_discover_prepare(void);

/*
 * Every key, USB first, each kind in the order of its path: nodes with usage
 * page 0xF1D0, sockets in places->keys that belong to our own user, and every
 * reader, whatever lies on it: no card is asked. A reader that is part of a
 * USB key in the list is left out: that key is there already.
 * returns  an array of FidotoolDiscoverFound, empty where there is none
 */
GPtrArray *fidotool_discover_list(const FidotoolDiscoverPlaces *places);

/* The reader is part of the USB key, so far as can be known: by bus and
 * address; where the reader does not tell those, by its name, which begins
 * with those of a key that is also a reader. */
bool fidotool_discover_is_same(const FidotoolDiscoverFound *reader,
                               const FidotoolDiscoverFound *hid);
/* A key on a reader, as such a list would have it. */
FidotoolDiscoverFound *fidotool_discover_new_card(const char *reader, int usb);
void fidotool_discover_found_free(FidotoolDiscoverFound *found);

/*
 * Opens it; a card is only made ready, and waited for wait_ms when it is asked
 * for a channel. hooks' data must outlive it.
 * errors  as in report.h
 */
FidotoolTransport *fidotool_discover_open(const FidotoolDiscoverPlaces *places,
                                          const FidotoolDiscoverFound *found,
                                          int wait_ms,
                                          const FidotoolTransportHooks *hooks,
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
