/* SPDX-License-Identifier: Apache-2.0 */
/* policy-short.c - what a class wants of a key, and in which of it a key falls
 * short, in words. */
#include <string.h>

#include "recovery/format/words.h"
#include "recovery/policy-read.h"

typedef RecoveryDocumentClass Class;
typedef RecoveryDocumentMatch Match;
typedef RecoveryDocumentWant Want;

static const char *
name_level(RecoveryDocumentCert cert)
{
  static const char *const names[] = {"none",   "L1", "L1plus", "L2",
                                      "L2plus", "L3", "L3plus"};

  return names[cert];
}

/* "usb or nfc"; of a set, those that are in it. Returns the list given. */
static FidotoolJson *
name_words(FidotoolJson *list, const RecoveryDocumentTexts *words,
           uint32_t (*bit)(const char *word), uint32_t set)
{
  for (uint32_t i = 0; i < words->count; i++)
    if ((set & bit(words->items[i])) != 0)
      recovery_message_add(list, fidotool_json_new_text(words->items[i]));
  return list;
}

static const char *
name_list(const RecoveryPolicy *policy, const Match *match)
{
  return recovery_document_id(policy->document, RECOVERY_DOCUMENT_LISTS,
                              match->aaguid_list.index);
}

/* The four facts that are yes or no, as they are said. */
static const struct {
  const char *yes, *no;
} plain[] = {
    {N_("attested"), N_("not attested")},
    {N_("user verification"), N_("no user verification")},
    {N_("may be backed up"), N_("device-bound")},
    {N_("backed up"), N_("not backed up")},
};

static void
add_plain(FidotoolJson *list, size_t i, bool is)
{
  const char *word = is ? plain[i].yes : plain[i].no;

  recovery_message_add(list, recovery_message_of(word));
}

static void
fill_wants(const Match *match, Want ret_wants[4])
{
  ret_wants[0] = match->attested;
  ret_wants[1] = match->uv;
  ret_wants[2] = match->be;
  ret_wants[3] = match->bs;
}

/* ---- what it wants ---- */

static void
add_model_wants(const Match *match, FidotoolJson *facts)
{
  FidotoolJson *message;

  if (match->min_cert != RECOVERY_DOCUMENT_CERT_NONE) {
    message = recovery_message_new("certified {least} or better");
    recovery_message_put_text(message, "least", name_level(match->min_cert));
    recovery_message_add(facts, message);
  }
  if (match->mds_status_not.count > 0) {
    message = recovery_message_new("known to the metadata, and not {statuses}");
    recovery_message_put(
        message, "statuses",
        name_words(recovery_message_list(N_("{one} or {other}")),
                   &match->mds_status_not, recovery_document_status,
                   UINT32_MAX));
    recovery_message_add(facts, message);
  }
  if (match->transports.count > 0) {
    message = recovery_message_new("known to the metadata for {transports}");
    recovery_message_put(
        message, "transports",
        name_words(recovery_message_list(N_("{one} or {other}")),
                   &match->transports, recovery_document_transport,
                   UINT32_MAX));
    recovery_message_add(facts, message);
  }
}

FidotoolJson *
recovery_policy_short_wants(const RecoveryPolicy *policy, const Class *klass)
{
  const Match *match = &klass->match;
  FidotoolJson *facts = recovery_message_list(N_("{one}, {other}"));
  Want wants[4];

  fill_wants(match, wants);
  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
    if (wants[i] != RECOVERY_DOCUMENT_ANY)
      add_plain(facts, i, wants[i] == RECOVERY_DOCUMENT_YES);
  if (match->aaguid_list.index != RECOVERY_DOCUMENT_NONE) {
    FidotoolJson *listed = recovery_message_new("model on list {list}");

    recovery_message_put_text(listed, "list", name_list(policy, match));
    recovery_message_add(facts, listed);
  }
  add_model_wants(match, facts);
  return facts;
}

/* ---- in what it falls short ---- */

static void
check_plain(const Match *match, const RecoveryPolicyFacts *facts,
            FidotoolJson *list)
{
  const bool is[] = {facts->attested, facts->uv, facts->be, facts->bs};
  Want wants[4];

  fill_wants(match, wants);
  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
    if (wants[i] != RECOVERY_DOCUMENT_ANY &&
        (wants[i] == RECOVERY_DOCUMENT_YES) != is[i])
      add_plain(list, i, is[i]);
}

