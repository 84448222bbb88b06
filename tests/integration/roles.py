#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a policy makes of the roles of staff: acts it takes away, how long a
role is active, and roles that it keeps apart."""
import datetime
import os

import desk
import refusals

STAFF = [("ada", "1001", "desk", ["agent", "releaser"]), ("ben", "1002", "leads", ["helpdesk-lead"]),
         ("cleo", "1003", "network", ["other-team"]), ("ria", "1004", "stores", ["releaser"]),
         ("sid", "1005", "security", ["security"]), ("sol", "1006", "board", ["security"])]
ROLES = """roles:
  - {id: agent, grants: [case.open, case.start_proofing, case.add_evidence, case.submit], activation: {max_min: 5}}
  - {id: helpdesk-lead, grants: [case.approve]}
  - {id: other-team, grants: [case.approve, case.refuse]}
  - {id: releaser, conflicts_with: [agent]}
"""


def with_roles(place):
    """The practice policy, with these roles."""
    with open(os.path.join(desk.SOURCE, "recovery/service/practice-policy.yaml"), encoding="utf-8") as file:
        text = file.read()
    path = os.path.join(place.top, "roles.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("recovery:\n", ROLES + "recovery:\n", 1))
    return path


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def a_role_ends_when_the_policy_says(place):
    until = moment(place.act("role", "activate", "--as", "ada", "--role", "agent", "--reason", "desk")["until"])
    left = until - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(minutes=4) < left <= datetime.timedelta(minutes=5), left
    until = moment(place.act("role", "activate", "--as", "ria", "--role", "releaser", "--reason", "stores")["until"])
    assert until - datetime.datetime.now(datetime.timezone.utc) > datetime.timedelta(minutes=58), until


def two_roles_apart_are_not_active_at_once(place):
    rows = place.session("ada", "agent", "role activate --as ada --role releaser --reason stores", expect=21)
    rules = [row["rule"] for answer in rows if answer for row in answer.get("refused", [])]
    assert rules == ["role-conflict"], rows


def an_act_that_is_not_granted_is_not_done(place):
    case = refusals.submitted(place)
    place.refused("role", "case", "withdraw", case, "--as", "ada")
    place.refused("role", "case", "refuse", case, "--as", "ben", "--reason", "not-the-person")
    return case


def who_opened_a_case_does_not_release_it(place, case):
    place.act("case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen")
    place.approve_away(case, "cleo", "other-team")
    place.refused("role-conflict", "case", "release", case, "--as", "ada")
    assert place.state(case) == "ready"
    place.act("case", "release", case, "--as", "ria")
    place.wait_for(case, "completed")


def main():
    with desk.Desk(STAFF) as place:
        place.make_keys("sam-new")
        place.start()
        place.found(place.config(policy=with_roles(place)))
        place.import_people([("2001", "Sam Fox", [os.urandom(32)])])
        a_role_ends_when_the_policy_says(place)
        two_roles_apart_are_not_active_at_once(place)
        case = an_act_that_is_not_granted_is_not_done(place)
        who_opened_a_case_does_not_release_it(place, case)
        place.kill()  # the record is read with the roles in it
        assert place.state(case) == "completed"


if __name__ == "__main__":
    main()
