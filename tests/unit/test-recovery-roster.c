/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-roster.c - one version of the roster: its one form, and its
 * lines for ssh-keygen. */
#include "tests/testing.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/json.h"
#include "recovery/error.h"
#include "recovery/format/roster.h"

#define YEAR_2026 INT64_C(1767225600000)
#define YEAR_2027 INT64_C(1798761600000)

static void
set_public_key(RecoverySshsigKey *key, GBytes **ret_bytes)
{
  size_t len = sizeof(key->point);
  EVP_PKEY *pkey = key->type == RECOVERY_SSHSIG_SK_ECDSA
                       ? EVP_EC_gen("P-256")
                       : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

  if (key->type == RECOVERY_SSHSIG_SK_ECDSA)
    EVP_PKEY_get_octet_string_param(pkey, "pub", key->point, len, &len);
  else
    EVP_PKEY_get_raw_public_key(pkey, key->point, &len);
  EVP_PKEY_free(pkey);
  g_clear_pointer(ret_bytes, g_bytes_unref);
  *ret_bytes = recovery_sshsig_write_key(key);
}

static RecoveryRosterKey *
add_person(RecoveryRoster *roster, const char *person, uint8_t number,
           const char *role)
{
  RecoveryRosterKey *key = recovery_roster_add_key(roster);
  uint8_t employee[32] = {0};

  employee[0] = number;
  key->person = g_strdup(person);
  key->sub = g_strdup_printf("s-%s", person);
  key->team = g_strdup("desk");
  key->employee = fidotool_bytes_hex(employee, 32);
  memset(key->cred, number, 32);
  memset(key->registration, number + 100, 32);
  key->roles = g_strsplit(role, " ", -1);
  key->key.type = RECOVERY_SSHSIG_SK_ECDSA;
  g_strlcpy(key->key.application, RECOVERY_SSHSIG_APPLICATION, 64);
  set_public_key(&key->key, &key->key_bytes);
  key->valid_after_ms = YEAR_2026;
  key->valid_before_ms = YEAR_2027;
  return key;
}

static RecoveryRosterMachine *
add_machine(RecoveryRoster *roster, const char *id)
{
  RecoveryRosterMachine *machine = recovery_roster_add_machine(roster);

  machine->id = g_strdup(id);
  machine->key.type = RECOVERY_SSHSIG_ED25519;
  set_public_key(&machine->key, &machine->key_bytes);
  machine->valid_after_ms = YEAR_2026;
  machine->valid_before_ms = YEAR_2027;
  return machine;
}

/* Two persons and two machines, out of order. */
static RecoveryRoster *
some_roster(void)
{
  RecoveryRoster *roster = recovery_roster_new("st-07");

  add_person(roster, "p-bob", 2, "auditor");
  add_person(roster, "p-ada", 1, "helpdesk-lead security");
  add_machine(roster, "ws-1");
  add_machine(roster, "st-07");
  return roster;
}

static FidotoolJson *
some_json(void)
{
  g_autoptr(RecoveryRoster) roster = some_roster();
  size_t len;
  g_autofree char *line = recovery_roster_write(roster, &len, NULL);

  assert_non_null(line);
  return fidotool_json_parse(line, len, NULL);
}

static void
a_roster_comes_back_sorted(void **state)
{
  g_autoptr(RecoveryRoster) roster = some_roster();
  size_t len;
  g_autofree char *line = recovery_roster_write(roster, &len, NULL);
  g_autoptr(RecoveryRoster) back = recovery_roster_read(line, len, NULL);
  g_autofree char *again = NULL;
  const RecoveryRosterKey *ada;

  (void)state;
  assert_non_null(back);
  again = recovery_roster_write(back, NULL, NULL);
  assert_string_equal(again, line);
  ada = g_ptr_array_index(back->keys, 0);
  assert_string_equal(ada->person, "p-ada");
  assert_int_equal(ada->valid_before_ms, YEAR_2027);
  assert_string_equal(
      ((RecoveryRosterMachine *)g_ptr_array_index(back->machines, 0))->id,
      "st-07");
  assert_false(recovery_roster_is_practice(back));
  assert_ptr_equal(recovery_roster_find_person(back, "p-ada"), ada);
  assert_ptr_equal(recovery_roster_find_sub(back, "s-p-ada"), ada);
  assert_ptr_equal(recovery_roster_find_cred(back, ada->cred), ada);
  assert_ptr_equal(
      recovery_roster_find_key(back, g_bytes_get_data(ada->key_bytes, NULL),
                               g_bytes_get_size(ada->key_bytes)),
      ada);
  assert_null(recovery_roster_find_person(back, "p-eve"));
  assert_non_null(recovery_roster_find_machine(back, "ws-1"));
  assert_null(recovery_roster_find_machine(back, "p-ada"));
  assert_true(recovery_roster_key_has_role(ada, "security"));
  assert_false(recovery_roster_key_has_role(ada, "auditor"));
}

