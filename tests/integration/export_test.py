# SPDX-License-Identifier: Apache-2.0
"""fidotool export: credentials that a software key made, and the programs we
did not write that let people in by them: OpenSSH and pam_u2f."""
import base64
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import unittest

from keys_lib import LIMIT, RESULT, Helper, Place, b64url, unb64url

SECRET = "271828"
PROVIDER = os.environ.get("PROVIDER")  # what ssh loads to reach a software key
PAM = "pam://desk.example.org"


def b64(data):
    return base64.b64encode(data).decode()


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        self.key = self.place.add()
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)

    def enrol(self, rp_id, name="made.json", **more):
        """A registration in a file, and its credential id."""
        options = self.place.creation(rp={"id": rp_id, "name": "Example"}, **more)
        code, out, err = self.place.run("enrol", "--options", options, "--origin", "https://example.org", pins=[SECRET])
        self.assertEqual(code, 0, err)
        file = {"options": json.loads(pathlib.Path(options).read_text()), "response": json.loads(out)}
        return self.place.write(name, file), unb64url(file["response"]["rawId"])

    def export(self, *words):
        code, out, err = self.place.run("export", *words)
        self.assertEqual(code, 0, err)
        return out

    def refused(self, *words):
        code, out, err = self.place.run("export", *words)
        self.assertEqual(out, "")
        return code, err


class Lines(Case):
    """What stands in them, read by somebody else."""

    def test_an_ssh_line_is_a_security_key_of_that_application(self):
        path, _ = self.enrol("ssh:")
        line = self.export("ssh", "--verify-required", "--comment", "ada at home", path)
        self.assertRegex(line, r"^verify-required sk-ecdsa-sha2-nistp256@openssh.com [A-Za-z0-9+/=]+ ada at home\n$")
        public = pathlib.Path(self.place.top, "key.pub")
        public.write_text(line.removeprefix("verify-required "))
        shown = subprocess.run(["ssh-keygen", "-l", "-f", public], capture_output=True, text=True, check=True).stdout
        self.assertRegex(shown, r"^256 SHA256:\S+ ada at home \(ECDSA-SK\)$")

    def test_eddsa_is_written_too(self):
        path, _ = self.enrol("ssh:work", pubKeyCredParams=[{"type": "public-key", "alg": -8}])
        line = self.export("ssh", "--application", "ssh:work", "--no-touch-required", path)
        self.assertRegex(line, r"^no-touch-required sk-ssh-ed25519@openssh.com \S+\n$")
        public = pathlib.Path(self.place.top, "key.pub")
        public.write_text(line.removeprefix("no-touch-required "))
        shown = subprocess.run(["ssh-keygen", "-l", "-f", public], capture_output=True, text=True, check=True).stdout
        self.assertIn("ED25519-SK", shown)

    def test_a_mapping_has_the_key_as_openssl_reads_it(self):
        path, cred = self.enrol("example.org", authenticatorSelection={"residentKey": "discouraged"})
        word, key = self.export("passkey-mapping", path).strip().split(",")
        self.assertEqual(word, "passkey:" + b64(cred))
        shown = subprocess.run(["openssl", "pkey", "-pubin", "-inform", "DER", "-noout", "-text"], input=base64.b64decode(key),
                               capture_output=True, check=True).stdout
        self.assertIn(b"prime256v1", shown)

    def test_the_mapping_of_a_discoverable_credential_names_the_user(self):
        path, cred = self.enrol("example.org", authenticatorSelection={"residentKey": "required", "userVerification": "required"})
        fields = self.export("passkey-mapping", path).strip().split(",")
        self.assertEqual(fields[0], "passkey:" + b64(cred))
        self.assertEqual(fields[2], b64(bytes([1, 2, 3])))

    def test_two_keys_are_one_line_of_pam_u2f(self):
        first, one = self.enrol(PAM, "first.json")
        second, two = self.enrol(PAM, "second.json")
        line = self.export("pam-u2f", "--user", "ada", "--pin", first, second)
        fields = line.strip().split(":")
        self.assertEqual(fields[0], "ada")
        for field, cred in zip(fields[1:], (one, two), strict=True):
            handle, key, kind, options = field.split(",")
            self.assertEqual((handle, kind, options), (b64(cred), "es256", "+presence+pin"))
            self.assertEqual(len(base64.b64decode(key)), 64)

    def test_the_envelope_has_the_line(self):
        path, _ = self.enrol("ssh:")
        line = self.export("ssh", path)
        code, envelope = self.place.json("export", "ssh", path)
        self.assertEqual((code, envelope["result"]), (0, {"line": line.rstrip("\n")}))


