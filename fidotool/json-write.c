/* SPDX-License-Identifier: Apache-2.0 */
/* json-write.c - a JSON tree to text. */
#include "fidotool/json-private.h"

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

/* Whole runs at once: most texts have nothing to escape. */
void
fidotool_json_write_text(GString *out, const char *text)
{
  g_string_append_c(out, '"');
  while (*text != '\0') {
    const char *p = text;

    while ((unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
      p++;
    g_string_append_len(out, text, p - text);
    if (*p != '\0')
      write_escape(out, *p++);
    text = p;
  }
  g_string_append_c(out, '"');
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
    g_string_append_printf(out, "%" G_GINT64_FORMAT, json->integer);
    break;
  case FIDOTOOL_JSON_NUMBER:
    g_string_append(out, json->text);
    break;
  case FIDOTOOL_JSON_STRING:
    fidotool_json_write_text(out, json->text);
    break;
  case FIDOTOOL_JSON_ARRAY:
    g_string_append_c(out, '[');
    for (unsigned i = 0; i < json->items->len; i++) {
      if (i > 0)
        g_string_append_c(out, ',');
      fidotool_json_write_to(out, g_ptr_array_index(json->items, i));
    }
    g_string_append_c(out, ']');
    break;
  case FIDOTOOL_JSON_OBJECT:
    g_string_append_c(out, '{');
    for (unsigned i = 0; i < json->members->len; i++) {
      FidotoolJsonMember *member =
          &g_array_index(json->members, FidotoolJsonMember, i);

      if (i > 0)
        g_string_append_c(out, ',');
      fidotool_json_write_text(out, member->name);
      g_string_append_c(out, ':');
      fidotool_json_write_to(out, member->value);
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
