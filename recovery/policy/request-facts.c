/* SPDX-License-Identifier: Apache-2.0 */
/* request-facts.c - facts about an authenticator, written as a request has
 * them. */
#include "recovery/policy/request.h"

static void
set_want(FidotoolJson *json, const char *name, RecoveryDocumentWant want)
{
  if (want != RECOVERY_DOCUMENT_ANY)
    fidotool_json_set_bool(json, name, want == RECOVERY_DOCUMENT_YES);
}

static void
set_text(FidotoolJson *json, const char *name, const char *text)
{
  if (text != NULL && *text != '\0')
    fidotool_json_set_text(json, name, text);
}

static void
set_words(FidotoolJson *json, const char *name, uint32_t set,
          const char *(*word)(unsigned bit))
{
  FidotoolJson *list = fidotool_json_set(json, name, fidotool_json_new_array());

  for (unsigned i = 0; i < 32 && word(i) != NULL; i++)
    if ((set & UINT32_C(1) << i) != 0)
      fidotool_json_append_text(list, word(i));
}

FidotoolJson *
recovery_request_facts_write(const RecoveryRequestFacts *facts)
{
  FidotoolJson *json = fidotool_json_new_object();

  set_text(json, "method", facts->method);
  set_want(json, "uv", facts->uv);
  set_want(json, "be", facts->be);
  set_want(json, "bs", facts->bs);
  set_want(json, "attested", facts->attested);
  set_text(json, "aaguid", facts->aaguid);
  set_text(json, "fw", facts->fw);
  set_text(json, "cert", recovery_document_cert_word(facts->cert));
  if (facts->mds_known)
    set_words(json, "mds_status", facts->mds_status,
              recovery_document_status_word);
  if (facts->transports_known)
    set_words(json, "transports", facts->transports,
              recovery_document_transport_word);
  return json;
}
