# SPDX-License-Identifier: Apache-2.0
"""Programs that we did not write, over the hidraw node, with a key that
fidotool prepared: OpenSSH, sshd too, and pam_u2f let people in by what it
exported."""

import json
import os
import pathlib
import pty
import select
import shutil
import subprocess
import unittest

import inside
from inside import SECRET, fidotool, sh

USER = "vm-other"
PAM = "pam://desk.example.org"
HOME = "/run/vm-home"
KEY = None


def begin():
    global KEY
    missing = [name for name in ("ssh-keygen", "pamtester", "pamu2fcfg") if not shutil.which(name)]
    assert not missing, f"not installed: {missing}"
    KEY = inside.begin_desktop(USER)
    fidotool("key", "pin", "set", user=USER, pins=[SECRET])
    os.mkdir(HOME)
    shutil.chown(HOME, USER)
    askpass = pathlib.Path(HOME, "askpass")
    askpass.write_text(f"#!/bin/sh\necho {SECRET}\n")
    askpass.chmod(0o755)
    pathlib.Path(HOME, "message").write_text("words")


def end():
    KEY.end()


def enrol(rp_id, name, **more):
    """A registration in a file, as `fidotool export` takes it."""
    options = inside.creation(rp_id, **more)
    # Only web origins are guessed; what else, is said.
    made = fidotool("enrol", "--options", options, "--origin", "https://example.org", user=USER, pins=[SECRET])["result"]
    return inside.write(name, {"options": json.loads(pathlib.Path(options).read_text()), "response": made})


def export(*words):
    return sh(*inside.as_user(USER, "fidotool", "export", *words))


def talk(argv, asked, answer):
    """On a terminal of its own: types the answer when asked. Exit code, words."""
    pid, tty = pty.fork()
    if pid == 0:
        os.execvp(argv[0], argv)
    shown, waiting = "", True
    while True:
        try:
            if not select.select([tty], [], [], inside.LIMIT)[0]:
                raise AssertionError("nothing more came: " + shown)
            more = os.read(tty, 4096).decode()
        except OSError:
            more = ""
        if not more:
            break
        shown += more
        if waiting and asked in shown:
            os.write(tty, answer.encode() + b"\n")
            waiting = False
    os.close(tty)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


class Ssh(unittest.TestCase):
    """The key file is ours or ssh-keygen's; the signature is the key's."""

    def keygen(self, *words, code=0, **more):
        argv = inside.as_user(USER, "env", f"SSH_ASKPASS={HOME}/askpass", "SSH_ASKPASS_REQUIRE=force", f"HOME={HOME}",
                              "ssh-keygen", *words)
        return sh(*argv, code=code, **more)

    def sign_and_verify(self, file, public):
        pathlib.Path(HOME, "message.sig").unlink(missing_ok=True)
        self.keygen("-Y", "sign", "-f", file, "-n", "test", f"{HOME}/message")
        pathlib.Path(HOME, "signers").write_text("sam " + public)
        verify = ["ssh-keygen", "-Y", "verify", "-f", f"{HOME}/signers", "-I", "sam", "-n", "test",
                  "-s", f"{HOME}/message.sig"]
        self.assertIn("Good \"test\" signature for sam", sh(*verify, input="words"))
        sh(*verify, input="other words", code=255)

    def test_signs_with_what_we_exported(self):
        line = export("ssh", "--key-file", f"{HOME}/ours", enrol("ssh:", "ssh.json"))
        touches = KEY.dump()["touches"]
        self.sign_and_verify(f"{HOME}/ours", line)
        self.assertEqual(KEY.dump()["touches"], touches + 1)

    def test_signs_with_what_asks_for_the_pin(self):
        line = export("ssh", "--verify-required", "--key-file", f"{HOME}/pin", enrol("ssh:", "ssh.json"))
        tries = KEY.dump()["pin_tries"]
        self.sign_and_verify(f"{HOME}/pin", line.removeprefix("verify-required "))
        self.assertEqual(KEY.dump()["pin_tries"], tries + 1)

    def test_makes_its_own_on_a_key_we_prepared(self):
        self.keygen("-q", "-t", "ecdsa-sk", "-N", "", "-f", f"{HOME}/theirs")
        self.sign_and_verify(f"{HOME}/theirs", pathlib.Path(HOME, "theirs.pub").read_text())


