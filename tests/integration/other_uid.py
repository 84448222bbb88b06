#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""other_uid.py BUILD: other people at a station's socket, each by a uid of
their own. Only root can be them all: ./check runs this before it becomes an
ordinary user, with programs that such a user built.
"""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

PROGRAMS = ("fidotool/cli/fidotool", "fidotool/cli/fidotool-whole", "recovery/service/recoveryd", "fidotool/worker/keyturn-judge")
# Speaks the first line of D-Bus's authentication, as NAME says it is.
HELLO = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect(sys.argv[1])
try:
    s.sendall(b"\\0AUTH EXTERNAL " + sys.argv[2].encode().hex().encode() + b"\\r\\n")
    print(s.recv(100).decode().split(" ")[0].strip() or "closed")
except (BrokenPipeError, ConnectionResetError):
    print("closed")
"""


class Person:
    def __init__(self, name):
        self.name = f"keyturn-{name}-{os.getpid()}"
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/sh", self.name], check=True)
        self.uid = int(subprocess.run(["id", "-u", self.name], check=True, capture_output=True, text=True).stdout)
        self.gid = int(subprocess.run(["id", "-g", self.name], check=True, capture_output=True, text=True).stdout)

    def remove(self):
        subprocess.run(["userdel", self.name], check=False, stderr=subprocess.DEVNULL)


class Root:
    name, uid, gid = "root", 0, 0


class Place:
    def __init__(self, build, people):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="keyturn-uid-", dir="/tmp"))
        self.top.chmod(0o711)
        self.bin = self.top / "bin"
        self.bin.mkdir(mode=0o755)
        for program in PROGRAMS:
            shutil.copy(build / program, self.bin)
        self.people, self.running = people, []

    def folder(self, person, name):
        path = self.top / name
        path.mkdir(mode=0o700)
        os.chown(path, person.uid, person.gid)
        return path

    def run(self, person, *argv, groups=(), **more):
        env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        return subprocess.run([str(word) for word in argv], user=person.uid, group=person.gid, extra_groups=list(groups),
                              env=env, cwd="/", capture_output=True, text=True, timeout=60, check=False, **more)

    def start(self, person, *argv, groups=(), **more):
        process = subprocess.Popen([str(word) for word in argv], user=person.uid, group=person.gid,
                                   extra_groups=list(groups), env={"PATH": "/usr/bin:/bin"}, cwd="/",
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
        self.running.append(process)
        return process

    def fidotool(self, person, *words, groups=()):
        done = self.run(person, self.bin / "fidotool", *words, "--json", groups=groups)
        answer = json.loads(done.stdout.splitlines()[-1])
        return done.returncode, answer.get("result", answer.get("error"))

    def hello(self, person, path, claimed=None, groups=()):
        """The first word of the answer: OK, REJECTED, closed; or the error."""
        done = self.run(person, "/usr/bin/python3", "-c", HELLO, path, claimed or str(person.uid), groups=groups)
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1].split(":")[0]

    def close(self):
        for process in self.running:
            process.kill()
            process.wait()
        shutil.rmtree(self.top)


