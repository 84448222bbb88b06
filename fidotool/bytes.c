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
 *
 * Of each character its six bits, and whose it is where only one of the two
 * alphabets has it; what neither has is both's. */

#define SIX_BITS 0x3f
#define STANDARD_ONLY 0x40
#define URL_ONLY 0x80

/* clang-format off */
static const uint8_t values[128] = {
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 126, 255, 190, 255, 127,
   52,  53,  54,  55,  56,  57,  58,  59,  60,  61, 255, 255, 255, 255, 255, 255,
  255,   0,   1,   2,   3,   4,   5,   6,   7,   8,   9,  10,  11,  12,  13,  14,
   15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25, 255, 255, 255, 255, 191,
  255,  26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  38,  39,  40,
   41,  42,  43,  44,  45,  46,  47,  48,  49,  50,  51, 255, 255, 255, 255, 255,
};
/* clang-format on */

/* In `seen`, every bit of every value; in `high`, of every character. */
static inline uint32_t
read_group(const char *text, size_t len, uint8_t *seen, uint8_t *high)
{
  uint32_t group = 0;

  for (size_t i = 0; i < len; i++) {
    const uint8_t c = (uint8_t)text[i];
    const uint8_t value = values[c % sizeof(values)];

    *high |= c;
    *seen |= value;
    group = group << 6 | (value & SIX_BITS);
  }
  return group;
}

/* Text without padding, and without characters of which a bit of `refused` is
 * set. Bits that belong to no byte must be zero: one spelling only. */
static GBytes *
decode(const char *text, size_t len, uint8_t refused)
{
  const size_t over = len % 4;
  const size_t size = len / 4 * 3 + (over > 0 ? over - 1 : 0);
  const char *const end = text + len - over;
  g_autofree uint8_t *data = g_malloc(size + 1);
  uint8_t *out = data;
  uint8_t seen = 0, high = 0;
  uint32_t group;

  for (; text < end; text += 4) {
    group = read_group(text, 4, &seen, &high);
    *out++ = (uint8_t)(group >> 16);
    *out++ = (uint8_t)(group >> 8);
    *out++ = (uint8_t)group;
  }
  group = read_group(text, over, &seen, &high) << 6 * (4 - over) % 24;
  if (over >= 2)
    *out++ = (uint8_t)(group >> 16);
  if (over == 3)
    *out++ = (uint8_t)(group >> 8);
  if (over == 1 || (seen & refused) != 0 || high >= sizeof(values) ||
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
  return decode(text, len, URL_ONLY);
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
  return decode(text, len, STANDARD_ONLY);
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
