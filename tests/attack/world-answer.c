/* SPDX-License-Identifier: Apache-2.0 */
/* world-answer.c - reading what the station said. */
#include "fidotool/bytes.h"
#include "tests/attack/world.h"

FidotoolJson *
attack_world_row(const FidotoolJson *list, const char *name, const char *value)
{
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    FidotoolJson *row = fidotool_json_at(list, i);

    if (g_strcmp0(fidotool_json_get_text(row, name), value) == 0)
      return row;
  }
  return NULL;
}

char *
attack_world_text(const FidotoolJson *json)
{
  return fidotool_json_write(json, NULL);
}

char *
attack_world_cred(AttackWorld *world, const char *person)
{
  AttackKey *key = attack_world_person(world, person)->key;

  return fidotool_bytes_base64(key->id, sizeof(key->id));
}
