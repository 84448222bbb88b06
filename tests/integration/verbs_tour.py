# SPDX-License-Identifier: Apache-2.0
"""Every verb of fidotool that concerns keys, once and in an order in which each
prepares the next: one table, taken on each transport by verbs_test.py,
verbs_nfc_test.py and the virtual machine's jobs."""
import dataclasses
import json
import re
import signal
import subprocess

import reports
from keys_lib import FIDOTOOL, LIMIT, b64url, wait_for

# It has a sensor, a store for blobs and settings: no other has all of them.
PROFILE = "whole-2.3"
FIRST, OTHER, SECRET, WRONG = "31415926", "16180339", "27182818", "00000000"
MODEL = "6b657974-7572-4e20-8000-77686f6c6532"
BLOB = b64url(b"room 12, second floor")
EXTENSIONS = {"credentialProtectionPolicy": "userVerificationRequired", "credBlob": b64url(b"room 12"),
              "largeBlob": {"support": "required"}, "hmacCreateSecret": True, "minPinLength": True}
END = "end"  # what a person does to a watch: Ctrl-C

# Groups of fidotool that open no key, or only as part of a case at a station.
OTHERS = ["verify", "metadata", "station", "machine", "roster", "role", "session", "case", "propose", "sign", "submit",
          "audit", "policy", "base", "exception", "report", "trust", "version"]
# Of the keys' own group, at a station alone: key_plan.py has them.
AT_A_STATION = ("key plan ",)


@dataclasses.dataclass
class Row:
    """A verb and what else is typed; {NAME} stands for what an earlier row has
    kept. Then the exit code, and one fact of the JSON: a path and its value."""
    verb: str
    words: list = ()
    fact: tuple = None
    code: int = 0
    pins: list = ()
    keep: dict = dataclasses.field(default_factory=dict)  # name: path
    acts: list = ()  # a word of an event, and what is done to the key then
    tap: bool = False  # wants somebody there: a card is put on the reader anew
    say: list = ()  # orders to the software key, before all else
    but: dict = dataclasses.field(default_factory=dict)  # transport: what is otherwise there


def refused(code, word):
    return {"code": code, "fact": ("error/code", word), "acts": ()}


CHANGED, UNCHANGED = ("changed", True), ("changed", False)
SURE = ["--yes", "--fingerprint", "{key}"]
# A name is bound to what tells one key from others, or to its place. A key of
# uhid has neither: no serial number, and no port.
NAMELESS = refused(15, "unsupported")
# Being on a reader is one touch, and learning a finger takes several: a card
# with a sensor is touched like any other key.
SENSOR = {"say": ["nfc touched on", "touch after 0"], "tap": True}

