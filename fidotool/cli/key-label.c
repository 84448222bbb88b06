/* SPDX-License-Identifier: Apache-2.0 */
/* key-label.c - names for what is listed or comes and goes. */
#include "fidotool/cli/key-label.h"

#include "fidotool/cli/key-names.h"

FidotoolJson *
fidotool_key_label_read(FidotoolCmd *cmd)
{
  FidotoolKeyNamesPlaces places = fidotool_key_names_places();
  g_autoptr(GError) error = NULL;
  FidotoolJson *names = fidotool_key_names_read(&places, &error);

  if (error)
    fidotool_cmd_warn(cmd, "names", error->message);
  fidotool_key_names_places_clear(&places);
  return names;
}

void
fidotool_key_label_add(const FidotoolJson *names, FidotoolJson *key)
{
  const char *name = fidotool_key_names_find(names, key);

  if (!name)
    return;
  fidotool_json_set_text(key, "name", name);
  fidotool_json_set_bool(
      key, "name_sure",
      fidotool_key_names_doubt(fidotool_json_get(names, name)) == NULL);
}
