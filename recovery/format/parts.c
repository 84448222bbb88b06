/* SPDX-License-Identifier: Apache-2.0 */
/* parts.c - raw deflate (RFC 1951), cut, each piece with its CRC-32, base45
 * (RFC 9285): the letters that a QR code packs tightest. */
#include "recovery/format/parts.h"

#include <string.h>
#include <zlib.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"

#define MARK "KT1:"
/* "KT1:999/999:01234567:" */
#define HEAD_MAX 21
#define TAG 8
#define CRC 4
#define LENGTH_MIN 64
/* Deflate without a zlib head around it. */
#define RAW_WINDOW (-15)

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

struct RecoveryParts {
  guint of; /* 0: none came yet */
  char tag[TAG + 1];
  GPtrArray *pieces; /* GBytes, or NULL where it is missing */
  guint n;           /* pieces that are there */
};

/* One part as it was read. */
typedef struct {
  guint number, of;
  char tag[TAG + 1];
  GByteArray *piece;
} Part;

static void
clear_part(Part *part)
{
  g_clear_pointer(&part->piece, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Part, clear_part)

static bool
fail(GError **error, const char *text)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s", text);
  return false;
}

static void
make_tag(const void *text, size_t len, char ret_tag[TAG + 1])
{
  g_autofree char *hex = fidotool_bytes_sha256_hex(text, len);
  g_autofree char *upper = g_ascii_strup(hex, TAG);

  memcpy(ret_tag, upper, TAG);
  ret_tag[TAG] = '\0';
}

static void
put_crc(const uint8_t *data, size_t len, uint8_t ret_crc[CRC])
{
  uLong crc = crc32(0, data, (uInt)len);

  for (int i = 0; i < CRC; i++)
    ret_crc[i] = (uint8_t)(crc >> (24 - 8 * i));
}

/* --- base45 ----------------------------------------------------------------
 */

static void
append_digits(GString *out, unsigned value, int n)
{
  for (; n > 0; n--, value /= 45)
    g_string_append_c(out, alphabet[value % 45]);
}

static void
append_base45(GString *out, const GByteArray *bytes)
{
  guint i = 0;

  for (; i + 1 < bytes->len; i += 2)
    append_digits(out, (unsigned)bytes->data[i] << 8 | bytes->data[i + 1], 3);
  if (i < bytes->len)
    append_digits(out, bytes->data[i], 2);
}

/* n letters as a number of n / 2 + n % 2 bytes; false where they are none. */
static bool
read_digits(const char *text, size_t n, GByteArray *out)
{
  unsigned value = 0, max = n == 3 ? 0xffff : 0xff;

  for (size_t i = n; i > 0; i--) {
    const char *at = text[i - 1] == '\0' ? NULL : strchr(alphabet, text[i - 1]);

    if (at == NULL)
      return false;
    value = value * 45 + (unsigned)(at - alphabet);
  }
  if (value > max)
    return false;
  if (n == 3)
    g_byte_array_append(out, &(guint8){(guint8)(value >> 8)}, 1);
  g_byte_array_append(out, &(guint8){(guint8)value}, 1);
  return true;
}

static GByteArray *
read_base45(const char *text)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  size_t len = strlen(text);

  if (len % 3 == 1)
    return NULL;
  for (size_t i = 0; i < len; i += 3)
    if (!read_digits(text + i, MIN(len - i, 3), out))
      return NULL;
  return g_steal_pointer(&out);
}

/* --- splitting -------------------------------------------------------------
 */

static GByteArray *
deflate_text(const void *text, size_t len)
{
  z_stream stream = {0};
  GByteArray *out = g_byte_array_new();
  int r = deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, RAW_WINDOW, 9,
                       Z_DEFAULT_STRATEGY);

  g_assert(r == Z_OK); /* or there is no memory */
  g_byte_array_set_size(out, (guint)deflateBound(&stream, (uLong)len));
  stream.next_in = (z_const Bytef *)text;
  stream.avail_in = (uInt)len;
  stream.next_out = out->data;
  stream.avail_out = out->len;
  r = deflate(&stream, Z_FINISH);
  g_assert(r == Z_STREAM_END); /* the bound is one */
  g_byte_array_set_size(out, (guint)stream.total_out);
  (void)deflateEnd(&stream); /* nothing is left in it */
  return out;
}

/* Bytes of the whole that a part of so many characters holds. */
static size_t
room_in(size_t length)
{
  size_t letters = length - HEAD_MAX;

  return letters / 3 * 2 + (letters % 3 == 2) - CRC;
}

