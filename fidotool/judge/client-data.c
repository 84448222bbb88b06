/* SPDX-License-Identifier: Apache-2.0 */
/* client-data.c - what the browser says it did, read strictly. */
#include "fidotool/judge/client-data.h"

#include <string.h>

#include "fidotool/error.h"

static bool
fail(GError **error, const char *why)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID, why);
  return false;
}

/* A member of another type than the standard gives it is no member. */
static bool
read_members(FidotoolClientData *data, GError **error)
{
  FidotoolJson *cross = fidotool_json_get(data->json, "crossOrigin");
  FidotoolJson *top = fidotool_json_get(data->json, "topOrigin");

  if (fidotool_json_type(data->json) != FIDOTOOL_JSON_OBJECT)
    return fail(error, "no JSON object");
  data->type = fidotool_json_get_text(data->json, "type");
  data->challenge = fidotool_json_get_text(data->json, "challenge");
  data->origin = fidotool_json_get_text(data->json, "origin");
  if (data->type == NULL || data->challenge == NULL || data->origin == NULL)
    return fail(error, "type, challenge or origin is missing");
  if (cross != NULL && fidotool_json_type(cross) != FIDOTOOL_JSON_BOOL)
    return fail(error, "crossOrigin is neither true nor false");
  if (top != NULL && fidotool_json_type(top) != FIDOTOOL_JSON_STRING)
    return fail(error, "topOrigin is no text");
  data->cross_origin = fidotool_json_bool(cross, false);
  data->top_origin = fidotool_json_text(top);
  return true;
}

FidotoolClientData *
fidotool_client_data_parse(GBytes *bytes, GError **error)
{
  static const char mark[] = "\xef\xbb\xbf";
  g_autoptr(FidotoolClientData) data = g_new0(FidotoolClientData, 1);
  size_t len;
  const char *text = g_bytes_get_data(bytes, &len);

  if (len == 0 || len > FIDOTOOL_CLIENT_DATA_MAX) {
    fail(error, "empty, or too large");
    return NULL;
  }
  if (len >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
    text += strlen(mark);
    len -= strlen(mark);
  }
  data->json = fidotool_json_parse(text, len, error);
  if (data->json == NULL || !read_members(data, error))
    return NULL;
  return g_steal_pointer(&data);
}

void
fidotool_client_data_free(FidotoolClientData *data)
{
  if (data == NULL)
    return;
  fidotool_json_free(data->json);
  g_free(data);
}
