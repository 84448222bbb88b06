# SPDX-License-Identifier: Apache-2.0
"""fidotool and keyhelper as they are, sandboxed, with software keys: each
flow, each way a key or a client can misbehave, each exit code."""
import base64
import json
import os
import select
import signal
import socket
import struct
import subprocess
import unittest

import reports

from keys_lib import (ERROR, HASH, LIMIT, PIN, PIN_WANTED, REQUEST, RESULT,
                      Helper, Place, armour, statement, unb64url, wait_for)

SECRET = "271828"
INSIDE = os.environ.get("INSIDE_LIBRARY")


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.key = self.place.add()

    def tearDown(self):
        self.place.end()

    def set_pin(self, pin=SECRET):
        code, _, err = self.place.run("key", "pin", "set", pins=[pin])
        self.assertEqual(code, 0, err)

    def enrol(self, *words, **more):
        return self.place.run("enrol", "--options", self.place.creation(), *words, **more)


class Flows(Case):
    def test_keys_are_listed_and_described(self):
        code, envelope = self.place.json("key", "list")
        self.assertEqual(code, 0)
        self.assertEqual([key["selector"] for key in envelope["result"]["keys"]],
                         [self.key.selector])
        code, envelope = self.place.json("key", "info")
        self.assertEqual(code, 0)
        self.assertEqual(envelope["schema"], "keyturn.fidotool/1")
        self.assertEqual(envelope["command"], "key info")
        self.assertEqual(envelope["tool"]["libfido2"].split(".")[0], "1")
        self.assertEqual(envelope["device"]["aaguid"], "6b657974-7572-4e20-8000-70726163746b")
        self.assertEqual(envelope["result"]["info"]["options"]["clientPin"], False)
        self.assertEqual(envelope["result"]["pin"]["state"], "not-set")

    def test_enrolment_and_assertion_verify(self):
        self.set_pin()
        code, out, err = self.enrol(pins=[SECRET])
        self.assertEqual(code, 0, err)
        response = json.loads(out)
        client_data = unb64url(response["response"]["clientDataJSON"])
        self.assertTrue(client_data.startswith(b'{"type":"webauthn.create","challenge":"AAEC'))
        anchor = os.path.join(os.environ["ATTESTATION"], "softkey-root.pem")
        with open(self.place.creation()) as file:
            options = json.load(file)
        saved = self.place.write("saved.json", {"options": options, "response": response})
        code, out, err = self.place.run("verify", "registration", saved, "--origin",
                                        "https://example.org", "--trust", anchor)
        self.assertEqual(code, 0, out + err)
        code, out, err = self.place.run("assert", "--options",
                                        self.place.request(response["id"]), pins=[SECRET])
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["id"], response["id"])
        # an excluded credential
        code, envelope = self.place.json("enrol", "--options", self.place.creation(
            excludeCredentials=[{"type": "public-key", "id": response["id"]}]), pins=[SECRET])
        self.assertEqual(code, 17)
        self.assertEqual(envelope["error"]["ctap"], "CREDENTIAL_EXCLUDED")
        # and one that is not there
        code, _, _ = self.place.run("assert", "--options", self.place.request("AAAA"),
                                    pins=[SECRET])
        self.assertEqual(code, 17)

    def test_enrolment_takes_the_messages_libfido2_takes(self):
        """INIT, getInfo, keyAgreement, token, makeCredential; one more where
        the tries that remain are shown."""
        self.set_pin()
        for words, count, client_pin in (({"skip_retries": True}, 5, 2), ({}, 6, 3)):
            before = self.key.dump()
            frames = Helper(self.place).job(
                {"job": "make", "rp_id": "example.org", "user": {"id": "AQID", "name": "a"},
                 "hash": HASH, "algs": [-7], "uv": "required"} | words, [SECRET])
            after = self.key.dump()
            self.assertEqual(frames[-1][0], RESULT)
            self.assertEqual(frames[-1][1]["messages"], count)
            self.assertEqual(after["command_06"] - before.get("command_06", 0), client_pin)
            self.assertEqual(after["command_04"] - before["command_04"], 1)
            self.assertEqual(after["command_01"] - before.get("command_01", 0), 1)

    def test_a_new_credential_is_tested_with_one_pin(self):
        self.set_pin()
        frames = Helper(self.place).job(
            {"job": "make", "rp_id": "example.org", "user": {"id": "AQID", "name": "a"},
             "hash": HASH, "algs": [-8, -7], "uv": "required", "test": {"hash": HASH}}, [SECRET])
        self.assertEqual(frames[-1][0], RESULT)
        self.assertEqual(frames[-1][1]["alg"], -8)
        self.assertEqual(frames[-1][1]["test"]["cred"], frames[-1][1]["cred"])
        self.assertEqual([kind for kind, _ in frames].count(PIN_WANTED), 1)

    def test_long_exclude_lists_go_in_portions(self):
        self.set_pin()
        _, out, _ = self.enrol(pins=[SECRET])
        mine = json.loads(out)["id"]
        others = [{"type": "public-key", "id": "AAA" + chr(65 + i)} for i in range(0, 26, 4)] * 5
        listed = others + [{"type": "public-key", "id": mine}]
        code, _, err = self.place.run("enrol", "--options",
                                      self.place.creation(excludeCredentials=listed), pins=[SECRET])
        self.assertEqual(code, 17, err)
        code, _, err = self.place.run("enrol", "--options",
                                      self.place.creation(excludeCredentials=others), pins=[SECRET])
        self.assertEqual(code, 0, err)

    def test_other_kinds_of_keys(self):
        for profile in ("pre-2.1", "self-2.3", "none-2.1"):
            with self.subTest(profile):
                key = self.place.add(profile, profile)
                code, _, err = self.place.run("key", "pin", "set", "--device", key.selector,
                                              pins=[SECRET])
                self.assertEqual(code, 0, err)
                code, out, err = self.enrol("--device", key.selector, pins=[SECRET])
                self.assertEqual(code, 0, err)
                code, _, err = self.place.run(
                    "assert", "--device", key.selector, "--options",
                    self.place.request(json.loads(out)["id"]), pins=[SECRET])
                self.assertEqual(code, 0, err)

    def test_arrivals_and_removals_are_seen(self):
        watch = self.place.start("key", "watch", "--json")
        lines = wait_for(watch.stdout, '"keys"')
        self.assertIn(self.key.selector, lines[-1])
        self.key.say("unplug")
        self.assertIn(self.key.selector, wait_for(watch.stdout, '"removed"')[-1])
        self.key.say("plug")
        self.assertIn(self.key.selector, wait_for(watch.stdout, '"arrived"')[-1])
        watch.send_signal(signal.SIGINT)
        watch.communicate(timeout=LIMIT)
        self.assertEqual(watch.returncode, 0)

    def test_nothing_secret_is_printed(self):
        code, out, err = self.place.run("key", "pin", "set", "--json", "--events", "-v",
                                        pins=[SECRET])
        self.assertEqual(code, 0)
        self.assertNotIn(SECRET, out + err)
        code, out, err = self.enrol("--json", "--events", "-v", pins=["314159", SECRET])
        self.assertEqual(code, 0)
        self.assertNotIn(SECRET, out + err)
        self.assertNotIn("314159", out + err)