ROWS = [
    Row("key list", fact=("result/keys/0/selector", "{selector}")),
    Row("key watch", acts=[("{selector}", "unplug"), ('"removed"', "plug"), ('"arrived"', END)], fact=("key/selector", "{selector}")),
    Row("key info", fact=("result/info/aaguid", MODEL), keep={"key": "device/fingerprint"}),
    Row("key select", fact=("device/selector", "{selector}"), but={"card": refused(4, "ambiguous")}),
    Row("key wink", fact=("device/selector", "{selector}"), but={"card": refused(15, "unsupported")}),
    Row("doctor", fact=("result/good_keys", 1)),
    Row("advisory list", fact=("result/lists/0/name", "Keyturn")),
    Row("advisory check", code=25, fact=("result/reason", "model-not-listed")),

    Row("key name set", ["blue-7"], ("result/bound", "{bound}"), but={"uhid": NAMELESS}),
    Row("key name list", fact=("result/names/blue-7/bound", "{bound}"), but={"uhid": {"fact": ("result/names", {})}}),
    Row("key info", ["--device", "@blue-7"], ("device/name", "blue-7"), but={"uhid": refused(17, "not-found")}),
    Row("key name remove", ["blue-7"], CHANGED, but={"uhid": refused(17, "not-found")}),

    Row("key pin status", fact=("result/state", "not-set")),
    Row("key pin verify", code=11, fact=("error/code", "pin-state"), pins=[FIRST]),
    Row("key pin set", fact=CHANGED, pins=[FIRST]),
    Row("key pin status", fact=("result/state", "set")),
    Row("key pin verify", fact=("result/verified", True), pins=[FIRST]),
    Row("key pin verify", code=8, fact=("error/retries", 7), pins=[WRONG]),
    Row("key pin change", fact=CHANGED, pins=[FIRST, OTHER]),
    Row("key pin force-change", fact=CHANGED, pins=[OTHER]),
    Row("key config show", fact=("result/force_pin_change", True)),
    Row("key pin verify", code=11, fact=("error/code", "pin-state"), pins=[OTHER]),
    Row("key pin change", fact=CHANGED, pins=[OTHER, SECRET]),

    Row("key config show", fact=("result/always_uv", False)),
    Row("key config set always-uv", ["on"], ("result/always_uv", True), pins=[SECRET]),
    Row("key config set always-uv", ["on"], UNCHANGED),
    Row("key config set always-uv", ["off"], ("result/always_uv", False), pins=[SECRET]),
    Row("key config set min-pin-length", ["6", "--rp-id", "example.org"], ("result/min_pin_length", 6), pins=[SECRET]),
    Row("key config set enterprise-attestation", fact=("result/enterprise_attestation", True), pins=[SECRET]),

    Row("enrol", ["--options", "{creation}"], ("result/clientExtensionResults/largeBlob/supported", True), pins=[SECRET],
        keep={"cred": "result/id", "made": "result"}, tap=True),
    Row("enrol", ["--options", "{ssh}", "--origin", "https://example.org"], ("result/type", "public-key"), pins=[SECRET],
        keep={"made_ssh": "result"}, tap=True),
    Row("assert", ["--options", "{write}"], ("result/clientExtensionResults/largeBlob/written", True), pins=[SECRET], tap=True),
    Row("assert", ["--options", "{read}"], ("result/clientExtensionResults/largeBlob/blob", BLOB), pins=[SECRET], tap=True),
    Row("assert", ["--options", "{ask}"], ("result/clientExtensionResults/getCredBlob", EXTENSIONS["credBlob"]), pins=[SECRET], tap=True),
    Row("export ssh", ["{made_ssh}", "--application", "ssh:work", "--comment", "ada"], ("result/line", re.compile(r"sk-ecdsa-sha2-nistp256@openssh\.com \S+ ada"))),
    Row("export pam-u2f", ["{made}", "--user", "ada", "--rp-id", "example.org"], ("result/line", re.compile(r"ada:\S+,\S+,es256,\+presence"))),
    Row("export passkey-mapping", ["{made}", "--rp-id", "example.org"], ("result/line", re.compile(r"passkey:[^,]+,[^,]+"))),

    Row("key credential count", fact=("result/existing", 1), pins=[SECRET]),
    Row("key credential list", fact=("result/credentials/0/id", "{cred}"), pins=[SECRET]),
    Row("key credential show", ["{cred}"], ("result/credentials/0/protect", 3), pins=[SECRET]),
    Row("key credential rename", ["{cred}", "--name", "s.lee"], ("result/credential/user/name", "s.lee"), pins=[SECRET]),
    Row("key blob list", fact=("result/blobs/0/credential/user_name", "s.lee"), pins=[SECRET]),
    Row("key blob get", ["{cred}"], ("result/data", BLOB), pins=[SECRET]),
    Row("key info", fact=("result/pin/state", "set"), keep={"key": "device/fingerprint"}),
    Row("key credential delete", ["{cred}", *SURE], CHANGED, pins=[SECRET]),
    Row("key credential show", ["{cred}"], ("error/code", "not-found"), 17, pins=[SECRET]),
    Row("key blob get", ["{cred}"], ("error/code", "not-found"), 17, pins=[SECRET]),
    Row("key blob purge", SURE, ("result/blobs_lost", 1), pins=[SECRET]),
    Row("key blob list", fact=("result/blobs", []), pins=[SECRET]),

    Row("key fingerprint list", fact=("result/fingerprints", []), pins=[SECRET]),
    Row("key fingerprint add", ["--name", "thumb"], ("result/fingerprint/name", "thumb"), pins=[SECRET], but={"card": SENSOR}),
    Row("key fingerprint rename", ["thumb", "left thumb"], CHANGED, pins=[SECRET]),
    Row("key fingerprint list", fact=("result/fingerprints/0/name", "left thumb"), pins=[SECRET]),
    Row("key info", fact=("result/info/options/uv", True), keep={"key": "device/fingerprint"}),
    Row("key fingerprint delete", ["left thumb", *SURE], CHANGED, pins=[SECRET]),

    Row("key info", fact=("result/info/options/uv", False), keep={"key": "device/fingerprint"}),
    Row("key reset", SURE, CHANGED, acts=[("waiting_remove", "unplug"), ("waiting_insert", "plug")], but={"card": refused(15, "unsupported")}),
    Row("key pin status", fact=("result/state", "not-set"), but={"card": {"fact": ("result/state", "set")}}),
]


