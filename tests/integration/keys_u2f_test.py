# SPDX-License-Identifier: Apache-2.0
"""A key that knows U2F alone: what can be done with it is done, and everything
else says what is missing, without a message that the key cannot know. Whether
registrations and assertions are right is python3-fido2's word, not ours."""
import hashlib
import json
import os
import time
import unittest

from fido2.attestation import FidoU2FAttestation
from fido2.ctap2 import AttestationObject, AuthenticatorData

from keys_lib import CANCEL, EVENT, ERROR, HASH, REQUEST, RESULT, Helper, Place, b64url, unb64url

SECRET = "271828"
NO_UV = {"authenticatorSelection": {"userVerification": "discouraged"}}
ZEROS = "00000000-0000-0000-0000-000000000000"

# What each verb says that the key lacks.
LACKS = [
    (["key", "pin", "set"], "no PIN"),
    (["key", "pin", "change"], "no PIN"),
    (["key", "pin", "verify"], "no PIN"),
    (["key", "pin", "force-change"], "no PIN"),
    (["key", "fingerprint", "list"], "no fingerprints"),
    (["key", "fingerprint", "add"], "no fingerprints"),
    (["key", "fingerprint", "rename", "AA", "x"], "no fingerprints"),
    (["key", "fingerprint", "delete", "AA", "--yes"], "no fingerprints"),
    (["key", "config", "set", "always-uv", "on"], "no settings"),
    (["key", "config", "set", "min-pin-length", "6"], "no settings"),
    (["key", "credential", "list"], "nothing that could be listed"),
    (["key", "credential", "count"], "nothing that could be listed"),
    (["key", "credential", "show", "AA"], "nothing that could be listed"),
    (["key", "credential", "rename", "AA", "--name", "x"], "nothing that could be listed"),
    (["key", "credential", "delete", "AA", "--yes"], "nothing that could be listed"),
    (["key", "blob", "list"], "nothing that could be listed"),
    (["key", "blob", "get", "AA"], "nothing that could be listed"),
    (["key", "blob", "purge", "--yes"], "nothing that could be listed"),
    (["key", "reset", "--yes"], "cannot be reset"),
]


def check_registration(response):
    """By python3-fido2: the statement's signature is over all that counts."""
    attestation = AttestationObject(unb64url(response["response"]["attestationObject"]))
    client_data = unb64url(response["response"]["clientDataJSON"])
    digest = hashlib.sha256(client_data).digest()
    FidoU2FAttestation().verify(attestation.att_statement, attestation.auth_data, digest)
    return attestation


def check_assertion(response, public_key, rp_id):
    data = AuthenticatorData(unb64url(response["response"]["authenticatorData"]))
    digest = hashlib.sha256(unb64url(response["response"]["clientDataJSON"])).digest()
    public_key.verify(data + digest, unb64url(response["response"]["signature"]))
    assert data.rp_id_hash == hashlib.sha256(rp_id.encode()).digest()
    return data


class Case(unittest.TestCase):
    profile = "u2f-only"

    def setUp(self):
        self.place = Place()
        self.key = self.place.add("a", self.profile)

    def tearDown(self):
        self.place.end()

    def enrol(self, *words, **more):
        return self.place.run("enrol", "--options", self.place.creation(**(NO_UV | more)), *words)

    def registered(self):
        code, out, err = self.enrol()
        self.assertEqual(code, 0, err)
        return json.loads(out)

    def request(self, *ids, **more):
        return self.place.request(*ids, **({"userVerification": "discouraged"} | more))

    def no_ctap2(self):
        """Nothing of it was ever sent."""
        self.assertEqual([name for name in self.key.dump() if name.startswith("command_")], [])


