# SPDX-License-Identifier: Apache-2.0
"""Keys on card readers: fidotool and keyhelper as they are, sandboxed, through
the real card service and virtual readers. Radio and fields are not here."""
import base64
import hashlib
import json
import os
import struct
import subprocess
import unittest

import keys_lib
import keys_test
import plans
import readers
from keys_lib import CANCEL, ERROR, EVENT, HASH, PIN, PIN_WANTED, REQUEST, RESULT, Helper, Place, statement, unb64url

SECRET = "271828"
MAKE = {"job": "make", "rp_id": "example.org", "user": {"id": "AQID", "name": "a"}, "hash": HASH, "algs": [-7], "uv": "required"}
service = None


def setUpModule():
    global service
    service = readers.Service()


def tearDownModule():
    service.end()


class Case(unittest.TestCase):
    profile = None

    def setUp(self):
        self.place = Place()
        self.addCleanup(self.clean_up)
        self.begin_watch()
        self.key = self.put("a", profile=self.profile)

    def begin_watch(self):
        self.watch = readers.Watch(self.place)
        self.watch.wait('"keys"')

    def clean_up(self):
        self.watch.end()
        self.place.end()
        service_is_idle()

    def put(self, name, reader=0, profile=None):
        """A key on a reader, seen by the service."""
        self.place.keys.append(readers.Card(self.place.top, name, profile, reader))
        self.watch.wait('"arrived"', readers.NAMES[reader])
        return self.place.keys[-1]

    def lift(self, key):
        self.watch.until_there(key.selector)
        key.say("unplug")
        self.watch.wait('"removed"', readers.NAMES[key.reader])

    def put_back(self, key):
        key.say("plug")
        self.watch.wait('"arrived"', readers.NAMES[key.reader])

    def set_pin(self):
        code, _, err = self.place.run("key", "pin", "set", pins=[SECRET])
        self.assertEqual(code, 0, err)

    def enrol(self, **more):
        return self.place.run("enrol", "--options", self.place.creation(), pins=[SECRET], **more)

    def job(self, request, pins=(SECRET,), tap=None, back=None, stop_at=None, stale=False):
        """Runs a job as a person would: lifts the key when that is asked for
        and puts it on again, or another one. A PIN may take so long that its
        being there has grown stale for the key."""
        helper, frames, pins, tapped = Helper(self.place), [], list(pins), False
        helper.send(REQUEST, request)
        while True:
            kind, value = helper.read()
            if kind is None:
                break
            frames.append((kind, value))
            if kind == PIN_WANTED:
                if stale:
                    self.key.say("clock 121000")
                helper.send(PIN, pins.pop(0).encode())
            if kind == EVENT and value["event"] == stop_at:
                helper.send(CANCEL)
            elif kind == EVENT and value["event"] == "tap_needed" and tap:
                tapped = True
                if value["again"]:
                    tap.say("unplug")
                else:
                    (back or tap).say("plug")
            if kind in (RESULT, ERROR):
                break
        helper.end()
        if tapped:
            # It will tell, or has told, of comings and goings that were the
            # job's; whoever waits for the next one must not be given those.
            self.watch.end()
            self.begin_watch()
        return frames


def service_is_idle():
    """No card left on a reader, none held."""
    def is_so():
        with Empty() as place:
            return all(row["state"] == "empty" for row in place.json("key", "list")[1]["result"]["readers"])
    readers.wait_until(is_so)


class Empty(Place):
    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def events(frames):
    return [value["event"] for kind, value in frames if kind == EVENT]


