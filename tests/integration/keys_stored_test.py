# SPDX-License-Identifier: Apache-2.0
"""fidotool key credential: what is stored on a key, by the final command and
by libfido2's preview; wrong counts, damaged answers, a key pulled midway."""
import os
import unittest

from keys_lib import ERROR, HASH, RESULT, Helper, Place, b64url, unb64url

SECRET = "271828"
RPS = ["one.example", "two.example", "three.example", "four.example", "five.example"]
USERS = ["ada", "bob", "cy", "dee", "eve"]
OLD = ["options = rk;up;plat=false;clientPin;credentialMgmtPreview", "pin_protocols = 1"]


def setUpModule():
    """One key with a PIN and 25 credentials; every test begins with a copy."""
    global full
    full = Place()
    key = full.add("full")
    code, _, err = full.run("key", "pin", "set", pins=[SECRET])
    assert code == 0, err
    for rp in RPS:
        for user in USERS:
            frames = Helper(full).job(
                {"job": "make", "rp_id": rp, "hash": HASH, "algs": [-7], "uv": "required",
                 "discoverable": True, "protect": 2, "skip_retries": True,
                 "user": {"id": b64url(user.encode()), "name": user, "display_name": user.title()}},
                [SECRET])
            assert frames[-1][0] == RESULT, frames
    full.state = key.state


def tearDownModule():
    full.end()


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.key = self.place.add("a", state_of=full.state)

    def tearDown(self):
        self.place.end()

    def commands(self, *words, key=None, pins=(SECRET,)):
        """Runs a listing; the envelope, and what `dump` counts more after it."""
        key = key or self.key
        before = key.dump()
        code, envelope = self.place.json(*words, "--device", key.selector, pins=list(pins))
        after = key.dump()
        self.assertEqual(code, 0, envelope)
        more = {name: after[name] - before.get(name, 0) for name in after}
        more["all"] = sum(value for name, value in more.items() if name.startswith("command_"))
        return envelope, more

    def ids(self):
        return [one["id"] for one in
                self.commands("key", "credential", "list")[0]["result"]["credentials"]]

    def fingerprint(self):
        return self.place.json("key", "info")[1]["device"]["fingerprint"]


