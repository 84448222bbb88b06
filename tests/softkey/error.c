/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - what goes wrong outside the CTAP protocol: files and sockets. */
#include "tests/softkey/error.h"

#include <errno.h>

GQuark
softkey_error_quark(void)
{
  return g_quark_from_static_string("softkey-error");
}

bool
softkey_error_file(GError **error, const char *doing, const char *path)
{
  int saved = errno;

  g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_FILE, "%s %s: %s", doing,
              path, g_strerror(saved));
  return false;
}
