/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-viewer.c - nothing is shown for signing unless every digest is
 * opened, and nothing is shown but what was opened. */
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/format/viewer.h"

#define LOG "\"log\":\"example.org/keyturn/st-07/1\""
#define SALT "1111111111111111111111111111111111111111111111111111111111111111"

/* A proposal of an approval, put together from parts that a test changes. */
typedef struct {
  FidotoolJson *proposal, *openings;
} Proposal;

static char *
digest_of(const char *text)
{
  return fidotool_bytes_sha256_hex(text, strlen(text));
}

static char *
base64_of(const char *text)
{
  return fidotool_bytes_base64(text, strlen(text));
}

static char *
commit(const char *value)
{
  uint8_t salt[32], mac[32];

  memset(salt, 0x11, sizeof(salt));
  fidotool_bytes_hmac(salt, sizeof(salt), value, strlen(value), mac);
  return fidotool_bytes_hex(mac, sizeof(mac));
}

static void
add_commitment(FidotoolJson *list, const char *value)
{
  FidotoolJson *row = fidotool_json_append(list, fidotool_json_new_object());
  g_autofree char *hex = commit(value);

  fidotool_json_set_text(row, "commitment", hex);
  fidotool_json_set_text(row, "salt", SALT);
  fidotool_json_set_text(row, "value", value);
}

static const char person_value[] = "{\"name\":\"Sam \xe2\x80\xaeLee\"}";
static const char evidence_value[] =
    "{\"evidence\":{\"issuer\":\"FR\",\"result\":\"ok\",\"type\":\"passport\"}"
    "}";

static Proposal
approval(void)
{
  Proposal made = {fidotool_json_new_object(), NULL};
  g_autofree char *person = commit(person_value);
  g_autofree char *evidence = commit(evidence_value);
  g_autofree char *list =
      g_strdup_printf("{\"evidence\":[\"%s\"],\"v\":1}", evidence);
  g_autofree char *list_digest = digest_of(list);
  g_autofree char *frozen = g_strdup_printf(
      "{\"agent\":\"p-ann\",\"branch\":\"c\",\"case\":\"c-1\",\"creds\":["
      "\"2222222222222222222222222222222222222222222222222222222222222222\"],"
      "\"evidence\":\"%s\",\"ial\":2," LOG
      ",\"lost_at\":\"2026-11-14T08:00:00.000Z\",\"op\":\"recover\","
      "\"opened\":\"2026-11-15T09:00:00.000Z\",\"pii\":[\"%s\"],\"random\":"
      "\"000102030405060708090a0b0c0d0e0f\",\"reason\":\"lost\",\"slots\":["
      "\"helpdesk-lead\",\"other-team\"],\"station\":\"st-07\",\"sub\":\"s-1\","
      "\"tier\":\"standard\",\"v\":1,\"verifier\":\"p-ann\"}",
      list_digest, person);
  g_autofree char *case_digest = digest_of(frozen);
  g_autofree char *policy = digest_of("policy: {id: acme-keys}\n");
  g_autofree char *policy_text = base64_of("policy: {id: acme-keys}\n");
  g_autofree char *newkey = digest_of("credential");
  g_autofree char *newkey_text = base64_of("credential");
  g_autofree char *statement = g_strdup_printf(
      "{\"act\":\"case.approve\",\"actor\":\"p-lea\",\"case\":\"c-1\",\"case_"
      "digest\":\"%s\",\"contact\":\"seen\",\"evidence\":\"%s\",\"exp\":\"2026-"
      "11-15T10:15:00.000Z\",\"genesis\":"
      "\"3333333333333333333333333333333333333333333333333333333333333333\","
      "\"head_root\":"
      "\"4444444444444444444444444444444444444444444444444444444444444444\","
      "\"head_size\":9,\"iat\":\"2026-11-15T10:00:00.000Z\"," LOG
      ",\"newkey\":\"%s\",\"nonce\":\"000102030405060708090a0b0c0d0e0f\",\"op\""
      ":\"recover\",\"policy\":\"%s\",\"policy_id\":\"acme-keys\",\"policy_"
      "version\":7,\"previous\":[],\"slot\":\"helpdesk-lead\",\"station\":\"st-"
      "07\",\"sub\":\"s-1\",\"v\":1}",
      case_digest, list_digest, newkey, policy);
  FidotoolJson *commitments, *newkeys;

  fidotool_json_set_text(made.proposal, "statement", statement);
  made.openings =
      fidotool_json_set(made.proposal, "openings", fidotool_json_new_object());
  fidotool_json_set_text(made.openings, "policy", policy_text);
  fidotool_json_set_text(made.openings, "frozen", frozen);
  fidotool_json_set_text(made.openings, "evidence", list);
  commitments = fidotool_json_set(made.openings, "commitments",
                                  fidotool_json_new_array());
  add_commitment(commitments, person_value);
  add_commitment(commitments, evidence_value);
  newkeys =
      fidotool_json_set(made.openings, "newkeys", fidotool_json_new_array());
  fidotool_json_append_text(newkeys, newkey_text);
  return made;
}

