# SPDX-License-Identifier: Apache-2.0
"""fidotool enrol for a key and its spare in one sitting: the first is taken
away, another comes, and both are for the same user; the same key never."""
import json
import unittest

from keys_lib import LIMIT, Place, b64url, unb64url, wait_for

SECRET = "271828"
OTHER = "314159"


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        self.key, self.spare = self.place.add("a"), self.place.add("b")
        for key, pin in ((self.key, SECRET), (self.spare, OTHER)):
            code, _, err = self.place.run("key", "pin", "set", "--device", key.selector, pins=[pin])
            self.assertEqual(code, 0, err)
        self.options = self.write("first.json", 0)
        self.spare_options = self.write("spare.json", 1)

    def write(self, name, n, **more):
        with open(self.place.creation(**({"challenge": b64url(bytes([n]) * 32)} | more))) as file:
            return self.place.write(name, json.load(file))

    def words(self, *more):
        return ["enrol", "--options", self.options, "--spare-options", self.spare_options, *more]

    def begin(self, *more, pins=(SECRET, OTHER)):
        """The spare is out; as far as the first key is to be taken away."""
        self.spare.say("unplug")
        process = self.place.start(*self.words("--events", *more), pins=list(pins))
        wait_for(process.stdout, "waiting_remove")
        return process

    def end_of(self, process):
        """Exit code, events, the last line that is no event, words."""
        out, err = process.communicate(timeout=LIMIT)
        lines = [json.loads(line) for line in out.decode().splitlines()]
        rest = [line for line in lines if "event" not in line]
        return process.returncode, [line for line in lines if "event" in line], rest[-1] if rest else None, err.decode()

    def assert_both(self, both):
        first, spare = both["primary"], both["spare"]
        self.assertNotEqual(first["rawId"], spare["rawId"])
        self.assertNotEqual(first["response"]["publicKey"], spare["response"]["publicKey"])
        challenges = [json.loads(unb64url(one["response"]["clientDataJSON"]))["challenge"] for one in (first, spare)]
        self.assertEqual(challenges, [b64url(bytes([n]) * 32) for n in (0, 1)])

    def made(self, key):
        return key.dump().get("command_01", 0)


class Sitting(Case):
    def test_one_goes_another_comes_and_both_are_enrolled(self):
        process = self.begin("--json")
        self.key.say("unplug")
        lines = wait_for(process.stdout, "waiting_insert")
        self.assertIs(json.loads(lines[-1])["spare"], True)
        self.spare.say("plug")
        code, _, envelope, err = self.end_of(process)
        self.assertEqual(code, 0, err)
        both = envelope["result"]
        self.assert_both(both)
        self.assertEqual({name: device["selector"] for name, device in both["devices"].items()},
                         {"primary": self.key.selector, "spare": self.spare.selector})
        self.assertEqual(envelope["device"]["selector"], self.spare.selector)
        self.assertTrue(envelope["changed"])
        self.assertEqual((self.made(self.key), self.made(self.spare)), (1, 1))

    def test_a_person_is_told_in_words(self):
        self.spare.say("unplug")
        process = self.place.start(*self.words(), pins=[SECRET, OTHER])
        wait_for(process.stderr, "take it away")
        self.key.say("unplug")
        wait_for(process.stderr, "Put the spare key in")
        self.spare.say("plug")
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, err)
        self.assert_both(json.loads(out))

    def test_the_spare_may_be_plugged_in_already(self):
        code, envelope = self.place.json(*self.words("--device", self.key.selector, "--spare-device", self.spare.selector),
                                         pins=[SECRET, OTHER])
        self.assertEqual(code, 0, envelope)
        self.assert_both(envelope["result"])

    def test_the_spare_excludes_the_first_and_what_the_options_say(self):
        """The spare holds a credential of an older sitting."""
        code, out, err = self.place.run("enrol", "--options", self.options, "--device", self.spare.selector, pins=[OTHER])
        self.assertEqual(code, 0, err)
        self.spare_options = self.write("spare.json", 1, excludeCredentials=[{"type": "public-key", "id": json.loads(out)["rawId"]}])
        process = self.begin("--json")
        self.key.say("unplug")
        wait_for(process.stdout, "waiting_insert")
        self.spare.say("plug")
        code, _, envelope, err = self.end_of(process)
        self.assertEqual(code, 17, err)
        self.assertEqual(set(envelope["result"]), {"primary", "devices"})


