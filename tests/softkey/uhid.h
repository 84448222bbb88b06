/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uhid.h - a software key as a HID device of the kernel, by /dev/uhid: then it
 * is a hidraw node like any other. For virtual machines.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/ctaphid.h"

typedef enum {
  SOFTKEY_UHID_NOTHING, /* an event that is none of ours, or none at all */
  SOFTKEY_UHID_REPORT,  /* somebody wrote to the node */
  SOFTKEY_UHID_GONE,    /* the kernel took the device away */
} SoftkeyUhidEvent;

/*
 * Opens /dev/uhid and plugs a FIDO key in. Closing the descriptor pulls it
 * out.
 *
 * returns   the descriptor, non-blocking; -1 and error set
 * errors    SOFTKEY_ERROR_FILE
 */
int softkey_uhid_open(GError **error);

/* Plugs the key in on a descriptor that speaks as /dev/uhid does. */
bool softkey_uhid_create(int fd, GError **error);

/* A report of the key for whoever reads the node; false when it is lost. */
bool softkey_uhid_send(int fd, const uint8_t report[SOFTKEY_CTAPHID_REPORT]);

/* Takes one event of the kernel, and answers it where it asks for an answer:
 * a FIDO key has no feature reports. */
SoftkeyUhidEvent
softkey_uhid_receive(int fd, uint8_t ret_report[SOFTKEY_CTAPHID_REPORT]);