class Flows(Case):
    def test_a_reader_with_a_key_is_listed(self):
        code, envelope = self.place.json("key", "list")
        self.assertEqual(code, 0)
        result = envelope["result"]
        self.assertEqual([key["selector"] for key in result["keys"]], [self.key.selector])
        self.assertEqual(result["keys"][0]["transport"], "pcsc")
        self.assertEqual({row["name"]: row["state"] for row in result["readers"]},
                         {readers.NAMES[0]: "fido", readers.NAMES[1]: "empty"})
        self.assertEqual(result["pcscd"], "running")
        code, envelope = self.place.json("key", "info")
        self.assertEqual(code, 0)
        self.assertEqual(envelope["device"]["selector"], self.key.selector)
        self.assertEqual(envelope["result"]["pin"]["state"], "not-set")

    def test_another_card_is_no_key(self):
        self.key.say("nfc select other")
        self.assertEqual(self.place.json("key", "list")[1]["result"]["keys"], [])
        self.assertEqual(self.place.run("key", "info")[0], 3)
        code, _, err = self.place.run("key", "info", "--device", self.key.selector)
        self.assertEqual(code, 15, err)
        # and it does not make a key beside it ambiguous
        self.key.say("nfc select fido")
        other = self.put("b", reader=1)
        other.say("nfc select other")
        code, envelope = self.place.json("key", "info")
        self.assertEqual((code, envelope["device"]["selector"]), (0, self.key.selector))

    def test_it_is_named_and_not_chosen_by_touch(self):
        for words in (("key", "select"), ("key", "info", "--device", "touch")):
            code, _, err = self.place.run(*words)
            self.assertEqual(code, 4, err)
            self.assertIn("cannot be chosen by touch", err)
            self.assertIn("Name one with --device", err)
            self.assertNotIn("model", err)

    def test_selectors(self):
        other = self.put("b", reader=1)
        self.assertEqual(self.place.run("key", "info")[0], 4)
        for selector in (self.key.selector, other.selector):
            code, envelope = self.place.json("key", "info", "--device", selector)
            self.assertEqual((code, envelope["device"]["selector"], envelope["warnings"]), (0, selector, []))
        code, envelope = self.place.json("key", "info", "--device", "pcsc://slot1")
        self.assertEqual((code, envelope["device"]["selector"]), (0, other.selector))
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["positional-selector"])
        for selector, wanted in (("pcsc://slot2", 3), ("pcsc://slot8", 3), ("pcsc:No Reader", 3), ("pcsc:", 3), ("nfc:/sys/x", 2)):
            code, _, err = self.place.run("key", "info", "--device", selector)
            self.assertEqual(code, wanted, err)

    def test_enrolment_and_assertion(self):
        self.set_pin()
        powers = self.key.dump()["powers"]
        code, out, err = self.enrol()
        self.assertEqual(code, 0, err)
        mine = json.loads(out)
        # No conversation resets it; the service may have had it without power
        # before, while it lay idle.
        self.assertLessEqual(self.key.dump()["powers"], powers + 1)
        words = {"job": "assert", "rp_id": "example.org", "hash": HASH, "allow": [mine["id"]], "uv": "required"}
        frames = self.job(words, tap=self.key, stale=True)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertEqual(unb64url(frames[-1][1]["auth_data"])[:32], hashlib.sha256(b"example.org").digest())
        self.assertEqual(unb64url(frames[-1][1]["auth_data"])[32] & 5, 5)
        self.assertEqual(self.key.dump()["faults"], 0)

    def test_each_credential_has_its_own_tap(self):
        """Made, lifted, put on again, tested: with one PIN."""
        self.set_pin()
        frames = self.job(MAKE | {"test": {"hash": HASH}}, tap=self.key)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertEqual(frames[-1][1]["test"]["cred"], frames[-1][1]["cred"])
        self.assertEqual([kind for kind, _ in frames].count(PIN_WANTED), 1)
        seen = [name for name in events(frames) if name in ("made", "tap_needed", "tapped")]
        self.assertEqual(seen, ["made", "tap_needed", "tap_needed", "tapped"])
        self.assertEqual(self.key.dump()["touches"], 2)

    def test_another_key_that_comes_back_gets_no_pin(self):
        self.set_pin()
        self.lift(self.key)
        twin = self.put("b")
        self.set_pin()
        self.lift(twin)
        self.put_back(self.key)
        tries = twin.dump()["pin_tries"]
        frames = self.job(MAKE | {"test": {"hash": HASH}}, tap=self.key, back=twin)
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 20), frames)
        self.assertIn("another key", frames[-1][1]["text"])
        self.assertEqual(twin.dump()["pin_tries"], tries)

    def test_presence_that_has_grown_old_is_asked_for_again(self):
        self.set_pin()
        frames = self.job(MAKE, tap=self.key, stale=True)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertEqual([value["again"] for kind, value in frames if kind == EVENT and value["event"] == "tap_needed"], [True, False])

    def test_a_key_that_stays_where_it_is(self):
        self.set_pin()
        frames = self.job(MAKE | {"timeout_s": 1}, stale=True)
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 13), frames)
        self.assertIn("not lifted in time", frames[-1][1]["text"])

    def test_a_key_may_be_put_on_later(self):
        self.lift(self.key)
        frames = self.job({"job": "info", "device": self.key.selector}, tap=self.key)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertEqual(events(frames), ["tap_needed", "tapped"])
        self.lift(self.key)
        code, _, err = self.place.run("key", "info", "--device", self.key.selector, "--timeout", "1")
        self.assertEqual(code, 13)
        self.assertIn("Put the key on the reader and keep it there.", err)