static void
a_window_ends_before_its_last_moment(void **state)
{
  (void)state;
  assert_false(recovery_roster_valid_at(10, 20, 9));
  assert_true(recovery_roster_valid_at(10, 20, 10));
  assert_true(recovery_roster_valid_at(10, 20, 19));
  assert_false(recovery_roster_valid_at(10, 20, 20));
}

/* A change of one member of the first row (of machines where said so), as
 * JSON; NULL takes it away. */
/* clang-format off */
static const struct {
  const char *rows, *name, *value;
} changes[] = {
  { "keys", "person", "\"P\"" },        { "keys", "person", NULL },
  { "keys", "person", "\"p-zoe\"" },    { "keys", "sub", "\"\"" },
  { "keys", "sub", "\"s-p-bob\"" },     { "keys", "team", "1" },
  { "keys", "employee", "\"ada@example.org\"" },
  { "keys", "employee", "\"0200000000000000000000000000000000000000000000000000000000000000\"" },
  { "keys", "cred", "\"0202020202020202020202020202020202020202020202020202020202020202\"" },
  { "keys", "cred", "\"02\"" },         { "keys", "registration", "[]" },
  { "keys", "roles", "[]" },            { "keys", "roles", "\"agent\"" },
  { "keys", "roles", "[\"security\",\"agent\"]" },
  { "keys", "roles", "[\"agent\",\"agent\"]" },
  { "keys", "roles", "[\"Agent\"]" },   { "keys", "key", "\"AAAA\"" },
  { "keys", "key", "\"\"" },            { "keys", "key", "\" \"" },
  { "keys", "valid_after", "\"2026-01-01T00:00:00.001Z\"" },
  { "keys", "valid_after", "\"2027-01-01T00:00:00.000Z\"" },
  { "keys", "valid_before", "\"2026-01-01T00:00:00.000Z\"" },
  { "keys", "valid_before", "\"2027-01-01\"" },
  { "keys", "extra", "1" },             { "machines", "id", "\"zz\"" },
  { "machines", "id", "\"ws-1\"" },     { "machines", "id", NULL },
  { "machines", "key", "\"AAAA\"" },    { "machines", "extra", "\"x\"" },
  { "machines", "valid_before", "\"2026-01-01T00:00:00.000Z\"" },
};
/* clang-format on */

static void
assert_refused(const FidotoolJson *json, const char *why)
{
  size_t len;
  g_autofree char *line = fidotool_json_write(json, &len);
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryRoster) roster = recovery_roster_read(line, len, &error);

  if (roster != NULL)
    fail_msg("%s", why);
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
}

static void
each_row_has_its_fields_in_order(void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
    g_autoptr(FidotoolJson) json = some_json();
    FidotoolJson *row =
        fidotool_json_at(fidotool_json_get(json, changes[i].rows), 0);

    if (changes[i].value == NULL)
      fidotool_json_remove(row, changes[i].name);
    else
      fidotool_json_set(row, changes[i].name,
                        fidotool_json_parse(changes[i].value,
                                            strlen(changes[i].value), NULL));
    assert_refused(json, changes[i].name);
  }
}

