#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""practice.py --build DIR [--tty | --auto DIR]: founds a practice station with
software keys and opens the kiosk on it, or walks through the recovery of a lost
key in the terminal, in plain words. With --auto nobody is asked, and DIR/bundle
and DIR/trust are left behind. Called by ./run.

Everything it does, it does with the programs that people use."""

import argparse
import ctypes
import json
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
AAGUID = "6b657974-7572-4e20-8000-70726163746b"
PIN = "271828"
STATION = "practice-desk"
RP_ID, ORIGIN = "keys.practice.example", "https://keys.practice.example"

# person, called, employee, team, roles
STAFF = [
    ("p-ada", "Ada", "1001", "desk", "agent"),
    ("p-ben", "Ben", "1002", "leads", "helpdesk-lead other-team"),
    ("p-cleo", "Cleo", "1003", "network", "other-team"),
    ("p-ria", "Ria", "1004", "stores", "releaser"),
    ("p-olga", "Olga", "1005", "security", "security"),
    ("p-otto", "Otto", "1006", "board", "security"),
    ("p-una", "Una", "1007", "audit", "auditor"),
]

# Whose key it is and what they do, in the order of the panel beside the kiosk.
PANEL = [
    ("p-ada", "Ada; help desk: opens the case, records what proves Sam"),
    ("sam-new", "Sam (new); the new key, without a PIN yet"),
    ("sam-spare", "Sam (spare); a spare key, if one is wanted"),
    ("p-ben", "Ben; leads the help desk: approves here"),
    ("p-cleo", "Cleo; network team: approves at her own desk"),
    ("p-ria", "Ria; stores: releases the new key"),
    ("p-olga", "Olga; security officer"),
    ("p-otto", "Otto; security officer"),
    ("p-una", "Una; auditor"),
]


class Stopped(Exception):
    """Something ended otherwise than it should, or a person said stop."""


def speak(text=""):
    for paragraph in text.split("\n"):
        print(textwrap.fill(paragraph, 92), flush=True)


def has_display():
    """Is there a screen that lets us in? As GTK finds it: Wayland, then X."""
    for name, library, connect in (("WAYLAND_DISPLAY", "libwayland-client.so.0", "wl_display_connect"),
                                   ("DISPLAY", "libX11.so.6", "XOpenDisplay")):
        if not os.environ.get(name):
            continue
        try:
            function = getattr(ctypes.CDLL(library), connect)
        except (OSError, AttributeError):
            continue
        function.restype = ctypes.c_void_p
        function.argtypes = [ctypes.c_char_p]
        if function(None):  # closed with this process
            return True
    return False


class Practice:
    def __init__(self, build, folder, auto):
        self.build, self.folder, self.auto = build, folder, auto
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="keyturn-", dir="/tmp"))
        self.work.chmod(0o700)
        self.keys, self.control = self.work / "keys", self.work / "control"
        self.station, self.trust = folder / "station", folder / "trust"
        self.bundle, self.desk = folder / "bundle", folder / "desk-cleo"
        self.exchange, self.desk_keys = folder / "exchange", self.work / "desk"
        self.running, self.softkeys = [], {}
        for path in (self.keys, self.control):
            path.mkdir(mode=0o700)
        self.env = dict(os.environ, KEYTURN_KEYS=str(self.keys), KEYTURN_STATION=str(self.station),
                        XDG_STATE_HOME=str(self.work / "state"), LC_ALL="C.UTF-8")

    # Programs

    def program(self, path):
        return str(self.build / path)

    def start(self, argv, env=None):
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=env)
        self.running.append(process)
        if process.stdout.readline() != "ready\n":
            raise Stopped(f"{pathlib.Path(argv[0]).name} does not start")
        return process

    def stop(self):
        for process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            process.stdout.close()
        subprocess.run(["rm", "-rf", str(self.work)], check=False)

    def fidotool(self, *words, lines=None, show=False):
        """Runs one command; its result. What it says to people is shown where
        somebody has to read it."""
        with tempfile.TemporaryFile() as pins:
            pins.write(f"{PIN}\n".encode() * 64)
            pins.seek(0)
            pin = [f"--pin-fd={pins.fileno()}"] if "--non-interactive" in words else []
            done = subprocess.run(
                [self.program("fidotool/cli/fidotool"), *words, "--json", *pin],
                env=self.env, input=lines, text=True, capture_output=True, pass_fds=[pins.fileno()], check=False)
        if show:
            print(textwrap.indent(done.stderr.strip(), "    | "), flush=True)
        if done.returncode != 0:
            raise Stopped(f"fidotool {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return answers[-1]["result"] if answers else {}

    def act(self, *words, **more):
        return self.fidotool(*words, "--yes", "--non-interactive", **more)

    def decide(self, case, person, *words):
        """An approval: a person reads the words and says yes, or the case is
        refused. Unattended, the answer is yes."""
        if self.auto:
            self.act(*words, show=True)
            return
        with tempfile.TemporaryFile() as pins:
            pins.write(f"{PIN}\n".encode() * 8)
            pins.seek(0)
            code = subprocess.run([self.program("fidotool/cli/fidotool"), *words, f"--pin-fd={pins.fileno()}"],
                                  env=self.env, pass_fds=[pins.fileno()], check=False).returncode
        if code == 0:
            return
        if self.ask("No approval was given. Refuse the case?", "[Enter] refuse it   [q] stop here"):
            self.act("case", "refuse", case, "--as", person, "--reason", "not-the-person")
        raise Stopped("the case was refused: no key is issued, and Sam's old key stays suspended")

    # People

    def ask(self, question, choices="[Enter] yes   [q] stop here", no=None):
        """A decision of a person. Returns False for the letter `no`."""
        if self.auto:
            return True
        speak(f"\n>> {question}")
        answer = input(f"   {choices} : ").strip().lower()
        if answer == "q":
            raise Stopped("stopped on request; nothing is left half done")
        return no is None or answer != no

    def serve_key(self, name, port):
        self.softkeys[name] = self.start([
            self.program("tests/softkey/softkey"), "serve", "--die-with-parent", "--socket", str(port / name),
            "--control", str(self.control / name), "--state", str(self.control / (name + ".state"))])

    def add_key(self, name):
        self.serve_key(name, self.keys)
        self.fidotool("key", "pin", "set", "--device", self.key(name), "--non-interactive")

    def lose_key(self, name):
        process = self.softkeys.pop(name)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)

    def tell_key(self, name, line):
        """One line to a key's control socket."""
        with socket.socket(socket.AF_UNIX) as channel:
            channel.connect(str(self.control / name))
            channel.sendall(line.encode() + b"\n")
            if not channel.makefile().readline().startswith("ok"):
                raise Stopped(f"the software key {name} does not take \"{line}\"")

    def key(self, name):
        return f"socket:{self.keys / name}"

    # The station

    def prepare(self):
        speak("Preparing: nine software keys, their people, and an empty practice station.")
        for person, *_ in STAFF:
            self.add_key(person)
        for name in ("sam-lost", "sam-new"):
            self.add_key(name)
        self.start([self.program("recovery/service/recoveryd"), "--practice", str(self.station)], self.env)

    def old_credential(self):
        """Sam's old key was registered long ago, as any relying party does it."""
        options = {"rp": {"id": RP_ID, "name": "Practice"}, "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
                   "user": {"id": "c2Ft", "name": "sam", "displayName": "Sam Fox"},
                   "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
                   "authenticatorSelection": {"userVerification": "required"}, "attestation": "direct"}
        path = self.work / "options.json"
        path.write_text(json.dumps(options))
        made = self.act("enrol", "--options", str(path), "--origin", ORIGIN, "--device", self.key("sam-lost"))
        return made.get("id") or made["response"]["id"]

    def found(self):
        machine = self.fidotool("machine", "init", "--machine", str(self.desk), "--id", "desk-cleo")
        config = {
            "station": STATION, "log": f"practice.example/keyturn/{STATION}/1", "rp_id": RP_ID, "origin": ORIGIN,
            "policy": str(SOURCE / "recovery/service/practice-policy.yaml"),
            "roots": [str(SOURCE / "tests/softkey/attestation/softkey-root.pem")],
            "persons": [{"person": p, "employee": e, "team": t, "roles": r.split(), "device": self.key(p)}
                        for p, _, e, t, r in STAFF],
            "machines": [{"id": machine["id"], "key": machine["key"]}],
            "founders": ["p-olga", "p-otto"],
        }
        path = self.work / "station.json"
        path.write_text(json.dumps(config))
        self.act("station", "init", "--config", str(path), "--trust", str(self.trust), "--machine", str(self.desk))
        people = self.work / "people.csv"
        people.write_text("employee,name,team,address,person,credential,aaguid\n"
                          f"2001,Sam Fox,sales,sam@practice.example,,{self.old_credential()},{AAGUID}\n"
                          + "".join(f"{e},{n} of the {t} team,{t},{n.lower()}@practice.example,{p},,\n" for p, n, e, t, _ in STAFF))
        self.act("station", "import", str(people), "--as", "p-ada")

    # The story

    def case_of_sam(self):
        opened = self.act("session", "--as", "p-ada", "--role", "agent", "--stop",
                          lines='case open --person "Sam Fox" --reason lost\n')
        return opened["case"]

    def approve_at_station(self, case):
        speak("\n4. TWO PEOPLE. Ben leads the help desk. He reads what he is about to sign; the words are made from "
              "bytes that his program has checked against the digests in the statement:")
        self.decide(case, "p-ben", "case", "approve", case, "--as", "p-ben", "--slot", "helpdesk-lead", "--contact", "seen")

    def show_refusal(self, case):
        speak("\nCould Ben just sign again, for the second slot? Let us try:")
        try:
            self.act("case", "approve", case, "--as", "p-ben", "--slot", "other-team", "--contact", "seen")
        except Stopped as refusal:
            for line in str(refusal).splitlines():
                try:
                    row = json.loads(line)["result"]["refused"][0]
                except (ValueError, KeyError, TypeError):
                    continue
                speak(f"    Refused by rule \"{row['rule']}\": {row['text']}\n    Enough would be: {row['enough']}")
            return
        raise Stopped("a person approved twice: this must never be")

    def approve_away(self, case):
        speak("\nCleo is of another team, and signs on her own machine: the station's screen could lie, hers is another. "
              "The statement travels as a file, her signature comes back as one.")
        proposal, signed = self.work / "statement.json", self.work / "signed.json"
        self.act("propose", "case.approve", f"case={case}", "slot=other-team", "contact=called_back", "--as", "p-cleo",
                 "--out", str(proposal))
        self.decide(case, "p-cleo", "sign", str(proposal), "--out", str(signed), "--machine", str(self.desk))
        self.fidotool("submit", str(signed))

    def tell(self):
        speak("\n1. SAM LOST A KEY. Ada of the help desk looks Sam up and opens a case with her own key. From this moment the "
              "lost key is suspended: taking access away needs one person and no waiting.")
        self.ask("Ada opens the case?")
        case = self.case_of_sam()
        speak(f"    Case {case} is open. A notice with a contest code went to Sam: {self.station}/outbox/")
        speak("\n2. PROOF. Sam shows a passport, whose chip Ada reads, and she notes that she saw it. In the record stands only a salted "
              "commitment to it. Submitting freezes the case into one line, with a short code for people to compare.")
        self.ask("Ada records the evidence and submits?")
        self.act("case", "proof", case, "--as", "p-ada", "--branch", "c", "--ial", "2")
        self.act("case", "evidence", case, "--as", "p-ada", "--type", "passport", "--method", "chip", "--result", "ok",
                 "--issuer", "NL")
        self.act("case", "submit", case, "--as", "p-ada", show=True)
        speak("\n3. THE NEW KEY ANSWERS. Sam puts the new key in and touches it. It makes its credential, tied to the frozen case; "
              "its attestation is judged, and a test shows that it works. It is pending: good for nothing yet.")
        self.ask("Sam touches the new key?")
        self.act("case", "make", case, "--as", "p-ada", "--key", self.key("sam-new"))
        self.approve_at_station(case)
        self.show_refusal(case)
        self.approve_away(case)
        speak("\n5. RELEASE. Both slots are filled. Ria, who neither proved nor approved, issues the key. The old one is revoked.")
        self.ask("Ria releases the key?")
        self.act("case", "release", case, "--as", "p-ria")
        state = self.act("case", "show", case, "--as", "p-ada")["state"]
        speak(f"    The case is {state}.")
        if state not in ("issued", "completed"):
            raise Stopped(f"the case should be completed, and is {state}")
        return case

    def audit(self, case):
        speak("\n6. EVIDENCE. Una the auditor exports the record. What follows is checked with sha256sum, ssh-keygen and a verifier "
              "in plain Python; what it trusts comes from the founding of the station, not from the bundle.")
        self.ask("Una exports the bundle?")
        self.export(case)

    def last_case(self):
        """The last one the bundle tells of, or None."""
        lines = (self.bundle / "data" / "entries.jsonl").read_text().splitlines()
        return next((entry["case"] for entry in map(json.loads, reversed(lines)) if "case" in entry), None)

    def export(self, case=None):
        """Checks the bundle too. case: whose receipt is written; else the last one's."""
        self.act("audit", "export", str(self.bundle), "--as", "p-una")
        case = case or self.last_case()
        if case is not None:
            receipt = self.act("audit", "proof", case, "--as", "p-una")
            (self.folder / "receipt.txt").write_text(receipt["proof"])
        subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=self.bundle, check=True)
        speak("    sha256sum -c manifest-sha256.txt: every file is as it was exported.")
        own = subprocess.run([self.program("fidotool/cli/fidotool"), "audit", "verify", str(self.bundle), "--trust",
                              str(self.trust)], capture_output=True, text=True, check=False)
        speak(f"    fidotool audit verify: {(own.stdout or own.stderr).strip().splitlines()[0]}")
        other = subprocess.run(["/usr/bin/python3", str(SOURCE / "recovery/audit/verify.py"), str(self.bundle), "--trust",
                                str(self.trust)], capture_output=True, text=True, check=False)
        speak("\nverify.py, which shares no code with the station, says:\n")
        print(textwrap.indent((other.stdout or other.stderr).strip(), "    "))
        if own.returncode != 0 or other.returncode != 0:
            raise Stopped("the bundle was not accepted")

    def where(self):
        receipt = self.folder / "receipt.txt"
        print("\nWhere things lie:")
        for name, path, more in (("bundle", self.bundle, ""), ("trust", self.trust, "   (what the auditor holds)"),
                                 ("receipt", receipt, ""), ("notices", self.station / "outbox", ""),
                                 ("exchange", self.exchange, "")):
            if path.exists():
                print(f"  {name:<9}{path}{more}")
        print(f"Check it yourself:\n  cd {shlex.quote(str(self.bundle))} && cat data/README.txt", flush=True)

    # In windows

    def to_hands(self):
        """From here on people insert, touch and pull the keys themselves: by
        the panel beside the kiosk. Sam's old key is lost; Cleo's is at her
        desk, where the station's ports are not."""
        self.lose_key("sam-lost")
        self.lose_key("sam-new")
        (self.control / "sam-new.state").unlink()
        self.serve_key("sam-new", self.keys)  # fresh: its PIN is chosen in the kiosk
        self.add_key("sam-spare")
        self.lose_key("p-cleo")
        self.desk_keys.mkdir(mode=0o700)
        self.serve_key("p-cleo", self.desk_keys)
        for name in self.softkeys:
            self.tell_key(name, "touch never")
            if name != "p-cleo":
                self.tell_key(name, "unplug")
        (self.control / "panel").write_text("[practice]\npin=%s\n\n[names]\n%s\n" % (
            PIN, "\n".join(f"{name}={text}" for name, text in PANEL)))

    def set_up_kiosk(self):
        self.exchange.mkdir(mode=0o700)
        settings = self.folder / "kiosk.conf"
        settings.write_text(f"[kiosk]\nstation={self.station}\nexchange={self.exchange}\nreceipts={self.folder}\n"
                            "phone=1000 (practice)\n")
        return settings

    def explain_windows(self):
        speak("\nThe kiosk opens in a window, and beside it a panel with everybody's keys: insert, touch and pull them there, "
              "and you can be each person in turn.")
        print(f"  PIN of every key: {PIN}   (Sam chooses one for the new key)\n")
        speak("Ada signs in as staff, finds Sam Fox, opens a case, records what proves Sam and submits; Sam makes the new key; "
              "Ben approves at the station; Cleo at her own desk; Ria releases the key. Close the window (End practice, below "
              "the keys) and the auditor exports the record.\n")
        speak("Cleo's desk is a second terminal. Where the kiosk has written her statement to the folder for statements:\n")
        place = shlex.quote(str(self.folder))
        print(f"  cd {place} && KEYTURN_KEYS={shlex.quote(str(self.desk_keys))} {shlex.quote(self.program('fidotool/cli/fidotool'))} "
              "sign \"$(ls -t exchange/statement-*.json | head -n 1)\" --machine desk-cleo --out exchange/signed.json\n", flush=True)

    def show_windows(self):
        env = dict(self.env)
        for name in ("LC_ALL", "LANG", "LANGUAGE"):  # the kiosk speaks the person's language
            env.pop(name, None)
            if name in os.environ:
                env[name] = os.environ[name]
        code = subprocess.run([self.program("kiosk/keyturn-kiosk"), "--windowed", "--config", str(self.set_up_kiosk()),
                               "--practice-keys", str(self.control)], env=env, check=False).returncode
        if code != 0:
            raise Stopped(f"the kiosk ended with {code}")

    def audit_windows(self):
        """The same as in the terminal, for whatever was done."""
        self.tell_key("p-una", "plug")
        self.tell_key("p-una", "touch after 0")
        speak("\nThe window was closed. Una the auditor exports the record.")
        self.export()


