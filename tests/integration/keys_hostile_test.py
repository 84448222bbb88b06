# SPDX-License-Identifier: Apache-2.0
"""A key that lies by chance, one reply in four, on every command: whatever it
says, fidotool ends by itself, with a code that it has, with an answer or an
error and never both, spends no more tries of the PIN than it was given PINs,
and nothing in keyhelper falls over. HOSTILE_SEEDS says how many keys."""
import json
import os
import subprocess
import unittest

from keys_lib import HASH, LIMIT, RESULT, Helper, Place, Softkey, b64url

SECRET = "271828"
PLAIN = "6b657974-7572-4e20-8000-70726163746b"
NO_PIN = [["key", *words] for words in (["info"], ["pin", "status"], ["config", "show"], ["wink"], ["select"])]
SEEDS = int(os.environ.get("HOSTILE_SEEDS", "6"))
FIRST = int(os.environ.get("HOSTILE_FIRST", "1"))


class Liar(Softkey):
    def __init__(self, top, name, profile, state_of, seed):
        self.seed = seed
        super().__init__(top, name, profile, state_of)

    def where(self):
        return ["--socket", self.path, "--seed", str(self.seed)]


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """What the key remembers was made while it was honest."""
        cls.first = Place()
        key = cls.first.add("honest", "bio-2.1")
        assert cls.first.run("key", "pin", "set", pins=[SECRET])[0] == 0
        for user in (b"ada", b"bob"):
            frames = Helper(cls.first).job(
                {"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7], "uv": "required", "discoverable": True,
                 "user": {"id": b64url(user), "name": user.decode()}}, [SECRET])
            assert frames[-1][0] == RESULT, frames
        cls.credential = frames[-1][1]["cred"]
        assert cls.first.run("key", "fingerprint", "add", pins=[SECRET])[0] == 0
        cls.state = key.state

    @classmethod
    def tearDownClass(cls):
        cls.first.end()

    def setUp(self):
        self.place = Place()
        self.done = 0

    def tearDown(self):
        self.place.end()

    def verbs(self):
        device = f"{PLAIN}/65536/{self.key.selector}/"
        creation = self.place.creation(authenticatorSelection={"userVerification": "required", "residentKey": "required"})
        return [["key", "info"], ["key", "pin", "status"], ["key", "pin", "verify"], ["key", "credential", "list"],
                ["key", "credential", "count"], ["key", "fingerprint", "list"], ["key", "config", "show"], ["key", "blob", "list"],
                ["key", "config", "set", "always-uv", "on"], ["key", "credential", "rename", self.credential[:12], "--name", "z"],
                ["key", "fingerprint", "add"], ["key", "fingerprint", "rename", "AAE", "z"], ["key", "pin", "set"],
                ["enrol", "--options", creation], ["assert", "--options", self.place.request(self.credential)],
                ["key", "wink"], ["key", "select"], ["key", "credential", "delete", self.credential, "--yes", "--fingerprint", device]]

    def one(self, words):
        before = self.key.dump()
        pins = None if words in NO_PIN else [SECRET, SECRET]
        process = self.place.start(*words, "--json", "--timeout", "5", "--device", self.key.selector, pins=pins)
        try:
            out, err = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        code, err = process.returncode, err.decode()
        self.assertTrue(out, (words, code, err))
        envelope = json.loads(out)
        self.assertIn(code, range(0, 21), (words, err))
        self.assertNotIn("without a word", out.decode() + err, "keyhelper fell over")
        self.assertNotIn("Sanitizer", err)
        self.assertEqual("error" in envelope, code != 0, envelope)
        self.assertEqual("result" in envelope, code == 0, envelope)
        if code:
            self.assertEqual(envelope["error"]["exit"], code)
            self.assertNotIn("changed", {name for name, value in envelope.items() if value is True})
        # two PINs were given, and no more can have been tried
        self.assertLessEqual(self.key.dump()["pin_tries"] - before["pin_tries"], 2)
        return code

    def see_it_done(self, words):
        """By an honest key with the same memory: what was called done is."""
        if words[:3] not in (["key", "credential", "delete"], ["key", "config", "set"]):
            return
        honest = self.place.add("again", self.profile("honest"), state_of=self.key.state)
        if words[1] == "config":
            done = self.place.json("key", "info", "--device", honest.selector)[1]["result"]["info"]["options"]["alwaysUv"]
        else:
            listed = self.place.json("key", "credential", "list", "--device", honest.selector, "--yes", pins=[SECRET])[1]
            done = self.credential not in [one["id"] for one in listed["result"]["credentials"]]
        self.assertTrue(done, words)
        self.place.keys.remove(honest)
        honest.end()
        self.done += 1

    def test_every_verb(self):
        seen = {}
        for seed in range(FIRST, FIRST + SEEDS):
            with self.subTest(seed=seed):
                self.key = Liar(self.place.top, f"s{seed}", self.profile(), self.state, seed)
                self.place.keys.append(self.key)
                for words in self.verbs():
                    code = self.one(words)
                    seen[code] = seen.get(code, 0) + 1
                    if code == 0:
                        self.see_it_done(words)
                    self.key.say("power-cycle")
                self.key.end()
                self.place.keys.remove(self.key)
        # it was put to the test: some went well, and most kinds of faults came
        self.assertGreater(seen.get(0, 0), SEEDS, seen)
        self.assertGreater(seen.get(19, 0), SEEDS, seen)
        self.assertGreater(self.done, 0)

    def profile(self, name="hostile"):
        """With a sensor; the rest is the profile's."""
        with open(os.path.join(os.environ["PROFILES"], "bio-2.1.profile"), encoding="ascii") as file:
            options = next(line for line in file if line.startswith("options")).strip()
        return self.place.profile(name, options, *(["damage = 4"] if name == "hostile" else []))


if __name__ == "__main__":
    unittest.main()
