# SPDX-License-Identifier: Apache-2.0
"""fidotool enrol and assert with the extensions that relying parties ask for:
what the key says in signed bytes, and what the response says of it."""
import hashlib
import json
import os
import pathlib
import unittest

from keys_lib import Place, b64url, unb64url

SECRET = "271828"
DISCOVERABLE = {"residentKey": "required", "userVerification": "required"}


def extensions_of(auth_data):
    """The extension outputs of authenticator data, read here once more."""
    assert auth_data[32] & 0x80, "no extensions"
    at = 37
    if auth_data[32] & 0x40:
        at += 18 + int.from_bytes(auth_data[53:55], "big")
        _, at = read(auth_data, at)
    value, at = read(auth_data, at)
    assert at == len(auth_data)
    return value


def read(data, at):
    kind, low = data[at] >> 5, data[at] & 31
    at += 1
    if low in (24, 25):
        size = low - 23
        low = int.from_bytes(data[at:at + size], "big")
        at += size
    if kind == 0:
        return low, at
    if kind == 1:
        return -1 - low, at
    if kind in (2, 3):
        body = data[at:at + low]
        return (bytes(body) if kind == 2 else body.decode()), at + low
    if kind == 5:
        value = {}
        for _ in range(low):
            key, at = read(data, at)
            value[key], at = read(data, at)
        return value, at
    assert kind == 7 and low in (20, 21), (kind, low)
    return low == 21, at


class Case(unittest.TestCase):
    profile = None

    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        profile = os.path.join(self.place.top, "profile")
        if self.profile:
            pathlib.Path(profile).write_text("[softkey]\n" + self.profile)
        self.key = self.place.add(profile=profile if self.profile else None)
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)

    def enrol(self, extensions, **more):
        options = self.place.creation(extensions=extensions, **more)
        code, out, err = self.place.run("enrol", "--options", options, pins=[SECRET])
        self.assertEqual(code, 0, err)
        return json.loads(out), err

    def ask(self, cred, extensions, **more):
        options = self.place.request(cred, extensions=extensions, **more)
        code, out, err = self.place.run("assert", "--options", options, pins=[SECRET])
        self.assertEqual(code, 0, err)
        return json.loads(out), err

    @staticmethod
    def signed(response):
        return extensions_of(unb64url(response["response"]["authenticatorData"]))


class Made(Case):
    def test_all_at_once_are_asked_for_and_answered(self):
        made, err = self.enrol({"credentialProtectionPolicy": "userVerificationRequired", "credProps": True, "credBlob": b64url(b"room 12"),
                                "prf": {}, "hmacCreateSecret": True, "minPinLength": True}, authenticatorSelection=DISCOVERABLE)
        self.assertNotIn("no effect", err)
        self.assertEqual(self.signed(made), {"credProtect": 3, "credBlob": True, "hmac-secret": True})
        self.assertEqual(made["clientExtensionResults"],
                         {"credProps": {"rk": True}, "credBlob": True, "prf": {"enabled": True}, "hmacCreateSecret": True})

    def test_the_minimum_is_for_those_that_were_named(self):
        code, envelope = self.place.json("key", "config", "set", "min-pin-length", "6", "--rp-id", "example.org", pins=[SECRET])
        self.assertEqual(code, 0, envelope)
        made, _ = self.enrol({"minPinLength": True})
        self.assertEqual(self.signed(made), {"minPinLength": 6})
        made, _ = self.enrol({"minPinLength": True}, rp={"id": "example.com", "name": "Other"})
        self.assertEqual(unb64url(made["response"]["authenticatorData"])[32] & 0x80, 0)

    def test_a_blob_that_cannot_be_kept_is_said_not_to_be(self):
        for blob, selection in ((b"x" * 33, DISCOVERABLE), (b"x", {"userVerification": "required"})):
            made, _ = self.enrol({"credBlob": b64url(blob)}, authenticatorSelection=selection)
            self.assertEqual(made["clientExtensionResults"], {"credBlob": False})

    def test_what_is_wrong_is_named_before_the_key_sees_it(self):
        for extensions in ({"credBlob": ""}, {"credBlob": "#"}, {"credBlob": 7}, {"credentialProtectionPolicy": "some"},
                           {"credentialProtectionPolicy": 3}):
            code, _, err = self.place.run("enrol", "--options", self.place.creation(extensions=extensions), pins=[SECRET])
            self.assertEqual(code, 2, extensions)
            self.assertIn("extensions." + next(iter(extensions)), err)
        self.assertEqual(self.key.dump().get("command_01", 0), 0)

    def test_what_nobody_knows_has_no_effect_and_is_named(self):
        _, err = self.enrol({"payment": {"isPayment": True}})
        self.assertIn("payment", err)