class Choosing(Case):
    def test_several_keys_want_a_name(self):
        other = self.place.add("b")
        self.assertEqual(self.place.run("key", "info")[0], 4)
        code, envelope = self.place.json("key", "info", "--device", other.selector)
        self.assertEqual((code, envelope["device"]["selector"]), (0, other.selector))

    def test_a_path_may_not_be_chosen_freely(self):
        elsewhere = os.path.join(self.place.top, "elsewhere")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as one:
            one.bind(elsewhere)
            one.listen()
            for selector, code in (("socket:" + elsewhere, 3), ("hid:/etc/passwd", 3),
                                   ("hid:" + self.key.path, 3), ("/etc/passwd", 2),
                                   ("nfc:/x", 2), ("pcsc://slot0", 3), ("", 2),
                                   (os.path.dirname(self.key.selector) + "/../keys/a", 3)):
                with self.subTest(selector):
                    self.assertEqual(self.place.run("key", "info", "--device", selector)[0], code)

    def test_software_keys_need_the_variable(self):
        env = {name: value for name, value in self.place.env.items() if name != "KEYTURN_KEYS"}
        code, envelope = self.place.json("key", "list", env=env)
        self.assertEqual(code, 0)
        self.assertNotIn(self.key.selector, json.dumps(envelope))
        self.assertEqual(self.place.run("key", "info", "--device", self.key.selector, env=env)[0], 3)

    def test_a_station_has_no_software_keys(self):
        path = os.path.join(self.place.top, "keyhelper.conf")
        with open(path, "w") as file:
            file.write("[keyhelper]\nrp_ids=example.org\n")
        frames = Helper(self.place, "--station", path).job({"job": "list"})
        self.assertEqual(frames[-1][0], RESULT)
        self.assertNotIn(self.key.selector, json.dumps(frames))
        frames = Helper(self.place, "--station", path).job(
            {"job": "info", "device": self.key.selector})
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 3))
        frames = Helper(self.place, "--station", path).job(
            {"job": "make", "rp_id": "elsewhere.example"})
        self.assertEqual(frames[-1][1]["code"], 21)

    def test_a_foreign_socket_in_the_folder_is_no_key(self):
        os.symlink(self.key.path, os.path.join(self.place.top, "keys", "link"))
        with open(os.path.join(self.place.top, "keys", "file"), "w"):
            pass
        _, envelope = self.place.json("key", "list")
        self.assertEqual(len(envelope["result"]["keys"]), 1)


