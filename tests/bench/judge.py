#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""judge.py - the CPU time of judging, ours as a whole (processes, pipes, sandbox, JSON in
and out) against libfido2 with OpenSSL's chain check and against OpenSSL alone, which get
the bytes taken apart already. The same registrations, one in twenty of them broken; in
turn, on one processor; the median of the pairs. Accepted and refused are compared first."""
import base64
import hashlib
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "judge"))
from forge import cbor, keys  # noqa: E402
from forge.certificates import Issuer, aaguid_extension, certificate, constraints, name  # noqa: E402

AT = "2026-03-01T09:00:00Z"
RP_ID, ORIGIN = "keys.example.org", "https://keys.example.org"
AAGUID = bytes.fromhex("6b65797475724e208000746573740001")
ITEMS, TIMES, PAIRS = 1000, 5, 3
BROKEN = ("signature", "chain", "challenge", "rp", "flags")


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Maker:
    def __init__(self, leaves):
        self.root, self.other = Issuer("Bench root"), Issuer("Another root")
        self.leaves = [self.leaf(self.root, i) for i in range(leaves)]
        self.stranger = self.leaf(self.other, leaves)
        self.key = keys.named("bench credential")

    @staticmethod
    def leaf(issuer, i):
        subject = name(C="SE", O="Bench", OU="Authenticator Attestation", CN=f"batch {i}")
        return certificate(keys.named("bench leaf"), subject, issuer, [constraints(False), aaguid_extension(AAGUID)])

    def parts(self, kind, broken, number):
        challenge = b64url(struct.pack(">Q", number) * 2)
        told = b64url(b"another challenge") if broken == "challenge" else challenge
        client = json.dumps({"type": f"webauthn.{kind}", "challenge": told, "origin": ORIGIN, "crossOrigin": False}).encode()
        expected = client.replace(told.encode(), challenge.encode())
        rp = hashlib.sha256((RP_ID if broken != "rp" else "other.example").encode()).digest()
        auth = rp + bytes([0x04 if broken == "flags" else 0x05]) + struct.pack(">I", number + 1)
        return challenge, client, hashlib.sha256(expected).digest(), auth

    def registration(self, number, own):
        broken = BROKEN[number // 20 % len(BROKEN)] if number % 20 == 0 else None
        if own and broken == "chain":
            broken = "signature"
        challenge, client, expected, auth = self.parts("create", broken, number)
        ident = struct.pack(">QQ", number, 7)
        auth = (auth[:32] + bytes([auth[32] | 0x40]) + auth[33:] + AAGUID + struct.pack(">H", len(ident)) + ident
                + cbor.encode(keys.cose(self.key, -7)))
        signed = auth + hashlib.sha256(client).digest()
        leaf = b"" if own else self.stranger if broken == "chain" else self.leaves[number % len(self.leaves)]
        signer = self.key if own else keys.named("bench leaf")
        sig = keys.sign(signer, -7, signed + b"x" if broken == "signature" else signed)
        statement = {"alg": -7, "sig": sig} if own else {"alg": -7, "sig": sig, "x5c": [leaf]}
        whole = cbor.encode({"fmt": "packed", "attStmt": statement, "authData": auth})
        line = {"options": {"challenge": challenge, "origin": ORIGIN, "rp_id": RP_ID, "require_uv": True},
                "response": {"id": b64url(ident), "rawId": b64url(ident), "type": "public-key", "clientExtensionResults": {},
                             "response": {"clientDataJSON": b64url(client), "attestationObject": b64url(whole)}}}
        return line, (auth, expected, sig, leaf, b""), broken

    def assertion(self, number):
        broken = (BROKEN[number // 20 % len(BROKEN)] if number % 20 == 0 else None)
        if broken == "chain":
            broken = "signature"
        challenge, client, expected, auth = self.parts("get", broken, number)
        signed = auth + hashlib.sha256(client).digest()
        sig = keys.sign(self.key, -7, signed + b"x" if broken == "signature" else signed)
        ident = b64url(struct.pack(">Q", number))
        x, y = keys.point(self.key)
        line = {"options": {"challenge": challenge, "origin": ORIGIN, "rp_id": RP_ID, "require_uv": True},
                "response": {"id": ident, "rawId": ident, "type": "public-key", "clientExtensionResults": {},
                             "response": {"clientDataJSON": b64url(client), "authenticatorData": b64url(auth), "signature": b64url(sig)}},
                "credential": {"publicKey": b64url(cbor.encode(keys.cose(self.key, -7))), "signCount": 0}}
        return line, (auth, expected, sig, b"", x + y), broken


def write(folder, title, maker, what):
    lines, records, bad = [], [], 0
    for number in range(ITEMS):
        line, record, broken = what(maker, number)
        lines.append(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        records.append(b"".join(struct.pack(">I", len(part)) + part for part in record))
        bad += broken is not None
    (folder / f"{title}.ndjson").write_bytes(b"".join(lines) * TIMES)
    (folder / f"{title}.records").write_bytes(b"".join(records))
    (folder / f"{title}.der").write_bytes(maker.root.der)
    return bad


def cpu_of(argv, out):
    """Of the program and all that it starts."""
    before = os.times()
    done = subprocess.run(argv, stdout=out, stderr=subprocess.PIPE, check=False)
    after = os.times()
    return done, (after.children_user - before.children_user) + (after.children_system - before.children_system)


def ours(folder, title, kind, trust):
    argv = [os.environ["FIDOTOOL"], "verify", kind, "--batch"]
    if trust:
        argv += ["--trust", str(folder / f"{title}.der"), "--at", AT]
    done, cpu = cpu_of(argv + [str(folder / f"{title}.ndjson")], subprocess.DEVNULL)
    words = done.stderr.decode().split()
    return int(words[0]), int(words[2]), cpu


def peer(folder, title, kind):
    done = subprocess.run([os.environ["PEER"], kind, str(folder / f"{title}.der"), str(folder / f"{title}.records"), str(TIMES)],
                          capture_output=True, check=True)
    good, bad, cpu = done.stdout.split()
    return int(good) + int(bad), int(good), float(cpu)


def compare(folder, label, title, kind, trust, rival, goal, bad):
    """How many times the rival's rate ours is."""
    ratios, mine, theirs = [], 0.0, 0.0
    for _ in range(PAIRS):
        all_, good, mine = ours(folder, title, kind, trust)
        their_all, their_good, theirs = peer(folder, title, rival)
        want = (ITEMS - bad) * TIMES
        if (all_, good, their_all, their_good) != (ITEMS * TIMES, want, ITEMS * TIMES, want):
            sys.exit(f"{label}: ours {good} of {all_}, {rival} {their_good} of {their_all}, not {want}")
        ratios.append(theirs / mine)
    rate = ITEMS * TIMES / mine
    print(f"{label}: ok={want} bad={bad * TIMES} cpu={mine:.2f} per_s={rate:.0f} peer={rival} peer_per_s={ITEMS * TIMES / theirs:.0f} "
          f"ratio={statistics.median(ratios):.2f} goal={goal}", flush=True)


