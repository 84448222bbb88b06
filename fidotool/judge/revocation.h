/* SPDX-License-Identifier: Apache-2.0 */
/* revocation.h - what revocation lists say of a chain at a time. Lists come in
 * as files: nothing is fetched, and where there is none that is said. */
#pragma once

#include <openssl/x509.h>

#include "fidotool/judge/cbor.h"

/* Bounds of one set of lists. */
#define FIDOTOOL_REVOCATION_MAX_LISTS 64
#define FIDOTOOL_REVOCATION_MAX_LEN (512 * 1024)

typedef enum {
  FIDOTOOL_REVOCATION_NOT_CHECKED, /* no list speaks of any certificate */
  FIDOTOOL_REVOCATION_PARTLY_CHECKED,
  FIDOTOOL_REVOCATION_GOOD, /* lists speak of all but the anchor */
  FIDOTOOL_REVOCATION_REVOKED,
} FidotoolRevocation;

typedef struct FidotoolRevocationLists FidotoolRevocationLists;

FidotoolRevocationLists *fidotool_revocation_lists_new(void);
void fidotool_revocation_lists_free(FidotoolRevocationLists *lists);
/* Adds one list in DER; false where it is none, or one too many. */
bool fidotool_revocation_lists_add(FidotoolRevocationLists *lists,
                                   FidotoolSlice der);
size_t fidotool_revocation_lists_size(const FidotoolRevocationLists *lists);

/*
 * Looks each certificate of a path up, leaf first; the last one is the anchor,
 * which nobody revokes. A list counts when the certificate's issuer signed it,
 * not over SHA-1, it is a whole one, and it still stood at `at` (seconds UTC).
 * A certificate is revoked from the date in the list, and whatever that date
 * is where its key or its issuer's was compromised.
 * standard  RFC 5280, 5 and 6.3
 */
FidotoolRevocation
fidotool_revocation_check(const FidotoolRevocationLists *lists,
                          STACK_OF(X509) * path, int64_t at);

/* "not-checked", "partly-checked", "good", "revoked". */
const char *fidotool_revocation_name(FidotoolRevocation revocation);
