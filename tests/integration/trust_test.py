#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a station judges keys by, with the real programs: revocation lists and
metadata come in under two signatures, a revoked batch and a model that stands
badly are refused from then on, and what was judged before is judged the same
again, years later, from the bundle alone."""
import contextlib
import datetime
import json
import mmap
import os
import shutil
import struct
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

import desk
import forge_bundle
import whole_case

sys.path.insert(0, os.path.join(desk.SOURCE, "tests", "metadata"))
import blobs  # noqa: E402

ATTESTATION = os.path.join(desk.SOURCE, "tests", "softkey", "attestation")
NOW = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
DAY = datetime.timedelta(days=1)
YEARS = 12 * 365 * 86400


class Later:
    """How far the clocks of the programs are ahead (later.c)."""

    def __init__(self, place):
        path = os.path.join(place.top, "later")
        with open(path, "w+b") as file:
            file.write(bytes(8))
            file.flush()
            self.page = mmap.mmap(file.fileno(), 8)
        place.env.update(LD_PRELOAD=os.environ["LATER_LIBRARY"], KEYTURN_LATER=path)

    def add(self, seconds):
        self.page[:8] = struct.pack("q", struct.unpack("q", self.page[:8])[0] + seconds)

    @contextlib.contextmanager
    def ahead(self, seconds):
        self.add(seconds)
        yield
        self.add(-seconds)


def load(name):
    with open(os.path.join(ATTESTATION, name), "rb") as file:
        return file.read()


def revocation_list(*serials, day=0, reason=x509.ReasonFlags.key_compromise):
    root = x509.load_pem_x509_certificate(load("softkey-root.pem"))
    key = serialization.load_pem_private_key(load("softkey-root-key.pem"), None)
    builder = (x509.CertificateRevocationListBuilder().issuer_name(root.subject)
               .last_update(NOW - DAY).next_update(NOW + (400 + day) * DAY))
    for serial in serials:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - DAY)
            .add_extension(x509.CRLReason(reason), critical=False).build())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Files:
    """Files that officers load."""

    def __init__(self, place):
        self.place = place
        self.service = blobs.Service(now=NOW)
        self.root = self.write("mds-root.pem", blobs.pem(self.service.root))

    def write(self, name, data):
        return blobs.write(self.place.top, name, data)

    def blob(self, number, status="FIDO_CERTIFIED_L2", icons=0):
        """Metadata of the software key's model; large ones come in parts."""
        root = blobs.b64(x509.load_pem_x509_certificate(load("softkey-root.pem")))
        model = blobs.entry(1, [{"status": status, "effectiveDate": str((NOW - 2 * DAY).date())}], [root],
                            aaguid=desk.AAGUID.replace("-", ""))
        model["aaguid"] = desk.AAGUID
        others = list(blobs.large(icons)) if icons else [blobs.entry(2)]
        payload = blobs.payload(number, [model] + others, nextUpdate=str((NOW + 30 * DAY).date()))
        return self.service.blob(payload)


def status(place):
    return place.run("station", "status")["trust"]


def sign(place):
    return place.act("roster", "sign", "--as", "sol", "--machine", place.machine)


def trust_load(place, *words, **more):
    return place.act("trust", "load", *words, "--as", "sid", **more)


def two_people_load(place, files):
    """One person alone, twice or at the station alone, puts nothing in force."""
    empty = files.write("empty.crl", revocation_list())
    place.refused("role", "role", "activate", "--as", "ada", "--role", "security")
    trust_load(place, files.write("rubbish", b"\x30\x03\x02\x01\x00"), expect=19)
    trust_load(place, files.write("rubbish", b"nothing"), expect=2)
    trust_load(place, expect=2)
    trust_load(place, empty)
    assert "list" not in status(place), status(place)
    place.refused("two-people", "roster", "sign", "--as", "sid", "--machine", place.machine)
    place.refused("change-off-kiosk", "roster", "sign", "--as", "sol")
    assert "list" not in status(place)
    sign(place)  # it can only refuse more: at once
    assert status(place)["revocation_lists"] == 1, status(place)
    shown = place.act("trust", "show", "--as", "sid")
    assert json.loads(shown["line"])["crls"] and "missing" not in shown, shown