class Pins(Case):
    def test_a_pin_breaks_no_rule_before_the_key_sees_it(self):
        for pin in ("123", "a" * 64, "12\t34", "\u00e9\u00e9"):
            with self.subTest(pin):
                self.assertEqual(self.place.run("key", "pin", "set", pins=[pin])[0], 11)
        self.assertNotIn("command_06", {name for name, value in self.key.dump().items()
                                        if name == "command_06" and value})

    def test_set_looks_at_the_state(self):
        self.assertEqual(self.enrol(pins=[])[0], 11)
        self.set_pin()
        # current, new; the wrong one is asked for again, the new one is kept
        code, envelope = self.place.json("key", "pin", "set", pins=["000000", "161803", SECRET])
        self.assertEqual((code, envelope["changed"]), (0, True), envelope)
        self.assertEqual(self.enrol(pins=["161803"])[0], 0)
        # a current PIN that cannot be one costs no try
        tries = self.key.dump()["pin_tries"]
        self.assertEqual(self.place.run("key", "pin", "change", pins=["x"])[0], 8)
        self.assertEqual(self.key.dump()["pin_tries"], tries)

    def test_changing_asks_for_the_current_pin_first(self):
        self.set_pin()
        self.assertEqual(self.place.run("key", "pin", "change", pins=[SECRET, "161803"])[0], 0)
        self.assertEqual(self.enrol(pins=["161803"])[0], 0)

    def test_wrong_pins_down_to_blocked(self):
        self.set_pin()
        code, envelope = self.place.json("enrol", "--options", self.place.creation(), pins=["0000"])
        self.assertEqual((code, envelope["error"]["retries"]), (8, 7))
        code, envelope = self.place.json("enrol", "--options", self.place.creation(),
                                         pins=["0000"] * 5)
        self.assertEqual(code, 9)
        self.assertTrue(envelope["error"]["power_cycle"])
        self.key.say("power-cycle")
        self.assertEqual(self.enrol(pins=["0000"] * 5)[0], 9)
        self.key.say("power-cycle")
        # two were left after 1 + 2 + 3 wrong ones
        tries = self.key.dump()["pin_tries"]
        self.assertEqual(self.enrol(pins=["0000"] * 5)[0], 8)
        self.assertEqual(self.key.dump()["pin_tries"], tries + 1)
        # the last one is not spent unasked, not even a right one
        self.assertEqual(self.enrol(pins=[SECRET])[0], 8)
        self.assertEqual(self.key.dump()["pin_tries"], tries + 1)
        frames = Helper(self.place).job({"job": "make", "rp_id": "example.org", "hash": HASH,
                                         "user": {"id": "AQID", "name": "a"}, "algs": [-7],
                                         "uv": "required"})
        self.assertEqual(self.key.dump()["pin_tries"], tries + 1)
        self.assertEqual(frames[-2][1]["retries"], 1)
        self.assertEqual(self.enrol("--yes", pins=["0000"])[0], 10)
        self.assertEqual(self.enrol(pins=[SECRET])[0], 10)
        _, envelope = self.place.json("key", "pin", "status")
        self.assertEqual(envelope["result"]["retries"], 0)

    def test_three_in_a_row_are_enough_for_a_key_that_goes_on_counting(self):
        path = os.path.join(self.place.top, "counts.profile")
        with open(path, "w") as file:
            file.write("[softkey]\npin_block = false\n")
        key = self.place.add("counts", path)
        self.assertEqual(self.place.run("key", "pin", "set", "--device", key.selector,
                                        pins=[SECRET])[0], 0)
        code, _, err = self.enrol("--device", key.selector, pins=["0000"] * 8)
        self.assertEqual(code, 9, err)
        self.assertEqual(key.dump()["pin_tries"], 3)

    def test_it_is_told_when_the_first_of_two_touches_was_enough(self):
        self.key.say("touch after 300")
        frames = Helper(self.place).job({"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7],
                                         "user": {"id": "AQID", "name": "a"}, "uv": "discouraged",
                                         "test": {"hash": HASH}})
        events = [value["event"] for _, value in frames if "event" in value]
        self.assertEqual([name for name in events if name in ("touch_needed", "made")],
                         ["touch_needed", "made", "touch_needed"], events)
        self.assertEqual(frames[-1][0], RESULT)

    def test_keyhelper_itself_keeps_the_last_try(self):
        self.set_pin()
        self.assertEqual(self.enrol(pins=["0000"] * 3)[0], 9)
        self.key.say("power-cycle")
        self.assertEqual(self.enrol(pins=["0000"] * 3)[0], 9)
        self.key.say("power-cycle")
        self.assertEqual(self.enrol(pins=["0000"])[0], 8)
        tries = self.key.dump()["pin_tries"]
        helper = Helper(self.place)
        helper.send(REQUEST, {"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7],
                              "user": {"id": "AQID", "name": "a"}, "uv": "required"})
        kind, wanted = helper.read()
        self.assertEqual((kind, wanted["retries"]), (PIN_WANTED, 1))
        helper.send(PIN, SECRET.encode())
        self.assertEqual(helper.read()[1]["code"], 8)
        helper.end()
        self.assertEqual(self.key.dump()["pin_tries"], tries)

    def test_nobody_is_asked_where_nobody_may_be(self):
        self.set_pin()
        self.assertEqual(self.enrol("--non-interactive")[0], 11)
        self.assertEqual(self.enrol()[0], 11)  # no terminal, no askpass

    def test_an_askpass_program_is_asked(self):
        path = os.path.join(self.place.top, "askpass")
        with open(path, "w") as file:
            file.write(f"#!/bin/sh\necho {SECRET}\n")
        os.chmod(path, 0o700)
        env = dict(self.place.env, KEYTURN_ASKPASS=path)
        self.assertEqual(self.place.run("key", "pin", "set", env=env)[0], 0)
        code, _, err = self.enrol(env=env)
        self.assertEqual(code, 0, err)


