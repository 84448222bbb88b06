# SPDX-License-Identifier: Apache-2.0
"""fidotool key fingerprint: learning a finger, sample by sample, and using it."""
import json
import signal
import unittest

from keys_lib import ERROR, HASH, LIMIT, RESULT, Helper, Place, unb64url, wait_for

SECRET = "271828"


class Case(unittest.TestCase):
    profile = "bio-2.1"

    def setUp(self):
        self.place = Place()
        self.key = self.place.add("a", self.profile)

    def tearDown(self):
        self.place.end()

    def set_pin(self):
        code, _, err = self.place.run("key", "pin", "set", pins=[SECRET])
        self.assertEqual(code, 0, err)

    def finger(self, *words, pins=(SECRET,)):
        return self.place.json("key", "fingerprint", *words, pins=list(pins))

    def add(self, *words):
        code, envelope = self.finger("add", *words)
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)
        return envelope["result"]["fingerprint"]

    def names(self):
        code, envelope = self.finger("list")
        self.assertEqual(code, 0, envelope)
        return [one.get("name") for one in envelope["result"]["fingerprints"]]

    def option(self, name):
        return self.place.json("key", "info")[1]["result"]["info"]["options"][name]


class Learning(Case):
    def test_a_finger_is_learned_and_listed(self):
        self.set_pin()
        self.assertEqual((self.names(), self.option("uv")), ([], False))
        before = self.key.dump()["tokens"]
        one = self.add("--name", "right thumb")
        self.assertEqual(self.key.dump()["tokens"], before + 1)
        self.assertEqual(one["name"], "right thumb")
        self.assertEqual((self.names(), self.option("uv")), (["right thumb"], True))
        _, envelope = self.finger("list")
        self.assertEqual(envelope["result"]["sensor"],
                         {"kind": "touch", "samples": 3, "name_max": 64})

    def test_each_sample_is_told(self):
        self.set_pin()
        for word in ("good", "low-quality", "bad", "good", "good"):
            self.key.say("finger " + word)
        code, out, err = self.place.run("key", "fingerprint", "add", "--events", "--json",
                                        pins=[SECRET])
        self.assertEqual(code, 0, err)
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(one["sample"], one["remaining"]) for one in events
                          if one.get("event") == "progress"],
                         [("good", 2), ("poor-quality", 2), ("too-short", 2), ("good", 1),
                          ("good", 0)])
        self.assertEqual(events[-1]["result"]["samples"], 5)

    def test_in_words(self):
        self.set_pin()
        self.key.say("finger low-quality")
        code, out, err = self.place.run("key", "fingerprint", "add", "--name", "x", pins=[SECRET])
        self.assertEqual(code, 0, err)
        self.assertIn("Not clear enough: wipe finger and sensor. 3 more.\n", err)
        self.assertIn("Good. 1 more.\n", err)
        self.assertIn("The fingerprint is stored.\n", err)
        self.assertIn("x", out)

    def test_it_serves_in_place_of_the_pin(self):
        self.set_pin()
        self.add()
        tries = self.key.dump()["pin_tries"]
        code, out, err = self.place.run("enrol", "--options", self.place.creation())
        self.assertEqual(code, 0, err)
        self.assertIn("fingerprint reader", err)
        credential = json.loads(out)["id"]
        # a wrong finger is tried again, then the PIN is asked for
        self.key.say("finger bad")
        code, _, err = self.place.run("assert", "--options", self.place.request(credential))
        self.assertEqual(code, 0, err)
        self.assertEqual(self.key.dump()["pin_tries"], tries)
        for _ in range(3):
            self.key.say("finger bad")
        code, _, err = self.place.run("assert", "--options", self.place.request(credential),
                                      pins=[SECRET])
        self.assertEqual(code, 0, err)
        self.assertEqual(self.key.dump()["pin_tries"], tries + 1)

    def test_one_finger_lists_all_credentials(self):
        self.set_pin()
        self.add()
        for user in ("AQID", "AQIE", "AQIF"):
            frames = Helper(self.place).job(
                {"job": "make", "rp_id": "example.org", "user": {"id": user, "name": "a"},
                 "hash": HASH, "algs": [-7], "uv": "required", "discoverable": True})
            self.assertEqual(frames[-1][0], RESULT, frames)
        before = self.key.dump()
        code, envelope = self.place.json("key", "credential", "list")
        after = self.key.dump()
        self.assertEqual((code, len(envelope["result"]["credentials"])), (0, 3))
        self.assertEqual((after["tokens"] - before["tokens"], after["touches"] - before["touches"]),
                         (1, 1))


