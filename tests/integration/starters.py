#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each starter policy of docs/policies is put in force at a practice station,
and carried out there: a lost key is replaced, who may administer is told why
not, and where the policy has a wait the case waits."""
import base64
import os
import pathlib
import re

import desk
import trust_test
import whole_case

HOUR = 3600
STARTERS = pathlib.Path(desk.SOURCE, "docs", "policies")
# One more than usual: the slots of the tier privileged are of three teams.
STAFF = [row if row[0] != "ben" else ("ben", "1002", "leads", ["helpdesk-lead", "team-lead"]) for row in desk.STAFF] + [
    ("dora", "1008", "apps", ["app-owner"])]
# Who there is, and their groups, as the three policies name them.
PEOPLE = [
    ("2001", "Sam Fox", "all-staff"),
    ("2004", "Bea Fox", "staff"),
    ("2002", "Max Root", "all-staff;global-admins;unix-admins;platform-admins"),
    ("2003", "Cid Customer", "customers"),
]


def starter(place, name, version):
    """The file as somebody at this station would fill it in: a version that
    rises, the model there is, and no minute of reading."""
    text = (STARTERS / f"{name}.yaml").read_text(encoding="utf-8")
    model = max(re.findall(r"00000000-0000-4000-8000-00000000000\d", text))
    edits = [("version: 1,", f"version: {version},"), ("valid_from: 2026-12-01", "valid_from: 2024-01-01"),
             (model, desk.AAGUID), ("evidence: n21,", "evidence: n21, read_s: 0,"),
             # Every case, so that no lot decides what happens here.
             (re.search(r"routine_check_pct: \d+", text)[0], "routine_check_pct: 100")]
    for was, then in edits:
        assert was in text, was
        text = text.replace(was, then)
    path = os.path.join(place.top, f"{name}.yaml")
    pathlib.Path(path).write_text(text, encoding="utf-8")
    return path


def bring_people(place):
    path = os.path.join(place.top, "people.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("employee,name,team,address,person,credential,aaguid,groups,attribute:employment\n")
        for employee, name, groups in PEOPLE:
            cred = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
            file.write(f"{employee},{name},sales,{employee}@example.org,,{cred},{desk.AAGUID},{groups},\n")
    place.act("station", "import", path, "--as", "ada")


def put_in_force(place, later, name, version):
    place.act("policy", "load", starter(place, name, version), "--as", "sid")
    signed = place.act("roster", "sign", "--as", "sol", "--machine", place.machine)
    assert signed["act"] == "policy.load", signed
    later.add(25 * HOUR)
    # The next step of anybody's takes it up, and may find that something changed.
    place.act("policy", "history", "--as", "sid", expect=None)
    status = place.run("station", "status")
    assert (status["policy_id"], status["policy_version"]) == (name, version), status


def open_case(place, person):
    """From the loss to the case that waits for its key."""
    opened = place.session("ada", "agent", f'case open --person "{person}"')
    case = opened[-1]["case"]
    for words in (("proof", case, "--branch", "c", "--ial", "2"),
                  ("evidence", case, "--type", "passport", "--method", "chip", "--result", "ok", "--issuer", "NL"),
                  ("evidence", case, "--type", "driving-licence", "--method", "visual", "--result", "ok", "--issuer", "NL"),
                  ("submit", case)):
        place.act("case", *words, "--as", "ada")
    return case


def make(place, case, **more):
    return place.act("case", "make", case, "--as", "ada", "--key", place.selector("sam-new"), **more)


def approve(place, case, lead):
    make(place, case)
    place.act("case", "make", case, "--spare", "--as", "ada", "--key", place.selector("sam-spare"))
    place.act("case", "approve", case, "--as", "ben", "--slot", lead, "--contact", "seen")
    place.approve_away(case, "cleo", "other-team")
    place.wait_for(case, "routine_check")
    place.act("case", "check", case, "--as", "sid")


def administrators_are_privileged(place, permit):
    """Whom the policy lets administer; nothing is begun."""
    words = ("case", "open", "--person", "Max Root", "--as", "ada")
    place.refused("tier", *words)
    refused = place.act(*words, expect=21)["refused"]
    assert f"permit {permit} lets them do admin" in refused[0]["text"], refused
    place.refused("tier", "case", "open", "--person", "Bea Fox", "--remote", "--as", "ada")
    assert not [row for row in place.act("case", "list", "--as", "ada")["cases"] if row["state"] == "open"]


def small_company(place, later):
    put_in_force(place, later, "small-company", 2)
    administrators_are_privileged(place, "P3")
    case = open_case(place, "Sam Fox")
    approve(place, case, "team-lead")
    place.wait_for(case, "ready")
    place.act("case", "release", case, "--as", "ria")
    place.wait_for(case, "issued")


def mixed_estate(place, later):
    put_in_force(place, later, "mixed-estate", 3)
    administrators_are_privileged(place, "P4")


def regulated_bank(place, later):
    """Its classes ask for the metadata; it gives customers no keys, and four
    hours go by before anybody has one."""
    files = trust_test.Files(place)
    place.act("trust", "load", files.write("blob.jwt", files.blob(7, status="FIDO_CERTIFIED_L1")), "--root", files.root,
              "--signer", trust_test.blobs.SIGNER, "--as", "sid")
    place.act("roster", "sign", "--as", "sol", "--machine", place.machine)
    put_in_force(place, later, "regulated-bank", 4)
    administrators_are_privileged(place, "P6")
    case = open_case(place, "Cid Customer")
    refused = make(place, case, expect=None)["refused"]
    assert [row["rule"] for row in refused] == ["person-no-permit"], refused
    case = open_case(place, "Bea Fox")
    approve(place, case, "helpdesk-lead")
    assert place.state(case) == "waiting", place.state(case)
    place.act("case", "release", case, "--as", "ria", expect=None)
    assert place.state(case) == "waiting", place.state(case)
    later.add(5 * HOUR)
    place.wait_for(case, "ready")
    place.act("case", "release", case, "--as", "ria")
    place.wait_for(case, "issued")


def only_proposed(place):
    """Without another clock: each is taken, and waits for its second signature."""
    for version, name in enumerate(("small-company", "mixed-estate", "regulated-bank"), 2):
        place.act("policy", "load", starter(place, name, version), "--as", "sid")


def main():
    with desk.Desk(STAFF) as place:
        later = trust_test.Later(place) if "LATER_LIBRARY" in os.environ else None
        place.make_keys("sam-new", "sam-spare")
        place.start()
        place.found()
        bring_people(place)
        if later:
            small_company(place, later)
            mixed_estate(place, later)
            regulated_bank(place, later)
        else:
            only_proposed(place)
        whole_case.check_bundle(place)
        place.stop()


if __name__ == "__main__":
    main()
