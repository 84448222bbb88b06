# SPDX-License-Identifier: Apache-2.0
"""Debian's fido2-token and fidotool about the same key, field by field, in every
profile: what one prints the other says, and nothing that either has is left
out. fido2-token is the real one; only its way to the key is ours
(fido2-socket.c). Lists are compared where it knows the command: libfido2 1.12
has the previews alone."""
import base64
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import unittest

from keys_lib import HASH, LIMIT, RESULT, Helper, Place, b64url, unb64url

LIBRARY = os.environ["FIDO2_SOCKET"]
PUT_BLOB = os.environ["PUT_BLOB"]
TOOL = shutil.which("fido2-token")
SECRET = "271828"
# Who lies by chance says something else to each of the two.
PROFILES = sorted({os.path.splitext(name)[0] for name in os.listdir(os.environ["PROFILES"])} - {"hostile"})
ALGORITHMS = {"es256": -7, "eddsa": -8, "es384": -35, "rs256": -257}
PROTECTION = {"none": 0, "uvopt": 1, "uvopt+id": 2, "uvreq": 3}
# A key with all lists, and both numbers of their commands.
EVERYTHING = ["options = rk;up;uv;plat=false;alwaysUv=false;authnrCfg;bioEnroll;clientPin;credMgmt;"
              "credentialMgmtPreview;largeBlobs;pinUvAuthToken;setMinPINLength;userVerificationMgmtPreview"]


def preloaded():
    return dict(os.environ, LD_PRELOAD=LIBRARY, LC_ALL="C.UTF-8")


def ask(*words, pin=None):
    """Exit code and lines of fido2-token; the PIN is typed where it asks."""
    if pin is None:
        done = subprocess.run([TOOL, *words], env=preloaded(), capture_output=True, text=True, timeout=LIMIT)
        return done.returncode, done.stdout.splitlines()
    pid, tty = pty.fork()
    if pid == 0:
        os.execve(TOOL, [TOOL, *words], preloaded())
    shown, typed = b"", False
    while True:
        if not typed and b"Enter PIN for" in shown:
            os.write(tty, pin.encode() + b"\n")
            typed = True
        try:
            assert select.select([tty], [], [], LIMIT)[0], shown
            more = os.read(tty, 65536)
        except OSError:
            break
        shown += more
    os.close(tty)
    lines = shown.decode().replace("\r", "").splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), [line for line in lines if line and "Enter PIN for" not in line]


def words(text):
    return [word for word in text.split(", ") if word]


def number(text):
    return int(text, 0)


# What fido2-token prints under each name, and what fidotool says there: a
# function of the text, and one of fidotool's answer. What it prints for a member
# that is not there (0, "undefined") is None here.
def options(text):
    return {word[2:] if word.startswith("no") else word: not word.startswith("no") for word in words(text)}


def algorithms(text):
    """None for those whose name it does not know."""
    return [ALGORITHMS.get(re.fullmatch(r"(\w+) \(public-key\)", word)[1]) for word in words(text)]


def certifications(text):
    return {word.split()[0]: int(word.split()[1]) for word in words(text)}


def capabilities(text):
    names = re.search(r"\((.*)\)", text)[1].split(", ")
    return {"wink": "wink" in names, "cbor": "cbor" in names, "msg": "msg" in names}


def some(text):
    return number(text) or None


def modality(text):
    return number(text.split()[0])


