/* SPDX-License-Identifier: Apache-2.0 */
/* passkey.h - a credential as SSSD maps it to a user: the value of FreeIPA's
 * ipapasskey, of LDAP's passkey. */
#pragma once

#include "fidotool/export/exported.h"

/* "passkey:ID,KEY", for a discoverable credential with the user id behind it;
 * all base64, the key as SubjectPublicKeyInfo. Free with g_free().
 * errors  FIDOTOOL_ERROR_USAGE: discoverable, and the user id is not known */
char *fidotool_passkey_mapping(const FidotoolExported *credential,
                               GError **error);
