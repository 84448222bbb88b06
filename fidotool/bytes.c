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

char *
fidotool_bytes_base64(const void *data, size_t len)
{
  /* GLib returns NULL text for no bytes only in old versions; be plain. */
  return len == 0 ? g_strdup("") : g_base64_encode(data, len);
}

GBytes *
fidotool_bytes_unbase64(const char *text)
{
  g_autofree guchar *data = NULL;
  g_autofree char *again = NULL;
  gsize len = 0;

  if (text == NULL)
    return NULL;
  if (*text == '\0')
    return g_bytes_new(NULL, 0);
  data = g_base64_decode(text, &len);
  /* GLib skips what it does not know: only what it writes is accepted. */
  again = fidotool_bytes_base64(data, len);
  if (strcmp(again, text) != 0)
    return NULL;
  return g_bytes_new_take(g_steal_pointer(&data), len);
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
  g_autoptr(GString) padded = NULL;

  if (text == NULL || strpbrk(text, "+/=") != NULL || strlen(text) % 4 == 1)
    return NULL;
  padded = g_string_new(text);
  for (char *p = padded->str; *p != '\0'; p++) {
    if (*p == '-')
      *p = '+';
    else if (*p == '_')
      *p = '/';
  }
  while (padded->len % 4 != 0)
    g_string_append_c(padded, '=');
  return fidotool_bytes_unbase64(padded->str);
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
