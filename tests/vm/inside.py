# SPDX-License-Identifier: Apache-2.0
"""Runs in the guest, as root: the tests of one job, and a line for each. Also
what the jobs share."""

import importlib
import json
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import time
import traceback
import unittest

NODE = "/dev/hidraw0"
KEYHELPER_SOCKET = "/run/keyturn/keyhelper"
SECRET = "271828"
LIMIT = 60  # seconds; a backstop


def sh(*argv, code=0, **more):
    """A program's standard output; anything but the exit code is a fault."""
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=LIMIT, **more)
    if done.returncode != code:
        raise AssertionError((argv, done.returncode, done.stdout[-2000:], done.stderr[-2000:]))
    return done.stdout


def as_user(name, *argv):
    """argv, run as somebody else, with the groups that the system gives them."""
    return ["setpriv", "--reuid", name, "--regid", str(pwd.getpwnam(name).pw_gid), "--init-groups",
            "--reset-env", *argv]


def add_people():
    """The station's own users, and two persons: one of staff, one of nothing."""
    sh("systemd-sysusers", "/usr/lib/sysusers.d/keyturn.conf")
    sh("systemd-sysusers", "-", input="u vm-staff -\nm vm-staff keyturn-station\nu vm-other -\n")
    sh("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/keyturn.conf")
    # udev looks groups up when it reads its rules, and reads them again only
    # where they have changed. When a station starts, its users come first.
    sh("systemctl", "restart", "systemd-udevd.service")


class Key:
    """A software key in the kernel."""

    def __init__(self, top="/run/vm-key", profile=None):
        os.makedirs(top, mode=0o700, exist_ok=True)
        self.control = f"{top}/control"
        sh("modprobe", "uhid")
        self.process = subprocess.Popen(
            [os.environ["SOFTKEY"], "serve", "--uhid", "--control", self.control, "--state", f"{top}/state",
             "--die-with-parent", *(["--profile", profile] if profile else [])], stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"
        wait_for_node()

    selector = f"hid:{NODE}"

    def say(self, line):
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(LIMIT)
            one.connect(self.control)
            one.sendall(line.encode() + b"\n")
            answer = one.makefile().readline().strip()
        assert answer.startswith("ok"), (line, answer)
        return answer

    def dump(self):
        return {name: int(value) for name, value in (word.split("=") for word in self.say("dump").split()[1:])}

    def wait_for_touch(self):
        """Until a program waits at the key: an event of the key's own, asked for."""
        end = time.monotonic() + LIMIT
        while self.dump()["waiting"] == 0:
            assert time.monotonic() < end, "nobody asked for a touch"
            time.sleep(0.02)

    def end(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        self.process.stdout.close()


def wait_for_node(node=NODE):
    sh("udevadm", "wait", "--timeout=60", "--settle", node)


def udev_record(node=NODE):
    """What udev knows of a node: properties as a dict."""
    return dict(line.split("=", 1) for line in sh("udevadm", "info", "-q", "property", "-n", node).splitlines())


def begin_desktop(user, profile=None):
    """The station's rule out of the way: a person at a desktop may open the
    key. (There logind does it, by an access list.)"""
    os.symlink("/dev/null", "/etc/udev/rules.d/72-keyturn.rules")
    add_people()
    key = Key(profile=profile)
    take_node(user)
    return key


def take_node(user):
    wait_for_node()
    sh("chown", user, NODE)


def creation(rp_id="example.org", **more):
    """WebAuthn creation options, in a file."""
    return write("creation.json", {
        "rp": {"id": rp_id, "name": "Example"}, "user": {"id": "AQID", "name": "sam", "displayName": "Sam"},
        "challenge": "A" * 43, "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        "authenticatorSelection": {"userVerification": "required"}, "attestation": "direct"} | more)


def fidotool(*words, user="root", pins=None, code=0, env=None):
    """fidotool's envelope, as that user."""
    argv = ["fidotool", *words, "--json"]
    more = {"input": "".join(pin + "\n" for pin in pins)} if pins is not None else {"stdin": subprocess.DEVNULL}
    if pins is not None:
        argv += ["--pin-fd", "0"]
    if user != "root":
        argv = as_user(user, *argv)
    out = sh(*argv, code=code, env=env, **more)
    return json.loads(out)


def write(name, value):
    path = pathlib.Path("/run/vm-files") / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value))
    return str(path)


def names_of(case):
    return [name for name in dir(case) if name.startswith("test_")]


def tests_of(job):
    """Each class in the order of the file; its tests by name."""
    cases = [one for one in vars(job).values() if isinstance(one, type) and issubclass(one, unittest.TestCase)]
    return [case(name) for case in cases for name in names_of(case)]


def tell(nonce, name, code):
    print(f"\n{nonce} {name} {code}", flush=True)


def run_one(test):
    result = unittest.TestResult()
    test.run(result)
    for _, words in result.errors + result.failures:
        print(words, flush=True)
    # A test that was skipped has not passed.
    return 0 if result.testsRun == 1 and result.wasSuccessful() and not result.skipped else 1


def attempt(act):
    """False, with words, where it goes wrong."""
    try:
        act()
    except Exception:
        traceback.print_exc(file=sys.stdout)
        return False
    return True


def run_all(tests):
    """Yields each test and its exit code. What a class sets up is there once;
    where it cannot be, none of its tests has passed."""
    current, ready = None, False
    for test in tests:
        if type(test) is not current:
            if ready:
                attempt(current.tearDownClass)
            current, ready = type(test), attempt(type(test).setUpClass)
        yield test, run_one(test) if ready else 1
    if ready:
        attempt(current.tearDownClass)


def main():
    nonce, name = os.environ["NONCE"], os.environ["JOB"]
    sys.modules["inside"] = sys.modules["__main__"]
    job = importlib.import_module(f"job_{name}")
    tests = tests_of(job)
    tell(nonce, "tests", len(tests))
    try:
        job.begin()
    except Exception:
        traceback.print_exc(file=sys.stdout)
        return
    began = time.monotonic()
    for test, code in run_all(tests):
        print(f"{time.monotonic() - began:.1f} s", end="")
        tell(nonce, test.id().split(".", 1)[1], code)
    if hasattr(job, "end"):
        job.end()


if __name__ == "__main__":
    main()
