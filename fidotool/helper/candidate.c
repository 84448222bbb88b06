/* SPDX-License-Identifier: Apache-2.0 */
/* candidate.c - from what a selector means to the one key that is meant. */
#include "fidotool/helper/candidate.h"

#include <string.h>

#include "fidotool/device/selector.h"
#include "fidotool/device/twin.h"
#include "fidotool/error.h"
#include "fidotool/helper/job.h"

/* Most that are named in a message. */
#define SHOWN_MAX 8

static void
drop(FidotoolCandidate *row)
{
  fidotool_transport_free(g_steal_pointer(&row->carrier));
  fidotool_key_free(g_steal_pointer(&row->key));
}

void
fidotool_candidate_clear_all(FidotoolCandidates *all)
{
  for (guint i = 0; i < all->n; i++)
    drop(&all->rows[i]);
  all->n = 0;
  g_clear_error(&all->refused);
}

/* One of several as words: selector, product, and where it is plugged in. */
static void
add_words(GString *text, const FidotoolDiscoverFound *found)
{
  g_string_append_printf(text, "%s%s (%s", text->len > 0 ? ", " : "",
                         found->selector, found->product);
  if (found->usb.port)
    g_string_append_printf(text, ", usb:%s", found->usb.port);
  g_string_append_c(text, ')');
}

static bool
set_ambiguous(const FidotoolCandidateHow *how, GPtrArray *fit, GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(FidotoolJson) list = fidotool_json_new_array();

  for (guint i = 0; i < fit->len; i++) {
    fidotool_json_append(list, fidotool_job_describe_found(fit->pdata[i]));
    if (i < SHOWN_MAX)
      add_words(text, fit->pdata[i]);
  }
  if (fit->len > SHOWN_MAX)
    g_string_append(text, ", ...");
  if (how->ret_candidates && !*how->ret_candidates)
    *how->ret_candidates = g_steal_pointer(&list);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_AMBIGUOUS,
              how->selector ? "%u keys fit: %s" : "%u keys are there: %s",
              fit->len, text->str);
  return false;
}

/* What is to be asked for is looked at later. */
static bool
is_open_question(const FidotoolCandidateHow *how)
{
  g_autofree char *model = fidotool_selector_aaguid(how->selector);

  return model != NULL;
}

/* The keys among those found that count before any of them was asked. */
static bool
check_found(const FidotoolCandidateHow *how, GPtrArray *found, GError **error)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new();

  for (guint i = 0; i < found->len; i++)
    if (((const FidotoolDiscoverFound *)found->pdata[i])->transport !=
        FIDOTOOL_DISCOVER_CARD)
      g_ptr_array_add(keys, found->pdata[i]);
  if (is_open_question(how) && found->len > FIDOTOOL_CANDIDATE_MAX)
    return set_ambiguous(how, found, error); /* not all could be asked */
  return keys->len <= 1 || how->may_try || is_open_question(how) ||
         set_ambiguous(how, keys, error);
}

/* One key, and none that could not be opened beside it. */
static bool
check_rest(const FidotoolCandidateHow *how, FidotoolCandidates *all,
           GError **error)
{
  g_autoptr(GPtrArray) rest = g_ptr_array_new();

  for (guint i = 0; i < all->n; i++)
    g_ptr_array_add(rest, (gpointer)all->rows[i].found);
  if (all->refused && !how->may_try) {
    g_propagate_prefixed_error(error, g_steal_pointer(&all->refused),
                               "a key that may be meant cannot be opened: ");
    return false;
  }
  return rest->len <= 1 || how->may_try || set_ambiguous(how, rest, error);
}

static FidotoolTransport *
open_one(const FidotoolCandidateHow *how, const FidotoolDiscoverFound *found,
         GError **error)
{
  if (found->permitted)
    return fidotool_discover_open(how->places, found, how->wait_ms, how->hooks,
                                  error);
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_PERMISSION,
              "%s: a key is there, but this user may not open it",
              found->selector);
  return NULL;
}

bool
fidotool_candidate_open(const FidotoolCandidateHow *how, GPtrArray *found,
                        FidotoolCandidates *ret_all, GError **error)
{
  if (!check_found(how, found, error))
    return false;
  for (guint i = 0; i < found->len && ret_all->n < FIDOTOOL_CANDIDATE_MAX;
       i++) {
    FidotoolCandidate *row = &ret_all->rows[ret_all->n];
    g_autoptr(GError) local = NULL;

    row->found = found->pdata[i];
    row->carrier = open_one(how, row->found, &local);
    if (row->carrier) {
      ret_all->n++;
      continue;
    }
    ret_all->n_refused++;
    g_clear_error(&ret_all->refused);
    ret_all->refused = g_steal_pointer(&local);
  }
  if (ret_all->n == 0)
    g_propagate_error(error, g_steal_pointer(&ret_all->refused));
  return ret_all->n > 0;
}

