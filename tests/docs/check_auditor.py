#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_auditor.py BUILD: every command that docs/auditor.md prints, on the
bundle of a practice station that has just replaced a key; then on one of
which a byte was changed."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOOD = "Good \"keyturn-practice-%s@v1\" signature for "


def make_desk(build, folder):
    """The folder that the page asks for: bundle, trust, verify.py, a notice, a
    receipt."""
    subprocess.run([sys.executable, ROOT / "recovery/service/practice.py", "--build", build, "--auto", folder],
                   check=True, stdout=subprocess.DEVNULL)
    shutil.copy(ROOT / "recovery/audit/verify.py", folder)
    notices = [path for path in (folder / "station/outbox").iterdir() if "\nRecord: " in path.read_text()]
    shutil.copy(notices[0], folder / "notice.txt")


def run_page(folder):
    page = (ROOT / "docs/auditor.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)
    assert len(blocks) >= 7, blocks
    done = subprocess.run(["bash", "-u"], input="\n".join(blocks), cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    return done.stdout


def check_good(text):
    for part, times in (("PRACTICE GOOD: ", 2), ("all files are as listed\n1\n", 1),
                        (GOOD % "export.made", 1), (GOOD % "case.approve", 2), (GOOD % "machine", 2),
                        ("machine:desk-cleo with ED25519", 1), ("machine:practice-desk with ED25519", 1),
                        ("the station's key is the trusted one", 1), ("the record begins as it did", 1),
                        ("Signature Verified Successfully", 1), ("is beyond the end of the bundle", 2),
                        ("Keyturn softkey root", 1), ("p-olga\np-otto\n", 1), ("NOT GOOD", 0), ("TAMPERED", 0)):
        assert text.count(part) == times, "%r: %d times, not %d, in\n%s" % (part, text.count(part), times, text)


def check_changed(folder):
    """Each step of the page sees its own file changed."""
    approval = next(folder.glob("bundle/data/approvals/*/other-team.json"))
    for path, wanted in ((approval, "NOT GOOD: "), (pathlib.Path(str(approval) + ".sig"), "NOT GOOD: "),
                         (folder / "bundle/data/checkpoint", "Signature Verification Failure"),
                         (folder / "bundle/export.json", "Could not verify signature"),
                         (folder / "bundle/data/README.txt", "computed checksum did NOT match")):
        data = path.read_bytes()
        spot = data.index(b"\n") - 9 if path.suffix == ".sig" else len(data) // 3
        if path.name == "checkpoint":
            spot = data.index(b"\n") + 1  # the size
        path.write_bytes(data[:spot] + bytes([data[spot] ^ 1]) + data[spot + 1:])
        text = run_page(folder)
        path.write_bytes(data)
        assert wanted in text and "TAMPERED" in text, "%s: %s" % (path, text)


def main():
    with tempfile.TemporaryDirectory(prefix="keyturn-auditor-") as top:
        folder = pathlib.Path(top) / "practice"
        make_desk(sys.argv[1], folder)
        check_good(run_page(folder))
        check_changed(folder)


if __name__ == "__main__":
    main()
