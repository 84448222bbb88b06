#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A station that decides for other programs, with the real ones: who may ask,
what a key proves, what is in the record afterwards, and that nothing is allowed
that is not in it, whenever the power goes."""
import csv
import datetime
import io
import json
import os

import desk
import whole_case

POLICY = os.path.join(desk.SOURCE, "tests/data/policy-point.yaml")
PEOPLE = """employee,name,team,address,person,credential,aaguid,groups,attribute:employment
2001,Sam Fox,sales,sam@example.org,,AQEBAQEBAQEBAQEBAQEBAQ,6b657974-7572-4e20-8000-70726163746b,staff,fixed
2002,Eve Fox,sales,eve@example.org,,,,,
"""


def found(place):
    place.make_keys("sam-new", "sam-spare")
    place.start()
    config = place.config()
    with open(config, encoding="utf-8") as file:
        value = json.load(file)
    value["policy"] = POLICY
    with open(config, "w", encoding="utf-8") as file:
        json.dump(value, file)
    place.found(config)
    path = os.path.join(place.top, "people.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PEOPLE)
    place.act("station", "import", path, "--as", "ada")


def register_callers(place, text):
    with open(os.path.join(place.station, "callers.conf"), "w", encoding="utf-8") as file:
        file.write(text)
    place.stop()
    place.start()


def issue_key(place):
    """As in whole_case, up to the issue: the policy has a window for a contest."""
    opened = place.session("ada", "agent", 'case open --person "Sam Fox"')
    case = opened[-1]["case"]
    for words in (("proof", case, "--branch", "c", "--ial", "2"),
                  ("evidence", case, "--type", "passport", "--method", "chip", "--result", "ok", "--issuer", "NL"),
                  ("evidence", case, "--type", "driving-licence", "--method", "visual", "--result", "ok", "--issuer", "NL"),
                  ("submit", case)):
        place.act("case", *words, "--as", "ada")
    place.act("case", "make", case, "--as", "ada", "--key", place.selector("sam-new"))
    place.act("case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen")
    place.approve_away(case, "cleo", "other-team")
    place.wait_for(case, "ready")
    place.act("case", "release", case, "--as", "ria")
    place.wait_for(case, "issued")


def prove(place, employee="2001", key="sam-new"):
    """A challenge of the station, answered by the key."""
    answer = place.run("policy", "decide", "--challenge", employee)
    options = os.path.join(place.top, "options.json")
    with open(options, "w", encoding="utf-8") as file:
        json.dump({"publicKey": dict(answer["publicKey"], userVerification="required")}, file)
    made = place.run("assert", "--options", options, "--origin", answer["origin"], "--device", place.selector(key),
                     "--non-interactive")
    return {"challenge": answer["publicKey"]["challenge"], "assertion": made.get("response_json", made)}


def evaluation(app, journey="sign-in", employee="2001", **context):
    return {"subject": {"type": "user", "id": employee}, "action": {"name": journey},
            "resource": {"type": "app", "id": app}, "context": context}


def decide(place, value, expect=0):
    return place.run("policy", "decide", lines=json.dumps(value), expect=expect)[-1]


def managed():
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
    return {"device_managed": {"value": True, "at": now.strftime("%Y-%m-%dT%H:%M:%SZ")}}


def who_may_ask(place):
    done = place.run("policy", "decide", lines=json.dumps(evaluation("wiki")), expect=21)
    assert done == [None] or done[-1]["refused"][0]["rule"] == "caller", done
    register_callers(place, f"[mdm]\nuid={os.getuid()}\nsignals=device_managed;\n")
    status = place.run("station", "status")
    assert status["class"] == "administrator", status  # the owner tries it out, and stays the owner


def what_is_answered(place):
    answer = decide(place, evaluation("wiki", id="q-7", **prove(place), signals=managed()))
    context = answer["context"]
    assert answer["decision"] is True and context["outcome"] == "allow" and context["id"] == "q-7", answer
    assert context["decided"] == ["P1"] and "entry" not in context and context["text"], answer
    proof = prove(place)
    decide(place, evaluation("wiki", **proof))
    answer = decide(place, evaluation("wiki", **proof), 21)
    assert "used before" in answer["context"]["error"], answer
    for value, error in (
            (evaluation("wiki"), "context.key: is missing"), (evaluation("wiki", key=prove(place)["assertion"]["id"]), "of no class"), (evaluation("intranet", **prove(place)), "intranet"),
            (evaluation("wiki", journey="fly", **prove(place)), "fly"), (evaluation("wiki", employee="7"), "nobody"),
            (evaluation("wiki", record={"key_state": "active"}), "the station's record says it"),
            (evaluation("wiki", signals={"key_active": {"value": True, "at": "2026-01-01T00:00:00Z"}}), "not its source")):
        answer = decide(place, value, 21)
        assert answer["decision"] is False and error in answer["context"]["error"], answer
    text = place.run("policy", "decide", text=True, lines=json.dumps(evaluation("wiki")), expect=21)
    assert text.startswith("Denied"), text


def what_is_no_evaluation(place):
    """Whatever stands there, the answer is a decision, and it is no."""
    for text, error in (
            ("", "byte 0"), ("[]", "expected an object"), ('"wiki"', "expected an object"), ("\0", ""),
            ('{"act": "policy.load"}', "act: "), ("[" * 5000, "byte"), ("{}" + " " * (1 << 20), "1048576 bytes")):
        answer = place.run("policy", "decide", lines=text, expect=21)[-1]
        assert answer["decision"] is False and error in answer["context"]["error"], (text[:20], answer)
    lines = "\n".join(["[]", " " * (1 << 20) + "1", ""]) + "\n"
    text = place.run("policy", "decide", "--batch", text=True, lines=lines)
    assert [json.loads(line)["decision"] for line in text.splitlines()] == [False, False, False], text
    assert "1 MiB" in json.loads(text.splitlines()[1])["context"]["error"], text


def what_many_are_answered(place):
    lines = [evaluation("wiki", **prove(place)), "no evaluation", evaluation("board", **prove(place))]
    text = place.run("policy", "decide", "--batch", text=True, lines="".join(json.dumps(one) + "\n" for one in lines))
    assert [json.loads(line)["decision"] for line in text.splitlines()] == [True, False, True], text


def uses(place):
    answer = place.act("report", "fallbacks", "--as", "sid")
    return next(row for row in answer["fallbacks"] if row["id"] == "P4")["uses"]


def the_power_goes(place):
    """Before each write of a decision that leans on a fallback: what was
    allowed is in the record, and what is there counts."""
    if "CUT_LIBRARY" not in os.environ:
        return
    cut = desk.Cut(place.top, "recoveryd")
    n = 1
    whole_env, place.env = place.env, dict(place.env, **cut.env)
    place.stop()
    place.start()
    while True:
        proof = prove(place)
        cut.left = n
        done = place.run("policy", "decide", lines=json.dumps(evaluation("old-vpn", **proof)), expect=None)
        cut.left = 0
        if done and done[-1]:
            break
        place.recoveryd.wait(timeout=60)
        place.recoveryd.stdout.close()
        place.start()
        n += 1
        assert n < 40
    # After the last write it is recorded, and the answer did not come: it counts, and may use the fallback up.
    allowed = int(done[-1]["decision"])
    place.env = whole_env
    place.stop()
    place.start()
    print("cut before", n - 1, "writes;", uses(place), "uses recorded")
    assert allowed <= uses(place) <= 3 and (allowed or uses(place) == 3)


def a_fallback_is_used_up(place):
    while uses(place) < 3:
        answer = decide(place, evaluation("old-vpn", **prove(place)))
        assert answer["context"]["weaker_reasons"] == ["fallback"] and answer["context"]["entry"] > 0, answer
    decide(place, evaluation("old-vpn", **prove(place)), 21)
    place.kill()
    decide(place, evaluation("old-vpn", **prove(place)), 21)


def what_is_reported(place):
    answer = place.act("report", "weaker", "--as", "sid")
    assert len(answer["weaker"]) == 3 and {row["why"] for row in answer["weaker"]} == {"fallback"}, answer
    command = ("report", "weaker", "--as", "sid", "--csv", *place.YES)
    rows = list(csv.DictReader(io.StringIO(place.run(*command, text=True))))
    assert [row["fallbacks"] for row in rows] == ["P4"] * 3 and all(row["caller"] == "mdm" for row in rows), rows
    text = place.run("report", "exceptions", "--as", "sid", *place.YES, text=True)
    assert text.startswith("Nothing"), text


def write_draft(place, was, then):
    with open(POLICY, encoding="utf-8") as file:
        text = file.read().replace("version: 1,", "version: 2,")
    assert text.count(was) == 1, was
    draft = os.path.join(place.top, "draft.yaml")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text.replace(was, then))
    return draft


def what_a_draft_would_have_said(place):
    """The decisions that are in the record are made again, under a draft without the fallback."""
    draft = write_draft(place, "accept: [touch-key, attested-key], max_risk", "accept: [touch-key], max_risk")
    answer = place.act("policy", "what-if", draft, "--as", "sid")
    rows = [row for row in answer["rows"] if row["act"] == "decision.weaker"]
    assert len(rows) == 3 and {row["change"] for row in rows} == {"refused"}, answer
    assert all(row["before"]["outcome"] == "allow" and row["after"]["outcome"] == "deny" for row in rows), rows
    # Whoever may not load a policy is not told what persons asked for.
    seen = place.act("policy", "what-if", draft, "--as", "ada", "--role", "agent")
    assert not [row for row in seen["rows"] if row["act"] == "decision.weaker"] and seen["sealed"] == 3, seen


def an_exception_is_tried_with(place):
    """A draft asks for an approval, and the exception waives what asks: of the decisions before its grant the
    draft would have asked for more, and of those after it not, unless it calls the requirement otherwise."""
    rule = "{id: R2, app: payroll, min_class: synced-passkey}"
    draft = write_draft(place, rule, "{id: R2, app: [payroll, old-vpn], approvals: 1}")
    place.act("policy", "trial", "start", draft, "--days", "14", "--as", "sid")
    decide(place, evaluation("payroll", **prove(place)))
    place.act("exception", "request", "--id", "E1", "--waives", "R2", "--owner", "ria", "--reason", "nobody approves yet",
              "--compensating", "the board looks at it", "--days", "30", "--review-days", "14", "--as", "sid")
    place.act("exception", "approve", "E1", "--as", "sol", "--machine", place.machine)
    answer = decide(place, evaluation("payroll", **prove(place)))
    assert answer["context"]["weaker_reasons"] == ["exception"], answer
    # What is counted of the trial leaves it out no more than what is listed: one before the grant, one after it.
    shown = place.act("policy", "trial", "show", "--as", "sid")
    assert (shown["decisions"]["decided"], shown["decisions"]["more"], shown["decisions"]["same"]) == (2, 1, 1), shown
    assert shown["decisions"]["since"] == shown["trial"]["from"] and shown["decisions"]["gaps"] == [], shown
    # They outlive a restart; after a kill it is said that some may be missing.
    counted = [{"before": "allow", "after": "need-approval", "reason": "requirement", "rule": "R2", "n": 1}]
    for restart, gaps in ((place.stop, 0), (place.kill, 1)):
        restart()
        if restart == place.stop:
            place.start()
        again = place.act("policy", "trial", "show", "--as", "sid")["decisions"]
        assert again["decided"] == 2 and again["by"] == counted and len(again["gaps"]) == gaps, again
    told = place.act("policy", "trial", "show", "--as", "sid", text=True)
    assert "  allow, and need-approval by the draft (R2): 1\n" in told and "decisions of that time may be missing" in told, told
    rows = [row for row in shown["rows"] if row["act"] == "decision.weaker"]
    assert [(row["change"], row["after"]) for row in rows] == [
        ("same", {"outcome": "allow", "rule": "P1, R4", "exception": "E1"})], rows
    place.act("exception", "end", "E1", "--as", "sid")
    answer = place.act("policy", "what-if", draft, "--as", "sid")
    rows = [row["change"] for row in answer["rows"] if row["act"] == "decision.weaker"]
    assert rows == ["need-approval"] * 3 + ["same"], answer
    other = write_draft(place, rule, "{id: R9, app: [payroll, old-vpn], approvals: 1}")
    answer = place.act("policy", "what-if", other, "--as", "sid")
    last = answer["rows"][-1]
    assert last["change"] == "need-approval" and last["before"]["exception"] == "E1" and last["after"]["rule"] == "R9", answer
    told = place.act("policy", "what-if", other, "--as", "sid", text=True)
    assert "needs approvals (R9); then by exception E1" in told, told


def main():
    with desk.Desk() as place:
        found(place)
        issue_key(place)
        who_may_ask(place)
        what_is_answered(place)
        what_is_no_evaluation(place)
        what_many_are_answered(place)
        the_power_goes(place)
        a_fallback_is_used_up(place)
        what_is_reported(place)
        what_a_draft_would_have_said(place)
        an_exception_is_tried_with(place)
        bundle = whole_case.check_bundle(place)
        # Nobody can read there what was asked.
        answer = place.run("policy", "what-if", POLICY, "--bundle", bundle, "--trust", place.trust)
        assert answer["sealed"] == 4 and answer["counts"]["judged"] == answer["counts"]["same"] > 0, answer


if __name__ == "__main__":
    main()
