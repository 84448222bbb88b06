# SPDX-License-Identifier: Apache-2.0
"""fidotool verify: exit codes, options that win, trust in its spellings."""
import base64
import json
import os
import subprocess
import tempfile

import judges
from judges import AT_TEXT, check, fidotool

EXITS = {  # name: exit code with the anchors trusted
    "chain": 0, "chain-intermediate": 0, "chain-eddsa": 0,
    "self": 0, "none": 0, "expired": 20, "other-root": 20,
    "wrong-signature": 19, "wrong-rp": 19, "no-touch": 19, "other-model": 19,
    "no-constraints": 19, "expired-own-ca": 19, "malformed-key": 19,
    "device-bound": 21,
    "assertion": 0, "assertion-eddsa": 0, "assertion-rsa": 0,
    "assertion-p384": 0, "assertion-p521": 0, "assertion-ed448": 0,
    "assertion-wrong-signature": 19, "assertion-wrong-rp": 19,
    "assertion-no-touch": 19, "assertion-copy": 21,
}


def each_layer_has_its_exit_code(rows):
    for row in rows:
        code, _ = judges.fidotool_result(row["request"])
        check(code == EXITS[row["name"]], "%s: exit %d" % (row["name"], code))


def write(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def pem(der):
    text = base64.encodebytes(der).decode()
    return ("-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n"
            % text).encode()


def code_of(arguments, **more):
    return fidotool(["verify", "registration"] + arguments, **more).returncode


def nobody_vouches_for_itself(rows):
    """Where trust was asked for, self attestation and none have not got it."""
    anchors = rows[0]["request"]["anchors"]
    for row in rows:
        if row["name"] in ("self", "none"):
            code, _ = judges.fidotool_result(dict(row["request"], anchors=anchors))
            check(code == 20, "%s with --trust: exit %d" % (row["name"], code))


def trust_is_read_in_every_form(rows):
    good, other = rows[0]["request"], rows[1]["request"]
    der = base64.b64decode(good["anchors"][0])
    stranger = base64.b64decode(other["anchors"][0])
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "file.json", good)
        roots = os.path.join(folder, "roots")
        os.mkdir(roots)
        at = ["--at", AT_TEXT, path]
        one = write(folder, "root.der", der)
        two = write(folder, "two.pem", b"words\n" + pem(stranger) + pem(der))
        foreign = write(folder, "foreign.pem", pem(stranger))
        check(code_of(["--trust", one] + at) == 0, "DER")
        check(code_of(["--trust", two] + at) == 0, "PEM with two")
        check(code_of(["--trust", foreign] + at) == 20, "a stranger")
        check(code_of(["--trust", foreign, "--trust", one] + at) == 0, "two files")
        check(code_of(["--trust", roots] + at) == 2, "an empty folder")
        write(roots, "README", b"words")
        write(roots, "a.pem", pem(stranger))
        check(code_of(["--trust", roots] + at) == 20, "a folder of strangers")
        write(roots, "b.der", der)
        check(code_of(["--trust", roots] + at) == 0, "a folder")
        write(roots, "c.pem", b"no certificate")
        check(code_of(["--trust", roots] + at) == 2, "a folder with junk")
        check(code_of(["--trust", folder + "/nothing"] + at) == 2, "no file")
        junk = write(folder, "junk.der", b"\x30\x03\x02\x01\x01")
        check(code_of(["--trust", junk] + at) == 2, "DER that is no certificate")
        cut = write(folder, "cut.pem", pem(der)[:-10])
        check(code_of(["--trust", cut] + at) == 2, "PEM cut off")
        twice = write(folder, "twice.pem", pem(der) * 2)
        check(code_of(["--trust", twice] + at) == 0, "a certificate twice")


def times_are_read(rows):
    good = rows[0]["request"]
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "file.json", good)
        root = write(folder, "root.der", base64.b64decode(good["anchors"][0]))
        for at, code in ((AT_TEXT, 0), ("2026-03-01T10:00:00+01:00", 0),
                         ("1999-03-01T09:00:00Z", 20), ("2099-03-01T09:00:00Z", 20),
                         ("yesterday", 2), ("2026-03-01", 2),
                         ("2026-03-01T09:00:00", 2), ("", 2)):
            check(code_of(["--trust", root, "--at", at, path]) == code,
                  "--at %r" % at)


