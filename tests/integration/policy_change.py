#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A policy is tried and changed with the real programs: a draft beside the one in
force changes nothing; what tightens is in force at once,
what loosens waits, both are told so; every policy that was in force can be
listed, printed and taken up again, from the station and out of a bundle."""
import os
import pathlib

import desk
import whole_case

POLICY = os.path.join(desk.SOURCE, "recovery", "service", "practice-policy.yaml")


def write(place, version, *words):
    text = pathlib.Path(POLICY).read_text().replace("version: 1,", f"version: {version},")
    for was, then in words:
        assert text.count(was) == 1, was
        text = text.replace(was, then)
    path = os.path.join(place.top, f"policy-{version}.yaml")
    pathlib.Path(path).write_text(text)
    return path


def sign_both(place, path, told):
    """Both officers are shown the same."""
    for words in (("policy", "load", path, "--as", "sid"), ("roster", "sign", "--as", "sol", "--machine", place.machine)):
        place.act(*words)
        for one in told:
            assert one in place.said, place.said


def versions(past):
    return [(one["version"], one.get("looser"), one.get("stricter"), "until" in one) for one in past["policies"]]


def tried(place):
    """A draft beside the policy in force would refuse every key, and refuses none."""
    draft = write(place, 8, ("aaguid: 6b657974-7572-4e20-8000-70726163746b", "aaguid: 6b657974-7572-4e20-8000-70726163746c"))
    place.act("policy", "trial", "show", "--as", "sid", expect=17)
    place.act("policy", "trial", "end", "--as", "sid", expect=17)
    place.refused("role", "policy", "trial", "start", draft, "--as", "ada", "--role", "agent")
    for days in ("0", "91"):
        place.act("policy", "trial", "start", draft, "--days", days, "--as", "sid", expect=2)
    place.act("policy", "trial", "start", draft, "--days", "14", "--as", "sid")
    assert "Takes effect                 never: " in place.said and "Looser" in place.said, place.said
    case = whole_case.run_case(place)
    assert place.run("station", "status")["policy_version"] == 1
    place.kill()
    shown = place.act("policy", "trial", "show", "--as", "sid")
    assert shown["trial"]["actor"] == "sid" and shown["trial"]["ended"] == 0 and shown["trial"]["version"] == 8, shown
    # The key and the spare; staff's keys were judged before.
    assert [(row["case"], row["act"], row["change"]) for row in shown["rows"]] == [(case, "case.made", "refused")] * 2, shown
    assert shown["counts"]["refused"] == 2 and shown["counts"]["same"] == 0, shown
    place.act("policy", "trial", "end", "--as", "sid")
    place.act("policy", "trial", "end", "--as", "sid", expect=17)
    after = place.act("policy", "trial", "show", "--as", "sid")
    assert after["trial"]["ended"] == 1 and after["rows"] == shown["rows"], after


def what_if(place, where):
    """A draft is tried on the keys that were judged: staff's, here."""
    draft = write(place, 5, ("aaguid: 6b657974-7572-4e20-8000-70726163746b", "aaguid: 6b657974-7572-4e20-8000-70726163746c"))
    offline = place.run("policy", "what-if", draft, *where)
    everybody = len(desk.STAFF) + 2
    assert offline["counts"]["refused"] == offline["counts"]["judged"] == everybody, offline
    row = offline["rows"][0]
    assert row["change"] == "refused" and row["act"] == "roster.enrol" and row["actor"] in [one[0] for one in desk.STAFF], row
    assert row["before"] == {"outcome": "allow"} and row["after"]["rule"] == "class.roster", row
    assert place.act("policy", "what-if", draft, "--as", "sid") == offline
    told = place.run("policy", "what-if", draft, *where, text=True)
    assert "roster.enrol of ada" in told and "REFUSED (class.roster: " in told, told
    same = place.run("policy", "what-if", POLICY, *where)
    assert same["counts"]["same"] == everybody, same
    # What has an error of lint is tried on nothing.
    place.run("policy", "what-if", write(place, 6, ("issue: [attested-key]", "issue: [bound-key]")), *where, expect=21)


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        tried(place)
        first = pathlib.Path(POLICY).read_text()
        # A policy with an error of lint is signed by nobody.
        place.act("policy", "load", write(place, 9, ("issue: [attested-key]", "issue: [bound-key]")), "--as", "sid", expect=19)
        place.refused("policy-version", "policy", "load", POLICY, "--as", "sid")
        tight = write(place, 2, ("read_s: 0", "read_s: 2"))
        sign_both(place, tight, ["Places that become looser    0\n", "Takes effect                 at once, with the second signature",
                                 "Stricter                     recovery.standard: read_s is 2, was 0\n",
                                 "Warnings of lint             2\n", "L18"])
        assert place.run("station", "status")["policy_version"] == 2
        # It is taken back: shorter again, so it waits; and nothing else is signed meanwhile.
        place.act("policy", "rollback", "7", "--as", "sid", expect=17)
        place.act("policy", "rollback", "1", "--as", "sid")
        assert "Looser                       recovery.standard: read_s is 0, was 2\n" in place.said, place.said
        assert "24 hours after the second signature" in place.said, place.said
        place.refused("two-people", "policy", "rollback", "1", "--as", "sid")
        signed = place.act("roster", "sign", "--as", "sol", "--machine", place.machine)
        assert signed["act"] == "policy.load" and signed["effect"], signed
        assert place.run("station", "status")["policy_version"] == 2
        place.refused("policy-waits", "policy", "load", write(place, 4, ("read_s: 0", "read_s: 3")), "--as", "sid")
        place.kill()
        # The past, from the station and out of a bundle.
        past = place.act("policy", "history", "--as", "sid")
        assert versions(past) == [(1, None, None, True), (2, 0, 1, False)], past
        assert [one["signed"] for one in past["policies"]] == [["sid", "sol"]] * 2, past
        assert place.act("policy", "show", "1", "--as", "sid", text=True) == first
        assert place.act("policy", "show", "--as", "sid")["text"] == pathlib.Path(tight).read_text()
        place.act("policy", "show", "3", "--as", "sid", expect=17)
        bundle = whole_case.check_bundle(place)
        where = ("--bundle", bundle, "--trust", place.trust)
        offline = place.run("policy", "history", *where)
        assert offline["policies"] == past["policies"] and offline["bundle"].startswith("PRACTICE GOOD"), offline
        assert place.run("policy", "show", "1", *where, text=True) == first
        again = os.path.join(place.top, "again.yaml")
        place.run("policy", "rollback", "1", *where, "--output", again)
        # Two values differ, and nothing else: comments and lines are as they were.
        text = pathlib.Path(again).read_text()
        assert text == first.replace("version: 1,", "version: 3,"), text
        listed = place.run("policy", "history", *where, text=True)
        assert "version 1 of keyturn-practice" in listed and "0 looser, 1 stricter, 2 warnings" in listed, listed
        what_if(place, where)
        # Out of a bundle that was tampered with comes nothing.
        path = next(pathlib.Path(bundle, "data", "policy").iterdir())
        path.write_text(path.read_text() + "#")
        place.run("policy", "history", *where, expect=19)


if __name__ == "__main__":
    main()