static void
a_machine_has_no_security_key_and_a_person_no_machine_key(void **state)
{
  g_autoptr(FidotoolJson) json = some_json();
  FidotoolJson *key = fidotool_json_at(fidotool_json_get(json, "keys"), 0);
  FidotoolJson *machine =
      fidotool_json_at(fidotool_json_get(json, "machines"), 0);
  g_autofree char *own = g_strdup(fidotool_json_get_text(key, "key"));

  (void)state;
  fidotool_json_set_text(key, "key", fidotool_json_get_text(machine, "key"));
  assert_refused(json, "a machine's key");
  fidotool_json_set_text(key, "key", own);
  fidotool_json_set_text(machine, "key", own);
  assert_refused(json, "a person's key");
}

static void
the_whole_has_four_members(void **state)
{
  static const char *const names[] = {"keys", "machines", "station", "v"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(FidotoolJson) json = some_json();

    fidotool_json_remove(json, names[i]);
    assert_refused(json, names[i]);
    fidotool_json_set_int(json, names[i], 2);
    assert_refused(json, names[i]);
  }
  {
    g_autoptr(FidotoolJson) json = some_json();

    fidotool_json_set_int(json, "x", 1);
    assert_refused(json, "a fifth");
  }
}

/* A caller's roster that is not whole is not written; each pointer in turn. */
static void
what_is_not_whole_is_not_written(void **state)
{
  (void)state;
  for (int i = 0; i < 9; i++) {
    g_autoptr(RecoveryRoster) roster = some_roster();
    RecoveryRosterKey *key = g_ptr_array_index(roster->keys, 0);
    RecoveryRosterMachine *machine = g_ptr_array_index(roster->machines, 0);
    char **texts[] = {&key->person,   &key->sub,    &key->team,
                      &key->employee, &machine->id, &roster->station};
    GBytes **bytes[] = {&key->key_bytes, &machine->key_bytes};
    g_autoptr(GError) error = NULL;

    if (i < 6)
      g_clear_pointer(texts[i], g_free);
    else if (i < 8)
      g_clear_pointer(bytes[i - 6], g_bytes_unref);
    else
      g_clear_pointer(&key->roles, g_strfreev);
    assert_null(recovery_roster_write(roster, NULL, &error));
    assert_non_null(strstr(error->message, "without all its fields"));
  }
}

/* One registration is one key's, and a person is one subject. */
static void
a_second_key_is_another_key_of_the_same_person(void **state)
{
  for (int i = 0; i < 3; i++) {
    g_autoptr(RecoveryRoster) roster = some_roster();
    RecoveryRosterKey *ada = g_ptr_array_index(roster->keys, 1);
    RecoveryRosterKey *second = add_person(roster, "p-ada", 9, "auditor");
    g_autofree char *line = NULL;

    (void)state;
    g_free(second->employee);
    second->employee = g_strdup(ada->employee);
    if (i == 1)
      memcpy(second->registration, ada->registration, 32);
    if (i == 2) {
      g_free(second->sub);
      second->sub = g_strdup("s-other");
    }
    line = recovery_roster_write(roster, NULL, NULL);
    assert_int_equal(line != NULL, i == 0);
  }
}

/* Nobody's login key, and no key of an ssh agent. */
static void
a_key_is_for_approvals_alone(void **state)
{
  g_autoptr(RecoveryRoster) roster = some_roster();

  (void)state;
  for (unsigned i = 0; i < roster->keys->len; i++) {
    RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);

    g_strlcpy(key->key.application, "ssh:", 64);
    g_bytes_unref(key->key_bytes);
    key->key_bytes = recovery_sshsig_write_key(&key->key);
  }
  assert_null(recovery_roster_write(roster, NULL, NULL));
}

/* What breaks a rule over several rows is not written either. */
static void
a_key_belongs_to_one_person(void **state)
{
  g_autoptr(RecoveryRoster) roster = some_roster();
  RecoveryRosterKey *ada = g_ptr_array_index(roster->keys, 1);
  RecoveryRosterKey *second = add_person(roster, "p-ada", 9, "auditor");

  (void)state;
  g_free(second->employee);
  second->employee = g_strdup(ada->employee);
  assert_non_null(recovery_roster_find_person(roster, "p-ada"));
  {
    g_autofree char *line = recovery_roster_write(roster, NULL, NULL);

    assert_non_null(line);
  }
  g_free(second->team);
  second->team = g_strdup("elsewhere");
  assert_null(recovery_roster_write(roster, NULL, NULL));
  g_free(second->team);
  second->team = g_strdup("desk");
  g_bytes_unref(second->key_bytes);
  second->key_bytes = g_bytes_ref(ada->key_bytes);
  assert_null(recovery_roster_write(roster, NULL, NULL));
}

