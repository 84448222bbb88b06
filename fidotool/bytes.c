/* SPDX-License-Identifier: Apache-2.0 */
/* bytes.c - bytes as text and back. Knows no format, and needs no OpenSSL: who
 * wants no digest does not load it. */
#include "fidotool/bytes.h"

#include <string.h>

char *
fidotool_bytes_hex(const void *data, size_t len)
{
  static const char digits[] = "0123456789abcdef";
  const uint8_t *p = data;
  char *text = g_malloc(2 * len + 1);

  for (size_t i = 0; i < len; i++) {
    text[2 * i] = digits[p[i] >> 4];
    text[2 * i + 1] = digits[p[i] & 15];
  }
  text[2 * len] = '\0';
  return text;
}

static int
hex_value(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

bool
fidotool_bytes_unhex(const char *text, uint8_t *ret_data, size_t len)
{
  if (text == NULL || strlen(text) != 2 * len)
    return false;
  for (size_t i = 0; i < 2 * len; i++)
    if (hex_value(text[i]) < 0)
      return false;
  for (size_t i = 0; i < len; i++)
    ret_data[i] =
        (uint8_t)(hex_value(text[2 * i]) << 4 | hex_value(text[2 * i + 1]));
  return true;
}

/* --- base64 -----------------------------------------------------------------
 */

#define NO_DIGIT 0x80

/* What each character stands for; NO_DIGIT where it is none of the alphabet. */
typedef struct {
  uint8_t values[256];
} Digits;

static void
fill_digits(Digits *digits, const char *alphabet)
{
  memset(digits->values, NO_DIGIT, sizeof(digits->values));
  for (uint8_t i = 0; i < 64; i++)
    digits->values[(uint8_t)alphabet[i]] = i;
}

static const Digits *
standard_digits(void)
{
  static Digits digits;
  static gsize once;

  if (g_once_init_enter(&once)) {
    fill_digits(&digits, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789+/");
    g_once_init_leave(&once, 1);
  }
  return &digits;
}

static const Digits *
url_digits(void)
{
  static Digits digits;
  static gsize once;

  if (g_once_init_enter(&once)) {
    fill_digits(&digits, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789-_");
    g_once_init_leave(&once, 1);
  }
  return &digits;
}

/* Four characters; in `seen`, every bit of every value. */
static inline uint32_t
read_group(const Digits *digits, const char text[4], uint8_t *seen)
{
  const uint8_t a = digits->values[(uint8_t)text[0]];
  const uint8_t b = digits->values[(uint8_t)text[1]];
  const uint8_t c = digits->values[(uint8_t)text[2]];
  const uint8_t d = digits->values[(uint8_t)text[3]];

  *seen |= a | b | c | d;
  return (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | d;
}

/* Text without padding. Bits that belong to no byte must be zero: one spelling
 * only. */
static GBytes *
decode(const char *text, size_t len, const Digits *digits)
{
  const size_t over = len % 4;
  const size_t size = len / 4 * 3 + (over > 0 ? over - 1 : 0);
  const char *const end = text + len - over;
  g_autofree uint8_t *data = g_malloc(size + 1);
  char last[4] = {'A', 'A', 'A', 'A'}; /* zeros */
  uint8_t *out = data;
  uint8_t seen = 0;
  uint32_t group;

  for (; text < end; text += 4) {
    group = read_group(digits, text, &seen);
    *out++ = (uint8_t)(group >> 16);
    *out++ = (uint8_t)(group >> 8);
    *out++ = (uint8_t)group;
  }
  memcpy(last, end, over);
  group = read_group(digits, last, &seen);
  if (over >= 2)
    *out++ = (uint8_t)(group >> 16);
  if (over == 3)
    *out++ = (uint8_t)(group >> 8);
  if (over == 1 || (seen & NO_DIGIT) != 0 ||
      (group & (over == 3 ? 0xffU : 0xffffU)) != 0)
    return NULL;
  return g_bytes_new_take(g_steal_pointer(&data), size);
}

char *
fidotool_bytes_base64(const void *data, size_t len)
{
  /* GLib returns NULL text for no bytes only in old versions; be plain. */
  return len == 0 ? g_strdup("") : g_base64_encode(data, len);
}

GBytes *
fidotool_bytes_unbase64(const char *text)
{
  size_t len;

  if (text == NULL)
    return NULL;
  len = strlen(text);
  if (len % 4 != 0)
    return NULL;
  for (int i = 0; i < 2 && len > 0 && text[len - 1] == '='; i++)
    len--;
  return decode(text, len, standard_digits());
}

char *
fidotool_bytes_base64url(const void *data, size_t len)
{
  char *text = fidotool_bytes_base64(data, len);
  size_t end = strlen(text);

  while (end > 0 && text[end - 1] == '=')
    text[--end] = '\0';
  for (char *p = text; *p != '\0'; p++) {
    if (*p == '+')
      *p = '-';
    else if (*p == '/')
      *p = '_';
  }
  return text;
}

GBytes *
fidotool_bytes_unbase64url(const char *text)
{
  return text != NULL ? fidotool_bytes_unbase64url_of(text, strlen(text))
                      : NULL;
}

GBytes *
fidotool_bytes_unbase64url_of(const char *text, size_t len)
{
  return decode(text, len, url_digits());
}

bool
fidotool_bytes_equal(const void *a, size_t a_len, const void *b, size_t b_len)
{
  const volatile uint8_t *left = a;
  const volatile uint8_t *right = b;
  uint8_t differ = 0;

  if (a_len != b_len)
    return false;
  /* Each byte is read, whatever the ones before it were. */
  for (size_t i = 0; i < a_len; i++)
    differ |= (uint8_t)(left[i] ^ right[i]);
  return differ == 0;
}