INFO = {
    "proto": (number, lambda said: said["ctaphid"]["protocol"]),
    "major": (number, lambda said: int(said["ctaphid"]["version"].split(".")[0])),
    "minor": (number, lambda said: int(said["ctaphid"]["version"].split(".")[1])),
    "build": (number, lambda said: int(said["ctaphid"]["version"].split(".")[2])),
    "caps": (capabilities, lambda said: {name: said["ctaphid"][name] for name in ("wink", "cbor", "msg")}),
    "version strings": (words, lambda said: said["info"]["versions"]),
    "extension strings": (words, lambda said: said["info"]["extensions"]),
    "transport strings": (words, lambda said: said["info"]["transports"]),
    "algorithms": (algorithms, lambda said: [one["alg"] if one["alg"] in ALGORITHMS.values() else None
                                               for one in said["info"]["algorithms"]]),
    "certifications": (certifications, lambda said: said["info"]["certifications"]),
    "aaguid": (str, lambda said: said["info"]["aaguid"].replace("-", "")),
    "options": (options, lambda said: said["info"]["options"]),
    "fwversion": (some, lambda said: said["info"].get("firmware_version")),
    "maxmsgsiz": (some, lambda said: said["info"].get("max_msg_size")),
    "maxcredcntlst": (some, lambda said: said["info"].get("max_credential_count_in_list")),
    "maxcredlen": (some, lambda said: said["info"].get("max_credential_id_length")),
    "maxlargeblob": (some, lambda said: said["info"].get("max_serialized_large_blob_array")),
    "maxrpids in minpinlen": (some, lambda said: said["info"].get("max_rp_ids_for_set_min_pin_length")),
    "remaining rk(s)": (number, lambda said: said["info"].get("remaining_discoverable_credentials")),
    "minpinlen": (some, lambda said: said["info"].get("min_pin_length")),
    "pin protocols": (lambda text: [int(word) for word in words(text)], lambda said: said["info"]["pin_protocols"]),
    "pin change required": (lambda text: text == "true", lambda said: said["info"].get("force_pin_change", False)),
    "platform uv attempt(s)": (some, lambda said: said["info"].get("preferred_platform_uv_attempts")),
    "uv modality": (modality, lambda said: said["info"].get("uv_modality")),
}
# Those that fidotool tells elsewhere, or only where they mean something.
ELSEWHERE = {"pin retries", "uv retries", "sensor type", "max samples"}


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()

    def tearDown(self):
        self.place.end()

    def said(self, key, *words, pins=None):
        code, envelope = self.place.json("key", *words, "--device", key.selector, pins=pins)
        self.assertEqual(code, 0, envelope)
        return envelope["result"]

    def set_pin(self, key):
        self.said(key, "pin", "set", pins=[SECRET])

    def printed(self, *words, **more):
        code, lines = ask(*words, **more)
        self.assertEqual(code, 0, lines)
        return lines


class Info(Case):
    def compare(self, key):
        fields = dict(line.split(": ", 1) for line in self.printed("-I", key.path))
        said = self.said(key, "info")
        self.assertEqual(set(fields) - set(INFO) - ELSEWHERE, set(), "a field that nobody compares")
        for name, text in fields.items():
            if name in INFO:
                read, tell = INFO[name]
                self.assertEqual(read(text), tell(said), name)
        self.retries(fields, said)
        return fields, said

    def retries(self, fields, said):
        if "retries" in said["pin"]:
            self.assertEqual(number(fields["pin retries"]), said["pin"]["retries"])
        if "uv_retries" in said["pin"]:
            self.assertEqual(number(fields["uv retries"]), said["pin"]["uv_retries"])

    def test_every_profile_before_and_after(self):
        self.assertGreaterEqual(len(PROFILES), 7)
        for profile in PROFILES:
            with self.subTest(profile):
                key = self.place.add(profile, profile)
                fields, said = self.compare(key)
                if not said["ctaphid"]["cbor"]:
                    self.assertEqual(said["info"]["versions"], ["U2F_V2"])
                    self.assertEqual(set(fields), {"proto", "major", "minor", "build", "caps"})
                    continue
                self.set_pin(key)
                # a try is spent
                self.place.run("enrol", "--device", key.selector, "--options", self.place.creation(), pins=["9999"])
                fields, said = self.compare(key)
                self.assertEqual(number(fields["pin retries"]), 7)
                if "bioEnroll" in said["info"]["options"] or "userVerificationMgmtPreview" in said["info"]["options"]:
                    self.said(key, "fingerprint", "add", pins=[SECRET])
                    self.compare(key)

    def test_settings(self):
        key = self.place.add()
        self.set_pin(key)
        self.said(key, "config", "set", "always-uv", "on", pins=[SECRET])
        self.said(key, "config", "set", "min-pin-length", "6", pins=[SECRET])
        self.said(key, "config", "set", "enterprise-attestation", "on", pins=[SECRET])
        self.said(key, "pin", "force-change", pins=[SECRET])
        fields, _ = self.compare(key)
        self.assertIn("alwaysUv", words(fields["options"]))
        self.assertEqual((fields["minpinlen"], fields["pin change required"]), ("6", "true"))

    def test_a_difference_would_be_seen(self):
        """Each field of one key beside what is said of another: all that can
        differ between the two does."""
        one, other = self.place.add("one"), self.place.add("other", "pre-2.1")
        fields = dict(line.split(": ", 1) for line in self.printed("-I", one.path))
        said = self.said(other, "info")
        different = {name for name in INFO if name in fields and
                     not self.same(INFO[name][0](fields[name]), INFO[name][1], said)}
        self.assertEqual(set(INFO) & set(fields) - different,
                         {"proto", "major", "minor", "build", "extension strings", "pin change required"})

    @staticmethod
    def same(value, tell, said):
        try:
            return value == tell(said)
        except KeyError:
            return False


