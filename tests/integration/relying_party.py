# SPDX-License-Identifier: Apache-2.0
"""@simplewebauthn/server, a relying party that we did not write: fetched with
npm into build/relying-party, as its lock file names it by hash, and one process
of it that judges what it is told."""

import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent / "relying-party"
LIMIT = 300  # seconds; ends what hangs


def skip(words):
    print(words)
    sys.exit(77)


def same(one, other):
    return other.exists() and one.read_bytes() == other.read_bytes()


def folder():
    return pathlib.Path(os.environ["RELYING_PARTY"])


def fetch():
    """Fills the folder with its program and what that stands on; skips the test where that
    cannot be had. Others may be reading there: only what changed is written."""
    top = folder()
    if shutil.which("node") is None or shutil.which("npm") is None:
        skip("node and npm are missing: apt-get install nodejs npm")
    top.mkdir(exist_ok=True)
    with open(top / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in HERE.iterdir():
            if not same(path, top / path.name):
                shutil.copy(path, top)
        if same(top / "package-lock.json", top / "fetched"):
            return
        try:
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=top, check=True,
                           capture_output=True, text=True, timeout=LIMIT)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            skip(f"@simplewebauthn/server cannot be had: {str(error.stderr)[-300:]}")
        shutil.copy(top / "package-lock.json", top / "fetched")


class SimpleWebAuthn:
    """A process of it: a line in, a line out."""

    def __init__(self):
        self.process = subprocess.Popen(["node", str(folder() / "judge.mjs")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, asked):
        """Whether it accepts, and why not."""
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["accepted"], answer["why"]

    def end(self):
        self.process.stdin.close()
        self.process.wait(LIMIT)
        self.process.stdout.close()
