/* SPDX-License-Identifier: Apache-2.0 */
/* vouch.c - self, none, or a chain to an anchor. */
#include "fidotool/judge/vouch.h"

#include "fidotool/bytes.h"

static const char *
judge_chain(FidotoolCeremony *ceremony)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  FidotoolRevocation revocation;
  uint8_t anchor[32];

  verdict->trust_reason = fidotool_chain_judge_revocation(
      ceremony->cache, ceremony->certificates, ceremony->anchors, ceremony->at,
      anchor, &revocation);
  verdict->revocation = fidotool_revocation_name(revocation);
  if (verdict->trust_reason != NULL) {
    verdict->trust = FIDOTOOL_TRUST_UNTRUSTED;
    return verdict->trust_reason;
  }
  verdict->trust = FIDOTOOL_TRUST_ANCHORED;
  verdict->anchor = fidotool_bytes_hex(anchor, sizeof(anchor));
  return NULL;
}

/* Whether self or none will do is the policy's affair; where anchors were
 * given they are not what was asked for. */
static bool
judge_alone(FidotoolCeremony *ceremony, bool asked, const char **ret_why)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  bool self = verdict->type == FIDOTOOL_ATTESTATION_SELF;

  verdict->trust = self ? FIDOTOOL_TRUST_SELF : FIDOTOOL_TRUST_NONE;
  *ret_why = self ? "nobody does, it is self attestation"
                  : "nobody does, there is no attestation";
  return asked || ceremony->options->enterprise;
}

bool
fidotool_vouch_judge(FidotoolCeremony *ceremony, const char **ret_why)
{
  FidotoolVerdict *verdict = ceremony->verdict;
  bool asked = fidotool_chain_anchors_size(ceremony->anchors) > 0;

  *ret_why = NULL;
  verdict->trust_at = ceremony->at;
  if (asked && verdict->parts != NULL) {
    *ret_why = verdict->trust_reason;
    return verdict->trust != FIDOTOOL_TRUST_NOT_CHECKED;
  }
  if (verdict->type == FIDOTOOL_ATTESTATION_SELF ||
      verdict->type == FIDOTOOL_ATTESTATION_NONE)
    return judge_alone(ceremony, asked, ret_why);
  if (!asked || ceremony->certificates == NULL)
    return false;
  *ret_why = judge_chain(ceremony);
  return true;
}
