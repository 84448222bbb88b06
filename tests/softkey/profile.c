/* SPDX-License-Identifier: Apache-2.0 */
/* profile.c - what kind of key this is: getInfo and behaviour, from a file. */
#include "tests/softkey/profile.h"

#include <string.h>

#include "tests/softkey/cbor.h"
#include "tests/softkey/cose.h"
#include "tests/softkey/embedded.h"
#include "tests/softkey/error.h"
#include "tests/softkey/nfc-habits.h"

#define GROUP "softkey"
#define SERIAL_MAX 64

typedef enum { TEXT, TEXTS, NUMBER, NUMBERS, SWITCH, AAGUID, KIND, FAULT } Form;

/* Every key there is. */
/* clang-format off */
static const struct {
  const char *key;
  Form form;
  size_t offset;
  size_t count_offset; /* NUMBERS */
} keys[] = {
  { "name", TEXT, G_STRUCT_OFFSET(SoftkeyProfile, name), 0 },
  { "aaguid", AAGUID, G_STRUCT_OFFSET(SoftkeyProfile, aaguid), 0 },
  { "versions", TEXTS, G_STRUCT_OFFSET(SoftkeyProfile, versions), 0 },
  { "extensions", TEXTS, G_STRUCT_OFFSET(SoftkeyProfile, extensions), 0 },
  { "transports", TEXTS, G_STRUCT_OFFSET(SoftkeyProfile, transports), 0 },
  { "attestation_formats", TEXTS,
    G_STRUCT_OFFSET(SoftkeyProfile, attestation_formats), 0 },
  { "options", TEXTS, G_STRUCT_OFFSET(SoftkeyProfile, options), 0 },
  { "pin_protocols", NUMBERS, G_STRUCT_OFFSET(SoftkeyProfile, pin_protocols),
    G_STRUCT_OFFSET(SoftkeyProfile, n_pin_protocols) },
  { "algorithms", NUMBERS, G_STRUCT_OFFSET(SoftkeyProfile, algorithms),
    G_STRUCT_OFFSET(SoftkeyProfile, n_algorithms) },
  { "list_algorithms", SWITCH,
    G_STRUCT_OFFSET(SoftkeyProfile, list_algorithms), 0 },
  { "max_msg_size", NUMBER, G_STRUCT_OFFSET(SoftkeyProfile, max_msg_size), 0 },
  { "max_credentials_in_list", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, max_credentials_in_list), 0 },
  { "max_credential_id_length", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, max_credential_id_length), 0 },
  { "min_pin_length", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, min_pin_length), 0 },
  { "firmware_version", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, firmware_version), 0 },
  { "bio_slots", NUMBER, G_STRUCT_OFFSET(SoftkeyProfile, bio_slots), 0 },
  { "bio_samples", NUMBER, G_STRUCT_OFFSET(SoftkeyProfile, bio_samples), 0 },
  { "max_blobs", NUMBER, G_STRUCT_OFFSET(SoftkeyProfile, max_blobs), 0 },
  { "resident_slots", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, resident_slots), 0 },
  { "reset_window_ms", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, reset_window_ms), 0 },
  { "pin_block", SWITCH, G_STRUCT_OFFSET(SoftkeyProfile, pin_block), 0 },
  { "max_min_pin_rp_ids", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, max_min_pin_rp_ids), 0 },
  { "config_denied", SWITCH,
    G_STRUCT_OFFSET(SoftkeyProfile, config_denied), 0 },
  { "config_silent", SWITCH,
    G_STRUCT_OFFSET(SoftkeyProfile, config_silent), 0 },
  { "no_wink", SWITCH, G_STRUCT_OFFSET(SoftkeyProfile, no_wink), 0 },
  { "reset_silent", SWITCH, G_STRUCT_OFFSET(SoftkeyProfile, reset_silent), 0 },
  { "more_info", TEXTS, G_STRUCT_OFFSET(SoftkeyProfile, more_info), 0 },
  { "turned_options", SWITCH,
    G_STRUCT_OFFSET(SoftkeyProfile, turned_options), 0 },
  { "no_update", SWITCH, G_STRUCT_OFFSET(SoftkeyProfile, no_update), 0 },
  { "no_cancel", SWITCH, G_STRUCT_OFFSET(SoftkeyProfile, no_cancel), 0 },
  { "other_id", SWITCH, G_STRUCT_OFFSET(SoftkeyProfile, other_id), 0 },
  { "count_off", NUMBER, G_STRUCT_OFFSET(SoftkeyProfile, count_off), 0 },
  { "first_start_ms", NUMBER,
    G_STRUCT_OFFSET(SoftkeyProfile, first_start_ms), 0 },
  { "damage", NUMBER, G_STRUCT_OFFSET(SoftkeyProfile, damage), 0 },
  { "nfc_select", TEXT, G_STRUCT_OFFSET(SoftkeyProfile, nfc_select), 0 },
  { "nfc_status_in_word", SWITCH,
    G_STRUCT_OFFSET(SoftkeyProfile, nfc_status_in_word), 0 },
  { "extra_algorithms", NUMBERS,
    G_STRUCT_OFFSET(SoftkeyProfile, extra_algorithms),
    G_STRUCT_OFFSET(SoftkeyProfile, n_extra_algorithms) },
  { "attestation", KIND, G_STRUCT_OFFSET(SoftkeyProfile, attestation), 0 },
  { "attestation_fault", FAULT,
    G_STRUCT_OFFSET(SoftkeyProfile, attestation_fault), 0 },
  { "enterprise_rp_ids", TEXTS,
    G_STRUCT_OFFSET(SoftkeyProfile, enterprise_rp_ids), 0 },
  { "enterprise_serial", TEXT,
    G_STRUCT_OFFSET(SoftkeyProfile, enterprise_serial), 0 },
};
/* clang-format on */