class Sshd(unittest.TestCase):
    """A login over the network, by a line that we wrote into authorized_keys."""

    PORT, TOP = 2222, pathlib.Path("/run/vm-sshd")

    @classmethod
    def setUpClass(cls):
        cls.TOP.mkdir()
        sh("systemd-sysusers", "-", input="u sshd - /run/sshd\n")
        # No password, but not locked: sshd lets nobody in who is.
        sh("usermod", "--shell", "/bin/sh", "--home", HOME, "--password", "*", USER)
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", cls.TOP / "host")
        (cls.TOP / "config").write_text(
            f"ListenAddress 127.0.0.1:{cls.PORT}\nHostKey {cls.TOP}/host\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {cls.TOP}/authorized_keys\nAuthenticationMethods publickey\nLogLevel VERBOSE\n")
        kind, key, *_ = (cls.TOP / "host.pub").read_text().split()
        pathlib.Path(HOME, "known_hosts").write_text(f"[127.0.0.1]:{cls.PORT} {kind} {key}\n")
        cls.log = open(cls.TOP / "log", "w")
        cls.server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(cls.TOP / "config")], stderr=cls.log)
        cls.made = enrol("ssh:", "login.json")
        cls.line = {}
        for name, words in (("pin", ["--verify-required"]), ("touch", [])):
            cls.line[name] = export("ssh", *words, "--key-file", f"{HOME}/login-{name}", cls.made)

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait(inside.LIMIT)
        cls.log.close()

    def login(self, key, line, askpass=f"{HOME}/askpass"):
        """ssh as that user; what it printed, and what the server said of it."""
        (self.TOP / "authorized_keys").write_text(line)
        before = (self.TOP / "log").stat().st_size
        done = subprocess.run(inside.as_user(
            USER, "env", f"SSH_ASKPASS={askpass}", "SSH_ASKPASS_REQUIRE=force", f"HOME={HOME}", "ssh", "-F", "none",
            "-p", str(self.PORT), "-i", f"{HOME}/{key}", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", f"UserKnownHostsFile={HOME}/known_hosts", "-o", "ConnectionAttempts=60",
            "-o", "PreferredAuthentications=publickey", f"{USER}@127.0.0.1", "id", "-un"),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=inside.LIMIT)
        with open(self.TOP / "log") as log:
            log.seek(before)
            return done.returncode, done.stdout, done.stderr + log.read()

    def test_lets_in_with_the_pin(self):
        self.assertTrue(self.line["pin"].startswith("verify-required sk-ecdsa-sha2-nistp256@openssh.com "))
        before = KEY.dump()
        code, out, words = self.login("login-pin", self.line["pin"])
        self.assertEqual((code, out), (0, USER + "\n"), words)
        self.assertIn("Accepted publickey", words)
        after = KEY.dump()
        self.assertEqual([after[name] - before[name] for name in ("touches", "pin_tries")], [1, 1])

    def test_refuses_where_no_pin_was_asked_for(self):
        """A good signature with a touch alone: what the line asks for is missing."""
        before = KEY.dump()
        code, out, words = self.login("login-touch", self.line["pin"])
        self.assertEqual((code, out), (255, ""), words)
        self.assertIn("user verification", words)
        after = KEY.dump()
        self.assertEqual([after[name] - before[name] for name in ("touches", "pin_tries")], [1, 0])
        # Where the line does not ask for it, the same is let in.
        code, out, words = self.login("login-touch", self.line["touch"])
        self.assertEqual((code, out), (0, USER + "\n"), words)

    def test_refuses_with_another_pin(self):
        wrong = pathlib.Path(HOME, "wrong")
        wrong.write_text("#!/bin/sh\necho 314159\n")
        wrong.chmod(0o755)
        code, out, words = self.login("login-pin", self.line["pin"], wrong)
        self.assertEqual((code, out), (255, ""), words)
        self.assertNotIn("Accepted publickey", words)

    def test_refuses_another_key(self):
        other = export("ssh", "--verify-required", enrol("ssh:", "stranger.json"))
        code, out, words = self.login("login-pin", other)
        self.assertEqual((code, out), (255, ""), words)


class PamU2f(unittest.TestCase):
    """pam_u2f finds the key itself; pamtester asks it."""

    def authenticate(self, line):
        pathlib.Path("/run/vm-files/authfile").write_text(line)
        pathlib.Path("/etc/pam.d/keyturn-test").write_text(
            f"auth required pam_u2f.so authfile=/run/vm-files/authfile origin={PAM} appid={PAM}\n"
            "account required pam_permit.so\n")
        done = subprocess.run(["pamtester", "keyturn-test", USER, "authenticate"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=inside.LIMIT)
        return done.returncode, done.stdout + done.stderr

    def test_lets_in_by_our_line_and_no_other(self):
        line = export("pam-u2f", "--user", USER, enrol(PAM, "pam.json"))
        code, words = self.authenticate(line)
        self.assertEqual(code, 0, words)
        self.assertIn("successfully authenticated", words)
        other = export("pam-u2f", "--user", USER, enrol(PAM, "other.json"))
        mixed = line.split(",")
        mixed[1] = other.split(",")[1]
        code, words = self.authenticate(",".join(mixed))
        self.assertNotEqual(code, 0, words)

    def test_its_own_tool_enrols_a_key_we_prepared(self):
        code, words = talk(["pamu2fcfg", "-o", PAM, "-i", PAM, "-u", USER], "PIN", SECRET)
        self.assertEqual(code, 0, words)
        line = next(line for line in words.splitlines() if line.startswith(USER + ":"))
        code, words = self.authenticate(line + "\n")
        self.assertEqual(code, 0, words)