def the_command_line_wins(rows):
    request = rows[0]["request"]
    options = request["options"]
    right = ["--challenge", options["challenge"], "--rp-id", options["rp_id"],
             "--origin", options["origins"][1]]
    with tempfile.TemporaryDirectory() as folder:
        whole = write(folder, "file.json", request)
        bare = write(folder, "bare.json", request["response"])
        saved = write(folder, "saved.json",
                      {"schema": "keyturn.fidotool/1", "result": request["response"]})
        empty = write(folder, "empty.json", {"response": request["response"]})
        check(code_of([whole]) == 0, "the file's options")
        check(code_of(right + [bare]) == 0, "a bare response")
        check(code_of(right + [saved]) == 0, "a response in our envelope")
        check(code_of(right + [empty]) == 0, "options given")
        check(code_of(right + ["--require-uv", whole]) == 0, "user verified")
        check(code_of([bare]) == 2, "no options at all")
        check(code_of(right[2:] + [bare]) == 2, "no challenge")
        check(code_of(["--challenge", "AAAA", whole]) == 19, "another challenge")
        check(code_of(["--origin", "https://x.example", whole]) == 19, "another origin")
        check(code_of(["--rp-id", "x.example", whole]) == 19, "another RP ID")
        check(code_of(["--origin", "https://x.example", "--origin",
                       options["origins"][1], whole]) == 0, "two origins")
        with open(whole, "rb") as file:
            check(code_of(["-"], stdin=file) == 0, "standard input")


def bad_files_are_told_apart(rows):
    with tempfile.TemporaryDirectory() as folder:
        for name, data, code in (("cut", b'{"options":', 19), ("list", b"[]", 19),
                                 ("large", b" " * (513 << 10), 2),
                                 ("empty", b"", 19), ("none", b'{"response":1}', 19)):
            check(code_of([write(folder, name, data)]) == code, "file " + name)
        check(code_of([folder + "/nothing"]) == 2, "no file")
        check(code_of([]) == 2, "no FILE")
        run = fidotool(["verify", "registration", "--json",
                        write(folder, "x", b"[]")])
        error = json.loads(run.stdout)["error"]
        check(error["exit"] == 19, "an error in JSON")


def an_assertion_leans_on_its_registration():
    """Key and count come out of the registration's file."""
    run = subprocess.run([judges.program("PAIR")], check=True,
                         capture_output=True)
    registration, assertion = [json.loads(x) for x in run.stdout.splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        made = write(folder, "made.json", registration)
        root = write(folder, "root.der",
                     base64.b64decode(registration["anchors"][0]))
        del assertion["stored"]
        path = write(folder, "file.json", assertion)

        def code(arguments):
            return fidotool(["verify", "assertion"] + arguments).returncode

        check(code(["--registration", made, path]) == 0, "the registration's key")
        check(code(["--registration", made, "--trust", root, "--at", AT_TEXT,
                    path]) == 0, "and it is trusted")
        check(code(["--registration", made, "--trust", root, "--at",
                    "2099-01-01T00:00:00Z", path]) == 20, "not any more")
        check(code([path]) == 2, "no credential")
        check(code(["--trust", root, path]) == 2, "trust without registration")
        registration["options"]["challenge"] = "AAAA"
        bad = write(folder, "bad.json", registration)
        check(code(["--registration", bad, path]) == 19, "a bad registration")


def the_result_does_not_move(rows):
    first = judges.fidotool_result(rows[0]["request"])
    check(first == judges.fidotool_result(rows[0]["request"]), "twice the same")
    check('"policy"' not in first[1], "no policy, no policy member")


def main():
    rows = judges.samples()
    each_layer_has_its_exit_code(rows)
    nobody_vouches_for_itself(rows)
    trust_is_read_in_every_form(rows)
    times_are_read(rows)
    the_command_line_wins(rows)
    bad_files_are_told_apart(rows)
    an_assertion_leans_on_its_registration()
    the_result_does_not_move(rows)
    judges.finish()


main()
