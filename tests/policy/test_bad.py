# SPDX-License-Identifier: Apache-2.0
"""Bad policies and bad requests, through fidotool: a clear error that names the
place, in little time and memory, and no decision but deny."""
import copy
import json
import os
import re
import resource
import subprocess
import sys
import tempfile

from test_example import ROWS, check

FIDOTOOL = os.environ["FIDOTOOL"]
EXAMPLE = os.path.join(os.environ["SOURCE_ROOT"], "tests/data/policy-example.yaml")
GOOD = ROWS[0][1]
# Sanitizers want more of both.
SLOW = os.environ.get("SANITIZED") == "1"
MOST_S, MOST_KIB = (60, 4 << 20) if SLOW else (10, 512 << 10)


def decide(policy, request, *more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([FIDOTOOL, "policy", "decide", "--policy", policy, *more], input=request, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    check(after.ru_utime - before.ru_utime < MOST_S and after.ru_maxrss < MOST_KIB, policy, after)
    return done


def denied(policy, request=None):
    """What is said of a policy that cannot decide."""
    done = decide(policy, json.dumps(request or GOOD).encode(), "--json")
    check(done.returncode == 21, done.returncode, done.stdout[:500], done.stderr[:500])
    result = json.loads(done.stdout)["result"]
    check(result["outcome"] == "deny" and result["reason"] == "error" and not result["decided"], result)
    return result["error"]


def example():
    with open(EXAMPLE, encoding="utf-8") as file:
        return file.read()


def documents():
    text = example()
    yield "a million lines", "# nothing\n" * 1_000_000 + text.replace("version: 7", "version: x"), r"line 1000004, .*version: expected a number"
    yield "a million rules without sense", "permits:\n" + "  - {id: [], nonsense: 1}\n" * 1_000_000, r"line 2, .*and \d+ more"
    yield "deeply nested", "policy: " + "[" * 100_000, r"line 1, column \d+: .*nested too deeply"
    yield "deeply nested mappings", "policy: " + "{a: " * 100_000, r"nested too deeply"
    yield "deeply nested where nothing is read", "unknown: " + "[" * 100_000, r"nested too deeply"
    yield "deeply indented", "".join(" " * i + "a:\n" for i in range(5000)), r"nested too deeply"
    bomb = "a: &a [x, x]\n" + "".join("%s: &%s [*%s, *%s]\n" % (b, b, a, a) for a, b in zip("abcdefgh", "bcdefghi"))
    yield "a bomb of aliases", bomb, r"line 1, column 4: L01: anchors are not allowed"
    yield "a merged mapping", text.replace("permits:", "x: {<<: *y}\npermits:"), r"aliases are not allowed|unknown field"
    yield "a tag", text.replace("version: 7", "version: !!int 7"), r"line 4, column 34: L01: tags are not allowed"
    yield "a tag of a program", text.replace("version: 7", "version: !!python/object/apply:os.system [id]"), r"tags are not allowed"
    yield "no UTF-8", text.encode().replace(b"iam-governance", b"iam\xff"), r"line 4, column 47: L01: not UTF-8"
    yield "half a character", text.encode() + b"\xe2\x82", r"line \d+, column 1: L01: not UTF-8"
    yield "a NUL", text.encode().replace(b"iam-governance", b"iam\0"), r"line 4, column 47: L01: a NUL byte"
    yield "UTF-16", text.encode("utf-16"), r"not UTF-8"
    yield "a character of control", text.replace("example model", "example\x07model"), r"line 9, column 86: L01: control characters"
    yield "nothing", "", r"a policy is a mapping"
    yield "zeros", "\0" * 1000, r"line 1"
    yield "a key of a thousand letters", "x" * 100_000 + ": 1\n", r"line 1"
    yield "two documents", text + "---\n" + text, r"a second document"
    yield "a name twice", text + "permits: []\n", r"permits is there twice in the document"
    yield "a role in a circle", text.replace("conflicts_with: [agent, helpdesk-lead]}", "conflicts_with: [nobody]}"), r"\"nobody\" is none of the roles"
    yield "an exception for a forbid", text.replace("waives: [R4]", "waives: [F1]"), r"L29: waives: \"F1\" is one of the forbids"
    yield "an exception for a permit", text.replace("waives: [R4]", "waives: [P1]"), r"L29"
    yield "an exception for nothing", text.replace("waives: [R4]", "waives: []"), r"waives: an empty list"
    yield "an exception without an end", text.replace(" until: 2026-12-01,", ""), r"L28: exceptions: until is missing"
    yield "an exception of a year", text.replace("until: 2026-12-01", "until: 2027-11-01"), r"L28"
    yield "an empty population", text.replace("rule: {groups: [staff]}", "rule: {}"), r"populations.rule: an empty mapping"
    yield "a time of no calendar", text.replace("until: 2026-12-01", "until: 2026-13-01"), r"until: expected a date"
    yield "a time with a fraction", text.replace("until: 2026-12-01", "until: 2026-12-01T00:00:00.5Z"), r"until: expected a date"
    yield "a number that is none", text.replace("rank: 60", "rank: 1e3"), r"rank: expected a number"
    yield "a number too large", text.replace("rank: 60", "rank: 99999999999999999999"), r"rank: expected a number"
    yield "null", text.replace("rank: 60", "rank: null"), r"rank: expected a number"


def check_documents(folder):
    path = os.path.join(folder, "policy.yaml")
    for name, text, wanted in documents():
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        error = denied(path)
        check(re.search(wanted, error, re.S), name, wanted, error[:500])
        check(len(error) < 20_000, name, len(error))


def check_missing_fields(folder):
    """One line less, one field less: an error, or nothing is looser than before."""
    path = os.path.join(folder, "policy.yaml")
    text = example()
    asked = [row[1] for row in ROWS]
    whole = outcomes(EXAMPLE, asked)
    refused = 0
    order = {"deny": 0, "step-up": 1, "need-approval": 1, "allow": 2}
    for field in sorted(set(re.findall(r"(?<=[{ ])([a-z_]+): (?:[\w./*-]+|\"[^\"]*\"|\[[^]{]*\])(?=[,}])", text))):
        less = re.sub(r"(?<=[{ ])%s: (?:[\w./*-]+|\"[^\"]*\"|\[[^]{]*\])(?:, *|(?=}))" % field, "", text)
        check(less != text, field)
        with open(path, "w", encoding="utf-8") as file:
            file.write(less)
        answers = outcomes(path, asked)
        if all(answer["reason"] == "error" for answer in answers):
            refused += 1
            continue
        # What may be left out: a selector of a requirement tightens, one of a
        # permit means everybody, and so that is what is written.
        if field in ("journey", "population", "app", "transaction", "unless_good", "min_class", "max_age_s", "approvals", "aaguid_list",
                     "min_cert", "attested", "uv", "be", "min_fw", "until", "mds_status_not"):
            continue
        for before, after in zip(whole, answers):
            check(order[after["outcome"]] <= order[before["outcome"]], field, before, after)
    check(refused > 20, refused)


def outcomes(policy, asked):
    done = decide(policy, "\n".join(map(json.dumps, asked)).encode(), "--batch")
    return [json.loads(line) for line in done.stdout.splitlines()]


def requests():
    def changed(path, value):
        asked = copy.deepcopy(GOOD)
        at = asked
        for name in path[:-1]:
            at = at[name]
        if value is requests:
            del at[path[-1]]
        else:
            at[path[-1]] = value
        return json.dumps(asked)

    yield "", "at byte 0"
    yield "{", "at byte 1"
    yield "[]", "request: expected an object, not a list"
    yield "null", "request: expected an object, not null"
    yield json.dumps(GOOD)[:-1], "at byte"
    yield json.dumps(GOOD) + "{}", "at byte"
    yield json.dumps(GOOD)[:-1] + ', "app": "wiki"}', "a member twice"
    yield "[" * 100_000, "at byte"
    yield '{"id": "\\ud800"}', "at byte"
    yield changed(["extra"], 1), "extra: unknown field"
    yield changed(["person", "extra"], 1), "person.extra: unknown field"
    yield changed(["authenticator", "extra"], 1), "authenticator.extra: unknown field"
    for name in ("id", "time", "journey", "app", "person", "authenticator"):
        yield changed([name], requests), name + ": is missing"
        yield changed([name], None), name + ": expected"
        yield changed([name], 5), name + ": expected"
    yield changed(["person", "id"], requests), "person.id: is missing"
    yield changed(["person", "groups"], requests), "person.groups: is not there"
    yield changed(["person", "groups"], "staff"), "person.groups: expected a list of groups, or null, not \"staff\""
    yield changed(["person", "groups"], [5]), "person.groups[0]: expected a text, not a number"
    yield changed(["person", "attributes"], {}), "person.attributes.employment: is not there"
    yield changed(["person", "keys"], [{"state": "new", "facts": {}}]), "person.keys[0].state: expected one of"
    yield changed(["authenticator", "uv"], "true"), "authenticator.uv: expected true or false, not \"true\""
    yield changed(["authenticator", "uv"], 1), "authenticator.uv: expected true or false, not a number"
    yield changed(["authenticator", "uv"], None), "authenticator.uv: expected true or false, not null"
    yield changed(["authenticator", "method"], requests), "authenticator: is of no class"
    yield changed(["authenticator", "cert"], "L9"), "authenticator.cert: expected one of"
    yield changed(["authenticator", "fw"], 5.7), "authenticator.fw: expected a version"
    yield changed(["authenticator", "at"], "2026-11-15T12:00:01Z"), "authenticator.at: is in the future"
    yield changed(["time"], "2026-11-15T12:00:00.5Z"), "time: expected a time"
    yield changed(["time"], "2026-11-15T12:00:00+01:00"), "time: expected a time"
    yield changed(["time"], "2026-02-30T12:00:00Z"), "time: expected a time"
    yield changed(["time"], "1969-12-31T23:59:59Z"), "time: expected a time"
    yield changed(["time"], "2026-10-31T23:59:59Z"), "time: the policy is not valid yet"
    yield changed(["time"], "9999-12-31T23:59:59Z"), None  # a clock that jumps: stale, and no more than that
    yield changed(["journey"], "signin"), "journey: \"signin\" is not known; did you mean \"sign-in\"?"
    yield changed(["app"], "wikki"), "app: \"wikki\" is not known; did you mean \"wiki\"?"
    yield changed(["transaction"], "payment"), "transaction: \"payment\" is none of app wiki"
    yield changed(["transaction"], "gift"), "transaction: \"gift\" is not known"
    yield changed(["policy_version"], 6), "policy_version: this is version 7"
    yield changed(["signals", "device_managed"], True), "signals.device_managed: expected an object"
    yield changed(["signals", "device_managed", "value"], [1]), "signals.device_managed.value: expected"
    yield changed(["signals", "device_managed", "at"], 5), "signals.device_managed.at: expected a time"
    yield changed(["record"], requests), "record.key_state: is not there"
    yield changed(["record", "recovered_at"], "2026-11-15T09:00:00Z"), "record.recovered_tier: expected a tier"
    yield changed(["uses"], {"P9": 1}), "uses.P9: is not known"
    yield changed(["uses"], {"P4": -1}), "uses.P4: expected a number from 0"
    yield changed(["reviews"], {"E9": "2026-11-14"}), "reviews.E9: is not known"
    yield changed(["approvals"], [{"by": "a", "slot": "nobody"}]), "approvals[0].slot: \"nobody\" is not known"
    yield changed(["approvals"], [{"slot": "security"}]), "approvals[0].by: is missing"
    yield changed(["break_glass"], "no"), "break_glass: expected true or false"
    yield "x" * (2 << 20), "request: is longer than 1 MiB"


def check_requests():
    """Each is answered in its own line, and those around it as ever."""
    lines, wanted = [json.dumps(GOOD)], [None]
    for line, error in requests():
        lines += [line, json.dumps(GOOD)]
        wanted += [error, None]
    done = decide(EXAMPLE, "\n".join(lines).encode() + b"\n", "--batch")
    check(done.returncode == 0, done.returncode)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    check(len(answers) == len(lines), len(answers), len(lines))
    for line, error, answer in zip(lines, wanted, answers):
        check((answer["reason"] == "error") == (error is not None), line[:300], answer)
        check(error is None or (answer["outcome"] == "deny" and error in answer["error"]), line[:300], error, answer)
    for text in (b"\xff\xfe{}", b"\0", b"{}\xff"):
        answer = json.loads(decide(EXAMPLE, text, "--batch").stdout)
        check(answer["outcome"] == "deny" and answer["reason"] == "error", text, answer)


def check_signals_missing():
    """Nothing that a good signal lifted is lifted without it."""
    for number, asked, outcome, _, _ in ROWS:
        without = copy.deepcopy(asked)
        without["signals"] = {}
        answer = outcomes(EXAMPLE, [without])[0]
        check(answer["outcome"] != "allow" or outcome == "allow", number, answer)
        if asked["app"] == "wiki" and answer["outcome"] == "allow":
            check("R4" in answer["waived"] or answer["class"] == "attested-key", number, answer)


def check_usage():
    for arguments, code, text in ((["decide"], 26, "no station at"), (["decide", "--policy", "/nowhere"], 2, "/nowhere"),
                                  (["decide", "--policy", EXAMPLE, "x"], 2, "one too many"),
                                  (["explain", "--policy", EXAMPLE, "--batch"], 2, "--batch")):
        done = subprocess.run([FIDOTOOL, "policy", *arguments], input="", capture_output=True, text=True, check=False)
        check(done.returncode == code and text in done.stderr, arguments, done)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_documents(folder)
        check_missing_fields(folder)
        check(decide(os.path.join(folder, "policy.yaml"), b"{}\n{}\n", "--batch").returncode in (0, 21))
        with open(os.path.join(folder, "bad.yaml"), "w", encoding="utf-8") as file:
            file.write("schema: keyturn-policy/2\n")
        done = decide(os.path.join(folder, "bad.yaml"), b"{}\n" + json.dumps(GOOD).encode() + b"\n", "--batch")
        check(done.returncode == 21 and done.stdout.count(b'"outcome":"deny"') == 2, done)
    check_requests()
    check_signals_missing()
    check_usage()


if __name__ == "__main__":
    sys.exit(main())
