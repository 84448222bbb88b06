/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-registration.c - every row of R1 to R25, accepted and refused:
 * one fault each, so that the check that fails is the one named. */
#include "judge-rows.h"

/* The generator of P-256, for keys that nobody needs to sign with. */
#define GX "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define GY "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define KEY_HEAD "a5010203262001"

#define R(n) "registration/R" #n

/* clang-format off */
static const JudgeRow rows[] = {
  GOOD("a packed registration with a chain is good", 0),
  GOOD("options in WebAuthn's own JSON are read",
    .options = "{\"rp_id\":null,\"rp\":{\"id\":\"keys.example.org\",\"name\":\"x\"},\"algs\":null,"
      "\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":-7}],\"require_uv\":null,"
      "\"authenticatorSelection\":{\"userVerification\":\"required\"},\"origins\":null,"
      "\"origin\":\"https://keys.example.org\",\"timeout\":1000}"),

  BAD(R(1), "another type", .response = "{\"type\":\"password\"}"),
  BAD(R(1), "no type", .response = "{\"type\":null}"),
  BAD(R(1), "no id", .response = "{\"id\":null}"),
  BAD(R(1), "id and rawId differ", .response = "{\"id\":\"AAAA\"}"),
  BAD(R(1), "no attestation object", .inner = "{\"attestationObject\":null}"),
  BAD(R(1), "no client data", .inner = "{\"clientDataJSON\":null}"),
  BAD(R(1), "base64url with padding", .response = "{\"id\":\"AQIDBAUGBwgJCgsMDQ4PEA==\",\"rawId\":\"AQIDBAUGBwgJCgsMDQ4PEA==\"}"),
  GOOD("padding is read where a flag says so", .options = "{\"padding\":1}",
    .response = "{\"id\":\"AQIDBAUGBwgJCgsMDQ4PEA==\",\"rawId\":\"AQIDBAUGBwgJCgsMDQ4PEA==\"}"),
  BAD(R(1), "stray bits at the end of base64url", .response = "{\"id\":\"AQIDBAUGBwgJCgsMDQ4PEB\",\"rawId\":\"AQIDBAUGBwgJCgsMDQ4PEB\"}"),
  BAD(R(1), "plain base64", .inner = "{\"clientDataJSON\":\"e30+/w==\"}"),
  BAD(R(1), "an object over 64 KiB", .object = MAKE_OBJECT_LARGE),
  BAD(R(1), "client data over 16 KiB", .client_padding = 16384),

  GOOD("a byte order mark before the client data is left out", .mark = true),
  BAD(R(2), "client data that are no JSON", .client = "{"),
  BAD(R(2), "client data that are no object", .client = "[]"),
  BAD(R(2), "client data that are no UTF-8", .client = "{\"type\":\"\xff\"}"),
  BAD(R(2), "a member twice", .client = "{\"type\":\"webauthn.create\",\"type\":\"webauthn.create\","
    "\"challenge\":\"AAECAwQFBgcICQoLDA0ODw\",\"origin\":\"https://keys.example.org\"}"),
  BAD(R(2), "a member twice under two spellings", .client = "{\"type\":\"webauthn.create\",\"t\\u0079pe\":\"webauthn.create\","
    "\"challenge\":\"AAECAwQFBgcICQoLDA0ODw\",\"origin\":\"https://keys.example.org\"}"),
  BAD(R(2), "no challenge", .client = "{\"type\":\"webauthn.create\",\"origin\":\"https://keys.example.org\"}"),
  BAD(R(2), "crossOrigin as a text", .client = "{\"type\":\"webauthn.create\",\"crossOrigin\":\"true\","
    "\"challenge\":\"AAECAwQFBgcICQoLDA0ODw\",\"origin\":\"https://keys.example.org\"}"),
  BAD(R(2), "topOrigin as a number", .client = "{\"type\":\"webauthn.create\",\"topOrigin\":1,"
    "\"challenge\":\"AAECAwQFBgcICQoLDA0ODw\",\"origin\":\"https://keys.example.org\"}"),
  BAD(R(2), "two byte order marks", .mark = true, .client = "\xef\xbb\xbf{}"),
  BAD(R(2), "a second value after the object", .client = "{\"type\":\"webauthn.create\","
    "\"challenge\":\"AAECAwQFBgcICQoLDA0ODw\",\"origin\":\"https://keys.example.org\"}{}"),
  GOOD("members of the future are ignored", .client = "{\"type\":\"webauthn.create\",\"zeal\":{\"a\":[1.5e3,null]},"
    "\"challenge\":\"AAECAwQFBgcICQoLDA0ODw\",\"origin\":\"https://keys.example.org\"}"),

  BAD(R(3), "the type of an assertion", .type = "webauthn.get"),
  BAD(R(3), "a type that begins alike", .type = "webauthn.created"),
  BAD(R(3), "a type in capitals", .type = "WebAuthn.create"),

  BAD(R(4), "another challenge", .other_challenge = true),
  BAD(R(4), "a challenge that is longer", .options = "{\"challenge\":\"AAECAwQFBgcICQoLDA0O\"}"),
  BAD(R(4), "a challenge with padding", .client = "{\"type\":\"webauthn.create\",\"challenge\":\"AAECAwQFBgcICQoLDA0ODw==\","
    "\"origin\":\"https://keys.example.org\"}"),

  BAD(R(5), "another origin", .origin = "https://keys.example.net"),
  BAD(R(5), "a subdomain", .origin = "https://a.keys.example.org"),
  BAD(R(5), "an origin that begins alike", .origin = "https://keys.example.org.evil"),
  BAD(R(5), "an origin with a port", .origin = "https://keys.example.org:8443"),
  BAD(R(5), "plain http, although listed", .origin = "http://keys.example.org", .options = "{\"origins\":[\"http://keys.example.org\"]}"),
  BAD(R(5), "a host that begins with localhost, although listed", .origin = "http://localhost.evil",
    .options = "{\"origins\":[\"http://localhost.evil\"]}"),
  GOOD("localhost when listed", .origin = "http://localhost:8080", .options = "{\"origins\":[\"http://localhost:8080\"]}"),
  GOOD("an app's key hash when listed", .origin = "android:apk-key-hash:abc", .options = "{\"origins\":[\"android:apk-key-hash:abc\"]}"),
  BAD(R(5), "an app's key hash", .origin = "android:apk-key-hash:abc"),

  BAD(R(6), "an embedded page", .cross_origin = true),
  GOOD("an embedded page where that is expected", .cross_origin = true, .options = "{\"cross_origin\":1}"),

  BAD(R(7), "a top origin", .top_origin = "https://top.example"),
  BAD(R(7), "a top origin that is not listed", .top_origin = "https://top.example", .cross_origin = true,
    .options = "{\"cross_origin\":1,\"top_origins\":[\"https://other.example\"]}"),
  GOOD("a top origin that is listed", .top_origin = "https://top.example", .cross_origin = true,
    .options = "{\"cross_origin\":1,\"top_origins\":[\"https://top.example\"]}"),

  BAD(R(9), "a byte after the object", .object = MAKE_OBJECT_TAIL),
  BAD(R(9), "the integer keys of CTAP", .object = MAKE_OBJECT_CTAP),
  BAD(R(9), "a key twice", .object = MAKE_OBJECT_DUPLICATE),
  BAD(R(9), "a fourth member", .object = MAKE_OBJECT_FOURTH),
  BAD(R(9), "an indefinite length", .object = MAKE_OBJECT_INDEFINITE),
  BAD(R(9), "cut off", .object = MAKE_OBJECT_CUT),
  BAD(R(9), "fmt in bytes", .object = MAKE_OBJECT_FMT_BYTES),
  BAD(R(9), "attStmt a text", .object = MAKE_OBJECT_STMT_TEXT),
  BAD(R(9), "authData a text", .object = MAKE_OBJECT_AUTH_TEXT),
  BAD(R(9), "authData of 36 bytes", .object = MAKE_OBJECT_AUTH_SHORT),
  BAD(R(9), "nested 40 deep", .object = MAKE_OBJECT_DEEP),
  GOOD("keys out of order are a warning", .object = MAKE_OBJECT_UNORDERED),
  BAD(R(9), "keys out of order, strictly", .object = MAKE_OBJECT_UNORDERED, .options = "{\"strict\":1}"),

  BAD(R(10), "another RP ID", .rp_id = "example.org"),
  BAD(R(11), "nobody was there", .flags_clear = 0x01),
  GOOD("conditional mediation asks for no touch", .flags_clear = 0x01, .options = "{\"mediation\":\"conditional\"}"),
  BAD(R(12), "nobody was verified", .flags_clear = 0x04),
  GOOD("verification that was not required", .flags_clear = 0x04, .options = "{\"require_uv\":0}"),
  BAD(R(13), "backed up and not eligible", .flags_set = 0x10),
  GOOD("backed up and eligible", .flags_set = 0x18),
  GOOD("eligible and not backed up", .flags_set = 0x08),
  { R(14) ": eligible where that is unwanted", { .flags_set = 0x08, .options = "{\"device_bound\":1}" }, R(14), "valid", NULL },
  { R(15) ": backed up where that is unwanted", { .flags_set = 0x18, .options = "{\"device_bound\":1}" }, R(14) " " R(15), "valid", NULL },
  GOOD("device-bound where that is wanted", .options = "{\"device_bound\":1}"),

  BAD(R(16), "AT clear", .flags_clear = 0x40),
  BAD(R(16), "attested data cut in the AAGUID", .cut = 77 + 18 + 16 - 8),
  BAD(R(16), "attested data cut in the credential id", .cut = 77 + 8),
  BAD(R(16), "attested data cut in the key", .cut = 1),
  BAD(R(16), "ED set and no map", .flags_set = 0x80),
  BAD(R(16), "ED set and something else than a map", .ext = "01"),
  BAD(R(16), "extensions and ED clear", .ext = "a0", .flags_clear = 0x80),
  BAD(R(16), "a byte left over", .tail = "00"),
  BAD(R(16), "a byte left over after the extensions", .ext = "a0", .tail = "00"),
  GOOD("an extension that nobody asked for", .ext = "a1657a65616c6f01"),
  GOOD("reserved bits are a warning", .flags_set = 0x22),

  BAD(R(17), "an algorithm that was not asked for", .options = "{\"algs\":[-8]}"),
  BAD(R(17), "an empty list means ES256 and RS256", .alg = -8, .options = "{\"algs\":null,\"pubKeyCredParams\":[]}"),
  GOOD("an algorithm, and it is not known what was asked for", .alg = -8, .options = "{\"algs\":null}"),
  GOOD("EdDSA", .alg = -8),
  GOOD("labels out of order are a warning", .key = "a5032601022001215820" GX "225820" GY),
  BAD(R(17), "labels out of order, strictly", .key = "a5032601022001215820" GX "225820" GY, .options = "{\"strict\":1}"),
  { R(17) ": ML-DSA", { .key = "a3010703382f2041aa", .options = "{\"algs\":[-48]}" }, R(17), "unsupported-credential-alg", NULL },
  { R(17) ": ES256K", { .key = "a5010203382e2008215820" GX "225820" GY, .options = "{\"algs\":[-47]}" }, R(17), "unsupported-credential-alg", NULL },
  { R(17) ": SHA-1", { .key = "a401030339fffe2041aa2143010001", .options = "{\"algs\":[-65535]}" }, R(17), "unsupported-credential-alg", NULL },
  { R(17) ": a label twice", { .key = "a6010203262001215820" GX "215820" GX "225820" GY }, R(17), "malformed-cose-key", "not-checked" },
  { R(17) ": a key type in words, bytes after it", { .key = "a20163454332032a0000" }, R(17), "malformed-cose-key", "not-checked" },

  BAD(R(18), "a format nobody knows", .fmt = "paked"),
  BAD(R(18), "a format in capitals", .fmt = "Packed"),
  BAD(R(18), "a format with a longer name", .fmt = "packed2"),
  BAD(R(18), "an empty name", .fmt = ""),
  { R(18) ": safetynet is retired, and this is none", { .fmt = "android-safetynet" }, R(18) " safetynet/S1", "invalid", "not-checked" },

  GOOD("a credential id of 1023 bytes", .id_len = 1023),
  BAD(R(22), "a credential id of 1024 bytes", .id_len = 1024),
  BAD(R(22), "an empty credential id", .id_empty = true),
  BAD(R(22), "another id in the response", .response = "{\"id\":\"AAAA\",\"rawId\":\"AAAA\"}"),

  BAD(R(23), "a known credential", .options = "{\"known\":[\"AAAA\",\"AQIDBAUGBwgJCgsMDQ4PEA\"]}"),
  BAD(R(23), "an excluded credential", .options = "{\"excludeCredentials\":[{\"type\":\"public-key\",\"id\":\"AQIDBAUGBwgJCgsMDQ4PEA\"}]}"),
  GOOD("other credentials are known", .options = "{\"known\":[\"AAAA\"]}"),

  { R(25) ": credProtect asked for and not given", { .options = "{\"extensions\":{\"credentialProtectionPolicy\":\"userVerificationRequired\"}}" }, R(25), "valid", NULL },
  { R(25) ": credProtect lower than asked for", { .ext = "a16b6372656450726f7465637402",
      .options = "{\"extensions\":{\"credentialProtectionPolicy\":\"userVerificationRequired\"}}" }, R(25), "valid", NULL },
  { R(25) ": credProtect out of range", { .ext = "a16b6372656450726f7465637404" }, R(25), "valid", NULL },
  GOOD("credProtect as asked for", .ext = "a16b6372656450726f7465637403",
      .options = "{\"extensions\":{\"credentialProtectionPolicy\":\"userVerificationRequired\"}}"),
  { R(25) ": hmac-secret asked for and refused", { .ext = "a16b686d61632d736563726574f4", .options = "{\"extensions\":{\"hmacCreateSecret\":true}}" }, R(25), "valid", NULL },
  GOOD("hmac-secret as asked for", .ext = "a16b686d61632d736563726574f5", .options = "{\"extensions\":{\"hmacCreateSecret\":true}}"),
  { R(25) ": minPinLength asked for and not given", { .options = "{\"extensions\":{\"minPinLength\":true}}" }, R(25), "valid", NULL },
  GOOD("minPinLength as asked for", .ext = "a16c6d696e50696e4c656e67746806", .options = "{\"extensions\":{\"minPinLength\":true}}"),
  { R(25) ": not discoverable, and that was required", { .response = "{\"clientExtensionResults\":{\"credProps\":{\"rk\":false}}}",
      .options = "{\"extensions\":{\"credProps\":true},\"authenticatorSelection\":{\"residentKey\":\"required\"}}" }, R(25), "valid", NULL },
};
/* clang-format on */

