/* SPDX-License-Identifier: Apache-2.0 */
/* types.h - plain values every folder may use. */
#pragma once

#include <stdint.h>

/* Flags of authenticator data (WebAuthn Level 3, section 6.1). */
enum {
  FIDOTOOL_FLAG_UP = 0x01,
  FIDOTOOL_FLAG_UV = 0x04,
  FIDOTOOL_FLAG_BE = 0x08,
  FIDOTOOL_FLAG_BS = 0x10,
  FIDOTOOL_FLAG_AT = 0x40,
  FIDOTOOL_FLAG_ED = 0x80,
};

/* COSE algorithm identifiers that we name (RFC 9053, RFC 8812). */
enum {
  FIDOTOOL_ALG_ES256 = -7,
  FIDOTOOL_ALG_EDDSA = -8,
  FIDOTOOL_ALG_ES384 = -35,
  FIDOTOOL_ALG_ES512 = -36,
  FIDOTOOL_ALG_RS256 = -257,
};
