/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - open addressing, at most half full, one multiplication for each
 * eight bytes. */
#include "recovery/policy/names.h"

#include <glib.h>
#include <string.h>

#define FIRST_SIZE 64

__extension__ typedef unsigned __int128 Wide;

uint64_t
recovery_names_mix(uint64_t a, uint64_t b)
{
  Wide product =
      (Wide)(a ^ UINT64_C(0x9e3779b97f4a7c15)) *
      (b ^ UINT64_C(0xd6e8feb86659fd93));

  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t
hash_of(uint32_t space, const char *text)
{
  size_t len = strlen(text);
  uint64_t hash = recovery_names_mix(space, len), word;

  for (; len > 8; len -= 8, text += 8) {
    memcpy(&word, text, 8);
    hash = recovery_names_mix(hash, word);
  }
  word = 0;
  memcpy(&word, text, len);
  hash = recovery_names_mix(hash, word);
  return hash != 0 ? hash : 1;
}

void
recovery_names_init(RecoveryNames *names)
{
  names->slots = g_new0(RecoveryNamesSlot, FIRST_SIZE);
  names->mask = FIRST_SIZE - 1;
  names->count = 0;
}

void
recovery_names_clear(RecoveryNames *names)
{
  g_clear_pointer(&names->slots, g_free);
}

static RecoveryNamesSlot *
find(const RecoveryNames *names, uint64_t hash, uint32_t space,
     const char *text)
{
  for (uint32_t i = (uint32_t)hash & names->mask;; i = (i + 1) & names->mask) {
    RecoveryNamesSlot *slot = &names->slots[i];

    if (slot->hash == 0 || (slot->hash == hash && slot->space == space &&
                            strcmp(slot->text, text) == 0))
      return slot;
  }
}

static void
grow(RecoveryNames *names)
{
  RecoveryNamesSlot *old = names->slots;
  uint32_t old_size = names->mask + 1;

  names->mask = old_size * 2 - 1;
  names->slots = g_new0(RecoveryNamesSlot, (gsize)old_size * 2);
  for (uint32_t i = 0; i < old_size; i++)
    if (old[i].hash != 0)
      *find(names, old[i].hash, old[i].space, old[i].text) = old[i];
  g_free(old);
}

uint32_t *
recovery_names_put(RecoveryNames *names, uint32_t space, const char *text)
{
  uint64_t hash = hash_of(space, text);
  RecoveryNamesSlot *slot;

  if (names->count * 2 > names->mask)
    grow(names);
  slot = find(names, hash, space, text);
  if (slot->hash == 0) {
    *slot = (RecoveryNamesSlot){hash, text, space, RECOVERY_NAMES_NONE};
    names->count++;
  }
  return &slot->value;
}

uint32_t
recovery_names_get(const RecoveryNames *names, uint32_t space, const char *text)
{
  const RecoveryNamesSlot *slot =
      find(names, hash_of(space, text), space, text);

  return slot->hash != 0 ? slot->value : RECOVERY_NAMES_NONE;
}
