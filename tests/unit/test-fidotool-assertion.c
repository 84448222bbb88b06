/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-assertion.c - every row of A1 to A17, accepted and refused by
 * the one fault it is for. */
#include "judge-rows.h"

#include <string.h>

#include "fidotool/judge/request.h"
#include "make-assertion.h"

typedef struct {
  const char *name;
  MakeAssertion spec;
  const char *failed;    /* NULL: none */
  const char *statement; /* NULL: "invalid" where a check failed */
} Row;

#undef GOOD
#undef BAD
#define GOOD(name, ...)                                                        \
  {                                                                            \
    name, JUDGE_FIELDS(__VA_ARGS__), NULL, NULL                                \
  }
#define BAD(id, name, ...)                                                     \
  {                                                                            \
    id ": " name, JUDGE_FIELDS(__VA_ARGS__), id, NULL                          \
  }
/* Policy's: the statement stays valid. */
#define UNWANTED(id, name, ...)                                                \
  {                                                                            \
    id ": " name, JUDGE_FIELDS(__VA_ARGS__), id, "valid"                       \
  }

#define A(n) "assertion/A" #n
#define OWNER "\"user\":\"dXNlcg==\""

/* clang-format off */
static const Row rows[] = {
  GOOD("an assertion is good", 0),
  GOOD("EdDSA", .alg = -8),
  GOOD("ES384", .alg = -35),
  GOOD("ES512", .alg = -36),
  GOOD("ESP256", .alg = -9),
  GOOD("ESP384", .alg = -51),
  GOOD("ESP512", .alg = -52),
  GOOD("Ed25519", .alg = -19),
  GOOD("Ed448", .alg = -53),
  GOOD("RS256", .alg = -257),
  GOOD("RS384", .alg = -258),
  GOOD("RS512", .alg = -259),
  GOOD("PS256", .alg = -37),
  GOOD("PS384", .alg = -38),
  GOOD("PS512", .alg = -39),

  BAD(A(1), "another credential than those asked for", .options = "{\"allowCredentials\":[{\"type\":\"public-key\",\"id\":\"AAAA\"}]}"),
  GOOD("one of those asked for", .options = "{\"allowCredentials\":[{\"id\":\"AAAA\"},{\"id\":\"AQIDBAUGBwgJCgsMDQ4PEA\"}]}"),
  BAD(A(1), "not the stored credential", .stored = "{\"id\":\"AAAA\"}"),
  GOOD("the stored credential", .stored = "{\"id\":\"AQIDBAUGBwgJCgsMDQ4PEA==\"}"),
  BAD(A(1), "another type", .response = "{\"type\":\"password\"}"),
  BAD(A(1), "no signature", .inner = "{\"signature\":null}"),
  BAD(A(1), "authenticator data of three bytes", .inner = "{\"authenticatorData\":\"AAAA\"}"),
  BAD(A(1), "a user handle that is not base64url", .inner = "{\"userHandle\":\"?\"}"),
  BAD(A(1), "id and rawId differ", .response = "{\"rawId\":\"AAAA\"}"),

  BAD(A(2), "another user's handle", .inner = "{\"userHandle\":\"b3RoZXI\"}", .stored = "{" OWNER "}", .options = "{\"user_known\":1}"),
  GOOD("no user handle of a known user", .stored = "{" OWNER "}", .options = "{\"user_known\":1}"),
  GOOD("the known user's handle", .inner = "{\"userHandle\":\"dXNlcg\"}", .stored = "{" OWNER "}", .options = "{\"user_known\":1}"),
  GOOD("userHandle null is none", .inner = "{\"userHandle\":null}", .stored = "{" OWNER "}", .options = "{\"user_known\":1}"),
  BAD(A(3), "no user handle of a user not known before", .stored = "{" OWNER "}"),
  BAD(A(3), "another user's handle", .inner = "{\"userHandle\":\"b3RoZXI\"}", .stored = "{" OWNER "}"),
  GOOD("the named user's handle", .inner = "{\"userHandle\":\"dXNlcg\"}", .stored = "{" OWNER "}"),

  BAD(A(4), "the type of a registration", .type = "webauthn.create"),
  BAD(A(5), "another challenge", .other_challenge = true),
  BAD(A(6), "another origin", .origin = "https://keys.example.net"),
  BAD(A(7), "an embedded page", .cross_origin = true),
  BAD(A(7), "a top origin", .top_origin = "https://top.example"),
  GOOD("an embedded page where that is expected", .cross_origin = true, .top_origin = "https://top.example",
    .options = "{\"cross_origin\":1,\"top_origins\":[\"https://top.example\"]}"),
  BAD(A(7), "another top origin", .cross_origin = true, .top_origin = "https://top.example",
    .options = "{\"cross_origin\":1,\"top_origins\":[\"https://other.example\"]}"),

  BAD(A(8), "another RP ID", .rp_id = "example.org"),
  BAD(A(8), "the appId, and nobody says it was used", .rp_id = "https://app.example", .options = "{\"extensions\":{\"appid\":\"https://app.example\"}}"),
  BAD(A(8), "the appId, and nobody asked", .rp_id = "https://app.example", .response = "{\"clientExtensionResults\":{\"appid\":true}}"),
  GOOD("the appId where it was used", .rp_id = "https://app.example", .options = "{\"extensions\":{\"appid\":\"https://app.example\"}}",
    .response = "{\"clientExtensionResults\":{\"appid\":true}}"),
  BAD(A(8), "the RP ID where the appId was used", .options = "{\"extensions\":{\"appid\":\"https://app.example\"}}",
    .response = "{\"clientExtensionResults\":{\"appid\":true}}"),

  BAD(A(9), "nobody was there", .flags_clear = 0x01),
  BAD(A(9), "nobody was there, conditional or not", .flags_clear = 0x01, .options = "{\"mediation\":\"conditional\"}"),
  BAD(A(10), "nobody was verified", .flags_clear = 0x04),
  GOOD("verification that was not required", .flags_clear = 0x04, .options = "{\"require_uv\":0}"),
  BAD(A(11), "backed up and not eligible", .flags_set = 0x10),
  BAD(A(12), "eligible now, not at registration", .flags_set = 0x08),
  BAD(A(12), "eligible at registration, not now", .stored = "{\"be\":1}"),
  GOOD("eligible then and now", .flags_set = 0x08, .stored = "{\"be\":1}"),
  GOOD("what is not stored is not compared", .flags_set = 0x18, .stored = "{\"be\":null,\"bs\":null}"),

  BAD(A(14), "signed over other authData", .sig = MAKE_SIG_OTHER_DATA),
  BAD(A(14), "signed over other client data", .sig = MAKE_SIG_OTHER_HASH),
  BAD(A(14), "signed by another key", .sig = MAKE_SIG_OTHER_KEY),
  BAD(A(14), "a byte after the signature", .sig = MAKE_SIG_TAIL),
  BAD(A(14), "a byte after a signature of EdDSA", .sig = MAKE_SIG_TAIL, .alg = -8),
  { A(14) ": a stored key that is none", { .stored = "{\"public_key\":\"oA==\"}" }, A(14), "malformed-cose-key" },
  { A(14) ": a stored key of ML-DSA", { .stored = "{\"public_key\":\"owEHAzgvIEGq\"}" }, A(14), "unsupported-credential-alg" },

  UNWANTED(A(15), "the counter stands still", .count = 7),
  UNWANTED(A(15), "the counter goes back", .count = 6),
  UNWANTED(A(15), "the counter is gone", .count_zero = true),
  GOOD("a key without counter", .count_zero = true, .stored = "{\"sign_count\":0}"),
  GOOD("a counter where none is stored", .stored = "{\"sign_count\":null}"),
  GOOD("the highest counter", .count = 0xffffffff, .stored = "{\"sign_count\":4294967294}"),

  BAD(A(16), "AT is set", .flags_set = 0x40),
  BAD(A(16), "a byte left over", .tail = "00"),
  BAD(A(16), "ED set and no map", .flags_set = 0x80),
  BAD(A(16), "extensions and ED clear", .tail = "a0"),
  GOOD("an extension that nobody asked for", .flags_set = 0x80, .tail = "a1657a65616c6f01"),

  UNWANTED(A(17), "hmac-secret asked for and not given", .options = "{\"extensions\":{\"hmacGetSecret\":{\"salt1\":\"AAAA\"}}}"),
  GOOD("hmac-secret as asked for", .flags_set = 0x80, .tail = "a16b686d61632d7365637265744101",
    .options = "{\"extensions\":{\"hmacGetSecret\":{\"salt1\":\"AAAA\"}}}"),

  GOOD("an approval has no client data", .hashed = true),
  BAD(A(9), "an approval without touch", .hashed = true, .flags_clear = 0x01),
  BAD(A(10), "an approval without PIN", .hashed = true, .flags_clear = 0x04),
  BAD(A(16), "an approval with extensions", .hashed = true, .flags_set = 0x80, .tail = "a0"),
  BAD(A(14), "an approval of something else", .hashed = true,
    .options = "{\"cdh\":\"0000000000000000000000000000000000000000000000000000000000000000\"}"),
  BAD(A(1), "an approval by another credential", .hashed = true, .response = "{\"id\":\"AAAA\"}", .stored = "{\"id\":\"AQID\"}"),
};
/* clang-format on */

