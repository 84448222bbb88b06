/* SPDX-License-Identifier: Apache-2.0 */
/* world-made.c - the new key's answer, honest or not. */
#include <string.h>

#include "fidotool/bytes.h"
#include "tests/attack/world.h"

static GBytes *
client_data(const AttackWorld *world, const char *type, const char *challenge)
{
  char *text = g_strdup_printf("{\"type\":\"%s\",\"challenge\":\"%s\","
                               "\"origin\":\"%s\",\"crossOrigin\":false}",
                               type, challenge, world->origin);

  return g_bytes_new_take(text, strlen(text));
}

static void
set_base64url(FidotoolJson *object, const char *name, const void *data,
              size_t len)
{
  g_autofree char *text = fidotool_bytes_base64url(data, len);

  fidotool_json_set_text(object, name, text);
}

static FidotoolJson *
credential(AttackKey *key, FidotoolJson **ret_response)
{
  FidotoolJson *whole = fidotool_json_new_object();

  set_base64url(whole, "id", key->id, sizeof(key->id));
  set_base64url(whole, "rawId", key->id, sizeof(key->id));
  fidotool_json_set_text(whole, "type", "public-key");
  fidotool_json_set(whole, "clientExtensionResults",
                    fidotool_json_new_object());
  *ret_response =
      fidotool_json_set(whole, "response", fidotool_json_new_object());
  return whole;
}

static FidotoolJson *
register_key(const AttackWorld *world, AttackKey *key, const char *challenge,
             uint8_t flags, bool attested)
{
  FidotoolJson *response, *whole = credential(key, &response);
  g_autoptr(GBytes) cdj = client_data(world, "webauthn.create", challenge);
  g_autoptr(GBytes) att = NULL;
  uint8_t cdh[32];

  fidotool_bytes_sha256(g_bytes_get_data(cdj, NULL), g_bytes_get_size(cdj),
                        cdh);
  att = attack_key_attest(key, world->rp_id, cdh, flags, attested);
  set_base64url(response, "clientDataJSON", g_bytes_get_data(cdj, NULL),
                g_bytes_get_size(cdj));
  set_base64url(response, "attestationObject", g_bytes_get_data(att, NULL),
                g_bytes_get_size(att));
  return whole;
}

static FidotoolJson *
test_key(const AttackWorld *world, AttackKey *key, const char *challenge,
         uint8_t flags)
{
  FidotoolJson *response, *whole = credential(key, &response);
  g_autoptr(GBytes) cdj = client_data(world, "webauthn.get", challenge);
  g_autoptr(GBytes) sig = NULL;
  uint8_t cdh[32], auth_data[37];

  fidotool_bytes_sha256(g_bytes_get_data(cdj, NULL), g_bytes_get_size(cdj),
                        cdh);
  sig = attack_key_assert(key, world->rp_id, cdh, flags, auth_data);
  set_base64url(response, "clientDataJSON", g_bytes_get_data(cdj, NULL),
                g_bytes_get_size(cdj));
  set_base64url(response, "authenticatorData", auth_data, 37);
  set_base64url(response, "signature", g_bytes_get_data(sig, NULL),
                g_bytes_get_size(sig));
  return whole;
}

FidotoolJson *
attack_world_made_request(AttackWorld *world, const FidotoolJson *proposal,
                          AttackKey *key, AttackKey *tested, bool attested)
{
  FidotoolJson *request = fidotool_json_new_object();
  const FidotoolJson *options = fidotool_json_get(proposal, "options");
  const FidotoolJson *test = fidotool_json_get(proposal, "test");

  fidotool_json_set_text(request, "act", "case.made");
  fidotool_json_set_text(request, "case", world->case_id);
  fidotool_json_set_text(request, "nonce",
                         fidotool_json_get_text(proposal, "nonce"));
  fidotool_json_set(request, "registration",
                    register_key(world, key,
                                 fidotool_json_get_text(options, "challenge"),
                                 world->flags | 0x40, attested));
  fidotool_json_set(request, "test",
                    test_key(world, tested,
                             fidotool_json_get_text(test, "challenge"),
                             world->flags));
  return request;
}

FidotoolJson *
attack_world_made(AttackWorld *world, const FidotoolJson *proposal,
                  AttackKey *key, bool attested)
{
  return attack_world_send(
      world, attack_world_made_request(world, proposal, key, key, attested));
}

FidotoolJson *
attack_world_assertion(const AttackWorld *world, AttackKey *key,
                       const char *challenge)
{
  return test_key(world, key, challenge, world->flags);
}
