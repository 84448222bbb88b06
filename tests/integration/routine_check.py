#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every case is sent to the routine check: who passes it, who refuses it, who
may not, and what an auditor makes of it; with the real programs."""
import os
import pathlib

import desk
import refusals
import whole_case

STAFF = [("ada", "1001", "desk", ["agent", "releaser"]), ("ben", "1002", "leads", ["helpdesk-lead"]),
         ("cleo", "1003", "network", ["other-team"]), ("ria", "1004", "stores", ["releaser"]),
         ("sid", "1005", "security", ["security", "releaser"]), ("sol", "1006", "board", ["security"]),
         ("una", "1007", "audit", ["auditor"])]


def of_every_case(place):
    """The practice policy, with a check of every case."""
    text = pathlib.Path(desk.SOURCE, "recovery/service/practice-policy.yaml").read_text(encoding="utf-8")
    path = os.path.join(place.top, "checked.yaml")
    pathlib.Path(path).write_text(text.replace("routine_check_pct: 0", "routine_check_pct: 100"), encoding="utf-8")
    return path


def approve(place, case):
    place.act("case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen")
    done = place.approve_away(case, "cleo", "other-team")
    assert place.state(case) == "routine_check"
    return done


def who_may_not_does_not(place, case):
    place.refused("state", "case", "release", case, "--as", "ria", expect=27)
    for person in ("ada", "ben", "cleo", "ria", "una"):
        place.refused("role", "case", "check", case, "--as", person)
    for person in ("ben", "cleo"):
        place.refused("role", "case", "refuse", case, "--as", person, "--reason", "not-the-person")
    place.refused("check-slot", "case", "refuse", case, "--as", "sid", "--reason", "not-the-person",
                  "--slot", "other-team")


def an_officer_passes_it(place, case):
    status = place.run("station", "status")["cases"]
    assert status == {"open": 1, "waiting": 1}, status
    listed = [row for row in place.act("case", "list", "--as", "sol", "--role", "security")["cases"] if row["case"] == case]
    assert [row["state"] for row in listed] == ["routine_check"] and "overdue" not in listed[0], listed
    assert place.act("report", "overdue", "--as", "sol")["overdue"] == []
    place.act("case", "check", case, "--as", "sid")
    assert "Pass the routine check" in place.said, place.said
    place.wait_for(case, "ready")
    place.refused("state", "case", "check", case, "--as", "sol", expect=27)
    place.refused("releaser-checked", "case", "release", case, "--as", "sid")
    place.act("case", "release", case, "--as", "ria")
    place.wait_for(case, "completed")


def officers_are_told(place, case):
    outbox = os.path.join(place.station, "outbox")
    texts = [pathlib.Path(outbox, name).read_text(encoding="utf-8") for name in os.listdir(outbox)]
    told = [text for text in texts if f"Case {case} waits for the routine check" in text]
    assert len(told) == 2, told


def a_flag_is_seen_by_officers_alone(place):
    place.run("case", "flag", "c-00000000", "--note", "x", expect=2)  # there is no next step
    told = "somebody stands behind her"
    rows = place.session("ada", "agent", 'case open --person "Sam Fox"', f'case flag --note "{told}"',
                         "case proof --branch c --ial 2",
                         "case evidence --type passport --method chip --result ok --issuer NL", "case list")
    case = rows[0]["case"]
    assert rows[1] == {"case": case}, rows[1]
    assert "flagged" not in str(rows) and told not in str(rows), rows
    shown = place.act("case", "show", case, "--as", "sol", "--role", "security")
    assert shown["flagged"] == 1, shown
    assert [(note["actor"], note["act"], note["note"]) for note in shown["notes"]] == [("ada", "case.start_proofing", told)], shown
    listed = place.act("case", "list", "--as", "sol", "--role", "security")["cases"]
    assert [row["case"] for row in listed if row.get("flagged")] == [case], listed
    assert "flagged" not in place.act("case", "show", case, "--as", "ada")
    place.act("case", "withdraw", case, "--as", "ada")


def main():
    with desk.Desk(STAFF) as place:
        place.make_keys("sam-new", "sam-spare")
        place.start()
        place.found(place.config(policy=of_every_case(place)))
        place.import_people([("2001", "Sam Fox", [os.urandom(32)])])
        case = refusals.submitted(place, "sam-spare")
        approve(place, case)
        officers_are_told(place, case)
        place.act("case", "refuse", case, "--as", "sol", "--reason", "not-the-person")
        assert place.state(case) == "refused"
        case = refusals.submitted(place)
        approve(place, case)
        who_may_not_does_not(place, case)
        place.kill()  # the record says where it stands
        an_officer_passes_it(place, case)
        a_flag_is_seen_by_officers_alone(place)
        whole_case.check_bundle(place)


if __name__ == "__main__":
    main()