def expect(seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{seen!r}, not {wanted!r}")


def expect_ready(process):
    line = process.stdout.readline()
    if line != "ready\n":
        raise AssertionError("recoveryd does not start: " + process.stderr.read())


# --- the tests -----------------------------------------------------------------------


def a_practice_station_is_its_owners_alone(place):
    owner, other = place.people["owner"], place.people["staff"]
    folder = place.folder(owner, "practice")
    path = folder / "socket"
    expect_ready(place.start(owner, place.bin / "recoveryd", "--practice", folder))
    expect(place.fidotool(owner, "station", "status", "--station", path)[1]["class"], "administrator")
    # By the modes of folder and socket; then, were they open, by the uid.
    expect(place.hello(other, path), "PermissionError")
    folder.chmod(0o711)
    path.chmod(0o666)
    expect(place.hello(owner, path), "OK")
    for person in (other, Root):
        expect(place.hello(person, path), "closed")
        expect(place.hello(person, path, claimed=str(owner.uid)), "closed")
    # Neither does the other's fidotool speak to it, nor start one there.
    code, error = place.fidotool(other, "station", "status", "--station", path)
    expect((code, "somebody else" in error["text"]), (26, True))
    done = place.run(other, place.bin / "recoveryd", "--practice", folder)
    expect((done.returncode, "belongs to somebody else" in done.stderr), (1, True))


@contextlib.contextmanager
def station(place):
    """A real station as systemd starts it: the socket is root's, for a group."""
    service, kiosk, group = place.people["owner"], place.people["kiosk"], place.people["staff"].gid
    folder, path = place.folder(service, "data"), place.top / "recovery"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    os.chown(path, 0, group)
    path.chmod(0o660)
    listener.listen(16)
    command = ["/bin/sh", "-c", f'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --data "$1" 3<&{listener.fileno()}',
               place.bin / "recoveryd", folder]
    for start in range(2):
        process = place.start(service, *command, pass_fds=[listener.fileno()])
        expect_ready(process)
        if start == 0:  # the kiosk's user is named in the station's file
            process.terminate()
            process.wait()
            conf = folder / "station.conf"
            conf.write_text(conf.read_text().replace("kiosk_user=kiosk", f"kiosk_user={kiosk.name}"))
            callers = folder / "callers.conf"
            callers.write_text(f"[mdm]\nuser={place.people['caller'].name}\nsignals=device_managed;\n")
    yield path, group, process
    listener.close()


def the_classes_of_a_station_go_by_uid(place):
    people = place.people
    with station(place) as (path, group, process):
        rows = [(Root, "administrator"), (people["kiosk"], "kiosk"), (people["staff"], "staff"), (people["caller"], "caller")]
        for person, name in rows:
            code, status = place.fidotool(person, "station", "status", "--station", path, groups=[group])
            expect((code, status.get("class"), status["practice"]), (0, name, 0))
        # Whoever is not in the group does not get as far.
        expect(place.hello(people["stranger"], path), "PermissionError")
        # Nobody is whom they say they are.
        expect(place.hello(people["staff"], path, groups=[group]), "OK")
        for claimed in ("0", str(people["kiosk"].uid), "root"):
            expect(place.hello(people["staff"], path, claimed=claimed, groups=[group]), "REJECTED")
        # What the class is for: a station is founded by root alone.
        for person, name in rows:
            code, answer = place.fidotool(person, "propose", "station.init", "--as", "sid", "--station", path, groups=[group])
            if name == "caller":
                expect((code, answer["refused"][0]["rule"]), (21, "caller"))
            elif name == "administrator":
                expect("the founding has not begun" in answer["text"], True)
            else:
                expect((code, answer["refused"][0]["rule"]), (21, "role"))
        # Decisions are for callers; there is none before the founding.
        question = '{"subject":{"type":"user","id":"1"},"action":{"name":"sign-in"},"resource":{"type":"app","id":"wiki"}}'
        for person, name in rows:
            done = place.run(person, place.bin / "fidotool", "policy", "decide", "--station", path, "--json", groups=[group],
                             input=question)
            rule = json.loads(done.stdout.splitlines()[-1])["result"]["refused"][0]["rule"]
            expect(rule, "state" if name == "caller" else "caller")
        process.terminate()
        process.wait()
        journal = process.stderr.read()
        for person, name in rows:
            expect(f"uid {person.uid} connected, class {name}" in journal, True)


def a_practice_station_has_callers_of_its_own(place):
    """Whom its owner named, in the open; and nobody becomes root's caller."""
    owner, caller, other = place.people["owner"], place.people["caller"], place.people["staff"]
    folder = place.folder(owner, "callers")
    process = place.start(owner, place.bin / "recoveryd", "--practice", folder)
    expect_ready(process)
    process.terminate()
    process.wait()
    conf = folder / "callers.conf"
    conf.write_text(f"[mdm]\nuser={caller.name}\n")
    process = place.start(owner, place.bin / "recoveryd", "--practice", folder)
    expect_ready(process)
    folder.chmod(0o711)
    path = folder / "socket"
    path.chmod(0o666)
    expect(place.hello(caller, path), "OK")
    expect(place.hello(other, path), "closed")
    expect(place.hello(Root, path), "closed")
    process.terminate()
    process.wait()
    folder.chmod(0o700)
    conf.write_text("[mdm]\nuser=root\nsignals\n")
    done = place.run(owner, place.bin / "recoveryd", "--practice", folder)
    expect((done.returncode, "callers.conf" in done.stderr), (1, True))


def a_client_speaks_to_nobody_else(place):
    """A false station: it listens where one is expected, and hears nothing."""
    thief, victim = place.people["stranger"], place.people["staff"]
    folder = place.folder(thief, "false")
    folder.chmod(0o755)
    path = folder / "socket"
    listens = ("import socket, sys\n"
               "s = socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\ns.listen()\nprint('ready', flush=True)\n"
               "for i in range(3):\n    print(s.accept()[0].recv(100), flush=True)\n")
    false = place.start(thief, "/usr/bin/python3", "-c", listens, path)
    expect_ready(false)
    path.chmod(0o666)
    for person, selector in ((victim, path), (Root, path), (Root, folder)):
        code, error = place.fidotool(person, "station", "status", "--station", selector)
        if selector == folder:  # a folder's own recoveryd is started instead, and refuses the folder
            expect(code, 26)
        else:
            expect((code, "somebody else" in error["text"]), (26, True))
        expect(false.stdout.readline(), "b''\n")


TESTS = (a_practice_station_is_its_owners_alone, a_practice_station_has_callers_of_its_own, the_classes_of_a_station_go_by_uid, a_client_speaks_to_nobody_else)


def main():
    if os.geteuid() != 0 or len(sys.argv) != 2:
        sys.exit("usage, as root: other_uid.py BUILD")
    people, failed = {}, 0
    try:
        for name in ("owner", "kiosk", "staff", "caller", "stranger"):
            people[name] = Person(name)
        for test in TESTS:
            place = Place(pathlib.Path(sys.argv[1]), people)
            try:
                test(place)
                print("ok", test.__name__, flush=True)
            except (AssertionError, OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError) as fault:
                failed += 1
                print("FAILED", test.__name__, repr(fault), "line", fault.__traceback__.tb_next.tb_lineno, flush=True)
            finally:
                place.close()
    finally:
        for person in people.values():
            person.remove()
    print("other uids:", f"{failed} failed" if failed else "ok")
    sys.exit(1 if failed else 0)


main()
