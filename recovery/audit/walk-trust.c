/* SPDX-License-Identifier: Apache-2.0 */
/* walk-trust.c - what keys are judged by: the list in force, its files, and
 * the judgement that an entry names. */
#include <string.h>

#include "recovery/audit/walk-parts.h"
#include "recovery/format/jcs.h"
#include "recovery/format/time.h"

#define FOLDER "metadata"
/* A change that loosens takes effect a day after its last signature. */
#define VETO_MS INT64_C(86400000)
/* From the judge's answer to the entry. */
#define LATEST_MS 120000

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

/* Lists */

static RecoveryTrustList *
read_list(RecoveryWalk *walk, const char *digest, GError **error)
{
  const RecoveryBagFile *file =
      recovery_walk_object(walk, FOLDER, "json", digest);

  return file == NULL
             ? NULL
             : recovery_trust_list_read(g_bytes_get_data(file->data, NULL),
                                        g_bytes_get_size(file->data), error);
}

/* Those of a list that only waits may be missing. */
bool
recovery_walk_trust_signed(RecoveryWalk *walk, const char *object,
                           GError **error)
{
  g_autoptr(GError) own = NULL;
  RecoveryTrustList *list = read_list(walk, object, &own);

  recovery_trust_list_free(list); /* that it can be read is all */
  if (own == NULL)
    return true;
  g_propagate_error(error, g_steal_pointer(&own));
  return false;
}

static bool
check_next(RecoveryWalk *walk, const RecoveryTrustList *list, int64_t signed_ms,
           GError **error)
{
  if (!recovery_trust_list_may_follow(walk->numbers, list))
    return recovery_walk_fail(
        error, "puts metadata in force that are older than those before");
  /* Where the list before is not there, that is recorded as missing. */
  if (!walk->blind && !recovery_trust_list_tightens(list, walk->known) &&
      walk->now_ms - signed_ms < VETO_MS)
    return recovery_walk_fail(error,
                              "puts a list in force that loosens, less than 24 "
                              "hours after it was signed");
  return true;
}

bool
recovery_walk_trust_effect(RecoveryWalk *walk, const char *object,
                           int64_t signed_ms, GError **error)
{
  g_autoptr(GError) own = NULL;
  RecoveryTrustList *list = read_list(walk, object, &own);
  RecoveryTrustListFile file;
  bool good = own == NULL;

  if (own != NULL)
    g_propagate_error(error, g_steal_pointer(&own));
  else if (list != NULL)
    good = check_next(walk, list, signed_ms, error);
  recovery_trust_list_free(walk->known);
  walk->known = list;
  g_free(walk->known_digest);
  walk->known_digest = g_strdup(object);
  walk->blind = list == NULL;
  walk->untaught = true;
  for (size_t i = 0; list && recovery_trust_list_file(list, i, &file); i++)
    if (recovery_walk_object(walk, FOLDER, file.suffix, file.digest) == NULL)
      walk->blind = true;
  if (list != NULL)
    recovery_trust_list_note_number(walk->numbers, list);
  return good;
}

/* The judge */

static GBytes *
fetch(const RecoveryTrustListFile *file, void *data, GError **error)
{
  RecoveryWalk *walk = data;
  const RecoveryBagFile *found =
      recovery_walk_object(walk, FOLDER, file->suffix, file->digest);

  if (found != NULL)
    return g_bytes_ref(found->data);
  recovery_walk_fail(error, "is judged by a file that is not there");
  return NULL;
}

