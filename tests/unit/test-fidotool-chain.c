/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-chain.c - chains that hold, chains that do not and why, and
 * that the cache never changes an answer. */
#include "judge-rows.h"

#include <string.h>

#include "fidotool/judge/request.h"

#define SELF_SIGNED_CA                                                         \
  .chain = MAKE_CHAIN_SELF_SIGNED, .leaf = {.name = "alone"}

/* clang-format off */
static const JudgeRow rows[] = {
  { "a leaf under the root", { .chain = MAKE_CHAIN_ROOT }, NULL, NULL, "anchored" },
  { "an intermediate between", { .chain = MAKE_CHAIN_INTERMEDIATE }, NULL, NULL, "anchored" },
  { "the intermediate is the anchor", { .chain = MAKE_CHAIN_INTERMEDIATE_TRUSTED }, NULL, NULL, "anchored" },
  { "the leaf is the anchor", { .chain = MAKE_CHAIN_LEAF_TRUSTED }, NULL, NULL, "anchored" },
  { "the root in x5c", { .chain = MAKE_CHAIN_WITH_ROOT }, NULL, NULL, "anchored" },
  { "six certificates", { .chain = MAKE_CHAIN_FIVE }, NULL, NULL, "anchored" },
  { "no anchors: not checked", { .chain = MAKE_CHAIN_NO_ANCHORS }, NULL, NULL, "not-checked" },

  UNTRUSTED("an unknown root", .chain = MAKE_CHAIN_OTHER_ROOT),
  UNTRUSTED("another root of the same name", .chain = MAKE_CHAIN_SAME_NAME),
  UNTRUSTED("a leaf signed by itself", SELF_SIGNED_CA),
  UNTRUSTED("the intermediate is missing", .chain = MAKE_CHAIN_MISSING),
  UNTRUSTED("out of order", .chain = MAKE_CHAIN_UNORDERED),
  UNTRUSTED("a stranger in x5c", .chain = MAKE_CHAIN_STRANGER),
  UNTRUSTED("an expired leaf", .leaf = { .not_after = MAKE_AT - 1 }),
  UNTRUSTED("a leaf that is not valid yet", .leaf = { .not_before = MAKE_AT + 1 }),
  UNTRUSTED("an expired leaf that is the anchor", .chain = MAKE_CHAIN_LEAF_TRUSTED, .leaf = { .not_after = MAKE_AT - 1 }),
  UNTRUSTED("an expired intermediate", .chain = MAKE_CHAIN_INTERMEDIATE_EXPIRED),
  UNTRUSTED("an expired root", .chain = MAKE_CHAIN_ROOT_EXPIRED),
  UNTRUSTED("an intermediate that is no CA", .chain = MAKE_CHAIN_INTERMEDIATE_NO_CA),
  UNTRUSTED("an intermediate without Basic Constraints", .chain = MAKE_CHAIN_INTERMEDIATE_BARE),
  UNTRUSTED("an intermediate signed with SHA-1", .chain = MAKE_CHAIN_INTERMEDIATE_SHA1),
  UNTRUSTED("a leaf signed with SHA-1", .leaf = { .sha1 = true }),
  UNTRUSTED("a critical extension that nobody knows", .leaf = { .critical = true }),
  UNTRUSTED("seven certificates", .chain = MAKE_CHAIN_SIX),
  { "the last second of the leaf", { .leaf = { .not_after = MAKE_AT } }, NULL, NULL, "anchored" },
  { "the last second of a leaf that is the anchor", { .chain = MAKE_CHAIN_LEAF_TRUSTED, .leaf = { .not_after = MAKE_AT } }, NULL, NULL, "anchored" },
  { "the first second of the leaf", { .leaf = { .not_before = MAKE_AT } }, NULL, NULL, "anchored" },
};
/* clang-format on */

/* Why the trust layer said no. */
static char *
find_reason(const MakeRegistration *spec)
{
  g_autoptr(FidotoolJson) request = make_registration(spec, NULL);
  size_t len, answer_len;
  g_autofree char *text = fidotool_json_write(request, &len);
  g_autofree char *answer_text = fidotool_request_judge(text, len, &answer_len);
  g_autoptr(FidotoolJson) answer =
      fidotool_json_parse(answer_text, answer_len, NULL);
  const char *result_text = fidotool_json_get_text(answer, "result");
  g_autoptr(FidotoolJson) result =
      fidotool_json_parse(result_text, strlen(result_text), NULL);

  return g_strdup(
      fidotool_json_get_text(fidotool_json_get(result, "trust"), "reason"));
}