class Shown(Case):
    def test_the_list_says_so_where_it_is_asked(self):
        other = self.place.add("b")
        code, out, _ = self.place.run("key", "list", "--ask")
        self.assertEqual(code, 0)
        lines = {line.split()[0]: line for line in out.splitlines()}
        self.assertIn("FIDO U2F only", lines[self.key.selector])
        self.assertNotIn("U2F", lines[other.selector])
        self.assertIn("PIN not-set", lines[other.selector])
        code, envelope = self.place.json("key", "list", "--ask")
        keys = {one["selector"]: one for one in envelope["result"]["keys"]}
        self.assertEqual((code, keys[self.key.selector]["u2f_only"], keys[self.key.selector]["versions"]),
                         (0, True, ["U2F_V2"]))
        self.assertEqual((keys[other.selector]["u2f_only"], keys[other.selector]["pin"]), (False, "not-set"))
        # without being asked for it, no key is opened
        before = self.key.dump(), other.dump()
        code, envelope = self.place.json("key", "list")
        self.assertNotIn("u2f_only", envelope["result"]["keys"][0])
        self.assertEqual((self.key.dump(), other.dump()), before)

    def test_info_says_what_it_can_and_cannot(self):
        code, out, err = self.place.run("key", "info")
        self.assertEqual(code, 0)
        self.assertIn("U2F_V2", out)
        self.assertIn("FIDO U2F only", err)
        code, envelope = self.place.json("key", "info")
        self.assertEqual((code, envelope["result"]["info"]["versions"]), (0, ["U2F_V2"]))
        self.assertNotIn("info_cbor", envelope["result"])
        self.assertEqual(envelope["result"]["pin"]["state"], "unsupported")
        self.assertEqual(envelope["device"]["aaguid"], ZEROS)
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["u2f-only"])
        self.no_ctap2()

    def test_a_key_with_both_is_none_of_these(self):
        key = self.place.add("b", "pre-2.1")
        code, envelope = self.place.json("key", "info", "--device", key.selector)
        self.assertEqual((code, envelope["warnings"]), (0, []))
        self.assertEqual(envelope["result"]["info"]["versions"], ["U2F_V2", "FIDO_2_0", "FIDO_2_1_PRE"])
        self.assertNotIn("u2f_03", key.dump())

    def test_doctor_names_it(self):
        code, envelope = self.place.json("doctor")
        self.assertEqual(code, 15)
        self.assertIn(("u2f-only", self.key.selector),
                      [(one["id"], one["place"]) for one in envelope["result"]["findings"]])

    def test_it_blinks_and_is_chosen(self):
        self.assertEqual(self.place.run("key", "wink")[0], 0)
        self.assertEqual(self.key.dump()["winks"], 1)
        other = self.place.add("b")
        other.say("touch never")
        self.key.say("touch after 400")
        code, envelope = self.place.json("key", "select")
        self.assertEqual((code, envelope["device"]["selector"]), (0, self.key.selector), envelope)
        # and the other of the two, while this one is asked again and again
        self.key.say("touch never")
        other.say("touch after 400")
        code, envelope = self.place.json("key", "select")
        self.assertEqual((code, envelope["device"]["selector"]), (0, other.selector), envelope)
        self.no_ctap2()


class Verbs(Case):
    def test_each_says_what_is_missing(self):
        for words, text in LACKS:
            with self.subTest(" ".join(words)):
                code, envelope = self.place.json(*words, "--non-interactive", "--fingerprint",
                                                 self.fingerprint(), pins=[SECRET, SECRET]) \
                    if "--yes" in words else self.place.json(*words, pins=[SECRET, SECRET])
                self.assertEqual((code, envelope["error"]["code"]), (15, "unsupported"), envelope)
                self.assertIn("U2F alone", envelope["error"]["text"])
                self.assertIn(text, envelope["error"]["text"])
        self.no_ctap2()

    def fingerprint(self):
        return self.place.json("key", "info")[1]["device"]["fingerprint"]

    def test_states_are_told(self):
        code, envelope = self.place.json("key", "pin", "status")
        self.assertEqual((code, envelope["result"]["state"]), (0, "unsupported"))
        code, envelope = self.place.json("key", "config", "show")
        self.assertEqual((code, envelope["result"]["supported"]), (0, False))
        self.no_ctap2()

    def test_statements_are_not_signed_with_it(self):
        for job in ("sign", "prove"):
            frames = Helper(self.place).job({"job": job, "rp_id": "keyturn-practice:approval", "statement": "{}",
                                             "cred": "AA==", "key": "AA=="})
            self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 15), frames)
        self.no_ctap2()


