# SPDX-License-Identifier: Apache-2.0
"""The example's table, row by row, through fidotool: the outcome, what decided
it, and whether the path was weaker; in JSON and in words, one by one and as a
batch."""
import copy
import json
import os
import subprocess
import sys

FIDOTOOL = os.environ["FIDOTOOL"]
POLICY = os.path.join(os.environ["SOURCE_ROOT"], "tests/data/policy-example.yaml")
FIRST, SECOND = ["2026-11-14", "2026-11-28"]

SYNCED = {"method": "webauthn", "uv": True, "be": True, "bs": True, "attested": False}
BOUND = {"method": "webauthn", "uv": True, "be": False, "bs": False, "attested": False}
ATTESTED = {"method": "webauthn", "uv": True, "be": False, "bs": False, "attested": True, "cert": "L1", "fw": "5.7.1",
            "aaguid": "00000000-0000-4000-8000-000000000001", "mds_status": []}
OTP = {"method": "otp"}
STAFF = {"groups": ["staff"], "attributes": {"employment": "fixed"}}
CONTRACTOR = {"groups": ["staff"], "attributes": {"employment": "contract"}}
ADMIN = {"groups": ["staff", "domain-admins"], "attributes": {"employment": "fixed"}}
GUEST = {"groups": None, "attributes": None}


def request(person, journey, app, facts, **more):
    """At noon, authenticated 30 seconds ago, everything good."""
    day = more.pop("day", "2026-11-15")
    now = day + "T12:00:00Z"
    value = {
        "id": "1", "time": now, "journey": journey, "app": app, "person": dict({"id": "p-sam", "keys": []}, **person),
        "authenticator": dict(facts, at=more.pop("at", day + "T11:59:30Z")),
        "signals": {"device_managed": {"value": True, "at": day + "T11:00:00Z", "source": "mdm"}},
        "record": {"key_state": "active", "recovered_at": None},
        "uses": {"P4": 3}, "reviews": {"E1": FIRST if day < SECOND else SECOND}}
    value.update(more)
    return value


