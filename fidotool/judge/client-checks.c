/* SPDX-License-Identifier: Apache-2.0 */
/* client-checks.c - challenge, origin, embedding and flags. */
#include "fidotool/judge/client-checks.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/types.h"

#define FLAGS_RESERVED 0x22

FidotoolOutcome
fidotool_client_checks_read(FidotoolCeremony *ceremony)
{
  g_autoptr(GError) error = NULL;

  if (ceremony->options->has_hash) {
    memcpy(ceremony->hash, ceremony->options->hash, sizeof(ceremony->hash));
    return FIDOTOOL_OUTCOME_SKIP;
  }
  if (ceremony->client_json == NULL) {
    ceremony->detail = "it is missing";
    return FIDOTOOL_OUTCOME_STOP;
  }
  /* The raw bytes, byte order mark included. */
  fidotool_bytes_sha256(g_bytes_get_data(ceremony->client_json, NULL),
                        g_bytes_get_size(ceremony->client_json),
                        ceremony->hash);
  ceremony->client = fidotool_client_data_parse(ceremony->client_json, &error);
  if (ceremony->client != NULL)
    return FIDOTOOL_OUTCOME_PASS;
  ceremony->detail_owned = g_strdup(error->message);
  return FIDOTOOL_OUTCOME_STOP;
}

FidotoolOutcome
fidotool_client_checks_type(FidotoolCeremony *ceremony, const char *type)
{
  if (ceremony->options->has_hash)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony,
      strcmp(ceremony->client->type, type) == 0 ? NULL : "it is another one");
}

FidotoolOutcome
fidotool_client_checks_challenge(FidotoolCeremony *ceremony)
{
  g_autoptr(GBytes) challenge = NULL;
  GBytes *issued = ceremony->options->challenge;
  bool same;

  if (ceremony->options->has_hash)
    return FIDOTOOL_OUTCOME_SKIP;
  challenge = fidotool_bytes_unbase64url(ceremony->client->challenge);
  same = challenge != NULL &&
         fidotool_bytes_equal(
             g_bytes_get_data(challenge, NULL), g_bytes_get_size(challenge),
             g_bytes_get_data(issued, NULL), g_bytes_get_size(issued));
  return fidotool_ceremony_outcome(ceremony, same ? NULL : "it is another one");
}

/* https, an explicit localhost, or an app's key: whatever else is on the list
 * was put there by mistake. */
static bool
is_secure(const char *origin)
{
  static const char local[] = "http://localhost";
  const char *after = origin + strlen(local);

  if (g_str_has_prefix(origin, "https://") ||
      g_str_has_prefix(origin, "android:apk-key-hash:"))
    return true;
  return g_str_has_prefix(origin, local) && (*after == '\0' || *after == ':');
}

FidotoolOutcome
fidotool_client_checks_origin(FidotoolCeremony *ceremony)
{
  const char *why = NULL;

  if (ceremony->options->has_hash)
    return FIDOTOOL_OUTCOME_SKIP;
  if (!g_strv_contains((const char *const *)ceremony->options->origins,
                       ceremony->client->origin))
    why = "it is not on the list";
  else if (!is_secure(ceremony->client->origin))
    why = "it is neither https nor localhost";
  return fidotool_ceremony_outcome(ceremony, why);
}

FidotoolOutcome
fidotool_client_checks_cross(FidotoolCeremony *ceremony)
{
  if (ceremony->options->has_hash)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony,
      ceremony->client->cross_origin && !ceremony->options->cross_origin
          ? "the page was embedded, which was not expected"
          : NULL);
}

FidotoolOutcome
fidotool_client_checks_top(FidotoolCeremony *ceremony)
{
  const char *why = NULL;

  if (ceremony->options->has_hash || ceremony->client->top_origin == NULL)
    return FIDOTOOL_OUTCOME_SKIP;
  if (!ceremony->options->cross_origin)
    why = "the page was embedded, which was not expected";
  else if (!g_strv_contains((const char *const *)ceremony->options->top_origins,
                            ceremony->client->top_origin))
    why = "it is not on the list";
  return fidotool_ceremony_outcome(ceremony, why);
}

FidotoolOutcome
fidotool_client_checks_up(FidotoolCeremony *ceremony)
{
  if (ceremony->options->conditional && ceremony->verdict->is_registration)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, ceremony->auth.flags & FIDOTOOL_FLAG_UP ? NULL : "it is not");
}

FidotoolOutcome
fidotool_client_checks_uv(FidotoolCeremony *ceremony)
{
  if (!ceremony->options->require_uv)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, ceremony->auth.flags & FIDOTOOL_FLAG_UV ? NULL : "it is not");
}

FidotoolOutcome
fidotool_client_checks_backup(FidotoolCeremony *ceremony)
{
  uint8_t flags = ceremony->auth.flags;

  return fidotool_ceremony_outcome(
      ceremony, (flags & FIDOTOOL_FLAG_BS) && !(flags & FIDOTOOL_FLAG_BE)
                    ? "backed up, and cannot be backed up"
                    : NULL);
}

void
fidotool_client_checks_reserved(FidotoolCeremony *ceremony, const char *id)
{
  uint8_t reserved = ceremony->auth.flags & FLAGS_RESERVED;

  if (reserved & 0x02)
    fidotool_verdict_warn(ceremony->verdict, id, "reserved flag bit 1 is set");
  if (reserved & 0x20)
    fidotool_verdict_warn(ceremony->verdict, id, "reserved flag bit 5 is set");
}
