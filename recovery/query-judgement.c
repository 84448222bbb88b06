/* SPDX-License-Identifier: Apache-2.0 */
/* query-judgement.c - what registrations were judged to be, for a policy that
 * is tried on them. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/jcs.h"
#include "recovery/query.h"

#define PAGE 100

static const char *const of_entry[] = {"act", "case", "sub", "actor", "policy"};
static const char *const of_judgement[] = {"at", "registration"};

static FidotoolJson *
read_object(RecoveryTrial *trial, const char *hex, GError **error)
{
  g_autoptr(GBytes) body = NULL;
  uint8_t digest[32];

  if (hex == NULL || !fidotool_bytes_unhex(hex, digest, 32) ||
      !recovery_store_object(trial->station->store, digest, &body, NULL, error))
    return NULL;
  return body == NULL ? NULL
                      : fidotool_json_parse(g_bytes_get_data(body, NULL),
                                            g_bytes_get_size(body), error);
}

static void
copy_texts(FidotoolJson *row, const FidotoolJson *from,
           const char *const *names, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const char *text = fidotool_json_get_text(from, names[i]);

    if (text != NULL)
      fidotool_json_set_text(row, names[i], text);
  }
}

static bool
add_policy(RecoveryTrial *trial, FidotoolJson *policies, const char *hex,
           GError **error)
{
  g_autoptr(GBytes) body = NULL;
  g_autofree char *text = NULL;
  uint8_t digest[32];

  if (fidotool_json_get(policies, hex) != NULL ||
      !fidotool_bytes_unhex(hex, digest, 32))
    return true;
  if (!recovery_store_object(trial->station->store, digest, &body, NULL, error))
    return false;
  if (body == NULL)
    return true;
  text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
  fidotool_json_set_text(policies, hex, text);
  return true;
}

/* What a decision was made on; NULL where it is not for the one who asks, or
 * was erased. */
static FidotoolJson *
open_request(RecoveryTrial *trial, const FidotoolJson *entry)
{
  const FidotoolJson *pii = fidotool_json_get(entry, "pii");
  const char *hex = fidotool_json_text(fidotool_json_at(pii, 0));
  g_autofree char *value = NULL;
  g_autoptr(FidotoolJson) opened = NULL;
  const char *text;
  uint8_t commitment[32], salt[32];

  if (hex == NULL || !fidotool_bytes_unhex(hex, commitment, 32) ||
      !recovery_trial_has_role(trial, "policy.load") ||
      !recovery_vault_open(trial->station->vault, commitment, salt, &value,
                           NULL))
    return NULL;
  opened = fidotool_json_parse(value, strlen(value), NULL);
  text = fidotool_json_get_text(opened, "decision");
  return text == NULL ? NULL : fidotool_json_parse(text, strlen(text), NULL);
}

/* What was judged: a registration, or a request. NULL: it says nothing. */
static FidotoolJson *
open_one(RecoveryTrial *trial, const FidotoolJson *entry, FidotoolJson *row)
{
  const char *hex = fidotool_json_get_text(entry, "judgement");
  g_autoptr(FidotoolJson) judgement = NULL;

  if (hex == NULL) {
    fidotool_json_set_text(row, "at", fidotool_json_get_text(entry, "t"));
    return open_request(trial, entry);
  }
  judgement = read_object(trial, hex, NULL);
  copy_texts(row, judgement, of_judgement, G_N_ELEMENTS(of_judgement));
  return read_object(trial, fidotool_json_get_text(judgement, "result"), NULL);
}

/* Of what cannot be opened there is to see that it was, and when. */
static FidotoolJson *
new_sealed(int64_t seq, const FidotoolJson *entry)
{
  FidotoolJson *row = fidotool_json_new_object();

  fidotool_json_set_int(row, "entry", seq);
  fidotool_json_set_text(row, "at", fidotool_json_get_text(entry, "t"));
  fidotool_json_set_int(row, "sealed", 1);
  return row;
}

static bool
add_one(RecoveryTrial *trial, int64_t seq, FidotoolJson *answer, GError **error)
{
  FidotoolJson *list = fidotool_json_get(answer, "judgements");
  g_auto(RecoveryStoreEntry) stored = {0};
  g_autoptr(FidotoolJson) entry = NULL, row = fidotool_json_new_object();
  FidotoolJson *what;

  if (!recovery_store_entry(trial->station->store, seq, &stored, error))
    return false;
  entry =
      recovery_jcs_read(g_bytes_get_data(stored.body, NULL),
                        g_bytes_get_size(stored.body), RECOVERY_JCS_MAX, error);
  if (entry == NULL)
    return false;
  fidotool_json_set_int(row, "entry", seq);
  copy_texts(row, entry, of_entry, G_N_ELEMENTS(of_entry));
  what = open_one(trial, entry, row);
  if (what == NULL) {
    fidotool_json_append(list, new_sealed(seq, entry));
    return true;
  }
  fidotool_json_set(
      row, fidotool_json_get(entry, "judgement") == NULL ? "request" : "result",
      what);
  fidotool_json_append(list, g_steal_pointer(&row));
  return add_policy(trial, fidotool_json_get(answer, "policies"),
                    fidotool_json_get_text(entry, "policy"), error);
}

FidotoolJson *
recovery_query_judgement_list(RecoveryTrial *trial,
                              G_GNUC_UNUSED RecoveryRefusal **ret_refusal,
                              GError **error)
{
  const GArray *all = trial->station->model->judgements;
  int64_t from = fidotool_json_get_int(trial->request, "from", 0);
  g_autoptr(FidotoolJson) answer = fidotool_json_new_object();
  unsigned n = 0;

  fidotool_json_set(answer, "judgements", fidotool_json_new_array());
  fidotool_json_set(answer, "policies", fidotool_json_new_object());
  for (unsigned i = 0; i < all->len; i++) {
    int64_t seq = g_array_index(all, int64_t, i);

    if (seq < from)
      continue;
    if (n++ == PAGE) {
      fidotool_json_set_int(answer, "next", seq);
      break;
    }
    if (!add_one(trial, seq, answer, error))
      return NULL;
  }
  return g_steal_pointer(&answer);
}