class Twins(Case):
    """A key that is plugged in and lies on a reader at once."""

    def plug_in(self, name, profile=None):
        self.place.keys.append(keys_lib.Softkey(self.place.top, name, profile))
        return self.place.keys[-1]

    def rows(self):
        code, envelope = self.place.json("key", "list")
        self.assertEqual(code, 0, envelope)
        return envelope["result"]["keys"]

    def both(self):
        """One software key in both places, alone."""
        self.lift(self.key)
        self.place.keys.append(readers.Both(self.place.top, "both"))
        self.watch.wait('"arrived"', readers.NAMES[0])
        return self.place.keys[-1]

    def test_one_key_in_two_places_is_one_row(self):
        key = self.both()
        rows = self.rows()
        self.assertEqual([row["selector"] for row in rows], [key.plugged])
        self.assertEqual(rows[0]["also"], [{"selector": key.selector, "by": "agreement"}])
        self.assertIn("also " + key.selector, self.place.run("key", "list")[1])
        # and no job finds it ambiguous
        code, envelope = self.place.json("key", "info")
        self.assertEqual((code, envelope["device"]["selector"]), (0, key.plugged))
        code, envelope = self.place.json("key", "info", "--device", "aaguid:" + envelope["device"]["aaguid"])
        self.assertEqual((code, envelope["device"]["selector"]), (0, key.plugged))
        code, envelope = self.place.json("key", "info", "--device", key.selector)
        self.assertEqual((code, envelope["device"]["selector"]), (0, key.selector))
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)

    def test_two_keys_of_one_model_stay_two(self):
        plugged = self.plug_in("b")
        rows = {row["selector"]: row for row in self.rows()}
        self.assertEqual(set(rows), {plugged.selector, self.key.selector})
        self.assertEqual(rows[self.key.selector]["maybe"], plugged.selector)
        self.assertNotIn("also", rows[plugged.selector])
        self.assertIn("perhaps the same key", self.place.run("key", "list")[1])
        code, envelope = self.place.json("key", "info")
        self.assertEqual(code, 4, envelope)
        self.assertEqual([one["selector"] for one in envelope["error"]["candidates"]], [plugged.selector, self.key.selector])

    def test_another_model_is_another_key(self):
        plugged = self.plug_in("b", "self-2.3")
        rows = {row["selector"]: row for row in self.rows()}
        self.assertEqual(set(rows), {plugged.selector, self.key.selector})
        self.assertFalse(any("maybe" in row or "also" in row for row in rows.values()))


