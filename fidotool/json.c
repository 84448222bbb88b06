/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - a JSON tree, built and asked. */
#include "fidotool/json-private.h"

#include <string.h>

FidotoolJson *
fidotool_json_new(FidotoolJsonType type)
{
  FidotoolJson *json = g_new0(FidotoolJson, 1);

  json->type = type;
  return json;
}

void
fidotool_json_clear_member(void *data)
{
  FidotoolJsonMember *member = data;

  g_free(member->name);
  fidotool_json_free(member->value);
}

void
fidotool_json_free(FidotoolJson *json)
{
  if (json == NULL)
    return;
  g_free(json->text);
  if (json->items != NULL)
    g_ptr_array_unref(json->items);
  if (json->members != NULL)
    g_array_unref(json->members);
  g_free(json);
}

FidotoolJson *
fidotool_json_new_object(void)
{
  FidotoolJson *json = fidotool_json_new(FIDOTOOL_JSON_OBJECT);

  json->members = g_array_new(false, false, sizeof(FidotoolJsonMember));
  g_array_set_clear_func(json->members, fidotool_json_clear_member);
  return json;
}

FidotoolJson *
fidotool_json_new_array(void)
{
  FidotoolJson *json = fidotool_json_new(FIDOTOOL_JSON_ARRAY);

  json->items =
      g_ptr_array_new_with_free_func((GDestroyNotify)fidotool_json_free);
  return json;
}

FidotoolJson *
fidotool_json_new_text(const char *text)
{
  FidotoolJson *json = fidotool_json_new(FIDOTOOL_JSON_STRING);

  json->text = g_strdup(text);
  return json;
}

FidotoolJson *
fidotool_json_new_int(int64_t value)
{
  FidotoolJson *json = fidotool_json_new(FIDOTOOL_JSON_INT);

  json->integer = value;
  return json;
}

FidotoolJson *
fidotool_json_new_bool(bool value)
{
  FidotoolJson *json = fidotool_json_new(FIDOTOOL_JSON_BOOL);

  json->truth = value;
  return json;
}

FidotoolJson *
fidotool_json_new_null(void)
{
  return fidotool_json_new(FIDOTOOL_JSON_NULL);
}

/* Where name stands, or where it would stand. */
static bool
find_member(const FidotoolJson *object, const char *name, unsigned *ret_i)
{
  unsigned low = 0, high = object->members->len;

  while (low < high) {
    unsigned mid = low + (high - low) / 2;
    int order = strcmp(
        g_array_index(object->members, FidotoolJsonMember, mid).name, name);

    if (order == 0) {
      *ret_i = mid;
      return true;
    }
    if (order < 0)
      low = mid + 1;
    else
      high = mid;
  }
  *ret_i = low;
  return false;
}

FidotoolJson *
fidotool_json_set(FidotoolJson *object, const char *name, FidotoolJson *value)
{
  FidotoolJsonMember member = {NULL, value};
  unsigned i;

  g_assert(object->type == FIDOTOOL_JSON_OBJECT);
  if (find_member(object, name, &i)) {
    fidotool_json_free(
        g_array_index(object->members, FidotoolJsonMember, i).value);
    g_array_index(object->members, FidotoolJsonMember, i).value = value;
    return value;
  }
  member.name = g_strdup(name);
  g_array_insert_val(object->members, i, member);
  return value;
}

FidotoolJson *
fidotool_json_append(FidotoolJson *array, FidotoolJson *value)
{
  g_assert(array->type == FIDOTOOL_JSON_ARRAY);
  g_ptr_array_add(array->items, value);
  return value;
}

void
fidotool_json_set_text(FidotoolJson *object, const char *name, const char *text)
{
  fidotool_json_set(object, name, fidotool_json_new_text(text));
}

void
fidotool_json_set_int(FidotoolJson *object, const char *name, int64_t value)
{
  fidotool_json_set(object, name, fidotool_json_new_int(value));
}

void
fidotool_json_set_bool(FidotoolJson *object, const char *name, bool value)
{
  fidotool_json_set(object, name, fidotool_json_new_bool(value));
}

void
fidotool_json_append_text(FidotoolJson *array, const char *text)
{
  fidotool_json_append(array, fidotool_json_new_text(text));
}

