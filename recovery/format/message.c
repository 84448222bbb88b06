/* SPDX-License-Identifier: Apache-2.0 */
/* message.c - a text of ours with named places, and what stands in them. */
#include "recovery/format/message.h"

#include <glib.h>
#include <string.h>

#define FORMAT "format"
#define ARGS "args"
#define BETWEEN "between"
#define ITEMS "items"

#define DEPTH_MAX 8
/* Bytes, of the whole and of each part of it. */
#define TEXT_MAX 4000

FidotoolJson *
recovery_message_of(const char *format)
{
  FidotoolJson *message = fidotool_json_new_object();

  fidotool_json_set_text(message, FORMAT, format);
  return message;
}

static FidotoolJson *
args_of(FidotoolJson *message)
{
  FidotoolJson *args = fidotool_json_get(message, ARGS);

  return args != NULL
             ? args
             : fidotool_json_set(message, ARGS, fidotool_json_new_object());
}

void
recovery_message_put(FidotoolJson *message, const char *name,
                     FidotoolJson *value)
{
  fidotool_json_set(args_of(message), name, value);
}

void
recovery_message_put_text(FidotoolJson *message, const char *name,
                          const char *text)
{
  recovery_message_put(message, name,
                       fidotool_json_new_text(text == NULL ? "" : text));
}

FidotoolJson *
recovery_message_list(const char *between)
{
  FidotoolJson *list = fidotool_json_new_object();

  fidotool_json_set_text(list, BETWEEN, between);
  fidotool_json_set(list, ITEMS, fidotool_json_new_array());
  return list;
}

void
recovery_message_add(FidotoolJson *list, FidotoolJson *item)
{
  fidotool_json_append(fidotool_json_get(list, ITEMS), item);
}

/* --- writing ----------------------------------------------------------------
 */

static char *
say(char *(*how)(const char *), const char *text)
{
  return how == NULL ? g_strdup(text) : how(text);
}

/* The name between braces at p, or NULL. */
static char *
read_place(const char *p, size_t *ret_len)
{
  size_t n = 1 + strspn(p + 1, "abcdefghijklmnopqrstuvwxyz");

  if (n == 1 || p[n] != '}')
    return NULL;
  *ret_len = n + 1;
  return g_strndup(p + 1, n - 1);
}

/* What stands in a place: texts by name, written already. What is put in is
 * not looked at again. */
static char *
fill(const char *format, GHashTable *parts)
{
  g_autoptr(GString) out = g_string_new(NULL);

  while (*format != '\0') {
    size_t len = 1;
    g_autofree char *name = *format == '{' ? read_place(format, &len) : NULL;
    const char *part = name == NULL ? NULL : g_hash_table_lookup(parts, name);

    if (part != NULL)
      g_string_append(out, part);
    else
      g_string_append_len(out, format, (gssize)len);
    if (out->len > TEXT_MAX)
      return NULL;
    format += len;
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *write_value(const char *name, const FidotoolJson *value,
                         const RecoveryMessageWords *words, int depth);

static char *
write_message(const FidotoolJson *message, const RecoveryMessageWords *words,
              int depth)
{
  const char *format = fidotool_json_get_text(message, FORMAT);
  const FidotoolJson *args = fidotool_json_get(message, ARGS);
  g_autoptr(GHashTable) parts =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *said = NULL;

  if (format == NULL || depth > DEPTH_MAX)
    return NULL;
  for (size_t i = 0; i < fidotool_json_size(args); i++) {
    const char *name = fidotool_json_name(args, i);
    char *part;

    if (name == NULL)
      return NULL;
    part = write_value(name, fidotool_json_member(args, i), words, depth + 1);
    if (part == NULL)
      return NULL;
    g_hash_table_insert(parts, g_strdup(name), part);
  }
  said = say(words->format, format);
  return fill(said, parts);
}

/* One and other, that and the next, and so on. */
static char *
write_list(const char *name, const FidotoolJson *list,
           const RecoveryMessageWords *words, int depth)
{
  const FidotoolJson *items = fidotool_json_get(list, ITEMS);
  g_autofree char *between =
      say(words->format, fidotool_json_get_text(list, BETWEEN));
  g_autofree char *all = g_strdup("");

  for (size_t i = 0; i < fidotool_json_size(items); i++) {
    g_autoptr(GHashTable) parts =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    char *item =
        write_value(name, fidotool_json_at(items, i), words, depth + 1);

    if (item == NULL)
      return NULL;
    g_hash_table_insert(parts, (char *)"one", g_steal_pointer(&all));
    g_hash_table_insert(parts, (char *)"other", item);
    all = i == 0 ? g_strdup(item) : fill(between, parts);
    if (all == NULL)
      return NULL;
  }
  return g_steal_pointer(&all);
}

static char *
write_value(const char *name, const FidotoolJson *value,
            const RecoveryMessageWords *words, int depth)
{
  const char *text = fidotool_json_text(value);

  if (depth > DEPTH_MAX)
    return NULL;
  if (text != NULL)
    return words->arg == NULL ? g_strdup(text) : words->arg(name, text);
  if (fidotool_json_get_text(value, BETWEEN) != NULL)
    return write_list(name, value, words, depth);
  return write_message(value, words, depth);
}

char *
recovery_message_write(const FidotoolJson *message,
                       const RecoveryMessageWords *words)
{
  static const RecoveryMessageWords none = {NULL, NULL};

  return write_message(message, words == NULL ? &none : words, 0);
}