UNMANAGED = {"device_managed": {"value": False, "at": "2026-11-15T11:00:00Z", "source": "mdm"}}
ROWS = [
    (1, request(STAFF, "sign-in", "wiki", SYNCED), "allow", ["P1"], []),
    (2, request(STAFF, "sign-in", "wiki", SYNCED, signals=UNMANAGED), "step-up", ["R4"], []),
    (3, request(STAFF, "sign-in", "wiki", SYNCED, signals={}), "step-up", ["R4"], []),
    (4, request(CONTRACTOR, "sign-in", "wiki", SYNCED, signals=UNMANAGED), "allow", ["P1"], ["exception"]),
    (5, request(CONTRACTOR, "sign-in", "wiki", SYNCED, day="2026-12-01", signals={}), "step-up", ["R4"], []),
    (6, request(ADMIN, "admin", "wiki", SYNCED), "deny", ["P2"], []),
    (7, request(ADMIN, "admin", "wiki", ATTESTED, at="2026-11-15T11:40:00Z"), "step-up", ["R1"], []),
    (8, request(ADMIN, "admin", "wiki", ATTESTED), "allow", ["P2", "R1"], []),
    (9, request(STAFF, "sign-in", "legacy-vpn", OTP), "allow", ["P4"], ["fallback"]),
    (10, request(STAFF, "sign-in", "payroll", OTP), "deny", ["P1"], []),
    (11, request(STAFF, "step-up", "payroll", BOUND, transaction="data-export"), "need-approval", ["R3"], []),
    (12, request(STAFF, "step-up", "payroll", BOUND, transaction="data-export", approvals=[{"by": "p-una"}]), "allow",
     ["P3", "R2", "R3"], []),
    (13, request(STAFF, "step-up", "payroll", BOUND, transaction="data-export", approvals=[{"by": "p-una"}],
                 record={"key_state": "active", "recovered_at": "2026-11-15T09:00:00Z", "recovered_tier": "standard"}),
     "deny", ["F2"], []),
    (14, request(STAFF, "sign-in", "wiki", SYNCED, record={"key_state": "lost", "recovered_at": None}), "deny", ["F1"], []),
    (15, request(GUEST, "sign-in", "wiki", SYNCED), "deny", [], []),
    (16, request(ADMIN, "sign-in", "wiki", SYNCED), "step-up", ["R1"], []),
]
# What more of a row is in the answer.
MORE = {
    2: {"enough": [{"classes": ["attested-key"]}, {"signals": ["device_managed"]}]},
    4: {"waived": ["R4"], "waived_by": ["E1"], "next_review": "2026-11-28T00:00:00Z"},
    6: {"reason": "class", "accepted": ["attested-key"]},
    7: {"enough": [{"classes": ["attested-key"], "max_age_s": 900}]},
    10: {"reason": "class", "accepted": ["attested-key", "bound-key", "synced-passkey"]},
    11: {"enough": [{"approvals": 1, "classes": ["attested-key", "bound-key"], "max_age_s": 300}]},
    13: {"reason": "forbid", "why": ["recent recovery"], "enough": [{"signals": ["recovery_settled"]}]},
    14: {"reason": "forbid", "why": ["key is not active"], "enough": [{"signals": ["key_active"]}]},
    15: {"reason": "no-permit", "enough": []},
}
EXITS = {"allow": 0, "deny": 21, "step-up": 21, "need-approval": 22}
# One more row each: what is settled beside the table.
SETTLED = [
    # The review of the 14th was the last: due on the 28th, and gone with that instant.
    ("deny", request(STAFF, "sign-in", "wiki", SYNCED, day="2026-10-31"), {"reason": "error"}),
    ("step-up", request(CONTRACTOR, "sign-in", "wiki", SYNCED, day="2026-11-28", signals={}, reviews={"E1": FIRST}), {"waived": []}),
    ("allow", request(CONTRACTOR, "sign-in", "wiki", SYNCED, day="2026-11-27", signals={}, reviews={"E1": FIRST}), {"waived": ["R4"]}),
    ("allow", request(CONTRACTOR, "sign-in", "wiki", SYNCED), {"waived": [], "weaker": False}),
    ("deny", request(STAFF, "sign-in", "legacy-vpn", OTP, uses={}), {"reason": "no-permit"}),
    ("deny", request(STAFF, "sign-in", "legacy-vpn", OTP, uses={"P4": 60}), {"reason": "no-permit"}),
    ("allow", request(STAFF, "sign-in", "legacy-vpn", OTP, uses={"P4": 59}), {"weaker_reasons": ["fallback"]}),
    ("deny", request(STAFF, "sign-in", "legacy-vpn", BOUND), {"reason": "error"}),
    ("deny", request(STAFF, "step-up", "payroll", BOUND, transaction="payment"), {"reason": "no-permit"}),
    ("deny", request(STAFF, "step-up", "wiki", BOUND, transaction="payment"), {"reason": "error"}),
    ("need-approval", request(STAFF, "step-up", "payroll", BOUND, transaction="data-export", approvals=[{"by": "p-sam"}]), {}),
    ("deny", request(STAFF, "step-up", "payroll", BOUND, transaction="data-export", approvals=[{"by": "a"}, {"by": "a"}]),
     {"reason": "error"}),
    ("deny", request(STAFF, "sign-in", "wiki", SYNCED, record={"key_state": "active"}), {"reason": "error"}),
    ("step-up", request(ADMIN, "admin", "wiki", dict(ATTESTED), at="2026-11-15T11:44:59Z"), {"decided": ["R1"]}),
    ("allow", request(ADMIN, "admin", "wiki", dict(ATTESTED), at="2026-11-15T11:45:00Z"), {}),
    ("deny", request(ADMIN, "admin", "wiki", dict(ATTESTED), at="2026-11-15T12:00:01Z"), {"reason": "error"}),
    # Firmware number by number; without attestation a model is a claim.
    ("deny", request(ADMIN, "admin", "wiki", dict(ATTESTED, fw="5.6.9")), {"class": "bound-key"}),
    ("allow", request(ADMIN, "admin", "wiki", dict(ATTESTED, fw="5.10")), {"class": "attested-key"}),
    ("deny", request(ADMIN, "admin", "wiki", dict(ATTESTED, attested=False)), {"class": "bound-key"}),
    # A signal of tomorrow, of yesterday's yesterday, of another source, of another type.
    ("step-up", request(STAFF, "sign-in", "wiki", SYNCED, signals={"device_managed": {
        "value": True, "at": "2026-11-16T12:00:00Z", "source": "mdm"}}), {"decided": ["R4"]}),
    ("step-up", request(STAFF, "sign-in", "wiki", SYNCED, signals={"device_managed": {
        "value": True, "at": "2026-11-14T11:59:59Z", "source": "mdm"}}), {"decided": ["R4"]}),
    ("step-up", request(STAFF, "sign-in", "wiki", SYNCED, signals={"device_managed": {
        "value": True, "at": "2026-11-15T11:59:59Z", "source": "app"}}), {"decided": ["R4"]}),
    ("step-up", request(STAFF, "sign-in", "wiki", SYNCED, signals={"device_managed": {
        "value": "true", "at": "2026-11-15T11:59:59Z", "source": "mdm"}}), {"decided": ["R4"]}),
    # Past its review the policy is enforced, and says so.
    ("allow", request(STAFF, "sign-in", "wiki", SYNCED, day="2027-02-01"), {"stale_policy": True}),
    ("allow", request(dict(STAFF, keys=[{"state": "active", "facts": ATTESTED}]), "sign-in", "wiki", SYNCED),
     {"weaker_reasons": ["stronger-key-not-used"]}),
    ("allow", request(dict(STAFF, keys=[{"state": "lost", "facts": ATTESTED}]), "sign-in", "wiki", SYNCED), {"weaker": False}),
    ("allow", request(STAFF, "sign-in", "wiki", SYNCED, break_glass=True), {"weaker_reasons": ["break-glass"]}),
]
WORDS = {
    1: ["Allowed.", "Rule P1 permits it for synced-passkey."],
    2: ["Not enough yet.", "Rule R4 asks for attested-key or stronger, because device_managed is not known to be good.",
        "Enough would be: attested-key.", "or: device_managed known to be good."],
    4: ["Allowed.", "Rule R4 is waived by exception E1.", "A weaker path: an exception waived a requirement."],
    6: ["Denied.", "This is of class synced-passkey. Rule P2 accepts attested-key."],
    11: ["Not approved yet.", "approval by 1 other person."],
    13: ["Denied.", "Rule F2 forbids it: recent recovery, because recovery_settled is not known to be good."],
    15: ["Denied.", "Nothing permits sign-in at wiki to this person.", "Nothing would be enough here."],
}


