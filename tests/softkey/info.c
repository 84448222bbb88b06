/* SPDX-License-Identifier: Apache-2.0 */
/* info.c - authenticatorGetInfo, from the profile (CTAP 2.1, section 6.4). */
#include "tests/softkey/info.h"

#include <string.h>

#include "tests/softkey/config.h"
#include "tests/softkey/core-private.h"

static bool
is_empty(char *const *list)
{
  return list == NULL || list[0] == NULL;
}

static void
put_texts(GByteArray *out, int64_t key, char *const *list)
{
  softkey_cbor_put_integer(out, key);
  softkey_cbor_put_array(out, g_strv_length((char **)list));
  for (; *list != NULL; list++)
    softkey_cbor_put_text(out, *list);
}

/* A key that always wants its user verified has no U2F meanwhile (CTAP 2.1,
 * section 7.2). */
static void
put_versions(GByteArray *out, const SoftkeyCore *core)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  g_auto(GStrv) versions = NULL;

  for (char **at = core->profile->versions; at != NULL && *at != NULL; at++)
    if (!g_str_equal(*at, "U2F_V2") || !softkey_config_always_uv(core))
      g_strv_builder_add(builder, *at);
  versions = g_strv_builder_end(builder);
  put_texts(out, 1, versions);
}

/* The profile has them in canonical order; clientPin tells whether one is
 * set. */
static void
put_options(GByteArray *out, const SoftkeyCore *core)
{
  char *const *options = core->profile->options;
  const guint n = g_strv_length((char **)options);

  softkey_cbor_put_integer(out, 4);
  softkey_cbor_put_map(out, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *name =
        g_strdup(options[core->profile->turned_options ? n - 1 - i : i]);

    *strchrnul(name, '=') = '\0';
    softkey_cbor_put_text(out, name);
    if (g_str_equal(name, "clientPin"))
      softkey_cbor_put_bool(out, core->store->pin_set);
    else if (g_str_equal(name, "alwaysUv"))
      softkey_cbor_put_bool(out, softkey_config_always_uv(core));
    else if (g_str_equal(name, "uv") || g_str_equal(name, "bioEnroll") ||
             g_str_equal(name, "userVerificationMgmtPreview"))
      softkey_cbor_put_bool(out, softkey_finger_is_enrolled(core));
    else if (g_str_equal(name, "ep"))
      softkey_cbor_put_bool(out, core->store->enterprise);
    else
      softkey_cbor_put_bool(out, softkey_profile_is_on(core->profile, name));
  }
}

static void
put_protocols(GByteArray *out, const SoftkeyProfile *profile)
{
  softkey_cbor_put_integer(out, 6);
  softkey_cbor_put_array(out, profile->n_pin_protocols);
  for (gsize i = 0; i < profile->n_pin_protocols; i++)
    softkey_cbor_put_integer(out, profile->pin_protocols[i]);
}

static void
put_algorithm(GByteArray *out, int number)
{
  softkey_cbor_put_map(out, 2);
  softkey_cbor_put_text(out, "alg");
  softkey_cbor_put_integer(out, number);
  softkey_cbor_put_text(out, "type");
  softkey_cbor_put_text(out, "public-key");
}

static void
put_algorithms(GByteArray *out, const SoftkeyProfile *profile)
{
  softkey_cbor_put_integer(out, 10);
  softkey_cbor_put_array(out,
                         profile->n_extra_algorithms + profile->n_algorithms);
  for (gsize i = 0; i < profile->n_extra_algorithms; i++)
    put_algorithm(out, profile->extra_algorithms[i]);
  for (gsize i = 0; i < profile->n_algorithms; i++)
    put_algorithm(out, profile->algorithms[i]);
}

/* A number that is 0 is left out. Returns how many were written. */
static size_t
put_number(GByteArray *out, int64_t key, int number)
{
  if (number == 0)
    return 0;
  softkey_cbor_put_integer(out, key);
  softkey_cbor_put_integer(out, number);
  return 1;
}

