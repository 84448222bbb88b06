/* SPDX-License-Identifier: Apache-2.0 */
/* key-plan.c - {"plan","signature"} out of a file. */
#include "fidotool/cli/key-plan.h"

#define MAX_FILE 16384

bool
fidotool_key_plan_add(FidotoolJson *request, const char *path, GError **error)
{
  static const char *const names[] = {"plan", "signature"};
  g_autofree char *text = NULL;
  g_autoptr(FidotoolJson) file = NULL;
  const FidotoolJson *inner, *from;
  FidotoolJson *leave;
  size_t len;

  if (!path)
    return true;
  text = fidotool_cmd_read_file(path, MAX_FILE, &len, error);
  file = text ? fidotool_json_parse(text, len, error) : NULL;
  if (!file)
    return false;
  inner = fidotool_json_get(file, "result"); /* where --json wrote it */
  from = inner ? inner : file;
  leave = fidotool_json_set(request, "signed", fidotool_json_new_object());
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    const char *value = fidotool_json_get_text(from, names[i]);

    if (!value) {
      g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                  "%s: no plan is in it", path);
      return false;
    }
    fidotool_json_set_text(leave, names[i], value);
  }
  return true;
}