class Enrolling(Case):
    def test_a_registration_is_right(self):
        code, out, err = self.enrol()
        self.assertEqual(code, 0, err)
        self.assertIn("U2F", err)
        response = json.loads(out)
        attestation = check_registration(response)
        self.assertEqual(attestation.fmt, "fido-u2f")
        self.assertEqual(sorted(attestation.att_statement), ["sig", "x5c"])
        self.assertEqual(len(attestation.att_statement["x5c"]), 1)
        data = attestation.auth_data
        self.assertEqual((data.flags, data.counter, bytes(data.credential_data.aaguid)), (0x41, 0, bytes(16)))
        self.assertEqual(b64url(data.credential_data.credential_id), response["id"])
        self.assertEqual(response["response"]["publicKeyAlgorithm"], -7)
        self.assertEqual(unb64url(response["response"]["publicKey"])[-64:],
                         data.credential_data.public_key[-2] + data.credential_data.public_key[-3])
        # one bit elsewhere, and it is not
        for part in ("attestationObject", "clientDataJSON"):
            raw = bytearray(unb64url(response["response"][part]))
            raw[-1] ^= 1
            with self.assertRaises(Exception):
                check_registration(response | {"response": response["response"] | {part: b64url(raw)}})
        self.no_ctap2()

    def test_our_own_judge_takes_it(self):
        """Where the options want no more than U2F gives; and not with a bit changed."""
        code, out, err = self.enrol()
        self.assertEqual(code, 0, err)
        with open(self.place.creation(**NO_UV), encoding="utf-8") as file:
            options = json.load(file)
        response = json.loads(out)
        raw = bytearray(unb64url(response["response"]["attestationObject"]))
        raw[-1] ^= 1
        changed = response | {"response": response["response"] | {"attestationObject": b64url(raw)}}
        anchor = os.path.join(os.environ["ATTESTATION"], "softkey-root.pem")
        for one, wanted in ((response, 0), (changed, 19)):
            saved = self.place.write("saved.json", {"options": options, "response": one})
            code, out, err = self.place.run("verify", "registration", saved, "--origin", "https://example.org", "--trust", anchor)
            self.assertEqual(code, wanted, out + err)

    def test_no_attestation_where_none_is_wanted(self):
        code, out, err = self.enrol(attestation="none")
        self.assertEqual(code, 0, err)
        attestation = AttestationObject(unb64url(json.loads(out)["response"]["attestationObject"]))
        self.assertEqual((attestation.fmt, attestation.att_statement), ("none", {}))

    def test_an_assertion_is_right(self):
        response = self.registered()
        public_key = check_registration(response).auth_data.credential_data.public_key
        last = 0
        for _ in range(2):
            code, out, err = self.place.run("assert", "--options", self.request("AAAA", response["id"]))
            self.assertEqual(code, 0, err)
            given = json.loads(out)
            self.assertEqual(given["id"], response["id"])
            data = check_assertion(given, public_key, "example.org")
            self.assertEqual(data.flags, 1)
            self.assertGreater(data.counter, last)
            last = data.counter
        self.no_ctap2()

    def test_what_the_options_want_and_it_lacks(self):
        rows = [
            ({"authenticatorSelection": {"userVerification": "required"}}, "neither PIN nor fingerprint"),
            ({"authenticatorSelection": {"userVerification": "discouraged", "residentKey": "required"}}, "passkeys"),
            ({"authenticatorSelection": {"userVerification": "discouraged", "requireResidentKey": True}}, "passkeys"),
            ({"pubKeyCredParams": [{"type": "public-key", "alg": -8}]}, "ES256"),
            ({"extensions": {"credentialProtectionPolicy": "userVerificationRequired"}}, "credProtect"),
        ]
        for more, text in rows:
            with self.subTest(more):
                code, envelope = self.place.json("enrol", "--options", self.place.creation(**(NO_UV | more)))
                self.assertEqual(code, 15, envelope)
                self.assertIn(text, envelope["error"]["text"])
        self.assertEqual(self.key.dump().get("u2f_01", 0), 0)
        # what is only preferred is done without
        for more in ({"authenticatorSelection": {"userVerification": "preferred", "residentKey": "preferred"}},
                     {"extensions": {"credProps": True, "prf": {}, "credBlob": "AAEC",
                                     "credentialProtectionPolicy": "userVerificationOptional"}}):
            code, out, err = self.enrol(**more)
            self.assertEqual(code, 0, err)
            check_registration(json.loads(out))
        self.assertEqual(json.loads(out)["clientExtensionResults"],
                         {"credProps": {"rk": False}, "credBlob": False, "prf": {"enabled": False}})
        # an assertion likewise
        self.assertEqual(self.place.json("assert", "--options", self.request())[0], 15)
        self.assertEqual(self.place.json("assert", "--options", self.request(
            json.loads(out)["id"], userVerification="required"))[0], 15)

    def test_excluded_ones_want_a_touch_first(self):
        mine = self.registered()["id"]
        others = [b64url(bytes([i]) * (32 + 10 * i)) for i in range(30)]
        listed = [{"type": "public-key", "id": one} for one in [*others, mine]]
        self.key.say("touch never")
        code, envelope = self.place.json("enrol", "--timeout", "1", "--options",
                                         self.place.creation(**NO_UV, excludeCredentials=listed))
        self.assertEqual((code, envelope["error"]["ctap"]), (13, "USER_ACTION_TIMEOUT"), envelope)
        self.key.say("touch after 0")
        code, envelope = self.place.json("enrol", "--options",
                                         self.place.creation(**NO_UV, excludeCredentials=listed))
        self.assertEqual((code, envelope["error"]["ctap"]), (17, "CREDENTIAL_EXCLUDED"), envelope)
        code, _, err = self.enrol(excludeCredentials=listed[:-1])
        self.assertEqual(code, 0, err)

    def test_one_that_is_not_there(self):
        other = self.place.add("b", "u2f-only")
        code, out, _ = self.enrol("--device", other.selector)
        self.assertEqual(code, 0)
        code, envelope = self.place.json("assert", "--device", self.key.selector, "--options",
                                         self.request(json.loads(out)["id"]))
        self.assertEqual((code, envelope["error"]["ctap"]), (17, "NO_CREDENTIALS"), envelope)

    def test_a_new_credential_is_tested(self):
        frames = Helper(self.place).job(
            {"job": "make", "rp_id": "example.org", "user": {"id": "AQID", "name": "a"}, "hash": HASH,
             "algs": [-8, -7], "uv": "discouraged", "test": {"hash": HASH}})
        self.assertEqual(frames[-1][0], RESULT, frames)
        made = frames[-1][1]
        self.assertEqual((made["alg"], made["u2f"], made["test"]["cred"]), (-7, True, made["cred"]))