/* Roster keys: no client data, their hash is given. */
static FidotoolJson *
make_hashed(const char *hash)
{
  static const MakeRegistration spec = {0};
  g_autofree char *over = g_strdup_printf(
      "{\"challenge\":null,\"origins\":null,\"cdh\":\"%s\"}", hash);
  FidotoolJson *request = make_registration(&spec, NULL);

  make_registration_merge(fidotool_json_get(request, "options"), over);
  return request;
}

static void
a_hash_stands_for_client_data(void **state)
{
  /* SHA-256 of the client data that the maker writes. */
  g_autoptr(FidotoolJson) request = make_hashed(
      "26bb77da5869915620521a62bd1f01327c1669f6ff3a1e853f8b23e1154c42f9");
  FidotoolJson *inner =
      fidotool_json_get(fidotool_json_get(request, "response"), "response");
  g_autoptr(FidotoolJson) bare = fidotool_json_copy(inner);

  (void)state;
  fidotool_json_remove(bare, "clientDataJSON");
  fidotool_json_set(request, "response", g_steal_pointer(&bare));
  assert_true(make_registration_judges(request, "valid", "anchored", ""));
}

static void
another_hash_is_refused(void **state)
{
  g_autoptr(FidotoolJson) request = make_hashed(
      "0000000000000000000000000000000000000000000000000000000000000000");

  (void)state;
  assert_true(make_registration_judges(request, "invalid", NULL, "packed/P3"));
}

int
main(void)
{
  const struct CMUnitTest more[] = {
      cmocka_unit_test(a_hash_stands_for_client_data),
      cmocka_unit_test(another_hash_is_refused),
  };

  return judge_rows_run(rows, G_N_ELEMENTS(rows), more, G_N_ELEMENTS(more));
}
