/* SPDX-License-Identifier: Apache-2.0 */
/* control.h - the control channel: one line in, one line out. */
#pragma once

#include "tests/softkey/server.h"

#define SOFTKEY_CONTROL_MAX_LINE 256

/*
 * Runs one command. Returns the line to answer, without its end: "ok",
 * "ok ..." or "error ..."; g_free() it.
 *
 *   touch now | never | after MS | decline
 *   power-cycle, plug, unplug, unplug at N
 *   fail N STATUS, corrupt N BYTE, truncate N [BYTES], append N [BYTES]
 *   delay MS, stall, clock MS, dump, quit
 */
char *softkey_control_run(SoftkeyServer *server, const char *line);
