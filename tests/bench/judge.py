#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""judge.py - the CPU time of judging, ours as a whole (processes, pipes, sandbox, JSON in and
out) against libfido2 with OpenSSL's chain check and against OpenSSL alone. Each of these is
measured twice: reading the lines that we read (jansson, libcbor) and writing one for each,
which is the same job, and with the bytes already taken apart in memory, which is less. Then
@simplewebauthn/server on TPMs, which no other accepts; the cost of one among few and among
many; the memory.

The same registrations, one in twenty of them broken, each of a credential of its own; in
turn, on one processor; the median of the pairs. Who accepts or refuses another number than
is right ends it. With names as arguments only those are measured."""
import base64
import hashlib
import json
import os
import pathlib
import select
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "judge"))
from forge import cbor, keys, tpm  # noqa: E402
from forge.certificates import Issuer, aaguid_extension, certificate, constraints, name  # noqa: E402

AT, AT_SECONDS = "2026-03-01T09:00:00Z", "1772355600"
RP_ID, ORIGIN = "keys.example.org", "https://keys.example.org"
AAGUID = bytes.fromhex("6b65797475724e208000746573740001")
ITEMS, TIMES, PAIRS = 1000, 5, 5
TPMS, NODE_TIMES, NODE_GOAL = 200, 3, 20
SLOPE_GOAL, MEMORY_GOAL = 1.15, 1.5
BROKEN = ("signature", "chain", "challenge", "rp", "flags")


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Maker:
    def __init__(self, leaves):
        self.root, self.other = Issuer("Bench root"), Issuer("Another root")
        self.leaves = [self.leaf(self.root, i) for i in range(leaves)]
        self.stranger = self.leaf(self.other, leaves)

    @staticmethod
    def leaf(issuer, i):
        subject = name(C="SE", O="Bench", OU="Authenticator Attestation", CN=f"batch {i}")
        return certificate(keys.named("bench leaf"), subject, issuer, [constraints(False), aaguid_extension(AAGUID)])

    @staticmethod
    def key(number):
        return keys.named(f"bench credential {number}")

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
                + cbor.encode(keys.cose(self.key(number), -7)))
        signed = auth + hashlib.sha256(client).digest()
        leaf = b"" if own else self.stranger if broken == "chain" else self.leaves[number % len(self.leaves)]
        signer = self.key(number) if own else keys.named("bench leaf")
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
        sig = keys.sign(self.key(number), -7, signed + b"x" if broken == "signature" else signed)
        ident = b64url(struct.pack(">Q", number))
        x, y = keys.point(self.key(number))
        line = {"options": {"challenge": challenge, "origin": ORIGIN, "rp_id": RP_ID, "require_uv": True},
                "response": {"id": ident, "rawId": ident, "type": "public-key", "clientExtensionResults": {},
                             "response": {"clientDataJSON": b64url(client), "authenticatorData": b64url(auth), "signature": b64url(sig)}},
                "credential": {"publicKey": b64url(cbor.encode(keys.cose(self.key(number), -7))), "signCount": 0}}
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


def write_tpms(folder):
    """Registrations of TPMs, each with a credential of its own; how many are broken."""
    lines, bad = [], 0
    for number in range(TPMS):
        faults = {"root_kind": "RSA", "credential": f"bench tpm {number}"}
        broken = number % 20 == 0
        if broken:
            faults.update({"signer": "liar"} if number % 40 == 0 else {"options": {"challenge": "b3RoZXI"}})
        request = tpm.make(**faults)
        lines.append(json.dumps({name: request[name] for name in ("options", "response")}).encode() + b"\n")
        (folder / "tpm.der").write_bytes(base64.b64decode(request["anchors"][0]))
        bad += broken
    (folder / "tpm-once.ndjson").write_bytes(b"".join(lines))
    (folder / "tpm.ndjson").write_bytes(b"".join(lines) * 5 * TIMES)
    return bad


def peak_kb(pid):
    """Of a process and those that it started, while they live."""
    sizes = [0]
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            pids = [pid, *map(int, file.read().split())]
        for one in pids:
            with open(f"/proc/{one}/status", encoding="ascii") as file:
                sizes += [int(line.split()[1]) for line in file if line.startswith("VmHWM")]
    except OSError:
        pass
    return max(sizes)


def run(argv, sized=False):
    """What the program said, the processor time of it and of all that it started, and the
    largest of them in kB."""
    size = 0
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while sized and select.select([process.stderr], [], [], 0.05)[0] == []:
            size = max(size, peak_kb(process.pid))
        words = process.stderr.read()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return words.decode(), used.ru_utime + used.ru_stime, size


def ours(folder, title, kind, trust, sized=False):
    argv = [os.environ["FIDOTOOL"], "verify", kind, "--batch"]
    if trust:
        argv += ["--trust", str(folder / f"{title}.der"), "--at", AT]
    words, cpu, size = run(argv + [str(folder / f"{title}.ndjson")], sized)
    return int(words.split()[0]), int(words.split()[2]), cpu, size


def peer(folder, title, kind, form):
    """Our lines are TIMES as many already."""
    done = subprocess.run([os.environ["PEER"], kind, str(folder / f"{title}.der"), str(folder / f"{title}.{form}"),
                           "1" if form == "ndjson" else str(TIMES)], capture_output=True, check=True)
    good, bad, cpu = done.stdout.split()
    return int(good) + int(bad), int(good), float(cpu)


def demand(label, got, wanted):
    if got != wanted:
        sys.exit(f"{label}: {got[1]} accepted of {got[0]}, not {wanted[1]} of {wanted[0]}")


def compare(folder, label, title, kind, trust, rival, goal, bad):
    """How many times the rival's rate ours is: with the same lines, and when it need not read."""
    wanted = (ITEMS * TIMES, (ITEMS - bad) * TIMES)
    ratios, best = {"ndjson": [], "records": []}, {}
    for _ in range(PAIRS):
        for form, into in ratios.items():
            *counts, mine, _ = ours(folder, title, kind, trust)
            demand(f"{label}, fidotool", tuple(counts), wanted)
            *counts, theirs = peer(folder, title, rival, form)
            demand(f"{label}, {rival}", tuple(counts), wanted)
            into.append(theirs / mine)
            for name, cpu in (("ours", mine), (form, theirs)):
                best[name] = min(cpu, best.get(name, cpu))
    same, less = (statistics.median(into) for into in ratios.values())
    rates = {name: wanted[0] / cpu for name, cpu in best.items()}
    print(f"{label}: ok={wanted[1]} bad={bad * TIMES} per_s={rates['ours']:.0f} peer={rival} peer_per_s={rates['ndjson']:.0f} "
          f"unread_per_s={rates['records']:.0f} ratio={same:.2f} ratio_unread={less:.2f} goal={goal} "
          f"{'met' if same >= goal else 'MISSED'} {'met' if less >= goal else 'MISSED'}", flush=True)