class Lists(Case):
    profiles = PROFILES
    least = 3  # of them, and the one with everything, have the preview
    users = [("one.example", "ada", 1), ("one.example", "bob", 2), ("two.example", "cy", 3), ("three.example", "dee", 1)]

    def make(self, key, algs=(-7,)):
        """Credentials by fidotool, in several ways; with their names."""
        for rp_id, user, protect in self.users:
            frames = Helper(self.place).job(
                {"job": "make", "device": key.selector, "rp_id": rp_id, "hash": HASH, "algs": list(algs), "uv": "required",
                 "discoverable": True, "protect": protect,
                 "user": {"id": b64url(user.encode()), "name": user, "display_name": user.title()}}, [SECRET])
            self.assertEqual(frames[-1][0], RESULT, frames)

    def credentials(self, key):
        """By fidotool, in the form of the other."""
        listed = self.said(key, "credential", "list", pins=[SECRET])["credentials"]
        return {(one["rp_id"], one["id"]): (one["user"]["display_name"], unb64url(one["user"]["id"]), one["alg"], one["protect"])
                for one in listed}

    def credentials_by_tool(self, key):
        found = {}
        for line in self.printed("-L", "-r", key.path, pin=SECRET):
            _, digest, rp_id = line.split()
            for row in self.printed("-L", "-k", rp_id, key.path, pin=SECRET):
                _, cred, name, user, alg, protect = row.split()
                found[(rp_id, b64url(base64.b64decode(cred)))] = (
                    name, base64.b64decode(user), ALGORITHMS[alg], PROTECTION[protect])
        return found

    def compare(self, key):
        rps = {line.split()[2]: base64.b64decode(line.split()[1]).hex() for line in
               self.printed("-L", "-r", key.path, pin=SECRET)}
        counts = self.said(key, "credential", "count", pins=[SECRET])
        self.assertEqual({one["rp_id"]: one["rp_id_hash"] for one in counts["rps"]}, rps)
        self.assertEqual(self.credentials_by_tool(key), self.credentials(key))
        numbers = dict(line.split(": ") for line in self.printed("-I", "-c", key.path, pin=SECRET))
        self.assertEqual({name: int(text) for name, text in numbers.items()},
                         {"existing rk(s)": counts["existing"], "remaining rk(s)": counts["remaining"]})
        return counts

    def test_credentials_in_each_profile_that_has_them(self):
        seen = 0
        for profile in [*self.profiles, self.place.profile("everything", *EVERYTHING)]:
            with self.subTest(profile):
                key = self.place.add(os.path.basename(profile), profile)
                if not self.said(key, "info")["info"].get("options", {}).get("credentialMgmtPreview"):
                    continue
                self.set_pin(key)
                self.make(key)
                self.assertEqual(self.compare(key)["existing"], len(self.users))
                # one less, by each of the two
                device = self.place.json("key", "info", "--device", key.selector)[1]["device"]["fingerprint"]
                (_, first), (_, second), *_ = self.credentials(key)
                self.said(key, "credential", "delete", first, "--yes", "--fingerprint", device, pins=[SECRET])
                self.compare(key)
                self.printed("-D", "-i", base64.b64encode(unb64url(second)).decode(), key.path, pin=SECRET)
                self.assertEqual(self.compare(key)["existing"], len(self.users) - 2)
                seen += 1
        self.assertGreaterEqual(seen, self.least)

    def test_eddsa_credentials(self):
        key = self.place.add("e", self.place.profile("everything", *EVERYTHING))
        self.set_pin(key)
        self.make(key, (-8, -7))
        self.compare(key)
        self.assertEqual({alg for _, _, alg, _ in self.credentials(key).values()}, {-8})

    def test_fingerprints_in_each_profile_that_has_them(self):
        seen = 0
        for profile in [*self.profiles, self.place.profile("everything", *EVERYTHING)]:
            with self.subTest(profile):
                key = self.place.add(os.path.basename(profile), profile)
                said = self.said(key, "info")["info"].get("options", {})
                if "userVerificationMgmtPreview" not in said:
                    continue
                self.set_pin(key)
                for name in ("thumb", "index", "ring"):
                    self.said(key, "fingerprint", "add", "--name", name, pins=[SECRET])
                listed = self.said(key, "fingerprint", "list", pins=[SECRET])
                rows = [line.split() for line in self.printed("-L", "-e", key.path, pin=SECRET)]
                self.assertEqual([(base64.b64decode(cred), name) for _, cred, name in rows],
                                 [(unb64url(one["id"]), one["name"]) for one in listed["fingerprints"]])
                fields = dict(line.split(": ", 1) for line in self.printed("-I", key.path))
                kind, samples = listed["sensor"]["kind"], listed["sensor"]["samples"]
                self.assertEqual((fields["sensor type"], fields["max samples"]), (f"1 ({kind})", str(samples)))
                seen += 1
        self.assertGreaterEqual(seen, 2)