static const char *const kinds[] = {
    [SOFTKEY_ATTESTATION_BATCH] = "batch",
    [SOFTKEY_ATTESTATION_SELF] = "self",
    [SOFTKEY_ATTESTATION_NONE] = "none",
};

static bool
parse_aaguid(const char *text, uint8_t ret_aaguid[16])
{
  static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  uint8_t aaguid[16] = {0};
  size_t n = 0;

  if (strlen(text) != strlen(form))
    return false;
  for (size_t i = 0; form[i] != '\0'; i++) {
    if (form[i] == '-' && text[i] == '-')
      continue;
    if (form[i] == '-' || !g_ascii_isxdigit(text[i]))
      return false;
    aaguid[n / 2] =
        (uint8_t)(aaguid[n / 2] << 4 | g_ascii_xdigit_value(text[i]));
    n++;
  }
  memcpy(ret_aaguid, aaguid, sizeof aaguid);
  return true;
}

static bool
parse_kind(const char *text, SoftkeyAttestationKind *ret_kind)
{
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_str_equal(text, kinds[i])) {
      *ret_kind = (SoftkeyAttestationKind)i;
      return true;
    }
  return false;
}

/* Reads the i-th key into its place in profile. */
static bool
parse_value(GKeyFile *file, size_t i, SoftkeyProfile *profile, GError **error)
{
  void *at = G_STRUCT_MEMBER_P(profile, keys[i].offset);
  g_autofree char *text =
      g_key_file_get_string(file, GROUP, keys[i].key, error);
  GError *fault = NULL;
  bool ok = true;

  if (text == NULL)
    return false;
  switch (keys[i].form) {
  case TEXT:
    g_free(*(char **)at);
    *(char **)at = g_steal_pointer(&text);
    break;
  case TEXTS:
    g_strfreev(*(char ***)at);
    *(char ***)at =
        g_key_file_get_string_list(file, GROUP, keys[i].key, NULL, &fault);
    break;
  case NUMBER:
    *(int *)at = g_key_file_get_integer(file, GROUP, keys[i].key, &fault);
    ok = *(int *)at >= 0;
    break;
  case NUMBERS:
    g_free(*(int **)at);
    *(int **)at = g_key_file_get_integer_list(
        file, GROUP, keys[i].key,
        G_STRUCT_MEMBER_P(profile, keys[i].count_offset), &fault);
    break;
  case SWITCH:
    *(bool *)at = g_key_file_get_boolean(file, GROUP, keys[i].key, &fault);
    break;
  case AAGUID:
    ok = parse_aaguid(text, at);
    break;
  case KIND:
    ok = parse_kind(text, at);
    break;
  case FAULT:
    ok = softkey_bad_attestation_parse(text, at);
    break;
  }
  if (fault == NULL && ok)
    return true;
  g_clear_error(&fault);
  g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED,
              "profile: the value of \"%s\" makes no sense", keys[i].key);
  return false;
}

static bool
check_keys(GKeyFile *file, GError **error)
{
  g_auto(GStrv) given = g_key_file_get_keys(file, GROUP, NULL, error);

  if (given == NULL)
    return false;
  for (size_t n = 0; given[n] != NULL; n++) {
    bool known = false;

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
      known |= g_str_equal(given[n], keys[i].key);
    if (!known) {
      g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED,
                  "profile: there is no key \"%s\"", given[n]);
      return false;
    }
  }
  return true;
}

static int
compare_options(const void *a, const void *b)
{
  g_autofree char *left = g_strdup(*(const char *const *)a);
  g_autofree char *right = g_strdup(*(const char *const *)b);

  *strchrnul(left, '=') = '\0';
  *strchrnul(right, '=') = '\0';
  return softkey_cbor_compare_names(&left, &right);
}

/* "17=05" */
static bool
is_member(const char *text)
{
  const char *hex = strchr(text, '=');
  const size_t len = hex == NULL ? 0 : strlen(hex + 1);

  return g_ascii_isdigit(*text) && len > 0 && len % 2 == 0 &&
         strspn(hex + 1, "0123456789abcdef") == len;
}

