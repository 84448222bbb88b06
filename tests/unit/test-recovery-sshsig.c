/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-sshsig.c - signatures of people and machines: the bytes against
 * a written-down vector, the whole against stock ssh-keygen. */
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <openssl/ec.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/sshsig.h"

#define SPACE "keyturn-case.approve@v1"

/* The vector of the record's description: 832 bytes. */
static const char statement[] =
    "{\"act\":\"case.approve\",\"actor\":\"p-7f3a\",\"case\":\"c-0192\",\"case_"
    "digest\":"
    "\"ffb304816a1090313e833215c08dae3d209cfad1ffd1f674f0909a2ae99e1394\","
    "\"contact\":\"seen\",\"evidence\":"
    "\"ee8250fb76e094b34b471f13a73dbbe51d1ae142e9df59d7c0d31ec20f0a0a8e\","
    "\"exp\":\"2026-11-15T10:15:00.000Z\",\"genesis\":"
    "\"afbf9d0f3560b0fd7795e81c42a0a79ee6b6fc67e064f77826aee642cad28d91\","
    "\"head_root\":"
    "\"0fe7f04cd9688fb996eea9ae1248cbe83b4d04805413f35ab25ad9deb5a3cb32\","
    "\"head_size\":1,\"iat\":\"2026-11-15T10:00:00.000Z\",\"log\":\"example."
    "org/keyturn/st-07/1\",\"newkey\":"
    "\"e265b6f564601a1fe8dc42785cd18a868bd8013eb5899560e79248767a683e6b\","
    "\"nonce\":\"000102030405060708090a0b0c0d0e0f\",\"op\":\"recover\","
    "\"policy\":"
    "\"823412d1eacb67956220e532959f0104603057c88704863ca38e7cd188fda812\","
    "\"policy_id\":\"acme-keys\",\"policy_version\":7,\"previous\":[],\"slot\":"
    "\"helpdesk-lead\",\"station\":\"st-07\",\"sub\":\"s-51d2\",\"v\":1}";
static const size_t statement_len = sizeof(statement) - 1;

static void
the_signed_bytes_are_those_of_the_vector(void **state)
{
  g_autoptr(GBytes) tosign =
      recovery_sshsig_tosign(SPACE, statement, statement_len);
  g_autofree char *digest = fidotool_bytes_sha256_hex(statement, statement_len);
  g_autofree char *bytes = fidotool_bytes_hex(g_bytes_get_data(tosign, NULL),
                                              g_bytes_get_size(tosign));
  g_autofree char *hash_text = NULL;
  uint8_t hash[32];

  (void)state;
  assert_int_equal(statement_len, 832);
  assert_string_equal(
      digest,
      "59b6584e0fc33522119ab574e66e624144fb4dcee88613f54d712f134da774cf");
  assert_int_equal(g_bytes_get_size(tosign), 83);
  assert_string_equal(
      bytes,
      "535348534947000000176b65797475726e2d636173652e617070726f7665407631000000"
      "00000000067368613235360000002059b6584e0fc33522119ab574e66e624144fb4dcee8"
      "8613f54d712f134da774cf");
  recovery_sshsig_client_data_hash(SPACE, statement, statement_len, hash);
  hash_text = fidotool_bytes_hex(hash, sizeof(hash));
  assert_string_equal(
      hash_text,
      "1c99fa731cad199973493b0d77ea9c77fb15b4bffabda2c3c89011e0c2949066");
}

static void
the_relying_parties_have_the_hashes_of_the_vector(void **state)
{
  g_autofree char *real =
      fidotool_bytes_sha256_hex(RECOVERY_SSHSIG_APPLICATION, 16);
  g_autofree char *practice =
      fidotool_bytes_sha256_hex(RECOVERY_SSHSIG_APPLICATION_PRACTICE, 25);

  (void)state;
  assert_string_equal(
      real, "606f388006454047f2d51824f86c80835b3a5c861b9ca23cab87bed8041fd55c");
  assert_string_equal(
      practice,
      "90a7cd0ae1594964acc23c574a5cca40ad4a8e65baa9f300a8010d5dbfdd9c9a");
}

