# SPDX-License-Identifier: Apache-2.0
"""Processor time of an enrolment: fidotool enrol and verify registration, with
keyhelper behind its walls and the judgement up to an anchor, against libfido2
alone on the same software key; interleaved, medians, the ratio. The goal is held
against libfido2 making and verifying in one program; for comparison also in two,
as its own fido2-cred -M and -V do. What the key itself takes is not counted.
Prints and judges nothing: numbers of a shared machine are no test.

    enrol.py FIDOTOOL SOFTKEY LIBFIDO2_ENROL ROOT
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

PIN = "271828"
ROUNDS = 51
GOAL = 3.0  # the ratio that the project holds itself to


def run(argv, **more):
    """Seconds of processor time, of the program and all that it waited for;
    and what it printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(argv, stdout=out, **more)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit("%s ended with %d" % (argv[0], process.returncode))
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, out.read()


class Bench:
    def __init__(self, top):
        self.fidotool, softkey, self.libfido2, self.root = sys.argv[1:]
        self.top = top
        self.keys = os.path.join(top, "keys")
        os.mkdir(self.keys, 0o700)
        self.key = os.path.join(self.keys, "a")
        self.env = dict(os.environ, KEYTURN_KEYS=self.keys)
        self.softkey = subprocess.Popen(
            [softkey, "serve", "--socket", self.key, "--control", os.path.join(top, "control"), "--state", os.path.join(top, "state"),
             "--die-with-parent"], stdout=subprocess.PIPE)
        assert self.softkey.stdout.readline() == b"ready\n"
        self.options = {
            "rp": {"id": "example.org", "name": "Example"}, "user": {"id": "AQID", "name": "sam", "displayName": "Sam"},
            "challenge": "A" * 43, "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "authenticatorSelection": {"userVerification": "required"}, "attestation": "direct"}
        self.creation = self.write("creation.json", self.options)
        self.options["origin"] = "https://example.org"
        self.fidotool_run("key", "pin", "set", "--json", pin=True)

    def write(self, name, value):
        path = os.path.join(self.top, name)
        with open(path, "w") as file:
            json.dump(value, file)
        return path

    def fidotool_run(self, *words, pin=False):
        argv = [self.fidotool, *words]
        if not pin:
            return run(argv, env=self.env)
        with tempfile.TemporaryFile() as pins:
            pins.write(PIN.encode() + b"\n")
            pins.seek(0)
            return run([*argv, "--pin-fd", "0"], env=self.env, stdin=pins)

    def ours(self):
        made, out = self.fidotool_run("enrol", "--options", self.creation, pin=True)
        saved = self.write("made.json", {"options": self.options, "response": json.loads(out)})
        judged, _ = self.fidotool_run("verify", "registration", saved, "--trust", self.root)
        return made, judged

    def theirs(self):
        """Made; verified; and both at once."""
        made = os.path.join(self.top, "made")
        with open(made, "w") as file:
            first = run([self.libfido2, "make", self.key, PIN], stderr=file)[0]
        with open(made) as file:
            second = run([self.libfido2, "verify"], stdin=file)[0]
        return first, second, run([self.libfido2, "both", self.key, PIN])[0]

    def end(self):
        self.softkey.terminate()
        self.softkey.wait()


def main():
    with tempfile.TemporaryDirectory(prefix="keyturn-bench-") as top:
        bench = Bench(top)
        try:
            rows = [(*bench.ours(), *bench.theirs()) for _ in range(ROUNDS)]
        finally:
            bench.end()
    made, judged, make, verify, both = (statistics.median(column) * 1000 for column in zip(*rows))
    ratio = statistics.median((row[0] + row[1]) / row[4] for row in rows)
    two = statistics.median((row[0] + row[1]) / (row[2] + row[3]) for row in rows)
    print("processor time, ms, medians of %d: fidotool enrol %.1f, verify %.1f; libfido2 make %.1f, verify %.1f, both in one program %.1f"
          % (ROUNDS, made, judged, make, verify, both))
    print("ratio %.2f, goal at most %.1f: %s; to two programs %.2f" % (ratio, GOAL, "reached" if ratio <= GOAL else "missed", two))


main()
