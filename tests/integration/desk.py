# SPDX-License-Identifier: Apache-2.0
"""A practice station with software keys and the real programs, for tests.

Everything lies in one private folder: keys (one softkey process each), the
station and its recoveryd, a second machine, the auditor's trust folder. The
programs come from the environment: FIDOTOOL, RECOVERYD, SOFTKEY.
"""
import base64
import json
import mmap
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time

import reports

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AAGUID = "6b657974-7572-4e20-8000-70726163746b"
PIN = "271828"

# person, employee, team, roles
STAFF = [
    ("ada", "1001", "desk", ["agent"]),
    ("ben", "1002", "leads", ["helpdesk-lead"]),
    ("cleo", "1003", "network", ["other-team"]),
    ("ria", "1004", "stores", ["releaser"]),
    ("sid", "1005", "security", ["security"]),
    ("sol", "1006", "security", ["security"]),
    ("una", "1007", "audit", ["auditor"]),
]


class Failed(Exception):
    """A command ended otherwise than it should."""


def pin_file():
    """The PIN, once for each time it may be asked for."""
    file = tempfile.TemporaryFile()
    file.write(f"{PIN}\n".encode() * 64)
    file.seek(0)
    return file


class Cut:
    """Kills one program before its n-th write (cut.c)."""

    def __init__(self, top, program):
        path = os.path.join(top, "cut-" + program)
        with open(path, "w+b") as file:
            file.write(bytes(4))
            file.flush()
            self.page = mmap.mmap(file.fileno(), 4)
        self.env = {"LD_PRELOAD": os.environ["CUT_LIBRARY"], "KEYTURN_CUT": path,
                    "KEYTURN_CUT_PROGRAM": program}

    @property
    def left(self):
        return struct.unpack("i", self.page[:4])[0]

    @left.setter
    def left(self, n):
        self.page[:4] = struct.pack("i", n)


