/* SPDX-License-Identifier: Apache-2.0 */
/* nfc-habits.h - what cards do one way or another. */
#pragma once

#include <stdbool.h>

/* What SELECT answers. */
typedef enum {
  SOFTKEY_NFC_SELECT_FIDO,  /* "FIDO_2_0" */
  SOFTKEY_NFC_SELECT_U2F,   /* "U2F_V2" */
  SOFTKEY_NFC_SELECT_EMPTY, /* nothing, 9000 */
  SOFTKEY_NFC_SELECT_MORE,  /* 6108 first */
  SOFTKEY_NFC_SELECT_OTHER, /* 6A82: some other card */
} SoftkeyNfcSelect;

/* Habits; change them freely. */
typedef struct {
  SoftkeyNfcSelect select;
  bool extended;       /* takes APDUs in the extended form */
  bool status_in_word; /* errors as SW 64xx, not as a byte and 9000 */
  bool touched;        /* wants a touch; else its being there is one, once */
  unsigned keepalives; /* every command says 9100 so often first */
} SoftkeyNfcHabits;

/* "fido", "u2f", "empty", "more" or "other"; false for anything else. */
bool softkey_nfc_habits_parse_select(const char *word,
                                     SoftkeyNfcSelect *ret_select);