static char *
write_part(const GByteArray *whole, size_t from, size_t len, size_t number,
           size_t of, const char *tag)
{
  g_autoptr(GByteArray) piece = g_byte_array_new();
  GString *text = g_string_new(NULL);
  uint8_t crc[CRC];

  put_crc(whole->data + from, len, crc);
  g_byte_array_append(piece, whole->data + from, (guint)len);
  g_byte_array_append(piece, crc, CRC);
  g_string_append_printf(text, MARK "%zu/%zu:%s:", number, of, tag);
  append_base45(text, piece);
  return g_string_free(text, FALSE);
}

char **
recovery_parts_split(const void *text, size_t len, size_t length,
                     GError **error)
{
  g_autoptr(GByteArray) whole = NULL;
  char tag[TAG + 1];
  size_t of, each;
  char **parts;

  g_assert(length >= LENGTH_MIN && length <= RECOVERY_PARTS_LINE_MAX);
  if (len == 0 || len > RECOVERY_PARTS_TEXT_MAX) {
    (void)fail(error, "this is too long for a series of codes; use a file");
    return NULL;
  }
  whole = deflate_text(text, len);
  make_tag(text, len, tag);
  of = (whole->len + room_in(length) - 1) / room_in(length);
  if (of > RECOVERY_PARTS_MAX) {
    (void)fail(error, "this is too long for codes of that size; use a file");
    return NULL;
  }
  each = (whole->len + of - 1) / of; /* codes of one size */
  of = (whole->len + each - 1) / each;
  parts = g_new0(char *, of + 1);
  for (size_t i = 0; i < of; i++)
    parts[i] = write_part(whole, i * each, MIN(each, whole->len - i * each),
                          i + 1, of, tag);
  return parts;
}

/* --- joining ---------------------------------------------------------------
 */

bool
recovery_parts_is_part(const char *line)
{
  return g_ascii_strncasecmp(line, MARK, strlen(MARK)) == 0;
}

/* 1 to RECOVERY_PARTS_MAX, and the letter behind it. */
static bool
read_number(const char **p, char end, guint *ret_number)
{
  guint number = 0;

  if (**p == '0')
    return false;
  for (; g_ascii_isdigit(**p) && number <= RECOVERY_PARTS_MAX; (*p)++)
    number = number * 10 + (guint)(**p - '0');
  if (number == 0 || number > RECOVERY_PARTS_MAX || **p != end)
    return false;
  (*p)++;
  *ret_number = number;
  return true;
}

static bool
read_tag(const char **p, char ret_tag[TAG + 1])
{
  for (int i = 0; i < TAG; i++)
    if (!g_ascii_isxdigit((*p)[i]))
      return false;
  if ((*p)[TAG] != ':')
    return false;
  memcpy(ret_tag, *p, TAG);
  ret_tag[TAG] = '\0';
  *p += TAG + 1;
  return true;
}

/* The bytes of a part without the sum behind them. */
static bool
read_piece(const char *text, Part *part)
{
  uint8_t crc[CRC];

  part->piece = read_base45(text);
  if (part->piece == NULL || part->piece->len <= CRC)
    return false;
  g_byte_array_set_size(part->piece, part->piece->len - CRC);
  put_crc(part->piece->data, part->piece->len, crc);
  /* What was cut off is still there. */
  return memcmp(part->piece->data + part->piece->len, crc, CRC) == 0;
}

static bool
read_part(const char *line, Part *part, GError **error)
{
  size_t len = strcspn(line, "\r\n");
  g_autofree char *text = NULL;
  g_autofree char *why = NULL;
  const char *p;

  if (!recovery_parts_is_part(line) || line[len + strspn(line + len, "\r\n")])
    return fail(error, "this is no part of a series (KT1:...)");
  if (len > RECOVERY_PARTS_LINE_MAX)
    return fail(error, "a part is longer than any is");
  text = g_ascii_strup(line, (gssize)len);
  p = text + strlen(MARK);
  if (!read_number(&p, '/', &part->number) ||
      !read_number(&p, ':', &part->of) || part->number > part->of ||
      !read_tag(&p, part->tag))
    return fail(error, "the head of a part is damaged; scan it again");
  if (read_piece(p, part))
    return true;
  why = g_strdup_printf("part %u of %u is damaged; scan it again", part->number,
                        part->of);
  return fail(error, why);
}

RecoveryParts *
recovery_parts_new(void)
{
  return g_new0(RecoveryParts, 1);
}

static void
free_piece(void *data)
{
  g_byte_array_unref(data);
}

