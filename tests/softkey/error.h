/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - what goes wrong outside the CTAP protocol: files and sockets. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SOFTKEY_ERROR softkey_error_quark()

typedef enum {
  SOFTKEY_ERROR_USAGE,     /* the command line is not understood */
  SOFTKEY_ERROR_FILE,      /* a file or socket cannot be read or written */
  SOFTKEY_ERROR_MALFORMED, /* a file was read and makes no sense */
  SOFTKEY_ERROR_CRYPTO,    /* libcrypto refused; its own reason is lost */
} SoftkeyError;

GQuark softkey_error_quark(void);

/*
 * Sets error to FILE: "doing PATH: strerror(errno)". Returns false, so that a
 * caller can return it.
 */
bool softkey_error_file(GError **error, const char *doing, const char *path);
