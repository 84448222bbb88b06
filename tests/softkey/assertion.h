/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assertion.h - authenticatorGetAssertion and GetNextAssertion (CTAP 2.1,
 * sections 6.2 and 6.3).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/extension.h"
#include "tests/softkey/handle.h"

typedef struct SoftkeyCore SoftkeyCore;

/* An assertion to be made, once all is checked. */
typedef struct {
  uint8_t client_data_hash[32];
  uint8_t rp_hash[32];
  char *rp_id;
  uint8_t flags;  /* of the authenticator data: UP, UV */
  bool by_finger; /* UV by the key's own sensor, still to come */
  SoftkeyExtensionGet extensions;
  GArray *handles; /* SoftkeyHandle, the one to sign with first */
} SoftkeyAssertion;

/* What GetNextAssertion goes on with; made is NULL when there is nothing. */
typedef struct {
  SoftkeyAssertion *made;
  guint next;
  int64_t since_ms;
} SoftkeyAssertionRest;

void softkey_assertion_free(SoftkeyAssertion *assertion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoftkeyAssertion, softkey_assertion_free)

/* Commands 0x02 and 0x08. */
SoftkeyStatus softkey_assertion_command(SoftkeyCore *core,
                                        const SoftkeyCborItem *request,
                                        GByteArray *reply);
SoftkeyStatus softkey_assertion_next(SoftkeyCore *core,
                                     const SoftkeyCborItem *request,
                                     GByteArray *reply);

/* Signs with the n-th handle; appends the reply's CBOR. */
SoftkeyStatus softkey_assertion_sign(SoftkeyCore *core,
                                     const SoftkeyAssertion *assertion, guint n,
                                     GByteArray *reply);