void
recovery_parts_free(RecoveryParts *parts)
{
  if (parts == NULL)
    return;
  for (guint i = 0; i < parts->of; i++)
    g_clear_pointer(&parts->pieces->pdata[i], free_piece);
  g_clear_pointer(&parts->pieces, g_ptr_array_unref);
  g_free(parts);
}

static void
start_series(RecoveryParts *parts, const Part *part)
{
  parts->of = part->of;
  memcpy(parts->tag, part->tag, sizeof(parts->tag));
  parts->pieces = g_ptr_array_new();
  g_ptr_array_set_size(parts->pieces, (gint)part->of);
}

static bool
is_same(const GByteArray *one, const GByteArray *other)
{
  return one->len == other->len &&
         memcmp(one->data, other->data, one->len) == 0;
}

bool
recovery_parts_add(RecoveryParts *parts, const char *line, GError **error)
{
  g_auto(Part) part = {0};
  GByteArray *before;

  if (!read_part(line, &part, error))
    return false;
  if (parts->of == 0)
    start_series(parts, &part);
  if (part.of != parts->of || strcmp(part.tag, parts->tag) != 0)
    return fail(error, "this part is of another series");
  before = parts->pieces->pdata[part.number - 1];
  if (before == NULL) {
    parts->pieces->pdata[part.number - 1] = g_steal_pointer(&part.piece);
    parts->n++;
    return true;
  }
  return is_same(before, part.piece) ||
         fail(error, "this part is of another series");
}

bool
recovery_parts_is_complete(const RecoveryParts *parts)
{
  return parts->of > 0 && parts->n == parts->of;
}

char *
recovery_parts_missing(const RecoveryParts *parts)
{
  guint left = parts->of - parts->n;
  GString *text;

  if (left == 0)
    return NULL;
  text = g_string_new(NULL);
  for (guint i = 0; i < parts->of; i++) {
    if (parts->pieces->pdata[i] != NULL)
      continue;
    left--;
    g_string_append_printf(text, "%s%u",
                           text->len == 0 ? ""
                           : left == 0    ? " and "
                                          : ", ",
                           i + 1);
  }
  g_string_append_printf(text, " of %u", parts->of);
  return g_string_free(text, FALSE);
}

static GByteArray *
concatenate(const RecoveryParts *parts)
{
  GByteArray *whole = g_byte_array_new();

  for (guint i = 0; i < parts->of; i++) {
    const GByteArray *piece = parts->pieces->pdata[i];

    g_byte_array_append(whole, piece->data, piece->len);
  }
  return whole;
}

/* All of it, and nothing behind it; a NUL that does not count at its end. */
static GByteArray *
inflate_whole(const GByteArray *whole, GError **error)
{
  z_stream stream = {.next_in = whole->data, .avail_in = whole->len};
  g_autoptr(GByteArray) out = g_byte_array_new();
  int r = inflateInit2(&stream, RAW_WINDOW);

  g_assert(r == Z_OK); /* or there is no memory */
  g_byte_array_set_size(out, RECOVERY_PARTS_TEXT_MAX + 1);
  stream.next_out = out->data;
  stream.avail_out = RECOVERY_PARTS_TEXT_MAX;
  r = inflate(&stream, Z_FINISH);
  (void)inflateEnd(&stream); /* nothing is left in it */
  if (r != Z_STREAM_END || stream.avail_in != 0) {
    (void)fail(error, stream.avail_out == 0
                          ? "the parts hold more than a text may have"
                          : "the parts do not fit together");
    return NULL;
  }
  g_byte_array_set_size(out, (guint)stream.total_out + 1);
  out->data[out->len - 1] = '\0';
  return g_steal_pointer(&out);
}

char *
recovery_parts_join(const RecoveryParts *parts, size_t *ret_len, GError **error)
{
  g_autofree char *missing = recovery_parts_missing(parts);
  g_autoptr(GByteArray) whole = NULL, text = NULL;
  char tag[TAG + 1];

  if (!recovery_parts_is_complete(parts)) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID,
                missing == NULL ? "there is no part yet" : "missing: part %s",
                missing);
    return NULL;
  }
  whole = concatenate(parts);
  text = inflate_whole(whole, error);
  if (text == NULL)
    return NULL;
  make_tag(text->data, text->len - 1, tag);
  if (strcmp(tag, parts->tag) != 0) {
    (void)fail(error, "the parts do not fit together");
    return NULL;
  }
  if (ret_len != NULL)
    *ret_len = text->len - 1;
  return (char *)g_byte_array_free(g_steal_pointer(&text), FALSE);
}
