#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify.py - checks an evidence bundle of Keyturn, on any machine.

    python3 verify.py BUNDLE --trust DIR/trust [--anchor SIZE:ROOT]... [--json]

It needs Python 3.11, `ssh-keygen` (signatures of people and machines) and
`openssl` (checkpoint, registrations, certificates), nothing else, and shares
no code with the programs that made the bundle. What it trusts is the folder
given with --trust, which the station's owner handed over at the beginning.

The first line printed is the verdict. Exit code: 0 good; 1 tampered; 2 not
complete, or consistent but not anchored in a trust folder; 3 wrong usage, or
a file or tool that cannot be used.

Reading order: the tables (what may be recorded, who may sign it, how a case
moves), the formats, the bundle as files, the roster, registrations, then
class Log, which walks over the entries, and class Case.
"""
import argparse
import base64
import binascii
import concurrent.futures
import datetime
import functools
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

# ---------------------------------------------------------------- the tables

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000  # milliseconds
STATEMENT_LIFE, PROPOSED_LIFE, SESSION_LIFE, PLAN_LIFE = 15 * MINUTE, DAY, HOUR, 15 * MINUTE
VETO_TIME, CONTEST_TIME, CLOCK_BACK = DAY, 7 * DAY, 2 * MINUTE
TRIAL_LIFE = 90 * DAY  # of a draft that is tried
CONSENT_LIFE = DAY  # of an approval of one decision
MAX_LINE, MAX_ROSTER, MAX_FILE = 64 * 1024, 4 * 1024 * 1024, 256 * 1024 * 1024
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()

# Index 0: a real station. Index 1: practice.
APPLICATION = ("keyturn:approval", "keyturn-practice:approval")
NAMESPACE = ("keyturn-%s@v1", "keyturn-practice-%s@v1")

# Fields of every statement (S) and of every entry (E).
S = "v act log head_size head_root genesis station actor policy policy_id policy_version iat exp nonce"
E = "v log seq t mono id act out policy build"
# Groups used below: C in statements of a case; G and K in entries.
GROUPS = {"C": "case op sub case_digest?", "G": "actor stmt asrt", "K": "case sub state"}

# act: (signatures, fields of the statement beside S, fields of the entry
# beside E). Signatures: how many people sign it; "session": inside a role
# session, with its actor; "system": nobody; "new key": the new key answers;
# "mixed": the subject by code or key, or a person on the roster.
CONSENT = "sub caller journey app transaction? reference slot until pii"
ACTS = {
    "station.init": ((2,), "object previous", "actors stmt asrt object station_key rp_id origin"),
    "station.start": ("system", None, ""),
    "station.stop": ("system", None, ""),
    "heartbeat": ("system", None, ""),
    "role.activate": ((1,), "role", "G role note?"),
    "case.open": ((1,), "C", "G K op tier creds reason lost_at? note pii"),
    "case.suspend_keys": ("system", None, "K cred"),
    "case.start_proofing": ("session", None, "K actor branch ial note"),
    "case.add_evidence": ("session", None, "K actor type method result evidence note pii"),
    "case.submit": ((1,), "C evidence", "G K op tier slots evidence note"),
    "case.amend": ("session", None, "K actor target note pii"),
    "case.made": ("new key", None, "K cred aaguid registration assertion nonce judgement?"),
    "case.approve": ((1,), "C slot contact newkey evidence previous", "G K slot note"),
    "case.refuse": ((1,), "C slot? target reason", "G K slot? target reason note"),
    "case.quorum": ("system", None, "K not_before"),
    "case.check": ((1,), "C", "G K"),
    "case.elapsed": ("system", None, "K"),
    "case.close": ("system", None, "K"),
    "case.expire": ("system", None, "K"),
    "case.failed": ("system", None, "K"),
    "case.activate": ((1,), "C newkey", "G K cred note"),
    "case.start_binding": ((1,), "C newkey", "G K note"),
    "case.bound": ("new key", None, "K cred aaguid registration? assertion? nonce? judgement?"),
    "case.rp_proof": ((1,), "C object rp", "G K object rp"),
    "case.contest": ("mixed", None, "K method assertion?"),
    "case.withdraw": ("mixed", "C", "K method assertion? actor? stmt? asrt?"),
    "case.uphold": ((2,), "C previous", "G K"),
    "case.reject": ((2,), "C previous", "G K"),
    "case.hold_on": ((1,), "C", "G K"),
    "case.hold_off": ((2,), "C previous", "G K"),
    "case.purge": ("system", None, "K pii"),
    "bg.open": ((1,), "C cred until", "G K op cred until"),
    "bg.end": ("system", None, "K cred"),
    "bg.review": ((2,), "C result previous", "G K result"),
    "key.import": ((1,), "object", "G object"),
    "key.plan": ("session", None, "actor method target until nonce cred?"),
    "key.reserve": ((1,), "key case?", "G key case?"),
    "key.retire": ((1,), "key case?", "G key case?"),
    "key.lost": ((1,), "cred sub case?", "G cred sub case?"),
    "key.restore": ((2,), "cred sub previous", "G cred sub"),
    "key.enrol.intent": ("system", None, "case? cred rp?"),
    "key.enrol.outcome": ("system", None, "case? cred rp?"),
    "key.suspend.intent": ("system", None, "case? cred rp?"),
    "key.suspend.outcome": ("system", None, "case? cred rp?"),
    "key.revoke.intent": ("system", None, "case? cred rp?"),
    "key.revoke.outcome": ("system", None, "case? cred rp?"),
    "directory.post.intent": ("system", None, "case? cred rp?"),
    "directory.post.outcome": ("system", None, "case? cred rp?"),
    "notice.send.intent": ("system", None, "case? notice address"),
    "notice.send.outcome": ("system", None, "case? notice address"),
    "fallback.used": ("system", None, "sub journey method app"),
    "decision.approve": ((1,), CONSENT, "G " + CONSENT),
    "decision.approved": ("system", None, "sub caller journey app transaction? method cred? result rules approvals pii"),
    "decision.weaker": ("system", None, "sub caller journey app transaction? method cred? result reasons rules fallbacks"
                                        " waived exceptions approvals? review? pii"),
    "roster.enrol": ((1,), "object", "G object judgement?"),
    "roster.change": ((2,), "object previous", "G object"),
    "roster.machine": ((2,), "object previous", "G object"),
    "roster.suspend": ((1, 2), "object previous", "G object"),
    "policy.trial": ((1,), "object until", "G object until"),
    "policy.load": ((2,), "object previous base? looser? stricter? warnings", "G object"),
    "base.load": ((3,), "object previous", "G object"),
    "trust.load": ((2,), "object previous", "G object"),
    "change.veto": ((1,), "object target", "G object target"),
    "change.effect": ("system", None, "object target"),
    "exception.grant": ((2,), "object previous", "G object"),
    "exception.review": ((1,), "object", "G object"),
    "exception.end": ((1,), "object", "G object"),
    "export.made": ((1,), "object", "G object"),
    "checkpoint.made": ("system", None, "size root"),
    "checkpoint.cosign": ((1,), "size root", "G size root"),
    "log.close": ("system", None, "size root"),
    "log.open": ("system", "object prev_origin prev_size prev_root previous",
                 "genesis object prev_origin prev_size prev_root rp_id origin actors? stmt? asrt?"),
    "pii.erased": ((2,), "sub pii previous", "G sub pii"),
    "station.inspect": ((1,), "result", "G result"),
    "station.unlock": ((1, 2), "previous", "G"),
    "clock.accept": ((2,), "time previous", "G time"),
    "clock.step": ("system", None, "from to"),
    "disk.low": ("system", None, "free"),
    "disk.full": ("system", None, "free"),
    "disk.freed": ("system", None, "free"),
    "siem.off": ((2,), "sink previous", "G sink"),
    "siem.on": ((1,), "sink", "G sink"),
    "witness.off": ((2,), "machine previous", "G machine"),
    "witness.on": ((1,), "machine", "G machine"),
    "tamper.found": ("system", None, "kind size root"),
}

# role id: acts it signs. Any other role id is an approver's slot.
EVERYBODY = "roster.enrol role.activate"
APPROVER = "case.approve case.refuse case.uphold case.reject decision.approve key.restore"
ROLES = {
    "agent": "case.open case.submit case.withdraw key.import key.reserve key.lost key.retire",
    "verifier": "case.submit",
    "releaser": "case.start_binding case.activate case.rp_proof",
    "security": APPROVER + " station.init station.inspect station.unlock clock.accept log.open roster.change"
                " roster.machine roster.suspend policy.load policy.trial base.load trust.load change.veto exception.grant exception.review"
                " exception.end case.check case.hold_on case.hold_off bg.review siem.off siem.on witness.off"
                " witness.on pii.erased",
    "auditor": "export.made checkpoint.cosign case.rp_proof case.hold_off bg.review pii.erased",
    "break-glass": "bg.open",
}
# Without a signature, inside a role session; an agent's only in tier standard.
IN_SESSION = dict.fromkeys(("case.start_proofing", "case.add_evidence", "case.amend"), ("agent", "verifier"))
IN_SESSION["key.plan"] = ("agent", "security")
PLANS = ("key.reset", "key.credential.delete")  # what may be taken off a key; the second names what
REASONS = ("break-glass", "exception", "fallback", "restricted-class", "stronger-key-not-used")  # for a weaker path
NO_SLOT = ("agent", "verifier", "releaser", "auditor", "break-glass")
ROSTER_CHANGES = ("roster.change", "roster.machine", "roster.suspend")
CHANGES = ROSTER_CHANGES + ("policy.load", "base.load", "trust.load")
FIRST = ("station.init", "log.open")  # entry 0, with all signatures in it
OFF_KIOSK = ("roster.change", "roster.machine", "policy.load", "base.load", "trust.load", "exception.grant")

# The states of a case: (from, act, to). "before": the state before the contest.
RUNNING = ("open", "proofing", "awaiting_approval", "routine_check", "waiting", "ready", "binding")
ENDED = ("completed", "undone", "refused", "expired", "withdrawn")
EDGES = {
    ("-", "case.open", "open"), ("open", "case.suspend_keys", "open"),
    ("open", "case.start_proofing", "proofing"), ("proofing", "case.add_evidence", "proofing"),
    ("proofing", "case.submit", "awaiting_approval"), ("awaiting_approval", "case.made", "awaiting_approval"),
    ("awaiting_approval", "case.approve", "awaiting_approval"), ("awaiting_approval", "case.refuse", "refused"),
    ("awaiting_approval", "case.amend", "proofing"), ("awaiting_approval", "case.quorum", "routine_check"),
    ("awaiting_approval", "case.quorum", "waiting"), ("routine_check", "case.check", "waiting"),
    ("routine_check", "case.refuse", "refused"), ("waiting", "case.elapsed", "ready"),
    ("ready", "case.activate", "issued"), ("ready", "case.start_binding", "binding"),
    ("binding", "case.bound", "issued"), ("binding", "case.failed", "ready"),
    ("issued", "case.rp_proof", "issued"), ("issued", "case.close", "completed"),
    ("issued", "case.contest", "contested"), ("contested", "case.uphold", "undone"),
    ("contested", "case.reject", "before"),
    ("-", "bg.open", "bg_active"), ("bg_active", "bg.end", "bg_review"),
    ("bg_review", "bg.review", "bg_justified"), ("bg_review", "bg.review", "bg_violation"),
}
EDGES |= {(state, "case.contest", "contested") for state in RUNNING}
EDGES |= {(state, "case.withdraw", "withdrawn") for state in RUNNING}
EDGES |= {(state, "case.expire", "expired") for state in RUNNING}
EDGES |= {(state, act, state) for state in ENDED for act in ("case.hold_on", "case.hold_off", "case.purge")}
STATES = {to for _, _, to in EDGES} - {"before"}

# The form of each field, by its name.
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
HEX = re.compile(r"[0-9a-f]{64}")
NONCE = re.compile(r"[0-9a-f]{32}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}")
TEXT = re.compile(r"[!-~]{1,253}")
ORIGIN = re.compile(r"(?=.{3,200}\Z)[A-Za-z0-9._~:/-]*[A-Za-z0-9._~:-]/(0|[1-9][0-9]{0,8})")
TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z")


def one_of(*words):
    return lambda value: isinstance(value, str) and value in words


def matches(pattern):
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def number(least, most=2**53 - 1):
    return lambda value: isinstance(value, int) and least <= value <= most


def list_of(form, count=None, least=0):
    return lambda value: (isinstance(value, list) and all(form(one) for one in value)
                          and len(value) >= least and (count is None or len(value) == count))


def sorted_list_of(form, least=0):
    return lambda value: list_of(form, least=least)(value) and value == sorted(set(value))


def is_time(value):
    return isinstance(value, str) and milliseconds(value) is not None


def is_mono(value):
    return (isinstance(value, dict) and sorted(value) == ["boot", "ms"] and number(0)(value["ms"])
            and matches(re.compile("[0-9a-f-]{1,64}"))(value["boot"]))


a_policy_id = matches(re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"))
an_id, a_hex, a_code, a_text, an_origin = matches(ID), matches(HEX), matches(CODE), matches(TEXT), matches(ORIGIN)
FORMS = {
    "v": number(1, 1), "act": a_text, "log": an_origin, "head_size": number(0), "head_root": a_hex,
    "genesis": a_hex, "station": an_id, "actor": an_id, "policy": a_hex, "policy_version": number(1),
    "policy_id": a_policy_id, "iat": is_time, "exp": is_time,
    "nonce": matches(NONCE), "seq": number(0), "t": is_time, "mono": is_mono, "id": matches(UUID),
    "out": one_of("ok", "denied", "error"), "build": matches(re.compile(r"[A-Za-z0-9.+~:-]{1,64}\+[0-9a-f]{64}")),
    "why": a_code, "weaker": number(1, 1), "case": an_id, "sub": an_id, "state": one_of(*STATES),
    "op": one_of("enrol", "replace", "recover", "break_glass"), "tier": one_of("standard", "remote", "privileged"),
    "case_digest": a_hex, "stmt": a_hex, "asrt": list_of(a_hex, 2), "actors": list_of(an_id, least=2),
    "object": a_hex, "target": a_hex, "previous": list_of(a_hex), "station_key": matches(re.compile("[!-~]{1,400}")),
    "rp_id": a_text, "origin": a_text, "role": an_id, "creds": list_of(a_hex), "reason": a_code,
    "lost_at": is_time, "note": a_hex, "pii": list_of(a_hex), "cred": a_hex, "branch": a_code, "ial": number(1, 3),
    "type": a_code, "method": a_code, "result": a_code, "evidence": a_hex, "slots": list_of(an_id, least=2),
    "aaguid": matches(UUID), "registration": a_hex, "assertion": a_hex, "slot": an_id,
    "contact": one_of("seen", "called_back", "none"), "not_before": is_time, "rp": a_text,
    "newkey": lambda value: a_hex(value) or value == "next-at-station", "until": is_time, "key": an_id,
    "notice": an_id, "address": a_hex, "journey": a_policy_id, "app": a_text,
    "size": number(0), "root": a_hex, "prev_origin": an_origin, "prev_size": number(0), "prev_root": a_hex,
    "time": is_time, "from": is_time, "to": is_time, "free": number(0), "sink": a_code, "machine": an_id,
    "kind": a_code, "judgement": a_hex, "base": a_hex, "looser": number(0), "stricter": number(0), "warnings": number(0),
    "caller": an_id, "transaction": a_policy_id, "review": is_time,
    "reasons": sorted_list_of(one_of(*REASONS), 1), "rules": sorted_list_of(a_policy_id),
    "fallbacks": sorted_list_of(a_policy_id), "waived": sorted_list_of(a_policy_id),
    "exceptions": sorted_list_of(a_policy_id), "approvals": list_of(a_hex, least=1), "reference": a_hex,
}
# station.init and log.open after a rollback have several signatures in one entry.
FORMS_OF_MANY = FORMS | {"stmt": list_of(a_hex, least=2), "asrt": list_of(list_of(a_hex, 2), least=2)}

# Files of a bundle.
NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
SIGNED = r"\.json(\.sig|\.machine\.sig)?"
LAYOUT = re.compile("|".join((
    r"bagit\.txt", r"manifest-sha256\.txt", r"export\.json(\.sig|\.machine\.sig)?",
    r"data/(README\.txt|verify\.py|entries\.jsonl|checkpoint|station\.vkey|roster\.allowed_signers)",
    r"data/approvals/%s/%s%s" % (ID.pattern, ID.pattern, SIGNED),
    r"data/(statements|cosign)/[0-9a-f]{64}" + SIGNED, r"data/roster/[0-9a-f]{64}\.json",
    r"data/(registrations|assertions)/[0-9a-f]{64}\.cbor", r"data/policy/[0-9a-f]{64}\.yaml",
    r"data/exceptions/[0-9a-f]{64}\.json",
    r"data/metadata/[0-9a-f]{64}\.(json|jwt|crl|der|pem|cbor)", r"data/reports/" + NAME, r"data/pii\.(age|cms)")))
REQUIRED = ("bagit.txt", "manifest-sha256.txt", "export.json", "export.json.sig", "export.json.machine.sig",
            "data/README.txt", "data/verify.py", "data/entries.jsonl", "data/checkpoint", "data/station.vkey",
            "data/roster.allowed_signers")
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TRUST = ("station.vkey", "genesis", "officers.allowed_signers", "roots.pem")


class Tampered(Exception):
    """The bundle breaks a rule: where, and which."""

    def __init__(self, place, text):
        super().__init__(place, text)
        self.place, self.text = place, text


class Unusable(Exception):
    """Not the bundle's fault: wrong usage, unreadable file, missing tool."""


