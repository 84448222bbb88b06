# SPDX-License-Identifier: Apache-2.0
"""fidotool enrol and assert with WebAuthn's largeBlob: what was written for a
credential is read with it alone, and nobody else's is lost."""
import json
import os
import subprocess
import unittest

from keys_lib import LIMIT, Place, b64url, unb64url

SECRET = "271828"
DISCOVERABLE = {"residentKey": "required", "userVerification": "required"}
TEXT = b"room 12, second floor. " * 20


class Case(unittest.TestCase):
    profile = ()
    pin = True

    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        self.key = self.place.add(profile=self.place.profile("own", *self.profile))
        if self.pin:
            self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)

    def try_enrol(self, support="required", user=b"sam", selection=None, **more):
        options = self.place.creation(extensions={"largeBlob": {"support": support} if support else {}},
                                      user={"id": b64url(user), "name": "sam", "displayName": "Sam"},
                                      authenticatorSelection=selection or DISCOVERABLE, **more)
        return self.place.run("enrol", "--options", options, pins=[SECRET])

    def enrol(self, *args, **more):
        code, out, err = self.try_enrol(*args, **more)
        self.assertEqual(code, 0, err)
        made = json.loads(out)
        return made["rawId"], made["clientExtensionResults"]

    def try_ask(self, ids, large_blob, **more):
        options = self.place.request(*ids, extensions={"largeBlob": large_blob}, **more)
        return self.place.run("assert", "--options", options, pins=[SECRET])

    def ask(self, cred, large_blob, **more):
        code, out, err = self.try_ask([cred], large_blob, **more)
        self.assertEqual(code, 0, err)
        return json.loads(out)["clientExtensionResults"]

    def write(self, cred, data, **more):
        self.assertEqual(self.ask(cred, {"write": b64url(data)}, **more), {"largeBlob": {"written": True}})

    def read(self, cred, **more):
        blob = self.ask(cred, {"read": True}, **more)["largeBlob"].get("blob")
        return blob if blob is None else unb64url(blob)


class Kept(Case):
    def test_it_is_supported_and_nothing_is_there_at_first(self):
        for support in ("required", "preferred", None):
            cred, results = self.enrol(support, user=str(support).encode())
            self.assertEqual(results, {"largeBlob": {"supported": True}})
            self.assertIsNone(self.read(cred))

    def test_what_was_written_is_read_again(self):
        cred, _ = self.enrol()
        for data in (TEXT, b"", b"\0", os.urandom(1500)):
            self.write(cred, data)
            self.assertEqual(self.read(cred), data)

    def test_each_credential_has_its_own(self):
        one, _ = self.enrol(user=b"one")
        two, _ = self.enrol(user=b"two")
        self.write(one, b"first")
        self.write(two, b"second")
        self.write(one, b"third")
        self.assertEqual((self.read(one), self.read(two)), (b"third", b"second"))
        envelope = self.place.json("key", "blob", "list", pins=[SECRET])[1]
        self.assertEqual(len(envelope["result"]["blobs"]), 2)

    def test_key_blob_sees_it_as_the_credentials(self):
        cred, _ = self.enrol()
        self.write(cred, TEXT)
        code, envelope = self.place.json("key", "blob", "get", cred, pins=[SECRET])
        self.assertEqual((code, unb64url(envelope["result"]["data"])), (0, TEXT))

    def test_what_libfido2_wrote_is_read_and_the_other_way_round(self):
        """Seal and store are the standard's, not ours alone."""
        def libfido2(*words):
            return subprocess.run([os.environ["PUT_BLOB"], self.key.path, SECRET, "example.org", *words],
                                  capture_output=True, check=True, timeout=LIMIT).stdout
        text = b64url(os.urandom(60))  # libfido2 fails on what packs too well
        libfido2("kim", text)
        envelope = self.place.json("key", "credential", "list", pins=[SECRET])[1]
        self.assertEqual(self.read(envelope["result"]["credentials"][0]["id"]), text.encode())
        cred, _ = self.enrol()  # the newest
        self.write(cred, TEXT)
        self.assertEqual(libfido2("--get"), TEXT)

    def test_without_a_blob_key_there_is_none(self):
        made = json.loads(self.place.run("enrol", "--options", self.place.creation(authenticatorSelection=DISCOVERABLE),
                                         pins=[SECRET])[1])
        self.assertEqual(made["clientExtensionResults"], {})
        self.assertIsNone(self.read(made["rawId"]))
        code, out, err = self.try_ask([made["rawId"]], {"write": b64url(b"x")})
        self.assertEqual((code, out), (17, ""), err)
        self.assertIn("not written", err)

    def test_the_key_of_it_is_told_to_nobody(self):
        cred, _ = self.enrol()
        self.write(cred, TEXT)
        envelope = self.place.json("key", "credential", "list", pins=[SECRET])[1]
        self.assertIs(envelope["result"]["credentials"][0]["large_blob_key"], True)
        out = self.place.run("assert", "--options", self.place.request(cred, extensions={"largeBlob": {"read": True}}), pins=[SECRET])[1]
        self.assertEqual(set(json.loads(out)["clientExtensionResults"]["largeBlob"]), {"blob"})

    def test_one_touch_and_no_pin_is_asked_twice(self):
        cred, _ = self.enrol()
        before = self.key.dump()["touches"]
        self.write(cred, TEXT)
        self.assertEqual(self.key.dump()["touches"], before + 1)

    def test_where_the_assertion_needs_no_pin_the_store_does(self):
        cred, _ = self.enrol()
        self.write(cred, TEXT, userVerification="discouraged")
        self.assertEqual(self.read(cred, userVerification="discouraged"), TEXT)


