# SPDX-License-Identifier: Apache-2.0
"""fidotool enrol with enterprise attestation: asked for by the options or the
person, for those relying parties alone that are meant to know which key it is,
and told whether the key gave it."""
import json
import os
import unittest

from keys_lib import ERROR, HASH, RESULT, Helper, Place, b64url, unb64url

SECRET = "271828"
LISTED = "corp.example.org"  # by the profile, which is the key's maker
ROOT = os.path.join(os.environ["ATTESTATION"], "softkey-root.pem")
SERIAL = bytes.fromhex("060b2b0601040182e51c010102")  # the OID's DER
TOLD = "tells which key this is"


class Case(unittest.TestCase):
    profile = "enterprise-2.1"
    on = True

    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        self.key = self.place.add(profile=self.profile)
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)
        if self.on:
            code, envelope = self.place.json("key", "config", "set", "enterprise-attestation", "on", "--yes", pins=[SECRET])
            self.assertEqual(code, 0, envelope)

    def creation(self, rp_id="example.org", attestation="enterprise", **more):
        return self.place.creation(attestation=attestation, rp={"id": rp_id, "name": "R"}, **more)

    def enrol(self, options, *words):
        return self.place.run("enrol", "--options", options, *words, pins=[SECRET])

    def made(self, options, *words):
        """The registration, and the words beside it."""
        code, out, err = self.enrol(options, *words)
        self.assertEqual(code, 0, err)
        return json.loads(out), err

    def verify(self, options, response, *words):
        with open(options) as file:
            asked = json.load(file)
        asked["origin"] = "https://" + asked["rp"]["id"]
        saved = self.place.write("made.json", {"options": asked, "response": response})
        return self.place.json("verify", "registration", saved, "--trust", ROOT, *words)

    @staticmethod
    def names_the_key(response):
        return SERIAL in unb64url(response["response"]["attestationObject"])

    def makes(self):
        return self.key.dump().get("command_01", 0)


class Vendor(Case):
    def test_the_maker_lets_its_own_relying_party_know(self):
        options = self.creation(LISTED)
        made, err = self.made(options)
        self.assertTrue(self.names_the_key(made))
        self.assertIn(TOLD, err)
        code, envelope = self.verify(options, made)
        self.assertEqual((code, envelope["result"]["trust"]["result"]), (0, "anchored"))

    def test_others_get_the_batchs_and_are_told_so(self):
        options = self.creation()
        made, err = self.made(options)
        self.assertFalse(self.names_the_key(made))
        self.assertIn("did not tell which key it is", err)
        self.assertNotIn(TOLD, err)
        code, envelope = self.verify(options, made)  # asked for and not given
        failed = [check["id"] for check in envelope["result"]["checks"] if not check["ok"]]
        self.assertEqual((code, failed), (21, ["packed/P9"]))

    def test_json_says_it_beside_the_response(self):
        for rp_id, given in ((LISTED, True), ("example.org", False)):
            code, envelope = self.place.json("enrol", "--options", self.creation(rp_id), pins=[SECRET])
            self.assertEqual((code, envelope["result"]["enterpriseAttestation"]), (0, given))
            self.assertEqual([one["code"] for one in envelope["warnings"]], [] if given else ["no-enterprise-attestation"])

    def test_it_is_not_asked_for_where_nobody_wants_it(self):
        for attestation in ("direct", "indirect"):
            made, err = self.made(self.creation(LISTED, attestation))
            self.assertFalse(self.names_the_key(made))
            self.assertNotIn("which key", err)
        envelope = self.place.json("enrol", "--options", self.creation(LISTED, "direct"), pins=[SECRET])[1]
        self.assertNotIn("enterpriseAttestation", envelope["result"])

    def test_the_person_may_ask_for_it(self):
        made, err = self.made(self.creation(LISTED, "direct"), "--enterprise-attestation", "vendor")
        self.assertTrue(self.names_the_key(made))
        self.assertIn(TOLD, err)