class Refused(Case):
    def assert_first_alone(self, code, envelope, wanted):
        """The first is enrolled and its answer is not lost."""
        self.assertEqual((code, envelope["error"]["exit"]), (wanted, wanted), envelope)
        self.assertEqual(set(envelope["result"]), {"primary", "devices"})
        self.assertTrue(envelope["changed"])
        self.assertIn("the first key is enrolled", envelope["error"]["text"])

    def test_the_same_key_is_no_spare(self):
        process = self.begin("--json")
        self.key.say("unplug")
        wait_for(process.stdout, "waiting_insert")
        tries, touches = self.key.dump()["pin_tries"], self.key.dump()["touches"]
        self.key.say("plug")
        code, _, envelope, _ = self.end_of(process)
        self.assert_first_alone(code, envelope, 17)
        self.assertIn("first key once more", envelope["error"]["text"])
        # found out before a PIN, without a touch
        self.assertEqual((self.key.dump()["pin_tries"], self.key.dump()["touches"], self.made(self.key)), (tries, touches, 1))

    def test_nor_is_a_copy_of_it(self):
        process = self.begin("--json")
        self.key.say("unplug")
        wait_for(process.stdout, "waiting_insert")
        clone = self.place.add("c", state_of=self.key.state)
        code, _, envelope, _ = self.end_of(process)
        self.assert_first_alone(code, envelope, 17)
        self.assertEqual(self.made(clone), 0)

    def test_a_twin_is_a_key_of_its_own(self):
        """Same model and firmware: what it holds tells that it is another."""
        process = self.begin("--json", pins=(SECRET, SECRET))
        self.key.say("unplug")
        wait_for(process.stdout, "waiting_insert")
        self.spare.say("plug")
        code, _, envelope, err = self.end_of(process)
        self.assertEqual((code, envelope["error"]["code"]), (8, "pin-invalid"), err)
        self.assertEqual(envelope["error"]["retries"], 7)

    def test_named_twice_it_is_the_same_key(self):
        code, envelope = self.place.json(*self.words("--device", self.key.selector, "--spare-device", self.key.selector),
                                         pins=[SECRET, SECRET])
        self.assert_first_alone(code, envelope, 17)

    def test_one_that_hides_its_credential_excludes_itself(self):
        """Verified users alone learn of it: then the key says so after PIN and
        touch."""
        for name, n in (("options", 0), ("spare_options", 1)):
            setattr(self, name, self.write(name + ".json", n, extensions={"credentialProtectionPolicy": "userVerificationRequired"}))
        code, envelope = self.place.json(*self.words("--device", self.key.selector, "--spare-device", self.key.selector),
                                         pins=[SECRET, SECRET])
        self.assert_first_alone(code, envelope, 17)
        self.assertEqual(envelope["error"]["ctap"], "CREDENTIAL_EXCLUDED")

    def test_no_spare_comes(self):
        process = self.begin("--json", "--timeout", "1")
        self.key.say("unplug")
        code, _, envelope, _ = self.end_of(process)
        self.assert_first_alone(code, envelope, 13)
        self.assertIn("no spare was made", envelope["error"]["text"])

    def test_the_first_stays(self):
        code, _, envelope, _ = self.end_of(self.begin("--json", "--timeout", "1"))
        self.assert_first_alone(code, envelope, 13)
        self.assertIn("not pulled out", envelope["error"]["text"])

    def test_without_json_the_answer_of_the_first_is_printed_too(self):
        code, _, both, err = self.end_of(self.begin("--timeout", "1"))
        self.assertEqual((code, set(both)), (13, {"primary", "devices"}))
        self.assertIn("the spare is not", err)

    def test_a_first_that_fails_ends_it(self):
        self.spare.say("unplug")
        self.key.say("touch decline")
        code, envelope = self.place.json(*self.words(), pins=[SECRET, OTHER])
        self.assertEqual(code, 13)
        self.assertNotIn("result", envelope)

    def test_options_that_do_not_belong_together_are_not_tried(self):
        user = {"id": b64url(b"kim"), "name": "kim", "displayName": "Kim"}
        for more, word in (({"user": user}, "another user"), ({"rp": {"id": "example.com", "name": "E"}}, "another relying party"),
                           ({"challenge": b64url(bytes(32))}, "challenge")):
            self.spare_options = self.write("spare.json", 1, **more)
            code, _, err = self.place.run(*self.words(), pins=[SECRET, OTHER])
            self.assertEqual(code, 2, word)
            self.assertIn(word, err)
        for words in (["--spare-device", self.spare.selector], ["--spare-options", "-"]):
            first = "-" if "-" in words else self.options
            self.assertEqual(self.place.run("enrol", "--options", first, *words, pins=[SECRET])[0], 2, words)
        self.assertEqual((self.made(self.key), self.made(self.spare)), (0, 0))


if __name__ == "__main__":
    unittest.main()