def install_node(work):
    """The folder with the pinned package, or None."""
    folder = pathlib.Path(work)
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    here = pathlib.Path(__file__).resolve().parent / "npm"
    for path in here.iterdir():
        shutil.copy(path, folder)
    if not (folder / "node_modules").is_dir():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, check=False)
        if done.returncode != 0:
            return None
    return folder


def compare_tpm(folder):
    bad, node, ratios = write_tpms(folder), install_node(os.environ["NPM"]), []
    if node is None:
        print("tpm: skipped: @simplewebauthn/server")
        return
    good = TPMS - bad
    for _ in range(3):
        *counts, mine, _ = ours(folder, "tpm", "registration", True)
        demand("tpm, fidotool", tuple(counts), (TPMS * 5 * TIMES, good * 5 * TIMES))
        done = subprocess.run(["node", "registration.mjs", str(folder / "tpm-once.ndjson"), str(folder / "tpm.der"), AT_SECONDS,
                               str(NODE_TIMES), "tpm"], cwd=node, capture_output=True, check=True)
        yes, no, theirs = done.stdout.split()
        demand("tpm, @simplewebauthn/server", (int(yes) + int(no), int(yes)), (TPMS * NODE_TIMES, good * NODE_TIMES))
        ratios.append((float(theirs) / NODE_TIMES) / (mine / 5 / TIMES))
    ratio = statistics.median(ratios)
    print(f"tpm: ok={good} bad={bad} per_s={TPMS * 5 * TIMES / mine:.0f} peer=@simplewebauthn/server "
          f"peer_per_s={TPMS * NODE_TIMES / float(theirs):.0f} ratio={ratio:.0f} goal={NODE_GOAL} "
          f"{'met' if ratio >= NODE_GOAL else 'MISSED'}", flush=True)


def slope(folder):
    """The cost of one, and the memory, with few and with many: also where each brings a
    certificate that was not seen before, or not for long."""
    for title in ("chain", "cold"):
        lines = (folder / f"{title}.ndjson").read_bytes()
        lines = lines[:len(lines) // TIMES]
        (folder / "slope.der").write_bytes((folder / f"{title}.der").read_bytes())
        costs, sizes = [], []
        for times in (1, 100):
            (folder / "slope.ndjson").write_bytes(lines * times)
            all_, _, cpu, size = ours(folder, "slope", "registration", True, True)
            costs.append(cpu / all_)
            sizes.append(size)
        cost, size = costs[1] / costs[0], sizes[1] / sizes[0]
        print(f"slope {title}: {ITEMS} items {costs[0] * 1e6:.0f} us each, {ITEMS * 100} items {costs[1] * 1e6:.0f} us each, "
              f"ratio={cost:.2f} goal={SLOPE_GOAL} {'met' if cost <= SLOPE_GOAL else 'MISSED'}; {sizes[0]} kB, {sizes[1]} kB, "
              f"ratio={size:.2f} goal={MEMORY_GOAL} {'met' if size <= MEMORY_GOAL else 'MISSED'}", flush=True)


def main():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    wanted = sys.argv[1:] or ["chain", "cold", "self", "assertion", "tpm", "slope"]
    with tempfile.TemporaryDirectory() as name_:
        folder = pathlib.Path(name_)
        warm, cold = Maker(10), Maker(ITEMS)
        bad = write(folder, "chain", warm, lambda maker, i: maker.registration(i, False))
        write(folder, "cold", cold, lambda maker, i: maker.registration(i, False))
        write(folder, "self", warm, lambda maker, i: maker.registration(i, True))
        write(folder, "assertion", warm, Maker.assertion)
        for label, title, kind, trust, rival, goal in (
                ("packed chain, warm", "chain", "registration", True, "libfido2", 4.0),
                ("packed chain, warm", "chain", "registration", True, "bare", 0.70),
                ("packed chain, each its own", "cold", "registration", True, "libfido2", 1.2),
                ("packed self", "self", "registration", False, "libfido2", 1.3),
                ("assertion", "assertion", "assertion", False, "libfido2-assertion", 1.3)):
            if title in wanted:
                compare(folder, label, title, kind, trust, rival, goal, bad)
        if "tpm" in wanted:
            compare_tpm(folder)
        if "slope" in wanted:
            slope(folder)


main()
