#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A contested case is decided at the window by an approver and a security
officer who had no hand in it; whoever else tries sees the rule."""
import person
import desk
import screens

# gil and hal approve, and had no hand in the case.
STAFF = desk.STAFF + [("gil", "1020", "gate", ["helpdesk-lead"]), ("hal", "1021", "hall", ["helpdesk-lead"])]
WRONG = "The contest was wrong"


def contested(me):
    """Opened by ada, approved by ben, stopped by whoever got the notice."""
    person.lost_key(me)
    person.sign_in(me, "ada")
    person.find(me, "Sam Fox", "Sam")
    case = person.open_case(me)
    person.prove(me)
    person.submit(me)
    person.hand_over(me, "ada")
    person.new_key(me, "sam-new")
    person.register(me, "sam-new")
    person.approve_directly(me, "ben")
    place = me.on.place
    place.run("case", "contest", case, "--code", screens.contest_code(place))
    return case


def begin(me, key):
    """The agent is signed in, and the key of somebody else comes beside."""
    me.push(WRONG)
    me.see("Insert the key of the person who signs.")
    me.insert(key)


def sign(me, key):
    begin(me, key)
    me.press("To the decision")
    me.push(me.say("%s: sign") % WRONG)
    me.pin()
    me.at("Case %s")
    me.pull(key)


def may_not(me, key, rule):
    begin(me, key)
    me.on.until(lambda: rule in me.on.words(), f"the rule {rule}")
    me.pull(key)
    me.press("Back")
    me.at("Case %s")


def count(me, act):
    return len([row for row in person.recorded(me.on.place, act) if row["out"] == "ok"])


def main():
    with person.station(staff=STAFF, new=("sam-new",)) as place:
        with person.window(place) as on:
            me = person.Person(on)
            contested(me)
            me.press("Sign in")
            person.sign_in(me, "ada")
            me.at("Case %s")
            me.see("Contested")
            may_not(me, "ben", "not-on-case")
            may_not(me, "ria", "role")
            sign(me, "gil")
            may_not(me, "gil", "two-people")
            may_not(me, "hal", "officer-and-approver")
            assert count(me, "case.reject") == 0
            sign(me, "sid")
            me.see("Waiting for approval")
            assert count(me, "case.reject") == 1
        person.bundle_of(place)


if __name__ == "__main__":
    main()