class Terminal(Case):
    def test_a_new_pin_is_asked_for_twice_and_not_shown(self):
        code, shown = self.place.talk(["key", "pin", "set"], [
            ("New PIN", SECRET + "\n"), ("again: ", "161803\n"), ("differ", ""),
            ("New PIN", SECRET + "\n"), ("again: ", SECRET + "\n")])
        self.assertEqual(code, 0, shown)
        self.assertNotIn(SECRET, shown)
        self.assertNotIn("161803", shown)
        self.assertEqual(self.enrol(pins=[SECRET])[0], 0)

    def test_a_rule_that_is_broken_is_named_and_asked_again(self):
        code, shown = self.place.talk(["key", "pin", "set"], [
            ("New PIN", "12\n"), ("again: ", "12\n"), ("too short", ""),
            ("New PIN", SECRET + "\n"), ("again: ", SECRET + "\n")])
        self.assertEqual(code, 0, shown)

    def test_ctrl_c_at_the_prompt(self):
        self.set_pin()
        code, shown = self.place.talk(["enrol", "--options", self.place.creation()],
                                      [("8 tries left", "\x03")])
        self.assertEqual(code, 14, shown)
        self.assertEqual(self.key.dump()["pin_tries"], 0)

    def test_the_last_try_is_confirmed(self):
        self.set_pin()
        for pins in (["0000"] * 3, ["0000"] * 3, ["0000"]):
            self.enrol(pins=pins)
            self.key.say("power-cycle")
        words = ["enrol", "--options", self.place.creation()]
        tries = self.key.dump()["pin_tries"]
        code, shown = self.place.talk(words, [("spend it: ", "no\n")])
        self.assertEqual(code, 8, shown)
        self.assertEqual(self.key.dump()["pin_tries"], tries)
        code, shown = self.place.talk(words, [("spend it: ", "last\n"),
                                              ("tries left", SECRET + "\n")])
        self.assertEqual(code, 0, shown)


