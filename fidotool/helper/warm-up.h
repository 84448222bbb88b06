/* SPDX-License-Identifier: Apache-2.0 */
/* warm-up.h - what OpenSSL, GLib and the C library load on first use, loaded
 * before the sandbox takes opening away. */
#pragma once

/* Configuration and providers, random bytes, the time zone. What fails here
 * fails again, and is reported, where it is needed. */
void fidotool_warm_up_all(void);
