/* SPDX-License-Identifier: Apache-2.0 */
/* pam-u2f.h - a credential in the authfile of pam_u2f(8), which its own
 * pamu2fcfg(1) writes only for keys that it makes itself. */
#pragma once

#include "fidotool/export/exported.h"

typedef struct {
  bool verification; /* the key's own, such as a fingerprint */
  bool pin;
} FidotoolPamU2f;

/* True for a user's name that can stand at the front of a line. */
bool fidotool_pam_u2f_is_user(const char *user);

/* "KeyHandle,UserKey,CoseType,Options": one of the fields that stand behind
 * the user's name, with ":" between them. Free with g_free().
 * errors  FIDOTOOL_ERROR_UNSUPPORTED: pam_u2f knows no such algorithm */
char *fidotool_pam_u2f_field(const FidotoolExported *credential,
                             const FidotoolPamU2f *how, GError **error);