class Trouble(Case):
    def test_unplugged_at_every_report(self):
        self.set_pin()
        at, codes = 1, []
        while True:
            self.key.say(f"unplug at {at}")
            code, _, err = self.enrol(pins=[SECRET])
            if code == 0:
                break
            self.assertEqual(code, 7, f"report {at}: {err}")
            self.key.say("plug")
            codes.append(code)
            at += 1
        self.assertGreater(len(codes), 20)
        # what was ordered for a report that did not come
        self.key.say("unplug")
        self.key.say("plug")
        self.assertEqual(self.enrol(pins=[SECRET])[0], 0)

    def test_never_touched(self):
        self.set_pin()
        self.key.say("touch never")
        code, _, err = self.enrol("--timeout", "1", pins=[SECRET])
        self.assertEqual(code, 13, err)
        self.assertIn("Touch the key.", err)
        self.assertEqual(self.key.dump()["waiting"], 0)

    def test_declined(self):
        self.set_pin()
        self.key.say("touch decline")
        self.assertEqual(self.enrol(pins=[SECRET])[0], 13)

    def start_waiting(self):
        self.set_pin()
        self.key.say("touch never")
        process = self.place.start("enrol", "--options", self.place.creation(), "--events",
                                   pins=[SECRET])
        wait_for(process.stdout, "touch_needed")
        return process

    def test_cancelled_during_touch(self):
        process = self.start_waiting()
        self.assertEqual(self.key.dump()["waiting"], 1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 14)
        self.assertEqual(self.key.dump()["waiting"], 0)

    def test_a_killed_client_leaves_nothing(self):
        process = self.start_waiting()
        process.kill()
        process.communicate(timeout=LIMIT)  # keyhelper has our pipe too

    def test_the_doctor_asks_every_key(self):
        code, envelope = self.place.json("doctor")
        self.assertEqual((code, envelope["result"]["findings"], envelope["result"]["good_keys"]), (0, [], 1), envelope)
        self.assertEqual(self.key.dump()["touches"], 0)
        process = self.start_waiting()
        code, out, err = self.place.run("doctor")
        self.assertEqual(code, 6, out + err)
        self.assertIn(self.key.selector + ": Another program has this key just now.\n", out)
        self.assertNotIn("as it should", out)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT)

    def test_busy_with_another_program(self):
        process = self.start_waiting()
        self.assertEqual(self.place.run("key", "info")[0], 6)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 14)

    def test_damaged_replies(self):
        """Every byte of getInfo turned over once, in turn; bytes missing and
        bytes too many: an answer or an error, and keyhelper lives."""
        fine = {0, 1, 5, 7, 11, 13, 15, 19}
        for order in ([f"corrupt 1 {byte}" for byte in range(0, 190, 3)] +
                      [f"truncate 1 {n}" for n in (1, 2, 50, 180)] +
                      [f"append 1 {n}" for n in (1, 64, 2000, 7000)]):
            self.key.say(order)
            code, out, err = self.place.run("key", "info")
            self.assertIn(code, fine, (order, err))
            self.assertNotIn("keyhelper failed", err, order)
        self.assertEqual(self.place.run("key", "info")[0], 0)

    def test_errors_of_the_key_have_their_exit_codes(self):
        self.set_pin()
        # command 4 of an enrolment with retries, 5th message: makeCredential
        for status, code in ((0x28, 16), (0x2b, 15), (0x27, 13), (0x3a, 13), (0x34, 9),
                             (0x32, 10), (0x36, 11), (0x3c, 12), (0x2d, 14), (0x7f, 1),
                             (0x99, 1), (0x19, 17)):
            with self.subTest(hex(status)):
                self.key.say(f"fail 5 {status}")
                self.assertEqual(self.enrol(pins=[SECRET])[0], code)


