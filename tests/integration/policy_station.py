#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a station says of its policy, with the real programs: printed and
explained as it is in force, looked over with the people and keys that the
station knows; and what a roster in a file adds to a policy in a file."""
import json
import os
import pathlib

import desk
import whole_case

SOURCE = pathlib.Path(desk.SOURCE)
PRACTICE = SOURCE / "recovery" / "service" / "practice-policy.yaml"
REQUEST = {"id": "d-1", "time": "2026-11-15T12:00:00Z", "journey": "sign-in", "app": "wiki",
           "person": {"id": "sam"}, "authenticator": {"method": "webauthn"}}


def found(result):
    return {(row["rule"], row["level"]) for row in result["findings"] if row["checked"]}


def unchecked(result):
    return {row["rule"] for row in result["findings"] if not row["checked"]}


def looks(place):
    """print, lint and explain without a FILE are about what is in force."""
    printed = place.act("policy", "print", "--as", "ada", "--role", "agent")
    by_file = place.run("policy", "print", str(SOURCE / "docs/policies/small-company.yaml"))
    assert printed["policy"] == "keyturn-practice" and printed["version"] == 1, printed
    assert by_file["policy"] == "small-company", by_file
    text = place.act("policy", "print", "--as", "sid", text=True)
    assert "keyturn-practice" in text, text
    # Nobody sees it without a role.
    place.run("policy", "print", expect=2)
    place.refused("role", "policy", "print", "--as", "ada", "--role", "auditor")

    linted = place.act("policy", "lint", "--as", "sid")
    assert linted["file"] == "keyturn-practice, version 1" and linted["errors"] == 0, linted
    # One person a slot will do in practice, and is told. Nobody holds a break-glass key.
    assert {("L06", "W"), ("L10", "W")} <= found(linted), linted
    assert unchecked(linted) == {"L31", "L36", "L39"}, linted
    # The same file by itself: it is for practice, and nobody says so.
    alone = place.run("policy", "lint", str(PRACTICE), expect=21)
    assert ("L40", "E") in found(alone) and {"L05", "L06", "L07", "L09", "L10"} <= unchecked(alone), alone
    beside = place.act("policy", "lint", str(PRACTICE), "--as", "sid")
    assert beside["findings"] == linted["findings"], beside


def drafts(place):
    """What the station would refuse is said before it is proposed."""
    text = PRACTICE.read_text(encoding="utf-8")
    draft = os.path.join(place.top, "draft.yaml")
    for version, found_then in ((2, False), (1, True), (20000, True)):
        with open(draft, "w", encoding="utf-8") as file:
            file.write(text.replace("owner: practice", "owner: somebody").replace("version: 1,", f"version: {version},"))
        linted = place.act("policy", "lint", draft, "--as", "sid", expect=21 if found_then else 0)
        assert (("L47", "E") in found(linted)) == found_then, linted
    # A group that the directory does not have, nor a column for it.
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text.replace("version: 1,", "version: 2,").replace("match: {be: true,  uv: true}", "match: {be: true, uv: true}, sync_fabric_ref: SF").replace(
            "permits:", "populations:\n  - {id: staff, kind: enterprise, rule: {groups: [staff]}}\npermits:"))
    linted = place.act("policy", "lint", draft, "--as", "sid", expect=21)
    assert ("L45", "E") in found(linted), linted
    place.refused("L45", "policy", "load", draft, "--as", "sid")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text.replace("[helpdesk-lead, other-team]", "[helpdesk-lead, app-owner]").replace("version: 1", "version: 2"))
    linted = place.act("policy", "lint", draft, "--as", "sid", expect=21)
    assert {("L05", "E"), ("L06", "E")} <= found(linted), linted
    # The roster as roster show prints it, and as the line alone.
    shown = {"result": place.act("roster", "show", "--as", "ada")}
    whole, line = (os.path.join(place.top, name) for name in ("roster.json", "roster.line"))
    with open(whole, "w", encoding="utf-8") as file:
        json.dump(shown, file)
    with open(line, "w", encoding="utf-8") as file:
        file.write(shown["result"]["roster"] + "\n")
    for path in (whole, line):
        given = place.run("policy", "lint", draft, "--practice", "--roster", path, expect=21)
        assert {("L05", "E"), ("L06", "E")} <= found(given), given
        assert unchecked(given) == {"L09", "L31", "L36", "L39", "L45"}, given
    with open(line, "a", encoding="utf-8") as file:
        file.write("more")
    place.run("policy", "lint", draft, "--roster", line, expect=19)
    place.run("policy", "lint", draft, "--roster", os.path.join(place.top, "nothing"), expect=2)
    place.run("policy", "lint", draft, "--metadata", expect=17)


def explains(place):
    said = place.act("policy", "explain", "--as", "sid", lines=json.dumps(REQUEST), expect=21)[0]
    assert said["outcome"] == "deny" and said["assumed"] is True and said["text"], said


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        looks(place)
        drafts(place)
        explains(place)


if __name__ == "__main__":
    main()
