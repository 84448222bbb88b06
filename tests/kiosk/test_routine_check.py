#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every case is checked: the desk sees a wait like any other, a security officer
who is signed in passes the case or refuses it, and nobody else is offered it."""
import pathlib

import person
import desk

CHECK = "Pass the routine check"


def policy(place):
    """The practice policy, with a check of every case."""
    text = pathlib.Path(desk.SOURCE, "recovery/service/practice-policy.yaml").read_text(encoding="utf-8")
    path = pathlib.Path(place.top, "checked.yaml")
    path.write_text(text.replace("routine_check_pct: 0", "routine_check_pct: 100"), encoding="utf-8")
    return str(path)


def count(me, act):
    return len([row for row in person.recorded(me.on.place, act) if row["out"] == "ok"])


def approved(me):
    """Both approvals are given, and the agent is signed in again."""
    case = person.to_submitted(me)
    person.hand_over(me, "ada")
    person.new_key(me, "sam-new")
    person.register(me, "sam-new")
    person.approve_directly(me, "ben")
    me.press("Sign in")
    person.sign_in(me, "ada")
    me.at("Case %s", case)
    person.approve_elsewhere(me, "cleo")
    return case


def the_desk_waits(me):
    me.see("cleo, signed on desk-cleo.")
    me.see("Waiting for approval")
    me.see_not(CHECK)


def an_officer_passes_it(me, case):
    person.stop(me)
    me.pull("ada")
    person.lost_key(me)
    person.sign_in(me, "sid")
    me.push(f"{case}  {me.say('Waiting for approval')}")
    me.at("Case %s", case)
    me.press(CHECK)
    me.press("To the decision")
    me.see("Refuse")
    me.push(me.say("%s: sign") % CHECK)
    me.pin()
    me.at("Case %s", case)
    assert count(me, "case.check") == 1
    me.see_not(CHECK)
    me.pull("sid")


def main():
    with person.station(policy=policy) as place:
        with person.window(place) as on:
            me = person.Person(on)
            case = approved(me)
            the_desk_waits(me)
            an_officer_passes_it(me, case)
            me.press("Sign in")
            person.sign_in(me, "ada")
            me.at("Case %s", case)
            person.release(me, "ria")
        person.bundle_of(place)


if __name__ == "__main__":
    main()
