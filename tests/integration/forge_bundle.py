#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""forge_bundle.py - makes evidence bundles for tests, without any program of
ours: keys, registrations, signatures, record and bundle are made here.

    forge_bundle.py OUT [--story one-case|everything|trusted|later-epoch|rollback]
                        [--real]

writes OUT/bundle and OUT/trust. As a module: Forge(tweak=...) calls
tweak(stage, forge, thing) at each stage, so that a test can break one rule
while everything else is made to fit:

    stage         thing
    roster        the roster of a change or of the beginning, a dict
    registration  dict of what a registration is made from
    assertion     dict of what a test assertion is made from
    statement     the fields of a statement before it is signed, a dict
    signing       dict: flags, application, namespace, key, message, and
                  machine_key, machine_namespace
    trust         a list of what keys are judged by, a dict
    judgement     what an entry says its registration was judged by, a dict
    entry         the fields of an entry before it is appended, a dict;
                  returning "drop" leaves it out
    bodies        list of all leaf bodies; later steps go on with it
    checkpoint    dict: origin, size, root, key
    files         all files under data/ before the manifest is made, a dict
    export        the fields of export.json, a dict
    bundle        all files at the very end, a dict
"""
import argparse
import base64
import datetime
import hashlib
import json
import os
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID, ObjectIdentifier

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(HERE, "..", "..", "recovery", "audit")
PRACTICE_POLICY = pathlib.Path(HERE, "..", "..", "recovery", "service", "practice-policy.yaml")
START = datetime.datetime(2026, 11, 15, 9, 0, 0, tzinfo=datetime.timezone.utc)
AAGUID = bytes.fromhex("6b65797474754e20800070726163746b")
RP_ID, WEB_ORIGIN = "keys.example.org", "https://keys.example.org"
BUILD = "0.1.0+" + "ab" * 32
ANY = object()


def sha(data):
    return hashlib.sha256(data).hexdigest()


def line(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def cbor(value):
    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        for code, size in ((24, 1), (25, 2), (26, 4)):
            if number < 1 << 8 * size:
                return bytes([major << 5 | code]) + number.to_bytes(size, "big")
        raise ValueError("too large")
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted(((cbor(key), cbor(one)) for key, one in value.items()),
                   key=lambda pair: (pair[0][0] >> 5, len(pair[0]), pair[0]))
    return head(5, len(pairs)) + b"".join(key + one for key, one in pairs)


def string(data):
    return len(data).to_bytes(4, "big") + data


def mpint(number):
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


def armour(blob):
    text = base64.b64encode(blob).decode()
    rows = "".join(text[at:at + 70] + "\n" for at in range(0, len(text), 70))
    return ("-----BEGIN SSH SIGNATURE-----\n" + rows + "-----END SSH SIGNATURE-----\n").encode()


def point_of(private):
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return private.public_key().public_bytes(serialization.Encoding.X962,
                                             serialization.PublicFormat.UncompressedPoint)


class Maker:
    """A maker of keys: root and batch certificate."""

    def __init__(self, name="Test Maker", aaguid=AAGUID, unit="Authenticator Attestation", authority=False):
        self.root_key, self.key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name + " Root")])
        self.root = self.certify(root, root, self.root_key, self.root_key, True, None)
        leaf = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
                          x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
                          x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
                          x509.NameAttribute(NameOID.COMMON_NAME, name + " Batch 1")])
        self.leaf = self.certify(leaf, root, self.key, self.root_key, authority, aaguid)

    @staticmethod
    def certify(subject, issuer, key, issuer_key, authority, aaguid):
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(datetime.datetime(2024, 1, 1))
                   .not_valid_after(datetime.datetime(2040, 1, 1))
                   .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True))
        if aaguid:
            builder = builder.add_extension(x509.UnrecognizedExtension(
                ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4"), b"\4\x10" + aaguid), critical=False)
        return builder.sign(issuer_key, hashes.SHA256())

    def der(self):
        return self.leaf.public_bytes(serialization.Encoding.DER)

    def pem(self):
        return self.root.public_bytes(serialization.Encoding.PEM)


class Token:
    """A security key with one credential, ES256 or EdDSA."""

    def __init__(self, name, rp_id, maker, edwards=False):
        self.private = ed25519.Ed25519PrivateKey.generate() if edwards else ec.generate_private_key(ec.SECP256R1())
        self.rp_id, self.maker, self.edwards = rp_id, maker, edwards
        self.kind = b"sk-ssh-ed25519@openssh.com" if edwards else b"sk-ecdsa-sha2-nistp256@openssh.com"
        self.cred_id, self.counter = hashlib.sha256(name.encode() + os.urandom(8)).digest(), 0
        self.cred = sha(self.cred_id)

    def ssh_key(self, application=None):
        curve = b"" if self.edwards else string(b"nistp256")
        return string(self.kind) + curve + string(point_of(self.private)) + string((application or self.rp_id).encode())

    def sign(self, data):
        """The signature as an SSH signature has it."""
        if self.edwards:
            return string(self.private.sign(data))
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return string(mpint(r) + mpint(s))

    def register(self, forge, cdh, cdj=None):
        one = {"rp_id": self.rp_id, "flags": 0x45, "aaguid": getattr(self, "aaguid", AAGUID), "maker": self.maker, "cdh": cdh, "cdj": cdj,
               "private": self.private, "cred_id": self.cred_id, "format": "packed", "token": self, "extra": b"",
               "cose": {}, "statement": {}, "att": {}, "outer": {}}
        forge.tweak("registration", forge, one)
        point = point_of(one["private"])
        cose = cbor(({1: 1, 3: -8, -1: 6, -2: point} if len(point) == 32
                     else {1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}) | one["cose"])
        auth = (hashlib.sha256(one["rp_id"].encode()).digest() + bytes([one["flags"]]) + b"\0\0\0\0" + one["aaguid"]
                + len(one["cred_id"]).to_bytes(2, "big") + one["cred_id"] + cose + one["extra"])
        statement = {}
        if one["format"] == "packed":
            statement = {"alg": -7, "sig": one["maker"].key.sign(auth + one["cdh"], ec.ECDSA(hashes.SHA256())),
                         "x5c": [one["maker"].der()]}
        if one["format"] == "self":
            one["format"] = "packed"
            statement = {"alg": -7, "sig": one["private"].sign(auth + one["cdh"], ec.ECDSA(hashes.SHA256()))}
        att = cbor({"fmt": one["format"], "attStmt": statement | one["statement"], "authData": auth} | one["att"])
        outer = {"att": att, "cdh": one["cdh"]} | ({"cdj": one["cdj"]} if one["cdj"] else {}) | one["outer"]
        return forge.store("registrations", cbor(outer), "cbor")

    def test(self, forge, cdh):
        one = {"rp_id": self.rp_id, "flags": 0x05, "cdh": cdh, "private": self.private, "cred_id": self.cred_id}
        forge.tweak("assertion", forge, one)
        self.counter += 1
        auth = (hashlib.sha256(one["rp_id"].encode()).digest() + bytes([one["flags"]])
                + self.counter.to_bytes(4, "big"))
        signature = one["private"].sign(auth + one["cdh"], ec.ECDSA(hashes.SHA256()))
        return forge.store("assertions", cbor({"authData": auth, "cdh": one["cdh"], "sig": signature,
                                               "cred": one["cred_id"]}), "cbor")


def machine_key(private):
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return string(b"ssh-ed25519") + string(raw)


def tosign(namespace, message):
    return (b"SSHSIG" + string(namespace.encode()) + string(b"") + string(b"sha256")
            + string(hashlib.sha256(message).digest()))


def blob(key, namespace, signature):
    return (b"SSHSIG" + (1).to_bytes(4, "big") + string(key) + string(namespace.encode()) + string(b"")
            + string(b"sha256") + string(signature))


def client_data(kind, challenge):
    text = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
    return json.dumps({"type": kind, "challenge": text, "origin": WEB_ORIGIN, "crossOrigin": False},
                      separators=(",", ":")).encode()


PEOPLE = {  # person: (roles, team)
    "p-ada": (["security"], "security"), "p-bob": (["security"], "audit-office"),
    "p-ann": (["agent"], "desk"), "p-lea": (["helpdesk-lead"], "desk-leads"), "p-otto": (["other-team"], "network"),
    "p-rita": (["releaser"], "desk"), "p-axel": (["auditor"], "audit"), "p-vera": (["verifier"], "identity"),
    "p-omar": (["other-team"], "storage"), "p-lars": (["helpdesk-lead"], "desk-night"),
    "p-gina": (["break-glass"], "operations"),
}


def policy_text(version, read_s=0):
    """The policy of practice stations under another version, with a requirement
    that can be excepted, its approvers with time to read."""
    text = PRACTICE_POLICY.read_text().replace("version: 1,", "version: %d," % version)
    text = text.replace("read_s: 0", "read_s: %d" % read_s)
    return (text + "requires:\n  - {id: R1, journey: sign-in, max_age_s: 3600} # for all\n").encode()


def base_text(version=1, read_s=30):
    """A base that the third policy keeps."""
    return policy_text(version, read_s).replace(b"id: keyturn-practice,", b"id: floor,")


def named_text(version, base="floor/1", read_s=30):
    """A policy that names a base."""
    return policy_text(version, read_s).replace(b"version: %d," % version, b"version: %d, base: %s," % (version, base.encode()))


class Forge:
    def __init__(self, tweak=None, practice=True, story="one-case"):
        self.tweak = tweak or (lambda stage, forge, thing: None)
        self.practice, self.story, self.now = practice, story, START
        self.namespace = "keyturn-practice-%s@v1" if practice else "keyturn-%s@v1"
        self.application = "keyturn-practice:approval" if practice else "keyturn:approval"
        self.origin, self.station = "example.org/keyturn/st-07/1", "st-07"
        self.maker, self.files, self.bodies, self.leaves, self.subtrees = Maker(), {}, [], [], {}
        self.station_key = ed25519.Ed25519PrivateKey.generate()
        self.machines = {name: ed25519.Ed25519PrivateKey.generate() for name in ("st-07", "ws-1")}
        self.tokens = {person: Token(person, self.application, self.maker, edwards=person == "p-otto")
                       for person in PEOPLE}
        self.people = {person: {"roles": list(roles), "team": team} for person, (roles, team) in PEOPLE.items()}
        self.policy_text = policy_text(1)
        self.policy, self.policy_version = self.store("policy", self.policy_text, "yaml"), 1
        self.serial, self.genesis, self.rosters, self.roster = 0, None, [], None
        self.statements, self.cosigns, self.cases, self.approved = {}, {}, {}, {}

    # ..... values

    def time(self, moment=None):
        moment = moment or self.now
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (moment.microsecond // 1000)

    def later(self, **span):
        self.now += datetime.timedelta(**span)

    def digest(self, word):
        return sha(("%s %d" % (word, self.serial)).encode())

    def nonce(self):
        return os.urandom(16).hex()

    def store(self, folder, data, suffix):
        digest = sha(data)
        self.files["data/%s/%s.%s" % (folder, digest, suffix)] = data
        return digest

    # ..... the tree, in the plain recursive way of RFC 6962; whole subtrees are
    # remembered, since each statement asks for the root

    def root(self, size=None):
        leaves = self.leaves if size is None else self.leaves[:size]

        def fold(some):
            if len(some) == 1:
                return some[0]
            split = 1 << (len(some) - 1).bit_length() - 1
            whole = b"".join(some) if split * 2 == len(some) else None
            if whole in self.subtrees:
                return self.subtrees[whole]
            top = hashlib.sha256(b"\1" + fold(some[:split]) + fold(some[split:])).digest()
            if whole:
                self.subtrees[whole] = top
            return top
        return fold(leaves).hex() if leaves else sha(b"")

    # ..... roster

    def make_roster(self, **changes):
        """A version from self.people, self.tokens and self.machines."""
        window = {"valid_after": "2026-01-01T00:00:00.000Z", "valid_before": "2028-01-01T00:00:00.000Z"}
        rows = []
        for person, token in self.tokens.items():
            if person not in self.people:
                continue
            facts = self.people[person]
            rows.append({"cred": token.cred, "employee": sha(b"employee " + person.encode()),
                         "key": base64.b64encode(token.ssh_key()).decode(), "person": person,
                         "registration": self.enrolment(person), "roles": sorted(facts["roles"]),
                         "sub": "s-" + person[2:], "team": facts["team"]} | window | facts.get("window", {}))
        machines = [{"id": name, "key": base64.b64encode(machine_key(key)).decode()} | window
                    for name, key in self.machines.items()]
        roster = {"keys": rows, "machines": machines, "station": self.station, "v": 1} | changes
        self.tweak("roster", self, roster)
        roster["keys"].sort(key=lambda row: (row["person"], row["cred"]))
        roster["machines"].sort(key=lambda row: row["id"])
        self.rosters.append(roster)
        return self.store("roster", line(roster), "json")

    def enrolment(self, person):
        token = self.tokens[person]
        if not hasattr(token, "registration"):
            token.registration = token.register(self, hashlib.sha256(b"enrol " + token.cred_id).digest())
        return token.registration

    def acts_of(self, roles):
        approver = "case.approve case.refuse case.uphold case.reject decision.approve key.restore"
        table = {
            "agent": "case.open case.submit case.withdraw key.import key.reserve key.lost key.retire",
            "verifier": "case.submit", "releaser": "case.start_binding case.activate case.rp_proof",
            "security": approver + " station.init station.inspect station.unlock clock.accept log.open roster.change "
            "roster.machine roster.suspend policy.load policy.trial base.load trust.load change.veto exception.grant exception.review "
            "exception.end case.check case.hold_on case.hold_off bg.review siem.off siem.on witness.off witness.on "
            "pii.erased",
            "auditor": "export.made checkpoint.cosign case.rp_proof case.hold_off bg.review pii.erased",
            "break-glass": "bg.open"}
        return {"roster.enrol", "role.activate"} | {act for role in roles for act in table.get(role, approver).split()}

    def signer_line(self, principal, namespaces, row):
        after, before = ("".join(one for one in row[end][:19] if one.isdigit()) for end in ("valid_after",
                                                                                          "valid_before"))
        key = base64.b64decode(row["key"])
        kind = key[4:4 + key[3]].decode()
        return '%s namespaces="%s",valid-after="%sZ",valid-before="%sZ" %s %s\n' % (
            principal, ",".join(sorted(self.namespace % one for one in namespaces)), after, before, kind, row["key"])

    def allowed_signers(self):
        lines = set()
        for roster in self.rosters:
            for row in roster["keys"]:
                lines.add(self.signer_line(row["person"], self.acts_of(row["roles"]), row))
            for row in roster["machines"]:
                lines.add(self.signer_line("machine:" + row["id"], ["machine"], row))
        return "".join(sorted(lines)).encode()

    # ..... statements and entries

    def statement(self, act, actor, **fields):
        one = {"v": 1, "act": act, "log": self.origin, "head_size": len(self.leaves), "head_root": self.root(),
               "genesis": self.genesis, "station": self.station, "actor": actor, "policy": self.policy,
               "policy_id": "practice", "policy_version": self.policy_version, "iat": self.time(),
               "exp": self.time(self.now + datetime.timedelta(minutes=15)), "nonce": self.nonce()} | fields
        if act == "station.init":
            del one["genesis"]
        one = {name: value for name, value in one.items() if value is not None}
        self.tweak("statement", self, one)
        return one

    def sign(self, fields, person=None, machine="st-07", files=None):
        """Signs a statement: adds its three files, gives (stmt, asrt)."""
        data = line(fields)
        one = {"flags": 5, "application": self.application, "namespace": self.namespace % fields["act"],
               "key": self.tokens[person or fields["actor"]], "machine": machine, "fields": fields,
               "machine_namespace": self.namespace % "machine", "machine_key": self.machines.get(machine),
               "message": data}
        self.tweak("signing", self, one)
        token = one["key"]
        token.counter += 1
        tail = bytes([one["flags"]]) + token.counter.to_bytes(4, "big")
        auth = hashlib.sha256(one["application"].encode()).digest() + tail
        cdh = hashlib.sha256(tosign(one["namespace"], one["message"])).digest()
        raw = string(token.kind) + token.sign(auth + cdh) + tail
        person_blob = blob(token.ssh_key(one["application"]), one["namespace"], raw)
        message = hashlib.sha256(data).digest() + hashlib.sha256(person_blob).digest()
        key = one["machine_key"]
        raw = string(b"ssh-ed25519") + string(key.sign(tosign(one["machine_namespace"], message)))
        machine_blob = blob(machine_key(key), one["machine_namespace"], raw)
        self.statements[sha(data)] = (fields, data, armour(person_blob), armour(machine_blob))
        return sha(data), [sha(person_blob), sha(machine_blob)]

    def entry(self, act, out="ok", **fields):
        one = {"v": 1, "log": self.origin, "seq": len(self.bodies), "t": self.time(),
               "mono": {"boot": "5f0c6a2e-0000-4000-8000-000000000000", "ms": 1000 * len(self.bodies)},
               "id": "00000000-0000-4000-8000-%012x" % self.serial, "act": act, "out": out, "policy": self.policy,
               "build": BUILD} | fields
        self.serial += 1
        one = {name: value for name, value in one.items() if value is not None}
        if self.tweak("entry", self, one) == "drop":
            return one
        body = line(one)
        self.bodies.append(body)
        self.leaves.append(hashlib.sha256(b"\0" + body).digest())
        self.later(seconds=1)
        return one

    def signed(self, act, actor, on="st-07", entry=None, proposed=False, **fields):
        """A statement, its signature and its entry. `entry`: fields beside."""
        statement = self.statement(act, actor, **fields)
        stmt, asrt = self.sign(statement, machine=on)
        row = {name: value for name, value in fields.items()
               if name not in ("previous", "op", "case_digest", "contact", "newkey", "evidence", "looser", "stricter",
                               "warnings", "base")}
        self.later(seconds=1)
        self.entry(act + (".proposed" if proposed else ""), actor=actor, stmt=stmt, asrt=asrt, **row | (entry or {}))
        return stmt

    def signed_by(self, act, *signers, on=("ws-1", "st-07", "ws-1"), gap=None, **fields):
        """An act with several signatures."""
        previous = []
        for index, actor in enumerate(signers):
            last = index == len(signers) - 1
            previous.append(self.signed(act, actor, on=on[index], proposed=not last, previous=list(previous), **fields))
            if not last and gap:
                self.later(**gap)
        return previous[-1]

    def pair(self, stem, **fields):
        self.entry(stem + ".intent", **fields)
        self.entry(stem + ".outcome", **fields)

    def checkpoint_made(self):
        self.entry("checkpoint.made", size=len(self.leaves), root=self.root())

    # ..... the beginning

    def begin(self):
        roster = self.make_roster()
        self.roster = roster
        stmts, asrts, officers = [], [], ["p-ada", "p-bob"]
        for officer, machine in zip(officers, ("ws-1", "st-07")):
            fields = self.statement("station.init", officer, object=roster, previous=list(stmts))
            stmt, asrt = self.sign(fields, machine=machine)
            stmts.append(stmt)
            asrts.append(asrt)
            self.later(seconds=1)
        self.entry("station.init", actors=officers, stmt=stmts, asrt=asrts, object=roster,
                   station_key=self.vkey().decode().strip(), rp_id=RP_ID, origin=WEB_ORIGIN)
        self.genesis = sha(self.bodies[0])
        for person in self.people:
            self.signed("roster.enrol", person, object=self.tokens[person].registration)
        self.entry("station.start")
        self.checkpoint_made()

    def vkey(self):
        raw = b"\1" + self.station_key.public_key().public_bytes(serialization.Encoding.Raw,
                                                                  serialization.PublicFormat.Raw)
        ident = hashlib.sha256(self.origin.encode() + b"\n" + raw).hexdigest()[:8]
        return ("%s+%s+%s\n" % (self.origin, ident, base64.b64encode(raw).decode())).encode()

    def begin_later(self):
        """A later epoch: nobody signs log.open, but after a rollback."""
        self.roster, self.genesis = self.make_roster(), sha(b"genesis of the first epoch")
        common = {"object": self.roster, "prev_origin": self.origin, "prev_size": 7, "prev_root": self.digest("root")}
        self.origin, signed = self.origin[:-1] + "2", {}
        if self.story == "rollback":
            signed = {"actors": ["p-ada", "p-bob"], "stmt": [], "asrt": []}
            for officer in signed["actors"]:
                stmt, asrt = self.sign(self.statement("log.open", officer, previous=list(signed["stmt"]), **common))
                signed["stmt"].append(stmt)
                signed["asrt"].append(asrt)
        self.entry("log.open", genesis=self.genesis, rp_id=RP_ID, origin=WEB_ORIGIN, **common | signed)

    # ..... a case

    def case_fields(self, case):
        return {"case": case["id"], "op": case["op"], "sub": case["sub"], "case_digest": case.get("digest")}

    def case_entry(self, case, state):
        case["state"] = state
        return {"case": case["id"], "sub": case["sub"], "state": state}

    def step(self, act, case, state, **fields):
        return self.entry(act, **self.case_entry(case, state) | fields)

    def case_signed(self, act, case, state, actor, on="st-07", entry=None, **fields):
        return self.signed(act, actor, on=on, entry=self.case_entry(case, state) | (entry or {}),
                           **self.case_fields(case) | fields)

    def open(self, name="c-0001", sub="s-user", op="recover", tier="standard"):
        case = {"id": name, "sub": sub, "op": op, "tier": tier, "lost": self.digest("lost " + name), "made": []}
        self.cases[name] = case
        self.signed("role.activate", "p-ann", role="agent")
        self.case_signed("case.open", case, "open", "p-ann", entry={
            "op": op, "tier": tier, "creds": [case["lost"]], "reason": "lost", "note": self.digest("note"),
            "lost_at": self.time(START), "pii": [self.digest("contact")]})
        self.step("case.suspend_keys", case, "open", cred=case["lost"])
        self.pair("key.suspend", case=name, cred=case["lost"], rp=RP_ID)
        self.pair("notice.send", case=name, notice="n-1", address=self.digest("address"))
        return case

    def proof(self, case, actor="p-ann", begin=True):
        if begin:
            self.step("case.start_proofing", case, "proofing", actor=actor, branch="a", ial=2, note=self.digest("note"))
        for kind in ("issued_code", "saved_code"):
            self.step("case.add_evidence", case, "proofing", actor=actor, type=kind, method="typed", result="ok",
                      evidence=self.digest(kind), note=self.digest("note"), pii=[self.digest("pii")])

    def submit(self, case, actor="p-ann", slots=("helpdesk-lead", "other-team")):
        case["digest"], case["evidence"] = self.digest("frozen"), self.digest("evidence")
        case["submit"] = self.case_signed("case.submit", case, "awaiting_approval", actor, evidence=case["evidence"],
                                          entry={"op": case["op"], "tier": case["tier"], "slots": list(slots),
                                                 "evidence": case["evidence"], "note": self.digest("note")})
        case["approvals"] = []
        self.checkpoint_made()

    def make(self, case, act="case.made", state="awaiting_approval"):
        token, nonce = Token("user", RP_ID, self.maker), self.nonce()
        answers = []
        for word, kind in (("made", "create"), ("test", "get")):
            challenge = hashlib.sha256(b"keyturn-%s@v1\0" % word.encode() + bytes.fromhex(case["digest"])
                                       + bytes.fromhex(nonce)).digest()
            answers.append(client_data("webauthn." + kind, challenge))
        registration = token.register(self, hashlib.sha256(answers[0]).digest(), answers[0])
        assertion = token.test(self, hashlib.sha256(answers[1]).digest())
        aaguid = AAGUID.hex()
        self.step(act, case, state, cred=token.cred, registration=registration, assertion=assertion, nonce=nonce,
                  judgement=self.judgement(registration),
                  aaguid="-".join((aaguid[:8], aaguid[8:12], aaguid[12:16], aaguid[16:20], aaguid[20:])))
        case["made"].append(token.cred)
        return token

    def newkey(self, case):
        if len(case["made"]) < 2:
            return case["made"][0] if case["made"] else "next-at-station"
        return sha(b"".join(bytes.fromhex(cred) for cred in case["made"]))

    def approve(self, case, slot, actor, on="st-07", contact="seen"):
        case["approvals"].append(self.case_signed(
            "case.approve", case, "awaiting_approval", actor, on=on, slot=slot, contact=contact,
            newkey=self.newkey(case), evidence=case["evidence"], previous=list(case["approvals"]),
            entry={"note": self.digest("note")}))
        self.approved[case["approvals"][-1]] = (case["id"], slot)

    def approvals(self, case):
        self.approve(case, "helpdesk-lead", "p-lea", on="ws-1", contact="called_back")
        self.approve(case, "other-team", "p-otto")

    def quorum(self, case, to="waiting", **fields):
        self.step("case.quorum", case, to, not_before=self.time(), **fields)
        case["quorum"] = True
        self.pair("notice.send", case=case["id"], notice="n-2", address=self.digest("address"))

    def activate(self, case):
        self.step("case.elapsed", case, "ready")
        self.case_signed("case.activate", case, "issued", "p-rita", newkey=self.newkey(case),
                         entry={"cred": case["made"][0], "note": self.digest("note")})

    def finish(self, case):
        for cred in case["made"][1:]:
            self.pair("key.enrol", case=case["id"], cred=cred)
        self.pair("key.revoke", case=case["id"], cred=case["lost"], rp=RP_ID)
        self.pair("notice.send", case=case["id"], notice="n-3", address=self.digest("address"))
        self.case_signed("case.rp_proof", case, "issued", "p-axel", object=self.digest("import"), rp=RP_ID)
        self.step("case.close", case, "completed")
        self.checkpoint_made()

    def one_case(self):
        self.signed("key.import", "p-ann", object=self.digest("stock"))
        case = self.open()
        self.proof(case)
        self.submit(case)
        self.make(case)
        self.approvals(case)
        self.quorum(case)
        self.activate(case)
        self.finish(case)

    # ..... what keys are judged by

    def trusted(self):
        """Revocation lists, metadata and own anchors come in; a key that only
        they vouch for is enrolled."""
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "metadata"))
        import blobs  # noqa: E402, pylint: disable=import-outside-toplevel
        aaguid = bytes(15) + b"\1"
        others = [Maker("Maker in the metadata", aaguid), Maker("Maker of our own", bytes(15) + b"\2")]
        roots = [blobs.b64(maker.root) for maker in others]
        service = blobs.Service(now=START.replace(tzinfo=None))
        some = {"crls": [self.store("metadata", self.revocation_list(), "crl")], "roots": [], "v": 1}
        self.load_trust(some)
        some["vendor"] = self.store("metadata", json.dumps({"schema": "keyturn-vendor-anchors/1", "models": [
            {"aaguid": "00000000-0000-0000-0000-000000000002", "name": "Ours", "anchors": [roots[1]]}]}).encode(),
            "json")
        some |= {"roots": [self.store("metadata", blobs.der(service.root), "der")], "signer": blobs.SIGNER}
        for number, hours in ((7, 24), (8, 0)):
            reports = [{"status": "FIDO_CERTIFIED_L1", "effectiveDate": "2024-01-01"}]
            self.tweak("reports", self, reports)
            model = blobs.entry(1, reports, [roots[0]], aaguid=aaguid.hex())
            model["aaguid"] = "00000000-0000-0000-0000-000000000001"
            blob_ = service.blob(blobs.payload(number, [model], nextUpdate="2026-12-01"))
            at_ = self.time(self.now.replace(microsecond=0))
            some |= {"blob": self.store("metadata", blob_, "jwt"), "blob_no": number, "blob_at": at_}
            self.load_trust(some, hours=hours)
        for index, person in enumerate(("p-mia", "p-max")):
            self.people[person] = {"roles": ["agent"], "team": "desk-two"}
            self.tokens[person] = Token(person, self.application, others[index])
            self.tokens[person].aaguid = bytes(15) + bytes([index + 1])
            registration = self.enrolment(person)
            self.signed("roster.enrol", person, object=registration, entry={"judgement": self.judgement(registration)})
        case = self.open("c-0101", "s-trusted")
        self.proof(case)
        self.submit(case)
        self.make(case)

    def revocation_list(self):
        """Of the maker, with nothing in it."""
        return (x509.CertificateRevocationListBuilder().issuer_name(self.maker.root.subject)
                .last_update(START - datetime.timedelta(days=1)).next_update(START + datetime.timedelta(days=400))
                .sign(self.maker.root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))

    def load_trust(self, value, hours=0):
        value = json.loads(json.dumps(value))
        self.tweak("trust", self, value)
        self.list = self.store("metadata", line(value), "json")
        last = self.signed_by("trust.load", "p-ada", "p-bob", object=self.list)
        self.later(hours=hours)
        self.entry("change.effect", object=self.list, target=last)

    def judgement(self, registration):
        """The digest of what it was judged by; None while there is no list."""
        if not hasattr(self, "list"):
            return None
        value = {"anchors": self.store("metadata", self.maker.pem(), "pem"), "at": self.time(self.now.replace(microsecond=0)),
                 "entry": self.store("metadata", b"{\"description\":\"Model\"}", "json"),
                 "getinfo": self.store("metadata", b"\xa1\1\x80", "cbor"), "judge": "0.1.0+" + "ab" * 32,
                 "options": "{}", "registration": registration, "result": self.store("metadata", b"{}", "json"),
                 "transports": ["usb"], "trust": self.list, "v": 1}
        self.tweak("judgement", self, value)
        return self.store("metadata", line({key: one for key, one in value.items() if one is not None}), "json")

    # ..... everything else that may be recorded

    def everything(self):
        self.one_case()
        self.spare_and_amend()
        self.contested()
        self.next_at_station()
        self.refused_and_withdrawn()
        self.privileged()
        self.contested_by_key()
        self.bound_after_made()
        self.break_glass()
        self.change_of_roster()
        self.change_of_policy()
        self.station_acts()

    def spare_and_amend(self):
        case = self.open("c-0002", "s-second")
        self.proof(case)
        self.submit(case)
        self.make(case)
        self.approve(case, "other-team", "p-otto", on="ws-1")
        first = case["approvals"][-1]
        self.step("case.amend", case, "proofing", actor="p-ann", target=case["submit"], note=self.digest("note"),
                  pii=[])
        del self.approved[first]
        case["digest"], case["made"] = None, []
        self.proof(case, begin=False)
        self.submit(case)
        self.make(case)
        self.make(case)
        self.approvals(case)
        self.quorum(case, "routine_check")
        self.case_signed("case.check", case, "waiting", "p-bob")
        self.activate(case)
        self.finish(case)
        self.case_signed("case.hold_on", case, "completed", "p-ada")
        self.several("case.hold_off", case, "completed", "p-ada", "p-axel")
        self.step("case.purge", case, "completed", pii=[self.digest("gone")])

    def several(self, act, case, state, first, second, **fields):
        common = self.case_fields(case) | fields
        one = self.signed(act, first, proposed=True, previous=[], entry=self.case_entry(case, case["state"]), **common)
        self.signed(act, second, on="ws-1", previous=[one], entry=self.case_entry(case, state), **common)

    def contested(self):
        case = self.open("c-0003", "s-third")
        self.proof(case)
        self.submit(case)
        self.make(case)
        self.approvals(case)
        self.quorum(case)
        self.step("case.contest", case, "contested", method="code")
        self.several("case.reject", case, "waiting", "p-ada", "p-lars")
        self.step("case.contest", case, "waiting", method="code")
        self.activate(case)
        self.step("case.contest", case, "issued", method="code")
        self.entry("case.contest", out="denied", why="code-used", case=case["id"], sub=case["sub"], state="issued")
        self.finish(case)

    def next_at_station(self):
        case = self.open("c-0004", "s-fourth")
        self.proof(case)
        self.submit(case)
        self.approvals(case)
        self.quorum(case, weaker=1, why="next-at-station")
        self.step("case.elapsed", case, "ready")
        self.case_signed("case.start_binding", case, "binding", "p-rita", newkey="next-at-station",
                         entry={"note": self.digest("note")})
        self.step("case.failed", case, "ready")
        self.case_signed("case.start_binding", case, "binding", "p-rita", newkey="next-at-station",
                         entry={"note": self.digest("note")})
        self.make(case, "case.bound", "issued")
        case["made"] = []
        self.step("case.contest", case, "contested", method="code")
        self.several("case.uphold", case, "undone", "p-lars", "p-bob")

    def refused_and_withdrawn(self):
        case = self.open("c-0005", "s-fifth")
        self.proof(case)
        self.submit(case)
        self.case_signed("case.refuse", case, "refused", "p-otto", slot="other-team", target=case["submit"],
                         reason="unknown-person", entry={"note": self.digest("note")})
        case = self.open("c-0006", "s-sixth")
        self.case_signed("case.withdraw", case, "withdrawn", "p-ann", entry={"method": "signed"})
        case = self.open("c-0007", "s-seventh")
        self.step("case.withdraw", case, "withdrawn", method="code")
        case = self.open("c-0008", "s-eighth")
        self.step("case.expire", case, "expired")

    def privileged(self):
        """Three slots, a verifier of their own, refused in the routine check."""
        case = self.open("c-0009", "s-ninth", tier="privileged")
        self.signed("role.activate", "p-vera", role="verifier")
        self.proof(case, "p-vera")
        self.submit(case, "p-vera", ("helpdesk-lead", "other-team", "security"))
        self.make(case)
        self.approvals(case)
        self.approve(case, "security", "p-ada", contact="none")
        self.quorum(case, "routine_check")
        self.case_signed("case.refuse", case, "refused", "p-bob", target=case["submit"], reason="unknown-person",
                         entry={"note": self.digest("note")})

    def contested_by_key(self):
        """The subject contests with the key that the case has just issued."""
        case = self.open("c-0010", "s-tenth")
        self.proof(case)
        self.submit(case)
        token = self.make(case)
        self.approvals(case)
        self.quorum(case)
        self.activate(case)
        answer = token.test(self, hashlib.sha256(b"client data of a contest").digest())
        self.step("case.contest", case, "contested", method="key", assertion=answer)

    def bound_after_made(self):
        case = self.open("c-0011", "s-eleventh")
        self.proof(case)
        self.submit(case)
        self.make(case)
        self.approvals(case)
        self.quorum(case)
        self.step("case.elapsed", case, "ready")
        self.case_signed("case.start_binding", case, "binding", "p-rita", newkey=self.newkey(case),
                         entry={"note": self.digest("note")})
        aaguid = AAGUID.hex()
        self.step("case.bound", case, "issued", cred=case["made"][0],
                  aaguid="-".join((aaguid[:8], aaguid[8:12], aaguid[12:16], aaguid[16:20], aaguid[20:])))
        self.finish(case)

    def break_glass(self):
        case = {"id": "b-0001", "sub": "s-user", "op": "break_glass", "made": []}
        weaker = {"weaker": 1, "why": "break-glass"}
        cred, until = self.digest("sealed"), self.time(self.now + datetime.timedelta(hours=4))
        self.case_signed("bg.open", case, "bg_active", "p-gina", cred=cred, until=until,
                         entry={"op": "break_glass"} | weaker)
        self.step("bg.end", case, "bg_review", cred=cred, **weaker)
        common = self.case_fields(case) | {"result": "justified"}
        one = self.signed("bg.review", "p-ada", proposed=True, previous=[],
                          entry=self.case_entry(case, "bg_review") | weaker, **common)
        self.signed("bg.review", "p-axel", on="ws-1", previous=[one],
                    entry=self.case_entry(case, "bg_justified") | weaker, **common)

    def change_of_roster(self):
        """A new person; nobody signs for themselves; in force a day later."""
        self.people["p-nils"] = {"roles": ["agent"], "team": "desk-two"}
        self.tokens["p-nils"] = Token("p-nils", self.application, self.maker)
        new = self.make_roster()
        self.signed("roster.enrol", "p-nils", object=self.tokens["p-nils"].registration)
        last = self.signed_by("roster.change", "p-ada", "p-bob", gap={"hours": 23}, object=new)
        self.later(hours=24)
        self.entry("change.effect", object=new, target=last)
        self.signed("role.activate", "p-nils", role="agent")
        self.people["p-rita"]["window"] = {"valid_before": "2027-06-01T00:00:00.000Z"}
        tighter = self.make_roster()
        last = self.signed("roster.suspend", "p-bob", object=tighter, previous=[])
        self.entry("change.effect", object=tighter, target=last)
        self.machines["ws-2"] = ed25519.Ed25519PrivateKey.generate()
        self.people["p-zoe"] = {"roles": ["agent"], "team": "desk-three"}
        self.tokens["p-zoe"] = Token("p-zoe", self.application, self.maker)
        wider = self.make_roster()
        del self.people["p-zoe"], self.machines["ws-2"]
        last = self.signed_by("roster.machine", "p-bob", "p-ada", object=wider)
        self.signed("change.veto", "p-ada", object=wider, target=last)

    def change_of_policy(self):
        draft = self.store("policy", policy_text(9, 90), "yaml")
        for days in (30, 0):
            until = self.time(self.now + datetime.timedelta(days=days))
            self.signed("policy.trial", "p-ada", object=draft, until=until)
        # More time to read tightens, less of it waits for a day.
        for version, read_s, looser in ((2, 60, 0), (3, 30, 1)):
            policy = self.store("policy", policy_text(version, read_s), "yaml")
            last = self.signed_by("policy.load", "p-ada", "p-bob", object=policy, looser=looser, stricter=1 - looser,
                                  warnings=0)
            if looser:
                self.later(hours=25)
            self.entry("change.effect", object=policy, target=last)
            self.policy, self.policy_version = policy, version
        base = self.store("policy", base_text(), "yaml")
        self.people["p-saul"] = {"roles": ["security"], "team": "third"}
        self.tokens["p-saul"] = Token("p-saul", self.application, self.maker)
        new = self.make_roster()
        last = self.signed_by("roster.change", "p-bob", "p-ada", object=new)
        self.later(hours=25)
        self.entry("change.effect", object=new, target=last)
        self.signed("roster.enrol", "p-saul", object=self.tokens["p-saul"].registration)
        last = self.signed_by("base.load", "p-ada", "p-bob", "p-saul", object=base)
        self.later(hours=25)
        self.entry("change.effect", object=base, target=last)
        policy = self.store("policy", named_text(4), "yaml")
        last = self.signed_by("policy.load", "p-ada", "p-bob", object=policy, base=base, looser=1, stricter=1, warnings=0)
        self.later(hours=25)
        self.entry("change.effect", object=policy, target=last)
        self.policy, self.policy_version = policy, 4

    def exceptions(self):
        """One is reviewed twice and ended, one waits for a second signature
        that never comes."""
        one = self.exception("E-1", population=["contractors"], app=["wiki"])
        self.signed_by("exception.grant", "p-ada", "p-bob", object=one)
        for officer in ("p-ada", "p-bob"):
            self.later(days=13)
            self.signed("exception.review", officer, object=one)
        self.signed("exception.end", "p-bob", object=one)
        other = self.exception("E-2")
        self.signed("exception.grant", "p-bob", on="ws-1", proposed=True, previous=[], object=other)

    def exception(self, name, **scope):
        """The digest of its line, which lasts 60 days from now."""
        begin = self.now.replace(microsecond=0)
        value = {"schema": "keyturn-exception/1", "id": name, "waives": ["R1"], "owner": "p-ann",
                 "reason": "laptops join the register in December", "compensating": "network limited to the wiki",
                 "from": self.time(begin), "until": self.time(begin + datetime.timedelta(days=60)),
                 "review_every_d": 14} | scope
        self.tweak("exception", self, value)
        return self.store("exceptions", line({key: one for key, one in value.items() if one is not None}), "json")

    def station_acts(self):
        self.exceptions()
        self.signed("station.inspect", "p-ada", result="good")
        self.signed("station.unlock", "p-ada", previous=[])
        self.signed_by("station.unlock", "p-ada", "p-bob")
        self.clock_accept()
        self.signed("siem.on", "p-ada", sink="siem-1")
        self.signed_by("siem.off", "p-bob", "p-ada", sink="siem-1")
        self.signed("witness.on", "p-ada", machine="ws-1")
        self.signed_by("witness.off", "p-ada", "p-bob", machine="ws-1")
        self.signed_by("pii.erased", "p-ada", "p-axel", sub="s-user", pii=[self.digest("pii")])
        self.signed_by("key.restore", "p-lea", "p-otto", cred=self.digest("cred"), sub="s-user")
        self.signed("key.lost", "p-ann", cred=self.digest("cred"), sub="s-user")
        self.signed("key.reserve", "p-ann", key="k-1", case="c-0001")
        self.signed("key.retire", "p-ann", key="k-1")
        self.signed("role.activate", "p-ann", role="agent")
        self.plan("p-ann", "key.reset")
        self.signed("role.activate", "p-ada", role="security")
        self.plan("p-ada", "key.credential.delete", cred=self.digest("passkey"))
        self.signed("checkpoint.cosign", "p-axel", on="ws-1", size=len(self.leaves), root=self.root())
        self.signed("export.made", "p-axel", object=self.digest("manifest"))
        self.entry("clock.step", **{"from": self.time(), "to": self.time(), "weaker": 1, "why": "clock"})
        self.entry("disk.low", free=1000)
        self.entry("fallback.used", sub="s-user", journey="signin", method="sms", app="payroll")
        self.decision(result="allow", why="fallback", reasons=["fallback"], rules=["P4", "R2"], fallbacks=["P4"],
                      journey="sign-in", app="old-vpn", cred=self.digest("cred"), review=self.time())
        self.decision(result="need-approval", why="exception", reasons=["exception", "fallback"], rules=["R3"], waived=["R4"],
                      exceptions=["E1"], journey="step-up", app="payroll", transaction="data-export")
        self.consents()
        self.entry("tamper.found", kind="rollback", size=3, root=self.root(3))
        self.entry("heartbeat")
        self.entry("station.stop")

    def plan(self, actor, what, **fields):
        """Leave to take something off a key, for ten minutes."""
        until = self.time(self.now + datetime.timedelta(minutes=10))
        self.entry("key.plan", actor=actor, method=what, target=self.digest("a key"), nonce=self.nonce(), until=until, **fields)

    def decision(self, **fields):
        """A weaker path that was taken."""
        fields = {"caller": "mdm", "fallbacks": [], "waived": [], "exceptions": [], **fields}
        self.entry("decision.weaker", sub="s-user", method="webauthn", weaker=1, pii=[self.digest("input")], **fields)

    def consents(self):
        """Two approve a payment, which is allowed, and one a weaker one; one
        is gone before it is used, and one is never asked for."""
        two = [self.consent("p-lea", "helpdesk-lead"), self.consent("p-otto", "other-team")]
        self.allowed(two)
        self.decision(result="allow", why="fallback", reasons=["fallback"], rules=["P4", "R3"], fallbacks=["P4"],
                      approvals=[self.consent("p-lea", "helpdesk-lead")], **self.PLACE)
        self.gone = self.consent("p-lars", "helpdesk-lead")
        del self.people["p-lars"]
        new = self.make_roster()
        last = self.signed_by("roster.change", "p-bob", "p-ada", object=new)
        self.entry("change.effect", object=new, target=last)
        self.allowed([self.consent("p-ada", "security")])
        self.consent("p-omar", "other-team")

    PLACE = {"caller": "bank", "journey": "step-up", "app": "payroll", "transaction": "payment"}

    def consent(self, actor, slot):
        """An approval of one decision, for an hour."""
        until = self.time(self.now + datetime.timedelta(hours=1))
        return self.signed("decision.approve", actor, sub="s-user", slot=slot, until=until, reference=self.digest("reference"),
                           pii=[self.digest("name"), self.digest("employee")], **self.PLACE)

    def allowed(self, approvals):
        self.entry("decision.approved", sub="s-user", method="webauthn", cred=self.digest("cred"), result="allow",
                   rules=["P3", "R3"], approvals=approvals, pii=[self.digest("input")], **self.PLACE)

    def clock_accept(self):
        first = self.signed("clock.accept", "p-ada", proposed=True, time=self.time(), previous=[])
        self.signed("clock.accept", "p-bob", time=self.time(), previous=[first])

    # ..... the bundle

    def build(self):
        """All files of the bundle and of the trust folder, two dicts."""
        if self.story in ("later-epoch", "rollback"):
            key = self.vkey()
            self.begin_later()
            self.vkey = lambda: key
        else:
            self.begin()
        {"everything": self.everything, "trusted": self.trusted}.get(self.story, self.one_case)()
        self.tweak("bodies", self, self.bodies)
        self.leaves = [hashlib.sha256(b"\0" + body).digest() for body in self.bodies]
        files = self.files
        files["data/entries.jsonl"] = b"".join(body + b"\n" for body in self.bodies)
        files["data/checkpoint"] = self.checkpoint()
        files["data/station.vkey"] = self.vkey()
        files["data/roster.allowed_signers"] = self.allowed_signers()
        for name, source in (("README.txt", "bundle-readme.txt"), ("verify.py", "verify.py")):
            with open(os.path.join(SOURCE, source), "rb") as file:
                files["data/" + name] = file.read()
        files["data/reports/summary.txt"] = b"One case.\n"
        self.place_statements(files)
        self.tweak("files", self, files)
        return self.seal(files), self.trust()

    def place_statements(self, files):
        quorate = {case["id"] for case in self.cases.values() if case.get("quorum")}
        for digest, (fields, data, person, machine) in self.statements.items():
            path = "data/statements/%s.json" % digest
            if digest in self.approved and self.approved[digest][0] in quorate:
                path = "data/approvals/%s/%s.json" % self.approved[digest]
            elif fields["act"] == "checkpoint.cosign":
                path = "data/cosign/%s.json" % digest
            files[path], files[path + ".sig"], files[path + ".machine.sig"] = data, person, machine

    def checkpoint(self):
        one = {"origin": self.origin, "size": len(self.leaves), "root": self.root(), "key": self.station_key}
        self.tweak("checkpoint", self, one)
        text = "%s\n%d\n%s\n" % (one["origin"], one["size"],
                                 base64.b64encode(bytes.fromhex(one["root"])).decode())
        raw = b"\1" + one["key"].public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        ident = hashlib.sha256(one["origin"].encode() + b"\n" + raw).digest()[:4]
        signature = base64.b64encode(ident + one["key"].sign(text.encode())).decode()
        return ("%s\n\u2014 %s %s\n" % (text, one["origin"], signature)).encode()

    def seal(self, files):
        """Manifest and export.json, made from the files as they are now."""
        bundle = dict(files)
        bundle["bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        bundle["manifest-sha256.txt"] = manifest(bundle)
        fields = self.statement("export.made", "p-axel", object=sha(bundle["manifest-sha256.txt"]))
        self.tweak("export", self, fields)
        digest, _ = self.sign(fields)
        _, bundle["export.json"], bundle["export.json.sig"], bundle["export.json.machine.sig"] = self.statements[digest]
        self.tweak("bundle", self, bundle)
        return bundle

    def trust(self):
        rows = [row for row in self.rosters[0]["keys"] if row["person"] in ("p-ada", "p-bob")]
        officers = [self.signer_line(row["person"], ["station.init"], row) for row in rows]
        return {"station.vkey": self.vkey(), "genesis": (self.genesis + "\n").encode(),
                "officers.allowed_signers": "".join(sorted(officers)).encode(), "roots.pem": self.maker.pem()}


def manifest(files):
    return "".join("%s  %s\n" % (sha(files[path]), path) for path in sorted(files)
                   if path.startswith("data/")).encode()


def write(folder, files):
    for path, data in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(data)


def main():
    parser = argparse.ArgumentParser(description="Makes a bundle and its trust folder for tests.")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--story", choices=("one-case", "everything", "trusted", "later-epoch", "rollback"),
                        default="one-case")
    parser.add_argument("--real", action="store_true", help="not a practice bundle")
    options = parser.parse_args()
    bundle, trust = Forge(practice=not options.real, story=options.story).build()
    write(os.path.join(options.out, "bundle"), bundle)
    write(os.path.join(options.out, "trust"), trust)
    return 0


if __name__ == "__main__":
    sys.exit(main())