class Signing(Case):
    """Statements under our own RP ID: the key proves itself first."""

    RP_ID = "keyturn-practice:approval"

    def setUp(self):
        super().setUp()
        self.set_pin()
        self.cred, self.public = self.make(self.key)

    def make(self, key):
        frames = Helper(self.place).job(
            {"job": "make", "device": key.selector, "rp_id": self.RP_ID, "hash": HASH,
             "user": {"id": "AQID", "name": "ada"}, "algs": [-7], "uv": "required",
             "protect": 2}, [SECRET])
        self.assertEqual(frames[-1][0], RESULT, frames)
        point = unb64url(frames[-1][1]["public_key"])[-65:]
        public = b"".join(struct.pack(">I", len(part)) + part for part in (
            b"sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", point, self.RP_ID.encode()))
        return unb64url(frames[-1][1]["cred"]), public

    def request(self, **more):
        return {"job": "sign", "rp_id": self.RP_ID, "statement": statement(),
                "cred": base64.b64encode(self.cred).decode(),
                "key": base64.b64encode(self.public).decode()} | more

    def sign(self, pins=(SECRET,), **more):
        return Helper(self.place).job(self.request(**more), pins)

    def test_ssh_keygen_accepts_the_signature(self):
        frames = self.sign()
        self.assertEqual(frames[-1][0], RESULT, frames)
        result = frames[-1][1]
        self.assertEqual(result["flags"] & 0xdd, 5)
        path = os.path.join(self.place.top, "statement")
        with open(path + ".sig", "w") as file:
            file.write(armour(self.public, b"keyturn-practice-role.activate@v1", result))
        with open(path + ".allowed", "w") as file:
            file.write("ada sk-ecdsa-sha2-nistp256@openssh.com "
                       + base64.b64encode(self.public).decode() + "\n")
        done = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", path + ".allowed", "-I", "ada",
                               "-n", "keyturn-practice-role.activate@v1", "-s", path + ".sig"],
                              input=statement().encode(), capture_output=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_look_alike_gets_no_pin(self):
        """Another key that answers for the credential, and one that does not
        know it: no PIN is asked for, so none can leave the client."""
        twin = self.place.add("b")
        self.assertEqual(self.place.run("key", "pin", "set", "--device", twin.selector,
                                        pins=[SECRET])[0], 0)
        cred, public = self.make(twin)
        for what, code in (({"device": twin.selector}, 17),
                           ({"device": twin.selector,
                             "cred": base64.b64encode(cred).decode()}, 20),
                           ({"device": self.key.selector,
                             "key": base64.b64encode(public).decode()}, 20)):
            with self.subTest(code):
                tries = self.key.dump()["pin_tries"], twin.dump()["pin_tries"]
                frames = self.sign(**what)
                self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, code))
                self.assertNotIn(PIN_WANTED, [kind for kind, _ in frames])
                self.assertEqual((self.key.dump()["pin_tries"], twin.dump()["pin_tries"]), tries)
        # several keys, none named: the one that holds the credential is found
        frames = self.sign()
        self.assertEqual(frames[-1][0], RESULT)
        self.assertEqual(frames[-1][1]["device"]["selector"], self.key.selector)

    def test_a_pulled_key_is_an_error_at_each_report(self):
        for at in range(1, 60):
            self.key.say(f"unplug at {at}")
            frames = self.sign()
            if frames[-1][0] == RESULT:
                break
            self.assertEqual(frames[-1][1]["code"], 7)
            self.key.say("plug")
        self.assertGreater(at, 20)

    def test_what_is_no_statement_is_not_signed(self):
        good = statement()
        for line in ("", "{}", good + "\n", good.replace('"v":1', '"v": 1'),
                     good.replace("role.activate", "role.deactivate"),
                     statement(more="x"), HASH):
            with self.subTest(line):
                frames = self.sign(statement=line)
                self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 19))
                self.assertNotIn(PIN_WANTED, [kind for kind, _ in frames])
        for more in ({"rp_id": "example.org"}, {"rp_id": "keyturn:approval"},
                     {"key": "AAAA"}, {"cred": "!"}):
            with self.subTest(more):
                frames = self.sign(**more)
                self.assertEqual(frames[-1][0], ERROR)
                self.assertNotIn(PIN_WANTED, [kind for kind, _ in frames])

    def rows(self, n, *others):
        """Signers, n of them of nobody here and the others in their places."""
        rows = [{"cred": base64.b64encode(os.urandom(64)).decode(),
                 "key": base64.b64encode(self.public).decode()} for _ in range(n)]
        for at, cred, public in others:
            rows[at] = {"cred": base64.b64encode(cred).decode(),
                        "key": base64.b64encode(public).decode()}
        return rows

    def prove(self, rows, **more):
        return Helper(self.place).job(
            {"job": "prove", "rp_id": self.RP_ID, "signers": rows} | more)[-1]

    def test_one_of_many_is_found_without_touch_or_pin(self):
        self.key.say("touch never")
        touches = self.key.dump()["touches"]
        for at in (0, 7, 8, 63, 64, 199):
            kind, value = self.prove(self.rows(200, (at, self.cred, self.public)))
            self.assertEqual((kind, value.get("index")), (RESULT, at), value)
        self.assertEqual(self.key.dump()["touches"], touches)
        kind, value = self.prove(self.rows(512))
        self.assertEqual((kind, value["code"]), (ERROR, 17))
        # the longest ids, one message each
        rows = self.rows(512, (511, self.cred, self.public))
        for row in rows[:511]:
            row["cred"] = base64.b64encode(os.urandom(1023)).decode()
        kind, value = self.prove(rows)
        self.assertEqual((kind, value.get("index")), (RESULT, 511), value)

    def test_a_look_alike_is_nobody(self):
        twin = self.place.add("b")
        self.assertEqual(self.place.run("key", "pin", "set", "--device", twin.selector,
                                        pins=[SECRET])[0], 0)
        cred, public = self.make(twin)
        # it knows the id of one row and holds another key
        kind, value = self.prove(self.rows(20, (9, cred, self.public)), device=twin.selector)
        self.assertEqual((kind, value["code"]), (ERROR, 20))
        kind, value = self.prove(self.rows(20, (9, self.cred, self.public)), device=twin.selector)
        self.assertEqual((kind, value["code"]), (ERROR, 17))
        # both plugged in: the one that holds a row is found
        kind, value = self.prove(self.rows(20, (9, cred, public)))
        self.assertEqual((kind, value["index"], value["device"]["selector"]),
                         (RESULT, 9, twin.selector))

    def test_a_list_is_no_way_around_the_proof(self):
        """The signature is for the request's own credential, whatever else a
        list beside it would prove."""
        twin = self.place.add("b")
        self.assertEqual(self.place.run("key", "pin", "set", "--device", twin.selector,
                                        pins=[SECRET])[0], 0)
        cred, public = self.make(twin)
        frames = self.sign(device=twin.selector, signers=self.rows(1, (0, cred, public)))
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 17))
        self.assertNotIn(PIN_WANTED, [kind for kind, _ in frames])

    def test_signers_that_make_no_sense(self):
        good = self.rows(1)[0]
        for rows, code in (([], 2), ([good] * 513, 2), ([good, {}], 2), ("x", 2), ([1], 2),
                           ([good | {"cred": ""}], 2), ([good | {"key": "AAAA"}], 19),
                           ([good | {"cred": base64.b64encode(bytes(1024)).decode()}], 2)):
            with self.subTest(str(rows)[:40]):
                kind, value = self.prove(rows)
                self.assertEqual((kind, value["code"]), (ERROR, code), value)
        self.assertEqual(self.prove([good], rp_id="keyturn:approval")[1]["code"], 2)

    def test_proving_takes_neither_touch_nor_pin(self):
        touches = self.key.dump()["touches"]
        self.key.say("touch never")
        frames = Helper(self.place).job(self.request() | {"job": "prove"})
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertEqual(self.key.dump()["touches"], touches)


