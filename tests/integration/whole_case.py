#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One lost key replaced, end to end, with the real programs."""
import os
import subprocess
import sys

import desk


def prepare(place, more=()):
    place.make_keys("sam-new", "sam-spare")
    place.start()
    status = place.found()
    assert status["started"] == 1 and status["practice"] == 1, status
    assert status["clock"]["doubt"] == 0 and status["disk"]["free_mb"] >= 0, status
    place.import_people([("2001", "Sam Fox", [os.urandom(32)]),
                         ("2002", "Eve Fox", [os.urandom(32)]), *more])


def run_case(place, between=lambda: None):
    """From the loss to the new key; `between` is called between any two steps."""
    between()
    opened = place.session("ada", "agent", 'case open --person "Sam Fox" --lost-at "2026-11-20 14:00"')
    case = opened[-1]["case"]
    for words in (("case", "proof", case, "--branch", "c", "--ial", "2"),
                  ("case", "evidence", case, "--type", "passport", "--method", "chip",
                   "--result", "ok", "--issuer", "NL"),
                  ("case", "evidence", case, "--type", "driving-licence", "--method", "visual",
                   "--result", "ok", "--issuer", "NL"),
                  ("case", "submit", case)):
        between()
        place.act(*words, "--as", "ada")
    between()
    place.act("case", "make", case, "--as", "ada", "--key", place.selector("sam-new"))
    between()
    place.act("case", "make", case, "--spare", "--as", "ada", "--key", place.selector("sam-spare"))
    between()
    place.act("case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen")
    between()
    place.approve_away(case, "cleo", "other-team")
    between()
    place.wait_for(case, "ready")
    place.act("case", "release", case, "--as", "ria")
    between()
    place.wait_for(case, "completed")
    return case


def check_bundle(place, name="bundle"):
    bundle = os.path.join(place.top, name)
    place.act("audit", "export", bundle, "--as", "una")
    subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=bundle, check=True)
    verifier = os.path.join(bundle, "data", "verify.py")
    done = subprocess.run([sys.executable, verifier, bundle, "--trust", place.trust],
                          capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    place.run("audit", "verify", bundle, "--trust", place.trust)
    return bundle


def main():
    with desk.Desk() as place:
        prepare(place)
        case = run_case(place)
        receipt = place.act("audit", "proof", case, "--as", "una")
        assert receipt["proof"].startswith("c2sp.org/tlog-proof@v1\n"), receipt
        check_bundle(place)
        notices = os.listdir(os.path.join(place.station, "outbox"))
        assert len(notices) >= 3, notices
        place.stop()


if __name__ == "__main__":
    main()
