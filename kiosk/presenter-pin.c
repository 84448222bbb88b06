/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-pin.c - short, common, run, repeated: the PINs that are guessed
 * first (NIST SP 800-63B-4, 3.2.10: a blocklist SHOULD be used). */
#include "kiosk/presenter-pin.h"

#include <glib.h>
#include <string.h>

#define WANTED_MIN 6

/* Those that are neither a run nor a repetition. Years are found by form. */
static const char *const common[] = {
    "112233", "121212", "123123", "123321", "123654", "131313", "142536",
    "147258", "159753", "159357", "212121", "246810", "258000", "420420",
    "520520", "696969", "741852", "789456", "852456", "987321", "password",
    "passwort", "qwerty", "qwertz", "geheim", "hallo1", "secret", "letmein",
    "keyturn", "147852", "13579", "135790", "102030", "010203", "101010",
    "202020", "252525", "232323", "456456", "456123", "789789", "321321",
    "654654", "112211", "110110", "abc123", "a12345", "1q2w3e", "asdfgh",
    "yxcvbn", "zxcvbn",
};

static bool
is_run(const char *text, int step)
{
  for (size_t i = 1; text[i] != '\0'; i++)
    if (text[i] - text[i - 1] != step)
      return false;
  return true;
}

/* The same piece again and again: 123123, 4747, aaaa. */
static bool
is_repeated(const char *text, size_t len)
{
  for (size_t piece = 1; piece <= len / 2; piece++)
    if (len % piece == 0 && memcmp(text, text + piece, len - piece) == 0)
      return true;
  return false;
}

static bool
all_digits(const char *text)
{
  return text[strspn(text, "0123456789")] == '\0';
}

/* DDMMYYYY, YYYYMMDD, and their short forms, of anybody alive. */
static bool
is_date(const char *text, size_t len)
{
  int d[8];

  if ((len != 6 && len != 8) || !all_digits(text))
    return false;
  for (size_t i = 0; i < len; i++)
    d[i] = text[i] - '0';
  if (len == 8) {
    int year = d[4] * 10 + d[5], first = d[0] * 10 + d[1];

    return ((year == 19 || year == 20) && first >= 1 && first <= 31 &&
            d[2] * 10 + d[3] >= 1 && d[2] * 10 + d[3] <= 31) ||
           ((first == 19 || first == 20) && d[4] * 10 + d[5] >= 1 &&
            d[4] * 10 + d[5] <= 12 && d[6] * 10 + d[7] <= 31);
  }
  return (d[0] * 10 + d[1] >= 1 && d[0] * 10 + d[1] <= 31 &&
          d[2] * 10 + d[3] >= 1 && d[2] * 10 + d[3] <= 12) ||
         (d[2] * 10 + d[3] >= 1 && d[2] * 10 + d[3] <= 12 &&
          d[4] * 10 + d[5] >= 1 && d[4] * 10 + d[5] <= 31);
}

static bool
is_weak(const char *text, size_t len)
{
  if (is_run(text, 1) || is_run(text, -1) || is_repeated(text, len) ||
      is_date(text, len))
    return true;
  for (size_t i = 0; i < G_N_ELEMENTS(common); i++)
    if (g_ascii_strcasecmp(text, common[i]) == 0)
      return true;
  return false;
}

int
kiosk_presenter_pin_min(int min)
{
  return MAX(min, WANTED_MIN);
}

KioskPinStrength
kiosk_presenter_pin_judge(const char *text, int min)
{
  size_t len = strlen(text);
  long count = g_utf8_strlen(text, -1);

  if (len == 0)
    return KIOSK_PIN_EMPTY;
  if (count < kiosk_presenter_pin_min(min))
    return KIOSK_PIN_SHORT;
  if (is_weak(text, len))
    return KIOSK_PIN_WEAK;
  if (all_digits(text))
    return count >= 10 ? KIOSK_PIN_STRONG
           : count >= 8 ? KIOSK_PIN_GOOD
                        : KIOSK_PIN_FAIR;
  return count >= 8 ? KIOSK_PIN_STRONG : KIOSK_PIN_GOOD;
}

const char *
kiosk_presenter_pin_word(KioskPinStrength strength)
{
  static const char *const words[] = {
      [KIOSK_PIN_EMPTY] = "pin.rules", [KIOSK_PIN_SHORT] = "pin.short",
      [KIOSK_PIN_WEAK] = "pin.weak",   [KIOSK_PIN_FAIR] = "pin.fair",
      [KIOSK_PIN_GOOD] = "pin.good",   [KIOSK_PIN_STRONG] = "pin.strong",
  };

  g_assert((size_t)strength < G_N_ELEMENTS(words));
  return words[strength];
}
