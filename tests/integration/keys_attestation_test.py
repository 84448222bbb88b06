# SPDX-License-Identifier: Apache-2.0
"""Attestations that must be refused, each by its own reason: made by a key,
taken in by fidotool enrol, judged by fidotool verify. And keys that were
copied: a counter that goes back."""
import json
import os
import unittest

from keys_lib import Place, b64url, unb64url

SECRET = "271828"
ROOT = os.path.join(os.environ["ATTESTATION"], "softkey-root.pem")

# fault: exit code of verify, the checks that fail, what is said of trust
REFUSED = {
    "unknown-root": (20, ["registration/R21"], "unknown-issuer"),
    "wrong-issuer": (20, ["registration/R21"], "wrong-signature"),
    "expired": (20, ["registration/R21"], "expired"),
    "not-yet-valid": (20, ["registration/R21"], "not-yet-valid"),
    "out-of-order": (20, ["registration/R21"], "out-of-order"),
    "path-too-long": (20, ["registration/R21"], "path-too-long"),
    "other-aaguid": (19, ["packed/P7"], None),
    "critical-aaguid": (19, ["packed/P7", "registration/R21"], "unknown-critical-extension"),
    "ca-leaf": (19, ["packed/P6"], None),
    "version-1": (19, ["packed/P4"], None),
    "wrong-unit": (19, ["packed/P5"], None),
    "impostor": (19, ["packed/P6", "packed/P7", "registration/R21"], "self-signed"),
    "wrong-signature": (19, ["packed/P3"], None),
    "sha1": (19, ["packed/P3"], None),
    "full-none": (19, ["none/N1", "registration/R21"], None),
    "no-up": (19, ["registration/R11"], None),
    "no-uv": (19, ["registration/R12"], None),
    "left-over": (19, ["registration/R16"], None),
}


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        self.key = self.add("a")
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)

    def add(self, name, **more):
        return self.place.add(name, **more)

    def enrol(self):
        """Exit code, options and the registration."""
        path = self.place.creation()
        code, out, err = self.place.run("enrol", "--options", path, pins=[SECRET])
        with open(path) as file:
            options = json.load(file) | {"origin": "https://example.org"}
        return code, {"options": options, "response": json.loads(out) if out else None}, err

    def judge(self, saved):
        """Exit code, failed checks, why nobody vouches."""
        path = self.place.write("made.json", saved)
        code, envelope = self.place.json("verify", "registration", path, "--trust", ROOT)
        result = envelope["result"]
        failed = [check["id"] for check in result["checks"] if not check["ok"]]
        return code, failed, result["trust"].get("reason")


class Bad(Case):
    def test_each_is_refused_for_its_own_reason(self):
        for fault, wanted in REFUSED.items():
            with self.subTest(fault):
                self.key.say("attestation " + fault)
                code, saved, err = self.enrol()
                self.assertEqual(code, 0, err)
                self.assertEqual(self.judge(saved), wanted)

    def test_a_good_one_is_good_before_and_after(self):
        for fault in ("good", "expired", "good"):
            self.key.say("attestation " + fault)
            answer = self.judge(self.enrol()[1])
            self.assertEqual(answer[:2], (0, []) if fault == "good" else (20, ["registration/R21"]))

    def test_one_without_a_credential_is_none_to_begin_with(self):
        self.key.say("attestation no-at")
        code, saved, err = self.enrol()
        self.assertEqual((code, saved["response"]), (19, None))
        self.assertIn("no credential", err)

    def test_a_certificate_that_names_no_model_is_a_warning(self):
        self.key.say("attestation no-aaguid")
        saved = self.enrol()[1]
        self.assertEqual(self.judge(saved)[:2], (0, []))
        code, out, _ = self.place.run("verify", "registration", self.place.write("made.json", saved), "--trust", ROOT)
        self.assertEqual(code, 0)
        self.assertIn("does not name the model", out)

    def test_a_long_chain_is_read_in_full(self):
        self.key.say("attestation long-chain")
        code, saved, err = self.enrol()
        self.assertEqual(code, 0, err)
        self.assertGreater(len(saved["response"]["response"]["attestationObject"]), 2048 * 4 // 3)
        self.assertEqual(self.judge(saved)[:2], (0, []))

    def test_a_profile_may_have_the_fault(self):
        self.key.say("unplug")
        self.add("b", profile=self.place.profile("bad", "attestation_fault = expired"))
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)
        self.assertEqual(self.judge(self.enrol()[1]), REFUSED["expired"])


