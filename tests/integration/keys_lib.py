# SPDX-License-Identifier: Apache-2.0
"""Software keys, fidotool and keyhelper's own protocol, for keys_test.py.

The programs come from the environment: FIDOTOOL, KEYHELPER, SOFTKEY.
"""
import base64
import hashlib
import json
import os
import pty
import select
import shutil
import socket
import struct
import subprocess
import tempfile

import reports

FIDOTOOL = os.environ["FIDOTOOL"]
KEYHELPER = os.environ["KEYHELPER"]
SOFTKEY = os.environ["SOFTKEY"]
LIMIT = 60  # seconds; a backstop, never a measure

REQUEST, PIN, PIN_LAST, CANCEL, CONFIRM = 1, 2, 3, 4, 5
EVENT, PIN_WANTED, RESULT, ERROR, CONFIRM_WANTED = 0x10, 0x11, 0x12, 0x13, 0x14

HASH = hashlib.sha256(b"client data").hexdigest()


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def armour(public, name_space, result):
    """SSHSIG of a security key's assertion (PROTOCOL.sshsig, PROTOCOL.u2f)."""
    def string(data):
        return struct.pack(">I", len(data)) + data

    der = unb64url(result["signature"])
    r_len = der[3]
    r, s = der[4:4 + r_len], der[6 + r_len:]
    auth_data = unb64url(result["auth_data"])
    signature = (string(b"sk-ecdsa-sha2-nistp256@openssh.com") + string(string(r) + string(s))
                 + auth_data[32:37])
    blob = (b"SSHSIG" + struct.pack(">I", 1) + string(public) + string(name_space) + string(b"")
            + string(b"sha256") + string(signature))
    text = base64.b64encode(blob).decode()
    lines = [text[i:i + 70] for i in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def statement(**more):
    return json.dumps({
        "act": "role.activate", "actor": "ada", "exp": "2026-01-01T00:15:00.000Z",
        "genesis": "11" * 32, "head_root": "22" * 32, "head_size": 3,
        "iat": "2026-01-01T00:00:00.000Z", "log": "keyturn.example/desk/1",
        "nonce": "33" * 16, "policy": "44" * 32, "policy_id": "practice",
        "policy_version": 1, "role": "agent", "station": "desk", "v": 1} | more,
        sort_keys=True, separators=(",", ":"))


class Softkey:
    """One software key: its socket in the folder of keys, its control."""

    def __init__(self, top, name, profile=None, state_of=None):
        self.path = os.path.join(top, "keys", name)
        self.control = os.path.join(top, name + ".control")
        self.state = os.path.join(top, name + ".state")
        if state_of:
            shutil.copyfile(state_of, self.state)
        argv = [SOFTKEY, "serve", *self.where(), "--control", self.control,
                "--state", self.state, "--die-with-parent"]
        if profile:
            argv += ["--profile", profile]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def where(self):
        """The arguments that say where it is plugged in."""
        return ["--socket", self.path]

    @property
    def selector(self):
        return "socket:" + self.path

    def say(self, line):
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(LIMIT)
            one.connect(self.control)
            one.sendall(line.encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                answer += one.recv(4096)
        answer = answer.decode().strip()
        assert answer.startswith("ok"), (line, answer)
        return answer

    def dump(self):
        return {name: int(value) for name, value in
                (word.split("=") for word in self.say("dump").split()[1:])}

    def end(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        self.process.stdout.close()


class Place:
    """A private folder with software keys in it."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="keyturn-keys-")
        os.mkdir(os.path.join(self.top, "keys"), 0o700)
        self.keys = []
        self.env = dict(os.environ, KEYTURN_KEYS=os.path.join(self.top, "keys"),
                        XDG_STATE_HOME=os.path.join(self.top, "state"), LC_ALL="C.UTF-8")
        self.env.pop("SSH_ASKPASS", None)
        self.env.pop("KEYTURN_ASKPASS", None)

    def add(self, name="a", profile=None, state_of=None):
        """One more key; with state_of it holds what that file says."""
        self.keys.append(Softkey(self.top, name, profile, state_of))
        return self.keys[-1]

    def profile(self, name, *lines):
        """A profile of one's own; what it leaves out is as in plain-2.1."""
        path = os.path.join(self.top, name + ".profile")
        with open(path, "w") as file:
            file.write("\n".join(["[softkey]", *lines, ""]))
        return path

    def end(self):
        for key in self.keys:
            key.end()
        shutil.rmtree(self.top)

    def start(self, *words, pins=None, env=None, **more):
        """fidotool in a session of its own, so that it has no terminal."""
        argv = [FIDOTOOL, *words]
        stdin = subprocess.DEVNULL
        if pins is not None:
            argv += ["--pin-fd", "0"]
            stdin = tempfile.TemporaryFile()
            stdin.write("".join(pin + "\n" for pin in pins).encode())
            stdin.seek(0)
        process = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True,
                                   env=env or self.env, **more)
        if pins is not None:
            stdin.close()
        return process

    def run(self, *words, **more):
        """Exit code, stdout, stderr. keyhelper inherits stderr: whoever waits
        for its end here has seen that no child was left."""
        process = self.start(*words, **more)
        out, err = process.communicate(timeout=LIMIT)
        return process.returncode, out.decode(), reports.check(err)

    def talk(self, words, answers):
        """fidotool on a terminal of its own: for each pair of prompt and
        answer waits and types. Exit code and all that the screen showed."""
        pid, tty = pty.fork()
        if pid == 0:
            os.execve(FIDOTOOL, [FIDOTOOL, *words], self.env)
        shown, answers = b"", list(answers)
        while True:
            while answers and answers[0][0].encode() in shown:
                shown = shown.replace(answers[0][0].encode(), b"<asked>", 1)
                os.write(tty, answers.pop(0)[1].encode())
            try:
                if not select.select([tty], [], [], LIMIT)[0]:
                    raise AssertionError(("nothing more came", shown, answers))
                more = os.read(tty, 4096)
            except OSError:
                more = b""
            if not more:
                break
            shown += more
        os.close(tty)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()

    def json(self, *words, **more):
        """Exit code and envelope."""
        code, out, err = self.run(*words, "--json", **more)
        assert out, (words, code, err)
        return code, json.loads(out)

    def write(self, name, value):
        path = os.path.join(self.top, name)
        with open(path, "w") as file:
            json.dump(value, file)
        return path

    def creation(self, **more):
        return self.write("creation.json", {
            "rp": {"id": "example.org", "name": "Example"},
            "user": {"id": "AQID", "name": "sam", "displayName": "Sam"},
            "challenge": b64url(bytes(range(32))),
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "authenticatorSelection": {"userVerification": "required"},
            "attestation": "direct"} | more)

    def request(self, *ids, **more):
        return self.write("request.json", {
            "rpId": "example.org", "challenge": b64url(bytes(range(32, 64))),
            "allowCredentials": [{"type": "public-key", "id": one} for one in ids],
            "userVerification": "required"} | more)


class Helper:
    """keyhelper itself, spoken to byte by byte."""

    def __init__(self, place, *arguments, env=None, pass_fds=()):
        self.socket, other = socket.socketpair()
        self.socket.settimeout(LIMIT)
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([KEYHELPER, *arguments], stdin=other.fileno(),
                                        stderr=self.errors, env=env or place.env, pass_fds=pass_fds)
        other.close()

    def send(self, kind, data=b""):
        if isinstance(data, dict):
            data = json.dumps(data).encode()
        self.socket.sendall(struct.pack(">BBI", 1, kind, len(data)) + data)

    def read(self):
        """Type and JSON of the next frame; (None, None) at the end."""
        head = self.exactly(6)
        if not head:
            return None, None
        version, kind, length = struct.unpack(">BBI", head)
        assert version == 1
        return kind, json.loads(self.exactly(length))

    def exactly(self, length):
        data = b""
        while len(data) < length:
            try:
                more = self.socket.recv(length - len(data))
            except ConnectionResetError:
                more = b""
            if not more:
                assert not data, "half a frame"
                return b""
            data += more
        return data

    def end(self):
        self.socket.close()
        code = self.process.wait(LIMIT)
        self.errors.seek(0)
        reports.check(self.errors.read())
        self.errors.close()
        return code

    def job(self, request, pins=(), confirm=False):
        """Runs one job; all frames. What is not asked for is not sent."""
        frames, pins = [], list(pins)
        self.send(REQUEST, request)
        while True:
            kind, value = self.read()
            if kind is None:
                break
            frames.append((kind, value))
            if kind == PIN_WANTED:
                last = value.get("retries") == 1 and value["kind"] == "current"
                if not pins:
                    self.send(CANCEL)
                else:
                    self.send(PIN_LAST if last else PIN, pins.pop(0).encode())
            if kind == CONFIRM_WANTED:
                self.send(CONFIRM if confirm else CANCEL)
            if kind in (RESULT, ERROR):
                break
        self.end()
        return frames


def wait_for(stream, word):
    """Lines of stdout until one has the word. No byte more is read: what follows
    may be waited for, or is there for communicate()."""
    lines, line = [], b""
    while select.select([stream], [], [], LIMIT)[0]:
        byte = os.read(stream.fileno(), 1)
        if not byte:
            break
        line += byte
        if byte != b"\n":
            continue
        lines.append(line.decode())
        if word in lines[-1]:
            return lines
        line = b""
    raise AssertionError((word, lines, line))