void
fidotool_json_remove(FidotoolJson *object, const char *name)
{
  unsigned i;

  g_assert(object->type == FIDOTOOL_JSON_OBJECT);
  if (find_member(object, name, &i))
    g_array_remove_index(object->members, i);
}

FidotoolJson *
fidotool_json_take(FidotoolJson *object, const char *name)
{
  FidotoolJson *value;
  unsigned i;

  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      !find_member(object, name, &i))
    return NULL;
  value = g_steal_pointer(
      &g_array_index(object->members, FidotoolJsonMember, i).value);
  g_array_remove_index(object->members, i);
  return value;
}

FidotoolJson *
fidotool_json_copy(const FidotoolJson *json)
{
  FidotoolJson *copy;

  if (json == NULL)
    return NULL;
  switch (json->type) {
  case FIDOTOOL_JSON_OBJECT:
    copy = fidotool_json_new_object();
    for (size_t i = 0; i < fidotool_json_size(json); i++)
      fidotool_json_set(copy, fidotool_json_name(json, i),
                        fidotool_json_copy(fidotool_json_member(json, i)));
    return copy;
  case FIDOTOOL_JSON_ARRAY:
    copy = fidotool_json_new_array();
    for (size_t i = 0; i < fidotool_json_size(json); i++)
      fidotool_json_append(copy, fidotool_json_copy(fidotool_json_at(json, i)));
    return copy;
  case FIDOTOOL_JSON_NULL:
  case FIDOTOOL_JSON_BOOL:
  case FIDOTOOL_JSON_INT:
  case FIDOTOOL_JSON_NUMBER:
  case FIDOTOOL_JSON_STRING:
    break;
  }
  copy = fidotool_json_new(json->type);
  copy->truth = json->truth;
  copy->integer = json->integer;
  copy->text = g_strdup(json->text);
  return copy;
}

FidotoolJsonType
fidotool_json_type(const FidotoolJson *json)
{
  return json == NULL ? FIDOTOOL_JSON_NULL : json->type;
}

const char *
fidotool_json_text(const FidotoolJson *json)
{
  return fidotool_json_type(json) == FIDOTOOL_JSON_STRING ? json->text : NULL;
}

bool
fidotool_json_int(const FidotoolJson *json, int64_t *ret_value)
{
  if (fidotool_json_type(json) != FIDOTOOL_JSON_INT)
    return false;
  *ret_value = json->integer;
  return true;
}

bool
fidotool_json_bool(const FidotoolJson *json, bool fallback)
{
  return fidotool_json_type(json) == FIDOTOOL_JSON_BOOL ? json->truth
                                                        : fallback;
}

size_t
fidotool_json_size(const FidotoolJson *json)
{
  if (fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY)
    return json->items->len;
  if (fidotool_json_type(json) == FIDOTOOL_JSON_OBJECT)
    return json->members->len;
  return 0;
}

FidotoolJson *
fidotool_json_at(const FidotoolJson *array, size_t i)
{
  if (fidotool_json_type(array) != FIDOTOOL_JSON_ARRAY ||
      i >= array->items->len)
    return NULL;
  return g_ptr_array_index(array->items, i);
}

FidotoolJson *
fidotool_json_get(const FidotoolJson *object, const char *name)
{
  unsigned i;

  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      !find_member(object, name, &i))
    return NULL;
  return g_array_index(object->members, FidotoolJsonMember, i).value;
}

const char *
fidotool_json_name(const FidotoolJson *object, size_t i)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      i >= object->members->len)
    return NULL;
  return g_array_index(object->members, FidotoolJsonMember, i).name;
}

FidotoolJson *
fidotool_json_member(const FidotoolJson *object, size_t i)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      i >= object->members->len)
    return NULL;
  return g_array_index(object->members, FidotoolJsonMember, i).value;
}

const char *
fidotool_json_get_text(const FidotoolJson *object, const char *name)
{
  return fidotool_json_text(fidotool_json_get(object, name));
}

int64_t
fidotool_json_get_int(const FidotoolJson *object, const char *name,
                      int64_t fallback)
{
  int64_t value = fallback;

  (void)fidotool_json_int(fidotool_json_get(object, name), &value);
  return value; /* the fallback where it was no integer */
}

bool
fidotool_json_get_bool(const FidotoolJson *object, const char *name,
                       bool fallback)
{
  return fidotool_json_bool(fidotool_json_get(object, name), fallback);
}