static void
each_refusal_has_its_own_reason(void **state)
{
  static const struct {
    MakeRegistration spec;
    const char *reason;
  } cases[] = {
      {{.chain = MAKE_CHAIN_OTHER_ROOT}, "unknown-issuer"},
      {{.chain = MAKE_CHAIN_MISSING}, "unknown-issuer"},
      {{.chain = MAKE_CHAIN_SELF_SIGNED}, "self-signed"},
      {{.chain = MAKE_CHAIN_UNORDERED}, "out-of-order"},
      {{.chain = MAKE_CHAIN_SAME_NAME}, "wrong-signature"},
      {{.leaf = {.not_after = MAKE_AT - 1}}, "expired"},
      {{.leaf = {.not_before = MAKE_AT + 1}}, "not-yet-valid"},
      {{.chain = MAKE_CHAIN_INTERMEDIATE_NO_CA}, "issuer-is-no-ca"},
      {{.leaf = {.sha1 = true}}, "weak-digest"},
      {{.leaf = {.critical = true}}, "unknown-critical-extension"},
      {{.chain = MAKE_CHAIN_SIX}, "path-too-long"},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *reason = find_reason(&cases[i].spec);

    assert_string_equal(reason, cases[i].reason);
  }
}

static char *
judge_with(FidotoolRequests *requests, const FidotoolJson *request)
{
  size_t len;
  g_autofree char *text = fidotool_json_write(request, &len);

  return fidotool_request_judge_with(requests, text, len, NULL);
}

/* Judged by a fresh judge and by a used one, the answer is the same. */
static void
check_same(FidotoolRequests *used, const FidotoolJson *request)
{
  g_autofree char *first = judge_with(NULL, request);
  g_autofree char *again = judge_with(used, request);

  assert_string_equal(first, again);
}

static void
a_cached_chain_expires(void **state)
{
  static const MakeRegistration spec = {
      .leaf = {.not_after = MAKE_AT + MAKE_DAY,
               .not_before = MAKE_AT - MAKE_DAY}};
  g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);
  g_autoptr(FidotoolRequests) used = fidotool_request_state_new();
  /* Seconds from now; the first and the last one count in. */
  static const struct {
    int64_t later;
    bool good;
  } times[] = {
      {0, true},         {0, true},
      {MAKE_DAY, true},  {MAKE_DAY + 1, false},
      {MAKE_DAY, true},  {2 * MAKE_DAY, false},
      {-MAKE_DAY, true}, {-MAKE_DAY - 1, false},
      {0, true},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
    fidotool_json_set_int(request, "at", MAKE_AT + times[i].later);
    assert_true(make_registration_judges(
        request, "valid", times[i].good ? "anchored" : "untrusted",
        times[i].good ? "" : "registration/R21"));
    check_same(used, request);
  }
}

static void
a_cached_chain_ends_with_its_anchors(void **state)
{
  static const MakeRegistration spec = {0}, other = {.id_len = 20};
  g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);
  g_autoptr(FidotoolJson) stranger = make_registration(&other, NULL);
  g_autoptr(FidotoolRequests) used = fidotool_request_state_new();

  (void)state;
  check_same(used, request);
  fidotool_json_set(request, "anchors",
                    fidotool_json_copy(fidotool_json_get(stranger, "anchors")));
  assert_true(make_registration_judges(request, "valid", "untrusted",
                                       "registration/R21"));
  check_same(used, request);
  fidotool_json_remove(request, "anchors");
  assert_true(make_registration_judges(request, "valid", "not-checked", ""));
  check_same(used, request);
}

static void
more_chains_than_the_cache_holds_are_judged_alike(void **state)
{
  static const MakeRegistration spec = {0};
  g_autoptr(FidotoolRequests) used = fidotool_request_state_new();
  g_autoptr(FidotoolJson) first = make_registration(&spec, NULL);

  (void)state;
  check_same(used, first);
  for (int i = 0; i < 70; i++) {
    g_autoptr(FidotoolJson) request = make_registration(&spec, NULL);

    check_same(used, request);
  }
  check_same(used, first);
}

int
main(void)
{
  const struct CMUnitTest more[] = {
      cmocka_unit_test(each_refusal_has_its_own_reason),
      cmocka_unit_test(a_cached_chain_expires),
      cmocka_unit_test(a_cached_chain_ends_with_its_anchors),
      cmocka_unit_test(more_chains_than_the_cache_holds_are_judged_alike),
  };

  return judge_rows_run(rows, G_N_ELEMENTS(rows), more, G_N_ELEMENTS(more));
}
