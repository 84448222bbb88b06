# SPDX-License-Identifier: Apache-2.0
"""Keys as they are in the field, each oddity alone: what they leave out, what
they say too much, what they do not hear."""
import json
import signal
import time
import unittest

from keys_lib import HASH, LIMIT, RESULT, Helper, Place, b64url, wait_for

SECRET = "271828"
RESIDENT = {"authenticatorSelection": {"userVerification": "required", "residentKey": "required"}}


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()

    def tearDown(self):
        self.place.end()

    def key(self, *lines):
        """A key with these lines in its profile, and a PIN."""
        name = f"k{len(self.place.keys)}"
        key = self.place.add(name, self.place.profile(name, *lines) if lines else None)
        code, _, err = self.place.run("key", "pin", "set", "--device", key.selector, pins=[SECRET])
        self.assertEqual(code, 0, err)
        return key

    def enrol(self, key, *words, **more):
        return self.place.json("enrol", "--device", key.selector, "--options", self.place.creation(**more), *words, pins=[SECRET])

    def info(self, key):
        code, envelope = self.place.json("key", "info", "--device", key.selector)
        self.assertEqual(code, 0, envelope)
        return envelope["result"]["info"]


class Said(Case):
    def test_options_are_absent_false_or_true(self):
        for lines, states in (([], {}), (["options = rk;up;clientPin;pinUvAuthToken;credMgmt;perCredMgmtRO=false"], {"perCredMgmtRO": False}),
                              (["options = rk;up;clientPin;pinUvAuthToken;credMgmt;perCredMgmtRO"], {"perCredMgmtRO": True})):
            with self.subTest(states):
                key = self.key(*lines)
                options = self.info(key)["options"]
                self.assertEqual({name: options[name] for name in ("perCredMgmtRO",) if name in options}, states)
                code, envelope = self.place.json("key", "credential", "count", "--device", key.selector, pins=[SECRET])
                self.assertEqual((code, envelope["result"]["existing"]), (0, 0), envelope)

    def test_algorithms_of_a_maker_stand_beside_the_known(self):
        key = self.key("extra_algorithms = -48;-35;-36;-47")
        self.assertEqual([one["alg"] for one in self.info(key)["algorithms"]], [-48, -35, -36, -47, -7, -8])
        # -35 is listed, and not to be had: the next one is taken
        code, envelope = self.enrol(key, pubKeyCredParams=[{"type": "public-key", "alg": alg} for alg in (-35, -7)])
        self.assertEqual((code, envelope["result"]["response"]["publicKeyAlgorithm"]), (0, -7), envelope)

    def test_a_list_of_algorithms_proves_nothing(self):
        key = self.key("list_algorithms = false")
        code, envelope = self.enrol(key, pubKeyCredParams=[{"type": "public-key", "alg": -8}])
        self.assertEqual((code, envelope["result"]["response"]["publicKeyAlgorithm"]), (0, -8), envelope)

    def test_a_key_of_the_first_hour(self):
        """FIDO_2_0 alone: PIN, credentials, and no more."""
        key = self.key("versions = FIDO_2_0", "options = rk;up;clientPin", "pin_protocols = 1", "extensions =", "transports =",
                       "list_algorithms = false", "max_msg_size = 1024", "max_credentials_in_list = 0",
                       "max_credential_id_length = 0", "firmware_version = 0")
        self.assertEqual(self.info(key)["versions"], ["FIDO_2_0"])
        code, envelope = self.enrol(key, **RESIDENT)
        self.assertEqual(code, 0, envelope)
        code, envelope = self.place.json("assert", "--device", key.selector, "--options",
                                         self.place.request(envelope["result"]["id"]), pins=[SECRET])
        self.assertEqual(code, 0, envelope)
        for words in (["credential", "list"], ["fingerprint", "list"], ["blob", "list"], ["config", "set", "always-uv", "on"]):
            with self.subTest(words):
                self.assertEqual(self.place.json("key", *words, "--device", key.selector, pins=[SECRET])[0], 15)

    def test_a_key_for_readers_wants_no_pin_for_what_it_does_not_keep(self):
        key = self.place.add("nfc", "nfc-2.1")
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)
        tries = key.dump()["pin_tries"]
        code, envelope = self.place.json("enrol", "--options", self.place.creation(
            authenticatorSelection={"userVerification": "discouraged"}))
        self.assertEqual(code, 0, envelope)
        self.assertEqual(envelope["result"]["response"]["transports"], ["nfc", "usb"])
        self.assertEqual(key.dump()["pin_tries"], tries)