class Walls(Case):
    def error_of(self, request, pins=()):
        frames = Helper(self.place).job(request, pins)
        self.assertEqual(frames[-1][0], ERROR, frames)
        self.assertNotIn(PIN_WANTED, [kind for kind, _ in frames])
        return frames[-1][1]["code"]

    def test_our_rp_id_takes_no_hash(self):
        for rp_id in ("keyturn:approval", "keyturn-practice:approval", "keyturn:other"):
            self.assertEqual(self.error_of({"job": "assert", "rp_id": rp_id, "hash": HASH}), 21)
            self.assertEqual(self.error_of(
                {"job": "make", "rp_id": rp_id, "hash": HASH, "test": {"hash": HASH},
                 "user": {"id": "AQID"}, "algs": [-7]}), 21)

    def test_jobs_that_do_not_exist(self):
        for request in ({}, {"job": "reset"}, {"job": 1}, {"job": "make"}):
            self.assertEqual(self.error_of(request), 2)

    def test_requests_that_make_no_sense(self):
        good = {"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7],
                "user": {"id": "AQID", "name": "a"}}
        for change in ({"hash": "00"}, {"hash": None}, {"algs": []}, {"algs": ["x"]},
                       {"algs": [-65535]}, {"user": {}}, {"user": {"id": "!"}},
                       {"user": {"id": "A" * 100}}, {"exclude": ["!"]},
                       {"exclude": ["AAAA"] * 65}, {"protect": 4}, {"protect": -1}):
            with self.subTest(change):
                self.assertEqual(self.error_of(good | change), 2)

    def test_a_client_that_talks_nonsense(self):
        for data in (b"GET / HTTP/1.0\r\n\r\n", b"\x02\x01\0\0\0\x02{}", b"\x01\x12\0\0\0\x02{}",
                     b"\x01\x01\xff\xff\xff\xff", b"\x01\x01\0\0\0\x02[]", b"\x01\x01\0\0\0\0",
                     b"\x01\x02\0\0\0\x04" + b"1234", b"\x01\x04\0\0\0\0",
                     struct.pack(">BBI", 1, 1, 14) + b'{"job":"info"}' + b"more"):
            with self.subTest(data):
                helper = Helper(self.place)
                helper.socket.sendall(data)
                kind, value = helper.read()
                self.assertEqual((kind, value["code"]), (ERROR, 19))
                self.assertEqual(helper.end(), 19)

    def start_touch(self):
        helper = Helper(self.place)
        self.key.say("touch never")
        helper.send(REQUEST, {"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7],
                              "user": {"id": "AQID", "name": "a"}, "uv": "discouraged"})
        while helper.read()[1].get("event") != "touch_needed":
            pass
        self.assertEqual(self.key.dump()["waiting"], 1)
        return helper

    def test_bytes_that_nobody_asked_for_end_the_job(self):
        for data in (b"\x01\x02\0\0\0\x04" + b"1234", b"x", b"\x01\x01\0\0\0\x02{}",
                     b"\x01\x04\0\0\0\0"):
            with self.subTest(data):
                helper = self.start_touch()
                helper.socket.sendall(data)
                kind, value = helper.read()
                self.assertEqual((kind, value["code"]), (ERROR, 14))
                helper.end()
                self.assertEqual(self.key.dump()["waiting"], 0)

    def test_the_end_of_the_client_is_the_end_of_the_job(self):
        helper = self.start_touch()
        helper.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(helper.process.wait(LIMIT), 14)
        helper.end()
        self.assertEqual(self.key.dump()["waiting"], 0)

    def test_what_its_parent_had_open_is_closed(self):
        ours, theirs = os.pipe()
        helper = Helper(self.place, pass_fds=[theirs])
        os.close(theirs)
        self.assertEqual(select.select([ours], [], [], LIMIT)[0], [ours])
        self.assertEqual(os.read(ours, 1), b"")  # while it waits for a request
        self.assertIsNone(helper.process.poll())
        os.close(ours)
        helper.send(REQUEST, {"job": "list"})
        self.assertEqual(helper.read()[0], RESULT)
        self.assertEqual(helper.end(), 0)

    def test_standard_input_must_be_a_socket(self):
        done = subprocess.run([os.environ["KEYHELPER"]], stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=LIMIT)
        reports.check(done.stderr)
        self.assertEqual(done.returncode, 2)
        done = subprocess.run([os.environ["KEYHELPER"], "--what"], stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=LIMIT)
        reports.check(done.stderr)
        self.assertEqual(done.returncode, 2)

    @unittest.skipUnless(INSIDE, "not under sanitizers")
    def test_the_sandbox_holds_from_inside(self):
        for what in ("open", "write", "inet", "unix", "fork", "exec", "map"):
            with self.subTest(what):
                env = dict(self.place.env, LD_PRELOAD=INSIDE, INSIDE=what)
                helper = Helper(self.place, env=env)
                helper.send(REQUEST, {"job": "info"})
                helper.read()
                self.assertEqual(helper.end(), -signal.SIGSYS)
        for what in ("write", "inet", "unix", "fork", "exec", "map"):
            with self.subTest("list: " + what):
                env = dict(self.place.env, LD_PRELOAD=INSIDE, INSIDE=what, INSIDE_LIST="1")
                helper = Helper(self.place, env=env)
                helper.send(REQUEST, {"job": "list"})
                helper.read()
                self.assertEqual(helper.end(), -signal.SIGSYS)
        # and the trick itself works: without a sandbox nobody would be killed
        env = dict(self.place.env, LD_PRELOAD=INSIDE, INSIDE="nothing")
        helper = Helper(self.place, env=env)
        helper.send(REQUEST, {"job": "info"})
        helper.read()
        self.assertEqual(helper.end(), 77)


if __name__ == "__main__":
    unittest.main()