class Habits(Case):
    """What cards do in the field."""

    def test_select(self):
        for answer in ("fido", "u2f", "empty", "more"):
            with self.subTest(answer):
                self.key.say("nfc select " + answer)
                self.assertEqual(self.place.json("key", "info")[0], 0)
        self.assertEqual(self.key.dump()["faults"], 0)

    def test_errors_in_the_status_word(self):
        for form in ("on", "off"):
            self.key.say("nfc status-in-word " + form)
            self.key.say("fail 2 0x35")  # PIN not set
            code, envelope = self.place.json("enrol", "--options", self.place.creation(
                authenticatorSelection={"userVerification": "discouraged"}))
            self.assertEqual((code, envelope["error"]["ctap"]), (11, "PIN_NOT_SET"), envelope)

    def test_habits_that_belong_to_a_kind_of_key(self):
        """No name and errors in the word; U2F's name, and messages of 1300 bytes."""
        for profile in ("self-2.3", "nfc-2.1"):
            with self.subTest(profile):
                key = self.put(profile, reader=1, profile=profile)
                device = ["--device", key.selector]
                code, _, err = self.place.run("key", "pin", "set", *device, pins=[SECRET])
                self.assertEqual(code, 0, err)
                code, envelope = self.place.json("key", "pin", "verify", *device, pins=["999999"])
                self.assertEqual((code, envelope["error"]["retries"]), (8, 7), envelope)
                ids = [base64.urlsafe_b64encode(bytes([i]) * 64).decode().rstrip("=") for i in range(20)]
                frames = self.job(MAKE | {"exclude": ids, "device": key.selector}, tap=key)
                self.assertEqual(frames[-1][0], RESULT, frames)
                self.assertEqual(key.dump()["faults"], 0)
                self.lift(key)

    def test_a_key_that_takes_its_time(self):
        self.set_pin()
        self.key.say("nfc keepalives 3")
        frames = self.job(MAKE)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertIn("processing", events(frames))
        self.assertEqual(self.key.dump()["faults"], 0)

    def test_a_card_that_is_touched(self):
        self.set_pin()
        self.lift(self.key)
        self.key.say("nfc touched on")
        self.key.say("touch after 300")
        self.put_back(self.key)
        frames = self.job(MAKE)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertIn("touch_needed", events(frames))

    def test_cancelled_while_it_waits(self):
        self.set_pin()
        self.lift(self.key)
        self.key.say("nfc touched on")
        self.key.say("touch never")
        self.put_back(self.key)
        frames = self.job(MAKE, stop_at="touch_needed")
        self.assertEqual(frames[-1][1]["code"], 14, frames)
        # The key has heard of it, and is there for the next one.
        self.key.say("touch after 0")
        self.assertEqual(self.job(MAKE)[-1][0], RESULT)
        self.assertEqual(self.key.dump()["faults"], 0)

    def test_never_touched(self):
        self.set_pin()
        self.lift(self.key)
        self.key.say("nfc touched on")
        self.key.say("touch never")
        self.put_back(self.key)
        frames = self.job(MAKE | {"timeout_s": 1})
        self.assertEqual(frames[-1][1]["code"], 13, frames)

    def test_long_messages_and_replies(self):
        """Chained on the way in, fetched on the way out."""
        self.set_pin()
        ids = [base64.urlsafe_b64encode(bytes([i]) * 64).decode().rstrip("=") for i in range(12)]
        frames = self.job(MAKE | {"exclude": ids})
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertGreater(len(frames[-1][1]["attestation"]), 700)
        self.assertEqual(self.key.dump()["faults"], 0)


class Older(Case):
    """A key that knows U2F alone."""
    profile = "u2f-only"
    make = MAKE | {"uv": "discouraged"}

    def test_it_is_told_apart(self):
        code, envelope = self.place.json("key", "list", "--ask")
        self.assertEqual((code, envelope["result"]["keys"][0]["u2f_only"]), (0, True), envelope)
        code, envelope = self.place.json("key", "pin", "set", pins=[SECRET])
        self.assertEqual(code, 15)
        self.assertIn("U2F alone", envelope["error"]["text"])
        self.assertEqual(self.key.dump()["faults"], 0)

    def test_each_credential_has_its_own_tap(self):
        frames = self.job(self.make | {"test": {"hash": HASH}}, tap=self.key)
        self.assertEqual(frames[-1][0], RESULT, frames)
        made = frames[-1][1]
        self.assertEqual((made["u2f"], made["test"]["cred"]), (True, made["cred"]))
        self.assertEqual([name for name in events(frames) if name in ("made", "tap_needed", "tapped")],
                         ["made", "tap_needed", "tap_needed", "tapped"])
        # and what its being there stood for is used up when the next one asks
        frames = self.job({"job": "assert", "rp_id": "example.org", "hash": HASH, "allow": [made["cred"]],
                           "uv": "discouraged"}, tap=self.key)
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertEqual(events(frames), ["tap_needed", "tap_needed", "tapped"])
        self.assertEqual(unb64url(frames[-1][1]["auth_data"])[32], 1)
        self.assertEqual(self.key.dump()["faults"], 0)

    def test_another_key_that_comes_back(self):
        self.lift(self.key)
        twin = self.put("b", profile=self.profile)
        self.lift(twin)
        self.put_back(self.key)
        frames = self.job(self.make | {"test": {"hash": HASH}}, tap=self.key, back=twin)
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 20), frames)

    def test_lifted_in_each_apdu_of_an_enrolment(self):
        options = self.place.creation(authenticatorSelection={"userVerification": "discouraged"})
        for at in range(1, 30):
            self.key.say(f"unplug at {at}")
            code, out, err = self.place.run("enrol", "--options", options)
            if code == 0:
                break
            self.assertEqual((code, out), (7, ""), f"APDU {at}: {err}")
            self.watch.wait('"removed"')
            self.put_back(self.key)
        self.assertGreater(at, 5)