def open_case(place):
    """From the loss to a new key that waits for its approvals."""
    opened = place.session("ada", "agent", 'case open --person "Sam Fox" --lost-at "2026-11-20 14:00"')
    case = opened[-1]["case"]
    for words in (("case", "proof", case, "--branch", "c", "--ial", "2"),
                  ("case", "evidence", case, "--type", "passport", "--method", "chip", "--result", "ok",
                   "--issuer", "NL"),
                  ("case", "evidence", case, "--type", "driving-licence", "--method", "visual", "--result", "ok",
                   "--issuer", "NL"),
                  ("case", "submit", case)):
        place.act(*words, "--as", "ada")
    return case


def make(place, case, **more):
    return place.act("case", "make", case, "--as", "ada", "--key", place.selector("sam-new"), **more)


def again(place, case, bundle, trust=True, expect=0):
    words = ["--trust", place.trust] if trust else []
    return place.run("verify", "--again", case, "--bundle", bundle, *words, expect=expect)


def metadata_come_in(place, files, later):
    """The first BLOB lets models in: it waits a day. Later numbers do not, and
    none goes back."""
    first = files.write("blob.jwt", files.blob(7, icons=200))
    assert os.path.getsize(first) > 1_000_000
    words = ("--root", files.root, "--signer", blobs.SIGNER)
    trust_load(place, first, "--signer", blobs.SIGNER, expect=19)  # not by FIDO's root
    trust_load(place, first, "--root", files.root, expect=19)  # not FIDO's name
    data = bytearray(files.blob(7))
    data[len(data) // 2] ^= 1
    trust_load(place, files.write("changed.jwt", bytes(data)), *words, expect=19)
    trust_load(place, first, *words)
    signed = sign(place)
    assert signed["act"] == "trust.load" and signed["effect"], signed
    assert "metadata_no" not in status(place)
    place.refused("trust-waits", "trust", "load", files.write("other.crl", revocation_list(day=1)), "--as", "sid")
    later.add(25 * 3600)
    place.run("station", "status")
    place.act("trust", "show", "--as", "sid")
    told = status(place)
    assert told["metadata_no"] == 7 and told["metadata_overdue"] == 0, told
    assert told["metadata_next"] == str((NOW + 30 * DAY).date()), told
    assert "M8" in trust_load(place, files.write("old.jwt", files.blob(6)), expect=19)["text"]
    place.kill()  # what is in force is in the record
    assert status(place)["metadata_no"] == 7
    trust_load(place, files.write("next.jwt", files.blob(8)))
    sign(place)
    assert status(place)["metadata_no"] == 8


def older_list_by_hand(place):
    """A list that was worded elsewhere and says an older number, or another
    than its metadata have."""
    line = json.loads(place.act("trust", "show", "--as", "sid")["line"])
    for number, code in ((7, 21), (12, 19)):
        text = json.dumps(dict(line, blob_no=number), sort_keys=True, separators=(",", ":"))
        answers = place.session("sid", "security", f"propose trust.load 'trust={text}' --out {place.top}/older.json",
                                expect=code)
        rules = [row["rule"] for row in (answers[-1] or {}).get("refused", [])]
        assert rules == (["metadata-older"] if code == 21 else []), answers


def approve_refused(place, case, rule, **more):
    place.refused(rule, "case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen", **more)


def badly_standing(place, files, case):
    """The metadata turn against the model after the key was made."""
    trust_load(place, files.write("bad.jwt", files.blob(9, "REVOKED")))
    sign(place)
    assert status(place)["metadata_no"] == 9
    approve_refused(place, case, "registration/R20", expect=19)


def revoked_between(place, files, case):
    """The batch is revoked after the key was made: nobody approves it now, nor
    makes another of it."""
    batch = x509.load_pem_x509_certificate(load("softkey-batch.pem"))
    trust_load(place, files.write("revoked.crl", revocation_list(batch.serial_number, day=2)))
    sign(place)
    assert status(place)["revocation_lists"] == 2
    approve_refused(place, case, "revoked")
    place.refused("revoked", "case", "make", case, "--spare", "--as", "ada", "--key", place.selector("sam-spare"))


def roles_of(bundle):
    """One file of every kind that a key was judged by: {what it is: its name}."""
    found = {}
    with open(os.path.join(bundle, "data", "entries.jsonl"), encoding="utf-8") as file:
        entries = [json.loads(one) for one in file]
    for entry in entries:
        if entry["act"] == "trust.load":
            found["trust"] = entry["object"] + ".json"
        if "judgement" in entry:
            found["judgement"] = entry["judgement"] + ".json"
            with open(os.path.join(bundle, "data", "metadata", found["judgement"]), encoding="utf-8") as file:
                judgement = json.load(file)
            for name, suffix in (("anchors", "pem"), ("entry", "json"), ("getinfo", "cbor"), ("result", "json")):
                if name in judgement:
                    found[name] = judgement[name] + "." + suffix
    for name in sorted(os.listdir(os.path.join(bundle, "data", "metadata"))):
        if not name.endswith((".json", ".pem", ".cbor")):
            found.setdefault(name.partition(".")[2], name)
    return found


def flip_evidence(place, bundle):
    """One bit of any file that a key was judged by, in a bundle whose manifest
    was made anew: both verifiers name the file. One that is taken out is
    missed by name, too."""
    roles = roles_of(bundle)
    some = {"trust", "judgement", "anchors", "getinfo", "result", "crl"}
    assert set(roles) in (some, some | {"entry", "jwt", "der"}), roles
    for name in roles.values():
        for taken_out in (False, True):
            copy = os.path.join(place.top, "flipped")
            shutil.copytree(bundle, copy)
            path = os.path.join(copy, "data", "metadata", name)
            with open(path, "rb") as file:
                data = bytearray(file.read())
            data[len(data) // 2] ^= 4
            os.unlink(path)
            if not taken_out:
                with open(path, "wb") as file:
                    file.write(data)
            renew_manifest(copy)
            refuse_bundle(place, copy, "data/metadata/" + name)
            shutil.rmtree(copy)


def renew_manifest(bundle):
    files = {}
    for folder, _, names in os.walk(bundle):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, bundle)] = file.read()
    with open(os.path.join(bundle, "manifest-sha256.txt"), "wb") as file:
        file.write(forge_bundle.manifest(files))


