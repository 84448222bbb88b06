#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Where the policy wants to know what a role is for, whoever signs in is asked
before the key is: by a press on what is usual, or in words of their own. Where
a role is activated for one act, nobody is asked: that act is the reason.

test_reason.py [LANGUAGE [HANDS]]; KEYTURN_PICTURES: a folder for pictures."""
import os
import pathlib
import sys

import person
import desk

ROLES = """roles:
  - {id: agent, activation: {max_min: 60, reason: true}}
  - {id: releaser, activation: {max_min: 60, reason: true}}
"""
STAFF = desk.STAFF + [("abe", "1010", "yard", ["agent", "helpdesk-lead"])]
OWN = "late shift"


def policy(place):
    """The practice policy, with these roles."""
    text = pathlib.Path(desk.SOURCE, "recovery/service/practice-policy.yaml").read_text(encoding="utf-8")
    path = pathlib.Path(place.top, "reason.yaml")
    path.write_text(text.replace("recovery:\n", ROLES + "recovery:\n", 1), encoding="utf-8")
    return str(path)


def picture(me, name):
    folder = os.environ.get("KEYTURN_PICTURES")
    if folder:
        me.on.picture(os.path.join(folder, f"reason-{name}.png"))


def count(me, role="agent", out="ok"):
    return len([row for row in person.recorded(me.on.place, "role.activate") if row.get("role") == role and row["out"] == out])


def asked(me):
    """The person first, and the key after that."""
    me.at("What do you sign in for?")
    me.on.see_not(me.say("Enter the PIN of your key."))


def signed_in(me):
    me.pin()
    me.at("Find a person or a case")


def by_a_press(me):
    person.lost_key(me)
    me.insert("ada")
    asked(me)
    picture(me, "asked")
    before = count(me)
    me.press("Work at the help desk")
    signed_in(me)
    assert count(me) == before + 1
    person.stop(me)
    me.pull("ada")


def in_own_words(me):
    """After the role, where there are several. A space in the words presses
    nothing, though nobody went to the field; nothing is no answer."""
    person.lost_key(me)
    me.insert("abe")
    me.at("In which role?")
    me.press("Help-desk agent")
    asked(me)
    me.enter(OWN)
    picture(me, "own")
    for _ in OWN:
        me.on.key("BackSpace")
    me.press("Continue")
    me.see("Please answer this first: {what}.", what=me.say("Reason"))
    asked(me)
    before = count(me)
    me.enter(OWN)
    me.confirm()
    signed_in(me)
    assert count(me) == before + 1
    person.stop(me)
    me.pull("abe")


def without_a_word(me):
    """What recoveryd takes for no reason is said, and asked for again."""
    before = count(me)
    person.lost_key(me)
    me.insert("ada")
    asked(me)
    me.enter("...")
    me.press("Continue")
    me.on.until(lambda: "role-reason" in me.on.words(), "the rule role-reason")
    picture(me, "refused")
    assert count(me) == before
    me.press("Try again")
    asked(me)
    me.press("An open case")
    signed_in(me)


def a_role_that_needs_none(me):
    """Asked of abe as agent, and not as approver."""
    person.lost_key(me)
    me.insert("abe")
    me.at("In which role?")
    me.press("Help-desk lead")
    signed_in(me)
    person.stop(me)
    me.pull("abe")


def for_one_act(me):
    """Nobody is asked: what was pressed is what the role is for."""
    person.find(me, "Sam Fox", "Sam")
    person.open_case(me)
    person.prove(me)
    person.submit(me)
    person.hand_over(me, "ada")
    person.new_key(me, "sam-new")
    person.register(me, "sam-new")
    person.approve_directly(me, "ben")
    me.press("Sign in")
    me.at("Staff sign-in")
    me.insert("ada")
    asked(me)
    me.press("An open case")
    me.pin()
    me.at("Case %s")
    person.approve_elsewhere(me, "cleo")
    person.release(me, "ria")
    assert count(me, "releaser") == 1


def main(language="en", hands="reader"):
    with person.station(staff=STAFF, policy=policy) as place:
        with person.window(place, language) as on:
            me = person.HANDS[hands](on, language)
            by_a_press(me)
            in_own_words(me)
            a_role_that_needs_none(me)
            without_a_word(me)
            for_one_act(me)
        person.bundle_of(place)


if __name__ == "__main__":
    main(*sys.argv[1:])
