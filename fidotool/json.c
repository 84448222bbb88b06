/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - a JSON tree, built and asked. */
#include "fidotool/json-private.h"

FidotoolJson *
fidotool_json_new(FidotoolJsonType type)
{
  FidotoolJson *json = g_malloc(sizeof(FidotoolJson));

  *json = (FidotoolJson){.type = type};
  return json;
}

FidotoolJson *
fidotool_json_new_of(FidotoolJsonType type, const char *text, size_t len)
{
  FidotoolJson *json = g_malloc(sizeof(FidotoolJson) + len + 1);

  *json = (FidotoolJson){.type = type};
  if (text != NULL) {
    memcpy(json->text, text, len);
    json->text[len] = '\0';
  }
  return json;
}

void
fidotool_json_free(FidotoolJson *json)
{
  if (json == NULL)
    return;
  if (json->type == FIDOTOOL_JSON_ARRAY) {
    for (unsigned i = 0; i < json->count; i++)
      fidotool_json_free(json->items[i]);
    g_free(json->items);
  }
  if (json->type == FIDOTOOL_JSON_OBJECT) {
    for (unsigned i = 0; i < json->count; i++) {
      g_free(json->members[i].name);
      fidotool_json_free(json->members[i].value);
    }
    g_free(json->members);
  }
  g_free(json);
}

FidotoolJson *
fidotool_json_new_object(void)
{
  return fidotool_json_new(FIDOTOOL_JSON_OBJECT);
}

FidotoolJson *
fidotool_json_new_array(void)
{
  return fidotool_json_new(FIDOTOOL_JSON_ARRAY);
}

FidotoolJson *
fidotool_json_new_text(const char *text)
{
  return fidotool_json_new_of(FIDOTOOL_JSON_STRING, text, strlen(text));
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

/* Room for one more. */
static void
grow(FidotoolJson *json)
{
  if (json->count < json->room)
    return;
  json->room = json->room == 0 ? 4 : 2 * json->room;
  if (json->type == FIDOTOOL_JSON_ARRAY)
    json->items = g_renew(FidotoolJson *, json->items, json->room);
  else
    json->members = g_renew(FidotoolJsonMember, json->members, json->room);
}

/* Where name stands, or where it would stand. */
static bool
find_member(const FidotoolJson *object, const char *name, unsigned *ret_i)
{
  unsigned low = 0, high = object->count;

  while (low < high) {
    unsigned mid = low + (high - low) / 2;
    int order = fidotool_json_compare_names(object->members[mid].name, name);

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

static void
insert_member(FidotoolJson *object, unsigned i, char *name, FidotoolJson *value)
{
  grow(object);
  memmove(&object->members[i + 1], &object->members[i],
          (object->count - i) * sizeof(FidotoolJsonMember));
  object->members[i] = (FidotoolJsonMember){name, value};
  object->count++;
}

/* The member at i without its value. */
static void
drop_member(FidotoolJson *object, unsigned i)
{
  g_free(object->members[i].name);
  object->count--;
  memmove(&object->members[i], &object->members[i + 1],
          (object->count - i) * sizeof(FidotoolJsonMember));
}

void
fidotool_json_add_member(FidotoolJson *object, char *name, FidotoolJson *value)
{
  insert_member(object, object->count, name, value);
}

FidotoolJson *
fidotool_json_set(FidotoolJson *object, const char *name, FidotoolJson *value)
{
  unsigned i;

  g_assert(object->type == FIDOTOOL_JSON_OBJECT);
  if (find_member(object, name, &i)) {
    fidotool_json_free(object->members[i].value);
    object->members[i].value = value;
    return value;
  }
  insert_member(object, i, g_strdup(name), value);
  return value;
}

FidotoolJson *
fidotool_json_append(FidotoolJson *array, FidotoolJson *value)
{
  g_assert(array->type == FIDOTOOL_JSON_ARRAY);
  grow(array);
  array->items[array->count++] = value;
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
  if (!find_member(object, name, &i))
    return;
  fidotool_json_free(object->members[i].value);
  drop_member(object, i);
}

FidotoolJson *
fidotool_json_take(FidotoolJson *object, const char *name)
{
  FidotoolJson *value;
  unsigned i;

  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      !find_member(object, name, &i))
    return NULL;
  value = object->members[i].value;
  drop_member(object, i);
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
  case FIDOTOOL_JSON_NUMBER:
  case FIDOTOOL_JSON_STRING:
    return fidotool_json_new_of(json->type, json->text, strlen(json->text));
  case FIDOTOOL_JSON_NULL:
  case FIDOTOOL_JSON_BOOL:
  case FIDOTOOL_JSON_INT:
    break;
  }
  copy = fidotool_json_new(json->type);
  *copy = *json;
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
  return json == NULL ? 0 : json->count;
}

FidotoolJson *
fidotool_json_at(const FidotoolJson *array, size_t i)
{
  if (fidotool_json_type(array) != FIDOTOOL_JSON_ARRAY || i >= array->count)
    return NULL;
  return array->items[i];
}

FidotoolJson *
fidotool_json_get(const FidotoolJson *object, const char *name)
{
  unsigned i;

  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT ||
      !find_member(object, name, &i))
    return NULL;
  return object->members[i].value;
}

const char *
fidotool_json_name(const FidotoolJson *object, size_t i)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT || i >= object->count)
    return NULL;
  return object->members[i].name;
}

FidotoolJson *
fidotool_json_member(const FidotoolJson *object, size_t i)
{
  if (fidotool_json_type(object) != FIDOTOOL_JSON_OBJECT || i >= object->count)
    return NULL;
  return object->members[i].value;
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