/* A security key in memory. */

typedef struct {
  EVP_PKEY *pkey;
  RecoverySshsigKey key;
} SoftKey;

static SoftKey
new_key(RecoverySshsigType type, const char *application)
{
  SoftKey soft = {NULL, {.type = type}};
  size_t len = sizeof(soft.key.point);

  g_strlcpy(soft.key.application, application, sizeof(soft.key.application));
  if (type == RECOVERY_SSHSIG_SK_ECDSA) {
    soft.pkey = EVP_EC_gen("P-256");
    assert_int_equal(EVP_PKEY_get_octet_string_param(soft.pkey, "pub",
                                                     soft.key.point, len, &len),
                     1);
    assert_int_equal(len, 65);
  } else {
    soft.pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    assert_int_equal(
        EVP_PKEY_get_raw_public_key(soft.pkey, soft.key.point, &len), 1);
  }
  return soft;
}

/* What a key answers: signature over auth_data || client data hash. */
static GBytes *
sign_as_key(const SoftKey *soft, const char *name_space, const char *message,
            size_t message_len, uint8_t flags, uint32_t counter)
{
  uint8_t data[37 + 32], signature[128];
  uint32_t big = GUINT32_TO_BE(counter);
  size_t len = sizeof(signature);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  GError *error = NULL;
  GBytes *blob;

  fidotool_bytes_sha256(soft->key.application, strlen(soft->key.application),
                        data);
  data[32] = flags;
  memcpy(data + 33, &big, 4);
  recovery_sshsig_client_data_hash(name_space, message, message_len, data + 37);
  assert_int_equal(EVP_DigestSignInit(context, NULL,
                                      soft->key.type == RECOVERY_SSHSIG_SK_ECDSA
                                          ? EVP_sha256()
                                          : NULL,
                                      NULL, soft->pkey),
                   1);
  assert_int_equal(EVP_DigestSign(context, signature, &len, data, sizeof(data)),
                   1);
  EVP_MD_CTX_free(context);
  blob = recovery_sshsig_from_assertion(&soft->key, name_space, data, signature,
                                        len, &error);
  g_assert_no_error(error);
  return blob;
}

static void
a_blob_of_each_kind_of_key_is_accepted(void **state)
{
  static const RecoverySshsigType types[] = {RECOVERY_SSHSIG_SK_ECDSA,
                                             RECOVERY_SSHSIG_SK_ED25519};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
    SoftKey soft = new_key(types[i], RECOVERY_SSHSIG_APPLICATION);
    g_autoptr(GBytes) blob =
        sign_as_key(&soft, SPACE, statement, statement_len, 0x05, 0x01020304);
    RecoverySshsigSeen seen = {0};
    GError *error = NULL;

    assert_true(recovery_sshsig_check(g_bytes_get_data(blob, NULL),
                                      g_bytes_get_size(blob), &soft.key, SPACE,
                                      statement, statement_len, &seen, &error));
    g_assert_no_error(error);
    assert_int_equal(seen.flags, 0x05);
    assert_int_equal(seen.counter, 0x01020304);
    assert_string_equal(seen.namespace, SPACE);
    assert_string_equal(seen.key.application, RECOVERY_SSHSIG_APPLICATION);
    EVP_PKEY_free(soft.pkey);
  }
}

