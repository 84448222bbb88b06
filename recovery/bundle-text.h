/* SPDX-License-Identifier: Apache-2.0 */
/* bundle-text.h - texts that every bundle carries; made from recovery/audit at
 * build time by embed.py. */
#pragma once

extern const char recovery_bundle_text_readme[];
extern const char recovery_bundle_text_verifier[];
