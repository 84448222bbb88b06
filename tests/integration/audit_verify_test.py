#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""audit_verify_test.py - `fidotool audit verify` gives the same answer as
verify.py: on each forged bundle of its tests, on each trust folder that lacks
something, on anchors; and no single flipped bit gets past it.

Needs FIDOTOOL and FLIP, the two programs, in the environment."""
import datetime
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

import verify_py_test as table
from forge_bundle import Forge, write

FIDOTOOL, FLIP = os.environ.get("FIDOTOOL"), os.environ.get("FLIP")
CODES = {0: 0, 1: 19, 2: 25}  # of verify.py: of fidotool
# Every STRIDE-th bit of each file of a bundle is flipped; 1 takes a quarter of an hour.
STRIDE = os.environ.get("FLIP_STRIDE", "97")


def run(bundle, trust, *more):
    """Writes both folders and has them judged: (code, headline)."""
    with tempfile.TemporaryDirectory(prefix="audit-verify-") as folder:
        write(os.path.join(folder, "bundle"), bundle)
        command = [FIDOTOOL, "audit", "verify", os.path.join(folder, "bundle"), *more]
        if trust is not None:
            os.mkdir(os.path.join(folder, "trust"))
            write(os.path.join(folder, "trust"), trust)
            command += ["--trust", os.path.join(folder, "trust")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.split("\n")[0] + done.stderr


class SameAsVerifyPy(unittest.TestCase):
    """One test for each forged bundle of verify_py_test.py."""


def add_case(name, story, tweak, code):
    def test(self):
        bundle, trust = Forge(tweak, story=story).build()
        found, head = run(bundle, trust)
        if code is None:
            self.assertIn(found, (19, 25), head)
        else:
            self.assertEqual(found, CODES[code], head)
        self.assertIn("TAMPERED: " if found == 19 else "INCOMPLETE: ", head)
    setattr(SameAsVerifyPy, "test_" + table.re.sub("[^a-z0-9]+", "_", name.lower()), test)


def untimely(act, new, **fields):
    """An entry of no effect right before the first one of an act."""
    done = []

    def change(one, forge):
        if not done:
            done.append(new)
            forge.entry(new, **fields)
            one["seq"] += 1
    return table.at("entry", change, table.act(act))


def no_wait(stage, forge, thing):
    """The policy that loosens takes effect at once, as one that does not."""
    if stage == "entry" and thing["act"] == "change.effect" and forge.policy_version == 2:
        forge.now -= datetime.timedelta(hours=25)
        thing["t"] = forge.time()


def unreadable_policy(stage, forge, thing):
    if stage in ("statement", "entry") and forge.policy_version == 1 and "object" in thing and (
            thing["act"].startswith("policy.load") or thing["object"] == table.sha(table.forge_bundle.policy_text(2, 60))):
        thing["object"] = forge.store("policy", b"schema: keyturn-policy/2\n", "yaml")


def other_file(was, then):
    """Another policy or base is signed in place of one."""
    def change(stage, forge, thing):
        for name in ("object", "base", "policy"):
            if stage in ("statement", "entry") and thing.get(name) == table.sha(was):
                thing[name] = forge.store("policy", then, "yaml")
    return change


base_text, named_text, policy_text = (getattr(table.forge_bundle, name) for name in ("base_text", "named_text", "policy_text"))
OTHER = "ab" * 32
# Here verify.py meets another fault first.
MORE = {
    "something between the first enrolments": (table.ONE, untimely("roster.enrol", "heartbeat"), 1),
    "enrolled again, with two signatures": (table.ONE, table.before(
        "station.start", "roster.enrol", actor="p-lea", stmt=table.HEX, asrt=[table.HEX, OTHER],
        object=lambda forge: forge.tokens["p-lea"].registration), 1),
    "station.init again, in good form": (table.ALL, untimely(
        "heartbeat", "station.init", actors=["a", "b"], stmt=[table.HEX, OTHER], object=table.HEX,
        asrt=[[table.HEX, OTHER]] * 2, station_key="x", rp_id="x", origin="x"), 1),
    # verify.py takes the signed numbers; here the two policies are read.
    "a policy said to loosen nothing": (table.ALL, table.both(*(table.statement(
        "policy.load", i, looser=0, stricter=1) for i in range(4)), no_wait), 1),
    "a policy said to tighten more": (table.ALL, table.both(*(table.statement("policy.load", i, stricter=2)
                                                               for i in (0, 1))), 1),
    "a policy that cannot be read": (table.ALL, unreadable_policy, 1),
    # verify.py takes the base that was signed; here it is read, and the policies beside it.
    "a policy that does not name the base": (table.ALL, other_file(named_text(4), policy_text(4, 30)), 1),
    "a policy that names another base": (table.ALL, other_file(named_text(4), named_text(4, "floor/2")), 1),
    "a policy below the base": (table.ALL, other_file(named_text(4), named_text(4, read_s=29)), 1),
    "a base that the policy does not keep": (table.ALL, other_file(base_text(), base_text(1, 31)), 1),
    "a base that names a base": (table.ALL, other_file(base_text(), base_text().replace(b"version: 1,", b"version: 1, base: x/1,")), 1),
    "an id used twice": (table.ALL, table.entry("heartbeat", 0, id="00000000-0000-4000-8000-000000000000"), 1),
}

# verify.py leaves these to fidotool, which finds that they are no such thing.
LEFT = {"a new key of another format": table.BAD}

for name_, row_ in (table.REFUSED | MORE).items():
    add_case(name_, *row_[:2], LEFT.get(name_, row_[2]))


class PastTheCheck(unittest.TestCase):
    """verify.py reads no policy, so that it cannot know."""

    def test_where_every_case_is_checked_none_goes_past_it(self):
        text = table.forge_bundle.policy_text
        with unittest.mock.patch.object(table.forge_bundle, "policy_text", lambda *args: text(*args).replace(
                b"routine_check_pct: 0", b"routine_check_pct: 100")):
            code, head = run(*Forge().build())
        self.assertEqual(code, 19, head)
        self.assertIn("goes past the routine check", head)


class Good(unittest.TestCase):
    def test_each_story_is_accepted(self):
        for story in (table.ONE, table.ALL, table.TRUSTED):
            for practice in (True, False):
                with self.subTest(story=story, practice=practice):
                    code, head = run(*Forge(story=story, practice=practice).build())
                    self.assertEqual(code, 0, head)
                    self.assertTrue(head.startswith("PRACTICE GOOD: " if practice else "GOOD: "), head)

    def test_what_verify_py_accepts(self):
        at, act = table.at, table.act
        tweaks = {
            "weaker": table.both(at("signing", table.same_machine, lambda one: one["fields"]["act"] == "case.approve"),
                                 table.entry("case.quorum", weaker=1, why="one-station")),
            "restricted": table.both(*(table.entry(act, weaker=1, why="restricted-class")
                                       for act in ("case.made", "case.activate"))),
            "another signature": table.rewrite("data/checkpoint", lambda data: data + "\u2014 witness AAAA\n".encode()),
            "counter": at("signing", lambda one: setattr(one["key"], "counter", 0),
                          lambda one: one["fields"]["act"] == "case.approve"),
            "extensions": table.of_token("p-lea", flags=0xC5, extra=table.forge_bundle.cbor({"credProtect": 2})),
            "two keys": table.both(table.extra_key("p-otto"), table.enrol_also("p-otto")),
            "no client data": table.of_new_key(cdj=None),
        }
        for name, tweak in tweaks.items():
            with self.subTest(name=name):
                code, head = run(*Forge(tweak).build())
                self.assertEqual(code, 0, head)


class Anchored(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bundle, cls.own = Forge().build()
        cls.other_bundle, cls.other = Forge().build()

    def test_no_trust_folder_or_an_empty_one(self):
        for trust in (None, {}):
            code, head = run(self.bundle, trust)
            self.assertEqual(code, 25)
            self.assertIn("consistent, not anchored", head)

    def test_each_part_of_it_is_needed(self):
        for name in self.own:
            for rubbish in (None, b"", b"\n", b"\xff\x00nonsense", b"nonsense\n", self.own[name][:-30]):
                with self.subTest(name=name, rubbish=rubbish):
                    trust = {key: data for key, data in self.own.items() if key != name}
                    if rubbish is not None:
                        trust[name] = rubbish
                    code, head = run(self.bundle, trust)
                    self.assertEqual(code, 25, head)

    def test_each_part_of_another_station_is_noticed(self):
        for name in self.own:
            with self.subTest(name=name):
                code, head = run(self.bundle, self.own | {name: self.other[name]})
                self.assertEqual(code, 19, head)

    def test_a_bundle_forged_whole(self):
        self.assertEqual(run(self.other_bundle, self.own)[0], 19)

    def test_practice_and_real(self):
        _, real = Forge(practice=False).build()
        trust = self.own | {"officers.allowed_signers": real["officers.allowed_signers"]}
        self.assertEqual(run(self.bundle, trust)[0], 19)

    def test_a_trust_folder_that_is_not_there(self):
        code, head = run(self.bundle, None, "--trust", "/nowhere/at/all")
        self.assertEqual(code, 1, head)

    def test_anchors(self):
        forge = Forge()
        forge.leaves = [hashlib.sha256(b"\0" + body).digest()
                        for body in self.bundle["data/entries.jsonl"].splitlines()]
        good = ["--anchor=%d:%s" % (size, forge.root(size)) for size in (0, 1, 2, 7, 42)]
        self.assertEqual(run(self.bundle, self.own, *good)[0], 0)
        self.assertEqual(run(self.bundle, self.own, *good, "--anchor=3:" + table.HEX)[0], 19)
        self.assertEqual(run(self.bundle, self.own, "--anchor=43:" + table.HEX)[0], 25)
        for text in ("x", "1", "1:", "01:" + table.HEX, "1:" + table.HEX[1:], ":" + table.HEX, "-1:" + table.HEX):
            self.assertEqual(run(self.bundle, self.own, "--anchor=" + text)[0], 2, text)


class Files(unittest.TestCase):
    """What stands in a folder, and the answer's form."""

    def test_links_special_files_and_empty_folders(self):
        bundle, trust = Forge().build()
        for make in (lambda path: os.symlink("README.txt", path), os.mkfifo, os.mkdir,
                     lambda path: os.link(path.replace("data/x", "bagit.txt"), path)):
            with tempfile.TemporaryDirectory(prefix="audit-verify-") as folder:
                write(os.path.join(folder, "bundle"), bundle)
                write(os.path.join(folder, "trust"), trust)
                make(os.path.join(folder, "bundle", "data/x"))
                done = subprocess.run([FIDOTOOL, "audit", "verify", folder + "/bundle", "--trust", folder + "/trust"],
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 19, done.stdout)
                self.assertIn("data/x", done.stdout)

    def test_json_has_the_findings(self):
        bundle, trust = Forge(table.without(r".*/other-team\.json.*")).build()
        with tempfile.TemporaryDirectory(prefix="audit-verify-") as folder:
            write(os.path.join(folder, "bundle"), bundle)
            write(os.path.join(folder, "trust"), trust)
            done = subprocess.run([FIDOTOOL, "audit", "verify", folder + "/bundle", "--trust", folder + "/trust",
                                   "--json"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 25)
        result = json.loads(done.stdout)["result"]
        self.assertEqual(result["findings"][0]["kind"], "incomplete")
        self.assertTrue(result["practice"])

    def test_no_bundle(self):
        for more, code in ((["/nowhere"], 1), ([], 2), (["/tmp", "/tmp"], 2)):
            done = subprocess.run([FIDOTOOL, "audit", "verify", *more], capture_output=True, check=False)
            self.assertEqual(done.returncode, code)


class Flipped(unittest.TestCase):
    def test_no_flipped_bit_survives(self):
        bundle, trust = Forge().build()
        with tempfile.TemporaryDirectory(prefix="audit-verify-") as folder:
            write(os.path.join(folder, "bundle"), bundle)
            write(os.path.join(folder, "trust"), trust)
            done = subprocess.run([FLIP, folder + "/bundle", folder + "/trust", STRIDE], capture_output=True, text=True,
                                  check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(" 0 survivors", done.stdout)


if __name__ == "__main__":
    if not FIDOTOOL or not FLIP:
        sys.exit("FIDOTOOL and FLIP must name the programs")
    unittest.main()
