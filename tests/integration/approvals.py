#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Decisions that somebody approves first, with the real programs: what waits is
seen, approved once and used once, by just the question it was for; whenever the
power goes, no approval makes two decisions possible."""
import json
import os

import decide
import desk
import trust_test
import whole_case

decide.POLICY = os.path.join(desk.SOURCE, "tests/data/policy-approve.yaml")
decide.PEOPLE += "1002,Ben Lead,leads,ben@example.org,ben,,,staff,fixed\n"


def ask(place, reference="PAY-17", transaction="payment", expect=0, **more):
    value = decide.evaluation("bank", journey="step-up", transaction=transaction, **decide.prove(place), **more)
    if reference:
        value["context"]["reference"] = reference
    return decide.decide(place, value, expect)["context"]


def approve(place, person, slot, *more, reference="PAY-17", **how):
    return place.act("policy", "approve", reference, "--slot", slot, "--as", person, *more, **how)


def whole(caller="idp", employee="2001"):
    """What need not have been asked yet."""
    return ("--person", employee, "--caller", caller, "--journey", "step-up", "--app", "bank", "--transaction", "payment")


def one_approval_pays_once(place):
    nameless = ask(place, reference=None, expect=22)
    assert "context.reference" in nameless["text"], nameless
    waits = ask(place, expect=22)
    assert waits["outcome"] == "need-approval" and waits["enough"][0]["approvals"] == 1, waits
    seen = place.act("policy", "approvals", "--as", "ben")
    assert [(row["reference"], row["name"], row["app"]) for row in seen["waiting"]] == [("PAY-17", "Sam Fox", "bank")], seen
    text = place.run("policy", "approvals", "--as", "ben", *place.YES, text=True)
    assert "PAY-17  waits, asked by idp" in text and "needs 1 approval" in text, text
    approve(place, "ben", "helpdesk-lead")
    assert ask(place, reference="PAY-18", expect=22)["outcome"] == "need-approval"
    allowed = ask(place)
    assert allowed["outcome"] == "allow" and allowed["entry"] > 0 and allowed["decided"] == ["P2", "R1"], allowed
    again = ask(place, expect=22)
    assert again["used"] == allowed["entry"] and "approved" not in again, again
    place.kill()
    assert ask(place, expect=22)["used"] == allowed["entry"]


def two_slots_take_two_people(place):
    waits = ask(place, "TRF-1", "transfer", expect=22)
    assert waits["enough"][0]["slots"] == ["helpdesk-lead", "other-team"], waits
    approve(place, "ben", "helpdesk-lead", reference="TRF-1")
    half = ask(place, "TRF-1", "transfer", expect=22)
    assert [row["slot"] for row in half["approved"]] == ["helpdesk-lead"], half
    # The second signs on another machine; what they saw is what they sign.
    proposal, signed = (os.path.join(place.top, name) for name in ("approve.json", "approve-signed.json"))
    approve(place, "cleo", "other-team", "--out", proposal, reference="TRF-1")
    place.act("sign", proposal, "--out", signed, "--machine", place.machine)
    for word in ("TRF-1", "Sam Fox", "2001", "transfer", "other-team"):
        assert word in place.said, (word, place.said)
    place.run("submit", signed)
    assert ask(place, "TRF-1", "transfer")["outcome"] == "allow"


def whoever_may_not_approves_nothing(place):
    place.refused("own-decision", "policy", "approve", "PAY-20", "--slot", "helpdesk-lead", "--as", "ben", *whole(employee="1002"))
    place.refused("subject-unknown", "policy", "approve", "PAY-20", "--slot", "helpdesk-lead", "--as", "ben", *whole(employee="7"), expect=17)
    place.refused("role", "policy", "approve", "PAY-20", "--slot", "other-team", "--as", "ben", *whole())
    place.refused("role", "policy", "approve", "PAY-20", "--slot", "agent", "--as", "ada", *whole())
    place.refused("decision-end", "policy", "approve", "PAY-20", "--slot", "helpdesk-lead", "--as", "ben", "--minutes", "1441", *whole())
    approve(place, "ben", "helpdesk-lead", *whole(), reference="PAY-20")
    place.refused("approved-already", "policy", "approve", "PAY-20", "--slot", "helpdesk-lead", "--as", "ben", *whole(), expect=27)
    approve(place, "ben", "helpdesk-lead", *whole(caller="another"), reference="PAY-21")
    ask(place, "PAY-21", expect=22)
    assert ask(place, "PAY-20")["outcome"] == "allow"
    place.act("policy", "approve", "PAY-99", "--slot", "helpdesk-lead", "--as", "ben", expect=17)
    place.refused("role-not-active", "policy", "approvals", "--as", "una", "--role", "auditor", expect=22)


def what_is_reported(place):
    rows = place.act("report", "approvals", "--as", "sid")["approvals"]
    given = {row["stmt"]: row for row in rows if row["act"] == "decision.approve"}
    used = [row for row in rows if "approvals" in row]
    assert used and all(stmt in given and given[stmt]["sub"] == row["sub"] for row in used for stmt in row["approvals"]), rows
    text = place.run("report", "approvals", "--as", "sid", "--csv", *place.YES, text=True)
    assert text.startswith('"entry","time","act","person"') and "PAY-" not in text, text


def what_a_draft_would_have_said(place):
    """What was approved is decided again with its approvals, under a draft that asks for two."""
    with open(decide.POLICY, encoding="utf-8") as file:
        text = file.read().replace("version: 1,", "version: 2,").replace("approvals: 1}", "approvals: 2}")
    draft = os.path.join(place.top, "draft.yaml")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
    answer = place.act("policy", "what-if", draft, "--as", "sid")
    rows = [row for row in answer["rows"] if row["act"] == "decision.approved" and row["change"] != "same"]
    assert len(rows) == 2, answer  # the transfer had two, in their slots
    assert all((row["before"]["outcome"], row["after"]["outcome"]) == ("allow", "need-approval") for row in rows), rows


def it_ends(place, later):
    approve(place, "ben", "helpdesk-lead", "--minutes", "30", *whole(), reference="PAY-30")
    later.add(31 * 60)
    assert ask(place, "PAY-30", expect=22)["outcome"] == "need-approval"
    seen = place.act("policy", "approvals", "--as", "ben")
    assert [row["state"] for row in seen["given"] if row.get("reference") == "PAY-30"] == ["expired"], seen


def allows(place):
    seen = place.act("policy", "approvals", "--as", "ben")
    return sum(row["state"] == "used" for row in seen["given"] if row.get("reference", "").startswith("CUT-"))


def the_power_goes(place):
    """Before each write of an allow that was approved: it is in the record
    before it is answered, and what is there is used up."""
    if "CUT_LIBRARY" not in os.environ:
        return
    cut = desk.Cut(place.top, "recoveryd")
    whole_env, place.env = place.env, dict(place.env, **cut.env)
    place.stop()
    place.start()
    n = lost = 0
    while True:
        n += 1
        reference = f"CUT-{n}"
        approve(place, "ben", "helpdesk-lead", *whole(), reference=reference)
        value = decide.evaluation("bank", journey="step-up", transaction="payment", reference=reference, **decide.prove(place))
        cut.left = n
        done = place.run("policy", "decide", lines=json.dumps(value), expect=None)
        cut.left = 0
        if done and done[-1]:
            assert done[-1]["decision"], done
            break
        place.recoveryd.wait(timeout=60)
        place.recoveryd.stdout.close()
        place.start()
        # Not recorded: it is there still, once. Recorded: it is used up, and that is said.
        after = ask(place, reference, expect=None)
        if after["outcome"] == "need-approval":
            assert after["used"] > 0, after
            lost += 1
        else:
            ask(place, reference, expect=22)
        assert n < 40
    place.env = whole_env
    place.stop()
    place.start()
    print("cut before", n - 1, "writes,", lost, "answers lost after the record")
    assert allows(place) == n, (allows(place), n)


def main():
    with desk.Desk() as place:
        later = trust_test.Later(place) if "LATER_LIBRARY" in os.environ else None
        decide.found(place)
        decide.issue_key(place)
        decide.register_callers(place, f"[idp]\nuid={os.getuid()}\n")
        one_approval_pays_once(place)
        two_slots_take_two_people(place)
        whoever_may_not_approves_nothing(place)
        what_is_reported(place)
        what_a_draft_would_have_said(place)
        the_power_goes(place)
        if later:
            it_ends(place, later)
        whole_case.check_bundle(place)


if __name__ == "__main__":
    main()
