/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-android-key.c - statements of Android's key store (WebAuthn Level
 * 3, 8.4): the leaf is made for the credential, and says what its key is. */
#include "fidotool/judge/attestation.h"

#include <string.h>

#include "fidotool/judge/statement.h"

#define OID_DESCRIPTION "1.3.6.1.4.1.11129.2.1.17"
#define SOFTWARE_ROOT "Android Keystore Software Attestation Root"
#define ORIGIN_GENERATED 0

static const char *
read_statement(FidotoolCeremony *ceremony)
{
  const char *why = fidotool_statement_x5c(ceremony);

  if (why == NULL)
    why = fidotool_statement_alg(ceremony);
  if (why == NULL)
    why = fidotool_statement_sig(ceremony);
  if (why == NULL)
    why = fidotool_statement_size(ceremony, 3);
  return why ? why : fidotool_statement_load(ceremony);
}

static FidotoolOutcome
check_signature(FidotoolCeremony *ceremony)
{
  ceremony->detail = read_statement(ceremony);
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  ceremony->verdict->type = FIDOTOOL_ATTESTATION_BASIC;
  return fidotool_ceremony_outcome(
      ceremony, fidotool_statement_verify(ceremony, "android-key/K1"));
}

static FidotoolOutcome
check_key(FidotoolCeremony *ceremony)
{
  if (!ceremony->auth.key.good) /* R17 said so */
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(ceremony,
                                   fidotool_statement_same_key(ceremony));
}

static void
record_description(FidotoolVerdict *verdict,
                   const FidotoolKeyDescription *description)
{
  const FidotoolKeyDescriptionList *tee = &description->tee;

  fidotool_verdict_attest_text(
      verdict, "security_level",
      fidotool_key_description_level_name(description->level));
  fidotool_verdict_attest_text(
      verdict, "key_level",
      fidotool_key_description_level_name(description->key_level));
  if (tee->os_version > 0)
    fidotool_verdict_attest_int(verdict, "os_version", tee->os_version);
  if (tee->os_patch_level > 0)
    fidotool_verdict_attest_int(verdict, "os_patch_level", tee->os_patch_level);
}

static FidotoolOutcome
check_challenge(FidotoolCeremony *ceremony)
{
  FidotoolKeyDescription *description = &ceremony->description;
  FidotoolSlice value;

  if (!fidotool_certificate_extension(fidotool_statement_leaf(ceremony),
                                      OID_DESCRIPTION, &value))
    return fidotool_ceremony_outcome(ceremony, "there is no key description");
  ceremony->has_description =
      fidotool_key_description_parse(value, description);
  if (!ceremony->has_description)
    return fidotool_ceremony_outcome(ceremony,
                                     "the key description is unreadable");
  record_description(ceremony->verdict, description);
  return fidotool_ceremony_outcome(
      ceremony, description->challenge.len == sizeof(ceremony->hash) &&
                        memcmp(description->challenge.data, ceremony->hash,
                               sizeof(ceremony->hash)) == 0
                    ? NULL
                    : "it is another");
}

static FidotoolOutcome
check_scope(FidotoolCeremony *ceremony)
{
  if (!ceremony->has_description)
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, ceremony->description.software.all_applications ||
                        ceremony->description.tee.all_applications
                    ? "all may use it"
                    : NULL);
}

/* What a list says must be right. */
static const char *
find_use_fault(const FidotoolKeyDescriptionList *list)
{
  if (list->has_origin && list->origin != ORIGIN_GENERATED)
    return "the key was not made there";
  if (list->has_purpose && !list->only_signs)
    return "the key may do more than sign";
  return NULL;
}

/* What hardware enforces alone, where that is asked for, else both lists. That
 * neither says anything is a warning: no device does it, a vector of the
 * standard does. */
static FidotoolOutcome
check_use(FidotoolCeremony *ceremony)
{
  const FidotoolKeyDescriptionList *tee = &ceremony->description.tee;
  const FidotoolKeyDescriptionList *software = &ceremony->description.software;
  bool hardware = ceremony->options->hardware_key;
  bool silent;
  const char *why;

  if (!ceremony->has_description)
    return FIDOTOOL_OUTCOME_SKIP;
  why = find_use_fault(tee);
  if (why == NULL && !hardware)
    why = find_use_fault(software);
  if (hardware)
    silent = !tee->has_origin || !tee->has_purpose;
  else
    silent = !(tee->has_origin || software->has_origin) ||
             !(tee->has_purpose || software->has_purpose);
  if (why == NULL && silent && hardware)
    why = "hardware does not say so";
  else if (why == NULL && silent)
    fidotool_verdict_warn(ceremony->verdict, "android-key/K5",
                          "where the key was made, or what it may do, is "
                          "not said");
  return fidotool_ceremony_outcome(ceremony, why);
}

/* Google's software root vouches for software. */
static bool
ends_in_software(const FidotoolCertificates *list)
{
  X509_NAME *name = X509_get_issuer_name(list->x509[list->count - 1]);
  char text[sizeof(SOFTWARE_ROOT) + 1] = "";

  return X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof(text)) >
             0 &&
         strcmp(text, SOFTWARE_ROOT) == 0;
}

static FidotoolOutcome
check_level(FidotoolCeremony *ceremony)
{
  const FidotoolKeyDescription *description = &ceremony->description;
  const char *why = NULL;

  if (!ceremony->has_description)
    return FIDOTOOL_OUTCOME_SKIP;
  if (description->level != FIDOTOOL_KEY_DESCRIPTION_TEE &&
      description->level != FIDOTOOL_KEY_DESCRIPTION_STRONGBOX)
    why = "the attestation was made by software";
  else if (description->key_level != FIDOTOOL_KEY_DESCRIPTION_TEE &&
           description->key_level != FIDOTOOL_KEY_DESCRIPTION_STRONGBOX)
    why = "the key is kept by software";
  else if (ends_in_software(ceremony->certificates))
    why = "the root is the one for software";
  if (why != NULL && !ceremony->options->hardware_key) {
    fidotool_verdict_warn(ceremony->verdict, "android-key/K6", why);
    why = NULL;
  }
  return fidotool_ceremony_outcome(ceremony, why);
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "android-key/K1", FIDOTOOL_CHECK_HARD, check_signature, "the leaf's key signed authData and client data" },
  { "android-key/K2", FIDOTOOL_CHECK_HARD, check_key,       "the leaf's key is the credential's" },
  { "android-key/K3", FIDOTOOL_CHECK_HARD, check_challenge, "the key description has the client data's hash" },
  { "android-key/K4", FIDOTOOL_CHECK_HARD, check_scope,     "the key is for one application" },
  { "android-key/K5", FIDOTOOL_CHECK_HARD, check_use,       "the key was made there, and signs only" },
  { "android-key/K6", FIDOTOOL_CHECK_POLICY, check_level,   "hardware keeps the key and vouches for it" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_android_key_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