class Keeping(Case):
    def test_rename_by_id_and_by_name(self):
        self.set_pin()
        one = self.add("--name", "thumb")
        other = self.add("--name", "index")
        for which, name, changed in ((one["id"], "left thumb", True), ("index", "ring", True),
                                     (unb64url(other["id"]).hex(), "ring", False)):
            code, envelope = self.finger("rename", which, name)
            self.assertEqual((code, envelope["changed"]), (0, changed), envelope)
        self.assertEqual(self.names(), ["left thumb", "ring"])
        self.finger("rename", "ring", "left thumb")
        for words, code in ((("nobody", "x"), 17), (("left thumb", "x"), 2), (("ring",), 2),
                            ((one["id"], ""), 2), ((one["id"], "x" * 65), 2)):
            with self.subTest(words):
                self.assertEqual(self.finger("rename", *words)[0], code)

    def test_delete_wants_a_yes_and_the_key_named(self):
        self.set_pin()
        self.add("--name", "thumb")
        self.add("--name", "index")
        key = self.place.json("key", "info")[1]["device"]["fingerprint"]
        for words, code in (((), 2), (("--yes",), 2), (("--yes", "--fingerprint", "x"), 17)):
            self.assertEqual(self.finger("delete", "thumb", *words)[0], code)
        self.assertEqual(self.names(), ["thumb", "index"])
        frames = Helper(self.place).job({"job": "fingerprint-delete", "fingerprint": "thumb"},
                                        [SECRET])
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 14))
        code, envelope = self.finger("delete", "thumb", "--yes", "--fingerprint", key)
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)
        self.assertEqual(self.names(), ["index"])


class Preview(Case):
    """Keys from before CTAP 2.1: the command has another number, and the sensor
    is asked in an option."""
    profile = "bio-pre-2.1"

    def test_fingers_come_and_go(self):
        self.set_pin()
        self.key.say("finger bad")
        thumb = self.add("--name", "thumb")
        self.add("--name", "index")
        self.assertEqual(self.names(), ["thumb", "index"])
        code, envelope = self.finger("rename", thumb["id"], "left thumb")
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)
        key = self.place.json("key", "info")[1]["device"]["fingerprint"]
        code, envelope = self.finger("delete", "index", "--yes", "--fingerprint", key)
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)
        self.assertEqual(self.names(), ["left thumb"])
        seen = self.key.dump()
        self.assertGreater(seen["command_40"], 5)
        self.assertNotIn("command_09", seen)

    def test_the_final_command_goes_to_keys_that_have_it(self):
        key = self.place.add("new", "bio-2.1")
        self.assertEqual(self.place.run("key", "pin", "set", "--device", key.selector, pins=[SECRET])[0], 0)
        self.assertEqual(self.finger("add", "--device", key.selector)[0], 0)
        self.assertGreater(key.dump()["command_09"], 0)
        self.assertNotIn("command_40", key.dump())

    def test_a_finger_serves_in_place_of_the_pin(self):
        self.set_pin()
        self.add()
        seen = self.key.dump()
        code, out, err = self.place.run("enrol", "--options", self.place.creation())
        self.assertEqual(code, 0, err)
        self.key.say("finger bad")
        code, out, err = self.place.run("assert", "--options", self.place.request(json.loads(out)["id"]))
        self.assertEqual(code, 0, err)
        self.assertEqual(unb64url(json.loads(out)["response"]["authenticatorData"])[32], 5)
        self.assertEqual([self.key.dump()[name] for name in ("pin_tries", "tokens")], [seen["pin_tries"], seen["tokens"]])

    def test_its_count_of_tries_is_not_known(self):
        self.set_pin()
        self.add()
        self.assertNotIn("uv_retries", self.place.json("key", "pin", "status")[1]["result"])