/* A card that others use is waited for only where there is nothing else. */
static bool
is_key(FidotoolTransport *card, bool others, GError **error)
{
  return others ? fidotool_card_select_now(card, error)
                : fidotool_card_select(card, error);
}

/* Leaves out the cards that are no keys. One that was named stays, and fails by
 * itself. */
static bool
keep_keys(FidotoolCandidates *all, GError **error)
{
  g_autoptr(GError) last = NULL;
  guint n = 0;

  for (guint i = 0; i < all->n; i++) {
    FidotoolCandidate row = all->rows[i];

    g_clear_error(&last);
    if (row.found->transport != FIDOTOOL_DISCOVER_CARD ||
        is_key(row.carrier, all->n > 1, &last))
      all->rows[n++] = row;
    else
      drop(&row);
  }
  all->n = n;
  if (n > 0)
    return true;
  if (last &&
      !g_error_matches(last, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED))
    g_propagate_error(error, g_steal_pointer(&last));
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE,
                "there is no key");
  return false;
}

/* Asks a key what it is; false where it is another model, or cannot be asked:
 * then refused says why. A key that knows U2F alone has no model. */
static bool
is_model(const FidotoolCandidateHow *how, FidotoolCandidate *row,
         const char *model, GError **refused)
{
  FidotoolTransport *carrier = g_steal_pointer(&row->carrier);
  g_autoptr(GError) local = NULL;

  row->key = how->looks ? fidotool_key_look(carrier, &local)
                        : fidotool_key_open(carrier, &local);
  if (row->key)
    return strcmp(fidotool_key_info(row->key)->aaguid_text, model) == 0;
  if (!g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED)) {
    g_clear_error(refused);
    *refused = g_steal_pointer(&local);
  }
  return false;
}

static bool
keep_model(const FidotoolCandidateHow *how, const char *model,
           FidotoolCandidates *all, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < all->n; i++) {
    FidotoolCandidate row = all->rows[i];

    all->rows[i] = (FidotoolCandidate){NULL, NULL, NULL};
    if (is_model(how, &row, model, &all->refused))
      all->rows[n++] = row;
    else
      drop(&row);
  }
  all->n = n;
  if (all->refused) {
    g_propagate_prefixed_error(error, g_steal_pointer(&all->refused),
                               "a key that may be meant cannot be asked: ");
    return false;
  }
  if (n == 0)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE,
                "no key that is there is of the model %s", model);
  return n > 0;
}

static FidotoolKey *
ask(FidotoolCandidate *row)
{
  if (!row->key && row->carrier)
    row->key = fidotool_key_open(g_steal_pointer(&row->carrier), NULL);
  return row->key;
}

/* The row of another transport that is this card's key for sure. */
static bool
has_twin(FidotoolCandidates *all, guint card)
{
  for (guint i = 0; i < all->n; i++)
    if (all->rows[i].found->transport != FIDOTOOL_DISCOVER_CARD &&
        ask(&all->rows[i]) && ask(&all->rows[card]) &&
        fidotool_twin_compare(all->rows[i].key, all->rows[card].key) ==
            FIDOTOOL_TWIN_SAME)
      return true;
  return false;
}

/* A key on a reader that is plugged in as well is one key. */
static void
fold_twins(FidotoolCandidates *all)
{
  for (guint i = 0; i < all->n;) {
    if (all->rows[i].found->transport != FIDOTOOL_DISCOVER_CARD ||
        !has_twin(all, i)) {
      i++;
      continue;
    }
    drop(&all->rows[i]);
    all->rows[i] = all->rows[--all->n];
  }
}

bool
fidotool_candidate_sift(const FidotoolCandidateHow *how,
                        FidotoolCandidates *all, GError **error)
{
  g_autofree char *model = fidotool_selector_aaguid(how->selector);

  if (!fidotool_selector_is_place(how->selector) && !keep_keys(all, error)) {
    if (!all->refused)
      return false;
    g_clear_error(error);
    g_propagate_error(error, g_steal_pointer(&all->refused));
    return false;
  }
  if (model && !keep_model(how, model, all, error))
    return false;
  if (all->n > 1 && !how->may_try)
    fold_twins(all);
  return check_rest(how, all, error);
}