class Refused(Case):
    def test_a_credential_of_another_rp_is_none_of_ssh(self):
        path, _ = self.enrol("example.org")
        code, err = self.refused("ssh", path)
        self.assertEqual(code, 19)
        self.assertIn("not made for the RP ID \"ssh:\"", err)
        code, err = self.refused("ssh", "--application", "example.org", path)
        self.assertEqual(code, 2)
        self.assertIn("begins with \"ssh:\"", err)
        self.assertEqual(self.refused("pam-u2f", "--user", "ada", "--rp-id", PAM, path)[0], 19)

    def test_what_is_no_registration(self):
        path, _ = self.enrol("example.org")
        good = json.loads(pathlib.Path(path).read_text())
        attestation = unb64url(good["response"]["response"]["attestationObject"])

        def changed(data):
            good["response"]["response"]["attestationObject"] = b64url(data)
            return self.place.write("bad.json", good)
        for cut in (0, 1, len(attestation) // 2, len(attestation) - 1):
            self.assertEqual(self.refused("passkey-mapping", changed(attestation[:cut]))[0], 19, cut)
        self.assertEqual(self.refused("passkey-mapping", changed(attestation + b"\0"))[0], 19)
        self.assertEqual(self.refused("passkey-mapping", self.place.write("bad.json", {"response": {}}))[0], 19)
        self.assertEqual(self.refused("passkey-mapping", os.path.join(self.place.top, "nowhere"))[0], 2)

    def test_words_that_would_break_a_line(self):
        path, _ = self.enrol(PAM)
        for user in ("", "a:b", "a b", "a\nroot", "#ada"):
            self.assertEqual(self.refused("pam-u2f", "--user", user, path)[0], 2, user)
        self.assertEqual(self.refused("pam-u2f", path)[0], 2)
        self.assertEqual(self.refused("pam-u2f", "--user", "ada", *[path] * 25)[0], 2)
        path, _ = self.enrol("ssh:")
        self.assertEqual(self.refused("ssh", "--comment", "a\nssh-rsa AAAA", path)[0], 2)

    def test_a_bare_response_needs_the_rp_id(self):
        path, _ = self.enrol("example.org")
        bare = self.place.write("bare.json", json.loads(pathlib.Path(path).read_text())["response"])
        code, err = self.refused("passkey-mapping", bare)
        self.assertEqual(code, 2)
        self.assertIn("--rp-id", err)
        self.assertEqual(self.export("passkey-mapping", "--rp-id", "example.org", bare), self.export("passkey-mapping", path))

    def test_a_key_file_is_never_overwritten(self):
        path, _ = self.enrol("ssh:")
        target = pathlib.Path(self.place.top, "id")
        target.write_text("mine")
        code, _ = self.refused("ssh", "--key-file", str(target), path)
        self.assertEqual((code, target.read_text()), (2, "mine"))


class Ssh(Case):
    """ssh-keygen signs with the key file that we wrote. Its way to a key is
    USB; here it loads a way to the software key in its place."""

    def make(self, *words, **more):
        path, _ = self.enrol("ssh:", **more)
        file = os.path.join(self.place.top, "id_sk")
        line = self.export("ssh", "--key-file", file, "--comment", "ada", *words, path)
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)
        return file, line.split(" ")[-3:]

    def sign(self, file, pin=None):
        message = os.path.join(self.place.top, "message")
        pathlib.Path(message).write_text("words")
        askpass = os.path.join(self.place.top, "askpass")
        pathlib.Path(askpass).write_text(f"#!/bin/sh\necho {pin or ''}\n")
        os.chmod(askpass, 0o700)
        env = dict(self.place.env, SSH_ASKPASS=askpass, SSH_ASKPASS_REQUIRE="force", SSH_SK_PROVIDER=PROVIDER)
        done = subprocess.run(["ssh-keygen", "-Y", "sign", "-f", file, "-n", "test", message], env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT)
        return done, message

    def verify(self, public, message, words="words"):
        signers = os.path.join(self.place.top, "signers")
        pathlib.Path(signers).write_text("ada " + " ".join(public))
        return subprocess.run(["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "ada", "-n", "test", "-s", message + ".sig"],
                              input=words, capture_output=True, text=True, timeout=LIMIT)

    def test_the_key_file_holds_the_public_key(self):
        file, public = self.make()
        shown = subprocess.run(["ssh-keygen", "-y", "-f", file], capture_output=True, text=True, check=True).stdout
        self.assertEqual(shown.split(), " ".join(public).split())

    @unittest.skipUnless(PROVIDER, "sanitizers want to be loaded first")
    def test_ssh_keygen_signs_with_it_and_verifies(self):
        for algorithm, more in ((-7, []), (-8, []), (-7, ["--verify-required"])):
            with self.subTest(algorithm=algorithm, more=more):
                file, public = self.make(*more, pubKeyCredParams=[{"type": "public-key", "alg": algorithm}])
                done, message = self.sign(file, SECRET if more else None)
                self.assertEqual(done.returncode, 0, done.stderr)
                good = self.verify(public, message)
                self.assertEqual(good.returncode, 0, good.stderr)
                self.assertIn("Good \"test\" signature for ada", good.stdout)
                self.assertNotEqual(self.verify(public, message, "other words").returncode, 0)
                os.unlink(file)
                os.unlink(message + ".sig")

    @unittest.skipUnless(PROVIDER, "sanitizers want to be loaded first")
    def test_a_wrong_pin_signs_nothing(self):
        file, _ = self.make("--verify-required")
        done, message = self.sign(file, "0000")
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse(os.path.exists(message + ".sig"))


def has_namespaces():
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0


@unittest.skipUnless(has_namespaces(), "no namespace of its own for /etc/pam.d")
class PamU2f(Case):
    """pam_u2f in its manual mode, by pamtester: the key's answer is pasted."""

    def authenticate(self, line, spoil=False):
        """The exit code of pamtester; with spoil another signature is pasted."""
        authfile = os.path.join(self.place.top, "authfile")
        pathlib.Path(authfile).write_text(line)
        service = os.path.join(self.place.top, "keyturn-test")
        pathlib.Path(service).write_text(
            f"auth required pam_u2f.so authfile={authfile} origin={PAM} appid={PAM} manual\naccount required pam_permit.so\n")
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        self.assertTrue(line.startswith(user + ":"), line)
        # The service is seen in this run alone.
        script = f"mount -t tmpfs none /etc/pam.d && cp {service} /etc/pam.d/ && exec pamtester keyturn-test {user} authenticate"
        pid, tty = pty.fork()
        if pid == 0:
            os.execvp("unshare", ["unshare", "-rm", "sh", "-c", script])
        shown, answers = "", None
        while True:
            try:
                if not select.select([tty], [], [], LIMIT)[0]:
                    raise AssertionError("nothing more came: " + shown)
                more = os.read(tty, 4096).decode()
            except OSError:
                more = ""
            if not more:
                break
            shown += more
            found = re.search(r"Challenge #1:\s+(\S+)\s+(\S+)\s+(\S+)\s", shown)
            if found and answers is None:
                answers = list(self.answer(*found.groups(), spoil))
            while answers and "Response #1: " in shown:  # it asks for each line
                shown = shown.replace("Response #1: ", "<asked>", 1)
                os.write(tty, answers.pop(0).encode() + b"\n")
        os.close(tty)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown

    def answer(self, challenge, rp_id, cred, spoil):
        frames = Helper(self.place).job(
            {"job": "assert", "rp_id": rp_id, "hash": base64.b64decode(challenge).hex(), "allow": [b64url(base64.b64decode(cred))],
             "uv": "discouraged"}, [SECRET])
        self.assertEqual(frames[-1][0], RESULT, frames)
        result = frames[-1][1]
        auth_data = unb64url(result["auth_data"])
        signature = bytearray(unb64url(result["signature"]))
        if spoil:
            signature[-1] ^= 1
        return challenge, rp_id, b64(b"\x58" + bytes([len(auth_data)]) + auth_data), b64(bytes(signature))

    def test_the_module_lets_in_by_our_line(self):
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        # EdDSA lines are read, but the manual mode of 1.1.0 takes ES256 alone.
        path, _ = self.enrol(PAM)
        line = self.export("pam-u2f", "--user", user, path)
        code, shown = self.authenticate(line)
        self.assertEqual(code, 0, shown)
        self.assertIn("successfully authenticated", shown)
        code, shown = self.authenticate(line, spoil=True)
        self.assertNotEqual(code, 0, shown)

    def test_the_module_refuses_another_key(self):
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        path, _ = self.enrol(PAM)
        other, _ = self.enrol(PAM, "other.json")
        fields = self.export("pam-u2f", "--user", user, path).split(",")
        fields[1] = self.export("pam-u2f", "--user", user, other).split(",")[1]
        code, shown = self.authenticate(",".join(fields))
        self.assertNotEqual(code, 0, shown)


if __name__ == "__main__":
    missing = [program for program in ("pamtester", "ssh-keygen", "openssl") if not shutil.which(program)]
    assert not missing, f"not installed: {missing}"
    unittest.main()
