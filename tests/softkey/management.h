/* SPDX-License-Identifier: Apache-2.0 */
/*
 * management.h - authenticatorCredentialManagement (CTAP 2.1, section 6.8): by
 * its own number where the profile has the option credMgmt, by that of the
 * preview where it has credentialMgmtPreview.
 */
#pragma once

#include <stdint.h>

#include <glib.h>

#include "tests/softkey/cbor.h"

typedef struct SoftkeyCore SoftkeyCore;

/* A listing that goes on with the next command; members is NULL when there is
 * none. */
typedef struct {
  GPtrArray *members; /* SoftkeyResident, the store's: RPs or credentials */
  guint next;
  bool of_rps;
} SoftkeyManagementRest;

void softkey_management_forget(SoftkeyManagementRest *rest);

/* Commands 0x0a and 0x41. */
SoftkeyStatus softkey_management_command(SoftkeyCore *core,
                                         const SoftkeyCborItem *request,
                                         GByteArray *reply);
SoftkeyStatus softkey_management_preview(SoftkeyCore *core,
                                         const SoftkeyCborItem *request,
                                         GByteArray *reply);
