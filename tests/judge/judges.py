# SPDX-License-Identifier: Apache-2.0
"""judges.py - what the tests that compare judges share: the worker on its
pipes, fidotool on its files, and the samples."""
import base64
import json
import os
import struct
import subprocess
import sys
import tempfile

SKIP = 77
AT = 1772355600  # 2026-03-01T09:00:00Z, as in make-certificate.h
AT_TEXT = "2026-03-01T09:00:00Z"

failures = []


def check(good, what):
    """Notes a failure and goes on."""
    if not good:
        failures.append(what)
        print("FAILED:", what)


def finish():
    print("%d failed" % len(failures))
    sys.exit(1 if failures else 0)


def skip(why):
    print("skipped:", why)
    sys.exit(SKIP)


def unb64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def program(name):
    """The path of a program under test, from the environment."""
    return os.environ[name]


def samples():
    out = subprocess.run([program("SAMPLES")], check=True, capture_output=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def shared_folder():
    return os.environ.get("KEYTURN_SHARED") or os.path.join(
        os.environ["SOURCE_ROOT"], "..", "shared", "data")


def shared_data(name):
    """A file of the shared test data; skips the test where there is none at all."""
    folder = shared_folder()
    if not os.path.isdir(folder):
        skip("no shared test data (%s)" % folder)
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def frame(text):
    return b"\x01" + struct.pack(">I", len(text)) + text


class Worker:
    """One judge worker."""

    def __init__(self, **more):
        self.process = subprocess.Popen(
            [program("KEYTURN_JUDGE")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def receive(self):
        """The next answer, or None at the end."""
        head = self.process.stdout.read(5)
        if len(head) < 5:
            return None
        assert head[0] == 1, head
        return self.process.stdout.read(struct.unpack(">I", head[1:])[0])

    def judge(self, request):
        self.send(frame(json.dumps(request).encode()))
        return json.loads(self.receive())

    def end(self):
        """Closes its input; its exit code, negative for a signal."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        code = self.process.wait(timeout=60)
        self.words = self.process.stderr.read().decode()
        assert "Sanitizer" not in self.words and "runtime error: " not in self.words, self.words
        self.process.stdout.close()
        self.process.stderr.close()
        return code


def fidotool(arguments, **more):
    return subprocess.run([program("FIDOTOOL")] + arguments,
                          capture_output=True, timeout=60, **more)


def verify_file(folder, request):
    """Writes a request as FILE and anchors; the arguments that judge it."""
    kind = request["kind"]
    path = os.path.join(folder, "file.json")
    file = {"options": request["options"], "response": request["response"]}
    arguments = ["verify", kind]
    if kind == "assertion":
        stored = request["stored"]
        file["credential"] = {
            "publicKey": b64url(base64.b64decode(stored["public_key"]))}
        for name, member in (("sign_count", "signCount"), ("be", "be"),
                             ("bs", "bs")):
            if name in stored:
                file["credential"][member] = stored[name]
    for i, anchor in enumerate(request.get("anchors", [])):
        anchor_path = os.path.join(folder, "anchor-%d.der" % i)
        with open(anchor_path, "wb") as out:
            out.write(base64.b64decode(anchor))
        arguments += ["--trust", anchor_path]
    for i, crl in enumerate(request.get("crls", [])):
        crl_path = os.path.join(folder, "list-%d.crl" % i)
        with open(crl_path, "wb") as out:
            out.write(base64.b64decode(crl))
        arguments += ["--crl", crl_path]
    if request.get("anchors"):
        arguments += ["--at", AT_TEXT]
    with open(path, "w") as out:
        json.dump(file, out)
    return arguments + [path]


def fidotool_result(request):
    """Exit code and the text of `result`, cut out of the envelope."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = verify_file(folder, request)
        run = fidotool(arguments[:2] + ["--json"] + arguments[2:])
    text = run.stdout.decode()
    begin = text.index('"result":') + len('"result":')
    _, end = json.JSONDecoder().raw_decode(text, begin)
    return run.returncode, text[begin:end]