class Blobs(Case):
    def test_large_blobs(self):
        key = self.place.add("e", self.place.profile("everything", *EVERYTHING))
        self.set_pin(key)
        texts = {"one.example": "abcdefghijklmnopqrstuvwxyz" * 3, "two.example": "0123456789abcdef" * 40}
        for rp_id, text in texts.items():
            subprocess.run([PUT_BLOB, key.path, SECRET, rp_id, "ada", text], check=True, timeout=LIMIT)
        listed = self.said(key, "blob", "list", pins=[SECRET])
        lines = self.printed("-L", "-b", key.path, pin=SECRET)
        # without the 16 bytes of the hash at the end, which take room as well
        self.assertEqual(lines[0], f"total map size: {listed['used'] - 16} bytes")
        rows = [line.split() for line in lines[1:]]
        # it counts the ciphertext; fidotool all that the entry takes: a map of
        # three, the ciphertext, a nonce of 12 bytes and the size (section 6.10.3)
        around = 1 + (1 + 2) + (1 + 1 + 12) + 1
        self.assertEqual([(int(sealed) + around + (2 if int(size) < 256 else 3), int(size)) for _, sealed, size, *_ in rows],
                         [(one["stored_size"], one["size"]) for one in listed["blobs"]])
        # Whose they are its list does not find ("<unknown>"): it opens each blob,
        # then expects zlib's header (RFC 1950) before what CTAP has as bare DEFLATE
        # (RFC 1951). Its other commands read both, and each blob comes back the same.
        for one in listed["blobs"]:
            rp_id = one["credential"]["rp_id"]
            path = os.path.join(self.place.top, "blob")
            self.printed("-G", "-b", "-n", rp_id, path, key.path, pin=SECRET)
            with open(path, encoding="ascii") as file:
                self.assertEqual(file.read(), texts[rp_id])
            os.remove(path)
            said = self.said(key, "blob", "get", one["credential"]["id"], pins=[SECRET])
            self.assertEqual(unb64url(said["data"]).decode(), texts[rp_id])


if __name__ == "__main__":
    if not TOOL:
        print("a package is missing: apt-get install fido2-tools")
        sys.exit(99)
    unittest.main()