static void
check_cert(const Match *match, const RecoveryPolicyFacts *facts,
           FidotoolJson *list)
{
  FidotoolJson *message;

  if (facts->cert >= match->min_cert)
    return;
  if (facts->cert == RECOVERY_DOCUMENT_CERT_NONE) {
    message = recovery_message_new(
        "no certification of its model is known, and {least} is wanted");
  } else {
    message = recovery_message_new(
        "its model is certified {level}, and {least} is wanted");
    recovery_message_put_text(message, "level", name_level(facts->cert));
  }
  recovery_message_put_text(message, "least", name_level(match->min_cert));
  recovery_message_add(list, message);
}

static void
check_status(const Match *match, const RecoveryPolicyFacts *facts,
             FidotoolJson *list)
{
  FidotoolJson *message, *found;

  if (match->mds_status_not.count == 0)
    return;
  if (!facts->mds_known) {
    recovery_message_add(
        list, recovery_message_new("the metadata do not know its model"));
    return;
  }
  found = name_words(recovery_message_list(N_("{one}, {other}")),
                     &match->mds_status_not, recovery_document_status,
                     facts->mds_status);
  if (fidotool_json_size(fidotool_json_get(found, "items")) == 0) {
    fidotool_json_free(found);
    return;
  }
  message = recovery_message_new("the metadata say of its model: {statuses}");
  recovery_message_put(message, "statuses", found);
  recovery_message_add(list, message);
}

static void
check_transports(const Match *match, const RecoveryPolicyFacts *facts,
                 FidotoolJson *list)
{
  FidotoolJson *wanted, *message;

  if (match->transports.count == 0)
    return;
  wanted = name_words(recovery_message_list(N_("{one} or {other}")),
                      &match->transports, recovery_document_transport,
                      facts->transports);
  if (facts->transports_known &&
      fidotool_json_size(fidotool_json_get(wanted, "items")) > 0) {
    fidotool_json_free(wanted);
    return;
  }
  fidotool_json_free(wanted);
  message = facts->transports_known
                ? recovery_message_new("its model is not for {transports}")
                : recovery_message_new("the metadata do not say that its model "
                                       "is for {transports}");
  recovery_message_put(message, "transports",
                       name_words(recovery_message_list(N_("{one} or {other}")),
                                  &match->transports,
                                  recovery_document_transport, UINT32_MAX));
  recovery_message_add(list, message);
}

/* The entry that would hold, were the firmware proved or newer. */
static const RecoveryDocumentEntry *
find_entry(const RecoveryPolicy *policy, const Match *match,
           const RecoveryPolicyFacts *facts, int64_t now_s)
{
  const GArray *entries = RECOVERY_DOCUMENT_AT(policy->document, LISTS, List,
                                               match->aaguid_list.index)
                              ->entries;

  for (guint i = 0; i < entries->len; i++) {
    const RecoveryDocumentEntry *entry =
        &g_array_index(entries, RecoveryDocumentEntry, i);

    if (entry->min_fw != NULL && now_s < entry->until_s &&
        g_strcmp0(entry->aaguid, facts->aaguid) == 0)
      return entry;
  }
  return NULL;
}

static void
check_list(const RecoveryPolicy *policy, const Match *match,
           const RecoveryPolicyFacts *facts, int64_t now_s, FidotoolJson *list)
{
  const RecoveryRequestFacts as = recovery_policy_facts_request(facts);
  const RecoveryDocumentEntry *entry;
  FidotoolJson *message;

  /* Without attestation that alone is what it lacks. */
  if (match->aaguid_list.index == RECOVERY_DOCUMENT_NONE || !facts->attested ||
      recovery_decide_on_list(policy->decide, match->aaguid_list.index, &as,
                              now_s))
    return;
  entry = find_entry(policy, match, facts, now_s);
  if (entry == NULL) {
    message = recovery_message_new("its model is not on list {list}");
    recovery_message_put_text(message, "list", name_list(policy, match));
  } else if (*facts->fw == '\0') {
    message = recovery_message_new(
        "its firmware is not attested, and {least} is wanted");
  } else {
    message = recovery_message_new("its firmware is {version}, and {least} is "
                                   "wanted");
    recovery_message_put_text(message, "version", facts->fw);
  }
  if (entry != NULL)
    recovery_message_put_text(message, "least", entry->min_fw);
  recovery_message_add(list, message);
}

FidotoolJson *
recovery_policy_short_list(const RecoveryPolicy *policy, const Class *class_of,
                           const RecoveryPolicyFacts *facts, int64_t now_s)
{
  FidotoolJson *list = recovery_message_list(N_("{one}, {other}"));

  check_plain(&class_of->match, facts, list);
  check_list(policy, &class_of->match, facts, now_s, list);
  check_cert(&class_of->match, facts, list);
  check_status(&class_of->match, facts, list);
  check_transports(&class_of->match, facts, list);
  return list;
}
