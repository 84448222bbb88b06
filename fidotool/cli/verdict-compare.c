/* SPDX-License-Identifier: Apache-2.0 */
/* verdict-compare.c - member by member; checks by their ids. */
#include "fidotool/cli/verdict-compare.h"

#include <glib.h>
#include <string.h>

static char *
write_side(const FidotoolJson *json)
{
  return json == NULL ? g_strdup("-") : fidotool_json_write(json, NULL);
}

static void
add(FidotoolJson *list, const char *what, const FidotoolJson *then,
    const FidotoolJson *now)
{
  g_autofree char *before = write_side(then), *after = write_side(now);
  FidotoolJson *row;

  if (strcmp(before, after) == 0)
    return;
  row = fidotool_json_append(list, fidotool_json_new_object());
  fidotool_json_set_text(row, "what", what);
  fidotool_json_set_text(row, "then", before);
  fidotool_json_set_text(row, "now", after);
}

/* A check of an id stands once in a result. */
static const FidotoolJson *
find_check(const FidotoolJson *checks, const char *id)
{
  for (size_t i = 0; i < fidotool_json_size(checks); i++)
    if (g_strcmp0(fidotool_json_get_text(fidotool_json_at(checks, i), "id"),
                  id) == 0)
      return fidotool_json_at(checks, i);
  return NULL;
}

static void
compare_checks(FidotoolJson *list, const FidotoolJson *then,
               const FidotoolJson *now)
{
  for (size_t i = 0; i < fidotool_json_size(then); i++) {
    const FidotoolJson *check = fidotool_json_at(then, i);
    const char *id = fidotool_json_get_text(check, "id");
    g_autofree char *what = g_strdup_printf("check %s", id ? id : "");

    add(list, what, check, find_check(now, id));
  }
  for (size_t i = 0; i < fidotool_json_size(now); i++) {
    const FidotoolJson *check = fidotool_json_at(now, i);
    const char *id = fidotool_json_get_text(check, "id");
    g_autofree char *what = g_strdup_printf("check %s", id ? id : "");

    if (find_check(then, id) == NULL)
      add(list, what, NULL, check);
  }
}

/* Objects member by member, everything else as it is. */
static void
compare_member(FidotoolJson *list, const char *name, const FidotoolJson *then,
               const FidotoolJson *now)
{
  if (strcmp(name, "checks") == 0) {
    compare_checks(list, then, now);
    return;
  }
  if (fidotool_json_type(then) != FIDOTOOL_JSON_OBJECT ||
      fidotool_json_type(now) != FIDOTOOL_JSON_OBJECT) {
    add(list, name, then, now);
    return;
  }
  for (size_t i = 0; i < fidotool_json_size(then); i++) {
    const char *inner = fidotool_json_name(then, i);
    g_autofree char *what = g_strdup_printf("%s.%s", name, inner);

    add(list, what, fidotool_json_member(then, i),
        fidotool_json_get(now, inner));
  }
  for (size_t i = 0; i < fidotool_json_size(now); i++) {
    const char *inner = fidotool_json_name(now, i);
    g_autofree char *what = g_strdup_printf("%s.%s", name, inner);

    if (fidotool_json_get(then, inner) == NULL)
      add(list, what, NULL, fidotool_json_member(now, i));
  }
}

FidotoolJson *
fidotool_verdict_compare(const FidotoolJson *then, const FidotoolJson *now)
{
  FidotoolJson *list = fidotool_json_new_array();

  for (size_t i = 0; i < fidotool_json_size(then); i++) {
    const char *name = fidotool_json_name(then, i);

    compare_member(list, name, fidotool_json_member(then, i),
                   fidotool_json_get(now, name));
  }
  for (size_t i = 0; i < fidotool_json_size(now); i++) {
    const char *name = fidotool_json_name(now, i);

    if (fidotool_json_get(then, name) == NULL)
      compare_member(list, name, NULL, fidotool_json_member(now, i));
  }
  return list;
}