def verbs_of_help():
    """What fidotool itself says it can do, without what follows a verb."""
    done = subprocess.run([FIDOTOOL, "--help"], capture_output=True, text=True, check=True, timeout=LIMIT)
    for line in done.stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines():
        words = line.strip().split("  ")[0].split()
        yield " ".join(word for word in words if re.fullmatch(r"[a-z0-9-]+", word))


def missing():
    """Verbs without a row, and rows without a verb."""
    known = {verb for verb in verbs_of_help() if verb.split()[0] not in OTHERS and not verb.startswith(AT_A_STATION)}
    return known ^ {row.verb for row in ROWS}


def at(value, path):
    """What is there in the JSON; None where nothing is."""
    for name in path.split("/"):
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


class Tour:
    """One key on one transport: "socket", "card", "uhid" or "gadget". Its place
    runs fidotool; do(ORDER) plugs the key in or out, as a person would."""

    def __init__(self, place, transport, key, bound, do):
        self.place, self.transport, self.key, self.do = place, transport, key, do
        self.known = {"selector": key.selector, "bound": bound,
                      "creation": place.creation(extensions=EXTENSIONS, authenticatorSelection={
                          "residentKey": "required", "userVerification": "required"})}

    def type(self, text):
        return text.format(**self.known) if isinstance(text, str) else text

    def prepare(self, name):
        """Files that a row is given, made of what rows before it have kept."""
        place = self.place
        if name == "ssh":
            return place.creation(rp={"id": "ssh:work", "name": "ssh"})
        blob = {"write": {"largeBlob": {"write": BLOB}}, "read": {"largeBlob": {"read": True}}, "ask": {"getCredBlob": True}}
        return place.request(self.known["cred"], extensions=blob[name])

    def run(self, row):
        """Exit code and envelope, or the event at which a watch was ended."""
        for name in ("ssh", "write", "read", "ask"):
            if "{" + name + "}" in row.words:
                self.known[name] = self.prepare(name)
        for order in row.say:
            self.key.say(order)
        words = [*row.verb.split(), *map(self.type, row.words), "--json", *(["--events"] if row.acts else [])]
        if row.tap and self.transport == "card":
            self.do("unplug")
            self.do("plug")
        process = self.place.start(*words, pins=list(row.pins) or None)
        last = None
        for word, act in row.acts:
            seen = wait_for(process.stdout, self.type(word))
            if act == END:
                process.send_signal(signal.SIGINT)
                last = seen[-1]
            else:
                self.do(act)
        out, err = process.communicate(timeout=LIMIT)
        lines = [last] if last else out.decode().splitlines()
        assert lines, (words, process.returncode, err)
        return process.returncode, json.loads(lines[-1]), reports.check(err)

    def take(self, case, row):
        row = dataclasses.replace(row, **row.but.get(self.transport, {}))
        code, envelope, err = self.run(row)
        case.assertEqual(code, row.code, (envelope, err))
        path, value = row.fact
        if isinstance(value, re.Pattern):
            case.assertRegex(at(envelope, path), value, envelope)
        else:
            case.assertEqual(at(envelope, path), self.type(value), (envelope, err))
        for name, path in row.keep.items():
            value = at(envelope, path)
            case.assertIsNotNone(value, envelope)
            self.known[name] = value if isinstance(value, str) else self.place.write(name + ".json", value)

    def take_all(self, case):
        for number, row in enumerate(ROWS):
            with case.subTest(number=number, verb=row.verb, words=row.words):
                self.take(case, row)