class Platform(Case):
    def test_those_that_are_named_learn_it(self):
        options = self.creation()
        made, err = self.made(options, "--enterprise-rp-id", "other.example", "--enterprise-rp-id", "example.org")
        self.assertTrue(self.names_the_key(made))
        self.assertIn(TOLD, err)
        self.assertEqual(self.verify(options, made)[0], 0)

    def test_naming_one_asks_for_nothing_by_itself(self):
        made, err = self.made(self.creation(attestation="direct"), "--enterprise-rp-id", "example.org")
        self.assertFalse(self.names_the_key(made))
        self.assertNotIn("which key", err)

    def test_others_are_refused_before_the_key_is_asked(self):
        for words in ([], ["--enterprise-rp-id", "other.example"]):
            before = self.makes()
            code, out, err = self.enrol(self.creation(), "--enterprise-attestation", "platform", *words)
            self.assertEqual((code, out), (21, ""))
            self.assertIn("example.org is not named", err)
            self.assertEqual(self.makes(), before)

    def test_it_is_the_same_key_each_time_and_after_a_reset_of_the_rest(self):
        words = ("--enterprise-rp-id", "example.org")
        serials = set()
        for _ in range(2):
            made, _ = self.made(self.creation(), *words)
            object_ = unb64url(made["response"]["attestationObject"])
            at = object_.index(SERIAL) + len(SERIAL)
            serials.add(object_[at:at + 12])
        self.assertEqual(len(serials), 1)

    def test_what_makes_no_sense_is_not_tried(self):
        for words, attestation in ((["--enterprise-attestation", "both"], "enterprise"),
                                   (["--enterprise-attestation", "vendor"], "none")):
            before = self.makes()
            self.assertEqual(self.enrol(self.creation(attestation=attestation), *words)[0], 2)
            self.assertEqual(self.makes(), before)

    def test_a_key_that_only_says_so_is_found_out(self):
        self.key.say("attestation ep-ignored")
        options = self.creation()
        made, err = self.made(options, "--enterprise-rp-id", "example.org")
        self.assertIn(TOLD, err)  # by the key's word
        code, envelope = self.verify(options, made)
        failed = [check["id"] for check in envelope["result"]["checks"] if not check["ok"]]
        self.assertEqual((code, failed), (21, ["packed/P9"]))

    def test_extensions_are_asked_for_all_the_same(self):
        made, _ = self.made(self.creation(
            authenticatorSelection={"residentKey": "required", "userVerification": "required"},
            extensions={"credentialProtectionPolicy": "userVerificationRequired", "credProps": True, "credBlob": b64url(b"room 12"),
                        "hmacCreateSecret": True, "largeBlob": {"support": "required"}}), "--enterprise-rp-id", "example.org")
        self.assertTrue(self.names_the_key(made))
        self.assertEqual(made["clientExtensionResults"],
                         {"credProps": {"rk": True}, "credBlob": True, "hmacCreateSecret": True, "largeBlob": {"supported": True}})

    def test_a_wrong_pin_is_asked_for_again(self):
        code, out, err = self.place.run("enrol", "--options", self.creation(), "--enterprise-rp-id", "example.org",
                                        pins=["111111", SECRET])
        self.assertEqual(code, 0, err)
        self.assertTrue(self.names_the_key(json.loads(out)))

    def test_a_known_credential_is_excluded(self):
        made, _ = self.made(self.creation(), "--enterprise-rp-id", "example.org")
        code, _, err = self.enrol(self.creation(excludeCredentials=[{"type": "public-key", "id": made["rawId"]}]),
                                  "--enterprise-rp-id", "example.org")
        self.assertEqual(code, 17, err)


class Off(Case):
    on = False

    def test_it_says_how_to_switch_it_on(self):
        code, out, err = self.enrol(self.creation(LISTED))
        self.assertEqual((code, out), (21, ""))
        self.assertIn("enterprise-attestation on", err)
        self.assertEqual((self.makes(), self.key.dump()["pin_tries"]), (0, 0))


class Without(Case):
    profile = "bio-2.1"
    on = False

    def test_a_key_without_it_is_named(self):
        code, out, err = self.enrol(self.creation(LISTED))
        self.assertEqual((code, out), (15, ""))
        self.assertIn("no enterprise attestation", err)
        self.assertEqual(self.makes(), 0)


class Station(Case):
    """On a station the list is root's, in keyhelper's file."""

    def ask(self, rp_id, file):
        path = os.path.join(self.place.top, "keyhelper.conf")
        with open(path, "w") as out:
            out.write("[keyhelper]\n" + file)
        return Helper(self.place, "--station", path).job(
            {"job": "make", "rp_id": rp_id, "hash": HASH, "algs": [-7], "enterprise": 2,
             "user": {"id": b64url(b"u"), "name": "u", "display_name": "U"}})[-1]

    def test_only_those_of_the_file_learn_it(self):
        kind, value = self.ask("example.org", "rp_ids=example.org;desk.example\nenterprise_rp_ids=desk.example\n")
        self.assertEqual((kind, value["code"]), (ERROR, 21))
        kind, value = self.ask("example.org", "rp_ids=example.org\n")
        self.assertEqual((kind, value["code"]), (ERROR, 21))
        # served, but a station has no software keys
        kind, value = self.ask("example.org", "rp_ids=example.org\nenterprise_rp_ids=example.org\n")
        self.assertEqual((kind, value["code"]), (ERROR, 3))
        self.assertNotEqual(kind, RESULT)


if __name__ == "__main__":
    unittest.main()
