/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctaphid.h - the device's side of CTAPHID: 64-byte reports in and out,
 * channels, one transaction at a time (CTAP 2.1, section 11.2).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/core.h"

#define SOFTKEY_CTAPHID_REPORT 64
#define SOFTKEY_CTAPHID_MAX_MESSAGE 7609 /* 64 - 7 + 128 * (64 - 5) */

typedef struct SoftkeyCtaphid SoftkeyCtaphid;

/* Takes a report away; port is whoever has the channel. */
typedef void SoftkeyCtaphidSend(void *data, int port,
                                const uint8_t report[SOFTKEY_CTAPHID_REPORT]);

/* core stays the caller's and outlives what is returned. */
SoftkeyCtaphid *softkey_ctaphid_new(SoftkeyCore *core, SoftkeyCtaphidSend *send,
                                    void *data);
void softkey_ctaphid_free(SoftkeyCtaphid *hid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyCtaphid, softkey_ctaphid_free)

/* A report has come from port. */
void softkey_ctaphid_receive(SoftkeyCtaphid *hid, int port,
                             const uint8_t report[SOFTKEY_CTAPHID_REPORT]);

/* Lets time pass: keepalives, touches, the end of somebody's patience. To be
 * called when softkey_ctaphid_due() is reached, or after a change of touch. */
void softkey_ctaphid_tick(SoftkeyCtaphid *hid);

/* On env's clock; INT64_MAX when there is nothing to wait for. */
int64_t softkey_ctaphid_due(const SoftkeyCtaphid *hid);

/* Nobody listens on port any more: its channels and its transaction end. */
void softkey_ctaphid_close(SoftkeyCtaphid *hid, int port);

/* Without power: no channels, no transaction. The core is cycled too. */
void softkey_ctaphid_power_cycle(SoftkeyCtaphid *hid);

/* Channels in use, how often it blinked, and whether a command waits for a
 * touch now. */
unsigned softkey_ctaphid_channels(const SoftkeyCtaphid *hid);
unsigned softkey_ctaphid_winks(const SoftkeyCtaphid *hid);
bool softkey_ctaphid_is_waiting(const SoftkeyCtaphid *hid);