def run(*arguments, text):
    return subprocess.run([FIDOTOOL, "policy", *arguments, "--policy", POLICY], input=text, capture_output=True, text=True,
                          check=False)


def check(good, *what):
    if not good:
        raise AssertionError(what)


def check_row(number, asked, outcome, decided, weaker):
    done = run("decide", "--json", text=json.dumps(asked))
    result = json.loads(done.stdout)["result"]
    check(done.returncode == EXITS[outcome], number, done)
    check(result["outcome"] == outcome, number, result)
    check(result["decided"] == decided, number, result)
    check(result["weaker_reasons"] == weaker and result["weaker"] == bool(weaker), number, result)
    check(result["assumed"] is True and result["stale_policy"] is False, number, result)
    for name, value in MORE.get(number, {}).items():
        check(result[name] == value, number, name, result)
    return result


def check_words():
    for number, lines in WORDS.items():
        asked, outcome = next((row[1], row[2]) for row in ROWS if row[0] == number)
        done = run("explain", text=json.dumps(asked))
        check(done.returncode == EXITS[outcome], number, done)
        for line in lines:
            check(line in done.stdout, number, line, done.stdout)
        told = json.loads(run("explain", "--json", text=json.dumps(asked)).stdout)["result"]
        check(told["text"] == done.stdout and told["outcome"] == outcome, number, told)


def check_settled():
    asked = []
    for number, (_, one, _) in enumerate(SETTLED):
        asked.append(copy.deepcopy(one))
        asked[-1]["id"] = str(number)
    done = run("decide", "--batch", text="\n".join(map(json.dumps, asked)) + "\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    check(done.returncode == 0 and len(answers) == len(SETTLED), done)
    for number, ((outcome, _, more), answer) in enumerate(zip(SETTLED, answers)):
        check(answer["id"] == str(number) and answer["outcome"] == outcome, number, answer)
        for name, value in more.items():
            check(answer[name] == value, number, name, answer)


def main():
    singles = [check_row(*row) for row in ROWS]
    done = run("decide", "--batch", text="\n".join(json.dumps(row[1]) for row in ROWS))
    check([json.loads(line) for line in done.stdout.splitlines()] == singles, done)
    check_words()
    check_settled()


if __name__ == "__main__":
    sys.exit(main())