class Listing(Case):
    def test_twenty_five_credentials_cost_one_token(self):
        envelope, more = self.commands("key", "credential", "list")
        result = envelope["result"]
        self.assertEqual((result["existing"], result["remaining"]), (25, 39))
        self.assertEqual([(one["rp_id"], one["user"]["name"]) for one in result["credentials"]],
                         [(rp, user) for rp in RPS for user in USERS])
        self.assertEqual((more["tokens"], more["pin_tries"]), (1, 1))
        # getInfo; retries, agreement, token; counts, 5 relying parties, 25 credentials
        self.assertEqual((more["command_04"], more["command_06"], more["command_0a"]), (1, 3, 31))
        one = result["credentials"][0]
        self.assertEqual((one["alg"], one["protect"], one["user"]["display_name"]),
                         (-7, 2, "Ada"))
        self.assertEqual(unb64url(one["user"]["id"]), b"ada")

    def test_libfido2_sees_the_same_and_needs_more(self):
        """The same key once more, but with the preview alone: libfido2 reads it."""
        old = self.place.add("old", self.place.profile("old", *OLD), state_of=full.state)
        mine, few = self.commands("key", "credential", "list")
        theirs, many = self.commands("key", "credential", "list", key=old)
        self.assertEqual(mine["result"], theirs["result"])
        self.assertGreater(many["all"], few["all"])
        self.assertGreater(many["tokens"], few["tokens"])
        self.assertNotIn("command_41", {name for name in few if few[name]})
        self.assertNotIn("command_0a", {name for name in many if many[name]})

    def test_one_relying_party_alone(self):
        envelope, more = self.commands("key", "credential", "list", "--rp-id", "two.example")
        self.assertEqual([one["user"]["name"] for one in envelope["result"]["credentials"]], USERS)
        self.assertEqual((more["tokens"], more["command_0a"]), (1, 6))
        envelope, _ = self.commands("key", "credential", "list", "--rp-id", "none.example")
        self.assertEqual(envelope["result"]["credentials"], [])

    def test_counts_take_one_message_for_each_relying_party(self):
        envelope, more = self.commands("key", "credential", "count")
        self.assertEqual([(row["rp_id"], row["credentials"]) for row in envelope["result"]["rps"]],
                         [(rp, 5) for rp in RPS])
        self.assertEqual((more["tokens"], more["command_0a"]), (1, 11))

    def test_an_empty_key_and_one_that_cannot(self):
        empty = self.place.add("empty")
        self.assertEqual(self.place.run("key", "credential", "list", "--device", empty.selector,
                                        pins=[SECRET])[0], 11)  # no PIN yet
        self.place.run("key", "pin", "set", "--device", empty.selector, pins=[SECRET])
        envelope, more = self.commands("key", "credential", "list", key=empty)
        self.assertEqual(envelope["result"]["credentials"], [])
        self.assertEqual(more["command_0a"], 1)
        mute = self.place.add("mute", self.place.profile(
            "mute", "options = rk;up;plat=false;clientPin;pinUvAuthToken"), state_of=full.state)
        code, envelope = self.place.json("key", "credential", "list", "--device", mute.selector,
                                         pins=[SECRET])
        self.assertEqual((code, envelope["error"]["code"]), (15, "unsupported"))
        self.assertEqual(mute.dump()["pin_tries"], 0)

    def test_both_pin_protocols(self):
        for protocols in ("1", "2", "1;2"):
            with self.subTest(protocols):
                name = "p" + protocols.replace(";", "")
                key = self.place.add(name, self.place.profile(
                    name, "pin_protocols = " + protocols), state_of=full.state)
                envelope, more = self.commands("key", "credential", "count", key=key)
                self.assertEqual((envelope["result"]["existing"], more["tokens"]), (25, 1))

    def test_words_show_the_same(self):
        code, out, err = self.place.run("key", "credential", "list", pins=[SECRET])
        self.assertEqual(code, 0, err)
        self.assertEqual(len(out.splitlines()), 26)
        self.assertIn("25 stored, room for 39 more", out)
        code, out, _ = self.place.run("key", "credential", "count", pins=[SECRET])
        self.assertEqual((code, len(out.splitlines())), (0, 6))


class Naming(Case):
    def test_one_is_shown_by_the_beginning_of_its_id(self):
        one = self.ids()[7]
        for text in (one, one[:12], unb64url(one).hex(), unb64url(one).hex()[:20]):
            with self.subTest(text):
                envelope, more = self.commands("key", "credential", "show", text)
                self.assertEqual([row["id"] for row in envelope["result"]["credentials"]], [one])
                self.assertEqual(more["tokens"], 1)

    def test_none_and_several_are_refused(self):
        ids = self.ids()
        common = os.path.commonprefix(ids)
        self.assertTrue(common)  # softkey's ids begin alike
        for text, code in ((common, 2), ("____", 17), ("", 2)):
            with self.subTest(text):
                self.assertEqual(self.place.run("key", "credential", "show", text,
                                                pins=[SECRET])[0], code)
        self.assertEqual(self.place.run("key", "credential", "show", pins=[SECRET])[0], 2)

    def test_rename_changes_names_and_nothing_else(self):
        before, _ = self.commands("key", "credential", "list")
        one = before["result"]["credentials"][3]
        envelope, more = self.commands("key", "credential", "rename", one["id"], "--name", "d.lee")
        self.assertTrue(envelope["changed"])
        self.assertEqual(envelope["result"]["credential"]["user"]["name"], "d.lee")
        self.assertEqual(envelope["result"]["credential"]["user"]["display_name"], "Dee")
        self.assertEqual(more["tokens"], 1)
        envelope, _ = self.commands("key", "credential", "rename", one["id"], "--name", "d.lee")
        self.assertFalse(envelope["changed"])
        one["user"]["name"] = "d.lee"
        after, _ = self.commands("key", "credential", "list")
        self.assertEqual(after["result"], before["result"])

    def test_a_key_that_takes_no_names_says_so(self):
        one = self.ids()[0]
        for words in ((), ("--name", "x" * 65)):
            self.assertEqual(self.place.run("key", "credential", "rename", one, *words,
                                            pins=[SECRET])[0], 2)
        for name, lines in (("old", OLD), ("fixed", ["no_update = true"])):
            with self.subTest(name):
                key = self.place.add(name, self.place.profile(name, *lines), state_of=full.state)
                self.assertEqual(self.place.run("key", "credential", "rename", one, "--name", "x",
                                                "--device", key.selector, pins=[SECRET])[0], 15)