static const char *
line_of(const RecoveryView *view, const char *label)
{
  for (unsigned i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = g_ptr_array_index(view->lines, i);

    if (strcmp(line->label, label) == 0)
      return line->text;
  }
  return NULL;
}

static void
an_approval_is_worded_from_its_openings(void **state)
{
  Proposal made = approval();
  GError *error = NULL;
  g_autoptr(RecoveryView) view = recovery_viewer_read(made.proposal, &error);

  (void)state;
  g_assert_no_error(error);
  assert_string_equal(view->title, "Approve the recovery of a lost key");
  assert_string_equal(view->statement_line,
                      fidotool_json_get_text(made.proposal, "statement"));
  assert_int_equal(strlen(view->short_code), 14);
  /* What turns the direction of writing is shown as what it is: nothing. */
  assert_string_equal(line_of(view, "Person"), "Sam \xef\xbf\xbdLee");
  assert_string_equal(line_of(view, "Reason"), "lost");
  assert_string_equal(line_of(view, "Lost since"), "2026-11-14T08:00:00.000Z");
  assert_string_equal(line_of(view, "Key to be revoked"),
                      "2222 2222 2222 2222");
  assert_string_equal(line_of(view, "Evidence"),
                      "issuer FR, result ok, type passport");
  assert_string_equal(line_of(view, "New key"), "e265 b6f5 6460 1a1f");
  assert_string_equal(line_of(view, "Slots"), "helpdesk-lead, other-team");
  assert_string_equal(line_of(view, "Slot"), "helpdesk-lead");
  assert_string_equal(line_of(view, "Station"), "st-07");
  assert_string_equal(line_of(view, "Signed as"), "p-lea");
  assert_string_equal(line_of(view, "Policy"), "acme-keys, version 7");
  fidotool_json_free(made.proposal);
}

static void
assert_refused(const Proposal *made, const char *why)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryView) view = recovery_viewer_read(made->proposal, &error);

  if (view != NULL)
    fail_msg("%s", why);
  assert_true(g_error_matches(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID));
}

static void
each_opening_is_needed(void **state)
{
  static const char *const names[] = {"policy", "frozen", "evidence",
                                      "commitments", "newkeys"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    Proposal made = approval();

    fidotool_json_remove(made.openings, names[i]);
    assert_refused(&made, names[i]);
    fidotool_json_free(made.proposal);
  }
}

static void
an_opening_that_opens_nothing_is_refused(void **state)
{
  static const char *const names[] = {"object", "target", "newkey_words",
                                      "previous"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    Proposal made = approval();

    fidotool_json_set_text(made.openings, names[i], "eA==");
    /* An empty list opens nothing, and says so. */
    if (strcmp(names[i], "previous") == 0)
      fidotool_json_append_text(fidotool_json_set(made.openings, "previous",
                                                  fidotool_json_new_array()),
                                "{}");
    assert_refused(&made, names[i]);
    fidotool_json_free(made.proposal);
  }
}

/* One character of each opening changed, wherever it is. */
static void
each_changed_byte_of_a_text_is_noticed(void **state)
{
  static const char *const names[] = {"policy", "frozen", "evidence"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    Proposal whole = approval();
    size_t len = strlen(fidotool_json_get_text(whole.openings, names[i]));

    for (size_t at = 0; at < len; at++) {
      g_autofree char *text =
          g_strdup(fidotool_json_get_text(whole.openings, names[i]));
      Proposal made = {fidotool_json_copy(whole.proposal), NULL};

      text[at] = text[at] == 'x' ? 'y' : 'x';
      fidotool_json_set_text(fidotool_json_get(made.proposal, "openings"),
                             names[i], text);
      assert_refused(&made, names[i]);
      fidotool_json_free(made.proposal);
    }
    fidotool_json_free(whole.proposal);
  }
}