def main():
    parser = argparse.ArgumentParser(description="A practice station, and the recovery of a lost key.")
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--auto", type=pathlib.Path, metavar="DIR", help="ask nobody; leave DIR/bundle and DIR/trust")
    parser.add_argument("--tty", action="store_true", help="in the terminal, also where there is a display")
    options = parser.parse_args()
    in_windows = not options.tty and options.auto is None and has_display()
    folder = options.auto or pathlib.Path(tempfile.mkdtemp(prefix="keyturn-practice-", dir=os.path.expanduser("~")))
    folder = folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: name an empty folder, or one that does not exist yet")
    practice = Practice(options.build.resolve(), folder, options.auto is not None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what was started is ended below
    try:
        speak("PRACTICE. Nothing here is real: software keys, made-up people, a policy without waits.\n")
        practice.prepare()
        practice.found()
        speak(f"Olga and Otto, two officers, founded the station. The auditor was given {practice.trust}.")
        if in_windows:
            practice.to_hands()
            practice.explain_windows()
            practice.show_windows()
            practice.audit_windows()
        else:
            if options.auto is None and not options.tty:
                speak("There is no display here: the case is told in the terminal.")
            practice.audit(practice.tell())
        practice.where()
    except (Stopped, KeyboardInterrupt, EOFError) as stop:
        speak(f"\nStopped: {stop}")
        sys.exit(1)
    finally:
        practice.stop()


main()