def slope(folder):
    """The cost of one, with few and with many."""
    few = (folder / "chain.ndjson").read_bytes()
    costs = []
    for times in (1, 20):
        (folder / "slope.ndjson").write_bytes(few * times)
        (folder / "slope.der").write_bytes((folder / "chain.der").read_bytes())
        all_, _, cpu = ours(folder, "slope", "registration", True)
        costs.append(cpu / all_)
    print(f"slope: {ITEMS * TIMES} items {costs[0] * 1e6:.0f} us each, {ITEMS * TIMES * 20} items {costs[1] * 1e6:.0f} us each, "
          f"ratio={costs[1] / costs[0]:.2f} goal=1.15", flush=True)


def main():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as name_:
        folder = pathlib.Path(name_)
        warm, cold = Maker(10), Maker(ITEMS)
        bad = write(folder, "chain", warm, lambda maker, i: maker.registration(i, False))
        write(folder, "cold", cold, lambda maker, i: maker.registration(i, False))
        write(folder, "self", warm, lambda maker, i: maker.registration(i, True))
        write(folder, "assertion", warm, Maker.assertion)
        compare(folder, "packed chain, warm", "chain", "registration", True, "libfido2", 4.0, bad)
        compare(folder, "packed chain, warm", "chain", "registration", True, "bare", 0.70, bad)
        compare(folder, "packed chain, each its own", "cold", "registration", True, "libfido2", 1.2, bad)
        compare(folder, "packed self", "self", "registration", False, "libfido2", 1.3, bad)
        compare(folder, "assertion", "assertion", "assertion", False, "libfido2-assertion", 1.3, bad)
        slope(folder)


main()
