# SPDX-License-Identifier: Apache-2.0
"""fidotool key blob: what libfido2 has stored is found, opened and taken away."""
import os
import random
import subprocess
import unittest

from keys_lib import ERROR, LIMIT, RESULT, Helper, Place, unb64url

SECRET = "271828"
PUT_BLOB = os.environ["PUT_BLOB"]


def text(size, seed):
    """Letters that hardly pack."""
    return "".join(random.Random(seed).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=size))


class Case(unittest.TestCase):
    lines = []

    def setUp(self):
        self.place = Place()
        self.key = self.place.add("a", self.place.profile("a", *self.lines))
        code, _, err = self.place.run("key", "pin", "set", pins=[SECRET])
        self.assertEqual(code, 0, err)

    def tearDown(self):
        self.place.end()

    def put(self, rp_id, user, blob=None, key=None):
        subprocess.run([PUT_BLOB, (key or self.key).path, SECRET, rp_id, user,
                        *([blob] if blob else [])], check=True, timeout=LIMIT)

    def blob(self, *words, pins=(SECRET,)):
        return self.place.json("key", "blob", *words, pins=list(pins))

    def listed(self):
        code, envelope = self.blob("list")
        self.assertEqual(code, 0, envelope)
        return envelope["result"]

    def owners(self):
        return [one.get("credential", {}).get("rp_id") for one in self.listed()["blobs"]]

    def credential(self, rp_id):
        code, envelope = self.place.json("key", "credential", "list", "--rp-id", rp_id,
                                         pins=[SECRET])
        self.assertEqual(code, 0, envelope)
        return envelope["result"]["credentials"][0]

    def fingerprint(self):
        return self.place.json("key", "info")[1]["device"]["fingerprint"]

    def delete(self, rp_id):
        code, _, err = self.place.run("key", "credential", "delete", self.credential(rp_id)["id"],
                                      "--yes", "--fingerprint", self.fingerprint(), pins=[SECRET])
        self.assertEqual(code, 0, err)


class Reading(Case):
    def test_an_empty_store(self):
        self.assertEqual(self.listed(), {"used": 17, "capacity": 4096, "damaged": False,
                                         "blobs": []})

    def test_blobs_are_listed_with_their_owners(self):
        self.put("one.example", "ada", text(300, 1))
        self.put("two.example", "bob", text(700, 2))
        self.put("none.example", "cy")
        before = self.key.dump()["tokens"]
        result = self.listed()
        self.assertEqual(self.key.dump()["tokens"], before + 1)
        self.assertEqual([(one["credential"]["rp_id"], one["credential"]["user_name"], one["size"])
                          for one in result["blobs"]],
                         [("one.example", "ada", 300), ("two.example", "bob", 700)])
        self.assertGreater(result["used"], 600)
        code, out, _ = self.place.run("key", "blob", "list", pins=[SECRET])
        self.assertEqual((code, len(out.splitlines())), (0, 3))
        self.assertIn("of 4096 bytes used", out)

    def test_a_blob_comes_back_as_it_went(self):
        blob = text(3000, 3)
        self.put("one.example", "ada", blob)
        one = self.credential("one.example")["id"]
        code, out, err = self.place.run("key", "blob", "get", one[:20], pins=[SECRET])
        self.assertEqual((code, out), (0, blob), err)
        code, envelope = self.blob("get", one)
        self.assertEqual((code, unb64url(envelope["result"]["data"]).decode()), (0, blob))
        self.put("two.example", "bob")
        self.assertEqual(self.blob("get", self.credential("two.example")["id"])[0], 17)
        self.assertEqual(self.blob("get", "____")[0], 17)


class Fragments(Reading):
    """The same on a key that takes little at once."""

    lines = ["max_msg_size = 1024"]


class Purging(Case):
    def test_only_what_nobody_owns_is_taken_away(self):
        for rp_id, seed in (("one.example", 1), ("two.example", 2), ("three.example", 3)):
            self.put(rp_id, "ada", text(300, seed))
        code, envelope = self.blob("purge")
        self.assertEqual((code, envelope["changed"]), (0, False), envelope)
        self.delete("two.example")
        self.assertEqual(self.owners(), ["one.example", None, "three.example"])
        name = self.fingerprint()
        for words, code in (((), 2), (("--yes",), 2), (("--yes", "--fingerprint", "x"), 17)):
            self.assertEqual(self.blob("purge", *words)[0], code)
        self.assertEqual(len(self.owners()), 3)
        before = self.key.dump()["tokens"]
        code, envelope = self.blob("purge", "--yes", "--fingerprint", name)
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)
        self.assertEqual((envelope["result"]["blobs_lost"], envelope["result"]["blobs_kept"]), (1, 2))
        self.assertEqual(self.key.dump()["tokens"], before + 1)
        self.assertEqual(self.owners(), ["one.example", "three.example"])
        code, out, _ = self.place.run("key", "blob", "get", self.credential("three.example")["id"],
                                      pins=[SECRET])
        self.assertEqual((code, out), (0, text(300, 3)))

    def test_all_of_them(self):
        self.put("one.example", "ada", text(300, 1))
        frames = Helper(self.place).job({"job": "blob-purge", "all": True}, [SECRET])
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 14))
        self.assertEqual(self.owners(), ["one.example"])
        frames = Helper(self.place).job({"job": "blob-purge", "all": True}, [SECRET], confirm=True)
        self.assertEqual(frames[-1][0], RESULT)
        self.assertEqual(self.owners(), [])
        self.assertEqual(self.listed()["used"], 17)