static void
judges(void **state)
{
  const Row *row = *state;
  g_autoptr(FidotoolJson) request = make_assertion(&row->spec);
  const char *statement = row->statement;

  if (statement == NULL)
    statement = row->failed == NULL ? "valid" : "invalid";
  assert_true(make_registration_judges(request, statement, "not-checked",
                                       row->failed ? row->failed : ""));
}

static void
a_changed_backup_state_is_recorded(void **state)
{
  static const MakeAssertion spec = {.flags_set = 0x18,
                                     .stored = "{\"be\":1,\"bs\":0}"};
  g_autoptr(FidotoolJson) request = make_assertion(&spec);
  size_t len;
  g_autofree char *text = fidotool_json_write(request, &len);
  g_autofree char *answer = fidotool_request_judge(text, len, NULL);

  (void)state;
  assert_non_null(strstr(answer, "backup state: changed"));
  assert_non_null(strstr(answer, "\"statement\":\"valid\""));
}

int
main(void)
{
  const struct CMUnitTest more[] = {
      cmocka_unit_test(a_changed_backup_state_is_recorded),
  };
  struct CMUnitTest tests[G_N_ELEMENTS(rows) + G_N_ELEMENTS(more)];

  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    tests[i] = (struct CMUnitTest){rows[i].name, judges, NULL, NULL,
                                   (void *)(uintptr_t)&rows[i]};
  memcpy(tests + G_N_ELEMENTS(rows), more, sizeof(more));
  return cmocka_run_group_tests(tests, NULL, NULL);
}
