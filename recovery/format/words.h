/* SPDX-License-Identifier: Apache-2.0 */
/* words.h - marks a text that the kiosk shows in its own language, where it is
 * no argument of what makes a refusal (tools/update-po.sh). Here nothing is
 * translated: the record and the command line speak English. */
#pragma once

#define N_(text) text
