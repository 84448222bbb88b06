#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verifiers_agree_test.py FIDOTOOL - both verifiers, written apart, give the
same answer on every bundle of verify_py_test.py."""
import os
import subprocess
import sys
import tempfile
import unittest

import forge_bundle
import verify_py_test
from forge_bundle import Forge

FIDOTOOL = sys.argv.pop(1) if len(sys.argv) > 1 else "fidotool"
SAME = {0: 0, 19: 1, 25: 2}  # exit codes of fidotool, and what verify.py says
verify = verify_py_test.verify


def answers(folder, made, trust, anchors=()):
    """What each says of a bundle: (code, words), (code, words)."""
    forge_bundle.write(os.path.join(folder, "bundle"), made)
    os.mkdir(os.path.join(folder, "trust"))
    forge_bundle.write(os.path.join(folder, "trust"), trust)
    code, report, practice, log = verify.judge(made, [], trust, anchors, fast=True)
    own = code, verify.verdict(code, report, practice, log, trust)[0]
    command = [FIDOTOOL, "audit", "verify", os.path.join(folder, "bundle"), "--trust", os.path.join(folder, "trust")]
    for size, root in anchors:
        command += ["--anchor", "%d:%s" % (size, root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return own, (SAME.get(done.returncode, "exit %d" % done.returncode), (done.stdout + done.stderr).strip())


class Agree(unittest.TestCase):
    def check(self, story, tweak, **options):
        made, trust = Forge(tweak, story=story, **options).build()
        with tempfile.TemporaryDirectory() as folder:
            own, other = answers(folder, made, trust)
        self.assertEqual(own[0], other[0], "\nverify.py: %s\nfidotool: %s" % (own[1], other[1][:2000]))

    def test_good(self):
        for story in ("one-case", "everything"):
            for practice in (True, False):
                with self.subTest(story=story, practice=practice):
                    self.check(story, verify_py_test.nothing, practice=practice)

    def test_without_parts_of_the_trust_folder(self):
        made, trust = Forge().build()
        _, other = Forge().build()
        for name in verify.TRUST:
            for part in ({}, {name: b"nonsense\n"}, {name: other[name]}):
                with self.subTest(name=name, part=len(part)), tempfile.TemporaryDirectory() as folder:
                    own, that = answers(folder, made, {key: data for key, data in trust.items() if key != name} | part)
                    self.assertEqual(own[0], that[0], (own, that))

    def test_anchors(self):
        made, trust = Forge().build()
        for anchor in ((0, verify.EMPTY_ROOT), (3, "00" * 32), (999, "00" * 32)):
            with self.subTest(anchor=anchor), tempfile.TemporaryDirectory() as folder:
                own, that = answers(folder, made, trust, [anchor])
                self.assertEqual(own[0], that[0], (own, that))


def add_case(name, story, tweak):
    def test(self):
        self.check(story, tweak)
    setattr(Agree, "test_" + "".join(one if one.isalnum() else "_" for one in name.lower()), test)


for name_, row_ in verify_py_test.REFUSED.items():
    add_case(name_, row_[0], row_[1])

if __name__ == "__main__":
    unittest.main()
