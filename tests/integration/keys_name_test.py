# SPDX-License-Identifier: Apache-2.0
"""Which key is meant: by its model, by a name that it was given, and never the
first of several."""
import json
import os
import signal
import unittest

from keys_lib import LIMIT, Place, wait_for

SECRET = "271828"
PLAIN = "6b657974-7572-4e20-8000-70726163746b"
SELF = "6b657974-7572-4e20-8000-73656c662e32"


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()

    def tearDown(self):
        self.place.end()

    def fails(self, code, name, *words, **more):
        got, envelope = self.place.json(*words, **more)
        self.assertEqual((got, envelope["error"]["code"]), (code, name), envelope)
        return envelope["error"]


class Selectors(Case):
    def test_several_keys_are_named_and_none_is_taken(self):
        keys = [self.place.add("a"), self.place.add("b", "self-2.3")]
        error = self.fails(4, "ambiguous", "key", "info")
        self.assertEqual([one["selector"] for one in error["candidates"]], [key.selector for key in keys])
        for key in keys:
            self.assertIn(key.selector, error["text"])
            self.assertEqual(key.dump().get("command_04", 0), 0)
        code, _, err = self.place.run("key", "pin", "set", pins=[SECRET])
        self.assertEqual(code, 4)
        self.assertIn(keys[1].selector, err)

    def test_by_model(self):
        self.place.add("a")
        other = self.place.add("b", "self-2.3")
        for text in (SELF, SELF.upper()):
            code, envelope = self.place.json("key", "info", "--device", "aaguid:" + text)
            self.assertEqual((code, envelope["device"]["selector"]), (0, other.selector))
        self.fails(3, "no-device", "key", "info", "--device", "aaguid:" + SELF.replace("6b", "6c"))
        self.fails(2, "usage", "key", "info", "--device", "aaguid:" + SELF[:-1])
        # for a job that writes, too, and it is that key
        self.assertEqual(self.place.run("key", "pin", "set", "--device", "aaguid:" + SELF, pins=[SECRET])[0], 0)
        states = [self.place.json("key", "pin", "status", "--device", key.selector)[1]["result"]["state"] for key in self.place.keys]
        self.assertEqual(states, ["not-set", "set"])

    def test_two_of_one_model_are_told(self):
        keys = [self.place.add("a"), self.place.add("b", "self-2.3"), self.place.add("c")]
        error = self.fails(4, "ambiguous", "key", "pin", "set", "--device", "aaguid:" + PLAIN, pins=[SECRET])
        self.assertEqual([one["selector"] for one in error["candidates"]], [keys[0].selector, keys[2].selector])
        self.assertEqual(sum(key.dump().get("command_06", 0) for key in keys), 0)

    def test_a_key_that_cannot_be_asked_is_not_passed_over(self):
        """It might be another of that model."""
        self.place.add("a")
        busy = self.place.add("b")
        self.place.run("key", "pin", "set", "--device", busy.selector, pins=[SECRET])
        busy.say("touch never")
        holder = self.place.start("enrol", "--device", busy.selector, "--options", self.place.creation(), "--events", pins=[SECRET])
        wait_for(holder.stdout, "touch_needed")
        error = self.fails(6, "busy", "key", "info", "--device", "aaguid:" + PLAIN)
        self.assertIn("may be meant", error["text"])
        holder.send_signal(signal.SIGTERM)
        holder.communicate(timeout=LIMIT)

    def test_ports_and_serial_numbers_are_those_of_usb(self):
        key = self.place.add("a")
        for selector in ("usb:1-2", "usb:1209:0001", "usb:1209:0001:A7", "usb:pci-0000:00:14.0-usb-0:2"):
            self.fails(3, "no-device", "key", "info", "--device", selector)
        self.assertEqual(key.dump().get("command_04", 0), 0)