class Touch(Case):
    def test_the_person_is_told_once_for_each_touch(self):
        self.key.say("touch after 500")
        code, out, _ = self.enrol("--events", "--json")
        self.assertEqual(code, 0)
        names = [json.loads(line)["event"] for line in out.splitlines() if line.startswith('{"event"')]
        self.assertEqual(names.count("touch_needed"), 1, names)
        self.assertGreaterEqual(self.key.dump()["u2f_01"], 4)
        self.assertEqual(self.key.dump()["touches"], 1)

    def test_no_touch_ends_in_time(self):
        self.key.say("touch never")
        began = time.monotonic()
        code, envelope = self.place.json("enrol", "--timeout", "1", "--options", self.place.creation(**NO_UV))
        self.assertEqual((code, envelope["error"]["ctap"]), (13, "USER_ACTION_TIMEOUT"), envelope)
        self.assertGreaterEqual(time.monotonic() - began, 1)

    def test_a_cancel_is_heard_while_it_waits(self):
        self.key.say("touch never")
        helper = Helper(self.place)
        helper.send(REQUEST, {"job": "make", "rp_id": "example.org", "user": {"id": "AQID", "name": "a"},
                              "hash": HASH, "algs": [-7], "uv": "discouraged", "timeout_s": 60})
        while True:
            kind, value = helper.read()
            if kind == EVENT and value["event"] == "touch_needed":
                helper.send(CANCEL)
            if kind in (RESULT, ERROR, None):
                break
        self.assertEqual((kind, value["code"]), (ERROR, 14))
        helper.end()

    def test_pulled_out_at_each_report(self):
        """Whatever had been sent by then."""
        for n in range(1, 40):
            self.key.say(f"unplug at {n}")
            code, out, err = self.enrol()
            self.key.say("plug")
            if code == 0:
                break
            self.assertEqual(code, 7, (n, err))
            self.assertEqual(out, "")
        self.assertGreater(n, 10)
        check_registration(json.loads(out))


