/* SPDX-License-Identifier: Apache-2.0 */
/* certificate.c - reads attestation certificates; the profile of a leaf. */
#include "fidotool/judge/certificate.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/cose.h"
#include "fidotool/judge/decoders.h"

#define OID_AAGUID "1.3.6.1.4.1.45724.1.1.4"
#define UNIT "Authenticator Attestation"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free)

static X509 *
parse_in(OSSL_LIB_CTX *context, FidotoolSlice der)
{
  const uint8_t *p = der.data;
  X509 *x509;

  if (der.len == 0 || der.len > FIDOTOOL_CERTIFICATE_MAX_LEN)
    return NULL;
  x509 = X509_new_ex(context, NULL);
  /* Where it cannot be read, it is freed, and x509 is NULL. */
  if (ASN1_item_d2i_ex((ASN1_VALUE **)&x509, &p, (long)der.len,
                       ASN1_ITEM_rptr(X509), context, NULL) != NULL &&
      p == der.data + der.len)
    return x509;
  X509_free(x509);
  return NULL;
}

X509 *
fidotool_certificate_parse(FidotoolSlice der)
{
  return parse_in(NULL, der);
}

void
fidotool_certificate_list_digest(const FidotoolSlice *x5c, size_t count,
                                 uint8_t ret_digest[32])
{
  FidotoolPiece pieces[2 * FIDOTOOL_CERTIFICATE_MAX_COUNT];
  uint64_t sizes[FIDOTOOL_CERTIFICATE_MAX_COUNT];

  g_assert(count <= FIDOTOOL_CERTIFICATE_MAX_COUNT);
  for (size_t i = 0; i < count; i++) {
    sizes[i] = GUINT64_TO_BE(x5c[i].len);
    pieces[2 * i] = (FidotoolPiece){&sizes[i], sizeof(sizes[i])};
    pieces[2 * i + 1] = (FidotoolPiece){x5c[i].data, x5c[i].len};
  }
  fidotool_bytes_sha256_of(pieces, 2 * count, ret_digest);
}

FidotoolCertificates *
fidotool_certificate_list_parse(const FidotoolSlice *x5c, size_t count,
                                const char **ret_why)
{
  g_autoptr(FidotoolCertificates) list = g_new0(FidotoolCertificates, 1);

  list->references = 1;
  if (count == 0 || count > FIDOTOOL_CERTIFICATE_MAX_COUNT) {
    *ret_why = "no certificates, or too many";
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    list->x509[i] = parse_in(fidotool_decoders_context(), x5c[i]);
    if (list->x509[i] == NULL) {
      *ret_why = "not a certificate, or longer than we read";
      return NULL;
    }
    list->count++;
    if (X509_get0_pubkey(list->x509[i]) == NULL ||
        !fidotool_cose_is_strong(X509_get0_pubkey(list->x509[i]))) {
      *ret_why = "a certificate's key is of no kind we accept";
      return NULL;
    }
    list->cost += fidotool_cose_cost(X509_get0_pubkey(list->x509[i]));
  }
  list->leaf = fidotool_verifier_new(X509_get0_pubkey(list->x509[0]));
  fidotool_certificate_list_digest(x5c, count, list->digest);
  return g_steal_pointer(&list);
}

FidotoolCertificates *
fidotool_certificate_list_ref(FidotoolCertificates *list)
{
  list->references++;
  return list;
}

void
fidotool_certificate_list_unref(FidotoolCertificates *list)
{
  if (list == NULL || --list->references > 0)
    return;
  for (size_t i = 0; i < list->count; i++)
    X509_free(list->x509[i]);
  fidotool_verifier_free(list->leaf);
  g_free(list);
}

/* The only value of an attribute, as UTF-8; NULL where there is none, or more
 * than one. Free with OPENSSL_free(). */
static char *
find_only(const X509_NAME *name, int nid)
{
  int i = X509_NAME_get_index_by_NID((X509_NAME *)name, nid, -1);
  unsigned char *text = NULL;
  int len;

  if (i < 0 || X509_NAME_get_index_by_NID((X509_NAME *)name, nid, i) >= 0)
    return NULL;
  len = ASN1_STRING_to_UTF8(
      &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i)));
  if (len < 0)
    return NULL;
  if (strlen((const char *)text) != (size_t)len) { /* a NUL inside */
    OPENSSL_free(text);
    return NULL;
  }
  return (char *)text;
}

static bool
is_country(const char *text)
{
  return strlen(text) == 2 && g_ascii_isupper(text[0]) &&
         g_ascii_isupper(text[1]);
}

static bool
is_unit(const char *text)
{
  return strcmp(text, UNIT) == 0;
}

static bool
is_filled(const char *text)
{
  return *text != '\0';
}

const char *
fidotool_certificate_check_subject(X509 *leaf)
{
  static const struct {
    int nid;
    bool (*check)(const char *text);
    const char *why;
  } rules[] = {
      {NID_countryName, is_country, "C is not one country of two letters"},
      {NID_organizationName, is_filled, "O is missing"},
      {NID_organizationalUnitName, is_unit, "OU is not \"" UNIT "\""},
      {NID_commonName, is_filled, "CN is missing"},
  };
  const X509_NAME *name = X509_get_subject_name(leaf);

  for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
    char *text = find_only(name, rules[i].nid);
    bool good = text != NULL && rules[i].check(text);

    OPENSSL_free(text);
    if (!good)
      return rules[i].why;
  }
  return NULL;
}

