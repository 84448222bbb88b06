/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-tpm.c - structures written down from the TPM's specification,
 * read to the last byte: whatever is cut off or left over is refused. */
#include "tests/testing.h"

#include "fidotool/judge/tpm.h"

#include <string.h>

#define SLICE(array)                                                           \
  (FidotoolSlice)                                                              \
  {                                                                            \
    array, sizeof(array)                                                       \
  }

/* An ECC key on P-256 that signs by ECDSA with SHA-256; x and y are short. */
static const uint8_t ecc[] = {
    0x00, 0x23,                   /* type: ECC */
    0x00, 0x0b,                   /* nameAlg: SHA-256 */
    0x00, 0x04, 0x00, 0x72,       /* objectAttributes */
    0x00, 0x02, 0xaa, 0xbb,       /* authPolicy */
    0x00, 0x10,                   /* symmetric: none */
    0x00, 0x18, 0x00, 0x0b,       /* scheme: ECDSA, SHA-256 */
    0x00, 0x03,                   /* curve: P-256 */
    0x00, 0x10,                   /* kdf: none */
    0x00, 0x03, 0x00, 0x01, 0x02, /* x, a zero before it */
    0x00, 0x01, 0x03,             /* y */
};

/* An RSA key without scheme, with the exponent that is not spelled out. */
static const uint8_t rsa[] = {
    0x00, 0x01, 0x00, 0x0b, 0x00, 0x04, 0x00, 0x72, 0x00, 0x00, 0x00, 0x10,
    0x00, 0x10, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xc1, 0xc3,
};

static const uint8_t attest[] = {
    0xff, 0x54, 0x43, 0x47,                /* magic */
    0x80, 0x17,                            /* type: certify */
    0x00, 0x01, 0x5a,                      /* qualifiedSigner */
    0x00, 0x02, 0xca, 0xfe,                /* extraData */
    0,    0,    0,    0,    0,    0, 0, 1, /* clock */
    0,    0,    0,    2,    0,    0, 0, 3, /* resetCount, restartCount */
    1,                                     /* safe */
    0,    0,    0,    0,    0,    0, 0, 4, /* firmwareVersion */
    0x00, 0x03, 0x00, 0x0b, 0x77,          /* name */
    0x00, 0x00,                            /* qualifiedName */
};

static void
an_ecc_key_is_read(void **state)
{
  FidotoolTpmPublic area;

  (void)state;
  assert_null(fidotool_tpm_public(SLICE(ecc), &area));
  assert_int_equal(area.type, 0x23);
  assert_int_equal(area.name_alg, 0x0b);
  assert_int_equal(area.curve, 3);
  assert_int_equal(area.first.len, 2); /* without the zero */
  assert_memory_equal(area.first.data, "\x01\x02", 2);
  assert_int_equal(area.second.len, 1);
}

static void
an_rsa_key_is_read(void **state)
{
  FidotoolTpmPublic area;

  (void)state;
  assert_null(fidotool_tpm_public(SLICE(rsa), &area));
  assert_int_equal(area.type, 1);
  assert_int_equal(area.bits, 2048);
  assert_int_equal(area.exponent, 65537);
  assert_memory_equal(area.first.data, "\xc1\xc3", 2);
}

static void
a_certification_is_read(void **state)
{
  FidotoolTpmAttest head;
  FidotoolSlice name;

  (void)state;
  assert_null(fidotool_tpm_attest(SLICE(attest), &head));
  assert_int_equal(head.magic, FIDOTOOL_TPM_MAGIC);
  assert_int_equal(head.type, FIDOTOOL_TPM_ST_ATTEST_CERTIFY);
  assert_memory_equal(head.extra_data.data, "\xca\xfe", 2);
  assert_null(fidotool_tpm_certified(head.attested, &name));
  assert_int_equal(name.len, 3);
  assert_memory_equal(name.data, "\x00\x0b\x77", 3);
}

/* Bytes of their own, so that a sanitizer sees a step too far. */
static bool
reads_public(const uint8_t *data, size_t len)
{
  g_autofree uint8_t *copy = g_memdup2(data, MAX(len, 1));
  FidotoolTpmPublic area;

  return fidotool_tpm_public((FidotoolSlice){copy, len}, &area) == NULL;
}

static bool
reads_attest(const uint8_t *data, size_t len)
{
  g_autofree uint8_t *copy = g_memdup2(data, MAX(len, 1));
  FidotoolTpmAttest head;
  FidotoolSlice name;

  return fidotool_tpm_attest((FidotoolSlice){copy, len}, &head) == NULL &&
         fidotool_tpm_certified(head.attested, &name) == NULL;
}

static void
whatever_is_cut_off_is_refused(void **state)
{
  (void)state;
  for (size_t len = 0; len < sizeof(ecc); len++)
    assert_false(reads_public(ecc, len));
  for (size_t len = 0; len < sizeof(rsa); len++)
    assert_false(reads_public(rsa, len));
  for (size_t len = 0; len < sizeof(attest); len++)
    assert_false(reads_attest(attest, len));
}

static void
whatever_is_left_over_is_refused(void **state)
{
  uint8_t longer[sizeof(attest) + 1] = {0};

  (void)state;
  memcpy(longer, ecc, sizeof(ecc));
  assert_false(reads_public(longer, sizeof(ecc) + 1));
  memcpy(longer, attest, sizeof(attest));
  longer[sizeof(attest)] = 0;
  assert_false(reads_attest(longer, sizeof(longer)));
}

static void
a_length_before_it_is_seen(void **state)
{
  uint8_t wrapped[2 + sizeof(ecc)] = {0, sizeof(ecc)};
  FidotoolSlice inner;

  (void)state;
  memcpy(wrapped + 2, ecc, sizeof(ecc));
  assert_true(fidotool_tpm_unwrap(SLICE(wrapped), &inner));
  assert_ptr_equal(inner.data, wrapped + 2);
  assert_false(fidotool_tpm_unwrap(SLICE(ecc), &inner));
  wrapped[1]--;
  assert_false(fidotool_tpm_unwrap(SLICE(wrapped), &inner));
}

static void
digests_have_their_names(void **state)
{
  (void)state;
  assert_string_equal(fidotool_tpm_digest_name(0x000b), "SHA256");
  assert_string_equal(fidotool_tpm_digest_name(0x0004), "SHA1");
  assert_null(fidotool_tpm_digest_name(0x0012)); /* SM3 */
  assert_null(fidotool_tpm_digest_name(0x0010)); /* none */
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_ecc_key_is_read),
      cmocka_unit_test(an_rsa_key_is_read),
      cmocka_unit_test(a_certification_is_read),
      cmocka_unit_test(whatever_is_cut_off_is_refused),
      cmocka_unit_test(whatever_is_left_over_is_refused),
      cmocka_unit_test(a_length_before_it_is_seen),
      cmocka_unit_test(digests_have_their_names),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