static bool
check_values(SoftkeyProfile *profile, GError **error)
{
  SoftkeyNfcSelect select;
  bool ok = profile->min_pin_length >= 4 && profile->min_pin_length <= 63;

  for (gsize i = 0; i < profile->n_algorithms; i++)
    ok = ok && softkey_cose_is_supported(profile->algorithms[i]);
  for (gsize i = 0; i < profile->n_pin_protocols; i++)
    ok = ok &&
         (profile->pin_protocols[i] == 1 || profile->pin_protocols[i] == 2);
  ok = ok && profile->n_algorithms > 0;
  for (char **at = profile->more_info; ok && at != NULL && *at != NULL; at++)
    ok = is_member(*at);
  ok = ok && (profile->enterprise_serial == NULL ||
              strlen(profile->enterprise_serial) <= SERIAL_MAX);
  ok = ok && (profile->nfc_select == NULL ||
              softkey_nfc_habits_parse_select(profile->nfc_select, &select));
  if (!ok) {
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED,
                "profile: a value is outside of what softkey can do");
    return false;
  }
  if (profile->options != NULL)
    qsort(profile->options, g_strv_length(profile->options), sizeof(char *),
          compare_options);
  return true;
}

static bool
parse_into(SoftkeyProfile *profile, const char *text, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  GError *fault = NULL;

  if (!g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE,
                                 &fault)) {
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_MALFORMED, "profile: %s",
                fault->message);
    g_error_free(fault);
    return false;
  }
  if (!check_keys(file, error))
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
    if (g_key_file_has_key(file, GROUP, keys[i].key, NULL) &&
        !parse_value(file, i, profile, error))
      return false;
  return check_values(profile, error);
}

SoftkeyProfile *
softkey_profile_parse(const char *text, GError **error)
{
  g_autoptr(SoftkeyProfile) profile = g_new0(SoftkeyProfile, 1);
  const char *plain = softkey_embedded_find(SOFTKEY_PROFILE_DEFAULT ".profile");

  if (!parse_into(profile, plain, error) || !parse_into(profile, text, error))
    return NULL;
  return g_steal_pointer(&profile);
}

SoftkeyProfile *
softkey_profile_load(const char *name_or_path, GError **error)
{
  g_autofree char *file = g_strconcat(name_or_path, ".profile", NULL);
  const char *built_in = softkey_embedded_find(file);
  g_autofree char *text = NULL;
  GError *fault = NULL;

  if (built_in != NULL)
    return softkey_profile_parse(built_in, error);
  if (!g_file_get_contents(name_or_path, &text, NULL, &fault)) {
    g_set_error(error, SOFTKEY_ERROR, SOFTKEY_ERROR_FILE, "profile: %s",
                fault->message);
    g_error_free(fault);
    return NULL;
  }
  return softkey_profile_parse(text, error);
}

void
softkey_profile_free(SoftkeyProfile *profile)
{
  if (profile == NULL)
    return;
  g_free(profile->name);
  g_strfreev(profile->versions);
  g_strfreev(profile->extensions);
  g_strfreev(profile->transports);
  g_strfreev(profile->attestation_formats);
  g_strfreev(profile->options);
  g_strfreev(profile->more_info);
  g_strfreev(profile->enterprise_rp_ids);
  g_free(profile->enterprise_serial);
  g_free(profile->pin_protocols);
  g_free(profile->algorithms);
  g_free(profile->extra_algorithms);
  g_free(profile->nfc_select);
  g_free(profile);
}

bool
softkey_profile_option(const SoftkeyProfile *profile, const char *name,
                       bool *ret_value)
{
  size_t len = strlen(name);

  for (char **at = profile->options; at != NULL && *at != NULL; at++) {
    if (strncmp(*at, name, len) != 0 ||
        ((*at)[len] != '\0' && (*at)[len] != '='))
      continue;
    *ret_value = !g_str_equal(*at + len, "=false");
    return true;
  }
  return false;
}

bool
softkey_profile_is_on(const SoftkeyProfile *profile, const char *name)
{
  bool value;

  return softkey_profile_option(profile, name, &value) && value;
}

bool
softkey_profile_has_protocol(const SoftkeyProfile *profile, int64_t n)
{
  for (gsize i = 0; i < profile->n_pin_protocols; i++)
    if (profile->pin_protocols[i] == n)
      return true;
  return false;
}

bool
softkey_profile_has_algorithm(const SoftkeyProfile *profile, int64_t n)
{
  for (gsize i = 0; i < profile->n_algorithms; i++)
    if (profile->algorithms[i] == n)
      return true;
  return false;
}

bool
softkey_profile_has_version(const SoftkeyProfile *profile, const char *name)
{
  return profile->versions != NULL &&
         g_strv_contains((const char *const *)profile->versions, name);
}

bool
softkey_profile_has_ctap2(const SoftkeyProfile *profile)
{
  for (char **at = profile->versions; at != NULL && *at != NULL; at++)
    if (g_str_has_prefix(*at, "FIDO_"))
      return true;
  return false;
}

bool
softkey_profile_has_extension(const SoftkeyProfile *profile, const char *name)
{
  return profile->extensions != NULL &&
         g_strv_contains((const char *const *)profile->extensions, name);
}