class LastTry(Case):
    def status(self):
        return self.place.json("key", "pin", "status")[1]["result"].get("uv_retries")

    def spend(self, n):
        """So many wrong fingers; the first that is right would give all back."""
        for _ in range(n):
            self.key.say("finger bad")

    def test_tries_are_shown(self):
        self.assertIsNone(self.status())  # no finger is known
        self.set_pin()
        self.add()
        self.assertEqual(self.status(), 5)
        self.assertIn("fingerprint: 5", self.place.run("key", "pin", "status")[1])
        self.assertIn("uv_retries: 5", self.place.run("key", "info")[1])
        self.spend(3)
        self.assertEqual(self.place.run("enrol", "--options", self.place.creation(), "--non-interactive")[0], 11)
        self.assertEqual(self.status(), 2)
        code, out, err = self.place.run("enrol", "--options", self.place.creation())
        self.assertEqual(code, 0, err)
        self.assertIn("2 tries are left for the fingerprint.", err)
        self.assertEqual(self.status(), 5)

    def test_the_last_one_gives_way_to_the_pin(self):
        self.set_pin()
        self.add()
        self.spend(4)
        for _ in range(2):  # three, then one
            self.place.run("enrol", "--options", self.place.creation(), "--non-interactive")
        self.assertEqual(self.status(), 1)
        self.key.say("finger bad")  # whoever asks for a finger locks it
        tries = self.key.dump()["pin_tries"]
        code, out, err = self.place.run("enrol", "--options", self.place.creation(), "--json", "--events", pins=[SECRET])
        self.assertEqual(code, 0, err)
        self.assertNotIn("uv_needed", out)
        self.assertEqual(self.key.dump()["pin_tries"], tries + 1)
        self.assertEqual(self.status(), 5)

    def test_without_a_way_to_the_pin_it_is_kept(self):
        options = ("rk;up;uv;plat=false;bioEnroll;clientPin;credMgmt;pinUvAuthToken;"
                   "noMcGaPermissionsWithClientPin")
        self.key = self.place.add("b", self.place.profile("sensor", "options = " + options))
        device = ["--device", self.key.selector]
        self.assertEqual(self.place.run("key", "pin", "set", *device, pins=[SECRET])[0], 0)
        self.assertEqual(self.finger("add", *device)[0], 0)
        self.spend(4)
        words = ["enrol", *device, "--options", self.place.creation()]
        self.assertEqual(self.place.run(*words)[0], 12)  # three
        code, envelope = self.place.json(*words)  # the fourth, and the last is kept
        self.assertEqual(code, 12, envelope)
        self.assertIn("not spent unasked", envelope["error"]["text"])
        touches = self.key.dump()["touches"]
        self.assertEqual(self.place.run(*words)[0], 12)
        self.assertEqual(self.key.dump()["touches"], touches)
        self.assertEqual(self.place.run(*words, "--yes")[0], 0)
        self.spend(5)
        self.assertEqual(self.place.run(*words)[0], 12)
        self.assertEqual(self.place.run(*words)[0], 12)
        self.assertEqual(self.place.run(*words, "--yes")[0], 12)
        code, envelope = self.place.json(*words)
        self.assertIn("locked", envelope["error"]["text"])


class Trouble(Case):
    def test_a_key_without_a_sensor(self):
        plain = self.place.add("plain")
        code, envelope = self.place.json("key", "fingerprint", "list", "--device", plain.selector,
                                         pins=[SECRET])
        self.assertEqual((code, envelope["error"]["code"]), (15, "unsupported"))
        self.assertEqual(self.place.run("key", "fingerprint", "add", "--device",
                                        self.key.selector, pins=[SECRET])[0], 11)  # no PIN yet

    def test_no_room_for_another(self):
        self.set_pin()
        for _ in range(3):
            self.add()
        code, envelope = self.finger("add")
        self.assertEqual((code, envelope["error"]["ctap"]), (16, "FP_DATABASE_FULL"))
        self.assertEqual(len(self.names()), 3)

    def start_waiting(self, *words):
        self.set_pin()
        self.key.say("touch never")
        process = self.place.start("key", "fingerprint", "add", "--events", *words, pins=[SECRET])
        wait_for(process.stdout, "touch_needed")
        return process

    def test_cancelled_while_it_waits_for_a_finger(self):
        process = self.start_waiting()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 14)
        self.assertEqual(self.key.dump()["waiting"], 0)
        self.key.say("touch after 0")
        self.assertEqual(self.names(), [])

    def test_cancelled_after_the_first_sample(self):
        process = self.start_waiting()
        self.key.say("touch now")
        wait_for(process.stdout, "progress")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 14)
        self.key.say("touch after 0")
        self.assertEqual(self.names(), [])
        self.assertEqual(len([self.add() for _ in range(3)]), 3)

    def test_nobody_puts_a_finger_on(self):
        process = self.start_waiting("--timeout", "1")
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 13)
        self.assertEqual(self.key.dump()["waiting"], 0)

    def test_a_finger_that_is_never_good_is_given_up(self):
        self.set_pin()
        for _ in range(50):
            self.key.say("finger low-quality")
        code, envelope = self.finger("add")
        self.assertEqual(code, 12, envelope)
        self.assertEqual(self.names(), [])

    def test_damaged_answers(self):
        self.set_pin()
        # getInfo, retries, agreement, token, begin, next, next, list
        for order in ("truncate 5 1", "append 6 1", "truncate 8 2"):
            with self.subTest(order):
                self.key.say(order)
                code, envelope = self.finger("add")
                self.assertEqual(code, 19, envelope)
                self.assertNotIn("result", envelope)

    def test_unplugged_midway(self):
        self.set_pin()
        at = 1
        while True:
            self.key.say(f"unplug at {at}")
            code, envelope = self.finger("list")
            if code == 0:
                break
            self.assertEqual(code, 7, f"report {at}: {envelope}")
            self.key.say("plug")
            at += 2
        self.assertGreater(at, 10)


if __name__ == "__main__":
    unittest.main()
