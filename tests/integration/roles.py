#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a policy makes of the roles of staff: acts it takes away, how long a
role is active, roles that it keeps apart, and what they are activated for."""
import datetime
import os
import pty
import select

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
  - {id: security, activation: {max_min: 60, reason: true}}
"""
# What is typed where a person is asked, once each.
ANSWERS = [("What is the role security for? ", "{reason}"), ("PIN of the key", desk.PIN)]


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


def at_a_terminal(place, reason, *words):
    """fidotool, its questions answered by hand: its exit code and what it said."""
    pid, tty = pty.fork()
    if pid == 0:
        os.execve(os.environ["FIDOTOOL"], [os.environ["FIDOTOOL"], *words], place.env)
    shown, left = "", list(ANSWERS)
    while True:
        if left and left[0][0] in shown:
            os.write(tty, left.pop(0)[1].format(reason=reason).encode() + b"\n")
        try:
            assert select.select([tty], [], [], 60)[0], shown
            more = os.read(tty, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more.decode(errors="replace")
    os.close(tty)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def a_role_says_what_it_is_for(place):
    role = ["role", "activate", "--as", "sid", "--role", "security"]
    place.refused("role-reason", *role)
    place.refused("role-reason", *role, "--reason", " - ")
    place.refused("role-reason", *role, "--reason", "x" * 257)
    place.act(*role, "--reason", "quarterly review")
    place.session("sid", "security", "roster show", expect=21)
    # For one command, that command is the reason.
    place.act("roster", "show", "--as", "sid", "--role", "security")


def a_terminal_is_asked(place):
    role = ["role", "activate", "--as", "sid", "--role", "security", "--yes", "--device", place.selector("sid")]
    code, shown = at_a_terminal(place, "quarterly review", *role)
    assert code == 0 and shown.count("What is the role security for?") == 1, shown
    code, shown = at_a_terminal(place, " ", *role)
    assert code == 21 and "role-reason" in shown and "--reason TEXT" in shown, shown
    # Who has said it is not asked.
    code, shown = at_a_terminal(place, "", *role, "--reason", "...")
    assert code == 21 and "What is the role" not in shown, shown


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
        a_role_says_what_it_is_for(place)
        a_terminal_is_asked(place)
        case = an_act_that_is_not_granted_is_not_done(place)
        who_opened_a_case_does_not_release_it(place, case)
        place.kill()  # the record is read with the roles in it
        assert place.state(case) == "completed"


if __name__ == "__main__":
    main()