class Deleting(Case):
    def delete(self, one, *words, pins=(SECRET,)):
        return self.place.run("key", "credential", "delete", one, *words, pins=list(pins))

    def test_nobody_deletes_without_a_yes_and_the_key_named(self):
        ids = self.ids()
        name = self.fingerprint()
        for words, code in (((), 2), (("--yes",), 2), (("--fingerprint", name), 2),
                            (("--yes", "--fingerprint", name + "x"), 17),
                            (("--non-interactive", "--yes"), 2)):
            with self.subTest(words):
                self.assertEqual(self.delete(ids[4], *words)[0], code)
        self.assertEqual(self.ids(), ids)
        code, _, err = self.delete(ids[4], "--yes", "--fingerprint", name)
        self.assertEqual(code, 0, err)
        self.assertIn("one.example", err)  # the target is named
        self.assertIn("eve", err)
        self.assertEqual(self.ids(), ids[:4] + ids[5:])
        self.assertEqual(self.delete(ids[4], "--yes", "--fingerprint", name)[0], 17)

    def test_a_person_is_shown_what_it_is(self):
        ids = self.ids()
        words = ["key", "credential", "delete", ids[6]]
        code, shown = self.place.talk(words, [("PIN of the key", SECRET + "\n"),
                                              ("Type yes: ", "no\n")])
        self.assertEqual(code, 14, shown)
        self.assertIn("two.example", shown)
        self.assertEqual(self.ids(), ids)
        code, shown = self.place.talk(words, [("PIN of the key", SECRET + "\n"),
                                              ("Type yes: ", "yes\n")])
        self.assertEqual(code, 0, shown)
        self.assertEqual(self.ids(), ids[:6] + ids[7:])

    def test_keyhelper_itself_wants_the_yes(self):
        ids = self.ids()
        request = {"job": "credential-delete", "cred": ids[0]}
        frames = Helper(self.place).job(request, [SECRET])
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 14))
        self.assertEqual(self.ids(), ids)
        frames = Helper(self.place).job(request, [SECRET], confirm=True)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertEqual(self.ids(), ids[1:])

    def test_the_preview_deletes_too(self):
        key = self.place.add("old", self.place.profile("old", *OLD), state_of=full.state)
        listed = ("key", "credential", "list")
        ids = [one["id"] for one in
               self.commands(*listed, key=key)[0]["result"]["credentials"]]
        name = self.place.json("key", "info", "--device", key.selector)[1]["device"]["fingerprint"]
        code, _, err = self.delete(ids[24], "--device", key.selector, "--yes", "--fingerprint", name)
        self.assertEqual(code, 0, err)
        self.assertEqual([one["id"] for one in
                          self.commands(*listed, key=key)[0]["result"]["credentials"]], ids[:24])

    def test_yes_does_not_spend_the_last_try(self):
        one = self.ids()[0]
        for pins in (["0000"] * 3, ["0000"] * 3, ["0000"]):
            self.delete(one, pins=pins)
            self.key.say("power-cycle")
        tries = self.key.dump()["pin_tries"]
        self.assertEqual(self.delete(one, "--yes", "--fingerprint", self.fingerprint())[0], 8)
        self.assertEqual(self.key.dump()["pin_tries"], tries)