/* Every single bit of a blob carries meaning. */
static void
a_flipped_bit_is_refused(void **state)
{
  SoftKey soft = new_key(RECOVERY_SSHSIG_SK_ECDSA, RECOVERY_SSHSIG_APPLICATION);
  g_autoptr(GBytes) blob =
      sign_as_key(&soft, SPACE, statement, statement_len, 0x05, 7);
  gsize len;
  g_autofree uint8_t *copy =
      g_memdup2(g_bytes_get_data(blob, &len), g_bytes_get_size(blob));
  RecoverySshsigSeen seen;

  (void)state;
  for (size_t bit = 0; bit < 8 * g_bytes_get_size(blob); bit++) {
    g_autoptr(GError) error = NULL;

    copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_false(recovery_sshsig_check(copy, g_bytes_get_size(blob), &soft.key,
                                       SPACE, statement, statement_len, &seen,
                                       &error));
    assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
    copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  for (size_t short_len = 0; short_len < g_bytes_get_size(blob); short_len++)
    assert_false(recovery_sshsig_check(copy, short_len, &soft.key, SPACE,
                                       statement, statement_len, &seen, NULL));
  EVP_PKEY_free(soft.pkey);
}

static void
another_key_namespace_or_message_is_refused(void **state)
{
  SoftKey soft = new_key(RECOVERY_SSHSIG_SK_ECDSA, RECOVERY_SSHSIG_APPLICATION);
  SoftKey other =
      new_key(RECOVERY_SSHSIG_SK_ECDSA, RECOVERY_SSHSIG_APPLICATION);
  g_autoptr(GBytes) blob =
      sign_as_key(&soft, SPACE, statement, statement_len, 0x05, 7);
  const void *data = g_bytes_get_data(blob, NULL);
  size_t len = g_bytes_get_size(blob);
  RecoverySshsigKey practice = soft.key;
  RecoverySshsigSeen seen;

  (void)state;
  g_strlcpy(practice.application, RECOVERY_SSHSIG_APPLICATION_PRACTICE,
            sizeof(practice.application));
  assert_false(recovery_sshsig_check(data, len, &other.key, SPACE, statement,
                                     statement_len, &seen, NULL));
  assert_false(recovery_sshsig_check(data, len, &practice, SPACE, statement,
                                     statement_len, &seen, NULL));
  assert_false(recovery_sshsig_check(data, len, &soft.key,
                                     "keyturn-case.refuse@v1", statement,
                                     statement_len, &seen, NULL));
  assert_false(recovery_sshsig_check(data, len, &soft.key, SPACE, statement,
                                     statement_len - 1, &seen, NULL));
  EVP_PKEY_free(soft.pkey);
  EVP_PKEY_free(other.pkey);
}

static void
an_answer_for_another_relying_party_makes_no_blob(void **state)
{
  SoftKey soft =
      new_key(RECOVERY_SSHSIG_SK_ED25519, RECOVERY_SSHSIG_APPLICATION);
  uint8_t auth_data[37] = {0}, signature[64] = {0};
  GError *error = NULL;

  (void)state;
  assert_null(recovery_sshsig_from_assertion(&soft.key, SPACE, auth_data,
                                             signature, 64, &error));
  assert_int_equal(error->code, RECOVERY_ERROR_INVALID);
  g_clear_error(&error);
  fidotool_bytes_sha256(RECOVERY_SSHSIG_APPLICATION, 16, auth_data);
  assert_null(recovery_sshsig_from_assertion(&soft.key, SPACE, auth_data,
                                             signature, 63, &error));
  g_clear_error(&error);
  EVP_PKEY_free(soft.pkey);
}

/* UP and UV, and none of BE, BS, AT, ED: bits 1 and 5 are free. */
static void
flags_of_a_staff_signature(void **state)
{
  (void)state;
  for (unsigned flags = 0; flags < 256; flags++) {
    bool good =
        flags == 0x05 || flags == 0x07 || flags == 0x25 || flags == 0x27;

    assert_int_equal(recovery_sshsig_flags_ok((uint8_t)flags), good);
  }
}

static void
a_key_has_one_form(void **state)
{
  SoftKey soft = new_key(RECOVERY_SSHSIG_SK_ECDSA, "keyturn:approval");
  g_autoptr(GBytes) bytes = recovery_sshsig_write_key(&soft.key);
  size_t len = g_bytes_get_size(bytes);
  g_autofree uint8_t *copy = g_malloc(len + 1);
  RecoverySshsigKey key;

  (void)state;
  memcpy(copy, g_bytes_get_data(bytes, NULL), len);
  copy[len] = 0;
  assert_true(recovery_sshsig_read_key(copy, len, &key, NULL));
  assert_memory_equal(key.point, soft.key.point, 65);
  assert_false(recovery_sshsig_read_key(copy, len + 1, &key, NULL));
  for (size_t i = 0; i < len; i++)
    assert_false(recovery_sshsig_read_key(copy, i, &key, NULL));
  copy[len - 16 - 4 - 1] ^= 1; /* the last byte of y: off the curve */
  assert_false(recovery_sshsig_read_key(copy, len, &key, NULL));
  EVP_PKEY_free(soft.pkey);
}

static void
armour_has_one_spelling(void **state)
{
  uint8_t blob[319];
  g_autofree char *text = NULL;
  g_autoptr(GBytes) back = NULL;
  size_t len;

  (void)state;
  for (size_t i = 0; i < sizeof(blob); i++)
    blob[i] = (uint8_t)(i * 7);
  text = recovery_sshsig_armour(blob, sizeof(blob));
  len = strlen(text);
  assert_int_equal(len, 493);
  back = recovery_sshsig_unarmour(text, len, NULL);
  assert_non_null(back);
  assert_memory_equal(g_bytes_get_data(back, NULL), blob, sizeof(blob));
  assert_null(recovery_sshsig_unarmour(text, len - 1, NULL));
  assert_null(recovery_sshsig_unarmour("", 0, NULL));
  for (size_t bit = 0; bit < 8 * len; bit++) {
    g_autoptr(GBytes) other = NULL;

    text[bit / 8] ^= (char)(1 << bit % 8);
    other = recovery_sshsig_unarmour(text, len, NULL);
    /* Another text is refused, or it is the text of other bytes. */
    assert_true(other == NULL || !g_bytes_equal(other, back));
    text[bit / 8] ^= (char)(1 << bit % 8);
  }
}

static void
other_spellings_of_armour_are_refused(void **state)
{
  static const char *const texts[] = {
      "-----BEGIN SSH SIGNATURE-----\nQUJD\n-----END SSH SIGNATURE-----",
      "-----BEGIN SSH SIGNATURE-----\nQUJD\n-----END SSH SIGNATURE-----\n\n",
      "\n-----BEGIN SSH SIGNATURE-----\nQUJD\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\nQU\nJD\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\nQUJD\r\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\nQUJD\n\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\nQUJ\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\nQUI=\n-----END SSH SIGNATURE----\n",
      "-----BEGIN SSH SIGNATURE-----\nQUJ=\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN PGP SIGNATURE-----\nQUJD\n-----END PGP SIGNATURE-----\n",
  };
  static const char good[] =
      "-----BEGIN SSH SIGNATURE-----\nQUI=\n-----END SSH SIGNATURE-----\n";
  g_autoptr(GBytes) blob = recovery_sshsig_unarmour(good, strlen(good), NULL);

  (void)state;
  assert_non_null(blob);
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    assert_null(recovery_sshsig_unarmour(texts[i], strlen(texts[i]), NULL));
}

/* Stock ssh-keygen, in a folder of its own. */

static char *
write_file(const char *folder, const char *name, const char *data, size_t len)
{
  char *path = g_build_filename(folder, name, NULL);

  assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
  return path;
}

static bool
run_ssh_keygen(const char *folder, const RecoverySshsigKey *key,
               const char *name_space, GBytes *blob, const char *message,
               size_t len)
{
  g_autoptr(GBytes) bytes = recovery_sshsig_write_key(key);
  g_autofree char *base64 = fidotool_bytes_base64(g_bytes_get_data(bytes, NULL),
                                                  g_bytes_get_size(bytes));
  g_autofree char *line = g_strdup_printf(
      "p-7f3a namespaces=\"%s\",valid-after=\"20260101000000Z\" %s %s\n",
      name_space, recovery_sshsig_type_name(key->type), base64);
  g_autofree char *armour = recovery_sshsig_armour(g_bytes_get_data(blob, NULL),
                                                   g_bytes_get_size(blob));
  g_autofree char *signers = write_file(folder, "signers", line, strlen(line));
  g_autofree char *sig = write_file(folder, "sig", armour, strlen(armour));
  g_autofree char *data = write_file(folder, "data", message, len);
  g_autofree char *command = g_strdup_printf(
      "exec ssh-keygen -Y verify -f %s -I p-7f3a -n %s -s %s -O "
      "verify-time=20260601000000Z < %s > /dev/null 2>&1",
      signers, name_space, sig, data);
  int status = system(command);

  g_unlink(signers);
  g_unlink(sig);
  g_unlink(data);
  return status == 0;
}

static void
stock_ssh_keygen_accepts_what_people_sign(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("keyturn-XXXXXX", NULL);
  g_autofree char *other = g_strndup(statement, statement_len);

  (void)state;
  other[12] ^= 1;
  for (int i = 0; i < 8; i++) {
    bool practice = i % 2 == 1;
    const char *space = practice ? "keyturn-practice-case.approve@v1" : SPACE;
    SoftKey soft =
        new_key(i < 6 ? RECOVERY_SSHSIG_SK_ECDSA : RECOVERY_SSHSIG_SK_ED25519,
                practice ? RECOVERY_SSHSIG_APPLICATION_PRACTICE
                         : RECOVERY_SSHSIG_APPLICATION);
    g_autoptr(GBytes) blob =
        sign_as_key(&soft, space, statement, statement_len, 0x05, (uint32_t)i);

    assert_true(run_ssh_keygen(folder, &soft.key, space, blob, statement,
                               statement_len));
    assert_false(
        run_ssh_keygen(folder, &soft.key, space, blob, other, statement_len));
    EVP_PKEY_free(soft.pkey);
  }
  g_rmdir(folder);
}

static void
stock_ssh_keygen_accepts_what_machines_sign(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("keyturn-XXXXXX", NULL);
  SoftKey machine = new_key(RECOVERY_SSHSIG_ED25519, "");
  uint8_t message[64];
  g_autoptr(GBytes) blob = NULL;
  RecoverySshsigSeen seen;
  GError *error = NULL;

  (void)state;
  recovery_sshsig_machine_message(statement, statement_len, "blob", 4, message);
  blob = recovery_sshsig_sign(machine.pkey, "keyturn-machine@v1", message,
                              sizeof(message), &error);
  g_assert_no_error(error);
  assert_true(recovery_sshsig_check(
      g_bytes_get_data(blob, NULL), g_bytes_get_size(blob), &machine.key,
      "keyturn-machine@v1", message, sizeof(message), &seen, NULL));
  assert_true(run_ssh_keygen(folder, &machine.key, "keyturn-machine@v1", blob,
                             (const char *)message, sizeof(message)));
  EVP_PKEY_free(machine.pkey);
  g_rmdir(folder);
}

static void
a_machine_message_is_two_digests(void **state)
{
  uint8_t message[64];
  g_autofree char *hex = NULL;

  (void)state;
  recovery_sshsig_machine_message("", 0, "abc", 3, message);
  hex = fidotool_bytes_hex(message, sizeof(message));
  assert_string_equal(
      hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_signed_bytes_are_those_of_the_vector),
      cmocka_unit_test(the_relying_parties_have_the_hashes_of_the_vector),
      cmocka_unit_test(a_blob_of_each_kind_of_key_is_accepted),
      cmocka_unit_test(a_flipped_bit_is_refused),
      cmocka_unit_test(another_key_namespace_or_message_is_refused),
      cmocka_unit_test(an_answer_for_another_relying_party_makes_no_blob),
      cmocka_unit_test(flags_of_a_staff_signature),
      cmocka_unit_test(a_key_has_one_form),
      cmocka_unit_test(armour_has_one_spelling),
      cmocka_unit_test(other_spellings_of_armour_are_refused),
      cmocka_unit_test(stock_ssh_keygen_accepts_what_people_sign),
      cmocka_unit_test(stock_ssh_keygen_accepts_what_machines_sign),
      cmocka_unit_test(a_machine_message_is_two_digests),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