static void
each_commitment_is_opened_once_and_right(void **state)
{
  Proposal made = approval();
  FidotoolJson *list = fidotool_json_get(made.openings, "commitments");
  FidotoolJson *row = fidotool_json_at(list, 0);

  (void)state;
  fidotool_json_set_text(row, "value", "{\"name\":\"Eve\"}");
  assert_refused(&made, "another name");
  fidotool_json_set_text(row, "value", person_value);
  fidotool_json_set_text(row, "salt", "22");
  assert_refused(&made, "another salt");
  fidotool_json_set_text(row, "salt", SALT);
  fidotool_json_set_text(row, "label", "x");
  assert_refused(&made, "a fourth member");
  fidotool_json_remove(row, "label");
  add_commitment(list, person_value);
  assert_refused(&made, "the same twice");
  fidotool_json_free(made.proposal);
  made = approval();
  add_commitment(fidotool_json_get(made.openings, "commitments"),
                 "{\"phone\":\"1\"}");
  assert_refused(&made, "one that no digest names");
  fidotool_json_free(made.proposal);
}

static void
another_credential_is_noticed(void **state)
{
  Proposal made = approval();
  FidotoolJson *list = fidotool_json_get(made.openings, "newkeys");

  (void)state;
  fidotool_json_append_text(list, "Y3JlZGVudGlhbA==");
  assert_refused(&made, "two for the digest of one");
  list = fidotool_json_set(made.openings, "newkeys", fidotool_json_new_array());
  assert_refused(&made, "none");
  fidotool_json_append_text(list, "Y3JlZGVudGlhbB==");
  assert_refused(&made, "base64 in another spelling");
  fidotool_json_free(made.proposal);
}

/* The frozen case is that of the statement, not another one of its digest. */
static void
the_frozen_case_is_the_statements_case(void **state)
{
  static const char *const names[] = {"case", "sub", "station"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    Proposal made = approval();
    const char *line = fidotool_json_get_text(made.proposal, "statement");
    g_autoptr(FidotoolJson) statement =
        fidotool_json_parse(line, strlen(line), NULL);
    g_autofree char *text = NULL;

    fidotool_json_set_text(statement, names[i], "another");
    text = fidotool_json_write(statement, NULL);
    fidotool_json_set_text(made.proposal, "statement", text);
    assert_refused(&made, names[i]);
    fidotool_json_free(made.proposal);
  }
}

static void
what_is_no_proposal_is_refused(void **state)
{
  static const char *const texts[] = {"{}",
                                      "{\"statement\":\"{}\"}",
                                      "{\"openings\":{}}",
                                      "[]",
                                      "{\"openings\":{},\"statement\":\"{}\"}",
                                      "{\"openings\":[],\"statement\":\"{}\"}"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    Proposal made = {fidotool_json_parse(texts[i], strlen(texts[i]), NULL),
                     NULL};

    assert_refused(&made, texts[i]);
    fidotool_json_free(made.proposal);
  }
}

/* The vector of the record's description: digest of the bytes "frozen". */
static void
the_short_code_of_the_vector(void **state)
{
  uint8_t digest[32];
  g_autofree char *code = NULL;

  (void)state;
  fidotool_bytes_sha256("frozen", 6, digest);
  code = recovery_viewer_short_code(digest);
  assert_string_equal(code, "76ZQ JALK CCID");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_approval_is_worded_from_its_openings),
      cmocka_unit_test(each_opening_is_needed),
      cmocka_unit_test(an_opening_that_opens_nothing_is_refused),
      cmocka_unit_test(each_changed_byte_of_a_text_is_noticed),
      cmocka_unit_test(each_commitment_is_opened_once_and_right),
      cmocka_unit_test(another_credential_is_noticed),
      cmocka_unit_test(the_frozen_case_is_the_statements_case),
      cmocka_unit_test(what_is_no_proposal_is_refused),
      cmocka_unit_test(the_short_code_of_the_vector),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
