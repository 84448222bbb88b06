# SPDX-License-Identifier: Apache-2.0
"""fidotool key config, key pin verify and force-change: settings are states,
and what the key shows afterwards is believed."""
import unittest

from keys_lib import Place

SECRET = "271828"
PLAIN = "rk;up;plat=false;clientPin;pinUvAuthToken"


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.key = self.place.add()

    def tearDown(self):
        self.place.end()

    def set_pin(self, key=None, pin=SECRET):
        code, _, err = self.place.run("key", "pin", "set", "--device",
                                      (key or self.key).selector, pins=[pin])
        self.assertEqual(code, 0, err)

    def put(self, *words, pins=(SECRET,), key=None):
        return self.place.json("key", "config", "set", *words, "--device",
                               (key or self.key).selector, pins=list(pins))

    def show(self, key=None):
        code, envelope = self.place.json("key", "config", "show", "--device",
                                         (key or self.key).selector)
        self.assertEqual(code, 0, envelope)
        return envelope["result"]


class States(Case):
    def test_what_is_set_can_be_seen_without_a_pin(self):
        self.set_pin()
        self.assertEqual(self.show(), {
            "supported": True, "always_uv": False, "enterprise_attestation": False,
            "min_pin_length": 4, "min_pin_length_settable": True, "min_pin_length_rp_ids": 2,
            "force_pin_change": False})
        self.assertEqual(self.key.dump()["pin_tries"], 0)
        code, out, _ = self.place.run("key", "config", "show")
        self.assertEqual(code, 0)
        self.assertIn("always-uv: off\n", out)
        self.assertIn("min-pin-length: 4\n", out)

    def test_always_uv_is_a_state(self):
        self.set_pin()
        for word, before in (("on", False), ("off", True)):
            with self.subTest(word):
                self.assertEqual(self.show()["always_uv"], before)
                code, envelope = self.put("always-uv", word)
                self.assertEqual((code, envelope["changed"]), (0, True), envelope)
                self.assertEqual(envelope["result"]["always_uv"], not before)
                sent = self.key.dump().get("command_0d")
                tries = self.key.dump()["pin_tries"]
                # once more: nothing is sent, no PIN is wanted
                code, envelope = self.put("always-uv", word, pins=())
                self.assertEqual((code, envelope["changed"]), (0, False), envelope)
                self.assertEqual(self.key.dump().get("command_0d"), sent)
                self.assertEqual(self.key.dump()["pin_tries"], tries)
                self.assertEqual(self.show()["always_uv"], not before)

    def test_the_shortest_pin_only_grows(self):
        self.set_pin()
        code, envelope = self.put("min-pin-length", "6")
        self.assertEqual((code, envelope["changed"]), (0, True))
        self.assertEqual(envelope["result"]["min_pin_length"], 6)
        self.assertFalse(envelope["result"]["force_pin_change"])
        code, envelope = self.put("min-pin-length", "6", pins=())
        self.assertEqual((code, envelope["changed"]), (0, False))
        tries = self.key.dump()["pin_tries"]
        code, envelope = self.put("min-pin-length", "5")
        self.assertEqual((code, envelope["error"]["code"]), (11, "pin-state"))
        self.assertIn("6", envelope["error"]["text"])
        self.assertEqual(self.key.dump()["pin_tries"], tries)  # known before the PIN
        # longer than the PIN that is set: it has to be changed
        code, envelope = self.put("min-pin-length", "8")
        self.assertEqual((code, envelope["result"]["force_pin_change"]), (0, True))
        self.assertEqual(self.place.run("key", "pin", "verify", pins=[SECRET])[0], 11)
        self.assertEqual(self.place.run("key", "pin", "change", pins=[SECRET, "1234567"])[0], 11)
        self.assertEqual(self.place.run("key", "pin", "change", pins=[SECRET, "12345678"])[0], 0)
        self.assertEqual(self.place.run("key", "pin", "verify", pins=["12345678"])[0], 0)

    def test_relying_parties_may_learn_the_minimum(self):
        self.set_pin()
        code, envelope = self.put("min-pin-length", "4", "--rp-id", "a.example",
                                  "--rp-id", "b.example")
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)
        with open(self.key.state, "rb") as file:
            self.assertIn(b"b.example", file.read())
        self.assertEqual(self.put("min-pin-length", "4", *["--rp-id", "x"] * 3)[0], 16)

    def test_enterprise_attestation_is_only_switched_on(self):
        self.set_pin()
        for words, changed in (((), True), (("on",), False)):
            code, envelope = self.put("enterprise-attestation", *words)
            self.assertEqual((code, envelope["changed"]), (0, changed))
            self.assertTrue(envelope["result"]["enterprise_attestation"])
        self.assertEqual(self.put("enterprise-attestation", "off")[0], 2)
        self.assertTrue(self.show()["enterprise_attestation"])

    def test_a_key_without_a_pin_needs_none(self):
        code, envelope = self.put("always-uv", "on", pins=())
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)

    def test_one_token_a_change_on_either_protocol(self):
        for protocols in ("1", "2"):
            with self.subTest(protocols):
                key = self.place.add("p" + protocols, self.place.profile(
                    "p" + protocols, "pin_protocols = " + protocols))
                self.set_pin(key)
                self.assertEqual(self.put("always-uv", "on", key=key)[0], 0)
                self.assertEqual(key.dump()["tokens"], 1)
                self.assertEqual(key.dump()["command_0d"], 1)

    def test_words_that_make_no_sense(self):
        for words in (("always-uv",), ("always-uv", "maybe"), ("min-pin-length", "3"),
                      ("min-pin-length", "64"), ("min-pin-length", "6x"), ("min-pin-length",),
                      ("always-uv", "on", "off")):
            with self.subTest(words):
                self.assertEqual(self.put(*words, pins=())[0], 2)


