# SPDX-License-Identifier: Apache-2.0
"""Plans: on a station keyhelper takes nothing off a key but what the station
signed, for that key, for that act and for now; elsewhere a plan that is given
must fit all the same."""
import json
import os
import unittest

import plans
from keys_lib import ERROR, HASH, LIMIT, RESULT, Helper, Place, b64url, wait_for

SECRET = "271828"


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        self.key = self.place.add("a")
        self.signer = plans.Signer(self.place.top)

    def identity(self, *words):
        frames = Helper(self.place).job({"job": "identify", "device": self.key.selector} | dict(words))
        self.assertEqual(frames[-1][0], RESULT, frames)
        return frames[-1][1]["identity"]

    def make(self, user):
        frames = Helper(self.place).job(
            {"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7], "uv": "required", "discoverable": True,
             "user": {"id": b64url(user.encode()), "name": user}, "device": self.key.selector}, [SECRET])
        self.assertEqual(frames[-1][0], RESULT, frames)
        return frames[-1][1]["cred"]

    def set_pin(self, pin=SECRET):
        code, _, err = self.place.run("key", "pin", "set", "--device", self.key.selector, pins=[pin])
        self.assertEqual(code, 0, err)

    def write(self, leave):
        path = os.path.join(self.place.top, "plan.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(leave, file)
        return path


class Station(Case):
    """What is decided before a key is opened. There is none here that a station
    would serve: 3 is the answer to what was let through."""

    TARGET = "11" * 32

    def ask(self, leave, job="reset", conf=None):
        conf = conf or self.signer.conf(os.path.join(self.place.top, "keyhelper.conf"))
        request = {"job": job, "plan": {"identity": self.TARGET}} | ({"signed": leave} if leave else {})
        kind, value = Helper(self.place, "--station", conf).job(request, confirm=True)[-1]
        self.assertEqual(kind, ERROR)
        return value["code"], value["text"]

    def test_a_plan_of_the_station_is_let_through(self):
        cred = b64url(b"credential")
        self.assertEqual(self.ask(self.signer.plan(plans.RESET, self.TARGET))[0], 3)
        self.assertEqual(self.ask(self.signer.plan(plans.RESET, self.TARGET), "reset-plan")[0], 3)
        self.assertEqual(self.ask(self.signer.plan(plans.DELETE, self.TARGET, cred), "credential-delete")[0], 3)

    def refused(self, words, *more, **options):
        code, text = self.ask(*more, **options)
        self.assertEqual(code, 21, text)
        self.assertIn(words, text)

    def test_no_plan(self):
        for job in ("reset", "reset-plan", "credential-delete"):
            self.refused("without a plan", None, job)

    def test_a_plan_that_the_client_made(self):
        line = plans.write(plans.RESET, self.TARGET)
        self.refused("not signed", {"plan": line})
        own = plans.Signer(self.place.top, "own")
        self.refused("not one of this station's", own.plan(plans.RESET, self.TARGET))
        self.refused("not one of this station's", {"plan": line, "signature": "-----BEGIN SSH SIGNATURE-----\n"})

    def test_a_plan_of_another_station(self):
        other = plans.Signer(self.place.top, "other")
        self.refused("not one of this station's", other.plan(plans.RESET, self.TARGET, station="st-08"))

    def test_a_plan_of_practice(self):
        self.refused("not one of this station's",
                     self.signer.plan(plans.RESET, self.TARGET, namespace="keyturn-practice-plan@v1"))

    def test_another_signature_of_the_station(self):
        """What it signs besides is no plan."""
        self.refused("not one of this station's", self.signer.plan(plans.RESET, self.TARGET, namespace="keyturn-machine@v1"))

    def test_a_plan_that_was_changed(self):
        good = self.signer.plan(plans.RESET, self.TARGET, minutes=(-20, -10))
        for before, after in (("11" * 32, "12" * 32), ('"seq":7', '"seq":8'), (plans.RESET, plans.DELETE)):
            self.refused("not one of this station's", good | {"plan": good["plan"].replace(before, after)})
        later = json.dumps(json.loads(good["plan"]) | {"until": plans.time_of(5)}, sort_keys=True, separators=(",", ":"))
        self.refused("not one of this station's", good | {"plan": later})

    def test_a_plan_that_has_expired_or_is_to_come(self):
        self.refused("expired", self.signer.plan(plans.RESET, self.TARGET, minutes=(-11, -1)))
        self.refused("to come", self.signer.plan(plans.RESET, self.TARGET, minutes=(3, 10)))

    def test_a_plan_for_something_else(self):
        cred = b64url(b"credential")
        self.refused("something else", self.signer.plan(plans.RESET, self.TARGET), "credential-delete")
        self.refused("something else", self.signer.plan(plans.DELETE, self.TARGET, cred))
        for job in ("blob-purge", "fingerprint-delete"):
            self.refused("there is none for this", self.signer.plan(plans.RESET, self.TARGET), job)

    def test_what_is_signed_and_no_plan(self):
        for more in ({"minutes": (0, 16)}, {"v": 2}, {"target": "x"}, {"target": None}, {"cred": b64url(b"c")},
                     {"act": "key.pin.set"}, {"extra": "x"}):
            with self.subTest(more):
                fields = {"act": plans.RESET, "target": self.TARGET} | more
                self.refused("cannot be read", self.signer.plan(**fields))

    def test_a_station_that_names_no_key(self):
        path = os.path.join(self.place.top, "none.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write("[keyhelper]\nrp_ids=desk.example\n")
        self.refused("names no plan_key", self.signer.plan(plans.RESET, self.TARGET), conf=path)


class Key(Case):
    """What only the key in hand can tell; here with a keyhelper of one's own,
    which asks the same of a plan but its signature."""

    def setUp(self):
        super().setUp()
        self.set_pin()

    def delete(self, cred, leave):
        frames = Helper(self.place).job({"job": "credential-delete", "cred": cred, "signed": leave}, [SECRET], confirm=True)
        return frames[-1]

    def test_one_credential_goes_and_no_other(self):
        first, second = self.make("one"), self.make("two")
        leave = self.signer.plan(plans.DELETE, self.identity(), first)
        kind, value = self.delete(second, leave)
        self.assertEqual((kind, value["code"]), (ERROR, 21))
        self.assertIn("another credential", value["text"])
        self.assertEqual(self.delete(first, leave)[0], RESULT)
        # Used once more there is nothing that it could take.
        kind, value = self.delete(first, leave)
        self.assertEqual((kind, value["code"]), (ERROR, 17))
        code, _, err = self.place.run("key", "credential", "show", second, pins=[SECRET])
        self.assertEqual(code, 0, err)

    def test_a_plan_for_another_key(self):
        cred = self.make("one")
        other = self.place.add("b", self.place.profile("b", "firmware_version = 77"))
        frames = Helper(self.place).job({"job": "identify", "device": other.selector})
        leave = self.signer.plan(plans.DELETE, frames[-1][1]["identity"], cred)
        other.say("unplug")
        kind, value = self.delete(cred, leave)
        self.assertEqual((kind, value["code"]), (ERROR, 21))
        self.assertIn("another key", value["text"])
        leave = self.signer.plan(plans.RESET, frames[-1][1]["identity"])
        code, _, err = self.place.run("key", "reset", "--plan", self.write(leave), *self.named())
        self.assertEqual(code, 21, err)
        self.assertIn("another key", err)
        self.assertNotIn("Pull", err)
        self.assertEqual(self.key.dump().get("command_07", 0), 0)

    def named(self):
        fingerprint = self.place.json("key", "info", "--device", self.key.selector)[1]["device"]["fingerprint"]
        return "--yes", "--fingerprint", fingerprint

    def reset(self, path):
        process = self.place.start("key", "reset", "--events", "--plan", path, *self.named())
        wait_for(process.stdout, "waiting_remove")
        self.key.say("unplug")
        wait_for(process.stdout, "waiting_insert")
        self.key.say("plug")
        _, err = process.communicate(timeout=LIMIT)
        return process.returncode, err.decode()

    def test_a_key_is_reset_with_a_plan(self):
        path = self.write(self.signer.plan(plans.RESET, self.identity()))
        code, err = self.reset(path)
        self.assertEqual(code, 0, err)
        self.assertEqual(self.key.dump()["command_07"], 1)
        # It is in another state now, and the plan is not for that.
        code, _, err = self.place.run("key", "reset", "--plan", path, *self.named())
        self.assertEqual(code, 21, err)
        self.assertIn("another key, or this one has changed", err)
        self.assertEqual(self.key.dump()["command_07"], 1)

    def test_the_key_that_comes_back_is_held_against_the_plan_too(self):
        plan = Helper(self.place).job({"job": "reset-plan"}, confirm=True)[-1][1]["plan"]
        leave = self.signer.plan(plans.RESET, "11" * 32)
        self.key.say("power-cycle")
        kind, value = Helper(self.place).job({"job": "reset", "plan": plan, "signed": leave}, confirm=True)[-1]
        self.assertEqual((kind, value["code"]), (ERROR, 21))
        self.assertEqual(self.key.dump().get("command_07", 0), 0)

    def test_files_that_hold_no_plan(self):
        for text, wanted in (("", 19), ("{}", 19), ('{"plan":"x"}', 19), ('{"plan":1,"signature":2}', 19),
                             ('{"result":{"plan":"x","signature":"y"}}', 21)):
            path = os.path.join(self.place.top, "bad.json")
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            code, _, err = self.place.run("key", "reset", "--plan", path, *self.named())
            self.assertEqual(code, wanted, (text, err))
        code, _, err = self.place.run("key", "reset", "--plan", "/nonexistent", *self.named())
        self.assertEqual(code, 2, err)


if __name__ == "__main__":
    unittest.main()