# --------------------------------------------------------------- the formats

@functools.lru_cache(maxsize=65536)
def sha256(data):
    return hashlib.sha256(data).hexdigest()


@functools.lru_cache(maxsize=65536)
def milliseconds(text):
    """Milliseconds since 1970 of YYYY-MM-DDThh:mm:ss.mmmZ, or None."""
    match = TIME.fullmatch(text)
    if not match or not match[1] >= "1970" or not text.isascii():
        return None
    try:
        moment = datetime.datetime(*(int(part) for part in match.groups()[:6]), tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    return int(moment.timestamp()) * 1000 + int(match[7])


STRING = re.compile(rb'"((?:[^"\\\x00-\x1f\x7f]|\\["\\])*)"')
KEY = re.compile(rb'"([a-z_]+)":')
INTEGER = re.compile(rb"(?:0|[1-9][0-9]{0,15})(?![0-9])")


@functools.lru_cache(maxsize=65536)
def read_line(data, most=MAX_LINE):
    """Reads the record's subset of canonical JSON: one object, one spelling.
    The result is shared: nobody changes it. Raises ValueError."""
    if not 2 <= len(data) <= most:
        raise ValueError("has %d bytes" % len(data))
    if data[:1] != b"{":
        raise ValueError("is not an object")
    value, end = read_value(data, 0, 1)
    if end != len(data):
        raise ValueError("has more after its end, at byte %d" % end)
    return value


def read_value(data, at, depth):
    first = data[at:at + 1]
    if depth > 8:
        raise ValueError("is nested too deep")
    if first == b'"':
        match = STRING.match(data, at)
        if not match:
            raise ValueError("has a bad string at byte %d" % at)
        text = match[1].decode("utf-8")  # UnicodeDecodeError is a ValueError
        return re.sub(r'\\(["\\])', r"\1", text) if "\\" in text else text, match.end()
    if first == b"{":
        return read_object(data, at, depth)
    if first == b"[":
        return read_array(data, at, depth)
    match = INTEGER.match(data, at)
    if not match or int(match[0]) > 2**53 - 1:
        raise ValueError("has a bad value at byte %d" % at)
    return int(match[0]), match.end()


def read_object(data, at, depth):
    result, last, at = {}, "", at + 1
    if data[at:at + 1] == b"}":
        return result, at + 1
    while True:
        match = KEY.match(data, at)
        if not match or not last < (key := match[1].decode()):
            raise ValueError("has a bad, repeated or unsorted key at byte %d" % at)
        result[key], at = read_value(data, match.end(), depth + 1)
        last = key
        if data[at:at + 1] == b"}":
            return result, at + 1
        if data[at:at + 1] != b",":
            raise ValueError("has a bad byte at %d" % at)
        at += 1


def read_array(data, at, depth):
    result, at = [], at + 1
    if data[at:at + 1] == b"]":
        return result, at + 1
    while True:
        value, at = read_value(data, at, depth + 1)
        result.append(value)
        if data[at:at + 1] == b"]":
            return result, at + 1
        if data[at:at + 1] != b",":
            raise ValueError("has a bad byte at %d" % at)
        at += 1


def read_base64(text):
    """Padded base64 in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise ValueError("is not canonical base64")
    return data


@functools.lru_cache(maxsize=4096)
def read_armour(data):
    """The bytes in an SSH signature file, which must be in its one spelling."""
    begin, end = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
    if not data.startswith(begin) or not data.endswith(end) or not data.isascii() or len(data) > 8192:
        raise ValueError("is not an armoured SSH signature")
    blob = read_base64(data[len(begin):len(data) - len(end)].replace(b"\n", b"").decode())
    text = base64.b64encode(blob)
    lines = b"".join(text[at:at + 70] + b"\n" for at in range(0, len(text), 70))
    if begin + lines + end != data:
        raise ValueError("is not in canonical armour")
    return blob


def ssh_string(data):
    return len(data).to_bytes(4, "big") + data


def ssh_split(data, at):
    """One RFC 4251 string: its bytes, and where the next field begins."""
    if len(data) - at < 4 or len(data) - at - 4 < (size := int.from_bytes(data[at:at + 4], "big")):
        raise ValueError("is cut short")
    return data[at + 4:at + 4 + size], at + 4 + size


@functools.lru_cache(maxsize=4096)
def read_key(data):
    """An SSH public key: (type, application); "" for a machine."""
    kind, at = ssh_split(data, 0)
    kind = kind.decode("ascii", "replace")
    if kind == "sk-ecdsa-sha2-nistp256@openssh.com":
        curve, at = ssh_split(data, at)
        point, at = ssh_split(data, at)
        application, at = ssh_split(data, at)
        good = curve == b"nistp256" and len(point) == 65 and point[0] == 4
    elif kind == "sk-ssh-ed25519@openssh.com":
        point, at = ssh_split(data, at)
        application, at = ssh_split(data, at)
        good = len(point) == 32
    elif kind == "ssh-ed25519":
        point, at = ssh_split(data, at)
        application, good = b"", len(point) == 32
    else:
        raise ValueError("is a key of another type")
    if not good or at != len(data):
        raise ValueError("is a malformed key")
    return kind, application.decode("ascii", "replace")


@functools.lru_cache(maxsize=4096)
def read_blob(blob):
    """An SSHSIG blob: (public key, namespace, flags); flags None for a machine."""
    if blob[:10] != b"SSHSIG\0\0\0\1":
        raise ValueError("is not an SSHSIG of version 1")
    key, at = ssh_split(blob, 10)
    namespace, at = ssh_split(blob, at)
    reserved, at = ssh_split(blob, at)
    digest, at = ssh_split(blob, at)
    signature, at = ssh_split(blob, at)
    kind, _ = read_key(key)
    if at != len(blob) or reserved or digest != b"sha256":
        raise ValueError("has fields that do not belong there")
    name, at = ssh_split(signature, 0)
    raw, at = ssh_split(signature, at)
    if name.decode("ascii", "replace") != kind:
        raise ValueError("is a signature of another type than its key")
    if kind == "ssh-ed25519":
        if len(raw) != 64 or at != len(signature):
            raise ValueError("is a malformed signature")
        return key, namespace.decode("ascii", "replace"), None
    if len(signature) - at != 5:
        raise ValueError("has no flags and counter at its end")
    return key, namespace.decode("ascii", "replace"), signature[at]


def counter_of(blob):
    return int.from_bytes(blob[-4:], "big")


def read_cbor(data, at=0, ordered=True, depth=0):
    """One item of CBOR, definite and shortest lengths alone: (value, end).
    ordered: map keys in canonical order; otherwise they are unique at least."""
    if at >= len(data) or depth > 6:
        raise ValueError("is malformed CBOR")
    major, short = data[at] >> 5, data[at] & 31
    size, at = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0), at + 1
    if short > 27 or len(data) - at < size:
        raise ValueError("is malformed CBOR")
    count = int.from_bytes(data[at:at + size], "big") if size else short
    at += size
    if major == 7:
        if short not in (20, 21):
            raise ValueError("has CBOR of another kind")
        return short == 21, at
    if size and count < (24, 1 << 8, 0, 1 << 16, 0, 0, 0, 1 << 32)[size - 1]:
        raise ValueError("is CBOR that is not canonical")
    if major < 2:
        return (-1 - count if major else count), at
    if major < 4:
        if len(data) - at < count:
            raise ValueError("is cut short")
        raw, at = data[at:at + count], at + count
        return (raw if major == 2 else raw.decode("utf-8")), at
    if major == 6 or count > len(data) - at:
        raise ValueError("has CBOR of another kind")
    if major == 4:
        items = []
        for _ in range(count):
            item, at = read_cbor(data, at, ordered, depth + 1)
            items.append(item)
        return items, at
    result, last = {}, None
    for _ in range(count):
        start = at
        key, at = read_cbor(data, at, ordered, depth + 1)
        order = (data[start] >> 5, at - start, data[start:at])
        if isinstance(key, (dict, list)) or key in result or (ordered and last is not None and not last < order):
            raise ValueError("has CBOR map keys twice or out of order")
        result[key], at = read_cbor(data, at, ordered, depth + 1)
        last = order
    return result, at


def read_der(data, at, end):
    """One DER element: (tag, begin and end of its content)."""
    if end - at < 2:
        raise ValueError("has a malformed certificate")
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 128:
        size = length & 127
        if not 1 <= size <= 4 or end - at < size:
            raise ValueError("has a malformed certificate")
        length, at = int.from_bytes(data[at:at + size], "big"), at + size
    if tag & 31 == 31 or end - at < length:
        raise ValueError("has a malformed certificate")
    return tag, at, at + length


def der_parts(data, at, end):
    while at < end:
        tag, begin, stop = read_der(data, at, end)
        yield tag, begin, stop, at
        at = stop


@functools.lru_cache(maxsize=1024)
def read_certificate(data):
    """What the rules need of an X.509 certificate: SubjectPublicKeyInfo,
    organisational units, extensions {OID bytes: (critical, value)}."""
    tag, begin, end = read_der(data, 0, len(data))
    if tag != 0x30 or end != len(data):
        raise ValueError("has a malformed certificate")
    tag, begin, end = read_der(data, begin, end)
    parts = [(tag, first, last, start) for tag, first, last, start in der_parts(data, begin, end)]
    if len(parts) < 7 or parts[0][0] != 0xA0 or data[parts[0][1]:parts[0][2]] != b"\2\1\2":
        raise ValueError("has a certificate that is not X.509 version 3")
    units = []
    for _, first, last, _ in der_parts(data, parts[5][1], parts[5][2]):
        for _, first_name, last_name, _ in der_parts(data, first, last):
            name = [data[a:b] for _, a, b, _ in der_parts(data, first_name, last_name)]
            if name[:1] == [b"\x55\x04\x0b"]:
                units += name[1:]
    extensions = {}
    for tag, first, last, _ in parts[7:]:
        if tag == 0xA3:
            _, first, last = read_der(data, first, last)
            for _, a, b, _ in der_parts(data, first, last):
                fields = [data[x:y] for _, x, y, _ in der_parts(data, a, b)]
                if not 2 <= len(fields) <= 3 or fields[0] in extensions:
                    raise ValueError("has a malformed certificate")
                extensions[fields[0]] = (len(fields) == 3 and fields[1] != b"\0", fields[-1])
    return data[parts[6][3]:parts[6][2]], units, extensions


def read_common_name(data):
    """The common name in the subject of an X.509 certificate."""
    _, begin, end = read_der(data, 0, len(data))
    _, begin, end = read_der(data, begin, end)
    subject = list(der_parts(data, begin, end))[5]
    for _, first, last, _ in der_parts(data, subject[1], subject[2]):
        for _, first_name, last_name, _ in der_parts(data, first, last):
            name = [data[a:b] for _, a, b, _ in der_parts(data, first_name, last_name)]
            if name[0] == b"\x55\x04\x03":
                return name[1].decode()
    return None


# -------------------------------------------------------- ssh-keygen, openssl

@functools.lru_cache(maxsize=1)
def scratch():
    return tempfile.TemporaryDirectory(prefix="verify-py-")


def run_tool(arguments, files, data=b""):
    """Runs a program with {name: bytes} written to a folder of its own, the
    words "@name" standing for the paths. True when it exits with 0."""
    folder = tempfile.mkdtemp(dir=scratch().name)
    try:
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        command = [os.path.join(folder, word[1:]) if word.startswith("@") else word for word in arguments]
        done = subprocess.run(command, input=data, capture_output=True, timeout=120, check=False, cwd=folder,
                              env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"})
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unusable("%s cannot be run: %s" % (arguments[0], error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@functools.lru_cache(maxsize=65536)
def ssh_verifies(line, principal, namespace, time, armour, message):
    """Does ssh-keygen accept the signature under this one roster line?"""
    when = datetime.datetime.fromtimestamp(time // 1000, datetime.timezone.utc).strftime("%Y%m%d%H%M%SZ")
    return run_tool(["ssh-keygen", "-Y", "verify", "-f", "@signers", "-I", principal, "-n", namespace,
                     "-s", "@sig", "-Overify-time=" + when], {"signers": line.encode(), "sig": armour}, message)


@functools.lru_cache(maxsize=65536)
def openssl_verifies(algorithm, public, message, signature):
    """A plain signature under a SubjectPublicKeyInfo; algorithm as in COSE."""
    files = {"key": public, "data": message, "sig": signature}
    if algorithm == -8:
        return run_tool(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "@key", "-rawin",
                         "-in", "@data", "-sigfile", "@sig"], files)
    digest = {-7: "-sha256", -257: "-sha256", -35: "-sha384", -36: "-sha512"}[algorithm]
    return run_tool(["openssl", "dgst", digest, "-keyform", "DER", "-verify", "@key", "-signature", "@sig", "@data"],
                    files)


def pem(certificate):
    text = base64.b64encode(certificate)
    return (b"-----BEGIN CERTIFICATE-----\n" + b"".join(text[at:at + 64] + b"\n" for at in range(0, len(text), 64))
            + b"-----END CERTIFICATE-----\n")


@functools.lru_cache(maxsize=65536)
def chain_verifies(chain, roots, time):
    """Do the certificates lead to one of the roots at this time? A
    certificate's last second counts in, which openssl leaves out: where it
    says no, what was good a second before was in that second."""
    files = {"roots": roots, "chain": b"".join(map(pem, chain[1:])), "leaf": pem(chain[0])}
    return any(run_tool(["openssl", "verify", "-attime", str(at), "-partial_chain", "-no-CApath", "-no-CAstore",
                         "-CAfile", "@roots"] + (["-untrusted", "@chain"] if chain[1:] else []) + ["@leaf"], files)
               for at in (time // 1000, time // 1000 - 1))


P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")  # and the point of 65 bytes
ED25519 = bytes.fromhex("302a300506032b6570032100")  # and the 32 bytes


# -------------------------------------------------------- the bundle as files

def load_folder(folder):
    """All files of a bundle as {path: bytes}; what may not be in one is told
    in the second value, a list of (path, text)."""
    files, problems = {}, []

    def walk(path, inside, depth):
        try:
            names = sorted(os.listdir(path))
        except OSError as error:
            raise Unusable("%s cannot be read: %s" % (path, error.strerror)) from None
        if not names:
            problems.append((inside or ".", "is an empty folder"))
        for name in names:
            below, place = os.path.join(path, name), inside + name
            try:
                info = os.lstat(below)
                if stat.S_ISDIR(info.st_mode) and depth < 4:
                    walk(below, place + "/", depth + 1)
                elif not stat.S_ISREG(info.st_mode):
                    problems.append((place, "is neither a file nor a folder of the bundle"))
                elif info.st_size > (MAX_FILE if place != "data/entries.jsonl" else 1 << 34):
                    problems.append((place, "is too large"))
                else:
                    with open(below, "rb") as file:
                        files[place] = file.read()
            except OSError as error:
                raise Unusable("%s cannot be read: %s" % (place, error.strerror)) from None

    if not os.path.isdir(folder):
        raise Unusable("%s is not a folder" % folder)
    walk(folder, "", 0)
    return files, problems


def load_trust(folder):
    """The trust folder as {name: bytes}, without those missing or empty."""
    if folder is None:
        return {}
    if not os.path.isdir(folder):
        raise Unusable("the trust folder %s is not there" % folder)
    trust = {}
    for name in TRUST:
        path = os.path.join(folder, name)
        try:
            if os.path.lexists(path):
                with open(path, "rb") as file:
                    trust[name] = file.read(MAX_ROSTER)
        except OSError as error:
            raise Unusable("%s cannot be read: %s" % (path, error.strerror)) from None
    return {name: data for name, data in trust.items() if data.strip()}


OFFICER = re.compile(r'([a-z0-9-]{1,64}) namespaces="([^"]+)",valid-after="([0-9]{14})Z",valid-before="([0-9]{14})Z"'
                     r" (sk-[a-z0-9@.-]+) ([A-Za-z0-9+/=]+)")


class Trust:
    """What comes from outside. Each part is None where it is not there or
    cannot be read, and `lacking` says so."""

    def __init__(self, files):
        self.vkey = self.genesis = self.roots = self.practice = None
        self.officers, self.lacking = None, []
        for name in TRUST:
            try:
                if name not in files:
                    raise ValueError("is not there")
                getattr(self, "read_" + name.partition(".")[0])(files[name])
            except ValueError as error:
                self.lacking.append("%s %s" % (name, error))

    def read_station(self, data):
        read_vkey(data)
        self.vkey = data

    def read_genesis(self, data):
        if not re.fullmatch(b"[0-9a-f]{64}\n", data):
            raise ValueError("is not 64 hex digits and a newline")
        self.genesis = data[:64].decode()

    def read_roots(self, data):
        if b"-----BEGIN CERTIFICATE-----" not in data:
            raise ValueError("has no certificate")
        self.roots = data

    def read_officers(self, data):
        officers, applications = [], set()
        for line in data.decode("ascii").splitlines():
            match = OFFICER.fullmatch(line)
            if not match:
                raise ValueError("has a line that is no roster line")
            key = read_base64(match[6])
            kind, application = read_key(key)
            if kind != match[5] or application not in APPLICATION:
                raise ValueError("has a key that is no roster key")
            officers.append((match[1], match[2], key, line + "\n"))
            applications.add(application)
        practice = APPLICATION.index(applications.pop())
        if applications or any(names != NAMESPACE[practice] % "station.init" for _, names, _, _ in officers):
            raise ValueError("mixes practice and real, or has other namespaces")
        self.officers, self.practice = officers, practice


def read_vkey(data):
    """station.vkey: (name, public key)."""
    match = re.fullmatch(rb"([!-*,-~]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n", data)
    if not match:
        raise ValueError("is not a key text")
    name, key = match[1].decode(), read_base64(match[3].decode())
    if len(key) != 33 or key[0] != 1 or not ORIGIN.fullmatch(name):
        raise ValueError("is not an Ed25519 key of a record")
    if key_id(name, key).hex() != match[2].decode():
        raise ValueError("has a wrong key id")
    return name, key[1:]


def key_id(name, key):
    return hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]


@functools.lru_cache(maxsize=64)
def read_checkpoint(data):
    """A signed note: (origin, size, root, signed bytes, {key id + signature by name})."""
    text = data.decode("utf-8")
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]{44})\n\n((?:— [!-~]+ [A-Za-z0-9+/=]+\n)+)",
                         text)
    if not match or not ORIGIN.fullmatch(match[1]) or len(data) > MAX_LINE:
        raise ValueError("is not a checkpoint in a signed note")
    root = read_base64(match[3])
    if len(root) != 32:
        raise ValueError("has no root of 32 bytes")
    signatures = [line.split(" ")[1:] for line in match[4].splitlines()]
    signatures = [(name, read_base64(value)) for name, value in signatures]
    return match[1], int(match[2]), root.hex(), text.partition("\n\n")[0].encode() + b"\n", signatures


# -------------------------------------------- statements, fields, the roster

@functools.lru_cache(maxsize=1024)
def fields_of(row, common):
    """(must, may): the names of fields a row of the table gives."""
    words = [word for part in (common + " " + row).split() for word in GROUPS.get(part, part).split()]
    return (frozenset(word for word in words if word[-1] != "?"),
            frozenset(word[:-1] for word in words if word[-1] == "?"))


def check_fields(value, must, may, forms):
    missing, extra = must - value.keys(), value.keys() - must - may
    if missing or extra:
        raise ValueError("%s the field %s" % (("has not", min(missing)) if missing else ("may not have", min(extra))))
    for name, one in value.items():
        if not forms[name](one):
            raise ValueError("has a bad value in the field %s" % name)


def plain_act(act):
    return act.removesuffix(".proposed")


@functools.lru_cache(maxsize=65536)
def read_statement(data):
    """A statement: exactly the fields of its act, each of the right form."""
    value = read_line(data)
    row = ACTS.get(value.get("act") if isinstance(value.get("act"), str) else None)
    if row is None or row[1] is None:
        raise ValueError("is a statement of no act that is signed")
    must, may = fields_of(row[1], S if value["act"] != "station.init" else S.replace(" genesis", ""))
    check_fields(value, must, may, FORMS)
    life = milliseconds(value["exp"]) - milliseconds(value["iat"])
    if not 0 <= life <= STATEMENT_LIFE:
        raise ValueError("is valid longer than 15 minutes")
    if (value["head_size"] == 0) != (value["act"] in FIRST):
        raise ValueError("names an empty record" if value["head_size"] == 0 else "begins a record that is begun")
    return value


@functools.lru_cache(maxsize=65536)
def read_entry(data):
    """An entry: exactly the fields of its act; fewer where it went wrong."""
    value = read_line(data)
    act = value.get("act") if isinstance(value.get("act"), str) else ""
    row = ACTS.get(plain_act(act))
    if row is None or (act != plain_act(act) and not (isinstance(row[0], tuple) and max(row[0]) > 1
                                                      and act != "station.init.proposed")):
        raise ValueError("is no act there is")
    must, may = fields_of(row[2], E)
    may |= {"weaker"}
    if value.get("out") != "ok" and not act.endswith(".outcome"):
        may = may | must - {"stmt", "asrt", "actors"}
        must = fields_of("", E)[0]
    if value.get("out") != "ok" or "weaker" in value:
        must |= {"why"}
    check_fields(value, must, may, FORMS_OF_MANY if act in FIRST else FORMS)
    return value


class Statement:
    """A signed statement of the bundle: three files."""

    def __init__(self, path, files):
        self.path, self.seq = path, None
        self.data, self.armour, self.machine_armour = files[path], files[path + ".sig"], files[path + ".machine.sig"]
        self.digest = sha256(self.data)
        place = path
        try:
            self.fields = read_statement(self.data)
            place = path + ".sig"
            self.blob = read_armour(self.armour)
            self.key, self.namespace, self.flags = read_blob(self.blob)
            place = path + ".machine.sig"
            self.machine_blob = read_armour(self.machine_armour)
            self.machine_key, self.machine_namespace, self.machine_flags = read_blob(self.machine_blob)
        except ValueError as error:
            raise Tampered(place, str(error)) from None


KEY_ROW = ("cred", "employee", "key", "person", "registration", "roles", "sub", "team", "valid_after", "valid_before")
KEY_FORMS = {"cred": a_hex, "employee": a_hex, "key": matches(re.compile("[A-Za-z0-9+/=]{1,400}")), "person": an_id,
             "registration": a_hex, "roles": list_of(an_id, least=1), "sub": an_id, "team": an_id,
             "valid_after": is_time, "valid_before": is_time, "id": an_id}


class Row:
    """A key of a person, or of a machine, in a roster."""

    def __init__(self, value, names):
        check_fields(value, frozenset(names), frozenset(), KEY_FORMS)
        self.value, self.key = value, read_base64(value["key"])
        self.kind, self.application = read_key(self.key)
        self.person, self.cred = value.get("person"), value.get("cred")
        self.roles, self.team, self.sub = value.get("roles", []), value.get("team"), value.get("sub")
        self.principal = self.person or "machine:" + value["id"]
        self.after, self.before = milliseconds(value["valid_after"]), milliseconds(value["valid_before"])
        if not (value["valid_after"] + value["valid_before"]).count(".000Z") == 2 or not self.after < self.before:
            raise ValueError("has a window that is none")
        if self.roles != sorted(set(self.roles)) or (self.person is None) != (self.kind == "ssh-ed25519"):
            raise ValueError("has roles out of order, or a key of the wrong type")

    def valid_at(self, time):
        return self.after <= time < self.before

    def may(self, act):
        return act in EVERYBODY.split() or any(act in ROLES.get(role, APPROVER).split() for role in self.roles)

    def line(self, practice):
        """Its line for ssh-keygen; the names of its namespaces are sorted."""
        acts = {act for role in self.roles for act in ROLES.get(role, APPROVER).split()} | set(EVERYBODY.split())
        names = ",".join(sorted(NAMESPACE[practice] % act for act in (acts if self.person else ["machine"])))
        after, before = (re.sub("[^0-9]", "", self.value[end])[:14] for end in ("valid_after", "valid_before"))
        return '%s namespaces="%s",valid-after="%sZ",valid-before="%sZ" %s %s\n' % (
            self.principal, names, after, before, self.kind, self.value["key"])

    def only_tightens(self, old):
        """Is this row one of the old, with fewer roles or a shorter window?"""
        same = [name for name in self.value if name not in ("roles", "valid_after", "valid_before")]
        return (all(self.value[name] == old.value[name] for name in same) and set(self.roles) <= set(old.roles)
                and old.after <= self.after and self.before <= old.before)


class Roster:
    """One version of the roster."""

    def __init__(self, data):
        value = read_line(data, MAX_ROSTER)
        check_fields(value, frozenset(("keys", "machines", "station", "v")), frozenset(),
                     {"keys": list_of(lambda one: isinstance(one, dict)), "station": an_id, "v": number(1, 1),
                      "machines": list_of(lambda one: isinstance(one, dict))})
        self.station = value["station"]
        self.keys = [Row(one, KEY_ROW) for one in value["keys"]]
        self.machines = [Row(one, ("id", "key", "valid_after", "valid_before")) for one in value["machines"]]
        order = [(row.person, row.cred) for row in self.keys]
        names = [row.principal for row in self.machines]
        if order != sorted(set(order)) or names != sorted(set(names)):
            raise ValueError("has rows twice or out of order")
        self.by_key = {row.key: row for row in self.keys + self.machines}
        self.by_cred = {row.cred: row for row in self.keys}
        if len(self.by_key) != len(order) + len(names) or len(self.by_cred) != len(order):
            raise ValueError("has a key twice")

    def only_tightens(self, old):
        return all(row.principal == (was := old.by_key.get(row.key, row)).principal and was is not row
                   and row.only_tightens(was) for row in self.keys + self.machines)


@functools.lru_cache(maxsize=1024)
def read_roster(data):
    return Roster(data)


def check_versions(rosters):
    """Over all versions: a key, credential and employee belong to one person,
    who has one subject id; a machine's key to one machine."""
    owner = {}
    for digest, roster in sorted(rosters.items()):
        place, team = "data/roster/%s.json" % digest, {}
        for row in roster.keys + roster.machines:
            facts = [("key", row.key)]
            if row.person:
                facts += [("credential", row.cred), ("employee", row.value["employee"]), ("subject", row.sub)]
                if team.setdefault(row.person, (row.team, row.sub)) != (row.team, row.sub):
                    raise Tampered(place, "%s has two teams or two subject ids" % row.person)
                if owner.setdefault(("person", row.person), row.sub) != row.sub:
                    raise Tampered(place, "%s has another subject id than in another version" % row.person)
            for fact in facts:
                if owner.setdefault(fact, row.principal) != row.principal:
                    raise Tampered(place, "a %s of %s belongs to %s" % (fact[0], row.principal, owner[fact]))


# ------------------------------------------- what keys are judged by

MAX_FILES = 64
TRUST_FORMS = {"advisories": a_hex, "blob": a_hex, "blob_at": is_time, "blob_no": number(0),
               "crls": list_of(a_hex), "roots": list_of(a_hex), "vendor": a_hex, "v": number(1, 1),
               "signer": matches(re.compile("[ -~]{1,253}"))}
JUDGEMENT_FORMS = {"anchors": a_hex, "at": is_time, "entry": a_hex, "getinfo": a_hex, "registration": a_hex,
                   "judge": FORMS["build"], "options": lambda one: isinstance(one, str), "result": a_hex,
                   "transports": list_of(an_id), "trust": a_hex, "v": number(1, 1)}
JUDGED_BY = (("anchors", "pem"), ("entry", "json"), ("getinfo", "cbor"), ("result", "json"))  # and their suffixes


# ------------------------------------------------------------- exceptions

EXCEPTION_LIFE, EXCEPTION_REVIEW = 90 * DAY, 30 * DAY  # at most
RULE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def some_ids(value):
    return (isinstance(value, list) and 0 < len(value) <= 64 and all(map(matches(RULE_ID), value))
            and value == sorted(set(value)))


def is_words(value):
    return isinstance(value, str) and bool(value.strip(" \t\n\v\f\r")) and len(value.encode()) <= 1024


def is_second(value):
    return is_time(value) and milliseconds(value) % 1000 == 0


EXCEPTION_FORMS = {"app": some_ids, "compensating": is_words, "from": is_second, "id": matches(RULE_ID),
                   "journey": some_ids, "owner": matches(ID), "population": some_ids, "reason": is_words,
                   "review_every_d": number(1, 3660), "schema": lambda one: one == "keyturn-exception/1",
                   "transaction": some_ids, "until": is_second, "waives": some_ids}
EXCEPTION_MAY = frozenset(("app", "journey", "population", "transaction"))


class ExceptionLine:
    """What two people grant: requirements that do not hold for a while."""

    def __init__(self, data):
        self.value = value = read_line(data, 16 * 1024)
        check_fields(value, frozenset(EXCEPTION_FORMS) - EXCEPTION_MAY, EXCEPTION_MAY, EXCEPTION_FORMS)
        self.begin, self.until = milliseconds(value["from"]), milliseconds(value["until"])

    def check_owner(self, signers):
        for one in signers:
            if self.value["owner"] in (one.actor, one.row.sub if one.row else None):
                raise ValueError("is signed by %s, who owns the exception" % one.actor)

    def check_floors(self, now):
        if self.until <= self.begin:
            raise ValueError("grants what ends before it begins")
        if self.until - self.begin > EXCEPTION_LIFE:
            raise ValueError("grants more than 90 days")
        if self.value["review_every_d"] * DAY > EXCEPTION_REVIEW:
            raise ValueError("grants what is reviewed less than every 30 days")
        if self.until // 1000 <= now // 1000:
            raise ValueError("grants what is over already")
        if self.begin < now // 1000 * 1000 - DAY:
            raise ValueError("grants what began before it was signed")


def without_comments(text):
    """YAML without its comments. A quote begins where a value may."""
    out, quote, before = [], "", ""
    for at, one in enumerate(text):
        if quote == "#":
            if one != "\n":
                continue
            quote = ""
        elif quote:
            if one == quote and not (quote == '"' and text[at - 1] == "\\"):
                quote = ""
        elif one in "'\"" and (not before or before in "[{,:-\n"):
            quote = one
        elif one == "#" and (not at or text[at - 1] in " \t\n"):
            quote = "#"
            continue
        out.append(one)
        if one not in " \t":
            before = one
    return "".join(out)


@functools.lru_cache(maxsize=64)
def requirements(data):
    """The ids of a policy's requirements. Python has no reader of YAML, and a
    policy may have neither anchors nor tags: their section is found by its
    name, and in it nothing but a requirement has an id."""
    text = without_comments(data.decode("utf-8", "replace"))
    found = re.search(r"""^["']?requires["']?[ ]*:(.*?)(?=^[^\s\-\]}]|\Z)""", text, re.M | re.S)
    if text.lstrip().startswith("{"):
        found = re.search(r"""["']?requires["']?\s*:\s*\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]""", text)
    ids = re.findall(r"""(?:^|[\s{,-])["']?id["']?[ ]*:\s*("[^"]*"|'[^']*'|[^\s,}\]]+)""", found[1] if found else "")
    return {one.strip("'\"") for one in ids}


def read_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TrustList:
    """A list of files that keys are judged by, signed by two."""

    def __init__(self, data):
        self.value = value = read_line(data, 16 * 1024)
        check_fields(value, frozenset(("crls", "roots", "v")), frozenset(TRUST_FORMS), TRUST_FORMS)
        of_blob = value.keys() & {"blob", "blob_at", "blob_no", "signer"}
        if len(of_blob) not in (0, 4) or bool(of_blob) != bool(value["roots"]):
            raise ValueError("says too little or too much of its metadata")
        for name in ("crls", "roots"):
            if value[name] != sorted(set(value[name])) or len(value[name]) > MAX_FILES:
                raise ValueError("has digests twice, out of order or too many of them")

    def files(self):
        """(suffix, digest) of each file that it names."""
        one = [(suffix, self.value[name]) for name, suffix in
               (("blob", "jwt"), ("vendor", "json"), ("advisories", "json")) if name in self.value]
        return one + [("der", one) for one in self.value["roots"]] + [("crl", one) for one in self.value["crls"]]

    def only_tightens(self, old):
        """Does it let nothing in that the old one (None: nothing) does not?"""
        new, old = self.value, old.value if old else {"crls": [], "roots": []}
        if ("blob" in new) != ("blob" in old) or new.get("vendor") != old.get("vendor"):
            return False
        if not set(old["crls"]) <= set(new["crls"]):
            return False
        if "blob" not in new:
            return True
        later = new["blob_at"] == old["blob_at"] if new["blob"] == old["blob"] else new["blob_no"] > old["blob_no"]
        return later and (new["roots"], new["signer"]) == (old["roots"], old["signer"])

    def anchors(self, files, aaguid):
        """Certificates that vouch for a model: the metadata's, or else the
        organisation's own. `files`: the bytes by their digests."""
        if "blob" in self.value:
            for entry in read_metadata(files[self.value["blob"]], self.value["signer"], self.value["blob_no"])[3]:
                if entry.get("aaguid") == aaguid:
                    return tuple(map(read_loose_base64, entry["metadataStatement"]["attestationRootCertificates"]))
        if "vendor" in self.value:
            for model in json.loads(files[self.value["vendor"]])["models"]:
                if model["aaguid"] == aaguid:
                    return tuple(map(read_loose_base64, model["anchors"]))
        return ()


LASTING = ("REVOKED", "ATTESTATION_KEY_COMPROMISE")
CURABLE = ("USER_VERIFICATION_BYPASS", "USER_KEY_REMOTE_COMPROMISE", "USER_KEY_PHYSICAL_COMPROMISE")


def bad_statuses(reports, since, until):
    """Statuses that were in force from `since` to `until`, milliseconds, and
    say of every key of a model: do not trust. Only what is certain: a report
    about one batch is left out, and one after which newer firmware may have
    been certified; fidotool judges those."""
    def day(report, name, otherwise):
        at = milliseconds("%sT00:00:00.000Z" % report.get(name))
        return otherwise if at is None else at

    found = []
    reports = [one for one in reports if isinstance(one, dict)] if isinstance(reports, list) else []
    for report in reports:
        status, begin = report.get("status"), day(report, "effectiveDate", 0)
        if status not in LASTING + CURABLE or report.keys() & {"certificate", "batchCertificate"}:
            continue
        later = any(str(other.get("status")).startswith("FIDO_CERTIFIED") and day(other, "effectiveDate", since) >= begin
                    for other in reports)
        if begin <= since and day(report, "sunsetDate", until + 1) > until and not (status in CURABLE and later):
            found.append(status)
    return found


def read_loose_base64(text):
    return base64.b64decode("".join(text.split()))


@functools.lru_cache(maxsize=16)
def read_metadata(data, signer, wanted):
    """A metadata BLOB but for its signatures: (COSE algorithm, what is signed,
    signature, entries, certificates)."""
    try:
        signed, _, signature = data.strip().rpartition(b".")
        header, payload = (json.loads(read_base64url(part.decode())) for part in signed.split(b"."))
        chain = tuple(map(read_loose_base64, header["x5c"]))
        algorithm = {"ES256": -7, "RS256": -257}[header["alg"]]
        signature, entries = read_base64url(signature.decode()), payload["entries"]
        if payload["no"] != wanted or not chain or read_common_name(chain[0]) != signer:
            raise ValueError("is of another number or signer than was signed for")
    except (KeyError, TypeError, UnicodeDecodeError, binascii.Error) as error:
        raise ValueError("is no metadata (%r)" % error) from None
    if algorithm == -7 and len(signature) == 64:  # two numbers; openssl wants them in DER
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        body = b"".join(b"\2" + bytes((one.bit_length() // 8 + 1,)) + one.to_bytes(one.bit_length() // 8 + 1, "big")
                        for one in (r, s))
        signature = b"\x30" + bytes((len(body),)) + body
    return algorithm, signed, signature, entries, chain


# ------------------------------------------- registrations and test assertions

class Registration:
    """data/registrations/<sha256>.cbor: a new key's attestation."""

    def __init__(self, data):
        outer, end = read_cbor(data)
        if end != len(data) or not isinstance(outer, dict) or not {"att", "cdh"} <= outer.keys() <= {"att", "cdh", "cdj"}:
            raise ValueError("has other fields than att, cdh and cdj")
        self.cdh, self.cdj = outer["cdh"], outer.get("cdj")
        if any(not isinstance(one, bytes) for one in outer.values()) or len(self.cdh) != 32:
            raise ValueError("has a field that is no bytes")
        att, end = read_cbor(outer["att"], ordered=False)
        if end != len(outer["att"]) or not isinstance(att, dict) or att.keys() != {"fmt", "attStmt", "authData"}:
            raise ValueError("has no attestation object")
        self.format, self.statement, self.auth = att["fmt"], att["attStmt"], att["authData"]
        if not isinstance(self.auth, bytes) or len(self.auth) < 55 or not isinstance(self.statement, dict):
            raise ValueError("has a malformed attestation object")
        self.rp_hash, self.flags, self.aaguid = self.auth[:32], self.auth[32], self.auth[37:53]
        size = int.from_bytes(self.auth[53:55], "big")
        self.cred_id, rest = self.auth[55:55 + size], self.auth[55 + size:]
        if not 1 <= size <= 1023 or len(self.cred_id) != size or not self.flags & 0x40:
            raise ValueError("has no attested credential")
        self.cred = sha256(self.cred_id)
        self.cose, end = read_cbor(rest, ordered=False)
        if self.flags & 0x80:
            extensions, end = read_cbor(rest, end, ordered=False)
            if not isinstance(extensions, dict):
                raise ValueError("has malformed extensions")
        if end != len(rest) or self.flags & 0x22 or not isinstance(self.cose, dict):
            raise ValueError("has authenticator data with something left over")
        self.read_cose()

    def read_cose(self):
        key = self.cose
        if key.get(1) == 2 and key.get(3) == -7 and key.get(-1) == 1 and key.keys() == {1, 3, -1, -2, -3}:
            if not all(isinstance(key[one], bytes) and len(key[one]) == 32 for one in (-2, -3)):
                raise ValueError("has a malformed key")
            self.kind, self.point, prefix = b"sk-ecdsa-sha2-nistp256@openssh.com", b"\4" + key[-2] + key[-3], P256
        elif key.get(1) == 1 and key.get(3) == -8 and key.get(-1) == 6 and key.keys() == {1, 3, -1, -2}:
            if not isinstance(key[-2], bytes) or len(key[-2]) != 32:
                raise ValueError("has a malformed key")
            self.kind, self.point, prefix = b"sk-ssh-ed25519@openssh.com", key[-2], ED25519
        else:
            raise ValueError("has a key of another algorithm than ES256 and EdDSA")
        self.public, self.algorithm = prefix + self.point, key[3]

    def ssh_key(self, application):
        curve = ssh_string(b"nistp256") if self.algorithm == -7 else b""
        return ssh_string(self.kind) + curve + ssh_string(self.point) + ssh_string(application.encode())

    def read_packed(self):
        """The packed statement: (algorithm, signature, certificates), checked
        but for the signatures."""
        one = self.statement
        chain, algorithm, signature = one.get("x5c"), one.get("alg"), one.get("sig")
        if self.format != "packed" or not {"alg", "sig"} <= one.keys() <= {"alg", "sig", "x5c"} or not chain:
            raise ValueError("is not attested (format %s)" % printable(str(self.format)[:20]))
        if not isinstance(chain, list) or len(chain) > 8 or not all(isinstance(der, bytes) for der in chain):
            raise ValueError("has malformed certificates")
        if not isinstance(signature, bytes) or algorithm not in (-7, -8, -35, -36, -257):
            raise ValueError("is attested by another algorithm")
        public, units, extensions = read_certificate(chain[0])
        if units != [b"Authenticator Attestation"]:
            raise ValueError("has a certificate that is not for attestation")
        if extensions.get(b"\x55\x1d\x13", (False, None))[1] not in (b"\x30\0", b"\x30\3\1\1\0"):
            raise ValueError("has an attestation certificate of an authority")
        critical, aaguid = extensions.get(bytes.fromhex("2b0601040182e51c010104"), (False, None))
        if aaguid is not None and (critical or aaguid != b"\4\x10" + self.aaguid):
            raise ValueError("has another AAGUID in its certificate")
        return algorithm, signature, tuple(chain), public


@functools.lru_cache(maxsize=4096)
def read_registration(data):
    return Registration(data)


@functools.lru_cache(maxsize=4096)
def read_assertion(data):
    """data/assertions/<sha256>.cbor as a dict, its forms checked."""
    outer, end = read_cbor(data)
    must = {"authData", "cdh", "cred", "sig"}
    if end != len(data) or not isinstance(outer, dict) or not must <= outer.keys() <= must | {"cdj"}:
        raise ValueError("has other fields than authData, cdh, cred, sig and cdj")
    if any(not isinstance(one, bytes) for one in outer.values()) or len(outer["cdh"]) != 32:
        raise ValueError("has a field that is no bytes")
    auth = outer["authData"]
    if len(auth) < 37 or auth[32] & 0x62 or bool(auth[32] & 0x80) != (len(auth) > 37):
        raise ValueError("has malformed authenticator data")
    if len(auth) > 37 and (read_cbor(auth, 37, ordered=False)[1] != len(auth)):
        raise ValueError("has malformed extensions")
    return outer


def check_client_data(raw, cdh, kind, challenge, origin):
    """The client data belongs to this ceremony. Without it its one spelling
    is made and its hash compared."""
    text = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
    if raw is None:
        raw = json.dumps({"type": kind, "challenge": text, "origin": origin, "crossOrigin": False},
                         separators=(",", ":")).encode()
        if hashlib.sha256(raw).digest() != cdh:
            raise ValueError("is not made for this case (client data hash)")
        return
    if hashlib.sha256(raw).digest() != cdh:
        raise ValueError("has client data of another hash")

    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("has client data with a member twice")
        return dict(pairs)
    try:
        client = json.loads(raw.decode("utf-8"), object_pairs_hook=unique)
    except RecursionError:
        raise ValueError("has client data nested too deep") from None
    if not isinstance(client, dict) or client.get("type") != kind:
        raise ValueError("has client data of another type")
    if client.get("challenge") != text:
        raise ValueError("answers another challenge than that of this case")
    if client.get("origin") != origin or client.get("crossOrigin", False) is not False:
        raise ValueError("has another origin")


# ------------------------------------------------------------------- the case

class Case:
    """One case: its state, and who did what in it."""

    def __init__(self, entry):
        self.id, self.sub, self.op, self.tier = entry["case"], entry["sub"], entry["op"], entry.get("tier")
        self.state, self.before, self.opener = "-", None, entry["actor"]
        self.creds, self.suspended, self.opened = entry.get("creds", []), set(), entry["seq"]
        self.proofers, self.contested, self.rejected = set(), False, False
        self.submit = self.digest = self.quorum = self.not_before = self.issued = None
        self.slots, self.evidence, self.submit_seq, self.submitted = [], None, None, False
        self.made, self.bound, self.approvals, self.approvers, self.checker = [], None, [], set(), None

    def newkey(self):
        """What approvals name: the credential, or both of them together."""
        if len(self.made) < 2:
            return self.made[0] if self.made else None
        return hashlib.sha256(b"".join(bytes.fromhex(cred) for cred in self.made)).hexdigest()

    def step(self, entry, act):
        """Moves along the state table, or says that there is no such row."""
        now, then = self.state, entry["state"]
        if entry["act"] != act:  # .proposed
            if now != then or not any(edge[:2] == (now, act) for edge in EDGES):
                raise ValueError("%s is not possible in the state %s, or changes it" % (entry["act"], now))
            return
        if act == "case.contest" and self.rejected and entry["method"] == "code" and now != "contested":
            if now != then or (now, act, "contested") not in EDGES:
                raise ValueError("a second contest by code changes the state")
            return
        to = "before" if act == "case.reject" and then == self.before else then
        if (now, act, to) not in EDGES:
            raise ValueError("there is no way from %s to %s by %s" % (now, then, act))
        if act == "case.contest":
            self.before = now
        self.state = then

    def people(self):
        return {self.opener} | self.proofers


class Approval:
    def __init__(self, slot, person, row, machine, statement, digest):
        self.slot, self.person, self.row, self.machine = slot, person, row, machine
        self.statement, self.digest = statement, digest


class Signed:
    """A signature that was judged: by whom, with which key, on which machine.
    row and machine are None where roster or statement are not in the bundle."""

    def __init__(self, actor, digest, row=None, machine=None, fields=None):
        self.actor, self.digest, self.row, self.machine, self.fields = actor, digest, row, machine, fields
        self.first = None  # when the first of several signatures was recorded


# -------------------------------------------------------------------- the log

class Log:
    """Walks over the entries in order and judges each. Signatures themselves
    are put into `jobs`, and checked together at the end."""

    def __init__(self, report, files, trust, statements):
        self.report, self.files, self.trust, self.statements = report, files, trust, statements
        self.rosters, self.jobs, self.roster, self.policy, self.base = {}, [], None, None, None
        self.latest, self.seq, self.time = 0, -1, 0
        self.origin, self.genesis, self.practice = None, None, trust.practice
        self.frontier, self.snapshots, self.ids, self.nonces = [], [], set(), {}
        self.enrolled, self.sessions, self.counters, self.policies = {}, {}, {}, {}
        self.proposed, self.changes, self.cases, self.intents = {}, {}, {}, {}
        self.named = {kind: set() for kind in ("roster", "registrations", "assertions", "policy", "metadata", "exceptions")}
        self.known, self.known_digest, self.blind, self.numbers = None, None, False, {}
        self.first_enrol, self.closed, self.off, self.witnesses = None, False, {}, set()
        self.exceptions, self.exception_ids, self.consents = {}, set(), {}
        self.rp_id = self.web_origin = None
        self.later = False  # the record begins in an earlier epoch
        self.restricted = set()  # credentials made of a class that is restricted
        self.in_force, self.weaker, self.keys_of_cases, self.revoked = {}, 0, {}, {}

    # ..... small things used everywhere

    def object(self, folder, suffix, digest):
        """A file named by its digest; None, and incomplete, where it is not there."""
        self.named[folder].add(digest)
        path = "data/%s/%s.%s" % (folder, digest, suffix)
        if path not in self.files:
            self.report.missing(path, "is named by entry %d and not there" % self.seq, self.seq)
            return None
        return self.files[path]

    def roster_file(self, digest):
        data = self.object("roster", "json", digest)
        if data is None:
            return None
        return self.rosters[digest]  # read and checked beforehand

    def root_at(self, size):
        """The root of the first `size` entries, or None beyond the end."""
        if size > len(self.snapshots):
            return None
        if size == 0:
            return EMPTY_ROOT
        peaks = self.snapshots[size - 1]
        root = peaks[-1]
        for peak in reversed(peaks[:-1]):
            root = hashlib.sha256(b"\1" + peak + root).digest()
        return root.hex()

    def append(self, body):
        """Adds a leaf. The frontier has the roots of the complete subtrees."""
        node, size = hashlib.sha256(b"\0" + body).digest(), len(self.snapshots)
        while size & 1:
            node, size = hashlib.sha256(b"\1" + self.frontier.pop() + node).digest(), size >> 1
        self.frontier.append(node)
        self.snapshots.append(tuple(self.frontier))

    def use_nonce(self, nonce, place):
        if self.nonces.setdefault(nonce, place) != place:
            raise ValueError("the nonce was used before, in %s" % self.nonces[nonce])
        self.nonces[nonce] = place

    def unknown(self, text):
        """Something before it is not in the record: bad, unless it may lie in
        an earlier epoch."""
        if not self.later:
            raise ValueError(text)
        self.report.missing("entry %d" % self.seq, text + ", or in an earlier epoch", self.seq)

    def job(self, text, function, *arguments):
        self.jobs.append((self.seq, "entry %d" % self.seq, text, function, arguments))

    # ..... one entry

    def entry(self, body):
        self.seq += 1
        if self.closed and b'"act":"checkpoint.made"' not in body:
            raise ValueError("comes after log.close")
        entry = read_entry(body)
        act = plain_act(entry["act"])
        self.check_clock(entry, act)
        if entry["seq"] != self.seq:
            raise ValueError("has seq %d" % entry["seq"])
        if entry["id"] in self.ids:
            raise ValueError("has an id that was used before")
        self.ids.add(entry["id"])
        if self.seq == 0:
            self.begin(entry, body)
        elif entry["log"] != self.origin:
            raise ValueError("belongs to another log")
        elif act in FIRST:
            raise ValueError("%s is the first entry alone" % act)
        self.append(body)
        if self.seq:
            self.check_policy(entry)
            self.check_first(entry)
            self.judge(entry, act)
        if "weaker" in entry:
            self.weaker += 1

    def check_clock(self, entry, act):
        """With the clock behind the last entry no work is done until two
        people have accepted it."""
        self.time = milliseconds(entry["t"])
        back = self.latest - self.time
        if back > CLOCK_BACK and act != "clock.accept" and (
                ACTS[act][0] != "system" or "state" in entry or act == "change.effect"):
            raise ValueError("was done while the clock was %d s behind an earlier entry" % (back // 1000))
        self.latest = self.time if entry["act"] == "clock.accept" else max(self.latest, self.time)

    def check_policy(self, entry):
        if entry["act"] == "change.effect" and entry["out"] == "ok" and entry["policy"] == entry["object"]:
            return  # the policy that takes effect here: judge_effect compares
        if entry["policy"] != self.policy:
            raise ValueError("names another policy than the one in force")

    def check_first(self, entry):
        """Right after entry 0 each key of the first roster is enrolled."""
        if self.first_enrol is None or self.seq > len(self.first_enrol):
            return
        if entry["act"] != "roster.enrol" or entry["out"] != "ok" or entry["object"] not in self.first_enrol:
            raise ValueError("is not the enrolment of a key of the first roster, which belongs here")

    def judge(self, entry, act):
        kind = ACTS[act][0]
        if entry["out"] != "ok":
            if act.endswith(".outcome"):
                self.judge_pair(entry, act)
            elif "case" in entry and "state" in entry and entry["case"] in self.cases:
                if entry["state"] != self.cases[entry["case"]].state:
                    raise ValueError("was not carried out and changes the state of its case")
            return
        signers = []
        if isinstance(kind, tuple):
            signers = self.judge_signed(entry, act, kind)
        elif kind == "session":
            self.judge_session(entry, act)
        if "case" in entry:
            self.judge_case(entry, act, signers)
        if act.endswith((".intent", ".outcome")):
            self.judge_pair(entry, act)
        elif act in ("checkpoint.made", "checkpoint.cosign", "log.close"):
            if entry["size"] > self.seq or self.root_at(entry["size"]) != entry["root"]:
                raise ValueError("names a root that is not that of its size")
            self.closed = act == "log.close" or self.closed
        else:
            self.judge_other(entry, act, signers)

    def judge_other(self, entry, act, signers):
        if act == "roster.enrol":
            self.judge_enrol(entry)
        elif act == "role.activate":
            if signers and signers[-1].row and entry["role"] not in signers[-1].row.roles:
                raise ValueError("activates a role that the signer has not")
            self.sessions[(entry["actor"], entry["role"])] = self.time
        elif act == "exception.grant":
            self.judge_exception(entry, act, signers)
        elif act.startswith("exception."):
            self.judge_review(entry, act, signers)
        elif act in CHANGES and entry["act"] == act:
            self.changes[entry["stmt"]] = {"act": act, "object": entry["object"], "t": self.time, "done": None}
        elif act in ("change.effect", "change.veto"):
            self.judge_effect(entry, act)
        elif act in ("siem.off", "siem.on") and entry["act"] == act:
            self.off[("siem", entry["sink"])] = act == "siem.off"
        elif act in ("witness.off", "witness.on") and entry["act"] == act:
            self.off[("witness", entry["machine"])] = act == "witness.off"
            (self.witnesses.add if act == "witness.on" else self.witnesses.discard)(entry["machine"])
        elif act == "decision.approve":
            self.judge_consent(entry, signers)
        elif act == "decision.approved":
            self.judge_approved(entry)
        elif act == "decision.weaker":
            self.judge_decision(entry)
            self.use_consents(entry)
        elif act == "key.plan":
            self.judge_plan(entry)
        elif act == "policy.trial":
            self.object("policy", "yaml", entry["object"])
            if not -STATEMENT_LIFE <= milliseconds(entry["until"]) - self.time <= TRIAL_LIFE:
                raise ValueError("tries a policy for more than 90 days")
        elif act == "tamper.found":
            self.report.note("entry %d tells of tampering found by the station (%s)" % (self.seq, entry["kind"]))
        elif act == "fallback.used":
            self.report.note("entry %d: a fallback was used" % self.seq)

    def judge_exception(self, entry, act, signers):
        """What is signed as an exception, and what two have granted."""
        data = self.object("exceptions", "json", entry["object"])
        one = None if data is None else ExceptionLine(data)
        if one:
            one.check_owner(signers)
            one.check_floors(self.time)
            policy = self.object("policy", "yaml", self.policy)
            for name in one.value["waives"] if policy is not None else ():
                if name not in requirements(policy):
                    raise ValueError("waives %s, which is no requirement of the policy in force" % name)
            if one.value["id"] in self.exception_ids:
                raise ValueError("grants %s again: an id is used once" % one.value["id"])
        if entry["act"] != act:
            return
        if one:
            self.exception_ids.add(one.value["id"])
        self.exceptions[entry["object"]] = {"line": one, "reviewed": 0, "ended": False}

    def judge_review(self, entry, act, signers):
        """A review in time, or the end of an exception that is there."""
        granted = self.exceptions.get(entry["object"])
        if granted is None:
            self.unknown("is about an exception that was not granted")
            return
        one = granted["line"]
        if granted["ended"] or one and self.time >= one.until:
            raise ValueError("is about an exception that is over")
        granted["ended"] = act == "exception.end"
        if granted["ended"] or not one:
            return
        if self.time < one.begin:
            raise ValueError("reviews what has not begun")
        if self.time >= max(one.begin, granted["reviewed"]) + one.value["review_every_d"] * DAY:
            raise ValueError("reviews an exception whose review was overdue, and which has ended by that")
        granted["reviewed"] = self.time // 1000 * 1000
        one.check_owner(signers)

    def judge_decision(self, entry):
        """A weaker path: marked, explained, and what it leaned on named."""
        reasons, allowed = entry["reasons"], entry["result"] == "allow"
        if "weaker" not in entry or entry["why"] != reasons[0]:
            raise ValueError("is a weaker path and not marked so, or for another reason")
        if entry["result"] not in ("allow", "need-approval"):
            raise ValueError("is a weaker path that was not taken")
        if bool(entry["fallbacks"]) != ("fallback" in reasons and allowed) or set(entry["fallbacks"]) - set(entry["rules"]):
            raise ValueError("names fallbacks that it did not use, or uses some without naming them")
        if not bool(entry["exceptions"]) == bool(entry["waived"]) == ("exception" in reasons):
            raise ValueError("names exceptions that it did not use, or uses some without naming them")
        if not entry["rules"]:
            raise ValueError("names no rule")
        if len(entry["pii"]) != 1:
            raise ValueError("does not commit to what was decided on, once")

    def judge_consent(self, entry, signers):
        """One decision is approved: by somebody else, as a slot of theirs, for
        a day at most."""
        row = signers[-1].row if signers else None
        if row and row.sub == entry["sub"]:
            raise ValueError("approves a decision of %s themselves" % entry["actor"])
        if row and (entry["slot"] in NO_SLOT or entry["slot"] not in row.roles):
            raise ValueError("approves as %s, which %s is not" % (entry["slot"], entry["actor"]))
        if not 0 < milliseconds(entry["until"]) - self.time <= CONSENT_LIFE:
            raise ValueError("approves a decision for more than a day, or for a time that is over")
        self.consents[entry["stmt"]] = {"entry": entry, "used": None}

    def use_consents(self, entry):
        """The approvals that an allow names are used up by it."""
        people = set()
        if "approvals" in entry and entry["result"] != "allow":
            raise ValueError("uses approvals up and allows nothing")
        for stmt in entry.get("approvals", ()):
            given = self.consents.get(stmt)
            if given is None:
                self.unknown("uses an approval that was not given")
                continue
            one = given["entry"]
            person, slot = one["actor"], one["slot"]
            if given["used"] is not None:
                raise ValueError("uses an approval that entry %d has used up" % given["used"])
            given["used"] = self.seq
            if self.time >= milliseconds(one["until"]):
                raise ValueError("uses an approval after its end")
            if person in people:
                raise ValueError("uses two approvals by %s" % person)
            people.add(person)
            if self.roster and not any(row.person == person and slot in row.roles and row.valid_at(self.time)
                                       for row in self.roster.keys):
                raise ValueError("uses an approval by %s, who is no %s any more" % (person, slot))
            for name in ("sub", "caller", "journey", "app", "transaction"):
                if one.get(name) != entry.get(name):
                    raise ValueError("uses an approval that was given for another %s" % name)

    def judge_approved(self, entry):
        """An allow that approvals made possible."""
        if "weaker" in entry:
            raise ValueError("is a weaker path, which is another act")
        if not entry["rules"]:
            raise ValueError("names no rule")
        if len(entry["pii"]) != 1:
            raise ValueError("does not commit to what was decided on, once")
        self.use_consents(entry)

    def judge_plan(self, entry):
        """Leave to take something off a key: for what, and not for long."""
        self.use_nonce(entry["nonce"], "entry %d" % self.seq)
        if entry["method"] not in PLANS:
            raise ValueError("gives leave for something that no plan is for")
        if ("cred" in entry) != (entry["method"] == PLANS[1]):
            raise ValueError("gives leave for one credential without naming it, or names one and is for all")
        if not 0 < milliseconds(entry["until"]) - self.time <= PLAN_LIFE:
            raise ValueError("gives leave that does not end within 15 minutes")

    # ..... the first entry

    def begin(self, entry, body):
        if entry["act"] not in FIRST or entry["out"] != "ok":
            raise ValueError("is not the beginning of a record")
        self.origin, self.policy = entry["log"], entry["policy"]
        self.rp_id, self.web_origin = entry["rp_id"], entry["origin"]
        vkey = self.files["data/station.vkey"]
        name = vkey.decode("ascii", "replace").partition("+")[0]
        if name.rpartition("/")[0] != self.origin.rpartition("/")[0]:
            raise ValueError("is of another station than data/station.vkey")
        self.roster = self.roster_file(entry["object"])
        self.practice = self.practice or 0
        self.object("policy", "yaml", self.policy)
        if entry["act"] == "log.open":
            self.begin_later(entry)
            return
        self.genesis = sha256(body)
        if self.trust.genesis not in (None, self.genesis):
            raise ValueError("is not the genesis of the trusted station")
        if entry["station_key"].encode() + b"\n" != vkey:
            raise ValueError("names another station key than data/station.vkey")
        if self.roster:
            self.check_first_roster()
            self.first_enrol = {row.value["registration"] for row in self.roster.keys}
        self.judge_many(entry, "station.init")

    def begin_later(self, entry):
        """A later epoch: its roster rests on log.open, which nobody signs."""
        self.genesis = entry["genesis"]
        if self.trust.genesis not in (None, self.genesis):
            raise ValueError("is not of the trusted station (genesis)")
        before, epoch = entry["prev_origin"].rpartition("/")[::2]
        if before != self.origin.rpartition("/")[0] or int(epoch) + 1 != int(self.origin.rpartition("/")[2]):
            raise ValueError("does not follow the epoch it names")
        self.report.missing("entry 0", "the record begins in an earlier epoch, which is not in this bundle", 0)
        self.later = True
        if self.roster:  # enrolled in an earlier epoch, if at all
            self.enrolled = {row.value["registration"]: row.person for row in self.roster.keys}
        if "stmt" in entry:
            self.judge_many(entry, "log.open")

    def check_first_roster(self):
        machines = {row.value["id"] for row in self.roster.machines}
        if self.roster.station not in machines or len(machines) < 2:
            raise ValueError("names a roster without the station's machine and another one")

    def judge_many(self, entry, act):
        """station.init: all signatures stand in entry 0 together."""
        count = len(entry["stmt"])
        if len(entry["actors"]) != count or len(entry["asrt"]) != count:
            raise ValueError("has not as many signers as statements")
        signers = []
        for index, digest in enumerate(entry["stmt"]):
            signed = self.judge_signature(entry, act, entry["actors"][index], digest, entry["asrt"][index])
            if signed.fields and signed.fields["previous"] != entry["stmt"][:index]:
                raise ValueError("has a statement whose previous is not exact")
            signers.append(signed)
        self.check_distinct(signers)
        if act != "station.init":
            return
        if all(one.machine == self.roster.station for one in signers if one.machine) and all(
                one.machine for one in signers):
            raise ValueError("was signed on the station alone")
        if self.trust.officers is not None:
            for one in signers:
                self.judge_officer(one)

    def judge_officer(self, signed):
        """The signer of station.init stands in the trusted officers file."""
        if signed.fields is None:
            return
        statement = self.statements[signed.digest]
        lines = [line for person, _, key, line in self.trust.officers
                 if person == signed.actor and key == statement.key]
        if not lines:
            raise ValueError("is signed by %s, with a key that is not in the trusted officers file" % signed.actor)
        self.job("the signature of %s is not good under the trusted officers file" % signed.actor, ssh_verifies,
                 lines[0], signed.actor, NAMESPACE[self.practice] % "station.init", self.time, statement.armour,
                 statement.data)

    # ..... signatures

    def judge_signed(self, entry, act, counts):
        """The signature of this entry, and those that were proposed before."""
        signed = self.judge_signature(entry, act, entry["actor"], entry["stmt"], entry["asrt"])
        if max(counts) == 1:
            return [signed]
        before = []
        if signed.fields is not None:
            before = self.judge_proposals(entry, act, signed, counts)
        signers = before + [signed]
        self.check_distinct(signers)
        if act in ROSTER_CHANGES:
            self.check_not_oneself(entry, signed)
        elif act == "trust.load":
            self.trust_list(entry["object"])
        elif act in CHANGES:
            self.named["policy"].add(entry["object"])  # needed in the bundle once it is in force
        if entry["act"] != act:
            self.proposed[entry["stmt"]] = {"act": act, "signers": signers, "first": signed.first or self.time}
        elif act in OFF_KIOSK and self.roster and all(one.machine == self.roster.station for one in signers):
            raise ValueError("was signed on the station alone")
        elif signed.fields is not None:
            self.check_pair_of_roles(entry, act, signers)
        return signers

    def judge_proposals(self, entry, act, signed, counts):
        """`previous` names the statements before, in order: their signers."""
        previous = signed.fields["previous"]
        total = len(previous) + 1
        if (total not in counts) if entry["act"] == act else (total >= max(counts)):
            raise ValueError("has %d signatures of %s" % (total, " or ".join(map(str, counts))))
        if not previous:
            return []
        last = self.proposed.pop(previous[-1], None)
        if last is None or last["act"] != act or [one.digest for one in last["signers"]] != previous:
            raise ValueError("names statements before it that are not waiting for it")
        if self.time - last["first"] > PROPOSED_LIFE:
            raise ValueError("completes a proposal older than 24 hours")
        signed.first = last["first"]
        must, may = fields_of(ACTS[act][1], "")
        for one in last["signers"]:
            for name in (must | may) - {"previous", "time"}:
                if one.fields is not None and one.fields.get(name) != signed.fields.get(name):
                    raise ValueError("differs from what was signed before in the field %s" % name)
        return last["signers"]

    def check_distinct(self, signers):
        if len({one.actor for one in signers}) != len(signers):
            raise ValueError("is signed twice by one person")
        keys = [one.row.key for one in signers if one.row]
        if len(set(keys)) != len(keys):
            raise ValueError("is signed twice with one key")

    def check_not_oneself(self, entry, signed):
        """Nobody adds, re-keys or promotes themselves."""
        new = self.roster_file(entry["object"])
        if new is None or self.roster is None:
            return
        for row in new.keys:
            if row.person == signed.actor:
                old = self.roster.by_key.get(row.key)
                if old is None or not set(row.roles) <= set(old.roles) or old.cred != row.cred:
                    raise ValueError("%s signs a roster that adds, re-keys or promotes %s" % ((signed.actor,) * 2))

    def check_pair_of_roles(self, entry, act, signers):
        """Acts whose two signers must be of two kinds."""
        rows = [one.row for one in signers]
        if None in rows or len(rows) != 2 or act not in ("case.uphold", "case.reject", "case.hold_off"):
            return
        case = self.cases.get(entry["case"])
        outside = {one.actor for one in signers} - (case.people() | case.approvers if case else set())

        def fits(officer, other):
            if "security" not in officer.roles:
                return False
            if act == "case.hold_off":
                return "auditor" in other.roles
            return other.person in outside and any(role not in NO_SLOT for role in other.roles)
        if not (fits(*rows) or fits(*reversed(rows))):
            raise ValueError("%s is signed by two people of the wrong roles, or who were on the case" % act)

    def judge_signature(self, entry, act, actor, digest, asrt):
        """Everything about one statement but the arithmetic, which waits."""
        statement = self.statements.get(digest)
        if statement is None:
            self.report.missing("entry %d" % self.seq, "its statement %s is not in the bundle" % digest, self.seq)
            return Signed(actor, digest)
        if statement.seq is not None:
            raise ValueError("names the statement of entry %d again" % statement.seq)
        statement.seq, fields = self.seq, statement.fields
        if fields["act"] != act or fields["actor"] != actor:
            raise ValueError("is not what was signed: act or actor differ in %s" % statement.path)
        for name in fields.keys() & entry.keys() - {"v", "act", "actor", "stmt", "nonce"}:
            if fields[name] != entry[name]:
                raise ValueError("is not what was signed: %s differs in %s" % (name, statement.path))
        if asrt != [sha256(statement.blob), sha256(statement.machine_blob)]:
            raise ValueError("names other signatures than those of %s" % statement.path)
        if not milliseconds(fields["iat"]) <= self.time <= milliseconds(fields["exp"]):
            raise ValueError("was recorded before or after the statement's time")
        return self.judge_statement(statement, act, actor)

    def judge_statement(self, statement, act, actor):
        """What entries and export.json have in common."""
        fields, size = statement.fields, statement.fields["head_size"]
        self.use_nonce(fields["nonce"], statement.path)
        if size > self.seq or self.root_at(size) != fields["head_root"]:
            raise ValueError("has a statement about another record (its head of size %d differs)" % size)
        if act != "station.init" and fields["genesis"] != self.genesis:
            raise ValueError("has a statement of another station (genesis)")
        if fields["log"] != self.origin:
            raise ValueError("has a statement of another log")
        number_ = (fields["policy_id"], fields["policy_version"])
        if fields["policy"] not in self.policies and number_[1] <= max((v for _, v in self.policies.values()), default=0):
            raise ValueError("has a statement of a policy whose version is not higher than those before")
        if self.policies.setdefault(fields["policy"], number_) != number_:
            raise ValueError("has a statement that calls the policy by another id or version")
        if self.roster is None:
            return Signed(actor, statement.digest, fields=fields)
        if fields["station"] != self.roster.station:
            raise ValueError("has a statement of another station")
        row = self.find_key(statement, act, actor)
        machine = self.find_machine(statement)
        return Signed(actor, statement.digest, row, machine.value["id"], fields)

    def find_key(self, statement, act, actor):
        """The row whose key signed, and the rules of a person's signature."""
        kind, application = read_key(statement.key)
        if application != APPLICATION[self.practice] or statement.namespace != NAMESPACE[self.practice] % act:
            raise ValueError("is signed for another application or namespace (%s)" % printable(statement.namespace))
        if statement.flags is None or statement.flags & 0xDD != 5:
            raise ValueError("is signed without user verification, or with flags that may not be set")
        row = self.roster.by_key.get(statement.key)
        if act == "roster.enrol":
            return self.find_new_key(statement, actor, row)
        if row is None or row.person != actor:
            raise ValueError("is signed with a key that is not %s's in the roster in force" % actor)
        if not row.valid_at(self.time):
            raise ValueError("is signed with a key of %s outside its time" % actor)
        if not row.may(act):
            raise ValueError("is signed by %s, whose roles do not permit %s" % (actor, act))
        if act != "station.init" and row.value["registration"] not in self.enrolled:
            raise ValueError("is signed with a key of %s that was never enrolled" % actor)
        self.check_counter(statement, actor)
        self.job("the signature of %s is not good" % actor, ssh_verifies, row.line(self.practice), actor,
                 statement.namespace, self.time, statement.armour, statement.data)
        return row

    def find_new_key(self, statement, actor, row):
        """roster.enrol is judged with the key in the registration it names."""
        data = self.object("registrations", "cbor", statement.fields["object"])
        if data is None:
            return row
        if self.new_key(data) != statement.key:
            raise ValueError("is not signed by the key in its registration")
        if row is not None and (row.person != actor or not row.valid_at(self.time)):
            raise ValueError("enrols a key of another person, or outside its time")
        self.check_counter(statement, actor)
        line = '%s namespaces="%s" %s %s\n' % (actor, statement.namespace, read_key(statement.key)[0],
                                              base64.b64encode(statement.key).decode())
        self.job("the signature of %s is not good" % actor, ssh_verifies, line, actor, statement.namespace, self.time,
                 statement.armour, statement.data)
        return row

    def new_key(self, data):
        return read_registration(data).ssh_key(APPLICATION[self.practice])

    def find_machine(self, statement):
        row = self.roster.by_key.get(statement.machine_key)
        if row is None or row.person:
            raise ValueError("is signed on a machine that is not in the roster in force")
        if not row.valid_at(self.time):
            raise ValueError("is signed on %s outside its time" % row.principal)
        if statement.machine_namespace != NAMESPACE[self.practice] % "machine":
            raise ValueError("has a machine's signature for another namespace")
        message = bytes.fromhex(statement.digest) + hashlib.sha256(statement.blob).digest()
        self.job("the signature of %s is not good" % row.principal, ssh_verifies, row.line(self.practice),
                 row.principal, statement.machine_namespace, self.time, statement.machine_armour, message)
        return row

    def check_counter(self, statement, actor):
        value = counter_of(statement.blob)
        last = self.counters.get(statement.key, -1)
        if (value or last > 0) and value <= last:
            self.report.note("entry %d: the sign counter of a key of %s does not rise (%d after %d)"
                             % (self.seq, actor, value, last))
        self.counters[statement.key] = max(value, last)

    # ..... keys of the roster, changes, sessions, pairs

    def judge_enrol(self, entry):
        digest, actor = entry["object"], entry["actor"]
        if digest in self.enrolled:
            raise ValueError("enrols a key again")
        self.enrolled[digest] = actor
        for roster in self.rosters.values():
            for row in roster.keys:
                if row.value["registration"] == digest and row.person != actor:
                    raise ValueError("enrols a key of %s for %s" % (row.person, actor))
        self.judge_judgement(entry, digest)
        data = self.object("registrations", "cbor", digest)
        if data is not None:
            self.judge_standing(read_registration(data))
            self.judge_registration(digest, read_registration(data), APPLICATION[self.practice], 0x5D)

    def judge_judgement(self, entry, digest):
        """What an entry says its registration was judged by: every part is
        there, and it is the list in force. fidotool judges by it again."""
        if "judgement" not in entry:
            if self.known_digest is not None:
                raise ValueError("does not say what it was judged by")
            return
        data = self.object("metadata", "json", entry["judgement"])
        if data is None:
            return
        place = "has a judgement that "
        try:
            value = read_line(data)
            check_fields(value, frozenset(("at", "options", "registration", "result", "v")), frozenset(JUDGEMENT_FORMS),
                         JUDGEMENT_FORMS)
        except ValueError as error:
            raise ValueError(place + str(error)) from None
        if value["registration"] != digest:
            raise ValueError(place + "is of another registration")
        if value.get("trust") != self.known_digest:
            raise ValueError(place + "was made by another list than the one in force")
        if not 0 <= self.time - milliseconds(value["at"]) <= 2 * MINUTE:
            raise ValueError(place + "is of another time than its entry")
        for name, suffix in JUDGED_BY:
            if name in value:
                self.object("metadata", suffix, value[name])

    def judge_standing(self, registration):
        """No key is taken of a model that the metadata in force said something
        bad of. The judge was asked at most two minutes before the entry."""
        if self.known is None or self.blind or "blob" not in self.known.value:
            return
        aaguid = registration.aaguid.hex()
        aaguid = "-".join((aaguid[:8], aaguid[8:12], aaguid[12:16], aaguid[16:20], aaguid[20:]))
        value = self.known.value
        data = self.files["data/metadata/%s.jwt" % value["blob"]]
        for entry in read_metadata(data, value["signer"], value["blob_no"])[3]:
            if entry.get("aaguid") == aaguid:
                found = bad_statuses(entry.get("statusReports", []), self.time - 2 * MINUTE, self.time)
                if found:
                    raise ValueError("is of a model that stood badly in the metadata (%s)" % ", ".join(found))

    def model_anchors(self, registration):
        """Those who vouch for its model beside the trusted roots, as PEM."""
        if self.known is None:
            return b""
        aaguid = registration.aaguid.hex()
        aaguid = "-".join((aaguid[:8], aaguid[8:12], aaguid[12:16], aaguid[16:20], aaguid[20:]))
        files = {digest: self.files["data/metadata/%s.%s" % (digest, suffix)] for suffix, digest in self.known.files()}
        return b"".join(map(pem, self.known.anchors(files, aaguid)))

    def judge_registration(self, digest, registration, rp_id, mask):
        """RP, flags, attestation and chain; signatures wait in `jobs`."""
        place = "registration %s " % digest
        try:
            if registration.rp_hash != hashlib.sha256(rp_id.encode()).digest():
                raise ValueError("is for another RP ID")
            if registration.flags & mask != 0x45 or registration.flags & 0x18 == 0x10:
                raise ValueError("was made without user verification, or is not bound to a device")
            if registration.cdj is not None and hashlib.sha256(registration.cdj).digest() != registration.cdh:
                raise ValueError("has client data of another hash")
            if mask == 0x45 and registration.format not in ("packed", "none"):
                self.report.missing("entry %d" % self.seq, "registration %s is attested in the format %s: use fidotool"
                                    % (digest, printable(str(registration.format)[:20])), self.seq)
                return
            algorithm, signature, chain, public = registration.read_packed()
        except ValueError as error:
            raise ValueError(place + str(error)) from None
        self.job(place + "is not signed by its attestation key", openssl_verifies, algorithm, public,
                 registration.auth + registration.cdh, signature)
        if self.trust.roots is not None and not self.blind:
            self.job(place + "does not lead to a trusted root", chain_verifies, chain,
                     self.trust.roots + b"\n" + self.model_anchors(registration), self.time)

    def judge_effect(self, entry, act):
        """A veto, or the moment at which a change takes effect."""
        change = self.changes.get(entry["target"])
        if change is None or change["object"] != entry["object"]:
            self.unknown("is about a change that was not signed so")
            return
        if change["done"]:
            raise ValueError("is about a change that is done or vetoed")
        change["done"] = act
        if act == "change.veto":
            return
        if change["act"] in ROSTER_CHANGES:
            self.change_roster(entry, change)
            return
        if change["act"] == "trust.load":
            self.change_trust(entry, change)
            return
        self.object("policy", "yaml", entry["object"])
        if change["act"] == "policy.load":
            self.change_policy(entry, change)
        elif entry["policy"] != self.policy:
            raise ValueError("names another policy than the one in force")
        else:
            self.base = entry["object"]
            if self.time - change["t"] < VETO_TIME:
                raise ValueError("puts a base in force less than 24 hours after it was signed")

    def change_policy(self, entry, change):
        """What a policy changes, both signed as numbers, of which 0 that become
        looser takes effect at once. That they are so, fidotool finds by reading
        the two policies; this program takes the signed word for it."""
        before, self.policy = self.policy, entry["object"]
        if entry["object"] in self.policies:
            raise ValueError("puts a policy in force that was so before")
        last = self.statements.get(entry["target"])
        if last is None:
            return
        if last.fields["policy"] != before:
            raise ValueError("puts a policy in force that was weighed against another than the one before it")
        if last.fields.get("base") != self.base:
            raise ValueError("puts a policy in force that was weighed against another base than the one in force")
        if last.fields.get("looser") != 0 and self.time - change["t"] < VETO_TIME:
            raise ValueError("puts a policy in force that loosens, less than 24 hours after it was signed")
        first = self.statements.get(last.fields["previous"][0])
        if first is not None and first.fields["policy"] != before:
            raise ValueError("puts a policy in force whose first signature was beside another")

    def change_roster(self, entry, change):
        if entry["policy"] != self.policy:
            raise ValueError("names another policy than the one in force")
        new, old = self.roster_file(entry["object"]), self.roster
        self.roster = new
        if new is None or old is None:
            return
        if new.station != old.station:
            raise ValueError("puts a roster of another station in force")
        if not new.only_tightens(old) and self.time - change["t"] < VETO_TIME:
            raise ValueError("puts a roster in force that loosens, less than 24 hours after it was signed")

    def trust_list(self, digest):
        data = self.object("metadata", "json", digest)
        return None if data is None else TrustList(data)

    def change_trust(self, entry, change):
        """Another list of what keys are judged by, with all its files."""
        if entry["policy"] != self.policy:
            raise ValueError("names another policy than the one in force")
        new, old, blind = self.trust_list(entry["object"]), self.known, self.blind
        self.known, self.known_digest, self.blind = new, entry["object"], new is None
        if new is None:
            return
        for suffix, digest in new.files():
            self.blind |= self.object("metadata", suffix, digest) is None
        if "blob" in new.value:
            self.judge_metadata(new.value)
        if not blind and not new.only_tightens(old) and self.time - change["t"] < VETO_TIME:
            raise ValueError("puts a list in force that loosens, less than 24 hours after it was signed")

    def judge_metadata(self, value):
        before = self.numbers.get(value["signer"], (-1, None))
        if value["blob_no"] < before[0] or (value["blob_no"] == before[0] and value["blob"] != before[1]):
            raise ValueError("puts metadata in force that are older than those before")
        self.numbers[value["signer"]] = (value["blob_no"], value["blob"])
        if self.blind:
            return
        place = "metadata %s " % value["blob"]
        roots = b"".join(pem(self.files["data/metadata/%s.der" % one]) for one in value["roots"])
        try:
            algorithm, signed, signature, _, chain = read_metadata(
                self.files["data/metadata/%s.jwt" % value["blob"]], value["signer"], value["blob_no"])
            public = read_certificate(chain[0])[0]
        except ValueError as error:
            raise ValueError(place + str(error)) from None
        self.job(place + "are not signed by their signer", openssl_verifies, algorithm, public, signed, signature)
        self.job(place + "do not lead to a root that was signed for", chain_verifies, chain, roots,
                 milliseconds(value["blob_at"]))

    def judge_session(self, entry, act):
        """A step without a signature: its actor's role session is alive."""
        if self.roster is None:
            return
        actor, case = entry["actor"], self.cases.get(entry.get("case"))
        roles = IN_SESSION[act] if case is None or case.tier == "standard" else ("verifier",)
        held = {role for row in self.roster.keys if row.person == actor and row.valid_at(self.time)
                for role in row.roles}
        if not any(self.time - self.sessions.get((actor, role), -DAY) <= SESSION_LIFE for role in held.intersection(roles)):
            raise ValueError("%s has no active role that permits %s" % (actor, act))

    def judge_pair(self, entry, act):
        """An intent comes before its outcome, which repeats its fields."""
        stem, _, which = act.rpartition(".")
        key = (stem,) + tuple(sorted((name, entry[name]) for name in ("case", "cred", "rp", "notice", "address")
                                     if name in entry))
        if "case" in entry and entry["case"] not in self.cases:
            self.unknown("is about a case that was never opened")
            return
        waiting = self.intents.setdefault(key, [])
        if which == "intent":
            waiting.append(self.seq)
            return
        if not waiting:
            self.unknown("is an outcome without an intent")
            return
        waiting.pop(0)
        if stem == "key.revoke" and entry["out"] == "ok":
            self.revoked[entry["cred"]] = self.seq
        if stem == "key.enrol" and "case" in entry:
            case = self.cases[entry["case"]]
            if entry["cred"] not in case.made + [case.bound] or case.issued is None:
                raise ValueError("enrols a key that the case did not issue")

    # ..... cases

    def judge_case(self, entry, act, signers):
        fields = signers[-1].fields if signers else None
        if "state" not in entry:
            if entry["case"] not in self.cases:
                self.unknown("is about a case that was never opened")
            return
        if act in ("case.open", "bg.open"):
            if entry["case"] in self.cases:
                raise ValueError("opens a case again")
            self.cases[entry["case"]] = Case(entry)
        case = self.cases.get(entry["case"])
        if case is None:
            self.unknown("is about a case that was never opened")
            return
        if entry["sub"] != case.sub or entry.get("op", case.op) != case.op or entry.get("tier", case.tier) != case.tier:
            raise ValueError("changes the subject, op or tier of the case")
        if act.startswith("bg.") and "weaker" not in entry:
            raise ValueError("is break-glass and not marked weaker")
        if act == "bg.review" and entry["actor"] == case.opener:
            raise ValueError("is reviewed by the person who used it")
        if act in ("case.withdraw", "case.contest"):
            fields = self.judge_subject(entry, act, case)
        before = case.state
        case.step(entry, act)
        if fields is not None:
            self.check_digest(case, act, fields)
        if entry["act"] == act:
            handler = getattr(self, "case_" + act.partition(".")[2], None) if act.startswith("case.") else None
            if handler:
                handler(entry, case, signers[-1] if signers else None, before)

    def check_digest(self, case, act, fields):
        """The frozen case: its digest is in every statement after the freeze."""
        if fields["op"] != case.op or fields["sub"] != case.sub:
            raise ValueError("has a statement about another subject or op")
        if act == "case.submit":
            if "case_digest" not in fields:
                raise ValueError("has a statement without the digest of the case")
            return
        if fields.get("case_digest") != case.digest:
            raise ValueError("has a statement about another version of the case")

    def judge_subject(self, entry, act, case):
        """Contest and withdrawal: by code, by an active key, or signed."""
        method = entry["method"]
        need = {"code": set(), "key": {"assertion"}, "signed": {"actor", "stmt", "asrt"}}.get(method)
        if need is None or (method == "signed" and act == "case.contest"):
            raise ValueError("has a method that there is not")
        if need != entry.keys() & {"assertion", "actor", "stmt", "asrt"}:
            raise ValueError("has not the fields of its method")
        if method == "signed":
            signed = self.judge_signature(entry, act, entry["actor"], entry["stmt"], entry["asrt"])
            return signed.fields
        if method == "key":
            data = self.object("assertions", "cbor", entry["assertion"])
            if data is not None:
                assertion = read_assertion(data)
                known = self.keys_of_cases.get(sha256(assertion["cred"]))
                if known is None or known[0] != case.sub:
                    raise ValueError("is answered by a key that this record does not know as the subject's")
                self.judge_assertion(entry["assertion"], assertion, known[1])
        return None

    def judge_assertion(self, digest, assertion, registration):
        auth, place = assertion["authData"], "assertion %s " % digest
        if auth[:32] != hashlib.sha256(self.rp_id.encode()).digest() or assertion["cred"] != registration.cred_id:
            raise ValueError(place + "is of another RP ID or credential")
        if auth[32] & 5 != 5 or auth[32] & 0x18 == 0x10 or (auth[32] ^ registration.flags) & 8:
            raise ValueError(place + "was made without user verification")
        self.job(place + "is not signed by the new key", openssl_verifies, registration.algorithm,
                 registration.public, auth + assertion["cdh"], assertion["sig"])

    def judge_new_key(self, entry, case):
        """The registration and test assertion of the subject's new key."""
        self.use_nonce(entry["nonce"], "entry %d" % self.seq)
        if self.rp_id in APPLICATION:
            raise ValueError("makes a key for the RP ID of approvals")
        reg = self.object("registrations", "cbor", entry["registration"])
        test = self.object("assertions", "cbor", entry["assertion"])
        if reg is None or test is None:
            return
        reg, test = read_registration(reg), read_assertion(test)
        aaguid = reg.aaguid.hex()
        aaguid = "-".join((aaguid[:8], aaguid[8:12], aaguid[12:16], aaguid[16:20], aaguid[20:]))
        if reg.cred != entry["cred"] or aaguid != entry["aaguid"]:
            raise ValueError("names another credential or AAGUID than its registration has")
        self.judge_judgement(entry, entry["registration"])
        self.judge_standing(reg)
        self.judge_registration(entry["registration"], reg, self.rp_id, 0x45)
        self.judge_assertion(entry["assertion"], test, reg)
        self.keys_of_cases[entry["cred"]] = (case.sub, reg)
        if case.digest is None:
            return  # the submit's statement is not in the bundle
        for word, raw, cdh, kind in (("made", reg.cdj, reg.cdh, "create"), ("test", test.get("cdj"), test["cdh"], "get")):
            challenge = hashlib.sha256(b"keyturn-%s@v1\0" % word.encode() + bytes.fromhex(case.digest)
                                       + bytes.fromhex(entry["nonce"])).digest()
            try:
                check_client_data(raw, cdh, "webauthn." + kind, challenge, self.web_origin)
            except ValueError as error:
                raise ValueError("the new key's %s %s" % ("registration" if word == "made" else "test", error)) from None

    def case_suspend_keys(self, entry, case, signed, before):
        if entry["cred"] not in case.creds or entry["cred"] in case.suspended:
            raise ValueError("suspends a key that was not reported, or again")
        case.suspended.add(entry["cred"])

    def case_start_proofing(self, entry, case, signed, before):
        if case.suspended != set(case.creds):
            raise ValueError("comes before all reported keys were suspended")
        self.proof_step(entry, case)

    def proof_step(self, entry, case):
        case.proofers.add(entry["actor"])
        if case.tier != "standard" and entry["actor"] == case.opener:
            raise ValueError("is done by the person who opened the case")

    def case_add_evidence(self, entry, case, signed, before):
        self.proof_step(entry, case)

    def case_submit(self, entry, case, signed, before):
        self.proof_step(entry, case)
        slots = entry["slots"]
        if len(set(slots)) != len(slots) or any(slot in NO_SLOT for slot in slots):
            raise ValueError("names slots that are none, or one twice")
        if signed.row and case.tier != "standard" and "verifier" not in signed.row.roles:
            raise ValueError("is submitted by somebody who is no verifier")
        case.submit, case.submit_seq, case.submitted = entry["stmt"], self.seq, True
        case.slots, case.evidence = slots, entry["evidence"]
        case.digest = signed.fields["case_digest"] if signed.fields else None

    def case_amend(self, entry, case, signed, before):
        self.proof_step(entry, case)
        if entry["target"] != case.submit:
            raise ValueError("voids another submit than the last")
        case.submit = case.digest = None
        case.made, case.approvals = [], []

    def case_made(self, entry, case, signed, before):
        if case.approvals or len(case.made) == 2 or entry["cred"] in self.keys_of_cases:
            raise ValueError("comes after an approval, or makes a key again")
        case.made.append(entry["cred"])
        if "weaker" in entry:
            self.restricted.add(entry["cred"])
        self.judge_new_key(entry, case)

    def case_approve(self, entry, case, signed, before):
        slot, person, row, fields = entry["slot"], entry["actor"], signed.row, signed.fields
        others = case.approvals
        if slot not in case.slots or slot in [one.slot for one in others]:
            raise ValueError("fills a slot that is not open")
        if person in case.people():
            raise ValueError("is an approval by %s, who opened or proofed the case" % person)
        if person in [one.person for one in others]:
            raise ValueError("is a second approval by one person")
        if row:
            if row.sub == case.sub:
                raise ValueError("is an approval by the subject of the case")
            if slot not in row.roles:
                raise ValueError("fills the slot %s without that role" % slot)
            # Two people never have one key or credential: check_versions.
            if row.team in [one.row.team for one in others if one.row]:
                raise ValueError("is a second approval from the team %s" % row.team)
        if fields:
            if fields["previous"] != [one.digest for one in others]:
                raise ValueError("has a statement whose previous is not exact")
            if fields["head_size"] <= case.submit_seq:
                raise ValueError("has a statement that is older than the submit")
            if fields["evidence"] != case.evidence:
                raise ValueError("has a statement about other evidence")
            if fields["newkey"] != (case.newkey() or "next-at-station"):
                raise ValueError("approves another key than the one that was made")
        case.approvals.append(Approval(slot, person, row, signed.machine, fields, signed.digest))
        case.approvers.add(person)

    def case_refuse(self, entry, case, signed, before):
        if entry["target"] != case.submit:
            raise ValueError("refuses another submit than the last")
        if (before == "routine_check") == ("slot" in entry):
            raise ValueError("has a slot in the routine check, or none before it")
        need = entry.get("slot", "security")
        if "slot" in entry and need not in case.slots:
            raise ValueError("refuses for a slot that is none")
        if signed.row and need not in signed.row.roles:
            raise ValueError("is refused by somebody without the role %s" % need)
        if "slot" not in entry:
            self.outside(entry, case, signed)

    def outside(self, entry, case, signed):
        if signed.row and signed.row.sub == case.sub:
            raise ValueError("is signed by the subject of the case")
        if entry["actor"] in case.people() | case.approvers:
            raise ValueError("is signed by %s, who was on the case" % entry["actor"])

    def case_quorum(self, entry, case, signed, before):
        """The table of an approved case; persons, keys, teams and statements
        were compared at each approval."""
        approvals = case.approvals
        if sorted(one.slot for one in approvals) != sorted(case.slots) or len(approvals) < 2:
            raise ValueError("comes before every slot is filled")
        case.quorum, case.not_before = self.seq, milliseconds(entry["not_before"])
        for one in approvals:
            self.in_force[one.digest] = "data/approvals/%s/%s.json" % (case.id, one.slot)
        if any(one.statement is None or one.machine is None for one in approvals):
            return  # incomplete, and said so
        if all(one.statement["contact"] == "none" for one in approvals):
            raise ValueError("rests on approvals without any contact with the subject")
        here = all(one.machine == one.statement["station"] for one in approvals)
        late = approvals[0].statement["newkey"] == "next-at-station"
        if (here or late) and "weaker" not in entry:
            raise ValueError("is not marked weaker, though %s" % (
                "all approvals were signed on the station" if here else "the key was not made before"))

    def case_check(self, entry, case, signed, before):
        case.checker = entry["actor"]
        self.outside(entry, case, signed)

    def case_elapsed(self, entry, case, signed, before):
        if self.time < case.not_before:
            raise ValueError("ends the wait before its time")

    def release(self, entry, case, signed):
        who = entry["actor"]
        if who in case.approvers | case.proofers or (case.tier == "privileged" and who == case.opener):
            raise ValueError("is released by %s, who was on the case" % who)
        if who == case.checker:
            raise ValueError("is released by %s, who passed its routine check" % who)
        if signed.fields and signed.fields["newkey"] != (case.newkey() or "next-at-station"):
            raise ValueError("releases another key than the approved one")

    def case_activate(self, entry, case, signed, before):
        self.release(entry, case, signed)
        if not case.made or entry["cred"] != case.made[0]:
            raise ValueError("issues another key than the one that was made and approved")
        self.judge_marked(entry)
        case.issued = self.time

    def judge_marked(self, entry):
        """What was made as a weaker path is issued as one."""
        if entry["cred"] in self.restricted and "weaker" not in entry:
            raise ValueError("is not marked weaker, though the key was made so")

    def case_start_binding(self, entry, case, signed, before):
        self.release(entry, case, signed)

    def case_bound(self, entry, case, signed, before):
        own = entry.keys() & {"registration", "assertion", "nonce"}
        if case.made:
            if own or "judgement" in entry or entry["cred"] != case.made[0]:
                raise ValueError("issues another key than the one that was made and approved")
            self.judge_marked(entry)
        elif len(own) != 3 or entry["cred"] in self.keys_of_cases:
            raise ValueError("binds a key without its registration and test, or again")
        else:
            self.judge_new_key(entry, case)
        case.bound, case.issued = entry["cred"], self.time

    def case_contest(self, entry, case, signed, before):
        if before == "issued" and self.time - case.issued > CONTEST_TIME:
            raise ValueError("contests a case more than 7 days after its issue")

    def case_reject(self, entry, case, signed, before):
        case.rejected = True

    def case_close(self, entry, case, signed, before):
        if case.op in ("recover", "replace") and any(self.revoked.get(cred, -1) < case.opened for cred in case.creds):
            raise ValueError("completes a case whose lost key was not revoked")


# ---------------------------------------------------------- the whole bundle

class Report:
    """What was found. The verdict is the worst of it."""

    def __init__(self, fast=False):
        self.findings, self.notes, self.fast, self.known = [], [], fast, set()

    def tampered(self, place, text, order=-1):
        self.findings.append((1, order, place, text))
        if self.fast:
            raise Tampered(place, text)

    def missing(self, place, text, order=-1):
        finding = (2, order, place, text)
        if finding not in self.known:
            self.known.add(finding)
            self.findings.append(finding)

    def note(self, text):
        self.notes.append(text)


def check_layout(files, problems):
    for place, text in problems:
        raise Tampered(place, text)
    for path in sorted(files):
        if not LAYOUT.fullmatch(path):
            raise Tampered(path, "is no file of a bundle")
    for path in REQUIRED:
        if path not in files:
            raise Tampered(path, "is not there")
    if files["bagit.txt"] != BAGIT:
        raise Tampered("bagit.txt", "is not as it must be")


def check_manifest(files):
    """The manifest is made again from the files, and compared."""
    right = ["%s  %s" % (sha256(files[path]), path) for path in sorted(files) if path.startswith("data/")]
    found = files["manifest-sha256.txt"]
    if "".join(line + "\n" for line in right).encode() == found:
        return
    lines = found.decode("utf-8", "backslashreplace").split("\n")
    for line in right:
        if line not in lines:
            raise Tampered(line[66:], "is not as the manifest says")
    raise Tampered("manifest-sha256.txt", "names files that are not there, or is not in its one form")


def check_names(files):
    for path, data in files.items():
        match = re.fullmatch(r"data/(statements|cosign|roster|registrations|assertions|policy|metadata|exceptions)/([0-9a-f]{64})\.[a-z]+",
                             path)
        if match and sha256(data) != match[2]:
            raise Tampered(path, "is not named by its SHA-256")


def check_checkpoint(files, trust):
    """data/checkpoint under data/station.vkey, and that under the trusted one:
    (origin, size, root), and the job of its signature."""
    try:
        place = "data/station.vkey"
        _, public = read_vkey(files[place])
        if trust.vkey not in (None, files[place]):
            raise ValueError("is not the key of the trusted station")
        place = "data/checkpoint"
        origin, size, root, signed, signatures = read_checkpoint(files[place])
        wanted = key_id(origin, b"\1" + public)
        own = [value for name, value in signatures if name == origin and value[:4] == wanted]
        if len(own) != 1 or len(own[0]) != 68:
            raise ValueError("is not signed by the station")
    except ValueError as error:
        raise Tampered(place, str(error)) from None
    job = (-1, place, "the signature of the station is not good", openssl_verifies,
           (-8, ED25519 + public, signed, own[0][4:]))
    return origin, size, root, job


def check_export(files, checkpoint):
    """export.json names the manifest and the head of the checkpoint."""
    place = "export.json"
    try:
        fields = read_statement(files[place])
        if fields["act"] != "export.made":
            raise ValueError("is no statement of export.made")
        if fields["object"] != sha256(files["manifest-sha256.txt"]):
            raise ValueError("is signed for another manifest: a file was changed, added or removed")
        if (fields["log"], fields["head_size"], fields["head_root"]) != checkpoint:
            raise ValueError("has another head than data/checkpoint")
    except ValueError as error:
        raise Tampered(place, str(error)) from None


def read_statements(files, report):
    """All signed statements of the bundle by digest; export.json apart."""
    statements = {}
    for path in sorted(files):
        stem = re.sub(r"(\.machine)?\.sig\Z", "", path)
        if not stem.startswith(("data/approvals/", "data/statements/", "data/cosign/")):
            continue
        lacking = [stem + suffix for suffix in ("", ".sig", ".machine.sig") if stem + suffix not in files]
        for one in lacking:
            report.missing(one, "is not there, though files beside it are")
        if path == stem and not lacking:
            statement = Statement(path, files)
            if statements.setdefault(statement.digest, statement) is not statement:
                raise Tampered(path, "is in the bundle twice")
    return statements


def read_rosters(files, log):
    """Every version, and whether this is practice: never both."""
    for path, data in sorted(files.items()):
        if path.startswith("data/roster/"):
            try:
                log.rosters[path[12:-5]] = read_roster(data)
            except ValueError as error:
                raise Tampered(path, str(error)) from None
            for row in log.rosters[path[12:-5]].keys:
                if row.application not in APPLICATION:
                    raise Tampered(path, "has a key for %s" % printable(row.application))
                if log.practice is None:
                    log.practice = APPLICATION.index(row.application)
                if row.application != APPLICATION[log.practice]:
                    raise Tampered(path, "has a key for %s: practice and real are mixed" % row.application)
    check_versions(log.rosters)


def check_roster_keys(files, log, report):
    """Each row's registration has its key; allowed_signers is made again."""
    for roster in log.rosters.values():
        for row in roster.keys:
            path = "data/registrations/%s.cbor" % row.value["registration"]
            log.named["registrations"].add(row.value["registration"])
            if path not in files:
                report.missing(path, "is named by the roster and not there")
                continue
            try:
                registration = read_registration(files[path])
                if registration.cred != row.cred or registration.ssh_key(row.application) != row.key:
                    raise ValueError("has another key or credential than the roster's row of %s" % row.person)
                if registration.rp_hash != hashlib.sha256(row.application.encode()).digest():
                    raise ValueError("is for another RP ID")
                if registration.flags & 0x5D != 0x45:
                    raise ValueError("was made without user verification, or is not bound to a device")
            except ValueError as error:
                raise Tampered(path, str(error)) from None
    lines = {row.line(log.practice) for roster in log.rosters.values() for row in roster.keys + roster.machines}
    whole = not any(code == 2 and place.startswith("data/roster/") for code, _, place, _ in report.findings)
    if whole and "".join(sorted(lines)).encode() != files["data/roster.allowed_signers"]:
        raise Tampered("data/roster.allowed_signers", "is not what the rosters give")


def walk_entries(files, log, report):
    """All entries; the first bad one ends the walk."""
    data = files["data/entries.jsonl"]
    try:
        for line in io.BytesIO(data):
            if not line.endswith(b"\n"):
                log.seq += 1
                raise ValueError("does not end with a newline")
            log.entry(line[:-1])
    except ValueError as error:
        report.tampered("entry %d" % log.seq, str(error), log.seq)
        return False
    return True


def check_whole(files, log, report, anchors, checkpoint):
    """What can be said only after the last entry."""
    origin, size, root = checkpoint
    count = len(log.snapshots)
    if origin != log.origin or size != count or root != log.root_at(size):
        raise Tampered("data/checkpoint", "is about another record: it has size %d and the bundle %d entries, or "
                       "another root" % (size, count))
    for size, root in anchors:
        if size > count:
            report.missing("anchor %d:%s" % (size, root), "is beyond the end of the bundle")
        elif log.root_at(size) != root:
            raise Tampered("anchor %d:%s" % (size, root), "is not the root of the first %d entries" % size)
    for waiting in log.intents.values():
        for seq in waiting:
            report.tampered("entry %d" % seq, "is an intent without an outcome", seq)
    if log.first_enrol is not None and not log.first_enrol <= log.enrolled.keys():
        raise Tampered("entry %d" % count, "keys of the first roster were never enrolled")
    for statement in log.statements.values():
        place = log.in_force.get(statement.digest)
        if place is None:
            folder = "cosign" if statement.fields["act"] == "checkpoint.cosign" else "statements"
            place = "data/%s/%s.json" % (folder, statement.digest)
        if statement.seq is None:
            raise Tampered(statement.path, "is named by no entry")
        if statement.path != place:
            raise Tampered(statement.path, "belongs in %s" % place)
    for path in sorted(files):
        parts = path.split("/")
        if parts[0] == "data" and parts[1] in log.named and parts[2].partition(".")[0] not in log.named[parts[1]]:
            raise Tampered(path, "is named by no entry")
    for machine in sorted(log.witnesses):
        report.missing("witness %s" % machine, "its head is not in the bundle")
    for (kind, name), is_off in sorted(log.off.items()):
        if is_off:
            report.note("the %s %s was switched off and not on again" % (kind, name))


def judge_export(files, log, last):
    """The exporter's signature, with the roster in force after the last entry."""
    statement = Statement("export.json", files)
    fields = statement.fields
    log.seq += 1
    log.time = milliseconds(fields["iat"])
    try:
        if log.time < last:
            raise ValueError("was signed before the last entry")
        if fields["policy"] != log.policy:
            raise ValueError("names another policy than the one in force")
        log.judge_statement(statement, "export.made", fields["actor"])
    except ValueError as error:
        raise Tampered("export.json", str(error)) from None
    log.jobs = [(-1, "export.json") + job[2:] if job[0] == log.seq else job for job in log.jobs]


def run_jobs(jobs, report):
    """Runs ssh-keygen and openssl, a few at a time."""
    scratch()  # made once, before there are threads
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        results = list(pool.map(lambda job: job[3](*job[4]), jobs))
    for (order, place, text, _, _), good in zip(jobs, results):
        if not good:
            report.tampered(place, text, order)


def check_bundle(files, problems, trust, anchors, report):
    """All steps, cheap ones first. Returns the log, as far as it came."""
    jobs, checkpoint, log, last = [], None, None, None

    def step(function, *arguments):
        try:
            return function(*arguments)
        except Tampered as error:
            report.tampered(error.place, error.text)
            return None

    check_layout(files, problems)
    step(check_manifest, files)
    found = step(check_checkpoint, files, trust)
    if found:
        checkpoint = found[:3]
        jobs.append(found[3])
        step(check_export, files, checkpoint)
    step(check_names, files)
    statements = read_statements(files, report)
    log = Log(report, files, trust, statements)
    read_rosters(files, log)
    complete = walk_entries(files, log, report)
    last = log.time
    if log.seq >= 0 and log.origin is not None:
        step(check_roster_keys, files, log, report)
    if complete and checkpoint:
        if log.origin is None:
            raise Tampered("data/entries.jsonl", "has no entry")
        step(check_whole, files, log, report, anchors, checkpoint)
        step(judge_export, files, log, last)
    run_jobs(jobs + log.jobs, report)
    return log


def judge(files, problems, trust_files, anchors=(), fast=False):
    """Judges a bundle held in memory: (code, report, practice, log)."""
    trust, report, log = Trust(trust_files), Report(fast), None
    try:
        log = check_bundle(files, problems, trust, anchors, report)
    except Tampered as error:
        if not any(code == 1 for code, _, _, _ in report.findings):
            report.findings.append((1, -1, error.place, error.text))
    except (Unusable, OSError, MemoryError):
        raise
    except Exception as error:  # content that is broken in a way that no rule above names
        report.findings.append((1, -1, "the bundle", "cannot be read: %r" % error))
    practice = trust.practice if trust.practice is not None else practice_of(files, log)
    if any(code == 1 for code, _, _, _ in report.findings):
        return 1, report, practice, log
    if report.findings:
        return 2, report, practice, log
    if trust.lacking:
        return 2, report, practice, log
    return 0, report, practice, log


def practice_of(files, log):
    if log is not None and log.practice is not None:
        return log.practice
    return int(any(b"keyturn-practice-" in data for path, data in files.items() if path.endswith("allowed_signers")))


def printable(text):
    return "".join(one if one.isprintable() else "\\x%02x" % ord(one) for one in text)


def verdict(code, report, practice, log, trust_files):
    """The lines that are printed: the verdict, then the details."""
    mark = "PRACTICE " if practice else ""
    worst = [one for one in report.findings if one[0] == code] if code else []
    # Files come first (order -1), then entries as they follow one another.
    worst.sort(key=lambda one: one[1])
    lacking = Trust(trust_files).lacking if code in (0, 2) else []
    if code == 0:
        head = "GOOD: %d entries of %s, %d signatures checked, nothing was changed" % (
            len(log.snapshots), log.origin, sum(job[3] is ssh_verifies for job in log.jobs))
    elif code == 1:
        head = "TAMPERED: %s: %s" % (worst[0][2], worst[0][3])
    elif worst:
        head = "INCOMPLETE: %s: %s" % (worst[0][2], worst[0][3])
    else:
        head = "NOT ANCHORED: consistent, not anchored: %s" % (
            "no trust folder was given" if not trust_files else "the trust folder lacks a part")
    lines = [mark + head]
    lines += ["%s: %s: %s" % ("tampered" if found == 1 else "incomplete", place, text)
              for found, _, place, text in sorted(report.findings, key=lambda one: one[:2])]
    lines += ["not anchored: trust/%s" % text for text in lacking]
    if log is not None and code != 1:
        done = sum(case.quorum is not None for case in log.cases.values())
        lines.append("cases: %d, approved by two people or more: %d, entries marked weaker: %d"
                     % (len(log.cases), done, log.weaker))
        if log.snapshots:
            lines.append("head of the record: %d:%s" % (len(log.snapshots), log.root_at(len(log.snapshots))))
    lines += ["note: " + text for text in report.notes]
    if practice:
        lines.append("note: this is a practice bundle; it proves nothing about a real station")
    return [printable(line) for line in lines]


def verify(bundle, trust=None, anchors=()):
    """Judges the bundle in a folder: (exit code, lines to print)."""
    try:
        files, problems = load_folder(bundle)
        trust_files = load_trust(trust)
        code, report, practice, log = judge(files, problems, trust_files, anchors)
    except Unusable as error:
        return 3, ["UNUSABLE: " + printable(str(error))]
    except (MemoryError, OSError) as error:
        return 3, ["UNUSABLE: " + printable(repr(error))]
    return code, verdict(code, report, practice, log, trust_files)


def read_anchor(text):
    match = re.fullmatch(r"(0|[1-9][0-9]{0,15}):([0-9a-f]{64})", text)
    if not match:
        raise argparse.ArgumentTypeError("SIZE:ROOT, a number and 64 hex digits")
    return int(match[1]), match[2]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(3, "verify.py: %s\n" % message)


def main():
    parser = Parser(prog="verify.py", description="Checks an evidence bundle of Keyturn.",
                    epilog="Exit code: 0 good, 1 tampered, 2 incomplete or not anchored, 3 usage or I/O.")
    parser.add_argument("bundle", metavar="BUNDLE", help="the folder of the bundle")
    parser.add_argument("--trust", metavar="DIR", help="the folder trust/ that `station init` wrote")
    parser.add_argument("--anchor", metavar="SIZE:ROOT", type=read_anchor, action="append", default=[],
                        help="a head of the record that was kept outside (repeatable)")
    parser.add_argument("--json", action="store_true", help="the answer as one JSON object")
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="backslashreplace")
    code, lines = verify(options.bundle, options.trust, tuple(options.anchor))
    if options.json:
        print(json.dumps({"code": code, "verdict": lines[0], "details": lines[1:]}))
    else:
        print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
