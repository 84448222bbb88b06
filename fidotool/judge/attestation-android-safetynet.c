/* SPDX-License-Identifier: Apache-2.0 */
/* attestation-android-safetynet.c - statements of Android's SafetyNet (WebAuthn
 * Level 3, 8.5), a signed answer of a service that no longer exists. They are
 * read so that old records can be, and are never good enough for a new one:
 * registration/R18 says so whatever is found here. */
#include "fidotool/judge/attestation.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/statement.h"

#define HOST "attest.android.com"
#define ALG_RS256 -257

/* The three parts of the compact form, decoded, and what they are signed
 * over. */
typedef struct {
  FidotoolJson *header, *payload;
  GBytes *sig;
  FidotoolSlice signed_text; /* of the statement */
} Jws;

static void
clear_jws(Jws *jws)
{
  fidotool_json_free(jws->header);
  fidotool_json_free(jws->payload);
  g_clear_pointer(&jws->sig, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Jws, clear_jws)

static FidotoolJson *
read_json(const char *text)
{
  g_autoptr(GBytes) bytes = fidotool_bytes_unbase64url(text);
  FidotoolSlice slice;

  if (bytes == NULL)
    return NULL;
  slice = fidotool_ceremony_slice(bytes);
  return slice.len == 0
             ? NULL
             : fidotool_json_parse((const char *)slice.data, slice.len, NULL);
}

static bool
read_jws(FidotoolSlice response, Jws *jws)
{
  g_autofree char *text = g_strndup((const char *)response.data, response.len);
  g_auto(GStrv) parts = g_strsplit(text, ".", 4);

  if (strlen(text) != response.len || g_strv_length(parts) != 3)
    return false;
  jws->signed_text =
      (FidotoolSlice){response.data, strlen(parts[0]) + 1 + strlen(parts[1])};
  jws->header = read_json(parts[0]);
  jws->payload = read_json(parts[1]);
  jws->sig = fidotool_bytes_unbase64url(parts[2]);
  return jws->header != NULL && jws->payload != NULL && jws->sig != NULL;
}

static const char *
load_certificates(FidotoolCeremony *ceremony, const FidotoolJson *x5c)
{
  g_autoptr(GPtrArray) ders =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  const char *why;

  if (fidotool_json_size(x5c) > FIDOTOOL_CERTIFICATE_MAX_COUNT)
    return "x5c has too many certificates";
  for (size_t i = 0; i < fidotool_json_size(x5c); i++) {
    const char *text = fidotool_json_text(fidotool_json_at(x5c, i));
    GBytes *der = text ? fidotool_bytes_unbase64(text) : NULL;

    if (der == NULL)
      return "a certificate in x5c is not base64";
    g_ptr_array_add(ders, der);
    ceremony->x5c[ceremony->x5c_count++] = fidotool_ceremony_slice(der);
  }
  why = fidotool_statement_load(ceremony);
  ceremony->x5c_count = 0; /* the slices end here */
  return why;
}

static const char *
check_answer(FidotoolCeremony *ceremony, const Jws *jws)
{
  FidotoolSlice none = {NULL, 0};
  X509 *leaf;
  const char *why;

  if (g_strcmp0(fidotool_json_get_text(jws->header, "alg"), "RS256") != 0)
    return "alg is not RS256";
  why = load_certificates(ceremony, fidotool_json_get(jws->header, "x5c"));
  if (why != NULL)
    return why;
  leaf = fidotool_statement_leaf(ceremony);
  if (X509_check_host(leaf, HOST, 0, X509_CHECK_FLAG_NO_WILDCARDS, NULL) != 1)
    return "the certificate is not for " HOST;
  return fidotool_cose_verify(ALG_RS256, X509_get0_pubkey(leaf),
                              jws->signed_text, none,
                              fidotool_ceremony_slice(jws->sig));
}

static const char *
read_statement(FidotoolCeremony *ceremony, FidotoolSlice *ret_response)
{
  FidotoolCbor version;
  const char *why = fidotool_statement_size(ceremony, 2);

  if (why != NULL)
    return why;
  if (!fidotool_cbor_find_text(&ceremony->statement, "ver", &version) ||
      version.type != FIDOTOOL_CBOR_TEXT || version.body.len == 0)
    return "ver is missing, or is no text";
  return fidotool_statement_bytes(ceremony, "response", ret_response);
}

static FidotoolOutcome
check_service(FidotoolCeremony *ceremony)
{
  g_auto(Jws) jws = {0};
  FidotoolSlice response;

  ceremony->detail = read_statement(ceremony, &response);
  if (ceremony->detail == NULL && !read_jws(response, &jws))
    ceremony->detail = "the response is no signed answer";
  if (ceremony->detail != NULL)
    return FIDOTOOL_OUTCOME_STOP;
  ceremony->verdict->type = FIDOTOOL_ATTESTATION_BASIC;
  return fidotool_ceremony_outcome(ceremony, check_answer(ceremony, &jws));
}

/* S1 has read the response; reading it again costs little. */
static FidotoolOutcome
check_nonce(FidotoolCeremony *ceremony)
{
  g_auto(Jws) jws = {0};
  FidotoolSlice response;
  uint8_t digest[64];
  size_t len = fidotool_statement_digest(ceremony, "SHA256", digest);
  g_autofree char *wanted = fidotool_bytes_base64(digest, len);

  if (fidotool_statement_bytes(ceremony, "response", &response) != NULL ||
      !read_jws(response, &jws))
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony,
      g_strcmp0(fidotool_json_get_text(jws.payload, "nonce"), wanted) == 0
          ? NULL
          : "it is another");
}

static FidotoolOutcome
check_device(FidotoolCeremony *ceremony)
{
  g_auto(Jws) jws = {0};
  FidotoolSlice response;

  if (fidotool_statement_bytes(ceremony, "response", &response) != NULL ||
      !read_jws(response, &jws))
    return FIDOTOOL_OUTCOME_SKIP;
  return fidotool_ceremony_outcome(
      ceremony, fidotool_json_get_bool(jws.payload, "ctsProfileMatch", false)
                    ? NULL
                    : "it did not");
}

/* clang-format off */
static const FidotoolCheck checks[] = {
  { "safetynet/S1", FIDOTOOL_CHECK_HARD, check_service, "the service signed its answer" },
  { "safetynet/S2", FIDOTOOL_CHECK_HARD, check_nonce,   "the answer has the digest of authData and client data" },
  { "safetynet/S3", FIDOTOOL_CHECK_HARD, check_device,  "the device matched its profile" },
};
/* clang-format on */

const FidotoolCheck *
fidotool_attestation_android_safetynet_checks(size_t *ret_count)
{
  *ret_count = G_N_ELEMENTS(checks);
  return checks;
}