class Damage(Case):
    def test_each_byte_of_each_reply(self):
        """Version, then the registration: it fails by name, or what is written
        down is refused by whoever checks its signature."""
        for byte in range(8):
            self.key.say(f"corrupt 1 {byte}")
            self.assertIn(self.enrol()[0], (15, 19), byte)
        # reserved byte, point, length of the handle, handle, certificate's head
        for byte in (0, 1, 2, 33, 65, 66, 67, 100, 132, 133, 134, 135):
            self.key.say(f"corrupt 2 {byte}")
            code, out, err = self.enrol()
            if code != 0:
                self.assertEqual((code, out), (19, ""), (byte, err))
                continue
            with self.assertRaises(Exception, msg=byte):
                check_registration(json.loads(out))

    def test_shorter_and_longer_replies(self):
        for order in ("truncate 2 1", "truncate 2 2", "truncate 2 3", "truncate 2 300", "truncate 2 600",
                      "truncate 2 5000", "append 2 1", "append 2 2", "append 2 40", "truncate 1 1", "append 1 1"):
            with self.subTest(order):
                self.key.say(order)
                code, out, err = self.enrol()
                self.assertIn(code, (15, 19), err)
                self.assertEqual(out, "")

    def test_a_status_word_that_nobody_knows(self):
        self.key.say("fail 2 5")
        code, _, err = self.enrol()
        self.assertEqual(code, 19)
        self.assertIn("6f05", err)

    def test_a_key_that_says_ctap2_is_never_spoken_to_so(self):
        """It fails; it does not become an older one."""
        key = self.place.add("b", "pre-2.1")
        key.say("corrupt 1 1")
        code, _, err = self.place.run("enrol", "--device", key.selector, "--options", self.place.creation(**NO_UV))
        self.assertEqual(code, 19, err)
        self.assertFalse({name for name in key.dump() if name.startswith("u2f_")})


class Both(Case):
    """U2F and CTAP2 in one key: what one has made the other knows."""
    profile = "pre-2.1"
    app_id = "https://www.example.org/app-id.json"

    def made_over_u2f(self, name):
        """As an older browser would have: the application is name."""
        old = self.place.add("old", self.place.profile(
            "old", "aaguid = " + ZEROS, "versions = U2F_V2", "options =", "extensions ="), state_of=self.state())
        frames = Helper(self.place).job({"job": "make", "device": old.selector, "rp_id": name,
                                         "user": {"id": "AQID", "name": "a"}, "hash": HASH, "algs": [-7],
                                         "uv": "discouraged"})
        self.assertEqual(frames[-1][0], RESULT, frames)
        return frames[-1][1]

    def state(self):
        """The key's memory, once there is one."""
        self.assertEqual(self.place.run("key", "select", "--device", self.key.selector)[0], 0)
        return self.key.state

    def ask(self, made, **more):
        path = self.request(made["cred"], **more)
        code, out, err = self.place.run("assert", "--device", self.key.selector, "--options", path)
        return code, json.loads(out) if out else None, err

    def test_under_the_rp_id_it_is_found_at_once(self):
        made = self.made_over_u2f("example.org")
        code, given, err = self.ask(made)
        self.assertEqual(code, 0, err)
        public_key = AttestationObject(unb64url(made["attestation"])).auth_data.credential_data.public_key
        check_assertion(given, public_key, "example.org")
        self.assertEqual(given["clientExtensionResults"], {})
        code, given, err = self.ask(made, extensions={"appid": self.app_id})
        self.assertEqual((code, given["clientExtensionResults"]), (0, {"appid": False}), err)
        check_assertion(given, public_key, "example.org")

    def test_under_the_application_it_is_found_where_that_is_asked(self):
        made = self.made_over_u2f(self.app_id)
        self.assertEqual(self.ask(made)[0], 17)
        touches = self.key.dump()["touches"]
        code, given, err = self.ask(made, extensions={"appid": self.app_id})
        self.assertEqual((code, given["clientExtensionResults"]), (0, {"appid": True}), err)
        self.assertEqual(self.key.dump()["touches"], touches + 1)
        public_key = AttestationObject(unb64url(made["attestation"])).auth_data.credential_data.public_key
        check_assertion(given, public_key, self.app_id)

    def test_an_application_of_others_is_refused(self):
        made = self.made_over_u2f("example.org")
        for app_id in ("https://example.com/", "http://example.org/", "https://org/", "https://badexample.org",
                       "example.org", "keyturn:approval", 7, ""):
            with self.subTest(app_id):
                self.assertEqual(self.ask(made, extensions={"appid": app_id})[0], 2)
        frames = Helper(self.place).job({"job": "assert", "device": self.key.selector, "rp_id": "example.org",
                                         "app_id": "keyturn:approval", "hash": HASH, "allow": [made["cred"]]})
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 21))


if __name__ == "__main__":
    unittest.main()