class Desk:
    def __init__(self, staff=None):
        self.top = tempfile.mkdtemp(prefix="keyturn-desk-")
        self.keys = os.path.join(self.top, "keys")
        self.control = os.path.join(self.top, "control")
        self.station = os.path.join(self.top, "station")
        self.machine = os.path.join(self.top, "machine")
        self.trust = os.path.join(self.top, "trust")
        self.staff = staff or STAFF
        self.softkeys = {}
        self.recoveryd = None
        self.said = ""  # what the last command said to its user
        os.mkdir(self.keys, 0o700)
        os.mkdir(self.control, 0o700)
        self.env = dict(os.environ, KEYTURN_KEYS=self.keys,
                        KEYTURN_STATION=self.station, LC_ALL="C.UTF-8",
                        XDG_STATE_HOME=os.path.join(self.top, "state"))

    # --- processes ---------------------------------------------------------

    def add_key(self, name, *more):
        socket = os.path.join(self.keys, name)
        process = subprocess.Popen(
            [os.environ["SOFTKEY"], "serve", "--socket", socket,
             "--control", os.path.join(self.control, name),
             "--state", os.path.join(self.control, name + ".state"),
             "--die-with-parent", *more],
            stdout=subprocess.PIPE, text=True)
        if process.stdout.readline() != "ready\n":
            raise Failed(f"softkey {name} does not start")
        self.softkeys[name] = process
        return socket

    def set_pin(self, name):
        self.run("key", "pin", "set", "--device", self.selector(name), "--non-interactive")

    def selector(self, name):
        return "socket:" + os.path.join(self.keys, name)

    def remove_key(self, name):
        process = self.softkeys.pop(name)
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()

    def start(self, *more):
        self.recoveryd = subprocess.Popen(
            [os.environ["RECOVERYD"], "--practice", self.station, *more],
            stdout=subprocess.PIPE, text=True, env=self.env)
        if self.recoveryd.stdout.readline() != "ready\n":
            raise Failed("recoveryd does not start")

    def stop(self, how=signal.SIGTERM):
        process, self.recoveryd = self.recoveryd, None
        process.send_signal(how)
        code = process.wait(timeout=60)
        process.stdout.close()
        if how == signal.SIGTERM and code != 0:
            raise Failed(f"recoveryd ended with {code}")

    def kill(self):
        """The power goes: kill -9, then a new start."""
        self.stop(signal.SIGKILL)
        self.start()

    def close(self):
        if self.recoveryd:
            self.stop(signal.SIGKILL)
        for name in list(self.softkeys):
            self.remove_key(name)
        shutil.rmtree(self.top)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.recoveryd and kind is None:
            self.stop()  # in peace, so that it can be held to its end
        self.close()

    # --- command lines -----------------------------------------------------

    def run(self, *words, expect=0, lines=None, text=False, cut=None):
        """One fidotool run; its `result` (or its words), or Failed."""
        command = [os.environ["FIDOTOOL"], *words]
        if not text:
            command.append("--json")
        with pin_file() as pins:
            if "--non-interactive" in words:
                command.append(f"--pin-fd={pins.fileno()}")
            env = dict(self.env, **cut.env) if cut else self.env
            done = subprocess.run(command, env=env, capture_output=True, text=True,
                                  input=lines, timeout=120, check=False,
                                  pass_fds=[pins.fileno()])
        reports.check(done.stderr)
        self.said = done.stderr
        if expect is not None and done.returncode != expect:
            raise Failed(f"{' '.join(words)}: exit {done.returncode}, not {expect}\n"
                         f"{done.stdout}{done.stderr}")
        if text or not done.stdout:
            return done.stdout
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        if lines is not None:
            return [answer.get("result") for answer in answers]
        return answers[-1].get("result", answers[-1].get("error"))

    YES = ("--yes", "--non-interactive")

    def act(self, *words, **more):
        return self.run(*words, *self.YES, **more)

    def session(self, person, role, *lines, expect=0, stop=True):
        """Results of the lines, the activation's aside."""
        words = ["session", "--as", person, "--role", role, *self.YES]
        if stop:
            words.append("--stop")
        return self.run(*words, lines="\n".join(lines) + "\n", expect=expect)

    def refused(self, rule, *words, expect=21):
        """The act is refused by this very rule."""
        result = self.act(*words, expect=expect)
        rules = [row["rule"] for row in result.get("refused", [])]
        if rule not in rules:
            raise Failed(f"{' '.join(words)}: refused by {rules}, not {rule}")

    # --- a station ---------------------------------------------------------

    def make_keys(self, *more):
        for name in [row[0] for row in self.staff] + list(more):
            self.add_key(name)
            self.set_pin(name)

    def config(self, policy="recovery/service/practice-policy.yaml"):
        machine = self.run("machine", "init", "--machine", self.machine, "--id", "desk-cleo")
        config = {
            "station": "st-01",
            "log": "example.org/keyturn/st-01/1",
            "rp_id": "login.example.org",
            "origin": "https://login.example.org",
            "policy": os.path.join(SOURCE, policy),
            "roots": [os.path.join(SOURCE, "tests/softkey/attestation/softkey-root.pem")],
            "persons": [{"person": person, "employee": employee, "team": team,
                         "roles": roles, "device": self.selector(person)}
                        for person, employee, team, roles in self.staff],
            "machines": [{"id": machine["id"], "key": machine["key"]}],
            "founders": ["sid", "sol"],
        }
        path = os.path.join(self.top, "station.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        return path

    def found(self, config=None, **more):
        return self.act("station", "init", "--config", config or self.config(), "--trust", self.trust,
                        "--machine", self.machine, **more)

    def import_people(self, people):
        """people: (employee, name, [credential ids]) and, of staff, who"""
        path = os.path.join(self.top, "people.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("employee,name,team,address,person,credential,aaguid\n")
            for employee, name, creds, *staff in people:
                for cred in creds or [b""]:
                    text = base64.urlsafe_b64encode(cred).rstrip(b"=").decode()
                    aaguid = AAGUID if cred else ""
                    file.write(f"{employee},{name},sales,{employee}@example.org,{''.join(staff)},{text},{aaguid}\n")
        return self.act("station", "import", path, "--as", "ada")

    def approve_away(self, case, person, slot, contact="called_back"):
        """Signed on the other machine: propose, sign, submit."""
        proposal = os.path.join(self.top, "proposal.json")
        signed = os.path.join(self.top, "signed.json")
        self.act("propose", "case.approve", f"case={case}", f"slot={slot}",
                 f"contact={contact}", "--as", person, "--out", proposal)
        self.act("sign", proposal, "--out", signed, "--machine", self.machine)
        return self.run("submit", signed)

    def state(self, case):
        return self.act("case", "show", case, "--as", "ada")["state"]

    def wait_for(self, case, state):
        for _ in range(300):
            if self.state(case) == state:
                return
            time.sleep(0.2)
        raise Failed(f"{case} is {self.state(case)}, not {state}")