class Trouble(Case):
    profile = ("max_blobs = 1024",)

    def test_what_does_not_fit_leaves_what_is_there(self):
        cred, _ = self.enrol()
        self.write(cred, b"small")
        code, out, err = self.try_ask([cred], {"write": b64url(os.urandom(1024))})
        self.assertEqual((code, out), (16, ""), err)
        self.assertIn("1024 bytes", err)
        self.assertEqual(self.read(cred), b"small")

    def test_a_key_that_fails_in_the_middle_is_a_failure(self):
        cred, _ = self.enrol()
        self.write(cred, b"small")
        # getInfo, tries, agreement, token, assertion, the store; agreement, token, write, the store again
        for n in range(1, 11):
            self.key.say("fail %d 0x7f" % n)
            code, out, _ = self.try_ask([cred], {"write": b64url(b"other")})
            self.assertNotEqual(code, 0, n)
            self.assertEqual(out, "", n)
            self.assertIn(self.read(cred), (b"small", b"other"))

    def test_a_damaged_store_counts_as_empty_and_is_told(self):
        cred, _ = self.enrol()
        self.write(cred, b"small")
        path = self.place.request(cred, extensions={"largeBlob": {"read": True}})
        # getInfo, tries, agreement, token, assertion; then two readings of it
        self.key.say("corrupt 6 12")
        code, out, err = self.place.run("assert", "--options", path, pins=[SECRET])
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["clientExtensionResults"]["largeBlob"], {"blob": b64url(b"small")})
        self.key.say("corrupt 6 12")
        self.key.say("corrupt 7 12")
        code, envelope = self.place.json("assert", "--options", path, pins=[SECRET])
        self.assertEqual((code, envelope["result"]["clientExtensionResults"]["largeBlob"]), (0, {}))
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["large-blobs-damaged"])

    def test_what_makes_no_sense_is_not_tried(self):
        cred, _ = self.enrol()
        before = self.key.dump()["command_02"] if "command_02" in self.key.dump() else 0
        for ids, wish in (([cred], {"read": True, "write": "AA"}), ([cred], {"write": "#"}), ([cred], {"write": 7}),
                          ([cred], {"support": "required"}), ([cred], True), ([], {"write": "AA"}), ([cred, "AAAA"], {"write": "AA"})):
            self.assertEqual(self.try_ask(ids, wish)[0], 2, wish)
        self.assertEqual(self.key.dump().get("command_02", 0), before)
        for wish in ({"read": True}, True, {"support": 1}):
            options = self.place.creation(extensions={"largeBlob": wish}, authenticatorSelection=DISCOVERABLE)
            self.assertEqual(self.place.run("enrol", "--options", options, pins=[SECRET])[0], 2, wish)

    def test_it_needs_a_discoverable_credential(self):
        plain = {"userVerification": "required"}
        code, _, err = self.try_enrol("required", selection=plain)
        self.assertEqual(code, 2)
        self.assertIn("discoverable", err)
        self.assertEqual(self.key.dump().get("command_01", 0), 0)
        self.assertEqual(self.enrol("preferred", selection=plain)[1], {"largeBlob": {"supported": False}})


