/* SPDX-License-Identifier: Apache-2.0 */
/* json-write.c - a JSON tree to text. */
#include "fidotool/json-private.h"

/* Room at the end, which the caller fills. GString's own ways to append ask
 * more questions than they copy bytes. */
static inline char *
extend(GString *out, size_t len)
{
  const size_t at = out->len;

  if (len >= out->allocated_len - at) {
    g_string_set_size(out, at + len);
  } else {
    out->len = at + len;
    out->str[out->len] = '\0';
  }
  return out->str + at;
}

static void
write_escape(GString *out, char c)
{
  static const char letters[] = "\bb\tt\nn\ff\rr";

  g_string_append_c(out, '\\');
  if (c == '"' || c == '\\') {
    g_string_append_c(out, c);
    return;
  }
  for (const char *p = letters; *p != '\0'; p += 2)
    if (*p == c) {
      g_string_append_c(out, p[1]);
      return;
    }
  g_string_append_printf(out, "u%04x", (unsigned)c);
}

void
fidotool_json_write_text(GString *out, const char *text)
{
  const char *const end = text + strlen(text);

  g_string_append_c(out, '"');
  for (;;) {
    const char *p = fidotool_json_plain_end(text, end);
    const size_t len = (size_t)(p - text);

    memcpy(extend(out, len), text, len);
    if (p == end)
      break;
    write_escape(out, *p);
    text = p + 1;
  }
  g_string_append_c(out, '"');
}

void
fidotool_json_write_raw(GString *out, const char *json)
{
  const size_t len = strlen(json);

  memcpy(extend(out, len), json, len);
}

void
fidotool_json_write_int(GString *out, int64_t value)
{
  char digits[20]; /* of the longest, with its sign */
  char *p = digits + sizeof(digits);
  uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

  do {
    *--p = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (value < 0)
    *--p = '-';
  g_string_append_len(out, p, digits + sizeof(digits) - p);
}

void
fidotool_json_write_name(GString *out, const char *name)
{
  const size_t len = strlen(name);
  const bool first = out->str[out->len - 1] == '{';
  char *p = extend(out, len + (first ? 3 : 4));

  if (!first)
    *p++ = ',';
  *p++ = '"';
  memcpy(p, name, len);
  p[len] = '"';
  p[len + 1] = ':';
}

void
fidotool_json_write_to(GString *out, const FidotoolJson *json)
{
  switch (json->type) {
  case FIDOTOOL_JSON_NULL:
    g_string_append(out, "null");
    break;
  case FIDOTOOL_JSON_BOOL:
    g_string_append(out, json->truth ? "true" : "false");
    break;
  case FIDOTOOL_JSON_INT:
    fidotool_json_write_int(out, json->integer);
    break;
  case FIDOTOOL_JSON_NUMBER:
    g_string_append(out, json->text);
    break;
  case FIDOTOOL_JSON_STRING:
    fidotool_json_write_text(out, json->text);
    break;
  case FIDOTOOL_JSON_ARRAY:
    g_string_append_c(out, '[');
    for (unsigned i = 0; i < json->count; i++) {
      if (i > 0)
        g_string_append_c(out, ',');
      fidotool_json_write_to(out, json->items[i]);
    }
    g_string_append_c(out, ']');
    break;
  case FIDOTOOL_JSON_OBJECT:
    g_string_append_c(out, '{');
    for (unsigned i = 0; i < json->count; i++) {
      if (i > 0)
        g_string_append_c(out, ',');
      fidotool_json_write_text(out, json->members[i].name);
      g_string_append_c(out, ':');
      fidotool_json_write_to(out, json->members[i].value);
    }
    g_string_append_c(out, '}');
    break;
  }
}

char *
fidotool_json_write(const FidotoolJson *json, size_t *ret_len)
{
  GString *out = g_string_sized_new(1024);

  fidotool_json_write_to(out, json);
  if (ret_len != NULL)
    *ret_len = out->len;
  return g_string_free(out, false);
}
