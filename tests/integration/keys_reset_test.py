# SPDX-License-Identifier: Apache-2.0
"""fidotool key reset: shown what is lost, pulled out, put in, touched; another
key put in, the window missed, a touch declined, and a key that only says so."""
import json
import os
import signal
import unittest

from keys_lib import (CONFIRM_WANTED, ERROR, HASH, LIMIT, RESULT, Helper, Place, b64url, wait_for)

SECRET = "271828"
RPS = ["one.example", "one.example", "two.example"]
WORDS = ["key", "reset"]


def setUpModule():
    """A key with a PIN and three passkeys; every test begins with a copy."""
    global full
    full = Place()
    key = full.add("full")
    code, _, err = full.run("key", "pin", "set", pins=[SECRET])
    assert code == 0, err
    for i, rp in enumerate(RPS):
        frames = Helper(full).job(
            {"job": "make", "rp_id": rp, "hash": HASH, "algs": [-7], "uv": "required",
             "discoverable": True, "user": {"id": b64url(b"user%d" % i), "name": "user%d" % i,
                                            "display_name": "User %d" % i}}, [SECRET])
        assert frames[-1][0] == RESULT, frames
    full.state = key.state


def tearDownModule():
    full.end()


def children(pid):
    """What that process has started itself."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii") as file:
                if int(file.read().rsplit(")", 1)[1].split()[1]) == pid:
                    found.append(int(name))
        except FileNotFoundError:
            pass  # it has ended
    assert found
    return found


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.key = self.place.add("a", state_of=full.state)

    def tearDown(self):
        self.place.end()

    def fingerprint(self, key=None):
        words = ["--device", (key or self.key).selector]
        return self.place.json("key", "info", *words)[1]["device"]["fingerprint"]

    def begin(self, *words, key=None, pins=None):
        """The ceremony as far as the key is to be pulled out."""
        key = key or self.key
        process = self.place.start(*WORDS, "--device", key.selector, "--yes", "--fingerprint",
                                   self.fingerprint(key), "--events", *words, pins=pins)
        wait_for(process.stdout, "waiting_remove")
        return process

    def end_of(self, process):
        """Exit code, the events and the envelope that came after the key was
        pulled out, and words."""
        out, err = process.communicate(timeout=LIMIT)
        lines = [json.loads(line) for line in out.decode().splitlines()]
        events = [line["event"] for line in lines if "event" in line]
        envelope = next((line for line in lines if "event" not in line), None)
        return process.returncode, events, envelope, err.decode()

    def replug(self, process, key=None, into=None):
        (key or self.key).say("unplug")
        wait_for(process.stdout, "waiting_insert")
        (into or key or self.key).say("plug")

    def passkeys(self, key=None, pin=SECRET):
        key = key or self.key
        code, envelope = self.place.json("key", "credential", "count", "--device", key.selector,
                                         pins=[pin])
        self.assertEqual(code, 0, envelope)
        return envelope["result"]["existing"]

    def assert_untouched(self, key=None):
        key = key or self.key
        self.assertEqual(key.dump().get("command_07", 0), 0)
        self.assertEqual(self.passkeys(key), len(RPS))

    def pin_state(self, key=None):
        words = ["--device", (key or self.key).selector]
        return self.place.json("key", "pin", "status", *words)[1]["result"]["state"]


class Order:
    """In place of a typed answer: something is done to the key."""

    def __init__(self, key, line):
        self.key, self.line = key, line

    def encode(self):
        self.key.say(self.line)
        return b""


class Ceremony(Case):
    def test_a_key_is_reset_and_looked_at_again(self):
        process = self.begin("--json", pins=[SECRET])
        self.replug(process)
        code, events, envelope, err = self.end_of(process)
        self.assertEqual(code, 0, err)
        self.assertEqual((events[-1], events.count("done")), ("done", 1))
        self.assertIn("countdown", events)
        self.assertIn("one.example: 2", err)
        self.assertIn("two.example: 1", err)
        self.assertIn("U2F", err)
        self.assertTrue(envelope["changed"])
        self.assertEqual(envelope["result"]["lost"], {
            "pin": "set", "passkeys": 3,
            "rps": [{"rp_id": "one.example", "passkeys": 2}, {"rp_id": "two.example", "passkeys": 1}],
            "room": 61})
        self.assertEqual(set(envelope["result"]), {"lost"})
        self.assertEqual(envelope["device"]["selector"], self.key.selector)
        self.assertNotIn(SECRET, json.dumps(envelope) + err)
        self.assertEqual(self.pin_state(), "not-set")
        self.assertEqual(self.place.run("key", "pin", "set", pins=["314159"])[0], 0)
        self.assertEqual(self.passkeys(pin="314159"), 0)

    def test_a_touch_is_waited_for(self):
        self.key.say("touch never")
        process = self.begin()
        self.replug(process)
        wait_for(process.stdout, "touch_needed")
        self.key.say("touch now")
        code, events, _, err = self.end_of(process)
        self.assertEqual((code, events[-1]), (0, "done"), err)
        self.assertEqual(self.pin_state(), "not-set")

    def test_without_the_pin_it_says_that_nothing_is_listed(self):
        tries = self.key.dump()["pin_tries"]
        process = self.begin()
        self.replug(process)
        code, _, _, err = self.end_of(process)
        self.assertEqual(code, 0, err)
        self.assertIn("not listed", err)
        self.assertNotIn("example", err)
        self.assertEqual(self.key.dump()["pin_tries"], tries)
        self.assertEqual(self.pin_state(), "not-set")

    def test_a_key_without_a_pin_and_one_of_ctap_2_0(self):
        for name, lines in (("new", []), ("old", ["versions = U2F_V2;FIDO_2_0", "options = rk;up;plat=false;clientPin",
                                                  "pin_protocols = 1", "extensions = hmac-secret"])):
            with self.subTest(name):
                key = self.place.add(name, self.place.profile(name, *lines))
                process = self.begin(key=key, pins=[SECRET])
                self.replug(process, key)
                code, _, _, err = self.end_of(process)
                self.assertEqual(code, 0, err)
                self.assertEqual(key.dump()["command_07"], 1)
                self.assertEqual(key.dump()["pin_tries"], 0)

    def test_a_person_is_led_through_it(self):
        """At a terminal: words, a yes that is typed, a countdown."""
        shown = self.place.talk(WORDS, [("Type yes: ", "yes\n"),
                                        ("Pull the key out.", Order(self.key, "unplug")),
                                        ("Put the same key in again", Order(self.key, "plug"))])
        self.assertEqual(shown[0], 0, shown[1])
        self.assertRegex(shown[1], r"Touch it: \d+ seconds left\.")
        self.assertIn("The key is reset", shown[1])
        self.assertEqual(self.pin_state(), "not-set")

    def test_no_is_no(self):
        code, shown = self.place.talk(WORDS, [("Type yes: ", "no\n")])
        self.assertEqual(code, 14, shown)
        self.assertNotIn("Pull", shown)
        self.assert_untouched()


class Refused(Case):
    def test_nobody_resets_without_a_yes_and_the_key_named(self):
        name = self.fingerprint()
        for words, code in (((), 2), (("--yes",), 2), (("--fingerprint", name), 2),
                            (("--yes", "--fingerprint", name + "x"), 17),
                            (("--non-interactive", "--yes"), 2), ((self.key.selector,), 2)):
            with self.subTest(words):
                done = self.place.run(*WORDS, *words)
                self.assertEqual(done[0], code, done)
                self.assertNotIn("Pull", done[2])
        self.assert_untouched()

    def test_a_wrong_pin_ends_it(self):
        code, _, err = self.place.run(*WORDS, "--yes", "--fingerprint", self.fingerprint(),
                                      pins=["0000"])
        self.assertEqual(code, 8, err)
        self.assert_untouched()

    def test_keyhelper_itself_wants_the_yes_twice(self):
        frames = Helper(self.place).job({"job": "reset-plan"})
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 14))
        plan = self.plan()
        self.key.say("power-cycle")
        frames = Helper(self.place).job({"job": "reset", "plan": plan})
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 14))
        self.assertIn(CONFIRM_WANTED, [kind for kind, _ in frames])
        self.assert_untouched()

    def test_nothing_is_reset_without_a_plan_or_with_a_forged_one(self):
        self.key.say("power-cycle")
        for request, code in (({}, 2), ({"plan": {}}, 2), ({"plan": "x"}, 2),
                              ({"plan": {"identity": "00" * 32}}, 18)):
            with self.subTest(request):
                frames = Helper(self.place).job({"job": "reset"} | request, confirm=True)
                self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, code))
        self.assert_untouched()

    def test_a_station_refuses_it(self):
        path = os.path.join(self.place.top, "keyhelper.conf")
        with open(path, "w") as file:
            file.write("[keyhelper]\nrp_ids=desk.example\n")
        for job in ("reset-plan", "reset"):
            frames = Helper(self.place, "--station", path).job(
                {"job": job, "plan": {"identity": "00" * 32}}, confirm=True)
            self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 21))
            self.assertIn("without a plan", frames[-1][1]["text"])

    def plan(self):
        frames = Helper(self.place).job({"job": "reset-plan"}, confirm=True)
        self.assertEqual(frames[-1][0], RESULT, frames)
        return frames[-1][1]["plan"]


class Trouble(Case):
    def test_another_key_that_is_put_in_is_left_alone(self):
        """Another model; and a twin that differs in its state alone."""
        for name, lines, state in (("other", ["firmware_version = 77"], full.state),
                                   ("twin", [], None)):
            with self.subTest(name):
                other = self.place.add(name, self.place.profile(name, *lines), state_of=state)
                other.say("unplug")
                process = self.begin()
                self.replug(process, into=other)
                code, events, _, err = self.end_of(process)
                self.assertEqual(code, 18, err)
                self.assertIn("another key", err)
                self.assertNotIn("done", events)
                self.assertEqual(other.dump().get("command_07", 0), 0)
                self.key.say("plug")
                self.assert_untouched()
                other.say("unplug")

    def test_a_key_that_was_there_all_along_is_not_meant(self):
        beside = self.place.add("beside", state_of=full.state)
        process = self.begin()
        beside.say("unplug")
        beside.say("plug")
        self.replug(process)
        code, _, _, err = self.end_of(process)
        self.assertEqual(code, 0, err)
        self.assert_untouched(beside)
        self.assertEqual(self.pin_state(), "not-set")

    def test_a_key_that_came_as_the_other_went_is_not_meant(self):
        """Seen at one look, for the one that looks was held up."""
        beside = self.place.add("beside", state_of=full.state)
        beside.say("unplug")
        process = self.begin()
        watch = children(process.pid)
        for pid in watch:
            os.kill(pid, signal.SIGSTOP)
        beside.say("plug")
        self.key.say("unplug")
        for pid in watch:
            os.kill(pid, signal.SIGCONT)
        wait_for(process.stdout, "waiting_insert")
        self.key.say("plug")
        code, _, _, err = self.end_of(process)
        self.assertEqual(code, 0, err)
        self.assert_untouched(beside)
        self.assertEqual(self.pin_state(), "not-set")

    def test_the_window_is_missed(self):
        frames = Helper(self.place).job({"job": "reset-plan"}, confirm=True)
        plan = frames[-1][1]["plan"]
        self.key.say("unplug")
        self.key.say("plug")
        self.key.say("clock 10000")
        frames = Helper(self.place).job({"job": "reset", "plan": plan, "elapsed_ms": 10000},
                                        confirm=True)
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 18))
        self.assertEqual(frames[-1][1]["ctap"], 0x30)
        self.assertEqual(self.passkeys(), len(RPS))
        self.key.say("unplug")
        self.key.say("plug")
        self.key.say("clock 5000")  # the rest is for a machine that is busy
        frames = Helper(self.place).job({"job": "reset", "plan": plan}, confirm=True)
        self.assertEqual(frames[-1][0], RESULT, frames)

    def test_a_window_that_is_over_says_what_to_do(self):
        key = self.place.add("hasty", self.place.profile("hasty", "reset_window_ms = 1"),
                             state_of=full.state)
        process = self.begin("--json", key=key)
        self.replug(process, key)
        code, events, envelope, _ = self.end_of(process)
        self.assertEqual((code, envelope["error"]["code"]), (18, "reset-window"))
        self.assertIn("put the same one in again", envelope["error"]["hint"])
        self.assertNotIn("done", events)
        self.assertNotIn("result", envelope)
        self.assertEqual(self.passkeys(key), len(RPS))

    def test_a_touch_that_does_not_come(self):
        self.key.say("touch decline")
        process = self.begin()
        self.replug(process)
        code, events, _, err = self.end_of(process)
        self.assertEqual(code, 13, err)
        self.assertNotIn("done", events)
        self.key.say("touch after 0")
        self.assertEqual(self.passkeys(), len(RPS))
        self.key.say("touch never")
        process = self.begin("--timeout", "1")
        self.replug(process)
        self.assertEqual(self.end_of(process)[0], 13)
        self.assertEqual(self.key.dump()["waiting"], 0)  # it was told to stop
        self.key.say("touch after 0")
        self.assertEqual(self.passkeys(), len(RPS))

    def test_nobody_pulls_it_out_or_puts_it_in(self):
        process = self.begin("--timeout", "1")
        code, _, _, err = self.end_of(process)
        self.assertEqual(code, 13, err)
        self.assertIn("not pulled out", err)
        process = self.begin("--timeout", "1")
        self.key.say("unplug")
        code, _, _, err = self.end_of(process)
        self.assertEqual(code, 13, err)
        self.assertIn("no key was put in", err)
        self.key.say("plug")
        self.assert_untouched()

    def test_ctrl_c_ends_it_anywhere(self):
        self.key.say("touch never")
        for at in ("waiting_remove", "waiting_insert", "touch_needed"):
            with self.subTest(at):
                process = self.begin()
                if at == "waiting_insert":
                    self.key.say("unplug")
                    wait_for(process.stdout, at)
                elif at == "touch_needed":
                    self.replug(process)
                    wait_for(process.stdout, at)
                process.send_signal(signal.SIGINT)
                self.assertEqual(self.end_of(process)[0], 14)
                self.key.say("plug")
        self.key.say("touch after 0")
        self.assertEqual(self.passkeys(), len(RPS))

    def test_pulled_out_while_it_waits_for_the_touch(self):
        self.key.say("touch never")
        process = self.begin()
        self.replug(process)
        wait_for(process.stdout, "touch_needed")
        self.key.say("unplug")
        code, events, _, err = self.end_of(process)
        self.assertEqual(code, 7, err)
        self.assertIn("not known", err)
        self.assertNotIn("done", events)
        self.key.say("plug")
        self.key.say("touch after 0")
        self.assertEqual(self.passkeys(), len(RPS))

    def test_pulled_out_at_any_report(self):
        seen = 0
        for at in range(1, 40, 2):
            key = self.place.add("p%d" % at, state_of=full.state)
            process = self.begin(key=key)
            key.say("unplug")
            wait_for(process.stdout, "waiting_insert")
            key.say(f"unplug at {at}")
            key.say("plug")
            code, events, _, err = self.end_of(process)
            if code == 0:
                break
            self.assertEqual(code, 7, f"report {at}: {err}")
            self.assertNotIn("done", events)
            self.assertNotIn("is reset:", err)
            seen += 1
            key.end()
            self.place.keys.remove(key)
        self.assertGreater(seen, 3)

    def test_a_key_that_only_says_so_is_not_believed(self):
        key = self.place.add("liar", self.place.profile("liar", "reset_silent = true"),
                             state_of=full.state)
        for pins in ([SECRET], None):
            process = self.begin(key=key, pins=pins)
            self.replug(process, key)
            code, events, _, err = self.end_of(process)
            self.assertEqual(code, 1, err)
            self.assertIn("still has a PIN", err)
            self.assertNotIn("done", events)
            self.assertNotIn("is reset:", err)
        self.assertEqual(key.dump()["command_07"], 2)
        self.assertEqual(self.passkeys(key), len(RPS))



if __name__ == "__main__":
    unittest.main()
