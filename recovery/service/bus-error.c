/* SPDX-License-Identifier: Apache-2.0 */
/* bus-error.c - one table of codes and names, used by server and client. */
#include "recovery/service/bus-error.h"

#include <gio/gio.h>

#include "fidotool/error.h"
#include "recovery/error.h"

#define PREFIX "org.keyturn.Recovery1.Error."

/* clang-format off */
static const struct {
  RecoveryError code;
  const char *name;
} names[] = {
  { RECOVERY_ERROR_FAILED,      PREFIX "Failed" },
  { RECOVERY_ERROR_USAGE,       PREFIX "Usage" },
  { RECOVERY_ERROR_NOT_FOUND,   PREFIX "NotFound" },
  { RECOVERY_ERROR_INVALID,     PREFIX "Invalid" },
  { RECOVERY_ERROR_NOT_TRUSTED, PREFIX "NotTrusted" },
  { RECOVERY_ERROR_REFUSED,     PREFIX "Refused" },
  { RECOVERY_ERROR_APPROVAL,    PREFIX "Approval" },
  { RECOVERY_ERROR_RECORD,      PREFIX "Record" },
  { RECOVERY_ERROR_INCOMPLETE,  PREFIX "Incomplete" },
  { RECOVERY_ERROR_STATION,     PREFIX "Station" },
  { RECOVERY_ERROR_STATE,       PREFIX "State" },
  { RECOVERY_ERROR_DAMAGED,     PREFIX "Damaged" },
};
/* clang-format on */

void
recovery_bus_error_register(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    (void)g_dbus_error_register_error(RECOVERY_ERROR, (int)names[i].code,
                                      names[i].name); /* false: is there */
}

static bool
is_known(int code)
{
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if ((int)names[i].code == code)
      return true;
  return false;
}

GError *
recovery_bus_error_translate(GError *error)
{
  if (error->domain == RECOVERY_ERROR && is_known(error->code))
    return error;
  error->code =
      (error->domain == FIDOTOOL_ERROR || error->domain == RECOVERY_ERROR) &&
              is_known(error->code)
          ? error->code
          : (int)RECOVERY_ERROR_FAILED;
  error->domain = RECOVERY_ERROR;
  return error;
}