class Names(Case):
    def names(self):
        return self.place.json("key", "name", "list")[1]["result"]["names"]

    def test_a_name_is_given_used_and_taken_away(self):
        self.place.add("a")
        key = self.place.add("b", "self-2.3")
        code, envelope = self.place.json("key", "name", "set", "blue-7", "--device", key.selector)
        self.assertEqual((code, envelope["changed"], envelope["result"]["bound"]), (0, True, "socket"))
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["not-told-apart"])
        code, envelope = self.place.json("key", "name", "set", "@blue-7", "--device", key.selector)
        self.assertEqual((code, envelope["changed"]), (0, False))
        # every verb takes it
        code, envelope = self.place.json("key", "info", "--device", "@blue-7")
        self.assertEqual((code, envelope["device"]["selector"], envelope["device"]["name"]), (0, key.selector, "blue-7"))
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["not-told-apart"])
        self.assertEqual(self.place.run("key", "pin", "set", "--device", "@blue-7", pins=[SECRET])[0], 0)
        code, out, err = self.place.run("enrol", "--device", "@blue-7", "--options", self.place.creation(), pins=[SECRET])
        self.assertEqual(code, 0, err)
        listed = {one["selector"]: one for one in self.place.json("key", "list")[1]["result"]["keys"]}
        self.assertEqual((listed[key.selector]["name"], listed[key.selector]["name_sure"]), ("blue-7", False))
        self.assertEqual(sum("name" in one for one in listed.values()), 1)
        self.assertIn("@blue-7", self.place.run("key", "list")[1])
        self.assertIn("@blue-7", self.place.run("key", "name", "list")[1])
        self.assertEqual(list(self.names()), ["blue-7"])
        self.assertEqual(self.place.json("key", "name", "remove", "blue-7")[1]["changed"], True)
        self.assertEqual(self.names(), {})
        self.fails(17, "not-found", "key", "name", "remove", "blue-7")
        self.fails(17, "not-found", "key", "info", "--device", "@blue-7")

    def test_a_watch_tells_the_name_and_opens_no_key(self):
        keys = [self.place.add("a"), self.place.add("b")]
        self.assertEqual(self.place.run("key", "name", "set", "blue-7", "--device", keys[0].selector)[0], 0)
        asked = [key.dump().get("command_04", 0) for key in keys]
        watch = self.place.start("key", "watch", "--events")
        named = {one["selector"]: (one.get("name"), one.get("name_sure")) for one in json.loads(wait_for(watch.stdout, '"keys"')[-1])["keys"]}
        self.assertEqual(named, {keys[0].selector: ("blue-7", False), keys[1].selector: (None, None)})
        keys[0].say("unplug")
        self.assertEqual(json.loads(wait_for(watch.stdout, '"removed"')[-1])["key"]["name"], "blue-7")
        # one that is given meanwhile
        self.assertEqual(self.place.run("key", "name", "set", "red", "--device", keys[1].selector)[0], 0)
        asked[1] += 1
        keys[1].say("unplug")
        self.assertEqual(json.loads(wait_for(watch.stdout, '"removed"')[-1])["key"]["name"], "red")
        keys[0].say("plug")
        self.assertEqual(json.loads(wait_for(watch.stdout, '"arrived"')[-1])["key"]["name"], "blue-7")
        watch.send_signal(signal.SIGINT)
        watch.communicate(timeout=LIMIT)
        self.assertEqual(watch.returncode, 0)
        self.assertEqual([key.dump().get("command_04", 0) for key in keys], asked)

    def test_a_watch_in_words_and_without_the_names(self):
        key = self.place.add("a")
        self.place.run("key", "name", "set", "blue-7")
        watch = self.place.start("key", "watch")
        self.assertEqual(wait_for(watch.stdout, "+")[-1], f"+ {key.selector} software key @blue-7\n")
        with open(os.path.join(self.place.env["XDG_STATE_HOME"], "keyturn", "key-names.json"), "w") as file:
            file.write("nonsense")
        for order, line in (("unplug", f"- {key.selector} software key\n"), ("plug", f"+ {key.selector} software key\n")):
            key.say(order)
            self.assertEqual(wait_for(watch.stdout, line[0])[-1], line)
        watch.send_signal(signal.SIGINT)
        _, err = watch.communicate(timeout=LIMIT)
        self.assertEqual(err.decode().count("no list of names"), 1, err)

    def test_another_key_there_is_not_the_one(self):
        key = self.place.add("a")
        self.place.json("key", "name", "set", "blue-7", "--device", key.selector)
        self.place.keys.remove(key)
        key.end()
        error = self.fails(3, "no-device", "key", "info", "--device", "@blue-7")
        self.assertTrue(error["text"].startswith("@blue-7: "), error)
        other = self.place.add("a", "self-2.3")  # at the same place, another model
        error = self.fails(3, "no-device", "key", "pin", "set", "--device", "@blue-7", pins=[SECRET])
        self.assertIn(PLAIN, error["text"])
        self.assertEqual(other.dump().get("command_06", 0), 0)

    def test_a_name_stands_for_one_key(self):
        keys = [self.place.add("a"), self.place.add("b")]
        self.assertEqual(self.place.run("key", "name", "set", "blue", "--device", keys[0].selector)[0], 0)
        self.fails(21, "policy", "key", "name", "set", "blue", "--device", keys[1].selector)
        self.assertEqual(self.place.json("key", "info", "--device", "@blue")[1]["device"]["selector"], keys[0].selector)
        self.fails(4, "ambiguous", "key", "name", "set", "red")
        for name in ("", "@-x", "a b", "x" * 33, "a/b", "a\nb", "@@a", "a\u0301"):
            self.fails(2, "usage", "key", "name", "set", name, "--device", keys[1].selector)
        self.assertEqual(self.place.run("key", "name", "set", "blåbær_3.x", "--device", keys[1].selector)[0], 0)
        self.assertEqual(list(self.names()), ["blue", "blåbær_3.x"])

    def test_the_file_is_the_users_alone_and_nonsense_in_it_is_refused(self):
        key = self.place.add("a")
        self.assertEqual(self.place.run("key", "name", "set", "blue", "--device", key.selector)[0], 0)
        path = os.path.join(self.place.env["XDG_STATE_HOME"], "keyturn", "key-names.json")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path) as file:
            good = json.load(file)
        row = good["names"]["blue"]
        for bad in ("", "{}", "x" * 70000, json.dumps({"v": 2, "names": {}}), json.dumps({"v": 1, "names": []}),
                    json.dumps({"v": 1, "names": {"a b": row}}), json.dumps({"v": 1, "names": {"a": row | {"bound": "hope"}}}),
                    json.dumps({"v": 1, "names": {"a": row | {"selector": key.selector}}})):
            with open(path, "w") as file:
                file.write(bad)
            self.fails(19, "invalid", "key", "info", "--device", "@blue")
            self.fails(19, "invalid", "key", "name", "set", "red", "--device", key.selector)
            with open(path) as file:
                self.assertEqual(file.read(), bad)  # nothing was lost by trying
            # the list does without
            code, envelope = self.place.json("key", "list")
            self.assertEqual((code, len(envelope["result"]["keys"]), envelope["warnings"][0]["code"]), (0, 1, "names"))


if __name__ == "__main__":
    unittest.main()