class Trouble(Case):
    def test_wrong_pins(self):
        code, envelope = self.place.json("key", "credential", "list", pins=["0000"])
        self.assertEqual((code, envelope["error"]["retries"]), (8, 7))
        envelope, more = self.commands("key", "credential", "count", pins=["0000", SECRET])
        self.assertEqual((more["tokens"], more["pin_tries"]), (1, 2))
        self.assertEqual(self.place.run("key", "credential", "list", pins=["0000"] * 4)[0], 9)
        self.assertEqual(self.place.run("key", "credential", "list", pins=[SECRET])[0], 9)

    def test_a_key_that_lies_about_how_many(self):
        # its total of relying parties, beyond what it has: command 6 after getInfo
        self.key.say("corrupt 6 %d" % self.total_at())
        code, envelope = self.place.json("key", "credential", "list", pins=[SECRET])
        self.assertEqual(code, 19, envelope)
        self.assertNotIn("result", envelope)

    @staticmethod
    def total_at():
        """Where the total stands in the reply to enumerateRPsBegin."""
        rp = b"\xa1\x62id" + bytes([0x60 + len(RPS[0])]) + RPS[0].encode()
        return 1 + 1 + 1 + len(rp) + 1 + 2 + 32 + 1

    def test_the_count_alone_is_wrong(self):
        # {1: 25, ..} becomes {1: 230, ..}
        self.key.say("corrupt 5 4")
        code, envelope = self.place.json("key", "credential", "list", pins=[SECRET])
        self.assertEqual(code, 0, envelope)
        self.assertEqual(len(envelope["result"]["credentials"]), 25)
        self.assertEqual([warning["code"] for warning in envelope["warnings"]], ["count-differs"])

    def test_damaged_answers_are_never_a_list(self):
        for order in ("truncate %d 1", "append %d 1", "truncate %d 40"):
            for message in (5, 6, 11, 12):  # counts, first RP, first credential, the next one
                with self.subTest(order % message):
                    self.key.say(order % message)
                    code, envelope = self.place.json("key", "credential", "list", pins=[SECRET])
                    self.assertEqual(code, 19, envelope)
                    self.assertNotIn("result", envelope)

    def test_a_status_in_the_middle_is_the_end(self):
        for status, code in (("0x30", 1), ("0x2e", 17), ("0x33", 11), ("0x7f", 1)):
            with self.subTest(status):
                self.key.say("fail 8 " + status)
                self.assertEqual(self.place.run("key", "credential", "list",
                                                pins=[SECRET])[0], code)

    def test_unplugged_midway(self):
        at, seen = 1, 0
        while True:
            self.key.say(f"unplug at {at}")
            code, _, err = self.place.run("key", "credential", "list", "--rp-id", "one.example",
                                          pins=[SECRET])
            if code == 0:
                break
            self.assertEqual(code, 7, f"report {at}: {err}")
            self.key.say("plug")
            seen += 1
            at += 3
        self.assertGreater(seen, 10)

    def test_a_delete_that_the_key_forgot_is_no_success(self):
        one = self.ids()[0]
        name = self.fingerprint()
        # the answer to delete itself: counts 5, RPs 6-10, credentials 11-35, delete 36
        self.key.say("fail 36 0x7f")
        code, out, err = self.place.run("key", "credential", "delete", one, "--yes",
                                        "--fingerprint", name, pins=[SECRET])
        self.assertEqual(code, 1, out + err)
        self.assertNotIn("deleted.", err)
        self.assertIn(one, self.ids())


if __name__ == "__main__":
    unittest.main()