class Pins(Case):
    def test_verify_says_so_and_counts(self):
        self.assertEqual(self.place.run("key", "pin", "verify", pins=[SECRET])[0], 11)
        self.set_pin()
        code, envelope = self.place.json("key", "pin", "verify", pins=[SECRET])
        self.assertEqual((code, envelope["result"]), (0, {"verified": True, "retries": 8}))
        code, envelope = self.place.json("key", "pin", "verify", pins=["0000"])
        self.assertEqual((code, envelope["error"]["retries"]), (8, 7))
        self.assertNotIn("result", envelope)
        self.assertEqual(self.key.dump()["pin_tries"], 2)
        old = self.place.add("old", "pre-2.1")
        self.set_pin(old)
        self.assertEqual(self.place.run("key", "pin", "verify", "--device", old.selector,
                                        pins=[SECRET])[0], 0)

    def test_verify_keeps_the_last_try(self):
        self.set_pin()
        for pins in (["0000"] * 3, ["0000"] * 3, ["0000"]):
            self.place.run("key", "pin", "verify", pins=pins)
            self.key.say("power-cycle")
        self.assertEqual(self.place.run("key", "pin", "verify", pins=[SECRET])[0], 8)
        self.assertEqual(self.key.dump()["pin_tries"], 7)
        self.assertEqual(self.place.run("key", "pin", "verify", "--yes", pins=[SECRET])[0], 0)

    def test_force_change(self):
        self.assertEqual(self.place.run("key", "pin", "force-change", pins=[])[0], 11)
        self.set_pin()
        for changed, pins in ((True, [SECRET]), (False, [])):
            code, envelope = self.place.json("key", "pin", "force-change", pins=pins)
            self.assertEqual((code, envelope["changed"]), (0, changed), envelope)
            self.assertTrue(envelope["result"]["force_pin_change"])
        self.assertEqual(self.place.run("key", "pin", "verify", pins=[SECRET])[0], 11)
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET, SECRET])[0], 11)
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET, "161803"])[0], 0)
        self.assertFalse(self.show()["force_pin_change"])


class Trouble(Case):
    def add(self, name, *lines):
        key = self.place.add(name, self.place.profile(name, *lines))
        self.set_pin(key)
        return key

    def test_a_yes_after_which_nothing_appears_is_a_failure(self):
        key = self.add("silent", "config_silent = true")
        code, envelope = self.put("enterprise-attestation", key=key)
        self.assertEqual(code, 1, envelope)
        self.assertIn("does not show it", envelope["error"]["text"])
        self.assertNotIn("changed", envelope)

    def test_a_token_that_is_no_use(self):
        key = self.add("denied", "config_denied = true",
                       "options = alwaysUv=false;authnrCfg;" + PLAIN)
        code, envelope = self.put("always-uv", "on", key=key)
        self.assertEqual((code, envelope["error"]["ctap"]), (11, "UNAUTHORIZED_PERMISSION"))

    def test_only_what_the_options_promise_is_tried(self):
        key = self.add("mute", "config_denied = true", "options = alwaysUv=false;" + PLAIN)
        for words in (("always-uv", "on"), ("min-pin-length", "6"), ("enterprise-attestation",)):
            with self.subTest(words):
                self.assertEqual(self.put(*words, key=key)[0], 15)
        self.assertEqual(key.dump()["pin_tries"], 0)
        self.assertNotIn("command_0d", key.dump())
        self.assertEqual(self.show(key)["supported"], False)
        self.assertNotIn("enterprise_attestation", self.show(key))
        # what it is already is no failure
        self.assertEqual(self.put("always-uv", "off", key=key)[0], 0)

    def test_a_factory_setting_is_a_state_too(self):
        key = self.add("strict", "options = alwaysUv;authnrCfg;" + PLAIN)
        self.assertTrue(self.show(key)["always_uv"])
        code, envelope = self.put("always-uv", "on", key=key, pins=())
        self.assertEqual((code, envelope["changed"]), (0, False))
        self.assertEqual(self.put("always-uv", "off", key=key)[0], 0)
        self.assertFalse(self.show(key)["always_uv"])

    def test_damaged_and_failed_answers_are_no_success(self):
        self.set_pin(pin="27182818")
        # getInfo, retries, agreement, token, config, getInfo
        for order, length, code in (("append 5 2", 5, 19), ("fail 5 0x7f", 6, 1),
                                    ("truncate 6 3", 6, 19), ("fail 6 0x01", 7, 15)):
            with self.subTest(order):
                self.key.say(order)
                got, envelope = self.put("min-pin-length", str(length), pins=["27182818"])
                self.assertEqual(got, code, envelope)
                self.assertNotIn("changed", envelope)
        self.assertEqual(self.put("min-pin-length", "8", pins=["27182818"])[0], 0)

    def test_unplugged_midway(self):
        self.set_pin()
        at = 1
        while True:
            self.key.say(f"unplug at {at}")
            code, envelope = self.put("always-uv", "on")
            if code == 0:
                break
            self.assertEqual(code, 7, f"report {at}: {envelope}")
            self.key.say("plug")
            if self.show()["always_uv"]:
                break  # the change was made, the answer was lost: not told as done
            at += 1
        self.assertGreater(at, 10)


if __name__ == "__main__":
    unittest.main()
