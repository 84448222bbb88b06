/* SPDX-License-Identifier: Apache-2.0 */
/* policy-facts.c - from the judge's facts to those that classes match. What
 * a key or a client said of itself is not a fact. */
#include <string.h>

#include "recovery/policy-read.h"

/* A version of three parts, one byte each, and a first part that a version
 * has. Other ways to pack one into a number have a larger one. */
#define FIRMWARE_FIRST_MAX 31

/* The value of a fact that is attested, or NULL. */
static const FidotoolJson *
attested(const FidotoolJson *said, const char *name)
{
  const FidotoolJson *fact = fidotool_json_get(said, name);

  return g_strcmp0(fidotool_json_get_text(fact, "source"), "attested") == 0
             ? fidotool_json_get(fact, "value")
             : NULL;
}

static bool
take_set(const FidotoolJson *list, uint32_t (*bit)(const char *word),
         uint32_t *set)
{
  if (fidotool_json_type(list) != FIDOTOOL_JSON_ARRAY)
    return false;
  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *word = fidotool_json_text(fidotool_json_at(list, i));

    if (word != NULL)
      *set |= bit(word);
  }
  return true;
}

static void
take_firmware(const FidotoolJson *value, char ret_fw[16])
{
  int64_t number;
  unsigned first;

  if (!fidotool_json_int(value, &number) || number < 0 || number > 0xffffff)
    return;
  first = (unsigned)number >> 16;
  if (first > 0 && first <= FIRMWARE_FIRST_MAX)
    g_snprintf(ret_fw, 16, "%u.%u.%u", first, (unsigned)number >> 8 & 0xff,
               (unsigned)number & 0xff);
}

int64_t
recovery_policy_facts_date(const char *next_update)
{
  int64_t at_s;

  return next_update != NULL &&
                 recovery_document_read_time(next_update, &at_s) && at_s > 0
             ? at_s
             : -1;
}

/* Those of a service have a number; own anchors alone are never overdue. */
static int64_t
take_next_update(const FidotoolJson *metadata)
{
  return fidotool_json_get(metadata, "no") == NULL
             ? 0
             : recovery_policy_facts_date(
                   fidotool_json_get_text(metadata, "next_update"));
}

void
recovery_policy_facts_take(RecoveryPolicyFacts *facts,
                           const FidotoolJson *result)
{
  const FidotoolJson *said = fidotool_json_get(result, "facts");
  const char *level = fidotool_json_text(attested(said, "certification"));

  if (level != NULL)
    facts->cert = recovery_document_cert(level);
  facts->mds_known = take_set(attested(said, "statuses"),
                              recovery_document_status, &facts->mds_status);
  facts->transports_known =
      take_set(attested(said, "transports"), recovery_document_transport,
               &facts->transports);
  take_firmware(attested(said, "firmware"), facts->fw);
  facts->next_update_s =
      take_next_update(fidotool_json_get(result, "metadata"));
}

void
recovery_policy_facts_hope(RecoveryPolicyFacts *facts)
{
  if (facts->cert == RECOVERY_DOCUMENT_CERT_NONE)
    facts->cert = RECOVERY_DOCUMENT_CERT_L3PLUS;
  facts->mds_known = true;
  if (!facts->transports_known)
    facts->transports = UINT32_MAX;
  facts->transports_known = true;
  if (*facts->fw == '\0')
    g_strlcpy(facts->fw, "4294967295", sizeof(facts->fw));
}

static RecoveryDocumentWant
fact_of(bool is)
{
  return is ? RECOVERY_DOCUMENT_YES : RECOVERY_DOCUMENT_NO;
}

RecoveryRequestFacts
recovery_policy_facts_request(const RecoveryPolicyFacts *facts)
{
  return (RecoveryRequestFacts){.method = "webauthn",
                                .uv = fact_of(facts->uv),
                                .be = fact_of(facts->be),
                                .bs = fact_of(facts->bs),
                                .attested = fact_of(facts->attested),
                                .aaguid = facts->aaguid,
                                .fw = *facts->fw == '\0' ? NULL : facts->fw,
                                .cert = facts->cert,
                                .mds_known = facts->mds_known,
                                .transports_known = facts->transports_known,
                                .mds_status = facts->mds_status,
                                .transports = facts->transports,
                                .at_s = RECOVERY_REQUEST_UNKNOWN};
}
