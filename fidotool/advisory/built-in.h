/* SPDX-License-Identifier: Apache-2.0 */
/* built-in.h - advisories.json, as a text in the program. */
#pragma once

extern const char fidotool_advisory_built_in[];
