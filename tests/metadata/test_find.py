# SPDX-License-Identifier: Apache-2.0
"""fidotool metadata find: what a query finds, what it says where it is wrong, and
the list that goes into a policy."""
import os
import tempfile

import yaml

import blobs
from blobs import Service, Store, check, entry, payload


def certified(level, date="2025-01-01", **more):
    return dict({"status": "FIDO_CERTIFIED" + level, "effectiveDate": date}, **more)


ENTRIES = [
    entry(1, [certified("_L1")]),
    entry(2, [certified("_L2"), certified("_L1", "2025-06-01")]),
    entry(3, [certified("_L2plus"), {"status": "USER_VERIFICATION_BYPASS", "effectiveDate": "2025-07-01"}]),
    entry(4, [certified("")], attachmentHint=["external", "wired"], authenticatorGetInfo=None),
    entry(5, [{"status": "FIPS140_CERTIFIED_L2", "effectiveDate": "2025-01-01", "fipsRevision": 3, "fipsPhysicalSecurityLevel": 3}]),
    entry(6, [certified("_L3", sunsetDate="2026-02-28")], description="Model six \u00dcber", isKeyRestricted=False),
    entry(7, [], keyProtection=None, authenticatorGetInfo={"options": {"rk": "true"}, "versions": []}, attachmentHint=None),
]
ALL = [1, 2, 3, 4, 5, 6, 7]

FINDS = [
    ("certified >= L2", [2, 3]), ("certified>=L2 and not status any-bad", [2]), ("certified = none", [5, 6, 7]),
    ("certified = certified", [4]), ("certified != none", [1, 2, 3, 4]), ("certified < L1", [4, 5, 6, 7]), ("certified <= l1PLUS", [1, 4, 5, 6, 7]),
    ("certified > L2", [3]), ("fips >= L2", [5]), ("fips > L2", []), ("fips = none", [1, 2, 3, 4, 6, 7]),
    ("status any-bad", [3]), ("status user-verification-bypass", [3]), ("status FIDO_CERTIFIED_L2", [2]),
    ("transport nfc", [1, 2, 3, 5, 6]), ("transport usb", [1, 2, 3, 4, 5, 6]), ("not transport nfc", [4]), ("transport ble", []),
    # What an entry does not say is neither: model 7 says nothing of transports, 4 none of options.
    ("transport nfc or not transport nfc", [1, 2, 3, 4, 5, 6]), ("option rk", [1, 2, 3, 5, 6, 7]), ("not option rk", []), ("option uv", []),
    ("not option uv", [1, 2, 3, 5, 6, 7]), ("not option invented", [1, 2, 3, 5, 6, 7]),
    ("key-protection secure-element", [1, 2, 3, 4, 5, 6]), ("key_protection software or certified = none", [5, 6, 7]),
    ("not key-protection software", [1, 2, 3, 4, 5, 6]), ("user-verification passcode_external", ALL), ("version fido_2_1", [1, 2, 3, 5, 6]),
    ("firmware >= 328707", [1, 2, 3, 5, 6]), ("firmware > 328707", []), ("firmware < 1 or not firmware < 1", [1, 2, 3, 5, 6]),
    ("strength = 128", ALL), ("key-restricted", []), ("not key-restricted", [6]), ("protocol fido2", ALL), ("attestation basic_full", ALL),
    ('name "model"', ALL), ('name "\u00fcBER"', [6]), ("aaguid " + blobs.uuid(2), [2]), ("aaguid " + blobs.uuid(2).replace("-", "").upper(), [2]),
    ("certified = L1 or certified = L2 and status any-bad", [1]), ("(certified = L1 or certified = L2) and status any-bad", []),
    ("not certified = L1 and not status any-bad", [2, 4, 5, 6, 7]), ("not (certified = L1 or status any-bad)", [2, 4, 5, 6, 7]),
    ("NOT not certified = L1 AND transport NFC", [1]),
]

# Query, the place that is named, a word of what would be right.
WRONG = [
    ("", 1, "certified"), ("certified", 10, ">="), ("certified >=", 13, "L2plus"), ("certified >= L9", 14, "L1plus"), ("certified => L2", 12, "L1"),
    ("certified >= L2 und transport nfc", 17, "and, or"), ("certified >= L2 transport nfc", 17, "and, or"), ("certified >= L2 and", 20, "transport"),
    ("colour red", 1, "key-protection"), ("transport lan", 11, "nfc"), ("transport", 10, "nfc"), ("status BAD", 8, "REVOKED"), ("status", 7, "any-bad"),
    ("(transport nfc", 15, ")"), ("transport nfc)", 14, "and, or"), ("()", 2, "certified"), ("not", 4, "certified"), ("firmware > x", 12, "number"),
    ("firmware > -1", 12, "number"), ("firmware > 99999999999999999999", 12, "number"), ("firmware 5", 10, ">="), ("name model", 6, "quotes"),
    ('name "model', 6, "not closed"), ('name ""', 6, "quotes"), ("aaguid 12", 8, "UUID"), ("fips >= L5", 9, "L4"), ("option =", 8, "a word"),
    ("transport nfc; rm", 14, "and, or"), ('"transport" nfc', 1, "certified"), ("not " * 40 + "transport nfc", 129, "too deep"),
    ("(" * 40, 33, "too deep"), ("key-restricted = 1", 16, "and, or"),
]