class Room(Case):
    def test_a_full_key_says_so_and_loses_nothing(self):
        key = self.key("resident_slots = 2")
        for user in ("AQID", "AQIE"):
            code, envelope = self.enrol(key, **RESIDENT, user={"id": user, "name": user, "displayName": user})
            self.assertEqual(code, 0, envelope)
        self.assertEqual(self.info(key)["remaining_discoverable_credentials"], 0)
        code, envelope = self.enrol(key, **RESIDENT, user={"id": "AQIF", "name": "c", "displayName": "c"})
        self.assertEqual((code, envelope["error"]["ctap"]), (16, "KEY_STORE_FULL"), envelope)
        self.assertNotIn("result", envelope)
        code, envelope = self.place.json("key", "credential", "count", pins=[SECRET])
        self.assertEqual((envelope["result"]["existing"], envelope["result"]["remaining"]), (2, 0))
        # one that takes another's place has room; so has one that is not kept
        self.assertEqual(self.enrol(key, **RESIDENT, user={"id": "AQIE", "name": "b", "displayName": "b"})[0], 0)
        self.assertEqual(self.enrol(key, user={"id": "AQIF", "name": "c", "displayName": "c"})[0], 0)

    def test_a_count_that_is_wrong_is_named(self):
        key = self.key("count_off = 3")
        self.assertEqual(self.enrol(key, **RESIDENT)[0], 0)
        code, envelope = self.place.json("key", "credential", "list", pins=[SECRET])
        self.assertEqual((code, len(envelope["result"]["credentials"]), envelope["result"]["existing"]), (0, 1, 4), envelope)
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["count-differs"])


    def test_a_credential_that_was_not_asked_for_is_no_answer(self):
        key = self.key()
        code, envelope = self.enrol(key)
        self.assertEqual(code, 0, envelope)
        request = self.place.request(envelope["result"]["id"])
        self.assertEqual(self.place.run("assert", "--options", request, pins=[SECRET])[0], 0)
        key.end()
        self.place.keys.remove(key)
        self.place.add("k0", self.place.profile("other", "other_id = true"))
        code, envelope = self.place.json("assert", "--options", request, pins=[SECRET])
        self.assertEqual(code, 19, envelope)
        self.assertIn("not asked for", envelope["error"]["text"])


class Deaf(Case):
    """Keepalives for ever, and a cancel that is not heard."""

    def wait(self, key):
        key.say("touch never")
        process = self.place.start("enrol", "--device", key.selector, "--options", self.place.creation(), "--events", pins=[SECRET])
        wait_for(process.stdout, "touch_needed")
        return process

    def test_a_cancel_that_is_not_heard_ends_our_side(self):
        key = self.key("no_cancel = true")
        process = self.wait(key)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 14)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(self.place.run("key", "info")[0], 0)

    def test_time_that_is_up_likewise(self):
        key = self.key("no_cancel = true")
        key.say("touch never")
        code, envelope = self.enrol(key, "--timeout", "1")
        self.assertEqual(code, 13, envelope)

    def test_a_command_that_never_ends_is_cancelled(self):
        key = self.key()
        key.say("stall")
        process = self.place.start("key", "info", "--events")
        wait_for(process.stdout, "processing")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 14)


class Slow(Case):
    def test_a_first_start_is_waited_for(self):
        key = self.place.add("new", self.place.profile("new", "first_start_ms = 1500"))
        began = time.monotonic()
        code, out, err = self.place.run("key", "info", "--events", "--json")
        self.assertEqual(code, 0, err)
        self.assertIn('"processing"', out)
        self.assertLess(time.monotonic() - began, 30)
        # once it has something, it starts at once
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)
        state = key.state
        again = self.place.add("again", self.place.profile("again", "first_start_ms = 600000"), state_of=state)
        self.assertEqual(self.place.run("key", "info", "--device", again.selector)[0], 0)

    def test_a_slow_key_is_no_broken_one(self):
        key = self.key()
        key.say("delay 300")
        frames = Helper(self.place).job({"job": "make", "rp_id": "example.org", "user": {"id": b64url(b"a"), "name": "a"},
                                         "hash": HASH, "algs": [-7], "uv": "required"}, [SECRET])
        self.assertEqual(frames[-1][0], RESULT, json.dumps(frames))


if __name__ == "__main__":
    unittest.main()