const char *
fidotool_certificate_check_not_ca(X509 *leaf, bool *ret_loose)
{
  static const uint8_t strict[] = {0x30, 0x00};
  int i = X509_get_ext_by_NID(leaf, NID_basic_constraints, -1);
  g_autoptr(BASIC_CONSTRAINTS) constraints = NULL;
  const ASN1_OCTET_STRING *value;

  *ret_loose = false;
  if (i < 0)
    return "Basic Constraints are missing";
  constraints = X509_get_ext_d2i(leaf, NID_basic_constraints, NULL, NULL);
  if (constraints == NULL)
    return "Basic Constraints cannot be read, or are there twice";
  if (constraints->ca)
    return "the leaf is a CA";
  value = X509_EXTENSION_get_data(X509_get_ext(leaf, i));
  *ret_loose =
      ASN1_STRING_length(value) != sizeof(strict) ||
      memcmp(ASN1_STRING_get0_data(value), strict, sizeof(strict)) != 0;
  return NULL;
}

const FidotoolLeafProfile *
fidotool_certificate_list_profile(FidotoolCertificates *list)
{
  FidotoolLeafProfile *profile = &list->profile;

  if (profile->known)
    return profile;
  profile->subject = fidotool_certificate_check_subject(list->x509[0]);
  profile->not_ca =
      fidotool_certificate_check_not_ca(list->x509[0], &profile->loose);
  profile->known = true;
  return profile;
}

/* --- extensions -------------------------------------------------------------
 */

/* The longest OID that is looked for, in bytes; and what one number takes. */
#define OID_MAX 32
#define ARC_MAX 5

static size_t
append_arc(uint8_t bytes[OID_MAX], size_t len, uint32_t arc)
{
  g_assert(len + ARC_MAX <= OID_MAX);
  for (int shift = 7 * (ARC_MAX - 1); shift > 0; shift -= 7)
    if (arc >> shift != 0)
      bytes[len++] = (uint8_t)(0x80 | (arc >> shift & 0x7f));
  bytes[len++] = arc & 0x7f;
  return len;
}

/* An OID's numbers with dots to what stands in a certificate; OpenSSL makes an
 * object of its own for that, which costs more than the search. */
static size_t
encode_oid(const char *oid, uint8_t ret_bytes[OID_MAX])
{
  uint32_t arc = 0, first = 0;
  size_t len = 0;
  int arcs = 0;

  for (const char *p = oid;; p++) {
    if (g_ascii_isdigit(*p)) {
      arc = 10 * arc + (uint32_t)(*p - '0');
      continue;
    }
    arcs++;
    if (arcs == 1)
      first = 40 * arc; /* shares its bytes with the second */
    else
      len = append_arc(ret_bytes, len, arcs == 2 ? first + arc : arc);
    if (*p == '\0')
      return len;
    arc = 0;
  }
}

static X509_EXTENSION *
find_extension(X509 *leaf, const char *oid, bool *ret_twice)
{
  uint8_t bytes[OID_MAX];
  const size_t len = encode_oid(oid, bytes);
  X509_EXTENSION *found = NULL;

  *ret_twice = false;
  for (int i = 0; i < X509_get_ext_count(leaf); i++) {
    X509_EXTENSION *extension = X509_get_ext(leaf, i);
    const ASN1_OBJECT *object = X509_EXTENSION_get_object(extension);

    if (OBJ_length(object) != len ||
        memcmp(OBJ_get0_data(object), bytes, len) != 0)
      continue;
    *ret_twice = found != NULL;
    if (*ret_twice)
      break;
    found = extension;
  }
  return found;
}

bool
fidotool_certificate_has(X509 *leaf, const char *oid)
{
  bool twice;

  return find_extension(leaf, oid, &twice) != NULL;
}

bool
fidotool_certificate_extension(X509 *leaf, const char *oid,
                               FidotoolSlice *ret_value)
{
  bool twice = false;
  X509_EXTENSION *extension = find_extension(leaf, oid, &twice);
  const ASN1_OCTET_STRING *value;

  if (extension == NULL || twice)
    return false;
  value = X509_EXTENSION_get_data(extension);
  *ret_value = (FidotoolSlice){ASN1_STRING_get0_data(value),
                               (size_t)ASN1_STRING_length(value)};
  return true;
}

const char *
fidotool_certificate_check_aaguid(X509 *leaf, const uint8_t aaguid[16],
                                  bool *ret_present)
{
  bool twice = false;
  X509_EXTENSION *extension = find_extension(leaf, OID_AAGUID, &twice);
  const ASN1_OCTET_STRING *value;
  const uint8_t *p;

  *ret_present = extension != NULL;
  if (extension == NULL)
    return NULL;
  if (twice)
    return "the extension is there twice";
  if (X509_EXTENSION_get_critical(extension))
    return "the extension is critical";
  value = X509_EXTENSION_get_data(extension);
  p = ASN1_STRING_get0_data(value);
  if (ASN1_STRING_length(value) != 18 || p[0] != 0x04 || p[1] != 16)
    return "the extension is not an OCTET STRING of 16 bytes";
  if (memcmp(p + 2, aaguid, 16) != 0)
    return "the extension names another model than authData";
  return NULL;
}
