/* SPDX-License-Identifier: Apache-2.0 */
/* test-softkey-bad-attestation.c - each bad attestation is refused by the
 * judge, by the check that is there for it and by no other. */
#include "tests/testing.h"

#include <openssl/pem.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/judge/registration.h"
#include "tests/softkey/ca.h"
#include "tests/softkey/direct.h"
#include "tests/softkey/embedded.h"
#include "tests/softkey/platform.h"

/* 2027-01-01: after the day on which bad leaves expire. */
#define AT 1798761600

/* clang-format off */
static const struct {
  const char *fault;
  const char *failed; /* ids joined with blanks */
  const char *reason; /* where nobody vouches for it, or NULL */
} rows[] = {
  { "good",            "", NULL },
  { "unknown-root",    "registration/R21", "unknown-issuer" },
  { "wrong-issuer",    "registration/R21", "wrong-signature" },
  { "expired",         "registration/R21", "expired" },
  { "not-yet-valid",   "registration/R21", "not-yet-valid" },
  { "no-aaguid",       "packed/P7", NULL },
  { "other-aaguid",    "packed/P7", NULL },
  { "critical-aaguid", "packed/P7 registration/R21", "unknown-critical-extension" },
  { "ca-leaf",         "packed/P6", NULL },
  { "version-1",       "packed/P4", NULL },
  { "wrong-unit",      "packed/P5", NULL },
  { "out-of-order",    "registration/R21", "out-of-order" },
  { "path-too-long",   "registration/R21", "path-too-long" },
  { "impostor",        "packed/P6 packed/P7 registration/R21", "self-signed" },
  { "wrong-signature", "packed/P3", NULL },
  { "sha1",            "packed/P3", NULL },
  { "full-none",       "none/N1 registration/R21", NULL },
  { "no-up",           "registration/R11", NULL },
  { "no-uv",           "registration/R12", NULL },
  { "no-at",           "registration/R16", NULL },
  { "left-over",       "registration/R16", NULL },
  { "long-chain",      "", NULL },
};
/* clang-format on */

static FidotoolAnchors *
read_root(void)
{
  FidotoolAnchors *anchors = fidotool_chain_anchors_new();
  BIO *bio = BIO_new_mem_buf(softkey_embedded_find(SOFTKEY_CA_ROOT), -1);
  g_autoptr(X509) root = PEM_read_bio_X509(bio, NULL, NULL, NULL);
  g_autoptr(GBytes) der = softkey_ca_der(root);
  gsize len;
  const uint8_t *data = g_bytes_get_data(der, &len);

  BIO_free(bio);
  assert_true(fidotool_chain_anchors_add(anchors, (FidotoolSlice){data, len}));
  return anchors;
}

static FidotoolVerdict *
judge(SoftkeyCore *core)
{
  const SoftkeyDirectMake request = {.rp_id = "example.org",
                                     .client_data_hash = softkey_platform_hash,
                                     .flags = SOFTKEY_DIRECT_UP_UV};
  g_autoptr(SoftkeyDirectMade) made = softkey_direct_make(core, &request);
  g_autoptr(FidotoolAnchors) anchors = read_root();
  g_autoptr(FidotoolJson) json = fidotool_json_new_object();
  g_autoptr(FidotoolJson) response = fidotool_json_new_object();
  g_autoptr(FidotoolOptions) options = NULL;
  g_autofree char *hash = fidotool_bytes_hex(softkey_platform_hash, 32);
  g_autofree char *object = NULL;

  assert_non_null(made);
  object =
      fidotool_bytes_base64url(g_bytes_get_data(made->attestation_object, NULL),
                               g_bytes_get_size(made->attestation_object));
  fidotool_json_set_text(response, "attestationObject", object);
  fidotool_json_set_text(json, "cdh", hash);
  fidotool_json_set_text(json, "rp_id", "example.org");
  fidotool_json_set_bool(json, "require_uv", true);
  fidotool_json_set_bool(json, "model_needed", true);
  options = fidotool_options_parse(json, FIDOTOOL_CEREMONY_REGISTRATION, NULL);
  return fidotool_registration_judge(options, response, anchors, NULL, AT);
}

static char *
list_failed(const FidotoolVerdict *verdict)
{
  GString *failed = g_string_new(NULL);

  for (guint i = 0; i < verdict->checks->len; i++) {
    const FidotoolCheckResult *check =
        &g_array_index(verdict->checks, FidotoolCheckResult, i);

    if (!check->ok)
      g_string_append_printf(failed, "%s%s", failed->len > 0 ? " " : "",
                             check->id);
  }
  return g_string_free(failed, FALSE);
}

static void
test_each_fault_is_refused_for_its_own_reason(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(SoftkeyCore) core =
        softkey_core_new_in_memory("plain-2.1", 1, NULL);
    g_autoptr(FidotoolVerdict) verdict = NULL;
    g_autofree char *failed = NULL;
    SoftkeyFault fault;

    assert_true(softkey_bad_attestation_parse(rows[i].fault, &fault));
    softkey_core_set_fault(core, fault);
    verdict = judge(core);
    failed = list_failed(verdict);
    if (strcmp(failed, rows[i].failed) != 0 ||
        (rows[i].reason != NULL &&
         g_strcmp0(verdict->trust_reason, rows[i].reason) != 0))
      fail_msg("%s: failed \"%s\", %s", rows[i].fault, failed,
               verdict->trust_reason);
  }
}

static void
test_a_profile_may_name_the_fault(void **state)
{
  g_autoptr(SoftkeyProfile) profile =
      softkey_profile_parse("[softkey]\nattestation_fault = expired\n", NULL);
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_int_equal(profile->attestation_fault, SOFTKEY_FAULT_EXPIRED);
  assert_null(
      softkey_profile_parse("[softkey]\nattestation_fault = odd\n", &error));
  assert_non_null(error);
}

static void
test_a_long_chain_is_longer_than_libfido2_reads(void **state)
{
  g_autoptr(SoftkeyCore) core =
      softkey_core_new_in_memory("plain-2.1", 1, NULL);
  const SoftkeyDirectMake request = {.rp_id = "example.org",
                                     .client_data_hash = softkey_platform_hash,
                                     .flags = SOFTKEY_DIRECT_UP_UV};
  g_autoptr(SoftkeyDirectMade) made = NULL;

  (void)state;
  softkey_core_set_fault(core, SOFTKEY_FAULT_LONG_CHAIN);
  made = softkey_direct_make(core, &request);
  assert_true(g_bytes_get_size(made->reply) > 2048);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_fault_is_refused_for_its_own_reason),
      cmocka_unit_test(test_a_profile_may_name_the_fault),
      cmocka_unit_test(test_a_long_chain_is_longer_than_libfido2_reads),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