bool
recovery_walk_trust_use(RecoveryWalk *walk, GError **error)
{
  g_autoptr(GBytes) pack = NULL;
  g_autofree char *text = NULL;
  g_autoptr(FidotoolJson) said = NULL;
  const char *why;

  if (!walk->untaught)
    return true;
  walk->untaught = false;
  if (walk->known != NULL && !walk->blind) {
    pack = recovery_trust_list_pack(walk->known, -1, fetch, walk, error);
    if (pack == NULL)
      return false;
  }
  text = fidotool_request_state_teach(walk->judge, pack);
  said = fidotool_json_parse(text, strlen(text), error);
  if (said == NULL)
    return false;
  why = text_of(said, "error");
  if (why != NULL && *why != '\0')
    return recovery_walk_fail(error, "is judged by files that are not good: %s",
                              why);
  if (pack != NULL && walk->known->blob != NULL &&
      fidotool_json_get_int(said, "no", -1) != walk->known->blob_no)
    return recovery_walk_fail(error, "is judged by metadata of another number "
                                     "than was signed");
  return true;
}

/* Judgements */

static bool
is_bad_time(const RecoveryWalk *walk, const char *at)
{
  int64_t at_ms;

  return !recovery_time_read(at, &at_ms) || at_ms > walk->now_ms ||
         walk->now_ms - at_ms > LATEST_MS;
}

static const char *
find_fault(const RecoveryWalk *walk, const FidotoolJson *judgement,
           const char *registration)
{
  static const char *const names[] = {
      "anchors",      "at",     "entry",      "getinfo", "judge", "options",
      "registration", "result", "transports", "trust",   "v",     NULL};

  for (size_t i = 0; i < fidotool_json_size(judgement); i++)
    if (!g_strv_contains(names, fidotool_json_name(judgement, i)))
      return "has a field that it may not have";
  if (fidotool_json_get_int(judgement, "v", 0) != 1 ||
      text_of(judgement, "options") == NULL ||
      text_of(judgement, "result") == NULL)
    return "lacks a field";
  if (g_strcmp0(text_of(judgement, "registration"), registration) != 0)
    return "is of another registration";
  if (g_strcmp0(text_of(judgement, "trust"), walk->known_digest) != 0)
    return "was made by another list than the one in force";
  if (is_bad_time(walk, text_of(judgement, "at")))
    return "is of another time than its entry";
  return NULL;
}

/* What is judged of this entry is judged as of then. */
static void
note_time(RecoveryWalk *walk, const char *at)
{
  int64_t at_ms;

  (void)recovery_time_read(at, &at_ms); /* find_fault() has read it */
  walk->judged_seq = walk->seq;
  walk->judged_s = at_ms / 1000;
}

static bool
note_parts(RecoveryWalk *walk, const FidotoolJson *judgement, GError **error)
{
  static const struct {
    const char *name, *suffix;
  } parts[] = {{"anchors", "pem"},
               {"entry", "json"},
               {"getinfo", "cbor"},
               {"result", "json"}};

  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    const char *digest = text_of(judgement, parts[i].name);

    if (fidotool_json_get(judgement, parts[i].name) == NULL)
      continue;
    if (!recovery_jcs_is_hex(digest, 32))
      return recovery_walk_fail(error, "has a judgement with a bad digest");
    (void)recovery_walk_object(walk, FOLDER, parts[i].suffix,
                               digest); /* missing is recorded */
  }
  return true;
}

bool
recovery_walk_trust_judgement(RecoveryWalk *walk, const FidotoolJson *entry,
                              const char *registration, GError **error)
{
  const char *digest = text_of(entry, "judgement");
  const RecoveryBagFile *file;
  g_autoptr(FidotoolJson) judgement = NULL;
  const char *fault;

  if (digest == NULL)
    return walk->known_digest == NULL ||
           recovery_walk_fail(error, "does not say what it was judged by");
  file = recovery_walk_object(walk, FOLDER, "json", digest);
  if (file == NULL)
    return true;
  judgement =
      recovery_jcs_read(g_bytes_get_data(file->data, NULL),
                        g_bytes_get_size(file->data), RECOVERY_JCS_MAX, error);
  if (judgement == NULL)
    return false;
  fault = find_fault(walk, judgement, registration);
  if (fault != NULL)
    return recovery_walk_fail(error, "has a judgement that %s", fault);
  note_time(walk, text_of(judgement, "at"));
  return note_parts(walk, judgement, error);
}