def names(numbers):
    return ["Model six \u00dcber" if n == 6 else "Model %d" % n for n in numbers]


def queries_find(store):
    for query, numbers in FINDS:
        check(store.find(query) == names(numbers), "%s: %s" % (query, store.find(query)))


def what_was_true_then_is_asked_then(store):
    for at, query, numbers in (("2026-02-27", "certified = L3", [6]), ("2025-06-30", "status any-bad", []), ("2025-07-01", "status any-bad", [3]),
                               ("2024-12-31", "certified = none", ALL), ("2025-06-30T23:59:59Z", "status any-bad", [])):
        found = store.run("find", "--at", at, query)[1]["result"]["models"]
        check([m["name"] for m in found] == names(numbers), "%s at %s" % (query, at))
    check(store.run("find", "--at", "yesterday", "protocol fido2")[0] == 2, "a time that is none")


def errors_name_the_place(store):
    for query, place, right in WRONG:
        code, envelope = store.run("find", query) if query else blobs.run_json(["metadata", "find", " "], store.path)
        text = envelope.get("error", {}).get("text", "found")
        first = text.split("\n")[0]
        at = place if query else 2
        check(code == 2 and " at %d:" % at in first and right in first, "%r: %d, %s" % (query, code, first))
        lines = text.split("\n")
        check(len(lines) == 3 and lines[2].index("^") == at - 1 + 2, "%r: the mark stands elsewhere" % query)
    for what, query in (("no UTF-8", b"name \"\xff\""), ("too long", b"not " * 2000)):
        check(blobs.fidotool(["metadata", "find", query], store.path).returncode == 2, what)


def words_say_what_json_says(store):
    done = blobs.fidotool(["metadata", "find", "--at", blobs.AT, "status any-bad"], store.path)
    check(done.returncode == 0 and done.stdout.decode() == blobs.uuid(3) + "  Model 3 (certification L2plus; bad: USER_VERIFICATION_BYPASS)\n",
          "a line for a model: %s" % done.stdout)
    shown = blobs.fidotool(["metadata", "show", "--at", "2025-02-01", blobs.uuid(3)], store.path).stdout.decode()
    for line in ("name           Model 3", "then           certification L2plus", "now            certification L2plus; bad: USER_VERIFICATION_BYPASS",
                 "reports        2025-01-01 FIDO_CERTIFIED_L2plus"):
        check(line in shown.splitlines(), "show has no line %r:\n%s" % (line, shown))
    check(blobs.fidotool(["metadata", "show", "Model 3"], store.path).returncode == 2, "show wants an AAGUID")
    check(blobs.fidotool(["metadata", "show", blobs.uuid(99)], store.path).returncode == 17, "show of an unknown model")


def lists_go_into_a_policy(store, folder):
    path = os.path.join(folder, "list.yaml")
    code, envelope = store.run("find", "--at", blobs.AT, "--allow-list", path, "--list-id", "approved-2026", "certified >= L1 and not status any-bad")
    with open(path, encoding="utf-8") as file:
        lists = yaml.safe_load(file)["aaguid_lists"]
    check(code == 0 and lists == [{"id": "approved-2026", "entries": [
        {"aaguid": blobs.uuid(1), "note": "Model 1"}, {"aaguid": blobs.uuid(2), "note": "Model 2"}]}], "a list: %s" % lists)
    done = blobs.fidotool(["metadata", "find", "--allow-list", "-", "certified = L1"], store.path)
    check(yaml.safe_load(done.stdout)["aaguid_lists"][0]["id"] == "found", "on standard output")
    os.remove(path)
    check(store.run("find", "--allow-list", path, "fips = L4")[0] == 17 and not os.path.exists(path), "a list of none is not written")
    check(store.run("find", "--allow-list", path, "--list-id", "a b", "certified = L1")[0] == 2, "an id that is none")


def names_from_outside_write_no_yaml(service):
    """A description may be anything; it stays one quoted note, and one line."""
    evil = 'x"}\n      - {aaguid: "11111111-1111-4111-8111-111111111111"} # \u001b[2J'
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        store.take(service.blob(payload(entries=[entry(1, description=evil)])))
        done = blobs.fidotool(["metadata", "find", "--allow-list", "-", 'name "x" or protocol fido2'], store.path)
        entries = yaml.safe_load(done.stdout)["aaguid_lists"][0]["entries"]
        check([e["aaguid"] for e in entries] == [blobs.uuid(1)], "one entry: %s" % entries)
        for words in (["show", blobs.uuid(1)], ["find", "protocol fido2"]):
            out = blobs.fidotool(["metadata", *words], store.path).stdout
            check(b"\x1b" not in out, "%s prints a control character" % words[0])


def main():
    service = Service()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        code, envelope = store.take(service.blob(payload(entries=ENTRIES)))
        assert code == 0, envelope
        queries_find(store)
        what_was_true_then_is_asked_then(store)
        errors_name_the_place(store)
        words_say_what_json_says(store)
        lists_go_into_a_policy(store, folder)
    names_from_outside_write_no_yaml(service)
    blobs.finish()


main()