class Copied(Case):
    """A counter that goes back is a sign of a copy, and refused as such."""

    def setUp(self):
        super().setUp()
        code, saved, err = self.enrol()
        self.assertEqual(code, 0, err)
        self.made = self.place.write("made.json", saved)
        self.cred = saved["response"]["rawId"]
        code, envelope = self.place.json("verify", "registration", self.made, "--trust", ROOT)
        self.assertEqual(code, 0)
        self.known = saved

    def ask(self, device=None):
        path = self.place.request(self.cred)
        words = ["--device", device.selector] if device else []
        code, out, err = self.place.run("assert", "--options", path, *words, pins=[SECRET])
        self.assertEqual(code, 0, err)
        with open(path) as file:
            options = json.load(file) | {"origin": "https://example.org"}
        return {"options": options, "response": json.loads(out)}

    def judge_assertion(self, saved, count):
        """With the counter that the relying party stored."""
        code, envelope = self.place.json("verify", "registration", self.made)
        credential = {"id": self.cred, "signCount": count, "be": 0, "bs": 0,
                      "publicKey": self.cose_key()}
        path = self.place.write("asserted.json", saved | {"credential": credential})
        code, envelope = self.place.json("verify", "assertion", path)
        result = envelope["result"]
        return code, [check["id"] for check in result["checks"] if not check["ok"]], result["sign_count"]

    def cose_key(self):
        """Behind 37 bytes, AAGUID, length and id of the authenticator data."""
        data = unb64url(self.known["response"]["response"]["authenticatorData"])
        return b64url(data[55 + int.from_bytes(data[53:55], "big"):])

    def test_a_counter_that_goes_on_is_good(self):
        first = self.judge_assertion(self.ask(), 1)
        self.assertEqual(first[:2], (0, []))
        again = self.judge_assertion(self.ask(), first[2])
        self.assertEqual(again[:2], (0, []))

    def test_a_counter_that_goes_back_is_refused(self):
        count = self.judge_assertion(self.ask(), 1)[2]
        self.key.say("set-back 2")
        self.assertEqual(self.judge_assertion(self.ask(), count)[:2], (21, ["assertion/A15"]))

    def test_a_clone_that_was_used_less_is_refused(self):
        clone = self.add("clone", state_of=self.key.state)
        for _ in range(2):
            count = self.judge_assertion(self.ask(self.key), 1)[2]
        code, failed, back = self.judge_assertion(self.ask(clone), count)
        self.assertEqual((code, failed), (21, ["assertion/A15"]))
        self.assertLess(back, count)

    def test_a_twin_holds_nothing_of_it(self):
        """Same model, same firmware: but it has not the credential."""
        twin = self.add("twin")
        self.assertEqual(self.place.run("key", "pin", "set", "--device", twin.selector, pins=[SECRET])[0], 0)
        said = [self.place.json("key", "info", "--device", one.selector)[1]["device"] for one in (self.key, twin)]
        self.assertEqual(said[0]["aaguid"], said[1]["aaguid"])
        self.assertEqual(said[0]["firmware"], said[1]["firmware"])
        code, _, err = self.place.run("assert", "--options", self.place.request(self.cred), "--device", twin.selector, pins=[SECRET])
        self.assertEqual(code, 17, err)


if __name__ == "__main__":
    unittest.main()
