/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - the names and hints of the governed part's errors: one table. */
#include "recovery/error.h"

#include <stddef.h>

static const struct {
  RecoveryError code;
  const char *name;
  const char *hint;
} codes[] = {
    {RECOVERY_ERROR_FAILED, "failed", NULL},
    {RECOVERY_ERROR_USAGE, "usage", "See --help of this command."},
    {RECOVERY_ERROR_NOT_FOUND, "not-found", NULL},
    {RECOVERY_ERROR_INVALID, "invalid",
     "Do not use it; get the file again from its source."},
    {RECOVERY_ERROR_NOT_TRUSTED, "not-trusted",
     "The attestation leads to none of the anchors that were given."},
    {RECOVERY_ERROR_REFUSED, "refused", NULL},
    {RECOVERY_ERROR_APPROVAL, "approval",
     "Propose the act again and have it signed anew."},
    {RECOVERY_ERROR_RECORD, "record",
     "Nothing was done. Look at the station's disk, then try again."},
    {RECOVERY_ERROR_INCOMPLETE, "incomplete",
     "Give the trust folder of the station, and a complete bundle."},
    {RECOVERY_ERROR_STATION, "station",
     "Is recoveryd running, and is --station right?"},
    {RECOVERY_ERROR_STATE, "state", NULL},
    {RECOVERY_ERROR_DAMAGED, "damaged",
     "Stop working with this station and call its administrator."},
};

G_DEFINE_QUARK(recovery - error - quark, recovery_error)

const char *
recovery_error_name(int code)
{
  for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
    if ((int)codes[i].code == code)
      return codes[i].name;
  return "failed";
}

const char *
recovery_error_hint(int code)
{
  for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
    if ((int)codes[i].code == code)
      return codes[i].hint;
  return NULL;
}