class Trouble(Case):
    def test_a_key_without_blobs(self):
        for name, options in (("none", "rk;up;clientPin;credMgmt;pinUvAuthToken"),
                              ("blind", "rk;up;clientPin;largeBlobs;pinUvAuthToken")):
            with self.subTest(name):
                key = self.place.add(name, self.place.profile(name, "options = " + options))
                self.assertEqual(self.place.run("key", "blob", "list", "--device", key.selector,
                                                pins=[SECRET])[0], 15)
                self.assertEqual(key.dump()["pin_tries"], 0)

    def damage(self):
        """A copy of the key on which one byte of the blob is another."""
        with open(self.key.state, "rb") as file:
            state = file.read()
        at = state.rindex(b"\x81\xa3\x01") + 40  # within the only element
        path = os.path.join(self.place.top, "damaged")
        with open(path, "wb") as file:
            file.write(state[:at] + bytes([state[at] ^ 1]) + state[at + 1:])
        return self.place.add("damaged", state_of=path)

    def test_a_damaged_store_is_told_and_mended(self):
        self.put("one.example", "ada", text(300, 1))
        one = self.credential("one.example")["id"]
        key = self.damage()
        where = ("--device", key.selector)
        code, envelope = self.blob("list", *where)
        self.assertEqual((code, envelope["result"]["damaged"]), (0, True), envelope)
        self.assertEqual(envelope["result"]["blobs"], [])
        code, envelope = self.blob("get", one, *where)
        self.assertEqual(code, 19, envelope)
        name = self.place.json("key", "info", *where)[1]["device"]["fingerprint"]
        code, envelope = self.blob("purge", *where, "--yes", "--fingerprint", name)
        self.assertEqual((code, envelope["changed"], envelope["result"]["damaged"]),
                         (0, True, False), envelope)
        self.assertEqual(self.blob("list", *where)[1]["result"]["used"], 17)

    def test_one_bad_answer_is_not_yet_damage(self):
        self.put("one.example", "ada", text(300, 1))
        # getInfo, retries, agreement, token, counts, RPs, credentials, the array
        self.key.say("corrupt 8 60")
        self.assertEqual(self.owners(), ["one.example"])
        self.key.say("corrupt 8 60")
        code, envelope = self.blob("purge", "--yes", "--fingerprint", self.fingerprint())
        self.assertEqual((code, envelope["changed"]), (0, False), envelope)
        self.assertEqual(self.owners(), ["one.example"])

    def test_answers_that_make_no_sense(self):
        self.put("one.example", "ada", text(300, 1))
        for order in ("truncate 8 1", "append 8 1", "truncate 8 300"):
            with self.subTest(order):
                self.key.say(order)
                code, envelope = self.blob("list")
                self.assertEqual(code, 19, envelope)
                self.assertNotIn("result", envelope)

    def test_a_write_that_fails_is_no_success(self):
        self.put("one.example", "ada", text(300, 1))
        self.delete("one.example")
        name = self.fingerprint()
        # getInfo, retries, agreement, token, counts, the array, the write, the array
        for order, code in (("fail 7 0x3d", 19), ("fail 7 0x7f", 1)):
            with self.subTest(order):
                self.key.say(order)
                got, envelope = self.blob("purge", "--yes", "--fingerprint", name)
                self.assertEqual(got, code, envelope)
                self.assertNotIn("changed", envelope)
                self.assertEqual(self.owners(), [None])
        # it is written, but what comes back is something else
        self.key.say("corrupt 8 20")
        got, envelope = self.blob("purge", "--yes", "--fingerprint", name)
        self.assertEqual(got, 1, envelope)

    def test_unplugged_midway(self):
        self.put("one.example", "ada", text(600, 1))
        at = 1
        while True:
            self.key.say(f"unplug at {at}")
            code, envelope = self.blob("list")
            if code == 0:
                break
            self.assertEqual(code, 7, f"report {at}: {envelope}")
            self.key.say("plug")
            at += 5
        self.assertGreater(at, 30)


if __name__ == "__main__":
    unittest.main()
