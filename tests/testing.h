/* SPDX-License-Identifier: Apache-2.0 */
/* testing.h - cmocka's headers, in the one order in which they compile. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
