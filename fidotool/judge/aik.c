/* SPDX-License-Identifier: Apache-2.0 */
/* aik.c - the profile of an attestation key's certificate. */
#include "fidotool/judge/aik.h"

#include <string.h>

#include <openssl/x509v3.h>

#define X509_VERSION 2 /* "3" on paper */
#define OID_MANUFACTURER "2.23.133.2.1"
#define OID_MODEL "2.23.133.2.2"
#define OID_VERSION "2.23.133.2.3"
#define OID_KEY_USE "2.23.133.8.3" /* tcg-kp-AIKCertificate */
/* Longest value of the three that is kept. */
#define TEXT_MAX 128

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GENERAL_NAMES, GENERAL_NAMES_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_OBJECT, ASN1_OBJECT_free)

/* The first value of this type, as text; NULL where there is none, or it is
 * empty, too long, or has a NUL inside. */
static char *
find_text(const X509_NAME *name, const char *oid)
{
  g_autoptr(ASN1_OBJECT) object = OBJ_txt2obj(oid, 1);
  int i = X509_NAME_get_index_by_OBJ((X509_NAME *)name, object, -1);
  unsigned char *text = NULL;
  char *copy = NULL;
  int len;

  if (i < 0)
    return NULL;
  len = ASN1_STRING_to_UTF8(
      &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i)));
  if (len > 0 && len <= TEXT_MAX && strlen((const char *)text) == (size_t)len &&
      g_utf8_validate((const char *)text, len, NULL))
    copy = g_strdup((const char *)text);
  OPENSSL_free(text);
  return copy;
}

/* The directory name that holds the TPM's three. */
static const char *
read_tpm(const GENERAL_NAMES *names, FidotoolAik *aik)
{
  for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

    if (name->type != GEN_DIRNAME || aik->manufacturer != NULL)
      continue;
    aik->manufacturer = find_text(name->d.directoryName, OID_MANUFACTURER);
    aik->model = find_text(name->d.directoryName, OID_MODEL);
    aik->version = find_text(name->d.directoryName, OID_VERSION);
  }
  if (aik->manufacturer == NULL)
    return "the TPM's manufacturer is not named";
  if (aik->model == NULL)
    return "the TPM's model is not named";
  return aik->version == NULL ? "the TPM's version is not named" : NULL;
}

static const char *
check_names(X509 *leaf, FidotoolAik *aik)
{
  int critical = 0;
  g_autoptr(GENERAL_NAMES) names =
      X509_get_ext_d2i(leaf, NID_subject_alt_name, &critical, NULL);

  if (names == NULL)
    return "the subject alternative name is missing, unreadable or there twice";
  if (critical != 1)
    return "the subject alternative name is not critical";
  return read_tpm(names, aik);
}

static const char *
check_use(X509 *leaf)
{
  g_autoptr(ASN1_OBJECT) wanted = OBJ_txt2obj(OID_KEY_USE, 1);
  g_autoptr(EXTENDED_KEY_USAGE) uses =
      X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);

  for (int i = 0; uses != NULL && i < sk_ASN1_OBJECT_num(uses); i++)
    if (OBJ_cmp(sk_ASN1_OBJECT_value(uses, i), wanted) == 0)
      return NULL;
  return "the extended key usage is not an attestation key's";
}

const char *
fidotool_aik_check(X509 *leaf, const uint8_t aaguid[16], FidotoolAik *ret_aik,
                   bool *ret_model)
{
  const char *why;
  bool loose;

  *ret_aik = (FidotoolAik){0};
  *ret_model = false;
  if (X509_get_version(leaf) != X509_VERSION)
    return "it is of another version than 3";
  if (X509_NAME_entry_count(X509_get_subject_name(leaf)) != 0)
    return "the subject is not empty";
  why = check_names(leaf, ret_aik);
  if (why == NULL)
    why = check_use(leaf);
  if (why == NULL)
    why = fidotool_certificate_check_not_ca(leaf, &loose);
  if (why == NULL)
    why = fidotool_certificate_check_aaguid(leaf, aaguid, ret_model);
  return why;
}

void
fidotool_aik_clear(FidotoolAik *aik)
{
  g_free(aik->manufacturer);
  g_free(aik->model);
  g_free(aik->version);
  *aik = (FidotoolAik){0};
}

const char *
fidotool_aik_vendor(const char *manufacturer)
{
  /* The ids are four letters in hex, filled up with zeros or blanks. */
  static const struct {
    const char *id;
    const char *name;
  } vendors[] = {
      {"414D4400", "AMD"},
      {"414E5400", "Ant Group"},
      {"41544D4C", "Atmel"},
      {"4252434D", "Broadcom"},
      {"4353434F", "Cisco"},
      {"464C5953", "Flyslice"},
      {"474F4F47", "Google"},
      {"48504500", "HPE"},
      {"48504900", "HPI"},
      {"48495349", "Huawei"},
      {"49424D00", "IBM"},
      {"49465800", "Infineon"},
      {"494E5443", "Intel"},
      {"4C454E00", "Lenovo"},
      {"4D534654", "Microsoft"},
      {"4E534D20", "National Semiconductor"},
      {"4E545A00", "Nationz"},
      {"4E544300", "Nuvoton"},
      {"51434F4D", "Qualcomm"},
      {"524F4343", "Rockchip"},
      {"534D5343", "SMSC"},
      {"53544D20", "STMicroelectronics"},
      {"534D534E", "Samsung"},
      {"534E5300", "Sinosun"},
      {"54584E00", "Texas Instruments"},
      {"57454300", "Winbond"},
  };

  if (!g_str_has_prefix(manufacturer, "id:"))
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(vendors); i++)
    if (g_ascii_strcasecmp(vendors[i].id, manufacturer + 3) == 0)
      return vendors[i].name;
  return NULL;
}