class Asserted(Case):
    def setUp(self):
        super().setUp()
        made, _ = self.enrol({"credBlob": b64url(b"room 12"), "prf": {}}, authenticatorSelection=DISCOVERABLE)
        self.cred = made["rawId"]

    def test_a_blob_comes_back(self):
        given, _ = self.ask(self.cred, {"getCredBlob": True})
        self.assertEqual(self.signed(given), {"credBlob": b"room 12"})
        self.assertEqual(given["clientExtensionResults"], {"getCredBlob": b64url(b"room 12")})

    def test_secrets_are_the_same_for_the_same_input_and_no_other(self):
        one, two = b64url(b"one"), b64url(b"two")

        def secrets(inputs, **more):
            return self.ask(self.cred, {"prf": {"eval": inputs}}, **more)[0]["clientExtensionResults"]["prf"]["results"]
        both = secrets({"first": one, "second": two})
        self.assertEqual([len(unb64url(both[name])) for name in ("first", "second")], [32, 32])
        self.assertNotEqual(both["first"], both["second"])
        self.assertEqual(secrets({"first": one}), {"first": both["first"]})
        self.assertEqual(secrets({"first": two}), {"first": both["second"]})
        # without the PIN it is another secret, as the standard wants
        self.assertNotEqual(secrets({"first": one}, userVerification="discouraged"), {"first": both["first"]})

    def test_the_input_is_hashed_behind_its_label(self):
        salt = hashlib.sha256(b"WebAuthn PRF\0" + b"one").digest()
        prf, _ = self.ask(self.cred, {"prf": {"eval": {"first": b64url(b"one")}}})
        raw, _ = self.ask(self.cred, {"hmacGetSecret": {"salt1": b64url(salt)}})
        self.assertEqual(raw["clientExtensionResults"], {"hmacGetSecret": {"output1": prf["clientExtensionResults"]["prf"]["results"]["first"]}})

    def test_another_credential_has_other_secrets(self):
        made, _ = self.enrol({"prf": {}})
        asked = {"prf": {"eval": {"first": b64url(b"one")}}}
        self.assertNotEqual(self.ask(made["rawId"], asked)[0]["clientExtensionResults"], self.ask(self.cred, asked)[0]["clientExtensionResults"])

    def test_what_is_wrong_is_named(self):
        for extensions, name in (({"prf": {"eval": {}}}, "first"), ({"prf": {"eval": {"first": "#"}}}, "first"),
                                 ({"prf": {"eval": {"first": "AA", "second": 1}}}, "second"), ({"hmacGetSecret": {"salt1": "AAAA"}}, "salt1")):
            code, _, err = self.place.run("assert", "--options", self.place.request(self.cred, extensions=extensions), pins=[SECRET])
            self.assertEqual(code, 2, extensions)
            self.assertIn(name, err)


class Without(Case):
    """A key that has none of them is not asked, and the response says no."""
    profile = "extensions = credProtect\n"

    def test_it_says_no(self):
        made, _ = self.enrol({"prf": {}, "credBlob": b64url(b"x"), "minPinLength": True, "credProps": True})
        self.assertEqual(made["clientExtensionResults"], {"credProps": {"rk": False}, "credBlob": False, "prf": {"enabled": False}})
        given, _ = self.ask(made["rawId"], {"prf": {"eval": {"first": b64url(b"one")}}, "getCredBlob": True})
        self.assertEqual(given["clientExtensionResults"], {})


if __name__ == "__main__":
    unittest.main()