class Trouble(Case):
    def test_lifted_in_each_apdu_of_an_enrolment(self):
        self.set_pin()
        self.lift(self.key)
        self.put_back(self.key)
        at = 0
        while True:
            at += 1
            self.key.say(f"unplug at {at}")
            code, out, err = self.enrol()
            if code == 0:
                break
            self.assertEqual((code, out), (7, ""), f"APDU {at}: {err}")
            self.assertIn("lifted too early", err)
            self.watch.wait('"removed"')
            self.put_back(self.key)
        self.assertGreater(at, 8)
        self.assertEqual(self.key.dump()["faults"], 0)

    def test_lifted_while_it_waits(self):
        self.set_pin()
        self.lift(self.key)
        self.key.say("nfc touched on")
        self.key.say("touch never")
        self.put_back(self.key)
        helper = Helper(self.place)
        helper.send(REQUEST, MAKE)
        while True:
            kind, value = helper.read()
            if kind == PIN_WANTED:
                helper.send(PIN, SECRET.encode())
            if kind == EVENT and value["event"] == "touch_needed":
                self.key.say("unplug")
            if kind in (RESULT, ERROR):
                break
        self.assertEqual((kind, value["code"]), (ERROR, 7), value)
        helper.end()

    def test_damaged_replies(self):
        for order in ("truncate 1 40", "append 1 3", "corrupt 1 2"):
            with self.subTest(order):
                self.key.say(order)
                self.assertEqual(self.place.run("key", "info")[0], 19)

    def test_the_service_goes_and_comes_back(self):
        helper = Helper(self.place)
        helper.send(REQUEST, {"job": "pin-set"})
        self.assertEqual(helper.read()[0], PIN_WANTED)
        service.stop()
        helper.send(PIN, SECRET.encode())
        kind, value = helper.read()
        self.assertEqual((kind, value["code"]), (ERROR, 7), value)
        helper.end()
        self.watch.wait('"removed"')
        self.watch.wait('"readers"', '"down"')
        code, envelope = self.place.json("key", "list")
        self.assertEqual((code, envelope["result"]["keys"], envelope["result"]["pcscd"]), (0, [], "down"))
        self.assertEqual(self.place.run("key", "info")[0], 3)
        service.start()
        self.watch.wait('"readers"', '"running"')
        self.put_back(self.key)
        self.assertEqual(self.place.json("key", "info")[0], 0)

    def test_without_a_service(self):
        service.stop()
        os.remove(os.path.join(readers.SERVICE, "pcscd.comm"))
        code, envelope = self.place.json("key", "list")
        self.assertEqual((code, envelope["result"]["keys"], envelope["result"]["readers"], envelope["result"]["pcscd"]),
                         (0, [], [], "absent"))
        service.start()
        self.watch.wait('"readers"', '"running"')

    def test_another_program_has_the_card(self):
        """A job that waits for its PIN holds the key: the next one is told."""
        helper = Helper(self.place)
        helper.send(REQUEST, {"job": "pin-set"})
        self.assertEqual(helper.read()[0], PIN_WANTED)
        code, _, err = self.place.run("key", "info")
        self.assertEqual(code, 6, err)
        rows = self.place.json("key", "list")[1]["result"]["readers"]
        self.assertEqual(rows[0]["state"], "busy")
        # It is no key that could be meant beside one that is free.
        free = self.place.add("free")
        code, envelope = self.place.json("key", "info")
        self.assertEqual((code, envelope["device"]["selector"]), (0, free.selector))
        helper.send(CANCEL)
        helper.end()
        self.assertEqual(self.place.run("key", "info", "--device", self.key.selector)[0], 0)
        self.assertEqual(self.place.run("key", "info")[0], 4)


