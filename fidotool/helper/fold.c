/* SPDX-License-Identifier: Apache-2.0 */
/* fold.c - keys that are plugged in beside keys on readers. */
#include "fidotool/helper/fold.h"

#include <string.h>

#include "fidotool/device/card.h"
#include "fidotool/device/twin.h"

/* Keys that are opened at most. */
#define PLUGGED_MAX 16
#define PCSC "pcsc:"

typedef struct {
  char *selector;
  FidotoolTransport *carrier; /* until it is asked */
  FidotoolKey *key;
} Plugged;

struct FidotoolFold {
  Plugged rows[PLUGGED_MAX];
  size_t n;
};

static bool
has_card(GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++) {
    const FidotoolDiscoverFound *found = list->pdata[i];

    if (found->transport == FIDOTOOL_DISCOVER_CARD && found->present)
      return true;
  }
  return false;
}

FidotoolFold *
fidotool_fold_open(const FidotoolDiscoverPlaces *places)
{
  FidotoolFold *fold = g_new0(FidotoolFold, 1);
  g_autoptr(GPtrArray) list = NULL;

  /* Without readers there is nothing to compare with. */
  if (fidotool_reader_service(places->readers) != FIDOTOOL_READER_RUNNING)
    return fold;
  list = fidotool_discover_list(places);
  for (guint i = 0; has_card(list) && i < list->len && fold->n < PLUGGED_MAX;
       i++) {
    const FidotoolDiscoverFound *found = list->pdata[i];
    Plugged *row = &fold->rows[fold->n];

    if (found->transport == FIDOTOOL_DISCOVER_CARD || !found->permitted)
      continue;
    row->carrier = fidotool_discover_open(places, found, 0, NULL, NULL);
    if (!row->carrier)
      continue;
    row->selector = g_strdup(found->selector);
    fold->n++;
  }
  return fold;
}

void
fidotool_fold_free(FidotoolFold *fold)
{
  if (!fold)
    return;
  for (size_t i = 0; i < fold->n; i++) {
    g_free(fold->rows[i].selector);
    fidotool_transport_free(fold->rows[i].carrier);
    fidotool_key_free(fold->rows[i].key);
  }
  g_free(fold);
}

void
fidotool_fold_add(FidotoolJson *seen, const char *key, const char *reader,
                  const char *by)
{
  FidotoolJson *twins = fidotool_json_get(seen, "twins");
  FidotoolJson *one = fidotool_json_new_object();

  if (!twins)
    twins = fidotool_json_set(seen, "twins", fidotool_json_new_array());
  fidotool_json_set_text(one, "key", key);
  fidotool_json_set_text(one, "reader", reader);
  fidotool_json_set_text(one, "by", by);
  fidotool_json_append(twins, one);
}

static void
compare_card(FidotoolFold *fold, FidotoolKey *card, const char *reader,
             FidotoolJson *seen)
{
  for (size_t i = 0; i < fold->n; i++) {
    Plugged *row = &fold->rows[i];

    if (row->carrier)
      row->key = fidotool_key_open(g_steal_pointer(&row->carrier), NULL);
    if (!row->key)
      continue;
    switch (fidotool_twin_compare(row->key, card)) {
    case FIDOTOOL_TWIN_SAME:
      fidotool_fold_add(seen, row->selector, reader, "agreement");
      return;
    case FIDOTOOL_TWIN_MAYBE:
      fidotool_fold_add(seen, row->selector, reader, "model");
      break;
    case FIDOTOOL_TWIN_OTHER:
      break;
    }
  }
}

void
fidotool_fold_compare(FidotoolFold *fold, const FidotoolDiscoverPlaces *places,
                      FidotoolJson *seen)
{
  const FidotoolJson *readers = fidotool_json_get(seen, "readers");

  for (size_t i = 0; fold->n > 0 && i < fidotool_json_size(readers); i++) {
    const FidotoolJson *reader = fidotool_json_at(readers, i);
    const char *name = fidotool_json_get_text(reader, "name");
    FidotoolTransport *carrier;
    g_autoptr(FidotoolKey) card = NULL;

    if (!name ||
        g_strcmp0(fidotool_json_get_text(reader, "state"), "fido") != 0)
      continue;
    carrier = fidotool_card_new(places->readers, name, 0, NULL);
    card = fidotool_key_open(carrier, NULL);
    if (card)
      compare_card(fold, card, name, seen);
  }
}

/* What the twins say of a row: the one with this key, or this reader, that is
 * no more than a guess or is more. */
static const FidotoolJson *
find_twin(const FidotoolJson *twins, const char *member, const char *text,
          bool guess)
{
  for (size_t i = 0; i < fidotool_json_size(twins); i++) {
    const FidotoolJson *one = fidotool_json_at(twins, i);
    const char *by = fidotool_json_get_text(one, "by");

    if (g_strcmp0(fidotool_json_get_text(one, member), text) == 0 &&
        (g_strcmp0(by, "model") == 0) == guess)
      return one;
  }
  return NULL;
}

static void
add_also(FidotoolJson *row, const FidotoolJson *twin)
{
  g_autofree char *selector =
      g_strconcat(PCSC, fidotool_json_get_text(twin, "reader"), NULL);
  FidotoolJson *also =
      fidotool_json_set(row, "also", fidotool_json_new_array());
  FidotoolJson *one = fidotool_json_append(also, fidotool_json_new_object());

  fidotool_json_set_text(one, "selector", selector);
  fidotool_json_set_text(one, "by", fidotool_json_get_text(twin, "by"));
}

FidotoolJson *
fidotool_fold_rows(const FidotoolJson *keys, const FidotoolJson *seen)
{
  const FidotoolJson *twins = fidotool_json_get(seen, "twins");
  FidotoolJson *rows = fidotool_json_new_array();

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    const char *selector = fidotool_json_get_text(key, "selector");
    const char *reader = selector && g_str_has_prefix(selector, PCSC)
                             ? selector + strlen(PCSC)
                             : NULL;
    const FidotoolJson *twin = find_twin(twins, "key", selector, false);
    const FidotoolJson *maybe =
        reader ? find_twin(twins, "reader", reader, true) : NULL;
    FidotoolJson *row;

    if (reader && find_twin(twins, "reader", reader, false))
      continue;
    row = fidotool_json_append(rows, fidotool_json_copy(key));
    if (twin)
      add_also(row, twin);
    if (maybe)
      fidotool_json_set_text(row, "maybe",
                             fidotool_json_get_text(maybe, "key"));
  }
  return rows;
}