/* The profile's further members between two numbers; how many. */
static size_t
put_more(GByteArray *out, const SoftkeyProfile *profile, int64_t from,
         int64_t to)
{
  size_t n = 0;

  for (char **at = profile->more_info; at != NULL && *at != NULL; at++) {
    char *hex;
    const int64_t number = g_ascii_strtoll(*at, &hex, 10);

    if (number <= from || number >= to)
      continue;
    softkey_cbor_put_integer(out, number);
    for (hex++; *hex != '\0'; hex += 2) {
      const guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 |
                                   g_ascii_xdigit_value(hex[1]));

      g_byte_array_append(out, &byte, 1);
    }
    n++;
  }
  return n;
}

static size_t
put_first_half(GByteArray *out, const SoftkeyCore *core)
{
  const SoftkeyProfile *profile = core->profile;
  size_t n = 2;

  put_versions(out, core);
  if (!is_empty(profile->extensions)) {
    put_texts(out, 2, profile->extensions);
    n++;
  }
  softkey_cbor_put_integer(out, 3);
  softkey_cbor_put_bytes(out, profile->aaguid, sizeof profile->aaguid);
  if (!is_empty(profile->options)) {
    put_options(out, core);
    n++;
  }
  n += put_number(out, 5, profile->max_msg_size);
  if (profile->n_pin_protocols > 0) {
    put_protocols(out, profile);
    n++;
  }
  return n;
}

static size_t
put_second_half(GByteArray *out, const SoftkeyCore *core)
{
  const SoftkeyProfile *profile = core->profile;
  bool is_2_1 = softkey_profile_is_on(profile, "pinUvAuthToken");
  size_t n = 0;

  n += put_number(out, 7, profile->max_credentials_in_list);
  n += put_number(out, 8, profile->max_credential_id_length);
  if (!is_empty(profile->transports)) {
    put_texts(out, 9, profile->transports);
    n++;
  }
  if (profile->list_algorithms) {
    put_algorithms(out, profile);
    n++;
  }
  if (softkey_profile_is_on(profile, "largeBlobs"))
    n += put_number(out, 11, profile->max_blobs);
  if (is_2_1) {
    softkey_cbor_put_integer(out, 12); /* forcePINChange */
    softkey_cbor_put_bool(out, core->store->force_change);
    softkey_cbor_put_integer(out, 13);
    softkey_cbor_put_integer(out, softkey_config_min_pin_length(core));
    n += 2;
  }
  n += put_number(out, 14, profile->firmware_version);
  if (softkey_profile_has_extension(profile, "credBlob"))
    n += put_number(out, 15, SOFTKEY_EXTENSION_BLOB_MAX);
  if (softkey_profile_is_on(profile, "setMinPINLength"))
    n += put_number(out, 16, profile->max_min_pin_rp_ids);
  n += put_more(out, profile, 16, 18);
  if (softkey_profile_is_on(profile, "bioEnroll"))
    n += put_number(out, 18, 2); /* uvModality: a fingerprint */
  n += put_more(out, profile, 18, 20);
  if (is_2_1) {
    softkey_cbor_put_integer(out, 20); /* discoverable credentials, free */
    softkey_cbor_put_integer(out, MAX(0, profile->resident_slots -
                                             (int)core->store->residents->len));
    n++;
  }
  n += put_more(out, profile, 20, 22);
  if (!is_empty(profile->attestation_formats)) {
    put_texts(out, 22, profile->attestation_formats);
    n++;
  }
  return n + put_more(out, profile, 22, INT64_MAX);
}

SoftkeyStatus
softkey_info_command(SoftkeyCore *core, const SoftkeyCborItem *request,
                     GByteArray *reply)
{
  g_autoptr(GByteArray) members = g_byte_array_new();
  size_t n = put_first_half(members, core);

  (void)request;
  n += put_second_half(members, core);
  softkey_cbor_put_map(reply, n);
  g_byte_array_append(reply, members->data, members->len);
  return SOFTKEY_STATUS_OK;
}
