# SPDX-License-Identifier: Apache-2.0
"""fidotool key select, key wink and --device touch: several keys on a desk."""
import json
import signal
import time
import unittest

from keys_lib import LIMIT, Place, wait_for

SECRET = "271828"


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()

    def tearDown(self):
        self.place.end()

    def add(self, name, profile=None, touch="never"):
        key = self.place.add(name, profile)
        key.say("touch " + touch)
        return key

    def waiting(self, *keys):
        return [key.dump()["waiting"] for key in keys]

    def start(self, *words):
        """A command whose keys wait for a touch."""
        process = self.place.start(*words, "--events")
        wait_for(process.stdout, "touch_needed")
        return process

    def until(self, keys, count):
        """keyhelper says that a touch is needed, and asks the keys after that."""
        end = time.monotonic() + LIMIT
        while self.waiting(*keys) != count:
            self.assertLess(time.monotonic(), end, (self.waiting(*keys), count))
            time.sleep(0.01)


class Selecting(Case):
    def test_the_touched_key_is_printed_and_the_others_stop(self):
        keys = [self.add("a"), self.add("b", "pre-2.1"), self.add("c", "self-2.3")]
        for chosen in keys:
            process = self.start("key", "select")
            self.until(keys, [1, 1, 1])
            chosen.say("touch now")
            out, err = process.communicate(timeout=LIMIT)
            self.assertEqual(process.returncode, 0, err)
            self.assertEqual(out.decode().splitlines()[0], chosen.selector)
            self.assertEqual(self.waiting(*keys), [0, 0, 0])
        # the old one was asked by makeCredential, the others by selection
        self.assertEqual(keys[1].dump()["command_01"], 3)
        self.assertEqual(keys[0].dump()["command_0b"], 3)
        self.assertNotIn("command_01", keys[0].dump())
        self.assertEqual([key.dump()["touches"] for key in keys], [1, 1, 1])

    def test_one_key_is_asked_too(self):
        key = self.add("a", touch="after 0")
        code, envelope = self.place.json("key", "select")
        self.assertEqual((code, envelope["device"]["selector"]), (0, key.selector))
        self.assertEqual(key.dump()["touches"], 1)

    def test_nobody_touches(self):
        keys = [self.add("a"), self.add("b")]
        code, _, err = self.place.run("key", "select", "--timeout", "1")
        self.assertEqual(code, 13, err)
        self.assertEqual(err.count("Touch the key."), 1)
        self.assertEqual(self.waiting(*keys), [0, 0])

    def test_cancelled(self):
        keys = [self.add("a"), self.add("b")]
        process = self.start("key", "select")
        self.until(keys, [1, 1])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 14)
        self.assertEqual(self.waiting(*keys), [0, 0])

    def test_a_key_that_fails_leaves_the_choice_to_the_others(self):
        bad, good = self.add("a"), self.add("b")
        for order in ("fail 2 0x7f", "truncate 2 1", "touch decline"):
            with self.subTest(order):
                bad.say(order)
                process = self.start("key", "select")
                self.until([good], [1])
                good.say("touch now")
                out, err = process.communicate(timeout=LIMIT)
                self.assertEqual(process.returncode, 0, err)
                self.assertIn(good.selector, out.decode())
        process = self.start("key", "select")
        self.until([good], [1])
        good.say("touch decline")
        out, _ = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 13)

    def test_a_key_that_is_slow_to_ask_for_its_touch(self):
        quick, slow = self.add("a"), self.add("b")
        slow.say("delay 1500")
        process = self.start("key", "select")
        self.until([quick, slow], [1, 1])
        slow.say("touch now")
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn(slow.selector, out.decode())

    def test_one_is_pulled_while_both_wait(self):
        one, other = self.add("a"), self.add("b")
        process = self.start("key", "select")
        self.until([one, other], [1, 1])
        one.say("unplug")
        other.say("touch now")
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn(other.selector, out.decode())

    def test_every_command_takes_touch_as_its_device(self):
        keys = [self.add("a"), self.add("b")]
        process = self.start("key", "info", "--device", "touch", "--json")
        self.until(keys, [1, 1])
        keys[1].say("touch now")
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, err)
        envelope = json.loads(out.decode().splitlines()[-1])
        self.assertEqual(envelope["device"]["selector"], keys[1].selector)
        # and goes on with it: a PIN that is set is the touched key's
        keys[0].say("touch after 0")
        code, _, err = self.place.run("key", "pin", "set", "--device", "touch", pins=[SECRET])
        self.assertEqual(code, 0, err)
        for key, state in zip(keys, ("set", "not-set")):
            _, envelope = self.place.json("key", "pin", "status", "--device", key.selector)
            self.assertEqual(envelope["result"]["state"], state)


class Winking(Case):
    def test_a_key_winks(self):
        keys = [self.add("a"), self.add("b")]
        self.assertEqual(self.place.run("key", "wink")[0], 4)
        self.assertEqual(self.place.run("key", "wink", "--device", keys[1].selector)[0], 0)
        self.assertEqual([key.dump()["winks"] for key in keys], [0, 1])

    def test_a_key_that_cannot_says_so(self):
        key = self.add("a", self.place.profile("dark", "no_wink = true"))
        code, envelope = self.place.json("key", "wink", "--device", key.selector)
        self.assertEqual((code, envelope["error"]["code"]), (15, "unsupported"))


if __name__ == "__main__":
    unittest.main()
