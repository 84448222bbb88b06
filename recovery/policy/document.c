/* SPDX-License-Identifier: Apache-2.0 */
/* document.c - what a document holds, found and freed. */
#include "recovery/policy/document.h"

#include <stddef.h>
#include <string.h>

#include "recovery/policy/document-private.h"

/* Each element of a section begins like a slot: its place, its id. */
#define BEGINS_LIKE_A_SLOT(type)                                               \
  G_STATIC_ASSERT(offsetof(RecoveryDocument##type, at) == 0 &&                 \
                  offsetof(RecoveryDocument##type, id) ==                      \
                      offsetof(RecoveryDocumentSlot, id))
BEGINS_LIKE_A_SLOT(List);
BEGINS_LIKE_A_SLOT(Class);
BEGINS_LIKE_A_SLOT(Signal);
BEGINS_LIKE_A_SLOT(Population);
BEGINS_LIKE_A_SLOT(Journey);
BEGINS_LIKE_A_SLOT(App);
BEGINS_LIKE_A_SLOT(Transaction);
BEGINS_LIKE_A_SLOT(Permit);
BEGINS_LIKE_A_SLOT(Require);
BEGINS_LIKE_A_SLOT(Forbid);
BEGINS_LIKE_A_SLOT(Exception);
BEGINS_LIKE_A_SLOT(Role);

/* ---- memory that is freed at once ---- */

#define BLOCK ((size_t)65536)

struct RecoveryDocumentArena {
  RecoveryDocumentArena *before;
  size_t used, size;
  max_align_t bytes[];
};

void *
recovery_document_arena_alloc(RecoveryDocumentArena **arena, size_t size)
{
  size_t need = (size + 7) & ~(size_t)7;
  RecoveryDocumentArena *block = *arena;

  if (block == NULL || block->size - block->used < need) {
    size_t room = MAX(need, BLOCK);

    block = g_malloc(sizeof(*block) + room);
    block->before = *arena;
    block->used = 0;
    block->size = room;
    *arena = block;
  }
  block->used += need;
  return (char *)block->bytes + block->used - need;
}

void
recovery_document_arena_free(RecoveryDocumentArena *arena)
{
  while (arena != NULL) {
    RecoveryDocumentArena *before = arena->before;

    g_free(arena);
    arena = before;
  }
}

void
recovery_document_free(RecoveryDocument *document)
{
  if (document == NULL)
    return;
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_LISTS); i++)
    g_clear_pointer(&RECOVERY_DOCUMENT_AT(document, LISTS, List, i)->entries,
                    g_array_unref);
  for (uint32_t i = 0;
       i < recovery_document_count(document, RECOVERY_DOCUMENT_POPULATIONS);
       i++)
    g_clear_pointer(
        &RECOVERY_DOCUMENT_AT(document, POPULATIONS, Population, i)->attributes,
        g_array_unref);
  for (int i = 0; i < RECOVERY_DOCUMENT_N_SECTIONS; i++)
    g_clear_pointer(&document->sections[i], g_array_unref);
  g_clear_pointer(&document->retention, g_array_unref);
  recovery_document_arena_free(document->arena);
  g_free(document);
}

uint32_t
recovery_document_count(const RecoveryDocument *document,
                        RecoveryDocumentSection section)
{
  return document->sections[section]->len;
}

const char *
recovery_document_id(const RecoveryDocument *document,
                     RecoveryDocumentSection section, uint32_t index)
{
  GArray *array = document->sections[section];
  const char *id;

  memcpy(&id,
         array->data + index * g_array_get_element_size(array) +
             offsetof(RecoveryDocumentSlot, id),
         sizeof(id));
  return id;
}

uint32_t
recovery_document_find(const RecoveryDocument *document,
                       RecoveryDocumentSection section, const char *id)
{
  for (uint32_t i = 0; i < recovery_document_count(document, section); i++)
    if (strcmp(recovery_document_id(document, section, i), id) == 0)
      return i;
  return RECOVERY_DOCUMENT_NONE;
}

const char *
recovery_document_name(RecoveryDocumentSection section)
{
  static const char *const names[] = {
      "aaguid_lists", "classes",      "signals", "populations", "journeys",
      "apps",         "transactions", "permits", "fallbacks",   "requires",
      "forbids",      "exceptions",   "roles",   "slots"};

  G_STATIC_ASSERT(G_N_ELEMENTS(names) == RECOVERY_DOCUMENT_N_SECTIONS);
  return names[section];
}