static void
practice_and_real_are_not_mixed(void **state)
{
  g_autoptr(RecoveryRoster) roster = some_roster();
  /* Writing sorts the rows: they are taken before. */
  RecoveryRosterKey *keys[] = {g_ptr_array_index(roster->keys, 0),
                               g_ptr_array_index(roster->keys, 1)};

  (void)state;
  for (unsigned i = 0; i < 2; i++) {
    RecoveryRosterKey *key = keys[i];

    g_strlcpy(key->key.application, RECOVERY_SSHSIG_APPLICATION_PRACTICE, 64);
    g_bytes_unref(key->key_bytes);
    key->key_bytes = recovery_sshsig_write_key(&key->key);
    g_autofree char *line = recovery_roster_write(roster, NULL, NULL);

    assert_int_equal(line != NULL, i == 1);
  }
  assert_true(recovery_roster_is_practice(roster));
}

static void
lines_for_ssh_keygen(void **state)
{
  g_autoptr(RecoveryRoster) roster = some_roster();
  RecoveryRoster *versions[] = {roster, roster};
  const RecoveryRosterKey *bob = g_ptr_array_index(roster->keys, 0);
  g_autofree char *key = fidotool_bytes_base64(
      g_bytes_get_data(bob->key_bytes, NULL), g_bytes_get_size(bob->key_bytes));
  g_autofree char *text = recovery_roster_allowed_signers(versions, 2);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autofree char *wanted = g_strdup_printf(
      "p-bob namespaces=\"keyturn-bg.review@v1,keyturn-case.hold_off@v1,"
      "keyturn-case.rp_proof@v1,keyturn-checkpoint.cosign@v1,"
      "keyturn-export.made@v1,keyturn-pii.erased@v1,keyturn-role.activate@v1,"
      "keyturn-roster.enrol@v1\",valid-after=\"20260101000000Z\","
      "valid-before=\"20270101000000Z\" sk-ecdsa-sha2-nistp256@openssh.com %s",
      key);

  (void)state;
  assert_int_equal(g_strv_length(lines), 5); /* equal lines once */
  for (int i = 1; i < 4; i++)
    assert_true(strcmp(lines[i - 1], lines[i]) < 0);
  assert_true(g_str_has_prefix(
      lines[0], "machine:st-07 namespaces=\"keyturn-machine@v1\",valid-after="
                "\"20260101000000Z\",valid-before=\"20270101000000Z\" "
                "ssh-ed25519 "));
  assert_true(g_str_has_prefix(lines[2], "p-ada namespaces=\""));
  assert_string_equal(lines[3], wanted);
  assert_string_equal(lines[4], "");
}

static void
officers_have_the_namespace_of_station_init_alone(void **state)
{
  g_autoptr(RecoveryRoster) roster = some_roster();
  const char *const persons[] = {"p-ada"};
  g_autofree char *text = recovery_roster_officers(roster, persons, 1);

  (void)state;
  assert_true(g_str_has_prefix(
      text, "p-ada namespaces=\"keyturn-station.init@v1\",valid-after="));
  assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_roster_comes_back_sorted),
      cmocka_unit_test(a_window_ends_before_its_last_moment),
      cmocka_unit_test(each_row_has_its_fields_in_order),
      cmocka_unit_test(
          a_machine_has_no_security_key_and_a_person_no_machine_key),
      cmocka_unit_test(the_whole_has_four_members),
      cmocka_unit_test(what_is_not_whole_is_not_written),
      cmocka_unit_test(a_second_key_is_another_key_of_the_same_person),
      cmocka_unit_test(a_key_is_for_approvals_alone),
      cmocka_unit_test(a_key_belongs_to_one_person),
      cmocka_unit_test(practice_and_real_are_not_mixed),
      cmocka_unit_test(lines_for_ssh_keygen),
      cmocka_unit_test(officers_have_the_namespace_of_station_init_alone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
