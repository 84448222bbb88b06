/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-pin.c - short, common, run, repeated: the PINs that are guessed
 * first (NIST SP 800-63B-4, 3.2.10: a blocklist SHOULD be used). */
#include "kiosk/presenter-pin.h"

#include <glib.h>
#include <string.h>

#define WANTED_MIN 6

/* Those that are neither a run nor a repetition. Dates are found by form. */
static const char *const common[] = {
    "112233",   "121212", "123123", "123321", "123654", "131313", "142536",
    "147258",   "159753", "159357", "212121", "246810", "258000", "420420",
    "520520",   "696969", "741852", "789456", "852456", "987321", "password",
    "passwort", "qwerty", "qwertz", "geheim", "hallo1", "secret", "letmein",
    "keyturn",  "147852", "135790", "102030", "010203", "101010", "202020",
    "252525",   "232323", "456456", "456123", "789789", "321321", "654654",
    "112211",   "110110", "abc123", "a12345", "1q2w3e",
};

/* Rows of keyboards, and the digits once round. */
static const char *const keyboards[] = {
    "12345678901234567890",
    "09876543210987654321",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "yxcvbnm",
    "zxcvbnm",
    "poiuytrewq",
    "poiuztrewq",
    "lkjhgfdsa",
    "mnbvcxy",
    "mnbvcxz",
};

/* abcdef, 654321, in any alphabet. */
static bool
is_run(const char *text, int step)
{
  gunichar before = g_utf8_get_char(text);

  for (const char *p = g_utf8_next_char(text); *p != '\0';
       p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if ((int64_t)c - (int64_t)before != step)
      return false;
    before = c;
  }
  return true;
}

static bool
is_keyboard(const char *text, size_t len)
{
  for (size_t i = 0; i < G_N_ELEMENTS(keyboards); i++)
    for (const char *p = keyboards[i]; strlen(p) >= len; p++)
      if (g_ascii_strncasecmp(p, text, len) == 0)
        return true;
  return false;
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

static bool
is_day(int n)
{
  return n >= 1 && n <= 31;
}

static bool
is_month(int n)
{
  return n >= 1 && n <= 12;
}

/* The digits of text in twos, "24.12.1990" as "24121990". Returns how many
 * digits there are, 0 where there is anything else or too much. */
static size_t
read_pairs(const char *text, int ret_pairs[4])
{
  size_t n = 0;

  memset(ret_pairs, 0, 4 * sizeof *ret_pairs);
  for (; *text != '\0'; text++) {
    if (strchr("./-", *text) != NULL)
      continue;
    if (!g_ascii_isdigit(*text) || n == 8)
      return 0;
    ret_pairs[n / 2] = ret_pairs[n / 2] * 10 + (*text - '0');
    n++;
  }
  return n;
}

/* Day, month and year, in the orders and lengths that people write, of
 * anybody alive. */
static bool
is_date(const char *text)
{
  int p[4];
  size_t n = read_pairs(text, p);

  if (n == 6)
    return (is_day(p[0]) && is_month(p[1])) ||
           (is_month(p[0]) && is_day(p[1])) || (is_month(p[1]) && is_day(p[2]));
  if (n != 8)
    return false;
  return ((p[2] == 19 || p[2] == 20) && ((is_day(p[0]) && is_month(p[1])) ||
                                         (is_month(p[0]) && is_day(p[1])))) ||
         ((p[0] == 19 || p[0] == 20) && is_month(p[2]) && is_day(p[3]));
}

static bool
is_weak(const char *text, size_t len)
{
  if (is_run(text, 1) || is_run(text, -1) || is_keyboard(text, len) ||
      is_repeated(text, len) || is_date(text))
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
    return count >= 10  ? KIOSK_PIN_STRONG
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

const char *
kiosk_presenter_pin_live_word(KioskPinStrength strength)
{
  switch (strength) {
  case KIOSK_PIN_EMPTY:
    return NULL;
  case KIOSK_PIN_SHORT:
    return "pin.more";
  case KIOSK_PIN_WEAK:
    return "pin.easy";
  case KIOSK_PIN_FAIR:
  case KIOSK_PIN_GOOD:
  case KIOSK_PIN_STRONG:
    return kiosk_presenter_pin_word(strength);
  }
  return NULL;
}

bool
kiosk_presenter_pin_is_good(KioskPinStrength strength)
{
  return strength >= KIOSK_PIN_GOOD;
}
