/* SPDX-License-Identifier: Apache-2.0 */
/* curve.h - a point on a curve as OpenSSL's key, without setting the curve up
 * each time: OpenSSL 3.0 takes a quarter of a verification for that. */
#pragma once

#include <openssl/evp.h>

#include "fidotool/judge/cbor.h"

/*
 * Lends the one key that there is of a curve, with this point, until it is
 * given back; others wait so long.
 *
 * group    OpenSSL's name; a literal
 * x, y     of the length of the field
 * returns  NULL where the point is not on the curve; nothing is lent then
 */
EVP_PKEY *fidotool_curve_borrow(const char *group, FidotoolSlice x,
                                FidotoolSlice y);
void fidotool_curve_give_back(void);

/*
 * Whether ECDSA with the key of this point made the signature of the digest.
 *
 * group, x, y  as above; false where the point is not on the curve
 */
bool fidotool_curve_verify(const char *group, FidotoolSlice x, FidotoolSlice y,
                           FidotoolSlice digest, FidotoolSlice sig);