class NoPin(Case):
    pin = False

    def test_a_key_without_a_pin_keeps_it_too(self):
        loose = {"residentKey": "required", "userVerification": "discouraged"}
        cred, _ = self.enrol(selection=loose)
        self.write(cred, TEXT, userVerification="discouraged")
        self.assertEqual(self.read(cred, userVerification="discouraged"), TEXT)


class Finger(Case):
    """A fingerprint opens the key, and once more the store."""
    profile = ("options = rk;up;uv;alwaysUv=false;authnrCfg;bioEnroll;clientPin;credMgmt;ep=false;largeBlobs;pinUvAuthToken;setMinPINLength",)

    def setUp(self):
        super().setUp()
        code, _, err = self.place.run("key", "fingerprint", "add", pins=[SECRET])
        self.assertEqual(code, 0, err)

    def test_no_pin_is_asked_for(self):
        options = self.place.creation(extensions={"largeBlob": {"support": "required"}}, authenticatorSelection=DISCOVERABLE)
        tries = self.key.dump()["pin_tries"]
        code, out, err = self.place.run("enrol", "--options", options)
        self.assertEqual(code, 0, err)
        cred = json.loads(out)["rawId"]
        for wish, times in (({"write": b64url(TEXT)}, 2), ({"read": True}, 1)):
            code, out, err = self.place.run("assert", "--options", self.place.request(cred, extensions={"largeBlob": wish}))
            self.assertEqual(code, 0, err)
            self.assertEqual(err.count("fingerprint reader"), times, err)
        self.assertEqual(unb64url(json.loads(out)["clientExtensionResults"]["largeBlob"]["blob"]), TEXT)
        self.assertEqual(self.key.dump()["pin_tries"], tries)

    def test_enterprise_attestation_is_had_by_a_finger(self):
        code, envelope = self.place.json("key", "config", "set", "enterprise-attestation", "on", "--yes", pins=[SECRET])
        self.assertEqual(code, 0, envelope)
        code, envelope = self.place.json("enrol", "--options", self.place.creation(attestation="enterprise"), "--enterprise-rp-id", "example.org")
        self.assertEqual((code, envelope["result"]["enterpriseAttestation"]), (0, True), envelope)
        self.assertEqual(unb64url(envelope["result"]["response"]["authenticatorData"])[32] & 4, 4)


class Without(Case):
    profile = ("extensions = credProtect", "options = rk;up;clientPin;pinUvAuthToken")

    def test_required_is_refused_and_preferred_is_told(self):
        code, out, err = self.try_enrol("required")
        self.assertEqual((code, out), (15, ""))
        self.assertIn("no large blobs", err)
        self.assertEqual(self.key.dump().get("command_01", 0), 0)
        cred, results = self.enrol("preferred")
        self.assertEqual(results, {"largeBlob": {"supported": False}})
        self.assertIsNone(self.read(cred))
        code, out, err = self.try_ask([cred], {"write": "AA"})
        self.assertEqual((code, out), (15, ""), err)
        self.assertEqual(self.key.dump().get("command_0c", 0), 0)


class Small(Case):
    """A key of short messages, which libfido2 speaks with."""
    profile = ("max_msg_size = 1024",)

    def test_a_blob_of_several_messages(self):
        cred, results = self.enrol()
        self.assertEqual(results, {"largeBlob": {"supported": True}})
        data = os.urandom(2500)
        self.write(cred, data)
        self.assertEqual(self.read(cred), data)


if __name__ == "__main__":
    unittest.main()
