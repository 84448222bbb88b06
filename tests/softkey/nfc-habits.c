/* SPDX-License-Identifier: Apache-2.0 */
/* nfc-habits.c - habits by their names. */
#include "tests/softkey/nfc-habits.h"

#include <glib.h>

bool
softkey_nfc_habits_parse_select(const char *word, SoftkeyNfcSelect *ret_select)
{
  static const char *const words[] = {"fido", "u2f", "empty", "more", "other"};

  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_str_equal(word, words[i])) {
      *ret_select = (SoftkeyNfcSelect)i;
      return true;
    }
  return false;
}
