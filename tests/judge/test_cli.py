# SPDX-License-Identifier: Apache-2.0
"""fidotool verify registration on formats of every kind: what it prints, and the options
that only some of them have."""
import base64
import json
import os
import tempfile

import judges
from judges import AT_TEXT, check, fidotool

try:
    from forge import android_key, chains, compound, tpm
except ImportError as error:
    if "cryptography" not in str(error):
        raise
    judges.skip("python3-cryptography is not installed")


def armour(der):
    return b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(der) \
        + b"-----END X509 CRL-----\n"


class Folder:
    """A request as files; `run` judges it with more arguments."""

    def __init__(self, request):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.write("file.json", json.dumps(
            {"options": request["options"], "response": request["response"]}).encode())
        self.crls = [base64.b64decode(crl) for crl in request.get("crls", [])]
        self.arguments = []
        for i, anchor in enumerate(request["anchors"]):
            self.arguments += ["--trust", self.write("%d.der" % i,
                                                     base64.b64decode(anchor))]

    def write(self, name, data):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def run(self, *more):
        done = fidotool(["verify", "registration", *self.arguments, "--at", AT_TEXT,
                         *more, self.path])
        return done.returncode, done.stdout.decode()


def has_line(text, *words):
    return any(line.split() == list(words) for line in text.splitlines())


def revocation_lists_are_read_in_every_form():
    case = Folder(chains.make(lists=[chains.leaf()]))
    code, text = case.run()
    check(code == 0 and has_line(text, "revocation", "not-checked"), "no list")
    for name, data in (("list.crl", case.crls[0]), ("list.pem", armour(case.crls[0]))):
        code, text = case.run("--crl", case.write(name, data))
        check(code == 20 and has_line(text, "revocation", "revoked"), name)
    case.write("lists/README", b"words")
    check(case.run("--crl", case.folder.name + "/lists")[0] == 2, "a folder of nothing")
    case.write("lists/a.crl", case.crls[0])
    check(case.run("--crl", case.folder.name + "/lists")[0] == 20, "a folder")
    check(case.run("--crl", case.write("junk.crl", b"junk"))[0] == 2, "no list in it")
    check(case.run("--crl", case.write("der.crl", b"\x30\x00"))[0] == 2, "DER of nothing")
    check(case.run("--crl", case.folder.name + "/nothing")[0] == 2, "no file")


def a_tpm_shows_what_it_is():
    case = Folder(tpm.make())
    code, text = case.run()
    check(code == 0, "a TPM")
    for words in (("format", "tpm"), ("statement", "valid,", "attca"),
                  ("attested", "tpm_manufacturer,", "id:494E5443"),
                  ("attested", "tpm_model,", "Forged")):
        check(has_line(text, *words), "a TPM: " + " ".join(words))
    check(case.run("--tpm-manufacturer", "id:494E5443")[0] == 0, "its maker")
    code, text = case.run("--tpm-manufacturer", "id:414D4400")
    check(code == 21 and "tpm/T9" in text, "another maker")


def sha1_is_named_weak():
    case = Folder(tpm.make(statement_alg=-65535))
    code, text = case.run()
    check(code == 19 and "tpm/T3" in text and "SHA-1" in text, "SHA-1")
    code, text = case.run("--allow-sha1")
    check(code == 0 and "warning" in text and "SHA-1" in text, "SHA-1, allowed")


def software_is_named():
    case = Folder(android_key.make(level=0, key_level=0))
    code, text = case.run()
    check(code == 0 and "android-key/K6" in text, "software")
    check(case.run("--hardware-key")[0] == 21, "software where hardware is asked for")


def parts_are_listed():
    case = Folder(compound.make(("full", "wrong")))
    code, text = case.run()
    check(code == 19 and "compound/C3" in text and "packed/P3" in text, "all")
    check(has_line(text, "part", "packed,", "valid,", "anchored"), "the part that holds")
    check(case.run("--compound", "any")[0] == 0, "any")
    check(case.run("--compound", "1")[0] == 0, "one")
    check(case.run("--compound", "2")[0] == 19, "two")
    for bad in ("", "0", "9", "-1", "some", "1x"):
        check(case.run("--compound", bad)[0] == 2, "compound %r" % bad)


def main():
    revocation_lists_are_read_in_every_form()
    a_tpm_shows_what_it_is()
    sha1_is_named_weak()
    software_is_named()
    parts_are_listed()
    judges.finish()


main()