class Signing(Case):
    """A statement signed for the sign-in: the same words as by USB."""

    request = keys_test.Signing.request
    RP_ID = keys_test.Signing.RP_ID

    def test_ssh_keygen_accepts_the_signature(self):
        self.set_pin()
        made = self.job(MAKE | {"rp_id": self.RP_ID, "protect": 2})[-1]
        self.assertEqual(made[0], RESULT, made)
        point = unb64url(made[1]["public_key"])[-65:]
        self.public = b"".join(struct.pack(">I", len(part)) + part for part in (
            b"sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", point, self.RP_ID.encode()))
        self.cred = unb64url(made[1]["cred"])
        proofs = self.key.dump()["command_02"] if "command_02" in self.key.dump() else 0
        frames = self.job(self.request(), tap=self.key, stale=True)
        self.assertEqual(frames[-1][0], RESULT, frames)
        # It proved itself before the PIN, and once more after the tap.
        self.assertGreaterEqual(self.key.dump()["command_02"] - proofs, 3)
        path = os.path.join(self.place.top, "statement")
        with open(path + ".sig", "w", encoding="ascii") as file:
            file.write(keys_test.armour(self.public, b"keyturn-practice-role.activate@v1", frames[-1][1]))
        with open(path + ".allowed", "w", encoding="ascii") as file:
            file.write("ada sk-ecdsa-sha2-nistp256@openssh.com " + base64.b64encode(self.public).decode() + "\n")
        done = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", path + ".allowed", "-I", "ada", "-n",
                               "keyturn-practice-role.activate@v1", "-s", path + ".sig"],
                              input=statement().encode(), capture_output=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)


class Plans(Case):
    """A station's keyhelper, which serves a card: with plans, and no others."""

    def setUp(self):
        super().setUp()
        self.set_pin()
        self.signer = plans.Signer(self.place.top)
        self.conf = self.signer.conf(os.path.join(self.place.top, "keyhelper.conf"), "example.org")
        self.made = [self.job(MAKE | {"discoverable": True, "user": {"id": name, "name": name}}, tap=self.key)[-1][1]["cred"]
                     for name in ("AQID", "BAUG")]
        self.identity = self.station({"job": "identify"})[1]["identity"]

    def station(self, request):
        return Helper(self.place, "--station", self.conf).job(request, [SECRET], confirm=True)[-1]

    def delete(self, cred, leave=None):
        """The exit code, and the words of a refusal."""
        request = {"job": "credential-delete", "cred": cred} | ({"signed": leave} if leave else {})
        kind, value = self.station(request)
        return (0, "") if kind == RESULT else (value["code"], value["text"])

    def left(self):
        return [one["id"] for one in self.station({"job": "credential-list"})[1]["credentials"]]

    def test_one_passkey_goes_with_its_plan(self):
        first, second = self.made
        other = plans.Signer(self.place.top, "other")
        good = self.signer.plan(plans.DELETE, self.identity, first)
        for leave, words in ((None, "without a plan"),
                             ({"plan": good["plan"]}, "not signed"),
                             (other.plan(plans.DELETE, self.identity, first), "not one of this station's"),
                             (self.signer.plan(plans.DELETE, self.identity, first, minutes=(-20, -10)), "expired"),
                             (self.signer.plan(plans.RESET, self.identity), "something else"),
                             (self.signer.plan(plans.DELETE, "11" * 32, first), "another key"),
                             (self.signer.plan(plans.DELETE, self.identity, second), "another credential")):
            code, text = self.delete(first, leave)
            self.assertEqual(code, 21, text)
            self.assertIn(words, text)
        self.assertEqual(len(self.left()), 2)
        self.assertEqual(self.delete(first, good), (0, ""))
        self.assertEqual(self.left(), [second])
        self.assertEqual(self.delete(first, good)[0], 17)
        self.assertEqual(self.delete(second, good)[0], 21)

    def test_a_plan_is_for_one_key(self):
        """Another one in its place, with a passkey of its own and other settings:
        what is equal in all that it says is equal to a plan."""
        self.lift(self.key)
        self.put("other")
        self.set_pin()
        code, _, err = self.place.run("key", "config", "set", "always-uv", "on", pins=[SECRET])
        self.assertEqual(code, 0, err)
        cred = self.job(MAKE | {"discoverable": True}, tap=self.place.keys[-1])[-1][1]["cred"]
        code, text = self.delete(cred, self.signer.plan(plans.DELETE, self.identity, cred))
        self.assertEqual(code, 21, text)
        self.assertIn("another key", text)
        identity = self.station({"job": "identify"})[1]["identity"]
        self.assertEqual(self.delete(cred, self.signer.plan(plans.DELETE, identity, cred)), (0, ""))


if __name__ == "__main__":
    readers.enter()
    unittest.main()
