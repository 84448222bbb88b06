#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each refusal that the windows can reach is seen on them: staff see its rule
beside its words, the user plain words, and nothing of it was done. Those of a
contest's decision are in test_contest.py.

Not to be had at a window, and left to tests/attack: what takes a clock
(statement-expired, key-expired, limit-*, read-time; practice waits for nothing),
a race (slot-filled), a key or a client that is none of ours (signature,
user-verification, counter, machine, other-key), a founding that is not over
(enrol-first, key-not-enrolled), and what no page offers at that point
(subject-unknown, reported-keys, reason, plan, evidence-type, slot,
next-at-station-not-yet, judged-again, anchors, changes of roster and policy)."""
import os
import pathlib
import shutil

import person
import desk

PROFILES = os.path.join(desk.SOURCE, "tests/softkey/profiles")
# abe is agent and approver at once; bo has both slots; lea is of bo's team;
# lou is staff and has lost a key; ray approves and releases.
STAFF = desk.STAFF + [
    ("abe", "1010", "desk", ["agent", "helpdesk-lead"]),
    ("bo", "1011", "field", ["helpdesk-lead", "other-team"]),
    ("lea", "1012", "field", ["other-team"]),
    ("lou", "1013", "plant", ["helpdesk-lead"]),
    ("ray", "1014", "yard", ["helpdesk-lead", "releaser"]),
]


def count(me, act):
    """What was done; what was refused stands in the record too, as refused."""
    return len([row for row in person.recorded(me.on.place, act) if row["out"] == "ok"])


def rule_seen(me, rule):
    """Its id, by itself, in the strip."""
    me.on.until(lambda: rule in me.on.words(), f"the rule {rule}")


# --- who it is -------------------------------------------------------------------


def open_as_abe(me):
    person.lost_key(me)
    me.insert("abe")
    me.press("Help-desk agent")
    me.pin()
    # Nobody begins a case of their own, whatever else would refuse it. Once a
    # case is open its subject cannot come to be staff at a window: that takes a
    # change of the roster, two officers and 24 hours (tests/attack has it).
    person.find(me, "Abe Moss", "Abe")
    rule_seen(me, "own-case")
    me.see("Nobody acts as staff in their own case.")
    me.press("Back")
    # Whoever is staff is not helped by colleagues here.
    person.find(me, "Lou Hart", "Lou")
    rule_seen(me, "tier")
    me.press("Back")
    person.find(me, "Sam Fox", "Sam")
    case = person.open_case(me)
    me.press("Back")
    person.find(me, "Sam Fox", "Sam")
    rule_seen(me, "case-open-already")
    me.press("Back")
    me.push(f"{case}  Open")
    me.at("Case %s")
    return case


def what_is_not_open(me):
    """Behind a fold, each act with its rule; what stands in the words is put
    into those of the language."""
    said = 'A case in the state "{state}" has no such step.'
    for language, state, button in (("en", "Open", "Deutsch"), ("de", "Eröffnet", "العربية")):
        somebody = person.Person(me.on, language)
        me.on.click(somebody.say("Not open now, and why"), None)
        me.on.see(somebody.say(said).replace("{state}", f"\u2068{state}\u2069"))
        me.push(button)
    me.push("English")


def too_little_evidence(me):
    me.press("Begin to check who it is")
    me.push("Identity checked again, level 2")
    me.see("In the record")
    for kind, how in (("Driving licence", "Looked at"), ("Passport", "Chip read")):
        for answer in (kind, how, "In order"):
            me.press(answer)
        me.press("Record")
        if kind == "Driving licence":
            person.wait_until_recorded(me.on.place, "case.add_evidence")
            me.see("The evidence does not meet the plan of this case yet.")
            me.on.see("Enough would be: A passport or identity card read by its chip")
            assert me.on.find("Submit", me.on.BUTTONS) is None
    me.see("The evidence meets the plan.")


# --- the user's key --------------------------------------------------------------


def add_odd_keys(place):
    """Of no known model; of a known one that nobody attests, one of which says so of itself."""
    plain = pathlib.Path(PROFILES, "plain-2.1.profile").read_text(encoding="utf-8")
    unattested, frank = (pathlib.Path(place.top, name + ".profile") for name in ("unattested", "frank"))
    unattested.write_text(plain.replace("attestation = batch", "attestation = none"), encoding="utf-8")
    frank.write_text(unattested.read_text(encoding="utf-8") + "attestation_formats = none\n", encoding="utf-8")
    for name, profile in (("model-none", "none-2.1"), ("model-self", "self-2.3"), ("unattested", str(unattested)), ("frank", str(frank))):
        if os.sep not in profile:
            profile = os.path.join(PROFILES, profile + ".profile")
        place.add_key(name, "--profile", profile)
        person.screen.softkey(place, name, "unplug")


def choose_pin(me):
    me.see("This key fits.")
    me.press("Continue")
    for title in ("Choose a PIN for your new key", "Enter the same PIN again"):
        me.at(title)
        me.digits(person.NEW_PIN)
        me.press("Continue")


def keys_that_do_not_do(me):
    me.at("Is this you?")
    me.press("Yes, that is me")
    me.at("Insert your new key")
    model = "This kind of key is not allowed. Nothing was registered. Use one from the help desk."
    make = "This key cannot prove its make. Nothing was registered. Use a key from the help desk."
    for name, why in (("model-none", model), ("model-self", model), ("frank", make)):
        me.insert(name)
        me.at("Another key is needed")
        me.see(why)
        me.pull(name)
        me.at("Insert your new key")
    me.insert("unattested")
    choose_pin(me)
    me.press("Confirm and register key")
    me.see(make)
    rule_seen(me, "attestation")
    assert count(me, "case.made") == 0
    me.press("Use another key")
    me.pull("unattested")
    me.insert("sam-new")
    choose_pin(me)
    person.register(me, "sam-new")


# --- approvals -------------------------------------------------------------------


def ask_to_approve(me, key):
    me.press("I approve this case")
    me.press("I have seen this person")
    me.press("Continue")
    me.see("Insert the key of the person who signs.")
    me.insert(key)


def leave(me, key):
    me.pull(key)
    me.press("Back")
    me.at("Locked. Nothing is lost.")


def who_may_not_approve(me):
    for key, rule in (("ria", "role"), ("abe", "own-work"), ("sam-new", "signin.notstaff")):
        ask_to_approve(me, key)
        rule_seen(me, rule)
        leave(me, key)
    assert count(me, "case.approve") == 0


def ask_without_contact(me, key):
    me.press("I approve this case")
    me.press("I had no contact with this person")
    me.press("Continue")
    me.see("Insert the key of the person who signs.")
    me.insert(key)


def one_approval_too_many(me):
    ask_without_contact(me, "bo")
    me.press("To the decision")
    me.press("Approve: sign")
    me.pin()
    me.at("Locked. Nothing is lost.")
    me.pull("bo")
    ask_without_contact(me, "cleo")
    rule_seen(me, "contact")
    leave(me, "cleo")
    for key, rule in (("bo", "one-person"), ("lea", "same-team")):
        ask_to_approve(me, key)
        rule_seen(me, rule)
        leave(me, key)
    ask_to_approve(me, "cleo")
    me.press("To the decision")
    me.press("Approve: sign")
    me.pin()
    rule_seen(me, "off-kiosk")
    leave(me, "cleo")
    assert count(me, "case.approve") == 1


# --- signed elsewhere ------------------------------------------------------------


def sign_elsewhere(me, who, slot, into):
    """The page of the statement for this person, and the signed file, which is
    not in the folder yet."""
    place = me.on.place
    before = set(os.listdir(place.exchange))
    me.push(f"Approve on another machine. {slot}")
    me.push(who)
    me.press("I have called this person back")
    me.press("Continue")
    me.press("Write file")
    name = me.on.until(lambda: [one for one in os.listdir(place.exchange) if one not in before and one.startswith("statement-")], "a file")[0]
    me.insert(who)
    place.act("sign", os.path.join(place.exchange, name), "--out", os.path.join(place.top, into), "--machine", place.machine)
    me.pull(who)


def put(me, name, end=""):
    """Into the folder, in one go."""
    text = pathlib.Path(me.on.place.top, name).read_text(encoding="utf-8")
    half = os.path.join(me.on.place.top, "half")
    pathlib.Path(half).write_text(text + end, encoding="utf-8")
    shutil.move(half, os.path.join(me.on.place.exchange, f"again{len(end)}-{name}"))


def a_case_that_was_changed(me, case):
    me.press("Sign in")
    person.sign_in(me, "ada")
    me.at("Case %s")
    me.see("bo, signed on st-01. I had no contact with this person.")
    sign_elsewhere(me, "cleo", "Another team", "stale.json")
    me.on.place.act("case", "amend", case, "--as", "ada")
    put(me, "stale.json")
    me.on.until(lambda: {"changed", "state"} & set(me.on.words()), "the rule")
    assert count(me, "case.approve") == 1
    me.press("Back")
    me.at("Case %s")
    me.see("Checking who it is")
    me.see_not("bo, signed on st-01.")


def a_signature_twice(me, case):
    place = me.on.place
    place.act("case", "submit", case, "--as", "ada")
    me.insert("sam-spare")
    place.set_pin("sam-spare")
    place.act("case", "make", case, "--as", "ada", "--key", place.selector("sam-spare"))
    me.pull("sam-spare")
    me.see("Waiting for approval")
    sign_elsewhere(me, "cleo", "Another team", "cleo.json")
    put(me, "cleo.json")
    me.at("Case %s")
    me.see("cleo, signed on desk-cleo.")
    sign_elsewhere(me, "ray", "Help-desk lead", "ray.json")
    put(me, "cleo.json", "\n")
    rule_seen(me, "statement-replayed")
    assert count(me, "case.approve") == 2
    put(me, "ray.json")
    me.at("Case %s")
    me.see("Ready to be released")


def an_approver_releases(me):
    me.press("Release the new key")
    me.see("Insert the key of the person who signs.")
    me.insert("ray")
    rule_seen(me, "releaser-approved")
    me.pull("ray")
    assert count(me, "case.activate") == 0


def main():
    people = [("1013", "Lou Hart", [os.urandom(32)], "lou"), ("1010", "Abe Moss", [os.urandom(32)], "abe")]
    with person.station(staff=STAFF, people=people, new=("sam-new", "sam-spare")) as place:
        add_odd_keys(place)
        with person.window(place) as on:
            me = person.Person(on)
            case = open_as_abe(me)
            what_is_not_open(me)
            too_little_evidence(me)
            person.submit(me)
            person.hand_over(me, "abe")
            keys_that_do_not_do(me)
            who_may_not_approve(me)
            one_approval_too_many(me)
            a_case_that_was_changed(me, case)
            a_signature_twice(me, case)
            an_approver_releases(me)
        person.bundle_of(place)


if __name__ == "__main__":
    main()
