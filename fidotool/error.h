/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - what can go wrong with a key or with bytes; each code is also the
 * exit code of the command line, so the two never drift apart. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define FIDOTOOL_ERROR (fidotool_error_quark())

GQuark fidotool_error_quark(void);

typedef enum {
  FIDOTOOL_ERROR_FAILED = 1,        /* internal, unclassified */
  FIDOTOOL_ERROR_USAGE = 2,         /* not understood; nothing was tried */
  FIDOTOOL_ERROR_NO_DEVICE = 3,     /* no key there */
  FIDOTOOL_ERROR_AMBIGUOUS = 4,     /* more than one key fits */
  FIDOTOOL_ERROR_PERMISSION = 5,    /* a key is there, we may not open it */
  FIDOTOOL_ERROR_BUSY = 6,          /* another program holds the key */
  FIDOTOOL_ERROR_LOST = 7,          /* pulled out, or the transport broke */
  FIDOTOOL_ERROR_PIN_INVALID = 8,   /* wrong PIN, tries remain */
  FIDOTOOL_ERROR_PIN_REPLUG = 9,    /* three wrong in a row: power-cycle */
  FIDOTOOL_ERROR_PIN_BLOCKED = 10,  /* only a reset helps */
  FIDOTOOL_ERROR_PIN_STATE = 11,    /* not set, required, against its policy */
  FIDOTOOL_ERROR_UV = 12,           /* fingerprint failed or blocked */
  FIDOTOOL_ERROR_TIMEOUT = 13,      /* not touched in time, or declined */
  FIDOTOOL_ERROR_CANCELLED = 14,    /* cancelled on this side */
  FIDOTOOL_ERROR_UNSUPPORTED = 15,  /* this key cannot do it */
  FIDOTOOL_ERROR_FULL = 16,         /* no room on the key */
  FIDOTOOL_ERROR_NOT_FOUND = 17,    /* nothing there, or excluded */
  FIDOTOOL_ERROR_RESET_WINDOW = 18, /* too late for a reset, or wrong key */
  FIDOTOOL_ERROR_INVALID = 19,      /* signature or data invalid, malformed */
  FIDOTOOL_ERROR_NOT_TRUSTED = 20,  /* chain, metadata, advisory */
  FIDOTOOL_ERROR_POLICY = 21,       /* refused by policy or by a rule */
} FidotoolError;

/*
 * Translates a status of libfido2 or CTAP. Returns true for FIDO_OK (0);
 * otherwise sets error to "<what>: <words>" and returns false. An unknown
 * number is "the key reported 0xNN", never success.
 */
bool fidotool_error_from_fido(int status, const char *what, GError **error);

/* The name the standard gives a CTAP status ("CTAP2_ERR_PIN_INVALID" without
 * the prefix), or NULL where it has none. */
const char *fidotool_error_ctap_name(int status);

/* What to do next, in one sentence, for a code; NULL where there is none. */
const char *fidotool_error_hint(int code);

/* Stable lower-case name of a code for JSON ("busy", "pin-invalid"). */
const char *fidotool_error_name(int code);