def refuse_bundle(place, bundle, what):
    answer = place.run("audit", "verify", bundle, "--trust", place.trust, expect=19)
    places = [finding["place"] for finding in answer["findings"]]
    assert what in places, (what, places)
    verifier = os.path.join(desk.SOURCE, "recovery", "audit", "verify.py")
    done = subprocess.run([sys.executable, verifier, bundle, "--trust", place.trust], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 1 and what in done.stdout, (what, done.stdout)


def judge_years_later(place, later, case, bundle):
    """The same verdict, byte for byte, whatever the clock says."""
    found = again(place, case, bundle)
    assert found["same"] and found["bundle"].startswith("PRACTICE GOOD"), found
    (row,) = found["judgements"]
    assert (row["statement"], row["trust"]) == ("valid", "anchored"), row
    assert row.get("metadata_no") == (8 if later else None), row
    assert row["revocation"] == "good" and row["differences"] == [], row
    if later:
        with later.ahead(YEARS):
            assert again(place, case, bundle)["judgements"] == [row]
    assert again(place, case, bundle, trust=False)["judgements"] == [row]
    again(place, "c-00000000", bundle, expect=17)
    place.run("verify", "again", case, expect=2)
    with open(os.path.join(bundle, "data", "entries.jsonl"), encoding="utf-8") as file:
        staff = [entry["object"] for entry in map(json.loads, file) if entry["act"] == "roster.enrol"]
    assert again(place, staff[0], bundle)["same"]


LIAR = """#!%s
import json, struct, subprocess, sys
judge = subprocess.Popen([%r, *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def copy(source, sink, change=lambda data: data):
    head = source.read(5)
    if len(head) < 5:
        sys.exit(0)
    data = change(source.read(struct.unpack(">I", head[1:])[0]))
    sink.write(head[:1] + struct.pack(">I", len(data)) + data)
    sink.flush()
def lie(data):
    answer = json.loads(data)
    result = json.loads(answer["result"])
    result["checks"][0]["ok"] = False
    del result["checks"][1]
    result["trust"]["result"] = "untrusted"
    answer["result"] = json.dumps(result)
    return json.dumps(answer).encode()
copy(sys.stdin.buffer, judge.stdin)
copy(judge.stdout, sys.stdout.buffer)
copy(sys.stdin.buffer, judge.stdin)
copy(judge.stdout, sys.stdout.buffer, lie)
"""


def another_verdict(place, case, bundle):
    """A judge that sees it differently is told, check by check; a bundle that
    was tampered with is not judged at all."""
    folder = os.path.join(place.top, "other")
    os.mkdir(folder)
    real = os.path.join(os.path.dirname(os.path.dirname(os.environ["FIDOTOOL"])), "worker", "keyturn-judge")
    for name in ("fidotool", "fidotool-whole"):
        shutil.copy(os.path.join(os.path.dirname(os.environ["FIDOTOOL"]), name), folder)
    with open(os.path.join(folder, "keyturn-judge"), "w", encoding="utf-8") as file:
        file.write(LIAR % (sys.executable, real))
    os.chmod(file.name, 0o755)
    done = subprocess.run([os.path.join(folder, "fidotool"), "verify", "--again", case, "--bundle", bundle, "--json"],
                          env=place.env, capture_output=True, check=False)
    assert done.returncode == 20, done
    (row,) = json.loads(done.stdout)["result"]["judgements"]
    told = {one["what"]: (one["then"], one["now"]) for one in row["differences"]}
    assert not row["same"] and told["trust.result"] == ('"anchored"', '"untrusted"'), told
    assert [name for name in told if name.startswith("check ")] == ["check registration/R1", "check registration/R2"], told
    copy = os.path.join(place.top, "tampered")
    shutil.copytree(bundle, copy)
    with open(os.path.join(copy, "data", "entries.jsonl"), "r+b") as file:
        data = file.read().replace(b'"out":"ok"', b'"out":"on"', 1)
        file.seek(0)
        file.write(data)
    again(place, case, copy, expect=19)
    shutil.rmtree(copy)


def main():
    # Without it (where a sanitizer has to be loaded first) nothing that waits a
    # day is tried.
    has_later = "LATER_LIBRARY" in os.environ
    with desk.Desk() as place:
        later = Later(place) if has_later else None
        files = Files(place)
        whole_case.prepare(place)
        two_people_load(place, files)
        if later:
            metadata_come_in(place, files, later)
            older_list_by_hand(place)
        case = open_case(place)
        make(place, case)
        if later:
            badly_standing(place, files, case)
        revoked_between(place, files, case)
        place.act("case", "refuse", case, "--as", "ben", "--slot", "helpdesk-lead", "--reason", "revoked")
        bundle = whole_case.check_bundle(place)
        judge_years_later(place, later, case, bundle)
        another_verdict(place, case, bundle)
        flip_evidence(place, bundle)
        if later:
            later.add(60 * 86400)
            assert status(place)["metadata_overdue"] == 1, status(place)
        place.stop()


if __name__ == "__main__":
    main()
